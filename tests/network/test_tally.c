/* Tallies: units are counted one by one, in both precisions and on all threads, and what is no
 * spike is noticed. */
#include "network/tally.h"

#include "stage/values.h"
#include "support/net.h"

#define TEXT "input: [3]\nencode: {rate: {steps: 4}}\nstages:\n  - dense: {units: 2}\n  - lif:\n"

static void rows_are_counted_unit_by_unit(void **state) {
  static const double rows[] = {1, 0, -0.0, 1, 0, 1, 1, 0, 0};
  static const uint64_t sums[] = {3, 0, 1}; /* -0 is 0 */
  float as_floats[9];
  (void)state;
  for (size_t i = 0; i < 9; i++) as_floats[i] = (float)rows[i];
  test_net t;
  spiqe_tally *tally;
  int is_real = 1;
  assert_int_equal(test_net_open(TEXT, SPIQE_F64, 3, 2, 0, 0, 1, &t), SPIQE_OK);
  assert_int_equal(spiqe_tally_create(t.net, &tally), SPIQE_OK);
  spiqe_tally_add(tally, 0, 0, 2, SPIQE_F64, rows);
  spiqe_tally_add(tally, 0, 2, 1, SPIQE_F32, as_floats + 6);
  for (size_t again = 0; again < 2; again++) { /* to ask twice adds nothing */
    const uint64_t *counts = spiqe_tally_sum(tally, 0, &is_real);
    assert_memory_equal(counts, sums, sizeof sums);
    assert_false(is_real);
  }
  assert_null(spiqe_tally_sum(tally, 1, &is_real)); /* currents */
  spiqe_tally_destroy(tally);
  test_net_close(&t);
}

static void one_number_on_one_thread_makes_it_real(void **state) {
  static const double numbers[] = {0.5, -1, 2, 1e-300};
  (void)state;
  test_net t;
  int is_real;
  assert_int_equal(test_net_open(TEXT, SPIQE_F64, 3, 2, 0, 0, 1, &t), SPIQE_OK);
  for (size_t i = 0; i < 4; i++) {
    spiqe_tally *tally;
    const double row[] = {0, numbers[i], 1}, silent[] = {0, 0, 0};
    assert_int_equal(spiqe_tally_create(t.net, &tally), SPIQE_OK);
    spiqe_tally_add(tally, 0, 1, 1, SPIQE_F64, row);
    spiqe_tally_add(tally, 0, 2, 1, SPIQE_F64, silent);
    assert_int_equal(spiqe_tally_sum(tally, 0, &is_real)[1], 1);
    assert_true(is_real);
    spiqe_tally_destroy(tally);
  }
  spiqe_tally_destroy(NULL);
  test_net_close(&t);
}

/* What the network counts by itself, while nothing is learnt, is the sum of the tally. */
static void a_run_adds_to_it_in_both_precisions(void **state) {
  (void)state;
  for (int precision = 0; precision < 2; precision++) {
    test_net t;
    spiqe_tally *tally;
    uint64_t sum = 0;
    int is_real;
    assert_int_equal(test_net_open(TEXT, (spiqe_precision)precision, 2, 70, 0, 0, 1, &t), SPIQE_OK);
    for (size_t i = 0; i < t.net->n_parameters; i++)
      spiqe_value_set(t.net->parameters, i, t.net->precision, 0.9);
    assert_int_equal(spiqe_tally_create(t.net, &tally), SPIQE_OK);
    t.net->tally = tally;
    test_net_run(&t, 7, 0);
    const uint64_t *counts = spiqe_tally_sum(tally, 2, &is_real);
    for (size_t u = 0; u < 2; u++) sum += counts[u];
    assert_true(sum > 0 && (double)sum == spiqe_network_spikes(t.net, 1));
    assert_false(is_real);
    t.net->tally = NULL;
    spiqe_tally_destroy(tally);
    test_net_close(&t);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_are_counted_unit_by_unit),
      cmocka_unit_test(one_number_on_one_thread_makes_it_real),
      cmocka_unit_test(a_run_adds_to_it_in_both_precisions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
