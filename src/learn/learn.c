/* Optimiser steps in tiles of fixed size, so that the bits do not depend on the threads. */
#include "learn/learn.h"

#include <math.h>
#include <stddef.h>

#include "core/fail.h"
#include "core/threads.h"

#define TILE ((size_t)1 << 16)

static const char *const optimizers[] = {"sgd", "adam", "adamw", NULL};
static const char *const schedules[] = {"constant", "cosine", "step", NULL};

#define FIELD(name) offsetof(spiqe_learn_settings, name)
const spiqe_option spiqe_learn_options[] = {
    {"epochs", SPIQE_OPTION_SIZE, FIELD(epochs), "3", 0, 1e6, NULL,
     "passes over the training samples"},
    {"batch", SPIQE_OPTION_SIZE, FIELD(batch), "200", 1, 1e6, NULL, "samples of a step"},
    {"optimizer", SPIQE_OPTION_CHOICE, FIELD(optimizer), "adam", 0, 0, optimizers, "rule"},
    {"rate", SPIQE_OPTION_REAL, FIELD(rate), "0.001", 0, 1e3, NULL, "learning rate"},
    {"schedule", SPIQE_OPTION_CHOICE, FIELD(schedule), "cosine", 0, 0, schedules,
     "course of the learning rate"},
    {"final_rate", SPIQE_OPTION_REAL, FIELD(final_rate), "0", 0, 1, NULL,
     "cosine: rate at the end, as a part of rate"},
    {"warmup", SPIQE_OPTION_REAL, FIELD(warmup), "0", 0, 1e6, NULL,
     "epochs over which the rate rises from 0"},
    {"step_epochs", SPIQE_OPTION_SIZE, FIELD(step_epochs), "10", 1, 1e6, NULL,
     "step: epochs between two drops"},
    {"step_factor", SPIQE_OPTION_REAL, FIELD(step_factor), "0.1", 0, 1, NULL,
     "step: factor of a drop"},
    {"momentum", SPIQE_OPTION_REAL, FIELD(momentum), "0.9", 0, 1, NULL, "sgd: momentum"},
    {"nesterov", SPIQE_OPTION_FLAG, FIELD(nesterov), "false", 0, 0, NULL, "sgd: look ahead"},
    {"beta1", SPIQE_OPTION_REAL, FIELD(beta1), "0.9", 0, 0.999999, NULL, "adam: first moment"},
    {"beta2", SPIQE_OPTION_REAL, FIELD(beta2), "0.999", 0, 0.999999, NULL, "adam: second moment"},
    {"epsilon", SPIQE_OPTION_REAL, FIELD(epsilon), "1e-8", 1e-16, 1, NULL, "adam: smallest root"},
    {"weight_decay", SPIQE_OPTION_REAL, FIELD(weight_decay), "0", 0, 1, NULL,
     "added to the gradient; adamw: acts on the parameters alone"},
    {"clip", SPIQE_OPTION_REAL, FIELD(clip), "1", 0, 1e9, NULL,
     "largest norm of the gradient; 0: any"},
    {"validation", SPIQE_OPTION_REAL, FIELD(validation), "0", 0, 0.9, NULL,
     "part of the training samples kept for validation"},
    {"patience", SPIQE_OPTION_SIZE, FIELD(patience), "0", 0, 1e6, NULL,
     "stop after so many epochs without a better validation loss; 0: never"},
    {"shift", SPIQE_OPTION_SIZE, FIELD(shift), "0", 0, 1024, NULL,
     "pictures: places, at most, by which each is moved at random in height and width"},
    {"flip", SPIQE_OPTION_FLAG, FIELD(flip), "false", 0, 0, NULL,
     "pictures: half of them, at random, are mirrored left to right"},
};
const size_t spiqe_learn_n_options = sizeof spiqe_learn_options / sizeof spiqe_learn_options[0];

double spiqe_learn_rate(const spiqe_learn_settings *s, size_t step, size_t steps_per_epoch) {
  double epoch = (double)step / (double)steps_per_epoch, rate = s->rate;
  if (epoch < s->warmup) return rate * ((double)step + 1) / (s->warmup * (double)steps_per_epoch);
  if (s->schedule == SPIQE_COSINE) {
    double part = (epoch - s->warmup) / fmax((double)s->epochs - s->warmup, 1e-9);
    double cosine = (1 + cos(3.14159265358979323846 * fmin(part, 1))) / 2;
    return rate * (s->final_rate + (1 - s->final_rate) * cosine);
  }
  if (s->schedule == SPIQE_STEP)
    return rate * pow(s->step_factor, floor(epoch / (double)s->step_epochs));
  return rate;
}

spiqe_status spiqe_learner_create(spiqe_context *ctx, const spiqe_learn_settings *settings,
                                  spiqe_precision precision, size_t n_parameters,
                                  spiqe_learner *out) {
  size_t size = spiqe_precision_size(precision), n_tiles = (n_parameters + TILE - 1) / TILE;
  int adam = settings->optimizer != SPIQE_SGD;
  *out = (spiqe_learner){.ctx = ctx,
                         .settings = settings,
                         .precision = precision,
                         .n_parameters = n_parameters};
  size_t first = spiqe_arena_reserve(&out->memory, n_parameters, size);
  size_t second = spiqe_arena_reserve(&out->memory, adam ? n_parameters : 0, size);
  size_t sums = spiqe_arena_reserve(&out->memory, n_tiles, sizeof(double));
  SPIQE_TRY(spiqe_arena_create(ctx, &out->memory));
  out->moment1 = out->memory.base + first;
  out->moment2 = adam ? out->memory.base + second : NULL;
  out->tile_sums = (double *)(out->memory.base + sums);
  return SPIQE_OK;
}

void spiqe_learner_destroy(spiqe_learner *learner) {
  spiqe_arena_destroy(&learner->memory);
}

/* One step, shared by its tasks. */
typedef struct step {
  const spiqe_learner *learner;
  const spiqe_kernels *kernels;
  spiqe_update_args update; /* of the whole block */
} step;

static size_t tile_size(const spiqe_learner *learner, size_t tile) {
  size_t left = learner->n_parameters - tile * TILE;
  return left < TILE ? left : TILE;
}

static void *tile_at(const spiqe_learner *learner, const void *block, size_t tile) {
  if (!block) return NULL;
  return (char *)block + tile * TILE * spiqe_precision_size(learner->precision);
}

static void sum_tile(void *argument, size_t tile, size_t worker) {
  const step *s = argument;
  (void)worker;
  s->learner->tile_sums[tile] =
      s->kernels->sum_squares(tile_size(s->learner, tile),
                              tile_at(s->learner, s->update.gradient, tile));
}

static void update_tile(void *argument, size_t tile, size_t worker) {
  const step *s = argument;
  const spiqe_learner *learner = s->learner;
  (void)worker;
  spiqe_update_args args = s->update;
  args.n = tile_size(learner, tile);
  args.parameters = tile_at(learner, args.parameters, tile);
  args.gradient = tile_at(learner, args.gradient, tile);
  args.moment1 = tile_at(learner, args.moment1, tile);
  args.moment2 = tile_at(learner, args.moment2, tile);
  if (learner->settings->optimizer == SPIQE_SGD)
    s->kernels->sgd(&args);
  else
    s->kernels->adam(&args);
}

static spiqe_update_args update_of(const spiqe_learner *learner, size_t step_index, double rate,
                                   const void *gradients, void *parameters) {
  const spiqe_learn_settings *s = learner->settings;
  return (spiqe_update_args){.parameters = parameters,
                             .gradient = gradients,
                             .moment1 = learner->moment1,
                             .moment2 = learner->moment2,
                             .scale = 1,
                             .rate = rate,
                             .beta1 = s->beta1,
                             .beta2 = s->beta2,
                             .epsilon = s->epsilon,
                             .weight_decay = s->weight_decay,
                             .momentum = s->momentum,
                             .correction1 = 1 - pow(s->beta1, (double)step_index + 1),
                             .correction2 = 1 - pow(s->beta2, (double)step_index + 1),
                             .decoupled = s->optimizer == SPIQE_ADAMW,
                             .nesterov = s->nesterov};
}

void spiqe_learner_step(spiqe_learner *learner, size_t step_index, double rate,
                        const void *gradients, void *parameters, double *norm) {
  size_t n_tiles = (learner->n_parameters + TILE - 1) / TILE;
  step s = {.learner = learner,
            .kernels = spiqe_device_kernels(learner->ctx, learner->precision),
            .update = update_of(learner, step_index, rate, gradients, parameters)};
  double sum = 0, clip = learner->settings->clip;
  spiqe_threads_run(learner->ctx, n_tiles, sum_tile, &s);
  for (size_t i = 0; i < n_tiles; i++) sum += learner->tile_sums[i];
  *norm = sqrt(sum);
  if (!isfinite(*norm)) return;
  if (clip > 0 && *norm > clip) s.update.scale = clip / *norm;
  spiqe_threads_run(learner->ctx, n_tiles, update_tile, &s);
}
