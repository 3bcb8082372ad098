/* Training in chunks of batches, to be measured in turns with something else. */
#ifndef SPIQE_BENCH_SUPPORT_LEARNING_H
#define SPIQE_BENCH_SUPPORT_LEARNING_H

#include "support/bench.h"
#include "train/trainer.h"

typedef struct bench_learning {
  spiqe_context *ctx; /* owned, as the model */
  spiqe_model *model;
  spiqe_train_options options;
  spiqe_trainer trainer;
} bench_learning;

/* A run on so many threads, ready to learn from its first batch. data: borrowed. */
void bench_learning_begin(bench_learning *run, const char *model, const spiqe_dataset *data,
                          size_t n_threads);
void bench_learning_end(bench_learning *run);

/* Seconds to learn from the next n_batches, over the end of an epoch if need be; a new epoch's
 * shuffle is counted. */
double bench_learning_run(bench_learning *run, size_t n_batches);

/* Shares of the time of n_batches, see profile.h; owned by the caller. */
cJSON *bench_learning_profile(bench_learning *run, size_t n_batches);

#endif
