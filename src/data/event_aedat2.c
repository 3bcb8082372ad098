/* AEDAT 2.0, jAER's format: lines of text, then pairs of an address and a time, 32 bits each, high
 * bytes first. The header names the chip, which tells what the bits of an address are:
 * https://docs.inivation.com/software/software-advanced-usage/file-formats/aedat-2.0.html
 * There rows count from below, and columns from the right: jAER, whose format it is, mirrors them
 * as it reads (extractors of DVS128 and DavisBaseCamera; the page does not say so). Here (0, 0) is
 * the upper left corner. Of the DVS128 a polarity bit of 0 is on, as jAER and AedatTools read it
 * (that page says the contrary). */
#include <string.h>

#include "core/fail.h"
#include "data/event_format.h"
#include "data/event_header.h"

#define RECORD 8

/* Where an address of 32 bits has what. */
typedef struct layout {
  uint32_t others; /* any of these bits set: no change of brightness, but a trigger, APS, IMU */
  uint32_t unused; /* none of these is set in a file of this chip */
  int x_shift, y_shift, polarity_shift;
  uint32_t x_mask, y_mask; /* after the shift */
  uint32_t on;             /* polarity bit of an on event */
} layout;

static const layout dvs128 = {1u << 15, 0xffff0000u, 1, 8, 0, 0x7f, 0x7f, 0};
static const layout davis = {1u << 31 | 1u << 10, 0, 12, 22, 11, 0x3ff, 0x1ff, 1};

typedef struct aedat2 {
  spiqe_event_list *list; /* borrowed */
  const layout *layout;   /* static */
  int is_named;           /* the header names the chip; without, it is a DVS128 */
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
  reading->is_named = spiqe_header_find(content, end, "AEChip:", chip, sizeof chip);
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

static spiqe_status check_place(const aedat2 *reading, uint64_t place, uint32_t address, uint32_t x,
                                uint32_t y) {
  const spiqe_event_list *list = reading->list;
  SPIQE_REQUIRE(list->ctx, reading->is_named || !(address & reading->layout->unused),
                SPIQE_BAD_FORMAT,
                "%s: the event at byte %llu has the address %08x, which no DVS128 has, and no line "
                "AEChip names another chip",
                list->name, (unsigned long long)place, address);
  SPIQE_REQUIRE(list->ctx, x < list->width, SPIQE_BAD_FORMAT,
                "%s: the event at byte %llu lies in column %u, expected one of %zu", list->name,
                (unsigned long long)place, x, list->width);
  SPIQE_REQUIRE(list->ctx, y < list->height, SPIQE_BAD_FORMAT,
                "%s: the event at byte %llu lies in row %u, expected one of %zu", list->name,
                (unsigned long long)place, y, list->height);
  return SPIQE_OK;
}

static spiqe_status take_event(void *self, const uint8_t *record, uint64_t place) {
  aedat2 *reading = self;
  const layout *l = reading->layout;
  spiqe_event_list *list = reading->list;
  uint32_t address = spiqe_big_u32(record);
  if (address & l->others) return SPIQE_OK;
  uint32_t x = address >> l->x_shift & l->x_mask, y = address >> l->y_shift & l->y_mask;
  SPIQE_TRY(check_place(reading, place, address, x, y));
  return spiqe_event_list_add(list, place, unwrap(reading, spiqe_big_u32(record + 4)),
                              (uint32_t)list->width - 1 - x, (uint32_t)list->height - 1 - y,
                              (address >> l->polarity_shift & 1) == l->on);
}

static spiqe_status read_aedat2(const uint8_t *content, size_t size, spiqe_event_list *list) {
  aedat2 reading = {.list = list};
  size_t end = spiqe_header_end(content, size, "#", "#End Of ASCII Header");
  SPIQE_TRY(read_chip(&reading, content, end));
  list->most_fall = SPIQE_MOST_FALL;
  list->n_polarities = 2;
  return spiqe_event_records(list, "an event", content, size, end, RECORD, take_event, &reading);
}

const spiqe_event_format spiqe_event_aedat2 = {"AEDAT 2.0", is_aedat2, read_aedat2};
