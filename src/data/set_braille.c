/* Braille letters by touch (Mueller-Cleve et al., Front. Neurosci. 16:951164, 2022): one CSV of
 * events, rows of a recording together (sample, taxel, polarity, time_s), and one that tells what
 * each recording is (sample, label, repetition). There is no split of its authors: of the 200
 * repetitions of each letter the first 160 train and the last 40 test. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "core/fail.h"
#include "core/grow.h"
#include "data/csv.h"
#include "data/event_list.h"
#include "data/path.h"
#include "data/recordings.h"

#define TRAIN_REPETITIONS 160
#define MOST_SAMPLES 65536

enum { EVENTS_FILE, LABELS_FILE };

/* What a recording is. */
typedef struct sample {
  float label, repetition; /* repetition -1: there is none of this number */
} sample;

typedef struct reader {
  spiqe_recordings recordings;
  spiqe_split split;
  const char *path; /* borrowed: of the file that is read */
  sample *samples;  /* owned, [n_samples] by their number */
  size_t n_samples, capacity;
  size_t current;              /* number of the recording whose events are gathered */
  spiqe_address_event *events; /* owned, [n_events] */
  size_t n_events, event_capacity;
} reader;

static int is_whole(double value, double below) {
  return value >= 0 && value < below && floor(value) == value;
}

static spiqe_status take_label(void *self, const double *values, size_t line) {
  reader *r = self;
  SPIQE_REQUIRE(r->recordings.ctx,
                is_whole(values[0], MOST_SAMPLES) && is_whole(values[1], 65536) &&
                    is_whole(values[2], 65536),
                SPIQE_BAD_FORMAT, "%s:%zu: whole numbers below 65536 are expected", r->path, line);
  const size_t number = (size_t)values[0];
  SPIQE_TRY(spiqe_grow(r->recordings.ctx, (void **)&r->samples, &r->capacity, number + 1,
                       sizeof *r->samples));
  for (; r->n_samples <= number; r->n_samples++) r->samples[r->n_samples] = (sample){0, -1};
  r->samples[number] = (sample){(float)values[1], (float)values[2]};
  return SPIQE_OK;
}

/* The events of a recording are complete. */
static spiqe_status end_recording(reader *r) {
  const size_t n = r->n_events;
  r->n_events = 0;
  if (n == 0) return SPIQE_OK;
  SPIQE_REQUIRE(r->recordings.ctx,
                r->current < r->n_samples && r->samples[r->current].repetition >= 0,
                SPIQE_BAD_FORMAT, "%s: recording %zu has events, but no label", r->path,
                r->current);
  const sample *s = &r->samples[r->current];
  if ((s->repetition < TRAIN_REPETITIONS) != (r->split == SPIQE_TRAIN)) return SPIQE_OK;
  SPIQE_TRY(spiqe_events_sort(r->recordings.ctx, r->events, n));
  return spiqe_recordings_add(&r->recordings, r->path, r->events, n, (double)s->label);
}

static spiqe_status take_event(void *self, const double *values, size_t line) {
  reader *r = self;
  SPIQE_REQUIRE(r->recordings.ctx,
                is_whole(values[0], MOST_SAMPLES) && is_whole(values[1], 65536) &&
                    is_whole(values[2], 2) && values[3] >= 0 && values[3] < 4294,
                SPIQE_BAD_FORMAT,
                "%s:%zu: a recording and a taxel from 0 to 65535, a polarity of 0 or 1 and a time "
                "from 0 to 4294 s are expected",
                r->path, line);
  const size_t number = (size_t)values[0];
  SPIQE_REQUIRE(r->recordings.ctx, number >= r->current, SPIQE_BAD_FORMAT,
                "%s:%zu: recording %zu after %zu; those of one must stand together, in order",
                r->path, line, number, r->current);
  if (number != r->current) SPIQE_TRY(end_recording(r));
  r->current = number;
  SPIQE_TRY(spiqe_grow(r->recordings.ctx, (void **)&r->events, &r->event_capacity, r->n_events + 1,
                       sizeof *r->events));
  r->events[r->n_events++] = (spiqe_address_event){.time = (uint32_t)(values[3] * 1e6),
                                                   .x = (uint16_t)values[1],
                                                   .polarity = (uint16_t)values[2]};
  return SPIQE_OK;
}

static spiqe_status read_both(reader *r, const spiqe_set *set, const char *folder) {
  static const char *const about[] = {"sample", "label", "repetition"};
  static const char *const columns[] = {"sample", "taxel", "polarity", "time_s"};
  char path[PATH_MAX];
  spiqe_context *ctx = r->recordings.ctx;
  r->path = path;
  SPIQE_TRY(spiqe_set_path(ctx, folder, &set->files[LABELS_FILE], path, sizeof path));
  SPIQE_TRY(spiqe_csv_read(ctx, path, about, 3, take_label, r));
  SPIQE_TRY(spiqe_set_path(ctx, folder, &set->files[EVENTS_FILE], path, sizeof path));
  SPIQE_TRY(spiqe_csv_read(ctx, path, columns, 4, take_event, r));
  SPIQE_TRY(end_recording(r));
  return spiqe_recordings_end(&r->recordings, path);
}

spiqe_status spiqe_set_read_braille(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                    spiqe_split split, spiqe_samples *out) {
  spiqe_samples_shape(set, split, out);
  reader r = {.recordings = {.ctx = ctx, .samples = out}, .split = split};
  spiqe_status status = spiqe_recordings_begin(&r.recordings);
  if (status == SPIQE_OK) status = read_both(&r, set, folder);
  free(r.samples);
  free(r.events);
  return status;
}
