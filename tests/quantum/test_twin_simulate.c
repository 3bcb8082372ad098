/* Every method of spiqe_simulate against the slow twin's exact law of the classical bits. */
#include "quantum/judge.h"
#include "spiqe/simulate.h"

enum { MOST_BITS = 6, SHOTS = 4000 };

static const char *const methods[] = {"auto",    "statevector",  "lanes",
                                      "density", "trajectories", "stabiliser"};
enum { N_METHODS = sizeof methods / sizeof *methods };

/* The bits of an outcome of one register: the highest comes first. */
static uint64_t bits_of(const char *text, size_t n_bits) {
  uint64_t bits = 0;
  if (strlen(text) != n_bits) fail_msg("an outcome '%s' of %zu bits", text, n_bits);
  for (const char *c = text; *c; c++) bits = bits << 1 | (uint64_t)(*c == '1');
  return bits;
}

/* 1 when the method could run the circuit. */
static int simulate(spiqe_context *ctx, const spiqe_circuit *circuit,
                    const spiqe_simulation_options *options, spiqe_simulation **out) {
  spiqe_status status = spiqe_simulate(ctx, circuit, options, out);
  if (status == SPIQE_UNSUPPORTED && strcmp(options->method, "auto")) return 0;
  judge_must(ctx, status);
  return 1;
}

static void compare_counts(const char *name, const spiqe_simulation *simulation,
                           const double *expected, size_t n_bits) {
  const spiqe_outcome *outcomes = spiqe_simulation_outcomes(simulation);
  uint64_t counts[1 << MOST_BITS] = {0}, last = 0;
  for (size_t i = 0; i < spiqe_simulation_n_outcomes(simulation); i++) {
    uint64_t bits = bits_of(outcomes[i].bits, n_bits);
    if (i && bits <= last) fail_msg("%s: outcomes do not ascend", name);
    assert_true(outcomes[i].probability == (double)outcomes[i].count / SHOTS);
    counts[bits] = outcomes[i].count;
    last = bits;
  }
  judge_counts(name, (size_t)1 << n_bits, expected, counts, SHOTS);
}

/* As many circuits as a method ran are added to n_ran. */
static void compare(spiqe_context *ctx, random_circuit_options options, const char *what,
                    size_t n_ran[N_METHODS]) {
  double inputs[3], expected[1 << MOST_BITS];
  options.n_inputs = 3;
  options.delay = 1e-6;
  spiqe_circuit *circuit = random_circuit(ctx, &options);
  random_angles(options.seed, 3, inputs);
  twin *exact = twin_run(circuit, inputs);
  for (size_t i = 0; i < (size_t)1 << options.n_bits; i++) expected[i] = twin_probability(exact, i);
  for (size_t m = 0; m < N_METHODS; m++)
    for (int precision = 0; precision < 2; precision++) {
      spiqe_simulation_options run = {.method = methods[m], .n_shots = SHOTS, .inputs = inputs};
      spiqe_simulation *simulation;
      char name[128];
      run.precision = precision ? "f64" : "f32";
      run.seed = options.seed + 17;
      snprintf(name, sizeof name, "%s, seed %d, %s %s", what, (int)options.seed, methods[m],
               run.precision);
      if (!simulate(ctx, circuit, &run, &simulation)) continue;
      n_ran[m]++;
      compare_counts(name, simulation, expected, options.n_bits);
      spiqe_simulation_destroy(simulation);
    }
  twin_destroy(exact);
  spiqe_circuit_destroy(circuit);
}

/* Which methods must have run on how many of the circuits, of 2 precisions each. */
static void compare_many(const char *what, unsigned with, size_t n, const size_t least[N_METHODS]) {
  size_t n_ran[N_METHODS] = {0};
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < n; seed++) {
    random_circuit_options options = {.seed = 3000 + seed, .with = with};
    options.n_qubits = 1 + seed % 5;
    options.n_bits = 1 + seed % MOST_BITS;
    options.n_operations = 10 + 4 * (seed % 6);
    compare(ctx, options, what, n_ran);
  }
  for (size_t m = 0; m < N_METHODS; m++)
    if (n_ran[m] < least[m])
      fail_msg("%s ran %zu of the circuits with %s", methods[m], n_ran[m], what);
  spiqe_context_destroy(ctx);
}

enum { N = 30 };

static void gates_and_a_measurement_at_the_end_are_counted_as_the_twin_does(void **unused) {
  (void)unused;
  compare_many("gates", RANDOM_UNITARY | RANDOM_MEASURE_ALL, N,
               (size_t[]){2 * N, 2 * N, 2 * N, 2 * N, 0, 0});
}

static void measurement_in_the_middle_is_counted_as_the_twin_does(void **unused) {
  (void)unused;
  compare_many("measurement", RANDOM_CONTROLS | RANDOM_MEASURE | RANDOM_RESET | RANDOM_MEASURE_ALL,
               N, (size_t[]){2 * N, 2 * N, 2 * N, 2 * N, 0, 0});
}

static void conditions_and_loops_are_counted_as_the_twin_does(void **unused) {
  (void)unused;
  compare_many("conditions", RANDOM_CONTROLS | RANDOM_CLASSICAL | RANDOM_WILD | RANDOM_MEASURE_ALL,
               N, (size_t[]){2 * N, 2 * N, 0, 2 * N, 0, 0});
}

static void noise_is_counted_as_the_twin_does(void **unused) {
  (void)unused;
  compare_many("noise", RANDOM_CONTROLS | RANDOM_NOISE | RANDOM_MEASURE | RANDOM_MEASURE_ALL, N,
               (size_t[]){2 * N, 0, 0, 2 * N, 2 * N, 0});
}

static void all_together_is_counted_as_the_twin_does(void **unused) {
  (void)unused;
  compare_many("all",
               RANDOM_UNITARY | RANDOM_NOISE | RANDOM_CLASSICAL | RANDOM_WILD | RANDOM_MEASURE_ALL,
               N, (size_t[]){2 * N, 0, 0, 2 * N, 2 * N, 0});
}

static void clifford_circuits_are_counted_as_the_twin_does(void **unused) {
  (void)unused;
  compare_many("Clifford", RANDOM_CLIFFORD | RANDOM_CLASSICAL | RANDOM_DELAY | RANDOM_MEASURE_ALL,
               2 * N, (size_t[]){4 * N, 4 * N, 0, 4 * N, 0, 4 * N});
}

static void clifford_circuits_with_noise_are_counted_as_the_twin_does(void **unused) {
  (void)unused;
  compare_many("Pauli noise",
               RANDOM_CLIFFORD | RANDOM_PAULI_CHANNEL | RANDOM_READOUT | RANDOM_CLASSICAL |
                   RANDOM_WILD | RANDOM_MEASURE_ALL,
               2 * N, (size_t[]){4 * N, 0, 0, 4 * N, 4 * N, 4 * N});
}

/* No shots: the method gives probabilities, every outcome above 1e-12 among them. */
static void compare_exact(spiqe_context *ctx, uint64_t seed, const char *method, unsigned with) {
  random_circuit_options options = {.seed = 4000 + seed, .n_qubits = 1 + seed % 4, .n_bits = 4};
  spiqe_simulation_options run = {.method = method};
  spiqe_simulation *simulation;
  double sum = 0;
  options.n_operations = 30;
  options.with = with | RANDOM_MEASURE_ALL;
  spiqe_circuit *circuit = random_circuit(ctx, &options);
  twin *exact = twin_run(circuit, NULL);
  judge_must(ctx, spiqe_simulate(ctx, circuit, &run, &simulation));
  const spiqe_outcome *outcomes = spiqe_simulation_outcomes(simulation);
  for (size_t i = 0; i < spiqe_simulation_n_outcomes(simulation); i++) {
    double p = twin_probability(exact, bits_of(outcomes[i].bits, 4));
    if (!(fabs(p - outcomes[i].probability) <= 1e-12)) /* as in test_twin_density.c */
      fail_msg("%s, seed %d: %s has probability %.17g, the twin's is %.17g", method, (int)seed,
               outcomes[i].bits, outcomes[i].probability, p);
    sum += p;
  }
  assert_true(fabs(sum - 1) <= 1e-12);
  spiqe_simulation_destroy(simulation);
  twin_destroy(exact);
  spiqe_circuit_destroy(circuit);
}

static void without_shots_probabilities_are_exact(void **unused) {
  (void)unused;
  const unsigned gates = RANDOM_CONTROLS | RANDOM_MATRICES | RANDOM_READOUT;
  spiqe_context *ctx = judge_context(1, NULL);
  for (uint64_t seed = 0; seed < N; seed++) {
    compare_exact(ctx, seed, "density", gates | RANDOM_NOISE | RANDOM_CLASSICAL);
    compare_exact(ctx, seed, "auto", gates | RANDOM_NOISE | RANDOM_CLASSICAL);
    compare_exact(ctx, seed, "statevector", gates);
    compare_exact(ctx, seed, "auto", gates);
  }
  spiqe_context_destroy(ctx);
}

static void final_states_are_those_of_the_twin(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  for (uint64_t seed = 0; seed < N; seed++) {
    random_circuit_options options = {.seed = 5000 + seed, .n_qubits = 1 + seed % 5, .n_bits = 3};
    const size_t size = (size_t)1 << options.n_qubits;
    spiqe_complex *numbers = judge_room(size * size, sizeof *numbers);
    twin_number *expected = judge_room(size * size, sizeof *expected);
    double inputs[2] = {0.4, -2};
    options.n_inputs = 2;
    options.n_operations = 30;
    options.with = RANDOM_UNITARY;
    options.delay = 1e-6;
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    twin_amplitudes(circuit, inputs, expected);
    judge_must(ctx, spiqe_statevector(ctx, circuit, inputs, numbers));
    for (size_t i = 0; i < size; i++)
      assert_true(judge_distance(expected[i], numbers[i]) <= 1e-13); /* as in test_twin_state.c */
    spiqe_circuit_destroy(circuit);
    options.with = RANDOM_UNITARY | RANDOM_NOISE | RANDOM_CLASSICAL;
    circuit = random_circuit(ctx, &options);
    twin *run = twin_run(circuit, inputs);
    twin_average(run, expected);
    judge_must(ctx, spiqe_density_matrix(ctx, circuit, inputs, numbers));
    for (size_t i = 0; i < size * size; i++)
      assert_true(judge_distance(expected[i], numbers[i]) <= 1e-12);
    twin_destroy(run);
    spiqe_circuit_destroy(circuit);
    free(numbers);
    free(expected);
  }
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gates_and_a_measurement_at_the_end_are_counted_as_the_twin_does),
      cmocka_unit_test(measurement_in_the_middle_is_counted_as_the_twin_does),
      cmocka_unit_test(conditions_and_loops_are_counted_as_the_twin_does),
      cmocka_unit_test(noise_is_counted_as_the_twin_does),
      cmocka_unit_test(all_together_is_counted_as_the_twin_does),
      cmocka_unit_test(clifford_circuits_are_counted_as_the_twin_does),
      cmocka_unit_test(clifford_circuits_with_noise_are_counted_as_the_twin_does),
      cmocka_unit_test(without_shots_probabilities_are_exact),
      cmocka_unit_test(final_states_are_those_of_the_twin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
