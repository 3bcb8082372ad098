/* Channels: laws over the whole table, then the formula of each. */
#include "quantum/channels.h"

#include <complex.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/context.h"
#include "core/file.h"
#include "spiqe/random.h"

/* Sums of at most 16 products of numbers below 1. */
#define ROUNDING 1e-14

static spiqe_context context;

typedef double complex number;

/* A channel as its action on the matrices |i><j|: super[i][j] = E(|i><j|), flattened. */
typedef struct action {
  size_t n; /* dimension, at most 4 */
  number of[16][16];
} action;

static double draw(uint32_t *counter) {
  const uint32_t key[2] = {7, 0};
  return spiqe_random_uniform(key, (*counter)++, 0);
}

static action act(size_t n_qubits, size_t n_kraus, const spiqe_complex *kraus) {
  action a = {.n = (size_t)1 << n_qubits};
  const size_t n = a.n;
  for (size_t k = 0; k < n_kraus; k++)
    for (size_t in = 0; in < n * n; in++)
      for (size_t out = 0; out < n * n; out++) {
        spiqe_complex left = kraus[k * n * n + out / n * n + in / n];
        spiqe_complex right = kraus[k * n * n + out % n * n + in % n];
        a.of[in][out] += (left.re + I * left.im) * (right.re - I * right.im);
      }
  return a;
}

static action channel(const char *name, const double *parameters) {
  spiqe_complex kraus[SPIQE_MOST_KRAUS_NUMBERS];
  size_t n_qubits = 0, n_kraus = 0;
  const spiqe_channel_kind *kind = spiqe_channel_find(name);
  spiqe_status status = spiqe_channel_kraus(&context, name, kind->n_parameters, parameters,
                                            &n_qubits, &n_kraus, kraus);
  if (status != SPIQE_OK) fail_msg("%s", context.message);
  return act(n_qubits, n_kraus, kraus);
}

static action after(action second, action first) {
  action a = {.n = first.n};
  const size_t n = a.n * a.n;
  for (size_t in = 0; in < n; in++)
    for (size_t out = 0; out < n; out++)
      for (size_t k = 0; k < n; k++) a.of[in][out] += first.of[in][k] * second.of[k][out];
  return a;
}

static void assert_same(action a, action b) {
  assert_int_equal(a.n, b.n);
  for (size_t i = 0; i < a.n * a.n; i++)
    for (size_t j = 0; j < a.n * a.n; j++) {
      double distance = cabs(a.of[i][j] - b.of[i][j]);
      if (!(distance <= ROUNDING)) fail_msg("of[%zu][%zu] differs by %g", i, j, distance);
    }
}

static action identity(size_t n) {
  action a = {.n = n};
  for (size_t i = 0; i < n * n; i++) a.of[i][i] = 1;
  return a;
}

/* Parameters inside the laws of a row. */
static void draw_parameters(const spiqe_channel_kind *kind, uint32_t *counter, double *p) {
  for (size_t i = 0; i < kind->n_parameters; i++) p[i] = draw(counter);
  if (!strcmp(kind->name, "thermal_relaxation")) p[1] *= 2 * p[0];
  if (!strncmp(kind->name, "pauli", 5) || !strcmp(kind->name, "reset"))
    for (size_t i = 0; i < kind->n_parameters; i++) p[i] /= kind->n_parameters;
}

static void every_channel_keeps_the_trace(void **state) {
  (void)state;
  uint32_t counter = 0;
  for (size_t row = 0; row < spiqe_n_channel_kinds(); row++)
    for (size_t turn = 0; turn < 20; turn++) {
      double p[SPIQE_MOST_CHANNEL_PARAMETERS];
      draw_parameters(&spiqe_channel_kinds[row], &counter, p);
      action a = channel(spiqe_channel_kinds[row].name, p);
      for (size_t in = 0; in < a.n * a.n; in++) {
        number trace = 0;
        for (size_t i = 0; i < a.n; i++) trace += a.of[in][i * a.n + i];
        assert_true(cabs(trace - (in / a.n == in % a.n)) <= ROUNDING);
      }
    }
}

/* The formula of a row, not its operators: rho' by populations and coherence, or by Pauli products.
 */
static action by_formula(const spiqe_channel_kind *kind, const double *p) {
  if (kind->weights) {
    double weights[16];
    action a = {.n = (size_t)1 << kind->n_qubits};
    kind->weights(p, weights);
    for (size_t w = 0; w < a.n * a.n; w++)
      for (size_t in = 0; in < a.n * a.n; in++) { /* P |i><j| P = sign |i'><j'| */
        size_t row = in / a.n, column = in % a.n;
        number phase = 1;
        for (size_t t = 0; t < kind->n_qubits; t++) {
          size_t letter = w >> 2 * t & 3;
          int row_bit = row >> t & 1, column_bit = column >> t & 1;
          if (letter >= 2 && row_bit != column_bit) phase = -phase; /* Y and Z */
          if (letter == 1 || letter == 2) row ^= (size_t)1 << t, column ^= (size_t)1 << t;
        }
        a.of[in][row * a.n + column] += weights[w] * phase;
      }
    return a;
  }
  spiqe_relaxation r;
  kind->relax(p, &r);
  action a = {.n = 2};
  a.of[0][0] = 1 - r.to_one, a.of[0][3] = r.to_one;
  a.of[3][0] = r.to_zero, a.of[3][3] = 1 - r.to_zero;
  a.of[1][1] = a.of[2][2] = r.coherence;
  return a;
}

/* Operators that give the formula exist only where its Choi matrix is positive: this is the test of
 * complete positivity too. */
static void the_operators_of_every_channel_give_its_formula(void **state) {
  (void)state;
  uint32_t counter = 1000;
  for (size_t row = 0; row < spiqe_n_channel_kinds(); row++)
    for (size_t turn = 0; turn < 20; turn++) {
      const spiqe_channel_kind *kind = &spiqe_channel_kinds[row];
      double p[SPIQE_MOST_CHANNEL_PARAMETERS];
      draw_parameters(kind, &counter, p);
      assert_same(channel(kind->name, p), by_formula(kind, p));
    }
}

static void two_dampings_are_one(void **state) {
  (void)state;
  const char *names[] = {"amplitude_damping", "phase_damping", "depolarising", "depolarising2"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const double a = 0.3, b = 0.45, both = 1 - (1 - a) * (1 - b);
    assert_same(after(channel(names[i], &b), channel(names[i], &a)), channel(names[i], &both));
  }
  const double a[] = {0.3, 0.8}, b[] = {0.45, 0.8}, both[] = {1 - 0.7 * 0.55, 0.8};
  const char *name = "generalised_amplitude_damping";
  assert_same(after(channel(name, b), channel(name, a)), channel(name, both));
}

static void two_flips_cancel_partly(void **state) {
  (void)state;
  const char *names[] = {"bit_flip", "phase_flip", "bit_phase_flip"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const double a = 0.3, b = 0.45, one_of_them = a * (1 - b) + b * (1 - a);
    assert_same(after(channel(names[i], &b), channel(names[i], &a)),
                channel(names[i], &one_of_them));
  }
}

static void relaxation_for_two_times_is_relaxation_for_their_sum(void **state) {
  (void)state;
  const double t2s[] = {20e-6, 85e-6, 130e-6, 170e-6}; /* below, at, above T1, and 2 T1 */
  for (size_t i = 0; i < 4; i++) {
    const double first[] = {85e-6, t2s[i], 10e-6, 0.1}, second[] = {85e-6, t2s[i], 33e-6, 0.1};
    const double both[] = {85e-6, t2s[i], 43e-6, 0.1};
    assert_same(after(channel("thermal_relaxation", second), channel("thermal_relaxation", first)),
                channel("thermal_relaxation", both));
  }
}

static void relaxation_at_twice_T1_is_amplitude_damping(void **state) {
  (void)state;
  const double thermal[] = {85e-6, 170e-6, 10e-6, 0}, gamma = 1 - exp(-10.0 / 85.0);
  assert_same(channel("thermal_relaxation", thermal), channel("amplitude_damping", &gamma));
}

static void no_time_and_no_probability_change_nothing(void **state) {
  (void)state;
  for (size_t row = 0; row < spiqe_n_channel_kinds(); row++) {
    double p[SPIQE_MOST_CHANNEL_PARAMETERS] = {0};
    if (!strcmp(spiqe_channel_kinds[row].name, "thermal_relaxation")) p[0] = 1, p[1] = 1, p[3] = .5;
    assert_same(channel(spiqe_channel_kinds[row].name, p),
                identity((size_t)1 << spiqe_channel_kinds[row].n_qubits));
  }
  const double never[] = {INFINITY, INFINITY, INFINITY, 0};
  assert_same(channel("thermal_relaxation", never), identity(2));
}

static void endless_relaxation_forgets_the_state(void **state) {
  (void)state;
  const double thermal[] = {1, 1, INFINITY, 0.2}, generalised[] = {1, 0.8}, reset[] = {0.8, 0.2};
  assert_same(channel("thermal_relaxation", thermal), channel("reset", reset));
  assert_same(channel("generalised_amplitude_damping", generalised), channel("reset", reset));
}

static void the_mixed_state_stays_under_depolarising_and_p_1_gives_it(void **state) {
  (void)state;
  for (size_t n_qubits = 1; n_qubits <= 2; n_qubits++) {
    const double ps[] = {0.3, 1};
    for (size_t i = 0; i < 2; i++) {
      action a = channel(n_qubits == 1 ? "depolarising" : "depolarising2", &ps[i]);
      const size_t n = a.n;
      for (size_t out = 0; out < n * n; out++) {
        number of_mixed = 0, mixed = out / n == out % n ? 1.0 / (double)n : 0;
        for (size_t k = 0; k < n; k++) of_mixed += a.of[k * n + k][out] / (double)n;
        assert_true(cabs(of_mixed - mixed) <= ROUNDING);
        for (size_t in = 0; ps[i] == 1 && in < n * n; in++)
          assert_true(cabs(a.of[in][out] - (in / n == in % n ? mixed : 0)) <= ROUNDING);
      }
    }
  }
}

static void what_is_not_physical_is_refused_by_its_law(void **state) {
  (void)state;
  const struct {
    const char *name;
    double p[4];
    const char *part;
  } cases[] = {
      {"amplitude_damping", {1.5}, "in [0, 1]"},
      {"amplitude_damping", {-0.1}, "-0.1"},
      {"phase_damping", {NAN}, "not a number"},
      {"depolarising", {1.34}, "no error"},
      {"depolarising", {INFINITY}, "in [0, 1]"},
      {"depolarising2", {-0.01}, "no error with probability 1.009"},
      {"depolarising2", {1.07}, "no error with probability -0.003"},
      {"pauli", {0.5, 0.5, 0.5}, "no error with probability -0.5"},
      {"reset", {0.7, 0.6}, "1.3 > 1"},
      {"thermal_relaxation", {100e-6, 250e-6, 1, 0}, "T2 = 250 us > 2 T1 = 200 us"},
      {"thermal_relaxation", {0, 1, 1, 0}, "T1 = 0"},
      {"thermal_relaxation", {1, 0, 1, 0}, "T2 = 0"},
      {"thermal_relaxation", {1, 1, -1, 0}, "-1 s"},
      {"thermal_relaxation", {1, 1, 1, 1.1}, "excited population = 1.1"},
      {"thermal_relaxation", {NAN, 1, 1, 0}, "not a number"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    spiqe_complex kraus[SPIQE_MOST_KRAUS_NUMBERS];
    size_t n_qubits, n_kraus, n = spiqe_channel_find(cases[i].name)->n_parameters;
    spiqe_status status =
        spiqe_channel_kraus(&context, cases[i].name, n, cases[i].p, &n_qubits, &n_kraus, kraus);
    assert_int_equal(status, SPIQE_BAD_ARGUMENT);
    if (!strstr(context.message, cases[i].part)) fail_msg("%zu: %s", i, context.message);
    assert_ptr_equal(strstr(context.message, cases[i].name), context.message);
  }
}

static void names_and_counts_of_parameters_are_checked(void **state) {
  (void)state;
  spiqe_complex kraus[SPIQE_MOST_KRAUS_NUMBERS];
  size_t n_qubits, n_kraus;
  const double p[2] = {0};
  assert_int_equal(spiqe_channel_kraus(&context, "bit_flipp", 1, p, &n_qubits, &n_kraus, kraus),
                   SPIQE_BAD_NAME);
  assert_non_null(strstr(context.message, "did you mean 'bit_flip'?"));
  assert_int_equal(spiqe_channel_kraus(&context, "bit_flip", 2, p, &n_qubits, &n_kraus, kraus),
                   SPIQE_BAD_ARGUMENT);
  assert_null(spiqe_channel_name(spiqe_n_channel_kinds()));
  assert_null(spiqe_channel_parameters(spiqe_n_channel_kinds()));
  assert_string_equal(spiqe_channel_parameters(0), "gamma");
}

static void the_page_on_noise_lists_every_channel(void **state) {
  (void)state;
  uint8_t *page;
  size_t size;
  if (spiqe_file_read(&context, SPIQE_SOURCE_DIR "/docs/noise.md", 1 << 20, &page, &size))
    fail_msg("%s", context.message);
  for (size_t i = 0; i < spiqe_n_channel_kinds(); i++) {
    char row[160];
    snprintf(row, sizeof row, "\n| %s | %s | ", spiqe_channel_name(i), spiqe_channel_parameters(i));
    if (!strstr((const char *)page, row)) fail_msg("docs/noise.md lacks '%s'", row + 1);
  }
  free(page);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_channel_keeps_the_trace),
      cmocka_unit_test(the_operators_of_every_channel_give_its_formula),
      cmocka_unit_test(two_dampings_are_one),
      cmocka_unit_test(two_flips_cancel_partly),
      cmocka_unit_test(relaxation_for_two_times_is_relaxation_for_their_sum),
      cmocka_unit_test(relaxation_at_twice_T1_is_amplitude_damping),
      cmocka_unit_test(no_time_and_no_probability_change_nothing),
      cmocka_unit_test(endless_relaxation_forgets_the_state),
      cmocka_unit_test(the_mixed_state_stays_under_depolarising_and_p_1_gives_it),
      cmocka_unit_test(what_is_not_physical_is_refused_by_its_law),
      cmocka_unit_test(names_and_counts_of_parameters_are_checked),
      cmocka_unit_test(the_page_on_noise_lists_every_channel),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
