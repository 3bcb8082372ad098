/* Events as they are read: their clock has 64 bits, of which the list keeps 32. Since the whole
 * recording lies within 2^32 us, the low bits of time - origin are those of the difference. */
#include "data/event_list.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"

#define MOST_DURATION ((int64_t)UINT32_MAX) /* microseconds */
#define MOST_PLACES 65536                   /* in x and in y: 16 bits */

spiqe_event_list spiqe_event_list_start(spiqe_context *ctx, const char *name) {
  return (spiqe_event_list){
      .ctx = ctx, .name = name, .first = INT64_MAX, .last = INT64_MIN, .is_sorted = 1};
}

static spiqe_status check_place(const spiqe_event_list *list, uint64_t place, uint32_t x,
                                uint32_t y) {
  size_t width = list->width ? list->width : MOST_PLACES;
  size_t height = list->height ? list->height : MOST_PLACES;
  SPIQE_REQUIRE(list->ctx, x < width && y < height, SPIQE_BAD_FORMAT,
                "%s: the event at byte %llu lies at (%u, %u), expected a place within %zu x %zu",
                list->name, (unsigned long long)place, x, y, width, height);
  return SPIQE_OK;
}

static spiqe_status check_time(spiqe_event_list *list, uint64_t place, int64_t time) {
  if (list->n_events > 0 && time < list->previous) {
    SPIQE_REQUIRE(list->ctx, !list->most_fall || list->previous - time <= list->most_fall,
                  SPIQE_BAD_FORMAT,
                  "%s: the event at byte %llu is %lld us earlier than the one before it: the clock "
                  "was set back; expected times that fall by %lld us at most",
                  list->name, (unsigned long long)place, (long long)(list->previous - time),
                  (long long)list->most_fall);
    list->is_sorted = 0;
  }
  if (time < list->first) list->first = time;
  if (time > list->last) list->last = time;
  SPIQE_REQUIRE(list->ctx, list->last - list->first <= MOST_DURATION, SPIQE_LIMIT,
                "%s: the event at byte %llu makes the recording %.0f s long; at most 2^32 us, "
                "which are 71 minutes, are read",
                list->name, (unsigned long long)place, (double)(list->last - list->first) / 1e6);
  list->previous = time;
  return SPIQE_OK;
}

spiqe_status spiqe_event_list_add(spiqe_event_list *list, uint64_t place, int64_t time, uint32_t x,
                                  uint32_t y, uint32_t polarity) {
  SPIQE_TRY(check_place(list, place, x, y));
  SPIQE_TRY(check_time(list, place, time));
  SPIQE_REQUIRE(list->ctx, list->n_events < SPIQE_MOST_EVENTS, SPIQE_LIMIT,
                "%s: more than %zu events", list->name, SPIQE_MOST_EVENTS);
  if (list->n_events == list->capacity)
    SPIQE_TRY(spiqe_grow(list->ctx, (void **)&list->events, &list->capacity, list->n_events + 1,
                         sizeof *list->events));
  list->events[list->n_events++] = (spiqe_address_event){.time = (uint32_t)time,
                                                         .x = (uint16_t)x,
                                                         .y = (uint16_t)y,
                                                         .polarity = (uint16_t)polarity};
  if (x >= list->least_width) list->least_width = x + 1;
  if (y >= list->least_height) list->least_height = y + 1;
  if (polarity >= list->n_polarities) list->n_polarities = polarity + 1;
  return SPIQE_OK;
}

spiqe_status spiqe_event_list_finish(spiqe_event_list *list, spiqe_events **out) {
  *out = NULL;
  SPIQE_REQUIRE(list->ctx, list->n_events > 0, SPIQE_BAD_FORMAT, "%s: there is no event in it",
                list->name);
  int keeps_clock = list->starts_with_clock && list->first >= 0 && list->last <= MOST_DURATION;
  int64_t origin = keeps_clock ? 0 : list->first;
  for (size_t i = 0; i < list->n_events; i++) list->events[i].time -= (uint32_t)origin;
  if (!list->is_sorted) SPIQE_TRY(spiqe_events_sort(list->ctx, list->events, list->n_events));
  spiqe_events *events = malloc(sizeof *events);
  SPIQE_REQUIRE(list->ctx, events, SPIQE_NO_MEMORY, "%s: no memory", list->name);
  *events = (spiqe_events){.n_events = list->n_events,
                           .width = list->width ? list->width : list->least_width,
                           .height = list->height ? list->height : list->least_height,
                           .n_polarities = list->n_polarities,
                           .origin = origin,
                           .events = list->events};
  *list = spiqe_event_list_start(list->ctx, list->name);
  *out = events;
  return SPIQE_OK;
}

void spiqe_event_list_destroy(spiqe_event_list *list) {
  free(list->events);
  *list = (spiqe_event_list){0};
}

/* One pass of a radix sort: by the byte of the time that starts at bit `shift`. */
static void sort_by_byte(const spiqe_address_event *in, spiqe_address_event *out, size_t n,
                         int shift) {
  size_t next[256] = {0}, sum = 0;
  for (size_t i = 0; i < n; i++) next[in[i].time >> shift & 0xff]++;
  for (size_t value = 0; value < 256; value++) {
    size_t count = next[value];
    next[value] = sum;
    sum += count;
  }
  for (size_t i = 0; i < n; i++) out[next[in[i].time >> shift & 0xff]++] = in[i];
}

spiqe_status spiqe_events_sort(spiqe_context *ctx, spiqe_address_event *events, size_t n) {
  spiqe_address_event *other = malloc((n ? n : 1) * sizeof *other);
  SPIQE_REQUIRE(ctx, other, SPIQE_NO_MEMORY, "no memory to sort %zu events", n);
  for (int shift = 0; shift < 32; shift += 16) {
    sort_by_byte(events, other, n, shift);
    sort_by_byte(other, events, n, shift + 8);
  }
  free(other);
  return SPIQE_OK;
}

spiqe_status spiqe_event_records(const spiqe_event_list *list, const char *what,
                                 const uint8_t *content, size_t size, size_t at, size_t record_size,
                                 spiqe_record_taker take, void *self) {
  for (; size - at >= record_size; at += record_size) SPIQE_TRY(take(self, content + at, at));
  SPIQE_REQUIRE(list->ctx, at == size, SPIQE_BAD_FORMAT,
                "%s: ends at byte %zu inside %s, which needs %zu bytes from byte %zu", list->name,
                size, what, record_size, at);
  return SPIQE_OK;
}
