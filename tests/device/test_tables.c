/* Every table against the reference: products, sums, updates, draws. Sizes lie below, at and above
 * the widths of vectors (4, 8, 16 numbers), rows are apart, and what lies between them stays. */
#include "device/tables_support.h"

/* A sum of k products in float, in any order, errs by at most about (k + 2) 2^-24 times the sum of
 * the products' sizes (Higham, Accuracy and Stability, sec. 3.1). */
static double sum_tolerance(size_t k, double sizes) {
  return (double)(k + 2) * 0x1p-24 * sizes + 1e-30;
}

/* m, n, k, distance of the rows beyond their length */
static const size_t products[][4] = {
    {1, 1, 1, 0},  {3, 15, 7, 1},   {5, 16, 33, 0}, {17, 17, 17, 3}, {7, 33, 64, 2}, {2, 31, 0, 1},
    {33, 1, 5, 0}, {16, 100, 3, 5}, {4, 3, 300, 0}, {65, 48, 20, 0}, {1, 256, 40, 9},
    {3, 70, 4500, 1}, {70, 100, 600, 2}};

typedef struct product {
  spiqe_matmul_args args;
  guarded a, b, c, expected;
  double *sizes; /* of the products that make each element */
} product;

static guarded matrix(size_t rows, size_t columns, size_t gap, uint64_t which, int sparse) {
  guarded g = guarded_random(rows * (columns + gap), which, -1, 1);
  guarded keep = guarded_random(g.n, which + 1, 0, 1);
  for (size_t i = 0; i < g.n; i++)
    if (sparse && keep.at[i] < 0.8f) g.at[i] = 0;
  guarded_free(&keep);
  return g;
}

/* The law itself, in double, rounded once. */
static void multiply(product *p) {
  const spiqe_matmul_args *s = &p->args;
  for (size_t i = 0; i < s->m; i++)
    for (size_t j = 0; j < s->n; j++) {
      double old = s->beta * (double)p->c.at[i * s->ldc + j], sum = old, size = fabs(old);
      for (size_t k = 0; k < s->k; k++) {
        double a = (double)p->a.at[s->transpose_a ? k * s->lda + i : i * s->lda + k];
        double b = (double)p->b.at[s->transpose_b ? j * s->ldb + k : k * s->ldb + j];
        sum += a * b;
        size += fabs(a * b);
      }
      p->expected.at[i * s->ldc + j] = (float)sum;
      p->sizes[i * s->ldc + j] = size;
    }
}

static product product_make(const size_t sizes[4], int options) {
  product p = {.args = {.transpose_a = options & 1, .transpose_b = options >> 1 & 1,
                        .sparse_a = options >> 2 & 1, .beta = options >> 3 & 1,
                        .m = sizes[0], .n = sizes[1], .k = sizes[2]}};
  spiqe_matmul_args *s = &p.args;
  size_t gap = sizes[3];
  s->lda = (s->transpose_a ? s->m : s->k) + gap;
  s->ldb = (s->transpose_b ? s->k : s->n) + gap;
  s->ldc = s->n + gap;
  /* a library that checks its arguments wants rows of at least one number */
  if (!s->lda) s->lda = 1;
  if (!s->ldb) s->ldb = 1;
  p.a = matrix(s->transpose_a ? s->k : s->m, s->transpose_a ? s->m : s->k, gap, 1, s->sparse_a);
  p.b = matrix(s->transpose_b ? s->n : s->k, s->transpose_b ? s->k : s->n, gap, 3, 0);
  p.c = matrix(s->m, s->n, gap, 5, 0);
  p.expected = guarded_copy(&p.c);
  p.sizes = calloc(p.c.n + 1, sizeof *p.sizes);
  assert_non_null(p.sizes);
  s->a = p.a.at, s->b = p.b.at, s->c = p.c.at;
  return p;
}

static void check_product(const table_trio *tables, const size_t sizes[4], int options) {
  product p = product_make(sizes, options);
  multiply(&p);
  tables->fast->matmul(&p.args);
  for (size_t i = 0; i < p.c.n; i++) {
    double error = fabs((double)p.c.at[i] - (double)p.expected.at[i]);
    int inside = i % p.args.ldc < p.args.n;
    if (!(error <= (inside ? sum_tolerance(sizes[2], p.sizes[i]) : 0)))
      fail_msg("%s: %zu x %zu x %zu, options %d, element %zu: %g, not %g", tables->name, sizes[0],
               sizes[1], sizes[2], options, i, (double)p.c.at[i], (double)p.expected.at[i]);
  }
  guarded_free(&p.a), guarded_free(&p.b), guarded_free(&p.c), guarded_free(&p.expected);
  free(p.sizes);
}

static void check_products(const table_trio *tables) {
  for (size_t i = 0; i < sizeof products / sizeof *products; i++)
    for (int options = 0; options < 16; options++) check_product(tables, products[i], options);
}

static void every_product_is_the_law(void **state) {
  (void)state;
  for_each_table(check_products);
}

/* A number that is none must not pass for a zero: training has to see it. */
static void check_nan(const table_trio *tables) {
  static const size_t sizes[4] = {19, 130, 37, 0};
  for (int options = 0; options < 16; options++) {
    product p = product_make(sizes, options);
    size_t row = 5, k = 11;
    p.a.at[p.args.transpose_a ? k * p.args.lda + row : row * p.args.lda + k] = NAN;
    tables->fast->matmul(&p.args);
    for (size_t j = 0; j < sizes[1]; j++)
      if (!isnan(p.c.at[row * p.args.ldc + j]))
        fail_msg("%s: options %d: NaN is lost in column %zu", tables->name, options, j);
    guarded_free(&p.a), guarded_free(&p.b), guarded_free(&p.c), guarded_free(&p.expected);
    free(p.sizes);
  }
}

static void every_product_lets_nan_through(void **state) {
  (void)state;
  for_each_table(check_nan);
}

/* rows, columns, gap */
static const size_t shapes[][3] = {{1, 1, 0},  {5, 3, 1},  {1, 15, 0}, {7, 16, 2},
                                   {3, 17, 0}, {5, 33, 7}, {64, 100, 0}};
#define N_SHAPES (sizeof shapes / sizeof *shapes)

static void check_sums(const table_trio *tables) {
  for (size_t k = 0; k < N_SHAPES; k++) {
    size_t m = shapes[k][0], n = shapes[k][1], ld = n + shapes[k][2];
    guarded a = guarded_random(m * ld, 7, -1, 1), sum = guarded_make(n, 77);
    tables->fast->sum_rows(m, n, ld, a.at, sum.at);
    for (size_t j = 0; j < n; j++) {
      double expected = 0, size = 0;
      for (size_t i = 0; i < m; i++) expected += (double)a.at[i * ld + j];
      for (size_t i = 0; i < m; i++) size += fabs((double)a.at[i * ld + j]);
      assert_true(fabs((double)sum.at[j] - expected) <= sum_tolerance(m, size));
    }
    guarded_free(&a), guarded_free(&sum);
  }
}

static void sums_of_rows_are_the_law(void **state) {
  (void)state;
  for_each_table(check_sums);
}

/* Squares are added in double: some roundings of 1e-16, in float they would be 1e-7. */
static void check_squares(const table_trio *tables) {
  static const size_t sizes[] = {0, 1, 3, 7, 8, 9, 15, 16, 17, 33, 1000, 4099};
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    guarded a = guarded_random(sizes[k], 8, -1, 1);
    double expected = 0, sum = tables->fast->sum_squares(sizes[k], a.at);
    for (size_t i = 0; i < sizes[k]; i++) expected += (double)a.at[i] * (double)a.at[i];
    assert_true(fabs(sum - expected) <= 1e-12 * expected);
    if (sizes[k]) {
      a.at[sizes[k] - 1] = NAN;
      assert_true(isnan(tables->fast->sum_squares(sizes[k], a.at)));
    }
    guarded_free(&a);
  }
}

static void sums_of_squares_are_in_double_and_let_nan_through(void **state) {
  (void)state;
  for_each_table(check_squares);
}

/* Everything but the two zeros counts, the smallest number and NaN too. */
static void check_count(const table_trio *tables) {
  static const float values[] = {0, 1, -0.0f, 1e-45f, 0, NAN, -3, 0, 0, INFINITY};
  for (size_t n = 0; n < 100; n++) {
    guarded a = guarded_make(n, 0);
    size_t expected = 0;
    for (size_t i = 0; i < n; i++) a.at[i] = values[i % 10];
    for (size_t i = 0; i < n; i++) expected += !(a.at[i] == 0);
    assert_int_equal(tables->fast->count_nonzero(n, a.at), expected);
    guarded_free(&a);
  }
}

static void numbers_that_are_not_zero_are_counted(void **state) {
  (void)state;
  for_each_table(check_count);
}

static void check_zero(const table_trio *tables) {
  for (size_t k = 0; k < N_SHAPES; k++) {
    size_t m = shapes[k][0], n = shapes[k][1], ld = n + shapes[k][2];
    guarded a = guarded_make(m * ld, 5);
    for (size_t i = 0; i < m * ld; i++)
      if (i % ld < n) a.at[i] = i % 2 ? 0.0f : -0.0f;
    assert_true(tables->fast->is_zero(m, n, ld, a.at));
    for (size_t i = 0; i < m * ld; i++) {
      if (i % ld >= n) continue;
      a.at[i] = i % 3 ? 1e-45f : NAN; /* the smallest number there is; no number */
      assert_false(tables->fast->is_zero(m, n, ld, a.at));
      a.at[i] = 0;
    }
    guarded_free(&a);
  }
}

static void a_matrix_is_zero_when_every_element_is(void **state) {
  (void)state;
  for_each_table(check_zero);
}

static void check_bias(const table_trio *tables) {
  for (size_t k = 0; k < N_SHAPES; k++) {
    size_t m = shapes[k][0], n = shapes[k][1], ld = n + shapes[k][2];
    guarded a = guarded_random(m * ld, 9, -1, 1), bias = guarded_random(n, 10, -1, 1);
    guarded before = guarded_copy(&a);
    tables->fast->add_bias(m, n, ld, bias.at, a.at);
    for (size_t i = 0; i < m * ld; i++) {
      float added = i % ld < n ? before.at[i] + bias.at[i % ld] : before.at[i];
      assert_memory_equal(&a.at[i], &added, sizeof added); /* one addition has one result */
    }
    guarded_free(&a), guarded_free(&bias), guarded_free(&before);
  }
}

static void a_bias_is_added_to_each_row_alone(void **state) {
  (void)state;
  for_each_table(check_bias);
}

/* An update is some ten operations on numbers of about 1, a fused product rounds once less, and a
 * square root may come from an estimate with one correction: 4e-7 of the values. */
#define UPDATE_TOLERANCE 4e-7

static void assert_near(const char *name, const char *what, const guarded *a, const guarded *b) {
  for (size_t i = 0; i < a->n; i++) {
    double error = fabs((double)a->at[i] - (double)b->at[i]);
    if (!(error <= UPDATE_TOLERANCE * (1 + fabs((double)b->at[i]))))
      fail_msg("%s: %s %zu is %.9g, not %.9g", name, what, i, (double)a->at[i], (double)b->at[i]);
  }
}

static void check_update(const table_trio *tables, size_t n, int adam, int option) {
  guarded w = guarded_random(n, 11, -1, 1), m = guarded_random(n, 12, -0.1, 0.1);
  guarded v = guarded_random(n, 13, 0, 0.1), g = guarded_random(n, 14, -1, 1);
  guarded w2 = guarded_copy(&w), m2 = guarded_copy(&m), v2 = guarded_copy(&v);
  spiqe_update_args args = {.n = n, .parameters = w.at, .moment1 = m.at, .moment2 = v.at,
                            .gradient = g.at, .scale = option ? 0.3 : 1, .rate = 0.01,
                            .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8,
                            .weight_decay = option ? 0.02 : 0, .momentum = 0.9,
                            .correction1 = 0.271, .correction2 = 0.002997,
                            .decoupled = option == 2, .nesterov = option == 2};
  (adam ? tables->fast->adam : tables->fast->sgd)(&args);
  args.parameters = w2.at, args.moment1 = m2.at, args.moment2 = v2.at;
  (adam ? tables->slow->adam : tables->slow->sgd)(&args);
  assert_near(tables->name, adam ? "adam: parameter" : "sgd: parameter", &w, &w2);
  assert_near(tables->name, "moment 1", &m, &m2);
  assert_near(tables->name, "moment 2", &v, &v2);
  guarded_free(&w), guarded_free(&m), guarded_free(&v), guarded_free(&g);
  guarded_free(&w2), guarded_free(&m2), guarded_free(&v2);
}

static void check_updates(const table_trio *tables) {
  static const size_t sizes[] = {0, 1, 3, 15, 16, 17, 33, 1000};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    for (int k = 0; k < 6; k++) check_update(tables, sizes[i], k % 2, k / 2);
}

static void updates_of_parameters_agree(void **state) {
  (void)state;
  for_each_table(check_updates);
}

/* A draw is an integer of 24 bits, exact in float: the same spikes, and in place too. */
static void check_draws(const table_trio *tables) {
  static const size_t sizes[] = {0, 1, 3, 4, 15, 16, 17, 33, 784};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    size_t n = sizes[i];
    guarded p = guarded_random(n, 15, -0.2, 1.2), fast = guarded_copy(&p);
    guarded slow = guarded_make(n, 7), apart = guarded_make(n, 7);
    spiqe_bernoulli_args args = {.n = n, .key = {3, 4}, .sample = 5, .step = 6,
                                 .probability = fast.at, .spikes = fast.at};
    tables->fast->bernoulli(&args);
    args.probability = p.at, args.spikes = slow.at;
    tables->slow->bernoulli(&args);
    args.spikes = apart.at;
    tables->fast->bernoulli(&args);
    assert_memory_equal(fast.at, slow.at, n * sizeof(float));
    assert_memory_equal(apart.at, slow.at, n * sizeof(float));
    guarded_free(&p), guarded_free(&fast), guarded_free(&slow), guarded_free(&apart);
  }
}

static void draws_are_the_same_in_every_table(void **state) {
  (void)state;
  for_each_table(check_draws);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_product_is_the_law),
      cmocka_unit_test(every_product_lets_nan_through),
      cmocka_unit_test(sums_of_rows_are_the_law),
      cmocka_unit_test(sums_of_squares_are_in_double_and_let_nan_through),
      cmocka_unit_test(numbers_that_are_not_zero_are_counted),
      cmocka_unit_test(a_matrix_is_zero_when_every_element_is),
      cmocka_unit_test(a_bias_is_added_to_each_row_alone),
      cmocka_unit_test(updates_of_parameters_agree),
      cmocka_unit_test(draws_are_the_same_in_every_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
