/* SQS, the stochastic quantum spiking neuron: in/out qubits that are measured and reset at each
 * step, and memory qubits that are not (Chen, Rajendran, Simeone, arXiv 2506.21324).
 *
 * One measurement of an in/out qubit is a spike; the memory keeps its state given the outcomes. The
 * circuit is src/neuron/sqs_circuit.h. The ansatz crx has a closed form
 * (src/device/reference/sqs.inc); all others run as compiled lanes
 * (src/device/reference/step.inc).
 *
 * All gates of crx commute with X on the in/out qubit, so there inputs reach the memory through the
 * neuron's own spikes alone. Those of hea do not: its memory sees the currents themselves. */
#ifndef SPIQE_NEURON_SQS_H
#define SPIQE_NEURON_SQS_H

#include "neuron/recurrent.h"

#define SPIQE_MOST_SQS_QUBITS 10

typedef enum spiqe_sqs_ansatz_kind {
  SPIQE_SQS_CRX,
  SPIQE_SQS_HEA,
  SPIQE_SQS_QASM
} spiqe_sqs_ansatz_kind;

typedef struct spiqe_sqs_settings {
  int ansatz, mode, spike_gradient, recurrent;
  size_t inputs, memory_qubits, layers; /* inputs: in/out qubits */
  double input_leak, io, entangle, memory, angles;
  char circuit[SPIQE_MOST_SOURCE];
} spiqe_sqs_settings;

extern const spiqe_stage_kind spiqe_sqs;

/* Kernels of the ansatz crx, and of any other, whose stage owns a spiqe_lane_step. */
extern const spiqe_neuron_kernels spiqe_sqs_closed_kernels, spiqe_sqs_step_kernels;

/* How spikes are drawn, unless they are given, and what their derivative is. */
spiqe_sqs_rule spiqe_sqs_rule_of(const spiqe_sqs_settings *settings, const spiqe_pass *pass);

#endif
