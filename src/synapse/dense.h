/* Dense synapse: every spike reaches every neuron. current = input W + b, W [in][planes * units].
 * With two planes the first `units` columns are a, the second c of QLIF. */
#ifndef SPIQE_SYNAPSE_DENSE_H
#define SPIQE_SYNAPSE_DENSE_H

#include "stage/stage.h"

typedef struct spiqe_dense_settings {
  size_t units, planes;
  int bias;
} spiqe_dense_settings;

extern const spiqe_stage_kind spiqe_dense;

#endif
