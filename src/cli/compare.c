/* spiqe compare: several models on several data sets, several seeds each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/compare.h"

#define MOST_SEEDS 1000

/* When not all trainings were made: what is there is shown, and how to get the rest. */
static void tell_rest(const cli_comparison *c) {
  char page[640];
  fprintf(stderr, "spiqe: %zu of %zu trainings are done, the same command goes on\n", c->n_rows,
          c->n_data * c->n_models * c->n_seeds);
  if (!c->n_rows) return;
  if (cli_compare_write_page(c, page, sizeof page) == SPIQE_OK)
    fprintf(stderr, "report so far %s\n", page);
  else
    fprintf(stderr, "spiqe: no report so far: %s\n", spiqe_context_message(c->ctx));
}

static int work(cli_comparison *c, const char *const *models, size_t n) {
  int code = cli_compare_open(c, models, n);
  if (code != CLI_DONE) return code;
  c->rows = calloc(c->n_data * c->n_models * c->n_seeds, sizeof *c->rows);
  if (!c->rows) {
    fprintf(stderr, "spiqe: no memory for %zu trainings\n", c->n_data * c->n_models * c->n_seeds);
    return CLI_FAILED;
  }
  code = cli_compare_measure(c);
  if (code == CLI_DONE) return cli_compare_finish(c);
  tell_rest(c);
  return code;
}

static void write_command(cli_comparison *c, int argc, char **argv) {
  size_t n = (size_t)snprintf(c->command, sizeof c->command, "spiqe");
  for (int i = 0; i < argc && n + 2 < sizeof c->command; i++) {
    c->command[n++] = ' ';
    n += cli_quote(c->command + n, sizeof c->command - n, argv[i]);
  }
}

/* What cannot be asked for, or not together. */
static int check(const cli_compare_arguments *a, size_t n_models) {
  if (a->n_seeds != CLI_NOT_GIVEN && (a->n_seeds < 1 || a->n_seeds > MOST_SEEDS))
    return cli_usage_error(&cli_compare, "--seeds %zu, but 1 to %d are possible", a->n_seeds,
                           MOST_SEEDS);
  if (a->suite && n_models)
    return cli_usage_error(&cli_compare, "--suite has its own models; name them or the suite");
  if (!a->suite && !n_models)
    return cli_usage_error(&cli_compare,
                           "the names of models are expected, as qsnn-small,snn, or --suite NAME");
  if (a->is_quick && !a->suite)
    return cli_usage_error(&cli_compare, "--quick is the quick form of a suite (--suite NAME)");
  return cli_check_set(&cli_compare, &a->set);
}

static void destroy(cli_comparison *c) {
  cli_folder_release(&c->folder);
  for (size_t i = 0; i < CLI_MOST_DATA; i++) spiqe_dataset_destroy(c->data[i]);
  for (size_t i = 0; i < CLI_MOST_DATA * CLI_MOST_MODELS; i++) spiqe_model_destroy(c->models[i]);
  spiqe_suite_destroy(c->suite);
  free(c->rows);
  spiqe_context_destroy(c->ctx);
  free(c);
}

/* "a suite: qlif-paper; or a file" */
static void describe_suites(char *out, size_t size) {
  const char *name;
  size_t n = (size_t)snprintf(out, size, "models and protocol: ");
  for (size_t i = 0; n < size && (name = spiqe_suite_shipped(i, NULL, NULL)); i++)
    n += (size_t)snprintf(out + n, size - n, "%s, ", name);
  if (n < size) snprintf(out + n, size - n, "or a file");
}

static int run(int argc, char **argv) {
  cli_comparison *c = calloc(1, sizeof *c);
  if (!c) return CLI_FAILED;
  cli_compare_arguments *a = &c->a;
  char suites[256];
  a->n_seeds = a->epochs = a->limit = CLI_NOT_GIVEN;
  describe_suites(suites, sizeof suites);
  const cli_option options[] = {
      {"--suite", CLI_TEXT, &a->suite, "NAME|FILE", suites},
      {"--quick", CLI_FLAG, &a->is_quick, NULL, "the suite's quick form: few samples and epochs"},
      {"--data", CLI_TEXT, &a->data, "NAME[,NAME]",
       "data sets; default: the suite's, else mnist if found, else digits"},
      {"--classes", CLI_TEXT, &a->classes, "LIST",
       "only these of each set, as 1,7; the same as --data NAME:1,7"},
      {"--data-dir", CLI_TEXT, &a->data_dir, "DIR", "where data sets are looked for first"},
      {"--seeds", CLI_SIZE, &a->n_seeds, "N",
       "trainings of each model, seeds 1 to N; default: the suite's, else 3"},
      {"--epochs", CLI_SIZE, &a->epochs, "N", "instead of the suite's, or the models' own"},
      {"--set", CLI_LIST, &a->set, "PATH=VALUE", "change every model, as train.rate=0.01"},
      {"--limit", CLI_SIZE, &a->limit, "N", "use only the first N samples of each part"},
      {"--threads", CLI_SIZE, &a->n_threads, "N", "default: all processors"},
      {"--device", CLI_TEXT, &a->device, "NAME", "kernel table; 'spiqe info' lists them"},
      {"--out", CLI_TEXT, &a->out, "DIR",
       "folder of the trainings; default run/compare-DATA or run/compare-SUITE"},
      {"--quiet", CLI_FLAG, &a->quiet, NULL, "no progress"},
      {"--json", CLI_FLAG, &a->json, NULL, "one JSON object on standard output"},
  };
  const char *models[CLI_MOST_MODELS];
  size_t n;
  int exit_code;
  if (!cli_parse(&cli_compare, argc, argv, options, sizeof options / sizeof options[0], models,
                 CLI_MOST_MODELS, &n, &exit_code)) {
    write_command(c, argc, argv);
    exit_code = check(a, n);
    if (exit_code == CLI_DONE) c->ctx = cli_context(a->n_threads, a->device, &exit_code);
    if (c->ctx) exit_code = work(c, models, n);
  }
  destroy(c);
  return exit_code;
}

const cli_command cli_compare = {
    "compare", "train several models, with several seeds, and put them side by side",
    "compare MODEL[,MODEL...]|--suite NAME [options]",
    "spiqe compare sqsnn,snn-stochastic,snn --data digits --seeds 3 --limit 2000\n"
    "  spiqe compare --suite qlif-paper --data mnist,kmnist-6k --quick",
    run};
