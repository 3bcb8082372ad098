/* How long `spiqe info` takes from its start to its end, and what of it: starting any program, the
 * dynamic loader with the program's libraries, and the command itself. The three kinds of start are
 * run in turns, and the parts are taken from the fastest.
 *
 * bench_startup [--starts 50] */
#include <stdio.h>
#include <stdlib.h>

#include "support/bench.h"
#include "support/child.h"
#include "support/times.h"

#define MOST_STARTS ((size_t)10000)

enum { INFO, VERSION, NOTHING, N_KINDS };

static void measure(size_t n, double (*times)[MOST_STARTS]) {
  const char *info[] = {bench_program(), "info", NULL};
  const char *version[] = {bench_program(), "--version", NULL};
  const char *nothing[] = {"true", NULL};
  const char *const *commands[N_KINDS] = {info, version, nothing};
  for (size_t i = 0; i < n + 1; i++)
    for (int kind = 0; kind < N_KINDS; kind++) {
      bench_child child = bench_run(commands[kind], NULL);
      bench_require(child.exit_code == 0, "%s %s ended with %d", commands[kind][0],
                    commands[kind][1] ? commands[kind][1] : "", child.exit_code);
      if (i > 0) times[kind][i - 1] = 1e3 * child.seconds; /* the first start reads from disk */
    }
}

int main(int argc, char **argv) {
  bench b;
  static double times[N_KINDS][MOST_STARTS];
  bench_begin(&b, "startup", argc, argv);
  size_t n = bench_size(&b, "--starts", 50);
  bench_check_arguments(&b);
  bench_require(n > 0 && n <= MOST_STARTS, "1 to %zu starts", MOST_STARTS);
  measure(n, times);
  const char *info[] = {bench_program(), "info", NULL};
  size_t libraries = bench_count_lines(info, "LD_TRACE_LOADED_OBJECTS=1");
  double fastest = bench_minimum(times[INFO], n), version = bench_minimum(times[VERSION], n);
  double nothing = bench_minimum(times[NOTHING], n);
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "starts", (double)n);
  cJSON_AddNumberToObject(details, "fastest", fastest);
  cJSON_AddNumberToObject(details, "start_of_any_program", nothing);
  cJSON_AddNumberToObject(details, "loading", version - nothing);
  cJSON_AddNumberToObject(details, "libraries", (double)libraries);
  cJSON_AddNumberToObject(details, "command", fastest - version);
  bench_add(&b, &(bench_row){.name = "start", .what = "`spiqe info`, median of its starts",
                             .measured = bench_median(times[INFO], n), .unit = "ms",
                             .bar = BENCH_AT_MOST, .goal = 20, .details = details});
  printf("    at best %.2f ms: any program %.2f, loading of %zu libraries %.2f, the command %.2f\n",
         fastest, nothing, libraries, version - nothing, fastest - version);
  return bench_end(&b);
}
