/* Making of a trainer: the samples are chosen, memory is laid out, a stopped run is picked up. */
#include "train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/fail.h"
#include "core/file.h"
#include "spiqe/random.h"
#include "train/augment.h"

static spiqe_samples first_of(const spiqe_samples *samples, size_t limit) {
  spiqe_samples view = *samples;
  if (limit && view.n_samples > limit) view.n_samples = limit;
  return view;
}

static spiqe_status check_samples(spiqe_trainer *t, const spiqe_samples *samples) {
  SPIQE_TRY(spiqe_model_check_samples(t->model, samples));
  return spiqe_classifier_check_labels(t->classifier, samples);
}

/* Which samples train and which validate: a permutation drawn from the seed, cut once. */
static spiqe_status choose_samples(spiqe_trainer *t) {
  size_t n = t->train.n_samples, batch = t->model->learn.batch;
  uint32_t key[2];
  t->n_validation = (size_t)floor(t->model->learn.validation * (double)n);
  t->n_train = n - t->n_validation;
  t->steps_per_epoch = (t->n_train + batch - 1) / batch;
  t->chosen = calloc(n, sizeof *t->chosen);
  t->order = calloc(n, sizeof *t->order);
  t->draws = t->model->is_local ? t->model->local.draws : 1;
  const size_t rows = (batch < n ? batch : n) * t->draws;
  t->index = calloc(rows, sizeof *t->index);
  t->streams = calloc(rows, sizeof *t->streams);
  t->labels = calloc(rows, sizeof *t->labels);
  t->predicted = calloc(rows, sizeof *t->predicted);
  t->losses = calloc(rows, sizeof *t->losses);
  SPIQE_REQUIRE(t->ctx,
                t->chosen && t->order && t->index && t->streams && t->labels && t->predicted &&
                    t->losses,
                SPIQE_NO_MEMORY, "no memory for %zu samples in batches of %zu", n, batch);
  spiqe_random_key(t->options->seed, SPIQE_PURPOSE_SPLIT, 0, key);
  spiqe_random_permutation(key, n, t->chosen);
  return SPIQE_OK;
}

static spiqe_status check_same_run(spiqe_trainer *t, const spiqe_checkpoint *saved) {
  char *mine = NULL, *theirs = NULL;
  spiqe_status status = spiqe_model_print(t->model, &mine);
  if (status == SPIQE_OK) status = spiqe_model_print(saved->model, &theirs);
  int same = status == SPIQE_OK && !strcmp(mine, theirs);
  free(mine);
  free(theirs);
  SPIQE_TRY(status);
  SPIQE_REQUIRE(t->ctx, same, SPIQE_BAD_ARGUMENT, "resume: the checkpoint is of another model");
  const spiqe_run_state *s = &saved->state;
  SPIQE_REQUIRE(t->ctx,
                s->seed == t->state.seed && s->limit == t->state.limit &&
                    !strcmp(s->data, t->state.data),
                SPIQE_BAD_ARGUMENT,
                "resume: the checkpoint was made with data '%s', seed %zu, limit %zu", s->data,
                (size_t)s->seed, (size_t)s->limit);
  SPIQE_REQUIRE(t->ctx, s->step <= t->steps_per_epoch && s->seen <= t->n_train, SPIQE_BAD_FORMAT,
                "resume: the checkpoint is at step %zu of %zu", (size_t)s->step,
                t->steps_per_epoch);
  return SPIQE_OK;
}

static spiqe_status resume(spiqe_trainer *t) {
  char path[1024];
  spiqe_checkpoint saved;
  SPIQE_REQUIRE(t->ctx,
                t->options->folder &&
                    spiqe_file_join(path, sizeof path, t->options->folder, "last.safetensors"),
                SPIQE_BAD_ARGUMENT, "resume: the folder of a run is expected");
  SPIQE_TRY(spiqe_checkpoint_open(t->ctx, path, &saved));
  spiqe_status status = check_same_run(t, &saved);
  if (status == SPIQE_OK) status = spiqe_checkpoint_load(t->ctx, &saved, t->net);
  if (status == SPIQE_OK) status = spiqe_checkpoint_load_learner(t->ctx, &saved, &t->learner);
  if (status == SPIQE_OK) t->state = saved.state;
  spiqe_checkpoint_close(&saved);
  return status == SPIQE_OK ? status : spiqe_fail_prefix(t->ctx, status, "%s", path);
}

/* What validation needs: a network that only looks, and without a folder a place for the best. */
static spiqe_status prepare_validation(spiqe_trainer *t) {
  if (t->n_validation == 0) return SPIQE_OK;
  SPIQE_TRY(spiqe_network_plan(t->classifier->net, t->net->batch, 0, 0));
  if (t->options->folder) return SPIQE_OK;
  t->best = calloc(t->net->n_parameters + t->net->n_buffers, sizeof *t->best);
  SPIQE_REQUIRE(t->ctx, t->best, SPIQE_NO_MEMORY, "no memory for %zu parameters",
                t->net->n_parameters);
  return SPIQE_OK;
}

/* What the objective loss knows is how likely spikes were, not how the membranes lie. */
static spiqe_status check_objective(const spiqe_trainer *t) {
  const spiqe_loss_settings *loss = &t->model->loss;
  const int is_counts = loss->kind == SPIQE_LOSS_COUNT ||
                        (loss->kind == SPIQE_LOSS_COUNT_MEMBRANE && loss->membrane_scale == 0);
  SPIQE_REQUIRE(t->ctx, t->model->local.objective != SPIQE_OBJECTIVE_LOSS || is_counts,
                SPIQE_UNSUPPORTED,
                "local: objective loss needs a loss of spikes alone (kind: count, or "
                "count_membrane with membrane_scale: 0)");
  return SPIQE_OK;
}

static spiqe_status use_local_rule(spiqe_trainer *t, size_t batch) {
  SPIQE_TRY(check_objective(t));
  SPIQE_TRY(spiqe_local_create(t->ctx, &t->model->local, t->net, batch, &t->local));
  t->local.losses = t->losses;
  t->learner.n_baseline = spiqe_local_n_baseline(&t->local);
  t->learner.baseline = t->local.baseline;
  return SPIQE_OK;
}

static spiqe_status prepare(spiqe_trainer *t, const spiqe_dataset *data) {
  const spiqe_model *model = t->model;
  t->train = first_of(&data->part[SPIQE_TRAIN], t->options->limit);
  t->test = first_of(&data->part[SPIQE_TEST], t->options->limit);
  snprintf(t->state.data, sizeof t->state.data, "%s", data->name);
  SPIQE_TRY(spiqe_classifier_create(t->ctx, model, t->options->seed, &t->classifier));
  SPIQE_TRY(spiqe_network_create(t->ctx, &model->network, SPIQE_F32, &t->net));
  SPIQE_TRY(spiqe_augment_check(t->ctx, &model->learn, t->net));
  SPIQE_TRY(check_samples(t, &t->train));
  SPIQE_TRY(check_samples(t, &t->test));
  SPIQE_TRY(choose_samples(t));
  SPIQE_TRY(
      spiqe_learner_create(t->ctx, &model->learn, SPIQE_F32, t->net->n_parameters, &t->learner));
  size_t batch = model->learn.batch < t->n_train ? model->learn.batch : t->n_train;
  if (model->is_local) SPIQE_TRY(use_local_rule(t, batch));
  SPIQE_TRY(spiqe_network_plan(t->net, batch * t->draws, 1, 0));
  SPIQE_TRY(prepare_validation(t));
  if (t->options->folder) SPIQE_TRY(spiqe_file_make_folder(t->ctx, t->options->folder));
  if (t->options->resume) return resume(t);
  return spiqe_network_initialise(t->net, t->options->seed);
}

/* What was told last before the run was stopped, so that an epoch whose last step is done can still
 * be told. */
static spiqe_event event_of(const spiqe_trainer *t) {
  const spiqe_run_state *s = &t->state;
  const spiqe_learn_settings *learn = &t->model->learn;
  const size_t n_done = s->total_steps;
  return (spiqe_event){.n_epochs = learn->epochs,
                       .n_steps = t->steps_per_epoch,
                       .epoch = s->epoch,
                       .step = s->step > 0 ? s->step - 1 : 0,
                       .loss = s->seen ? s->loss_sum / (double)s->seen : 0,
                       .accuracy = s->seen ? (double)s->right / (double)s->seen : 0,
                       .validation_loss = NAN,
                       .validation_accuracy = NAN,
                       .test_accuracy = NAN,
                       .rate = n_done ? spiqe_learn_rate(learn, n_done - 1, t->steps_per_epoch)
                                      : learn->rate};
}

spiqe_status spiqe_trainer_create(spiqe_context *ctx, const spiqe_model *model,
                                  const spiqe_dataset *data, const spiqe_train_options *options,
                                  spiqe_trainer *out) {
  *out = (spiqe_trainer){.ctx = ctx,
                         .model = model,
                         .options = options,
                         .state = {.seed = options->seed,
                                   .limit = options->limit,
                                   .best_loss = INFINITY}};
  spiqe_status status = prepare(out, data);
  out->first_epoch = out->state.epoch;
  out->start = out->epoch_start = spiqe_clock_seconds();
  if (status == SPIQE_OK) out->event = event_of(out);
  return status;
}

void spiqe_trainer_destroy(spiqe_trainer *t) {
  spiqe_network_destroy(t->net);
  spiqe_learner_destroy(&t->learner);
  spiqe_local_destroy(&t->local);
  spiqe_classifier_destroy(t->classifier);
  free(t->best);
  free(t->chosen);
  free(t->order);
  free(t->index);
  free(t->streams);
  free(t->labels);
  free(t->predicted);
  free(t->losses);
}

int spiqe_trainer_is_done(const spiqe_trainer *t) {
  const spiqe_learn_settings *learn = &t->model->learn;
  int stale = learn->patience > 0 && t->n_validation > 0 && t->state.bad_epochs >= learn->patience;
  return t->state.epoch >= learn->epochs || (stale && t->state.step == 0);
}

spiqe_status spiqe_trainer_tell(spiqe_trainer *t, spiqe_event_kind kind) {
  spiqe_event *e = &t->event;
  double now = spiqe_clock_seconds(), in_epoch = now - t->epoch_start;
  e->kind = kind;
  e->seconds = now - t->start;
  e->epoch_seconds = in_epoch;
  e->samples_per_second = in_epoch > 0 ? t->epoch_seen / in_epoch : 0;
  double epochs_left = (double)t->model->learn.epochs - (double)e->epoch - 1;
  const int is_within = t->state.epoch == e->epoch; /* else that epoch is done */
  double samples_left = epochs_left * (double)t->n_train;
  if (is_within) samples_left += (double)t->n_train - (double)t->state.seen;
  e->seconds_left = e->samples_per_second > 0 ? samples_left / e->samples_per_second : 0;
  int stop = t->options->listener && t->options->listener(t->options->user, e);
  if (!stop) return SPIQE_OK;
  return spiqe_fail(t->ctx, SPIQE_INTERRUPTED, "stopped in epoch %zu after %zu of %zu steps",
                    e->epoch + 1, is_within ? (size_t)t->state.step : e->n_steps, e->n_steps);
}
