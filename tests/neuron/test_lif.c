/* Stochastic LIF: spikes are as frequent as the membrane says, the gradient is that of the membrane
 * with the outcomes as they fell, and a sequence may be run in parts. */
#include <math.h>

#include "support/net.h"

enum { STEPS = 9, ROWS = 3, UNITS = 21, PLANE = ROWS * UNITS };
#define TEMPERATURE 0.3

/* A population in double, and what its gradient is asked of: sum of v P + w U. */
typedef struct population {
  double current[STEPS * PLANE], threshold[UNITS], beta[UNITS], state[PLANE];
  double spikes[STEPS * PLANE], membrane[STEPS * PLANE], v[STEPS * PLANE], w[STEPS * PLANE];
  uint32_t samples[ROWS];
} population;

static double random_number(uint64_t stream, size_t i, double low, double high) {
  uint32_t key[2];
  spiqe_random_key(stream, SPIQE_PURPOSE_USER, 0, key);
  return low + (high - low) * spiqe_random_uniform(key, i, 0);
}

static population *population_make(void) {
  population *p = calloc(1, sizeof *p);
  assert_non_null(p);
  for (size_t i = 0; i < STEPS * PLANE; i++) {
    p->current[i] = random_number(1, i, -0.5, 1.5);
    p->v[i] = random_number(2, i, -1, 1);
    p->w[i] = random_number(3, i, -1, 1);
  }
  for (size_t n = 0; n < UNITS; n++) {
    p->threshold[n] = random_number(4, n, 0.5, 1.5);
    p->beta[n] = random_number(5, n, 0.3, 1);
  }
  for (uint32_t r = 0; r < ROWS; r++) p->samples[r] = 100 + r;
  return p;
}

/* n_steps from first on; state: carried on from step to step where it is not NULL. */
static spiqe_lif_args args_of(population *p, int reset, size_t first, size_t n_steps,
                              double *state) {
  return (spiqe_lif_args){.rule = {.reset = (spiqe_lif_reset)reset,
                                   .stochastic = 1,
                                   .reset_detach = 1,
                                   .surrogate = SPIQE_SURROGATE_SIGMOID,
                                   .slope = 1 / TEMPERATURE},
                          .n_steps = n_steps,
                          .n_rows = ROWS,
                          .n_units = UNITS,
                          .ld = UNITS,
                          .step_stride = PLANE,
                          .first_step = first,
                          .current = p->current + first * PLANE,
                          .threshold = p->threshold,
                          .beta = p->beta,
                          .samples = p->samples,
                          .key = {3, 4},
                          .state = state,
                          .spikes = p->spikes + first * PLANE,
                          .membrane = p->membrane + first * PLANE};
}

static double probability(const population *p, size_t i) {
  return 1 / (1 + exp((p->threshold[i % UNITS] - p->membrane[i]) / TEMPERATURE));
}

static void spikes_are_as_frequent_as_the_membrane_says(void **state) {
  (void)state;
  spiqe_context *ctx = test_context(1, NULL);
  population *p = population_make();
  double sum = 0, variance = 0;
  for (uint32_t first = 0; first < 3000; first += ROWS) {
    for (uint32_t r = 0; r < ROWS; r++) p->samples[r] = first + r;
    spiqe_lif_args args = args_of(p, SPIQE_LIF_SUBTRACT, 0, STEPS, NULL);
    spiqe_device_kernels(ctx, SPIQE_F64)->lif_forward(&args);
    for (size_t i = 0; i < STEPS * PLANE; i++) {
      sum += p->spikes[i] - probability(p, i);
      variance += probability(p, i) * (1 - probability(p, i));
    }
  }
  /* 5 standard errors: once in 1.7 million seeds, and the seed is fixed */
  if (!(fabs(sum) <= 5 * sqrt(variance)))
    fail_msg("%g spikes too many, with a standard error of %g", sum, sqrt(variance));
  free(p);
  spiqe_context_destroy(ctx);
}

static double loss_of(const spiqe_kernels *kernels, population *p, int reset) {
  double sum = 0;
  spiqe_lif_args args = args_of(p, reset, 0, STEPS, NULL);
  kernels->lif_forward(&args);
  for (size_t i = 0; i < STEPS * PLANE; i++)
    sum += p->v[i] * probability(p, i) + p->w[i] * p->membrane[i];
  return sum;
}

/* Draws are by counter, so a small change leaves the outcomes as they are: the difference is the
 * derivative with outcomes fixed. h = 1e-6: rounding of a sum of 1000 gives some 1e-8 of it. */
static void assert_derivative(const spiqe_kernels *kernels, population *p, int reset, double *at,
                              double derivative) {
  const double h = 1e-6, kept = *at;
  *at = kept + h;
  double above = loss_of(kernels, p, reset);
  *at = kept - h;
  double below = loss_of(kernels, p, reset);
  *at = kept;
  double difference = (above - below) / (2 * h);
  if (!(fabs(derivative - difference) <= 1e-6 * (1 + fabs(difference))))
    fail_msg("reset %d: %.10g, but the difference is %.10g", reset, derivative, difference);
}

static void the_gradient_is_exact_with_the_outcomes_as_they_fell(void **state) {
  (void)state;
  spiqe_context *ctx = test_context(1, NULL);
  const spiqe_kernels *kernels = spiqe_device_kernels(ctx, SPIQE_F64);
  population *p = population_make();
  double *d_current = calloc(STEPS * PLANE, sizeof *d_current);
  assert_non_null(d_current);
  for (int reset = SPIQE_LIF_SUBTRACT; reset <= SPIQE_LIF_NONE; reset++) {
    double d_threshold[UNITS] = {0}, d_beta[UNITS] = {0};
    loss_of(kernels, p, reset);
    spiqe_lif_grad_args back = {.forward = args_of(p, reset, 0, STEPS, NULL),
                                .d_spikes = p->v,
                                .d_membrane = p->w,
                                .d_stride = PLANE,
                                .d_current = d_current,
                                .d_threshold = d_threshold,
                                .d_beta = d_beta};
    kernels->lif_backward(&back);
    for (size_t i = 0; i < STEPS * PLANE; i += 5)
      assert_derivative(kernels, p, reset, &p->current[i], d_current[i]);
    for (size_t n = 0; n < UNITS; n++) {
      assert_derivative(kernels, p, reset, &p->threshold[n], d_threshold[n]);
      assert_derivative(kernels, p, reset, &p->beta[n], d_beta[n]);
    }
  }
  free(d_current);
  free(p);
  spiqe_context_destroy(ctx);
}

/* A spike resets in the next step, so a part must know the draw of the step before it. */
static void a_sequence_may_be_run_in_parts(void **state) {
  (void)state;
  spiqe_context *ctx = test_context(1, NULL);
  const spiqe_kernels *kernels = spiqe_device_kernels(ctx, SPIQE_F64);
  population *whole = population_make(), *parts = population_make();
  double *d_whole = calloc(STEPS * PLANE, sizeof *d_whole), *d_parts = calloc(STEPS * PLANE, 8);
  double states[PLANE], d_state[PLANE] = {0};
  assert_true(d_whole && d_parts);
  spiqe_lif_args all = args_of(whole, SPIQE_LIF_ZERO, 0, STEPS, NULL);
  kernels->lif_forward(&all);
  spiqe_lif_args head = args_of(parts, SPIQE_LIF_ZERO, 0, 4, parts->state);
  spiqe_lif_args tail = args_of(parts, SPIQE_LIF_ZERO, 4, STEPS - 4, parts->state);
  kernels->lif_forward(&head);
  memcpy(states, parts->state, sizeof states);
  kernels->lif_forward(&tail);
  assert_memory_equal(whole->spikes, parts->spikes, sizeof whole->spikes);
  assert_memory_equal(whole->membrane, parts->membrane, sizeof whole->membrane);
  kernels->lif_backward(&(spiqe_lif_grad_args){
      .forward = all, .d_spikes = whole->v, .d_stride = PLANE, .d_current = d_whole});
  kernels->lif_backward(&(spiqe_lif_grad_args){.forward = tail,
                                               .state0 = states,
                                               .d_spikes = parts->v + 4 * PLANE,
                                               .d_stride = PLANE,
                                               .d_state = d_state,
                                               .d_current = d_parts + 4 * PLANE});
  kernels->lif_backward(&(spiqe_lif_grad_args){.forward = head,
                                               .d_spikes = parts->v,
                                               .d_stride = PLANE,
                                               .d_state = d_state,
                                               .d_current = d_parts});
  assert_memory_equal(d_whole, d_parts, STEPS * PLANE * sizeof *d_whole);
  free(d_whole), free(d_parts);
  free(whole), free(parts);
  spiqe_context_destroy(ctx);
}

#define NET(options)                                                                               \
  "input: [5]\nencode: {rate: {steps: 6}}\nstages:\n  - dense: {units: 7}\n  - lif: {" options     \
  "}\n  - dense: {units: 3}\n  - lif: {" options "}\n"

/* Spikes of both layers for 40 samples. */
static double count_spikes(const char *text, size_t n_threads) {
  test_net t;
  double n = 0;
  assert_int_equal(test_net_open(text, SPIQE_F32, n_threads, 40, 0, 0, 3, &t), SPIQE_OK);
  test_net_run(&t, 9, 4);
  for (size_t i = 1; i < 4; i += 2) n += spiqe_network_spikes(t.net, i);
  test_net_close(&t);
  return n;
}

/* At a temperature near 0 no draw lies between, so spikes are those of the threshold. */
static void cold_neurons_fire_at_the_threshold(void **state) {
  (void)state;
  double expected = count_spikes(NET("threshold: 0.2"), 1);
  double cold = count_spikes(NET("threshold: 0.2, mode: stochastic, temperature: 0.001"), 2);
  double warm = count_spikes(NET("threshold: 0.2, mode: stochastic, temperature: 0.5"), 2);
  assert_true(expected > 50);
  assert_true(fabs(cold - expected) <= 3); /* a membrane within some 0.003 of the threshold */
  assert_true(fabs(warm - expected) > 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spikes_are_as_frequent_as_the_membrane_says),
      cmocka_unit_test(the_gradient_is_exact_with_the_outcomes_as_they_fell),
      cmocka_unit_test(a_sequence_may_be_run_in_parts),
      cmocka_unit_test(cold_neurons_fire_at_the_threshold),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
