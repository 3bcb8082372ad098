/* The same bits with any number of threads, for batches that are not a multiple of a piece. */
#include "support/net.h"

#define N_SAMPLES 70 /* 10 steps make pieces of 25: two full ones and a part of one */
#define N_STEPS 6

/* 600 columns are three tiles; every kind of random draw; recurrence and learnable neurons. */
static const char *const nets[] = {
    "input: [30]\nencode: {direct: {steps: 10}}\nstages:\n  - dense: {units: 300, planes: 2}\n"
    "  - qlif: {learn_threshold: true}\n  - dense: {units: 5, planes: 2}\n  - qlif:\n",
    "input: [30]\nencode: {rate: {steps: 10}}\nstages:\n  - dense: {units: 40, planes: 1}\n"
    "  - qlif: {recurrent: true, mode: single-shot, learn_leak: true}\n"
    "  - dense: {units: 5, planes: 2}\n  - qlif: {mode: shots, shots: 5}\n",
    "input: [30]\nencode: {direct: {steps: 10}}\nstages:\n  - dense: {units: 40}\n"
    "  - lif: {recurrent: true, learn_beta: true}\n  - dense: {units: 5}\n  - lif:\n",
    "input: [30]\nencode: {direct: {steps: 10}}\nstages:\n  - dense: {units: 40, planes: 2}\n"
    "  - qlif: {leak: published, gradient: published}\n  - dense: {units: 5, planes: 2}\n"
    "  - qlif: {leak: published, gradient: published}\nloss: {kind: membrane}\n",
    "input: [30]\nencode: {rate: {steps: 10, cap: 0.5}}\nstages:\n  - dense: {units: 300}\n"
    "  - sqs: {recurrent: true}\n  - dense: {units: 5}\n  - sqs:\n",
    "input: [2, 6, 5]\nencode: {events: {steps: 10}}\nstages:\n  - dense: {units: 300}\n"
    "  - sqs:\n  - dense: {units: 5}\n  - sqs:\n",
    "input: [2, 6, 5]\nencode: {events: {steps: 10, value: time_surface, polarity: signed}}\n"
    "stages:\n  - dense: {units: 40}\n  - lif:\n  - dense: {units: 5}\n  - lif:\n",
    "input: [30]\nencode: {rate: {steps: 10, cap: 0.5}}\nstages:\n"
    "  - dense: {units: 90, planes: 2}\n  - sqs: {ansatz: hea, inputs: 2, recurrent: true}\n"
    "  - dense: {units: 5}\n  - sqs: {ansatz: hea, memory_qubits: 2, layers: 1}\n",
    "input: [30]\nencode: {rate: {steps: 10, cap: 0.5}}\nstages:\n"
    "  - dense: {units: 40}\n  - sqs: {ansatz: hea, mode: shots, shots: 3, recurrent: true}\n"
    "  - dense: {units: 5}\n  - sqs: {mode: shots, shots: 2}\n",
    "input: [10, 6]\nencode: {frames: {spikes: drawn}}\nstages:\n  - dense: {units: 40}\n"
    "  - lif: {mode: stochastic, recurrent: true, learn_beta: true}\n  - dense: {units: 5}\n"
    "  - lif: {mode: stochastic}\nloss: {last_steps: 3}\n",
    "input: [2, 9, 8]\nencode: {direct: {steps: 10}}\nstages:\n"
    "  - conv2d: {filters: 7, planes: 2}\n  - maxpool:\n  - qlif: {mode: shots, shots: 5}\n"
    "  - avgpool: {stride: 1}\n  - conv2d: {filters: 20, kernel: 2, padding: 1, planes: 2}\n"
    "  - maxpool:\n  - qlif:\n  - flatten:\n  - dense: {units: 5}\n  - lif:\n",
};
#define N_NETS (sizeof nets / sizeof *nets)

/* Parameters after some steps of Adam, the last ones on fewer samples than the network is planned
 * for; *out: owned by the caller, [n + 1], the loss at its end. */
static size_t learn(const char *text, size_t n_threads, float **out) {
  test_net t;
  spiqe_learner learner;
  double norm, loss = 0;
  assert_int_equal(test_net_open(text, SPIQE_F32, n_threads, N_SAMPLES, 1, 0, 3, &t), SPIQE_OK);
  size_t n = t.net->n_parameters;
  assert_int_equal(spiqe_learner_create(t.ctx, &t.model->learn, SPIQE_F32, n, &learner), SPIQE_OK);
  for (size_t step = 0; step < N_STEPS; step++) {
    t.n_samples = step < 4 ? N_SAMPLES : 26 + step;
    loss = test_net_run(&t, 7, step);
    spiqe_learner_step(&learner, step, 0.01, t.net->gradients, t.net->parameters, &norm);
    assert_true(norm > 0);
  }
  *out = malloc((n + 1) * sizeof **out);
  assert_non_null(*out);
  memcpy(*out, t.net->parameters, n * sizeof **out);
  (*out)[n] = (float)loss;
  spiqe_learner_destroy(&learner);
  test_net_close(&t);
  return n + 1;
}

static void any_number_of_threads_gives_the_same_parameters(void **state) {
  (void)state;
  for (size_t i = 0; i < N_NETS; i++) {
    float *expected, *parameters;
    size_t n = learn(nets[i], 1, &expected);
    for (size_t n_threads = 1; n_threads <= 4; n_threads++) {
      learn(nets[i], n_threads, &parameters);
      if (memcmp(expected, parameters, n * sizeof *parameters) != 0)
        fail_msg("net %zu: %zu threads give other bits", i, n_threads);
      free(parameters);
    }
    free(expected);
  }
}

/* The spikes of a sample do not depend on the batch it is in: its currents are sums in an order
 * that the size of the batch does not change, as long as the same product kernel makes them. In
 * double the reference makes them all. */
static void a_sample_gives_the_same_in_any_batch(void **state) {
  (void)state;
  for (size_t i = 0; i < N_NETS; i++) {
    double expected[N_SAMPLES];
    test_net t;
    assert_int_equal(test_net_open(nets[i], SPIQE_F64, 1, N_SAMPLES, 0, 0, 3, &t), SPIQE_OK);
    test_net_run(&t, 7, 0);
    memcpy(expected, t.losses, sizeof expected);
    test_net_close(&t);
    for (size_t n = 1; n < N_SAMPLES; n += 23) {
      assert_int_equal(test_net_open(nets[i], SPIQE_F64, 2, n, 0, 0, 3, &t), SPIQE_OK);
      test_net_run(&t, 7, 0);
      assert_memory_equal(t.losses, expected, n * sizeof *expected);
      test_net_close(&t);
    }
  }
}

/* What a network leaves out when nothing is to be learnt must not matter. */
static void a_network_gives_the_same_whether_it_learns_or_not(void **state) {
  (void)state;
  static const char *const smooth =
      "input: [30]\nencode: {direct: {steps: 10}}\nstages:\n  - dense: {units: 9, planes: 2}\n"
      "  - qlif: {smooth: true}\n  - dense: {units: 5, planes: 2}\n  - qlif: {smooth: true}\n";
  for (size_t i = 0; i <= N_NETS; i++) {
    double losses[4][N_SAMPLES];
    for (int k = 0; k < 4; k++) {
      test_net t;
      assert_int_equal(test_net_open(i < N_NETS ? nets[i] : smooth, SPIQE_F64, 1, N_SAMPLES, k & 1,
                                     k >> 1, 3, &t),
                       SPIQE_OK);
      test_net_run(&t, 7, 0);
      memcpy(losses[k], t.losses, sizeof losses[k]);
      test_net_close(&t);
      if (memcmp(losses[0], losses[k], sizeof losses[k]) != 0)
        fail_msg("net %zu: training %d, recording %d gives other losses", i, k & 1, k >> 1);
    }
  }
}

static void spikes_are_counted_the_same_with_any_number_of_threads(void **state) {
  (void)state;
  double expected[4] = {0};
  for (size_t n_threads = 1; n_threads <= 3; n_threads++) {
    test_net t;
    assert_int_equal(test_net_open(nets[0], SPIQE_F32, n_threads, N_SAMPLES, 0, 0, 3, &t),
                     SPIQE_OK);
    test_net_run(&t, 7, 0);
    for (size_t s = 1; s < 4; s += 2) {
      double spikes = spiqe_network_spikes(t.net, s);
      if (n_threads == 1) expected[s] = spikes;
      assert_true(spikes == expected[s] && spikes > 0);
    }
    test_net_close(&t);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_number_of_threads_gives_the_same_parameters),
      cmocka_unit_test(a_sample_gives_the_same_in_any_batch),
      cmocka_unit_test(a_network_gives_the_same_whether_it_learns_or_not),
      cmocka_unit_test(spikes_are_counted_the_same_with_any_number_of_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
