/* Rows: on the terminal, and as JSON lines in build/bench/NAME.jsonl. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/bench.h"
#include "support/machine.h"
#include "core/file.h"

#define FOLDER "build/bench"
#define MOST_BYTES ((size_t)1 << 24)

/* A line that is no JSON object with a name is dropped: its row is measured again. */
static void read_rows(bench *b) {
  uint8_t *bytes;
  size_t size;
  cJSON_Delete(b->rows);
  b->rows = cJSON_CreateArray();
  if (spiqe_file_read(NULL, b->path, MOST_BYTES, &bytes, &size) != SPIQE_OK) return;
  for (char *rest = (char *)bytes, *line; (line = strsep(&rest, "\n"));) {
    cJSON *row = cJSON_Parse(line);
    if (cJSON_IsString(cJSON_GetObjectItem(row, "name")))
      cJSON_AddItemToArray(b->rows, row);
    else
      cJSON_Delete(row);
  }
  free(bytes);
}

void bench_begin(bench *b, const char *name, int argc, char **argv) {
  *b = (bench){.name = name, .argc = argc, .argv = argv, .load = bench_load()};
  bench_require(argc <= BENCH_MOST_ARGUMENTS, "%s: too many arguments", name);
  b->trial = bench_flag(b, "--trial");
  snprintf(b->path, sizeof b->path, FOLDER "/%s%s.jsonl", name, b->trial ? "-trial" : "");
  read_rows(b);
}

int bench_end(bench *b) {
  cJSON_Delete(b->rows);
  if (b->n_missed) printf("%s: %d of the goals missed\n", b->name, b->n_missed);
  return b->n_missed ? 1 : 0;
}

const cJSON *bench_find(const bench *b, const char *name) {
  const cJSON *row;
  cJSON_ArrayForEach(row, b->rows)
    if (!strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(row, "name")), name)) return row;
  return NULL;
}

static void write_rows(const bench *b) {
  size_t n = (size_t)cJSON_GetArraySize(b->rows), i = 0;
  char **lines = calloc(n, sizeof *lines);
  spiqe_span *spans = calloc(2 * n, sizeof *spans);
  const cJSON *row;
  bench_require(lines && spans, "no memory for %zu rows", n);
  cJSON_ArrayForEach(row, b->rows) {
    lines[i] = cJSON_PrintUnformatted(row);
    bench_require(lines[i] != NULL, "no memory for a row");
    spans[2 * i] = (spiqe_span){lines[i], strlen(lines[i])};
    spans[2 * i++ + 1] = (spiqe_span){"\n", 1};
  }
  bench_require(spiqe_file_make_folder(NULL, FOLDER) == SPIQE_OK &&
                    spiqe_file_write(NULL, b->path, spans, 2 * n) == SPIQE_OK,
                "%s: cannot write", b->path);
  for (i = 0; i < n; i++) free(lines[i]);
  free(lines);
  free(spans);
}

static int holds(const bench_row *row) {
  if (row->bar == BENCH_AT_LEAST) return row->measured >= row->goal;
  if (row->bar == BENCH_AT_MOST) return row->measured <= row->goal;
  if (row->bar == BENCH_WITHIN) return fabs(row->measured - row->goal) <= row->tolerance;
  return 1;
}

/* ">= 97.8" */
static void print_goal(const bench_row *row, char *out, size_t size) {
  out[0] = 0;
  if (row->bar == BENCH_AT_LEAST) snprintf(out, size, ">= %.6g", row->goal);
  if (row->bar == BENCH_AT_MOST) snprintf(out, size, "<= %.6g", row->goal);
  if (row->bar == BENCH_WITHIN) snprintf(out, size, "%.6g +- %.6g", row->goal, row->tolerance);
}

/* What measures the row again, from the root of the repository. */
static void print_command(const bench *b, const bench_row *row, char *out, size_t size) {
  size_t n = (size_t)snprintf(out, size, "make bench BENCH=%s", b->name);
  if (row->command || b->argc > 1)
    n = (size_t)snprintf(out, size, "build/fast/bench/bench_%s", b->name);
  if (row->command) {
    snprintf(out + n, size - n, " %s", row->command);
    return;
  }
  for (int i = 1; i < b->argc && n < size; i++)
    n += (size_t)snprintf(out + n, size - n, " %s", b->argv[i]);
}

static cJSON *object_of(const bench *b, const bench_row *row) {
  char goal[64], command[512];
  cJSON *object = cJSON_CreateObject();
  print_goal(row, goal, sizeof goal);
  print_command(b, row, command, sizeof command);
  cJSON_AddStringToObject(object, "name", row->name);
  cJSON_AddNumberToObject(object, "measured", row->measured);
  cJSON_AddStringToObject(object, "unit", row->unit);
  if (row->bar == BENCH_REPORTED) {
    cJSON_AddNullToObject(object, "goal");
    cJSON_AddNullToObject(object, "holds");
  } else {
    cJSON_AddStringToObject(object, "goal", goal);
    cJSON_AddBoolToObject(object, "holds", holds(row));
  }
  cJSON_AddStringToObject(object, "what", row->what);
  if (row->part_of) cJSON_AddStringToObject(object, "part_of", row->part_of);
  cJSON_AddStringToObject(object, "command", command);
  if (row->ctx) {
    cJSON_AddNumberToObject(object, "threads", (double)spiqe_context_n_threads(row->ctx));
    cJSON_AddStringToObject(object, "device", spiqe_context_device(row->ctx));
  }
  if (row->details) cJSON_AddItemToObject(object, "details", row->details);
  cJSON_AddNumberToObject(object, "load", b->load);
  cJSON_AddItemToObject(object, "machine", bench_machine());
  return object;
}

#define MOST_RUNS 100

/* "runs": what every run gave, the oldest first, so that a page cannot show the best of many. */
static void add_runs(cJSON *object, const cJSON *before) {
  const cJSON *old = cJSON_GetObjectItem(before, "runs");
  cJSON *runs = old ? cJSON_Duplicate(old, 1) : cJSON_CreateArray();
  if (cJSON_GetArraySize(runs) >= MOST_RUNS) cJSON_DeleteItemFromArray(runs, 0);
  double measured = cJSON_GetNumberValue(cJSON_GetObjectItem(object, "measured"));
  cJSON_AddItemToArray(runs, cJSON_CreateNumber(measured));
  cJSON_AddItemToObject(object, "runs", runs);
}

static void keep(bench *b, const char *name, cJSON *object) {
  int i = 0, n = cJSON_GetArraySize(b->rows);
  for (; i < n; i++) {
    const cJSON *there = cJSON_GetObjectItem(cJSON_GetArrayItem(b->rows, i), "name");
    if (!strcmp(cJSON_GetStringValue(there), name)) break;
  }
  add_runs(object, cJSON_GetArrayItem(b->rows, i));
  if (i < n)
    cJSON_ReplaceItemInArray(b->rows, i, object);
  else
    cJSON_AddItemToArray(b->rows, object);
}

void bench_add(bench *b, const bench_row *row) {
  char goal[64];
  print_goal(row, goal, sizeof goal);
  printf("%-34s %10.6g %-18s %-14s %s\n", row->name, row->measured, row->unit, goal,
         row->bar == BENCH_REPORTED ? "" : holds(row) ? "holds" : "MISSED");
  fflush(stdout);
  b->n_missed += !holds(row);
  read_rows(b); /* another run may have added to them */
  keep(b, row->name, object_of(b, row));
  write_rows(b);
}
