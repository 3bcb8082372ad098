/* spiqe test: how well a trained network does on a data set, and how fast. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/test.h"

typedef struct arguments {
  const char *run, *data, *data_dir, *device, *backend, *membrane;
  size_t limit, n_threads, n_runs, n_shots;
  cli_list noises;
  spiqe_qlif_memory memory;
  int json, is_circuit;
} arguments;

static void add_rates(cJSON *object, const char *key, size_t n, const char names[][24],
                      const double *rates) {
  cJSON *list = cJSON_AddObjectToObject(object, key);
  for (size_t i = 0; i < n; i++) cJSON_AddNumberToObject(list, names[i], rates[i]);
}

static void add_arrays(cJSON *object, const spiqe_test_result *r) {
  add_rates(object, "firing_rates", r->n_layers, r->layer_names, r->firing_rates);
  add_rates(object, "active_outputs", r->n_graded, r->graded_names, r->active_outputs);
  cJSON *confusion = cJSON_AddArrayToObject(object, "confusion");
  for (size_t i = 0; i < r->n_classes; i++) {
    cJSON *row = cJSON_CreateArray();
    for (size_t j = 0; j < r->n_classes; j++)
      cJSON_AddItemToArray(row, cJSON_CreateNumber((double)r->confusion[i * r->n_classes + j]));
    cJSON_AddItemToArray(confusion, row);
  }
}

static int print_object(spiqe_context *ctx, const spiqe_classifier *classifier, const char *data,
                        size_t n_runs, const spiqe_test_result *r) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "model", spiqe_model_name(spiqe_classifier_model(classifier)));
  cJSON_AddStringToObject(object, "data", data);
  cli_add_integer(object, "seed", spiqe_classifier_seed(classifier));
  cli_add_integer(object, "threads", spiqe_context_n_threads(ctx));
  cJSON_AddStringToObject(object, "device", spiqe_context_device(ctx));
  cli_add_integer(object, "parameters", spiqe_classifier_n_parameters(classifier));
  cli_add_integer(object, "test_samples", r->n_samples);
  cli_add_integer(object, "runs", n_runs);
  cJSON_AddNumberToObject(object, "test_accuracy", r->accuracy);
  cJSON_AddNumberToObject(object, "test_macro_precision", r->macro_precision);
  cJSON_AddNumberToObject(object, "test_macro_recall", r->macro_recall);
  cJSON_AddNumberToObject(object, "test_macro_f1", r->macro_f1);
  cJSON_AddNumberToObject(object, "test_roc_auc", r->roc_auc);
  cJSON_AddNumberToObject(object, "test_loss", r->loss);
  cJSON_AddNumberToObject(object, "seconds", r->seconds);
  cJSON_AddNumberToObject(object, "samples_per_second", r->samples_per_second);
  cJSON_AddNumberToObject(object, "spikes_per_sample", r->spikes_per_sample);
  add_arrays(object, r);
  cli_add_integer(object, "peak_memory_bytes", r->peak_memory);
  cJSON_AddStringToObject(object, "checkpoint", spiqe_classifier_path(classifier));
  return cli_print_json(object);
}

static void print_rates(const char *head, size_t n, const char names[][24], const double *rates) {
  for (size_t i = 0; i < n; i++)
    printf("%s%s %s %.4f", i ? "" : head, i ? "," : ":", names[i], rates[i]);
  if (n) printf("\n");
}

static int print_text(spiqe_context *ctx, const spiqe_classifier *classifier, const char *data,
                      const spiqe_test_result *r) {
  char *table;
  spiqe_status status =
      spiqe_confusion_print(ctx, r->confusion, r->n_classes, isatty(STDOUT_FILENO), &table);
  if (status != SPIQE_OK) return cli_fail(ctx, status, 0);
  printf("%s\n", table);
  free(table);
  printf("%s on %zu test samples of %s\n", spiqe_model_name(spiqe_classifier_model(classifier)),
         r->n_samples, data);
  printf("test accuracy %.2f %%, loss %.4f\n", 100 * r->accuracy, r->loss);
  printf("macro precision %.4f, recall %.4f, F1 %.4f; ROC AUC %.4f\n", r->macro_precision,
         r->macro_recall, r->macro_f1, r->roc_auc);
  printf("%.0f samples/s, %.2f s on %zu threads (%s)\n", r->samples_per_second, r->seconds,
         spiqe_context_n_threads(ctx), spiqe_context_device(ctx));
  if (r->n_layers) printf("%.1f spikes per sample; ", r->spikes_per_sample);
  print_rates("spikes per neuron and step", r->n_layers, r->layer_names, r->firing_rates);
  print_rates("part of outputs that are not 0", r->n_graded, r->graded_names, r->active_outputs);
  return CLI_DONE;
}

/* The set whose name was typed, else the one that the checkpoint names. */
static int open_data(spiqe_context *ctx, const arguments *a, const spiqe_classifier *classifier,
                     spiqe_dataset **out) {
  const char *name = a->data ? a->data : spiqe_classifier_data(classifier);
  spiqe_status status = spiqe_dataset_open(ctx, name, a->data_dir, out);
  if (status != SPIQE_OK) return cli_fail(ctx, status, a->data != NULL);
  spiqe_samples *samples = &(*out)->part[SPIQE_TEST];
  if (a->limit && a->limit < samples->n_samples) samples->n_samples = a->limit;
  return CLI_DONE;
}

static int work(spiqe_context *ctx, const arguments *a) {
  spiqe_classifier *classifier = NULL;
  spiqe_dataset *data = NULL;
  spiqe_test_result result = {0};
  spiqe_status status = spiqe_classifier_open(ctx, a->run, &classifier);
  if (status != SPIQE_OK) return cli_fail(ctx, status, 0);
  int code = cli_set_runs(ctx, classifier, a->n_runs);
  if (code == CLI_DONE) code = open_data(ctx, a, classifier, &data);
  if (code != CLI_DONE) goto done;
  if (a->is_circuit) {
    const cli_circuits c = {ctx,        classifier, data,      a->run, a->data_dir,
                            &a->noises, a->n_shots, a->memory, a->json};
    code = cli_test_circuits(&c);
    goto done;
  }
  status = spiqe_classifier_test(classifier, &data->part[SPIQE_TEST], &result);
  if (status != SPIQE_OK)
    code = cli_fail(ctx, status, 0);
  else if (a->json)
    code = print_object(ctx, classifier, data->name, a->n_runs, &result);
  else
    code = print_text(ctx, classifier, data->name, &result);
done:
  spiqe_test_result_clear(&result);
  spiqe_dataset_destroy(data);
  spiqe_classifier_destroy(classifier);
  return code;
}

static int check(arguments *a) {
  a->is_circuit = !strcmp(a->backend, "circuit");
  if (!a->is_circuit && strcmp(a->backend, "network"))
    return cli_usage_error(&cli_test, "--backend %s: network or circuit is expected", a->backend);
  if (!a->is_circuit && (a->n_shots || a->noises.n || a->membrane))
    return cli_usage_error(&cli_test,
                           "--shots, --noise and --membrane belong to --backend circuit");
  if (a->is_circuit && a->n_runs != 1)
    return cli_usage_error(&cli_test, "--backend circuit takes --shots, not --runs");
  if (a->n_shots > CLI_MOST_SHOTS)
    return cli_usage_error(&cli_test, "--shots %zu, but at most %d are possible", a->n_shots,
                           CLI_MOST_SHOTS);
  return cli_read_membrane(&cli_test, a->membrane, &a->memory) ? CLI_DONE : CLI_USAGE;
}

static int run(int argc, char **argv) {
  arguments a = {.n_runs = 1, .backend = "network"};
  const cli_option options[] = {
      {"--data", CLI_TEXT, &a.data, "NAME", "data set; default: the one it was trained on"},
      {"--data-dir", CLI_TEXT, &a.data_dir, "DIR", "where data sets are looked for first"},
      {"--limit", CLI_SIZE, &a.limit, "N", "use only the first N test samples; default: all"},
      {"--runs", CLI_SIZE, &a.n_runs, "N",
       "predict by the mean of N runs, each with draws of its own; default: 1"},
      {"--backend", CLI_TEXT, &a.backend, "NAME",
       "network, or circuit: neurons on the circuit engine; default: network"},
      {"--shots", CLI_SIZE, &a.n_shots, "N",
       "circuit: with 1, 2, 4 ... N shots of each neuron; default: 1"},
      {"--noise", CLI_LIST, &a.noises, "NAME|FILE",
       "circuit: of a device; may be given several times; default: none"},
      {"--membrane", CLI_TEXT, &a.membrane, "NAME",
       "circuit, qlif: estimate or history; default: estimate"},
      {"--threads", CLI_SIZE, &a.n_threads, "N", "default: all processors"},
      {"--device", CLI_TEXT, &a.device, "NAME", "kernel table; 'spiqe info' lists them"},
      {"--json", CLI_FLAG, &a.json, NULL, "one JSON object on standard output"},
  };
  size_t n;
  int exit_code;
  if (cli_parse(&cli_test, argc, argv, options, sizeof options / sizeof options[0], &a.run, 1, &n,
                &exit_code))
    return exit_code;
  if (n != 1) return cli_usage_error(&cli_test, "a run's folder or a checkpoint is expected");
  exit_code = check(&a);
  if (exit_code != CLI_DONE) return exit_code;
  spiqe_context *ctx = cli_context(a.n_threads, a.device, &exit_code);
  if (!ctx) return exit_code;
  exit_code = work(ctx, &a);
  spiqe_context_destroy(ctx);
  return exit_code;
}

const cli_command cli_test = {"test", "test a trained network on a data set",
                              "test RUN|CHECKPOINT [options]",
                              "spiqe test run/qsnn-mnist-s1 --json\n"
                              "  spiqe test run/sqsnn-mnist-s1 --backend circuit --shots 8 "
                              "--noise ibm-heron-r2",
                              run};
