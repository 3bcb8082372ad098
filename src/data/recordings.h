/* Samples that are recordings, put together one behind the other. */
#ifndef SPIQE_DATA_RECORDINGS_H
#define SPIQE_DATA_RECORDINGS_H

#include "data/samples.h"

/* Start from {ctx, samples}, samples having shape and counts (spiqe_samples_shape). */
typedef struct spiqe_recordings {
  spiqe_context *ctx;     /* borrowed */
  spiqe_samples *samples; /* borrowed; what is read belongs to it, also on failure */
  size_t n, capacity;     /* recordings so far; room for events */
} spiqe_recordings;

/* Make room for the labels and the places of all recordings. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_recordings_begin(spiqe_recordings *r);

/* Add a recording of n events, sorted by time, with its label; path: of the file, for messages.
 * Fails: SPIQE_BAD_FORMAT (an event outside of the shape, more recordings than the set has, a label
 * that is none of its classes), SPIQE_NO_MEMORY. */
spiqe_status spiqe_recordings_add(spiqe_recordings *r, const char *path,
                                  const spiqe_address_event *events, size_t n, double label);

/* All must be there. Fails: SPIQE_BAD_FORMAT. */
spiqe_status spiqe_recordings_end(const spiqe_recordings *r, const char *path);

#endif
