/* Latency encoding: each unit spikes once, the sooner the larger its value (snnTorch's
 * spikegen.latency). Logarithmic: t = tau ln(x / (x - threshold)), the time a leaky integrator with
 * the constant input x takes to reach threshold; linear: t = tau (1 - x). */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "encode/encoder.h"

typedef struct latency_settings {
  size_t steps, first_spike_time;
  double tau, threshold, epsilon;
  int normalize, linear, clip;
} latency_settings;

#define FIELD(name) offsetof(latency_settings, name)
static const spiqe_option options[] = {
    {"steps", SPIQE_OPTION_SIZE, FIELD(steps), "25", 1, 65536, NULL, "length of the sequence"},
    {"tau", SPIQE_OPTION_REAL, FIELD(tau), "1", 1e-6, 1e6, NULL,
     "time constant of the integrator, steps"},
    {"threshold", SPIQE_OPTION_REAL, FIELD(threshold), "0.01", 0, 1e6, NULL,
     "values below it spike last"},
    {"epsilon", SPIQE_OPTION_REAL, FIELD(epsilon), "1e-7", 1e-12, 1, NULL,
     "keeps the logarithm finite at the threshold"},
    {"normalize", SPIQE_OPTION_FLAG, FIELD(normalize), "false", 0, 0, NULL,
     "stretch the times over the whole sequence"},
    {"linear", SPIQE_OPTION_FLAG, FIELD(linear), "false", 0, 0, NULL, "time linear in the value"},
    {"clip", SPIQE_OPTION_FLAG, FIELD(clip), "false", 0, 0, NULL,
     "values below the threshold never spike"},
    {"first_spike_time", SPIQE_OPTION_SIZE, FIELD(first_spike_time), "0", 0, 65535, NULL,
     "step of the earliest spike"},
};

static spiqe_status plan(spiqe_context *ctx, const void *settings, const size_t *shape,
                         size_t n_dimensions, spiqe_encoding *out) {
  (void)ctx;
  *out = (spiqe_encoding){.n_steps = ((const latency_settings *)settings)->steps};
  spiqe_encoding_set_shape(out, shape, n_dimensions);
  return SPIQE_OK;
}

static double raw_time(const latency_settings *s, double x) {
  if (s->linear) return s->tau * (1 - x);
  double above = fmax(x, s->threshold + s->epsilon);
  return s->tau * log(above / (above - s->threshold));
}

/* The step at which a value spikes: not before the first, inside the sequence. */
static size_t spike_step(const latency_settings *s, size_t n_steps, double x) {
  double first = (double)s->first_spike_time, last = (double)n_steps - 1, time = raw_time(s, x);
  double latest = raw_time(s, s->linear ? 0 : s->threshold);
  if (s->normalize && latest > 0) time *= (last - first) / latest;
  return (size_t)fmin(fmax(round(time + first), first), last);
}

static void encode(const void *settings, const spiqe_encoding *encoding,
                   const spiqe_encode_args *args) {
  const latency_settings *s = settings;
  size_t step = args->n_rows * encoding->n_units;
  memset(args->out, 0, encoding->n_steps * step * sizeof(float));
  for (size_t i = 0; i < step; i++) {
    if (s->clip && args->values[i] < (float)s->threshold) continue;
    args->out[spike_step(s, encoding->n_steps, args->values[i]) * step + i] = 1;
  }
}

/* Of the two limits of a time each is a comparison; tau and the stretch are one factor. */
static void count(const void *settings, const spiqe_encoding *encoding,
                  const spiqe_encode_args *args, spiqe_work *sum) {
  const latency_settings *s = settings;
  const size_t n = args->n_rows * encoding->n_units;
  size_t n_times = 0;
  for (size_t i = 0; i < n; i++) n_times += !s->clip || args->values[i] >= (float)s->threshold;
  const double of_time = (s->linear ? 1 : 2) + (s->first_spike_time > 0 ? 3 : 2);
  sum->counts[SPIQE_WORK_ADDITIONS] += of_time * (double)n_times + (s->clip ? (double)n : 0);
  if (s->tau != 1 || s->normalize) sum->counts[SPIQE_WORK_MULTIPLICATIONS] += (double)n_times;
  if (!s->linear) sum->counts[SPIQE_WORK_FUNCTIONS] += 2 * (double)n_times;
  spiqe_encode_count_fetched((double)n, sum);
}

const spiqe_encoder_kind spiqe_encode_latency = {
    .name = "latency",
    .summary = "one spike each, sooner for larger values",
    .settings_size = sizeof(latency_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .encode = encode,
    .count = count,
};
