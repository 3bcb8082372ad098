/* spiqe train: a model, a data set, a run folder with checkpoint, log and report. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

typedef struct arguments {
  const char *model, *data, *classes, *data_dir, *out, *resume, *device;
  uint64_t seed;
  size_t epochs, batch, n_threads, limit, checkpoint_steps;
  int json, no_report, quiet;
  cli_list set;
} arguments;

/* What a run of the command holds. */
typedef struct session {
  spiqe_context *ctx;
  arguments a;
  spiqe_model *model;
  spiqe_dataset *data;
  cli_folder folder;
  int has_checkpoint; /* of this run, to go on from */
  char data_name[64], command[4096], problem[1200];
  spiqe_log *log;
  spiqe_progress progress;
  spiqe_train_result result;
} session;

static void keep_message(session *s) {
  snprintf(s->problem, sizeof s->problem, "%s", spiqe_context_message(s->ctx));
}

/* When training begins, its folder is there, and what was asked for is known to make sense: an
 * older log is not lost to a mistake. */
static int open_log(session *s) {
  char path[640];
  snprintf(path, sizeof path, "%s/log.jsonl", s->folder.path);
  if (spiqe_log_open(s->ctx, path, s->a.resume != NULL, &s->log) == SPIQE_OK) return 1;
  keep_message(s);
  return 0;
}

static int listen(void *user, const spiqe_event *event) {
  session *s = user;
  if (event->kind == SPIQE_EVENT_BEGIN && !open_log(s)) return 1;
  if (event->kind == SPIQE_EVENT_CHECKPOINT) s->has_checkpoint = 1;
  spiqe_log_listen(s->log, event);
  if (!s->a.quiet) spiqe_progress_listen(&s->progress, event);
  return cli_was_interrupted();
}

static int choose_folder(session *s) {
  const char *given = s->a.resume ? s->a.resume : s->a.out;
  if (!given)
    cli_folder_choose(&s->folder, spiqe_model_name(s->model), s->data_name, s->a.seed);
  else if (strlen(given) >= sizeof s->folder.path)
    return cli_usage_error(&cli_train, "the path of the run's folder is too long");
  else
    snprintf(s->folder.path, sizeof s->folder.path, "%s", given);
  return cli_folder_claim(&s->folder);
}

static spiqe_status apply_settings(session *s) {
  char number[32];
  spiqe_status status = SPIQE_OK;
  snprintf(number, sizeof number, "%zu", s->a.epochs);
  if (s->a.epochs != SIZE_MAX) status = spiqe_model_set(s->model, "train.epochs", number);
  snprintf(number, sizeof number, "%zu", s->a.batch);
  if (status == SPIQE_OK && s->a.batch) status = spiqe_model_set(s->model, "train.batch", number);
  for (size_t i = 0; status == SPIQE_OK && i < s->a.set.n; i++)
    status = spiqe_model_assign(s->model, s->a.set.items[i]);
  return status;
}

static spiqe_status open_model(session *s) {
  if (s->a.resume) {
    char data[64];
    spiqe_status status =
        spiqe_run_open(s->ctx, s->a.resume, &s->model, data, &s->a.seed, &s->a.limit);
    if (status == SPIQE_OK && !s->a.data) memcpy(s->data_name, data, sizeof data);
    return status;
  }
  spiqe_status status = spiqe_model_open(s->ctx, s->a.model, &s->model);
  return status == SPIQE_OK ? apply_settings(s) : status;
}

/* The command that repeats this run, for the report; of a resumed run it is not known. */
static void write_command(session *s, int argc, char **argv) {
  if (s->a.resume) return;
  size_t n = (size_t)snprintf(s->command, sizeof s->command, "spiqe");
  for (int i = 0; i < argc && n + 2 < sizeof s->command; i++) {
    s->command[n++] = ' ';
    n += cli_quote(s->command + n, sizeof s->command - n, argv[i]);
  }
}

static spiqe_status train(session *s) {
  spiqe_train_options options = {.folder = s->folder.path,
                                 .seed = s->a.seed,
                                 .resume = s->a.resume != NULL,
                                 .checkpoint_steps = s->a.checkpoint_steps,
                                 .limit = s->a.limit,
                                 .listener = listen,
                                 .user = s};
  s->has_checkpoint = options.resume;
  s->progress = (spiqe_progress){.stream = stderr, .is_terminal = isatty(STDERR_FILENO)};
  cli_catch_interrupt();
  spiqe_status status = spiqe_train(s->ctx, s->model, s->data, &options, &s->result);
  spiqe_progress_finish(&s->progress);
  if (status != SPIQE_OK && !s->problem[0]) keep_message(s);
  spiqe_status closed = spiqe_log_close(s->log);
  if (status != SPIQE_OK || closed == SPIQE_OK) return status;
  keep_message(s);
  return closed;
}

static void add_result(const session *s, cJSON *object, const char *report) {
  const spiqe_train_result *r = &s->result;
  cJSON_AddStringToObject(object, "model", spiqe_model_name(s->model));
  cJSON_AddStringToObject(object, "data", s->data_name);
  cli_add_integer(object, "seed", s->a.seed);
  cli_add_integer(object, "threads", spiqe_context_n_threads(s->ctx));
  cJSON_AddStringToObject(object, "device", spiqe_context_device(s->ctx));
  cli_add_integer(object, "epochs", r->epochs);
  cli_add_integer(object, "parameters", r->n_parameters);
  cli_add_integer(object, "train_samples", r->train_samples);
  cli_add_integer(object, "validation_samples", r->validation_samples);
  cli_add_integer(object, "test_samples", r->test_samples);
  cJSON_AddNumberToObject(object, "test_accuracy", r->test_accuracy);
  cJSON_AddNumberToObject(object, "test_macro_precision", r->test_macro_precision);
  cJSON_AddNumberToObject(object, "test_macro_recall", r->test_macro_recall);
  cJSON_AddNumberToObject(object, "test_macro_f1", r->test_macro_f1);
  cJSON_AddNumberToObject(object, "test_roc_auc", r->test_roc_auc);
  cJSON_AddNumberToObject(object, "test_loss", r->test_loss);
  cJSON_AddNumberToObject(object, "train_seconds", r->train_seconds);
  cJSON_AddNumberToObject(object, "seconds_per_epoch", r->seconds_per_epoch);
  cJSON_AddNumberToObject(object, "spikes_per_sample", r->spikes_per_sample);
  cli_add_integer(object, "peak_memory_bytes", r->peak_memory);
  cJSON_AddStringToObject(object, "checkpoint", r->checkpoint);
  if (report)
    cJSON_AddStringToObject(object, "report", report);
  else
    cJSON_AddNullToObject(object, "report");
}

/* The report, the table on the terminal, the JSON object. */
static int finish(session *s) {
  char report[640] = "", *table = NULL;
  spiqe_test_result test = {0};
  spiqe_run_report about = {.folder = s->folder.path,
                            .data_folders = s->a.data_dir,
                            .command = s->command[0] ? s->command : NULL,
                            .limit = s->a.limit,
                            .train = &s->result};
  if (!s->a.no_report) {
    snprintf(report, sizeof report, "%s/report.html", s->folder.path);
    spiqe_status status = spiqe_run_report_write(s->ctx, &about, s->data, report, &test);
    if (status != SPIQE_OK) return cli_fail(s->ctx, status, 0);
  }
  if (!s->a.json) {
    if (test.confusion && spiqe_confusion_print(s->ctx, test.confusion, test.n_classes,
                                                isatty(STDOUT_FILENO), &table) == SPIQE_OK)
      printf("%s\n", table);
    printf(
        "test accuracy %.2f %% on %zu samples, macro F1 %.4f, ROC AUC %.4f, %.1f s of training\n",
        100 * s->result.test_accuracy, s->result.test_samples, s->result.test_macro_f1,
        s->result.test_roc_auc, s->result.train_seconds);
    printf("checkpoint %s\n", s->result.checkpoint);
    if (report[0]) printf("report     %s\n", report);
  }
  free(table);
  spiqe_test_result_clear(&test);
  if (!s->a.json) return CLI_DONE;
  cJSON *object = cJSON_CreateObject();
  add_result(s, object, report[0] ? report : NULL);
  return cli_print_json(object);
}

static void print_way_on(const session *s) {
  char word[2048];
  cli_quote(word, sizeof word, s->folder.path);
  fprintf(stderr, "; go on with: spiqe train --resume %s", word);
  if (!s->a.data_dir) return;
  cli_quote(word, sizeof word, s->a.data_dir);
  fprintf(stderr, " --data-dir %s", word);
}

static int work(session *s) {
  spiqe_status status = open_model(s);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 1);
  status = spiqe_dataset_open(s->ctx, s->data_name, s->a.data_dir, &s->data);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 1);
  status = spiqe_model_fit(s->model, &s->data->part[SPIQE_TRAIN]);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 1);
  int code = choose_folder(s);
  if (code != CLI_DONE) return code;
  status = train(s);
  if (status == SPIQE_OK) return finish(s);
  fprintf(stderr, "spiqe: %s", s->problem);
  if (status == SPIQE_INTERRUPTED && cli_was_interrupted() && s->has_checkpoint) print_way_on(s);
  fprintf(stderr, "\n");
  return CLI_FAILED;
}

/* What cannot be asked for together. */
static int check(const arguments *a, size_t n_models) {
  if (n_models && a->model)
    return cli_usage_error(&cli_train, "--model and a model before it: one is enough");
  n_models += a->model != NULL;
  if (n_models && a->resume)
    return cli_usage_error(&cli_train, "--resume takes no model: the run has its own");
  if (!n_models && !a->resume)
    return cli_usage_error(&cli_train, "a model or --resume DIR is expected");
  int is_changed = a->out || a->set.n || a->epochs != SIZE_MAX || a->batch || a->seed != 1 ||
                   a->limit || a->classes;
  if (a->resume && is_changed)
    return cli_usage_error(&cli_train, "--resume goes on with the run's own settings and folder");
  return cli_check_set(&cli_train, &a->set);
}

/* The name is kept in the checkpoint, with the classes in it. */
static int name_data(session *s) {
  const char *data = s->a.data ? s->a.data : cli_default_data(s->a.data_dir);
  if (s->a.classes && strchr(data, ':'))
    return cli_usage_error(&cli_train, "--data %s has classes already; --classes names others",
                           data);
  if (cli_data_name(s->data_name, sizeof s->data_name, data, s->a.classes)) return CLI_DONE;
  return cli_usage_error(&cli_train, "--data and --classes: at most %zu characters are expected",
                         sizeof s->data_name - 2);
}

static int run(int argc, char **argv) {
  session s = {.a = {.seed = 1, .epochs = SIZE_MAX}};
  arguments *a = &s.a;
  const cli_option options[] = {
      {"--model", CLI_TEXT, &a->model, "NAME", "the model, where it is not said as MODEL"},
      {"--data", CLI_TEXT, &a->data, "NAME", "data set; default: mnist if found, else digits"},
      {"--classes", CLI_TEXT, &a->classes, "LIST",
       "only these, as 1,7; the same as --data NAME:1,7"},
      {"--data-dir", CLI_TEXT, &a->data_dir, "DIR", "where data sets are looked for first"},
      {"--epochs", CLI_SIZE, &a->epochs, "N", "instead of the model's"},
      {"--batch", CLI_SIZE, &a->batch, "N", "instead of the model's"},
      {"--seed", CLI_NUMBER, &a->seed, "N", "of all random numbers; default 1"},
      {"--set", CLI_LIST, &a->set, "PATH=VALUE", "change the model, as train.rate=0.01"},
      {"--limit", CLI_SIZE, &a->limit, "N", "use only the first N samples of each part"},
      {"--threads", CLI_SIZE, &a->n_threads, "N", "default: all processors"},
      {"--device", CLI_TEXT, &a->device, "NAME", "kernel table; 'spiqe info' lists them"},
      {"--out", CLI_TEXT, &a->out, "DIR", "run folder; default run/MODEL-DATA-sSEED"},
      {"--resume", CLI_TEXT, &a->resume, "DIR", "go on with a run that was stopped"},
      {"--checkpoint-every", CLI_SIZE, &a->checkpoint_steps, "N",
       "steps between checkpoints; default: an epoch"},
      {"--no-report", CLI_FLAG, &a->no_report, NULL, "write no report.html"},
      {"--quiet", CLI_FLAG, &a->quiet, NULL, "no progress"},
      {"--json", CLI_FLAG, &a->json, NULL, "one JSON object on standard output"},
  };
  const char *positional[1];
  size_t n;
  int exit_code;
  if (cli_parse(&cli_train, argc, argv, options, sizeof options / sizeof options[0], positional, 1,
                &n, &exit_code))
    return exit_code;
  exit_code = check(a, n);
  if (exit_code == CLI_DONE) exit_code = name_data(&s);
  if (exit_code != CLI_DONE) return exit_code;
  if (n) a->model = positional[0];
  s.ctx = cli_context(a->n_threads, a->device, &exit_code);
  if (!s.ctx) return exit_code;
  write_command(&s, argc, argv);
  exit_code = work(&s);
  cli_folder_release(&s.folder);
  spiqe_dataset_destroy(s.data);
  spiqe_model_destroy(s.model);
  spiqe_context_destroy(s.ctx);
  return exit_code;
}

const cli_command cli_train = {"train", "train a model on a data set",
                               "train MODEL [options] | train --resume DIR",
                               "spiqe train qsnn --data mnist --epochs 3 --seed 1", run};
