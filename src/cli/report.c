/* spiqe report: write the page about a run again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

typedef struct arguments {
  const char *run, *out, *data_dir, *device;
  size_t limit, n_threads, n_neurons;
  cli_list neuron_texts;
  spiqe_neuron_place neurons[CLI_MOST_LIST];
  int json;
} arguments;

/* A run that was trained on a part of the data is tested on the same part. */
static spiqe_status find_limit(spiqe_context *ctx, const char *folder, size_t *limit) {
  spiqe_model *model;
  char data[64];
  uint64_t seed;
  spiqe_status status = spiqe_run_open(ctx, folder, &model, data, &seed, limit);
  spiqe_model_destroy(model);
  return status;
}

static int read_neurons(arguments *a) {
  for (size_t i = 0; i < a->neuron_texts.n; i++)
    if (!cli_read_neuron(&cli_report, a->neuron_texts.items[i], &a->neurons[a->n_neurons++]))
      return CLI_USAGE;
  return CLI_DONE;
}

static int print_object(const char *path, const spiqe_test_result *test) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "report", path);
  cli_add_integer(object, "test_samples", test->n_samples);
  cJSON_AddNumberToObject(object, "test_accuracy", test->accuracy);
  cJSON_AddNumberToObject(object, "test_macro_precision", test->macro_precision);
  cJSON_AddNumberToObject(object, "test_macro_recall", test->macro_recall);
  cJSON_AddNumberToObject(object, "test_macro_f1", test->macro_f1);
  cJSON_AddNumberToObject(object, "test_roc_auc", test->roc_auc);
  return cli_print_json(object);
}

static int work(spiqe_context *ctx, arguments *a) {
  char path[1024];
  spiqe_test_result test = {0};
  spiqe_status status = a->limit ? SPIQE_OK : find_limit(ctx, a->run, &a->limit);
  if (status != SPIQE_OK) return cli_fail(ctx, status, 0);
  int n = a->out ? snprintf(path, sizeof path, "%s", a->out)
                 : snprintf(path, sizeof path, "%s/report.html", a->run);
  if (n < 0 || (size_t)n >= sizeof path)
    return cli_usage_error(&cli_report, "the path of the page is too long");
  const spiqe_run_report about = {.folder = a->run,
                                  .data_folders = a->data_dir,
                                  .limit = a->limit,
                                  .n_neurons = a->n_neurons,
                                  .neurons = a->neurons};
  status = spiqe_run_report_write(ctx, &about, NULL, path, &test);
  if (status != SPIQE_OK) return cli_fail(ctx, status, 0);
  int code = CLI_DONE;
  if (a->json)
    code = print_object(path, &test);
  else
    printf("%s\n", path);
  spiqe_test_result_clear(&test);
  return code;
}

static int run(int argc, char **argv) {
  arguments a = {0};
  const cli_option options[] = {
      {"--out", CLI_TEXT, &a.out, "FILE", "default: report.html in the run's folder"},
      {"--data-dir", CLI_TEXT, &a.data_dir, "DIR", "where data sets are looked for first"},
      {"--limit", CLI_SIZE, &a.limit, "N", "use the first N test samples; default: as trained"},
      {"--neuron", CLI_LIST, &a.neuron_texts, "STAGE:NEURON",
       "draw its state; may be given several times; default: the most active"},
      {"--threads", CLI_SIZE, &a.n_threads, "N", "default: all processors"},
      {"--device", CLI_TEXT, &a.device, "NAME", "kernel table; 'spiqe info' lists them"},
      {"--json", CLI_FLAG, &a.json, NULL, "one JSON object on standard output"},
  };
  size_t n;
  int exit_code;
  if (cli_parse(&cli_report, argc, argv, options, sizeof options / sizeof options[0], &a.run, 1, &n,
                &exit_code))
    return exit_code;
  if (n != 1) return cli_usage_error(&cli_report, "a run's folder is expected");
  exit_code = read_neurons(&a);
  if (exit_code != CLI_DONE) return exit_code;
  spiqe_context *ctx = cli_context(a.n_threads, a.device, &exit_code);
  if (!ctx) return exit_code;
  exit_code = work(ctx, &a);
  spiqe_context_destroy(ctx);
  return exit_code;
}

const cli_command cli_report = {"report", "write the report page of a run", "report RUN [options]",
                                "spiqe report run/qsnn-mnist-s1 --out page.html", run};
