/* Peak resident memory of training models/qsnn and models/sqsnn on mnist: data, training,
 * checkpoint, test and report of one epoch by the program, as a user runs it.
 *
 * bench_memory [--data NAME] [--data-dir DIR] */
#include <stdio.h>

#include "support/bench.h"
#include "support/child.h"

#define FOLDER "build/bench/memory-run"

/* "--no-report" or nothing behind the rest, so the report's part is known. */
static bench_child train(const char *model, const char *data, const char *folders,
                         const char *last) {
  const char *arguments[] = {bench_program(),
                             "train",
                             model,
                             "--data",
                             data,
                             "--epochs",
                             "1",
                             "--quiet",
                             "--threads",
                             "2",
                             "--out",
                             FOLDER,
                             last ? last : "--seed",
                             last ? NULL : "1",
                             NULL};
  char setting[1024];
  if (folders) snprintf(setting, sizeof setting, "SPIQE_DATA=%s", folders);
  fprintf(stderr, "training one epoch of %s%s\n", model, last ? " without the report" : "");
  bench_child child = bench_run(arguments, folders ? setting : NULL);
  bench_require(child.exit_code == 0, "spiqe train ended with %d", child.exit_code);
  return child;
}

/* name and what: of the row. */
static void measure(bench *b, const char *model, const char *name, const char *what, double goal,
                    const char *data, const char *folders) {
  bench_child bare = train(model, data, folders, "--no-report");
  bench_child whole = train(model, data, folders, NULL);
  cJSON *details = cJSON_CreateObject();
  cJSON_AddStringToObject(details, "data", data);
  cJSON_AddNumberToObject(details, "megabytes_without_report", 1e-6 * (double)bare.peak_memory);
  cJSON_AddNumberToObject(details, "seconds", whole.seconds);
  cJSON_AddNumberToObject(details, "processor_seconds", whole.user + whole.system);
  spiqe_context *ctx = bench_context(2, NULL);
  bench_add(b, &(bench_row){.name = name,
                            .what = what,
                            .measured = 1e-6 * (double)whole.peak_memory,
                            .unit = "MB",
                            .bar = BENCH_AT_MOST,
                            .goal = goal,
                            .ctx = ctx,
                            .details = details});
  spiqe_context_destroy(ctx);
}

int main(int argc, char **argv) {
  bench b;
  bench_begin(&b, "memory", argc, argv);
  const char *folders = bench_text(&b, "--data-dir", NULL);
  const char *data = bench_text(&b, "--data", bench_default_data(folders));
  bench_check_arguments(&b);
  measure(&b, "qsnn", "peak memory",
          "largest resident memory of training models/qsnn, its data, test and report included",
          600, data, folders);
  measure(&b, "sqsnn", "peak memory sqsnn", "the same of models/sqsnn", 1000, data, folders);
  return bench_end(&b);
}
