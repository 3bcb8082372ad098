/* Random numbers: Philox as published, streams that share nothing, draws of the right law. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "spiqe/random.h"

#define N_DRAWS 100000

static void philox_gives_the_known_answers_of_its_authors(void **state) {
  (void)state;
  static const struct {
    uint32_t counter[4], key[2], expected[4];
  } vectors[] = {/* Random123, kat_vectors, philox 4x32 10 */
                 {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
                 {{~0u, ~0u, ~0u, ~0u},
                  {~0u, ~0u},
                  {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
                 {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                  {0xa4093822, 0x299f31d0},
                  {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
  for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
    uint32_t out[4];
    spiqe_philox(vectors[i].counter, vectors[i].key, out);
    assert_memory_equal(out, vectors[i].expected, sizeof out);
  }
}

static void output_may_be_the_counters_memory(void **state) {
  (void)state;
  uint32_t counter[4] = {1, 2, 3, 4}, key[2] = {5, 6}, out[4];
  spiqe_philox(counter, key, out);
  spiqe_philox(counter, key, counter);
  assert_memory_equal(counter, out, sizeof out);
}

static void keys_of_other_seeds_purposes_and_streams_differ(void **state) {
  (void)state;
  uint32_t key[4][2];
  spiqe_random_key(1, SPIQE_PURPOSE_WEIGHTS, 0, key[0]);
  spiqe_random_key(2, SPIQE_PURPOSE_WEIGHTS, 0, key[1]);
  spiqe_random_key(1, SPIQE_PURPOSE_SHUFFLE, 0, key[2]);
  spiqe_random_key(1, SPIQE_PURPOSE_WEIGHTS, (uint64_t)1 << 32, key[3]);
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < i; j++) assert_memory_not_equal(key[i], key[j], sizeof key[i]);
}

static void a_draw_depends_on_its_counter_alone(void **state) {
  (void)state;
  uint32_t key[2];
  spiqe_random_key(7, SPIQE_PURPOSE_USER, 0, key);
  double forward[100];
  for (size_t i = 0; i < 100; i++) forward[i] = spiqe_random_uniform(key, i, 9);
  for (size_t i = 100; i-- > 0;) {
    double again = spiqe_random_uniform(key, i, 9);
    assert_memory_equal(&again, &forward[i], sizeof again);
  }
}

/* A mean of n draws of deviation s lies within 5 s / sqrt(n) of the truth but once in 1.7 million
 * seeds; the seed is fixed. */
static void assert_mean(double sum, size_t n, double expected, double deviation) {
  assert_true(fabs(sum / (double)n - expected) < 5 * deviation / sqrt((double)n));
}

static void uniform_draws_have_the_moments_and_bins_of_the_law(void **state) {
  (void)state;
  uint32_t key[2];
  double sum = 0, squares = 0, neighbours = 0, last = 0.5, bins[16] = {0};
  spiqe_random_key(1, SPIQE_PURPOSE_USER, 0, key);
  for (size_t i = 0; i < N_DRAWS; i++) {
    double u = spiqe_random_uniform(key, i, 0);
    assert_true(u >= 0 && u < 1);
    sum += u;
    squares += u * u;
    neighbours += (u - 0.5) * (last - 0.5);
    bins[(int)(u * 16)]++;
    last = u;
  }
  assert_mean(sum, N_DRAWS, 0.5, sqrt(1.0 / 12));
  assert_mean(squares, N_DRAWS, 1.0 / 3, sqrt(4.0 / 45)); /* Var u^2 = 1/5 - 1/9 */
  assert_mean(neighbours, N_DRAWS, 0, 1.0 / 12);
  for (int i = 0; i < 16; i++) assert_mean(bins[i], N_DRAWS, 1.0 / 16, sqrt(15.0) / 16);
}

static void normal_draws_have_the_first_four_moments_of_the_law(void **state) {
  (void)state;
  uint32_t key[2];
  double sum[5] = {0};
  spiqe_random_key(2, SPIQE_PURPOSE_USER, 0, key);
  for (size_t i = 0; i < N_DRAWS; i++) {
    double x = spiqe_random_normal(key, i, 3), power = 1;
    assert_true(isfinite(x));
    for (int k = 1; k <= 4; k++) sum[k] += power *= x;
  }
  assert_mean(sum[1], N_DRAWS, 0, 1);
  assert_mean(sum[2], N_DRAWS, 1, sqrt(2));  /* E x^4 - 1 */
  assert_mean(sum[3], N_DRAWS, 0, sqrt(15)); /* E x^6 */
  assert_mean(sum[4], N_DRAWS, 3, sqrt(96)); /* E x^8 - 9 */
}

static void a_permutation_holds_each_number_once(void **state) {
  (void)state;
  for (size_t n = 0; n <= 1000; n = n * 3 + 1) {
    uint32_t key[2], *order = malloc((n + 1) * sizeof *order);
    unsigned char *seen = calloc(n + 1, 1);
    assert_true(order && seen);
    spiqe_random_key(n, SPIQE_PURPOSE_SHUFFLE, 0, key);
    spiqe_random_permutation(key, n, order);
    for (size_t i = 0; i < n; i++) {
      assert_true(order[i] < n);
      assert_int_equal(seen[order[i]]++, 0);
    }
    free(order);
    free(seen);
  }
}

static void every_number_is_as_likely_in_every_place(void **state) {
  (void)state;
  enum { N = 5, TRIALS = 20000 };
  double count[N][N] = {{0}};
  for (uint64_t epoch = 0; epoch < TRIALS; epoch++) {
    uint32_t key[2], order[N];
    spiqe_random_key(3, SPIQE_PURPOSE_SHUFFLE, epoch, key);
    spiqe_random_permutation(key, N, order);
    for (size_t place = 0; place < N; place++) count[place][order[place]]++;
  }
  for (size_t i = 0; i < N * N; i++) assert_mean(count[i / N][i % N], TRIALS, 0.2, 0.4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(philox_gives_the_known_answers_of_its_authors),
      cmocka_unit_test(output_may_be_the_counters_memory),
      cmocka_unit_test(keys_of_other_seeds_purposes_and_streams_differ),
      cmocka_unit_test(a_draw_depends_on_its_counter_alone),
      cmocka_unit_test(uniform_draws_have_the_moments_and_bins_of_the_law),
      cmocka_unit_test(normal_draws_have_the_first_four_moments_of_the_law),
      cmocka_unit_test(a_permutation_holds_each_number_once),
      cmocka_unit_test(every_number_is_as_likely_in_every_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
