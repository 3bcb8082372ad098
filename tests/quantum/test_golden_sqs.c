/* The circuit of an SQS neuron (a few in/out qubits that are measured and reset at each step, and
 * memory qubits that are not) against reference values: the slow twin, and lanes. */
#include "quantum/judge.h"
#include "spiqe/lanes.h"
#include "support/golden.h"

#define PI 3.14159265358979323846

enum { MOST_STEPS = 16, MOST_IO = 4, MOST_INPUTS = 128, LANES = 7, LANE = 5 };

/* One case, for the circuit's inputs: the parameters, then max(current, 0) of [step][io]. */
typedef struct golden_case {
  const cJSON *record, *steps;
  size_t n_io, n_memory, n_steps, n_parameters, n_inputs;
  double inputs[MOST_INPUTS];
  int is_flat[MOST_INPUTS]; /* a current below 0 */
  uint8_t outcomes[MOST_STEPS * MOST_IO];
} golden_case;

static double number_at(const cJSON *list, size_t i) {
  const cJSON *item = cJSON_GetArrayItem(list, (int)i);
  if (!cJSON_IsNumber(item)) fail_msg("the record has no number %zu in a list", i);
  return item->valuedouble;
}

static const cJSON *list_of(const cJSON *record, const char *key) {
  const cJSON *list = cJSON_GetObjectItemCaseSensitive(record, key);
  if (!cJSON_IsArray(list)) fail_msg("the record has no list '%s'", key);
  return list;
}

static golden_case read_case(const cJSON *record) {
  golden_case c = {.record = record, .steps = list_of(record, "steps")};
  const cJSON *parameters = list_of(record, "parameters");
  c.n_io = (size_t)golden_number(record, "n_io");
  c.n_memory = (size_t)golden_number(record, "n_memory");
  c.n_steps = (size_t)cJSON_GetArraySize(c.steps);
  c.n_parameters = (size_t)cJSON_GetArraySize(parameters);
  assert_true(c.n_steps <= MOST_STEPS && c.n_io <= MOST_IO);
  assert_true(c.n_parameters + c.n_steps * c.n_io <= MOST_INPUTS);
  for (size_t i = 0; i < c.n_parameters; i++) c.inputs[c.n_inputs++] = number_at(parameters, i);
  for (size_t t = 0; t < c.n_steps; t++) {
    const cJSON *step = cJSON_GetArrayItem(c.steps, (int)t), *current = list_of(step, "current");
    unsigned outcome = (unsigned)golden_number(step, "outcome");
    for (size_t q = 0; q < c.n_io; q++) {
      c.is_flat[c.n_inputs] = number_at(current, q) <= 0;
      c.inputs[c.n_inputs++] = fmax(number_at(current, q), 0);
      c.outcomes[t * c.n_io + q] = outcome >> q & 1;
    }
  }
  return c;
}

static void add(spiqe_circuit *circuit, const char *name, uint32_t input, double factor,
                const uint32_t *qubits) {
  spiqe_term term = {input, factor};
  spiqe_angle angle = {0, 1, &term};
  judge_must(circuit->ctx,
             spiqe_circuit_gate_controlled(circuit, name, &angle, 0, NULL, NULL, qubits));
}

static void add_ansatz(spiqe_circuit *circuit, const cJSON *record) {
  const cJSON *gate;
  cJSON_ArrayForEach(gate, list_of(record, "gates")) {
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(gate, "gate"));
    const cJSON *qubits = list_of(gate, "qubits");
    uint32_t on[2] = {0, 0};
    for (size_t i = 0; i < (size_t)cJSON_GetArraySize(qubits); i++)
      on[i] = (uint32_t)number_at(qubits, i);
    assert_non_null(name);
    add(circuit, name, (uint32_t)golden_number(gate, "parameter"), 1, on);
  }
}

/* The first n_steps steps; the last of them up to its measurement unless it is whole. */
static spiqe_circuit *build(spiqe_context *ctx, const golden_case *c, size_t n_steps,
                            int is_whole) {
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, c->n_io + c->n_memory, c->n_io, &circuit));
  for (size_t i = 0; i < c->n_inputs; i++) {
    char name[32];
    snprintf(name, sizeof name, "x%zu", i);
    judge_must(ctx, spiqe_circuit_add_input(circuit, name, NULL));
  }
  for (size_t t = 0; t < n_steps; t++) {
    for (uint32_t q = 0; q < c->n_io; q++)
      add(circuit, "rx", (uint32_t)(c->n_parameters + t * c->n_io + q), PI, &q);
    add_ansatz(circuit, c->record);
    if (t + 1 == n_steps && !is_whole) break;
    for (uint32_t q = 0; q < c->n_io; q++) judge_must(ctx, spiqe_circuit_measure(circuit, q, q));
    for (uint32_t q = 0; q < c->n_io; q++) judge_must(ctx, spiqe_circuit_reset(circuit, q));
  }
  return circuit;
}

static void near(const char *what, size_t step, double value, double expected, double tolerance) {
  if (!(fabs(value - expected) <= tolerance))
    fail_msg("%s, step %zu: %.17g, not %.17g", what, step, value, expected);
}

/* rho: the state of all qubits after the step, [2^n][2^n], the in/out qubits being |0>. The values
 * have 17 digits and come from complex128: 1e-10 is far above what some hundred operations lose,
 * divided by probabilities down to 1e-3. */
static void compare_memory(const golden_case *c, size_t step, const twin_number *rho) {
  const cJSON *record = cJSON_GetArrayItem(c->steps, (int)step);
  const size_t n = (size_t)1 << c->n_memory, size = n << c->n_io;
  for (size_t row = 0; row < n; row++)
    for (size_t column = 0; column < n; column++) {
      twin_number value = rho[(row << c->n_io) * size + (column << c->n_io)];
      const cJSON *re = cJSON_GetArrayItem(list_of(record, "memory_real"), (int)row);
      const cJSON *im = cJSON_GetArrayItem(list_of(record, "memory_imag"), (int)row);
      near("memory", step, creal(value), number_at(re, column), 1e-10);
      near("memory", step, cimag(value), number_at(im, column), 1e-10);
    }
}

/* p: of all basis states, before the measurement. */
static void compare_outcomes(const golden_case *c, size_t step, const double *p) {
  const cJSON *record = cJSON_GetArrayItem(c->steps, (int)step);
  for (size_t outcome = 0; outcome < (size_t)1 << c->n_io; outcome++) {
    double sum = 0;
    for (size_t m = 0; m < (size_t)1 << c->n_memory; m++) sum += p[(m << c->n_io) + outcome];
    near("outcome", step, sum, number_at(list_of(record, "outcome_probabilities"), outcome), 1e-10);
  }
}

static void check_twin(spiqe_context *ctx, const golden_case *c) {
  const size_t size = (size_t)1 << (c->n_io + c->n_memory);
  twin_number *rho = judge_room(size * size, sizeof *rho);
  double *p = judge_room(size, sizeof *p);
  for (size_t t = 0; t < c->n_steps; t++)
    for (int is_whole = 0; is_whole < 2; is_whole++) {
      spiqe_circuit *circuit = build(ctx, c, t + 1, is_whole);
      twin *run = twin_run_given(circuit, c->inputs, (t + (size_t)is_whole) * c->n_io, c->outcomes);
      double weight = twin_weight(run);
      twin_average(run, rho);
      for (size_t i = 0; i < size * size; i++) rho[i] /= weight;
      for (size_t i = 0; i < size; i++) p[i] = creal(rho[i * size + i]);
      if (is_whole)
        compare_memory(c, t, rho);
      else
        compare_outcomes(c, t, p);
      if (is_whole && t + 1 == c->n_steps)
        near("log likelihood", t, log(weight), golden_number(c->record, "log_likelihood"), 1e-10);
      twin_destroy(run);
      spiqe_circuit_destroy(circuit);
    }
  free(rho);
  free(p);
}

/* The case in one lane; the lanes beside it have inputs of their own. */
typedef struct filled_lanes {
  double inputs[MOST_INPUTS * LANES];
  uint8_t outcomes[MOST_STEPS * MOST_IO * LANES];
} filled_lanes;

static void fill(const golden_case *c, filled_lanes *out) {
  for (size_t lane = 0; lane < LANES; lane++) {
    for (size_t i = 0; i < c->n_inputs; i++)
      out->inputs[i * LANES + lane] = c->inputs[i] + 0.1 * ((double)lane - LANE);
    for (size_t i = 0; i < c->n_steps * c->n_io; i++)
      out->outcomes[i * LANES + lane] = (uint8_t)(c->outcomes[i] ^ (lane % 2 == 0 && i % 2));
  }
}

static void check_lanes_at(spiqe_context *ctx, const golden_case *c, const filled_lanes *filled,
                           size_t t, int is_whole) {
  const size_t size = (size_t)1 << (c->n_io + c->n_memory);
  double *states = judge_room(2 * size * LANES, sizeof *states);
  double *probabilities = judge_room(size * LANES, sizeof *probabilities);
  double *p = judge_room(size, sizeof *p), likelihood[LANES];
  twin_number *rho = judge_room(size * size, sizeof *rho);
  spiqe_circuit *circuit = build(ctx, c, t + 1, is_whole);
  spiqe_lanes *lanes;
  spiqe_lanes_run run = {.n_lanes = LANES, .inputs = filled->inputs, .states = states};
  run.outcomes = filled->outcomes;
  run.probabilities = probabilities;
  run.log_likelihood = likelihood;
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes));
  assert_int_equal(spiqe_lanes_n_measurements(lanes), (t + (size_t)is_whole) * c->n_io);
  judge_must(ctx, spiqe_lanes_forward(lanes, &run));
  for (size_t row = 0; row < size; row++) {
    p[row] = probabilities[row * LANES + LANE];
    for (size_t column = 0; column < size; column++)
      rho[row * size + column] =
          (states[2 * row * LANES + LANE] + I * states[(2 * row + 1) * LANES + LANE]) *
          (states[2 * column * LANES + LANE] - I * states[(2 * column + 1) * LANES + LANE]);
  }
  if (is_whole)
    compare_memory(c, t, rho);
  else
    compare_outcomes(c, t, p);
  if (is_whole && t + 1 == c->n_steps)
    near("log likelihood", t, likelihood[LANE], golden_number(c->record, "log_likelihood"), 1e-10);
  spiqe_lanes_destroy(lanes);
  spiqe_circuit_destroy(circuit);
  free(states);
  free(probabilities);
  free(p);
  free(rho);
}

static void check_lanes(spiqe_context *ctx, const golden_case *c) {
  filled_lanes filled;
  fill(c, &filled);
  for (size_t t = 0; t < c->n_steps; t++) {
    check_lanes_at(ctx, c, &filled, t, 0);
    check_lanes_at(ctx, c, &filled, t, 1);
  }
}

/* The reference's central differences are good to about 1e-8. */
static void check_gradient(spiqe_context *ctx, const golden_case *c) {
  double gradient[MOST_INPUTS * LANES];
  const cJSON *parameters = list_of(c->record, "grad_parameters");
  const cJSON *currents = list_of(c->record, "grad_currents");
  filled_lanes filled;
  spiqe_lanes *lanes;
  spiqe_circuit *circuit = build(ctx, c, c->n_steps, 1);
  fill(c, &filled);
  spiqe_lanes_run run = {.n_lanes = LANES, .inputs = filled.inputs, .outcomes = filled.outcomes};
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes));
  judge_must(ctx, spiqe_lanes_gradient(lanes, &run, NULL, gradient));
  for (size_t i = 0; i < c->n_parameters; i++)
    near("gradient of a parameter", i, gradient[i * LANES + LANE], number_at(parameters, i), 1e-7);
  for (size_t i = c->n_parameters; i < c->n_inputs; i++) {
    size_t at = i - c->n_parameters;
    const cJSON *step = cJSON_GetArrayItem(currents, (int)(at / c->n_io));
    double value = c->is_flat[i] ? 0 : gradient[i * LANES + LANE];
    near("gradient of a current", at / c->n_io, value, number_at(step, at % c->n_io), 1e-7);
  }
  spiqe_lanes_destroy(lanes);
  spiqe_circuit_destroy(circuit);
}

static void each_case(void (*check)(spiqe_context *ctx, const golden_case *c)) {
  cJSON *tree = golden_load("sqs.json");
  const cJSON *record;
  if (!tree) skip();
  spiqe_context *ctx = judge_context(1, NULL);
  assert_true(cJSON_GetArraySize(tree) > 0);
  cJSON_ArrayForEach(record, tree) {
    golden_case c = read_case(record);
    check(ctx, &c);
  }
  spiqe_context_destroy(ctx);
  cJSON_Delete(tree);
}

static void the_slow_twin_gives_the_reference_values(void **unused) {
  (void)unused;
  each_case(check_twin);
}

static void lanes_give_the_reference_values_step_by_step(void **unused) {
  (void)unused;
  each_case(check_lanes);
}

static void the_gradient_through_measurement_and_reset_is_the_reference_one(void **unused) {
  (void)unused;
  each_case(check_gradient);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_slow_twin_gives_the_reference_values),
      cmocka_unit_test(lanes_give_the_reference_values_step_by_step),
      cmocka_unit_test(the_gradient_through_measurement_and_reset_is_the_reference_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
