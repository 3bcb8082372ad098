#include "support/cases.h"

#include <stddef.h>
#include <stdlib.h>

#include "spiqe/random.h"
#include "support/bench.h"

/* A batch of qsnn, and the piece of it that one thread takes. */
#define BATCH 200
#define INPUTS 784
#define UNITS 1000
#define COLUMNS (2 * UNITS)
#define CLASS_COLUMNS 20
#define ROWS 10
#define STEPS 25
#define PIECE (ROWS * STEPS)
#define TILE 256
#define PARAMETERS 65536
#define PIXEL_DENSITY 0.19 /* of mnist */
#define SPIKE_DENSITY 0.08 /* of the hidden layer after some epochs */

static float *pixels, *weights, *currents, *first_gradient;  /* [BATCH][INPUTS] ... */
static float *piece_spikes, *class_weights, *class_currents; /* [PIECE][UNITS] ... */
static float *current, *threshold, *beta, *spikes, *trace, *d_spikes, *d_current;
static float *zeros, *sums, *parameters, *moment1, *moment2, *gradient;
static uint32_t samples[ROWS];

/* n numbers, uniform in low..high, a part of them 0. */
static float *numbers(size_t n, double density, double low, double high) {
  static uint64_t made;
  float *x = aligned_alloc(64, (n * sizeof *x + 63) / 64 * 64);
  uint32_t key[2];
  bench_require(x != NULL, "no memory for %zu numbers", n);
  spiqe_random_key(1, SPIQE_PURPOSE_USER, made++, key);
  for (size_t i = 0; i < n; i++) {
    double value = low + (high - low) * spiqe_random_uniform(key, i, 0);
    x[i] = spiqe_random_uniform(key, i, 1) < density ? (float)value : 0.0f;
  }
  return x;
}

void bench_cases_begin(void) {
  pixels = numbers(BATCH * INPUTS, PIXEL_DENSITY, 0, 1);
  weights = numbers(INPUTS * COLUMNS, 1, -0.1, 0.1);
  currents = numbers(BATCH * COLUMNS, 1, -0.5, 0.5);
  first_gradient = numbers(INPUTS * COLUMNS, 1, 0, 0);
  piece_spikes = numbers(PIECE * UNITS, SPIKE_DENSITY, 1, 1);
  class_weights = numbers(UNITS * CLASS_COLUMNS, 1, -0.1, 0.1);
  class_currents = numbers(PIECE * CLASS_COLUMNS, 1, -0.5, 0.5);
  current = numbers(ROWS * COLUMNS, 1, -0.2, 0.3);
  threshold = numbers(UNITS, 1, 0.75, 0.75);
  beta = numbers(UNITS, 1, 0.9, 0.9);
  spikes = numbers(PIECE * UNITS, 1, 0, 0);
  trace = numbers(PIECE * UNITS, 1, 0, 1);
  d_spikes = numbers(PIECE * UNITS, 1, -0.01, 0.01);
  d_current = numbers(ROWS * COLUMNS, 1, 0, 0);
  zeros = numbers(BATCH * TILE, 0, 0, 0);
  sums = numbers(COLUMNS, 1, 0, 0);
  parameters = numbers(PARAMETERS, 1, -0.1, 0.1);
  moment1 = numbers(PARAMETERS, 1, 0, 0.01);
  moment2 = numbers(PARAMETERS, 1, 0, 0.01);
  gradient = numbers(PARAMETERS, 1, -0.01, 0.01);
  for (size_t i = 0; i < ROWS; i++) samples[i] = (uint32_t)i;
}

static void first_product(const spiqe_kernels *k) {
  k->matmul(&(spiqe_matmul_args){.sparse_a = 1, .m = BATCH, .n = TILE, .k = INPUTS, .lda = INPUTS,
                                 .ldb = COLUMNS, .ldc = COLUMNS, .a = pixels, .b = weights,
                                 .c = currents});
}

static void dense_product(const spiqe_kernels *k) {
  k->matmul(&(spiqe_matmul_args){.m = BATCH, .n = UNITS, .k = INPUTS, .lda = INPUTS,
                                 .ldb = COLUMNS, .ldc = COLUMNS, .a = pixels, .b = weights,
                                 .c = currents});
}

static void first_product_gradient(const spiqe_kernels *k) {
  k->matmul(&(spiqe_matmul_args){.transpose_a = 1, .sparse_a = 1, .m = INPUTS, .n = TILE,
                                 .k = BATCH, .lda = INPUTS, .ldb = COLUMNS, .ldc = COLUMNS,
                                 .a = pixels, .b = currents, .c = first_gradient});
}

static void class_product(const spiqe_kernels *k) {
  k->matmul(&(spiqe_matmul_args){.sparse_a = 1, .m = PIECE, .n = CLASS_COLUMNS, .k = UNITS,
                                 .lda = UNITS, .ldb = CLASS_COLUMNS, .ldc = CLASS_COLUMNS,
                                 .a = piece_spikes, .b = class_weights, .c = class_currents});
}

static void class_product_back(const spiqe_kernels *k) {
  k->matmul(&(spiqe_matmul_args){.transpose_b = 1, .m = PIECE, .n = UNITS, .k = CLASS_COLUMNS,
                                 .lda = CLASS_COLUMNS, .ldb = CLASS_COLUMNS, .ldc = UNITS,
                                 .a = class_currents, .b = class_weights, .c = trace});
}

static void sum_rows(const spiqe_kernels *k) {
  k->sum_rows(BATCH, TILE, COLUMNS, currents, sums);
}

static void sum_squares(const spiqe_kernels *k) {
  k->sum_squares(PARAMETERS, gradient);
}

static void is_zero(const spiqe_kernels *k) {
  k->is_zero(BATCH, TILE, TILE, zeros);
}

/* The bias is 0, so that currents stay as they are. */
static void add_bias(const spiqe_kernels *k) {
  k->add_bias(BATCH, TILE, COLUMNS, zeros, currents);
}

static spiqe_qlif_args qlif_args(spiqe_qlif_mode mode) {
  return (spiqe_qlif_args){.rule = {.n_planes = 2, .wrap = 1, .mode = mode, .slope = 2,
                                    .input_slope = 2, .t1 = 60, .tau_scale = 200, .shots = 1},
                           .n_steps = STEPS, .n_rows = ROWS, .n_units = UNITS, .ld = COLUMNS,
                           .current = current, .threshold = threshold, .samples = samples,
                           .spikes = spikes, .phi = trace};
}

static spiqe_qlif_grad_args qlif_grad_args(void) {
  return (spiqe_qlif_grad_args){.forward = qlif_args(SPIQE_QLIF_EXACT), .d_spikes = d_spikes,
                                .d_stride = ROWS * UNITS, .d_current = d_current};
}

static void qlif_forward(const spiqe_kernels *k) {
  spiqe_qlif_args args = qlif_args(SPIQE_QLIF_EXACT);
  k->qlif_forward(&args);
}

static void qlif_forward_shot(const spiqe_kernels *k) {
  spiqe_qlif_args args = qlif_args(SPIQE_QLIF_SINGLE_SHOT);
  k->qlif_forward(&args);
}

static void qlif_backward(const spiqe_kernels *k) {
  spiqe_qlif_grad_args args = qlif_grad_args();
  k->qlif_backward(&args);
}

static void qlif_published_forward(const spiqe_kernels *k) {
  spiqe_qlif_args args = qlif_args(SPIQE_QLIF_EXACT);
  k->qlif_published_forward(&args);
}

static void qlif_published_backward(const spiqe_kernels *k) {
  spiqe_qlif_grad_args args = qlif_grad_args();
  k->qlif_published_backward(&args);
}

static spiqe_lif_args lif_args(void) {
  return (spiqe_lif_args){.rule = {.slope = 2}, .n_steps = STEPS, .n_rows = ROWS, .n_units = UNITS,
                          .ld = UNITS, .current = current, .threshold = threshold, .beta = beta,
                          .spikes = spikes, .membrane = trace};
}

static void lif_forward(const spiqe_kernels *k) {
  spiqe_lif_args args = lif_args();
  k->lif_forward(&args);
}

static void lif_backward(const spiqe_kernels *k) {
  k->lif_backward(&(spiqe_lif_grad_args){.forward = lif_args(), .d_spikes = d_spikes,
                                         .d_stride = ROWS * UNITS, .d_current = d_current});
}

/* A rate of 0 keeps the parameters where they are. */
static spiqe_update_args update_args(void) {
  return (spiqe_update_args){.n = PARAMETERS, .parameters = parameters, .moment1 = moment1,
                             .moment2 = moment2, .gradient = gradient, .scale = 1, .beta1 = 0.9,
                             .beta2 = 0.999, .epsilon = 1e-8, .momentum = 0.9, .correction1 = 1,
                             .correction2 = 1};
}

static void adam(const spiqe_kernels *k) {
  spiqe_update_args args = update_args();
  k->adam(&args);
}

static void sgd(const spiqe_kernels *k) {
  spiqe_update_args args = update_args();
  k->sgd(&args);
}

static void bernoulli(const spiqe_kernels *k) {
  k->bernoulli(&(spiqe_bernoulli_args){.n = INPUTS, .key = {1, 2}, .probability = pixels,
                                       .spikes = sums});
}

#define ENTRY(name) offsetof(spiqe_kernels, name)
#define PRODUCT(m, k, n) (2.0 * (m) * (k) * (n))
#define TILE_BYTES (4.0 * BATCH * TILE)
#define NEURON_STEPS ((double)PIECE * UNITS)

/* Neurons: a spike and a trace are written or read, and on the way back a gradient is read. */
static const bench_case cases[] = {
    {"matmul 200 x 784 x 1000", ENTRY(matmul), BENCH_OPERATIONS, PRODUCT(BATCH, INPUTS, UNITS),
     PRODUCT(BATCH, INPUTS, UNITS), dense_product},
    {"matmul 200 x 784 x 256, pixels", ENTRY(matmul), BENCH_OPERATIONS,
     PRODUCT(BATCH, INPUTS, TILE), PIXEL_DENSITY * PRODUCT(BATCH, INPUTS, TILE), first_product},
    {"matmul 784 x 200 x 256, pixels", ENTRY(matmul), BENCH_OPERATIONS,
     PRODUCT(BATCH, INPUTS, TILE), PIXEL_DENSITY * PRODUCT(BATCH, INPUTS, TILE),
     first_product_gradient},
    {"matmul 250 x 1000 x 20, spikes", ENTRY(matmul), BENCH_OPERATIONS,
     PRODUCT(PIECE, UNITS, CLASS_COLUMNS), SPIKE_DENSITY * PRODUCT(PIECE, UNITS, CLASS_COLUMNS),
     class_product},
    {"matmul 250 x 20 x 1000", ENTRY(matmul), BENCH_OPERATIONS,
     PRODUCT(PIECE, UNITS, CLASS_COLUMNS), PRODUCT(PIECE, UNITS, CLASS_COLUMNS),
     class_product_back},
    {"sum_rows", ENTRY(sum_rows), BENCH_BYTES, TILE_BYTES, TILE_BYTES, sum_rows},
    {"sum_squares", ENTRY(sum_squares), BENCH_BYTES, 4.0 * PARAMETERS, 4.0 * PARAMETERS,
     sum_squares},
    {"is_zero", ENTRY(is_zero), BENCH_BYTES, TILE_BYTES, TILE_BYTES, is_zero},
    {"add_bias", ENTRY(add_bias), BENCH_BYTES, 2 * TILE_BYTES, 2 * TILE_BYTES, add_bias},
    {"qlif_forward", ENTRY(qlif_forward), BENCH_NEURON_STEPS, NEURON_STEPS, 8 * NEURON_STEPS,
     qlif_forward},
    {"qlif_forward, single shot", ENTRY(qlif_forward), BENCH_NEURON_STEPS, NEURON_STEPS,
     8 * NEURON_STEPS, qlif_forward_shot},
    {"qlif_backward", ENTRY(qlif_backward), BENCH_NEURON_STEPS, NEURON_STEPS, 12 * NEURON_STEPS,
     qlif_backward},
    {"qlif_published_forward", ENTRY(qlif_published_forward), BENCH_NEURON_STEPS, NEURON_STEPS,
     8 * NEURON_STEPS, qlif_published_forward},
    {"qlif_published_backward", ENTRY(qlif_published_backward), BENCH_NEURON_STEPS, NEURON_STEPS,
     12 * NEURON_STEPS, qlif_published_backward},
    {"lif_forward", ENTRY(lif_forward), BENCH_NEURON_STEPS, NEURON_STEPS, 8 * NEURON_STEPS,
     lif_forward},
    {"lif_backward", ENTRY(lif_backward), BENCH_NEURON_STEPS, NEURON_STEPS, 12 * NEURON_STEPS,
     lif_backward},
    {"adam", ENTRY(adam), BENCH_BYTES, 28.0 * PARAMETERS, 28.0 * PARAMETERS, adam},
    {"sgd", ENTRY(sgd), BENCH_BYTES, 20.0 * PARAMETERS, 20.0 * PARAMETERS, sgd},
    {"bernoulli", ENTRY(bernoulli), BENCH_DRAWS, INPUTS, 8.0 * INPUTS, bernoulli},
};

const bench_case *bench_case_at(size_t index) {
  return index < sizeof cases / sizeof cases[0] ? &cases[index] : NULL;
}
