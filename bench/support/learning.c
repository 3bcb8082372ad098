#include "support/learning.h"

#include <omp.h>

#include "core/clock.h"
#include "support/profile.h"

void bench_learning_begin(bench_learning *run, const char *model, const spiqe_dataset *data,
                          size_t n_threads) {
  *run = (bench_learning){.options = {.seed = 1}};
  run->ctx = bench_context(n_threads, NULL);
  run->model = bench_model(run->ctx, model);
  bench_try(run->ctx, spiqe_model_fit(run->model, &data->part[SPIQE_TRAIN]));
  bench_try(run->ctx,
            spiqe_trainer_create(run->ctx, run->model, data, &run->options, &run->trainer));
  spiqe_trainer_begin_epoch(&run->trainer);
}

void bench_learning_end(bench_learning *run) {
  spiqe_trainer_destroy(&run->trainer);
  spiqe_model_destroy(run->model);
  spiqe_context_destroy(run->ctx);
}

static void begin_next_epoch(bench_learning *run) {
  if (run->trainer.state.step < run->trainer.steps_per_epoch) return;
  bench_try(run->ctx, spiqe_trainer_end_epoch(&run->trainer));
  spiqe_trainer_begin_epoch(&run->trainer);
}

double bench_learning_run(bench_learning *run, size_t n_batches) {
  /* a matrix library with threads of its own must not take more than the run has */
  omp_set_num_threads((int)spiqe_context_n_threads(run->ctx));
  double start = spiqe_clock_seconds();
  for (size_t i = 0; i < n_batches; i++) {
    begin_next_epoch(run);
    bench_try(run->ctx, spiqe_trainer_learn_batch(&run->trainer));
  }
  return spiqe_clock_seconds() - start;
}

/* spiqe_trainer_learn_batch in its three parts; the samples are taken in their order. */
static void learn_measured(bench_learning *run, size_t batch) {
  spiqe_trainer *t = &run->trainer;
  size_t n = t->net->batch, n_threads = spiqe_context_n_threads(run->ctx);
  double norm, start = spiqe_clock_seconds();
  for (size_t i = 0; i < n; i++) {
    t->index[i] = (uint32_t)((batch * n + i) % t->n_train);
    t->labels[i] = t->train.labels[t->index[i]];
  }
  bench_try(run->ctx, spiqe_network_load(t->net, &t->train, t->index, n));
  bench_profile_add(BENCH_LOAD_ENCODE, spiqe_clock_seconds() - start, n_threads);
  spiqe_loss loss = {.settings = t->model->loss, .n_samples = n, .labels = t->labels,
                     .losses = t->losses, .predicted = t->predicted};
  spiqe_network_run(t->net, n, t->index, 1, t->state.epoch, bench_profile_listen, &loss);
  start = spiqe_clock_seconds();
  spiqe_learner_step(&t->learner, t->state.total_steps++, t->model->learn.rate, t->net->gradients,
                     t->net->parameters, &norm);
  bench_profile_add(BENCH_OPTIMISER, spiqe_clock_seconds() - start, n_threads);
}

cJSON *bench_learning_profile(bench_learning *run, size_t n_batches) {
  bench_profile_begin(run->trainer.net);
  double start = spiqe_clock_seconds();
  for (size_t i = 0; i < n_batches; i++) learn_measured(run, i);
  double wall = spiqe_clock_seconds() - start;
  bench_profile_end(run->trainer.net);
  return bench_profile_shares(wall, spiqe_context_n_threads(run->ctx));
}
