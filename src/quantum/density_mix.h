/* Channels on one or two qubits that mix what lies together under a flip of a qubit's row and
 * column, by real numbers: damping, relaxation, depolarising, Pauli channels, and any of them one
 * behind the other. They have kernels of their own, which take one pass over the memory. */
#ifndef SPIQE_QUANTUM_DENSITY_MIX_H
#define SPIQE_QUANTUM_DENSITY_MIX_H

#include "quantum/density.h"

typedef struct spiqe_mix {
  size_t n_targets; /* 1 or 2 */
  spiqe_density_mix_args one;
  spiqe_density_mix_two_args two;
} spiqe_mix;

/* 1 when the channel is such; *out is then what to run. */
int spiqe_mix_find(size_t n_targets, const uint32_t *targets, size_t n_kraus,
                   const spiqe_complex *kraus, spiqe_mix *out);

/* 1 when `next` acts on the qubits of `mix` alone, which is on two: mix becomes both, next after
 * it. */
int spiqe_mix_join(spiqe_mix *mix, const spiqe_mix *next);

/* 1 when the step on rows of a gate that comes before `mix`, which is on two qubits, is cx or cz on
 * these: mix becomes both. Only for a mix as it was found. cx on qubits 0 and 1 is left alone. */
int spiqe_mix_lead(spiqe_mix *mix, const spiqe_step *rows);

void spiqe_mix_run(spiqe_density *density, const spiqe_mix *mix);

#endif
