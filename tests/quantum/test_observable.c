/* Observables: what is read, what is refused and where the message points; expectations. */
#include "quantum/observable.h"

#include "core/context.h"
#include "quantum/judge.h"
#include "quantum/operator.h"
#include "spiqe/random.h"

static spiqe_context context;

static spiqe_observable *parse(const char *text) {
  spiqe_observable *observable = NULL;
  spiqe_status status = spiqe_observable_parse(&context, text, &observable);
  if (status != SPIQE_OK) fail_msg("'%s': %s", text, context.message);
  return observable;
}

static void assert_refused(const char *text, spiqe_status expected, const char *part) {
  spiqe_observable *observable = (spiqe_observable *)&context;
  context.message[0] = 0;
  spiqe_status status = spiqe_observable_parse(&context, text, &observable);
  if (status != expected) fail_msg("'%.60s': %s", text, spiqe_status_name(status));
  assert_null(observable);
  if (!strstr(context.message, part)) fail_msg("'%s' lacks '%s'", context.message, part);
}

static void assert_term(const spiqe_observable *o, size_t i, uint64_t x, uint64_t z,
                        double factor) {
  assert_true(i < o->n_terms);
  assert_int_equal(o->terms[i].x_mask, x);
  assert_int_equal(o->terms[i].z_mask, z);
  if (o->terms[i].factor != factor) fail_msg("%g, not %g", o->terms[i].factor, factor);
}

static void a_sum_of_products_becomes_masks(void **state) {
  (void)state;
  spiqe_observable *o = parse("0.5 * Z0 Z1 - 1.5*X2 + 2 + Y0*Y3");
  assert_int_equal(spiqe_observable_n_terms(o), 4);
  assert_int_equal(o->n_qubits, 4);
  assert_term(o, 0, 0, 0, 2);
  assert_term(o, 1, 0, 3, .5);
  assert_term(o, 2, 4, 0, -1.5);
  assert_term(o, 3, 9, 9, 1);
  spiqe_observable_destroy(o);
  spiqe_observable_destroy(NULL);
}

static void every_way_of_writing_reads_the_same(void **state) {
  (void)state;
  static const char *const ways[] = {"2 * X0 Z5",    "2X0Z5",      "2 X0 * Z5",    " +2.0*Z5*X0 ",
                                     "\t2e0\nX0Z5",  "2*X0 I3 Z5", "X0Z5+X0 Z5",   "20e-1 X00 Z05",
                                     "3X0Z5 - Z5X0", "- -2X0Z5",   "X0Z5 + +1X0Z5"};
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    spiqe_observable *o = parse(ways[i]);
    assert_int_equal(o->n_terms, 1);
    assert_term(o, 0, 1, 32, 2);
    spiqe_observable_destroy(o);
  }
}

static void equal_terms_add_up_and_those_that_cancel_are_gone(void **state) {
  (void)state;
  spiqe_observable *o = parse("Z0 - Z0 + X63 - 3 + I7 + .5I0I1");
  assert_int_equal(o->n_terms, 2);
  assert_int_equal(o->n_qubits, 64);
  assert_term(o, 0, 0, 0, -1.5);
  assert_term(o, 1, (uint64_t)1 << 63, 0, 1);
  spiqe_observable_destroy(o);
  o = parse("-Z9 + Z9");
  assert_int_equal(o->n_terms, 0);
  assert_int_equal(o->n_qubits, 0);
  spiqe_observable_destroy(o);
  o = parse("0");
  assert_int_equal(o->n_terms, 0);
  spiqe_observable_destroy(o);
}

static void what_is_no_observable_is_refused_with_its_column(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"", "column 1: expected a number, I, X, Y or Z, not the end"},
      {"  ", "column 3: expected a number"},
      {"Z0 +", "column 5: expected a number, I, X, Y or Z, not the end"},
      {"Z0 Q1", "column 4: expected + or -, not 'Q1'"},
      {"Z", "column 2: expected the number of a qubit, not the end"},
      {"Z-1", "column 2: expected the number of a qubit, not '-1'"},
      {"Z0 X0", "column 4: qubit 0 is twice in one product"},
      {"Z0 I0", "qubit 0 is twice in one product"},
      {"2 * 3", "column 5: expected I, X, Y or Z, not '3'"},
      {"2 3", "column 3: expected + or -, not '3'"},
      {"Z0 2", "column 4: expected + or -, not '2'"},
      {"Z0 * ", "column 6: expected I, X, Y or Z, not the end"},
      {"Z0 ** Z1", "column 5: expected I, X, Y or Z, not '* Z1'"},
      {"+ - Z0", "column 3: expected a number"},
      {"- - -1", "column 3: expected a number"},
      {"1e999 Z0", "column 1: expected a number below 1.8e308, not '1e999 Z0'"},
      {"nan Z0", "column 1: expected a number, I"},
      {"inf", "expected a number, I"},
      {"Z0 + infinity", "column 6: expected a number, I"},
      {"Inf", "column 2: expected the number of a qubit, not 'nf'"},
      {"0x10 Z0", "column 2: expected a decimal number, not 'x10 Z0'"},
      {"1.5.5", "expected + or -, not '.5'"},
      {"1e", "expected + or -, not 'e'"},
      {".", "expected a number, I"},
      {"z0", "expected a number, I, X, Y or Z, not 'z0'"},
      {"Z0 \x01", "column 4: expected + or -, not ''"},
      {"Z0 \xff", "column 4: expected + or -, not ''"},
      {"i Z0", "expected a number, I, X, Y or Z, not 'i Z0'"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_refused(cases[i][0], SPIQE_BAD_FORMAT, cases[i][1]);
  assert_refused("1e308 Z0 + 1e308 Z0", SPIQE_BAD_ARGUMENT, "add up to inf");
}

static void limits_are_kept(void **state) {
  (void)state;
  assert_refused("Z64", SPIQE_LIMIT, "column 1: a qubit above 63");
  assert_refused("X1 + Z1 Z18446744073709551616", SPIQE_LIMIT, "column 9: a qubit above 63");
  char *long_text = malloc(SPIQE_MOST_OBSERVABLE_BYTES + 2);
  assert_non_null(long_text);
  memset(long_text, ' ', SPIQE_MOST_OBSERVABLE_BYTES + 1);
  long_text[SPIQE_MOST_OBSERVABLE_BYTES + 1] = 0;
  assert_refused(long_text, SPIQE_LIMIT, "bytes");
  for (size_t i = 0; i <= SPIQE_MOST_OBSERVABLE_TERMS; i++) memcpy(long_text + 3 * i, "+Z0", 3);
  long_text[3 * (SPIQE_MOST_OBSERVABLE_TERMS + 1)] = 0;
  assert_refused(long_text, SPIQE_LIMIT, "terms");
  long_text[3 * SPIQE_MOST_OBSERVABLE_TERMS] = 0;
  spiqe_observable *o = parse(long_text);
  assert_term(o, 0, 0, 1, (double)SPIQE_MOST_OBSERVABLE_TERMS);
  spiqe_observable_destroy(o);
  free(long_text);
}

/* What shares a group has the same letter on each qubit that both have; each term is in one. */
static void groups_hold_what_can_be_measured_together(void **state) {
  (void)state;
  spiqe_observable *o = parse("Z0Z1 + Z1Z2 + X0X1 + X2 + Y0 + 7 + Z0Y2 + X1");
  size_t n_groups, order[8];
  spiqe_pauli_group groups[8];
  double identity;
  assert_int_equal(spiqe_observable_group(&context, o, &n_groups, groups, order, &identity),
                   SPIQE_OK);
  assert_true(identity == 7);
  assert_true(n_groups >= 3 && n_groups <= 4); /* X0, Y0 and Z0 exclude each other */
  unsigned seen = 0;
  for (size_t g = 0; g < n_groups; g++)
    for (size_t i = 0; i < groups[g].n_terms; i++) {
      const spiqe_pauli_term *t = &o->terms[order[groups[g].first + i]];
      uint64_t support = t->x_mask | t->z_mask;
      assert_int_equal(groups[g].x_mask & support, t->x_mask);
      assert_int_equal(groups[g].z_mask & support, t->z_mask);
      assert_false(seen >> order[groups[g].first + i] & 1);
      seen |= 1u << order[groups[g].first + i];
    }
  assert_int_equal(__builtin_popcount(seen), o->n_terms - 1);
  spiqe_observable_destroy(o);
}

static double draw(uint64_t seed, uint64_t i) {
  uint32_t key[2];
  spiqe_random_key(seed, SPIQE_PURPOSE_USER, 6, key);
  return 2 * spiqe_random_uniform(key, i, 0) - 1;
}

/* Terms of which many have no X and Y, more than a kernel takes at once. */
static spiqe_observable *random_observable(size_t n_qubits) {
  char text[8192] = "0.75";
  size_t at = strlen(text);
  for (uint64_t t = 0; t < 100; t++) {
    int n_letters = 0;
    at += (size_t)snprintf(text + at, sizeof text - at, " + %.6f", draw(1, t));
    for (uint64_t q = 0; q < n_qubits && n_letters < 5; q++) {
      const double letter = draw(2, 64 * t + q);
      if (letter < 0) continue;
      const char *letters = t < 50 ? "ZZZ" : "XYZ";
      at += (size_t)snprintf(text + at, sizeof text - at, " %c%d", letters[(int)(2.9 * letter)],
                             (int)q);
      n_letters++;
    }
  }
  return parse(text);
}

/* (O - constant) |state>, amplitude by amplitude. */
static void apply_slowly(const spiqe_observable *o, const spiqe_state *state, twin_number *out) {
  static const twin_number powers[4] = {1, I, -1, -I};
  for (size_t t = 0; t < o->n_terms; t++) {
    const spiqe_pauli_term *term = &o->terms[t];
    if (!(term->x_mask | term->z_mask)) continue;
    const twin_number factor =
        term->factor * powers[__builtin_popcountll(term->x_mask & term->z_mask) & 3];
    for (size_t j = 0; j < (size_t)1 << state->n_qubits; j++) {
      spiqe_complex a = spiqe_state_get(state, j);
      twin_number part = factor * (a.re + I * a.im);
      out[j ^ term->x_mask] += __builtin_popcountll(j & term->z_mask) & 1 ? -part : part;
    }
  }
}

static void compare_operator(spiqe_context *ctx, spiqe_precision precision, size_t n) {
  spiqe_observable *o = random_observable(n);
  spiqe_state *state, *out;
  spiqe_operator op;
  const size_t size = (size_t)1 << n;
  twin_number *expected = judge_room(size, sizeof *expected), sum = 0;
  double value[2];
  judge_must(ctx, spiqe_state_create(ctx, precision, n, &state));
  judge_must(ctx, spiqe_state_create(ctx, precision, n, &out));
  judge_must(ctx, spiqe_operator_create(ctx, o, 0, &op));
  const double length = 1 / sqrt((double)size);
  for (size_t i = 0; i < size; i++)
    spiqe_state_set(state, i, (spiqe_complex){length * draw(3, i), length * draw(4, i)});
  apply_slowly(o, state, expected);
  judge_must(ctx, spiqe_operator_apply(&op, state, out, &value[0]));
  judge_must(ctx, spiqe_operator_apply(&op, state, NULL, &value[1]));
  /* 100 terms of size 1, rounded where the amplitudes are 2^(-n/2). */
  const double tolerance = precision == SPIQE_F64 ? 1e-14 : 1e-5;
  for (size_t i = 0; i < size; i++) {
    spiqe_complex a = spiqe_state_get(state, i);
    sum += (a.re - I * a.im) * expected[i];
    assert_true(judge_distance(expected[i], spiqe_state_get(out, i)) <= tolerance);
  }
  assert_true(fabs(creal(sum) + op.constant - value[0]) <= 10 * tolerance &&
              fabs(value[0] - value[1]) <= 10 * tolerance);
  free(expected);
  spiqe_operator_clear(&op);
  spiqe_state_destroy(state);
  spiqe_state_destroy(out);
  spiqe_observable_destroy(o);
}

static void observables_act_as_their_terms_do(void **unused) {
  (void)unused;
  for (size_t d = 0; judge_device(d); d++) {
    spiqe_context *ctx = judge_context(2, judge_device(d));
    for (size_t n = 2; n <= 13; n += n < 6 ? 1 : 7) {
      compare_operator(ctx, SPIQE_F64, n);
      compare_operator(ctx, SPIQE_F32, n);
    }
    spiqe_context_destroy(ctx);
  }
}

/* ry(1) on each qubit: Z = cos 1, X = sin 1. */
static spiqe_circuit *turned_qubits(spiqe_context *ctx, size_t n) {
  spiqe_circuit *circuit;
  const double angle = 1;
  judge_must(ctx, spiqe_circuit_create(ctx, n, 0, &circuit));
  for (uint32_t q = 0; q < n; q++) judge_must(ctx, spiqe_circuit_gate(circuit, "ry", &angle, &q));
  return circuit;
}

/* (found - true) / error has mean square 1. Over 400 seeds its own standard error is about
 * sqrt(2 / 400) = 0.07; five of them. */
static void standard_errors_are_those_of_the_shots(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_circuit *circuit = turned_qubits(ctx, 3);
  spiqe_observable *o = parse("Z0 + 2 Z1 + X0 - Z0 Z2 + Y1 + 0.5");
  const double c = cos(1), expected = 3 * c + sin(1) - c * c + .5;
  double squares = 0, value, error;
  for (uint64_t seed = 0; seed < 400; seed++) {
    judge_must(ctx, spiqe_expectation_sampled(ctx, circuit, o, NULL, 500, seed, &value, &error));
    squares += (value - expected) * (value - expected) / (error * error) / 400;
  }
  if (!(fabs(squares - 1) <= .35)) fail_msg("mean square %g", squares);
  spiqe_observable_destroy(o);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

static void shots_of_what_is_certain_have_no_error(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_circuit *circuit;
  double value, error;
  spiqe_observable *o = parse("Z0 + Z1 Z2 - 0.25"), *number = parse("3"), *random = parse("X0");
  judge_must(ctx, spiqe_circuit_create(ctx, 3, 0, &circuit));
  judge_must(ctx, spiqe_expectation_sampled(ctx, circuit, o, NULL, 20, 1, &value, &error));
  assert_true(value == 1.75 && error == 0);
  judge_must(ctx, spiqe_expectation_sampled(ctx, circuit, number, NULL, 20, 1, &value, &error));
  assert_true(value == 3 && error == 0);
  judge_must(ctx, spiqe_expectation_sampled(ctx, circuit, random, NULL, 1, 1, &value, &error));
  assert_true(fabs(value) == 1 && isinf(error)); /* one shot says nothing about its spread */
  judge_must(ctx, spiqe_expectation_sampled(ctx, circuit, random, NULL, 1, 1, &value, NULL));
  spiqe_observable_destroy(o);
  spiqe_observable_destroy(number);
  spiqe_observable_destroy(random);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_sum_of_products_becomes_masks),
      cmocka_unit_test(every_way_of_writing_reads_the_same),
      cmocka_unit_test(equal_terms_add_up_and_those_that_cancel_are_gone),
      cmocka_unit_test(what_is_no_observable_is_refused_with_its_column),
      cmocka_unit_test(limits_are_kept),
      cmocka_unit_test(groups_hold_what_can_be_measured_together),
      cmocka_unit_test(observables_act_as_their_terms_do),
      cmocka_unit_test(standard_errors_are_those_of_the_shots),
      cmocka_unit_test(shots_of_what_is_certain_have_no_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
