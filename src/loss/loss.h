/* Losses and read-outs: what a classifier makes of the last population's spikes and membranes.
 *
 * Cross-entropy of softmax(z), with z_c the logit of class c, over the steps t (with last_steps, so
 * many at the end):
 *   membrane         z = sum_t U
 *   count            z = sum_t s
 *   count_membrane   z = count_scale mean_t s + membrane_scale mean_t U
 * Read-outs, the class with the largest
 *   count_membrane   number of spikes, the larger summed membrane breaking ties
 *   count            number of spikes, the first of equals
 *   membrane         summed membrane */
#ifndef SPIQE_LOSS_LOSS_H
#define SPIQE_LOSS_LOSS_H

#include <stdint.h>

#include "core/option.h"
#include "network/network.h"

typedef enum spiqe_loss_kind {
  SPIQE_LOSS_MEMBRANE,
  SPIQE_LOSS_COUNT,
  SPIQE_LOSS_COUNT_MEMBRANE
} spiqe_loss_kind;

typedef enum spiqe_read_out {
  SPIQE_READ_COUNT_MEMBRANE,
  SPIQE_READ_COUNT,
  SPIQE_READ_MEMBRANE
} spiqe_read_out;

typedef struct spiqe_loss_settings {
  int kind;
  double count_scale, membrane_scale, label_smoothing;
  int read_out;
  size_t last_steps;
} spiqe_loss_settings;

extern const spiqe_option spiqe_loss_options[];
extern const size_t spiqe_loss_n_options;

/* The loss of a batch: a listener of spiqe_network_run. Gradients are of the mean over n_samples.
 * */
typedef struct spiqe_loss {
  spiqe_loss_settings settings;
  size_t n_samples;
  const uint16_t *labels; /* [n_samples] borrowed; NULL: read-out only */
  double *losses;         /* [n_samples] borrowed, out; NULL: not wanted */
  uint16_t *predicted;    /* [n_samples] borrowed, out */
  float *probabilities;   /* [n_samples][n_classes] borrowed, out; NULL: not wanted */
} spiqe_loss;

void spiqe_loss_listen(void *loss, const spiqe_network_output *output);

/* More classes than this are refused where a model is opened. */
#define SPIQE_MOST_CLASSES 4096

#endif
