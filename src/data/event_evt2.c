/* EVT 2.0 of Prophesee: words of 32 bits, low bytes first; 4 bits tell what a word is.
 * https://docs.prophesee.ai/stable/data/encoding_formats/evt2.html */
#include "data/event_format.h"
#include "data/event_prophesee.h"

/* Off and on events: 6 low bits of the time, 11 of x, 11 of y. Time high: bits 6 to 33. */
enum { EVENT_OFF = 0x0, EVENT_ON = 0x1, TIME_HIGH = 0x8 };
#define LOW_BITS 6
#define TIME_BITS 34

typedef struct evt2 {
  spiqe_event_list *list; /* borrowed */
  spiqe_prophesee_clock clock;
} evt2;

static int is_evt2(const char *name, const uint8_t *content, size_t size) {
  (void)name;
  return spiqe_prophesee_is(content, size, "EVT2");
}

/* Events before the first high bits have no time and are left out, as Prophesee's reader does. */
static spiqe_status take_word(void *self, const uint8_t *record, uint64_t place) {
  evt2 *reading = self;
  uint32_t word = spiqe_little_u32(record), type = word >> 28;
  if (type == TIME_HIGH)
    spiqe_prophesee_tick(&reading->clock, (int64_t)(word & 0xfffffff) << LOW_BITS);
  if ((type != EVENT_OFF && type != EVENT_ON) || reading->clock.high < 0) return SPIQE_OK;
  return spiqe_event_list_add(reading->list, place,
                              reading->clock.loops + reading->clock.high + (word >> 22 & 0x3f),
                              word >> 11 & 0x7ff, word & 0x7ff, type);
}

static spiqe_status read_evt2(const uint8_t *content, size_t size, spiqe_event_list *list) {
  evt2 reading = {list, {.range = (int64_t)1 << TIME_BITS, .high = -1}};
  size_t end = spiqe_prophesee_end(content, size);
  spiqe_prophesee_start(content, end, list);
  return spiqe_event_records(list, "a word", content, size, end, 4, take_word, &reading);
}

const spiqe_event_format spiqe_event_evt2 = {"EVT 2.0", is_evt2, read_evt2};
