/* What all benchmarks share. A benchmark measures rows. A row is printed with its goal beside it
 * and kept as one JSON line in build/bench/NAME.jsonl, where it replaces the row of the same name,
 * so that a file may be made in parts. Programs run in the root of the repository (or wherever
 * build/bench/ may be made) and end with exit code 1 when a goal is missed or something fails. */
#ifndef SPIQE_BENCH_SUPPORT_BENCH_H
#define SPIQE_BENCH_SUPPORT_BENCH_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "spiqe/spiqe.h"

#define BENCH_MOST_ARGUMENTS 32

typedef struct bench {
  const char *name; /* static */
  int argc;
  char **argv;
  int used[BENCH_MOST_ARGUMENTS]; /* 1: the argument was understood */
  char path[256];                 /* build/bench/NAME.jsonl */
  cJSON *rows;                    /* owned; an array of what the file holds */
  int trial;                      /* 1: the rows are kept apart, and not for the page */
  double load;                    /* of the machine when the program began, last minute */
  int n_missed;
} bench;

/* What holds: measured >= goal, <= goal, or |measured - goal| <= tolerance. */
typedef enum bench_bar {
  BENCH_REPORTED,
  BENCH_AT_LEAST,
  BENCH_AT_MOST,
  BENCH_WITHIN
} bench_bar;

typedef struct bench_row {
  const char *name, *what, *unit; /* what: a phrase for the page of results */
  double measured, goal, tolerance;
  bench_bar bar;
  const spiqe_context *ctx; /* its threads and device go into the row; may be NULL */
  const char *command;      /* that measures this row again; NULL: the program as it was started */
  const char *part_of;      /* the row that this one goes into; NULL: none */
  cJSON *details;           /* object, taken over; may be NULL */
} bench_row;

/* Read what the file holds. With the option --trial it is build/bench/NAME-trial.jsonl, so that a
 * short run while working on something does not replace what was measured with care. */
void bench_begin(bench *b, const char *name, int argc, char **argv);

/* Options: the value behind `option`, 1 when a flag is there, the first argument without a '-'.
 * After the last one is asked for, bench_check_arguments refuses what nobody asked for. */
const char *bench_text(bench *b, const char *option, const char *otherwise);
size_t bench_size(bench *b, const char *option, size_t otherwise);
int bench_flag(bench *b, const char *option);
const char *bench_word(bench *b);
void bench_check_arguments(const bench *b);

/* Print a row and write the file. */
void bench_add(bench *b, const bench_row *row);

/* The row of that name in the file, or NULL; borrowed. */
const cJSON *bench_find(const bench *b, const char *name);

/* Free; returns the exit code of the program. */
int bench_end(bench *b);

/* Print the message and exit when ok is 0, or when a call failed. */
void bench_require(int ok, const char *format, ...) __attribute__((format(printf, 2, 3)));
void bench_try(const spiqe_context *ctx, spiqe_status status);

/* A context, a data set, a model: or the end of the program. */
spiqe_context *bench_context(size_t n_threads, const char *device);
spiqe_dataset *bench_data(spiqe_context *ctx, const char *name, const char *folders);
spiqe_model *bench_model(spiqe_context *ctx, const char *name);

/* mnist when it can be opened, else the built-in digits. */
const char *bench_default_data(const char *folders);

/* The spiqe program of the build that this benchmark is of. */
const char *bench_program(void);

#endif
