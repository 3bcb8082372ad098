#include "support/profile.h"

#include <stdio.h>

#include <omp.h>

#include "core/clock.h"
#include "support/bench.h"

#define MOST_THREADS 256

static const char *const part_names[BENCH_N_PARTS] = {
    "load, encode",    "first product", "other products", "neurons",        "pooling",
    "read-out, loss",  "spike counts",  "neurons, back",  "products, back", "first gradient",
    "other gradients", "trains",        "optimiser",
};

/* A cache line for each thread, so that counting does not slow what is counted. */
typedef struct seconds {
  _Alignas(64) double of[BENCH_N_PARTS];
} seconds;

static seconds spent[MOST_THREADS];
static const spiqe_kernels *original;
static const spiqe_network_spec *original_spec;
static size_t first_inputs, first_columns; /* of the first product */
static spiqe_kernels measured;
static spiqe_network_spec measured_spec;
static spiqe_encoder_kind measured_encoder;

static void charge(bench_part part, double start) {
  spent[omp_get_thread_num()].of[part] += spiqe_clock_seconds() - start;
}

static bench_part part_of_product(const spiqe_matmul_args *s) {
  if (s->transpose_b) return BENCH_PRODUCTS_BACK;
  if (s->transpose_a)
    return s->m == first_inputs && s->ldc == first_columns ? BENCH_FIRST_GRADIENT
                                                           : BENCH_OTHER_GRADIENTS;
  return s->k == first_inputs && s->ldc == first_columns ? BENCH_FIRST_PRODUCT
                                                         : BENCH_OTHER_PRODUCTS;
}

static void matmul(const spiqe_matmul_args *args) {
  double start = spiqe_clock_seconds();
  original->matmul(args);
  charge(part_of_product(args), start);
}

static void add_bias(size_t m, size_t n, size_t ld, const void *bias, void *a) {
  double start = spiqe_clock_seconds();
  original->add_bias(m, n, ld, bias, a);
  charge(ld == first_columns ? BENCH_FIRST_PRODUCT : BENCH_OTHER_PRODUCTS, start);
}

static int is_zero(size_t m, size_t n, size_t ld, const void *a) {
  double start = spiqe_clock_seconds();
  int result = original->is_zero(m, n, ld, a);
  charge(ld == first_columns ? BENCH_FIRST_GRADIENT : BENCH_OTHER_GRADIENTS, start);
  return result;
}

static void sum_rows(size_t m, size_t n, size_t ld, const void *a, void *out) {
  double start = spiqe_clock_seconds();
  original->sum_rows(m, n, ld, a, out);
  charge(ld == first_columns ? BENCH_FIRST_GRADIENT : BENCH_OTHER_GRADIENTS, start);
}

static double sum_squares(size_t n, const void *a) {
  double start = spiqe_clock_seconds(), sum = original->sum_squares(n, a);
  charge(BENCH_COUNT, start);
  return sum;
}

static void qlif_forward(const spiqe_qlif_args *args) {
  double start = spiqe_clock_seconds();
  original->qlif_forward(args);
  charge(BENCH_NEURONS, start);
}

static void qlif_backward(const spiqe_qlif_grad_args *args) {
  double start = spiqe_clock_seconds();
  original->qlif_backward(args);
  charge(BENCH_NEURONS_BACK, start);
}

static int read_trains(size_t n_steps, size_t stride, size_t n, const void *values,
                       uint64_t *trains) {
  double start = spiqe_clock_seconds();
  int result = original->read_trains(n_steps, stride, n, values, trains);
  charge(BENCH_TRAINS, start);
  return result;
}

static void sum_listed(const spiqe_listed_args *args) {
  double start = spiqe_clock_seconds();
  original->sum_listed(args);
  charge(BENCH_TRAINS, start);
}

static void pool_forward(const spiqe_pool_args *args) {
  double start = spiqe_clock_seconds();
  original->pool_forward(args);
  charge(BENCH_POOLING, start);
}

static void pool_backward(const spiqe_pool_args *args) {
  double start = spiqe_clock_seconds();
  original->pool_backward(args);
  charge(BENCH_POOLING, start);
}

static void lif_forward(const spiqe_lif_args *args) {
  double start = spiqe_clock_seconds();
  original->lif_forward(args);
  charge(BENCH_NEURONS, start);
}

static void lif_backward(const spiqe_lif_grad_args *args) {
  double start = spiqe_clock_seconds();
  original->lif_backward(args);
  charge(BENCH_NEURONS_BACK, start);
}

static void encode(const void *settings, const spiqe_encoding *encoding,
                   const spiqe_encode_args *args) {
  double start = spiqe_clock_seconds();
  original_spec->encoder->encode(settings, encoding, args);
  charge(BENCH_LOAD_ENCODE, start);
}

void bench_profile_begin(spiqe_network *net) {
  for (size_t i = 0; i < MOST_THREADS; i++) spent[i] = (seconds){{0}};
  original = net->kernels;
  original_spec = net->spec;
  first_inputs = net->stages[0].in.n_units;
  first_columns = net->stages[0].out.n_units;
  measured = *original;
  measured.matmul = matmul;
  measured.add_bias = add_bias;
  measured.is_zero = is_zero;
  measured.sum_rows = sum_rows;
  measured.sum_squares = sum_squares;
  measured.qlif_forward = qlif_forward;
  measured.qlif_backward = qlif_backward;
  measured.read_trains = read_trains;
  measured.sum_listed = sum_listed;
  measured.pool_forward = pool_forward;
  measured.pool_backward = pool_backward;
  measured.lif_forward = lif_forward;
  measured.lif_backward = lif_backward;
  measured_spec = *original_spec;
  measured_encoder = *original_spec->encoder;
  measured_encoder.encode = encode;
  measured_spec.encoder = &measured_encoder;
  net->kernels = &measured;
  net->spec = &measured_spec;
}

void bench_profile_end(spiqe_network *net) {
  net->kernels = original;
  net->spec = original_spec;
}

void bench_profile_add(bench_part part, double wall, size_t n_threads) {
  spent[0].of[part] += wall * (double)n_threads;
}

void bench_profile_listen(void *loss, const spiqe_network_output *output) {
  double start = spiqe_clock_seconds();
  spiqe_loss_listen(loss, output);
  charge(BENCH_READ_OUT, start);
}

cJSON *bench_profile_shares(double wall, size_t n_threads) {
  cJSON *shares = cJSON_CreateObject();
  double all = 0;
  for (size_t p = 0; p < BENCH_N_PARTS; p++) {
    double sum = 0;
    for (size_t i = 0; i < MOST_THREADS; i++) sum += spent[i].of[p];
    double share = 100 * sum / (wall * (double)n_threads);
    if (sum > 0) cJSON_AddNumberToObject(shares, part_names[p], share);
    all += share;
  }
  cJSON_AddNumberToObject(shares, "the rest", 100 - all);
  return shares;
}

void bench_profile_print(const cJSON *shares) {
  const cJSON *share;
  cJSON_ArrayForEach(share, shares)
      printf("    %-20s %5.1f %%\n", share->string, share->valuedouble);
}
