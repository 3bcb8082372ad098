/* Neurons of mode shots: one shot is a single one; where the memory does nothing all shots have the
 * same probabilities, which are those of the mean field, and so has the gradient of a loss on them;
 * and the mean of many spikes is near their probability. */
#include <math.h>

#include "support/net.h"

enum { ROWS = 30 };

/* Parameters of the first layer and the second are drawn alike whatever the mode is. */
#define NET(neuron, loss)                                                                          \
  "input: [6]\nencode: {rate: {steps: 4, cap: 0.6}}\nstages:\n  - dense: {units: 7}\n  - sqs: "    \
  "{" neuron "}\n  - dense: {units: 3}\n  - sqs: {" neuron "}\nloss: {" loss "}\n"
#define COUNT "count_scale: 5, membrane_scale: 0"

static void run(const char *text, test_net *t, double *loss) {
  assert_int_equal(test_net_open(text, SPIQE_F64, 1, ROWS, 1, 0, 3, t), SPIQE_OK);
  *loss = test_net_run(t, 7, 0);
}

static void compare(const char *a_text, const char *b_text, double tolerance) {
  test_net a, b;
  double a_loss, b_loss, largest = 0;
  run(a_text, &a, &a_loss);
  run(b_text, &b, &b_loss);
  assert_int_equal(a.net->n_parameters, b.net->n_parameters);
  const double *x = a.net->gradients, *y = b.net->gradients;
  if (!(fabs(a_loss - b_loss) <= tolerance)) fail_msg("losses %.17g, %.17g", a_loss, b_loss);
  for (size_t i = 0; i < a.net->n_parameters; i++) {
    largest = fmax(largest, fabs(x[i]));
    if (!(fabs(x[i] - y[i]) <= tolerance))
      fail_msg("%s: parameter %zu: %.17g, but %.17g", a_text, i, x[i], y[i]);
  }
  assert_true(largest > 1e-3);
  test_net_close(&a);
  test_net_close(&b);
}

/* To the bit; with recurrence the steps' derivatives are added in another order. */
static void one_shot_is_a_single_one(void **state) {
  (void)state;
  compare(NET("mode: single-shot", COUNT), NET("mode: shots, shots: 1", COUNT), 0);
  compare(NET("mode: single-shot, recurrent: true", COUNT),
          NET("mode: shots, shots: 1, recurrent: true", COUNT), 1e-14);
  compare(NET("ansatz: hea, mode: single-shot, recurrent: true", COUNT),
          NET("ansatz: hea, mode: shots, shots: 1, recurrent: true", COUNT), 1e-14);
}

#define ONE(neuron)                                                                                \
  "input: [6]\nencode: {rate: {steps: 4, cap: 0.6}}\nstages:\n  - dense: {units: 3}\n  - sqs: "    \
  "{" neuron ", input_leak: 0, io: 0.7, entangle: 0, memory: 0}\nloss: {kind: membrane}\n"

/* entangle 0: P does not depend on the memory, but the derivative by entangle does. Without it all
 * of the gradient is the mean field's, up to the order of sums; parameters of a layer are weights,
 * bias, io, entangle, memory. */
static void without_a_memory_shots_have_the_mean_fields_gradient(void **state) {
  (void)state;
  enum { WEIGHTS = 6 * 3 + 3 + 3 };
  test_net a, b;
  double a_loss, b_loss;
  run(ONE("mode: expected"), &a, &a_loss);
  run(ONE("mode: shots, shots: 5"), &b, &b_loss);
  assert_true(fabs(a_loss - b_loss) < 1e-12);
  const double *x = a.net->gradients, *y = b.net->gradients;
  for (size_t i = 0; i < WEIGHTS; i++)
    if (!(fabs(x[i] - y[i]) <= 1e-12 * (1 + fabs(x[i]))))
      fail_msg("parameter %zu: %.17g, but %.17g", i, x[i], y[i]);
  test_net_close(&a);
  test_net_close(&b);
}

/* What the last population gave in a run. */
typedef struct sums {
  double spikes, membranes;
  size_t n;
} sums;

static void add_output(void *user, const spiqe_network_output *o) {
  sums *s = user;
  for (size_t i = 0; i < o->n_steps * o->n_rows * o->n_units; i++) {
    s->spikes += ((const double *)o->spikes)[i];
    s->membranes += ((const double *)o->membrane)[i];
    s->n++;
  }
}

/* 360 numbers of 400 shots each: the means differ by less than four times 0.5 / sqrt(144,000). */
static void the_mean_of_shots_is_near_their_probability(void **state) {
  (void)state;
  const char *text = ONE("mode: shots, shots: 400");
  sums s = {0};
  test_net t;
  assert_int_equal(test_net_open(text, SPIQE_F64, 1, ROWS, 0, 0, 3, &t), SPIQE_OK);
  spiqe_network_run(t.net, ROWS, t.samples, 7, 0, add_output, &s);
  assert_true(s.n == 4 * ROWS * 3 && s.membranes > 0.05 * (double)s.n);
  if (!(fabs(s.spikes - s.membranes) / (double)s.n < 4 * 0.5 / sqrt(400.0 * (double)s.n)))
    fail_msg("spikes %g, but probabilities %g", s.spikes, s.membranes);
  test_net_close(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_shot_is_a_single_one),
      cmocka_unit_test(without_a_memory_shots_have_the_mean_fields_gradient),
      cmocka_unit_test(the_mean_of_shots_is_near_their_probability),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
