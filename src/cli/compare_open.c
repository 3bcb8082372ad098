/* Suite, models and sets of a comparison. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/compare.h"

#define SEEDS 3

/* Names with ',' between, in one argument or several. */
static int split_names(cli_comparison *c, const char *const *lists, size_t n) {
  for (size_t i = 0; i < n; i++)
    for (const char *at = lists[i], *end; at; at = *end ? end + 1 : NULL) {
      end = at + strcspn(at, ",");
      const size_t size = (size_t)(end - at);
      if (size == 0 || size >= sizeof c->names[0])
        return cli_usage_error(&cli_compare, "'%s': names of models with ',' between are expected",
                               lists[i]);
      if (c->n_models == CLI_MOST_MODELS)
        return cli_usage_error(&cli_compare, "more than %d models", CLI_MOST_MODELS);
      snprintf(c->names[c->n_models++], sizeof c->names[0], "%.*s", (int)size, at);
    }
  return CLI_DONE;
}

static int add_data(cli_comparison *c, const char *name, size_t size) {
  char part[64];
  char *out = c->data_names[c->n_data];
  if (c->n_data == CLI_MOST_DATA)
    return cli_usage_error(&cli_compare, "more than %d data sets", CLI_MOST_DATA);
  if (c->a.classes && memchr(name, ':', size))
    return cli_usage_error(&cli_compare, "--data %.*s has classes already; --classes names others",
                           (int)size, name);
  const int fits = size < sizeof part && snprintf(part, sizeof part, "%.*s", (int)size, name) >= 0;
  if (!fits || !cli_data_name(out, sizeof c->data_names[0], part, c->a.classes))
    return cli_usage_error(&cli_compare, "--data and --classes: at most %zu characters for a set",
                           sizeof c->data_names[0] - 1);
  for (size_t i = 0; i < c->n_data; i++)
    if (!strcmp(c->data_names[i], out))
      return cli_usage_error(&cli_compare, "--data: '%s' is there twice", out);
  c->n_data++;
  return CLI_DONE;
}

/* Where the name that begins here ends. */
static const char *end_of_name(const char *at) {
  const char *end = at + strcspn(at, ",");
  const int has_classes = memchr(at, ':', (size_t)(end - at)) != NULL;
  while (has_classes && *end == ',' && isdigit((unsigned char)end[1]))
    end += 1 + strcspn(end + 1, ",");
  return end;
}

int cli_compare_read_data(cli_comparison *c, const char *list) {
  for (const char *at = list, *end; at; at = *end ? end + 1 : NULL) {
    end = end_of_name(at);
    if (end == at)
      return cli_usage_error(&cli_compare, "--data '%s': names with ',' between are expected",
                             list);
    const int code = add_data(c, at, (size_t)(end - at));
    if (code != CLI_DONE) return code;
  }
  return CLI_DONE;
}

static int read_suite(cli_comparison *c) {
  spiqe_status status = spiqe_suite_open(c->ctx, c->a.suite, c->a.is_quick, &c->suite);
  if (status != SPIQE_OK) return cli_fail(c->ctx, status, 1);
  c->n_models = c->suite->n_models;
  c->n_seeds = c->suite->n_seeds;
  c->limit = c->suite->limit;
  return CLI_DONE;
}

static int choose_data(cli_comparison *c) {
  if (c->a.data) return cli_compare_read_data(c, c->a.data);
  const size_t n = c->suite ? c->suite->n_data : 0;
  for (size_t i = 0; i < n; i++) {
    const int code = cli_compare_read_data(c, c->suite->data[i]);
    if (code != CLI_DONE) return code;
  }
  return n ? CLI_DONE : cli_compare_read_data(c, cli_default_data(c->a.data_dir));
}

static spiqe_status open_model(const cli_comparison *c, size_t i, const char *data,
                               spiqe_model **out) {
  char epochs[48];
  spiqe_status status = c->suite ? spiqe_suite_model(c->ctx, c->suite, i, data, out)
                                 : spiqe_model_open(c->ctx, c->names[i], out);
  snprintf(epochs, sizeof epochs, "train.epochs=%zu", c->a.epochs);
  if (status == SPIQE_OK && c->a.epochs != CLI_NOT_GIVEN) status = spiqe_model_assign(*out, epochs);
  for (size_t k = 0; status == SPIQE_OK && k < c->a.set.n; k++)
    status = spiqe_model_assign(*out, c->a.set.items[k]);
  return status;
}

/* Rows are told apart by the name of their model. */
static int check_names(const cli_comparison *c) {
  for (size_t i = 0; i < c->n_models; i++)
    for (size_t k = 0; k < i; k++)
      if (!strcmp(spiqe_model_name(c->models[i]), spiqe_model_name(c->models[k])))
        return cli_usage_error(&cli_compare, "%s and %s: two models with the name '%s'",
                               c->suite ? c->suite->models[k] : c->names[k],
                               c->suite ? c->suite->models[i] : c->names[i],
                               spiqe_model_name(c->models[i]));
  return CLI_DONE;
}

/* One of each for each set, as a model is fitted to its data. */
static int open_models(cli_comparison *c) {
  for (size_t d = 0; d < c->n_data; d++)
    for (size_t i = 0; i < c->n_models; i++) {
      spiqe_status status = open_model(c, i, c->data_names[d], &c->models[d * c->n_models + i]);
      if (status != SPIQE_OK) return cli_fail(c->ctx, status, 1);
    }
  return check_names(c);
}

static int open_data(cli_comparison *c) {
  for (size_t d = 0; d < c->n_data; d++) {
    spiqe_status status = spiqe_dataset_open(c->ctx, c->data_names[d], c->a.data_dir, &c->data[d]);
    if (status != SPIQE_OK) return cli_fail(c->ctx, status, 1);
  }
  return CLI_DONE;
}

/* A model that does not fit is told before the first training, not after hours. */
static int fit_models(const cli_comparison *c) {
  for (size_t d = 0; d < c->n_data; d++)
    for (size_t i = 0; i < c->n_models; i++) {
      spiqe_model *model = c->models[d * c->n_models + i];
      spiqe_status status = spiqe_model_fit(model, &c->data[d]->part[SPIQE_TRAIN]);
      if (status == SPIQE_OK) status = spiqe_measure_check(c->ctx, model, c->data[d]);
      if (status == SPIQE_OK) continue;
      fprintf(stderr, "spiqe: %s on %s: %s\n", spiqe_model_name(model), c->data_names[d],
              spiqe_context_message(c->ctx));
      return CLI_FAILED;
    }
  return CLI_DONE;
}

/* run/compare-mnist+usps, or run/compare-qlif-paper-quick. */
static void name_folder(const cli_comparison *c, char *out, size_t size) {
  size_t n = (size_t)snprintf(out, size, "run/compare-");
  if (c->suite) {
    snprintf(out + n, size - n, "%s%s", c->suite->name, c->a.is_quick ? "-quick" : "");
  } else {
    for (size_t d = 0; d < c->n_data && n < size; d++)
      n += (size_t)snprintf(out + n, size - n, "%s%s", d ? "+" : "", c->data_names[d]);
  }
  for (char *at = out + strlen("run/"); *at; at++)
    if ((unsigned char)*at < 0x80 && !isalnum((unsigned char)*at) && !strchr("._+-:,", *at))
      *at = '-';
}

static int choose_folder(cli_comparison *c) {
  char *path = c->folder.path;
  if (c->a.out && strlen(c->a.out) >= sizeof c->folder.path)
    return cli_usage_error(&cli_compare, "the path of the folder is too long");
  if (c->a.out)
    snprintf(path, sizeof c->folder.path, "%s", c->a.out);
  else
    name_folder(c, path, sizeof c->folder.path / 2); /* the rows' names come behind it */
  return cli_folder_claim(&c->folder);
}

int cli_compare_open(cli_comparison *c, const char *const *models, size_t n) {
  c->n_seeds = SEEDS;
  int code = c->a.suite ? read_suite(c) : split_names(c, models, n);
  if (c->a.n_seeds != CLI_NOT_GIVEN) c->n_seeds = c->a.n_seeds;
  if (c->a.limit != CLI_NOT_GIVEN) c->limit = c->a.limit;
  if (code == CLI_DONE) code = choose_data(c);
  if (code == CLI_DONE) code = open_models(c);
  if (code == CLI_DONE) code = open_data(c);
  if (code == CLI_DONE) code = fit_models(c);
  return code == CLI_DONE ? choose_folder(c) : code;
}
