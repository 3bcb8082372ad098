/* spiqe compare: several models on one data set, several seeds each. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define MOST_MODELS 32
#define MOST_SEEDS 1000

typedef struct arguments {
  const char *data, *data_dir, *out, *device;
  size_t n_seeds, epochs, limit, n_threads;
  int json, quiet;
} arguments;

typedef struct session {
  spiqe_context *ctx;
  arguments a;
  char data_name[64], names[MOST_MODELS][512], command[4096];
  cli_folder folder;
  spiqe_dataset *data;
  size_t n_models, n_rows;
  spiqe_model *models[MOST_MODELS]; /* owned */
  spiqe_measurement *rows;          /* owned, [n_models * n_seeds] */
  spiqe_progress progress;
} session;

/* Names with ',' between, in one argument or several. */
static int split_names(session *s, const char *const *lists, size_t n) {
  for (size_t i = 0; i < n; i++)
    for (const char *at = lists[i], *end; at; at = *end ? end + 1 : NULL) {
      end = at + strcspn(at, ",");
      size_t size = (size_t)(end - at);
      if (size == 0 || size >= sizeof s->names[0])
        return cli_usage_error(&cli_compare, "'%s': names of models with ',' between are expected",
                               lists[i]);
      if (s->n_models == MOST_MODELS)
        return cli_usage_error(&cli_compare, "more than %d models", MOST_MODELS);
      snprintf(s->names[s->n_models++], sizeof s->names[0], "%.*s", (int)size, at);
    }
  if (s->n_models) return CLI_DONE;
  return cli_usage_error(&cli_compare, "the names of models are expected, as qsnn-small,snn");
}

/* Rows are told apart by the name of their model. */
static int check_names(const session *s) {
  for (size_t i = 0; i < s->n_models; i++)
    for (size_t k = 0; k < i; k++)
      if (!strcmp(spiqe_model_name(s->models[i]), spiqe_model_name(s->models[k])))
        return cli_usage_error(&cli_compare, "%s and %s: two models with the name '%s'",
                               s->names[k], s->names[i], spiqe_model_name(s->models[i]));
  return CLI_DONE;
}

static spiqe_status open_models(session *s) {
  char epochs[32];
  snprintf(epochs, sizeof epochs, "%zu", s->a.epochs);
  for (size_t i = 0; i < s->n_models; i++) {
    spiqe_status status = spiqe_model_open(s->ctx, s->names[i], &s->models[i]);
    if (status == SPIQE_OK && s->a.epochs)
      status = spiqe_model_set(s->models[i], "train.epochs", epochs);
    if (status != SPIQE_OK) return status;
  }
  return SPIQE_OK;
}

/* A model that does not fit is told before the first training, not after hours. */
static spiqe_status fit_models(const session *s) {
  for (size_t i = 0; i < s->n_models; i++) {
    spiqe_status status = spiqe_model_fit(s->models[i], &s->data->part[SPIQE_TRAIN]);
    if (status == SPIQE_OK) status = spiqe_measure_check(s->ctx, s->models[i], s->data);
    if (status != SPIQE_OK) return status;
  }
  return SPIQE_OK;
}

static int choose_folder(session *s) {
  int n = s->a.out
              ? snprintf(s->folder.path, sizeof s->folder.path, "%s", s->a.out)
              : snprintf(s->folder.path, sizeof s->folder.path, "run/compare-%s", s->data_name);
  if (n < 0 || (size_t)n >= sizeof s->folder.path)
    return cli_usage_error(&cli_compare, "the path of the folder is too long");
  return CLI_DONE;
}

static int listen(void *user, const spiqe_event *event) {
  session *s = user;
  if (event->kind == SPIQE_EVENT_BEGIN && !cli_folder_lock(&s->folder)) return 1;
  if (!s->a.quiet) spiqe_progress_listen(&s->progress, event);
  return cli_was_interrupted();
}

/* "[2/6] snn on digits, seed 1" */
static void tell_row(const session *s, size_t model, uint64_t seed, const spiqe_measurement *kept) {
  if (s->a.quiet) return;
  fprintf(stderr, "[%zu/%zu] %s on %s, seed %llu", s->n_rows + 1, s->n_models * s->a.n_seeds,
          spiqe_model_name(s->models[model]), s->data_name, (unsigned long long)seed);
  if (kept) fprintf(stderr, ": kept, %.2f %%", 100 * kept->values[SPIQE_METRIC_ACCURACY]);
  fprintf(stderr, "\n");
}

static spiqe_status measure(session *s, size_t model, uint64_t seed) {
  const spiqe_measure_options options = {
      .folder = s->folder.path, .seed = seed, .limit = s->a.limit, .listener = listen, .user = s};
  spiqe_measurement *row = &s->rows[s->n_rows];
  if (spiqe_measure_find(s->ctx, s->models[model], s->data->name, &options, row)) {
    tell_row(s, model, seed, row);
  } else {
    tell_row(s, model, seed, NULL);
    spiqe_status status = spiqe_measure(s->ctx, s->models[model], s->data, &options, row);
    spiqe_progress_finish(&s->progress);
    if (status != SPIQE_OK) return status;
  }
  s->n_rows++;
  return SPIQE_OK;
}

/* Seed by seed, so that what is there when it is stopped has something of each model. */
static spiqe_status measure_all(session *s) {
  s->progress = (spiqe_progress){.stream = stderr, .is_terminal = isatty(STDERR_FILENO)};
  cli_catch_interrupt();
  for (uint64_t seed = 1; seed <= s->a.n_seeds; seed++)
    for (size_t model = 0; model < s->n_models; model++) {
      spiqe_status status = measure(s, model, seed);
      if (status != SPIQE_OK) return status;
    }
  return SPIQE_OK;
}

static void add_real(cJSON *object, const char *name, double value) {
  if (isfinite(value))
    cJSON_AddNumberToObject(object, name, value);
  else
    cJSON_AddNullToObject(object, name);
}

static cJSON *model_object(const spiqe_comparison *c, const char *model) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "model", model);
  for (size_t k = 0; k < SPIQE_N_METRICS; k++) {
    spiqe_statistic statistic = spiqe_comparison_statistic(c, model, (spiqe_metric)k);
    cJSON *item = cJSON_AddObjectToObject(object, spiqe_metric_of((spiqe_metric)k)->key);
    add_real(item, "mean", statistic.mean);
    add_real(item, "deviation", statistic.deviation);
    cli_add_integer(item, "n", statistic.n);
  }
  return object;
}

static cJSON *row_object(const spiqe_measurement *row) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "model", row->model);
  cJSON_AddStringToObject(object, "data", row->data);
  cli_add_integer(object, "seed", row->seed);
  for (size_t k = 0; k < SPIQE_N_METRICS; k++)
    add_real(object, spiqe_metric_of((spiqe_metric)k)->key, row->values[k]);
  cJSON_AddStringToObject(object, "folder", row->folder);
  return object;
}

static int print_object(const session *s, const spiqe_comparison *c, const char *report) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "data", s->data_name);
  cli_add_integer(object, "seeds", s->a.n_seeds);
  cli_add_integer(object, "limit", s->a.limit);
  cJSON *models = cJSON_AddArrayToObject(object, "models");
  for (size_t i = 0; i < s->n_models; i++)
    cJSON_AddItemToArray(models, model_object(c, spiqe_model_name(s->models[i])));
  cJSON *rows = cJSON_AddArrayToObject(object, "rows");
  for (size_t i = 0; i < s->n_rows; i++) cJSON_AddItemToArray(rows, row_object(&s->rows[i]));
  cJSON_AddStringToObject(object, "report", report);
  return cli_print_json(object);
}

static int finish(const session *s) {
  char report[640], *table = NULL;
  const spiqe_model *models[MOST_MODELS];
  for (size_t i = 0; i < s->n_models; i++) models[i] = s->models[i];
  const spiqe_comparison c = {.data = s->data_name,
                              .n_models = s->n_models,
                              .n_rows = s->n_rows,
                              .models = models,
                              .rows = s->rows,
                              .command = s->command};
  snprintf(report, sizeof report, "%s/compare.html", s->folder.path);
  spiqe_status status = spiqe_comparison_write(s->ctx, &c, report);
  if (status == SPIQE_OK && s->a.json) return print_object(s, &c, report);
  if (status == SPIQE_OK) status = spiqe_comparison_print(s->ctx, &c, &table);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 0);
  printf("%s, %zu seed%s: mean \u00b1 standard deviation\n\n%s\nreport %s\n", s->data_name,
         s->a.n_seeds, s->a.n_seeds == 1 ? "" : "s", table, report);
  free(table);
  return CLI_DONE;
}

static int fail(const session *s, spiqe_status status) {
  if (status != SPIQE_INTERRUPTED || !cli_was_interrupted()) return cli_fail(s->ctx, status, 0);
  fprintf(stderr, "spiqe: %s; %zu of %zu trainings are done, the same command goes on\n",
          spiqe_context_message(s->ctx), s->n_rows, s->n_models * s->a.n_seeds);
  return CLI_FAILED;
}

static int work(session *s) {
  spiqe_status status = open_models(s);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 1);
  int code = check_names(s);
  if (code != CLI_DONE) return code;
  status = spiqe_dataset_open(s->ctx, s->data_name, s->a.data_dir, &s->data);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 1);
  status = fit_models(s);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 0);
  code = choose_folder(s);
  if (code != CLI_DONE) return code;
  if (!cli_folder_lock(&s->folder)) {
    fprintf(stderr, "spiqe: %s: another comparison writes into this folder\n", s->folder.path);
    return CLI_FAILED;
  }
  s->rows = calloc(s->n_models * s->a.n_seeds, sizeof *s->rows);
  if (!s->rows) {
    fprintf(stderr, "spiqe: no memory for %zu trainings\n", s->n_models * s->a.n_seeds);
    return CLI_FAILED;
  }
  status = measure_all(s);
  return status == SPIQE_OK ? finish(s) : fail(s, status);
}

static void write_command(session *s, int argc, char **argv) {
  size_t n = (size_t)snprintf(s->command, sizeof s->command, "spiqe");
  for (int i = 0; i < argc && n + 2 < sizeof s->command; i++) {
    s->command[n++] = ' ';
    n += cli_quote(s->command + n, sizeof s->command - n, argv[i]);
  }
}

static int check(session *s, const char *const *positional, size_t n) {
  const char *data = s->a.data ? s->a.data : cli_default_data(s->a.data_dir);
  if (s->a.n_seeds < 1 || s->a.n_seeds > MOST_SEEDS)
    return cli_usage_error(&cli_compare, "--seeds %zu, but 1 to %d are possible", s->a.n_seeds,
                           MOST_SEEDS);
  if (!cli_data_name(s->data_name, sizeof s->data_name, data, NULL))
    return cli_usage_error(&cli_compare, "--data: at most %zu characters are expected",
                           sizeof s->data_name - 1);
  return split_names(s, positional, n);
}

static void destroy(session *s) {
  cli_folder_release(&s->folder);
  spiqe_dataset_destroy(s->data);
  for (size_t i = 0; i < s->n_models; i++) spiqe_model_destroy(s->models[i]);
  free(s->rows);
  spiqe_context_destroy(s->ctx);
  free(s);
}

static int run(int argc, char **argv) {
  session *s = calloc(1, sizeof *s);
  if (!s) return CLI_FAILED;
  arguments *a = &s->a;
  a->n_seeds = 3;
  const cli_option options[] = {
      {"--data", CLI_TEXT, &a->data, "NAME", "data set; default: mnist if found, else digits"},
      {"--data-dir", CLI_TEXT, &a->data_dir, "DIR", "where data sets are looked for first"},
      {"--seeds", CLI_SIZE, &a->n_seeds, "N", "trainings of each model, seeds 1 to N; default 3"},
      {"--epochs", CLI_SIZE, &a->epochs, "N", "instead of the models' own"},
      {"--limit", CLI_SIZE, &a->limit, "N", "use only the first N samples of each part"},
      {"--threads", CLI_SIZE, &a->n_threads, "N", "default: all processors"},
      {"--device", CLI_TEXT, &a->device, "NAME", "kernel table; 'spiqe info' lists them"},
      {"--out", CLI_TEXT, &a->out, "DIR", "folder of the trainings; default run/compare-DATA"},
      {"--quiet", CLI_FLAG, &a->quiet, NULL, "no progress"},
      {"--json", CLI_FLAG, &a->json, NULL, "one JSON object on standard output"},
  };
  const char *positional[MOST_MODELS];
  size_t n;
  int exit_code;
  if (!cli_parse(&cli_compare, argc, argv, options, sizeof options / sizeof options[0], positional,
                 MOST_MODELS, &n, &exit_code)) {
    write_command(s, argc, argv);
    exit_code = check(s, positional, n);
    if (exit_code == CLI_DONE) s->ctx = cli_context(a->n_threads, a->device, &exit_code);
    if (s->ctx) exit_code = work(s);
  }
  destroy(s);
  return exit_code;
}

const cli_command cli_compare = {
    "compare", "train several models, with several seeds, and put them side by side",
    "compare MODEL[,MODEL...] [options]",
    "spiqe compare sqsnn,snn-stochastic,snn --data digits --seeds 3 --limit 2000", run};
