/* Convolution through time by trains (synapse/trains.h): forward, and the gradient of the weights.
 * The gradient of the input is not of the spikes, so it has no such short cut. */
#ifndef SPIQE_SYNAPSE_CONV2D_TRAINS_H
#define SPIQE_SYNAPSE_CONV2D_TRAINS_H

#include "synapse/conv2d.h"

/* Elements of scratch. */
size_t spiqe_conv2d_trains_scratch(const spiqe_conv2d_sizes *sizes);

/* Some steps, at most SPIQE_TRAIN_STEPS, of a sample whose first row of input and output (of
 * d_output, when learning) is `row`, the next ones n_rows further each. scratch: aligned to 8
 * bytes. Returns 0, nothing having been done, where trains do not pay. */
typedef struct spiqe_conv2d_steps {
  const spiqe_stage *stage;
  const spiqe_pass *pass;
  const spiqe_conv2d_sizes *sizes;
  size_t row, n_steps;
  void *scratch;
} spiqe_conv2d_steps;

int spiqe_conv2d_trains_forward(const spiqe_conv2d_steps *steps);

/* Adds to the gradient of weights and bias. */
int spiqe_conv2d_trains_learn(const spiqe_conv2d_steps *steps);

#endif
