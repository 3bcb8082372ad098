/* How neurons fire: shots and single shots follow the binomial law, draws depend on (seed, sample,
 * step, unit) alone, and LIF follows snnTorch's Leaky. */
#include <math.h>

#include "support/binomial.h"
#include "support/net.h"

#define PI 3.14159265358979323846
#define N_ROWS 20000

/* A frequency of n draws lies within 5 standard errors but once in 1.7 million seeds, and the seed
 * is fixed. 24 bits of a draw shift it by 1e-7 at most. */
static void assert_frequency(const char *what, double count, double n, double p) {
  double error = sqrt(fmax(p * (1 - p), 1 / n) / n);
  if (!(fabs(count / n - p) <= 5 * error + 1e-7))
    fail_msg("%s: %g of %g fire, but %g is expected", what, count, n, p * n);
}

#define N_UNITS 9 /* not a multiple of 4, the draws of one block */
static const double populations[N_UNITS] = {1e-4, 0.05, 0.3, 0.5, 0.7, 0.76, 0.9, 0.97, 1 - 1e-9};

/* Each unit is rotated to its population in one step; how often each fires, over N_ROWS samples. */
static void count_fires(const spiqe_kernels *kernels, spiqe_qlif_rule rule, double threshold,
                        double *counts) {
  double current[2 * N_UNITS] = {0}, thresholds[N_UNITS];
  uint32_t *samples = calloc(N_ROWS, sizeof *samples);
  double *spikes = calloc(N_UNITS, sizeof *spikes);
  assert_true(samples && spikes);
  for (size_t n = 0; n < N_UNITS; n++) {
    current[n] = 2 * asin(sqrt(populations[n])) / PI;
    thresholds[n] = threshold;
    counts[n] = 0;
  }
  rule.n_planes = 2;
  rule.t1 = rule.tau_scale = rule.slope = rule.input_slope = 1;
  for (uint32_t row = 0; row < N_ROWS; row++) {
    spiqe_qlif_args args = {.rule = rule, .n_steps = 1, .n_rows = 1, .n_units = N_UNITS,
                            .ld = 2 * N_UNITS, .step_stride = 2 * N_UNITS, .current = current,
                            .threshold = thresholds, .samples = &row, .key = {5, 6},
                            .spikes = spikes};
    kernels->qlif_forward(&args);
    for (size_t n = 0; n < N_UNITS; n++) counts[n] += spikes[n];
  }
  free(samples);
  free(spikes);
}

static void a_single_shot_fires_as_often_as_the_population_says(void **state) {
  (void)state;
  double counts[N_UNITS];
  spiqe_context *ctx = test_context(1, NULL);
  count_fires(spiqe_device_kernels(ctx, SPIQE_F64),
              (spiqe_qlif_rule){.mode = SPIQE_QLIF_SINGLE_SHOT}, 0.75, counts);
  for (size_t n = 0; n < N_UNITS; n++)
    assert_frequency("single shot", counts[n], N_ROWS, populations[n]);
  spiqe_context_destroy(ctx);
}

/* above: the largest count that does not fire, threshold times shots rounded down by hand. */
static void shots_fire_by_the_binomial_law(void **state) {
  (void)state;
  static const struct {
    size_t shots, above;
    double threshold;
  } cases[] = {{1, 0, 0.75}, {4, 3, 0.75}, {10, 9, 0.9}, {10, 7, 0.75}, {100, 75, 0.75},
               {100, 50, 0.5}, {1000, 700, 0.7}, {3000, 2250, 0.75}};
  spiqe_context *ctx = test_context(1, NULL);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double counts[N_UNITS];
    char what[96];
    spiqe_qlif_rule rule = {.mode = SPIQE_QLIF_SHOTS, .shots = cases[i].shots};
    count_fires(spiqe_device_kernels(ctx, SPIQE_F64), rule, cases[i].threshold, counts);
    for (size_t n = 0; n < N_UNITS; n++) {
      snprintf(what, sizeof what, "%zu shots, threshold %g, p %g", cases[i].shots,
               cases[i].threshold, populations[n]);
      assert_frequency(what, counts[n], N_ROWS,
                       binomial_above(cases[i].shots, cases[i].above, populations[n]));
    }
  }
  spiqe_context_destroy(ctx);
}

/* With a million shots the mean is the population but for 0.0005. */
static void many_shots_are_the_population_itself(void **state) {
  (void)state;
  spiqe_context *ctx = test_context(1, NULL);
  double counts[N_UNITS];
  spiqe_qlif_rule rule = {.mode = SPIQE_QLIF_SHOTS, .shots = 1000000};
  count_fires(spiqe_device_kernels(ctx, SPIQE_F64), rule, 0.75, counts);
  for (size_t n = 0; n < N_UNITS; n++)
    assert_true(counts[n] == (populations[n] > 0.75 ? N_ROWS : 0));
  spiqe_context_destroy(ctx);
}

#define NET                                                                                    \
  "input: [5]\nencode: {rate: {steps: 6}}\nstages:\n  - dense: {units: 7, planes: 2}\n"          \
  "  - qlif: {mode: single-shot}\n  - dense: {units: 6, planes: 2}\n"                             \
  "  - qlif: {mode: shots, shots: 3, threshold: 0.4}\n"

/* All spikes of one sample, [stage][step][unit], as 0 and 1. */
static size_t spikes_of(const test_net *t, size_t row, char *out) {
  const spiqe_network *net = t->net;
  size_t n = 0, stride;
  for (size_t i = 1; i < net->n_stages; i += 2) {
    const spiqe_signal *signal = &net->stages[i].out;
    const float *spikes =
        spiqe_network_sample(net, net->signals[i + 1], signal, row, t->n_samples, &stride);
    for (size_t s = 0; s < signal->n_steps; s++)
      for (size_t u = 0; u < signal->n_units; u++) out[n++] = '0' + (spikes[s * stride + u] != 0);
  }
  out[n] = 0;
  return n;
}

#define N_SAMPLES 100

/* Sample i of every batch order is sample i. */
static void assert_same_spikes(size_t n_threads, size_t batch, uint32_t first, uint32_t step,
                               char (*expected)[128]) {
  test_net t;
  char spikes[128];
  assert_int_equal(test_net_open(NET, SPIQE_F32, n_threads, batch, 0, 1, 3, &t), SPIQE_OK);
  for (size_t i = 0; i < batch; i++)
    t.samples[i] = (uint32_t)((first + i * step) % N_SAMPLES);
  test_net_fill(&t);
  test_net_run(&t, 9, 4);
  for (size_t i = 0; i < batch; i++) {
    spikes_of(&t, i, spikes);
    if (!expected[t.samples[i]][0]) strcpy(expected[t.samples[i]], spikes);
    assert_string_equal(spikes, expected[t.samples[i]]);
  }
  test_net_close(&t);
}

static void draws_depend_on_seed_sample_step_and_unit_alone(void **state) {
  (void)state;
  static char expected[N_SAMPLES][128];
  assert_same_spikes(1, N_SAMPLES, 0, 1, expected);
  assert_same_spikes(1, N_SAMPLES, 7, 3, expected); /* another order, and each number once */
  assert_same_spikes(3, N_SAMPLES, 50, 1, expected);
  assert_same_spikes(2, 43, 20, 1, expected);
  assert_same_spikes(1, 1, 99, 1, expected);
  size_t n_different = 0;
  for (size_t i = 1; i < N_SAMPLES; i++) n_different += strcmp(expected[0], expected[i]) != 0;
  assert_true(n_different > N_SAMPLES * 9 / 10);
}

static void another_seed_or_epoch_draws_anew(void **state) {
  (void)state;
  test_net t;
  char spikes[3][N_SAMPLES * 128];
  assert_int_equal(test_net_open(NET, SPIQE_F32, 1, N_SAMPLES, 0, 1, 3, &t), SPIQE_OK);
  static const uint64_t seed_draw[3][2] = {{9, 4}, {10, 4}, {9, 5}};
  for (size_t k = 0; k < 3; k++) {
    size_t n = 0;
    test_net_run(&t, seed_draw[k][0], seed_draw[k][1]);
    for (size_t i = 0; i < N_SAMPLES; i++) n += spikes_of(&t, i, spikes[k] + n);
  }
  test_net_close(&t);
  assert_string_not_equal(spikes[0], spikes[1]);
  assert_string_not_equal(spikes[0], spikes[2]);
  assert_string_not_equal(spikes[1], spikes[2]);
}

/* snnTorch's Leaky, written from its documentation: reset[t] = spk[t-1] acts on the new membrane.
 *   subtract: mem[t] = beta mem[t-1] + I - spk[t-1] threshold
 *   zero:     mem[t] = spk[t-1] ? 0 : beta mem[t-1] + I */
static double leaky(spiqe_lif_reset reset, double beta, double threshold, double current,
                    double *mem, double *spk) {
  double next = beta * *mem + current;
  if (reset == SPIQE_LIF_SUBTRACT && *spk == 1) next -= threshold;
  if (reset == SPIQE_LIF_ZERO && *spk == 1) next = 0;
  *mem = next;
  *spk = next > threshold ? 1 : 0;
  return next;
}

static void lif_is_snntorchs_leaky(void **state) {
  (void)state;
  enum { STEPS = 40, UNITS = 5 };
  uint32_t key[2];
  double current[STEPS][UNITS], spikes[STEPS][UNITS], membrane[STEPS][UNITS], n_spikes = 0;
  const double beta[UNITS] = {0, 0.5, 0.9, 0.97, 1}, threshold[UNITS] = {1, 0.4, 1, 2, 0.7};
  spiqe_context *ctx = test_context(1, NULL);
  spiqe_random_key(2, SPIQE_PURPOSE_USER, 0, key);
  for (size_t i = 0; i < STEPS * UNITS; i++)
    current[i / UNITS][i % UNITS] = 2.5 * spiqe_random_uniform(key, i, 0) - 0.7;
  for (int reset = SPIQE_LIF_SUBTRACT; reset <= SPIQE_LIF_NONE; reset++) {
    spiqe_lif_args args = {.rule = {.reset = (spiqe_lif_reset)reset, .slope = 2},
                           .n_steps = STEPS, .n_rows = 1, .n_units = UNITS, .ld = UNITS,
                           .step_stride = UNITS, .current = current, .threshold = threshold,
                           .beta = beta, .spikes = spikes, .membrane = membrane};
    spiqe_device_kernels(ctx, SPIQE_F64)->lif_forward(&args);
    for (size_t n = 0; n < UNITS; n++) {
      double mem = 0, spk = 0;
      for (size_t t = 0; t < STEPS; t++) {
        leaky((spiqe_lif_reset)reset, beta[n], threshold[n], current[t][n], &mem, &spk);
        /* sums of up to 40 numbers of about 1, rounded in the same order but for one term */
        assert_true(fabs(membrane[t][n] - mem) < 1e-13);
        assert_true(spikes[t][n] == spk);
        n_spikes += spk;
      }
    }
  }
  assert_true(n_spikes > 60);
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_single_shot_fires_as_often_as_the_population_says),
      cmocka_unit_test(shots_fire_by_the_binomial_law),
      cmocka_unit_test(many_shots_are_the_population_itself),
      cmocka_unit_test(draws_depend_on_seed_sample_step_and_unit_alone),
      cmocka_unit_test(another_seed_or_epoch_draws_anew),
      cmocka_unit_test(lif_is_snntorchs_leaky),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
