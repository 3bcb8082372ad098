/* Scores from runs of a neuron's circuit are those of the kernels: parameter shift to rounding,
 * simultaneous perturbation and shots in the mean. */
#include <math.h>

#include "learn/local_net.h"

/* Both layers learn; their input changes over the steps, or does not. */
#define NET(encode, neuron)                                                                       \
  "input: [3]\nencode: {" encode ": {steps: 3}}\nstages:\n  - dense: {units: 3}\n  - " neuron      \
  "\n  - dense: {units: 2}\n  - " neuron "\nlocal: {draws: 2, "
#define CRX "sqs: {io: 0.6}"

/* Gradient of one batch; owned by the caller. */
static double *gradient_of(const char *net, const char *local, uint64_t draw, size_t *n) {
  char text[1024];
  local_net l;
  snprintf(text, sizeof text, "%s%s}\n", net, local);
  local_net_open(text, SPIQE_F64, 2, 4, &l);
  local_net_run(&l, 7, draw);
  *n = l.t.net->n_parameters;
  double *out = malloc(*n * sizeof *out);
  assert_non_null(out);
  memcpy(out, l.t.net->gradients, *n * sizeof *out);
  local_net_close(&l);
  return out;
}

/* Products of some 20 sines; 1 / q_t is at most some hundreds here. */
static void parameter_shift_is_the_exact_gradient(void **state) {
  (void)state;
  static const char *const nets[] = {NET("rate", CRX), NET("direct", CRX),
                                     NET("rate", "sqs: {ansatz: hea, layers: 1}")};
  for (size_t i = 0; i < 3; i++) {
    size_t n;
    double largest = 0;
    double *exact = gradient_of(nets[i], "gradient: exact", 0, &n);
    double *shift = gradient_of(nets[i], "gradient: shift", 0, &n);
    for (size_t k = 0; k < n; k++) {
      largest = fmax(largest, fabs(exact[k]));
      if (!(fabs(shift[k] - exact[k]) <= 1e-10 * (1 + fabs(exact[k]))))
        fail_msg("net %zu, parameter %zu: %.15g, not %.15g", i, k, shift[k], exact[k]);
    }
    assert_true(largest > 0.01);
    free(exact), free(shift);
  }
}

/* The mean over many estimates is the exact gradient of the same batch: within 4.5 standard errors
 * (by chance one parameter of 150,000 is not, and the draws are fixed), and what the method is
 * biased by beside. Only the draws of the estimates differ, which follow the sample's stream: the
 * neurons are given their spikes. */
static void check_mean(const char *local, size_t n_runs, double bias) {
  char text[1024];
  local_net e, x;
  snprintf(text, sizeof text, "%s%s}\n", NET("direct", CRX), local);
  local_net_open(text, SPIQE_F64, 2, 4, &e);
  local_net_open(NET("direct", CRX) "gradient: exact}\n", SPIQE_F64, 2, 4, &x);
  const size_t n = e.t.net->n_parameters;
  double *sum = calloc(2 * n, sizeof *sum), *squares = sum + n;
  assert_non_null(sum);
  for (size_t run = 0; run < n_runs; run++) {
    local_net_run(&e, 7, run);
    local_net_run(&x, 7, run);
    const double *a = e.t.net->gradients, *b = x.t.net->gradients;
    for (size_t k = 0; k < n; k++) {
      sum[k] += (a[k] - b[k]) / (double)n_runs;
      squares[k] += (a[k] - b[k]) * (a[k] - b[k]) / (double)n_runs;
    }
  }
  for (size_t k = 0; k < n; k++) {
    const double error = sqrt((squares[k] - sum[k] * sum[k]) / (double)(n_runs - 1));
    if (!(fabs(sum[k]) <= 4.5 * error + bias))
      fail_msg("%s, parameter %zu: off by %g, standard error %g", local, k, sum[k], error);
  }
  free(sum);
  local_net_close(&e), local_net_close(&x);
}

/* c^2 / 6 times third derivatives. */
static void perturbation_is_right_in_the_mean(void **state) {
  (void)state;
  check_mean("gradient: spsa, spread: 0.01", 400, 1e-3);
}

/* 1 / q estimated from n shots is too large by a part of (1 - q) / (n q). */
static void shots_are_right_in_the_mean(void **state) {
  (void)state;
  check_mean("gradient: shift, shots: 4000", 30, 2e-2);
}

static void what_has_no_such_scores_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *steps, *neuron, *message;
    spiqe_status status;
  } cases[] = {
      {"3", "sqs: {recurrent: true}", "stage 1 (sqs): gradients by shift and spsa",
       SPIQE_UNSUPPORTED},
      {"65", "sqs:", "65 steps, but gradients by shift and spsa are there for at most 64",
       SPIQE_LIMIT},
  };
  for (size_t i = 0; i < 2; i++) {
    char text[512];
    local_net n = {0};
    snprintf(text, sizeof text,
             "input: [3]\nencode: {rate: {steps: %s}}\nstages:\n  - dense: {units: 3}\n  - %s\n"
             "local: {gradient: shift}\n",
             cases[i].steps, cases[i].neuron);
    assert_int_equal(local_net_try(text, SPIQE_F32, 1, 4, &n), cases[i].status);
    assert_non_null(strstr(spiqe_context_message(n.t.ctx), cases[i].message));
    local_net_close(&n);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parameter_shift_is_the_exact_gradient),
      cmocka_unit_test(perturbation_is_right_in_the_mean),
      cmocka_unit_test(shots_are_right_in_the_mean),
      cmocka_unit_test(what_has_no_such_scores_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
