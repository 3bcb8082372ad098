/* Direct encoding: a sample's values are a constant current, the same at every step. */
#include <stddef.h>
#include <string.h>

#include "encode/encoder.h"

typedef struct direct_settings {
  size_t steps;
  double gain;
} direct_settings;

static const spiqe_option options[] = {
    {"steps", SPIQE_OPTION_SIZE, offsetof(direct_settings, steps), "25", 1, 65536, NULL,
     "length of the sequence"},
    {"gain", SPIQE_OPTION_REAL, offsetof(direct_settings, gain), "1", -1e6, 1e6, NULL,
     "factor on the values"},
};

static spiqe_status plan(spiqe_context *ctx, const void *settings, const size_t *shape,
                         size_t n_dimensions, spiqe_encoding *out) {
  (void)ctx;
  *out = (spiqe_encoding){.n_steps = ((const direct_settings *)settings)->steps, .is_static = 1};
  spiqe_encoding_set_shape(out, shape, n_dimensions);
  return SPIQE_OK;
}

static void encode(const void *settings, const spiqe_encoding *encoding,
                   const spiqe_encode_args *args) {
  float gain = (float)((const direct_settings *)settings)->gain;
  size_t n = args->n_rows * encoding->n_units;
  for (size_t i = 0; i < n; i++) args->out[i] = gain * args->values[i];
}

const spiqe_encoder_kind spiqe_encode_direct = {
    .name = "direct",
    .summary = "constant current",
    .settings_size = sizeof(direct_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .encode = encode,
};
