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

/* The choices of the option mode. */
enum { SPIQE_SQS_MODE_SINGLE_SHOT, SPIQE_SQS_MODE_EXPECTED, SPIQE_SQS_MODE_SHOTS };

typedef struct spiqe_sqs_settings {
  int ansatz, mode, spike_gradient, recurrent;
  size_t inputs, memory_qubits, layers, shots; /* inputs: in/out qubits */
  double input_leak, io, entangle, memory, angles;
  char circuit[SPIQE_MOST_SOURCE];
} spiqe_sqs_settings;

extern const spiqe_stage_kind spiqe_sqs;

/* Kernels of the ansatz crx, and of any other, whose stage owns a spiqe_lane_step. */
extern const spiqe_neuron_kernels spiqe_sqs_closed_kernels, spiqe_sqs_step_kernels;

/* Kernels of mode shots, which run those of a single shot; numbers of a neuron's state there, of
 * n_state in one shot; scratch beside that of a single shot, added to a planned stage's: for
 * derivatives of the parameters in one shot, and of a piece's currents in one shot and all. */
extern const spiqe_neuron_kernels spiqe_sqs_shots_kernels;
size_t spiqe_sqs_shots_state(const spiqe_sqs_settings *settings, size_t n_state);
void spiqe_sqs_shots_reserve(spiqe_stage *stage);

/* The kind's count. */
void spiqe_sqs_count(const spiqe_stage *stage, const struct spiqe_activity *activity,
                     struct spiqe_work *sum);

/* How spikes are drawn, unless they are given, and what their derivative is. */
spiqe_sqs_rule spiqe_sqs_rule_of(const spiqe_sqs_settings *settings, const spiqe_pass *pass);

#endif
