/* The score of a neuron, d log p(its spikes), from runs of its circuit alone, as hardware gives it:
 * no state is looked at, only how often a history of outcomes came.
 *
 * q_t = p(spikes of steps 1 to t); log p(spikes of t | those before) = log q_t - log q_(t-1), so
 *   sum_t w_t d log p(spikes of t | those before) = sum_t (w_t - w_(t+1)) dq_t / q_t.
 *   shift  dq_t by parameter shift, gate by gate and step by step (quantum/shift.h): the rule holds
 *          for q_t, which is an expectation, and not for its log
 *   spsa   all inputs x are shaken at once, D = +-1 each: the change of
 *          sum_t (w_t - w_(t+1)) log q_t between x + c D and x - c D, over 2 c D
 *          (Spall 1992, IEEE Trans. Automatic Control 37(3));
 *          its mean is the gradient but for terms of c^2
 * With shots, q_t is a part of so many runs, drawn by the binomial law; 0 hits count as a half. */
#ifndef SPIQE_LEARN_SCORE_H
#define SPIQE_LEARN_SCORE_H

#include "neuron/sqs.h"

typedef enum spiqe_score_method {
  SPIQE_SCORE_EXACT, /* the kernels' */
  SPIQE_SCORE_SHIFT,
  SPIQE_SCORE_SPSA
} spiqe_score_method;

typedef struct spiqe_score_options {
  spiqe_score_method method;
  size_t n_shots; /* 0: exact probabilities */
  double spread;  /* c, in units of an input: rad, or pi rad for currents */
} spiqe_score_options;

#define SPIQE_MOST_SCORE_STEPS 64

typedef struct spiqe_score spiqe_score;

/* For one thread: it may be used inside of a task. Fails: SPIQE_LIMIT (steps), SPIQE_NO_MEMORY, and
 * as spiqe_sqs_circuit. */
spiqe_status spiqe_score_create(spiqe_context *ctx, const spiqe_sqs_settings *settings,
                                size_t n_steps, const spiqe_score_options *options,
                                spiqe_score **out);
void spiqe_score_destroy(spiqe_score *score);

/* Inputs of the circuit: rotations max(current, 0), [n_steps][n_io], and the parameters behind. */
size_t spiqe_score_n_inputs(const spiqe_score *score);

/* gradient: [n_inputs], set. inputs: [n_inputs]; spikes: [n_steps][n_io]; weights: [n_steps]. key:
 * of the draws, different for each call. Does not allocate. */
void spiqe_score_run(spiqe_score *score, const double *inputs, const uint8_t *spikes,
                     const double *weights, const uint32_t key[2], double *gradient);

#endif
