/* What a comparison gives: page, tables, JSON object. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/compare.h"

/* The rows as a comparison, and the names that it borrows. */
typedef struct view {
  const char *data[CLI_MOST_DATA], *models[CLI_MOST_MODELS];
  char title[300];
  spiqe_comparison comparison;
} view;

static void look(const cli_comparison *c, view *v) {
  for (size_t d = 0; d < c->n_data; d++) v->data[d] = c->data[d]->name;
  for (size_t i = 0; i < c->n_models; i++) v->models[i] = spiqe_model_name(c->models[i]);
  if (c->suite)
    snprintf(v->title, sizeof v->title, "Suite %s%s", c->suite->name,
             c->a.is_quick ? ", quick" : "");
  v->comparison = (spiqe_comparison){.title = c->suite ? v->title : NULL,
                                     .n_data = c->n_data,
                                     .n_models = c->n_models,
                                     .n_rows = c->n_rows,
                                     .n_seeds = c->n_seeds,
                                     .data = v->data,
                                     .models = v->models,
                                     .rows = c->rows,
                                     .command = c->command};
}

spiqe_status cli_compare_write_page(const cli_comparison *c, char *path, size_t size) {
  view v;
  look(c, &v);
  snprintf(path, size, "%s/compare.html", c->folder.path);
  return spiqe_comparison_write(c->ctx, &v.comparison, path);
}

static void add_real(cJSON *object, const char *name, double value) {
  if (isfinite(value))
    cJSON_AddNumberToObject(object, name, value);
  else
    cJSON_AddNullToObject(object, name);
}

static cJSON *model_object(const spiqe_comparison *c, size_t data, size_t model) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "model", c->models[model]);
  cJSON_AddStringToObject(object, "data", c->data[data]);
  for (size_t k = 0; k < SPIQE_N_METRICS; k++) {
    spiqe_statistic statistic = spiqe_comparison_statistic(c, data, model, (spiqe_metric)k);
    cJSON *item = cJSON_AddObjectToObject(object, spiqe_metric_of((spiqe_metric)k)->key);
    add_real(item, "mean", statistic.mean);
    add_real(item, "deviation", statistic.deviation);
    cli_add_integer(item, "n", statistic.n);
    cJSON_AddBoolToObject(item, "mixed", statistic.is_mixed);
  }
  return object;
}

static cJSON *row_object(const spiqe_measurement *row) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "model", row->model);
  cJSON_AddStringToObject(object, "data", row->data);
  cli_add_integer(object, "seed", row->seed);
  cJSON_AddItemToObject(object, "device",
                        row->device[0] ? cJSON_CreateString(row->device) : cJSON_CreateNull());
  if (row->n_threads)
    cli_add_integer(object, "threads", row->n_threads);
  else
    cJSON_AddNullToObject(object, "threads");
  for (size_t k = 0; k < SPIQE_N_METRICS; k++)
    add_real(object, spiqe_metric_of((spiqe_metric)k)->key, row->values[k]);
  cJSON_AddStringToObject(object, "folder", row->folder);
  return object;
}

static int print_object(const cli_comparison *c, const spiqe_comparison *shown,
                        const char *report) {
  cJSON *object = cJSON_CreateObject(), *data = cJSON_AddArrayToObject(object, "data");
  for (size_t d = 0; d < shown->n_data; d++)
    cJSON_AddItemToArray(data, cJSON_CreateString(shown->data[d]));
  if (c->suite) cJSON_AddStringToObject(object, "suite", c->suite->name);
  cli_add_integer(object, "seeds", c->n_seeds);
  cli_add_integer(object, "limit", c->limit);
  cli_add_integer(object, "failed", c->n_failed);
  cJSON *models = cJSON_AddArrayToObject(object, "models");
  for (size_t d = 0; d < shown->n_data; d++)
    for (size_t i = 0; i < shown->n_models; i++)
      cJSON_AddItemToArray(models, model_object(shown, d, i));
  cJSON *rows = cJSON_AddArrayToObject(object, "rows");
  for (size_t i = 0; i < c->n_rows; i++) cJSON_AddItemToArray(rows, row_object(&c->rows[i]));
  cJSON_AddStringToObject(object, "report", report);
  return cli_print_json(object);
}

static int print(const cli_comparison *c, const spiqe_comparison *shown, const char *report) {
  char *table;
  if (c->a.json) return print_object(c, shown, report);
  spiqe_status status = spiqe_comparison_print(c->ctx, shown, cli_terminal_width(), &table);
  if (status != SPIQE_OK) return cli_fail(c->ctx, status, 0);
  printf("%zu seed%s: mean \u00b1 standard deviation\n\n%s\nreport %s\n", c->n_seeds,
         c->n_seeds == 1 ? "" : "s", table, report);
  free(table);
  return CLI_DONE;
}

int cli_compare_finish(const cli_comparison *c) {
  char report[640];
  view v;
  spiqe_status status = cli_compare_write_page(c, report, sizeof report);
  if (status != SPIQE_OK) return cli_fail(c->ctx, status, 0);
  look(c, &v);
  const int code = print(c, &v.comparison, report);
  if (code != CLI_DONE || !c->n_failed) return code;
  fprintf(stderr, "spiqe: %zu of %zu trainings diverged and are left out\n", c->n_failed,
          c->n_data * c->n_models * c->n_seeds);
  return CLI_FAILED;
}
