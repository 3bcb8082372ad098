/* The classifier as the library sees it. */
#ifndef SPIQE_TRAIN_CLASSIFIER_H
#define SPIQE_TRAIN_CLASSIFIER_H

#include "model/model.h"
#include "spiqe/classifier.h"

struct spiqe_classifier {
  spiqe_context *ctx;       /* borrowed */
  const spiqe_model *model; /* borrowed, or owned_model */
  spiqe_model *owned_model; /* owned; NULL when borrowed */
  spiqe_network *net;       /* owned, f32 */
  int recording;            /* how net is planned */
  uint64_t seed;            /* of the draws while testing, and of the training */
  size_t epochs, n_runs;    /* n_runs: as was set */
  size_t circuit_runs;      /* while circuits are in use, in place of n_runs; else 0 */
  const struct spiqe_neuron_kernels *kernels[SPIQE_MOST_STAGES]; /* while circuits are in use: */
  size_t n_needed[SPIQE_MOST_STAGES];                            /* what the stages had before */
  char data[64], path[1024];                                     /* "" for an untrained one */
};

/* Samples must have the model's shape, and be events where its encoder takes them. Names what
 * differs. */
spiqe_status spiqe_model_check_samples(const spiqe_model *model, const spiqe_samples *samples);

/* There must be labels, each below n_classes, which fit the last layer. Names what differs. */
spiqe_status spiqe_classifier_check_labels(const spiqe_classifier *c, const spiqe_samples *samples);

/* Classes of a model: neurons of the last stage. */
size_t spiqe_network_n_classes(const spiqe_network *net);

/* Load samples into net->values, an index list of n. Fails as spiqe_samples_get. */
spiqe_status spiqe_network_load(spiqe_network *net, const spiqe_samples *samples,
                                const uint32_t *index, size_t n);

/* Samples that go through the network at once when nothing is learnt; fewer when their sequences
 * are long. */
#define SPIQE_TEST_BATCH ((size_t)400)

/* Have the network planned for inference, with or without recording; the latter for one sample at a
 * time. Fails: as spiqe_network_plan. */
spiqe_status spiqe_classifier_plan(spiqe_classifier *c, int recording);

/* All samples in batches, the network being planned for inference; each n_runs times. loss: arrays
 * for all samples; spikes: [n_stages] sums are added to, means over the runs, or NULL. Fails:
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_classifier_run(spiqe_classifier *c, const spiqe_samples *samples,
                                  const spiqe_loss *loss, double *spikes);

static inline size_t spiqe_classifier_n_runs(const spiqe_classifier *c) {
  return c->circuit_runs ? c->circuit_runs : c->n_runs;
}

/* Go back to the neurons' own kernels; and what failed in a run of circuits, whose kernels cannot
 * say: once, as its message is the context's last. */
void spiqe_classifier_drop_circuits(spiqe_classifier *c);
spiqe_status spiqe_classifier_check_circuits(spiqe_classifier *c);

/* Run one sample, so that the network holds its signals, membranes and tapes. Fails: as
 * spiqe_classifier_record. */
spiqe_status spiqe_classifier_look(spiqe_classifier *c, const spiqe_samples *samples,
                                   size_t sample);

#endif
