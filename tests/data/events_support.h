/* What the tests of event formats share: random recordings, and what each reader owes: the events
 * that were written, and an error that names the file for all else. */
#ifndef SPIQE_TESTS_DATA_EVENTS_SUPPORT_H
#define SPIQE_TESTS_DATA_EVENTS_SUPPORT_H

#include "data/event_format.h"
#include "spiqe/random.h"
#include "support.h"

/* Number i of a stream, 0 to limit - 1. */
static inline uint32_t drawn(uint64_t seed, uint64_t i, uint32_t limit) {
  uint32_t key[2];
  spiqe_random_key(seed, SPIQE_PURPOSE_USER, 0, key);
  return (uint32_t)(spiqe_random_uniform(key, 0, i) * limit);
}

/* n events with times from `start` that rise by 0 to most_step. Caller frees. */
static inline spiqe_address_event *made_events(uint64_t seed, size_t n, uint32_t start,
                                               uint32_t most_step, uint32_t width,
                                               uint32_t height) {
  spiqe_address_event *events = malloc(n * sizeof *events);
  uint32_t time = start;
  assert_non_null(events);
  for (size_t i = 0; i < n; i++) {
    if (i > 0) time += drawn(seed, 4 * i, most_step + 1);
    events[i] = (spiqe_address_event){.time = time,
                                      .x = (uint16_t)drawn(seed, 4 * i + 1, width),
                                      .y = (uint16_t)drawn(seed, 4 * i + 2, height),
                                      .polarity = (uint16_t)drawn(seed, 4 * i + 3, 2)};
  }
  return events;
}

static inline void assert_same_events(const spiqe_events *read, const spiqe_address_event *events,
                                      size_t n, uint32_t start) {
  assert_int_equal(read->n_events, n);
  for (size_t i = 0; i < n; i++) {
    assert_int_equal(read->events[i].time, events[i].time - start);
    assert_int_equal(read->events[i].x, events[i].x);
    assert_int_equal(read->events[i].y, events[i].y);
    assert_int_equal(read->events[i].polarity, events[i].polarity);
  }
}

/* Times never fall, and places lie within the size. */
static inline void assert_sound(const spiqe_events *events) {
  for (size_t i = 0; i < events->n_events; i++) {
    assert_true(events->events[i].x < events->width);
    assert_true(events->events[i].y < events->height);
    assert_true(events->events[i].polarity < events->n_polarities);
    if (i > 0) assert_true(events->events[i - 1].time <= events->events[i].time);
  }
}

/* The recording in b, which must be there and be sound. */
static inline spiqe_events *decode_events(spiqe_context *ctx, const char *name, const bytes *b) {
  spiqe_events *events;
  if (spiqe_events_decode(ctx, name, b->data, b->size, &events) != SPIQE_OK)
    fail_msg("%s", ctx->message);
  assert_sound(events);
  return events;
}

static inline void add_text(bytes *b, const char *text) {
  add(b, text, strlen(text));
}

static inline void add_little(bytes *b, uint64_t value, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint8_t raw = (uint8_t)(value >> 8 * i);
    add(b, &raw, 1);
  }
}

static inline void refuses_events(spiqe_context *ctx, const char *name, const bytes *b,
                                  spiqe_status status, const char *part) {
  spiqe_events *events;
  spiqe_status got = spiqe_events_decode(ctx, name, b->data, b->size, &events);
  if (got != status) fail_msg("status %s: %s", spiqe_status_name(got), ctx->message);
  assert_null(events);
  assert_says(ctx, name);
  assert_says(ctx, part);
}

/* Cut at any byte, the content gives the first of its events or an error that names the file;
 * returns how many cuts were refused. */
static inline size_t cut_everywhere(spiqe_context *ctx, const char *name, const bytes *b) {
  size_t n_refused = 0;
  for (size_t n = 0; n < b->size; n++) {
    spiqe_events *events;
    uint8_t *exact = malloc(n + !n); /* the sanitizer knows where it ends */
    assert_non_null(exact);
    memcpy(exact, b->data, n);
    spiqe_status status = spiqe_events_decode(ctx, name, exact, n, &events);
    assert_true((status == SPIQE_OK) == (events != NULL));
    if (events)
      assert_sound(events);
    else
      assert_says(ctx, name);
    n_refused += !events;
    spiqe_events_destroy(events);
    free(exact);
  }
  return n_refused;
}

#endif
