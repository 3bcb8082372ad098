/* Images per second of `spiqe test`: the test images of mnist through a trained models/qsnn, on two
 * threads, opening of files not counted; and where the time goes.
 *
 * bench_inference [--run DIR|CHECKPOINT] [--rounds 20] [--limit N] [--data NAME] [--data-dir DIR]
 * Without --run a network is trained for one epoch first (N samples of it with --limit). */
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "support/bench.h"
#include "support/floor.h"
#include "support/profile.h"
#include "support/times.h"
#include "train/classifier.h"

#define FOLDER "build/bench/inference-run"
#define MOST_ROUNDS ((size_t)10000)

static int progress(void *user, const spiqe_event *event) {
  (void)user;
  if (event->kind == SPIQE_EVENT_STEP && event->step % 50 == 0)
    fprintf(stderr, "training: step %zu of %zu\n", event->step, event->n_steps);
  return 0;
}

static void train(spiqe_context *ctx, const spiqe_dataset *data, size_t limit) {
  spiqe_train_result result;
  const spiqe_train_options options = {.folder = FOLDER, .seed = 1, .limit = limit,
                                       .listener = progress};
  spiqe_model *model = bench_model(ctx, "qsnn");
  bench_try(ctx, spiqe_model_set(model, "train.epochs", "1"));
  bench_try(ctx, spiqe_train(ctx, model, data, &options, &result));
  spiqe_model_destroy(model);
}

/* Seconds per image of each round; the first one, which allocates, is left out. */
static void measure(spiqe_context *ctx, spiqe_classifier *classifier, const spiqe_samples *samples,
                    size_t n, double *seconds, spiqe_test_result *result) {
  for (size_t i = 0; i <= n; i++) {
    spiqe_test_result_clear(result);
    bench_try(ctx, spiqe_classifier_test(classifier, samples, result));
    if (i > 0) seconds[i - 1] = 1 / result->samples_per_second;
  }
}

/* One batch as spiqe_classifier_test does it, with each part measured; returns its seconds. */
static double run_measured(spiqe_classifier *classifier, const spiqe_samples *samples,
                           const uint32_t *index, const spiqe_loss *loss) {
  spiqe_network *net = classifier->net;
  spiqe_loss batch = *loss;
  double start = spiqe_clock_seconds();
  bench_try(classifier->ctx, spiqe_network_load(net, samples, index, loss->n_samples));
  bench_profile_add(BENCH_LOAD_ENCODE, spiqe_clock_seconds() - start,
                    spiqe_context_n_threads(classifier->ctx));
  spiqe_network_run(net, loss->n_samples, index, classifier->seed, UINT32_MAX,
                    bench_profile_listen, &batch);
  return spiqe_clock_seconds() - start;
}

static cJSON *profile(spiqe_classifier *classifier, const spiqe_samples *samples) {
  spiqe_network *net = classifier->net;
  size_t n_samples = samples->n_samples;
  uint32_t *index = calloc(n_samples, sizeof *index);
  uint16_t *predicted = calloc(net->batch, sizeof *predicted);
  double *losses = calloc(net->batch, sizeof *losses), wall = 0;
  float *probabilities = calloc(net->batch * spiqe_network_n_classes(net), sizeof *probabilities);
  bench_require(index && predicted && losses && probabilities, "no memory");
  for (size_t i = 0; i < n_samples; i++) index[i] = (uint32_t)i;
  bench_profile_begin(net);
  for (size_t first = 0; first < n_samples; first += net->batch) {
    size_t left = n_samples - first, n = left < net->batch ? left : net->batch;
    spiqe_loss loss = {.settings = classifier->model->loss, .n_samples = n,
                       .labels = samples->labels + first, .losses = losses,
                       .predicted = predicted, .probabilities = probabilities};
    wall += run_measured(classifier, samples, index + first, &loss);
  }
  bench_profile_end(net);
  free(index);
  free(predicted);
  free(losses);
  free(probabilities);
  return bench_profile_shares(wall, spiqe_context_n_threads(classifier->ctx));
}

/* Images per second if there were nothing but the first product, dense, at the machine's rate. */
static double rate_of_product_alone(spiqe_context *ctx, const spiqe_network *net) {
  const spiqe_stage *first = &net->stages[0];
  double operations = 2 * (double)first->in.n_units * (double)first->out.n_units;
  return 1e9 * bench_sgemm_rate(ctx) / operations;
}

static cJSON *describe(const spiqe_dataset *data, const char *run, const double *seconds,
                       size_t rounds, const spiqe_test_result *result, cJSON *shares) {
  cJSON *details = cJSON_CreateObject();
  cJSON_AddStringToObject(details, "data", data->name);
  cJSON_AddStringToObject(details, "run", run);
  cJSON_AddNumberToObject(details, "rounds", (double)rounds);
  cJSON_AddNumberToObject(details, "at_best", 1 / bench_minimum(seconds, rounds));
  cJSON_AddNumberToObject(details, "samples", (double)result->n_samples);
  cJSON_AddNumberToObject(details, "accuracy", result->accuracy);
  cJSON_AddNumberToObject(details, "spikes_per_sample", result->spikes_per_sample);
  cJSON_AddItemToObject(details, "percent", shares);
  return details;
}

int main(int argc, char **argv) {
  bench b;
  spiqe_classifier *classifier;
  spiqe_test_result result = {0};
  static double seconds[MOST_ROUNDS];
  bench_begin(&b, "inference", argc, argv);
  const char *run = bench_text(&b, "--run", NULL);
  size_t rounds = bench_size(&b, "--rounds", 20), limit = bench_size(&b, "--limit", 0);
  const char *folders = bench_text(&b, "--data-dir", NULL);
  const char *name = bench_text(&b, "--data", bench_default_data(folders));
  bench_check_arguments(&b);
  bench_require(rounds > 0 && rounds <= MOST_ROUNDS, "1 to %zu rounds", MOST_ROUNDS);
  spiqe_context *ctx = bench_context(2, NULL);
  spiqe_dataset *data = bench_data(ctx, name, folders);
  if (!run) train(ctx, data, limit);
  bench_try(ctx, spiqe_classifier_open(ctx, run ? run : FOLDER, &classifier));
  const spiqe_samples *samples = &data->part[SPIQE_TEST];
  measure(ctx, classifier, samples, rounds, seconds, &result);
  cJSON *shares = profile(classifier, samples);
  cJSON *details = describe(data, run ? run : "one epoch", seconds, rounds, &result, shares);
  cJSON_AddNumberToObject(details, "first_product_alone",
                          rate_of_product_alone(ctx, classifier->net));
  bench_add(&b, &(bench_row){.name = "test",
                             .what = "`spiqe test` of the trained models/qsnn, 25 steps, 2 threads",
                             .measured = 1 / bench_median(seconds, rounds), .unit = "images/s",
                             .bar = BENCH_AT_LEAST, .goal = 100000, .ctx = ctx,
                             .details = details});
  bench_profile_print(shares);
  spiqe_test_result_clear(&result);
  spiqe_classifier_destroy(classifier);
  spiqe_dataset_destroy(data);
  spiqe_context_destroy(ctx);
  return bench_end(&b);
}
