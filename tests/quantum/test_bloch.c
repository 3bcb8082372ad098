/* Maps of Bloch vectors are the channels that they are made of, a device with one source of noise
 * has that alone, and what no physics allows is refused. */
#include <complex.h>

#include "quantum/bloch.h"
#include "quantum/judge.h"
#include "quantum/noise.h"
#include "slow_twin/qubit.h"
#include "spiqe/simulate.h"

/* Sums of some ten products of numbers below 2. */
#define ROUNDING 1e-14

static void vector_of(twin_matrix rho, double r[3]) {
  r[0] = 2 * creal(rho.at[0][1]);
  r[1] = -2 * cimag(rho.at[0][1]);
  r[2] = creal(rho.at[0][0]) - creal(rho.at[1][1]);
}

/* (1 + r P) / 2 */
static twin_matrix matrix_of(const double r[3]) {
  return (twin_matrix){
      {{(1 + r[2]) / 2, (r[0] - I * r[1]) / 2}, {(r[0] + I * r[1]) / 2, (1 - r[2]) / 2}}};
}

static void assert_near(const char *what, const double a[3], const double b[3]) {
  for (size_t i = 0; i < 3; i++)
    if (!(fabs(a[i] - b[i]) <= ROUNDING))
      fail_msg("%s: component %zu is %.17g, but %.17g", what, i, a[i], b[i]);
}

static const double states[][3] = {{0, 0, 1}, {0.6, -0.3, 0.2}, {-0.1, 0.9, -0.4}, {0, 0, -1}};
enum { N_STATES = sizeof states / sizeof states[0] };

static void compare_kraus(const char *name, size_t n, const spiqe_complex *kraus) {
  const spiqe_bloch_map map = spiqe_bloch_of_kraus(n, kraus);
  for (size_t s = 0; s < N_STATES; s++) {
    double got[3], expected[3];
    twin_matrix sum = {{{0}}}, rho = matrix_of(states[s]);
    for (size_t m = 0; m < n; m++) {
      twin_matrix k, part;
      for (size_t e = 0; e < 4; e++)
        k.at[e / 2][e % 2] = kraus[4 * m + e].re + I * kraus[4 * m + e].im;
      part = twin_apply(k, rho);
      for (size_t e = 0; e < 4; e++) sum.at[e / 2][e % 2] += part.at[e / 2][e % 2];
    }
    vector_of(sum, expected);
    memcpy(got, states[s], sizeof got);
    spiqe_bloch_apply(&map, got);
    assert_near(name, got, expected);
  }
}

static void a_map_is_the_channel_that_it_is_made_of(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  const double small[SPIQE_MOST_KRAUS_NUMBERS] = {0.11, 0.07, 0.02, 0.3};
  size_t n_compared = 0;
  for (size_t i = 0; spiqe_channel_name(i); i++) {
    spiqe_complex kraus[SPIQE_MOST_KRAUS_NUMBERS];
    const char *name = spiqe_channel_name(i);
    size_t n_qubits, n_kraus, n_parameters = 1;
    for (const char *c = spiqe_channel_parameters(i); *c; c++) n_parameters += *c == ',';
    judge_must(ctx,
               spiqe_channel_kraus(ctx, name, n_parameters, small, &n_qubits, &n_kraus, kraus));
    if (n_qubits != 1) continue;
    compare_kraus(name, n_kraus, kraus);
    n_compared++;
  }
  assert_true(n_compared >= 8);
  spiqe_context_destroy(ctx);
}

/* An amplitude that leaks and turns: turn and shift are both there, and do not commute. */
static void maps_one_after_the_other_are_one_map(void **state) {
  (void)state;
  const spiqe_complex damp[] = {{1, 0}, {0, 0}, {0, 0}, {0.8, 0}, {0, 0}, {0.6, 0}, {0, 0}, {0, 0}};
  const spiqe_complex turn[] = {{0.8, 0}, {0, -0.6}, {0, -0.6}, {0.8, 0}};
  const spiqe_bloch_map a = spiqe_bloch_of_kraus(2, damp), b = spiqe_bloch_of_kraus(1, turn);
  const spiqe_bloch_map both = spiqe_bloch_then(&a, &b);
  for (size_t s = 0; s < N_STATES; s++) {
    double one[3], two[3];
    memcpy(one, states[s], sizeof one);
    memcpy(two, states[s], sizeof two);
    spiqe_bloch_apply(&a, one);
    spiqe_bloch_apply(&b, one);
    spiqe_bloch_apply(&both, two);
    assert_near("two maps", two, one);
    memcpy(one, states[s], sizeof one); /* rx(a) with cos(a / 2) = 0.8 */
    memcpy(two, states[s], sizeof two);
    spiqe_bloch_apply(&b, one);
    spiqe_bloch_rx(2 * 0.8 * 0.6, 0.8 * 0.8 - 0.6 * 0.6, two);
    assert_near("rx", two, one);
  }
}

static spiqe_noise *only(spiqe_context *ctx, const char *device, spiqe_noise_source source,
                         double value) {
  spiqe_noise *whole, *made;
  judge_must(ctx, spiqe_noise_read(ctx, device, &whole));
  judge_must(ctx, spiqe_noise_only(whole, source, value, &made));
  spiqe_noise_destroy(whole);
  return made;
}

/* rx(1), a wait of one T1 of the device, a measurement: P(1) by the density matrix. */
static double population(spiqe_context *ctx, const spiqe_noise *noise) {
  static const double angle = 1;
  static const uint32_t qubit = 0;
  spiqe_circuit *circuit, *noisy;
  spiqe_simulation *result;
  double one = 0;
  judge_must(ctx, spiqe_circuit_create(ctx, 1, 1, &circuit));
  judge_must(ctx, spiqe_circuit_gate(circuit, "rx", &angle, &qubit));
  judge_must(ctx, spiqe_circuit_delay(circuit, 197e-6, 0));
  judge_must(ctx, spiqe_circuit_measure(circuit, 0, 0));
  judge_must(ctx, spiqe_noise_apply(noise, circuit, &noisy));
  judge_must(ctx,
             spiqe_simulate(ctx, noisy, &(spiqe_simulation_options){.method = "density"}, &result));
  for (size_t i = 0; i < spiqe_simulation_n_outcomes(result); i++)
    if (!strcmp(spiqe_simulation_outcomes(result)[i].bits, "1"))
      one = spiqe_simulation_outcomes(result)[i].probability;
  spiqe_simulation_destroy(result);
  spiqe_circuit_destroy(circuit);
  spiqe_circuit_destroy(noisy);
  return one;
}

/* p = sin^2(1/2): T1 alone leaves p exp(-t / T1); T2 the same, as populations do not feel it;
 * depolarising of infidelity e leaves p + 2 e (1/2 - p); a bit read wrongly p + q (1 - 2 p). */
static void one_source_of_noise_is_there_alone(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  const double p = sin(0.5) * sin(0.5), in_gate = 36.0 / 197000;
  const struct {
    spiqe_noise_source source;
    double value, expected;
  } cases[] = {{SPIQE_NOISE_T1, 1, p * exp(-1 - in_gate)},
               {SPIQE_NOISE_T1, 0.5, p * exp(-2 - 2 * in_gate)},
               {SPIQE_NOISE_T2, 0.1, p * exp(-1 - in_gate)},
               {SPIQE_NOISE_T2, 2, p * exp(-1 - in_gate)},
               {SPIQE_NOISE_GATE, 0, p},
               {SPIQE_NOISE_GATE, 0.2, p + 0.4 * (0.5 - p)},
               {SPIQE_NOISE_READOUT, 0.25, p + 0.25 * (1 - 2 * p)}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    spiqe_noise *noise = only(ctx, "ibm-heron-r2", cases[i].source, cases[i].value);
    const double got = population(ctx, noise);
    if (!(fabs(got - cases[i].expected) <= 1e-12)) /* times are differences of 1e-4 s */
      fail_msg("%s = %g: %.17g, but %.17g", spiqe_noise_source_name(cases[i].source),
               cases[i].value, got, cases[i].expected);
    spiqe_noise_destroy(noise);
  }
  spiqe_context_destroy(ctx);
}

static void what_is_not_physical_is_refused(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  const struct {
    spiqe_noise_source source;
    double value;
    const char *what;
  } cases[] = {{SPIQE_NOISE_T1, 0, "above 0"},          {SPIQE_NOISE_T1, INFINITY, "above 0"},
               {SPIQE_NOISE_T2, 3, "T2 = 3 T1 > 2 T1"}, {SPIQE_NOISE_T2, -1, "above 0"},
               {SPIQE_NOISE_GATE, -0.1, "[0, 2/3]"},    {SPIQE_NOISE_GATE, 0.7, "[0, 2/3]"},
               {SPIQE_NOISE_GATE, NAN, "[0, 2/3]"},     {SPIQE_NOISE_READOUT, 1.5, "[0, 1]"},
               {SPIQE_NOISE_READOUT, NAN, "[0, 1]"}};
  spiqe_noise *device, *made;
  judge_must(ctx, spiqe_noise_read(ctx, "ibm-heron-r2", &device));
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(spiqe_noise_only(device, cases[i].source, cases[i].value, &made),
                     SPIQE_BAD_ARGUMENT);
    assert_null(made);
    if (!strstr(spiqe_context_message(ctx), cases[i].what))
      fail_msg("case %zu: %s", i, spiqe_context_message(ctx));
  }
  spiqe_noise_destroy(device);
  judge_must(ctx, spiqe_noise_read(ctx, "ideal", &device));
  assert_int_equal(spiqe_noise_only(device, SPIQE_NOISE_T1, 1, &made), SPIQE_UNSUPPORTED);
  spiqe_noise_destroy(device);
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_map_is_the_channel_that_it_is_made_of),
      cmocka_unit_test(maps_one_after_the_other_are_one_map),
      cmocka_unit_test(one_source_of_noise_is_there_alone),
      cmocka_unit_test(what_is_not_physical_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
