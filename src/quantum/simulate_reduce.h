/* What of a circuit decides its counts, and in which order: the part that must be run for each
 * shot (the core), and the part that may wait until the end (the tail).
 *
 * Left out are barriers and delays, operations that no classical bit can notice (found by walking
 * backward from the measurements: a reset at the end, a gate on qubits that are not measured),
 * resets of qubits that are |0> anyway, and qubits on which nothing else is done. A measurement
 * goes to the tail when its qubit is not used again and its bit is not read or written before the
 * end. */
#ifndef SPIQE_QUANTUM_SIMULATE_REDUCE_H
#define SPIQE_QUANTUM_SIMULATE_REDUCE_H

#include "circuit/circuit.h"

typedef struct spiqe_reduced {
  /* The circuit that is run: qubits and bits that matter, counted from 0; no registers. Its
   * operations, qubits_used and nodes are owned, its other pools borrowed. */
  spiqe_circuit circuit;
  size_t n_core; /* operations [0, n_core) are the core, the others the tail */
  size_t n_core_kind[SPIQE_N_OPERATION_KINDS]; /* operations of each kind, of the core */
  size_t n_tail_kind[SPIQE_N_OPERATION_KINDS];

  /* Outcomes as numbers: bit i is bit form_bits[i] of the circuit above. As text: `blank` with a 1
   * at form_places[i]. */
  size_t n_form, n_text;             /* bits that can be 1; characters without the last 0 */
  uint32_t *form_bits, *form_places; /* owned, [n_form] */
  char *blank;                       /* owned, [n_text + 1] "00 000" */
} spiqe_reduced;

/* Fails: SPIQE_BAD_FORMAT (a condition without its end), SPIQE_NO_MEMORY. */
spiqe_status spiqe_reduced_create(const spiqe_circuit *circuit, spiqe_reduced *out);
void spiqe_reduced_destroy(spiqe_reduced *reduced);

/* 1 when the core has operations of that kind. */
int spiqe_reduced_has(const spiqe_reduced *reduced, spiqe_operation_kind kind);

/* 1 when the core is gates alone: one state, sampled at the end. */
int spiqe_reduced_is_pure(const spiqe_reduced *reduced);

/* Pack the bits of one shot, [n_bits] 0 or 1 and `stride` apart, to an outcome, [n_words]. */
void spiqe_reduced_pack(const spiqe_reduced *reduced, const uint8_t *bits, size_t stride,
                        uint64_t *key);

#endif
