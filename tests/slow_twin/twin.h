/* The slow twin: an independent simulator that judges the others. It shares no code with
 * src/quantum and no matrix with src/circuit: gates are textbook matrices by name, everything acts
 * as a dense [2^n][2^n] matrix on a density matrix, and each combination of classical bits that can
 * come up is a branch with a density matrix of its own, its trace being its probability. So
 * distributions, averages and conditional states are exact up to rounding.
 *
 * Semantics. Qubit 0 is the lowest bit of an index. Barriers and delays do nothing. A while loop is
 * unrolled until less than 1e-18 of the weight stays in it. What is wrong fails the test. */
#ifndef TESTS_SLOW_TWIN_TWIN_H
#define TESTS_SLOW_TWIN_TWIN_H

#include <complex.h>

#include "circuit/circuit.h"

#define TWIN_MOST_QUBITS 8
#define TWIN_MOST_BITS 64
#define TWIN_MOST_GATE_QUBITS 5 /* of a spelling: c4x */

typedef double complex twin_number;

/* A combination of classical bits (bit b of `bits` is classical bit b) that comes up with
 * probability trace(rho) and leaves the qubits in rho / trace(rho). */
typedef struct twin_branch {
  uint64_t bits;
  twin_number *rho; /* owned, [2^n][2^n] */
} twin_branch;

typedef struct twin {
  size_t n_qubits, size; /* size: 2^n_qubits */
  size_t n_branches, room;
  twin_branch *branches; /* owned; bits differ from branch to branch */
} twin;

/* Run from |0...0>; inputs: [n_inputs] or NULL. */
twin *twin_run(const spiqe_circuit *circuit, const double *inputs);

/* The same with given outcomes: outcomes[i] (0 or 1) is what the i-th measurement of the circuit's
 * text gives, each time that it is executed. What remains has the trace P(outcomes). */
twin *twin_run_given(const spiqe_circuit *circuit, const double *inputs, size_t n_outcomes,
                     const uint8_t *outcomes);
void twin_destroy(twin *t);

/* Final amplitudes, out: [2^n]; for circuits of gates and matrices only. */
void twin_amplitudes(const spiqe_circuit *circuit, const double *inputs, twin_number *out);

/* Probability that the classical bits are these; of all outcomes that are kept. */
double twin_probability(const twin *t, uint64_t bits);
double twin_weight(const twin *t);

/* The state averaged over the classical bits, out: [2^n][2^n]. */
void twin_average(const twin *t, twin_number *out);

/* trace(P rho) of the average; paulis: [n_qubits] of "IXYZ", character q for qubit q. */
double twin_expectation(const twin *t, const char *paulis);

/* Textbook matrix of a gate by any of its names, out: [2^k][2^k], argument i of the gate being bit
 * i of an index. Returns k. */
size_t twin_gate(const char *name, const double *angles, twin_number *out);

/* Matrix of a GATE or MATRIX on its controls and targets in their order, out: [2^k][2^k]. */
void twin_operation(const spiqe_circuit *circuit, const spiqe_operation *op, const double *inputs,
                    twin_number *out);

/* Matrix on k qubits of n as one on all, full: [2^n][2^n]. */
void twin_embed(size_t n_qubits, size_t k, const uint32_t *qubits, const twin_number *small,
                twin_number *full);

/* Value of an expression on classical bits. */
uint64_t twin_expression(const spiqe_node *nodes, size_t n_nodes, uint64_t bits);

#endif
