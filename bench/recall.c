/* Memory: how well a network names a symbol that was shown some silent steps ago, when its neurons
 * are all the memory there is (the sets recall-1 to recall-8, networks like models/recall.yaml).
 *
 * bench_recall [NEURON] [--seeds N] [--trial]
 *
 * A row is one neuron at one delay, the mean over the seeds; trainings are kept in
 * build/bench/recall and not done again. The hidden neurons differ; those of the output are crx, or
 * LIF. LIF has as many hidden neurons as give at least the parameters of the largest of the others.
 * The answer is the class that spikes at the cue, in a single run. Chance is 25 %. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/bench.h"
#include "support/times.h"

#define MOST_SEEDS 16
#define MOST_DELAY 8
#define GOAL_DELAY 4
#define FOLDER "build/bench/recall"

typedef struct neuron {
  const char *name, *what, *kind;
  const char *hidden, *output; /* options of the two populations */
  int has_goal, is_widened;    /* is_widened: to the parameters of the others */
} neuron;

#define HEA "ansatz: hea, angles: 0.8, memory_qubits: "
#define OUTPUT "io: 0.5" /* at 0.1 a class whose neuron falls silent may not come back */
static const neuron neurons[] = {
    {"crx", "SQS, crx", "sqs", "", OUTPUT, 0, 0},
    {"hea-1", "SQS, hea, 1 memory qubit", "sqs", HEA "1", OUTPUT, 1, 0},
    {"hea-2", "SQS, hea, 2 memory qubits", "sqs", HEA "2", OUTPUT, 1, 0},
    {"hea-3", "SQS, hea, 3 memory qubits", "sqs", HEA "3", OUTPUT, 1, 0},
    {"lif", "LIF with learnt decays", "lif", "learn_beta: true", "learn_beta: true", 0, 1},
};
#define N_NEURONS (sizeof neurons / sizeof neurons[0])
#define WIDEST 3 /* the one with most parameters */

static const char text[] =
    "name: recall-%s\ninput: data\nencode: {frames: {}}\nstages:\n"
    "  - dense: {units: %zu}\n  - %s: {%s}\n  - dense: {units: 0}\n  - %s: {%s}\n"
    "loss: {kind: count_membrane, count_scale: 0, membrane_scale: 5, last_steps: 1}\n"
    "train: {epochs: 20, batch: 50, rate: 0.005, schedule: cosine}\n";

static spiqe_model *make_model(spiqe_context *ctx, const neuron *n, const spiqe_dataset *data,
                               size_t hidden) {
  char out[1024];
  spiqe_model *model;
  snprintf(out, sizeof out, text, n->name, hidden, n->kind, n->hidden, n->kind, n->output);
  bench_try(ctx, spiqe_model_parse(ctx, n->name, out, strlen(out), &model));
  bench_try(ctx, spiqe_model_fit(model, &data->part[SPIQE_TRAIN]));
  return model;
}

static size_t parameters_of(spiqe_context *ctx, const spiqe_model *model) {
  spiqe_classifier *classifier;
  bench_try(ctx, spiqe_classifier_create(ctx, model, 1, &classifier));
  size_t n = spiqe_classifier_n_parameters(classifier);
  spiqe_classifier_destroy(classifier);
  return n;
}

/* Hidden neurons: 96, or so many that there are at least as many parameters as the others have. */
static size_t hidden_of(spiqe_context *ctx, const neuron *n, const spiqe_dataset *data) {
  size_t hidden = 96, wanted = 0;
  for (int widest = 1; n->is_widened && widest >= 0; widest--) {
    const neuron *one = widest ? &neurons[WIDEST] : n;
    for (;; hidden++) {
      spiqe_model *model = make_model(ctx, one, data, hidden);
      size_t parameters = parameters_of(ctx, model);
      spiqe_model_destroy(model);
      if (widest) wanted = parameters;
      if (parameters >= wanted) break;
    }
  }
  return hidden;
}

/* Each training is kept where it is. */
static double measure(spiqe_context *ctx, const spiqe_model *model, const spiqe_dataset *data,
                      uint64_t seed, spiqe_measurement *out) {
  const spiqe_measure_options options = {.folder = FOLDER, .seed = seed};
  bench_try(ctx, spiqe_measure(ctx, model, data, &options, out));
  return 100 * out->values[SPIQE_METRIC_ACCURACY];
}

static void measure_row(bench *b, spiqe_context *ctx, const neuron *n, size_t delay,
                        size_t n_seeds) {
  char set[16], name[32], what[128];
  double accuracies[MOST_SEEDS];
  spiqe_measurement last = {.seed = 0};
  snprintf(set, sizeof set, "recall-%zu", delay);
  snprintf(name, sizeof name, "%s-d%zu", n->name, delay);
  snprintf(what, sizeof what, "a symbol named after %zu silent step%s: %s", delay,
           delay == 1 ? "" : "s", n->what);
  spiqe_dataset *data = bench_data(ctx, set, NULL);
  spiqe_model *model = make_model(ctx, n, data, hidden_of(ctx, n, data));
  for (size_t i = 0; i < n_seeds; i++) accuracies[i] = measure(ctx, model, data, i + 1, &last);
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "standard_error", bench_standard_error(accuracies, n_seeds));
  cJSON_AddItemToObject(details, "seeds", cJSON_CreateDoubleArray(accuracies, (int)n_seeds));
  cJSON_AddStringToObject(details, "neuron", n->name);
  cJSON_AddNumberToObject(details, "delay", (double)delay);
  cJSON_AddNumberToObject(details, "parameters", last.values[SPIQE_METRIC_PARAMETERS]);
  cJSON_AddNumberToObject(details, "spikes_per_sample", last.values[SPIQE_METRIC_SPIKES]);
  bench_add(b, &(bench_row){.name = name,
                            .what = what,
                            .measured = bench_mean(accuracies, n_seeds),
                            .unit = "%",
                            .bar = n->has_goal && delay == GOAL_DELAY ? BENCH_AT_LEAST
                                                                      : BENCH_REPORTED,
                            .goal = 95,
                            .ctx = ctx,
                            .command = n->name,
                            .details = details});
  spiqe_model_destroy(model);
  spiqe_dataset_destroy(data);
}

int main(int argc, char **argv) {
  bench b;
  size_t n_found = 0;
  bench_begin(&b, "recall", argc, argv);
  size_t n_seeds = bench_size(&b, "--seeds", 3);
  const char *wanted = bench_word(&b);
  bench_check_arguments(&b);
  bench_require(n_seeds >= 1 && n_seeds <= MOST_SEEDS, "1 to %d seeds", MOST_SEEDS);
  spiqe_context *ctx = bench_context(0, NULL);
  for (size_t i = 0; i < N_NEURONS; i++) {
    if (wanted && strcmp(wanted, neurons[i].name) != 0) continue;
    n_found++;
    for (size_t delay = 1; delay <= MOST_DELAY; delay++)
      measure_row(&b, ctx, &neurons[i], delay, n_seeds);
  }
  bench_require(n_found > 0, "'%s' is no neuron of this benchmark", wanted);
  spiqe_context_destroy(ctx);
  return bench_end(&b);
}
