/* Test accuracy of the shipped models on real data, and whether it reaches what was promised.
 *
 * bench_accuracy [ROW|TRAINING] [--again] [--threads N] [--data-dir DIR] [--trial [--limit N]]
 * bench_accuracy --list
 *
 * A row ("qsnn-mnist-3") is the mean of its trainings ("qsnn-mnist-3-s1"), one for each seed. A
 * training that build/bench/accuracy.jsonl holds with the same model, data, seed and limit is not
 * done again (but with --again), and one that was stopped goes on from its last epoch, in
 * build/bench/TRAINING, so the page can be made in parts. The row of a data set that is not found
 * is left out. A limit on the samples is for trials; then nothing is held to a goal. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "support/bench.h"
#include "support/times.h"

#define MOST_SEEDS 10
#define RUNS 8

typedef struct plan {
  const char *name, *what, *model, *data;
  const char *settings; /* of the model, "path=value path=value"; or NULL */
  size_t epochs, n_seeds;
  bench_bar bar;
  double goal, tolerance; /* percent */
  const char *above;      /* a row: the goal is so much above what it measured; or NULL */
  double goal_of_mean; /* of the mean of RUNS runs of each sample, for networks that draw; or 0 */
  size_t n_train, n_test; /* the first samples of each part; 0: all */
} plan;

/* clang-format off: a line or two each */
static const plan plans[] = {
    {.name = "qsnn-mnist-3", .what = "models/qsnn on mnist, 3 epochs", .model = "qsnn",
     .data = "mnist", .epochs = 3, .n_seeds = 3, .bar = BENCH_AT_LEAST, .goal = 97.8},
    {.name = "qsnn-mnist-10", .what = "models/qsnn on mnist, 10 epochs", .model = "qsnn",
     .data = "mnist", .epochs = 10, .n_seeds = 3, .bar = BENCH_AT_LEAST, .goal = 98.3},
    {.name = "qsnn-fashion-10", .what = "models/qsnn on fashion-mnist, 10 epochs",
     .model = "qsnn", .data = "fashion-mnist", .epochs = 10, .n_seeds = 3, .bar = BENCH_AT_LEAST,
     .goal = 88.5},
    {.name = "qsnn-kmnist-10", .what = "models/qsnn on kmnist-6k, 10 epochs", .model = "qsnn",
     .data = "kmnist-6k", .epochs = 10, .n_seeds = 3, .bar = BENCH_REPORTED},
    {.name = "qsnn-kmnist-40", .what = "models/qsnn on kmnist-6k, 40 epochs, batch 50",
     .model = "qsnn", .data = "kmnist-6k", .epochs = 40, .n_seeds = 3, .bar = BENCH_REPORTED,
     .settings = "train.batch=50"},
    {.name = "qsnn-published-mnist-3",
     .what = "models/qsnn-published on mnist, 3 epochs (its authors: 84.73 %)",
     .model = "qsnn-published", .data = "mnist", .epochs = 3, .n_seeds = 3, .bar = BENCH_WITHIN,
     .goal = 84.7, .tolerance = 3},
    {.name = "snn-mnist-3", .what = "the classical baseline models/snn on mnist, 3 epochs",
     .model = "snn", .data = "mnist", .epochs = 3, .n_seeds = 3, .bar = BENCH_REPORTED},
    {.name = "snn-mnist-10", .what = "the classical baseline models/snn on mnist, 10 epochs",
     .model = "snn", .data = "mnist", .epochs = 10, .n_seeds = 3, .bar = BENCH_AT_LEAST,
     .goal = 98},
    {.name = "ann-mnist-10", .what = "models/ann, no spikes, on mnist, 10 epochs",
     .model = "ann", .data = "mnist", .epochs = 10, .n_seeds = 3, .bar = BENCH_AT_LEAST,
     .goal = 98.2},
    {.name = "cnn-mnist-10", .what = "models/cnn, no spikes, on mnist, 10 epochs",
     .model = "cnn", .data = "mnist", .epochs = 10, .n_seeds = 3, .bar = BENCH_AT_LEAST,
     .goal = 99.1},
    {.name = "scnn-mnist-10", .what = "models/scnn, LIF, on mnist, 10 epochs", .model = "scnn",
     .data = "mnist", .epochs = 10, .n_seeds = 3, .bar = BENCH_AT_LEAST, .goal = 99.1},
    {.name = "qscnn-fast-mnist-20", .what = "models/qscnn-fast on mnist, 20 epochs",
     .model = "qscnn-fast", .data = "mnist", .epochs = 20, .n_seeds = 3, .bar = BENCH_AT_LEAST,
     .goal = 99.2},
    {.name = "qscnn-fast-fashion-20",
     .what = "models/qscnn-fast on fashion-mnist, 20 epochs, half of the pictures mirrored",
     .model = "qscnn-fast", .data = "fashion-mnist", .epochs = 20, .n_seeds = 3,
     .bar = BENCH_AT_LEAST, .goal = 90.5, .settings = "train.flip=true"},
    {.name = "qscnn-fast-kmnist-40",
     .what = "models/qscnn-fast on kmnist-6k, 40 epochs, batch 50, no picture moved; 4 points "
             "above models/qsnn",
     .model = "qscnn-fast", .data = "kmnist-6k", .epochs = 40, .n_seeds = 3,
     .bar = BENCH_AT_LEAST, .goal = 4, .above = "qsnn-kmnist-40",
     .settings = "train.batch=50 train.shift=0"},
    {.name = "qscnn-mnist-10",
     .what = "models/qscnn, 50 steps, on mnist, 10 epochs (its authors: 81.84 %)",
     .model = "qscnn", .data = "mnist", .epochs = 10, .n_seeds = 3, .bar = BENCH_AT_LEAST,
     .goal = 99.2},
    {.name = "qscnn-fashion-20",
     .what = "models/qscnn, 50 steps, on fashion-mnist, 20 epochs, pictures mirrored, not moved",
     .model = "qscnn", .data = "fashion-mnist", .epochs = 20, .n_seeds = 3,
     .bar = BENCH_AT_LEAST, .goal = 90.5,
     .settings = "train.flip=true train.shift=0 train.rate=0.002"},
    {.name = "qscnn-kmnist-40",
     .what = "models/qscnn on kmnist-6k, 40 epochs, batch 50, no picture moved; 4 points above "
             "models/qsnn",
     .model = "qscnn", .data = "kmnist-6k", .epochs = 40, .n_seeds = 3, .bar = BENCH_AT_LEAST,
     .goal = 4, .above = "qsnn-kmnist-40", .settings = "train.batch=50 train.shift=0"},
    {.name = "sqscnn-mnist-10", .what = "models/sqscnn on mnist, 10 epochs", .model = "sqscnn",
     .data = "mnist", .epochs = 10, .n_seeds = 3, .bar = BENCH_REPORTED},
    {.name = "qnn-mnist-3", .what = "models/qnn, a quantum circuit, on mnist, 3 epochs",
     .model = "qnn", .data = "mnist", .epochs = 3, .n_seeds = 3, .bar = BENCH_AT_LEAST, .goal = 85},
    {.name = "qcnn-mnist-3", .what = "models/qcnn, a quantum circuit, on mnist, 3 epochs",
     .model = "qcnn", .data = "mnist", .epochs = 3, .n_seeds = 3, .bar = BENCH_AT_LEAST,
     .goal = 80},
    {.name = "sqsnn-mnist-10", .what = "models/sqsnn on mnist, 10 epochs", .model = "sqsnn",
     .data = "mnist", .epochs = 10, .n_seeds = 3, .bar = BENCH_AT_LEAST, .goal = 96.5,
     .goal_of_mean = 97.5},
    {.name = "snn-stochastic-mnist-10",
     .what = "models/snn-stochastic, the counterpart of sqsnn, on mnist, 10 epochs",
     .model = "snn-stochastic", .data = "mnist", .epochs = 10, .n_seeds = 3,
     .bar = BENCH_REPORTED},
    {.name = "sqsnn-fashion-10", .what = "models/sqsnn on fashion-mnist, 10 epochs",
     .model = "sqsnn", .data = "fashion-mnist", .epochs = 10, .n_seeds = 3,
     .bar = BENCH_AT_LEAST, .goal = 86, .goal_of_mean = 87.5},
    {.name = "sqsnn-events-nmnist-15", .what = "models/sqsnn-events on nmnist-small, 15 epochs",
     .model = "sqsnn-events", .data = "nmnist-small", .epochs = 15, .n_seeds = 3,
     .bar = BENCH_AT_LEAST, .goal = 88, .goal_of_mean = 88},
    {.name = "sqsnn-events-braille-15",
     .what = "models/sqsnn-events on braille (27 classes), 15 epochs", .model = "sqsnn-events",
     .data = "braille", .epochs = 15, .n_seeds = 3, .bar = BENCH_AT_LEAST, .goal = 50,
     .goal_of_mean = 50},
    {.name = "sqsnn-braille-15",
     .what = "models/sqsnn-braille on braille, 15 epochs", .model = "sqsnn-braille",
     .data = "braille", .epochs = 15, .n_seeds = 3, .bar = BENCH_AT_LEAST, .goal = 50,
     .goal_of_mean = 50},
    {.name = "snn-braille-15",
     .what = "its classical twin models/snn-braille on braille, 15 epochs",
     .model = "snn-braille", .data = "braille", .epochs = 15, .n_seeds = 3,
     .bar = BENCH_REPORTED},
    {.name = "sqsnn-local-usps",
     .what = "models/sqsnn-local on usps, no backpropagation, 15 epochs", .model = "sqsnn-local",
     .data = "usps", .epochs = 15, .n_seeds = 3, .bar = BENCH_AT_LEAST, .goal = 88},
    {.name = "sqsnn-local-usps-1-7",
     .what = "models/sqsnn-local, 2 hidden neurons, on usps 1 against 7, 500 samples, 40 epochs",
     .model = "sqsnn-local", .data = "usps:1,7", .epochs = 40, .n_seeds = 10,
     .bar = BENCH_AT_LEAST, .goal = 97,
     .settings = "stages.0.units=2 train.rate=0.01 train.batch=25", .n_train = 500,
     .n_test = 125},
};
/* clang-format on */
#define N_PLANS (sizeof plans / sizeof plans[0])

/* What the trainings share. */
typedef struct session {
  bench b;
  spiqe_context *ctx;
  spiqe_dataset *data; /* owned; of the plan that trained last, NULL before */
  const plan *plan;
  const char *folders;
  size_t limit;
  int again, to_terminal;
  spiqe_progress progress;
} session;

static void training_name(const plan *p, size_t seed, char *out, size_t size) {
  snprintf(out, size, "%s-s%zu", p->name, seed);
}

/* FNV-1a of all that decides what comes out: the model with every value written out, data, seed,
 * limit. */
static void key_of(const session *s, const plan *p, const char *model, size_t seed, char out[17]) {
  char rest[128];
  uint64_t hash = 14695981039346656037u;
  int n = snprintf(rest, sizeof rest, "\n%s %zu %zu", p->data, seed, s->limit);
  if (p->n_train) snprintf(rest + n, sizeof rest - (size_t)n, " %zu %zu", p->n_train, p->n_test);
  const char *parts[] = {model, rest};
  for (size_t i = 0; i < 2; i++)
    for (const char *c = parts[i]; *c; c++) hash = (hash ^ (uint8_t)*c) * 1099511628211u;
  snprintf(out, 17, "%016" PRIx64, hash);
}

static spiqe_model *open_model(const session *s, const plan *p) {
  char epochs[32], settings[256], *rest = NULL;
  spiqe_model *model = bench_model(s->ctx, p->model);
  snprintf(epochs, sizeof epochs, "%zu", p->epochs);
  bench_try(s->ctx, spiqe_model_set(model, "train.epochs", epochs));
  snprintf(settings, sizeof settings, "%s", p->settings ? p->settings : "");
  for (char *path = strtok_r(settings, " ", &rest); path; path = strtok_r(NULL, " ", &rest)) {
    char *value = strchr(path, '=');
    *value = 0;
    bench_try(s->ctx, spiqe_model_set(model, path, value + 1));
  }
  return model;
}

/* In percent: of one run, and of the mean of RUNS where that is wanted. Negative: not known. */
typedef struct accuracy {
  double one, mean;
} accuracy;

/* What the file holds for that key. */
static accuracy accuracy_kept(const session *s, const plan *p, const char *name, const char *key) {
  const cJSON *row = bench_find(&s->b, name), *details = cJSON_GetObjectItem(row, "details");
  const char *there = cJSON_GetStringValue(cJSON_GetObjectItem(details, "key"));
  const cJSON *mean = cJSON_GetObjectItem(details, "accuracy_of_mean");
  if (!there || strcmp(there, key) != 0 || (p->goal_of_mean > 0 && !mean))
    return (accuracy){-1, -1};
  return (accuracy){cJSON_GetObjectItem(row, "measured")->valuedouble,
                    mean ? mean->valuedouble : -1};
}

/* Of the network in a run's folder. */
static double test_mean(const session *s, const char *folder) {
  spiqe_classifier *classifier;
  spiqe_test_result result;
  bench_try(s->ctx, spiqe_classifier_open(s->ctx, folder, &classifier));
  bench_try(s->ctx, spiqe_classifier_set_runs(classifier, RUNS));
  bench_try(s->ctx, spiqe_classifier_test(classifier, &s->data->part[SPIQE_TEST], &result));
  double percent = 100 * result.accuracy;
  spiqe_test_result_clear(&result);
  spiqe_classifier_destroy(classifier);
  return percent;
}

static int listen(void *user, const spiqe_event *event) {
  session *s = user;
  spiqe_progress_listen(&s->progress, event);
  return 0;
}

static void keep_first(spiqe_samples *part, size_t n) {
  if (n && part->n_samples > n) part->n_samples = n;
}

static void open_data(session *s, const plan *p) {
  if (s->data && s->plan == p) return;
  spiqe_dataset_destroy(s->data);
  s->data = bench_data(s->ctx, p->data, s->folders);
  s->plan = p;
  keep_first(&s->data->part[SPIQE_TRAIN], p->n_train);
  keep_first(&s->data->part[SPIQE_TEST], p->n_test);
}

static void add_training(session *s, const plan *p, const char *name, const char *key, size_t seed,
                         const spiqe_train_result *result, double mean) {
  char what[128];
  cJSON *details = cJSON_CreateObject();
  snprintf(what, sizeof what, "%s, seed %zu", p->what, seed);
  cJSON_AddStringToObject(details, "key", key);
  cJSON_AddStringToObject(details, "data", p->data);
  cJSON_AddNumberToObject(details, "seed", (double)seed);
  cJSON_AddNumberToObject(details, "limit", (double)s->limit);
  cJSON_AddNumberToObject(details, "macro_f1", result->test_macro_f1);
  cJSON_AddNumberToObject(details, "loss", result->test_loss);
  cJSON_AddNumberToObject(details, "seconds_per_epoch", result->seconds_per_epoch);
  if (mean >= 0) cJSON_AddNumberToObject(details, "accuracy_of_mean", mean);
  cJSON_AddNumberToObject(details, "spikes_per_sample", result->spikes_per_sample);
  bench_add(&s->b, &(bench_row){.name = name,
                                .what = what,
                                .part_of = p->name,
                                .unit = "%",
                                .measured = 100 * result->test_accuracy,
                                .ctx = s->ctx,
                                .command = name,
                                .details = details});
}

/* In its folder, from where it was stopped if it was; another training's folder begins anew. */
static void learn(session *s, const spiqe_model *model, size_t seed, const char *folder,
                  spiqe_train_result *result) {
  char checkpoint[160];
  snprintf(checkpoint, sizeof checkpoint, "%s/last.safetensors", folder);
  spiqe_train_options options = {.folder = folder,
                                 .resume = !s->again && spiqe_file_exists(checkpoint),
                                 .seed = seed,
                                 .limit = s->limit,
                                 .listener = listen,
                                 .user = s};
  s->progress = (spiqe_progress){.stream = stderr, .is_terminal = s->to_terminal};
  spiqe_status status = spiqe_train(s->ctx, model, s->data, &options, result);
  if (status == SPIQE_BAD_ARGUMENT && options.resume) {
    options.resume = 0;
    status = spiqe_train(s->ctx, model, s->data, &options, result);
  }
  bench_try(s->ctx, status);
  spiqe_progress_finish(&s->progress);
}

static void remove_folder(const char *folder) {
  static const char *const files[] = {"last.safetensors", "best.safetensors"};
  char path[160];
  for (size_t i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, files[i]);
    remove(path);
  }
  rmdir(folder);
}

static accuracy train(session *s, const plan *p, spiqe_model *model, size_t seed, const char *name,
                      const char *key) {
  char folder[128];
  spiqe_train_result result;
  snprintf(folder, sizeof folder, "build/bench/%s", name);
  open_data(s, p);
  bench_try(s->ctx, spiqe_model_fit(model, &s->data->part[SPIQE_TRAIN]));
  fprintf(stderr, "%s\n", name);
  learn(s, model, seed, folder, &result);
  const double mean = p->goal_of_mean > 0 ? test_mean(s, folder) : -1;
  add_training(s, p, name, key, seed, &result, mean);
  remove_folder(folder);
  return (accuracy){100 * result.test_accuracy, mean};
}

/* From the file or by training. */
static accuracy accuracy_of(session *s, const plan *p, size_t seed) {
  char name[64], key[17], *text;
  spiqe_model *model = open_model(s, p);
  training_name(p, seed, name, sizeof name);
  bench_try(s->ctx, spiqe_model_print(model, &text));
  key_of(s, p, text, seed, key);
  free(text);
  accuracy found = s->again ? (accuracy){-1, -1} : accuracy_kept(s, p, name, key);
  if (found.one < 0) found = train(s, p, model, seed, name, key);
  spiqe_model_destroy(model);
  return found;
}

/* The mean over the seeds. */
static void add_mean(session *s, const plan *p, bench_row *row, const double *accuracies) {
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "standard_error", bench_standard_error(accuracies, p->n_seeds));
  cJSON_AddItemToObject(details, "seeds", cJSON_CreateDoubleArray(accuracies, (int)p->n_seeds));
  cJSON_AddNumberToObject(details, "limit", (double)s->limit);
  row->unit = "%";
  row->measured = bench_mean(accuracies, p->n_seeds);
  if (s->limit) row->bar = BENCH_REPORTED;
  row->ctx = s->ctx;
  row->command = p->name;
  row->details = details;
  bench_add(&s->b, row);
}

/* Percent. */
static double goal_of(session *s, const plan *p) {
  double sum = 0;
  const plan *other = plans;
  if (!p->above) return p->goal;
  while (strcmp(other->name, p->above)) other++;
  for (size_t i = 0; i < other->n_seeds; i++) sum += accuracy_of(s, other, i + 1).one;
  return p->goal + sum / (double)other->n_seeds;
}

static void run_plan(session *s, const plan *p) {
  double one[MOST_SEEDS], mean[MOST_SEEDS];
  char name[64], what[160];
  if (!spiqe_dataset_is_here(p->data, s->folders)) {
    fprintf(stderr, "%s: no data set %s here (spiqe data fetch %s)\n", p->name, p->data, p->data);
    return;
  }
  for (size_t i = 0; i < p->n_seeds; i++) {
    const accuracy found = accuracy_of(s, p, i + 1);
    one[i] = found.one;
    mean[i] = found.mean;
  }
  add_mean(s, p,
           &(bench_row){.name = p->name,
                        .what = p->what,
                        .bar = p->bar,
                        .goal = goal_of(s, p),
                        .tolerance = p->tolerance},
           one);
  if (p->goal_of_mean <= 0) return;
  snprintf(name, sizeof name, "%s-mean", p->name);
  snprintf(what, sizeof what, "%s, by the mean of %d runs of each sample", p->what, RUNS);
  add_mean(s, p,
           &(bench_row){.name = name, .what = what, .bar = BENCH_AT_LEAST, .goal = p->goal_of_mean},
           mean);
}

/* All rows, one row, or one training. */
static void run_named(session *s, const char *wanted) {
  int found = 0;
  for (size_t i = 0; i < N_PLANS; i++) {
    if (!wanted || !strcmp(wanted, plans[i].name)) {
      run_plan(s, &plans[i]);
      found = 1;
    }
    for (size_t seed = 1; wanted && seed <= plans[i].n_seeds; seed++) {
      char name[64];
      training_name(&plans[i], seed, name, sizeof name);
      if (strcmp(wanted, name)) continue;
      printf("%s: %.2f %%\n", name, accuracy_of(s, &plans[i], seed).one);
      found = 1;
    }
  }
  bench_require(found, "'%s' is no row; bench_accuracy --list", wanted);
}

static int list(void) {
  for (size_t i = 0; i < N_PLANS; i++)
    printf("%-24s %s, seeds 1 to %zu\n", plans[i].name, plans[i].what, plans[i].n_seeds);
  return 0;
}

int main(int argc, char **argv) {
  session s = {.to_terminal = isatty(STDERR_FILENO)};
  bench_begin(&s.b, "accuracy", argc, argv);
  size_t n_threads = bench_size(&s.b, "--threads", 0);
  int only_list = bench_flag(&s.b, "--list");
  s.limit = bench_size(&s.b, "--limit", 0);
  s.folders = bench_text(&s.b, "--data-dir", NULL);
  s.again = bench_flag(&s.b, "--again");
  const char *wanted = bench_word(&s.b);
  bench_check_arguments(&s.b);
  bench_require(!s.limit || s.b.trial, "--limit is for a --trial");
  if (only_list) return list();
  s.ctx = bench_context(n_threads, NULL);
  run_named(&s, wanted);
  spiqe_dataset_destroy(s.data);
  spiqe_context_destroy(s.ctx);
  return bench_end(&s.b);
}
