/* Learning: settings of training, the optimisers, the schedules of the learning rate. */
#ifndef SPIQE_LEARN_LEARN_H
#define SPIQE_LEARN_LEARN_H

#include "core/arena.h"
#include "core/option.h"
#include "device/device.h"

typedef enum spiqe_optimizer { SPIQE_SGD, SPIQE_ADAM, SPIQE_ADAMW } spiqe_optimizer;
typedef enum spiqe_schedule { SPIQE_CONSTANT, SPIQE_COSINE, SPIQE_STEP } spiqe_schedule;

typedef struct spiqe_learn_settings {
  size_t epochs, batch, patience, step_epochs, shift;
  int optimizer, schedule, nesterov, flip;
  double rate, momentum, beta1, beta2, epsilon, weight_decay, clip;
  double final_rate, step_factor, validation, warmup;
} spiqe_learn_settings;

extern const spiqe_option spiqe_learn_options[];
extern const size_t spiqe_learn_n_options;

/* Learning rate at a step of the whole training. */
double spiqe_learn_rate(const spiqe_learn_settings *settings, size_t step, size_t steps_per_epoch);

/* An optimiser on n_parameters numbers of one precision. */
typedef struct spiqe_learner {
  spiqe_context *ctx;                   /* borrowed */
  const spiqe_learn_settings *settings; /* borrowed */
  spiqe_precision precision;
  size_t n_parameters;
  spiqe_arena memory;
  void *moment1, *moment2; /* [n_parameters]; moment2: NULL unless Adam. In memory */
  double *tile_sums;       /* in memory */
  double *baseline;        /* borrowed, [n_baseline] of the local rule (local.h), kept beside */
  size_t n_baseline;
} spiqe_learner;

/* Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_learner_create(spiqe_context *ctx, const spiqe_learn_settings *settings,
                                  spiqe_precision precision, size_t n_parameters,
                                  spiqe_learner *out);
void spiqe_learner_destroy(spiqe_learner *learner);

/* Clip the gradient to settings->clip (0: no clipping), then one step; step counts from 0.
 * *norm: of the gradient before clipping; when it is not finite, parameters stay as they are.
 * Does not allocate. */
void spiqe_learner_step(spiqe_learner *learner, size_t step, double rate, const void *gradients,
                        void *parameters, double *norm);

#endif
