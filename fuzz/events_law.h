/* What must hold of every recording that was read, and of every failure to read one. */
#ifndef SPIQE_FUZZ_EVENTS_LAW_H
#define SPIQE_FUZZ_EVENTS_LAW_H

#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "data/event_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void check_recording(const spiqe_events *events) {
  if (events->n_events == 0) abort();
  for (size_t i = 0; i < events->n_events; i++) {
    const spiqe_address_event *e = &events->events[i];
    if (e->x >= events->width || e->y >= events->height || e->polarity >= events->n_polarities)
      abort();
    if (i > 0 && e->time < events->events[i - 1].time) abort();
  }
}

/* Success gives a sound recording; failure gives none, and a message that names the file. */
static inline void check_decoding(const char *name, const uint8_t *data, size_t size) {
  spiqe_context ctx = {.n_threads = 1};
  spiqe_events *events;
  spiqe_status status = spiqe_events_decode(&ctx, name, data, size, &events);
  if ((status == SPIQE_OK) != (events != NULL)) abort();
  if (events)
    check_recording(events);
  else if (!strstr(ctx.message, name))
    abort();
  spiqe_events_destroy(events);
}

#endif
