/* Stabiliser states as tableaux: Aaronson, Gottesman, "Improved simulation of stabilizer circuits",
 * 2004, quant-ph/0406196; kept as those of the inverse: Gidney, "Stim", 2021, arXiv 2103.02202.
 *
 * The state is U|0...0> for a Clifford U, of which the images U^dagger P U of P = X_q and Z_q are
 * kept. Measuring qubit q is measuring the image of Z_q in |0...0>: when it has no X or Y, its sign
 * is the outcome, which costs a look at n / 64 words; else the outcome is random. Read the other
 * way round, bit i of the images says where Aaronson and Gottesman's i-th stabiliser (U Z_i
 * U^dagger, in the X parts) and destabiliser (in the Z parts) have letters. */
#ifndef SPIQE_QUANTUM_TABLEAU_H
#define SPIQE_QUANTUM_TABLEAU_H

#include "core/arena.h"
#include "device/device.h"

typedef struct spiqe_tableau {
  spiqe_arena arena;            /* owned: all that follows */
  const spiqe_kernels *kernels; /* static */
  size_t n_qubits;
  spiqe_images images;
  uint64_t *factor;  /* scratch, [2][n_words] */
  uint32_t *targets; /* scratch, [2 n_qubits + 1] */
} spiqe_tableau;

/* |0...0>. Some n_qubits^2 / 2 bytes. *out: destroyed by the caller, NULL on failure.
 * Fails: SPIQE_NO_MEMORY. What follows neither fails nor allocates. */
spiqe_status spiqe_tableau_create(spiqe_context *ctx, size_t n_qubits, spiqe_tableau **out);
void spiqe_tableau_destroy(spiqe_tableau *tableau);

/* |0...0>; copy of another with as many qubits. */
void spiqe_tableau_clear(spiqe_tableau *tableau);
void spiqe_tableau_copy(spiqe_tableau *tableau, const spiqe_tableau *from);

/* Gates, in order. */
void spiqe_tableau_apply(spiqe_tableau *tableau, size_t n_steps, const spiqe_clifford_step *steps);

/* 1 when measuring this qubit gives 0 and 1 with probability 1/2 each; 0: its outcome is fixed. */
int spiqe_tableau_is_random(const spiqe_tableau *tableau, uint32_t qubit);

/* Measure in the computational basis: returns the outcome, which is `draw` (0 or 1) when it is
 * random. Reset does the same and turns the qubit to |0>. */
int spiqe_tableau_measure(spiqe_tableau *tableau, uint32_t qubit, int draw);
void spiqe_tableau_reset(spiqe_tableau *tableau, uint32_t qubit, int draw);

#endif
