/* A branch of a run on density matrices: what the qubits are in when the classical bits are such.
 *
 * A measured bit waits: as long as nothing but diagonal matrices acts on its qubit, the bit stays a
 * function of the diagonal, and the branch need not be split. Such a bit is "open"; a qubit has at
 * most one. */
#ifndef SPIQE_QUANTUM_DENSITY_BRANCH_H
#define SPIQE_QUANTUM_DENSITY_BRANCH_H

#include "quantum/density.h"

/* An open bit, P(1 | 0) and P(0 | 1) of its reading. */
typedef struct spiqe_open_bit {
  uint32_t bit; /* SPIQE_NO_BIT: the qubit has none */
  double p1_of_0, p0_of_1;
} spiqe_open_bit;

typedef struct spiqe_branch {
  size_t at;            /* operation that comes next */
  spiqe_density *rho;   /* owned; its trace is the branch's probability */
  uint8_t *bits;        /* owned, [n_bits]; 0 where a bit is open */
  spiqe_open_bit *open; /* owned, [n_qubits] */
} spiqe_branch;

/* All branches, and the limits they keep to. */
typedef struct spiqe_branches {
  spiqe_context *ctx;
  spiqe_precision precision;
  size_t n_qubits, n_bits, most_bytes;
  double least; /* weight below which a branch is dropped */
  SPIQE_POOL(spiqe_branch, list);
} spiqe_branches;

/* One branch in |0...0>, bits 0. Fails: SPIQE_NO_MEMORY, SPIQE_LIMIT. */
spiqe_status spiqe_branches_create(spiqe_context *ctx, spiqe_precision precision, size_t n_qubits,
                                   size_t n_bits, size_t most_bytes, spiqe_branches *out);
void spiqe_branches_destroy(spiqe_branches *branches);

/* Place of a branch that has lost its weight; the next merge takes it out. */
#define SPIQE_DROPPED SIZE_MAX

/* Make the open bit of a qubit known: the branch stays for one value, a new one at the end of the
 * list is for the other; either is left out (or the branch dropped) when its weight is below
 * `least`. Fails: SPIQE_NO_MEMORY, SPIQE_LIMIT. */
spiqe_status spiqe_branch_resolve(spiqe_branches *branches, size_t index, uint32_t qubit);

/* Read a bit wrongly with these probabilities; a known bit splits the branch. Fails likewise. */
spiqe_status spiqe_branch_misread(spiqe_branches *branches, size_t index, uint32_t bit,
                                  double p1_of_0, double p0_of_1);

/* Forget that a bit is open: it gets a new value. */
void spiqe_branch_overwrite(const spiqe_branches *branches, size_t index, uint32_t bit);

/* Add up branches at the same operation whose bits agree, also where they wait for others (one
 * comes with each turn of a loop), and take out those that are dropped. The order of the list
 * changes. */
void spiqe_branches_merge(spiqe_branches *branches);

/* Distribution of all bits over all branches, into out (bits, probabilities, n_outcomes). Fails:
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_branches_outcomes(const spiqe_branches *branches, spiqe_density_result *out);

#endif
