/* A convolution in training, forward and backward on one thread, f32, against the matrix library's
 * own convolution in the memory formats that it chooses: the two layers of models/qscnn with one
 * plane, a batch of 200, in time of the processor, as machines are shared. Then the second layer
 * with spikes of several densities; and with gradients of which a quarter is not 0, as pooling
 * leaves them. Ours and theirs are measured in turns.
 *
 * bench_conv [--rounds 15] */
#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <omp.h>

#include "device/device.h"
#include "spiqe/random.h"
#include "support/bench.h"
#include "support/times.h"
#include "synapse/conv2d.h"

enum { BATCH = 200, MOST_ROUNDS = 1000 };
#define LEAST_PERCENT 50 /* of the library's speed */

static double processor_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

typedef struct layer {
  const char *name;
  size_t side, channels, filters, kernel;
  int is_first; /* 1: no gradient of its input is wanted */
} layer;

static const layer layers[] = {{"1 to 12, 28 x 28", 28, 1, 12, 5, 1},
                               {"12 to 64, 12 x 12", 12, 12, 64, 5, 0}};
#define N_LAYERS (sizeof layers / sizeof *layers)

static size_t out_side(const layer *l) {
  return l->side - l->kernel + 1;
}

/* Ours: a stage and its buffers. */
typedef struct ours {
  spiqe_stage stage;
  spiqe_conv2d_settings settings;
  spiqe_pass pass;
  float *input, *d_output; /* of pass */
} ours;

static float *floats(size_t n) {
  float *x = calloc(n + 16, sizeof *x);
  bench_require(x != NULL, "no memory for %zu numbers", n);
  return x;
}

/* Numbers of which a part `density` is not 0. */
static void fill(float *x, size_t n, double density, uint64_t which) {
  uint32_t key[2];
  spiqe_random_key(3, SPIQE_PURPOSE_USER, which, key);
  for (size_t i = 0; i < n; i++)
    x[i] =
        spiqe_random_uniform(key, i, 0) < density ? 1 - (float)spiqe_random_uniform(key, i, 1) : 0;
}

static void ours_open(ours *o, const layer *l, const spiqe_kernels *kernels) {
  *o = (ours){.settings = {l->filters, l->kernel, 1, 0, 1, 1}};
  o->stage = (spiqe_stage){.kind = &spiqe_conv2d, .settings = &o->settings};
  o->stage.in = (spiqe_signal){.n_steps = 1,
                               .n_units = l->side * l->side * l->channels,
                               .n_planes = 1,
                               .height = l->side,
                               .width = l->side,
                               .channels = l->channels};
  bench_require(spiqe_conv2d.plan(NULL, &o->stage) == SPIQE_OK, "%s cannot be planned", l->name);
  size_t n_in = BATCH * o->stage.in.n_units, n_out = BATCH * o->stage.out.n_units;
  float *parameters = floats(o->stage.n_parameters);
  fill(parameters, o->stage.n_parameters, 1, 1);
  o->input = floats(n_in);
  o->d_output = floats(n_out);
  o->pass = (spiqe_pass){.kernels = kernels,
                         .precision = SPIQE_F32,
                         .n_rows = BATCH,
                         .training = 1,
                         .n_columns = o->stage.out.n_units,
                         .parameters = parameters,
                         .derived = floats(o->stage.n_derived),
                         .input = o->input,
                         .output = floats(n_out),
                         .scratch = floats(o->stage.n_scratch),
                         .d_output = o->d_output,
                         .d_input = l->is_first ? NULL : floats(n_in),
                         .gradient = floats(o->stage.n_parameters)};
  spiqe_conv2d.prepare(&o->stage, SPIQE_F32, parameters, (void *)(uintptr_t)o->pass.derived);
}

static void ours_fill(ours *o, double density, double d_density) {
  fill(o->input, BATCH * o->stage.in.n_units, density, 2);
  fill(o->d_output, BATCH * o->stage.out.n_units, d_density, 3);
}

static double ours_run(const ours *o) {
  double start = processor_seconds();
  spiqe_conv2d.forward(&o->stage, &o->pass, 0, 1);
  spiqe_conv2d.backward(&o->stage, &o->pass);
  return processor_seconds() - start;
}

static void ours_close(ours *o) {
  const void *const owned[] = {o->input,        o->d_output,     o->pass.parameters,
                               o->pass.derived, o->pass.output,  o->pass.scratch,
                               o->pass.d_input, o->pass.gradient};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free((void *)(uintptr_t)owned[i]);
}

/* Theirs: three primitives with memory of their own. */
typedef struct primitive {
  dnnl_primitive_t primitive;
  dnnl_exec_arg_t args[4];
  int n_args;
} primitive;

typedef struct theirs {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  dnnl_memory_desc_t in, weights, bias, out; /* in any format */
  dnnl_primitive_desc_t hint;                /* of forward */
  primitive steps[3];
  int n_steps;
} theirs;

static void try(dnnl_status_t status) {
  bench_require(status == dnnl_success, "the matrix library failed: %d", (int)status);
}

static void add_memory(theirs *t, primitive *p, dnnl_primitive_desc_t description, int argument,
                       dnnl_query_t query) {
  const dnnl_memory_desc_t *form = dnnl_primitive_desc_query_md(description, query, 0);
  dnnl_memory_t memory;
  void *numbers;
  try(dnnl_memory_create(&memory, form, t->engine, DNNL_MEMORY_ALLOCATE));
  try(dnnl_memory_get_data_handle(memory, &numbers));
  size_t n = dnnl_memory_desc_get_size(form) / sizeof(float);
  fill(numbers, n, 1, (uint64_t)argument);
  p->args[p->n_args++] = (dnnl_exec_arg_t){argument, memory};
}

static primitive *add_step(theirs *t, dnnl_primitive_desc_t description) {
  primitive *p = &t->steps[t->n_steps++];
  try(dnnl_primitive_create(&p->primitive, description));
  return p;
}

static const dnnl_dims_t strides = {1, 1}, padding = {0, 0};

static void open_forward(theirs *t) {
  dnnl_convolution_desc_t d;
  try(dnnl_convolution_forward_desc_init(&d, dnnl_forward_training, dnnl_convolution_auto, &t->in,
                                         &t->weights, &t->bias, &t->out, strides, padding,
                                         padding));
  try(dnnl_primitive_desc_create(&t->hint, &d, NULL, t->engine, NULL));
  primitive *p = add_step(t, t->hint);
  add_memory(t, p, t->hint, DNNL_ARG_SRC, dnnl_query_src_md);
  add_memory(t, p, t->hint, DNNL_ARG_WEIGHTS, dnnl_query_weights_md);
  add_memory(t, p, t->hint, DNNL_ARG_DST, dnnl_query_dst_md);
  const dnnl_memory_desc_t *bias = dnnl_primitive_desc_query_md(t->hint, dnnl_query_weights_md, 1);
  dnnl_memory_t memory;
  try(dnnl_memory_create(&memory, bias, t->engine, DNNL_MEMORY_ALLOCATE));
  p->args[p->n_args++] = (dnnl_exec_arg_t){DNNL_ARG_BIAS, memory};
}

static void open_weights(theirs *t) {
  dnnl_convolution_desc_t d;
  dnnl_primitive_desc_t description;
  try(dnnl_convolution_backward_weights_desc_init(&d, dnnl_convolution_auto, &t->in, &t->weights,
                                                  NULL, &t->out, strides, padding, padding));
  try(dnnl_primitive_desc_create(&description, &d, NULL, t->engine, t->hint));
  primitive *p = add_step(t, description);
  add_memory(t, p, description, DNNL_ARG_SRC, dnnl_query_src_md);
  add_memory(t, p, description, DNNL_ARG_DIFF_DST, dnnl_query_diff_dst_md);
  add_memory(t, p, description, DNNL_ARG_DIFF_WEIGHTS, dnnl_query_diff_weights_md);
  try(dnnl_primitive_desc_destroy(description));
}

static void open_data(theirs *t) {
  dnnl_convolution_desc_t d;
  dnnl_primitive_desc_t description;
  try(dnnl_convolution_backward_data_desc_init(&d, dnnl_convolution_auto, &t->in, &t->weights,
                                               &t->out, strides, padding, padding));
  try(dnnl_primitive_desc_create(&description, &d, NULL, t->engine, t->hint));
  primitive *p = add_step(t, description);
  add_memory(t, p, description, DNNL_ARG_WEIGHTS, dnnl_query_weights_md);
  add_memory(t, p, description, DNNL_ARG_DIFF_DST, dnnl_query_diff_dst_md);
  add_memory(t, p, description, DNNL_ARG_DIFF_SRC, dnnl_query_diff_src_md);
  try(dnnl_primitive_desc_destroy(description));
}

static void any_format(dnnl_memory_desc_t *out, int n, const dnnl_dims_t dims) {
  try(dnnl_memory_desc_init_by_tag(out, n, dims, dnnl_f32, dnnl_format_tag_any));
}

static void theirs_open(theirs *t, const layer *l) {
  dnnl_dim_t side = (dnnl_dim_t)l->side, out = (dnnl_dim_t)out_side(l);
  dnnl_dim_t channels = (dnnl_dim_t)l->channels, filters = (dnnl_dim_t)l->filters;
  dnnl_dim_t kernel = (dnnl_dim_t)l->kernel;
  *t = (theirs){0};
  try(dnnl_engine_create(&t->engine, dnnl_cpu, 0));
  try(dnnl_stream_create(&t->stream, t->engine, dnnl_stream_default_flags));
  any_format(&t->in, 4, (dnnl_dims_t){BATCH, channels, side, side});
  any_format(&t->weights, 4, (dnnl_dims_t){filters, channels, kernel, kernel});
  any_format(&t->bias, 1, (dnnl_dims_t){filters});
  any_format(&t->out, 4, (dnnl_dims_t){BATCH, filters, out, out});
  open_forward(t);
  open_weights(t);
  if (!l->is_first) open_data(t);
}

static double theirs_run(const theirs *t) {
  double start = processor_seconds();
  for (int i = 0; i < t->n_steps; i++)
    try(dnnl_primitive_execute(t->steps[i].primitive, t->stream, t->steps[i].n_args,
                               t->steps[i].args));
  try(dnnl_stream_wait(t->stream));
  return processor_seconds() - start;
}

static void theirs_close(theirs *t) {
  for (int i = 0; i < t->n_steps; i++) {
    for (int k = 0; k < t->steps[i].n_args; k++)
      try(dnnl_memory_destroy(t->steps[i].args[k].memory));
    try(dnnl_primitive_destroy(t->steps[i].primitive));
  }
  try(dnnl_primitive_desc_destroy(t->hint));
  try(dnnl_stream_destroy(t->stream));
  try(dnnl_engine_destroy(t->engine));
}

/* Multiplications and additions of a batch, all of them. */
static double operations_of(const layer *l) {
  double places = (double)(out_side(l) * out_side(l)), depth = (double)(l->kernel * l->kernel);
  double one = 2 * BATCH * places * depth * (double)(l->channels * l->filters);
  return l->is_first ? 2 * one : 3 * one;
}

typedef struct session {
  bench b;
  spiqe_context *ctx;
  size_t rounds;
} session;

static void compare(session *s, const layer *l) {
  static ours o;
  static theirs t;
  double mine[MOST_ROUNDS], library[MOST_ROUNDS], percent[MOST_ROUNDS];
  char name[96], what[160];
  ours_open(&o, l, spiqe_device_kernels(s->ctx, SPIQE_F32));
  ours_fill(&o, 1, 1);
  theirs_open(&t, l);
  ours_run(&o), theirs_run(&t); /* warm up */
  for (size_t i = 0; i < s->rounds; i++) {
    mine[i] = ours_run(&o);
    library[i] = theirs_run(&t);
    percent[i] = 100 * library[i] / mine[i];
  }
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "gflops",
                          1e-9 * operations_of(l) / bench_minimum(mine, s->rounds));
  cJSON_AddNumberToObject(details, "library_gflops",
                          1e-9 * operations_of(l) / bench_minimum(library, s->rounds));
  cJSON_AddNumberToObject(details, "milliseconds", 1e3 * bench_minimum(mine, s->rounds));
  snprintf(name, sizeof name, "%s, dense", l->name);
  snprintf(what, sizeof what,
           "convolution %s, forward and backward, dense input: speed over that of the library's "
           "own convolution",
           l->name);
  bench_add(&s->b, &(bench_row){.name = name,
                                .what = what,
                                .unit = "%",
                                .bar = BENCH_AT_LEAST,
                                .goal = LEAST_PERCENT,
                                .ctx = s->ctx,
                                .details = details,
                                .measured = bench_median(percent, s->rounds)});
  printf("    ours %.2f ms, the library's %.2f ms\n", 1e3 * bench_median(mine, s->rounds),
         1e3 * bench_median(library, s->rounds));
  theirs_close(&t);
  ours_close(&o);
}

/* Density of the input and of the gradients of the output. */
static const double densities[][2] = {{1, 1},      {0.5, 0.25}, {0.3, 0.25},
                                      {0.2, 0.25}, {0.1, 0.25}, {0.05, 0.25}};

static void sweep(session *s, const layer *l) {
  static ours o;
  double seconds[MOST_ROUNDS];
  char name[96], what[200];
  ours_open(&o, l, spiqe_device_kernels(s->ctx, SPIQE_F32));
  for (size_t k = 0; k < sizeof densities / sizeof *densities; k++) {
    ours_fill(&o, densities[k][0], densities[k][1]);
    ours_run(&o);
    for (size_t i = 0; i < s->rounds; i++) seconds[i] = ours_run(&o);
    snprintf(name, sizeof name, "%s, density %g", l->name, densities[k][0]);
    snprintf(what, sizeof what,
             "convolution %s of an image, forward and backward: %g %% of its input and %g %% of "
             "the gradients of its output are not 0",
             l->name, 100 * densities[k][0], 100 * densities[k][1]);
    bench_add(&s->b, &(bench_row){.name = name,
                                  .what = what,
                                  .unit = "us/image",
                                  .ctx = s->ctx,
                                  .measured = 1e6 / BATCH * bench_minimum(seconds, s->rounds)});
  }
  ours_close(&o);
}

int main(int argc, char **argv) {
  static session s;
  bench_begin(&s.b, "conv", argc, argv);
  s.rounds = bench_size(&s.b, "--rounds", 15);
  bench_check_arguments(&s.b);
  bench_require(s.rounds > 0 && s.rounds <= MOST_ROUNDS, "1 to %d rounds", MOST_ROUNDS);
  s.ctx = bench_context(1, NULL);
  omp_set_num_threads(1); /* of the matrix library */
  for (size_t i = 0; i < N_LAYERS; i++) compare(&s, &layers[i]);
  sweep(&s, &layers[N_LAYERS - 1]);
  spiqe_context_destroy(s.ctx);
  return bench_end(&s.b);
}
