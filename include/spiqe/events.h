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
  spiqe_address_event *events;        /* owned, [n_events], time never falls */
} spiqe_events;

/* Free a recording; NULL is fine. */
void spiqe_events_destroy(spiqe_events *events);

#ifdef __cplusplus
}
#endif
#endif
