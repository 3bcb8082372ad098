/* EVT 3.0 of Prophesee: words of 16 bits, low bytes first, each of which changes a part of the
 * place and time that the next event has.
 * https://docs.prophesee.ai/stable/data/encoding_formats/evt3.html */
#include "core/fail.h"
#include "data/event_format.h"
#include "data/event_prophesee.h"

/* The 4 high bits of a word. Vectors have a bit for each of 12 or 8 places from the base on. */
enum {
  ADDRESS_Y = 0x0,
  ADDRESS_X = 0x2,
  VECTOR_BASE = 0x3,
  VECTOR_12 = 0x4,
  VECTOR_8 = 0x5,
  TIME_LOW = 0x6,
  TIME_HIGH = 0x8
};
#define PART_BITS 12 /* of the time, low and high */

typedef struct evt3 {
  spiqe_event_list *list;      /* borrowed */
  spiqe_prophesee_clock clock; /* its high is -1 until it is known */
  uint32_t low;                /* microseconds */
  uint32_t y, base, polarity;  /* base: x of the next vector's first place */
} evt3;

static int is_evt3(const char *name, const uint8_t *content, size_t size) {
  (void)name;
  return spiqe_prophesee_is(content, size, "EVT3");
}

/* Events before the first high bits have no time and are left out, as Prophesee's reader does. */
static spiqe_status add_event(evt3 *reading, uint64_t place, uint32_t x, uint32_t polarity) {
  if (reading->clock.high < 0) return SPIQE_OK;
  int64_t time = reading->clock.loops + reading->clock.high + reading->low;
  return spiqe_event_list_add(reading->list, place, time, x, reading->y, polarity);
}

static spiqe_status add_vector(evt3 *reading, uint64_t place, uint32_t bits, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (bits >> i & 1) SPIQE_TRY(add_event(reading, place, reading->base + i, reading->polarity));
  reading->base += n;
  return SPIQE_OK;
}

/* New high bits come before the low ones that belong to them; what comes between is at their start.
 * They are also repeated while they stay the same. */
static void set_high(evt3 *reading, uint32_t part) {
  int64_t high = (int64_t)part << PART_BITS;
  if (high != reading->clock.high) reading->low = 0;
  spiqe_prophesee_tick(&reading->clock, high);
}

static spiqe_status take_word(void *self, const uint8_t *record, uint64_t place) {
  evt3 *reading = self;
  uint32_t word = spiqe_little_u16(record);
  switch (word >> 12) {
    case ADDRESS_Y: reading->y = word & 0x7ff; break;
    case ADDRESS_X: return add_event(reading, place, word & 0x7ff, word >> 11 & 1);
    case VECTOR_BASE:
      reading->base = word & 0x7ff;
      reading->polarity = word >> 11 & 1;
      break;
    case VECTOR_12: return add_vector(reading, place, word & 0xfff, 12);
    case VECTOR_8: return add_vector(reading, place, word & 0xff, 8);
    case TIME_LOW: reading->low = word & 0xfff; break;
    case TIME_HIGH: set_high(reading, word & 0xfff); break;
    default: break; /* triggers, and what belongs to them or to the makers */
  }
  return SPIQE_OK;
}

static spiqe_status read_evt3(const uint8_t *content, size_t size, spiqe_event_list *list) {
  evt3 reading = {.list = list, .clock = {.range = (int64_t)1 << 2 * PART_BITS, .high = -1}};
  size_t end = spiqe_prophesee_end(content, size);
  spiqe_prophesee_start(content, end, list);
  return spiqe_event_records(list, "a word", content, size, end, 2, take_word, &reading);
}

const spiqe_event_format spiqe_event_evt3 = {"EVT 3.0", is_evt3, read_evt3};
