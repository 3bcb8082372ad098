/* Frames: the first axis of a sample is time, and each step is what the sample has there, as it is
 * or as probabilities of spikes. */
#include <stddef.h>
#include <string.h>

#include "core/fail.h"
#include "encode/encoder.h"

typedef struct frames_settings {
  int spikes;
} frames_settings;

static const char *const rules[] = {"values", "drawn", NULL};

static const spiqe_option options[] = {
    {"spikes", SPIQE_OPTION_CHOICE, offsetof(frames_settings, spikes), "values", 0, 0, rules,
     "the values as they are, or Bernoulli spikes of which they are the probabilities"},
};

static spiqe_status plan(spiqe_context *ctx, const void *settings, const size_t *shape,
                         size_t n_dimensions, spiqe_encoding *out) {
  (void)settings;
  SPIQE_REQUIRE(ctx, n_dimensions >= 2, SPIQE_BAD_SHAPE,
                "encode: frames takes the first axis of a sample as time, but samples have %zu "
                "axis",
                n_dimensions);
  *out = (spiqe_encoding){.n_steps = shape[0]};
  spiqe_encoding_set_shape(out, shape + 1, n_dimensions - 1);
  return SPIQE_OK;
}

static void encode(const void *settings, const spiqe_encoding *encoding,
                   const spiqe_encode_args *args) {
  int is_drawn = ((const frames_settings *)settings)->spikes;
  size_t n_units = encoding->n_units;
  for (size_t t = 0; t < encoding->n_steps; t++)
    for (size_t r = 0; r < args->n_rows; r++) {
      const float *frame = args->values + r * args->n_features + t * n_units;
      float *out = args->out + (t * args->n_rows + r) * n_units;
      spiqe_bernoulli_args draw = {.n = n_units,
                                   .key = {args->key[0], args->key[1]},
                                   .sample = args->samples[r],
                                   .step = (uint32_t)t,
                                   .probability = frame,
                                   .spikes = out};
      if (is_drawn)
        args->kernels->bernoulli(&draw);
      else
        memcpy(out, frame, n_units * sizeof *out);
    }
}

/* Values are the sequence itself; probabilities are fetched to be drawn from. */
static void count(const void *settings, const spiqe_encoding *encoding,
                  const spiqe_encode_args *args, spiqe_work *sum) {
  const double n = (double)(args->n_rows * encoding->n_steps * encoding->n_units);
  if (!((const frames_settings *)settings)->spikes) return;
  spiqe_encode_count_fetched(n, sum);
  spiqe_encode_count_drawn(n, sum);
}

const spiqe_encoder_kind spiqe_encode_frames = {
    .name = "frames",
    .summary = "the first axis is time: a step is what the sample has there",
    .settings_size = sizeof(frames_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .encode = encode,
    .count = count,
};
