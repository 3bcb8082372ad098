/* Sets of grey pictures in bytes with a byte for each label, as MNIST is published. */
#include <limits.h>
#include <stdlib.h>

#include "core/fail.h"
#include "core/file.h"
#include "data/path.h"
#include "data/samples.h"

static spiqe_status read_array(spiqe_context *ctx, const char *folder, const spiqe_set_file *file,
                               char path[PATH_MAX], spiqe_array *out) {
  uint8_t *bytes;
  size_t size;
  *out = (spiqe_array){0};
  SPIQE_TRY(spiqe_set_path(ctx, folder, file, path, PATH_MAX));
  SPIQE_TRY(spiqe_file_read(ctx, path, SPIQE_MOST_FILE, &bytes, &size));
  spiqe_status status = spiqe_array_read(ctx, path, bytes, size, out);
  free(bytes);
  return status;
}

static spiqe_status check_images(spiqe_context *ctx, const spiqe_set *set, spiqe_split split,
                                 const char *path, const spiqe_array *array) {
  SPIQE_REQUIRE(ctx,
                array->rank == 3 && array->bytes && array->shape[1] == set->shape[0] &&
                    array->shape[2] == set->shape[1],
                SPIQE_BAD_FORMAT,
                "%s: expected pictures of %zu x %zu bytes, found %zu dimensions "
                "of %s, the last of size %zu",
                path, set->shape[0], set->shape[1], array->rank,
                array->bytes ? "bytes" : "other types",
                array->rank ? array->shape[array->rank - 1] : 1);
  SPIQE_REQUIRE(ctx, array->shape[0] == set->n_samples[split], SPIQE_BAD_FORMAT,
                "%s: %zu pictures, but %s has %zu there; is it another set?", path, array->shape[0],
                set->name, set->n_samples[split]);
  return SPIQE_OK;
}

static spiqe_status take_labels(spiqe_context *ctx, const char *path, const spiqe_array *array,
                                spiqe_samples *samples) {
  SPIQE_REQUIRE(ctx, array->rank == 1 && array->bytes, SPIQE_BAD_FORMAT,
                "%s: expected labels, one byte each, found %zu dimensions of %s", path, array->rank,
                array->bytes ? "bytes" : "other types");
  SPIQE_REQUIRE(ctx, array->n_elements == samples->n_samples, SPIQE_BAD_FORMAT,
                "%s: %zu labels for %zu pictures", path, array->n_elements, samples->n_samples);
  samples->labels = malloc(array->n_elements * sizeof *samples->labels);
  SPIQE_REQUIRE(ctx, samples->labels, SPIQE_NO_MEMORY, "%s: no memory", path);
  for (size_t i = 0; i < array->n_elements; i++) {
    SPIQE_REQUIRE(ctx, array->bytes[i] < samples->n_classes, SPIQE_BAD_FORMAT,
                  "%s: label %zu is %u, but the set has %zu classes", path, i, array->bytes[i],
                  samples->n_classes);
    samples->labels[i] = array->bytes[i];
  }
  return SPIQE_OK;
}

static spiqe_status read_pictures(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                  spiqe_split split, spiqe_samples *out) {
  char path[PATH_MAX];
  spiqe_array array;
  spiqe_samples *samples;
  SPIQE_TRY(read_array(ctx, folder, &set->files[2 * split], path, &array));
  spiqe_status status = check_images(ctx, set, split, path, &array);
  if (status == SPIQE_OK) status = spiqe_samples_from_array(ctx, path, &array, &samples);
  spiqe_array_free(&array);
  if (status != SPIQE_OK) return status;
  *out = *samples;
  free(samples);
  out->n_classes = set->n_classes;
  return SPIQE_OK;
}

spiqe_status spiqe_set_read_images(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                   spiqe_split split, spiqe_samples *out) {
  char path[PATH_MAX];
  spiqe_array array;
  SPIQE_TRY(read_pictures(ctx, set, folder, split, out));
  SPIQE_TRY(read_array(ctx, folder, &set->files[2 * split + 1], path, &array));
  spiqe_status status = take_labels(ctx, path, &array, out);
  spiqe_array_free(&array);
  return status;
}
