/* Denoiser: the background activity filter of Delbruck, "Frame-free dynamic digital vision" (Proc.
 * Int. Symp. Secure-Life Electronics, 2008). An event stays when one of its 8 neighbours, of either
 * polarity, had an event at most `window` microseconds before: noise of single pixels goes, edges
 * stay. Places in one row are channels (taxels, bands), whose neighbours say nothing of noise: all
 * of their events stay. One event at a time, so nothing is allocated. */
#ifndef SPIQE_DATA_EVENT_FILTER_H
#define SPIQE_DATA_EVENT_FILTER_H

#include "spiqe/events.h"

typedef struct spiqe_denoiser {
  size_t width, height;
  uint32_t window; /* microseconds */
  int64_t *last;   /* borrowed, [height][width]: when the last neighbour had an event; -1: never.
                    * NULL: all stay */
} spiqe_denoiser;

/* Most places of a sensor, as each has a time, whether or not it has events: 4096 x 4096. */
#define SPIQE_MOST_DENOISED ((size_t)1 << 24)

/* Bytes of `last`, 0 where it needs none. */
size_t spiqe_denoiser_scratch(size_t width, size_t height);

/* One that has seen no event. scratch: for `last`; NULL: all stay. */
spiqe_denoiser spiqe_denoiser_start(size_t width, size_t height, uint32_t window, void *scratch);

/* Does the event stay? Events come in the order of their times; each is remembered. */
int spiqe_denoiser_keeps(const spiqe_denoiser *denoiser, const spiqe_address_event *event);

#endif
