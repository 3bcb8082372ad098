/* spiqe noise: accuracy of a trained network while one source of noise grows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

#define DEFAULT_LIMIT 500
#define DEFAULT_DEVICE "ibm-heron-r2"
#define MOST_POINTS 32
#define MOST_ROWS (SPIQE_N_NOISE_SOURCES * (MOST_POINTS + 1))

typedef struct arguments {
  const char *run, *points_text, *device_noise, *membrane, *data, *data_dir, *device;
  size_t limit, n_shots, n_threads;
  cli_list sweeps;
  spiqe_qlif_memory memory;
  int json;
} arguments;

typedef struct sweep {
  spiqe_noise_source source;
  size_t n;
  double points[MOST_POINTS];
} sweep;

static const double t1_points[] = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10};
static const double t2_points[] = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 2};
static const double error_points[] = {0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3};

static const struct {
  const double *points;
  size_t n;
} defaults[SPIQE_N_NOISE_SOURCES] = {
    {t1_points, sizeof t1_points / sizeof *t1_points},
    {t2_points, sizeof t2_points / sizeof *t2_points},
    {error_points, sizeof error_points / sizeof *error_points},
    {error_points, sizeof error_points / sizeof *error_points},
};

/* What is measured, with what comes out. */
typedef struct session {
  spiqe_context *ctx;
  const arguments *a;
  spiqe_classifier *classifier;
  spiqe_dataset *data;
  spiqe_noise *device;
  char kept[1024]; /* file of rows in the run's folder; "": they are not kept */
  sweep sweeps[SPIQE_N_NOISE_SOURCES];
  size_t n_sweeps, n_rows;
  spiqe_sweep_row rows[MOST_ROWS];
  double losses[MOST_ROWS], spikes[MOST_ROWS], seconds[MOST_ROWS];
} session;

static int add_sweep(session *s, size_t source) {
  for (size_t i = 0; i < s->n_sweeps; i++)
    if (s->sweeps[i].source == source) return CLI_DONE;
  sweep *to = &s->sweeps[s->n_sweeps++];
  to->source = (spiqe_noise_source)source;
  to->n = defaults[source].n;
  memcpy(to->points, defaults[source].points, to->n * sizeof *to->points);
  return CLI_DONE;
}

static int add_named(session *s, const char *name) {
  const char *names[SPIQE_N_NOISE_SOURCES + 1] = {"all"};
  char hint[96];
  for (size_t i = 0; spiqe_noise_source_name(i); i++) {
    names[i + 1] = spiqe_noise_source_name(i);
    if (!strcmp(name, names[i + 1])) return add_sweep(s, i);
  }
  if (!strcmp(name, "all")) {
    for (size_t i = 0; i < SPIQE_N_NOISE_SOURCES; i++) add_sweep(s, i);
    return CLI_DONE;
  }
  return cli_usage_error(
      &cli_noise, "no sweep is called '%.40s'%s; t1, t2, gate, readout or all is expected", name,
      spiqe_text_suggest(name, names, SPIQE_N_NOISE_SOURCES + 1, hint, sizeof hint));
}

/* "0.001,0.01": of the only sweep. */
static int read_points(session *s, const char *text) {
  sweep *to = &s->sweeps[0];
  if (s->n_sweeps != 1)
    return cli_usage_error(&cli_noise, "--points belongs to one --sweep, but there are %zu",
                           s->n_sweeps);
  to->n = 0;
  for (const char *at = text;; at++) {
    char *end;
    if (to->n == MOST_POINTS)
      return cli_usage_error(&cli_noise, "--points: at most %d are possible", MOST_POINTS);
    to->points[to->n++] = strtod(at, &end);
    if (end == at || (*end && *end != ','))
      return cli_usage_error(&cli_noise, "--points %.60s: numbers with commas between are expected",
                             text);
    at = end;
    if (!*at) return CLI_DONE;
  }
}

static int read_sweeps(session *s) {
  int code = s->a->sweeps.n ? CLI_DONE : add_named(s, "all");
  for (size_t i = 0; i < s->a->sweeps.n && code == CLI_DONE; i++)
    code = add_named(s, s->a->sweeps.items[i]);
  if (code == CLI_DONE && s->a->points_text) code = read_points(s, s->a->points_text);
  return code;
}

/* All points make sense before the first of them costs time. */
static int check_points(const session *s) {
  for (size_t i = 0; i < s->n_sweeps; i++)
    for (size_t k = 0; k < s->sweeps[i].n; k++) {
      spiqe_noise *noise;
      spiqe_status status =
          spiqe_noise_only(s->device, s->sweeps[i].source, s->sweeps[i].points[k], &noise);
      spiqe_noise_destroy(noise);
      if (status != SPIQE_OK) return cli_fail(s->ctx, status, 1);
    }
  return CLI_DONE;
}

static void print_row(const session *s, size_t i, FILE *to) {
  const spiqe_sweep_row *row = &s->rows[i];
  char value[32] = "no noise";
  if (!isnan(row->value)) snprintf(value, sizeof value, "%g", row->value);
  if (i == 0)
    fprintf(to, "%-8s %10s %10s %8s %8s %14s %9s\n", "sweep", "value", "accuracy", "+-", "loss",
            "spikes/sample", "seconds");
  fprintf(to, "%-8s %10s %8.2f %% %6.2f %% %8.4f %14.1f %9.2f\n", row->source, value,
          100 * row->accuracy, 100 * spiqe_accuracy_error(row->accuracy, row->n_samples),
          s->losses[i], s->spikes[i], s->seconds[i]);
  fflush(to);
}

static void tell_row(const session *s, size_t i) {
  if (!s->a->json)
    print_row(s, i, stdout);
  else if (isatty(STDERR_FILENO))
    print_row(s, i, stderr);
}

static const char *name_of_file(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* A row is kept as soon as it is measured, and before it is told. */
static int add_row(session *s) {
  const size_t at = s->n_rows++;
  spiqe_status status = SPIQE_OK;
  if (s->kept[0]) status = spiqe_sweeps_write(s->ctx, s->kept, &s->rows[at], 1);
  tell_row(s, at);
  return status == SPIQE_OK ? CLI_DONE : cli_fail(s->ctx, status, 0);
}

/* value NAN: without noise. */
static int measure(session *s, spiqe_noise_source source, double value) {
  const size_t at = s->n_rows;
  spiqe_noise *noise = NULL;
  spiqe_test_result test = {0};
  spiqe_status status = SPIQE_OK;
  if (!isnan(value)) status = spiqe_noise_only(s->device, source, value, &noise);
  const spiqe_circuit_backend backend = {noise, s->a->n_shots, s->a->memory};
  if (status == SPIQE_OK) status = spiqe_classifier_use_circuits(s->classifier, &backend);
  spiqe_noise_destroy(noise);
  if (status == SPIQE_OK)
    status = spiqe_classifier_test(s->classifier, &s->data->part[SPIQE_TEST], &test);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 0);
  spiqe_sweep_row *row = &s->rows[at];
  *row = (spiqe_sweep_row){.value = value,
                           .n_shots = s->a->n_shots,
                           .memory = s->a->memory,
                           .n_samples = test.n_samples,
                           .accuracy = test.accuracy};
  snprintf(row->source, sizeof row->source, "%s", spiqe_noise_source_name(source));
  snprintf(row->device, sizeof row->device, "%.60s", name_of_file(s->a->device_noise));
  s->losses[at] = test.loss;
  s->spikes[at] = test.spikes_per_sample;
  s->seconds[at] = test.seconds;
  spiqe_test_result_clear(&test);
  return add_row(s);
}

/* Without noise all sweeps are the same. */
static int repeat_first(session *s, spiqe_noise_source source) {
  const size_t at = s->n_rows;
  s->rows[at] = s->rows[0];
  snprintf(s->rows[at].source, sizeof s->rows[at].source, "%s", spiqe_noise_source_name(source));
  s->losses[at] = s->losses[0];
  s->spikes[at] = s->spikes[0];
  s->seconds[at] = s->seconds[0];
  return add_row(s);
}

static int run_sweep(session *s, const sweep *one) {
  int code = s->n_rows ? repeat_first(s, one->source) : measure(s, one->source, NAN);
  for (size_t k = 0; k < one->n && code == CLI_DONE && !cli_was_interrupted(); k++)
    code = measure(s, one->source, one->points[k]);
  return code;
}

static int print_object(const session *s) {
  const spiqe_model *model = spiqe_classifier_model(s->classifier);
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "model", spiqe_model_name(model));
  cJSON_AddStringToObject(object, "data", s->data->name);
  cJSON_AddStringToObject(object, "noise", name_of_file(s->a->device_noise));
  cJSON_AddStringToObject(object, "membrane", spiqe_qlif_memory_name(s->a->memory));
  cli_add_integer(object, "shots", s->a->n_shots);
  cli_add_integer(object, "test_samples", s->n_rows ? s->rows[0].n_samples : 0);
  cJSON *rows = cJSON_AddArrayToObject(object, "rows");
  for (size_t i = 0; i < s->n_rows; i++) {
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "sweep", s->rows[i].source);
    if (isnan(s->rows[i].value))
      cJSON_AddNullToObject(row, "value");
    else
      cJSON_AddNumberToObject(row, "value", s->rows[i].value);
    cJSON_AddNumberToObject(row, "test_accuracy", s->rows[i].accuracy);
    cJSON_AddNumberToObject(row, "standard_error",
                            spiqe_accuracy_error(s->rows[i].accuracy, s->rows[i].n_samples));
    cJSON_AddNumberToObject(row, "test_loss", s->losses[i]);
    cJSON_AddNumberToObject(row, "spikes_per_sample", s->spikes[i]);
    cJSON_AddNumberToObject(row, "seconds", s->seconds[i]);
    cJSON_AddItemToArray(rows, row);
  }
  return cli_print_json(object);
}

/* The page of the run, of the part that it was tested on, shows the rows that are kept. */
static int write_page(const session *s) {
  const arguments *a = s->a;
  char page[1024], data[64];
  spiqe_model *model = NULL;
  uint64_t seed;
  size_t limit = 0;
  int n = snprintf(page, sizeof page, "%s/report.html", a->run);
  if (n < 0 || (size_t)n >= sizeof page)
    return cli_usage_error(&cli_noise, "the path of the run is too long");
  spiqe_status status = spiqe_run_open(s->ctx, a->run, &model, data, &seed, &limit);
  spiqe_model_destroy(model);
  const spiqe_run_report report = {.folder = a->run, .data_folders = a->data_dir, .limit = limit};
  if (status == SPIQE_OK) status = spiqe_run_report_write(s->ctx, &report, NULL, page, NULL);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 0);
  if (!a->json) printf("%s\n", page);
  return CLI_DONE;
}

static int sweep_all(session *s) {
  int code = CLI_DONE;
  cli_catch_interrupt();
  for (size_t i = 0; i < s->n_sweeps && code == CLI_DONE && !cli_was_interrupted(); i++)
    code = run_sweep(s, &s->sweeps[i]);
  if (code == CLI_DONE && s->a->json) code = print_object(s);
  if (code == CLI_DONE && s->kept[0]) code = write_page(s);
  if (code != CLI_DONE || !cli_was_interrupted()) return code;
  fprintf(stderr, "spiqe: stopped after %zu points%s\n", s->n_rows,
          s->kept[0] ? ", which are kept" : "");
  return CLI_FAILED;
}

/* The folder of a run keeps rows of the run's own data. Those that are there are read before any is
 * measured, so that a file that is damaged costs no time. */
static int open_rows(session *s) {
  const char *run = s->a->run, *own = spiqe_classifier_data(s->classifier);
  struct stat about;
  spiqe_sweep_row *rows;
  size_t n_rows;
  if (stat(run, &about) != 0 || !S_ISDIR(about.st_mode)) {
    fprintf(stderr, "spiqe: rows are not kept, as %s is no run's folder\n", run);
    return CLI_DONE;
  }
  if (s->a->data && strcmp(s->data->name, own) != 0) {
    fprintf(stderr, "spiqe: rows are not kept, as the run is of %s, not of %s\n", own,
            s->data->name);
    return CLI_DONE;
  }
  int n = snprintf(s->kept, sizeof s->kept, "%s/noise.jsonl", run);
  if (n < 0 || (size_t)n >= sizeof s->kept)
    return cli_usage_error(&cli_noise, "the path of the run is too long");
  spiqe_status status = spiqe_sweeps_read(s->ctx, s->kept, &rows, &n_rows);
  free(rows);
  return status == SPIQE_OK ? CLI_DONE : cli_fail(s->ctx, status, 0);
}

static int open_all(session *s) {
  const arguments *a = s->a;
  spiqe_status status = spiqe_noise_read(s->ctx, a->device_noise, &s->device);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, status == SPIQE_BAD_NAME);
  int code = check_points(s);
  if (code != CLI_DONE) return code;
  status = spiqe_classifier_open(s->ctx, a->run, &s->classifier);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 0);
  const char *data = a->data ? a->data : spiqe_classifier_data(s->classifier);
  status = spiqe_dataset_open(s->ctx, data, a->data_dir, &s->data);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, a->data != NULL);
  spiqe_samples *samples = &s->data->part[SPIQE_TEST];
  if (a->limit && a->limit < samples->n_samples) samples->n_samples = a->limit;
  return open_rows(s);
}

static int work(const arguments *a) {
  int code = CLI_FAILED;
  session *s = calloc(1, sizeof *s);
  if (!s) {
    fprintf(stderr, "spiqe: no memory for a sweep\n");
    return code;
  }
  s->a = a;
  code = read_sweeps(s);
  if (code == CLI_DONE) s->ctx = cli_context(a->n_threads, a->device, &code);
  if (s->ctx) code = open_all(s);
  if (s->ctx && code == CLI_DONE) code = sweep_all(s);
  spiqe_dataset_destroy(s->data);
  spiqe_classifier_destroy(s->classifier);
  spiqe_noise_destroy(s->device);
  if (s->ctx) spiqe_context_destroy(s->ctx);
  free(s);
  return code;
}

static int run(int argc, char **argv) {
  arguments a = {.limit = DEFAULT_LIMIT, .device_noise = DEFAULT_DEVICE};
  const cli_option options[] = {
      {"--sweep", CLI_LIST, &a.sweeps, "NAME",
       "t1, t2, gate or readout; may be given several times; default: all"},
      {"--points", CLI_TEXT, &a.points_text, "A,B,...", "values of the one sweep"},
      {"--noise", CLI_TEXT, &a.device_noise, "NAME|FILE",
       "device whose times are taken; default: " DEFAULT_DEVICE},
      {"--shots", CLI_SIZE, &a.n_shots, "N",
       "qlif: copies measured at each step; sqs: runs; default: as trained"},
      {"--membrane", CLI_TEXT, &a.membrane, "NAME", "qlif: estimate or history; default: estimate"},
      {"--limit", CLI_SIZE, &a.limit, "N", "use the first N test samples; default: 500; 0: all"},
      {"--data", CLI_TEXT, &a.data, "NAME", "data set; default: the one it was trained on"},
      {"--data-dir", CLI_TEXT, &a.data_dir, "DIR", "where data sets are looked for first"},
      {"--threads", CLI_SIZE, &a.n_threads, "N", "default: all processors"},
      {"--device", CLI_TEXT, &a.device, "NAME", "kernel table; 'spiqe info' lists them"},
      {"--json", CLI_FLAG, &a.json, NULL, "one JSON object on standard output"},
  };
  size_t n;
  int code;
  if (cli_parse(&cli_noise, argc, argv, options, sizeof options / sizeof options[0], &a.run, 1, &n,
                &code))
    return code;
  if (n != 1) return cli_usage_error(&cli_noise, "a run's folder or a checkpoint is expected");
  if (a.n_shots > CLI_MOST_SHOTS)
    return cli_usage_error(&cli_noise, "--shots %zu, but at most %d are possible", a.n_shots,
                           CLI_MOST_SHOTS);
  if (!cli_read_membrane(&cli_noise, a.membrane, &a.memory)) return CLI_USAGE;
  return work(&a);
}

const cli_command cli_noise = {"noise", "sweep a trained network over coherence times and errors",
                               "noise RUN|CHECKPOINT [options]",
                               "spiqe noise run/qsnn-mnist-s1 --sweep gate --points 0.001,0.01,0.1",
                               run};
