/* Kernels on density matrices: arguments of the entries that begin with density_ in the table. */
#ifndef SPIQE_DEVICE_DENSITY_KERNELS_H
#define SPIQE_DEVICE_DENSITY_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* A channel of one qubit that mixes the populations, and the coherences, with real numbers:
 *   rho00' = m[0][0] rho00 + m[0][1] rho11,  rho11' = m[1][0] rho00 + m[1][1] rho11,
 *   rho01' = keep rho01 + swap rho10,        rho10' = keep rho10 + swap rho01.
 * Damping, relaxation, depolarising and all Pauli channels are such. rho is a vector of n_qubits
 * qubits, at least 4, in the blocks of state_kernels.h; qubit 2 q of it is bit q of the column,
 * qubit 2 q + 1 bit q of the row (src/quantum/density.h). A kernel does one part of n_parts, which
 * is at most 2^n_qubits / 64. */
typedef struct spiqe_density_mix_args {
  size_t n_qubits, qubit; /* of the vector; q */
  double m[2][2], keep, swap;
  size_t part, n_parts;
  void *amplitudes;
} spiqe_density_mix_args;

/* The same of two qubits, after a controlled NOT or none. Bits 0 and 1 of i are the bits of column
 * and row of the first, bits 2 and 3 those of the second; x flips both bits of the first (1), of
 * the second (2), of both (3): rho[i]' = sum over x of m[i][x] rho[source[i ^ flips of x]]. source
 * is the identity where one of the qubits is 0 or 1. */
typedef struct spiqe_density_mix_two_args {
  size_t n_qubits;
  uint32_t qubits[2];
  uint8_t source[16];
  double m[16][4];
  size_t part, n_parts;
  void *amplitudes;
} spiqe_density_mix_two_args;

#endif
