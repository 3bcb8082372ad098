/* A network of two layers of two SQS neurons (crx) over three steps, by formulas of this file's
 * own: all its histories can be enumerated. Parameters of a layer: weights [input][unit], bias, io,
 * entangle, memory [unit]. */
#ifndef TESTS_SUPPORT_ENUMERATED_H
#define TESTS_SUPPORT_ENUMERATED_H

#include <complex.h>
#include <math.h>

#define PI 3.14159265358979323846

enum { STEPS = 3, INPUTS = 2, UNITS = 2, HISTORIES = 1 << (STEPS * UNITS) };
enum { LAYER = INPUTS * UNITS + UNITS + 3 * UNITS, PARAMETERS = 2 * LAYER };

/* One step of a neuron: Born's rule on amplitudes of (in/out, memory). */
static inline double step_of(const double angles[3], double current, int spike,
                             double complex memory[2]) {
  const double a = (PI * fmax(current, 0) + angles[0]) / 2, half = angles[2] / 2;
  double complex out[2];
  double p = 0;
  for (int m = 0; m < 2; m++) {
    const double turn = a + m * angles[1] / 2;
    out[m] = memory[m] * (spike ? -I * sin(turn) : cos(turn));
    p += creal(out[m] * conj(out[m]));
  }
  memory[0] = (cos(half) * out[0] - I * sin(half) * out[1]) / sqrt(p);
  memory[1] = (cos(half) * out[1] - I * sin(half) * out[0]) / sqrt(p);
  return p;
}

/* log p of a layer's outcomes, bits of `history` at [step][unit], given its inputs. */
static inline double layer_log_p(const double *w, const double inputs[STEPS][INPUTS],
                                 unsigned history) {
  const double *bias = w + INPUTS * UNITS, *angles = bias + UNITS;
  double sum = 0;
  for (int u = 0; u < UNITS; u++) {
    double complex memory[2] = {1, 0};
    const double own[3] = {angles[u], angles[UNITS + u], angles[2 * UNITS + u]};
    for (int t = 0; t < STEPS; t++) {
      double current = bias[u];
      for (int i = 0; i < INPUTS; i++) current += inputs[t][i] * w[i * UNITS + u];
      sum += log(step_of(own, current, history >> (t * UNITS + u) & 1, memory));
    }
  }
  return sum;
}

/* Spikes of a history as the next layer's inputs. */
static inline void spikes_of(unsigned history, double out[STEPS][INPUTS]) {
  for (int t = 0; t < STEPS; t++)
    for (int u = 0; u < UNITS; u++) out[t][u] = history >> (t * UNITS + u) & 1;
}

/* Cross-entropy of softmax(5 counts / STEPS), the loss {count_scale: 5, membrane_scale: 0}. */
static inline double loss_of(unsigned history, unsigned label) {
  double z[UNITS] = {0}, sum = 0;
  for (int t = 0; t < STEPS; t++)
    for (int u = 0; u < UNITS; u++) z[u] += 5.0 / STEPS * (history >> (t * UNITS + u) & 1);
  for (int u = 0; u < UNITS; u++) sum += exp(z[u] - z[label]);
  return log(sum);
}

/* Mean of the loss over all histories of both layers. */
static inline double expected_loss(const double *w, const float *values, unsigned label) {
  double inputs[STEPS][INPUTS], hidden[STEPS][INPUTS], sum = 0;
  for (int t = 0; t < STEPS; t++)
    for (int i = 0; i < INPUTS; i++) inputs[t][i] = (double)values[i];
  for (unsigned h = 0; h < HISTORIES; h++) {
    const double p = exp(layer_log_p(w, inputs, h));
    spikes_of(h, hidden);
    for (unsigned v = 0; v < HISTORIES; v++)
      sum += p * exp(layer_log_p(w + LAYER, hidden, v)) * loss_of(v, label);
  }
  return sum;
}

/* Mean over hidden histories of the target's log-likelihood: its neuron spikes at each step. */
static inline double expected_likelihood(const double *w, const float *values, unsigned label) {
  double inputs[STEPS][INPUTS], hidden[STEPS][INPUTS], sum = 0;
  unsigned target = 0;
  for (int t = 0; t < STEPS; t++) {
    target |= 1u << ((unsigned)t * UNITS + label);
    for (int i = 0; i < INPUTS; i++) inputs[t][i] = (double)values[i];
  }
  for (unsigned h = 0; h < HISTORIES; h++) {
    spikes_of(h, hidden);
    sum += exp(layer_log_p(w, inputs, h)) * layer_log_p(w + LAYER, hidden, target);
  }
  return sum;
}

/* Central differences of one of the two, with an error of some 1e-9; out: [PARAMETERS]. */
typedef double expectation(const double *w, const float *values, unsigned label);

static inline void exact_gradient(expectation *of, double *w, const float *values, unsigned label,
                                  double *out) {
  const double h = 1e-5;
  for (size_t i = 0; i < PARAMETERS; i++) {
    const double at = w[i];
    w[i] = at + h;
    const double above = of(w, values, label);
    w[i] = at - h;
    const double below = of(w, values, label);
    w[i] = at;
    out[i] = (above - below) / (2 * h);
  }
}

#endif
