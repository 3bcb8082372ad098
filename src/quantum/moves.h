/* Gates without parameters, as compilers for many small registers take them: moves of amplitudes,
 * and rotations by constant angles. */
#ifndef SPIQE_QUANTUM_MOVES_H
#define SPIQE_QUANTUM_MOVES_H

#include "circuit/circuit.h"

/* For each row of a matrix that has one power of i in each row and column: its column and power. */
typedef struct spiqe_move {
  uint32_t column;
  int power;
} spiqe_move;

/* 1, and the moves, [n], where a matrix [n][n] is nothing else. */
int spiqe_moves_find(size_t n, const spiqe_complex *matrix, spiqe_move *moves);

/* A gate that is no move: rotations by constant angles, in the order in which they act; "I" is a
 * phase, which matters under controls. before, after: gates that only move; "" for none. */
typedef struct spiqe_fixed_gate {
  const char *name, *before, *after; /* static */
  spiqe_factor factors[2];
  uint8_t n_factors;
} spiqe_fixed_gate;

/* By name; NULL for a gate that is a move, or has parameters. */
const spiqe_fixed_gate *spiqe_fixed_gate_find(const char *name);

#endif
