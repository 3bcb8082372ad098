/* Convolution as products: the numbers under the kernel, a row for each place of the output, times
 * the weights (im2col: Chellapilla, Puri, Simard 2006). Some images are done at a time, so that the
 * rows stay in the cache. Where a sample's units have few spike trains, it goes through time by
 * them instead (conv2d_trains.h). */
#include "synapse/conv2d.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/fail.h"
#include "stage/count.h"
#include "stage/values.h"
#include "synapse/conv2d_trains.h"
#include "synapse/trains.h"

#define CHUNK_ROWS ((size_t)256)        /* of a product, about */
#define PIECE_NUMBERS ((size_t)1 << 18) /* currents of a piece, which cache and threads can share */
#define MOST_NUMBERS ((size_t)1 << 28)  /* weights, currents of a step */

#define FIELD(name) offsetof(spiqe_conv2d_settings, name)
static const spiqe_option options[] = {
    {"filters", SPIQE_OPTION_SIZE, FIELD(filters), "16", 1, 65536, NULL, "channels that it gives"},
    {"kernel", SPIQE_OPTION_SIZE, FIELD(kernel), "3", 1, 1024, NULL, "side of the kernel, places"},
    {"stride", SPIQE_OPTION_SIZE, FIELD(stride), "1", 1, 1024, NULL,
     "from one place of the kernel to the next"},
    {"padding", SPIQE_OPTION_SIZE, FIELD(padding), "0", 0, 1024, NULL,
     "places of zeros around the input"},
    {"planes", SPIQE_OPTION_SIZE, FIELD(planes), "1", 1, 10, NULL,
     "currents per neuron: 2 for QLIF (rotation, waiting time), one for each in/out qubit of SQS"},
    {"bias", SPIQE_OPTION_FLAG, FIELD(bias), "true", 0, 0, NULL,
     "add a learnable constant for each filter"},
};

static spiqe_conv2d_sizes sizes_of(const spiqe_stage *stage) {
  const spiqe_conv2d_settings *s = stage->settings;
  spiqe_conv2d_sizes z = {.window = spiqe_window_over(&stage->in, s->kernel, s->stride, s->padding),
                          .planes = s->planes,
                          .filters = s->filters};
  z.places = z.window.out_height * z.window.out_width;
  z.depth = s->kernel * s->kernel * stage->in.channels;
  z.columns = s->planes * s->filters;
  z.chunk = z.places < CHUNK_ROWS ? CHUNK_ROWS / z.places : 1;
  return z;
}

static spiqe_status plan(spiqe_context *ctx, spiqe_stage *stage) {
  const spiqe_conv2d_settings *s = stage->settings;
  SPIQE_REQUIRE(
      ctx, !stage->in.is_current, SPIQE_BAD_SHAPE,
      "stage %zu (conv2d): its input is a current; a neuron must stand between two synapses",
      stage->index);
  const spiqe_window window = spiqe_window_over(&stage->in, s->kernel, s->stride, s->padding);
  SPIQE_TRY(spiqe_window_check(ctx, stage, "kernel", &window));
  const spiqe_conv2d_sizes z = sizes_of(stage);
  SPIQE_REQUIRE(ctx, z.depth <= MOST_NUMBERS / z.columns && z.places <= MOST_NUMBERS / z.columns,
                SPIQE_BAD_SHAPE,
                "stage %zu (conv2d): %zu weights for each of %zu currents at %zu places: at most "
                "2^28 weights and 2^28 currents are possible",
                stage->index, z.depth, z.columns, z.places);
  stage->out = (spiqe_signal){.n_steps = stage->in.n_steps,
                              .n_units = z.places * z.columns,
                              .n_planes = s->planes,
                              .height = window.out_height,
                              .width = window.out_width,
                              .channels = s->filters,
                              .is_static = stage->in.is_static,
                              .is_current = 1};
  size_t shape[] = {s->kernel, s->kernel, stage->in.channels, s->planes, s->filters};
  spiqe_stage_add_parameter(stage, "weight", 5, shape);
  if (s->bias) spiqe_stage_add_parameter(stage, "bias", 2, shape + 3);
  stage->n_forward_tiles = SPIQE_ROW_TILES;
  stage->n_partial = stage->n_parameters;
  stage->n_derived = z.depth * z.columns;
  const size_t currents = spiqe_signal_stored_steps(&stage->out) * stage->out.n_units;
  stage->most_piece = currents < PIECE_NUMBERS ? PIECE_NUMBERS / currents : 1;
  const size_t by_products = z.chunk * z.places * (z.depth + z.columns) + z.columns;
  const size_t by_trains = spiqe_conv2d_trains_scratch(&z);
  stage->n_scratch = by_products > by_trains ? by_products : by_trains;
  return SPIQE_OK;
}

/* PyTorch's nn.Conv2d: uniform in +-1/sqrt(inputs of a current), weights and bias. */
static void initialise(const spiqe_stage *stage, const uint32_t key[2], double *parameters) {
  double bound = 1 / sqrt((double)sizes_of(stage).depth);
  for (size_t i = 0; i < stage->n_named; i++)
    spiqe_stage_uniform(key, i, bound, stage->named[i].size, parameters + stage->named[i].offset);
}

/* derived: the weights with rows and columns exchanged, for the way back. Behind pooling most
 * gradients of currents are 0, and products skip the zeros of what stands on the left. */
static void prepare(const spiqe_stage *stage, spiqe_precision precision, const void *parameters,
                    void *derived) {
  const spiqe_conv2d_sizes z = sizes_of(stage);
  for (size_t i = 0; i < z.depth; i++)
    for (size_t j = 0; j < z.columns; j++)
      spiqe_value_set(derived, j * z.depth + i, precision,
                      spiqe_value_get(parameters, i * z.columns + j, precision));
}

/* What lies under the kernel at place (y, x), [kernel][kernel][channel]; returns its end. */
static char *gather_place(const spiqe_window *w, size_t y, size_t x, size_t size, const char *image,
                          char *out) {
  const size_t width = w->size * w->channels;
  for (size_t i = 0; i < w->size; i++, out += width * size) {
    const spiqe_strip s = spiqe_window_strip(w, y, x, i);
    if (s.n < width) memset(out, 0, width * size);
    memcpy(out + s.begin * size, image + s.at * size, s.n * size);
  }
  return out;
}

/* What lies under it at each place, row by row. */
static void gather(const spiqe_conv2d_sizes *z, size_t size, const char *image, char *out) {
  for (size_t y = 0; y < z->window.out_height; y++)
    for (size_t x = 0; x < z->window.out_width; x++)
      out = gather_place(&z->window, y, x, size, image, out);
}

/* The other way: each number is added where it came from. */
static void scatter(const spiqe_conv2d_sizes *z, const spiqe_pass *pass, const void *from,
                    void *image) {
  const spiqe_window *w = &z->window;
  const size_t width = w->size * w->channels;
  size_t at = 0;
  for (size_t y = 0; y < w->out_height; y++)
    for (size_t x = 0; x < w->out_width; x++)
      for (size_t i = 0; i < w->size; i++, at += width) {
        const spiqe_strip s = spiqe_window_strip(w, y, x, i);
        pass->kernels->add_bias(1, s.n, s.n, spiqe_at(from, at + s.begin, pass->precision),
                                spiqe_at(image, s.at, pass->precision));
      }
}

/* Currents of one image, [plane][place][filter], from or to the product's [place][plane][filter];
 * n_planes of them. */
static void move_planes(const spiqe_conv2d_sizes *z, size_t n_planes, size_t size, char *currents,
                        char *product, int to_product) {
  size_t n = z->filters * size;
  for (size_t place = 0; place < z->places; place++)
    for (size_t p = 0; p < n_planes; p++) {
      char *outer = currents + (p * z->places + place) * n;
      char *inner = product + (place * n_planes + p) * n;
      memcpy(to_product ? inner : outer, to_product ? outer : inner, n);
    }
}

/* The parts of the scratch: numbers under the kernel, currents, and sums of them. */
typedef struct parts {
  void *under, *currents, *sums;
} parts;

static parts parts_of(const spiqe_conv2d_sizes *z, const spiqe_pass *pass) {
  size_t rows = z->chunk * z->places;
  return (parts){pass->scratch, spiqe_at(pass->scratch, rows * z->depth, pass->precision),
                 spiqe_at(pass->scratch, rows * (z->depth + z->columns), pass->precision)};
}

/* Rows of input and output that a chunk is taken from: n of them, `stride` apart. */
typedef struct rows {
  size_t first, n, stride;
} rows;

static rows some_rows(rows all, size_t from, size_t most) {
  return (rows){all.first + from * all.stride, all.n - from < most ? all.n - from : most,
                all.stride};
}

static void gather_chunk(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_conv2d_sizes *z, rows r) {
  for (size_t i = 0; i < r.n; i++)
    gather(z, spiqe_precision_size(pass->precision),
           spiqe_at(pass->input, (r.first + i * r.stride) * stage->in.n_units, pass->precision),
           spiqe_at(parts_of(z, pass).under, i * z->places * z->depth, pass->precision));
}

static void forward_chunk(const spiqe_stage *stage, const spiqe_pass *pass,
                          const spiqe_conv2d_sizes *z, rows r) {
  const parts at = parts_of(z, pass);
  size_t n_planes = pass->n_columns / (z->places * z->filters), columns = n_planes * z->filters;
  spiqe_matmul_args product = {.sparse_a = 1,
                               .m = r.n * z->places,
                               .n = columns,
                               .k = z->depth,
                               .lda = z->depth,
                               .ldb = z->columns,
                               .ldc = columns,
                               .a = at.under,
                               .b = pass->parameters,
                               .c = at.currents};
  gather_chunk(stage, pass, z, r);
  pass->kernels->matmul(&product);
  if (stage->n_named > 1)
    pass->kernels->add_bias(product.m, columns, columns,
                            spiqe_at(pass->parameters, stage->named[1].offset, pass->precision),
                            at.currents);
  for (size_t i = 0; i < r.n; i++)
    move_planes(z, n_planes, spiqe_precision_size(pass->precision),
                spiqe_at(pass->output, (r.first + i * r.stride) * stage->out.n_units,
                         pass->precision),
                spiqe_at(at.currents, i * z->places * columns, pass->precision), 0);
}

/* Adds to the gradient of weights and bias. */
static void learn_chunk(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_conv2d_sizes *z, rows r) {
  const parts at = parts_of(z, pass);
  spiqe_matmul_args product = {.transpose_a = 1,
                               .sparse_a = 1,
                               .m = z->depth,
                               .n = z->columns,
                               .k = r.n * z->places,
                               .lda = z->depth,
                               .ldb = z->columns,
                               .ldc = z->columns,
                               .beta = 1,
                               .a = at.under,
                               .b = at.currents,
                               .c = pass->gradient};
  gather_chunk(stage, pass, z, r);
  pass->kernels->matmul(&product);
  if (stage->n_named == 1) return;
  void *bias = spiqe_at(pass->gradient, stage->named[1].offset, pass->precision);
  pass->kernels->sum_rows(product.k, z->columns, z->columns, at.currents, at.sums);
  pass->kernels->add_bias(1, z->columns, z->columns, at.sums, bias);
}

/* From the currents' gradients of a chunk to the input's. */
static void give_d_input(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_conv2d_sizes *z, rows r) {
  const parts at = parts_of(z, pass);
  const size_t size = spiqe_precision_size(pass->precision);
  spiqe_matmul_args product = {.sparse_a = 1,
                               .m = r.n * z->places,
                               .n = z->depth,
                               .k = z->columns,
                               .lda = z->columns,
                               .ldb = z->depth,
                               .ldc = z->depth,
                               .a = at.currents,
                               .b = pass->derived,
                               .c = at.under};
  pass->kernels->matmul(&product);
  for (size_t i = 0; i < r.n; i++) {
    void *d_input =
        spiqe_at(pass->d_input, (r.first + i * r.stride) * stage->in.n_units, pass->precision);
    memset(d_input, 0, stage->in.n_units * size);
    scatter(z, pass, spiqe_at(at.under, i * z->places * z->depth, pass->precision), d_input);
  }
}

static void backward_chunk(const spiqe_stage *stage, const spiqe_pass *pass,
                           const spiqe_conv2d_sizes *z, rows r, int is_learnt) {
  const parts at = parts_of(z, pass);
  for (size_t i = 0; i < r.n; i++)
    move_planes(z, z->planes, spiqe_precision_size(pass->precision),
                spiqe_at(pass->d_output, (r.first + i * r.stride) * stage->out.n_units,
                         pass->precision),
                spiqe_at(at.currents, i * z->places * z->columns, pass->precision), 1);
  if (!is_learnt) learn_chunk(stage, pass, z, r);
  if (pass->d_input) give_d_input(stage, pass, z, r);
}

/* Rows of a sample's steps, at most those of a train; or, where the sequence does not change, of
 * samples. */
typedef void run_rows(const spiqe_stage *stage, const spiqe_pass *pass, const spiqe_conv2d_sizes *z,
                      rows r);

static int is_sequence(const spiqe_stage *stage) {
  return spiqe_signal_stored_steps(&stage->in) > 1;
}

static void forward_rows(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_conv2d_sizes *z, rows r) {
  const spiqe_conv2d_steps steps = {stage, pass, z, r.first, r.n, pass->scratch};
  if (is_sequence(stage) && spiqe_conv2d_trains_forward(&steps)) return;
  for (size_t i = 0; i < r.n; i += z->chunk)
    forward_chunk(stage, pass, z, some_rows(r, i, z->chunk));
}

static void backward_rows(const spiqe_stage *stage, const spiqe_pass *pass,
                          const spiqe_conv2d_sizes *z, rows r) {
  const spiqe_conv2d_steps steps = {stage, pass, z, r.first, r.n, pass->scratch};
  const int is_learnt = is_sequence(stage) && spiqe_conv2d_trains_learn(&steps);
  if (is_learnt && !pass->d_input) return;
  for (size_t i = 0; i < r.n; i += z->chunk)
    backward_chunk(stage, pass, z, some_rows(r, i, z->chunk), is_learnt);
}

/* All steps of n samples from `first` on. */
static void run_samples(const spiqe_stage *stage, const spiqe_pass *pass, size_t first, size_t n,
                        run_rows *run) {
  const spiqe_conv2d_sizes z = sizes_of(stage);
  const size_t n_steps = spiqe_signal_stored_steps(&stage->in);
  if (!is_sequence(stage)) run(stage, pass, &z, (rows){first, n, 1});
  for (size_t r = first; is_sequence(stage) && r < first + n; r++)
    for (size_t t = 0; t < n_steps; t += SPIQE_TRAIN_STEPS)
      run(stage, pass, &z, some_rows((rows){r, n_steps, pass->n_rows}, t, SPIQE_TRAIN_STEPS));
}

static void forward(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile, size_t n_tiles) {
  size_t n, first = spiqe_stage_tile_rows(pass->n_rows, tile, n_tiles, &n);
  run_samples(stage, pass, first, n, forward_rows);
}

static void backward(const spiqe_stage *stage, const spiqe_pass *pass) {
  memset(pass->gradient, 0, stage->n_parameters * spiqe_precision_size(pass->precision));
  run_samples(stage, pass, 0, pass->n_rows, backward_rows);
}

/* Windows that lie over place `at` of n. */
static size_t windows_over(const spiqe_window *w, size_t n_windows, size_t at) {
  size_t n = 0;
  for (size_t i = 0; i < n_windows; i++) {
    size_t begin = i * w->stride, place = at + w->padding;
    n += begin <= place && place < begin + w->size;
  }
  return n;
}

static void count(const spiqe_stage *stage, const spiqe_activity *activity, spiqe_work *sum) {
  const spiqe_conv2d_sizes z = sizes_of(stage);
  const spiqe_window *w = &z.window;
  double columns = (double)(activity->n_columns / z.places);
  for (size_t place = 0; place < w->height * w->width; place++) {
    double n = (double)(windows_over(w, w->out_height, place / w->width) *
                        windows_over(w, w->out_width, place % w->width));
    for (size_t c = 0; c < w->channels; c++)
      spiqe_count_connections(stage, activity, place * w->channels + c, n * columns, sum);
  }
  spiqe_count_currents(stage, activity, stage->n_named > 1, sum);
}

const spiqe_stage_kind spiqe_conv2d = {
    .name = "conv2d",
    .summary = "a kernel moves over places: the same weights everywhere",
    .is_spatial = 1,
    .settings_size = sizeof(spiqe_conv2d_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .initialise = initialise,
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .count = count,
};
