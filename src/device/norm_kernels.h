/* Arguments of the kernels of dropout and batch normalisation. */
#ifndef SPIQE_DEVICE_NORM_KERNELS_H
#define SPIQE_DEVICE_NORM_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* Sequences [n_steps][n_rows][n_planes][n_units], steps step_stride elements apart. A unit is kept
 * in all planes at all steps, or in none; draws: counter (unit / 4, 0, sample) of key. */
typedef struct spiqe_dropout_args {
  size_t n_steps, n_rows, n_planes, n_units, step_stride;
  double rate;
  const uint32_t *samples; /* [n_rows] */
  uint32_t key[2];
  const void *input;
  void *output;
} spiqe_dropout_args;

/* Numbers of n_channels kinds: row r, place p, channel c is at r * ld + p * n_channels + c. */
typedef struct spiqe_norm_args {
  size_t n_rows, ld, n_places, n_channels;
  double epsilon; /* added to the variance */
  const void *input;
  void *mean, *variance;     /* [n_channels] out of statistics, else in */
  const void *scale, *shift; /* [n_channels] */
  void *output;              /* forward: layout of input */
  const void *d_output;      /* backward: layout of input */
  void *d_input;             /* out, may be the memory of input; NULL: not wanted */
  void *d_scale, *d_shift;   /* [n_channels] out */
} spiqe_norm_args;

#endif
