/* One training epoch of models/qsnn, sqsnn and qscnn-fast on two threads, against the time that the
 * matrix library alone needs for the epoch's products; and against one thread. With --model qscnn
 * of its 50 steps, of which nothing is promised here.
 *
 * All are measured in turns, a chunk of batches each, so that what else runs on the machine hits
 * all of them; ratios are medians over the rounds of the ratio within a round. No checkpoint is
 * written while the time runs.
 *
 * bench_epoch [--rounds 10] [--chunk 30] [--model NAME] [--data NAME] [--data-dir DIR] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/bench.h"
#include "support/floor.h"
#include "support/learning.h"
#include "support/profile.h"
#include "support/times.h"

#define MOST_ROUNDS ((size_t)1000)
#define TRAIN_SAMPLES 60000 /* of MNIST: an epoch's samples */

/* What docs and goals take for granted: GF/s of 200 x 784 x 1000 on two threads. */
#define LIMIT_RATE 319.0
#define LIMIT_TOLERANCE 0.9

/* What is held to a goal; names of rows begin with the prefix. */
typedef struct subject {
  const char *model, *prefix;
  double most_ratio, most_seconds, least_speedup; /* 0: none was promised */
} subject;

static const subject subjects[] = {{"qsnn", "", 2.5, 7, 1.8},
                                   {"sqsnn", "sqsnn ", 3, 10, 0},
                                   {"qscnn-fast", "qscnn ", 0, 60, 0},
                                   {"qscnn", "qscnn 50 steps ", 0, 0, 0}};
#define N_SUBJECTS (sizeof subjects / sizeof *subjects)

/* Seconds of a chunk in each round. */
typedef struct rounds {
  const subject *of;
  size_t n, chunk;
  double two[MOST_ROUNDS], one[MOST_ROUNDS], floor[MOST_ROUNDS];
} rounds;

/* Median over the rounds of a / b. */
static double median_ratio(const double *a, const double *b, size_t n) {
  double ratios[MOST_ROUNDS];
  for (size_t i = 0; i < n; i++) ratios[i] = a[i] / b[i];
  return bench_median(ratios, n);
}

/* row->what has a place for the model's name. */
static void add_row(bench *b, const rounds *r, bench_row *row) {
  char name[64], what[256];
  snprintf(name, sizeof name, "%s%s", r->of->prefix, row->name);
  const char *place = strstr(row->what, "%s");
  snprintf(what, sizeof what, "%.*s%s%s", (int)(place - row->what), row->what, r->of->model,
           place + 2);
  row->name = name;
  row->what = what;
  bench_add(b, row);
}

/* The first chunk of each warms up. */
static void measure(rounds *r, bench_learning *two, bench_learning *one, bench_floor *floor) {
  bench_learning_run(two, r->chunk);
  bench_learning_run(one, r->chunk);
  bench_floor_run(floor, r->chunk);
  for (size_t i = 0; i < r->n; i++) {
    r->two[i] = bench_learning_run(two, r->chunk);
    r->floor[i] = bench_floor_run(floor, r->chunk);
    r->one[i] = bench_learning_run(one, r->chunk);
    fprintf(stderr, "round %zu of %zu: %.3f s, products alone %.3f s, one thread %.3f s\n", i + 1,
            r->n, r->two[i], r->floor[i], r->one[i]);
  }
}

static cJSON *describe(const rounds *r, const spiqe_dataset *data, double batches) {
  cJSON *details = cJSON_CreateObject();
  cJSON_AddStringToObject(details, "data", data->name);
  cJSON_AddNumberToObject(details, "rounds", (double)r->n);
  cJSON_AddNumberToObject(details, "batches_per_round", (double)r->chunk);
  cJSON_AddNumberToObject(details, "batches_per_epoch", batches);
  return details;
}

static void add_ratio(bench *b, const rounds *r, const bench_learning *two,
                      const bench_floor *floor, double batches, cJSON *details) {
  double to_epoch = batches / (double)r->chunk;
  cJSON_AddNumberToObject(details, "floor_seconds_per_epoch",
                          to_epoch * bench_minimum(r->floor, r->n));
  cJSON_AddNumberToObject(details, "floor_operations_per_epoch",
                          batches * bench_floor_operations(floor));
  cJSON_AddNumberToObject(details, "ratio_of_minima",
                          bench_minimum(r->two, r->n) / bench_minimum(r->floor, r->n));
  cJSON_AddItemToObject(details, "floor", bench_floor_describe(floor));
  add_row(b, r,
          &(bench_row){.name = "epoch over products alone",
                       .what = "one training epoch of models/%s on 2 threads, over the time "
                               "of its matrix products by the matrix library alone",
                       .measured = median_ratio(r->two, r->floor, r->n),
                       .unit = "x",
                       .bar = r->of->most_ratio > 0 ? BENCH_AT_MOST : BENCH_REPORTED,
                       .goal = r->of->most_ratio,
                       .ctx = two->ctx,
                       .details = details});
}

/* The bar in seconds is for a machine as fast as the one it was set on; a slower one can only reach
 * it. */
static void add_seconds(bench *b, rounds *r, const bench_learning *two, double batches,
                        cJSON *details) {
  double rate = bench_sgemm_rate(two->ctx);
  const double measured = batches / (double)r->chunk * bench_median(r->two, r->n);
  int has_goal = r->of->most_seconds > 0;
  int is_held =
      !has_goal || rate >= LIMIT_TOLERANCE * LIMIT_RATE || measured <= r->of->most_seconds;
  cJSON_AddNumberToObject(details, "sgemm_gflops", rate);
  cJSON_AddNumberToObject(details, "sgemm_gflops_of_the_bar", LIMIT_RATE);
  cJSON_AddNumberToObject(details, "seconds_at_best",
                          batches / (double)r->chunk * bench_minimum(r->two, r->n));
  add_row(b, r,
          &(bench_row){.name = "epoch",
                       .what = is_held ? "one training epoch of models/%s, 60,000 samples"
                                       : "one training epoch of models/%s, 60,000 samples (no "
                                         "bar: this machine's products are slower than those "
                                         "of the machine it was set on)",
                       .measured = measured,
                       .unit = "s",
                       .goal = r->of->most_seconds,
                       .bar = has_goal && is_held ? BENCH_AT_MOST : BENCH_REPORTED,
                       .ctx = two->ctx,
                       .details = details});
  if (has_goal)
    printf("    large products: %.0f GF/s; the bar was set where they reach %.0f\n", rate,
           LIMIT_RATE);
}

static void add_speedup(bench *b, const rounds *r, const bench_learning *two, cJSON *details) {
  cJSON_AddNumberToObject(details, "ratio_of_minima",
                          bench_minimum(r->one, r->n) / bench_minimum(r->two, r->n));
  add_row(b, r,
          &(bench_row){.name = "1 to 2 threads",
                       .what = "training of models/%s, how much faster by a second thread",
                       .measured = median_ratio(r->one, r->two, r->n),
                       .unit = "x",
                       .bar = r->of->least_speedup > 0 ? BENCH_AT_LEAST : BENCH_REPORTED,
                       .goal = r->of->least_speedup,
                       .ctx = two->ctx,
                       .details = details});
}

static void add_profile(bench *b, const rounds *r, bench_learning *two, cJSON *details) {
  cJSON *shares = bench_learning_profile(two, r->chunk);
  double rest = cJSON_GetObjectItem(shares, "the rest")->valuedouble;
  cJSON_AddItemToObject(details, "percent", shares);
  add_row(b, r,
          &(bench_row){.name = "epoch, threads busy",
                       .what = "part of the time of an epoch of models/%s that its threads "
                               "spend in kernels",
                       .measured = 100 - rest,
                       .unit = "%",
                       .ctx = two->ctx,
                       .details = details});
  bench_profile_print(shares);
}

static void run_subject(bench *b, rounds *r, spiqe_dataset *data) {
  static bench_learning two, one;
  bench_learning_begin(&two, r->of->model, data, 2);
  bench_learning_begin(&one, r->of->model, data, 1);
  size_t batch = two.trainer.net->batch;
  double batches = (double)TRAIN_SAMPLES / (double)batch;
  bench_floor *floor = bench_floor_create(two.ctx, two.trainer.net, batch);
  measure(r, &two, &one, floor);
  add_ratio(b, r, &two, floor, batches, describe(r, data, batches));
  add_seconds(b, r, &two, batches, describe(r, data, batches));
  add_speedup(b, r, &two, describe(r, data, batches));
  add_profile(b, r, &two, describe(r, data, batches));
  bench_floor_destroy(floor);
  bench_learning_end(&one);
  bench_learning_end(&two);
}

int main(int argc, char **argv) {
  bench b;
  static rounds r;
  bench_begin(&b, "epoch", argc, argv);
  r.n = bench_size(&b, "--rounds", 10);
  r.chunk = bench_size(&b, "--chunk", 30);
  const char *model = bench_text(&b, "--model", NULL);
  const char *folders = bench_text(&b, "--data-dir", NULL);
  const char *name = bench_text(&b, "--data", bench_default_data(folders));
  bench_check_arguments(&b);
  bench_require(r.n > 0 && r.n <= MOST_ROUNDS && r.chunk > 0, "1 to %zu rounds of a batch or more",
                MOST_ROUNDS);
  spiqe_context *ctx = bench_context(1, NULL);
  spiqe_dataset *data = bench_data(ctx, name, folders);
  size_t n_run = 0;
  for (size_t i = 0; i < N_SUBJECTS; i++) {
    if (model ? strcmp(model, subjects[i].model) != 0 : !subjects[i].most_seconds) continue;
    r.of = &subjects[i];
    run_subject(&b, &r, data);
    n_run++;
  }
  bench_require(n_run > 0, "--model: '%s' is held to no goal", model ? model : "");
  spiqe_dataset_destroy(data);
  spiqe_context_destroy(ctx);
  return bench_end(&b);
}
