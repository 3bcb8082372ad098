/* Arguments of the kernels of pooling. */
#ifndef SPIQE_DEVICE_POOL_KERNELS_H
#define SPIQE_DEVICE_POOL_KERNELS_H

#include <stddef.h>

/* Images [n_images][height][width][channels] to [n_images][out_height][out_width][channels]: the
 * largest number or the mean of windows of size x size places, stride places apart, that all lie
 * inside. Of equal numbers the first is the largest; a number that is none is no larger than any
 * other. */
typedef struct spiqe_pool_args {
  int is_mean;
  size_t n_images, height, width, channels, size, stride, out_height, out_width;
  const void *input;
  void *output;         /* forward */
  const void *d_output; /* backward: layout of output */
  void *d_input;        /* out, layout of input; may be the same memory */
  void *scratch;        /* backward: [height][width][channels] */
} spiqe_pool_args;

#endif
