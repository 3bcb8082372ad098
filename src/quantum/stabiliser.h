/* Sampling of Clifford circuits with measurement, reset, conditions, Pauli noise and readout
 * errors.
 *
 * One run by a tableau (Aaronson, Gottesman, "Improved simulation of stabilizer circuits", 2004,
 * quant-ph/0406196) gives reference outcomes; all shots then run side by side as Pauli frames, the
 * Paulis by which a shot differs from the reference (Gidney, "Stim", 2021, arXiv 2103.02202).
 * Circuits where a condition, a loop or a channel decides about more than Paulis run shot by shot
 * on tableaux, from the first random number on. */
#ifndef SPIQE_QUANTUM_STABILISER_H
#define SPIQE_QUANTUM_STABILISER_H

#include "circuit/circuit.h"

/* 1 when the method can run the circuit: GATE and MATRIX are Clifford on at most three qubits,
 * controls counted, or the identity (a matrix entry off by 1e-9 is taken, one off by 1e-7 is not);
 * CHANNEL is a mixture of Paulis on one or two qubits, or of those of one qubit and its reset. On 0
 * *operation is the index of the first operation that it cannot run. *resets becomes 1 where a
 * channel resets, so that it runs shot by shot. Both may be NULL. inputs: [n_inputs]. Allocates
 * nothing; some 20 ns for a gate. */
int spiqe_stabiliser_can(const spiqe_circuit *circuit, const double *inputs, size_t *operation,
                         int *resets);

/* Takes shots first to first + n_shots - 1. bits: [n_shots][(n_bits + 7) / 8]: classical bit b at
 * the end of the s-th of them is bits[s * ((n_bits + 7) / 8) + b / 8] >> b % 8 & 1; what is behind
 * the last bit is 0. Only valid during the call. A status other than SPIQE_OK ends the sampling. */
typedef spiqe_status spiqe_take_shots(void *argument, uint64_t first, size_t n_shots,
                                      const uint8_t *bits);

/* Sample n_shots of the circuit's classical bits. `take` is called from the calling thread with
 * some hundred or thousand shots at a time, in ascending order. A shot depends on (circuit, inputs,
 * seed, number of the shot) alone: not on n_shots and not on threads. Memory: n_qubits^2 / 2 bytes,
 * and for each thread at most 1.5 kB for each qubit and bit.
 * Fails: SPIQE_UNSUPPORTED (names the operation), SPIQE_LIMIT (a while loop of more than 100,000
 * turns), SPIQE_NO_MEMORY, and with what `take` returns. */
spiqe_status spiqe_stabiliser_sample(spiqe_context *ctx, const spiqe_circuit *circuit,
                                     const double *inputs, uint64_t n_shots, uint64_t seed,
                                     spiqe_take_shots *take, void *argument);

#endif
