/* Labels of a recording, and the cutting of it into labelled pieces. */
#include <stdlib.h>

#include "core/fail.h"
#include "core/file.h"
#include "core/grow.h"
#include "data/csv.h"
#include "data/event_format.h"
#include "data/stream.h"

#define MOST_TIME ((uint64_t)1 << 53)

static spiqe_status read_names(spiqe_csv *csv) {
  static const char *const names[] = {"class", "startTime_usec", "endTime_usec"};
  SPIQE_TRY(spiqe_csv_next(csv));
  int is_right = csv->n_fields == 3;
  for (size_t i = 0; is_right && i < 3; i++) is_right = spiqe_csv_is(csv, i, names[i]);
  SPIQE_REQUIRE(csv->ctx, is_right, SPIQE_BAD_FORMAT,
                "%s: the first line is expected to be class,startTime_usec,endTime_usec",
                csv->name);
  return SPIQE_OK;
}

static spiqe_status read_label(const spiqe_csv *csv, spiqe_event_label *out) {
  uint64_t label, begin, end;
  SPIQE_REQUIRE(csv->ctx, csv->n_fields == 3, SPIQE_BAD_FORMAT, "%s:%zu: %zu fields, expected 3",
                csv->name, csv->line, csv->n_fields);
  SPIQE_TRY(spiqe_csv_count(csv, 0, "class", UINT32_MAX, &label));
  SPIQE_TRY(spiqe_csv_count(csv, 1, "startTime_usec", MOST_TIME, &begin));
  SPIQE_TRY(spiqe_csv_count(csv, 2, "endTime_usec", MOST_TIME, &end));
  SPIQE_REQUIRE(csv->ctx, begin < end, SPIQE_BAD_FORMAT,
                "%s:%zu: from %llu to %llu us, expected an end after the start", csv->name,
                csv->line, (unsigned long long)begin, (unsigned long long)end);
  *out = (spiqe_event_label){(uint32_t)label, (int64_t)begin, (int64_t)end};
  return SPIQE_OK;
}

static spiqe_status read_labels(spiqe_csv *csv, void **labels, size_t *n) {
  size_t capacity = 0;
  SPIQE_TRY(read_names(csv));
  for (*n = 0;; ++*n) {
    SPIQE_TRY(spiqe_csv_next(csv));
    if (csv->n_fields == 0) break;
    SPIQE_TRY(spiqe_grow(csv->ctx, labels, &capacity, *n + 1, sizeof(spiqe_event_label)));
    SPIQE_TRY(read_label(csv, (spiqe_event_label *)*labels + *n));
  }
  SPIQE_REQUIRE(csv->ctx, *n > 0, SPIQE_BAD_FORMAT, "%s: there is no label in it", csv->name);
  return SPIQE_OK;
}

spiqe_status spiqe_event_labels_decode(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                                       size_t size, spiqe_event_label **out, size_t *n) {
  spiqe_csv csv = {.ctx = ctx, .name = name, .content = bytes, .size = size};
  void *labels = NULL;
  *n = 0;
  spiqe_status status = read_labels(&csv, &labels, n);
  if (status != SPIQE_OK) {
    free(labels);
    labels = NULL;
    *n = 0;
  }
  *out = labels;
  return status;
}

spiqe_status spiqe_event_labels_read(spiqe_context *ctx, const char *path, spiqe_event_label **out,
                                     size_t *n) {
  uint8_t *bytes;
  size_t size;
  *out = NULL;
  *n = 0;
  SPIQE_TRY(spiqe_file_read(ctx, path, SPIQE_MOST_FILE, &bytes, &size));
  spiqe_status status = spiqe_event_labels_decode(ctx, path, bytes, size, out, n);
  free(bytes);
  return status;
}

/* The first event whose time on the file's clock is not before `time`. */
static size_t find_event(const spiqe_events *events, int64_t time) {
  size_t low = 0, high = events->n_events;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (events->origin + events->events[middle].time < time)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Events first to last of the recording, with times from the label's start. */
static spiqe_events *copy_events(const spiqe_events *from, size_t first, size_t last,
                                 int64_t begin) {
  spiqe_events *piece = malloc(sizeof *piece);
  spiqe_address_event *events = malloc((last - first) * sizeof *events);
  if (!piece || !events) {
    free(piece);
    free(events);
    return NULL;
  }
  *piece = *from;
  piece->n_events = last - first;
  piece->origin = begin;
  piece->events = events;
  for (size_t i = first; i < last; i++) {
    events[i - first] = from->events[i];
    events[i - first].time = (uint32_t)(from->origin + from->events[i].time - begin);
  }
  return piece;
}

static spiqe_status cut_piece(spiqe_context *ctx, const spiqe_events *events,
                              const spiqe_event_label *label, size_t i, spiqe_events **out) {
  SPIQE_REQUIRE(ctx, label->begin < label->end, SPIQE_BAD_ARGUMENT,
                "label %zu (class %u) ends at %lld us, but begins at %lld us", i, label->label,
                (long long)label->end, (long long)label->begin);
  size_t first = find_event(events, label->begin), last = find_event(events, label->end);
  SPIQE_REQUIRE(ctx, first < last, SPIQE_BAD_ARGUMENT,
                "label %zu (class %u), %lld to %lld us, has no event; the recording's events are "
                "at %lld to %lld us",
                i, label->label, (long long)label->begin, (long long)label->end,
                (long long)events->origin + events->events[0].time,
                (long long)events->origin + events->events[events->n_events - 1].time);
  SPIQE_REQUIRE(ctx,
                events->origin + events->events[last - 1].time - label->begin <=
                    (int64_t)UINT32_MAX,
                SPIQE_LIMIT, "label %zu (class %u) is longer than 2^32 us, which are 71 minutes", i,
                label->label);
  *out = copy_events(events, first, last, label->begin);
  SPIQE_REQUIRE(ctx, *out, SPIQE_NO_MEMORY, "no memory for %zu events", last - first);
  return SPIQE_OK;
}

spiqe_status spiqe_events_cut(spiqe_context *ctx, const spiqe_events *events,
                              const spiqe_event_label *labels, size_t n, spiqe_events **out) {
  for (size_t i = 0; i < n; i++) out[i] = NULL;
  SPIQE_REQUIRE(ctx, events->n_events > 0, SPIQE_BAD_ARGUMENT, "a recording of no events");
  for (size_t i = 0; i < n; i++) {
    spiqe_status status = cut_piece(ctx, events, &labels[i], i, &out[i]);
    if (status == SPIQE_OK) continue;
    while (i > 0) {
      spiqe_events_destroy(out[--i]);
      out[i] = NULL;
    }
    return status;
  }
  return SPIQE_OK;
}
