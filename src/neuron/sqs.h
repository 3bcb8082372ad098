/* SQS, the stochastic quantum spiking neuron: an in/out qubit that is measured and reset at each
 * step, and a memory qubit that is not (Chen, Rajendran, Simeone, arXiv 2506.21324).
 *
 * One measurement of the in/out qubit is the spike; the memory keeps its state given that outcome.
 * Formulas of the ansatz crx: src/device/reference/sqs.inc. All its gates commute with X on the
 * in/out qubit, so inputs reach the memory through the neuron's own spikes alone. */
#ifndef SPIQE_NEURON_SQS_H
#define SPIQE_NEURON_SQS_H

#include "stage/stage.h"

typedef struct spiqe_sqs_settings {
  int mode, spike_gradient, recurrent;
  double input_leak, io, entangle, memory;
} spiqe_sqs_settings;

extern const spiqe_stage_kind spiqe_sqs;

#endif
