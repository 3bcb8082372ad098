/* The true life of an SQS neuron: its circuit. Qubits 0 to n_io - 1 are in/out, those above are
 * memory. One step: rx(pi current) on each in/out qubit, the ansatz, a measurement and a reset of
 * each in/out qubit (Chen, Rajendran, Simeone, arXiv 2506.21324). */
#ifndef SPIQE_NEURON_SQS_CIRCUIT_H
#define SPIQE_NEURON_SQS_CIRCUIT_H

#include "neuron/sqs.h"
#include "spiqe/circuit.h"

/* The ansatz; its inputs are the parameters of a neuron in their order.
 *   crx   inputs io, entangle, memory: crx(entangle) from the memory to the in/out qubit,
 *         rx(memory), rx(io)
 *   hea   each layer: ry on every qubit, rz on every qubit, crx from every qubit to the next,
 *         in a ring
 *   qasm  the circuit given, of gates alone
 * Fails: SPIQE_BAD_ARGUMENT, SPIQE_LIMIT (qubits), SPIQE_UNSUPPORTED (what is no gate; crx with
 * other than one in/out and one memory qubit), and as spiqe_circuit_parse. */
spiqe_status spiqe_sqs_ansatz(spiqe_context *ctx, const spiqe_sqs_settings *settings,
                              spiqe_circuit **out);

/* n_steps steps of a neuron. Inputs: max(current, 0) as current_STEP_QUBIT, [step][qubit], then
 * those of the ansatz. Bit step n_io + q is the spike of in/out qubit q. */
spiqe_status spiqe_sqs_circuit(spiqe_context *ctx, const spiqe_sqs_settings *settings,
                               size_t n_steps, spiqe_circuit **out);

#endif
