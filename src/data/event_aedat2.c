/* AEDAT 2.0, jAER's format: lines of text, then pairs of an address and a time, 32 bits each, high
 * bytes first. The header names the chip, which tells what the bits of an address are:
 * https://docs.inivation.com/software/software-advanced-usage/file-formats/aedat-2.0.html
 * There (0, 0) is the lower left corner; here it is the upper left one. Of the DVS128 a polarity
 * bit of 0 is on, as jAER and AedatTools read it (that page says the contrary). */
#include <string.h>

#include "core/fail.h"
#include "data/event_format.h"
#include "data/event_header.h"

#define RECORD 8

/* Where an address of 32 bits has what. */
typedef struct layout {
  uint32_t others; /* any of these bits set: no change of brightness, but a trigger, APS, IMU */
  int x_shift, y_shift, polarity_shift;
  uint32_t x_mask, y_mask; /* after the shift */
  uint32_t on;             /* polarity bit of an on event */
} layout;

static const layout dvs128 = {1u << 15, 1, 8, 0, 0x7f, 0x7f, 0};
static const layout davis = {1u << 31 | 1u << 10, 12, 22, 11, 0x3ff, 0x1ff, 1};

typedef struct aedat2 {
  spiqe_event_list *list; /* borrowed */
  const layout *layout;   /* static */
  int64_t wraps;          /* microseconds that were lost when the time of 32 bits wrapped */
  uint32_t previous;
} aedat2;

static int is_aedat2(const char *name, const uint8_t *content, size_t size) {
  (void)name;
  return spiqe_content_starts(content, size, "#!AER-DAT2.0");
}

static spiqe_status read_chip(aedat2 *reading, const uint8_t *content, size_t end) {
  char chip[256] = "DVS128";
  spiqe_event_list *list = reading->list;
  spiqe_header_find(content, end, "AEChip:", chip, sizeof chip);
  const spiqe_camera *camera = spiqe_camera_in(chip);
  SPIQE_REQUIRE(list->ctx, camera, SPIQE_UNSUPPORTED, "%s: the chip '%s', expected one of %s",
                list->name, chip, spiqe_camera_names());
  list->width = camera->width;
  list->height = camera->height;
  reading->layout = strcmp(camera->name, "DVS128") == 0 ? &dvs128 : &davis;
  return SPIQE_OK;
}

/* Times have 32 bits, or 31 and a sign that is never set: what falls by more than half of the range
 * has wrapped. */
static int64_t unwrap(aedat2 *reading, uint32_t time) {
  if (time < reading->previous && reading->previous - time > 1u << 31)
    reading->wraps += (int64_t)1 << 32;
  reading->previous = time;
  return reading->wraps + time;
}

static spiqe_status take_event(void *self, const uint8_t *record, uint64_t place) {
  aedat2 *reading = self;
  const layout *l = reading->layout;
  uint32_t address = spiqe_big_u32(record);
  if (address & l->others) return SPIQE_OK;
  uint32_t y = address >> l->y_shift & l->y_mask;
  SPIQE_REQUIRE(reading->list->ctx, y < reading->list->height, SPIQE_BAD_FORMAT,
                "%s: the event at byte %llu lies in row %u, expected one of %zu",
                reading->list->name, (unsigned long long)place, y, reading->list->height);
  return spiqe_event_list_add(reading->list, place, unwrap(reading, spiqe_big_u32(record + 4)),
                              address >> l->x_shift & l->x_mask,
                              (uint32_t)reading->list->height - 1 - y,
                              (address >> l->polarity_shift & 1) == l->on);
}

static spiqe_status read_aedat2(const uint8_t *content, size_t size, spiqe_event_list *list) {
  aedat2 reading = {.list = list};
  size_t end = spiqe_header_end(content, size, '#', "#End Of ASCII Header");
  SPIQE_TRY(read_chip(&reading, content, end));
  list->most_fall = SPIQE_MOST_FALL;
  list->n_polarities = 2;
  return spiqe_event_records(list, "an event", content, size, end, RECORD, take_event, &reading);
}

const spiqe_event_format spiqe_event_aedat2 = {"AEDAT 2.0", is_aedat2, read_aedat2};
