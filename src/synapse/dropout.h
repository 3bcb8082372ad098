/* Dropout (Srivastava et al. 2014, JMLR 15): while learning each unit is 0 with probability `rate`,
 * and the others are multiplied by 1 / (1 - rate); when testing nothing changes. A sample has one
 * mask for all its steps, as users of snnTorch do it, and a neuron one for all its planes. A draw
 * is a function of (seed, epoch, stage, sample, unit), so the way back draws the mask again. */
#ifndef SPIQE_SYNAPSE_DROPOUT_H
#define SPIQE_SYNAPSE_DROPOUT_H

#include "stage/stage.h"

typedef struct spiqe_dropout_settings {
  double rate;
} spiqe_dropout_settings;

extern const spiqe_stage_kind spiqe_dropout;

#endif
