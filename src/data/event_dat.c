/* DAT of Prophesee (N-CARS, GEN1): lines of text, a byte for the type and one for the size of an
 * event, then events of a time and a place, 32 bits each, low bytes first.
 * https://docs.prophesee.ai/stable/data/file_formats/dat.html
 * Version 1, of the ATIS, has smaller places, as Prophesee's loader for Matlab reads them
 * (load_atis_data.m). A file that names no version is one of version 2. */
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "data/event_format.h"
#include "data/event_header.h"
#include "data/event_prophesee.h"

#define RECORD 8
enum { EVENT_2D = 0x00, EVENT_CD = 0x0c };

/* Where the second word of an event has what. Masks are of what is shifted. */
typedef struct layout {
  int y_shift, polarity_shift;
  uint32_t x_mask, y_mask, polarity_mask;
} layout;

static const layout version1 = {9, 17, 0x1ff, 0xff, 1};
static const layout version2 = {14, 28, 0x3fff, 0x3fff, 0xf};

typedef struct dat {
  spiqe_event_list *list; /* borrowed */
  const layout *layout;   /* static */
  spiqe_prophesee_clock clock;
} dat;

/* Of what starts as a file of Prophesee the last row: what is not read ends here as well. */
static int is_dat(const char *name, const uint8_t *content, size_t size) {
  (void)name;
  return spiqe_content_starts(content, size, "% ");
}

static spiqe_status take_event(void *self, const uint8_t *record, uint64_t place) {
  dat *reading = self;
  const layout *l = reading->layout;
  uint32_t data = spiqe_little_u32(record + 4);
  uint32_t polarity = data >> l->polarity_shift & l->polarity_mask;
  spiqe_prophesee_tick(&reading->clock, spiqe_little_u32(record));
  SPIQE_REQUIRE(reading->list->ctx, polarity <= 1, SPIQE_BAD_FORMAT,
                "%s: the event at byte %llu has polarity %u, expected 0 or 1", reading->list->name,
                (unsigned long long)place, polarity);
  return spiqe_event_list_add(reading->list, place, reading->clock.loops + reading->clock.high,
                              data & l->x_mask, data >> l->y_shift & l->y_mask, polarity);
}

static spiqe_status read_version(const uint8_t *content, size_t end, dat *reading) {
  char text[32] = "2";
  spiqe_header_find(content, end, "% Version ", text, sizeof text);
  const unsigned long version = strtoul(text, NULL, 10);
  SPIQE_REQUIRE(reading->list->ctx, version <= 2, SPIQE_UNSUPPORTED,
                "%s: the header names version '%s', expected 2 or less", reading->list->name, text);
  reading->layout = version < 2 ? &version1 : &version2;
  return SPIQE_OK;
}

static spiqe_status read_dat(const uint8_t *content, size_t size, spiqe_event_list *list) {
  dat reading = {list, NULL, {.range = (int64_t)1 << 32, .high = -1}};
  size_t end = spiqe_prophesee_end(content, size);
  char encoding[64];
  spiqe_prophesee_encoding(content, size, encoding, sizeof encoding);
  SPIQE_REQUIRE(list->ctx, strcmp(encoding, "DAT") == 0, SPIQE_UNSUPPORTED,
                "%s: the header names the encoding '%s', expected EVT2 (2.0), EVT3 (3.0) or none",
                list->name, encoding);
  SPIQE_REQUIRE(list->ctx, size - end >= 2, SPIQE_BAD_FORMAT,
                "%s: ends at byte %zu, where the type and size of its events are expected",
                list->name, size);
  uint32_t type = content[end], event_size = content[end + 1];
  SPIQE_REQUIRE(list->ctx, (type == EVENT_2D || type == EVENT_CD) && event_size == RECORD,
                SPIQE_UNSUPPORTED,
                "%s: byte %zu tells events of type %02x and %u bytes, expected type 00 or 0c and "
                "%d bytes",
                list->name, end, type, event_size, RECORD);
  SPIQE_TRY(read_version(content, end, &reading));
  spiqe_prophesee_start(content, end, list);
  return spiqe_event_records(list, "an event", content, size, end + 2, RECORD, take_event,
                             &reading);
}

const spiqe_event_format spiqe_event_dat = {"Prophesee DAT", is_dat, read_dat};
