/* Peak resident memory of training models/qsnn on mnist: data, training, checkpoint, test and
 * report of one epoch by the program, as a user runs it.
 *
 * bench_memory [--data NAME] [--data-dir DIR] */
#include <stdio.h>

#include "support/bench.h"
#include "support/child.h"

#define FOLDER "build/bench/memory-run"

/* "--no-report" or nothing behind the rest, so the report's part is known. */
static bench_child train(const char *data, const char *folders, const char *last) {
  const char *arguments[] = {bench_program(), "train", "qsnn", "--data", data, "--epochs", "1",
                             "--quiet", "--threads", "2", "--out", FOLDER,
                             last ? last : "--seed", last ? NULL : "1", NULL};
  char setting[1024];
  if (folders) snprintf(setting, sizeof setting, "SPIQE_DATA=%s", folders);
  fprintf(stderr, "training one epoch%s\n", last ? " without the report" : "");
  bench_child child = bench_run(arguments, folders ? setting : NULL);
  bench_require(child.exit_code == 0, "spiqe train ended with %d", child.exit_code);
  return child;
}

int main(int argc, char **argv) {
  bench b;
  bench_begin(&b, "memory", argc, argv);
  const char *folders = bench_text(&b, "--data-dir", NULL);
  const char *data = bench_text(&b, "--data", bench_default_data(folders));
  bench_check_arguments(&b);
  bench_child bare = train(data, folders, "--no-report"), whole = train(data, folders, NULL);
  cJSON *details = cJSON_CreateObject();
  cJSON_AddStringToObject(details, "data", data);
  cJSON_AddNumberToObject(details, "megabytes_without_report", 1e-6 * (double)bare.peak_memory);
  cJSON_AddNumberToObject(details, "seconds", whole.seconds);
  cJSON_AddNumberToObject(details, "processor_seconds", whole.user + whole.system);
  spiqe_context *ctx = bench_context(2, NULL);
  bench_add(&b, &(bench_row){.name = "peak memory",
                             .what = "largest resident memory of training models/qsnn, its data, "
                                     "test and report included",
                             .measured = 1e-6 * (double)whole.peak_memory,
                             .unit = "MB", .bar = BENCH_AT_MOST, .goal = 600,
                             .ctx = ctx, .details = details});
  printf("    without the report %.0f MB\n", 1e-6 * (double)bare.peak_memory);
  spiqe_context_destroy(ctx);
  return bench_end(&b);
}
