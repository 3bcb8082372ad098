/* The arithmetic of the three-factor rule; letters as in local.h. */
#include "learn/local.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/fail.h"
#include "stage/values.h"

static const char *const objectives[] = {"likelihood", "loss", NULL};
static const char *const gradients[] = {"exact", "shift", "spsa", NULL};
static const char *const baselines[] = {"leave-one-out", "mean", "none", NULL};

#define FIELD(name) offsetof(spiqe_local_settings, name)
const spiqe_option spiqe_local_options[] = {
    {"draws", SPIQE_OPTION_SIZE, FIELD(draws), "4", 1, 1000, NULL,
     "times that each sample of a batch is run, every time with draws of its own"},
    {"objective", SPIQE_OPTION_CHOICE, FIELD(objective), "likelihood", 0, 0, objectives,
     "of the target's spikes, given to the last population; or the loss, of spikes that all draw"},
    {"baseline", SPIQE_OPTION_CHOICE, FIELD(baseline), "leave-one-out", 0, 0, baselines,
     "what is taken off the learning signal: its mean over the sample's other draws, its running "
     "mean, nothing"},
    {"decay", SPIQE_OPTION_REAL, FIELD(decay), "0.9", 0, 0.999999, NULL,
     "baseline mean: part of the running mean that a batch leaves"},
    {"target_rate", SPIQE_OPTION_REAL, FIELD(target_rate), "1", 0.001, 1, NULL,
     "spikes per step of the target neuron, evenly spread; the others are to be silent"},
    {"gradient", SPIQE_OPTION_CHOICE, FIELD(gradient), "exact", 0, 0, gradients,
     "of a neuron's own log-likelihood: by its state, or from runs of its circuit alone: parameter "
     "shift, simultaneous perturbation"},
    {"shots", SPIQE_OPTION_SIZE, FIELD(shots), "0", 0, 1e6, NULL,
     "shift, spsa: runs that a probability is estimated from; 0: exact"},
    {"spread", SPIQE_OPTION_REAL, FIELD(spread), "0.05", 1e-6, 1, NULL,
     "spsa: size of the perturbation (rad; of currents in units of pi rad)"},
};
const size_t spiqe_local_n_options = sizeof spiqe_local_options / sizeof spiqe_local_options[0];

/* Below this P a log or a quotient is taken at it: that of 1 - P in a float is not known better. */
#define LEAST_PROBABILITY 1e-6

/* 1 when the target neuron is to spike at step t: where the count of an even train goes up. */
static int is_on(double rate, size_t t) {
  return floor((double)(t + 1) * rate + 1e-9) > floor((double)t * rate + 1e-9);
}

static void give(void *user, const spiqe_network_output *o, void *spikes) {
  const spiqe_local *local = user;
  const size_t plane = o->n_rows * o->n_units, size = spiqe_precision_size(o->precision);
  memset(spikes, 0, o->n_steps * plane * size);
  for (size_t t = 0; t < o->n_steps; t++)
    for (size_t row = 0; row < o->n_rows && is_on(local->settings->target_rate, t); row++)
      spiqe_value_set(spikes, t * plane + row * o->n_units + local->labels[o->first + row],
                      o->precision, 1);
}

/* Probability of what was emitted. */
static double likelihood(double p, double spike) {
  return fmax(spike != 0 ? p : 1 - p, LEAST_PROBABILITY);
}

/* l_t of a row; the loss is known at the end. */
static double learning_signal(const spiqe_local *local, const spiqe_network_output *o, size_t t,
                              size_t row) {
  double sum = 0;
  if (local->settings->objective == SPIQE_OBJECTIVE_LOSS)
    return t + 1 < o->n_steps ? 0 : -local->losses[o->first + row];
  for (size_t u = 0; u < o->n_units; u++) {
    const size_t at = (t * o->n_rows + row) * o->n_units + u;
    sum += log(likelihood(spiqe_value_get(o->membrane, at, o->precision),
                          spiqe_value_get(o->spikes, at, o->precision)));
  }
  return sum;
}

/* Take the mean of the others off each of n numbers. */
static void subtract_others(size_t n, double *l) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += l[i];
  for (size_t i = 0; i < n; i++) l[i] -= (sum - l[i]) / (double)(n - 1);
}

static void subtract_baseline(const spiqe_local *local, size_t t, size_t n_rows, double *l) {
  const size_t draws = local->settings->draws;
  switch ((spiqe_baseline)local->settings->baseline) {
    case SPIQE_BASELINE_OTHERS:
      for (size_t row = 0; row < n_rows; row += draws) subtract_others(draws, l + row);
      return;
    case SPIQE_BASELINE_MEAN:
      for (size_t row = 0; row < n_rows; row++) l[row] -= local->baseline[t];
      return;
    case SPIQE_BASELINE_NONE: return;
  }
}

static void weigh(void *user, const spiqe_network_output *o, double *weights) {
  const spiqe_local *local = user;
  double *sums = local->sums + o->first / local->net->piece * o->n_steps;
  for (size_t t = 0; t < o->n_steps; t++) {
    double *l = weights + t * o->n_rows;
    sums[t] = 0;
    for (size_t row = 0; row < o->n_rows; row++)
      sums[t] += l[row] = learning_signal(local, o, t, row);
    subtract_baseline(local, t, o->n_rows, l);
  }
  for (size_t t = o->n_steps - 1; t-- > 0;)
    for (size_t row = 0; row < o->n_rows; row++)
      weights[t * o->n_rows + row] += weights[(t + 1) * o->n_rows + row];
}

/* Of loss = -objective, the mean over the rows: -w d log p / dP. */
static void score(void *user, const spiqe_network_output *o, const double *weights,
                  void *d_membrane) {
  const spiqe_local *local = user;
  const double scale = -1 / (double)local->n_rows;
  for (size_t i = 0; i < o->n_steps * o->n_rows; i++) {
    const double w = scale * (weights ? weights[i] : 1);
    for (size_t at = i * o->n_units; at < (i + 1) * o->n_units; at++) {
      const double spike = spiqe_value_get(o->spikes, at, o->precision);
      const double p = likelihood(spiqe_value_get(o->membrane, at, o->precision), spike);
      spiqe_value_set(d_membrane, at, o->precision, spike != 0 ? w / p : -w / p);
    }
  }
}

static void estimate(void *user, const spiqe_stage *stage, const spiqe_pass *pass,
                     const double *weights, size_t worker) {
  spiqe_local *local = user;
  spiqe_estimators_run(&local->estimators, stage, pass, weights, -1 / (double)local->n_rows,
                       worker);
}

spiqe_status spiqe_local_create(spiqe_context *ctx, const spiqe_local_settings *settings,
                                spiqe_network *net, size_t batch, spiqe_local *out) {
  *out = (spiqe_local){.ctx = ctx,
                       .settings = settings,
                       .net = net,
                       .n_steps = net->encoding.n_steps,
                       .rule = {.user = out,
                                .group = settings->draws,
                                .give = give,
                                .weigh = weigh,
                                .score = score}};
  SPIQE_REQUIRE(ctx, settings->draws > 1 || settings->baseline != SPIQE_BASELINE_OTHERS,
                SPIQE_BAD_ARGUMENT,
                "local: baseline leave-one-out is the mean over other draws of a sample, but "
                "draws is 1; 2 or more are expected");
  if (settings->objective == SPIQE_OBJECTIVE_LOSS) out->rule.give = NULL;
  SPIQE_TRY(spiqe_network_use_rule(net, &out->rule));
  if (settings->gradient != SPIQE_SCORE_EXACT) {
    out->rule.backward = estimate;
    SPIQE_TRY(spiqe_estimators_create(ctx, settings, net, &out->estimators));
  }
  size_t baseline = spiqe_arena_reserve(&out->memory, out->n_steps + 1, sizeof(double));
  size_t sums = spiqe_arena_reserve(&out->memory, batch * out->n_steps, sizeof(double));
  SPIQE_TRY(spiqe_arena_create(ctx, &out->memory));
  out->baseline = (double *)(void *)(out->memory.base + baseline);
  out->sums = (double *)(void *)(out->memory.base + sums);
  return SPIQE_OK;
}

void spiqe_local_destroy(spiqe_local *local) {
  spiqe_arena_destroy(&local->memory);
  spiqe_estimators_destroy(&local->estimators);
}

void spiqe_local_begin(spiqe_local *local, const uint16_t *labels, size_t n_rows) {
  local->labels = labels;
  local->n_rows = n_rows;
}

/* The first batches count as much as there are of them, so that the mean does not begin at 0. */
void spiqe_local_end(spiqe_local *local) {
  const size_t piece = local->net->piece, n = local->n_steps;
  const double keep = fmin(local->settings->decay, local->baseline[n] / (local->baseline[n] + 1));
  for (size_t t = 0; t < n; t++) {
    double sum = 0;
    for (size_t p = 0; p * piece < local->n_rows; p++) sum += local->sums[p * n + t];
    local->baseline[t] = keep * local->baseline[t] + (1 - keep) * sum / (double)local->n_rows;
  }
  local->baseline[n]++;
}

size_t spiqe_local_n_baseline(const spiqe_local *local) {
  return local->settings->baseline == SPIQE_BASELINE_MEAN ? local->n_steps + 1 : 0;
}
