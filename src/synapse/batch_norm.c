/* Batch normalisation as a stage that passes through. Its buffers and the statistics of a piece are
 * the means, then the variances, [planes][channels] each. */
#include "synapse/batch_norm.h"

#include <stddef.h>

#include "stage/count.h"
#include "stage/values.h"

#define FIELD(name) offsetof(spiqe_batch_norm_settings, name)
static const spiqe_option options[] = {
    {"momentum", SPIQE_OPTION_REAL, FIELD(momentum), "0.1", 0, 1, NULL,
     "part of the running mean and variance that a batch replaces"},
    {"epsilon", SPIQE_OPTION_REAL, FIELD(epsilon), "1e-5", 1e-12, 1, NULL, "added to the variance"},
    {"affine", SPIQE_OPTION_FLAG, FIELD(affine), "true", 0, 0, NULL,
     "learn a scale and a shift of each channel"},
    {"scale", SPIQE_OPTION_REAL, FIELD(scale), "1", 1e-6, 1e6, NULL,
     "the scale, or what it begins with: for spiking neurons their threshold"},
};

#define LEAST_NUMBERS ((size_t)64) /* of a channel, that mean and variance are taken over */

/* Channels of all planes. */
static size_t channels_of(const spiqe_stage *stage) {
  return stage->in.n_planes * stage->in.channels;
}

static spiqe_status plan(spiqe_context *ctx, spiqe_stage *stage) {
  const spiqe_batch_norm_settings *s = stage->settings;
  const size_t shape[] = {stage->in.n_planes, stage->in.channels};
  (void)ctx;
  stage->out = stage->in;
  if (s->affine) spiqe_stage_add_parameter(stage, "scale", 2, shape);
  if (s->affine) spiqe_stage_add_parameter(stage, "shift", 2, shape);
  spiqe_stage_add_buffer(stage, "mean", 2, shape);
  spiqe_stage_add_buffer(stage, "variance", 2, shape);
  stage->n_partial = stage->n_parameters;
  stage->n_derived = s->affine ? 0 : 2 * channels_of(stage);
  stage->n_scratch = 2 * channels_of(stage); /* gradients that nobody wants */
  stage->n_forward_tiles = SPIQE_ROW_TILES;
  const size_t numbers = spiqe_signal_stored_steps(&stage->in) * stage->in.height * stage->in.width;
  stage->least_piece = (LEAST_NUMBERS + numbers - 1) / numbers;
  return SPIQE_OK;
}

/* Behind the parameters the buffers: nothing seen yet is mean 0 and variance 1. */
static void initialise(const spiqe_stage *stage, const uint32_t key[2], double *numbers) {
  const spiqe_batch_norm_settings *s = stage->settings;
  const size_t n = channels_of(stage);
  double *buffers = numbers + stage->n_parameters;
  (void)key;
  for (size_t i = 0; i < n; i++) {
    if (s->affine) numbers[i] = s->scale, numbers[n + i] = 0;
    buffers[i] = 0;
    buffers[n + i] = 1;
  }
}

/* Scales and shifts that are not learnt. */
static void prepare(const spiqe_stage *stage, spiqe_precision precision, const void *parameters,
                    void *derived) {
  const spiqe_batch_norm_settings *s = stage->settings;
  const size_t n = channels_of(stage);
  (void)parameters;
  for (size_t i = 0; !s->affine && i < n; i++) {
    spiqe_value_set(derived, i, precision, s->scale);
    spiqe_value_set(derived, n + i, precision, 0);
  }
}

/* Plane q of n samples from the first on; statistics: means, then variances, of all channels. */
static spiqe_norm_args args_of(const spiqe_stage *stage, const spiqe_pass *pass, size_t q,
                               size_t first, size_t n, const void *statistics) {
  const spiqe_batch_norm_settings *s = stage->settings;
  const spiqe_signal *in = &stage->in;
  const size_t all = channels_of(stage), channel = q * in->channels;
  const size_t at = first * in->n_units + q * spiqe_signal_plane(in);
  const void *learnt = s->affine ? pass->parameters : pass->derived;
  void *gradient = s->affine ? pass->gradient : pass->scratch;
  const spiqe_precision p = pass->precision;
  return (spiqe_norm_args){.n_rows = n,
                           .ld = in->n_units,
                           .n_places = in->height * in->width,
                           .n_channels = in->channels,
                           .epsilon = s->epsilon,
                           .input = spiqe_at(pass->input, at, p),
                           .mean = spiqe_at(statistics, channel, p),
                           .variance = spiqe_at(statistics, all + channel, p),
                           .scale = spiqe_at(learnt, channel, p),
                           .shift = spiqe_at(learnt, all + channel, p),
                           .output = spiqe_at(pass->output, at, p),
                           .d_output = spiqe_at(pass->d_output, at, p),
                           .d_input = spiqe_at(pass->d_input, at, p),
                           .d_scale = spiqe_at(gradient, channel, p),
                           .d_shift = spiqe_at(gradient, all + channel, p)};
}

/* A piece with statistics of its own; n rows of its sequence. */
static void forward_piece(const spiqe_stage *stage, const spiqe_pass *pass, size_t piece,
                          size_t n) {
  void *statistics = spiqe_at(pass->statistics, piece * stage->n_buffers, pass->precision);
  for (size_t q = 0; q < stage->in.n_planes; q++) {
    spiqe_norm_args args = args_of(stage, pass, q, piece * pass->piece, n, statistics);
    pass->kernels->norm_statistics(&args);
    pass->kernels->norm_forward(&args);
  }
}

/* A pass over the whole batch has all its pieces, one behind the other; any other has one. A tile
 * is some of them, or, when testing, some rows. */
static void forward(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile, size_t n_tiles) {
  const size_t steps = spiqe_signal_stored_steps(&stage->in);
  size_t n, first;
  if (!pass->training) {
    first = spiqe_stage_tile_rows(steps * pass->n_rows, tile, n_tiles, &n);
    for (size_t q = 0; q < pass->n_columns / spiqe_signal_plane(&stage->out); q++) {
      const spiqe_norm_args args = args_of(stage, pass, q, first, n, pass->buffers);
      pass->kernels->norm_forward(&args);
    }
    return;
  }
  first = spiqe_stage_tile_rows((pass->n_rows + pass->piece - 1) / pass->piece, tile, n_tiles, &n);
  for (size_t piece = first; piece < first + n; piece++) {
    const size_t left = pass->n_rows - piece * pass->piece;
    forward_piece(stage, pass, piece, steps * (left < pass->piece ? left : pass->piece));
  }
}

static void backward(const spiqe_stage *stage, const spiqe_pass *pass) {
  const size_t rows = spiqe_signal_stored_steps(&stage->in) * pass->n_rows;
  for (size_t q = 0; q < stage->in.n_planes; q++) {
    const spiqe_norm_args args = args_of(stage, pass, q, 0, rows, pass->statistics);
    pass->kernels->norm_backward(&args);
  }
}

static void settle(const spiqe_stage *stage, spiqe_precision precision, size_t n_rows, size_t piece,
                   const void *statistics, void *buffers) {
  const spiqe_batch_norm_settings *s = stage->settings;
  for (size_t i = 0; i < stage->n_buffers; i++) {
    double mean = 0;
    for (size_t first = 0, p = 0; first < n_rows; first += piece, p++) {
      const double rows = (double)(n_rows - first < piece ? n_rows - first : piece);
      mean +=
          rows / (double)n_rows * spiqe_value_get(statistics, p * stage->n_buffers + i, precision);
    }
    const double old = spiqe_value_get(buffers, i, precision);
    spiqe_value_set(buffers, i, precision, (1 - s->momentum) * old + s->momentum * mean);
  }
}

/* Of a trained network: a product and a sum for each number, and 4 numbers of each channel. */
static void count(const spiqe_stage *stage, const spiqe_activity *activity, spiqe_work *sum) {
  const double rows = spiqe_count_rows(&stage->in, activity), numbers = (double)activity->n_columns;
  const spiqe_work one = {{[SPIQE_WORK_ADDITIONS] = numbers,
                           [SPIQE_WORK_MULTIPLICATIONS] = numbers,
                           [SPIQE_WORK_WEIGHT_BYTES] = 2 * 4 * numbers,
                           [SPIQE_WORK_STATE_BYTES] = 2 * 4 * numbers}};
  spiqe_work_add(sum, &one, rows);
}

const spiqe_stage_kind spiqe_batch_norm = {
    .name = "batch_norm",
    .summary = "brings each channel to mean 0 and variance 1",
    .is_pass_through = 1,
    .settings_size = sizeof(spiqe_batch_norm_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .initialise = initialise,
    .prepare = prepare,
    .forward = forward,
    .backward = backward,
    .settle = settle,
    .count = count,
};
