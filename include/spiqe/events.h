/* Events: what event cameras and other sensors that report changes record (address events). */
#ifndef SPIQE_EVENTS_H
#define SPIQE_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One change at one place. */
typedef struct spiqe_address_event {
  uint32_t time;     /* microseconds since the recording began */
  uint16_t x, y;     /* from 0, x to the right, y down */
  uint16_t polarity; /* 1: on, brighter; 0: off, darker */
} spiqe_address_event;

/* One recording. */
typedef struct spiqe_events {
  size_t n_events;
  size_t width, height, n_polarities; /* each event lies in them */
  int64_t origin;                     /* microseconds: the file's own clock at time 0 */
  spiqe_address_event *events;        /* owned, [n_events], time never falls */
} spiqe_events;

/* Read a recording, plain or gzip. Its content tells the format, its name that of N-MNIST.
 *
 * | format   | told by     | time 0 is            | size is                            |
 * |----------|-------------|----------------------|------------------------------------|
 * | N-MNIST  | .bin, .bs2  | that of the file     | 34 x 34, or what holds all events  |
 *
 * Events whose times fall in the file come out sorted; those of one time keep their order. N-MNIST:
 * Orchard et al., Front. Neurosci. 9:437 (2015); an event of y = 240 says that 2^13 us have passed
 * and is no event.
 *
 * *out: owned by the caller (spiqe_events_destroy), NULL on failure. Fails: SPIQE_NOT_FOUND,
 * SPIQE_FILE, SPIQE_BAD_FORMAT (no format that is known, damaged, cut off, no event in it, a clock
 * that was set back), SPIQE_LIMIT (longer than 2^32 us, which are 71 minutes; more than 2^27
 * events), SPIQE_UNSUPPORTED, SPIQE_NO_MEMORY; the message names the file, the byte and what was
 * expected. */
spiqe_status spiqe_events_read(spiqe_context *ctx, const char *path, spiqe_events **out);

/* Free a recording; NULL is fine. */
void spiqe_events_destroy(spiqe_events *events);

#ifdef __cplusplus
}
#endif
#endif
