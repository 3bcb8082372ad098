#include "support/floor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <omp.h>

#include "core/context.h"
#include "core/threads.h"
#include "device/tables.h"
#include "support/bench.h"
#include "support/times.h"

/* Edges of a tile, as the network cuts its own products. */
#define TILE ((size_t)256)
#define MOST_PRODUCTS (3 * SPIQE_MOST_STAGES)
#define TRIAL_SECONDS 0.1

typedef enum way { BY_LIBRARY, BY_COLUMNS, BY_ROWS, N_WAYS } way;
static const char *const way_names[N_WAYS] = {"own threads", "tiles of columns", "tiles of rows"};

typedef struct product {
  spiqe_context *ctx;     /* borrowed */
  spiqe_matmul_args args; /* operands owned */
  way way;
  double seconds; /* in that way */
} product;

struct bench_floor {
  spiqe_context *ctx; /* borrowed */
  size_t n;
  product products[MOST_PRODUCTS];
};

static float *dense_matrix(size_t rows, size_t columns) {
  size_t n = rows * columns, bytes = (n * sizeof(float) + 63) / 64 * 64;
  float *a = aligned_alloc(64, bytes);
  bench_require(a != NULL, "no memory for a matrix of %zu x %zu", rows, columns);
  for (size_t i = 0; i < n; i++) a[i] = (float)((i * 2654435761u) % 1024) / 1024 - 0.5f;
  return a;
}

static void tile_of_columns(void *argument, size_t tile, size_t worker) {
  const product *p = argument;
  spiqe_matmul_args args = p->args;
  size_t first = tile * TILE, left = args.n - first;
  (void)worker;
  args.n = left < TILE ? left : TILE;
  args.b = (const float *)args.b + (args.transpose_b ? first * args.ldb : first);
  args.c = (float *)args.c + first;
  spiqe_matmul_dense(&args);
}

static void tile_of_rows(void *argument, size_t tile, size_t worker) {
  const product *p = argument;
  spiqe_matmul_args args = p->args;
  size_t first = tile * TILE, left = args.m - first;
  (void)worker;
  args.m = left < TILE ? left : TILE;
  args.a = (const float *)args.a + (args.transpose_a ? first : first * args.lda);
  args.c = (float *)args.c + first * args.ldc;
  spiqe_matmul_dense(&args);
}

static void multiply(void *argument) {
  product *p = argument;
  size_t n = p->way == BY_COLUMNS ? p->args.n : p->args.m;
  if (p->way == BY_LIBRARY)
    spiqe_matmul_dense(&p->args);
  else
    spiqe_threads_run(p->ctx, (n + TILE - 1) / TILE,
                      p->way == BY_COLUMNS ? tile_of_columns : tile_of_rows, p);
}

static void choose_way(product *p) {
  double least = INFINITY;
  way best = BY_LIBRARY;
  omp_set_num_threads((int)p->ctx->n_threads);
  for (p->way = 0; p->way < N_WAYS; p->way++) {
    p->seconds = bench_seconds(multiply, p, TRIAL_SECONDS);
    if (p->seconds < least) least = p->seconds, best = p->way;
  }
  p->way = best;
  p->seconds = least;
}

/* C [m][n] = op(A) op(B), with operands of its own. */
static product product_of(spiqe_context *ctx, int transpose_a, int transpose_b, size_t m, size_t k,
                          size_t n) {
  product p = {.ctx = ctx,
               .args = {.transpose_a = transpose_a,
                        .transpose_b = transpose_b,
                        .m = m,
                        .n = n,
                        .k = k,
                        .lda = transpose_a ? m : k,
                        .ldb = transpose_b ? k : n,
                        .ldc = n,
                        .a = dense_matrix(m, k),
                        .b = dense_matrix(k, n),
                        .c = dense_matrix(m, n)}};
  choose_way(&p);
  return p;
}

static void free_product(product *p) {
  free((void *)(uintptr_t)p->args.a);
  free((void *)(uintptr_t)p->args.b);
  free(p->args.c);
}

bench_floor *bench_floor_create(spiqe_context *ctx, const spiqe_network *net, size_t batch) {
  bench_floor *floor = calloc(1, sizeof *floor);
  bench_require(floor != NULL, "no memory");
  floor->ctx = ctx;
  for (size_t i = 0; i < net->n_stages; i++) {
    const spiqe_stage *stage = &net->stages[i];
    if (stage->kind->is_neuron || stage->n_named == 0) continue;
    /* [what leads to a current][planes][units]; a convolution has its places as rows */
    const spiqe_parameter *weight = &stage->named[0];
    size_t n = weight->shape[weight->n_dimensions - 2] * weight->shape[weight->n_dimensions - 1];
    size_t k = weight->size / n, places = stage->out.n_units / n;
    size_t rows = batch * spiqe_signal_stored_steps(&stage->in) * places;
    floor->products[floor->n++] = product_of(ctx, 0, 0, rows, k, n);
    floor->products[floor->n++] = product_of(ctx, 1, 0, k, rows, n);
    if (i > net->first_learnt) floor->products[floor->n++] = product_of(ctx, 0, 1, rows, n, k);
  }
  return floor;
}

void bench_floor_destroy(bench_floor *floor) {
  if (!floor) return;
  for (size_t i = 0; i < floor->n; i++) free_product(&floor->products[i]);
  free(floor);
}

double bench_floor_run(bench_floor *floor, size_t n_batches) {
  double start = omp_get_wtime();
  omp_set_num_threads((int)floor->ctx->n_threads);
  for (size_t b = 0; b < n_batches; b++)
    for (size_t i = 0; i < floor->n; i++) multiply(&floor->products[i]);
  return omp_get_wtime() - start;
}

static double operations_of(const product *p) {
  return 2 * (double)p->args.m * (double)p->args.n * (double)p->args.k;
}

double bench_floor_operations(const bench_floor *floor) {
  double sum = 0;
  for (size_t i = 0; i < floor->n; i++) sum += operations_of(&floor->products[i]);
  return sum;
}

cJSON *bench_floor_describe(const bench_floor *floor) {
  cJSON *list = cJSON_CreateArray();
  for (size_t i = 0; i < floor->n; i++) {
    const product *p = &floor->products[i];
    char shape[96];
    cJSON *object = cJSON_CreateObject();
    snprintf(shape, sizeof shape, "%zu x %zu x %zu", p->args.m, p->args.k, p->args.n);
    cJSON_AddStringToObject(object, "product", shape);
    cJSON_AddStringToObject(object, "way", way_names[p->way]);
    cJSON_AddNumberToObject(object, "milliseconds", 1e3 * p->seconds);
    cJSON_AddNumberToObject(object, "gflops", 1e-9 * operations_of(p) / p->seconds);
    cJSON_AddItemToArray(list, object);
  }
  return list;
}

double bench_sgemm_rate(spiqe_context *ctx) {
  product p = product_of(ctx, 0, 0, 200, 784, 1000);
  double rate = 1e-9 * operations_of(&p) / p.seconds;
  free_product(&p);
  return rate;
}
