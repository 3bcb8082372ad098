/* Samples: read by content, copied out as floats. */
#include "data/samples.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "data/event_format.h"

spiqe_status spiqe_samples_from_array(spiqe_context *ctx, const char *name, spiqe_array *array,
                                      spiqe_samples **out) {
  *out = NULL;
  SPIQE_REQUIRE(ctx, array->rank >= 2, SPIQE_BAD_FORMAT,
                "%s: %zu numbers in a row; samples need 2 to %d dimensions, the first of which "
                "counts them",
                name, array->n_elements, SPIQE_MOST_RANK);
  spiqe_samples *samples = calloc(1, sizeof *samples);
  SPIQE_REQUIRE(ctx, samples, SPIQE_NO_MEMORY, "%s: no memory", name);
  samples->n_samples = array->shape[0];
  samples->n_dimensions = array->rank - 1;
  samples->n_features = array->n_elements / array->shape[0];
  memcpy(samples->shape, array->shape + 1, samples->n_dimensions * sizeof *samples->shape);
  samples->bytes = array->bytes;
  samples->floats = array->floats;
  *array = (spiqe_array){0};
  *out = samples;
  return SPIQE_OK;
}

/* One sample. */
static spiqe_status read_recording(spiqe_context *ctx, const char *path, const uint8_t *bytes,
                                   size_t size, spiqe_samples **out) {
  spiqe_events *events;
  SPIQE_TRY(spiqe_events_decode(ctx, path, bytes, size, &events));
  spiqe_samples *samples = calloc(1, sizeof *samples);
  size_t *first_event = calloc(2, sizeof *first_event);
  if (!samples || !first_event) {
    free(samples);
    free(first_event);
    spiqe_events_destroy(events);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "%s: no memory", path);
  }
  *samples = (spiqe_samples){.n_samples = 1,
                             .n_dimensions = 3,
                             .shape = {events->n_polarities, events->height, events->width},
                             .n_features = events->n_polarities * events->height * events->width,
                             .events = events->events,
                             .first_event = first_event};
  first_event[1] = events->n_events;
  events->events = NULL;
  spiqe_events_destroy(events);
  *out = samples;
  return SPIQE_OK;
}

static spiqe_status read_array(spiqe_context *ctx, const char *path, const uint8_t *bytes,
                               size_t size, spiqe_samples **out) {
  spiqe_array array;
  SPIQE_TRY(spiqe_array_read(ctx, path, bytes, size, &array));
  spiqe_status status = spiqe_samples_from_array(ctx, path, &array, out);
  spiqe_array_free(&array);
  return status;
}

spiqe_status spiqe_samples_read(spiqe_context *ctx, const char *path, spiqe_samples **out) {
  uint8_t *bytes;
  size_t size;
  *out = NULL;
  SPIQE_TRY(spiqe_file_read(ctx, path, SPIQE_MOST_FILE, &bytes, &size));
  const int is_recording =
      !spiqe_array_is(path, bytes, size) && spiqe_events_are(path, bytes, size);
  spiqe_status status = is_recording ? read_recording(ctx, path, bytes, size, out)
                                     : read_array(ctx, path, bytes, size, out);
  free(bytes);
  return status;
}

void spiqe_samples_shape(const spiqe_set *set, spiqe_split split, spiqe_samples *out) {
  *out = (spiqe_samples){.n_samples = set->n_samples[split],
                         .n_dimensions = set->n_dimensions,
                         .n_features = 1,
                         .n_classes = set->n_classes};
  for (size_t i = 0; i < set->n_dimensions; i++) {
    out->shape[i] = set->shape[i];
    out->n_features *= set->shape[i];
  }
}

void spiqe_samples_free(spiqe_samples *samples) {
  free(samples->bytes);
  free(samples->floats);
  free(samples->labels);
  free(samples->events);
  free(samples->first_event);
  *samples = (spiqe_samples){0};
}

void spiqe_samples_destroy(spiqe_samples *samples) {
  if (!samples) return;
  spiqe_samples_free(samples);
  free(samples);
}

spiqe_status spiqe_samples_get(spiqe_context *ctx, const spiqe_samples *samples,
                               const uint32_t *index, size_t n, float *out) {
  size_t n_features = samples->n_features;
  SPIQE_REQUIRE(ctx, !samples->events, SPIQE_UNSUPPORTED,
                "the samples are recordings of events, which have no values");
  for (size_t i = 0; i < n; i++) {
    SPIQE_REQUIRE(ctx, index[i] < samples->n_samples, SPIQE_BAD_INDEX,
                  "sample %u, but there are %zu", index[i], samples->n_samples);
    float *row = out + i * n_features;
    if (samples->floats) {
      memcpy(row, samples->floats + index[i] * n_features, n_features * sizeof *row);
      continue;
    }
    const uint8_t *bytes = samples->bytes + index[i] * n_features;
    for (size_t j = 0; j < n_features; j++) row[j] = (float)bytes[j] / 255.0f;
  }
  return SPIQE_OK;
}
