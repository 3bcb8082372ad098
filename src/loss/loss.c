/* Cross-entropy on linear read-outs of spikes and membranes. */
#include "loss/loss.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "stage/values.h"

static const char *const kinds[] = {"membrane", "count", "count_membrane", NULL};

static const char *const read_outs[] = {"count_membrane", "count", "membrane", NULL};

#define FIELD(name) offsetof(spiqe_loss_settings, name)
const spiqe_option spiqe_loss_options[] = {
    {"kind", SPIQE_OPTION_CHOICE, FIELD(kind), "count_membrane", 0, 0, kinds,
     "what the logits are made of: summed membranes, spike counts, or both as means"},
    {"count_scale", SPIQE_OPTION_REAL, FIELD(count_scale), "10", 0, 1e6, NULL,
     "count_membrane: factor on the mean spikes"},
    {"membrane_scale", SPIQE_OPTION_REAL, FIELD(membrane_scale), "1", 0, 1e6, NULL,
     "count_membrane: factor on the mean membrane"},
    {"read_out", SPIQE_OPTION_CHOICE, FIELD(read_out), "count_membrane", 0, 0, read_outs,
     "class with most spikes (membranes break ties, or the first is taken), or largest membrane"},
    {"label_smoothing", SPIQE_OPTION_REAL, FIELD(label_smoothing), "0", 0, 0.99, NULL,
     "part of the target that is spread over all classes"},
    {"last_steps", SPIQE_OPTION_SIZE, FIELD(last_steps), "0", 0, 65536, NULL,
     "only so many steps at the end count, for loss and read-out; 0: all"},
};
const size_t spiqe_loss_n_options = sizeof spiqe_loss_options / sizeof spiqe_loss_options[0];

/* Factors of a spike and of a membrane of one step in the logit. */
typedef struct factors {
  double spike, membrane;
} factors;

static factors factors_of(const spiqe_loss_settings *s, size_t n_steps) {
  switch (s->kind) {
    case SPIQE_LOSS_MEMBRANE: return (factors){0, 1};
    case SPIQE_LOSS_COUNT: return (factors){1, 0};
    default:
      return (factors){s->count_scale / (double)n_steps, s->membrane_scale / (double)n_steps};
  }
}

/* Steps before the first one that counts. */
static size_t steps_before(const spiqe_loss_settings *s, size_t n_steps) {
  return s->last_steps && s->last_steps < n_steps ? n_steps - s->last_steps : 0;
}

/* Sums over the steps of one sample that count. */
static void sum_steps(const spiqe_network_output *o, const void *buffer, size_t first, size_t row,
                      double *sum) {
  for (size_t c = 0; c < o->n_units; c++) sum[c] = 0;
  for (size_t t = first; t < o->n_steps; t++)
    for (size_t c = 0; c < o->n_units; c++)
      sum[c] += spiqe_value_get(buffer, (t * o->n_rows + row) * o->n_units + c, o->precision);
}

/* 1 when class c is a better answer than class best. */
static int is_better(int rule, const double *counts, const double *membranes, size_t c,
                     size_t best) {
  if (rule == SPIQE_READ_MEMBRANE) return membranes[c] > membranes[best];
  if (counts[c] != counts[best] || rule == SPIQE_READ_COUNT) return counts[c] > counts[best];
  return membranes[c] > membranes[best];
}

static uint16_t read_out(int rule, size_t n, const double *counts, const double *membranes) {
  size_t best = 0;
  for (size_t c = 1; c < n; c++)
    if (is_better(rule, counts, membranes, c, best)) best = c;
  return (uint16_t)best;
}

/* logits -> probabilities in place; returns log of the sum, shifted back. */
static double softmax(size_t n, double *z) {
  double top = z[0], sum = 0;
  for (size_t c = 1; c < n; c++) top = fmax(top, z[c]);
  for (size_t c = 0; c < n; c++) sum += exp(z[c] - top);
  for (size_t c = 0; c < n; c++) z[c] = exp(z[c] - top) / sum;
  return top + log(sum);
}

static double target_of(const spiqe_loss *loss, size_t sample, size_t c, size_t n) {
  double spread = loss->settings.label_smoothing;
  return spread / (double)n + (loss->labels[sample] == c ? 1 - spread : 0);
}

static void learn_sample(const spiqe_loss *loss, const spiqe_network_output *o, size_t row,
                         factors f, const double *counts, const double *membranes) {
  size_t n = o->n_units, sample = o->first + row;
  double p[SPIQE_MOST_CLASSES], expected = 0;
  p[0] = 0; /* there is always a class */
  for (size_t c = 0; c < n; c++) p[c] = f.spike * counts[c] + f.membrane * membranes[c];
  for (size_t c = 0; loss->labels && c < n; c++) expected += target_of(loss, sample, c, n) * p[c];
  double log_sum = softmax(n, p);
  if (loss->losses && loss->labels) loss->losses[sample] = log_sum - expected;
  for (size_t c = 0; loss->probabilities && c < n; c++)
    loss->probabilities[sample * n + c] = (float)p[c];
  for (size_t c = 0; o->d_spikes && c < n; c++) {
    double d = (p[c] - target_of(loss, sample, c, n)) / (double)loss->n_samples;
    spiqe_value_set(o->d_spikes, row * n + c, o->precision, f.spike * d);
    spiqe_value_set(o->d_membrane, row * n + c, o->precision, f.membrane * d);
  }
}

/* The gradient, which is at step 0, goes to all steps that count; the others get 0. */
static void spread_gradients(const spiqe_network_output *o, size_t first) {
  size_t step = o->n_rows * o->n_units, bytes = step * spiqe_precision_size(o->precision);
  void *const buffers[] = {o->d_spikes, o->d_membrane};
  *o->d_stride = step;
  for (size_t i = 0; i < 2; i++) {
    for (size_t t = first; t < o->n_steps; t++)
      memcpy(spiqe_at(buffers[i], t * step, o->precision), buffers[i], bytes);
    memset(buffers[i], 0, first * bytes);
  }
}

void spiqe_loss_listen(void *user, const spiqe_network_output *o) {
  const spiqe_loss *loss = user;
  size_t first = steps_before(&loss->settings, o->n_steps);
  factors f = factors_of(&loss->settings, o->n_steps - first);
  double counts[SPIQE_MOST_CLASSES], membranes[SPIQE_MOST_CLASSES];
  for (size_t row = 0; row < o->n_rows; row++) {
    sum_steps(o, o->spikes, first, row, counts);
    sum_steps(o, o->membrane, first, row, membranes);
    loss->predicted[o->first + row] =
        read_out(loss->settings.read_out, o->n_units, counts, membranes);
    learn_sample(loss, o, row, f, counts, membranes);
  }
  if (o->d_spikes && first > 0) spread_gradients(o, first);
}
