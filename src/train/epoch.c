/* What happens in an epoch: batches, validation, checkpoints; and the test at the end. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/fail.h"
#include "core/file.h"
#include "spiqe/random.h"
#include "train/augment.h"
#include "train/trainer.h"

void spiqe_trainer_begin_epoch(spiqe_trainer *t) {
  uint32_t key[2];
  spiqe_random_key(t->state.seed, SPIQE_PURPOSE_SHUFFLE, t->state.epoch, key);
  spiqe_random_permutation(key, t->n_train, t->order);
  t->epoch_start = spiqe_clock_seconds();
  t->epoch_seen = 0;
}

/* The n samples of the batch at state.step into net->values, labels beside them. */
static spiqe_status load_batch(spiqe_trainer *t, size_t *n) {
  size_t first = t->state.step * t->model->learn.batch, left = t->n_train - first;
  *n = left < t->model->learn.batch ? left : t->model->learn.batch;
  for (size_t i = 0; i < *n * t->draws; i++) {
    t->index[i] = t->chosen[t->order[first + i / t->draws]];
    t->streams[i] = t->index[i] * (uint32_t)t->draws + (uint32_t)(i % t->draws);
    t->labels[i] = t->train.labels[t->index[i]];
  }
  return spiqe_network_load(t->net, &t->train, t->index, *n * t->draws);
}

static void augment_batch(spiqe_trainer *t, size_t n) {
  uint32_t key[2];
  spiqe_random_key(t->state.seed, SPIQE_PURPOSE_AUGMENT, t->state.epoch, key);
  for (size_t i = 0; t->net->values && i < n * t->draws; i++)
    spiqe_augment_picture(&t->model->learn, t->net, key, t->index[i],
                          t->net->values + i * t->net->n_features);
}

/* Some neurons take what is not a number for no input, and would learn from it in silence. */
static spiqe_status check_batch(spiqe_trainer *t, const spiqe_network *net, const uint32_t *index,
                                size_t n) {
  size_t n_features = net->n_features;
  for (size_t i = 0; t->train.floats && i < n * n_features; i++)
    SPIQE_REQUIRE(t->ctx, isfinite(net->values[i]), SPIQE_DIVERGED,
                  "epoch %zu, step %zu: the input is not finite: training sample %zu, value %zu; "
                  "the last checkpoint is intact",
                  t->event.epoch + 1, t->event.step + 1, (size_t)index[i / n_features],
                  i % n_features);
  return SPIQE_OK;
}

static void count_batch(spiqe_trainer *t, size_t n, double loss) {
  spiqe_run_state *s = &t->state;
  for (size_t i = 0; i < n; i++) /* of a sample's first draw */
    s->right += t->predicted[i * t->draws] == t->labels[i * t->draws];
  s->loss_sum += loss;
  s->seen += n;
  s->step++;
  s->total_steps++;
  t->epoch_seen += (double)n;
  t->event.loss = s->loss_sum / (double)s->seen;
  t->event.accuracy = (double)s->right / (double)s->seen;
  t->event.batch_loss = loss / (double)n;
}

/* Run the n samples forward and backward; the sum of their losses, each a mean over its draws. */
static double run_batch(spiqe_trainer *t, size_t n) {
  const size_t rows = n * t->draws;
  double sum = 0;
  spiqe_loss loss = {.settings = t->model->loss,
                     .n_samples = rows,
                     .labels = t->labels,
                     .losses = t->losses,
                     .predicted = t->predicted};
  if (t->model->is_local) spiqe_local_begin(&t->local, t->labels, rows);
  spiqe_network_run(t->net, rows, t->streams, t->state.seed, t->state.epoch, spiqe_loss_listen,
                    &loss);
  if (t->model->is_local) spiqe_local_end(&t->local);
  for (size_t i = 0; i < rows; i++) sum += t->losses[i];
  return sum / (double)t->draws;
}

spiqe_status spiqe_trainer_learn_batch(spiqe_trainer *t) {
  size_t n;
  double norm;
  t->event.epoch = t->state.epoch;
  t->event.step = t->state.step;
  SPIQE_TRY(load_batch(t, &n));
  SPIQE_TRY(check_batch(t, t->net, t->index, n * t->draws));
  augment_batch(t, n);
  const double sum = run_batch(t, n);
  double rate = spiqe_learn_rate(&t->model->learn, t->state.total_steps, t->steps_per_epoch);
  if (!isfinite(sum)) return spiqe_trainer_diverged(t, sum, NAN);
  spiqe_learner_step(&t->learner, t->state.total_steps, rate, t->net->gradients, t->net->parameters,
                     &norm);
  if (!isfinite(norm)) return spiqe_trainer_diverged(t, sum, norm);
  spiqe_network_settle(t->net, n * t->draws);
  t->event.rate = rate;
  t->event.gradient_norm = norm;
  count_batch(t, n, sum);
  return SPIQE_OK;
}

/* What a network that was learnt consists of: parameters, and the buffers behind them. */
static void copy_learnt(const spiqe_network *net, const void *from, void *to) {
  memcpy(to, from, (net->n_parameters + net->n_buffers) * sizeof(float));
}

static spiqe_status save_as(spiqe_trainer *t, const char *name, const spiqe_learner *learner,
                            char *path, size_t path_size) {
  SPIQE_REQUIRE(t->ctx, spiqe_file_join(path, path_size, t->options->folder, name),
                SPIQE_BAD_ARGUMENT, "%s: the path is too long", t->options->folder);
  return spiqe_checkpoint_write(t->ctx, path, t->model, t->net, learner, &t->state);
}

static spiqe_status note_validation(spiqe_trainer *t, double loss) {
  char path[512];
  int better = loss < t->state.best_loss;
  t->state.bad_epochs = better ? 0 : t->state.bad_epochs + 1;
  if (!better) return SPIQE_OK;
  t->state.best_loss = loss;
  t->state.best_epoch = t->state.epoch;
  if (t->options->folder) return save_as(t, "best.safetensors", NULL, path, sizeof path);
  copy_learnt(t->net, t->net->parameters, t->best);
  return SPIQE_OK;
}

/* The validation samples as a set of their own would be a copy: run them by index. */
static spiqe_status validate(spiqe_trainer *t) {
  const uint32_t *held = t->chosen + t->n_train;
  double loss_sum = 0;
  size_t right = 0, batch = t->net->batch;
  for (size_t first = 0; first < t->n_validation; first += batch) {
    size_t n = t->n_validation - first < batch ? t->n_validation - first : batch;
    for (size_t i = 0; i < n; i++) t->labels[i] = t->train.labels[held[first + i]];
    SPIQE_TRY(spiqe_network_load(t->classifier->net, &t->train, held + first, n));
    SPIQE_TRY(check_batch(t, t->classifier->net, held + first, n));
    spiqe_loss loss = {.settings = t->model->loss,
                       .n_samples = n,
                       .labels = t->labels,
                       .losses = t->losses,
                       .predicted = t->predicted};
    spiqe_network_run(t->classifier->net, n, held + first, t->state.seed, UINT32_MAX,
                      spiqe_loss_listen, &loss);
    for (size_t i = 0; i < n; i++) loss_sum += t->losses[i];
    for (size_t i = 0; i < n; i++) right += t->predicted[i] == t->labels[i];
  }
  t->event.validation_loss = loss_sum / (double)t->n_validation;
  t->event.validation_accuracy = (double)right / (double)t->n_validation;
  return SPIQE_OK;
}

spiqe_status spiqe_trainer_end_epoch(spiqe_trainer *t) {
  t->event.epoch = t->state.epoch++;
  t->state.step = t->state.seen = t->state.right = 0;
  t->state.loss_sum = 0;
  if (t->n_validation == 0) return SPIQE_OK;
  copy_learnt(t->net, t->net->parameters, t->classifier->net->parameters);
  SPIQE_TRY(validate(t));
  return note_validation(t, t->event.validation_loss);
}

spiqe_status spiqe_trainer_save(spiqe_trainer *t) {
  char path[512];
  if (!t->options->folder) return SPIQE_OK;
  SPIQE_TRY(save_as(t, "last.safetensors", &t->learner, path, sizeof path));
  t->event.path = path;
  spiqe_status status = spiqe_trainer_tell(t, SPIQE_EVENT_CHECKPOINT);
  t->event.path = NULL;
  return status;
}

/* Put the parameters to be tested into the classifier; says where they are kept. */
static spiqe_status take_best(spiqe_trainer *t, char *path, size_t path_size) {
  int use_best = t->n_validation > 0 && isfinite(t->state.best_loss);
  copy_learnt(t->net, t->net->parameters, t->classifier->net->parameters);
  path[0] = 0;
  if (use_best && t->best) copy_learnt(t->net, t->best, t->classifier->net->parameters);
  if (!t->options->folder) return SPIQE_OK;
  SPIQE_REQUIRE(t->ctx,
                spiqe_file_join(path, path_size, t->options->folder,
                                use_best ? "best.safetensors" : "last.safetensors"),
                SPIQE_BAD_ARGUMENT, "%s: the path is too long", t->options->folder);
  if (!use_best) return SPIQE_OK;
  spiqe_checkpoint best;
  SPIQE_TRY(spiqe_checkpoint_open(t->ctx, path, &best));
  spiqe_status status = spiqe_checkpoint_load(t->ctx, &best, t->classifier->net);
  spiqe_checkpoint_close(&best);
  return status;
}

spiqe_status spiqe_trainer_test(spiqe_trainer *t, spiqe_train_result *r) {
  spiqe_test_result test;
  r->train_seconds = spiqe_clock_seconds() - t->start;
  double epochs = (double)(t->state.epoch - t->first_epoch);
  r->seconds_per_epoch = epochs > 0 ? r->train_seconds / epochs : 0;
  r->n_parameters = t->net->n_parameters;
  r->train_samples = t->n_train;
  r->validation_samples = t->n_validation;
  r->test_samples = t->test.n_samples;
  r->epochs = t->state.epoch;
  SPIQE_TRY(take_best(t, r->checkpoint, sizeof r->checkpoint));
  SPIQE_TRY(spiqe_classifier_test(t->classifier, &t->test, &test));
  t->event.test_accuracy = r->test_accuracy = test.accuracy;
  r->test_macro_precision = test.macro_precision;
  r->test_macro_recall = test.macro_recall;
  r->test_macro_f1 = test.macro_f1;
  r->test_roc_auc = test.roc_auc;
  r->test_loss = test.loss;
  r->spikes_per_sample = test.spikes_per_sample;
  r->peak_memory = spiqe_peak_memory();
  spiqe_test_result_clear(&test);
  return SPIQE_OK;
}

spiqe_status spiqe_trainer_diverged(spiqe_trainer *t, double loss, double norm) {
  const spiqe_network *net = t->net;
  const float *gradients = net->gradients;
  char where[96] = "the loss";
  for (size_t i = net->n_stages; i-- > 0;)
    if (!isfinite(
            net->kernels->sum_squares(net->stages[i].n_parameters, gradients + net->offsets[i])))
      snprintf(where, sizeof where, "the gradient of stage %zu (%s)", i, net->stages[i].kind->name);
  return spiqe_fail(t->ctx, SPIQE_DIVERGED,
                    "epoch %zu, step %zu: %s is not finite (loss %g, gradient norm %g); lower "
                    "train.rate or train.clip; the last checkpoint is intact",
                    t->event.epoch + 1, t->event.step + 1, where, loss, norm);
}
