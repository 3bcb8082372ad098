/* Rate encoding: each value is the probability of a spike, drawn anew at each step
 * (snnTorch's spikegen.rate). */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "encode/encoder.h"

typedef struct rate_settings {
  size_t steps, first_spike_time;
  double gain, offset, cap;
} rate_settings;

#define FIELD(name) offsetof(rate_settings, name)
static const spiqe_option options[] = {
    {"steps", SPIQE_OPTION_SIZE, FIELD(steps), "25", 1, 65536, NULL, "length of the sequence"},
    {"gain", SPIQE_OPTION_REAL, FIELD(gain), "1", 0, 1e6, NULL, "factor on the values"},
    {"offset", SPIQE_OPTION_REAL, FIELD(offset), "0", -1e6, 1e6, NULL, "added after the factor"},
    {"cap", SPIQE_OPTION_REAL, FIELD(cap), "1", 0, 1, NULL, "largest probability of a spike"},
    {"first_spike_time", SPIQE_OPTION_SIZE, FIELD(first_spike_time), "0", 0, 65535, NULL,
     "steps at the start without spikes"},
};

static spiqe_status plan(spiqe_context *ctx, const void *settings, const size_t *shape,
                         size_t n_dimensions, spiqe_encoding *out) {
  (void)ctx;
  *out = (spiqe_encoding){.n_steps = ((const rate_settings *)settings)->steps};
  spiqe_encoding_set_shape(out, shape, n_dimensions);
  return SPIQE_OK;
}

/* Steps at the start that draw nothing. */
static size_t silent_steps(const rate_settings *s, const spiqe_encoding *encoding) {
  return s->first_spike_time < encoding->n_steps ? s->first_spike_time : encoding->n_steps;
}

/* The last step's place in `out` first holds the probabilities, so that nothing is allocated. */
static void encode(const void *settings, const spiqe_encoding *encoding,
                   const spiqe_encode_args *args) {
  const rate_settings *s = settings;
  size_t n_units = encoding->n_units, step = args->n_rows * n_units;
  size_t silent = silent_steps(s, encoding);
  float *probability = args->out + (encoding->n_steps - 1) * step;
  for (size_t i = 0; i < step; i++)
    probability[i] =
        fminf(fmaxf((float)s->gain * args->values[i] + (float)s->offset, 0), (float)s->cap);
  for (size_t t = silent; t < encoding->n_steps; t++)
    for (size_t r = 0; r < args->n_rows; r++) {
      spiqe_bernoulli_args draw = {.n = n_units,
                                   .key = {args->key[0], args->key[1]},
                                   .sample = args->samples[r],
                                   .step = (uint32_t)t,
                                   .probability = probability + r * n_units,
                                   .spikes = args->out + t * step + r * n_units};
      args->kernels->bernoulli(&draw);
    }
  memset(args->out, 0, silent * step * sizeof(float));
}

/* Probabilities are made and written once, and read at each step that draws. */
static void count(const void *settings, const spiqe_encoding *encoding,
                  const spiqe_encode_args *args, spiqe_work *sum) {
  const rate_settings *s = settings;
  const double n = (double)(args->n_rows * encoding->n_units);
  const double drawn = n * (double)(encoding->n_steps - silent_steps(s, encoding));
  sum->counts[SPIQE_WORK_MULTIPLICATIONS] += s->gain != 1 ? n : 0;
  sum->counts[SPIQE_WORK_ADDITIONS] += (s->offset != 0 ? 3 : 2) * n; /* 2: the limits */
  spiqe_encode_count_fetched(n, sum);
  spiqe_encode_count_kept(n + drawn, sum);
  spiqe_encode_count_drawn(drawn, sum);
}

const spiqe_encoder_kind spiqe_encode_rate = {
    .name = "rate",
    .summary = "Bernoulli spikes, the value is their probability",
    .settings_size = sizeof(rate_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .encode = encode,
    .count = count,
};
