/* Kernels on two state vectors: arguments of the entries of the table that make expectations and
 * their derivatives. Layout as in state_kernels.h; a vector has at least 4 qubits.
 *
 * P |j> = i^(Y's of P) (-1)^(ones of j in z_mask) |j ^ x_mask>, Y being on the qubits of both. */
#ifndef SPIQE_DEVICE_GRADIENT_KERNELS_H
#define SPIQE_DEVICE_GRADIENT_KERNELS_H

#include "device/state_kernels.h"

/* S = sum of factor * P over Pauli products P with one x_mask; what the Y's of P give is in the
 * factors, so that S |j> = (real + i imaginary) |j ^ x_mask> with
 *   real = sum of +-factors[t] for t < n_real, imaginary = the same for the other t,
 * minus where j has an odd number of ones in z_masks[t]. */
typedef struct spiqe_observe_args {
  spiqe_state_range range; /* amplitudes of S a that are wanted; out: where they are put; NULL: the
                              entry returns their sum of Re conj(a) S a instead */
  int is_added;            /* they are added to what is there */
  uint64_t x_mask;
  size_t n_terms, n_real;
  const uint64_t *z_masks; /* [n_terms] */
  const double *factors;   /* [n_terms] */
} spiqe_observe_args;

/* The parts Im<lambda| P |psi> of P = X, Y and Z on some qubits. The registers are worked on in
 * chunks, small enough for the near caches, that are spanned by qubits `active`: ascending, the
 * first four are 0 to 3. Chunk number c, of 2^(n_qubits - n_active), holds the amplitudes whose
 * other qubits have the bits of c. */
#define SPIQE_MOST_TRANSITION_QUBITS 12
typedef struct spiqe_transition_qubits_args {
  const void *psi, *lambda;
  size_t n_active; /* 4 to SPIQE_MOST_TRANSITION_QUBITS */
  uint32_t active[SPIQE_MOST_TRANSITION_QUBITS];
  unsigned xy_wanted; /* bit i: X and Y of active[i] */
  int z_wanted;       /* Z of all that are active */
  size_t first, last; /* chunks */
  double *sums;       /* [n_active][3]; what is wanted is set */
  double *totals;     /* [last - first] set: P = 1 on each chunk; when z_wanted */
} spiqe_transition_qubits_args;

/* A product with Z on the qubits of z_mask and on those of x_mask what is said there, times the
 * projector on control_value of the qubits of control_mask, which are none of the product's. */
typedef struct spiqe_transition_pauli {
  uint64_t z_mask, control_mask, control_value;
} spiqe_transition_pauli;

/* Im<lambda| P |psi> of products with one x_mask from psi[first .. last - 1], multiples of 16. */
typedef struct spiqe_transition_paulis_args {
  const void *psi, *lambda;
  size_t first, last;
  uint64_t x_mask;
  size_t n;
  const spiqe_transition_pauli *paulis; /* [n] */
  double *sums;                         /* [n] set */
} spiqe_transition_paulis_args;

#endif
