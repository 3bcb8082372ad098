/* Derivatives from expectations alone, so with any way to make them: exact, by density matrix, from
 * shots. */
#ifndef SPIQE_QUANTUM_SHIFT_H
#define SPIQE_QUANTUM_SHIFT_H

#include "quantum/expectation.h"

/* What is differentiated. */
typedef struct spiqe_gradient_job {
  spiqe_context *ctx;
  const spiqe_circuit *circuit;
  const spiqe_observable *observable;
  const double *inputs; /* [n_inputs], finite */
  spiqe_precision precision;
  size_t n_shots; /* 0: exact */
  uint64_t seed;
  size_t most_kept; /* adjoint: bytes of registers kept from the way forward (adjoint.h) */
} spiqe_gradient_job;

/* A derivative as a sum of weight * (E(a + shift) - E(a - shift)) over n terms. */
typedef struct spiqe_shift_rule {
  size_t n;
  double shift[2], weight[2];
} spiqe_shift_rule;

/* For the angle of a gate of a split circuit. */
const spiqe_shift_rule *spiqe_shift_rule_of(const spiqe_operation *op);

/* Parameter shift of each factor that an input is in. An angle a of exp(-i a P / 2) has the
 * frequency 1 alone:
 *   dE/da = (E(a + pi/2) - E(a - pi/2)) / 2
 * (Mitarai et al. 2018, arXiv 1803.00745, eq. 9; Schuld et al. 2019, arXiv 1811.11184); so has the
 * angle of a phase gate, with controls or without. With controls P / 2 has the eigenvalues -1/2, 0,
 * 1/2, and E the frequencies 1/2 and 1:
 *   dE/da = c+ (E(a + pi/2) - E(a - pi/2)) - c- (E(a + 3 pi/2) - E(a - 3 pi/2)),
 *   c+- = (sqrt 2 +- 1) / (4 sqrt 2)
 * (Anselmetti et al. 2021, arXiv 2104.05695, eq. 8; Wierichs et al. 2022, arXiv 2107.12390).
 * gradient: [n_inputs]. Fails as spiqe_expectations_create and _run. */
spiqe_status spiqe_gradient_shift(const spiqe_gradient_job *job, double *expectation,
                                  double *gradient);

/* Central differences of fourth order, step h = 1e-3:
 *   (8 (E(x + h) - E(x - h)) - (E(x + 2 h) - E(x - 2 h))) / 12 h.
 * For angles that turn by the input itself E's derivatives are of size 1, so what is cut off is of
 * size h^4 / 30 = 3e-14, and rounding adds 1e-16 / h (f64) or 1e-7 / h (f32). */
spiqe_status spiqe_gradient_difference(const spiqe_gradient_job *job, double *expectation,
                                       double *gradient);

#endif
