/* Dropout: one mask for all steps and planes of a sample, as many units kept as the rate says,
 * nothing while testing, and a mask of its own for each sample, epoch and seed. */
#include <math.h>

#include "support/net.h"

enum { UNITS = 203, SAMPLES = 70, STEPS = 4 }; /* two pieces; UNITS is no multiple of 4 */
#define RATE 0.3

#define NET                                                                                        \
  "input: [203]\nencode: {rate: {steps: 4, gain: 0, offset: 1}}\nstages:\n"                        \
  "  - dropout: {rate: 0.3}\n  - dense: {units: 3}\n  - lif:\n"

/* Every input is a spike at every step, so what dropout gives is the mask itself. */
static test_net open_net(int training, size_t n_threads, uint64_t seed, uint64_t draw) {
  test_net t;
  assert_int_equal(test_net_open(NET, SPIQE_F64, n_threads, SAMPLES, training, 1, 3, &t), SPIQE_OK);
  test_net_run(&t, seed, draw);
  return t;
}

static double at(const test_net *t, size_t sample, size_t step, size_t unit) {
  size_t stride;
  const double *x = spiqe_network_sample(t->net, t->net->signals[1], &t->net->stages[0].out, sample,
                                         SAMPLES, &stride);
  return x[step * stride + unit];
}

/* 14210 draws: 5 standard deviations of their mean are 0.019. */
static void a_sample_keeps_the_same_units_at_all_steps_as_many_as_the_rate_says(void **state) {
  (void)state;
  test_net t = open_net(1, 1, 1, 0);
  size_t n_kept = 0;
  for (size_t i = 0; i < SAMPLES; i++)
    for (size_t u = 0; u < UNITS; u++) {
      const double first = at(&t, i, 0, u);
      assert_true(first == 0 || fabs(first - 1 / (1 - RATE)) < 1e-15);
      for (size_t s = 1; s < STEPS; s++) assert_true(at(&t, i, s, u) == first);
      n_kept += first != 0;
    }
  const double n = SAMPLES * UNITS;
  assert_true(fabs((double)n_kept / n - (1 - RATE)) < 5 * sqrt(RATE * (1 - RATE) / n));
  test_net_close(&t);
}

/* Units of which two masks decide differently: about 2 rate (1 - rate) of them. */
static size_t n_different(const test_net *a, size_t i, const test_net *b, size_t k) {
  size_t n = 0;
  for (size_t u = 0; u < UNITS; u++) n += (at(a, i, 0, u) == 0) != (at(b, k, 0, u) == 0);
  return n;
}

static void masks_differ_by_sample_epoch_and_seed_and_not_by_threads(void **state) {
  (void)state;
  test_net t = open_net(1, 1, 1, 0), threads = open_net(1, 3, 1, 0);
  test_net epoch = open_net(1, 1, 1, 1), seed = open_net(1, 1, 2, 0);
  for (size_t i = 0; i + 1 < SAMPLES; i++) {
    assert_true(n_different(&t, i, &t, i + 1) > UNITS / 5);
    assert_true(n_different(&t, i, &epoch, i) > UNITS / 5);
    assert_true(n_different(&t, i, &seed, i) > UNITS / 5);
    assert_int_equal(n_different(&t, i, &threads, i), 0);
  }
  test_net_close(&t), test_net_close(&threads), test_net_close(&epoch), test_net_close(&seed);
}

static void testing_changes_nothing(void **state) {
  (void)state;
  test_net t = open_net(0, 1, 1, 0);
  for (size_t i = 0; i < SAMPLES; i++)
    for (size_t s = 0; s < STEPS; s++)
      for (size_t u = 0; u < UNITS; u++) assert_true(at(&t, i, s, u) == 1);
  test_net_close(&t);
}

/* By the kernel, as gradients lie over the currents of a network that learns. */
static void both_currents_of_a_neuron_go_together(void **state) {
  (void)state;
  spiqe_context *ctx = test_context(1, NULL);
  static double in[2 * UNITS], out[2 * UNITS];
  const uint32_t sample = 7;
  size_t n_left_out = 0;
  for (size_t i = 0; i < 2 * UNITS; i++) in[i] = 1 + (double)i;
  const spiqe_dropout_args args = {.n_steps = 1, .n_rows = 1, .n_planes = 2, .n_units = UNITS,
                                   .rate = RATE, .samples = &sample, .key = {1, 2}, .input = in,
                                   .output = out};
  spiqe_device_kernels(ctx, SPIQE_F64)->dropout(&args);
  for (size_t u = 0; u < UNITS; u++) {
    assert_true((out[u] == 0) == (out[UNITS + u] == 0));
    n_left_out += out[u] == 0;
  }
  assert_true(n_left_out > 0 && n_left_out < UNITS);
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_sample_keeps_the_same_units_at_all_steps_as_many_as_the_rate_says),
      cmocka_unit_test(masks_differ_by_sample_epoch_and_seed_and_not_by_threads),
      cmocka_unit_test(testing_changes_nothing),
      cmocka_unit_test(both_currents_of_a_neuron_go_together),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
