/* Registers so large that there are gaps in memory between their amplitudes (SPIQE_GAP): which
 * qubits of how large a register a circuit is on changes nothing. */
#include "judge.h"
#include "quantum/density.h"
#include "spiqe/gradient.h"
#include "spiqe/noise.h"

enum { SMALL = 6, LARGE = 25, SMALL_MATRIX = 4, LARGE_MATRIX = 13 };

static void assert_near(double a, double b, double tolerance) {
  if (!(fabs(a - b) <= tolerance)) fail_msg("%.9g and %.9g", a, b);
}

/* A random circuit, or the same on other qubits of a register of n: qubit i is at[i]. */
static spiqe_circuit *placed(spiqe_context *ctx, random_circuit_options options, size_t n,
                             const uint32_t *at) {
  spiqe_circuit *circuit = random_circuit(ctx, &options);
  for (size_t i = 0; i < circuit->n_qubits_used && at; i++) {
    uint32_t *qubit = &circuit->qubits_used[i];
    *qubit = at[*qubit & ~SPIQE_ON_ZERO] | (*qubit & SPIQE_ON_ZERO);
  }
  if (n > options.n_qubits)
    judge_must(ctx, spiqe_circuit_add_register(circuit, SPIQE_REGISTER_QUBITS, "more",
                                               n - options.n_qubits, NULL));
  return circuit;
}

static void gradient(spiqe_context *ctx, const spiqe_circuit *circuit, const char *text,
                     const double *inputs, double *value, double *out) {
  spiqe_observable *observable;
  judge_must(ctx, spiqe_observable_parse(ctx, text, &observable));
  judge_must(ctx,
             spiqe_expectation_gradient(ctx, circuit, observable, inputs,
                                        &(spiqe_gradient_options){.precision = "f32"}, value, out));
  spiqe_observable_destroy(observable);
}

/* States, sums over them and the products that gradients are read off from. */
static void gradients_do_not_depend_on_the_qubits(void **unused) {
  (void)unused;
  enum { INPUTS = 5 };
  static const uint32_t at[SMALL] = {2, 24, 9, 23, 16, 4};
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 1; seed++) {
    const random_circuit_options options = {.seed = seed,
                                            .n_qubits = SMALL,
                                            .n_inputs = INPUTS,
                                            .n_operations = 30,
                                            .with = RANDOM_UNITARY};
    double inputs[INPUTS], expected[INPUTS], found[INPUTS], value[2], largest = 0;
    spiqe_circuit *small = placed(ctx, options, SMALL, NULL);
    spiqe_circuit *large = placed(ctx, options, LARGE, at);
    random_angles(seed, INPUTS, inputs);
    gradient(ctx, small, "Z0 + X1 Y2 - 0.5 Z3 X4 + Y5 Z1", inputs, &value[0], expected);
    gradient(ctx, large, "Z2 + X24 Y9 - 0.5 Z23 X16 + Y4 Z24", inputs, &value[1], found);
    assert_near(value[0], value[1], 1e-4);
    for (size_t i = 0; i < INPUTS; i++) {
      assert_near(expected[i], found[i], 1e-3); /* several floats of 1e-5 */
      largest = fmax(largest, fabs(expected[i]));
    }
    assert_true(largest > 0.1);
    spiqe_circuit_destroy(large);
    spiqe_circuit_destroy(small);
  }
  spiqe_context_destroy(ctx);
}

/* ry(t) on each qubit and the sum of all Z: sum of cos t, derivatives -sin t. */
static void derivatives_of_all_qubits_are_read_off_at_once(void **unused) {
  (void)unused;
  char text[8 * LARGE] = "";
  double inputs[LARGE], found[LARGE], value, expected = 0;
  spiqe_context *ctx = judge_context(2, NULL);
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, LARGE, 0, &circuit));
  random_angles(1, LARGE, inputs);
  for (uint32_t q = 0; q < LARGE; q++) {
    char name[8];
    const spiqe_term term = {q, 1};
    const spiqe_angle angle = {0, 1, &term};
    snprintf(name, sizeof name, "t%u", q);
    judge_must(ctx, spiqe_circuit_add_input(circuit, name, NULL));
    judge_must(ctx, spiqe_circuit_gate_controlled(circuit, "ry", &angle, 0, NULL, NULL, &q));
    snprintf(text + strlen(text), sizeof text - strlen(text), "%sZ%u", q ? " + " : "", q);
    expected += cos(inputs[q]);
  }
  gradient(ctx, circuit, text, inputs, &value, found);
  assert_near(value, expected, 1e-3);
  for (size_t q = 0; q < LARGE; q++) assert_near(found[q], -sin(inputs[q]), 1e-4);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

/* Depolarising by 0.3 on three pairs of qubits. */
static void add_channels(spiqe_circuit *circuit, const uint32_t *at) {
  static const uint32_t pairs[3][2] = {{0, 1}, {3, 0}, {2, 3}};
  const double p = 0.3;
  spiqe_complex kraus[SPIQE_MOST_KRAUS_NUMBERS];
  size_t n_targets, n_kraus;
  judge_must(circuit->ctx, spiqe_channel_kraus(circuit->ctx, "depolarising2", 1, &p, &n_targets,
                                               &n_kraus, kraus));
  for (size_t i = 0; i < 3; i++) {
    const uint32_t targets[2] = {at[pairs[i][0]], at[pairs[i][1]]};
    judge_must(circuit->ctx,
               spiqe_circuit_channel(circuit, "depolarising2", 2, targets, n_kraus, kraus));
  }
}

static spiqe_density_result run(spiqe_context *ctx, const spiqe_circuit *circuit) {
  const spiqe_density_options options = {.precision = SPIQE_F32, .only_average = 1};
  spiqe_density_result result;
  judge_must(ctx, spiqe_density_run(ctx, circuit, &options, &result));
  return result;
}

static uint64_t spread(uint64_t mask, const uint32_t *at) {
  uint64_t out = 0;
  for (size_t i = 0; i < SMALL_MATRIX; i++) out |= (mask >> i & 1) << at[i];
  return out;
}

/* Gates and channels of one and two qubits on density matrices, by all Pauli products. */
static void density_matrices_do_not_depend_on_the_qubits(void **unused) {
  (void)unused;
  static const uint32_t at[SMALL_MATRIX] = {2, 12, 7, 5}, same[SMALL_MATRIX] = {0, 1, 2, 3};
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 2; seed++) {
    const random_circuit_options options = {.seed = seed,
                                            .n_qubits = SMALL_MATRIX,
                                            .n_operations = 9,
                                            .with =
                                                RANDOM_CONTROLS |
                                                (seed % 2 ? RANDOM_CHANNEL : RANDOM_PAULI_CHANNEL)};
    spiqe_circuit *small = placed(ctx, options, SMALL_MATRIX, NULL);
    spiqe_circuit *large = placed(ctx, options, LARGE_MATRIX, at);
    add_channels(small, same);
    add_channels(large, at);
    spiqe_density_result expected = run(ctx, small), found = run(ctx, large);
    for (uint64_t x = 0; x < 1 << SMALL_MATRIX; x++)
      for (uint64_t z = 0; z < 1 << SMALL_MATRIX; z++)
        assert_near(spiqe_density_pauli(expected.average, x, z),
                    spiqe_density_pauli(found.average, spread(x, at), spread(z, at)), 1e-4);
    spiqe_density_result_clear(&found);
    spiqe_density_result_clear(&expected);
    spiqe_circuit_destroy(large);
    spiqe_circuit_destroy(small);
  }
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gradients_do_not_depend_on_the_qubits),
      cmocka_unit_test(derivatives_of_all_qubits_are_read_off_at_once),
      cmocka_unit_test(density_matrices_do_not_depend_on_the_qubits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
