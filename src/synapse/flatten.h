/* Flatten: an explicit change of shape, [height][width][channel] to channels without a place. The
 * numbers and their order stay. */
#ifndef SPIQE_SYNAPSE_FLATTEN_H
#define SPIQE_SYNAPSE_FLATTEN_H

#include "stage/stage.h"

extern const spiqe_stage_kind spiqe_flatten;

#endif
