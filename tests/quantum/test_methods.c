/* Methods against each other on registers past the twin's reach, and each of them on any number of
 * threads. */
#include "quantum/judge.h"
#include "spiqe/simulate.h"

enum { MOST_BITS = 12 };

static spiqe_circuit *draw(spiqe_context *ctx, uint64_t seed, size_t n_qubits, size_t n_bits,
                           size_t n_operations, unsigned with) {
  random_circuit_options options = {.seed = seed, .n_qubits = n_qubits, .n_bits = n_bits};
  options.n_operations = n_operations;
  options.with = with;
  options.delay = 1e-6;
  return random_circuit(ctx, &options);
}

/* Outcomes by their number; out: [2^n_bits], counts or NULL. */
static void simulate(spiqe_context *ctx, const spiqe_circuit *circuit, const char *method,
                     size_t n_shots, uint64_t seed, double *probabilities, uint64_t *counts) {
  const size_t n = (size_t)1 << circuit->n_bits;
  spiqe_simulation_options options = {.method = method, .n_shots = n_shots, .seed = seed};
  spiqe_simulation *simulation;
  judge_must(ctx, spiqe_simulate(ctx, circuit, &options, &simulation));
  const spiqe_outcome *outcomes = spiqe_simulation_outcomes(simulation);
  for (size_t i = 0; i < n; i++) {
    if (probabilities) probabilities[i] = 0;
    if (counts) counts[i] = 0;
  }
  for (size_t i = 0; i < spiqe_simulation_n_outcomes(simulation); i++) {
    size_t bits = strtoul(outcomes[i].bits, NULL, 2);
    assert_true(bits < n);
    if (probabilities) probabilities[bits] = outcomes[i].probability;
    if (counts) counts[bits] = outcomes[i].count;
  }
  spiqe_simulation_destroy(simulation);
}

/* Different circuits for the exact methods: the amplitudes and rho are sums of other products, so
 * 1e-12, as against the twin. */
static void state_vectors_and_density_matrices_give_the_same_probabilities(void **unused) {
  (void)unused;
  static double a[1 << MOST_BITS], b[1 << MOST_BITS];
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 12; seed++) {
    const size_t n_qubits = 5 + seed % 4;
    spiqe_circuit *circuit =
        draw(ctx, seed, n_qubits, 5, 60, RANDOM_CONTROLS | RANDOM_MATRICES | RANDOM_MEASURE_ALL);
    simulate(ctx, circuit, "statevector", 0, 0, a, NULL);
    simulate(ctx, circuit, "density", 0, 0, b, NULL);
    for (size_t i = 0; i < 1 << 5; i++) assert_true(fabs(a[i] - b[i]) <= 1e-12);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

/* Counts of each method against one exact distribution. */
static void judge_methods(spiqe_context *ctx, const spiqe_circuit *circuit, const char *exact,
                          size_t n_methods, const char *const *methods, size_t n_shots,
                          uint64_t seed) {
  static double probabilities[1 << MOST_BITS];
  static uint64_t counts[1 << MOST_BITS];
  simulate(ctx, circuit, exact, 0, 0, probabilities, NULL);
  for (size_t m = 0; m < n_methods; m++) {
    char name[96];
    snprintf(name, sizeof name, "%s, seed %d, %zu qubits", methods[m], (int)seed,
             circuit->n_qubits);
    simulate(ctx, circuit, methods[m], n_shots, seed, NULL, counts);
    judge_counts(name, (size_t)1 << circuit->n_bits, probabilities, counts, n_shots);
  }
}

static void gates_on_twelve_qubits_are_sampled_alike(void **unused) {
  (void)unused;
  static const char *const methods[] = {"auto", "statevector"}, *const lanes = "lanes";
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 4; seed++) {
    spiqe_circuit *circuit = draw(ctx, 50 + seed, 9 + seed, 8 + seed, 80,
                                  RANDOM_CONTROLS | RANDOM_MATRICES | RANDOM_MEASURE_ALL);
    judge_methods(ctx, circuit, "statevector", 2, methods, 20000, seed);
    if (seed == 1) judge_methods(ctx, circuit, "statevector", 1, &lanes, 1000, seed);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

static void measurement_and_conditions_are_sampled_alike(void **unused) {
  (void)unused;
  static const char *const methods[] = {"auto", "statevector", "lanes", "density"};
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 6; seed++) {
    spiqe_circuit *circuit =
        draw(ctx, 80 + seed, 5 + seed % 2, 6, 60,
             RANDOM_CONTROLS | RANDOM_CLASSICAL | RANDOM_WILD | RANDOM_MEASURE_ALL);
    judge_methods(ctx, circuit, "density", 4, methods, 4000, seed);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

static void noise_is_sampled_alike(void **unused) {
  (void)unused;
  static const char *const methods[] = {"auto", "trajectories", "density"};
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 6; seed++) {
    spiqe_circuit *circuit =
        draw(ctx, 120 + seed, 5 + seed % 2, 6, 50,
             RANDOM_CONTROLS | RANDOM_NOISE | RANDOM_CLASSICAL | RANDOM_MEASURE_ALL);
    judge_methods(ctx, circuit, "density", 3, methods, 4000, seed);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

static void clifford_circuits_on_fourteen_qubits_are_sampled_alike(void **unused) {
  (void)unused;
  static const char *const methods[] = {"auto", "statevector", "stabiliser"};
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 6; seed++) {
    spiqe_circuit *circuit =
        draw(ctx, 160 + seed, 9 + seed, 10, 150, RANDOM_CLIFFORD | RANDOM_MEASURE_ALL);
    judge_methods(ctx, circuit, "statevector", 3, methods, 20000, seed);
    spiqe_circuit_destroy(circuit);
  }
  for (uint64_t seed = 0; seed < 6; seed++) { /* with conditions: exact by density matrix */
    spiqe_circuit *circuit =
        draw(ctx, 180 + seed, 6, 6, 80, RANDOM_CLIFFORD | RANDOM_CLASSICAL | RANDOM_MEASURE_ALL);
    judge_methods(ctx, circuit, "density", 3, methods, 4000, seed);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

/* 1, 2, 3 and 7 threads: the same counts, shot by shot. */
static void compare_threads(const char *method, unsigned with, size_t n_qubits) {
  static const size_t n_threads[] = {1, 2, 3, 7};
  uint64_t counts[4][1 << 6];
  for (size_t t = 0; t < 4; t++) {
    spiqe_context *ctx = judge_context(n_threads[t], NULL);
    spiqe_circuit *circuit = draw(ctx, 200, n_qubits, 6, 60, with | RANDOM_MEASURE_ALL);
    simulate(ctx, circuit, method, 3000, 5, NULL, counts[t]);
    if (memcmp(counts[t], counts[0], sizeof counts[0]))
      fail_msg("%s: other counts on %zu threads than on one", method, n_threads[t]);
    spiqe_circuit_destroy(circuit);
    spiqe_context_destroy(ctx);
  }
}

static void any_number_of_threads_gives_the_same_counts(void **unused) {
  (void)unused;
  compare_threads("statevector", RANDOM_CONTROLS | RANDOM_MATRICES, 13);
  compare_threads("statevector", RANDOM_CONTROLS | RANDOM_CLASSICAL, 6);
  compare_threads("lanes", RANDOM_CONTROLS | RANDOM_CLASSICAL, 6);
  compare_threads("density", RANDOM_CONTROLS | RANDOM_CLASSICAL | RANDOM_NOISE, 6);
  compare_threads("trajectories", RANDOM_CONTROLS | RANDOM_CLASSICAL | RANDOM_NOISE, 6);
  compare_threads("stabiliser", RANDOM_CLIFFORD | RANDOM_CLASSICAL, 8);
  compare_threads("auto", RANDOM_CONTROLS | RANDOM_CLASSICAL | RANDOM_NOISE, 6);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(state_vectors_and_density_matrices_give_the_same_probabilities),
      cmocka_unit_test(gates_on_twelve_qubits_are_sampled_alike),
      cmocka_unit_test(measurement_and_conditions_are_sampled_alike),
      cmocka_unit_test(noise_is_sampled_alike),
      cmocka_unit_test(clifford_circuits_on_fourteen_qubits_are_sampled_alike),
      cmocka_unit_test(any_number_of_threads_gives_the_same_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
