/* The trainings of a comparison, and what is told of them. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/compare.h"

/* One training. */
typedef struct training {
  size_t data, model; /* indices */
  uint64_t seed;
} training;

static int listen(void *user, const spiqe_event *event) {
  cli_comparison *c = user;
  if (!c->a.quiet) spiqe_progress_listen(&c->progress, event);
  return cli_was_interrupted();
}

/* Samples that a training on a set goes through, in any unit. */
static double size_of(const cli_comparison *c, size_t data) {
  const size_t n = c->data[data]->part[SPIQE_TRAIN].n_samples;
  return (double)(c->limit && c->limit < n ? c->limit : n);
}

/* Seconds of a training: as before; else as long a sample as the same model takes elsewhere, else
 * as all. NaN: nothing is known yet. */
static double expect(const cli_comparison *c, size_t data, size_t model) {
  double own = 0, n_own = 0, all = 0, n_all = 0;
  if (c->cost[data * c->n_models + model] > 0) return c->cost[data * c->n_models + model];
  for (size_t d = 0; d < c->n_data; d++)
    for (size_t m = 0; m < c->n_models; m++) {
      const double cost = c->cost[d * c->n_models + m];
      if (cost <= 0) continue;
      all += cost / size_of(c, d);
      n_all++;
      if (m != model) continue;
      own += cost / size_of(c, d);
      n_own++;
    }
  return size_of(c, data) * (n_own > 0 ? own / n_own : n_all > 0 ? all / n_all : NAN);
}

/* Of all trainings from this one on; the first n_seen are done. */
static double expect_rest(const cli_comparison *c) {
  const size_t n_pairs = c->n_data * c->n_models;
  double sum = 0;
  for (size_t i = c->n_seen; i < n_pairs * c->n_seeds; i++)
    sum += expect(c, i % n_pairs / c->n_models, i % c->n_models);
  return sum;
}

/* "1:02:03", "2:03" */
static void print_duration(double seconds) {
  const unsigned long long s = (unsigned long long)(seconds + 0.5);
  if (s >= 3600)
    fprintf(stderr, "%llu:%02llu:%02llu", s / 3600, s / 60 % 60, s % 60);
  else
    fprintf(stderr, "%llu:%02llu", s / 60, s % 60);
}

/* "[2/6] snn on digits, seed 1; 0:12 so far, about 1:05 left" */
static void tell(const cli_comparison *c, const training *t, const spiqe_measurement *kept) {
  if (c->a.quiet) return;
  fprintf(stderr, "[%zu/%zu] %s on %s, seed %llu", c->n_seen + 1,
          c->n_data * c->n_models * c->n_seeds, spiqe_model_name(c->models[t->model]),
          c->data[t->data]->name, (unsigned long long)t->seed);
  if (kept) {
    fprintf(stderr, ": kept, %.2f %%\n", 100 * kept->values[SPIQE_METRIC_ACCURACY]);
    return;
  }
  const double rest = expect_rest(c);
  fprintf(stderr, "; ");
  print_duration(cli_seconds() - c->start);
  fprintf(stderr, " so far");
  if (isfinite(rest)) fprintf(stderr, ", about "), print_duration(rest);
  fprintf(stderr, "%s\n", isfinite(rest) ? " left" : "");
}

static void keep_cost(cli_comparison *c, const training *t, double seconds) {
  if (isfinite(seconds) && seconds > 0) c->cost[t->data * c->n_models + t->model] = seconds;
}

/* What became of a training that gave no row. */
static void tell_failure(const cli_comparison *c, const training *t) {
  fprintf(stderr, "spiqe: %s on %s, seed %llu: %s\n", spiqe_model_name(c->models[t->model]),
          c->data[t->data]->name, (unsigned long long)t->seed, spiqe_context_message(c->ctx));
}

static int train(cli_comparison *c, const training *t, const spiqe_model *model,
                 const spiqe_measure_options *options, spiqe_measurement *row) {
  const double start = cli_seconds();
  tell(c, t, NULL);
  spiqe_status status = spiqe_measure(c->ctx, model, c->data[t->data], options, row);
  spiqe_progress_finish(&c->progress);
  if (status != SPIQE_OK) tell_failure(c, t);
  c->n_failed += status == SPIQE_DIVERGED;
  if (status != SPIQE_OK) return status == SPIQE_DIVERGED ? CLI_DONE : CLI_FAILED;
  keep_cost(c, t, cli_seconds() - start);
  if (!c->a.quiet)
    fprintf(stderr, "%.2f %% after %.1f s\n", 100 * row->values[SPIQE_METRIC_ACCURACY],
            cli_seconds() - start);
  c->n_rows++;
  return CLI_DONE;
}

/* In the folder of the training, which nobody else may write into meanwhile. One whose path is too
 * long has no name; spiqe_measure tells. */
static int train_alone(cli_comparison *c, const training *t, const spiqe_model *model,
                       const spiqe_measure_options *options, spiqe_measurement *row) {
  cli_folder folder = {0};
  snprintf(folder.path, sizeof folder.path, "%s", row->folder);
  int code = folder.path[0] ? cli_folder_claim(&folder) : CLI_DONE;
  if (code == CLI_DONE) code = train(c, t, model, options, row);
  cli_folder_release(&folder);
  return code;
}

/* The folder's name holds a hash of all that the row is of, so it can only be damaged. */
static void tell_damaged(const spiqe_measurement *row) {
  char path[512];
  snprintf(path, sizeof path, "%s/row.json", row->folder);
  if (access(path, F_OK) == 0)
    fprintf(stderr, "spiqe: %s: damaged, so it is measured again\n", path);
}

static int measure(cli_comparison *c, const training *t) {
  const spiqe_measure_options options = {
      .folder = c->folder.path, .seed = t->seed, .limit = c->limit, .listener = listen, .user = c};
  const spiqe_model *model = c->models[t->data * c->n_models + t->model];
  spiqe_measurement *row = &c->rows[c->n_rows];
  if (!spiqe_measure_find(c->ctx, model, c->data[t->data]->name, &options, row)) {
    tell_damaged(row);
    return train_alone(c, t, model, &options, row);
  }
  keep_cost(c, t, row->values[SPIQE_METRIC_TRAIN_SECONDS] + row->values[SPIQE_METRIC_TEST_SECONDS]);
  tell(c, t, row);
  c->n_rows++;
  return CLI_DONE;
}

int cli_compare_measure(cli_comparison *c) {
  c->progress = (spiqe_progress){.stream = stderr, .is_terminal = isatty(STDERR_FILENO)};
  c->start = cli_seconds();
  cli_catch_interrupt();
  for (uint64_t seed = 1; seed <= c->n_seeds; seed++)
    for (size_t data = 0; data < c->n_data; data++)
      for (size_t model = 0; model < c->n_models; model++) {
        const training t = {data, model, seed};
        const int code = measure(c, &t);
        if (code != CLI_DONE) return code;
        c->n_seen++;
      }
  return CLI_DONE;
}
