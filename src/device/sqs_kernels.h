/* What the kernels of SQS neurons in closed form are given. */
#ifndef SPIQE_DEVICE_SQS_KERNELS_H
#define SPIQE_DEVICE_SQS_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* A given outcome that is less likely leaves a memory in closed form as it is: to remember it would
 * have derivatives without bound. */
#define SPIQE_SQS_LEAST 1e-4

/* What an SQS neuron gives out: one measurement's outcome; its probability, with the memory
 * averaged over outcomes (closed form alone); or outcomes that are given, in spikes. */
typedef enum spiqe_sqs_mode {
  SPIQE_SQS_SINGLE_SHOT,
  SPIQE_SQS_EXPECTED,
  SPIQE_SQS_GIVEN
} spiqe_sqs_mode;

typedef struct spiqe_sqs_rule {
  spiqe_sqs_mode mode;
  double input_leak; /* part of the gradient that a current below 0 gets */
  int is_variance;   /* 1: the derivative of a spike in its probability P is P (1 - P), else 1 */
} spiqe_sqs_rule;

/* As spiqe_qlif_args. The memory is two numbers of its density matrix: w = rho_11 and
 * c = Im rho_01, in planes [2][n_rows][n_units]; 0, 0 is |0>. */
typedef struct spiqe_sqs_args {
  spiqe_sqs_rule rule;
  size_t n_steps, n_rows, n_units, ld, step_stride, first_step;
  const void *current;
  const void *angles; /* [5][n_units] p_io; cos, sin of p_ent / 2; cos, sin of p_mem */
  const uint32_t *samples;
  uint32_t key[2];
  void *state;             /* memory, in and out; NULL: starts as |0>, not kept */
  void *spikes, *membrane; /* membrane: P, may be NULL */
  void *trace;             /* [n_steps][2][n_rows][n_units] memory before each step; may be NULL */
} spiqe_sqs_args;

typedef struct spiqe_sqs_grad_args {
  spiqe_sqs_args forward;
  const void *d_spikes, *d_membrane;
  size_t d_stride;
  void *d_state; /* of the memory */
  void *d_current;
  void *d_io, *d_entangle, *d_memory; /* [n_units] added to */
} spiqe_sqs_grad_args;

#endif
