/* Spike trains as words and sums of listed rows, on every table. */
#include "device/tables_support.h"

enum { MOST_STEPS = 64 };

static const size_t sizes[] = {1, 7, 8, 9, 16, 33, 100};
#define N_SIZES (sizeof sizes / sizeof *sizes)

static void check_words(const table_trio *tables) {
  static const size_t steps[] = {1, 2, 23, 24, 25, 48, 50, 63, 64};
  for (size_t i = 0; i < N_SIZES * sizeof steps / sizeof *steps; i++) {
    const size_t n = sizes[i % N_SIZES], n_steps = steps[i / N_SIZES], stride = n + i % 3;
    guarded values = guarded_random(n_steps * stride, i, 0, 1);
    uint64_t found[101];
    for (size_t k = 0; k < n_steps * stride; k++) values.at[k] = values.at[k] < 0.4f;
    found[n] = 77;
    assert_int_equal(tables->fast->read_trains(n_steps, stride, n, values.at, found), 1);
    assert_true(found[n] == 77);
    for (size_t u = 0; u < n; u++)
      for (size_t t = 0; t < MOST_STEPS; t++)
        assert_int_equal(found[u] >> t & 1, t < n_steps && values.at[t * stride + u] == 1);
    guarded_free(&values);
  }
}

static void words_are_the_spikes_of_a_train(void **state) {
  (void)state;
  for_each_table(check_words);
}

static void check_refused(const table_trio *tables) {
  static const float no_spikes[] = {0.5f, -1, 2, 1.0000001f, 1e-45f, -1e-45f, NAN, INFINITY};
  enum { N = 19, STEPS = 30 };
  uint64_t found[N];
  for (size_t i = 0; i < sizeof no_spikes / sizeof *no_spikes; i++)
    for (size_t at = 0; at < N * STEPS; at += 7) {
      guarded values = guarded_make(N * STEPS, at % 2 ? 1 : -0.0f);
      assert_int_equal(tables->fast->read_trains(STEPS, N, N, values.at, found), 1);
      values.at[at] = no_spikes[i];
      assert_int_equal(tables->fast->read_trains(STEPS, N, N, values.at, found), 0);
      guarded_free(&values);
    }
}

static void what_is_no_spike_is_no_train(void **state) {
  (void)state;
  for_each_table(check_refused);
}

/* Multiples of 1/8, which add up exactly in any order. */
static guarded eighths(size_t n, uint64_t which) {
  guarded g = guarded_random(n, which, -8, 8);
  for (size_t i = 0; i < n; i++) g.at[i] = floorf(g.at[i] * 8) / 8;
  return g;
}

/* 6 rows of C of 9 rows of B; with lists of 0 to 3, or of one; with beta some rows come again. */
static void check_listed(const table_trio *tables, size_t n, int beta, int has_counts) {
  static const uint32_t counts[] = {2, 0, 1, 3, 0, 1}, list[] = {3, 8, 0, 1, 1, 7, 4};
  static const uint32_t once[] = {5, 0, 3, 1, 2, 4}, again[] = {5, 0, 0, 1, 5, 4};
  const size_t ldb = n + 3, ldc = n + 2;
  guarded b = eighths(9 * ldb, 1), c = eighths(6 * ldc, 2), expected = guarded_copy(&c);
  const uint32_t *rows = beta ? again : once, *next = list;
  spiqe_listed_args args = {6,    n,    ldb,  ldc,  has_counts ? counts : NULL,
                            list, rows, beta, b.at, c.at};
  for (size_t i = 0; i < 6; i++) {
    float *row = expected.at + rows[i] * ldc;
    for (size_t j = 0; j < n && !beta; j++) row[j] = 0;
    for (size_t k = 0; k < (has_counts ? counts[i] : 1); k++, next++)
      for (size_t j = 0; j < n; j++) row[j] += b.at[*next * ldb + j];
  }
  tables->fast->sum_listed(&args);
  assert_memory_equal(c.at, expected.at, c.n * sizeof(float));
  guarded_free(&b), guarded_free(&c), guarded_free(&expected);
}

static void check_sums(const table_trio *tables) {
  for (size_t i = 0; i < 4 * N_SIZES; i++)
    check_listed(tables, sizes[i / 4], i % 2 == 1, i / 2 % 2 == 1);
}

static void listed_rows_are_added_up(void **state) {
  (void)state;
  for_each_table(check_sums);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_are_the_spikes_of_a_train),
      cmocka_unit_test(what_is_no_spike_is_no_train),
      cmocka_unit_test(listed_rows_are_added_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
