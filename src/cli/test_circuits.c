/* spiqe test --backend circuit: accuracy by shots and noise. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/test.h"

#define MOST_ROWS (CLI_MOST_LIST * 17)

typedef struct table {
  size_t n;
  spiqe_shots_row rows[MOST_ROWS];
  double losses[MOST_ROWS], spikes[MOST_ROWS], seconds[MOST_ROWS];
} table;

static size_t next_shots(size_t shots, size_t most) {
  return 2 * shots < most || shots == most ? 2 * shots : most;
}

static void print_row(const table *t, size_t i) {
  const spiqe_shots_row *row = &t->rows[i];
  const double error = spiqe_accuracy_error(row->accuracy, row->n_samples);
  if (i == 0)
    printf("%-20s %6s %10s %8s %8s %14s %9s\n", "noise", "shots", "accuracy", "+-", "loss",
           "spikes/sample", "seconds");
  printf("%-20s %6zu %8.2f %% %6.2f %% %8.4f %14.1f %9.2f\n", row->noise, row->n_shots,
         100 * row->accuracy, 100 * error, t->losses[i], t->spikes[i], t->seconds[i]);
  fflush(stdout);
}

static int measure(const cli_circuits *c, const char *noise, const spiqe_circuit_backend *backend,
                   table *t) {
  spiqe_test_result result;
  spiqe_status status = spiqe_classifier_use_circuits(c->classifier, backend);
  if (status == SPIQE_OK)
    status = spiqe_classifier_test(c->classifier, &c->data->part[SPIQE_TEST], &result);
  if (status != SPIQE_OK) return cli_fail(c->ctx, status, 0);
  spiqe_shots_row *row = &t->rows[t->n];
  *row = (spiqe_shots_row){.n_shots = backend->n_shots,
                           .memory = backend->memory,
                           .n_samples = result.n_samples,
                           .accuracy = result.accuracy};
  const char *name = strrchr(noise, '/') ? strrchr(noise, '/') + 1 : noise;
  snprintf(row->noise, sizeof row->noise, "%s", name);
  t->losses[t->n] = result.loss;
  t->spikes[t->n] = result.spikes_per_sample;
  t->seconds[t->n] = result.seconds;
  spiqe_test_result_clear(&result);
  if (!c->json) print_row(t, t->n);
  t->n++;
  return CLI_DONE;
}

static int measure_noise(const cli_circuits *c, const char *name, table *t) {
  spiqe_noise *noise = NULL;
  spiqe_status status = SPIQE_OK;
  int code = CLI_DONE;
  if (strcmp(name, "none")) status = spiqe_noise_read(c->ctx, name, &noise);
  if (status != SPIQE_OK) return cli_fail(c->ctx, status, status == SPIQE_BAD_NAME);
  const size_t most = c->n_shots ? c->n_shots : 1;
  for (size_t shots = 1; shots <= most && code == CLI_DONE; shots = next_shots(shots, most)) {
    const spiqe_circuit_backend backend = {noise, shots, c->memory};
    code = measure(c, name, &backend, t);
  }
  spiqe_noise_destroy(noise);
  return code;
}

static int print_object(const cli_circuits *c, const table *t) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "model", spiqe_model_name(spiqe_classifier_model(c->classifier)));
  cJSON_AddStringToObject(object, "data", c->data->name);
  cli_add_integer(object, "test_samples", t->n ? t->rows[0].n_samples : 0);
  cJSON *rows = cJSON_AddArrayToObject(object, "rows");
  for (size_t i = 0; i < t->n; i++) {
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "noise", t->rows[i].noise);
    cli_add_integer(row, "shots", t->rows[i].n_shots);
    cJSON_AddNumberToObject(row, "test_accuracy", t->rows[i].accuracy);
    cJSON_AddNumberToObject(row, "test_loss", t->losses[i]);
    cJSON_AddNumberToObject(row, "spikes_per_sample", t->spikes[i]);
    cJSON_AddNumberToObject(row, "seconds", t->seconds[i]);
    cJSON_AddItemToArray(rows, row);
  }
  return cli_print_json(object);
}

/* A run's folder keeps the rows, and its page shows them. */
static int keep(const cli_circuits *c, const table *t) {
  char rows[1024], page[1024];
  struct stat about;
  const size_t limit = c->data->part[SPIQE_TEST].n_samples;
  if (stat(c->run, &about) != 0 || !S_ISDIR(about.st_mode)) return CLI_DONE;
  int n = snprintf(rows, sizeof rows, "%s/circuits.jsonl", c->run);
  int m = snprintf(page, sizeof page, "%s/report.html", c->run);
  if (n < 0 || (size_t)n >= sizeof rows || m < 0 || (size_t)m >= sizeof page)
    return cli_usage_error(&cli_test, "the path of the run is too long");
  spiqe_status status = spiqe_shots_write(c->ctx, rows, t->rows, t->n);
  const spiqe_run_report report = {.folder = c->run, .data_folders = c->data_dir, .limit = limit};
  if (status == SPIQE_OK) status = spiqe_run_report_write(c->ctx, &report, c->data, page, NULL);
  if (status != SPIQE_OK) return cli_fail(c->ctx, status, 0);
  if (!c->json) printf("%s\n", page);
  return CLI_DONE;
}

int cli_test_circuits(const cli_circuits *c) {
  table *t = calloc(1, sizeof *t);
  int code = t ? CLI_DONE : CLI_FAILED;
  if (!t) fprintf(stderr, "spiqe: no memory for a table\n");
  if (t && !c->noises->n) code = measure_noise(c, "none", t);
  for (size_t i = 0; code == CLI_DONE && i < c->noises->n; i++)
    code = measure_noise(c, c->noises->items[i], t);
  if (code == CLI_DONE) code = keep(c, t);
  if (code == CLI_DONE && c->json) code = print_object(c, t);
  free(t);
  return code;
}
