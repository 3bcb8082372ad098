/* Dropout and batch normalisation of every table against the reference's. Channels lie below, at
 * and above the groups that kernels take at a time, and what lies between the rows stays. */
#include "device/tables_support.h"

typedef struct norm_case {
  size_t n_rows, n_places, n_channels, gap;
} norm_case;

static const norm_case cases[] = {{1, 1, 1, 0}, {5, 3, 7, 2}, {9, 4, 16, 1}, {3, 1, 33, 0}};

/* Numbers below 2, multiplied and added three times at 6e-8, times a factor up to 1 / 0.3. */
#define TOLERANCE 2e-6

static void assert_close(const char *what, const guarded *fast, const guarded *slow) {
  for (size_t i = 0; i < slow->n; i++)
    if (!(fabs((double)fast->at[i] - (double)slow->at[i]) <= TOLERANCE))
      fail_msg("%s, element %zu: %.9g, not %.9g", what, i, (double)fast->at[i],
               (double)slow->at[i]);
}

/* What the kernels of one table make. */
typedef struct made {
  guarded mean, variance, output, d_input, d_scale, d_shift;
} made;

static made make(const spiqe_kernels *kernels, const norm_case *c) {
  const size_t ld = c->n_places * c->n_channels + c->gap, n = c->n_rows * ld;
  guarded input = guarded_random(n, 1, -1, 1), d_output = guarded_random(n, 2, -1, 1);
  guarded scale = guarded_random(c->n_channels, 3, 0.5, 1);
  guarded shift = guarded_random(c->n_channels, 4, -1, 1);
  made m = {guarded_make(c->n_channels, 9), guarded_make(c->n_channels, 9), guarded_make(n, 9),
            guarded_copy(&input), guarded_make(c->n_channels, 9), guarded_make(c->n_channels, 9)};
  spiqe_norm_args args = {.n_rows = c->n_rows, .ld = ld, .n_places = c->n_places,
                          .n_channels = c->n_channels, .epsilon = 0.1, .input = input.at,
                          .mean = m.mean.at, .variance = m.variance.at, .scale = scale.at,
                          .shift = shift.at, .output = m.output.at, .d_output = d_output.at,
                          .d_input = m.d_input.at, .d_scale = m.d_scale.at,
                          .d_shift = m.d_shift.at};
  kernels->norm_statistics(&args);
  kernels->norm_forward(&args);
  args.input = m.d_input.at; /* in place */
  kernels->norm_backward(&args);
  guarded_free(&input), guarded_free(&d_output), guarded_free(&scale), guarded_free(&shift);
  return m;
}

static void made_free(made *m) {
  guarded_free(&m->mean), guarded_free(&m->variance), guarded_free(&m->output);
  guarded_free(&m->d_input), guarded_free(&m->d_scale), guarded_free(&m->d_shift);
}

static void check_norm(const table_trio *tables) {
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    made fast = make(tables->fast, &cases[i]), slow = make(tables->slow, &cases[i]);
    assert_close("mean", &fast.mean, &slow.mean);
    assert_close("variance", &fast.variance, &slow.variance);
    assert_close("output", &fast.output, &slow.output);
    assert_close("d_input", &fast.d_input, &slow.d_input);
    assert_close("d_scale", &fast.d_scale, &slow.d_scale);
    assert_close("d_shift", &fast.d_shift, &slow.d_shift);
    made_free(&fast), made_free(&slow);
  }
}

static void batch_norm_is_the_same_in_every_table(void **state) {
  (void)state;
  for_each_table(check_norm);
}

/* A product and nothing else: the same bits. */
static void check_dropout(const table_trio *tables) {
  static const uint32_t samples[] = {3, 1, 4};
  static const size_t units[] = {1, 7, 256, 515};
  for (size_t i = 0; i < 4; i++) {
    const size_t row = 2 * units[i], step = 3 * row + 5, n = 4 * step;
    guarded input = guarded_random(n, 5, -1, 1), fast = guarded_make(n, 9);
    guarded slow = guarded_make(n, 9);
    spiqe_dropout_args args = {.n_steps = 4, .n_rows = 3, .n_planes = 2, .n_units = units[i],
                               .step_stride = step, .rate = 0.4, .samples = samples,
                               .key = {1, 2}, .input = input.at, .output = fast.at};
    tables->fast->dropout(&args);
    args.output = slow.at;
    tables->slow->dropout(&args);
    assert_memory_equal(fast.at, slow.at, n * sizeof(float));
    guarded_free(&input), guarded_free(&fast), guarded_free(&slow);
  }
}

static void dropout_is_the_same_in_every_table(void **state) {
  (void)state;
  for_each_table(check_dropout);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(batch_norm_is_the_same_in_every_table),
      cmocka_unit_test(dropout_is_the_same_in_every_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
