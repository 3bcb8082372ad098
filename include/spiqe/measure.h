/* Measurement: one training and its test, a row of a comparison: (model, data, seed) -> values. */
#ifndef SPIQE_MEASURE_H
#define SPIQE_MEASURE_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"
#include "spiqe/dataset.h"
#include "spiqe/model.h"
#include "spiqe/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is measured: X(ID, key in files, title, scale of what is shown, digits behind the point).
 * Operations and joules of a sample: spiqe/energy.h. */
#define SPIQE_METRICS(X)                                                                           \
  X(ACCURACY, "accuracy", "accuracy (%)", 100, 2)                                                  \
  X(MACRO_PRECISION, "macro_precision", "macro precision", 1, 4)                                   \
  X(MACRO_RECALL, "macro_recall", "macro recall", 1, 4)                                            \
  X(MACRO_F1, "macro_f1", "macro F1", 1, 4)                                                        \
  X(ROC_AUC, "roc_auc", "ROC AUC", 1, 4)                                                           \
  X(PARAMETERS, "parameters", "parameters", 1, 0)                                                  \
  X(SPIKES, "spikes_per_sample", "spikes per sample", 1, 1)                                        \
  X(MACS, "macs_per_sample", "MACs per sample", 1, 0)                                              \
  X(SYNAPTIC, "synaptic_operations_per_sample", "synaptic ops per sample", 1, 0)                   \
  X(JOULES, "joules_45nm", "45 nm arithmetic (uJ)", 1e6, 3)                                        \
  X(JOULES_MEMORY, "joules_45nm_off_chip", "45 nm with DRAM (uJ)", 1e6, 1)                         \
  X(TRAIN_SECONDS, "train_seconds", "training (s)", 1, 1)                                          \
  X(TEST_SECONDS, "test_seconds", "test (s)", 1, 3)

typedef enum spiqe_metric {
#define SPIQE_METRIC_ID(id, key, title, scale, decimals) SPIQE_METRIC_##id,
  SPIQE_METRICS(SPIQE_METRIC_ID)
#undef SPIQE_METRIC_ID
      SPIQE_N_METRICS
} spiqe_metric;

/* A row of that table; static. */
typedef struct spiqe_metric_about {
  const char *key, *title;
  double scale;
  int decimals;
} spiqe_metric_about;
const spiqe_metric_about *spiqe_metric_of(spiqe_metric metric);

typedef struct spiqe_measurement {
  char model[64], data[64];
  uint64_t seed;
  size_t limit;                   /* samples of each part; 0: all */
  double values[SPIQE_N_METRICS]; /* of the test part; NaN: not known */
  char device[32];                /* kernel table that the times are of; "": not known */
  size_t n_threads;               /* that the times are of; 0: not known */
  char folder[480];               /* of the run */
} spiqe_measurement;

/* How a measurement is to be made. */
typedef struct spiqe_measure_options {
  const char *folder; /* where run folders are made, one for each measurement */
  uint64_t seed;
  size_t limit;
  spiqe_listener *listener; /* of the training; may be NULL */
  void *user;
} spiqe_measure_options;

/* What an earlier call left in the folder, as row.json in that of the run, for the same model with
 * all its values, the same name of data, seed, limit and version of the library, on any machine.
 * Returns 1 and fills *out, or 0; out->folder is then the run's, "" when its path is too long. */
int spiqe_measure_find(spiqe_context *ctx, const spiqe_model *model, const char *data,
                       const spiqe_measure_options *options, spiqe_measurement *out);

/* Whether the model fits the data; costs next to nothing. Fails: SPIQE_BAD_SHAPE. */
spiqe_status spiqe_measure_check(spiqe_context *ctx, const spiqe_model *model,
                                 const spiqe_dataset *data);

/* Train and test, or give what spiqe_measure_find finds. Stopped (SPIQE_INTERRUPTED) it leaves a
 * checkpoint, and the next call goes on from there; its training time is then not known. Fails: as
 * spiqe_train, spiqe_classifier_test. */
spiqe_status spiqe_measure(spiqe_context *ctx, const spiqe_model *model, const spiqe_dataset *data,
                           const spiqe_measure_options *options, spiqe_measurement *out);

#ifdef __cplusplus
}
#endif
#endif
