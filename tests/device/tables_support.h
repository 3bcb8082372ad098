/* What tests of kernel tables share: the tables, guarded buffers, random numbers. */
#ifndef TESTS_DEVICE_TABLES_SUPPORT_H
#define TESTS_DEVICE_TABLES_SUPPORT_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/device.h"
#include "spiqe/context.h"
#include "spiqe/random.h"
#include "support/cmocka_all.h"

/* A context for table `index`; NULL past the last, *usable 0 when this processor lacks it. */
static inline spiqe_context *table_context(size_t index, int *usable) {
  spiqe_context *ctx = NULL;
  const char *name = spiqe_device_name(index, usable);
  spiqe_context_options options = {.n_threads = 1, .device = name};
  if (name && *usable) assert_int_equal(spiqe_context_create(&options, &ctx, NULL, 0), SPIQE_OK);
  return ctx;
}

/* Run a test on every usable table in float, beside the reference's float and double. */
typedef struct table_trio {
  const char *name;
  const spiqe_kernels *fast, *slow, *exact;
} table_trio;

static inline void for_each_table(void (*test)(const table_trio *tables)) {
  int usable;
  spiqe_context *reference = table_context(0, &usable);
  assert_non_null(reference);
  for (size_t i = 0; spiqe_device_name(i, &usable); i++) {
    spiqe_context *ctx = table_context(i, &usable);
    if (!ctx) continue;
    table_trio tables = {spiqe_device_name(i, NULL), spiqe_device_kernels(ctx, SPIQE_F32),
                         spiqe_device_kernels(reference, SPIQE_F32),
                         spiqe_device_kernels(reference, SPIQE_F64)};
    test(&tables);
    spiqe_context_destroy(ctx);
  }
  spiqe_context_destroy(reference);
}

/* n numbers between guards of which none may change. The memory begins at an odd multiple of 4
 * bytes, as parts of larger arrays do. */
#define GUARD ((size_t)67)
#define GUARD_VALUE (-12345.0f)

typedef struct guarded {
  float *memory, *at; /* memory is owned */
  size_t n;
} guarded;

static inline guarded guarded_make(size_t n, float value) {
  guarded g = {.memory = malloc((n + 2 * GUARD) * sizeof(float)), .n = n};
  assert_non_null(g.memory);
  for (size_t i = 0; i < n + 2 * GUARD; i++) g.memory[i] = GUARD_VALUE;
  g.at = g.memory + GUARD;
  for (size_t i = 0; i < n; i++) g.at[i] = value;
  return g;
}

static inline void guarded_free(guarded *g) {
  for (size_t i = 0; i < GUARD; i++)
    if (g->memory[i] != GUARD_VALUE || g->at[g->n + i] != GUARD_VALUE)
      fail_msg("a kernel wrote outside its buffer of %zu", g->n);
  free(g->memory);
  *g = (guarded){0};
}

/* Uniform in [low, high), a function of (which, i). */
static inline guarded guarded_random(size_t n, uint64_t which, double low, double high) {
  uint32_t key[2];
  guarded g = guarded_make(n, 0);
  spiqe_random_key(21, SPIQE_PURPOSE_USER, which, key);
  for (size_t i = 0; i < n; i++)
    g.at[i] = (float)(low + (high - low) * spiqe_random_uniform(key, i, 0));
  return g;
}

static inline guarded guarded_copy(const guarded *from) {
  guarded g = guarded_make(from->n, 0);
  memcpy(g.at, from->at, from->n * sizeof(float));
  return g;
}

/* The same numbers in double; owned by the caller. */
static inline double *widened(const guarded *from) {
  double *wide = calloc(from->n + 1, sizeof *wide);
  assert_non_null(wide);
  for (size_t i = 0; i < from->n; i++) wide[i] = (double)from->at[i];
  return wide;
}

#endif
