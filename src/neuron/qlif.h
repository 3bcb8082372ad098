/* QLIF, the quantum leaky integrate-and-fire neuron: one qubit, whose excited population is the
 * membrane (Brand, Petruccione, arXiv 2407.16398).
 *
 * Its state is the rotation angle phi, p = sin^2(phi / 2). An input spike rotates, waiting damps
 * (T1), and it fires when p > threshold, after which p = 0. Formulas:
 * src/device/reference/qlif.inc.
 *
 * A note on what can be learnt: with an input that does not change over the steps a neuron of the
 * first layer either always or never receives an input spike, and one that never does stays at
 * p = 0, where waiting changes nothing. So the waiting times of that layer shape the gradient of
 * the input spikes, but their own gradient is zero. */
#ifndef SPIQE_NEURON_QLIF_H
#define SPIQE_NEURON_QLIF_H

#include "stage/stage.h"

typedef enum spiqe_qlif_leak { SPIQE_LEAK_PHYSICAL, SPIQE_LEAK_PUBLISHED } spiqe_qlif_leak;
typedef enum spiqe_qlif_over { SPIQE_OVER_SATURATE, SPIQE_OVER_WRAP } spiqe_qlif_over;
typedef enum spiqe_qlif_gradient {
  SPIQE_GRADIENT_SURROGATE,
  SPIQE_GRADIENT_PUBLISHED
} spiqe_qlif_gradient;

typedef struct spiqe_qlif_settings {
  double threshold, t1, tau_scale, wait;
  int mode, leak, over, gradient;
  size_t shots;
  int learn_leak, learn_threshold, recurrent;
  int surrogate, input_surrogate, reset_detach, smooth;
  double slope, input_slope;
} spiqe_qlif_settings;

extern const spiqe_stage_kind spiqe_qlif;

#endif
