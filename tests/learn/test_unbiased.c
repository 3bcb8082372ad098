/* The mean of local updates is the gradient of the objective, the mean over hidden histories of the
 * target's log-likelihood. On a network of two hidden and two visible neurons over three steps all
 * 64 histories are enumerated, by formulas of this file's own; the gradient of that sum is made by
 * central differences, with an error of 1e-9, and compared with the mean of 100,000 updates.
 *
 * Each parameter must agree within 4 standard errors (by chance 1 of 16,000 does not, and the draws
 * are fixed); and all together by Hotelling's T^2 = n d' S^-1 d, S the covariance, which for so
 * many updates is chi-square distributed. Parameters that always learn in proportion (weights of
 * one neuron whose input does not change) would make S singular, so T^2 takes each neuron's three
 * angles. */
#include "learn/local_net.h"
#include "support/enumerated.h"

enum { ROWS = 100, RUNS = 1000 };

/* input_leak: 0, as what leaks is no derivative. */
#define NET                                                                                        \
  "input: [2]\nencode: {direct: {steps: 3}}\nstages:\n  - dense: {units: 2}\n"                     \
  "  - sqs: {input_leak: 0, io: 0.7}\n  - dense: {units: 2}\n  - sqs: {input_leak: 0, io: 0.7}\n"  \
  "loss: {count_scale: 5, membrane_scale: 0, label_smoothing: 0}\nlocal: "

/* Sums over the runs, each the mean of ROWS updates. */
typedef struct moments {
  double sum[PARAMETERS], products[PARAMETERS][PARAMETERS];
} moments;

static void add_updates(local_net *n, moments *m) {
  const double *gradient = n->t.net->gradients; /* of -objective */
  for (uint64_t run = 0; run < RUNS; run++) {
    local_net_run(n, 7, run);
    for (size_t i = 0; i < PARAMETERS; i++) {
      m->sum[i] -= gradient[i] / RUNS;
      for (size_t k = 0; k < PARAMETERS; k++) m->products[i][k] += gradient[i] * gradient[k] / RUNS;
    }
  }
}

/* Of the mean over RUNS. */
static double covariance(const moments *m, size_t i, size_t k) {
  return (m->products[i][k] - m->sum[i] * m->sum[k]) / (RUNS - 1);
}

#define N_FREE (2 * 3 * UNITS)

/* d' S^-1 d over the parameters `free`, by Cholesky: S = L L', sum of squares of L^-1 d. */
static double distance(const moments *m, const double *expected, const size_t *free) {
  double l[N_FREE][N_FREE] = {{0}}, y[N_FREE], sum = 0;
  for (size_t i = 0; i < N_FREE; i++) {
    for (size_t k = 0; k <= i; k++) {
      double s = covariance(m, free[i], free[k]);
      for (size_t j = 0; j < k; j++) s -= l[i][j] * l[k][j];
      l[i][k] = i == k ? sqrt(s) : s / l[k][k];
    }
    y[i] = m->sum[free[i]] - expected[free[i]];
    for (size_t j = 0; j < i; j++) y[i] -= l[i][j] * y[j];
    y[i] /= l[i][i];
    sum += y[i] * y[i];
  }
  return sum;
}

/* io, entangle and memory of every neuron. */
static void list_free(size_t *free) {
  size_t n = 0;
  for (size_t layer = 0; layer < 2; layer++)
    for (size_t u = 0; u < UNITS; u++) {
      const size_t bias = layer * LAYER + INPUTS * UNITS;
      free[n++] = bias + UNITS + u;
      free[n++] = bias + 2 * UNITS + u;
      free[n++] = bias + 3 * UNITS + u;
    }
}

/* What is off: the largest error of a parameter in standard errors, and T^2. */
typedef struct verdict {
  double largest, together;
} verdict;

static verdict judge(local_net *n, expectation *of, double sign) {
  static moments m;
  double expected[PARAMETERS], largest = 0, steepest = 0;
  size_t free[N_FREE];
  m = (moments){{0}, {{0}}};
  assert_int_equal(n->t.net->n_parameters, PARAMETERS);
  exact_gradient(of, n->t.net->parameters, n->t.net->values, n->t.labels[0], expected);
  for (size_t i = 0; i < PARAMETERS; i++) expected[i] *= sign;
  add_updates(n, &m);
  list_free(free);
  for (size_t i = 0; i < PARAMETERS; i++) {
    /* what a neuron that is always silent would learn has no variance: 1e-9 is the error of the
     * differences */
    const double error = sqrt(fmax(covariance(&m, i, i), 0)) + 1e-9;
    largest = fmax(largest, fabs(m.sum[i] - expected[i]) / error);
    if (i < LAYER) steepest = fmax(steepest, fabs(expected[i]));
  }
  assert_true(steepest > 0.05); /* there is something for the hidden neurons to learn */
  return (verdict){largest, distance(&m, expected, free)};
}

/* All rows are the same sample. Weights of both signs, so that some currents are below 0. */
static void open_one_sample(const char *text, local_net *n) {
  uint32_t key[2];
  local_net_open(text, SPIQE_F64, 2, ROWS, n);
  spiqe_random_key(1, SPIQE_PURPOSE_USER, 0, key);
  double *w = n->t.net->parameters;
  for (size_t i = 0; i < PARAMETERS; i++) w[i] = spiqe_random_uniform(key, i, 0) - 0.25;
  for (size_t r = 0; r < ROWS; r++) {
    memcpy(n->t.net->values + r * INPUTS, n->t.net->values, INPUTS * sizeof(float));
    n->t.labels[r] = n->t.labels[0];
  }
}

/* Of chi-square with 12 degrees of freedom: exceeded once in 100,000 times. */
#define MOST_TOGETHER 45.1

static void the_mean_of_local_updates_is_the_exact_gradient(void **state) {
  (void)state;
  static const char *const settings[] = {"{draws: 2, baseline: leave-one-out}",
                                         "{draws: 5, baseline: leave-one-out}",
                                         "{draws: 1, baseline: mean}",
                                         "{draws: 1, baseline: none}"};
  for (size_t i = 0; i < 4; i++) {
    char text[512];
    local_net n;
    snprintf(text, sizeof text, "%s%s\n", NET, settings[i]);
    open_one_sample(text, &n);
    verdict v = judge(&n, expected_likelihood, 1);
    if (!(v.largest < 4 && v.together < MOST_TOGETHER))
      fail_msg("%s: off by %g standard errors, T^2 = %g", settings[i], v.largest, v.together);
    local_net_close(&n);
  }
}

/* The updates climb: they are the descent of the loss. */
static void the_mean_of_score_functions_is_the_gradient_of_the_mean_loss(void **state) {
  (void)state;
  static const char *const settings[] = {"{objective: loss, draws: 2}",
                                         "{objective: loss, draws: 1, baseline: mean}"};
  for (size_t i = 0; i < 2; i++) {
    char text[512];
    local_net n;
    snprintf(text, sizeof text, "%s%s\n", NET, settings[i]);
    open_one_sample(text, &n);
    n.local.losses = n.t.losses;
    verdict v = judge(&n, expected_loss, -1);
    if (!(v.largest < 4 && v.together < MOST_TOGETHER))
      fail_msg("%s: off by %g standard errors, T^2 = %g", settings[i], v.largest, v.together);
    local_net_close(&n);
  }
}

static const spiqe_network_rule *right; /* what a wrong rule is made of */

/* A baseline of two draws that has the own draw in it: half of the right difference. */
static void weigh_by_all(void *user, const spiqe_network_output *o, double *weights) {
  right->weigh(user, o, weights);
  for (size_t i = 0; i < o->n_steps * o->n_rows; i++) weights[i] /= 2;
}

/* The signal of the own step is left out: what a spike does at once is not seen. */
static void weigh_too_late(void *user, const spiqe_network_output *o, double *weights) {
  right->weigh(user, o, weights);
  for (size_t t = 0; t < o->n_steps; t++)
    for (size_t row = 0; row < o->n_rows; row++)
      weights[t * o->n_rows + row] = t + 1 < o->n_steps ? weights[(t + 1) * o->n_rows + row] : 0;
}

static void a_biased_rule_is_found_out(void **state) {
  (void)state;
  void (*const wrong[])(void *, const spiqe_network_output *, double *) = {weigh_by_all,
                                                                           weigh_too_late};
  for (size_t i = 0; i < 2; i++) {
    local_net n;
    open_one_sample(NET "{draws: 2, baseline: leave-one-out}\n", &n);
    right = &n.local.rule;
    n.rule.weigh = wrong[i];
    verdict v = judge(&n, expected_likelihood, 1);
    if (v.largest < 20) /* far beyond chance */
      fail_msg("wrong rule %zu: off by only %g standard errors", i, v.largest);
    local_net_close(&n);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_mean_of_local_updates_is_the_exact_gradient),
      cmocka_unit_test(the_mean_of_score_functions_is_the_gradient_of_the_mean_loss),
      cmocka_unit_test(a_biased_rule_is_found_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
