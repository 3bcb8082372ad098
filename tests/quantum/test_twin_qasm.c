/* OpenQASM against the slow twin: names, definitions and modifiers mean the textbook's matrices,
 * and what is written and read again does the same. */
#include "quantum/judge.h"

static spiqe_circuit *parse(spiqe_context *ctx, const char *text) {
  spiqe_circuit *circuit;
  if (spiqe_circuit_parse(ctx, "t.qasm", text, strlen(text), &circuit) != SPIQE_OK)
    fail_msg("%s in\n%s", spiqe_context_message(ctx), text);
  return circuit;
}

/* The unitary matrix of a circuit of gates, out: [2^n][2^n], column by column: the column is
 * prepared by x gates before it. */
static void unitary_of(spiqe_context *ctx, const spiqe_circuit *circuit, twin_number *out) {
  const size_t n = circuit->n_qubits, size = (size_t)1 << n;
  twin_number amplitudes[64];
  assert_true(n <= 6);
  for (size_t column = 0; column < size; column++) {
    spiqe_circuit *whole;
    judge_must(ctx, spiqe_circuit_create(ctx, n, circuit->n_bits, &whole));
    for (uint32_t q = 0; q < n; q++)
      if (column >> q & 1) judge_must(ctx, spiqe_circuit_gate(whole, "x", NULL, &q));
    judge_must(ctx, spiqe_circuit_append(whole, circuit));
    twin_amplitudes(whole, NULL, amplitudes);
    for (size_t row = 0; row < size; row++) out[row * size + column] = amplitudes[row];
    spiqe_circuit_destroy(whole);
  }
}

/* A matrix, global phase and all, but for the rounding of some 20 gates. */
static void compare(spiqe_context *ctx, const char *text, size_t size,
                    const twin_number *expected) {
  twin_number *found = judge_room(64 * 64, sizeof *found);
  spiqe_circuit *circuit = parse(ctx, text);
  assert_int_equal((size_t)1 << circuit->n_qubits, size);
  unitary_of(ctx, circuit, found);
  for (size_t i = 0; i < size * size; i++)
    if (!(cabs(found[i] - expected[i]) <= 1e-14))
      fail_msg("entry %zu of the matrix differs by %g in\n%s", i, cabs(found[i] - expected[i]),
               text);
  spiqe_circuit_destroy(circuit);
  free(found);
}

static const double angles[4] = {0.7, -1.3, 2.9, 0.4};

/* name(0.7, ...) q[0], q[1], ...; with so many of the angles and qubits. */
static size_t write_call(char *text, size_t room, const char *name, size_t n_angles,
                         size_t n_qubits) {
  size_t at = (size_t)snprintf(text, room, "%s", name);
  for (size_t i = 0; i < n_angles; i++)
    at += (size_t)snprintf(text + at, room - at, "%s%.17g%s", i ? ", " : "(", angles[i],
                           i + 1 == n_angles ? ")" : "");
  for (size_t i = 0; i < n_qubits; i++)
    at += (size_t)snprintf(text + at, room - at, "%s q[%zu]", i ? "," : "", i);
  return at + (size_t)snprintf(text + at, room - at, ";\n");
}

static void names_of_the_languages_mean_the_matrices_of_the_textbook(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  for (size_t i = 0; i < spiqe_n_spellings(); i++) {
    const spiqe_spelling *s = &spiqe_spellings[i];
    size_t n_qubits, n_angles;
    twin_number expected[1024];
    char text[512], call[256];
    assert_true(spiqe_gate_shape(s->name, &n_qubits, &n_angles));
    twin_gate(s->name, angles, expected);
    write_call(call, sizeof call, s->name, n_angles, n_qubits);
    if (!n_qubits) continue; /* a program needs a qubit to be of a size */
    snprintf(text, sizeof text, "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[%zu] q;\n%s",
             n_qubits, call);
    if (s->where & (SPIQE_IN_QASM3 | SPIQE_IN_STDGATES))
      compare(ctx, text, (size_t)1 << n_qubits, expected);
    snprintf(text, sizeof text, "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[%zu];\n%s",
             n_qubits, call);
    if (s->where & SPIQE_IN_QELIB1) compare(ctx, text, (size_t)1 << n_qubits, expected);
  }
  spiqe_context_destroy(ctx);
}

/* The bodies that are written for names that other programs do not have. */
static void definitions_make_the_matrices_of_the_textbook(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  size_t n_compared = 0;
  for (size_t i = 0; i < spiqe_n_spellings(); i++) {
    const spiqe_spelling *s = &spiqe_spellings[i];
    size_t n_qubits, n_angles;
    twin_number expected[1024];
    char text[1024], call[256];
    if (!s->definition) continue;
    assert_true(spiqe_gate_shape(s->name, &n_qubits, &n_angles));
    twin_gate(s->name, angles, expected);
    write_call(call, sizeof call, "again", n_angles, n_qubits);
    static const char *const parameters[] = {"", "(p0)", "(p0, p1)", "(p0, p1, p2)",
                                             "(p0, p1, p2, p3)"};
    static const char *const qubits[] = {"", "a", "a, b", "a, b, c", "a, b, c, d"};
    snprintf(text, sizeof text,
             "OPENQASM 3.0;\ninclude \"stdgates.inc\";\ngate again%s %s { %s }\nqubit[%zu] q;\n%s",
             parameters[n_angles], qubits[n_qubits], s->definition, n_qubits, call);
    compare(ctx, text, (size_t)1 << n_qubits, expected);
    n_compared++;
  }
  assert_true(n_compared > 10);
  spiqe_context_destroy(ctx);
}

/* ctrl, negctrl, inv and pow put before gates. */
static void modifiers_mean_what_the_language_says(void **unused) {
  (void)unused;
  static const char *const pairs[][2] = {
      {"ctrl @ x q[0], q[1];", "cx q[0], q[1];"},
      {"negctrl @ x q[0], q[1];", "x q[0]; cx q[0], q[1]; x q[0];"},
      {"ctrl(2) @ rz(0.4) q[0], q[1], q[2];",
       "cp(0.2) q[1], q[2]; cx q[0], q[1]; cp(-0.2) q[1], q[2]; cx q[0], q[1]; cp(0.2) q[0], q[2]; "
       "cp(-0.2) q[0], q[1];"},
      {"inv @ s q[0];", "sdg q[0];"},
      {"inv @ u3(0.1, 0.2, 0.3) q[0];", "u3(-0.1, -0.3, -0.2) q[0];"},
      {"pow(2) @ t q[1];", "s q[1];"},
      {"pow(3) @ rx(0.2) q[1];", "rx(0.6) q[1];"},
      {"pow(-2) @ t q[1];", "sdg q[1];"},
      {"pow(0) @ h q[1];", "id q[1];"},
      {"ctrl @ inv @ sx q[0], q[2];", "inv @ ctrl @ sx q[0], q[2];"},
      {"ctrl @ gphase(0.3) q[0];", "p(0.3) q[0];"},
      {"negctrl @ gphase(0.3) q[0];", "gphase(0.3); p(-0.3) q[0];"},
      {"inv @ pow(2) @ ctrl @ p(0.3) q[0], q[1];", "cp(-0.6) q[0], q[1];"},
      {"ctrl @ negctrl @ swap q[0], q[1], q[2], q[3];",
       "x q[1]; ctrl(2) @ swap q[0], q[1], q[2], q[3]; x q[1];"},
      {"gate g(a) x, y { rx(a) x; cx x, y; gphase(a); } ctrl @ g(0.3) q[2], q[0], q[1];",
       "crx(0.3) q[2], q[0]; ccx q[2], q[0], q[1]; p(0.3) q[2];"},
      {"gate g x, y { h x; cx x, y; } inv @ g q[0], q[1];", "cx q[0], q[1]; h q[0];"},
      {"gate g x { h x; t x; } pow(2) @ g q[0];", "h q[0]; t q[0]; h q[0]; t q[0];"},
      {"for int i in [0:2] { rx(i * 0.5) q[i]; }", "rx(0.5) q[1]; rx(1) q[2];"},
      {"h q;", "h q[0]; h q[1]; h q[2]; h q[3];"},
      {"cx q[0:1], q[2:3];", "cx q[0], q[2]; cx q[1], q[3];"},
  };
  static const char head[] = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[4] q;\n";
  spiqe_context *ctx = judge_context(1, NULL);
  twin_number *expected = judge_room(256, sizeof *expected);
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    char text[1024];
    snprintf(text, sizeof text, "%s%s", head, pairs[i][1]);
    spiqe_circuit *circuit = parse(ctx, text);
    unitary_of(ctx, circuit, expected);
    spiqe_circuit_destroy(circuit);
    snprintf(text, sizeof text, "%s%s", head, pairs[i][0]);
    compare(ctx, text, 16, expected);
  }
  free(expected);
  spiqe_context_destroy(ctx);
}

/* Programs whose classical part was worked out by hand; the bits of c at the end are certain. */
static void classical_programs_end_with_the_bits_worked_out_by_hand(void **unused) {
  (void)unused;
  static const struct {
    const char *text;
    uint64_t bits;
  } cases[] = {
      {"x q[0]; c[0] = measure q[0]; if (c[0]) x q[1]; c[1] = measure q[1];", 3},
      {"x q[0]; c[2] = measure q[0]; if (c == 4) { x q[1]; } else { x q[2]; } c[1] = measure q[1]; "
       "c[0] = measure q[2];",
       6},
      {"int[4] n = 0; while (n < 3) { x q[0]; n = n + 1; } c[0] = measure q[0];", 1},
      {"uint[3] n = 7; n = n + 2; if (n == 1) x q[0]; c[1] = measure q[0];", 2},
      {"int[3] n = 3; n = n + 1; if (n < 0) x q[0]; c[1] = measure q[0];", 2},
      {"x q[1]; c[0] = measure q[0]; c[1] = measure q[1]; bool b = c[1] && !c[0]; if (b) x q[2]; "
       "c[2] = measure q[2];",
       6},
      {"uint[4] n = 6; if ((n >> 1) == 3 && (n & 2) != 0) x q[0]; c[0] = measure q[0];", 1},
      {"x q[0]; c[0] = measure q[0]; reset q[0]; c[1] = measure q[0];", 1},
      {"c = \"101\"; c[1] = c[0];", 7},
      {"x q[2]; c = measure q;", 4},
  };
  spiqe_context *ctx = judge_context(1, NULL);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[1024];
    snprintf(text, sizeof text,
             "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nbit[3] c;\nqubit[3] q;\n%s", cases[i].text);
    spiqe_circuit *circuit = parse(ctx, text);
    twin *run = twin_run(circuit, NULL);
    for (size_t b = 0; b < run->n_branches; b++)
      if ((run->branches[b].bits & 7) != cases[i].bits &&
          twin_probability(run, run->branches[b].bits) > 1e-14)
        fail_msg("bits %d in\n%s", (int)(run->branches[b].bits & 7), text);
    assert_true(fabs(twin_weight(run) - 1) <= 1e-12);
    twin_destroy(run);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

/* Conditions of the public call, on the twin. */
static void conditions_in_text_decide_as_written(void **unused) {
  (void)unused;
  static const struct {
    const char *condition;
    unsigned holds; /* bit k: for c = k */
  } cases[] = {
      {"c == 3", 1u << 3},    {"c[0] && !c[1]", 0x22},    {"c[2]", 0xf0},   {"c < 2 || c[0]", 0xab},
      {"(c ^ 5) == 1", 0x10}, {"!(c[0] == c[1])", 0x66},  {"c != 0", 0xfe}, {"c >= 6", 0xc0},
      {"(c & 6) == 2", 0x0c}, {"c[0] ^ c[1] == 1", 0x66},
  };
  spiqe_context *ctx = judge_context(1, NULL);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (uint32_t k = 0; k < 8; k++) {
      spiqe_circuit *circuit;
      const uint32_t last = 3;
      judge_must(ctx, spiqe_circuit_create(ctx, 4, 3, &circuit));
      for (uint32_t q = 0; q < 3; q++) {
        if (k >> q & 1) judge_must(ctx, spiqe_circuit_gate(circuit, "x", NULL, &q));
        judge_must(ctx, spiqe_circuit_measure(circuit, q, q));
      }
      judge_must(ctx, spiqe_circuit_if(circuit, cases[i].condition));
      judge_must(ctx, spiqe_circuit_gate(circuit, "x", NULL, &last));
      judge_must(ctx, spiqe_circuit_end(circuit));
      twin *run = twin_run(circuit, NULL);
      double expected = cases[i].holds >> k & 1 ? -1 : 1;
      if (twin_expectation(run, "IIIZ") != expected)
        fail_msg("'%s' for c = %u", cases[i].condition, k);
      twin_destroy(run);
      spiqe_circuit_destroy(circuit);
    }
  spiqe_context_destroy(ctx);
}

/* Written as OpenQASM and read again, random circuits leave the bits with the same law. */
static void written_and_read_again_a_circuit_does_the_same(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  for (uint64_t seed = 0; seed < 60; seed++) {
    random_circuit_options options = {.seed = seed, .n_qubits = 1 + seed % 4, .n_bits = 4};
    options.n_operations = 30;
    options.with = RANDOM_CONTROLS | RANDOM_CLASSICAL | RANDOM_DELAY;
    options.delay = 1e-6;
    spiqe_circuit *circuit = random_circuit(ctx, &options), *again;
    char *text;
    judge_must(ctx, spiqe_circuit_qasm(circuit, 3, &text));
    again = parse(ctx, text);
    twin *a = twin_run(circuit, NULL), *b = twin_run(again, NULL);
    for (size_t i = 0; i < a->n_branches; i++) {
      double p = twin_probability(a, a->branches[i].bits);
      if (!(fabs(p - twin_probability(b, a->branches[i].bits)) <= 1e-13))
        fail_msg("seed %d: another probability\n%s", (int)seed, text);
    }
    twin_destroy(a);
    twin_destroy(b);
    free(text);
    spiqe_circuit_destroy(circuit);
    spiqe_circuit_destroy(again);
  }
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_of_the_languages_mean_the_matrices_of_the_textbook),
      cmocka_unit_test(definitions_make_the_matrices_of_the_textbook),
      cmocka_unit_test(modifiers_mean_what_the_language_says),
      cmocka_unit_test(classical_programs_end_with_the_bits_worked_out_by_hand),
      cmocka_unit_test(conditions_in_text_decide_as_written),
      cmocka_unit_test(written_and_read_again_a_circuit_does_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
