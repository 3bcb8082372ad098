/* Trainer: all that a run of training holds, and the moves that the loop in train.c is made of. */
#ifndef SPIQE_TRAIN_TRAINER_H
#define SPIQE_TRAIN_TRAINER_H

#include "checkpoint/checkpoint.h"
#include "spiqe/train.h"
#include "train/classifier.h"

typedef struct spiqe_trainer {
  spiqe_context *ctx; /* borrowed, as model, options and the samples */
  const spiqe_model *model;
  const spiqe_train_options *options;
  spiqe_samples train, test; /* views of the data set, cut by options->limit */
  spiqe_network *net;        /* owned */
  spiqe_learner learner;
  spiqe_classifier *classifier; /* owned; tests and validates */
  spiqe_run_state state;
  size_t n_train, n_validation, steps_per_epoch;
  size_t first_epoch; /* of this process */
  float *best; /* owned, [n_parameters + n_buffers] best so far by validation; NULL with a folder */
  uint32_t *chosen;  /* owned, [n_train + n_validation]: training samples, then validation */
  uint32_t *order;   /* owned, [n_train]: of this epoch */
  size_t draws;      /* rows of the network for each sample: 1, or local.draws */
  spiqe_local local; /* when the model learns by the local rule */
  /* Rows: the samples of a batch, each as often as it is drawn, one behind the other. */
  uint32_t *index, *streams;             /* owned, [rows] in the data; what draws are numbered by */
  uint16_t *labels, *predicted;          /* owned, [rows] */
  double *losses;                        /* owned, [rows] */
  double start, epoch_start, epoch_seen; /* seconds; samples seen in this epoch by this process */
  spiqe_event event;                     /* the last one, filled up as things happen */
} spiqe_trainer;

spiqe_status spiqe_trainer_create(spiqe_context *ctx, const spiqe_model *model,
                                  const spiqe_dataset *data, const spiqe_train_options *options,
                                  spiqe_trainer *out);
void spiqe_trainer_destroy(spiqe_trainer *trainer);

/* Tell the listener. Fails: SPIQE_INTERRUPTED when it asks to stop. */
spiqe_status spiqe_trainer_tell(spiqe_trainer *trainer, spiqe_event_kind kind);

/* Shuffle; learn from one batch; look at the validation samples. */
void spiqe_trainer_begin_epoch(spiqe_trainer *trainer);
spiqe_status spiqe_trainer_learn_batch(spiqe_trainer *trainer);
spiqe_status spiqe_trainer_end_epoch(spiqe_trainer *trainer);

/* 1 when the epochs are done or the validation loss stopped getting better. */
int spiqe_trainer_is_done(const spiqe_trainer *trainer);

/* Write last.safetensors (nothing without a folder) and tell. */
spiqe_status spiqe_trainer_save(spiqe_trainer *trainer);

/* Test the kept parameters. */
spiqe_status spiqe_trainer_test(spiqe_trainer *trainer, spiqe_train_result *result);

/* Why the loss or the gradient is not finite: SPIQE_DIVERGED, naming step and stage. */
spiqe_status spiqe_trainer_diverged(spiqe_trainer *trainer, double loss, double norm);

#endif
