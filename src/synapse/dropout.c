/* Dropout as a stage that passes through. */
#include "synapse/dropout.h"

#include <stddef.h>
#include <string.h>

#include "stage/count.h"

static const spiqe_option options[] = {
    {"rate", SPIQE_OPTION_REAL, offsetof(spiqe_dropout_settings, rate), "0.5", 0, 0.99, NULL,
     "probability that a unit is left out while learning"},
};

static spiqe_status plan(spiqe_context *ctx, spiqe_stage *stage) {
  (void)ctx;
  stage->out = stage->in;
  stage->n_forward_tiles = SPIQE_ROW_TILES;
  return SPIQE_OK;
}

/* n samples from the first on, from `from` to `to`, both laid out as the input. */
static void mask(const spiqe_stage *stage, const spiqe_pass *pass, size_t first, size_t n,
                 const void *from, void *to) {
  const spiqe_dropout_settings *s = stage->settings;
  const size_t at = first * stage->in.n_units;
  const spiqe_dropout_args args = {.n_steps = spiqe_signal_stored_steps(&stage->in),
                                   .n_rows = n,
                                   .n_planes = stage->in.n_planes,
                                   .n_units = spiqe_signal_plane(&stage->in),
                                   .step_stride = pass->n_rows * stage->in.n_units,
                                   .rate = s->rate,
                                   .samples = pass->samples + first,
                                   .key = {pass->key[0], pass->key[1]},
                                   .input = spiqe_at(from, at, pass->precision),
                                   .output = spiqe_at(to, at, pass->precision)};
  pass->kernels->dropout(&args);
}

/* A tile is some samples. The whole batch is a single sequence where it comes in tiles, as its
 * input has one stored step. */
static void forward(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile, size_t n_tiles) {
  size_t n, first = spiqe_stage_tile_rows(pass->n_rows, tile, n_tiles, &n);
  size_t units = stage->in.n_units, size = spiqe_precision_size(pass->precision);
  if (pass->training) {
    mask(stage, pass, first, n, pass->input, pass->output);
    return;
  }
  for (size_t t = 0; t < spiqe_signal_stored_steps(&stage->in); t++) {
    const size_t at = (t * pass->n_rows + first) * units;
    memcpy(spiqe_at(pass->output, at, pass->precision), spiqe_at(pass->input, at, pass->precision),
           n * units * size);
  }
}

static void backward(const spiqe_stage *stage, const spiqe_pass *pass) {
  if (pass->d_input) mask(stage, pass, 0, pass->n_rows, pass->d_output, pass->d_input);
}

/* When testing it does nothing. */
static void count(const spiqe_stage *stage, const spiqe_activity *activity, spiqe_work *sum) {
  (void)stage, (void)activity, (void)sum;
}

const spiqe_stage_kind spiqe_dropout = {
    .name = "dropout",
    .summary = "leaves units out while learning",
    .is_pass_through = 1,
    .settings_size = sizeof(spiqe_dropout_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .count = count,
};
