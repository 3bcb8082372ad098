/* Recordings of events. */
#include "spiqe/events.h"

#include <stdlib.h>

void spiqe_events_destroy(spiqe_events *events) {
  if (!events) return;
  free(events->events);
  free(events);
}
