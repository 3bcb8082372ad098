/* Delta modulation: the first axis of a sample is time, and a unit spikes when its value rose by at
 * least the threshold since the step before (snnTorch's spikegen.delta). */
#include <stddef.h>

#include "core/fail.h"
#include "encode/encoder.h"

typedef struct delta_settings {
  double threshold;
  int padding, off_spike;
} delta_settings;

#define FIELD(name) offsetof(delta_settings, name)
static const spiqe_option options[] = {
    {"threshold", SPIQE_OPTION_REAL, FIELD(threshold), "0.1", 1e-9, 1e9, NULL,
     "change that makes a spike"},
    {"padding", SPIQE_OPTION_FLAG, FIELD(padding), "false", 0, 0, NULL,
     "the first step is compared with itself, not with zero"},
    {"off_spike", SPIQE_OPTION_FLAG, FIELD(off_spike), "false", 0, 0, NULL,
     "a fall makes a spike of -1"},
};

static spiqe_status plan(spiqe_context *ctx, const void *settings, const size_t *shape,
                         size_t n_dimensions, spiqe_encoding *out) {
  (void)settings;
  SPIQE_REQUIRE(ctx, n_dimensions >= 2, SPIQE_BAD_SHAPE,
                "encode: delta takes the first axis of a sample as time, but samples have %zu axis",
                n_dimensions);
  *out = (spiqe_encoding){.n_steps = shape[0]};
  spiqe_encoding_set_shape(out, shape + 1, n_dimensions - 1);
  return SPIQE_OK;
}

static void encode(const void *settings, const spiqe_encoding *encoding,
                   const spiqe_encode_args *args) {
  const delta_settings *s = settings;
  size_t n_units = encoding->n_units, n_rows = args->n_rows;
  float threshold = (float)s->threshold;
  for (size_t r = 0; r < n_rows; r++) {
    const float *sample = args->values + r * args->n_features;
    for (size_t t = 0; t < encoding->n_steps; t++) {
      const float *now = sample + t * n_units, *before = t > 0 ? now - n_units : NULL;
      float *out = args->out + (t * n_rows + r) * n_units;
      for (size_t i = 0; i < n_units; i++) {
        float change = now[i] - (before ? before[i] : s->padding ? now[i] : 0);
        out[i] = change >= threshold ? 1.0f : s->off_spike && change <= -threshold ? -1.0f : 0.0f;
      }
    }
  }
}

/* Behind the first step each number is fetched together with the one before it. */
static void count(const void *settings, const spiqe_encoding *encoding,
                  const spiqe_encode_args *args, spiqe_work *sum) {
  const double numbers = (double)(args->n_rows * encoding->n_steps * encoding->n_units);
  const double changes = numbers - (double)(args->n_rows * encoding->n_units);
  const double limits = ((const delta_settings *)settings)->off_spike ? 2 : 1;
  sum->counts[SPIQE_WORK_ADDITIONS] += changes + limits * numbers;
  spiqe_encode_count_fetched(numbers + changes, sum);
}

const spiqe_encoder_kind spiqe_encode_delta = {
    .name = "delta",
    .summary = "spikes where the value changes; the first axis is time",
    .settings_size = sizeof(delta_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .encode = encode,
    .count = count,
};
