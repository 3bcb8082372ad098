/* Classifier: a trained network, to test, to predict with, and to look into. */
#ifndef SPIQE_CLASSIFIER_H
#define SPIQE_CLASSIFIER_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"
#include "spiqe/dataset.h"
#include "spiqe/model.h"
#include "spiqe/noise.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct spiqe_classifier spiqe_classifier;

/* Open a checkpoint (NAME.safetensors, or a run's folder: its best, else its last checkpoint).
 * Fails: SPIQE_NOT_FOUND, SPIQE_BAD_FORMAT, SPIQE_LIMIT, SPIQE_NO_MEMORY; names file and place. */
spiqe_status spiqe_classifier_open(spiqe_context *ctx, const char *path, spiqe_classifier **out);

/* An untrained one, its parameters drawn from the seed. The model must outlive it. */
spiqe_status spiqe_classifier_create(spiqe_context *ctx, const spiqe_model *model, uint64_t seed,
                                     spiqe_classifier **out);
void spiqe_classifier_destroy(spiqe_classifier *classifier);

const spiqe_model *spiqe_classifier_model(const spiqe_classifier *classifier);

/* The file it was opened from; "" for an untrained one. */
const char *spiqe_classifier_path(const spiqe_classifier *classifier);
size_t spiqe_classifier_n_classes(const spiqe_classifier *classifier);
size_t spiqe_classifier_n_parameters(const spiqe_classifier *classifier);
size_t spiqe_classifier_n_steps(const spiqe_classifier *classifier);

/* What the checkpoint says of its training; "" and 0 for an untrained one. */
const char *spiqe_classifier_data(const spiqe_classifier *classifier);
uint64_t spiqe_classifier_seed(const spiqe_classifier *classifier);
size_t spiqe_classifier_epochs(const spiqe_classifier *classifier);

/* How many times a sample goes through a network that draws (neurons or encoders): what is
 * predicted is the class of the largest mean probability of n_runs runs, each with draws of its
 * own. 1, the default: what the one run's read-out says. Fails: SPIQE_BAD_ARGUMENT unless
 * 1 <= n_runs <= 10^6. */
spiqe_status spiqe_classifier_set_runs(spiqe_classifier *classifier, size_t n_runs);

/* What carries the membrane of a QLIF neuron's circuit from one step to the next, as a measurement
 * ends a state. ESTIMATE: each step prepares the population that was read in the step before, as
 * the neuron's law has it. HISTORY: each step runs all that came since the last reset anew. */
typedef enum spiqe_qlif_memory {
  SPIQE_QLIF_MEMORY_ESTIMATE,
  SPIQE_QLIF_MEMORY_HISTORY
} spiqe_qlif_memory;

#define SPIQE_N_QLIF_MEMORIES 2

/* "estimate", "history"; NULL from the last on. */
const char *spiqe_qlif_memory_name(size_t index);

/* How neurons run as circuits. */
typedef struct spiqe_circuit_backend {
  const spiqe_noise *noise; /* of a device whose first qubits are a neuron's; NULL: none */
  size_t n_shots; /* of each circuit. QLIF: copies measured at each step, 0: as many as the neuron's
                   * mode says. SQS: runs of the whole network (spiqe_classifier_set_runs), 0: 1 */
  spiqe_qlif_memory memory;
} spiqe_circuit_backend;

/* From now on run the neurons as circuits, with the noise of a device: what a network of them would
 * do on hardware, where only what is measured is seen. SQS: a shot for each neuron and sample on
 * the circuit engine; a membrane is a spike. QLIF: one qubit for each neuron, by the maps of Bloch
 * vectors that the engine's channels are; a membrane is the population as it was read. What the
 * device says of T1 is taken for the neuron's t1, so its waits leak as they were trained. Looking
 * into a sample (spiqe_classifier_record) ends it; until then n_shots, and 1 for QLIF, stand in for
 * the runs of spiqe_classifier_set_runs. noise is not needed afterwards. Fails: SPIQE_UNSUPPORTED
 * (a stage, which is named, has no circuits), SPIQE_BAD_ARGUMENT (more than 10^6 shots; another
 * memory than ESTIMATE without QLIF), and as spiqe_noise_apply; then the neurons run as before. */
spiqe_status spiqe_classifier_use_circuits(spiqe_classifier *classifier,
                                           const spiqe_circuit_backend *backend);

typedef struct spiqe_test_result {
  size_t n_samples, n_classes;
  size_t n_layers, n_graded; /* layers of neurons that spike, and of those that do not (relu) */
  double accuracy, loss;     /* loss: mean cross-entropy */
  /* Unweighted means over the classes that have samples or predictions; a class without
   * predictions has precision 0, one without samples recall 0. */
  double macro_precision, macro_recall, macro_f1;
  /* Area under the ROC curve of each class against the rest, by the probabilities; the mean over
   * the classes. Exact: the part of all pairs that are in order, a tie being half a pair (Hanley
   * and McNeil, Radiology 143, 1982). NaN when no class has samples both in and outside of it. */
  double roc_auc;
  double seconds, samples_per_second;
  double spikes_per_sample;  /* of all layers that spike, in one run */
  double firing_rates[64];   /* [n_layers] spikes per neuron and step */
  char layer_names[64][24];  /* "1 qlif" */
  double active_outputs[64]; /* [n_graded] part of their outputs that is not 0 */
  char graded_names[64][24]; /* "1 relu" */
  size_t peak_memory;        /* largest resident memory of this process so far, bytes */
  uint64_t *confusion;       /* owned, [n_classes true][n_classes predicted] */
  uint16_t *predicted;       /* owned, [n_samples] */
  float *probability;        /* owned, [n_samples] of the predicted class */
} spiqe_test_result;

/* Classify all samples, which must have labels. result: emptied by spiqe_test_result_clear.
 * Fails: SPIQE_BAD_SHAPE (samples do not fit the model), SPIQE_BAD_FORMAT (a value is not finite),
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_classifier_test(spiqe_classifier *classifier, const spiqe_samples *samples,
                                   spiqe_test_result *result);
void spiqe_test_result_clear(spiqe_test_result *result);

/* How uncertain an accuracy measured on n_samples independent samples is: the standard deviation of
 * what is then known of it, Beta(k + 1, n - k + 1) with k right of n (Laplace; a uniform prior). It
 * is sqrt(a (1 - a) / n) for many samples, and not 0 where all of a few are right. */
double spiqe_accuracy_error(double accuracy, size_t n_samples);

/* Classify samples: predicted [n_samples], probabilities [n_samples][n_classes] or NULL.
 * Fails: as spiqe_classifier_test. */
spiqe_status spiqe_classifier_predict(spiqe_classifier *classifier, const spiqe_samples *samples,
                                      uint16_t *predicted, float *probabilities);

/* Spikes, membranes and memories of one layer for one sample. */
typedef struct spiqe_recording {
  char layer[24]; /* "1 qlif" */
  size_t n_steps, n_units;
  uint8_t *spikes;      /* owned, [n_steps][n_units] */
  float *membrane;      /* owned, [n_steps][n_units]: population of a qubit, U, or P of a spike */
  const char *quantity; /* static; what the membrane is: "membrane U" */
  double threshold;     /* of the membrane; the layer's setting, NaN: it has none */
  size_t n_memory;      /* memory qubits of a neuron; 0: it has none */
  /* owned, [n_steps][n_units][n_memory][3]; NULL when n_memory is 0. Bloch vector (x, y, z) of
   * each memory qubit before the step, given the outcomes so far: the expectations of X, Y and Z,
   * so with rho_ab = <a| rho |b>: x = 2 Re rho_01, y = -2 Im rho_01, z = rho_00 - rho_11. */
  float *memory;
} spiqe_recording;

/* Record all spiking layers for one sample. *out: [*n_layers], freed by spiqe_recordings_destroy.
 * */
spiqe_status spiqe_classifier_record(spiqe_classifier *classifier, const spiqe_samples *samples,
                                     size_t sample, spiqe_recording **out, size_t *n_layers);
void spiqe_recordings_destroy(spiqe_recording *recordings, size_t n_layers);

/* Numbers that the encoder gives the first stage at each step, from 1 on. They are those of a
 * sample where it hands a picture on as it is. */
size_t spiqe_classifier_n_inputs(const spiqe_classifier *classifier);

/* Weights of the first synapse that lead to one neuron: out [n_inputs], first plane.
 * Fails: SPIQE_BAD_INDEX, SPIQE_UNSUPPORTED (the first stage is no dense synapse). */
spiqe_status spiqe_classifier_weights(const spiqe_classifier *classifier, size_t neuron,
                                      float *out);

#ifdef __cplusplus
}
#endif
#endif
