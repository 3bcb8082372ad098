/* Training: the loop, what it tells while it runs, and what it gives at the end. */
#ifndef SPIQE_TRAIN_H
#define SPIQE_TRAIN_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"
#include "spiqe/dataset.h"
#include "spiqe/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum spiqe_event_kind {
  SPIQE_EVENT_BEGIN,      /* sizes are known, nothing is trained yet */
  SPIQE_EVENT_STEP,       /* one batch was learnt */
  SPIQE_EVENT_EPOCH,      /* one pass over the training samples, validation included */
  SPIQE_EVENT_CHECKPOINT, /* a checkpoint is on the disk: path */
  SPIQE_EVENT_END         /* after the last epoch and the test */
} spiqe_event_kind;

typedef struct spiqe_event {
  spiqe_event_kind kind;
  size_t epoch, n_epochs; /* epoch from 0 */
  size_t step, n_steps;   /* of this epoch, from 0 */
  double loss, accuracy;  /* STEP: mean over the epoch so far; EPOCH: over the epoch */
  double batch_loss;      /* STEP: of this batch */
  double rate;            /* learning rate */
  double gradient_norm;   /* STEP: before clipping */
  double validation_loss, validation_accuracy; /* EPOCH; NaN without a validation split */
  double test_accuracy;                        /* END; NaN before */
  double seconds;                              /* since training began (this process) */
  double epoch_seconds;                        /* EPOCH: of this epoch */
  double samples_per_second;                   /* of this epoch so far */
  double seconds_left;                         /* estimate for what is left of the whole training */
  const char *path;                            /* CHECKPOINT: file; else NULL */
} spiqe_event;

/* Called for each event on the caller's thread. Return 0 to go on; else training stops after this
 * step with a checkpoint and SPIQE_INTERRUPTED; at BEGIN the folder stays as it is. */
typedef int spiqe_listener(void *user, const spiqe_event *event);

typedef struct spiqe_train_options {
  const char *folder; /* of the run: last.safetensors, best.safetensors; NULL: keep nothing */
  uint64_t seed;
  int resume;               /* 1: go on from folder/last.safetensors */
  size_t checkpoint_steps;  /* also write a checkpoint every so many steps; 0: after each epoch */
  size_t limit;             /* use only the first samples of each part; 0: all */
  spiqe_listener *listener; /* may be NULL */
  void *user;
} spiqe_train_options;

typedef struct spiqe_train_result {
  size_t n_parameters, train_samples, validation_samples, test_samples, epochs;
  /* Of the parameters that are kept; what they mean: spiqe_test_result. */
  double test_accuracy, test_macro_precision, test_macro_recall, test_macro_f1, test_roc_auc;
  double test_loss;
  double train_seconds, seconds_per_epoch; /* of this process; the test is not counted */
  double spikes_per_sample;                /* of all layers, over the test samples */
  size_t peak_memory;   /* largest resident memory of this process so far, bytes */
  char checkpoint[512]; /* what the test ran on; "" without a folder */
} spiqe_train_result;

/* Train a model on a data set and test it. With a validation split the best epoch's parameters are
 * tested and kept as best.safetensors, else the last ones.
 * The same model, data and seed give the same bits with any number of threads, stopped and resumed
 * or not. Fails: SPIQE_BAD_SHAPE (model and data do not fit), SPIQE_DIVERGED (says step and stage;
 * the last good checkpoint stays), SPIQE_INTERRUPTED (spiqe_listener), SPIQE_FILE,
 * SPIQE_NOT_FOUND (nothing to resume), SPIQE_BAD_ARGUMENT (resume with another model, seed, data).
 * Allocates before the first step and for the test, not between steps. */
spiqe_status spiqe_train(spiqe_context *ctx, const spiqe_model *model, const spiqe_dataset *data,
                         const spiqe_train_options *options, spiqe_train_result *result);

/* Open the model that a run's last checkpoint holds, to resume it; data, seed, limit: how it was
 * started. data: [64]. */
spiqe_status spiqe_run_open(spiqe_context *ctx, const char *folder, spiqe_model **model, char *data,
                            uint64_t *seed, size_t *limit);

#ifdef __cplusplus
}
#endif
#endif
