/* An observable made ready to act on registers: its terms by x_mask, each such sum being a pass. */
#ifndef SPIQE_QUANTUM_OPERATOR_H
#define SPIQE_QUANTUM_OPERATOR_H

#include "quantum/observable.h"
#include "quantum/state.h"

typedef struct spiqe_operator_sum {
  uint64_t x_mask;
  size_t first, n_terms, n_real; /* in z_masks and factors, as spiqe_observe_args wants them */
} spiqe_operator_sum;

typedef struct spiqe_operator {
  size_t n_sums;
  spiqe_operator_sum *sums; /* owned, [n_sums] */
  uint64_t *z_masks;        /* owned, [n_terms of the observable] */
  double *factors;          /* owned, the same */
  double constant;          /* the identity's factor, which is in no sum */
} spiqe_operator;

/* dephased: qubits that are measured at the end, so that X and Y on them have expectation 0; terms
 * with one are left out. Fails: SPIQE_NO_MEMORY. *out: cleared with spiqe_operator_clear. */
spiqe_status spiqe_operator_create(spiqe_context *ctx, const spiqe_observable *observable,
                                   uint64_t dephased, spiqe_operator *out);
void spiqe_operator_clear(spiqe_operator *op);

/* <state| O |state>, all of the state being normalised; out, which may be NULL: (O - constant)
 * |state>, a register of the same size. The sum is added in one order for any number of threads.
 * Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_operator_apply(const spiqe_operator *op, const spiqe_state *state,
                                  spiqe_state *out, double *expectation);

#endif
