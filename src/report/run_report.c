/* The report of a run: what it left behind is opened, tested and put on the page. */
#include <stdio.h>
#include <stdlib.h>

#include "core/fail.h"
#include "core/file.h"
#include "model/model.h"
#include "report/run.h"

/* The curves of the page, from the log. */
typedef struct curves {
  spiqe_curve_point *points; /* owned */
  float *batch_loss;         /* owned */
  size_t n_points, n_batches;
} curves;

static spiqe_status open_all(spiqe_run *run, const spiqe_dataset *data) {
  SPIQE_TRY(spiqe_classifier_open(run->ctx, run->about->folder, &run->classifier));
  run->data = data;
  if (!data) {
    SPIQE_TRY(spiqe_dataset_open(run->ctx, spiqe_classifier_data(run->classifier),
                                 run->about->data_folders, &run->owned_data));
    run->data = run->owned_data;
  }
  run->samples = run->data->part[SPIQE_TEST];
  size_t limit = run->about->limit;
  if (limit && limit < run->samples.n_samples) run->samples.n_samples = limit;
  return SPIQE_OK;
}

/* A run whose log is gone still has a report, without curves. */
static spiqe_status read_curves(const spiqe_run *run, curves *out) {
  char path[1024];
  *out = (curves){0};
  SPIQE_REQUIRE(run->ctx, spiqe_file_join(path, sizeof path, run->about->folder, "log.jsonl"),
                SPIQE_BAD_ARGUMENT, "'%.60s': the path is too long", run->about->folder);
  if (!spiqe_file_exists(path)) return SPIQE_OK;
  return spiqe_log_read(run->ctx, path, &out->points, &out->n_points, &out->batch_loss,
                        &out->n_batches);
}

static spiqe_status read_shots(spiqe_run *run) {
  char path[1024];
  SPIQE_REQUIRE(run->ctx, spiqe_file_join(path, sizeof path, run->about->folder, "circuits.jsonl"),
                SPIQE_BAD_ARGUMENT, "'%.60s': the path is too long", run->about->folder);
  return spiqe_shots_read(run->ctx, path, &run->shots, &run->n_shots);
}

/* Some of the samples are enough for a mean. What cannot be counted is left out. */
static spiqe_status count_work(spiqe_run *run) {
  spiqe_samples some = run->samples;
  if (some.n_samples > SPIQE_RUN_COUNTED) some.n_samples = SPIQE_RUN_COUNTED;
  spiqe_status status = spiqe_classifier_count(run->classifier, &some, &run->work);
  run->has_work = status == SPIQE_OK;
  return status == SPIQE_UNSUPPORTED ? SPIQE_OK : status;
}

static spiqe_status read_sweeps(spiqe_run *run) {
  char path[1024];
  SPIQE_REQUIRE(run->ctx, spiqe_file_join(path, sizeof path, run->about->folder, "noise.jsonl"),
                SPIQE_BAD_ARGUMENT, "'%.60s': the path is too long", run->about->folder);
  return spiqe_sweeps_read(run->ctx, path, &run->sweeps, &run->n_sweeps);
}

static spiqe_status gather(spiqe_run *run) {
  SPIQE_TRY(read_shots(run));
  SPIQE_TRY(read_sweeps(run));
  SPIQE_TRY(spiqe_classifier_test(run->classifier, &run->samples, &run->test));
  SPIQE_TRY(count_work(run));
  SPIQE_TRY(spiqe_run_add_activity(run));
  SPIQE_TRY(spiqe_run_add_weights(run));
  SPIQE_TRY(spiqe_run_add_confused(run));
  return spiqe_run_add_facts(run);
}

static void make_command(const spiqe_run *run, char *out, size_t size) {
  const spiqe_classifier *c = run->classifier;
  int n = snprintf(out, size, "spiqe train %s --data %s --seed %llu",
                   spiqe_model_name(spiqe_classifier_model(c)), spiqe_classifier_data(c),
                   (unsigned long long)spiqe_classifier_seed(c));
  if (run->about->limit && n > 0 && (size_t)n < size)
    snprintf(out + n, size - (size_t)n, " --limit %zu", run->about->limit);
}

static spiqe_status write_page(const spiqe_run *run, const curves *learning, const char *recipe,
                               const char *path) {
  char command[256], title[160];
  const char *layers[sizeof run->test.layer_names / sizeof run->test.layer_names[0]];
  const spiqe_model *model = spiqe_classifier_model(run->classifier);
  for (size_t i = 0; i < run->test.n_layers; i++) layers[i] = run->test.layer_names[i];
  make_command(run, command, sizeof command);
  snprintf(title, sizeof title, "%s on %s, seed %llu", spiqe_model_name(model), run->data->name,
           (unsigned long long)spiqe_classifier_seed(run->classifier));
  const spiqe_page page = {.title = title,
                           .model = model->summary,
                           .test_accuracy = run->test.accuracy,
                           .macro_precision = run->test.macro_precision,
                           .macro_recall = run->test.macro_recall,
                           .macro_f1 = run->test.macro_f1,
                           .roc_auc = run->test.roc_auc,
                           .n_classes = run->test.n_classes,
                           .confusion = run->test.confusion,
                           .n_points = learning->n_points,
                           .points = learning->points,
                           .n_batches = learning->n_batches,
                           .batch_loss = learning->batch_loss,
                           .loss_name = "cross-entropy (nats)",
                           .n_layers = run->test.n_layers,
                           .layer_names = layers,
                           .firing_rates = run->test.firing_rates,
                           .n_rasters = run->rasters.n,
                           .rasters = run->rasters.rows,
                           .n_traces = run->traces.n,
                           .traces = run->traces.rows,
                           .n_shots = run->n_shots,
                           .shots = run->shots,
                           .work = run->has_work ? &run->work : NULL,
                           .n_sweeps = run->n_sweeps,
                           .sweeps = run->sweeps,
                           .n_weights = run->weights.n,
                           .weights = run->weights.rows,
                           .n_confused = run->confused.n,
                           .confused = run->confused.rows,
                           .n_configuration = run->configuration.n,
                           .configuration = run->configuration.rows,
                           .n_machine = run->machine.n,
                           .machine = run->machine.rows,
                           .recipe = recipe,
                           .command = run->about->command ? run->about->command : command};
  return spiqe_page_write(run->ctx, &page, path);
}

static spiqe_status compose(spiqe_run *run, const spiqe_dataset *data, const char *path) {
  char *recipe = NULL;
  curves learning = {0};
  spiqe_status status;
  SPIQE_TRY_GOTO(open_all(run, data), done);
  SPIQE_TRY_GOTO(read_curves(run, &learning), done);
  SPIQE_TRY_GOTO(gather(run), done);
  SPIQE_TRY_GOTO(spiqe_model_print(spiqe_classifier_model(run->classifier), &recipe), done);
  status = write_page(run, &learning, recipe, path);
done:
  free(recipe);
  free(learning.points);
  free(learning.batch_loss);
  return status;
}

static void destroy(spiqe_run *run) {
  for (size_t i = 0; i < run->rasters.n; i++) free(run->rasters.spikes[i]);
  for (size_t i = 0; i < run->traces.n; i++) {
    free(run->traces.values[i]);
    free(run->traces.spikes[i]);
    free(run->traces.memory[i]);
  }
  free(run->shots);
  free(run->sweeps);
  free(run->weights.values);
  free(run->confused.values);
  spiqe_test_result_clear(&run->test);
  spiqe_dataset_destroy(run->owned_data);
  spiqe_classifier_destroy(run->classifier);
  free(run);
}

spiqe_status spiqe_run_report_write(spiqe_context *ctx, const spiqe_run_report *about,
                                    const spiqe_dataset *data, const char *path,
                                    spiqe_test_result *test) {
  spiqe_run *run = calloc(1, sizeof *run);
  if (test) *test = (spiqe_test_result){0};
  SPIQE_REQUIRE(ctx, run, SPIQE_NO_MEMORY, "no memory for a report");
  run->ctx = ctx;
  run->about = about;
  spiqe_status status = compose(run, data, path);
  if (status == SPIQE_OK && test) {
    *test = run->test;
    run->test = (spiqe_test_result){0};
  }
  destroy(run);
  return status;
}
