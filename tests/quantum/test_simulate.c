/* Running circuits: every method against the slow twin, counts, refusals, threads. */
#include "spiqe/simulate.h"

#include <math.h>

#include "core/grow.h"
#include "quantum/judge.h"

static spiqe_context *ctx;

static int open_context(void **state) {
  (void)state;
  ctx = judge_context(2, NULL);
  return 0;
}

static int close_context(void **state) {
  (void)state;
  spiqe_context_destroy(ctx);
  return 0;
}

static spiqe_circuit *bell(void) {
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, 2, 2, &circuit));
  judge_must(ctx, spiqe_circuit_gate(circuit, "h", NULL, (uint32_t[]){0}));
  judge_must(ctx, spiqe_circuit_gate(circuit, "cx", NULL, (uint32_t[]){0, 1}));
  for (uint32_t q = 0; q < 2; q++) judge_must(ctx, spiqe_circuit_measure(circuit, q, q));
  return circuit;
}

static spiqe_simulation *simulate(const spiqe_circuit *circuit,
                                  const spiqe_simulation_options *options) {
  spiqe_simulation *simulation;
  judge_must(ctx, spiqe_simulate(ctx, circuit, options, &simulation));
  return simulation;
}

static void assert_refused(const spiqe_circuit *circuit, const spiqe_simulation_options *options,
                           spiqe_status expected, const char *part) {
  spiqe_simulation *simulation = (spiqe_simulation *)&ctx;
  spiqe_status status = spiqe_simulate(ctx, circuit, options, &simulation);
  if (status != expected) fail_msg("%s instead of %s", spiqe_status_name(status), part);
  assert_null(simulation);
  if (!strstr(spiqe_context_message(ctx), part))
    fail_msg("'%s' lacks '%s'", spiqe_context_message(ctx), part);
}

/* An outcome's text as a number. */
static uint64_t number_of(const char *bits) {
  uint64_t value = 0;
  for (; *bits; bits++)
    if (*bits != ' ') value = value << 1 | (*bits == '1');
  return value;
}

static void a_bell_pair_gives_00_and_11(void **state) {
  (void)state;
  spiqe_circuit *circuit = bell();
  spiqe_simulation *exact = simulate(circuit, NULL);
  assert_string_equal(spiqe_simulation_method(exact), "statevector");
  assert_int_equal(spiqe_simulation_n_outcomes(exact), 2);
  assert_int_equal(spiqe_simulation_n_qubits(exact), 2);
  assert_true(spiqe_simulation_seconds(exact) >= 0);
  const spiqe_outcome *outcomes = spiqe_simulation_outcomes(exact);
  assert_string_equal(outcomes[0].bits, "00");
  assert_string_equal(outcomes[1].bits, "11");
  for (size_t i = 0; i < 2; i++) {
    assert_float_equal(outcomes[i].probability, 0.5, 1e-15);
    assert_int_equal(outcomes[i].count, 0);
  }
  spiqe_simulation_destroy(exact);
  spiqe_simulation *shots =
      simulate(circuit, &(spiqe_simulation_options){.n_shots = 1000, .seed = 1});
  outcomes = spiqe_simulation_outcomes(shots);
  assert_int_equal(outcomes[0].count + outcomes[1].count, 1000);
  assert_float_equal(outcomes[0].probability, (double)outcomes[0].count / 1000, 0);
  spiqe_simulation_destroy(shots);
  spiqe_circuit_destroy(circuit);
}

/* Registers that exist in random circuits hold all bits; the first register ends the text. */
static void compare_with_twin(const spiqe_circuit *circuit, const double *inputs,
                              const char *method, const char *precision, uint64_t n_shots) {
  const size_t n = (size_t)1 << circuit->n_bits;
  double *probabilities = judge_room(n, sizeof *probabilities);
  uint64_t *counts = judge_room(n, sizeof *counts);
  char what[96];
  twin *judge = twin_run(circuit, inputs);
  spiqe_simulation *simulation =
      simulate(circuit, &(spiqe_simulation_options){.method = method,
                                                    .precision = precision,
                                                    .n_shots = n_shots,
                                                    .seed = 11,
                                                    .inputs = inputs});
  const spiqe_outcome *outcomes = spiqe_simulation_outcomes(simulation);
  double worst = 0, sum = 0;
  for (size_t i = 0; i < n; i++) probabilities[i] = twin_probability(judge, i);
  for (size_t i = 0; i < spiqe_simulation_n_outcomes(simulation); i++) {
    uint64_t bits = number_of(outcomes[i].bits);
    assert_true(i == 0 || bits > number_of(outcomes[i - 1].bits));
    counts[bits] = outcomes[i].count;
    worst = fmax(worst, fabs(outcomes[i].probability - probabilities[bits]));
    sum += outcomes[i].probability;
  }
  snprintf(what, sizeof what, "%s (%s) %s", method ? method : "auto",
           spiqe_simulation_method(simulation), precision);
  /* Sums of some thousand products, each rounded by 1e-16 or 6e-8 of its size. */
  const double tolerance = strcmp(precision, "f32") == 0 ? 1e-5 : 1e-12;
  if (n_shots)
    judge_counts(what, n, probabilities, counts, n_shots);
  else if (!(worst <= tolerance) || !(fabs(sum - 1) <= tolerance))
    fail_msg("%s: a probability is off by %g, the sum by %g", what, worst, sum - 1);
  spiqe_simulation_destroy(simulation);
  twin_destroy(judge);
  free(probabilities);
  free(counts);
}

static const char *const shot_methods[] = {"auto", "statevector", "lanes", "trajectories",
                                           "density"};
#define N_SHOT_METHODS (sizeof shot_methods / sizeof *shot_methods)

static void compare_methods(const spiqe_circuit *circuit, const double *inputs) {
  for (size_t m = 0; m < N_SHOT_METHODS; m++)
    for (int single = 0; single < 2; single++)
      compare_with_twin(circuit, inputs, shot_methods[m], single ? "f32" : "f64", 3000);
  compare_with_twin(circuit, inputs, "auto", "f64", 0);
  compare_with_twin(circuit, inputs, "density", "f64", 0);
}

static void every_method_agrees_with_the_twin(void **state) {
  (void)state;
  static const unsigned kinds[] = {
      RANDOM_UNITARY,
      RANDOM_UNITARY | RANDOM_MEASURE | RANDOM_RESET,
      RANDOM_CLASSICAL | RANDOM_UNITARY,
      RANDOM_NOISE | RANDOM_MEASURE | RANDOM_UNITARY,
      RANDOM_NOISE | RANDOM_CLASSICAL | RANDOM_UNITARY,
  };
  for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
    for (uint64_t seed = 0; seed < 4; seed++) {
      random_circuit_options o = {.seed = 10 * kind + seed, .n_qubits = 3, .n_bits = 4};
      double inputs[2];
      o.n_inputs = 2;
      o.n_operations = 25;
      o.with = kinds[kind];
      random_angles(seed, 2, inputs);
      spiqe_circuit *circuit = random_circuit(ctx, &o);
      for (uint32_t q = 0; q < 3; q++) judge_must(ctx, spiqe_circuit_measure(circuit, q, q));
      compare_methods(circuit, inputs);
      spiqe_circuit_destroy(circuit);
    }
}

/* Readout errors of bits that are measured at the end, once or more than once. */
static void misread_bits_are_exact_without_shots(void **state) {
  (void)state;
  static const char *const cases[] = {"m0>0 o0 m1>1 o1", "m0>0 m0>1 o0 o1", "m0>0 o0 o0 m1>1",
                                      "m0>0 o0 m1>0 o0", "o1 m0>0 m1>1"};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    spiqe_circuit *circuit;
    double angle = 0.7;
    judge_must(ctx, spiqe_circuit_create(ctx, 2, 2, &circuit));
    judge_must(ctx, spiqe_circuit_gate(circuit, "ry", &angle, (uint32_t[]){0}));
    judge_must(ctx, spiqe_circuit_gate(circuit, "cx", NULL, (uint32_t[]){0, 1}));
    judge_must(ctx, spiqe_circuit_gate(circuit, "ry", &angle, (uint32_t[]){1}));
    judge_must(ctx, SPIQE_POOL_ROOM(circuit, numbers, 1));
    circuit->numbers[circuit->n_numbers++] = (spiqe_complex){0.1, 0.3};
    for (const char *at = cases[i]; *at; at += strcspn(at, " "), at += *at == ' ') {
      uint32_t digit = (uint32_t)(at[1] - '0');
      spiqe_operation misread = {.kind = SPIQE_READOUT, .payload = digit};
      if (*at == 'm')
        judge_must(ctx, spiqe_circuit_measure(circuit, digit, (uint32_t)(at[3] - '0')));
      else
        judge_must(ctx, spiqe_circuit_push(circuit, &misread));
    }
    compare_methods(circuit, NULL);
    spiqe_circuit_destroy(circuit);
  }
}

/* Bit i of an outcome is character n - 1 - i of its text. */
static void a_wide_file_that_uses_few_qubits_runs_as_those(void **state) {
  (void)state;
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, 60, 60, &circuit));
  judge_must(ctx, spiqe_circuit_gate(circuit, "h", NULL, (uint32_t[]){50}));
  judge_must(ctx, spiqe_circuit_gate(circuit, "cx", NULL, (uint32_t[]){50, 7}));
  judge_must(ctx, spiqe_circuit_gate(circuit, "t", NULL, (uint32_t[]){7}));
  judge_must(ctx, spiqe_circuit_gate(circuit, "h", NULL, (uint32_t[]){3}));
  judge_must(ctx, spiqe_circuit_barrier(circuit, 0, NULL));
  for (uint32_t q = 0; q < 60; q++)
    if (q != 3) judge_must(ctx, spiqe_circuit_measure(circuit, q, q));
  spiqe_simulation *simulation = simulate(circuit, NULL);
  assert_int_equal(spiqe_simulation_n_qubits(simulation), 2);
  assert_int_equal(spiqe_simulation_n_outcomes(simulation), 2);
  const char *bits = spiqe_simulation_outcomes(simulation)[1].bits;
  assert_int_equal(strlen(bits), 60);
  for (size_t i = 0; i < 60; i++) assert_int_equal(bits[59 - i], i == 7 || i == 50 ? '1' : '0');
  spiqe_simulation_destroy(simulation);
  spiqe_circuit_destroy(circuit);
}

static void a_circuit_that_measures_nothing_gives_zeros(void **state) {
  (void)state;
  for (uint32_t n_bits = 0; n_bits < 3; n_bits++) {
    spiqe_circuit *circuit;
    judge_must(ctx, spiqe_circuit_create(ctx, 50, n_bits, &circuit));
    judge_must(ctx, spiqe_circuit_gate(circuit, "h", NULL, (uint32_t[]){0}));
    for (size_t n_shots = 0; n_shots < 10; n_shots += 7) {
      spiqe_simulation *simulation =
          simulate(circuit, &(spiqe_simulation_options){.n_shots = n_shots});
      assert_int_equal(spiqe_simulation_n_outcomes(simulation), 1);
      const spiqe_outcome *outcome = spiqe_simulation_outcomes(simulation);
      assert_string_equal(outcome->bits, &"00"[2 - n_bits]);
      assert_int_equal(outcome->count, n_shots);
      assert_float_equal(outcome->probability, 1, 0);
      spiqe_simulation_destroy(simulation);
    }
    spiqe_circuit_destroy(circuit);
  }
}

/* More than a block of the streaming (2^20), on few outcomes. */
static void many_shots_follow_the_probabilities(void **state) {
  (void)state;
  spiqe_circuit *circuit;
  const double angles[] = {0.3, 1.1, 2.5};
  const uint64_t n_shots = 3000001;
  uint64_t counts[8] = {0};
  double probabilities[8];
  judge_must(ctx, spiqe_circuit_create(ctx, 3, 3, &circuit));
  for (uint32_t q = 0; q < 3; q++) {
    judge_must(ctx, spiqe_circuit_gate(circuit, "ry", &angles[q], &q));
    judge_must(ctx, spiqe_circuit_measure(circuit, q, q));
  }
  spiqe_simulation *simulation =
      simulate(circuit, &(spiqe_simulation_options){.n_shots = n_shots, .seed = 4});
  for (size_t i = 0; i < 8; i++) {
    probabilities[i] = 1;
    for (size_t q = 0; q < 3; q++) {
      double one = pow(sin(angles[q] / 2), 2);
      probabilities[i] *= i >> q & 1 ? one : 1 - one;
    }
  }
  for (size_t i = 0; i < spiqe_simulation_n_outcomes(simulation); i++) {
    const spiqe_outcome *outcome = &spiqe_simulation_outcomes(simulation)[i];
    counts[number_of(outcome->bits)] = outcome->count;
  }
  judge_counts("3,000,001 shots", 8, probabilities, counts, n_shots);
  spiqe_simulation_destroy(simulation);
  spiqe_circuit_destroy(circuit);
}

/* The text of a whole result, owned by the caller. */
static char *print(const spiqe_simulation *simulation) {
  size_t n = spiqe_simulation_n_outcomes(simulation), at = 0;
  char *text = judge_room(n * 64 + 1, 1);
  for (size_t i = 0; i < n; i++) {
    const spiqe_outcome *o = &spiqe_simulation_outcomes(simulation)[i];
    at += (size_t)snprintf(text + at, 64, "%s:%llu:%a ", o->bits, (unsigned long long)o->count,
                           o->probability);
  }
  return text;
}

static void counts_do_not_depend_on_the_threads(void **state) {
  (void)state;
  static const size_t n_threads[] = {1, 2, 5};
  for (uint64_t seed = 0; seed < 3; seed++) {
    random_circuit_options o = {.seed = 40 + seed, .n_qubits = 6, .n_bits = 8};
    o.n_operations = 60;
    o.with = seed ? RANDOM_UNITARY | RANDOM_CLASSICAL | RANDOM_NOISE : RANDOM_UNITARY;
    char *first[N_SHOT_METHODS] = {NULL};
    for (size_t t = 0; t < 3; t++) {
      spiqe_context *other = judge_context(n_threads[t], NULL);
      spiqe_circuit *circuit = random_circuit(other, &o);
      for (uint32_t q = 0; q < 6; q++) judge_must(other, spiqe_circuit_measure(circuit, q, q));
      for (size_t m = 0; m < N_SHOT_METHODS; m++) {
        spiqe_simulation *simulation;
        spiqe_simulation_options options = {.method = shot_methods[m], .n_shots = 2000, .seed = 9};
        judge_must(other, spiqe_simulate(other, circuit, &options, &simulation));
        char *text = print(simulation);
        if (t == 0) first[m] = text;
        assert_string_equal(text, first[m]);
        if (t > 0) free(text);
        spiqe_simulation_destroy(simulation);
      }
      spiqe_circuit_destroy(circuit);
      spiqe_context_destroy(other);
    }
    for (size_t m = 0; m < N_SHOT_METHODS; m++) free(first[m]);
  }
}

static void a_seed_repeats_and_another_does_not(void **state) {
  (void)state;
  spiqe_circuit *circuit = bell();
  char *texts[3];
  for (size_t i = 0; i < 3; i++) {
    spiqe_simulation *simulation =
        simulate(circuit, &(spiqe_simulation_options){.n_shots = 10000, .seed = i / 2});
    texts[i] = print(simulation);
    spiqe_simulation_destroy(simulation);
  }
  assert_string_equal(texts[0], texts[1]);
  assert_string_not_equal(texts[0], texts[2]);
  for (size_t i = 0; i < 3; i++) free(texts[i]);
  spiqe_circuit_destroy(circuit);
}

static void options_that_make_no_sense_are_refused(void **state) {
  (void)state;
  spiqe_circuit *circuit = bell(), *open, *loop, *asked;
  typedef spiqe_simulation_options with;
  static const spiqe_node is_zero[] = {{.kind = SPIQE_NODE_BITS, .width = 1},
                                       {.kind = SPIQE_NODE_NOT, .width = 1}};
  assert_refused(circuit, &(with){.method = "densty"}, SPIQE_BAD_NAME, "did you mean 'density'?");
  assert_refused(circuit, &(with){.method = ""}, SPIQE_BAD_NAME, "method");
  assert_refused(circuit, &(with){.precision = "f16"}, SPIQE_BAD_NAME, "'f16'");
  assert_refused(circuit, &(with){.n_shots = ((size_t)1 << 40) + 1}, SPIQE_BAD_ARGUMENT, "2^40");
  assert_refused(circuit, &(with){.method = "stabilizer"}, SPIQE_BAD_ARGUMENT, "'stabilizer'");
  assert_refused(circuit, &(with){.method = "trajectories"}, SPIQE_BAD_ARGUMENT, "shots");
  assert_refused(circuit, &(with){.most_bytes = 10, .n_shots = 1, .method = "statevector"},
                 SPIQE_NO_MEMORY, "2 qubits");
  assert_refused(circuit, &(with){.most_bytes = 10, .method = "density_matrix"}, SPIQE_NO_MEMORY,
                 "");

  uint32_t input;
  judge_must(ctx, spiqe_circuit_create(ctx, 1, 1, &asked));
  judge_must(ctx, spiqe_circuit_add_input(asked, "theta", &input));
  assert_refused(asked, NULL, SPIQE_BAD_ARGUMENT, "'theta' has no value");
  assert_refused(asked, &(with){.inputs = &(double){NAN}}, SPIQE_BAD_ARGUMENT, "'theta' is nan");
  spiqe_circuit_destroy(asked);

  judge_must(ctx, spiqe_circuit_create(ctx, 1, 1, &open));
  judge_must(ctx, spiqe_circuit_push_condition(open, SPIQE_IF, is_zero, 2, 0));
  assert_refused(open, NULL, SPIQE_BAD_FORMAT, "if");
  spiqe_circuit_destroy(open);

  judge_must(ctx, spiqe_circuit_create(ctx, 1, 1, &loop));
  judge_must(ctx, spiqe_circuit_push_condition(loop, SPIQE_WHILE, is_zero, 2, 7));
  judge_must(ctx, spiqe_circuit_measure(loop, 0, 0));
  judge_must(ctx, spiqe_circuit_gate(loop, "id", NULL, (uint32_t[]){0}));
  judge_must(ctx, spiqe_circuit_end(loop));
  assert_refused(loop, &(with){.n_shots = 1, .method = "statevector"}, SPIQE_LIMIT, "100000");
  assert_refused(loop, &(with){.method = "statevector"}, SPIQE_UNSUPPORTED, "'while'");
  spiqe_circuit_destroy(loop);
  spiqe_circuit_destroy(circuit);
}

static void a_register_too_large_is_refused_with_its_size(void **state) {
  (void)state;
  spiqe_circuit *circuit;
  const uint32_t n = 60, wide = 70;
  judge_must(ctx, spiqe_circuit_create(ctx, n, n, &circuit));
  for (uint32_t q = 0; q < n; q++) {
    judge_must(ctx, spiqe_circuit_gate(circuit, "ry", &(double){0.1}, &q));
    if (q) judge_must(ctx, spiqe_circuit_gate(circuit, "cx", NULL, (uint32_t[]){q - 1, q}));
  }
  for (uint32_t q = 0; q < n; q++) judge_must(ctx, spiqe_circuit_measure(circuit, q, q));
  assert_refused(circuit, &(spiqe_simulation_options){.n_shots = 10}, SPIQE_LIMIT, "60 qubits");
  assert_non_null(strstr(spiqe_context_message(ctx), "not a Clifford circuit ('ry'"));
  assert_refused(circuit, NULL, SPIQE_LIMIT, "60 qubits");
  spiqe_circuit_destroy(circuit);
  judge_must(ctx, spiqe_circuit_create(ctx, wide, wide, &circuit)); /* past 64-bit masks */
  for (uint32_t q = 0; q < wide; q++) {
    judge_must(ctx, spiqe_circuit_gate(circuit, "t", NULL, &q));
    judge_must(ctx, spiqe_circuit_measure(circuit, q, q));
  }
  assert_refused(circuit, &(spiqe_simulation_options){.n_shots = 10}, SPIQE_LIMIT, "70 qubits");
  assert_refused(circuit, NULL, SPIQE_LIMIT, "70 qubits");
  assert_refused(circuit, &(spiqe_simulation_options){.method = "density"}, SPIQE_LIMIT, "70");
  assert_refused(circuit, &(spiqe_simulation_options){.method = "lanes", .n_shots = 1}, SPIQE_LIMIT,
                 "70");
  spiqe_circuit_destroy(circuit);
}

static int stop(void *user, double done) {
  ++*(int *)user;
  return done >= 0;
}

static void the_listener_stops_a_run(void **state) {
  (void)state;
  spiqe_circuit *circuit = bell();
  int n_calls = 0;
  assert_refused(circuit,
                 &(spiqe_simulation_options){.n_shots = (size_t)1 << 40,
                                             .listener = stop,
                                             .user = &n_calls},
                 SPIQE_INTERRUPTED, "stopped");
  assert_int_equal(n_calls, 1);
  assert_refused(circuit,
                 &(spiqe_simulation_options){.method = "density",
                                             .listener = stop,
                                             .user = &n_calls},
                 SPIQE_INTERRUPTED, "stopped");
  assert_int_equal(n_calls, 2);
  spiqe_circuit_destroy(circuit);
}

static void the_state_vector_is_that_of_the_twin(void **state) {
  (void)state;
  random_circuit_options o = {.seed = 3, .n_qubits = 5, .n_inputs = 2, .n_operations = 60};
  double inputs[2];
  twin_number expected[32];
  spiqe_complex found[32];
  o.with = RANDOM_UNITARY;
  random_angles(8, 2, inputs);
  spiqe_circuit *circuit = random_circuit(ctx, &o);
  twin_amplitudes(circuit, inputs, expected);
  judge_must(ctx, spiqe_statevector(ctx, circuit, inputs, found));
  for (size_t i = 0; i < 32; i++) assert_true(judge_distance(expected[i], found[i]) < 1e-13);
  assert_int_equal(spiqe_statevector(ctx, circuit, NULL, found), SPIQE_BAD_ARGUMENT);
  judge_must(ctx, spiqe_circuit_reset(circuit, 0));
  assert_int_equal(spiqe_statevector(ctx, circuit, inputs, found), SPIQE_UNSUPPORTED);
  assert_non_null(strstr(spiqe_context_message(ctx), "'reset'"));
  spiqe_circuit_destroy(circuit);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_bell_pair_gives_00_and_11),
      cmocka_unit_test(every_method_agrees_with_the_twin),
      cmocka_unit_test(misread_bits_are_exact_without_shots),
      cmocka_unit_test(a_wide_file_that_uses_few_qubits_runs_as_those),
      cmocka_unit_test(a_circuit_that_measures_nothing_gives_zeros),
      cmocka_unit_test(many_shots_follow_the_probabilities),
      cmocka_unit_test(counts_do_not_depend_on_the_threads),
      cmocka_unit_test(a_seed_repeats_and_another_does_not),
      cmocka_unit_test(options_that_make_no_sense_are_refused),
      cmocka_unit_test(a_register_too_large_is_refused_with_its_size),
      cmocka_unit_test(the_listener_stops_a_run),
      cmocka_unit_test(the_state_vector_is_that_of_the_twin),
  };
  return cmocka_run_group_tests(tests, open_context, close_context);
}
