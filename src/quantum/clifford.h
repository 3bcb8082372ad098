/* Which operations are Clifford, and what they do to Pauli products.
 *
 * Found from the matrix, not from a gate's name: a unitary U is Clifford when U P U^dagger is plus
 * or minus a Pauli product for each P = X_i and Z_i. So rx(pi / 2), cp(pi) and u3 with fitting
 * angles are. */
#ifndef SPIQE_QUANTUM_CLIFFORD_H
#define SPIQE_QUANTUM_CLIFFORD_H

#include "circuit/circuit.h"
#include "device/device.h"

#define SPIQE_MOST_CLIFFORD_QUBITS 3
#define SPIQE_MOST_CLIFFORD_STEPS 20 /* 6 signs; 7, 5 and 2 for the images of three qubits */

/* Entries of U P U^dagger may differ from those of a Pauli product by this much. Rounding stays
 * below 1e-14; an angle that is off by 1e-7 gives entries that are off by 1e-7. */
#define SPIQE_CLIFFORD_TOLERANCE 1e-9

/* A Pauli product: bit q of x is 1 for X or Y on qubit q, of z for Z or Y. */
typedef struct spiqe_small_pauli {
  uint8_t x, z, is_negative;
} spiqe_small_pauli;

/* A Clifford gate on qubits 0 to n_qubits - 1 (the controls, then the targets). */
typedef struct spiqe_clifford {
  uint8_t is_clifford, n_qubits, n_steps;
  spiqe_small_pauli images[2 * SPIQE_MOST_CLIFFORD_QUBITS]; /* of X_0, Z_0, X_1, Z_1... */
  spiqe_clifford_step steps[SPIQE_MOST_CLIFFORD_STEPS];     /* the same gate, up to a phase */
} spiqe_clifford;

/* Find out from a matrix [2^n][2^n], n at most 3; returns is_clifford. */
int spiqe_clifford_from_matrix(const spiqe_kernels *kernels, size_t n_qubits,
                               const spiqe_complex *matrix, spiqe_clifford *out);

/* What was found before, so that a gate that comes again costs a comparison. Start from {0}. */
#define SPIQE_CLIFFORD_CACHE ((size_t)128)
typedef struct spiqe_clifford_key {
  double angles[SPIQE_MOST_GATE_PARAMETERS];
  uint8_t is_known, gate, n_controls, on_zero; /* on_zero: bit i for control i */
} spiqe_clifford_key;
typedef struct spiqe_clifford_cache {
  spiqe_clifford_key keys[SPIQE_CLIFFORD_CACHE];
  spiqe_clifford found[SPIQE_CLIFFORD_CACHE];
  spiqe_clifford other; /* the last one that was not a GATE */
} spiqe_clifford_cache;

/* The GATE or MATRIX operation with its controls, for inputs [n_inputs]. More than three qubits:
 * Clifford, with no steps, where the matrix is the identity (times a phase when there are no
 * controls). Borrowed until the next call. Allocates nothing. */
const spiqe_clifford *spiqe_clifford_find(spiqe_clifford_cache *cache, const spiqe_circuit *circuit,
                                          const spiqe_operation *operation, const double *inputs);

#endif
