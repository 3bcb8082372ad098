/* Expectations and their derivatives: adjoint = parameter shift = differences = the slow twin's. */
#include "quantum/judge.h"
#include "spiqe/gradient.h"

enum { MOST_TERMS = 5, MOST_QUBITS = 5, INPUTS = 3, MOST_INPUTS = 4 };

/* A sum of Pauli products, as text and letter by letter. */
typedef struct random_sum {
  size_t n_terms;
  double factors[MOST_TERMS];
  char paulis[MOST_TERMS][MOST_QUBITS + 1];
  char text[512];
} random_sum;

static random_sum draw_sum(uint64_t seed, size_t n_qubits) {
  random_sum sum = {.n_terms = 1 + seed % MOST_TERMS};
  double draws[MOST_TERMS * (MOST_QUBITS + 1)];
  size_t at = 0, used = 0;
  random_angles(seed, MOST_TERMS * (MOST_QUBITS + 1), draws);
  for (size_t t = 0; t < sum.n_terms; t++) {
    sum.factors[t] = draws[used++];
    at += (size_t)snprintf(sum.text + at, sizeof sum.text - at, "%s%.17g", t ? " + " : "",
                           sum.factors[t]);
    for (size_t q = 0; q < n_qubits; q++) {
      char letter = "IXYZ"[(size_t)(fabs(draws[used++]) * 1000) % 4];
      sum.paulis[t][q] = letter;
      if (letter != 'I')
        at += (size_t)snprintf(sum.text + at, sizeof sum.text - at, " %c%zu", letter, q);
    }
  }
  return sum;
}

static double twin_value(const spiqe_circuit *circuit, const random_sum *sum,
                         const double *inputs) {
  twin *run = twin_run(circuit, inputs);
  double value = 0;
  for (size_t t = 0; t < sum->n_terms; t++)
    value += sum->factors[t] * twin_expectation(run, sum->paulis[t]);
  twin_destroy(run);
  return value;
}

/* Fourth-order central difference. An input turns angles with factors up to some 10 in all, so that
 * its error is (10 h)^4 / 30 of the derivative: with h = 3e-4 less than 1e-11; rounding adds
 * 1e-15 / h = 3e-12. */
static double twin_derivative(const spiqe_circuit *circuit, const random_sum *sum,
                              const double *inputs, size_t i) {
  const double h = 3e-4, steps[4] = {-2 * h, -h, h, 2 * h}, weights[4] = {1, -8, 8, -1};
  double moved[MOST_INPUTS], derivative = 0;
  for (size_t k = 0; k < 4; k++) {
    memcpy(moved, inputs, circuit->n_inputs * sizeof *moved);
    moved[i] += steps[k];
    derivative += weights[k] * twin_value(circuit, sum, moved) / (12 * h);
  }
  return derivative;
}

static const struct {
  spiqe_gradient_method method;
  const char *precision;
  double tolerance;
} ways[] = {
    {SPIQE_GRADIENT_ADJOINT, "f64", 5e-10}, /* the twin's differences lose 2e-11 here */
    {SPIQE_GRADIENT_SHIFT, "f64", 5e-10},
    {SPIQE_GRADIENT_DIFFERENCE, "f64", 5e-8}, /* a step of 1e-3: 3e-9 was found */
    {SPIQE_GRADIENT_ADJOINT, "f32", 2e-5},    /* 7e-7 was found */
};

static void compare(spiqe_context *ctx, random_circuit_options options, int has_adjoint) {
  double inputs[INPUTS], derivative[INPUTS], largest = 1;
  options.n_inputs = INPUTS;
  spiqe_circuit *circuit = random_circuit(ctx, &options);
  random_sum sum = draw_sum(options.seed, options.n_qubits);
  spiqe_observable *observable;
  random_angles(options.seed, INPUTS, inputs);
  judge_must(ctx, spiqe_observable_parse(ctx, sum.text, &observable));
  double value = twin_value(circuit, &sum, inputs), found;
  judge_must(ctx, spiqe_expectation(ctx, circuit, observable, inputs, &found));
  if (!(fabs(found - value) <= 1e-13)) /* five terms, each as in test_twin_state.c */
    fail_msg("seed %d: %.17g, the twin has %.17g", (int)options.seed, found, value);
  for (size_t i = 0; i < INPUTS; i++) {
    derivative[i] = twin_derivative(circuit, &sum, inputs, i);
    largest = fmax(largest, fabs(derivative[i]));
  }
  for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
    spiqe_gradient_options way = {.method = ways[w].method, .precision = ways[w].precision};
    double gradient[INPUTS];
    if (way.method == SPIQE_GRADIENT_ADJOINT && !has_adjoint) continue;
    judge_must(ctx, spiqe_expectation_gradient(ctx, circuit, observable, inputs, &way, &found,
                                               gradient));
    assert_true(fabs(found - value) <= (ways[w].tolerance > 1e-6 ? 1e-5 : 1e-13));
    for (size_t i = 0; i < INPUTS; i++)
      if (!(fabs(gradient[i] - derivative[i]) <= ways[w].tolerance * largest))
        fail_msg("seed %d, way %zu, input %zu: %.17g, the twin has %.17g", (int)options.seed, w, i,
                 gradient[i], derivative[i]);
  }
  spiqe_observable_destroy(observable);
  spiqe_circuit_destroy(circuit);
}

static void derivatives_of_all_gates_are_those_of_the_twin(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 60; seed++) {
    random_circuit_options options = {.seed = 100 + seed, .n_qubits = 1 + seed % 4};
    options.n_operations = 25;
    options.with = RANDOM_UNITARY;
    options.delay = 1e-6;
    compare(ctx, options, 1);
  }
  spiqe_context_destroy(ctx);
}

static void derivatives_with_noise_and_measurement_are_those_of_the_twin(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 20; seed++) {
    random_circuit_options options = {.seed = 300 + seed, .n_qubits = 1 + seed % 3, .n_bits = 3};
    options.n_operations = 20;
    options.with = RANDOM_UNITARY | RANDOM_NOISE | RANDOM_CLASSICAL;
    compare(ctx, options, 0);
  }
  spiqe_context_destroy(ctx);
}

/* A gate with its only angle an input: its own derivative, whatever the gate. */
static void compare_gate(spiqe_context *ctx, const char *name, uint64_t seed) {
  size_t n_qubits, n_angles;
  assert_true(spiqe_gate_shape(name, &n_qubits, &n_angles));
  if (!n_angles || n_qubits > 3) return;
  spiqe_circuit *circuit;
  double inputs[4], keys[8];
  spiqe_term terms[4];
  spiqe_angle angles[4];
  uint32_t qubits[3] = {2, 0, 1};
  judge_must(ctx, spiqe_circuit_create(ctx, 4, 0, &circuit));
  random_angles(seed, 4, inputs);
  random_angles(seed + 1, 8, keys);
  for (uint32_t q = 0; q < 4; q++) judge_must(ctx, spiqe_circuit_gate(circuit, "ry", &keys[q], &q));
  for (uint32_t i = 0; i < 4; i++) {
    char input[8];
    snprintf(input, sizeof input, "x%u", i);
    judge_must(ctx, spiqe_circuit_add_input(circuit, input, NULL));
    terms[i] = (spiqe_term){i, 1};
    angles[i] = (spiqe_angle){0, 1, &terms[i]};
  }
  const uint32_t control = 3;
  const uint8_t on_zero = seed % 2;
  judge_must(ctx, spiqe_circuit_gate_controlled(circuit, name, angles, seed % 3 == 0, &control,
                                                &on_zero, qubits));
  for (uint32_t q = 0; q < 4; q++)
    judge_must(ctx, spiqe_circuit_gate(circuit, "rx", &keys[q + 4], &q));
  random_sum sum = {1, {1}, {"XYZX"}, "X0 Y1 Z2 X3"};
  spiqe_observable *observable;
  judge_must(ctx, spiqe_observable_parse(ctx, sum.text, &observable));
  for (int method = SPIQE_GRADIENT_ADJOINT; method <= SPIQE_GRADIENT_SHIFT; method++) {
    spiqe_gradient_options way = {.method = (spiqe_gradient_method)method};
    double value, gradient[4];
    judge_must(ctx, spiqe_expectation_gradient(ctx, circuit, observable, inputs, &way, &value,
                                               gradient));
    for (size_t i = 0; i < 4; i++) {
      double expected = twin_derivative(circuit, &sum, inputs, i);
      if (!(fabs(gradient[i] - expected) <= 2e-11)) /* factors of 1: the differences lose 1e-12 */
        fail_msg("%s, angle %zu: %.17g, the twin has %.17g", name, i, gradient[i], expected);
    }
  }
  spiqe_observable_destroy(observable);
  spiqe_circuit_destroy(circuit);
}

static void each_angle_of_each_gate_has_its_derivative(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  for (size_t i = 0; spiqe_gate_name(i); i++)
    for (uint64_t seed = 0; seed < 4; seed++) compare_gate(ctx, spiqe_gate_name(i), seed);
  spiqe_context_destroy(ctx);
}

/* Within 6 standard errors: by chance 2e-9 of the time, and the seeds are fixed. */
static void sampled_expectations_are_within_their_errors(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 20; seed++) {
    random_circuit_options options = {.seed = 600 + seed, .n_qubits = 1 + seed % 4, .n_bits = 2};
    options.n_inputs = INPUTS;
    options.n_operations = 25;
    options.with = RANDOM_CONTROLS | (seed % 2 ? RANDOM_NOISE | RANDOM_MEASURE : 0);
    double inputs[INPUTS] = {0}, found, error;
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    random_sum sum = draw_sum(options.seed, options.n_qubits);
    spiqe_observable *observable;
    judge_must(ctx, spiqe_observable_parse(ctx, sum.text, &observable));
    double value = twin_value(circuit, &sum, inputs);
    judge_must(ctx, spiqe_expectation_sampled(ctx, circuit, observable, inputs, 4000, seed, &found,
                                              &error));
    if (!(fabs(found - value) <= 6 * error + 1e-12))
      fail_msg("seed %d: %g +- %g, the twin has %g", (int)seed, found, error, value);
    spiqe_observable_destroy(observable);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

/* 15 qubits: more than one task of a sum, more than one chunk of a pass. */
static void derivatives_have_the_same_bits_on_any_number_of_threads(void **unused) {
  (void)unused;
  static const size_t n_threads[] = {1, 2, 3, 7};
  const double inputs[INPUTS] = {0.2, -1, 2};
  double values[4][1 + INPUTS];
  for (size_t t = 0; t < 4; t++) {
    spiqe_context *ctx = judge_context(n_threads[t], NULL);
    random_circuit_options options = {.seed = 4, .n_qubits = 15, .n_inputs = INPUTS};
    options.n_operations = 60;
    options.with = RANDOM_CONTROLS | RANDOM_INPUTS;
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    spiqe_observable *observable;
    judge_must(ctx, spiqe_observable_parse(ctx, "Z0 X14 - 0.5 * Y3 Z9 + Z7 + X2 X5", &observable));
    judge_must(ctx, spiqe_expectation_gradient(ctx, circuit, observable, inputs, NULL,
                                               &values[t][0], &values[t][1]));
    assert_memory_equal(values[t], values[0], sizeof values[0]);
    spiqe_observable_destroy(observable);
    spiqe_circuit_destroy(circuit);
    spiqe_context_destroy(ctx);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(derivatives_of_all_gates_are_those_of_the_twin),
      cmocka_unit_test(derivatives_with_noise_and_measurement_are_those_of_the_twin),
      cmocka_unit_test(each_angle_of_each_gate_has_its_derivative),
      cmocka_unit_test(sampled_expectations_are_within_their_errors),
      cmocka_unit_test(derivatives_have_the_same_bits_on_any_number_of_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
