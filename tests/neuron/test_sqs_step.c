/* SQS neurons of any ansatz, as compiled steps, against their unrolled circuits in lanes, outcome
 * by outcome, in every table; the ansatz crx against its closed form; parts of a sequence. */
#include "device/device.h"
#include "neuron/sqs_circuit.h"
#include "quantum/judge.h"
#include "quantum/lanes_step.h"
#include "spiqe/lanes.h"
#include "spiqe/random.h"

enum { STEPS = 4, ROWS = 3, UNITS = 37, PLANE = ROWS * UNITS };

static const char crx_text[] =
    "OPENQASM 3.0; include \"stdgates.inc\"; input float io; input float entangle; "
    "input float memory; qubit[2] q; crx(entangle) q[1], q[0]; rx(memory) q[1]; rx(io) q[0];";

/* Gates that do what no layer of hea does: constants, quarter turns, a swap, a shared input. */
static const char odd_text[] =
    "OPENQASM 3.0; include \"stdgates.inc\"; input float a; input float b; qubit[3] q; h q[0]; "
    "ry(a) q[1]; cx q[0], q[2]; rz(0.3 * a + b) q[2]; swap q[1], q[2]; t q[1]; rx(b) q[1]; "
    "cx q[1], q[0]; s q[0]; h q[2]; ry(a) q[0];";

static const struct {
  const char *what;
  int ansatz;
  size_t inputs, memory_qubits, layers;
  const char *circuit;
} cases[] = {
    {"hea 1 1", SPIQE_SQS_HEA, 1, 1, 2, ""},
    {"hea 1 2", SPIQE_SQS_HEA, 1, 2, 1, ""},
    {"hea 2 1", SPIQE_SQS_HEA, 2, 1, 2, ""},
    {"hea 2 2", SPIQE_SQS_HEA, 2, 2, 1, ""},
    {"hea 1 0", SPIQE_SQS_HEA, 1, 0, 1, ""},
    {"hea 3 3", SPIQE_SQS_HEA, 3, 3, 1, ""},
    {"qasm crx", SPIQE_SQS_QASM, 1, 1, 1, crx_text},
    {"qasm odd", SPIQE_SQS_QASM, 1, 2, 1, odd_text},
};
enum { N_CASES = sizeof cases / sizeof cases[0] };

/* Inputs and outputs of a population in one precision. */
typedef struct population {
  size_t size, n_io, n_parameters, n_state, n_out, n_currents; /* size: of a number */
  const spiqe_kernels *kernels;
  const spiqe_sqs_settings *settings;
  spiqe_lane_step *step;
  void *current, *parameters, *spikes, *membrane, *trace, *state, *scratch;
  void *d_membrane, *d_current, *d_parameters, *d_state;
  uint32_t samples[ROWS];
} population;

static double get(const population *p, const void *from, size_t i) {
  return p->size == sizeof(double) ? ((const double *)from)[i] : (double)((const float *)from)[i];
}

static void set(const population *p, void *to, size_t i, double value) {
  if (p->size == sizeof(double))
    ((double *)to)[i] = value;
  else
    ((float *)to)[i] = (float)value;
}

static void *at(const population *p, void *from, size_t i) {
  return (char *)from + i * p->size;
}

static double random_number(uint64_t which, size_t i, double low, double high) {
  uint32_t key[2];
  spiqe_random_key(6, SPIQE_PURPOSE_USER, which, key);
  return (double)(float)(low + (high - low) * spiqe_random_uniform(key, i, 0));
}

static spiqe_sqs_settings settings_of(size_t i) {
  spiqe_sqs_settings s = {.ansatz = cases[i].ansatz,
                          .inputs = cases[i].inputs,
                          .memory_qubits = cases[i].memory_qubits,
                          .layers = cases[i].layers};
  memcpy(s.circuit, cases[i].circuit, strlen(cases[i].circuit) + 1);
  return s;
}

static void make_arrays(population *p) {
  p->n_out = STEPS * p->n_io * PLANE;
  p->n_currents = p->n_out;
  void **arrays[] = {&p->current, &p->spikes, &p->membrane, &p->d_membrane, &p->d_current};
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
    *arrays[i] = judge_room(p->n_out, p->size);
  p->parameters = judge_room(p->n_parameters * UNITS, p->size);
  p->d_parameters = judge_room(p->n_parameters * UNITS, p->size);
  p->trace = judge_room(STEPS * p->n_state * PLANE, p->size);
  p->state = judge_room(p->n_state * PLANE, p->size);
  p->d_state = judge_room(p->n_state * PLANE, p->size);
  const size_t bytes = spiqe_step_scratch(&p->step->kernel) * p->size;
  p->scratch = aligned_alloc(64, (bytes + 63) / 64 * 64);
  assert_non_null(p->scratch);
}

static population population_make(spiqe_context *ctx, const spiqe_sqs_settings *settings,
                                  spiqe_precision precision) {
  population p = {.size = spiqe_precision_size(precision),
                  .kernels = spiqe_device_kernels(ctx, precision),
                  .settings = settings,
                  .n_io = settings->inputs,
                  .samples = {3, 1003, 70}};
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_sqs_circuit(ctx, settings, 1, &circuit));
  judge_must(ctx, spiqe_lane_step_create(ctx, circuit, p.n_io, &p.step));
  spiqe_circuit_destroy(circuit);
  p.n_parameters = p.step->kernel.n_parameters;
  p.n_state = spiqe_step_state(&p.step->kernel);
  make_arrays(&p);
  for (size_t i = 0; i < p.n_currents; i++) set(&p, p.current, i, random_number(9, i, -0.6, 1.2));
  for (size_t i = 0; i < p.n_parameters * UNITS; i++)
    set(&p, p.parameters, i, random_number(1, i, -3, 3));
  for (size_t i = 0; i < PLANE; i++) set(&p, p.state, i, 1);
  return p;
}

static void population_free(population *p) {
  void *all[] = {p->current, p->parameters, p->spikes,    p->membrane,     p->trace,  p->state,
                 p->scratch, p->d_membrane, p->d_current, p->d_parameters, p->d_state};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
  spiqe_lane_step_destroy(p->step);
}

/* n_steps steps from `first` on. */
static spiqe_step_args args_of(const population *p, size_t first, size_t n_steps) {
  const size_t step = p->n_io * PLANE;
  return (spiqe_step_args){.program = &p->step->kernel,
                           .n_steps = n_steps,
                           .n_rows = ROWS,
                           .n_units = UNITS,
                           .ld = p->n_io * UNITS,
                           .step_stride = step,
                           .first_step = first,
                           .current = at(p, p->current, first * step),
                           .parameters = p->parameters,
                           .samples = p->samples,
                           .key = {8, 9},
                           .state = p->state,
                           .spikes = at(p, p->spikes, first * step),
                           .membrane = at(p, p->membrane, first * step),
                           .trace = at(p, p->trace, first * p->n_state * PLANE),
                           .scratch = p->scratch};
}

static void run_forward(const population *p, size_t first, size_t n_steps) {
  const spiqe_step_args args = args_of(p, first, n_steps);
  p->kernels->step_forward(&args);
}

static void run_backward(const population *p, size_t first, size_t n_steps) {
  const size_t step = p->n_io * PLANE;
  const spiqe_step_grad_args args = {.forward = args_of(p, first, n_steps),
                                     .d_membrane = at(p, p->d_membrane, first * step),
                                     .d_stride = step,
                                     .d_state = p->d_state,
                                     .d_current = at(p, p->d_current, first * step),
                                     .d_parameters = p->d_parameters};
  p->kernels->step_backward(&args);
}

/* d log P(outcomes) / dP. */
static void ask_for_likelihood(const population *p) {
  for (size_t i = 0; i < p->n_out; i++) {
    const double probability = get(p, p->membrane, i);
    set(p, p->d_membrane, i, get(p, p->spikes, i) != 0 ? 1 / probability : -1 / (1 - probability));
  }
}

/* The neurons as lanes, lane = row UNITS + unit. */
typedef struct lanes_of {
  size_t n_inputs;
  double *inputs, *states, *likelihood, *gradient;
  uint8_t *outcomes;
} lanes_of;

/* Index of (step, in/out qubit, lane) in an array of outputs. */
static size_t output(const population *p, size_t t, size_t q, size_t lane) {
  return ((t * ROWS + lane / UNITS) * p->n_io + q) * UNITS + lane % UNITS;
}

static lanes_of lanes_run(spiqe_context *ctx, const population *p) {
  const size_t n_io = p->n_io, n_currents = STEPS * n_io;
  spiqe_circuit *circuit;
  spiqe_lanes *lanes;
  lanes_of l = {.n_inputs = n_currents + p->n_parameters};
  l.inputs = judge_room(l.n_inputs * PLANE, sizeof(double));
  l.gradient = judge_room(l.n_inputs * PLANE, sizeof(double));
  l.states = judge_room((p->n_state << n_io) * PLANE, sizeof(double));
  l.likelihood = judge_room(PLANE, sizeof(double));
  l.outcomes = judge_room(n_currents * PLANE, 1);
  for (size_t i = 0; i < PLANE; i++) {
    for (size_t k = 0; k < n_currents; k++) {
      const size_t from = output(p, k / n_io, k % n_io, i);
      l.inputs[k * PLANE + i] = fmax(get(p, p->current, from), 0);
      l.outcomes[k * PLANE + i] = get(p, p->spikes, from) != 0;
    }
    for (size_t k = 0; k < p->n_parameters; k++)
      l.inputs[(n_currents + k) * PLANE + i] = get(p, p->parameters, k * UNITS + i % UNITS);
  }
  const spiqe_lanes_run run = {.n_lanes = PLANE,
                               .inputs = l.inputs,
                               .outcomes = l.outcomes,
                               .states = l.states,
                               .log_likelihood = l.likelihood};
  judge_must(ctx, spiqe_sqs_circuit(ctx, p->settings, STEPS, &circuit));
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, "f64", &lanes));
  judge_must(ctx, spiqe_lanes_forward(lanes, &run));
  judge_must(ctx, spiqe_lanes_gradient(lanes, &run, NULL, l.gradient));
  spiqe_lanes_destroy(lanes);
  spiqe_circuit_destroy(circuit);
  return l;
}

static void lanes_free(lanes_of *l) {
  free(l->inputs);
  free(l->gradient);
  free(l->states);
  free(l->likelihood);
  free(l->outcomes);
}

/* Errors grow where an outcome was unlikely: by 1 / P of what was measured so far. */
static double rarity(const population *p, size_t lane) {
  double least = 1;
  for (size_t k = 0; k < STEPS * p->n_io; k++) {
    const size_t i = output(p, k / p->n_io, k % p->n_io, lane);
    const double probability = get(p, p->membrane, i);
    least *= fmin(1, 4 * (get(p, p->spikes, i) != 0 ? probability : 1 - probability));
  }
  return 1 / fmax(least, 1e-12);
}

static void near(const char *what, double value, double expected, double tolerance) {
  if (!(fabs(value - expected) <= tolerance))
    fail_msg("%s: %.17g, not %.17g", what, value, expected);
}

/* States are equal up to a phase: |<a|b>|^2 = 1. */
static void compare_state(const population *p, const lanes_of *l, size_t lane, double tolerance) {
  double complex inner = 0;
  for (size_t m = 0; m < p->n_state / 2; m++) {
    const double complex a =
        get(p, p->state, 2 * m * PLANE + lane) + I * get(p, p->state, (2 * m + 1) * PLANE + lane);
    const double *b = l->states + 2 * (m << p->n_io) * PLANE + lane;
    inner += conj(a) * (b[0] + I * b[PLANE]);
  }
  near("fidelity of the memory", creal(inner * conj(inner)), 1, tolerance);
}

static void compare_likelihood(const population *p, const lanes_of *l, size_t lane,
                               double tolerance) {
  double sum = 0;
  for (size_t k = 0; k < STEPS * p->n_io; k++) {
    const size_t i = output(p, k / p->n_io, k % p->n_io, lane);
    const double probability = get(p, p->membrane, i);
    sum += log(get(p, p->spikes, i) != 0 ? probability : 1 - probability);
  }
  near("log likelihood", sum, l->likelihood[lane], tolerance);
}

static void compare_gradients(const population *p, const lanes_of *l, double tolerance) {
  const size_t n_currents = STEPS * p->n_io;
  for (size_t k = 0; k < p->n_parameters; k++)
    for (size_t n = 0; n < UNITS; n++) {
      double sum = 0, bound = 0;
      for (size_t lane = n; lane < PLANE; lane += UNITS) {
        sum += l->gradient[(n_currents + k) * PLANE + lane];
        bound += tolerance * rarity(p, lane);
      }
      near("d parameter", get(p, p->d_parameters, k * UNITS + n), sum, bound * (1 + fabs(sum)));
    }
  for (size_t k = 0; k < n_currents; k++)
    for (size_t lane = 0; lane < PLANE; lane++) {
      const size_t i = output(p, k / p->n_io, k % p->n_io, lane);
      const double expected = get(p, p->current, i) > 0 ? l->gradient[k * PLANE + lane] : 0;
      near("d current", get(p, p->d_current, i), expected,
           tolerance * rarity(p, lane) * (1 + fabs(expected)));
    }
}

/* Every case in every table in float, and in the reference in double. Rounding: some tens of
 * operations a step on numbers up to 1. */
static void for_each_population(void (*test)(spiqe_context *ctx, population *p, double tolerance)) {
  for (size_t c = 0; c < N_CASES; c++)
    for (size_t d = 0; judge_device(d); d++)
      for (int is_double = 0; is_double < 2; is_double++) {
        spiqe_context *ctx = judge_context(1, judge_device(d));
        const spiqe_sqs_settings settings = settings_of(c);
        population p = population_make(ctx, &settings, is_double ? SPIQE_F64 : SPIQE_F32);
        test(ctx, &p, is_double ? 1e-12 : 5e-6);
        population_free(&p);
        spiqe_context_destroy(ctx);
      }
}

static void one_population_is_its_circuit(spiqe_context *ctx, population *p, double tolerance) {
  size_t n_spikes = 0;
  run_forward(p, 0, STEPS);
  for (size_t i = 0; i < p->n_out; i++) n_spikes += get(p, p->spikes, i) != 0;
  assert_true(n_spikes > p->n_out / 5 && n_spikes < p->n_out - p->n_out / 5);
  ask_for_likelihood(p);
  run_backward(p, 0, STEPS);
  lanes_of l = lanes_run(ctx, p);
  for (size_t lane = 0; lane < PLANE; lane++) {
    compare_state(p, &l, lane, tolerance * rarity(p, lane));
    compare_likelihood(p, &l, lane, tolerance * rarity(p, lane));
  }
  compare_gradients(p, &l, 20 * tolerance);
  lanes_free(&l);
}

static void a_compiled_step_is_the_circuit_outcome_by_outcome(void **state) {
  (void)state;
  for_each_population(one_population_is_its_circuit);
}

static void parts_make_a_whole(spiqe_context *ctx, population *p, double tolerance) {
  population q =
      population_make(ctx, p->settings, p->size == sizeof(double) ? SPIQE_F64 : SPIQE_F32);
  (void)tolerance;
  run_forward(p, 0, STEPS);
  run_forward(&q, 0, 1);
  run_forward(&q, 1, STEPS - 1);
  assert_memory_equal(p->spikes, q.spikes, p->n_out * p->size);
  assert_memory_equal(p->membrane, q.membrane, p->n_out * p->size);
  assert_memory_equal(p->state, q.state, p->n_state * PLANE * p->size);
  for (size_t i = 0; i < p->n_out; i++) {
    set(p, p->d_membrane, i, random_number(12, i, -1, 1));
    set(&q, q.d_membrane, i, random_number(12, i, -1, 1));
  }
  run_backward(p, 0, STEPS);
  run_backward(&q, 1, STEPS - 1);
  run_backward(&q, 0, 1);
  assert_memory_equal(p->d_current, q.d_current, p->n_currents * p->size);
  assert_memory_equal(p->d_state, q.d_state, p->n_state * PLANE * p->size);
  population_free(&q);
}

static void a_sequence_may_be_run_in_parts(void **state) {
  (void)state;
  for_each_population(parts_make_a_whole);
}

/* What was drawn, given again, has the same probabilities. */
static void given_is_drawn(spiqe_context *ctx, population *p, double tolerance) {
  void *membrane = judge_room(p->n_out, p->size);
  (void)ctx, (void)tolerance;
  run_forward(p, 0, STEPS);
  spiqe_step_args args = args_of(p, 0, STEPS);
  args.rule.mode = SPIQE_SQS_GIVEN;
  args.membrane = membrane;
  args.state = NULL;
  p->kernels->step_forward(&args);
  assert_memory_equal(membrane, p->membrane, p->n_out * p->size);
  free(membrane);
}

static void outcomes_may_be_given(void **state) {
  (void)state;
  for_each_population(given_is_drawn);
}

/* The same draws: spikes differ only where a probability is within rounding of its draw. */
static void crx_is_its_closed_form(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  const spiqe_sqs_settings settings = settings_of(6);
  population p = population_make(ctx, &settings, SPIQE_F64);
  double *angles = judge_room(5 * UNITS, sizeof(double)), *spikes = judge_room(p.n_out, 8);
  double *membrane = judge_room(p.n_out, 8);
  for (size_t i = 0; i < UNITS; i++) {
    const double entangle = get(&p, p.parameters, UNITS + i);
    const double memory = get(&p, p.parameters, 2 * UNITS + i);
    const double all[] = {get(&p, p.parameters, i), cos(entangle / 2), sin(entangle / 2),
                          cos(memory), sin(memory)};
    for (size_t k = 0; k < 5; k++) angles[k * UNITS + i] = all[k];
  }
  const spiqe_sqs_args args = {.n_steps = STEPS,
                               .n_rows = ROWS,
                               .n_units = UNITS,
                               .ld = UNITS,
                               .step_stride = PLANE,
                               .current = p.current,
                               .angles = angles,
                               .samples = p.samples,
                               .key = {8, 9},
                               .spikes = spikes,
                               .membrane = membrane};
  p.kernels->sqs_forward(&args);
  run_forward(&p, 0, STEPS);
  for (size_t i = 0; i < p.n_out; i++) {
    near("P", membrane[i], get(&p, p.membrane, i), 1e-9); /* rounding, and rare outcomes */
    assert_true(spikes[i] == get(&p, p.spikes, i));
  }
  free(angles);
  free(spikes);
  free(membrane);
  population_free(&p);
  spiqe_context_destroy(ctx);
}

/* Named in the message. */
static void refuse(spiqe_sqs_settings settings, spiqe_status expected, const char *what) {
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_circuit *circuit;
  assert_int_equal(spiqe_sqs_circuit(ctx, &settings, 2, &circuit), expected);
  assert_null(circuit);
  if (!strstr(spiqe_context_message(ctx), what)) fail_msg("%s", spiqe_context_message(ctx));
  spiqe_context_destroy(ctx);
}

static void circuits_that_are_no_ansatz_are_refused(void **state) {
  (void)state;
  spiqe_sqs_settings s = settings_of(6);
  s.memory_qubits = 2;
  refuse(s, SPIQE_BAD_SHAPE, "2 qubits, but");
  strcpy(s.circuit, "OPENQASM 3.0; qubit[3] q; bit c; c = measure q[0];");
  refuse(s, SPIQE_UNSUPPORTED, "operation 1 is no gate");
  strcpy(s.circuit, "OPENQASM 3.0; qubit[3] q; bad q[0];");
  refuse(s, SPIQE_BAD_NAME, "circuit:1:");
  strcpy(s.circuit, "OPENQASM 3.0; input float current_0_0; qubit[3] q;");
  refuse(s, SPIQE_BAD_NAME, "current_");
  s.circuit[0] = 0;
  refuse(s, SPIQE_BAD_ARGUMENT, "a file of OpenQASM 3");
  s.ansatz = SPIQE_SQS_CRX;
  refuse(s, SPIQE_UNSUPPORTED, "hea takes any");
  s.ansatz = SPIQE_SQS_HEA;
  s.memory_qubits = 9;
  s.inputs = 2;
  refuse(s, SPIQE_LIMIT, "at most 10");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_compiled_step_is_the_circuit_outcome_by_outcome),
      cmocka_unit_test(a_sequence_may_be_run_in_parts),
      cmocka_unit_test(outcomes_may_be_given),
      cmocka_unit_test(crx_is_its_closed_form),
      cmocka_unit_test(circuits_that_are_no_ansatz_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
