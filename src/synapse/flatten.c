/* The change of shape as a stage that passes through. */
#include "synapse/flatten.h"

#include <string.h>

#include "stage/count.h"

static spiqe_status plan(spiqe_context *ctx, spiqe_stage *stage) {
  (void)ctx;
  stage->out = stage->in;
  stage->out.height = stage->out.width = 1;
  stage->out.channels = spiqe_signal_plane(&stage->in);
  stage->n_forward_tiles = SPIQE_ROW_TILES;
  return SPIQE_OK;
}

static void forward(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile, size_t n_tiles) {
  size_t n, units = stage->in.n_units, size = spiqe_precision_size(pass->precision);
  size_t rows = spiqe_signal_stored_steps(&stage->in) * pass->n_rows;
  size_t first = spiqe_stage_tile_rows(rows, tile, n_tiles, &n);
  memcpy(spiqe_at(pass->output, first * units, pass->precision),
         spiqe_at(pass->input, first * units, pass->precision), n * units * size);
}

static void backward(const spiqe_stage *stage, const spiqe_pass *pass) {
  size_t rows = spiqe_signal_stored_steps(&stage->in) * pass->n_rows;
  if (!pass->d_input) return;
  memcpy(pass->d_input, pass->d_output,
         rows * stage->in.n_units * spiqe_precision_size(pass->precision));
}

/* Nothing is done: the numbers stay where they are. */
static void count(const spiqe_stage *stage, const spiqe_activity *activity, spiqe_work *sum) {
  (void)stage, (void)activity, (void)sum;
}

const spiqe_stage_kind spiqe_flatten = {
    .name = "flatten",
    .summary = "units lose their place; an explicit change of shape",
    .is_pass_through = 1,
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .count = count,
};
