/* Direct encoding: a sample's values are a constant current, the same at every step. Pictures may
 * be cut at their borders first. */
#include <stddef.h>
#include <string.h>

#include "core/fail.h"
#include "encode/encoder.h"
#include "spiqe/dataset.h"

typedef struct direct_settings {
  size_t steps, crop;
  double gain;
} direct_settings;

static const spiqe_option options[] = {
    {"steps", SPIQE_OPTION_SIZE, offsetof(direct_settings, steps), "25", 1, 65536, NULL,
     "length of the sequence"},
    {"gain", SPIQE_OPTION_REAL, offsetof(direct_settings, gain), "1", -1e6, 1e6, NULL,
     "factor on the values"},
    {"crop", SPIQE_OPTION_SIZE, offsetof(direct_settings, crop), "0", 0, 65536, NULL,
     "pictures: rows and columns cut off at each border"},
};

static spiqe_status plan(spiqe_context *ctx, const void *settings, const size_t *shape,
                         size_t n_dimensions, spiqe_encoding *out) {
  const direct_settings *s = settings;
  size_t left[SPIQE_MOST_DIMENSIONS];
  for (size_t i = 0; i < n_dimensions; i++) left[i] = shape[i];
  for (size_t i = n_dimensions; s->crop && i-- > 0 && i + 2 >= n_dimensions;) {
    SPIQE_REQUIRE(ctx, n_dimensions >= 2 && n_dimensions <= 3 && shape[i] > 2 * s->crop,
                  SPIQE_BAD_SHAPE,
                  "encode direct: crop %zu needs pictures, [height, width] or [channels, height, "
                  "width], of which something is left",
                  s->crop);
    left[i] -= 2 * s->crop;
  }
  *out = (spiqe_encoding){.n_steps = s->steps, .is_static = 1};
  spiqe_encoding_set_shape(out, left, n_dimensions);
  return SPIQE_OK;
}

/* What is left of n_pictures of height x width. */
static void encode_cut(const spiqe_encoding *encoding, size_t n_pictures, size_t crop, float gain,
                       const float *values, float *out) {
  const size_t width = encoding->width + 2 * crop, height = encoding->height + 2 * crop;
  for (size_t p = 0; p < n_pictures; p++, values += height * width)
    for (size_t y = 0; y < encoding->height; y++)
      for (size_t x = 0; x < encoding->width; x++)
        *out++ = gain * values[(crop + y) * width + crop + x];
}

static void encode(const void *settings, const spiqe_encoding *encoding,
                   const spiqe_encode_args *args) {
  const direct_settings *s = settings;
  float gain = (float)s->gain;
  size_t n = args->n_rows * encoding->n_units;
  if (s->crop) {
    encode_cut(encoding, args->n_rows * encoding->channels, s->crop, gain, args->values, args->out);
    return;
  }
  for (size_t i = 0; i < n; i++) args->out[i] = gain * args->values[i];
}

/* The numbers themselves are the sequence; a factor of 1 is none. */
static void count(const void *settings, const spiqe_encoding *encoding,
                  const spiqe_encode_args *args, spiqe_work *sum) {
  if (((const direct_settings *)settings)->gain != 1)
    sum->counts[SPIQE_WORK_MULTIPLICATIONS] += (double)(args->n_rows * encoding->n_units);
}

const spiqe_encoder_kind spiqe_encode_direct = {
    .name = "direct",
    .summary = "constant current",
    .settings_size = sizeof(direct_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .encode = encode,
    .count = count,
};
