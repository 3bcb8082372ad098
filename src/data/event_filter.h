/* Denoiser: the background activity filter of Delbruck, "Frame-free dynamic digital vision" (Proc.
 * Int. Symp. Secure-Life Electronics, 2008). An event stays when one of its 8 neighbours, of either
 * polarity, had an event at most `window` microseconds before: noise of single pixels goes, edges
 * stay. One event at a time, so nothing is allocated. */
#ifndef SPIQE_DATA_EVENT_FILTER_H
#define SPIQE_DATA_EVENT_FILTER_H

#include "spiqe/events.h"

typedef struct spiqe_denoiser {
  size_t width, height;
  uint32_t window; /* microseconds */
  int64_t *last;   /* borrowed, [height][width]: when the last neighbour had an event; -1: never */
} spiqe_denoiser;

/* Bytes of `last`. */
size_t spiqe_denoiser_scratch(size_t width, size_t height);

/* Forget all events. */
void spiqe_denoiser_clear(const spiqe_denoiser *denoiser);

/* Does the event stay? Events come in the order of their times; each is remembered. */
int spiqe_denoiser_keeps(const spiqe_denoiser *denoiser, const spiqe_address_event *event);

#endif
