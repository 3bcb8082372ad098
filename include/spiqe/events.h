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

/* Read a recording, plain or gzip. Its content tells the format, else the ending of its name:
 *
 * | format        | told by                      | time 0          | size                         |
 * |---------------|------------------------------|-----------------|------------------------------|
 * | AEDAT 2.0     | #!AER-DAT2.0                 | the first event | of the chip, else 128 x 128  |
 * | AEDAT 3.1     | #!AER-DAT3.1                 | the first event | of the camera, else smallest |
 * | AEDAT 4       | #!AER-DAT4.0                 | the first event | of the header, else smallest |
 * | EVT 2.0, 3.0  | % evt 2.0, % format EVT2 ... | the first event | of the header, else smallest |
 * | Prophesee DAT | % and neither                | the first event | of the header, else smallest |
 * | N-MNIST       | .bin, .bs2                   | of the file     | 34 x 34 or larger            |
 * | CSV           | .csv                         | of the file (*) | smallest                     |
 *
 * (*) The first event where the file has times below 0 or above 2^32 us; origin tells.
 *
 * "Smallest" is the smallest size that holds all events. What is no change of brightness (triggers,
 * pictures, motion) is left out. Events whose times fall in the file come out sorted; those of one
 * time keep their order. A camera's times may fall by one second, a CSV's as they like.
 *
 * AEDAT 4: packets may be packed by LZ4 or Zstandard, where spiqe was built with these libraries;
 * of several cameras the first is read.
 * CSV: the first line names the columns, each other line is an event. time, timestamp or t, in
 * microseconds or as time_ms, time_s say; x, or taxel, unit, channel, address; y; polarity or p, 1
 * for on, 0 or -1 for off. A time and a place must be there; what is not there is 0.
 * N-MNIST: Orchard et al., Front. Neurosci. 9:437 (2015); an event of y = 240 says that 2^13 us
 * have passed and is no event.
 *
 * *out: owned by the caller (spiqe_events_destroy), NULL on failure. Fails: SPIQE_NOT_FOUND,
 * SPIQE_FILE, SPIQE_BAD_FORMAT (no format that is known, damaged, cut off, no event in it, a clock
 * that was set back), SPIQE_LIMIT (longer than 2^32 us, which are 71 minutes; more than 2^27
 * events), SPIQE_UNSUPPORTED, SPIQE_NO_MEMORY; the message names the file, the byte or line and
 * what was expected. */
spiqe_status spiqe_events_read(spiqe_context *ctx, const char *path, spiqe_events **out);

/* What happens in a part of a recording. */
typedef struct spiqe_event_label {
  uint32_t label;     /* the class, as the file numbers it: DVS Gesture has 1 to 11 */
  int64_t begin, end; /* microseconds of the file's own clock, end excluded */
} spiqe_event_label;

/* Read the labels of a recording as DVS Gesture has them (Amir et al., CVPR 2017): a CSV with the
 * columns class, startTime_usec, endTime_usec. *out: [*n], owned by the caller (free), NULL on
 * failure. Fails: SPIQE_NOT_FOUND, SPIQE_FILE, SPIQE_BAD_FORMAT (a label that does not end after it
 * begins), SPIQE_LIMIT, SPIQE_NO_MEMORY. */
spiqe_status spiqe_event_labels_read(spiqe_context *ctx, const char *path, spiqe_event_label **out,
                                     size_t *n);

/* Cut the parts of a recording that have labels. out: [n], owned by the caller, each of the size of
 * the whole, its time 0 where the label begins; all NULL on failure. Fails: SPIQE_BAD_ARGUMENT (a
 * label that does not end after it begins, or holds no event), SPIQE_LIMIT (2^32 us),
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_events_cut(spiqe_context *ctx, const spiqe_events *events,
                              const spiqe_event_label *labels, size_t n, spiqe_events **out);

/* Take out noise, in place: an event stays when one of its 8 neighbours, of either polarity, had an
 * event at most `window` microseconds before (background activity filter: Delbruck, Proc. Int.
 * Symp. Secure-Life Electronics, 2008). It may leave no event. Of a sensor of one row all stay.
 * Fails: SPIQE_LIMIT (more than 2^24 places), SPIQE_NO_MEMORY. */
spiqe_status spiqe_events_denoise(spiqe_context *ctx, spiqe_events *events, uint32_t window);

/* Free a recording; NULL is fine. */
void spiqe_events_destroy(spiqe_events *events);

#ifdef __cplusplus
}
#endif
#endif
