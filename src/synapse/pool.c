/* Both poolings as stages that pass through. */
#include "synapse/pool.h"

#include <stddef.h>

#include "core/fail.h"
#include "stage/count.h"
#include "synapse/window.h"

#define FIELD(name) offsetof(spiqe_pool_settings, name)
static const spiqe_option options[] = {
    {"size", SPIQE_OPTION_SIZE, FIELD(size), "2", 1, 1024, NULL, "side of the window, places"},
    {"stride", SPIQE_OPTION_SIZE, FIELD(stride), "0", 0, 1024, NULL,
     "from one window to the next, places; 0: as size"},
};

static spiqe_window window_of(const spiqe_stage *stage) {
  const spiqe_pool_settings *s = stage->settings;
  return spiqe_window_over(&stage->in, s->size, s->stride ? s->stride : s->size, 0);
}

static spiqe_status plan(spiqe_context *ctx, spiqe_stage *stage) {
  const spiqe_window window = window_of(stage);
  SPIQE_TRY(spiqe_window_check(ctx, stage, "window", &window));
  stage->out = stage->in;
  stage->out.height = window.out_height;
  stage->out.width = window.out_width;
  stage->out.n_units = stage->in.n_planes * window.out_height * window.out_width * window.channels;
  stage->n_forward_tiles = SPIQE_ROW_TILES;
  stage->n_scratch = window.height * window.width * window.channels;
  return SPIQE_OK;
}

/* Of row `row`; the planes that are wanted are images of their own. */
static spiqe_pool_args args_of(const spiqe_stage *stage, const spiqe_pass *pass, size_t row) {
  const spiqe_window window = window_of(stage);
  size_t in_at = row * stage->in.n_units, out_at = row * stage->out.n_units;
  return (spiqe_pool_args){.is_mean = stage->kind == &spiqe_avgpool,
                           .n_images = pass->n_columns / spiqe_signal_plane(&stage->out),
                           .height = window.height,
                           .width = window.width,
                           .channels = window.channels,
                           .size = window.size,
                           .stride = window.stride,
                           .out_height = window.out_height,
                           .out_width = window.out_width,
                           .input = spiqe_at(pass->input, in_at, pass->precision),
                           .output = spiqe_at(pass->output, out_at, pass->precision),
                           .d_output = spiqe_at(pass->d_output, out_at, pass->precision),
                           .d_input = spiqe_at(pass->d_input, in_at, pass->precision),
                           .scratch = pass->scratch};
}

static void forward(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile, size_t n_tiles) {
  size_t n, rows = spiqe_signal_stored_steps(&stage->in) * pass->n_rows;
  size_t first = spiqe_stage_tile_rows(rows, tile, n_tiles, &n);
  for (size_t row = first; row < first + n; row++) {
    const spiqe_pool_args args = args_of(stage, pass, row);
    pass->kernels->pool_forward(&args);
  }
}

static void backward(const spiqe_stage *stage, const spiqe_pass *pass) {
  size_t rows = spiqe_signal_stored_steps(&stage->in) * pass->n_rows;
  for (size_t row = 0; pass->d_input && row < rows; row++) {
    const spiqe_pool_args args = args_of(stage, pass, row);
    pass->kernels->pool_backward(&args);
  }
}

/* Currents are read and written, spikes come and go as such. */
static void count(const spiqe_stage *stage, const spiqe_activity *activity, spiqe_work *sum) {
  const spiqe_window window = window_of(stage);
  double n = spiqe_count_rows(&stage->out, activity) * (double)activity->n_columns;
  double size = (double)(window.size * window.size);
  sum->counts[SPIQE_WORK_ADDITIONS] += n * (size - 1);
  if (stage->kind == &spiqe_avgpool) sum->counts[SPIQE_WORK_MULTIPLICATIONS] += n;
  if (stage->out.is_current)
    sum->counts[SPIQE_WORK_STATE_BYTES] += 4 * n * (size + 1);
  else
    spiqe_count_output(&stage->out, activity->out, activity->out_is_real, activity, sum);
}

const spiqe_stage_kind spiqe_maxpool = {
    .name = "maxpool",
    .summary = "the largest number of each window",
    .is_pass_through = 1,
    .is_spatial = 1,
    .settings_size = sizeof(spiqe_pool_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .count = count,
};

const spiqe_stage_kind spiqe_avgpool = {
    .name = "avgpool",
    .summary = "the mean of each window",
    .is_pass_through = 1,
    .is_spatial = 1,
    .settings_size = sizeof(spiqe_pool_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .forward = forward,
    .backward = backward,
    .count = count,
};
