#include "data/recordings.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"

spiqe_status spiqe_recordings_begin(spiqe_recordings *r) {
  const size_t n = r->samples->n_samples;
  r->samples->labels = calloc(n, sizeof *r->samples->labels);
  r->samples->first_event = calloc(n + 1, sizeof *r->samples->first_event);
  SPIQE_REQUIRE(r->ctx, r->samples->labels && r->samples->first_event, SPIQE_NO_MEMORY,
                "no memory for %zu recordings", n);
  return spiqe_grow(r->ctx, (void **)&r->samples->events, &r->capacity, 1,
                    sizeof *r->samples->events);
}

static spiqe_status check(const spiqe_recordings *r, const char *path,
                          const spiqe_address_event *events, size_t n, double label) {
  const spiqe_samples *s = r->samples;
  SPIQE_REQUIRE(r->ctx, r->n < s->n_samples, SPIQE_BAD_FORMAT,
                "%s: more recordings than the %zu that the set has there", path, s->n_samples);
  SPIQE_REQUIRE(r->ctx, label >= 0 && label < (double)s->n_classes, SPIQE_BAD_FORMAT,
                "%s: the label is %g, but the set has %zu classes", path, label, s->n_classes);
  for (size_t i = 0; i < n; i++)
    SPIQE_REQUIRE(r->ctx,
                  events[i].polarity < s->shape[0] && events[i].y < s->shape[1] &&
                      events[i].x < s->shape[2],
                  SPIQE_BAD_FORMAT,
                  "%s: event %zu: x %u, y %u, polarity %u, but the set has %zu x %zu, %zu "
                  "polarities",
                  path, i, events[i].x, events[i].y, events[i].polarity, s->shape[2], s->shape[1],
                  s->shape[0]);
  return SPIQE_OK;
}

spiqe_status spiqe_recordings_add(spiqe_recordings *r, const char *path,
                                  const spiqe_address_event *events, size_t n, double label) {
  spiqe_samples *s = r->samples;
  SPIQE_TRY(check(r, path, events, n, label));
  const size_t first = s->first_event[r->n];
  SPIQE_TRY(spiqe_grow(r->ctx, (void **)&s->events, &r->capacity, first + n, sizeof *s->events));
  if (n > 0) memcpy(s->events + first, events, n * sizeof *events);
  s->labels[r->n++] = (uint16_t)label;
  s->first_event[r->n] = first + n;
  return SPIQE_OK;
}

spiqe_status spiqe_recordings_end(const spiqe_recordings *r, const char *path) {
  SPIQE_REQUIRE(r->ctx, r->n == r->samples->n_samples, SPIQE_BAD_FORMAT,
                "%s: %zu recordings, but the set has %zu there", path, r->n, r->samples->n_samples);
  return SPIQE_OK;
}
