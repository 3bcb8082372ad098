/* Registers as state vectors, one or many of the same size, and what acts on them.
 *
 * Layout: blocks of SPIQE_BLOCK amplitudes, the real parts and then the imaginary parts:
 * amplitude i has its real part at 2 * (i - i % 16) + i % 16 (and gaps further: SPIQE_GAP), its
 * imaginary part 16 further. A
 * register of fewer than 4 qubits fills one block with zeros behind its amplitudes. */
#ifndef SPIQE_QUANTUM_STATE_H
#define SPIQE_QUANTUM_STATE_H

#include "circuit/circuit.h"
#include "device/device.h"

#define SPIQE_BLOCK ((size_t)16)
#define SPIQE_BLOCK_QUBITS 4
#define SPIQE_MOST_STATE_QUBITS 48
#define SPIQE_MOST_FUSED 4

typedef struct spiqe_state {
  spiqe_context *ctx;        /* borrowed */
  spiqe_precision precision; /* of the amplitudes */
  size_t n_qubits;
  size_t n_amplitudes;     /* 2^n_qubits, at least SPIQE_BLOCK */
  void *amplitudes;        /* owned, [n_amplitudes / 16][2][16], 64-byte aligned */
  struct spiqe_plan *plan; /* owned: how many steps are run at once; NULL until it is needed */
} spiqe_state;

/* Create a register in |0...0>. Fails: SPIQE_NO_MEMORY (with the size that it would need),
 * SPIQE_LIMIT (more than SPIQE_MOST_STATE_QUBITS). */
spiqe_status spiqe_state_create(spiqe_context *ctx, spiqe_precision precision, size_t n_qubits,
                                spiqe_state **out);
void spiqe_state_destroy(spiqe_state *state);

/* Bytes that a register needs; SIZE_MAX when that is past counting. */
size_t spiqe_state_size(spiqe_precision precision, size_t n_qubits);

/* Where the real part of an amplitude is, in numbers from the first; its imaginary part is
 * SPIQE_BLOCK further. Amplitudes of a block of 2^24, from an index that is a multiple of
 * SPIQE_BLOCK on, are side by side. */
size_t spiqe_state_place(size_t index);

/* |0...0>; copy of another of the same size and precision. */
void spiqe_state_clear(spiqe_state *state);
void spiqe_state_copy(spiqe_state *state, const spiqe_state *from);

spiqe_complex spiqe_state_get(const spiqe_state *state, size_t index);
void spiqe_state_set(spiqe_state *state, size_t index, spiqe_complex value);

/* A matrix on some qubits of a register; it need not be unitary. Bit t of an index of the matrix is
 * qubit targets[t]. It acts where index & control_mask == control_value. */
typedef struct spiqe_step {
  uint32_t n_targets;
  uint32_t targets[SPIQE_MOST_MATRIX_TARGETS];
  uint64_t control_mask, control_value;
  const spiqe_complex *matrix; /* borrowed, [2^n_targets][2^n_targets] */
} spiqe_step;

/* Apply one matrix as it is; apply many, in order, with fusion and cache blocking. Fail:
 * SPIQE_NO_MEMORY. Qubits are checked by the caller. */
spiqe_status spiqe_state_apply(spiqe_state *state, const spiqe_step *step);
spiqe_status spiqe_state_apply_steps(spiqe_state *state, size_t n_steps, const spiqe_step *steps);

/* Sum of |amplitude|^2; the part of it where index & mask == value. */
double spiqe_state_norm(const spiqe_state *state);
double spiqe_state_weight(const spiqe_state *state, uint64_t mask, uint64_t value);

/* Set amplitudes to 0 where index & mask != value, and multiply the others. */
void spiqe_state_project(spiqe_state *state, uint64_t mask, uint64_t value, double factor);

/* Multiply all; exchange |0> and |1> of a qubit. */
void spiqe_state_scale(spiqe_state *state, double factor);
void spiqe_state_flip(spiqe_state *state, uint32_t qubit);

/* <a|b>. Same sizes and precisions. The order of additions does not depend on the threads. */
spiqe_complex spiqe_state_inner(const spiqe_state *a, const spiqe_state *b);

/* <state| P |state> for the Pauli product with X or Y on the qubits of x_mask and Z or Y on those
 * of z_mask (Y on both). */
double spiqe_state_pauli(const spiqe_state *state, uint64_t x_mask, uint64_t z_mask);

/* out += factor * P |state>; out is not state. */
void spiqe_state_add_pauli(const spiqe_state *state, uint64_t x_mask, uint64_t z_mask,
                           double factor, spiqe_state *out);

/* Draw n indices with the probabilities |amplitude|^2 / norm; uniform: [n] in [0, 1), sorted in
 * ascending order. indices: [n], ascending. */
void spiqe_state_sample(const spiqe_state *state, size_t n, const double *uniform,
                        uint64_t *indices);

/* The steps of a circuit's GATE and MATRIX operations from `first` on, up to the first of another
 * kind (BARRIER and DELAY are passed over, and so is the identity); *n_operations: how many were
 * taken. Global phases are kept (as a factor of the next step, or a step on qubit 0). steps and the
 * matrices they point to are owned by *out. Fails: SPIQE_NO_MEMORY. */
typedef struct spiqe_steps {
  SPIQE_POOL(spiqe_step, steps);
  SPIQE_POOL(spiqe_complex, matrices);
} spiqe_steps;
spiqe_status spiqe_steps_create(const spiqe_circuit *circuit, const double *inputs, size_t first,
                                size_t *n_operations, spiqe_steps *out);
void spiqe_steps_destroy(spiqe_steps *steps);

#endif
