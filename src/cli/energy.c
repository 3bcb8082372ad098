/* spiqe energy: what a trained network does for a sample, and what that costs by technology. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

typedef struct arguments {
  const char *run, *data, *data_dir, *device;
  size_t limit, n_threads, n_runs, n_technologies;
  cli_list names;
  const spiqe_technology *technologies[CLI_MOST_LIST];
  int json;
} arguments;

/* What the table shows of each stage; --json has all. */
static const struct column {
  spiqe_work_kind kind;
  const char *title;
} columns[] = {
    {SPIQE_WORK_INPUT_SPIKES, "input spikes"},
    {SPIQE_WORK_MACS, "MACs"},
    {SPIQE_WORK_SYNAPTIC, "synaptic ops"},
    {SPIQE_WORK_UPDATES, "updates"},
    {SPIQE_WORK_SPIKES, "spikes"},
    {SPIQE_WORK_SHOTS, "shots"},
};
#define N_COLUMNS (sizeof columns / sizeof columns[0])

static void print_count(double n, int width) {
  char text[32];
  snprintf(text, sizeof text, n == floor(n) && n < 1e15 ? "%.0f" : "%.1f", n);
  printf("  %*s", width, text);
}

static void print_work(const char *name, const spiqe_work *work) {
  printf("%-12s", name);
  for (size_t k = 0; k < N_COLUMNS; k++) print_count(work->counts[columns[k].kind], 13);
  print_count(spiqe_work_bytes(work), 13);
  printf("\n");
}

/* Where something is left out the true figure is above it. */
static void print_technology(const spiqe_technology *technology, const spiqe_work *work) {
  const char *missing = spiqe_energy_left_out(technology, work, 0);
  printf("%-16s", technology->name);
  for (int memory = 0; memory < SPIQE_N_MEMORIES; memory++) {
    const double joules = spiqe_energy(technology, work, (spiqe_memory)memory);
    char text[32], figure[40];
    spiqe_energy_print(joules, text, sizeof text);
    snprintf(figure, sizeof figure, "%s%s", missing && isfinite(joules) ? "> " : "", text);
    printf("  %11s", figure);
  }
  printf("  %s", technology->covers);
  for (size_t i = 0; (missing = spiqe_energy_left_out(technology, work, i)); i++)
    printf("%s%s", i ? ", " : "; left out: ", missing);
  printf("\n");
}

static void print_text(const arguments *a, const spiqe_classifier *classifier, const char *data,
                       const spiqe_activity_count *count) {
  printf("%s on %zu test samples of %s, %zu steps; means of a sample\n\n",
         spiqe_model_name(spiqe_classifier_model(classifier)), count->n_samples, data,
         spiqe_classifier_n_steps(classifier));
  printf("%-12s", "stage");
  for (size_t k = 0; k < N_COLUMNS; k++) printf("  %13s", columns[k].title);
  printf("  %13s\n", "bytes moved");
  for (size_t i = 0; i < count->n_stages; i++) print_work(count->names[i], &count->stages[i]);
  print_work("all", &count->total);
  printf("\n%-16s  %11s  %11s  %11s  %s\n", "energy", "arithmetic", "+ on chip", "+ off chip",
         "of");
  for (size_t i = 0; i < a->n_technologies; i++)
    print_technology(a->technologies[i], &count->total);
  printf(
      "\narithmetic: without moving anything; + on chip: all bytes from a memory on the chip "
      "that\nholds the weights; + off chip: from DRAM. Rules and sources: docs/energy.md\n");
}

static cJSON *object_of_work(const char *name, const spiqe_work *work) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "stage", name);
  for (int k = 0; k < SPIQE_N_WORK_KINDS; k++)
    cJSON_AddNumberToObject(object, spiqe_work_of((spiqe_work_kind)k)->key, work->counts[k]);
  return object;
}

static void add_joules(cJSON *object, const char *name, double joules) {
  if (isfinite(joules))
    cJSON_AddNumberToObject(object, name, joules);
  else
    cJSON_AddNullToObject(object, name);
}

static cJSON *object_of_technology(const spiqe_technology *technology, const spiqe_work *work) {
  static const char *const keys[] = {"joules", "joules_on_chip", "joules_off_chip"};
  const char *missing;
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "technology", technology->name);
  for (int memory = 0; memory < SPIQE_N_MEMORIES; memory++)
    add_joules(object, keys[memory], spiqe_energy(technology, work, (spiqe_memory)memory));
  cJSON_AddStringToObject(object, "of", technology->covers);
  cJSON *left_out = cJSON_AddArrayToObject(object, "left_out");
  for (size_t i = 0; (missing = spiqe_energy_left_out(technology, work, i)); i++)
    cJSON_AddItemToArray(left_out, cJSON_CreateString(missing));
  cJSON *prices = cJSON_AddArrayToObject(object, "prices");
  spiqe_price price;
  for (size_t i = 0; spiqe_technology_price(technology, i, &price); i++) {
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "of", price.what);
    cJSON_AddNumberToObject(row, "joules", price.joules);
    cJSON_AddStringToObject(row, "source", price.source);
    cJSON_AddItemToArray(prices, row);
  }
  return object;
}

static int print_object(const arguments *a, const spiqe_classifier *classifier, const char *data,
                        const spiqe_activity_count *count) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "model", spiqe_model_name(spiqe_classifier_model(classifier)));
  cJSON_AddStringToObject(object, "data", data);
  cli_add_integer(object, "test_samples", count->n_samples);
  cli_add_integer(object, "steps", spiqe_classifier_n_steps(classifier));
  cli_add_integer(object, "runs", a->n_runs);
  cJSON *stages = cJSON_AddArrayToObject(object, "stages");
  for (size_t i = 0; i < count->n_stages; i++)
    cJSON_AddItemToArray(stages, object_of_work(count->names[i], &count->stages[i]));
  cJSON_AddItemToObject(object, "sample", object_of_work("all", &count->total));
  cJSON *energy = cJSON_AddArrayToObject(object, "energy");
  for (size_t i = 0; i < a->n_technologies; i++)
    cJSON_AddItemToArray(energy, object_of_technology(a->technologies[i], &count->total));
  cJSON_AddStringToObject(object, "checkpoint", spiqe_classifier_path(classifier));
  return cli_print_json(object);
}

/* Those that were named, else all. */
static int find_technologies(spiqe_context *ctx, arguments *a) {
  for (size_t i = 0; i < a->names.n; i++) {
    spiqe_status status =
        spiqe_technology_find(ctx, a->names.items[i], &a->technologies[a->n_technologies++]);
    if (status != SPIQE_OK) return cli_fail(ctx, status, 1);
  }
  while (!a->names.n && a->n_technologies < CLI_MOST_LIST &&
         (a->technologies[a->n_technologies] = spiqe_technology_at(a->n_technologies)))
    a->n_technologies++;
  return CLI_DONE;
}

static int work(spiqe_context *ctx, const arguments *a) {
  spiqe_classifier *classifier = NULL;
  spiqe_dataset *data = NULL;
  spiqe_activity_count count;
  spiqe_status status = spiqe_classifier_open(ctx, a->run, &classifier);
  if (status != SPIQE_OK) return cli_fail(ctx, status, 0);
  int code = cli_set_runs(ctx, classifier, a->n_runs);
  if (code != CLI_DONE) goto done;
  const char *name = a->data ? a->data : spiqe_classifier_data(classifier);
  status = spiqe_dataset_open(ctx, name, a->data_dir, &data);
  if (status != SPIQE_OK) {
    code = cli_fail(ctx, status, a->data != NULL);
    goto done;
  }
  spiqe_samples *samples = &data->part[SPIQE_TEST];
  if (a->limit && a->limit < samples->n_samples) samples->n_samples = a->limit;
  status = spiqe_classifier_count(classifier, samples, &count);
  if (status != SPIQE_OK)
    code = cli_fail(ctx, status, 0);
  else if (a->json)
    code = print_object(a, classifier, data->name, &count);
  else
    print_text(a, classifier, data->name, &count);
done:
  spiqe_dataset_destroy(data);
  spiqe_classifier_destroy(classifier);
  return code;
}

static int run(int argc, char **argv) {
  arguments a = {.n_runs = 1};
  const cli_option options[] = {
      {"--data", CLI_TEXT, &a.data, "NAME", "data set; default: the one it was trained on"},
      {"--data-dir", CLI_TEXT, &a.data_dir, "DIR", "where data sets are looked for first"},
      {"--limit", CLI_SIZE, &a.limit, "N", "use only the first N test samples; default: all"},
      {"--runs", CLI_SIZE, &a.n_runs, "N",
       "the mean of N runs of each sample, each with draws of its own; default: 1"},
      {"--technology", CLI_LIST, &a.names, "NAME", "may be given several times; default: all"},
      {"--threads", CLI_SIZE, &a.n_threads, "N", "default: all processors"},
      {"--device", CLI_TEXT, &a.device, "NAME", "kernel table; 'spiqe info' lists them"},
      {"--json", CLI_FLAG, &a.json, NULL, "one JSON object on standard output"},
  };
  size_t n;
  int exit_code;
  if (cli_parse(&cli_energy, argc, argv, options, sizeof options / sizeof options[0], &a.run, 1, &n,
                &exit_code))
    return exit_code;
  if (n != 1) return cli_usage_error(&cli_energy, "a run's folder or a checkpoint is expected");
  spiqe_context *ctx = cli_context(a.n_threads, a.device, &exit_code);
  if (!ctx) return exit_code;
  exit_code = find_technologies(ctx, &a);
  if (exit_code == CLI_DONE) exit_code = work(ctx, &a);
  spiqe_context_destroy(ctx);
  return exit_code;
}

const cli_command cli_energy = {"energy", "operations of a trained network and their energy",
                                "energy RUN|CHECKPOINT [options]",
                                "spiqe energy run/qsnn-mnist-s1 --technology 45nm", run};
