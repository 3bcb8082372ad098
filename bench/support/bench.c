/* Arguments, failures, and the objects that most benchmarks need. */
#include "support/bench.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void bench_require(int ok, const char *format, ...) {
  if (ok) return;
  va_list values;
  va_start(values, format);
  fputs("bench: ", stderr);
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  va_end(values);
  exit(1);
}

void bench_try(const spiqe_context *ctx, spiqe_status status) {
  bench_require(status == SPIQE_OK, "%s",
                ctx ? spiqe_context_message(ctx) : spiqe_status_text(status));
}

const char *bench_text(bench *b, const char *option, const char *otherwise) {
  for (int i = 1; i < b->argc; i++) {
    if (strcmp(b->argv[i], option)) continue;
    bench_require(i + 1 < b->argc, "%s: a value is expected", option);
    b->used[i] = b->used[i + 1] = 1;
    return b->argv[i + 1];
  }
  return otherwise;
}

size_t bench_size(bench *b, const char *option, size_t otherwise) {
  const char *text = bench_text(b, option, NULL);
  char *end;
  if (!text) return otherwise;
  unsigned long long value = strtoull(text, &end, 10);
  bench_require(end != text && !*end && text[0] != '-', "%s: '%s' is not a number", option, text);
  return (size_t)value;
}

int bench_flag(bench *b, const char *option) {
  for (int i = 1; i < b->argc; i++)
    if (!strcmp(b->argv[i], option)) return b->used[i] = 1;
  return 0;
}

const char *bench_word(bench *b) {
  for (int i = 1; i < b->argc; i++) {
    if (b->used[i] || b->argv[i][0] == '-') continue;
    b->used[i] = 1;
    return b->argv[i];
  }
  return NULL;
}

void bench_check_arguments(const bench *b) {
  for (int i = 1; i < b->argc; i++)
    bench_require(b->used[i], "bench_%s: '%s' is not an option", b->name, b->argv[i]);
}

spiqe_context *bench_context(size_t n_threads, const char *device) {
  char message[256];
  spiqe_context *ctx;
  const spiqe_context_options options = {.n_threads = n_threads, .device = device};
  spiqe_status status = spiqe_context_create(&options, &ctx, message, sizeof message);
  bench_require(status == SPIQE_OK, "%s", message);
  return ctx;
}

spiqe_dataset *bench_data(spiqe_context *ctx, const char *name, const char *folders) {
  spiqe_dataset *data;
  bench_try(ctx, spiqe_dataset_open(ctx, name, folders, &data));
  return data;
}

spiqe_model *bench_model(spiqe_context *ctx, const char *name) {
  spiqe_model *model;
  bench_try(ctx, spiqe_model_open(ctx, name, &model));
  return model;
}

const char *bench_default_data(const char *folders) {
  return spiqe_dataset_is_here("mnist", folders) ? "mnist" : "digits";
}

const char *bench_program(void) {
  static char path[PATH_MAX + 16];
  ssize_t n = readlink("/proc/self/exe", path, PATH_MAX);
  bench_require(n > 0, "this program does not know where it is");
  path[n] = 0;
  for (int up = 0; up < 2; up++) { /* BUILD/bench/bench_NAME -> BUILD/spiqe */
    char *slash = strrchr(path, '/');
    if (slash) *slash = 0;
  }
  strcat(path, "/spiqe");
  bench_require(access(path, X_OK) == 0, "%s: there is no such program", path);
  return path;
}
