/* LIF, the leaky integrate-and-fire neuron, as snnTorch's `Leaky` and `RLeaky` (Eshraghian et al.,
 * arXiv 2109.12894): U <- beta U + I, a spike when U > threshold, and in the step after it the
 * reset. Formulas: src/device/reference/lif.inc.
 *
 * Mode stochastic is the classical neuron beside SQS (Chen, Rajendran, Simeone, arXiv 2506.21324):
 * a spike is drawn with P = sigmoid((U - threshold) / temperature). Its gradient is the exact one
 * of the membrane with the outcomes as they fell, and the derivative of a spike is that of P. */
#ifndef SPIQE_NEURON_LIF_H
#define SPIQE_NEURON_LIF_H

#include "stage/stage.h"

typedef struct spiqe_lif_settings {
  double beta, threshold;
  int mode, reset, learn_beta, learn_threshold, recurrent;
  int surrogate, reset_detach, smooth;
  double slope, temperature;
} spiqe_lif_settings;

extern const spiqe_stage_kind spiqe_lif;

#endif
