/* LIF, the leaky integrate-and-fire neuron, as snnTorch's `Leaky` and `RLeaky` (Eshraghian et al.,
 * arXiv 2109.12894): U <- beta U + I, a spike when U > threshold, and in the step after it the
 * reset. Formulas: src/device/reference/lif.inc. */
#ifndef SPIQE_NEURON_LIF_H
#define SPIQE_NEURON_LIF_H

#include "stage/stage.h"

typedef struct spiqe_lif_settings {
  double beta, threshold;
  int reset, learn_beta, learn_threshold, recurrent;
  int surrogate, reset_detach, smooth;
  double slope;
} spiqe_lif_settings;

extern const spiqe_stage_kind spiqe_lif;

#endif
