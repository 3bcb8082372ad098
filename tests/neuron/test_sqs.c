/* The SQS neuron's closed form against its circuit in lanes, outcome by outcome, in every table;
 * draws, halves of a sequence, and reference values. */
#include "device/device.h"
#include "quantum/judge.h"
#include "spiqe/lanes.h"
#include "spiqe/random.h"
#include "support/golden.h"

#define PI 3.14159265358979323846

enum { STEPS = 6, ROWS = 3, UNITS = 37, PLANE = ROWS * UNITS, INPUTS = 3 + STEPS };

/* Inputs and outputs of a population in one precision; float or double. */
typedef struct population {
  size_t size; /* of a number */
  const spiqe_kernels *kernels;
  void *current, *angles, *spikes, *membrane, *trace, *state;
  void *d_membrane, *d_current, *d_angles, *d_state; /* d_angles: [3][UNITS] io, ent, mem */
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

static double random_number(uint64_t which, size_t i, double low, double high) {
  uint32_t key[2];
  spiqe_random_key(5, SPIQE_PURPOSE_USER, which, key);
  return (double)(float)(low + (high - low) * spiqe_random_uniform(key, i, 0));
}

/* Angles of unit n: 0 in/out, 1 controlled by the memory, 2 memory. */
static double angle_of(size_t k, size_t n) {
  return random_number(1 + k, n, -3, 3);
}

static void set_angles(const population *p) {
  for (size_t n = 0; n < UNITS; n++) {
    const double values[5] = {angle_of(0, n), cos(angle_of(1, n) / 2), sin(angle_of(1, n) / 2),
                              cos(angle_of(2, n)), sin(angle_of(2, n))};
    for (size_t k = 0; k < 5; k++) set(p, p->angles, k * UNITS + n, values[k]);
  }
}

static population population_make(const spiqe_kernels *kernels, size_t size) {
  population p = {.size = size, .kernels = kernels};
  p.current = judge_room(STEPS * PLANE, size);
  p.angles = judge_room(5 * UNITS, size);
  p.spikes = judge_room(STEPS * PLANE, size);
  p.membrane = judge_room(STEPS * PLANE, size);
  p.trace = judge_room(2 * STEPS * PLANE, size);
  p.state = judge_room(2 * PLANE, size);
  p.d_membrane = judge_room(STEPS * PLANE, size);
  p.d_current = judge_room(STEPS * PLANE, size);
  p.d_angles = judge_room(3 * UNITS, size);
  p.d_state = judge_room(2 * PLANE, size);
  for (size_t i = 0; i < STEPS * PLANE; i++) set(&p, p.current, i, random_number(9, i, -0.6, 1.2));
  for (uint32_t r = 0; r < ROWS; r++) p.samples[r] = 1000 * r + 3;
  set_angles(&p);
  return p;
}

static void population_free(population *p) {
  void *all[] = {p->current, p->angles,     p->spikes,    p->membrane, p->trace,
                 p->state,   p->d_membrane, p->d_current, p->d_angles, p->d_state};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

static void *at(const population *p, void *from, size_t i) {
  return (char *)from + i * p->size;
}

/* n_steps steps from `first` on. */
static spiqe_sqs_args args_of(const population *p, size_t first, size_t n_steps,
                              spiqe_sqs_mode mode) {
  return (spiqe_sqs_args){.rule = {.mode = mode},
                          .n_steps = n_steps,
                          .n_rows = ROWS,
                          .n_units = UNITS,
                          .ld = UNITS,
                          .step_stride = PLANE,
                          .first_step = first,
                          .current = at(p, p->current, first * PLANE),
                          .angles = p->angles,
                          .samples = p->samples,
                          .key = {8, 9},
                          .state = p->state,
                          .spikes = at(p, p->spikes, first * PLANE),
                          .membrane = at(p, p->membrane, first * PLANE),
                          .trace = at(p, p->trace, 2 * first * PLANE)};
}

static void run_forward(const population *p, size_t first, size_t n_steps, spiqe_sqs_mode mode) {
  const spiqe_sqs_args args = args_of(p, first, n_steps, mode);
  p->kernels->sqs_forward(&args);
}

static void run_backward(const population *p, size_t first, size_t n_steps, spiqe_sqs_mode mode) {
  const spiqe_sqs_grad_args args = {.forward = args_of(p, first, n_steps, mode),
                                    .d_membrane = at(p, p->d_membrane, first * PLANE),
                                    .d_stride = PLANE,
                                    .d_state = p->d_state,
                                    .d_current = at(p, p->d_current, first * PLANE),
                                    .d_io = p->d_angles,
                                    .d_entangle = at(p, p->d_angles, UNITS),
                                    .d_memory = at(p, p->d_angles, 2 * UNITS)};
  p->kernels->sqs_backward(&args);
}

/* d log P(outcomes) / dP. */
static void ask_for_likelihood(const population *p) {
  for (size_t i = 0; i < STEPS * PLANE; i++) {
    const double probability = get(p, p->membrane, i);
    const int spike = get(p, p->spikes, i) != 0;
    set(p, p->d_membrane, i, spike ? 1 / probability : -1 / (1 - probability));
  }
}

static void add(spiqe_circuit *circuit, const char *name, uint32_t input, double factor,
                const uint32_t *qubits) {
  const spiqe_term term = {input, factor};
  const spiqe_angle angle = {0, 1, &term};
  judge_must(circuit->ctx,
             spiqe_circuit_gate_controlled(circuit, name, &angle, 0, NULL, NULL, qubits));
}

/* n_steps steps of the neuron; the last without its measurement unless it is whole. Inputs: in/out,
 * controlled, memory, then the currents. */
static spiqe_circuit *circuit_of(spiqe_context *ctx, size_t n_steps, int is_whole) {
  static const uint32_t io = 0, memory = 1, both[2] = {1, 0};
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, 2, 1, &circuit));
  for (int i = 0; i < INPUTS; i++) {
    char name[16];
    snprintf(name, sizeof name, "x%d", i);
    judge_must(ctx, spiqe_circuit_add_input(circuit, name, NULL));
  }
  for (uint32_t t = 0; t < n_steps; t++) {
    add(circuit, "rx", 3 + t, PI, &io);
    add(circuit, "crx", 1, 1, both);
    add(circuit, "rx", 2, 1, &memory);
    add(circuit, "rx", 0, 1, &io);
    if (t + 1 == n_steps && !is_whole) break;
    judge_must(ctx, spiqe_circuit_measure(circuit, 0, 0));
    judge_must(ctx, spiqe_circuit_reset(circuit, 0));
  }
  return circuit;
}

/* The neurons of the population as lanes, [..][PLANE]. */
typedef struct lanes_of {
  double inputs[INPUTS * PLANE], probabilities[4 * PLANE], states[8 * PLANE];
  double gradient[INPUTS * PLANE];
  uint8_t outcomes[STEPS * PLANE];
} lanes_of;

static void fill_lanes(const population *p, lanes_of *l) {
  for (size_t i = 0; i < PLANE; i++) {
    for (size_t k = 0; k < 3; k++) l->inputs[k * PLANE + i] = angle_of(k, i % UNITS);
    for (size_t t = 0; t < STEPS; t++) {
      l->inputs[(3 + t) * PLANE + i] = fmax(get(p, p->current, t * PLANE + i), 0);
      l->outcomes[t * PLANE + i] = get(p, p->spikes, t * PLANE + i) != 0;
    }
  }
}

static void run_lanes(spiqe_context *ctx, lanes_of *l, size_t n_steps, int is_whole) {
  spiqe_circuit *circuit = circuit_of(ctx, n_steps, is_whole);
  spiqe_lanes *lanes;
  spiqe_lanes_run run = {.n_lanes = PLANE,
                         .inputs = l->inputs,
                         .outcomes = l->outcomes,
                         .probabilities = l->probabilities,
                         .states = l->states};
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, "f64", &lanes));
  judge_must(ctx, spiqe_lanes_forward(lanes, &run));
  if (is_whole) judge_must(ctx, spiqe_lanes_gradient(lanes, &run, NULL, l->gradient));
  spiqe_lanes_destroy(lanes);
  spiqe_circuit_destroy(circuit);
}

/* Errors grow where an outcome was unlikely: by 1 / P of what was measured so far. */
static double rarity(const population *p, size_t i, size_t n_steps) {
  double least = 1;
  for (size_t t = 0; t < n_steps; t++) {
    const double probability = get(p, p->membrane, t * PLANE + i);
    least *= fmin(1, 4 * (get(p, p->spikes, t * PLANE + i) != 0 ? probability : 1 - probability));
  }
  return 1 / fmax(least, 1e-12);
}

static void near(const char *what, double value, double expected, double tolerance) {
  if (!(fabs(value - expected) <= tolerance))
    fail_msg("%s: %.17g, not %.17g", what, value, expected);
}

static void compare_states(const population *p, lanes_of *l, double tolerance) {
  spiqe_context *ctx = judge_context(1, NULL);
  for (size_t t = 0; t < STEPS; t++) {
    run_lanes(ctx, l, t + 1, 0);
    for (size_t i = 0; i < PLANE; i++) /* in/out qubit 1: amplitudes 1 and 3 */
      near("P", get(p, p->membrane, t * PLANE + i),
           l->probabilities[PLANE + i] + l->probabilities[3 * PLANE + i],
           tolerance * rarity(p, i, t));
  }
  run_lanes(ctx, l, STEPS, 1);
  for (size_t i = 0; i < PLANE; i++) {
    const double complex zero = l->states[i] + I * l->states[PLANE + i];
    const double complex one = l->states[4 * PLANE + i] + I * l->states[5 * PLANE + i];
    const double bound = tolerance * rarity(p, i, STEPS);
    near("rho_11", get(p, p->state, i), creal(one * conj(one)), bound);
    near("Im rho_01", get(p, p->state, PLANE + i), cimag(zero * conj(one)), bound);
  }
  spiqe_context_destroy(ctx);
}

static void compare_gradients(const population *p, const lanes_of *l, double tolerance) {
  for (size_t n = 0; n < UNITS; n++)
    for (size_t k = 0; k < 3; k++) {
      double sum = 0, bound = 0;
      for (size_t r = 0; r < ROWS; r++) {
        sum += l->gradient[k * PLANE + r * UNITS + n];
        bound += tolerance * rarity(p, r * UNITS + n, STEPS);
      }
      near("d angle", get(p, p->d_angles, k * UNITS + n), sum, bound * (1 + fabs(sum)));
    }
  for (size_t i = 0; i < STEPS * PLANE; i++) {
    const double flat = get(p, p->current, i) <= 0 ? 0 : 1;
    const double expected = flat * l->gradient[(3 + i / PLANE) * PLANE + i % PLANE];
    near("d current", get(p, p->d_current, i), expected,
         tolerance * rarity(p, i % PLANE, STEPS) * (1 + fabs(expected)));
  }
}

/* Every table in float, and the reference in double. */
static void for_each_population(void (*test)(population *p, double tolerance)) {
  for (size_t d = 0; judge_device(d); d++)
    for (int is_double = 0; is_double < 2; is_double++) {
      spiqe_context *ctx = judge_context(1, judge_device(d));
      const spiqe_kernels *kernels = spiqe_device_kernels(ctx, is_double ? SPIQE_F64 : SPIQE_F32);
      population p = population_make(kernels, is_double ? sizeof(double) : sizeof(float));
      test(&p, is_double ? 1e-12 : 5e-6);
      population_free(&p);
      spiqe_context_destroy(ctx);
    }
}

static void one_population_is_its_circuit(population *p, double tolerance) {
  lanes_of *l = judge_room(1, sizeof *l);
  run_forward(p, 0, STEPS, SPIQE_SQS_SINGLE_SHOT);
  fill_lanes(p, l);
  compare_states(p, l, tolerance);
  ask_for_likelihood(p);
  run_backward(p, 0, STEPS, SPIQE_SQS_SINGLE_SHOT);
  compare_gradients(p, l, 20 * tolerance);
  free(l);
}

static void the_closed_form_is_the_circuit_outcome_by_outcome(void **state) {
  (void)state;
  for_each_population(one_population_is_its_circuit);
}

/* What was drawn, given, is the same run; what was not drawn is kept as it was given, and its
 * likelihood has the gradient of the circuit with these outcomes. */
static void given_outcomes_are_the_circuits(population *p, double tolerance) {
  population q = population_make(p->kernels, p->size);
  lanes_of *l = judge_room(1, sizeof *l);
  run_forward(p, 0, STEPS, SPIQE_SQS_SINGLE_SHOT);
  memcpy(q.spikes, p->spikes, STEPS * PLANE * p->size);
  run_forward(&q, 0, STEPS, SPIQE_SQS_GIVEN);
  assert_memory_equal(p->spikes, q.spikes, STEPS * PLANE * p->size);
  assert_memory_equal(p->membrane, q.membrane, STEPS * PLANE * p->size);
  assert_memory_equal(p->state, q.state, 2 * PLANE * p->size);
  for (size_t i = 0; i < STEPS * PLANE; i++) set(&q, q.spikes, i, i % 3 == 0);
  memset(q.state, 0, 2 * PLANE * q.size);
  run_forward(&q, 0, STEPS, SPIQE_SQS_GIVEN);
  for (size_t i = 0; i < STEPS * PLANE; i++) assert_true(get(&q, q.spikes, i) == (i % 3 == 0));
  fill_lanes(&q, l);
  compare_states(&q, l, tolerance);
  ask_for_likelihood(&q);
  run_backward(&q, 0, STEPS, SPIQE_SQS_GIVEN);
  compare_gradients(&q, l, 20 * tolerance);
  population_free(&q);
  free(l);
}

static void outcomes_may_be_given(void **state) {
  (void)state;
  for_each_population(given_outcomes_are_the_circuits);
}

/* A current below 0 gets a part of the gradient that it would get above. */
static void leak_scales_what_is_below_zero(population *p, double tolerance) {
  double *whole = judge_room(STEPS * PLANE, sizeof *whole);
  (void)tolerance;
  run_forward(p, 0, STEPS, SPIQE_SQS_SINGLE_SHOT);
  ask_for_likelihood(p);
  for (int part = 0; part < 2; part++) {
    const spiqe_sqs_args args = args_of(p, 0, STEPS, SPIQE_SQS_SINGLE_SHOT);
    spiqe_sqs_grad_args back = {.forward = args,
                                .d_membrane = p->d_membrane,
                                .d_stride = PLANE,
                                .d_current = p->d_current,
                                .d_io = p->d_angles,
                                .d_entangle = at(p, p->d_angles, UNITS),
                                .d_memory = at(p, p->d_angles, 2 * UNITS)};
    back.forward.rule.input_leak = part ? 0.25 : 1;
    p->kernels->sqs_backward(&back);
    for (size_t i = 0; i < STEPS * PLANE && !part; i++) whole[i] = get(p, p->d_current, i);
  }
  for (size_t i = 0; i < STEPS * PLANE; i++) {
    const double factor = get(p, p->current, i) > 0 ? 1 : 0.25;
    near("d current", get(p, p->d_current, i), factor * whole[i], 1e-6 * fabs(whole[i]));
  }
  free(whole);
}

static void currents_below_zero_leak(void **state) {
  (void)state;
  for_each_population(leak_scales_what_is_below_zero);
}

/* State and gradient go from one part of a sequence to the next. */
static void halves_make_a_whole(population *p, double tolerance) {
  (void)tolerance;
  for (int k = 0; k < 2; k++) {
    const spiqe_sqs_mode mode = k ? SPIQE_SQS_EXPECTED : SPIQE_SQS_SINGLE_SHOT;
    population q = population_make(p->kernels, p->size);
    memset(p->state, 0, 2 * PLANE * p->size);
    memset(p->d_state, 0, 2 * PLANE * p->size);
    memset(p->d_angles, 0, 3 * UNITS * p->size);
    run_forward(p, 0, STEPS, mode);
    run_forward(&q, 0, 2, mode);
    run_forward(&q, 2, STEPS - 2, mode);
    assert_memory_equal(p->spikes, q.spikes, STEPS * PLANE * p->size);
    assert_memory_equal(p->membrane, q.membrane, STEPS * PLANE * p->size);
    assert_memory_equal(p->state, q.state, 2 * PLANE * p->size);
    for (size_t i = 0; i < STEPS * PLANE; i++) {
      set(p, p->d_membrane, i, random_number(12, i, -1, 1));
      set(&q, q.d_membrane, i, random_number(12, i, -1, 1));
    }
    run_backward(p, 0, STEPS, mode);
    run_backward(&q, 2, STEPS - 2, mode);
    run_backward(&q, 0, 2, mode);
    assert_memory_equal(p->d_current, q.d_current, STEPS * PLANE * p->size);
    assert_memory_equal(p->d_state, q.d_state, 2 * PLANE * p->size);
    population_free(&q);
  }
}

static void a_sequence_may_be_run_in_parts(void **state) {
  (void)state;
  for_each_population(halves_make_a_whole);
}

/* Over 20,000 samples: spikes less their probabilities, whose variance is that of P (1 - P). */
static void draws_follow_borns_rule(population *p, double tolerance) {
  (void)tolerance;
  double sum = 0, variance = 0;
  for (uint32_t first = 0; first < 20000; first += ROWS) {
    for (uint32_t r = 0; r < ROWS; r++) p->samples[r] = first + r;
    memset(p->state, 0, 2 * PLANE * p->size);
    run_forward(p, 0, STEPS, SPIQE_SQS_SINGLE_SHOT);
    for (size_t i = 0; i < STEPS * PLANE; i++) {
      const double probability = get(p, p->membrane, i);
      sum += get(p, p->spikes, i) - probability;
      variance += probability * (1 - probability);
    }
    if (first > 2000 && p->size == sizeof(double)) break; /* the reference is slow */
  }
  if (!(fabs(sum) <= 5 * sqrt(variance)))
    fail_msg("%g spikes too many, with a standard error of %g", sum, sqrt(variance));
}

static void spikes_are_as_frequent_as_the_state_says(void **state) {
  (void)state;
  for_each_population(draws_follow_borns_rule);
}

static double item(const cJSON *record, const char *key, size_t i) {
  const cJSON *value = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(record, key), (int)i);
  if (!cJSON_IsNumber(value)) fail_msg("the record has no number %zu in '%s'", i, key);
  return value->valuedouble;
}

enum { MOST_STEPS = 16, TRIES = 1 << 15 };

/* The sample whose draws are the outcomes of the record is looked for; then all must agree. */
static void check_golden(const spiqe_kernels *kernels, const cJSON *record) {
  const cJSON *steps = cJSON_GetObjectItemCaseSensitive(record, "steps");
  const size_t n = (size_t)cJSON_GetArraySize(steps);
  double current[MOST_STEPS], angles[5], spikes[MOST_STEPS], p[MOST_STEPS], trace[2 * MOST_STEPS];
  double d_p[MOST_STEPS], d_current[MOST_STEPS], d[3] = {0}, state[2];
  const double ent = item(record, "parameters", 0), mem = item(record, "parameters", 1);
  const double all[5] = {item(record, "parameters", 2), cos(ent / 2), sin(ent / 2), cos(mem),
                         sin(mem)};
  uint32_t sample = 0;
  int is_same = 0;
  assert_true(n <= MOST_STEPS);
  memcpy(angles, all, sizeof all);
  for (size_t t = 0; t < n; t++) current[t] = item(cJSON_GetArrayItem(steps, (int)t), "current", 0);
  spiqe_sqs_args args = {.n_steps = n,
                         .n_rows = 1,
                         .n_units = 1,
                         .ld = 1,
                         .step_stride = 1,
                         .current = current,
                         .angles = angles,
                         .samples = &sample,
                         .key = {1, 2},
                         .state = state,
                         .spikes = spikes,
                         .membrane = p,
                         .trace = trace};
  for (; sample < TRIES && !is_same; sample++) {
    state[0] = state[1] = 0;
    kernels->sqs_forward(&args);
    is_same = 1;
    for (size_t t = 0; t < n; t++)
      is_same &= spikes[t] == golden_number(cJSON_GetArrayItem(steps, (int)t), "outcome");
  }
  if (!is_same) fail_msg("no sample of %d draws the outcomes of the record", TRIES);
  for (size_t t = 0; t < n; t++) {
    const cJSON *step = cJSON_GetArrayItem(steps, (int)t);
    const double w = t + 1 < n ? trace[2 * t + 2] : state[0];
    const double c = t + 1 < n ? trace[2 * t + 3] : state[1];
    const cJSON *re = cJSON_GetObjectItemCaseSensitive(step, "memory_real");
    const cJSON *im = cJSON_GetObjectItemCaseSensitive(step, "memory_imag");
    near("P", p[t], item(step, "spike_probabilities", 0), 1e-10);
    near("rho_11", w, cJSON_GetArrayItem(cJSON_GetArrayItem(re, 1), 1)->valuedouble, 1e-10);
    near("Im rho_01", c, cJSON_GetArrayItem(cJSON_GetArrayItem(im, 0), 1)->valuedouble, 1e-10);
    d_p[t] = spikes[t] != 0 ? 1 / p[t] : -1 / (1 - p[t]);
  }
  args.state = NULL;
  kernels->sqs_backward(&(spiqe_sqs_grad_args){.forward = args,
                                               .d_membrane = d_p,
                                               .d_stride = 1,
                                               .d_current = d_current,
                                               .d_io = &d[2],
                                               .d_entangle = &d[0],
                                               .d_memory = &d[1]});
  for (size_t k = 0; k < 3; k++) near("d angle", d[k], item(record, "grad_parameters", k), 1e-7);
  for (size_t t = 0; t < n; t++) {
    const cJSON *gradients = cJSON_GetObjectItemCaseSensitive(record, "grad_currents");
    const cJSON *one = cJSON_GetArrayItem(cJSON_GetArrayItem(gradients, (int)t), 0);
    near("d current", d_current[t], one->valuedouble, 1e-7);
  }
}

static void reference_values_are_met(void **state) {
  (void)state;
  cJSON *tree = golden_load("sqs.json");
  const cJSON *record;
  size_t n_checked = 0;
  if (!tree) skip();
  spiqe_context *ctx = judge_context(1, NULL);
  cJSON_ArrayForEach(record, tree) {
    const char *ansatz = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(record, "ansatz"));
    if (!ansatz || strcmp(ansatz, "crx") != 0) continue;
    check_golden(spiqe_device_kernels(ctx, SPIQE_F64), record);
    n_checked++;
  }
  assert_true(n_checked > 0);
  spiqe_context_destroy(ctx);
  cJSON_Delete(tree);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_closed_form_is_the_circuit_outcome_by_outcome),
      cmocka_unit_test(outcomes_may_be_given),
      cmocka_unit_test(currents_below_zero_leak),
      cmocka_unit_test(a_sequence_may_be_run_in_parts),
      cmocka_unit_test(spikes_are_as_frequent_as_the_state_says),
      cmocka_unit_test(reference_values_are_met),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
