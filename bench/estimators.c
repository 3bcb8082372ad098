/* Estimators of the gradient of an SQS network's mean loss, where it can be known: two layers of
 * two neurons over three steps, whose 4,096 histories are enumerated (tests/support/enumerated.h).
 * Bias: norm of (mean estimate - gradient) over the norm of the gradient; noise: root of the trace
 * of one sample's covariance over the same norm.
 *
 * bench_estimators [--runs 2000] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn/local.h"
#include "model/model.h"
#include "spiqe/random.h"
#include "support/bench.h"
#include "support/enumerated.h"

enum { ROWS = 100 };

static const struct {
  const char *name, *what, *spike_gradient, *local;
} estimators[] = {
    {"straight", "straight through the spike (its derivative taken for 1)", "straight", ""},
    {"variance", "through the spike by P (1 - P)", "variance", ""},
    {"score", "score function, baseline from another draw", "straight",
     "local: {objective: loss, draws: 2}\n"},
    {"score-plain", "score function without a baseline", "straight",
     "local: {objective: loss, draws: 1, baseline: none}\n"},
};
enum { N_ESTIMATORS = sizeof estimators / sizeof estimators[0] };

typedef struct net_of {
  spiqe_context *ctx;
  spiqe_model *model;
  spiqe_network *net;
  spiqe_local local;
  uint32_t samples[ROWS];
  uint16_t labels[ROWS], predicted[ROWS];
  double losses[ROWS];
} net_of;

static void open_net(size_t which, net_of *n) {
  char text[1024];
  uint32_t key[2];
  const char *gradient = estimators[which].spike_gradient;
  snprintf(text, sizeof text,
           "input: [2]\nencode: {direct: {steps: 3}}\nstages:\n"
           "  - dense: {units: 2}\n  - sqs: {input_leak: 0, spike_gradient: %s}\n"
           "  - dense: {units: 2}\n  - sqs: {input_leak: 0, spike_gradient: %s}\n"
           "loss: {count_scale: 5, membrane_scale: 0, label_smoothing: 0}\n%s",
           gradient, gradient, estimators[which].local);
  *n = (net_of){.ctx = bench_context(2, NULL)};
  bench_try(n->ctx, spiqe_model_parse(n->ctx, "estimators", text, strlen(text), &n->model));
  bench_try(n->ctx, spiqe_network_create(n->ctx, &n->model->network, SPIQE_F64, &n->net));
  if (n->model->is_local)
    bench_try(n->ctx, spiqe_local_create(n->ctx, &n->model->local, n->net, ROWS, &n->local));
  n->local.losses = n->losses;
  bench_try(n->ctx, spiqe_network_plan(n->net, ROWS, 1, 0));
  bench_require(n->net->n_parameters == PARAMETERS, "the network has another size");
  spiqe_random_key(1, SPIQE_PURPOSE_USER, 0, key);
  double *w = n->net->parameters;
  for (size_t i = 0; i < PARAMETERS; i++) w[i] = spiqe_random_uniform(key, i, 0) - 0.25;
  for (size_t r = 0; r < ROWS; r++) {
    n->samples[r] = (uint32_t)r;
    n->net->values[r * INPUTS] = 0.3f;
    n->net->values[r * INPUTS + 1] = 0.8f;
  }
}

static void close_net(net_of *n) {
  if (n->model->is_local) spiqe_local_destroy(&n->local);
  spiqe_network_destroy(n->net);
  spiqe_model_destroy(n->model);
  spiqe_context_destroy(n->ctx);
}

/* One batch; every row is the same sample with draws of its own. */
static const double *run_batch(net_of *n, uint64_t run) {
  spiqe_loss loss = {.settings = n->model->loss,
                     .n_samples = ROWS,
                     .labels = n->labels,
                     .losses = n->losses,
                     .predicted = n->predicted};
  if (n->model->is_local) spiqe_local_begin(&n->local, n->labels, ROWS);
  spiqe_network_run(n->net, ROWS, n->samples, 7, run, spiqe_loss_listen, &loss);
  if (n->model->is_local) spiqe_local_end(&n->local);
  return n->net->gradients;
}

static double norm(const double *x) {
  double sum = 0;
  for (size_t i = 0; i < PARAMETERS; i++) sum += x[i] * x[i];
  return sqrt(sum);
}

/* The bias has the noise of its runs in it: its standard error is about error. */
static void measure(bench *b, size_t which, size_t n_runs) {
  static net_of n;
  char name[64], what[160];
  double exact[PARAMETERS], mean[PARAMETERS] = {0}, square[PARAMETERS] = {0}, trace = 0;
  open_net(which, &n);
  exact_gradient(expected_loss, n.net->parameters, n.net->values, 0, exact);
  for (size_t run = 0; run < n_runs; run++) {
    const double *gradient = run_batch(&n, run);
    for (size_t i = 0; i < PARAMETERS; i++) {
      mean[i] += gradient[i] / (double)n_runs;
      square[i] += gradient[i] * gradient[i] / (double)n_runs;
    }
  }
  for (size_t i = 0; i < PARAMETERS; i++) trace += fmax(square[i] - mean[i] * mean[i], 0);
  for (size_t i = 0; i < PARAMETERS; i++) mean[i] -= exact[i];
  const double length = norm(exact);
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "error", sqrt(trace / (double)n_runs) / length);
  cJSON_AddNumberToObject(details, "noise_of_a_sample", sqrt(trace * ROWS) / length);
  snprintf(name, sizeof name, "estimator-%s", estimators[which].name);
  snprintf(what, sizeof what, "bias of the gradient of the mean loss: %s", estimators[which].what);
  bench_add(b, &(bench_row){.name = name,
                            .what = what,
                            .measured = norm(mean) / length,
                            .unit = "of its norm",
                            .ctx = n.ctx,
                            .details = details});
  close_net(&n);
}

int main(int argc, char **argv) {
  bench b;
  bench_begin(&b, "estimators", argc, argv);
  const size_t n_runs = bench_size(&b, "--runs", 2000);
  bench_check_arguments(&b);
  bench_require(n_runs >= 2, "2 runs or more");
  for (size_t i = 0; i < N_ESTIMATORS; i++) measure(&b, i, n_runs);
  return bench_end(&b);
}
