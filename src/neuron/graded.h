/* Graded neurons: units of networks that do not spike, without memory, whose output is a number.
 *   relu     output = max(0, current)
 *   linear   output = current: a read-out, whose outputs are the logits of the loss
 * Their membrane is the current. With the encoder direct and one step a chain of them is a
 * multilayer perceptron, the non-spiking counterpart of the other networks. A recurrent relu is the
 * hidden layer of Le, Jaitly, Hinton 2015, arXiv 1504.00941, but for its initial weights. */
#ifndef SPIQE_NEURON_GRADED_H
#define SPIQE_NEURON_GRADED_H

#include "stage/stage.h"

typedef struct spiqe_graded_settings {
  int recurrent; /* of relu */
} spiqe_graded_settings;

extern const spiqe_stage_kind spiqe_relu, spiqe_linear;

#endif
