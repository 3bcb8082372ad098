/* Samples made from an array. */
#ifndef SPIQE_DATA_SAMPLES_H
#define SPIQE_DATA_SAMPLES_H

#include "data/array.h"
#include "data/registry.h"

/* Take over the elements of an array of rank >= 2: the first dimension counts the samples. On
 * success the array is left empty. Fails: SPIQE_BAD_FORMAT, SPIQE_NO_MEMORY. */
spiqe_status spiqe_samples_from_array(spiqe_context *ctx, const char *name, spiqe_array *array,
                                      spiqe_samples **out);

/* Counts, shape and classes of a part as its row says. */
void spiqe_samples_shape(const spiqe_set *set, spiqe_split split, spiqe_samples *out);

/* Empty samples without their struct (it is inside another one). */
void spiqe_samples_free(spiqe_samples *samples);

#endif
