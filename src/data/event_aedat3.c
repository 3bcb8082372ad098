/* AEDAT 3.1, the format of cAER and of DVS Gesture: lines of text, then packets of a header of 28
 * bytes and events of one type, low bytes first:
 * https://docs.inivation.com/software/software-advanced-usage/file-formats/aedat-3.1.html */
#include <stdio.h>
#include <string.h>

#include "core/fail.h"
#include "data/event_format.h"
#include "data/event_header.h"

#define PACKET 28       /* bytes of the header of a packet */
#define POLARITY_TYPE 1 /* changes of brightness */
#define RECORD 8        /* bytes of such an event */

static int is_aedat3(const char *name, const uint8_t *content, size_t size) {
  (void)name;
  return spiqe_content_starts(content, size, "#!AER-DAT3.1");
}

#define NO_SOURCE UINT32_MAX

typedef struct aedat3 {
  spiqe_event_list *list;      /* borrowed */
  const uint8_t *content;      /* borrowed, [size] */
  size_t size, header_end, at; /* at: of the next packet */
  uint32_t source;             /* the first one that has events; NO_SOURCE: none so far */
  int64_t passed;              /* microseconds: how often the time of 31 bits has overflown */
} aedat3;

/* One bit: valid; one: polarity; 15 of y, 15 of x; the time. */
static spiqe_status take_event(void *self, const uint8_t *record, uint64_t place) {
  const aedat3 *reading = self;
  uint32_t data = spiqe_little_u32(record), time = spiqe_little_u32(record + 4);
  SPIQE_REQUIRE(reading->list->ctx, time < 1u << 31, SPIQE_BAD_FORMAT,
                "%s: the event at byte %llu has a negative time", reading->list->name,
                (unsigned long long)place);
  if (!(data & 1)) return SPIQE_OK;
  return spiqe_event_list_add(reading->list, place, reading->passed + time, data >> 17,
                              data >> 2 & 0x7fff, data >> 1 & 1);
}

/* Size of the camera that the source is, when the header names one that is known. */
static void find_camera(const aedat3 *reading) {
  char key[32], value[256];
  snprintf(key, sizeof key, "#Source %u:", reading->source);
  if (!spiqe_header_find(reading->content, reading->header_end, key, value, sizeof value) &&
      !spiqe_header_find(reading->content, reading->header_end, "#Source ", value, sizeof value))
    return;
  const spiqe_camera *camera = spiqe_camera_in(value);
  if (!camera) return;
  reading->list->width = camera->width;
  reading->list->height = camera->height;
}

/* Events of a packet between bytes first and end. Those of a second camera are left out. */
static spiqe_status read_events(aedat3 *reading, const uint8_t *header, size_t first, size_t end) {
  const spiqe_event_list *list = reading->list;
  const uint32_t event_size = spiqe_little_u32(header + 4);
  const uint32_t overflow = spiqe_little_u32(header + 12), source = spiqe_little_u16(header + 2);
  SPIQE_REQUIRE(list->ctx, event_size == RECORD, SPIQE_BAD_FORMAT,
                "%s: the packet at byte %zu has polarity events of %u bytes, expected %d",
                list->name, first - PACKET, event_size, RECORD);
  SPIQE_REQUIRE(list->ctx, overflow < 1u << 31, SPIQE_BAD_FORMAT,
                "%s: the packet at byte %zu has a negative overflow", list->name, first - PACKET);
  if (reading->source == NO_SOURCE && first < end) {
    reading->source = source;
    find_camera(reading);
  }
  if (source != reading->source) return SPIQE_OK;
  reading->passed = (int64_t)overflow << 31;
  return spiqe_event_records(list, "an event", reading->content, end, first, RECORD, take_event,
                             reading);
}

static spiqe_status read_packet(aedat3 *reading) {
  const spiqe_event_list *list = reading->list;
  const size_t at = reading->at, first = at + PACKET;
  SPIQE_REQUIRE(list->ctx, reading->size - at >= PACKET, SPIQE_BAD_FORMAT,
                "%s: ends at byte %zu inside a packet's header, which needs %d bytes from byte %zu",
                list->name, reading->size, PACKET, at);
  const uint8_t *header = reading->content + at;
  uint32_t event_size = spiqe_little_u32(header + 4), n = spiqe_little_u32(header + 20);
  SPIQE_REQUIRE(list->ctx, event_size > 0 && event_size < 1u << 31 && n < 1u << 31,
                SPIQE_BAD_FORMAT, "%s: the packet at byte %zu has %u events of %u bytes",
                list->name, at, n, event_size);
  SPIQE_REQUIRE(list->ctx, (uint64_t)n * event_size <= reading->size - first, SPIQE_BAD_FORMAT,
                "%s: the packet at byte %zu has %u events of %u bytes, but %zu bytes follow",
                list->name, at, n, event_size, reading->size - first);
  reading->at = first + (size_t)n * event_size;
  if (spiqe_little_u16(header) != POLARITY_TYPE) return SPIQE_OK;
  return read_events(reading, header, first, reading->at);
}

static spiqe_status check_format(const aedat3 *reading) {
  char value[256];
  if (!spiqe_header_find(reading->content, reading->header_end, "#Format:", value, sizeof value))
    return SPIQE_OK;
  SPIQE_REQUIRE(reading->list->ctx, strcmp(value, "RAW") == 0, SPIQE_UNSUPPORTED,
                "%s: packets of format '%s', expected RAW", reading->list->name, value);
  return SPIQE_OK;
}

static spiqe_status read_aedat3(const uint8_t *content, size_t size, spiqe_event_list *list) {
  static const char last[] = "#!END-HEADER";
  size_t end = spiqe_header_end(content, size, "#", last);
  char rest[8];
  aedat3 reading = {list, content, size, end, end, NO_SOURCE, 0};
  SPIQE_REQUIRE(list->ctx, spiqe_header_find(content, end, last, rest, sizeof rest),
                SPIQE_BAD_FORMAT, "%s: the header ends at byte %zu, expected a line %s before",
                list->name, end, last);
  SPIQE_TRY(check_format(&reading));
  list->most_fall = SPIQE_MOST_FALL;
  list->n_polarities = 2;
  while (reading.at < size) SPIQE_TRY(read_packet(&reading));
  return SPIQE_OK;
}

const spiqe_event_format spiqe_event_aedat3 = {"AEDAT 3.1", is_aedat3, read_aedat3};
