/* Circuits with the noise of the shipped devices, run by every method, against the slow twin. */
#include "quantum/density.h"
#include "quantum/judge.h"
#include "spiqe/noise.h"
#include "spiqe/simulate.h"

enum { BITS = 3, SHOTS = 3000 };

static spiqe_circuit *draw_noisy(spiqe_context *ctx, const char *device, uint64_t seed,
                                 size_t *n_added) {
  spiqe_noise *noise;
  random_circuit_options options = {.seed = seed, .n_qubits = 1 + seed % 3, .n_bits = BITS};
  options.n_operations = 15;
  options.with = RANDOM_IF | RANDOM_MEASURE | RANDOM_RESET | RANDOM_DELAY | RANDOM_MEASURE_ALL;
  options.delay = 1e-5;
  spiqe_circuit *circuit = random_circuit(ctx, &options), *noisy;
  judge_must(ctx, spiqe_noise_read(ctx, device, &noise));
  judge_must(ctx, spiqe_noise_apply(noise, circuit, &noisy));
  *n_added += spiqe_circuit_n_operations(noisy) - spiqe_circuit_n_operations(circuit);
  spiqe_noise_destroy(noise);
  spiqe_circuit_destroy(circuit);
  return noisy;
}

/* As in test_twin_density.c; noise makes some ten times as many operations. */
static void compare_exact(spiqe_context *ctx, const spiqe_circuit *noisy, const twin *expected) {
  const double tolerance = 1e-12;
  spiqe_density_options run = {.precision = SPIQE_F64};
  spiqe_density_result result;
  double sum = 0;
  judge_must(ctx, spiqe_density_run(ctx, noisy, &run, &result));
  for (size_t i = 0; i < result.n_outcomes; i++) {
    uint64_t bits = 0;
    for (size_t b = 0; b < BITS; b++) bits |= (uint64_t)result.bits[i * BITS + b] << b;
    assert_true(fabs(result.probabilities[i] - twin_probability(expected, bits)) <= tolerance);
    sum += twin_probability(expected, bits);
  }
  assert_true(fabs(sum - 1) <= tolerance);
  spiqe_density_result_clear(&result);
}

static void compare_counts(spiqe_context *ctx, const spiqe_circuit *noisy, const twin *expected,
                           const char *method) {
  double probabilities[1 << BITS];
  uint64_t counts[1 << BITS] = {0};
  spiqe_simulation_options options = {.method = method, .n_shots = SHOTS, .seed = 3};
  spiqe_simulation *simulation;
  judge_must(ctx, spiqe_simulate(ctx, noisy, &options, &simulation));
  const spiqe_outcome *outcomes = spiqe_simulation_outcomes(simulation);
  for (size_t i = 0; i < spiqe_simulation_n_outcomes(simulation); i++)
    counts[strtoul(outcomes[i].bits, NULL, 2)] = outcomes[i].count;
  for (size_t i = 0; i < 1 << BITS; i++) probabilities[i] = twin_probability(expected, i);
  judge_counts(method, 1 << BITS, probabilities, counts, SHOTS);
  spiqe_simulation_destroy(simulation);
}

static void noise_of_the_shipped_devices_is_run_as_the_twin_runs_it(void **unused) {
  (void)unused;
  static const char *const methods[] = {"auto", "statevector", "lanes", "density", "trajectories"};
  spiqe_context *ctx = judge_context(2, NULL);
  size_t n_devices = 0;
  for (; spiqe_noise_name(n_devices); n_devices++) {
    size_t n_added = 0;
    for (uint64_t seed = 0; seed < 6; seed++) {
      spiqe_circuit *noisy = draw_noisy(ctx, spiqe_noise_name(n_devices), 70 + seed, &n_added);
      twin *expected = twin_run(noisy, NULL);
      compare_exact(ctx, noisy, expected);
      for (size_t m = 0; m < sizeof methods / sizeof *methods; m++)
        compare_counts(ctx, noisy, expected, methods[m]);
      twin_destroy(expected);
      spiqe_circuit_destroy(noisy);
    }
    if (!strcmp(spiqe_noise_name(n_devices), "ideal"))
      assert_int_equal(n_added, 0);
    else
      assert_true(n_added > 50);
  }
  assert_true(n_devices > 0);
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(noise_of_the_shipped_devices_is_run_as_the_twin_runs_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
