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
 * step with a checkpoint and SPIQE_INTERRUPTED. */
typedef int spiqe_listener(void *user, const spiqe_event *event);

#ifdef __cplusplus
}
#endif
#endif
