/* Dense synapse. Forward: one product for all steps of a piece (once for a static input, then for
 * the whole batch at a time). Gradient: one product for the batch, cut in columns; or, where the
 * weights are fewer than the numbers of a piece's input, one for each piece, so that this input
 * need not be kept. */
#include "synapse/dense.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "core/fail.h"
#include "stage/count.h"

/* Columns of a tile: whole groups of vectors, enough work for one product, enough tiles for the
 * threads to end together; a gradient's product wants more of them at a time. */
#define FORWARD_COLUMNS ((size_t)128)
#define TILE_COLUMNS ((size_t)256)
#define MOST_UNITS 1048576.0

#define FIELD(name) offsetof(spiqe_dense_settings, name)
static const spiqe_option options[] = {
    {"units", SPIQE_OPTION_SIZE, FIELD(units), "10", 0, MOST_UNITS, NULL,
     "neurons it leads to; 0, in the last synapse: as many as the data has classes"},
    {"planes", SPIQE_OPTION_SIZE, FIELD(planes), "1", 1, 10, NULL,
     "currents per neuron: 2 for QLIF (rotation, waiting time), one for each in/out qubit of SQS"},
    {"bias", SPIQE_OPTION_FLAG, FIELD(bias), "true", 0, 0, NULL, "add a learnable constant"},
};

static spiqe_status plan(spiqe_context *ctx, spiqe_stage *stage) {
  const spiqe_dense_settings *settings = stage->settings;
  SPIQE_REQUIRE(
      ctx, !stage->in.is_current, SPIQE_BAD_SHAPE,
      "stage %zu (dense): its input is a current; a neuron must stand between two synapses",
      stage->index);
  SPIQE_REQUIRE(ctx, settings->units > 0, SPIQE_BAD_SHAPE,
                "stage %zu (dense): units: 0 stands for the classes of the data, in the last "
                "synapse only; the model has to be fitted to the data first",
                stage->index);
  size_t columns = settings->units * settings->planes, in = stage->in.n_units;
  stage->out = (spiqe_signal){.n_steps = stage->in.n_steps,
                              .n_units = columns,
                              .n_planes = settings->planes,
                              .height = 1,
                              .width = 1,
                              .channels = settings->units,
                              .is_static = stage->in.is_static,
                              .is_current = 1};
  size_t shape[] = {in, settings->planes, settings->units};
  spiqe_stage_add_parameter(stage, "weight", 3, shape);
  if (settings->bias) spiqe_stage_add_parameter(stage, "bias", 2, shape + 1);
  stage->n_forward_tiles = (columns + FORWARD_COLUMNS - 1) / FORWARD_COLUMNS;
  size_t input = spiqe_piece_samples(stage->in.n_steps) * stage->in.n_steps * in;
  int few = !stage->in.is_static && stage->n_parameters <= input;
  stage->n_partial = few ? stage->n_parameters : 0;
  stage->n_tiles = few ? 0 : (columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  return SPIQE_OK;
}

/* PyTorch's nn.Linear: uniform in +-1/sqrt(inputs), weights and bias. */
static void initialise(const spiqe_stage *stage, const uint32_t key[2], double *parameters) {
  double bound = 1 / sqrt((double)stage->in.n_units);
  for (size_t i = 0; i < stage->n_named; i++)
    spiqe_stage_uniform(key, i, bound, stage->named[i].size, parameters + stage->named[i].offset);
}

/* First column and number of columns of a tile: whole vectors for all but the last. */
static size_t tile_columns(size_t n_columns, size_t width, size_t tile, size_t *first) {
  *first = tile * width < n_columns ? tile * width : n_columns;
  return n_columns - *first < width ? n_columns - *first : width;
}

static void forward(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile, size_t n_tiles) {
  const spiqe_dense_settings *settings = stage->settings;
  size_t columns = stage->out.n_units, first;
  size_t n = tile_columns(pass->n_columns, n_tiles > 1 ? FORWARD_COLUMNS : columns, tile, &first);
  size_t rows = spiqe_signal_stored_steps(&stage->in) * pass->n_rows;
  spiqe_matmul_args product = {
      .sparse_a = 1,
      .m = rows,
      .n = n,
      .k = stage->in.n_units,
      .lda = stage->in.n_units,
      .ldb = columns,
      .ldc = columns,
      .a = pass->input,
      .b = spiqe_at(pass->parameters, first, pass->precision),
      .c = spiqe_at(pass->output, first, pass->precision),
  };
  pass->kernels->matmul(&product);
  if (!settings->bias) return;
  const void *bias = spiqe_at(pass->parameters, stage->named[1].offset + first, pass->precision);
  pass->kernels->add_bias(rows, n, columns, bias, product.c);
}

static void clear_columns(const spiqe_pass *pass, size_t rows, size_t n, size_t ld, void *out) {
  size_t size = spiqe_precision_size(pass->precision);
  for (size_t i = 0; i < rows; i++) memset((char *)out + i * ld * size, 0, n * size);
}

/* Gradient of n columns from the first on. Columns whose d_current is all zero (the waiting times
 * of a layer with a constant input, which never wait) cost no product. */
static void learn_columns(const spiqe_stage *stage, const spiqe_pass *pass, size_t first,
                          size_t n) {
  const spiqe_dense_settings *settings = stage->settings;
  size_t columns = stage->out.n_units;
  size_t rows = spiqe_signal_stored_steps(&stage->in) * pass->n_rows;
  const void *d_current = spiqe_at(pass->d_output, first, pass->precision);
  spiqe_matmul_args product = {
      .transpose_a = 1,
      .sparse_a = 1,
      .m = stage->in.n_units,
      .n = n,
      .k = rows,
      .lda = stage->in.n_units,
      .ldb = columns,
      .ldc = columns,
      .a = pass->input,
      .b = d_current,
      .c = spiqe_at(pass->gradient, first, pass->precision),
  };
  if (pass->kernels->is_zero(rows, n, columns, d_current))
    clear_columns(pass, stage->in.n_units, n, columns, product.c);
  else
    pass->kernels->matmul(&product);
  if (settings->bias)
    pass->kernels->sum_rows(rows, n, columns, d_current,
                            spiqe_at(pass->gradient, stage->named[1].offset + first,
                                     pass->precision));
}

static void backward(const spiqe_stage *stage, const spiqe_pass *pass) {
  size_t columns = stage->out.n_units, in = stage->in.n_units;
  if (stage->n_partial) learn_columns(stage, pass, 0, columns);
  if (!pass->d_input) return;
  spiqe_matmul_args product = {
      .transpose_b = 1,
      .m = spiqe_signal_stored_steps(&stage->in) * pass->n_rows,
      .n = in,
      .k = columns,
      .lda = columns,
      .ldb = columns,
      .ldc = in,
      .a = pass->d_output,
      .b = pass->parameters,
      .c = pass->d_input,
  };
  pass->kernels->matmul(&product);
}

static void gradient(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile) {
  size_t first, n = tile_columns(stage->out.n_units, TILE_COLUMNS, tile, &first);
  learn_columns(stage, pass, first, n);
}

static void count(const spiqe_stage *stage, const spiqe_activity *activity, spiqe_work *sum) {
  const spiqe_dense_settings *settings = stage->settings;
  for (size_t u = 0; u < stage->in.n_units; u++)
    spiqe_count_connections(stage, activity, u, (double)activity->n_columns, sum);
  spiqe_count_currents(stage, activity, settings->bias, sum);
}

const spiqe_stage_kind spiqe_dense = {
    .name = "dense",
    .summary = "every input reaches every neuron",
    .settings_size = sizeof(spiqe_dense_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .initialise = initialise,
    .forward = forward,
    .backward = backward,
    .gradient = gradient,
    .count = count,
};
