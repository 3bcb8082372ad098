/* What the three formats of Prophesee share: a header of lines "% key value".
 * https://docs.prophesee.ai/stable/data/file_formats/raw.html and dat.html */
#ifndef SPIQE_DATA_EVENT_PROPHESEE_H
#define SPIQE_DATA_EVENT_PROPHESEE_H

#include "data/event_list.h"

/* Where the header ends. */
size_t spiqe_prophesee_end(const uint8_t *content, size_t size);

/* The encoding of a file that starts with '%': "EVT2" and "EVT3" where the header says "% evt 2.0"
 * or, since 2023, "% format EVT2;height=..."; others as it names them; "DAT" when it names none. */
void spiqe_prophesee_encoding(const uint8_t *content, size_t size, char *name, size_t name_size);

/* Does it start with '%', and is it of this encoding? */
int spiqe_prophesee_is(const uint8_t *content, size_t size, const char *encoding);

/* Start a list: size of the camera, where the header ([end] bytes) names it; a camera's clock. */
void spiqe_prophesee_start(const uint8_t *content, size_t end, spiqe_event_list *list);

/* A time whose high bits come rarely, in words of their own, and begin anew after `range`
 * microseconds. */
typedef struct spiqe_prophesee_clock {
  int64_t range, loops; /* microseconds; loops: of all ranges that went by */
  int64_t high;         /* microseconds of the high bits within the range; -1: none came so far */
} spiqe_prophesee_clock;

/* High bits, as microseconds; a fall by more than half of the range is the next loop. */
void spiqe_prophesee_tick(spiqe_prophesee_clock *clock, int64_t high);

#endif
