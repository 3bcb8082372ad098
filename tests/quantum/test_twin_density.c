/* Density matrices and exact runs by branches against the slow twin: all that circuits can hold. */
#include "quantum/density.h"
#include "quantum/judge.h"

/* Some 40 operations on entries of at most 1; a channel sums 16 times as many products as a gate.
 * The largest found is 2e-15 and 4e-7. A branch is dropped below 1e-15. */
static const double tolerances[SPIQE_N_PRECISIONS] = {5e-6, 1e-13};

static void compare_average(const char *name, const spiqe_density *density, const twin *expected,
                            double tolerance) {
  const size_t size = expected->size;
  twin_number *rho = judge_room(size * size, sizeof *rho);
  double largest = 0;
  twin_average(expected, rho);
  for (size_t i = 0; i < size * size; i++) {
    double distance = judge_distance(rho[i], spiqe_density_get(density, i / size, i % size));
    if (distance > largest) largest = distance;
  }
  if (!(largest <= tolerance)) fail_msg("%s: an entry of rho differs by %g", name, largest);
  free(rho);
}

static uint64_t number_of(const uint8_t *bits, size_t n_bits) {
  uint64_t number = 0;
  for (size_t b = 0; b < n_bits; b++) number |= (uint64_t)bits[b] << b;
  return number;
}

static void compare_outcomes(const char *name, const spiqe_density_result *result,
                             const twin *expected, double tolerance) {
  double sum = 0;
  uint64_t last = 0;
  for (size_t i = 0; i < result->n_outcomes; i++) {
    uint64_t bits = number_of(result->bits + i * result->n_bits, result->n_bits);
    double p = twin_probability(expected, bits);
    if (i && bits <= last) fail_msg("%s: outcomes do not ascend", name);
    if (!(fabs(p - result->probabilities[i]) <= tolerance))
      fail_msg("%s: bits %llx have probability %.17g, the twin's is %.17g", name,
               (unsigned long long)bits, result->probabilities[i], p);
    last = bits;
    sum += p;
  }
  if (!(fabs(sum - 1) <= tolerance)) /* none is missing */
    fail_msg("%s: outcomes that the twin gives %g in all", name, sum);
}

static void compare(spiqe_context *ctx, const random_circuit_options *options, const char *name) {
  double inputs[3];
  spiqe_circuit *circuit = random_circuit(ctx, options);
  random_angles(options->seed, 3, inputs);
  twin *expected = twin_run(circuit, inputs);
  assert_true(fabs(twin_weight(expected) - 1) <= 1e-12);
  for (int variant = 0; variant < 4; variant++) {
    spiqe_density_options run = {.precision = variant & 1 ? SPIQE_F64 : SPIQE_F32};
    spiqe_density_result result;
    char what[128];
    run.inputs = inputs;
    run.only_average = variant >> 1;
    snprintf(what, sizeof what, "%s, seed %d, %s%s", name, (int)options->seed,
             variant & 1 ? "f64" : "f32", variant & 2 ? ", average" : "");
    judge_must(ctx, spiqe_density_run(ctx, circuit, &run, &result));
    compare_average(what, result.average, expected, tolerances[run.precision]);
    if (!run.only_average) compare_outcomes(what, &result, expected, tolerances[run.precision]);
    spiqe_density_result_clear(&result);
  }
  twin_destroy(expected);
  spiqe_circuit_destroy(circuit);
}

static void compare_many(const char *name, unsigned with, size_t n, size_t n_operations) {
  for (size_t d = 0; judge_device(d); d++) {
    spiqe_context *ctx = judge_context(2, judge_device(d));
    for (uint64_t seed = 0; seed < n; seed++) {
      random_circuit_options options = {.seed = seed, .n_inputs = 3, .with = with, .delay = 1e-6};
      options.n_qubits = 1 + seed % 5;
      options.n_bits = seed % 6;
      options.n_operations = n_operations;
      if (seed % 20 == 19) options.n_qubits = 6;
      compare(ctx, &options, name);
    }
    spiqe_context_destroy(ctx);
  }
}

static void gates_give_the_density_matrix_of_the_twin(void **unused) {
  (void)unused;
  compare_many("gates", RANDOM_UNITARY, 30, 30);
}

static void channels_and_readout_give_that_of_the_twin(void **unused) {
  (void)unused;
  compare_many("noise", RANDOM_UNITARY | RANDOM_NOISE | RANDOM_MEASURE | RANDOM_RESET, 60, 30);
}

static void conditions_and_loops_give_the_branches_of_the_twin(void **unused) {
  (void)unused;
  compare_many("classical", RANDOM_CONTROLS | RANDOM_CLASSICAL, 60, 40);
}

static void all_together_gives_the_branches_of_the_twin(void **unused) {
  (void)unused;
  compare_many("all", RANDOM_UNITARY | RANDOM_NOISE | RANDOM_CLASSICAL | RANDOM_WILD, 80, 40);
}

/* Six targets are past what is made one matrix on rows and columns. */
static void matrices_and_channels_on_six_qubits_are_those_of_the_twin(void **unused) {
  (void)unused;
  enum { N = 6, SIZE = 64 };
  spiqe_complex *kraus = judge_room(2 * SIZE * SIZE, sizeof *kraus);
  const uint32_t qubits[N] = {3, 0, 5, 1, 4, 2};
  for (size_t d = 0; judge_device(d); d++) {
    spiqe_context *ctx = judge_context(2, judge_device(d));
    random_circuit_options options = {.seed = 5, .n_qubits = N, .n_bits = 2, .n_operations = 20};
    options.with = RANDOM_CONTROLS | RANDOM_MEASURE;
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    random_isometry(1, SIZE, SIZE, kraus);
    judge_must(ctx, spiqe_circuit_matrix(circuit, N, qubits, kraus));
    random_isometry(2, 2 * SIZE, SIZE, kraus);
    judge_must(ctx, spiqe_circuit_channel(circuit, "wide", N, qubits, 2, kraus));
    judge_must(ctx, spiqe_circuit_measure(circuit, 3, 1));
    twin *expected = twin_run(circuit, NULL);
    for (int precision = 0; precision < SPIQE_N_PRECISIONS; precision++) {
      spiqe_density_options run = {.precision = (spiqe_precision)precision};
      spiqe_density_result result;
      judge_must(ctx, spiqe_density_run(ctx, circuit, &run, &result));
      compare_average("six qubits", result.average, expected, tolerances[precision]);
      compare_outcomes("six qubits", &result, expected, tolerances[precision]);
      spiqe_density_result_clear(&result);
    }
    twin_destroy(expected);
    spiqe_circuit_destroy(circuit);
    spiqe_context_destroy(ctx);
  }
  free(kraus);
}

static void pauli_products_have_the_expectation_of_the_twin(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  for (uint64_t seed = 0; seed < 20; seed++) {
    random_circuit_options options = {.seed = seed, .n_qubits = 1 + seed % 5, .n_bits = 2};
    options.n_operations = 30;
    options.with = RANDOM_CONTROLS | RANDOM_NOISE | RANDOM_MEASURE;
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    spiqe_density_options run = {.precision = SPIQE_F64, .only_average = 1};
    spiqe_density_result result;
    twin *expected = twin_run(circuit, NULL);
    judge_must(ctx, spiqe_density_run(ctx, circuit, &run, &result));
    assert_true(fabs(spiqe_density_trace(result.average) - 1) <= tolerances[SPIQE_F64]);
    for (uint64_t masks = 0; masks < (uint64_t)1 << 2 * options.n_qubits; masks++) {
      uint64_t x = masks >> options.n_qubits, z = masks & (((uint64_t)1 << options.n_qubits) - 1);
      char paulis[8];
      for (size_t q = 0; q < options.n_qubits; q++)
        paulis[q] = "IZXY"[(z >> q & 1) + 2 * (x >> q & 1)];
      assert_true(fabs(twin_expectation(expected, paulis) -
                       spiqe_density_pauli(result.average, x, z)) <= tolerances[SPIQE_F64]);
    }
    spiqe_density_result_clear(&result);
    twin_destroy(expected);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gates_give_the_density_matrix_of_the_twin),
      cmocka_unit_test(channels_and_readout_give_that_of_the_twin),
      cmocka_unit_test(conditions_and_loops_give_the_branches_of_the_twin),
      cmocka_unit_test(all_together_gives_the_branches_of_the_twin),
      cmocka_unit_test(matrices_and_channels_on_six_qubits_are_those_of_the_twin),
      cmocka_unit_test(pauli_products_have_the_expectation_of_the_twin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
