/* How a batch is cut: as many samples as a stage needs, and not so many pieces that their sums of
 * gradients fill the memory. */
#include "support/net.h"

static test_net open_net(const char *text, size_t n_threads, size_t n_samples) {
  test_net t;
  if (test_net_open(text, SPIQE_F32, n_threads, n_samples, 1, 0, 3, &t) != SPIQE_OK)
    fail_msg("%s", text);
  return t;
}

#define LONG_NET(neuron)                                                                           \
  "input: [3]\nencode: {direct: {steps: 250}}\nstages:\n  - dense: {units: 4}\n  - batch_norm:\n"  \
  "  - " neuron "\n  - dense: {units: 3}\n  - lif:\n"

/* 250 steps make pieces of one sample, whose static currents are one number of each channel: with
 * the variance 0 and no gradient. */
static void batch_norm_gets_the_numbers_that_it_needs(void **state) {
  double sum = 0;
  (void)state;
  test_net t = open_net(LONG_NET("lif:"), 2, 70);
  assert_int_equal(t.net->piece, 64);
  test_net_run(&t, 1, 0);
  const float *gradient = t.net->gradients;
  for (size_t i = 0; i < 12; i++) sum += (double)(gradient[i] * gradient[i]);
  assert_true(sum > 0);
  test_net_close(&t);
  t = open_net(LONG_NET("lif:"), 2, 20);
  assert_int_equal(t.net->piece, 20);
  test_net_close(&t);
}

/* Shots have a scratch that grows with the piece. */
static void a_larger_piece_has_its_scratch(void **state) {
  (void)state;
  test_net one = open_net(LONG_NET("sqs: {mode: shots, shots: 3}"), 1, 70);
  test_net two = open_net(LONG_NET("sqs: {mode: shots, shots: 3}"), 2, 70);
  assert_true(test_net_run(&one, 1, 0) == test_net_run(&two, 1, 0));
  assert_memory_equal(one.net->gradients, two.net->gradients,
                      one.net->n_parameters * sizeof(float));
  test_net_close(&one);
  test_net_close(&two);
}

/* Alone, this convolution would have pieces of one sample. */
static void sums_of_pieces_do_not_fill_the_memory(void **state) {
  (void)state;
  test_net t = open_net(
      "input: [64, 8, 8]\nencode: {rate: {steps: 8}}\nstages:\n"
      "  - conv2d: {filters: 1024, padding: 1}\n  - lif:\n",
      1, 64);
  assert_true(t.net->n_pieces * t.net->stages[0].n_partial <= (size_t)1 << 25);
  assert_int_equal(t.net->piece, 2);
  test_net_close(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(batch_norm_gets_the_numbers_that_it_needs),
      cmocka_unit_test(a_larger_piece_has_its_scratch),
      cmocka_unit_test(sums_of_pieces_do_not_fill_the_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
