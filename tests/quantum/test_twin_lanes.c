/* Lanes against the slow twin: likelihoods, states and gradients for given outcomes, and that what
 * is drawn has the right law. */
#include "quantum/judge.h"
#include "spiqe/lanes.h"

enum { LANES = 19, INPUTS = 3, BITS = 4, MOST_QUBITS = 4, MOST_SIZE = 1 << MOST_QUBITS };
enum { MOST_MEASURED = 64 };

/* As in test_twin_state.c; a state is divided by the root of a likelihood, the log of which is off
 * by the relative error of the norm. The largest found is 3e-6 and 4e-15. */
static const double tolerances[2] = {3e-5, 1e-13};

/* One run with arrays of double; those that the library wants are made from them. */
typedef struct lanes_case {
  spiqe_circuit *circuit;
  spiqe_lanes *lanes;
  int is_double;
  size_t size, n_measured;
  double inputs[INPUTS][LANES], start[MOST_SIZE][2][LANES];
  uint8_t drawn[MOST_MEASURED][LANES], bits[BITS][LANES];
  double states[MOST_SIZE][2][LANES], probabilities[MOST_SIZE][LANES], likelihood[LANES];
  double weight[LANES], gradient[INPUTS][LANES];
} lanes_case;

static void *narrow(int is_double, size_t n, const double *numbers) {
  void *out = judge_room(n, sizeof(double));
  for (size_t i = 0; i < n; i++) {
    if (is_double)
      ((double *)out)[i] = numbers[i];
    else
      ((float *)out)[i] = (float)numbers[i];
  }
  return out;
}

static void widen(int is_double, size_t n, void *numbers, double *out) {
  for (size_t i = 0; i < n; i++)
    out[i] = is_double ? ((double *)numbers)[i] : (double)((float *)numbers)[i];
  free(numbers);
}

/* Run with drawn outcomes, or (is_given) with those that were drawn before. */
static void forward(spiqe_context *ctx, lanes_case *c, uint64_t seed, int is_given,
                    int is_started) {
  const int d = c->is_double;
  spiqe_lanes_run run = {.n_lanes = LANES, .seed = seed};
  void *inputs = narrow(d, INPUTS * LANES, c->inputs[0]);
  void *start = narrow(d, 2 * c->size * LANES, c->start[0][0]);
  run.inputs = inputs;
  run.start = is_started ? start : NULL;
  run.outcomes = is_given ? c->drawn[0] : NULL;
  run.drawn = is_given ? NULL : c->drawn[0];
  run.bits = c->bits[0];
  run.states = judge_room(2 * c->size * LANES, sizeof(double));
  run.probabilities = judge_room(c->size * LANES, sizeof(double));
  run.log_likelihood = judge_room(LANES, sizeof(double));
  judge_must(ctx, spiqe_lanes_forward(c->lanes, &run));
  widen(d, 2 * c->size * LANES, run.states, c->states[0][0]);
  widen(d, c->size * LANES, run.probabilities, c->probabilities[0]);
  widen(d, LANES, run.log_likelihood, c->likelihood);
  free(inputs);
  free(start);
}

static void gradient(spiqe_context *ctx, lanes_case *c) {
  const int d = c->is_double;
  spiqe_lanes_run run = {.n_lanes = LANES};
  void *inputs = narrow(d, INPUTS * LANES, c->inputs[0]);
  void *weight = narrow(d, LANES, c->weight), *out = judge_room(INPUTS * LANES, sizeof(double));
  run.inputs = inputs;
  run.outcomes = c->drawn[0];
  judge_must(ctx, spiqe_lanes_gradient(c->lanes, &run, weight, out));
  widen(d, INPUTS * LANES, out, c->gradient[0]);
  free(inputs);
  free(weight);
}

static lanes_case *open_case(spiqe_context *ctx, const random_circuit_options *options,
                             int is_double) {
  lanes_case *c = judge_room(1, sizeof *c);
  double draws[INPUTS * LANES + LANES];
  c->circuit = random_circuit(ctx, options);
  c->is_double = is_double;
  c->size = (size_t)1 << options->n_qubits;
  judge_must(ctx, spiqe_lanes_create(ctx, c->circuit, is_double ? "f64" : "f32", &c->lanes));
  c->n_measured = spiqe_lanes_n_measurements(c->lanes);
  assert_true(c->n_measured <= MOST_MEASURED);
  random_angles(options->seed, INPUTS * LANES + LANES, draws);
  memcpy(c->inputs, draws, sizeof c->inputs);
  memcpy(c->weight, draws + INPUTS * LANES, sizeof c->weight);
  return c;
}

static void close_case(lanes_case *c) {
  spiqe_lanes_destroy(c->lanes);
  spiqe_circuit_destroy(c->circuit);
  free(c);
}

static twin *twin_of(const lanes_case *c, size_t lane, const double *moved) {
  double inputs[INPUTS];
  uint8_t outcomes[MOST_MEASURED];
  for (size_t i = 0; i < INPUTS; i++) inputs[i] = moved ? moved[i] : c->inputs[i][lane];
  for (size_t m = 0; m < c->n_measured; m++) outcomes[m] = c->drawn[m][lane];
  return twin_run_given(c->circuit, inputs, c->n_measured, outcomes);
}

static void compare_lane(const lanes_case *c, size_t lane, const char *name) {
  const double tolerance = tolerances[c->is_double];
  twin *run = twin_of(c, lane, NULL);
  const double weight = twin_weight(run);
  twin_number *rho = judge_room(c->size * c->size, sizeof *rho);
  uint64_t bits = 0;
  for (size_t b = 0; b < BITS; b++) bits |= (uint64_t)c->bits[b][lane] << b;
  if (!(fabs(c->likelihood[lane] - log(weight)) <= tolerance))
    fail_msg("%s, lane %zu: log likelihood %g, the twin has %g", name, lane, c->likelihood[lane],
             log(weight));
  if (!(fabs(twin_probability(run, bits) - weight) <= 1e-15))
    fail_msg("%s, lane %zu: the bits are not those of the outcomes", name, lane);
  twin_average(run, rho);
  for (size_t i = 0; i < c->size; i++) {
    twin_number a = c->states[i][0][lane] + I * c->states[i][1][lane];
    if (!(fabs(c->probabilities[i][lane] - creal(rho[i * c->size + i]) / weight) <= tolerance))
      fail_msg("%s, lane %zu: probability %zu", name, lane, i);
    for (size_t j = 0; j < c->size; j++) {
      twin_number b = c->states[j][0][lane] + I * c->states[j][1][lane];
      if (!(cabs(a * conj(b) - rho[i * c->size + j] / weight) <= tolerance))
        fail_msg("%s, lane %zu: state, %zu %zu", name, lane, i, j);
    }
  }
  free(rho);
  twin_destroy(run);
}

static random_circuit_options options_of(uint64_t seed, unsigned with) {
  random_circuit_options options = {.seed = seed, .n_qubits = 1 + seed % MOST_QUBITS};
  options.n_bits = BITS;
  options.n_inputs = INPUTS;
  options.n_operations = 20 + seed % 3 * 10;
  options.with = with;
  options.delay = 1e-6;
  return options;
}

enum {
  MEASURED = RANDOM_UNITARY | RANDOM_MEASURE | RANDOM_MEASURE_RESET,
  CONDITIONED = MEASURED | RANDOM_IF | RANDOM_ASSIGN | RANDOM_WILD
};

/* The outcomes are drawn, which keeps them from being hopelessly unlikely. */
static void compare(spiqe_context *ctx, uint64_t seed, unsigned with, int is_double) {
  char name[64];
  random_circuit_options options = options_of(seed, with);
  lanes_case *c = open_case(ctx, &options, is_double);
  snprintf(name, sizeof name, "%s f%d, seed %d", spiqe_context_device(ctx), is_double ? 64 : 32,
           (int)seed);
  forward(ctx, c, seed, 0, 0);
  for (size_t lane = 0; lane < LANES; lane += 3) compare_lane(c, lane, name);
  forward(ctx, c, seed, 1, 0);
  for (size_t lane = 1; lane < LANES; lane += 3) compare_lane(c, lane, name);
  close_case(c);
}

static void compare_many(size_t n, unsigned with) {
  for (size_t d = 0; judge_device(d); d++) {
    spiqe_context *ctx = judge_context(2, judge_device(d));
    for (uint64_t seed = 0; seed < n; seed++)
      for (int is_double = 0; is_double < 2; is_double++) compare(ctx, seed, with, is_double);
    spiqe_context_destroy(ctx);
  }
}

static void likelihoods_and_states_are_those_of_the_twin(void **unused) {
  (void)unused;
  compare_many(20, MEASURED);
}

static void conditions_are_followed_as_the_twin_follows_them(void **unused) {
  (void)unused;
  compare_many(24, CONDITIONED);
}

/* From a given state: the circuit that prepares it is put before the twin's. */
static void a_start_is_the_state_that_a_circuit_before_leaves(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  for (uint64_t seed = 0; seed < 20; seed++)
    for (int is_double = 0; is_double < 2; is_double++) {
      random_circuit_options options = options_of(seed, RANDOM_UNITARY);
      lanes_case *before = open_case(ctx, &options, is_double), *c;
      forward(ctx, before, 0, 0, 0);
      options.seed += 1000;
      options.with = CONDITIONED;
      c = open_case(ctx, &options, is_double);
      memcpy(c->start, before->states, sizeof c->start);
      memcpy(c->inputs, before->inputs, sizeof c->inputs);
      forward(ctx, c, seed, 0, 1);
      judge_must(ctx, spiqe_circuit_append(before->circuit, c->circuit));
      spiqe_circuit *kept = c->circuit;
      c->circuit = before->circuit;
      for (size_t lane = 0; lane < LANES; lane += 4) compare_lane(c, lane, "started");
      c->circuit = kept;
      close_case(before);
      close_case(c);
    }
  spiqe_context_destroy(ctx);
}

/* Fourth-order central difference of log P of the twin. Its error: (w h)^4 / 30 of the derivative
 * for angles that turn w times as fast as the input (up to some 10), more where P is small; and
 * rounding of P, 1e-16 / P / h. So it is compared for P > 1e-3, h = 3e-4. The largest found is
 * 1e-11 and, in single precision, 3e-6. */
static double twin_derivative(const lanes_case *c, size_t lane, size_t input) {
  const double h = 3e-4, steps[4] = {-2 * h, -h, h, 2 * h}, weights[4] = {1, -8, 8, -1};
  double derivative = 0;
  for (size_t k = 0; k < 4; k++) {
    double moved[INPUTS];
    for (size_t i = 0; i < INPUTS; i++) moved[i] = c->inputs[i][lane];
    moved[input] += steps[k];
    twin *run = twin_of(c, lane, moved);
    derivative += weights[k] * log(twin_weight(run)) / (12 * h);
    twin_destroy(run);
  }
  return derivative;
}

/* Lanes whose gradient was compared are added to *n_compared. */
static void compare_gradient(spiqe_context *ctx, uint64_t seed, unsigned with, int is_double,
                             size_t *n_compared) {
  random_circuit_options options = options_of(seed, with);
  lanes_case *c = open_case(ctx, &options, is_double);
  forward(ctx, c, seed, 0, 0);
  gradient(ctx, c);
  for (size_t lane = seed % 3; lane < LANES; lane += 5) {
    if (c->likelihood[lane] < log(1e-3)) continue;
    for (size_t i = 0; i < INPUTS; i++) {
      double expected = c->weight[lane] * twin_derivative(c, lane, i);
      double tolerance = (is_double ? 1e-9 : 5e-5) * (1 + fabs(expected));
      if (!(fabs(c->gradient[i][lane] - expected) <= tolerance))
        fail_msg("%s f%d, seed %d, lane %zu, input %zu: %.17g, the twin has %.17g",
                 spiqe_context_device(ctx), is_double ? 64 : 32, (int)seed, lane, i,
                 c->gradient[i][lane], expected);
    }
    ++*n_compared;
  }
  close_case(c);
}

static void gradients_of_likelihoods_are_those_of_the_twin(void **unused) {
  (void)unused;
  size_t n_compared = 0;
  for (size_t d = 0; judge_device(d); d++) {
    spiqe_context *ctx = judge_context(2, judge_device(d));
    for (uint64_t seed = 0; seed < 16; seed++)
      for (int is_double = 0; is_double < 2; is_double++)
        compare_gradient(ctx, seed, seed % 2 ? CONDITIONED : MEASURED, is_double, &n_compared);
    spiqe_context_destroy(ctx);
  }
  assert_true(n_compared > 100);
}

/* Given outcomes 00.., 10.., 01..: likelihoods, and gradients in the only input: of those above
 * 0.02 a central difference of step 1e-4 is good to 1e-6. */
static void compare_small(spiqe_context *ctx, const char *name, const spiqe_circuit *circuit) {
  enum { N = 8, MOST = 3 };
  const double h = 1e-4;
  double inputs[N], likelihood[N], found[N];
  uint8_t outcomes[MOST * N];
  spiqe_lanes *lanes;
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes));
  const size_t n_measured = spiqe_lanes_n_measurements(lanes);
  assert_true(n_measured <= MOST);
  for (size_t i = 0; i < N; i++) inputs[i] = 0.1 * (double)i;
  for (size_t i = 0; i < MOST * N; i++) outcomes[i] = i % N >> i / N & 1;
  spiqe_lanes_run run = {.n_lanes = N, .inputs = inputs, .outcomes = outcomes};
  run.log_likelihood = likelihood;
  judge_must(ctx, spiqe_lanes_forward(lanes, &run));
  judge_must(ctx, spiqe_lanes_gradient(lanes, &run, NULL, found));
  for (size_t i = 0; i < N; i++) {
    double p[3], moved;
    for (size_t k = 0; k < 3; k++) {
      const uint8_t own[MOST] = {i & 1, i >> 1 & 1, i >> 2 & 1};
      moved = inputs[i] + h * ((double)k - 1);
      twin *exact = twin_run_given(circuit, &moved, n_measured, own);
      p[k] = twin_weight(exact);
      twin_destroy(exact);
    }
    if (!(fabs(exp(likelihood[i]) - p[1]) <= 1e-14))
      fail_msg("%s, outcomes %zu: %.17g, the twin has %.17g", name, i, exp(likelihood[i]), p[1]);
    if (p[1] > 0.02 && !(fabs(found[i] - log(p[2] / p[0]) / (2 * h)) <= 1e-6))
      fail_msg("%s, outcomes %zu: gradient %g, the twin has %g", name, i, found[i],
               log(p[2] / p[0]) / (2 * h));
  }
  spiqe_lanes_destroy(lanes);
}

static void add(spiqe_circuit *circuit, const char *name, double angle, uint32_t a, uint32_t b) {
  const uint32_t qubits[2] = {a, b};
  judge_must(circuit->ctx, spiqe_circuit_gate(circuit, name, &angle, qubits));
}

static void add_input(spiqe_circuit *circuit, const char *name, uint32_t qubit) {
  const spiqe_term term = {0, 1};
  const spiqe_angle angle = {0.4, 1, &term};
  judge_must(circuit->ctx,
             spiqe_circuit_gate_controlled(circuit, name, &angle, 0, NULL, NULL, &qubit));
}

static spiqe_circuit *create(spiqe_context *ctx, size_t n_qubits, size_t n_bits) {
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, n_qubits, n_bits, &circuit));
  judge_must(ctx, spiqe_circuit_add_input(circuit, "x", NULL));
  return circuit;
}

/* h leaves the same numbers in both halves of a state, a controlled swap moves them in one, and
 * then all pairs of gates come: what is shared must not be overwritten. */
static void gates_after_a_shared_half_are_those_of_the_twin(void **unused) {
  (void)unused;
  static const char *const names[] = {"p", "rx", "ry", "rz", "sx", "t", "h", "s", "x"};
  enum { N = sizeof names / sizeof *names };
  spiqe_context *ctx = judge_context(1, NULL);
  for (size_t i = 0; i < 4 * N * N; i++) {
    spiqe_circuit *circuit = create(ctx, 3, 2);
    const uint32_t control = 2, pair[2] = {1, 0};
    const uint8_t on_zero = 1;
    char name[64];
    if (i / N / N & 1) add(circuit, "ry", 1.2, 1, 0);
    add_input(circuit, "ry", 0);
    add(circuit, "h", 0, 2, 0);
    judge_must(ctx, spiqe_circuit_gate_controlled(circuit, i / N / N & 2 ? "swap" : "iswap", NULL,
                                                  1, &control, &on_zero, pair));
    add(circuit, names[i % N], -0.5, 0, 1);
    add(circuit, names[i / N % N], -0.5, 0, 1);
    judge_must(ctx, spiqe_circuit_measure(circuit, 2, 0));
    judge_must(ctx, spiqe_circuit_measure(circuit, 0, 1));
    snprintf(name, sizeof name, "%s, then %s", names[i % N], names[i / N % N]);
    compare_small(ctx, name, circuit);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

/* All that can stand under a condition that holds on some lanes. */
static void compare_conditions(const char *device) {
  static const char *const names[] = {"h", "sx", "cx", "swap", "siswap", "iswap", "t", "z", "cz"};
  const spiqe_node bit = {SPIQE_NODE_BITS, 1, 0, 0, 0};
  spiqe_context *ctx = judge_context(1, device);
  for (size_t i = 0; i < 8 * sizeof names / sizeof *names; i++) {
    spiqe_circuit *circuit = create(ctx, 3, 2);
    char name[64];
    for (uint32_t q = 0; q < 3; q++) add(circuit, q == 1 ? "rx" : "ry", 0.8, q, 0);
    add(circuit, "cx", 0, 0, 1);
    add(circuit, "cx", 0, 1, 2);
    add_input(circuit, "ry", 1);
    add(circuit, "cx", 0, 2, 0);
    judge_must(ctx, spiqe_circuit_measure(circuit, 0, 0));
    judge_must(ctx, spiqe_circuit_push_condition(circuit, SPIQE_IF, &bit, 1, 0));
    if (i % 4 & 1) judge_must(ctx, spiqe_circuit_measure(circuit, 1, 1));
    if (i % 4 & 2) judge_must(ctx, spiqe_circuit_reset(circuit, 1));
    if (i & 4) judge_must(ctx, spiqe_circuit_else(circuit));
    add(circuit, names[i / 8], 0, 1, 2);
    judge_must(ctx, spiqe_circuit_end(circuit));
    add(circuit, "cx", 0, 0, 1);
    judge_must(ctx, spiqe_circuit_measure(circuit, 1, 1));
    snprintf(name, sizeof name, "%s: %s, case %d", device, names[i / 8], (int)(i % 8));
    if (i % 4 != 2) compare_small(ctx, name, circuit); /* a reset alone is one outcome more */
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

static void what_is_under_a_condition_is_as_the_twin_has_it(void **unused) {
  (void)unused;
  for (size_t d = 0; judge_device(d); d++) compare_conditions(judge_device(d));
}

/* All lanes have the same inputs, and each draws for itself: loops, unmeasured resets, noise. */
static void compare_draws(spiqe_context *ctx, uint64_t seed, int is_double) {
  enum { SHOTS = 4000 };
  random_circuit_options options = options_of(seed, 0);
  double constants[INPUTS], expected[1 << BITS];
  uint64_t counts[1 << BITS] = {0};
  uint8_t *bits = judge_room(BITS * SHOTS, 1);
  spiqe_lanes *lanes;
  options.with = RANDOM_UNITARY | RANDOM_CLASSICAL | RANDOM_WILD | RANDOM_MEASURE_ALL;
  if (seed % 2) options.with |= RANDOM_NOISE;
  spiqe_circuit *circuit = random_circuit(ctx, &options);
  random_angles(seed, INPUTS, constants);
  spiqe_lanes_run run = {.n_lanes = SHOTS, .constants = constants, .seed = seed, .bits = bits};
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, is_double ? "f64" : "f32", &lanes));
  judge_must(ctx, spiqe_lanes_forward(lanes, &run));
  twin *exact = twin_run(circuit, constants);
  for (size_t lane = 0; lane < SHOTS; lane++) {
    size_t outcome = 0;
    for (size_t b = 0; b < BITS; b++) outcome |= (size_t)bits[b * SHOTS + lane] << b;
    counts[outcome]++;
  }
  for (size_t i = 0; i < 1 << BITS; i++) expected[i] = twin_probability(exact, i);
  judge_counts("lanes", 1 << BITS, expected, counts, SHOTS);
  twin_destroy(exact);
  spiqe_lanes_destroy(lanes);
  spiqe_circuit_destroy(circuit);
  free(bits);
}

static void drawn_bits_have_the_law_of_the_twin(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 40; seed++)
    for (int is_double = 0; is_double < 2; is_double++) compare_draws(ctx, 9000 + seed, is_double);
  spiqe_context_destroy(ctx);
}

/* Lanes k .. of a run are the run with first_lane k; threads do not matter. */
static void a_lane_depends_on_its_number_alone(void **unused) {
  (void)unused;
  static const size_t n_threads[] = {1, 2, 3, 7};
  enum { MANY = 700 };
  uint8_t all[BITS][MANY], part[BITS][MANY];
  double states[2 * 8 * MANY], again[2 * 8 * MANY], constants[INPUTS] = {0.3, 1, -2};
  for (size_t t = 0; t < 4; t++) {
    spiqe_context *ctx = judge_context(n_threads[t], NULL);
    random_circuit_options options = options_of(2, CONDITIONED);
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    spiqe_lanes *lanes;
    spiqe_lanes_run run = {.n_lanes = MANY, .constants = constants, .seed = 8};
    run.bits = t ? part[0] : all[0];
    run.states = t ? again : states;
    judge_must(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes));
    judge_must(ctx, spiqe_lanes_forward(lanes, &run));
    if (t) assert_memory_equal(all, part, sizeof all);
    if (t) assert_memory_equal(states, again, sizeof states);
    run.first_lane = 123;
    run.n_lanes = MANY - 123;
    run.bits = part[0];
    run.states = NULL;
    judge_must(ctx, spiqe_lanes_forward(lanes, &run));
    for (size_t b = 0; b < BITS; b++)
      assert_memory_equal(all[b] + 123, part[0] + b * run.n_lanes, run.n_lanes);
    spiqe_lanes_destroy(lanes);
    spiqe_circuit_destroy(circuit);
    spiqe_context_destroy(ctx);
  }
}

static void gradients_have_the_same_bits_on_any_number_of_threads(void **unused) {
  (void)unused;
  static const size_t n_threads[] = {1, 2, 3, 7};
  enum { MANY = 700 };
  double inputs[INPUTS * MANY], first[INPUTS * MANY], again[INPUTS * MANY];
  uint8_t *outcomes = judge_room(MOST_MEASURED * MANY, 1);
  random_angles(4, INPUTS * MANY, inputs);
  for (size_t t = 0; t < 4; t++) {
    spiqe_context *ctx = judge_context(n_threads[t], NULL);
    random_circuit_options options = options_of(6, CONDITIONED);
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    spiqe_lanes *lanes;
    spiqe_lanes_run run = {.n_lanes = MANY, .inputs = inputs, .seed = 8};
    judge_must(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes));
    assert_true(spiqe_lanes_n_measurements(lanes) <= MOST_MEASURED);
    run.drawn = outcomes;
    judge_must(ctx, spiqe_lanes_forward(lanes, &run));
    run.drawn = NULL;
    run.outcomes = outcomes;
    judge_must(ctx, spiqe_lanes_gradient(lanes, &run, NULL, t ? again : first));
    if (t) assert_memory_equal(first, again, sizeof first);
    spiqe_lanes_destroy(lanes);
    spiqe_circuit_destroy(circuit);
    spiqe_context_destroy(ctx);
  }
  free(outcomes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(likelihoods_and_states_are_those_of_the_twin),
      cmocka_unit_test(conditions_are_followed_as_the_twin_follows_them),
      cmocka_unit_test(a_start_is_the_state_that_a_circuit_before_leaves),
      cmocka_unit_test(gates_after_a_shared_half_are_those_of_the_twin),
      cmocka_unit_test(what_is_under_a_condition_is_as_the_twin_has_it),
      cmocka_unit_test(gradients_of_likelihoods_are_those_of_the_twin),
      cmocka_unit_test(drawn_bits_have_the_law_of_the_twin),
      cmocka_unit_test(a_lane_depends_on_its_number_alone),
      cmocka_unit_test(gradients_have_the_same_bits_on_any_number_of_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
