/* Checkpoint: everything that a run needs to go on bit for bit, in one safetensors file.
 * Tensors: "stages.0.weight" [in][planes][units] and so on; for a run that may go on also
 * "learner.moment1", "learner.moment2", "learner.baseline". Texts: the model as YAML, the state as
 * key=value lines.
 * Nothing in it depends on the clock, so equal runs write equal bytes. */
#ifndef SPIQE_CHECKPOINT_CHECKPOINT_H
#define SPIQE_CHECKPOINT_CHECKPOINT_H

#include "checkpoint/safetensors.h"
#include "learn/learn.h"
#include "model/model.h"
#include "network/network.h"

/* Where a run is. */
typedef struct spiqe_run_state {
  char data[64];
  uint64_t seed, limit;
  uint64_t epoch, step, total_steps; /* next to do; total_steps: optimiser steps done */
  uint64_t seen, right;              /* samples of this epoch so far, and those classified right */
  double loss_sum;                   /* over `seen` */
  double best_loss;                  /* of validation; infinite before */
  uint64_t best_epoch, bad_epochs;   /* epochs done at the best validation loss, and since */
} spiqe_run_state;

/* Write atomically. learner: NULL when the file is not to be resumed from. */
spiqe_status spiqe_checkpoint_write(spiqe_context *ctx, const char *path, const spiqe_model *model,
                                    const spiqe_network *net, const spiqe_learner *learner,
                                    const spiqe_run_state *state);

/* An open checkpoint: the model and the state are read, the numbers are still in the file. */
typedef struct spiqe_checkpoint {
  spiqe_tensor_file file;
  spiqe_model *model; /* owned */
  spiqe_run_state state;
} spiqe_checkpoint;

/* Fails: SPIQE_NOT_FOUND, SPIQE_BAD_FORMAT, SPIQE_LIMIT, SPIQE_NO_MEMORY; names file and place.
 * Refuses a model of more numbers than the file holds, before anything is allocated for it. */
spiqe_status spiqe_checkpoint_open(spiqe_context *ctx, const char *path, spiqe_checkpoint *out);
void spiqe_checkpoint_close(spiqe_checkpoint *checkpoint);

/* Copy the numbers out. Fails: SPIQE_NOT_FOUND, SPIQE_BAD_SHAPE (naming the tensor). */
spiqe_status spiqe_checkpoint_load(spiqe_context *ctx, const spiqe_checkpoint *checkpoint,
                                   spiqe_network *net);
spiqe_status spiqe_checkpoint_load_learner(spiqe_context *ctx, const spiqe_checkpoint *checkpoint,
                                           spiqe_learner *learner);

#endif
