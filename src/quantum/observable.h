/* Observables as the library sees them: real sums of Pauli products as masks. */
#ifndef SPIQE_QUANTUM_OBSERVABLE_H
#define SPIQE_QUANTUM_OBSERVABLE_H

#include "spiqe/gradient.h"

/* Limits of a text, above any Hamiltonian that a state vector can be asked about. */
#define SPIQE_MOST_OBSERVABLE_BYTES ((size_t)1 << 26)
#define SPIQE_MOST_OBSERVABLE_TERMS ((size_t)1 << 20)
#define SPIQE_MOST_OBSERVABLE_QUBITS 64

/* factor * P; P has X or Y on the qubits of x_mask and Z or Y on those of z_mask (Y on both). */
typedef struct spiqe_pauli_term {
  uint64_t x_mask, z_mask;
  double factor;
} spiqe_pauli_term;

struct spiqe_observable {
  spiqe_pauli_term *terms; /* owned, [n_terms]; by x_mask, then z_mask, each pair once */
  size_t n_terms;
  size_t n_qubits; /* the highest qubit of a term, plus 1; 0 for a number */
};

/* Fails with SPIQE_BAD_INDEX when a term is on a qubit past the last of n_qubits. */
spiqe_status spiqe_observable_check(spiqe_context *ctx, const spiqe_observable *observable,
                                    size_t n_qubits);

/* Terms that can be measured together: on each qubit all of them have the same letter or none.
 * letters: the letters of the group, as masks. */
typedef struct spiqe_pauli_group {
  uint64_t x_mask, z_mask;
  size_t first, n_terms; /* in order */
} spiqe_pauli_group;

/* Sort the terms other than the identity into such groups, each into the first that it fits
 * (Kandala et al. 2017, arXiv 1704.05018). order: [n_terms], the terms of group 0, then of group
 * 1... groups: [n_terms]. *identity: the factor of the identity. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_observable_group(spiqe_context *ctx, const spiqe_observable *observable,
                                    size_t *n_groups, spiqe_pauli_group *groups, size_t *order,
                                    double *identity);

#endif
