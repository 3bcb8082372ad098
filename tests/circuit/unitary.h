/* The unitary of a circuit, column by column, after the definition: slow and independent of the
 * simulators. */
#ifndef TESTS_CIRCUIT_UNITARY_H
#define TESTS_CIRCUIT_UNITARY_H

#include <complex.h>
#include <stdlib.h>

#include "circuit/circuit.h"

#define MOST_TEST_QUBITS 8

/* |state> becomes M |state> on the targets, where all controls are as they must be. */
static inline void apply_matrix(double complex *state, size_t n_qubits, const spiqe_complex *matrix,
                                size_t n_controls, size_t n_targets, const uint32_t *qubits) {
  const size_t n = (size_t)1 << n_qubits, size = (size_t)1 << n_targets;
  double complex *after = malloc(n * sizeof *after);
  for (size_t row = 0; row < n; row++) {
    size_t own = 0, rest = row;
    int is_on = 1;
    for (size_t c = 0; c < n_controls; c++) {
      size_t bit = row >> (qubits[c] & ~SPIQE_ON_ZERO) & 1;
      is_on &= bit == !(qubits[c] & SPIQE_ON_ZERO);
    }
    for (size_t t = 0; t < n_targets; t++) {
      own |= (row >> qubits[n_controls + t] & 1) << t;
      rest &= ~((size_t)1 << qubits[n_controls + t]);
    }
    after[row] = is_on ? 0 : state[row];
    for (size_t column = 0; column < size && is_on; column++) {
      size_t from = rest;
      for (size_t t = 0; t < n_targets; t++) from |= (column >> t & 1) << qubits[n_controls + t];
      spiqe_complex m = matrix[own * size + column];
      after[row] += (m.re + m.im * I) * state[from];
    }
  }
  for (size_t i = 0; i < n; i++) state[i] = after[i];
  free(after);
}

/* out: [2^n][2^n], row-major. */
static inline void unitary_of(const spiqe_circuit *circuit, const double *inputs,
                              double complex *out) {
  const size_t n_qubits = circuit->n_qubits, n = (size_t)1 << n_qubits;
  spiqe_complex *matrix = malloc(sizeof *matrix << 2 * SPIQE_MOST_MATRIX_TARGETS);
  double complex *state = malloc(n * sizeof *state);
  for (size_t column = 0; column < n; column++) {
    for (size_t i = 0; i < n; i++) state[i] = i == column;
    for (size_t i = 0; i < circuit->n_operations; i++) {
      const spiqe_operation *op = &circuit->operations[i];
      if (op->kind != SPIQE_GATE && op->kind != SPIQE_MATRIX) continue;
      spiqe_operation_matrix(circuit, op, inputs, matrix);
      apply_matrix(state, n_qubits, matrix, op->n_controls, op->n_targets,
                   circuit->qubits_used + op->first_qubit);
    }
    for (size_t row = 0; row < n; row++) out[row * n + column] = state[row];
  }
  free(state);
  free(matrix);
}

static inline double largest_difference(size_t n, const double complex *a,
                                        const double complex *b) {
  double largest = 0;
  for (size_t i = 0; i < n; i++)
    if (!(cabs(a[i] - b[i]) <= largest)) largest = cabs(a[i] - b[i]);
  return largest;
}

#endif
