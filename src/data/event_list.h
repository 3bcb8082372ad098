/* Event list: what a reader of events fills, event by event, and what becomes the recording. */
#ifndef SPIQE_DATA_EVENT_LIST_H
#define SPIQE_DATA_EVENT_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/events.h"

/* Most events of a recording: 1.6 GB in memory. */
#define SPIQE_MOST_EVENTS ((size_t)1 << 27)

/* Most microseconds by which the clock of a camera may fall. Buffers of a camera's rows and columns
 * are mixed up by milliseconds; a clock that falls by more was set back. */
#define SPIQE_MOST_FALL 1000000

typedef struct spiqe_event_list {
  spiqe_context *ctx;          /* borrowed */
  const char *name;            /* borrowed: what messages call the file */
  spiqe_address_event *events; /* owned; time: the low 32 bits of the file's clock */
  size_t n_events, capacity;
  int64_t first, last;   /* earliest and latest time so far, microseconds of the file's clock */
  int64_t previous;      /* time of the last event */
  int64_t most_fall;     /* a clock that falls by more is refused; 0: it may fall */
  int is_sorted;         /* no time fell so far */
  int starts_with_clock; /* time 0 is that of the file's clock, where 32 bits can hold it */
  size_t width, height;  /* set by the reader from a header: events lie in them. 0: not known */
  size_t least_width, least_height, n_polarities; /* the smallest that hold all events so far */
} spiqe_event_list;

/* An empty list. */
spiqe_event_list spiqe_event_list_start(spiqe_context *ctx, const char *name);

/* Add an event that stands at byte `place`; time: microseconds of the file's clock. Fails:
 * SPIQE_BAD_FORMAT (outside of width and height; a fall by more than most_fall), SPIQE_LIMIT (too
 * long, too many), SPIQE_NO_MEMORY. */
spiqe_status spiqe_event_list_add(spiqe_event_list *list, uint64_t place, int64_t time, uint32_t x,
                                  uint32_t y, uint32_t polarity);

/* Make a recording of the list: times from its start, sorted, an unknown size as small as can be.
 * The list gives its events away and is empty. Fails: SPIQE_BAD_FORMAT (no events),
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_event_list_finish(spiqe_event_list *list, spiqe_events **out);
void spiqe_event_list_destroy(spiqe_event_list *list);

/* Sort by time, keeping the order of those of one time. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_events_sort(spiqe_context *ctx, spiqe_address_event *events, size_t n);

/* What takes a record of a file: its bytes, and the place of its first one. */
typedef spiqe_status (*spiqe_record_taker)(void *self, const uint8_t *record, uint64_t place);

/* Hand on the records of record_size bytes between byte `at` and the end of content: [size]; `what`
 * names one in the message. Fails: as `take` does; SPIQE_BAD_FORMAT (the content ends inside a
 * record). */
spiqe_status spiqe_event_records(const spiqe_event_list *list, const char *what,
                                 const uint8_t *content, size_t size, size_t at, size_t record_size,
                                 spiqe_record_taker take, void *self);

/* Numbers of records, by the order of their bytes. */
static inline uint32_t spiqe_little_u16(const uint8_t *raw) {
  return (uint32_t)raw[0] | (uint32_t)raw[1] << 8;
}
static inline uint32_t spiqe_little_u32(const uint8_t *raw) {
  return spiqe_little_u16(raw) | spiqe_little_u16(raw + 2) << 16;
}
static inline uint64_t spiqe_little_u64(const uint8_t *raw) {
  return spiqe_little_u32(raw) | (uint64_t)spiqe_little_u32(raw + 4) << 32;
}
static inline uint32_t spiqe_big_u32(const uint8_t *raw) {
  return (uint32_t)raw[0] << 24 | (uint32_t)raw[1] << 16 | (uint32_t)raw[2] << 8 | raw[3];
}

#endif
