/* Circuits of gates compiled to rotations of rows, for many small registers side by side
 * (device/rotation_kernels.h).
 *
 * A gate exp(-i a P / 2) couples each part (real, imaginary) of an amplitude with one other part,
 * so it is a set of rotations of pairs by t = a / 2. Gates that only move amplitudes change a table
 * while compiling and cost nothing. A row exists only when its part can be other than 0: a circuit
 * of ry and cz has real amplitudes, hence no imaginary rows. Rotations are undone on the way back,
 * so the derivative with respect to all angles needs the last state alone (adjoint
 * differentiation: Jones, Gacon 2020, arXiv 2009.02823), where lanes (spiqe/lanes.h), which
 * measure, keep every row. */
#ifndef SPIQE_QUANTUM_ROTATIONS_H
#define SPIQE_QUANTUM_ROTATIONS_H

#include "circuit/circuit.h"
#include "device/rotation_kernels.h"

/* Rows are counted in 16 bits, and two states of 16 lanes are then 1 MiB: more qubits would leave
 * the second-level cache. */
#define SPIQE_MOST_ROTATION_QUBITS 12
#define SPIQE_MOST_ROTATION_PAIRS ((size_t)1 << 23) /* of all gates: 32 MiB */
/* Gates times amplitudes, moves included: compiling takes a second at most. */
#define SPIQE_MOST_ROTATION_WORK ((size_t)1 << 27)

/* t = factor * input + offset. */
typedef struct spiqe_rotation_angle {
  uint32_t input; /* of the circuit; UINT32_MAX: none */
  double factor, offset;
} spiqe_rotation_angle;

typedef struct spiqe_rotations {
  spiqe_context *ctx; /* borrowed */
  size_t n_qubits, n_inputs, n_rows;
  SPIQE_POOL(spiqe_rotation_angle, angles);
  SPIQE_POOL(spiqe_rotation_run, runs);
  uint16_t (*pairs)[2]; /* owned, [n_pairs] */
  size_t n_pairs, room_pairs;
  uint16_t *states; /* owned, [n_rows] the basis state that a row belongs to at the end */
} spiqe_rotations;

/* Compile a circuit that starts in |0...0> (row 0 is 1, all others 0), or, is_started, in real
 * amplitudes given (row i is that of state i). Fails: SPIQE_LIMIT (one of the three above),
 * SPIQE_UNSUPPORTED (measurement, reset, conditions, channels; a matrix that is more than a move;
 * named), SPIQE_NO_MEMORY. */
spiqe_status spiqe_rotations_create(spiqe_context *ctx, const spiqe_circuit *circuit,
                                    int is_started, spiqe_rotations **out);
void spiqe_rotations_destroy(spiqe_rotations *rotations);

#endif
