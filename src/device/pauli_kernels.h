/* Kernels on many Pauli products at once: arguments of pauli_gates, image_gates, image_multiply and
 * random_words.
 *
 * Bit planes: product r is bit r % 64 of word r / 64 of the planes: on qubit q it has X or Y where
 * that bit of x[q] is 1, Z or Y where that of z[q] is 1 (Y where both are), and the sign -1 where
 * that of signs is 1. */
#ifndef SPIQE_DEVICE_PAULI_KERNELS_H
#define SPIQE_DEVICE_PAULI_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* Gates that all Clifford gates are made of. The last six are controlled Paulis of two letters: the
 * second acts on qubit b where the first, on qubit a, is -1. */
typedef enum spiqe_clifford_gate {
  SPIQE_CLIFFORD_X, /* X and Z change signs only */
  SPIQE_CLIFFORD_Z,
  SPIQE_CLIFFORD_H,
  SPIQE_CLIFFORD_S,
  SPIQE_CLIFFORD_SX,
  SPIQE_CLIFFORD_SWAP,
  SPIQE_CLIFFORD_ZX, /* cx */
  SPIQE_CLIFFORD_ZY,
  SPIQE_CLIFFORD_ZZ,
  SPIQE_CLIFFORD_XX,
  SPIQE_CLIFFORD_XY,
  SPIQE_N_CLIFFORD_GATES
} spiqe_clifford_gate;

typedef struct spiqe_clifford_step {
  uint32_t gate, a, b; /* spiqe_clifford_gate and its qubits; b: for gates on two */
} spiqe_clifford_step;

/* P <- U P U^dagger for each product and step, in order. */
typedef struct spiqe_pauli_gates_args {
  size_t n_words, stride; /* words that are worked on; distance of two qubits' planes */
  uint64_t *x, *z;        /* [n_qubits][stride] */
  uint64_t *signs;        /* [n_words]; NULL: not kept */
  size_t n_steps;
  const spiqe_clifford_step *steps;
} spiqe_pauli_gates_args;

/* Images U^dagger P U of P = X_q (number 2 q) and Z_q (number 2 q + 1): products of n_words words
 * of X, then as many of Z (Y where both are), bit i for qubit i, with signs. */
typedef struct spiqe_images {
  size_t n_words;
  uint64_t *words; /* [2 n_qubits][2][n_words] */
  uint8_t *signs;  /* [2 n_qubits] 0 or 1 */
} spiqe_images;

/* Images times one of them, which they commute with (else with either sign). */
typedef struct spiqe_image_multiply_args {
  spiqe_images images;
  const uint64_t *factor; /* [2][n_words] */
  uint8_t factor_sign;
  size_t n_targets;
  const uint32_t *targets; /* [n_targets] numbers of images */
} spiqe_image_multiply_args;

/* Random bits: 32-bit word j * n_blocks + i of out is word j of the Philox block with the counter
 * {i, draw, group, 0}, where n_blocks = n_words / 2. */
typedef struct spiqe_random_words_args {
  uint32_t key[2], draw, group;
  size_t n_words; /* even */
  uint64_t *out;  /* [n_words] */
} spiqe_random_words_args;

#endif
