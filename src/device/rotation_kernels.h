/* What the kernels of small registers without measurement are given: circuits of gates, in which
 * everything is a rotation of pairs of rows (src/quantum/rotations.h says how that comes).
 *
 * A tile has SPIQE_ROTATION_LANES registers side by side. Row r, the real or the imaginary part of
 * an amplitude, is as many numbers from rows + r * SPIQE_ROTATION_LANES on; coefficients, angles
 * and probabilities lie in the same way. A rotation is its own inverse with the other sign, so
 * going backward needs the last state alone. */
#ifndef SPIQE_DEVICE_ROTATION_KERNELS_H
#define SPIQE_DEVICE_ROTATION_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#define SPIQE_ROTATION_LANES ((size_t)16)

/* (x, y) <- (c x - s y, s x + c y) for n pairs of rows (x, y); c, s of `angle`. */
typedef struct spiqe_rotation_run {
  uint32_t angle, first, n; /* first: in pairs */
} spiqe_rotation_run;

typedef struct spiqe_rotation_args {
  size_t n_rows, n_angles, n_runs, n_outcomes;
  const spiqe_rotation_run *runs;
  const uint16_t (*pairs)[2];
  const uint16_t *outcomes; /* [n_rows] below n_outcomes: which probability a row is part of */
  const void *angles;       /* [n_angles][lanes] t: c = cos t, s = sin t */
  void *turns;              /* [n_angles][2][lanes] scratch: c, then s */
  void *rows;               /* [n_rows][lanes] the state, in and out */
  void *probabilities;      /* [n_outcomes][lanes]; backward: their gradient, in */
  void *adjoint;            /* backward: [n_rows][lanes], out: gradient of the first state */
  void *d_angles;           /* backward: [n_angles][lanes], out */
} spiqe_rotation_args;

#endif
