/* The loop of training: file -> data -> encode -> [synapse -> neuron] x n -> loss -> learn ->
 * checkpoint; what happens is told as events. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/fail.h"
#include "core/file.h"
#include "train/trainer.h"

static int checkpoint_is_due(const spiqe_trainer *t) {
  size_t every = t->options->checkpoint_steps;
  return every > 0 && t->state.total_steps % every == 0;
}

static spiqe_status run_epoch(spiqe_trainer *t) {
  spiqe_trainer_begin_epoch(t);
  while (t->state.step < t->steps_per_epoch) {
    SPIQE_TRY(spiqe_trainer_learn_batch(t));
    SPIQE_TRY(spiqe_trainer_tell(t, SPIQE_EVENT_STEP));
    if (checkpoint_is_due(t) && t->state.step < t->steps_per_epoch)
      SPIQE_TRY(spiqe_trainer_save(t));
  }
  SPIQE_TRY(spiqe_trainer_end_epoch(t));
  SPIQE_TRY(spiqe_trainer_tell(t, SPIQE_EVENT_EPOCH));
  return spiqe_trainer_save(t);
}

/* The best checkpoint of an older run in this folder would be taken for this run's. */
static spiqe_status forget_best(spiqe_trainer *t) {
  char path[1024];
  if (!t->options->folder) return SPIQE_OK;
  SPIQE_REQUIRE(t->ctx, spiqe_file_join(path, sizeof path, t->options->folder, "best.safetensors"),
                SPIQE_BAD_ARGUMENT, "%s: the path is too long", t->options->folder);
  SPIQE_REQUIRE(t->ctx, remove(path) == 0 || errno == ENOENT, SPIQE_FILE, "%s: cannot remove: %s",
                path, strerror(errno));
  return SPIQE_OK;
}

/* Nothing in the folder is touched before the listener agrees: it may belong to another run. Then a
 * folder that cannot be written is told at once; there is something to resume from the start, and
 * it is not the checkpoint of an older run in the folder. */
static spiqe_status begin(spiqe_trainer *t) {
  SPIQE_TRY(spiqe_trainer_tell(t, SPIQE_EVENT_BEGIN));
  if (t->options->resume) return SPIQE_OK;
  SPIQE_TRY(forget_best(t));
  return spiqe_trainer_save(t);
}

static spiqe_status run_all(spiqe_trainer *t, spiqe_train_result *result) {
  SPIQE_TRY(begin(t));
  spiqe_status status = SPIQE_OK;
  while (status == SPIQE_OK && !spiqe_trainer_is_done(t)) status = run_epoch(t);
  if (status == SPIQE_INTERRUPTED) {
    spiqe_status saved = spiqe_trainer_save(t);
    return saved == SPIQE_OK || saved == SPIQE_INTERRUPTED ? status : saved;
  }
  SPIQE_TRY(status);
  SPIQE_TRY(spiqe_trainer_test(t, result));
  status = spiqe_trainer_tell(t, SPIQE_EVENT_END);
  return status == SPIQE_INTERRUPTED ? SPIQE_OK : status; /* nothing is left to stop */
}

/* Parameters and gradients of two networks: better refused at once than after a minute. */
static spiqe_status check_memory(spiqe_context *ctx, const spiqe_model *model) {
  size_t n = 0;
  spiqe_status status = spiqe_network_count(ctx, &model->network, &n);
  if (status != SPIQE_OK) return spiqe_fail_prefix(ctx, status, "model '%s'", model->name);
  return spiqe_arena_check(ctx, n <= SIZE_MAX / 16 ? 4 * n * sizeof(float) : SIZE_MAX);
}

spiqe_status spiqe_train(spiqe_context *ctx, const spiqe_model *model, const spiqe_dataset *data,
                         const spiqe_train_options *options, spiqe_train_result *result) {
  spiqe_trainer trainer;
  *result = (spiqe_train_result){0};
  SPIQE_TRY(check_memory(ctx, model));
  spiqe_status status = spiqe_trainer_create(ctx, model, data, options, &trainer);
  if (status == SPIQE_OK) status = run_all(&trainer, result);
  spiqe_trainer_destroy(&trainer);
  return status;
}
