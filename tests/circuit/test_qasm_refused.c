/* What is refused: where messages point, what they offer, and that nothing hostile takes long. */
#include "support/cmocka_all.h"

#include "circuit/qasm.h"
#include "circuit/qasm_listing.h"

static void messages_tell_place_expected_and_found(void **state) {
  (void)state;
  const struct {
    const char *text, *message;
  } cases[] = {
      {"qubit[2] q;\nU(0, 0, 0) q[0]\nU(0, 0, 0) q[1];", "t.qasm:3:1: expected ';', found 'U'"},
      {"qubit[2 q;", "t.qasm:1:9: expected ']', found 'q'"},
      {"qubit[2] q; barrier q[0", "t.qasm:1:24: expected ']', found the end of the text"},
      {"qubit[2] q; barrier q[0], ;", "t.qasm:1:27: expected a qubit, found ';'"},
      {"bit c; if c == 1 { }", "t.qasm:1:11: expected '(', found 'c'"},
      {"bit c; if (c) { ", "t.qasm:1:17: expected '}', found the end of the text"},
      {"OPENQASM x;", "t.qasm:1:10: expected a version, 2.0 or 3.0, found 'x'"},
      {"include stdgates;", "t.qasm:1:9: expected a file name in quotes, found 'stdgates'"},
      {"/* \n", "t.qasm:1:1: a comment that does not end with */"},
      {"include \"a\n", "t.qasm:1:9: a text in quotes that does not end on its line"},
      {"\xce\xb8\xce\xb8 ?", "t.qasm:1:1: no gate is called '\xce\xb8\xce\xb8'"},
      {"const float \xce\xb8 = ?;", "t.qasm:1:17: '?' has no meaning here"},
      {"gate g a { reset a; }", "t.qasm:1:12: 'reset' in a gate, where gates are expected"},
      {"qubit q; gate g a { gate h b { } }",
       "t.qasm:1:21: 'gate' in a gate, where gates are expected"},
      {"3 + 4;", "t.qasm:1:1: expected a statement, found '3'"},
      {"else { }", "t.qasm:1:1: expected a statement, found 'else'"},
      {"const int n = 3x;", "t.qasm:1:15: a number that goes on with 'x'"},
      {"const int n = 0b12;", "t.qasm:1:15: expected digits of base 2"},
      {"qubit $q;", "t.qasm:1:7: expected a number behind '$', as in $0"},
      {"bit c; switch (c) { x; }", "t.qasm:1:21: expected 'case' or 'default', found 'x'"},
      {"bit c; switch (c) { default { } case 1 { } }",
       "t.qasm:1:33: expected '}' behind default, found 'case'"},
      {"qubit if;", "t.qasm:1:7: expected a name, found 'if'"},
      {"qubit q; bit q;", "t.qasm:1:14: 'q' is declared twice"},
      {"gate g a, a { }", "t.qasm:1:15: 'a' is declared twice"},
      {"bool[2] b;", "t.qasm:1:1: 'bool' has no size"},
      {"qubit[0] q;", "t.qasm:1:6: a size of 0"},
      {"qubit[1.5] q;", "t.qasm:1:7: expected an integer, found 1.5"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    spiqe_circuit *circuit;
    const char *text = cases[i].text;
    spiqe_status status = spiqe_circuit_parse(&context, "t.qasm", text, strlen(text), &circuit);
    assert_int_not_equal(status, SPIQE_OK);
    if (!strstr(context.message, cases[i].message))
      fail_msg("'%s' instead of '%s'", context.message, cases[i].message);
  }
}

static void wrong_names_get_the_nearest_right_one(void **state) {
  (void)state;
  assert_refused("swqp q[0], q[1];", SPIQE_BAD_NAME,
                 "t.qasm:2:1: no gate is called 'swqp' (did you mean 'swap'?)");
  assert_refused("qubit[2] alpha; x alpah[0];", SPIQE_BAD_NAME, "(did you mean 'alpha'?)");
  assert_refused("rx(sine(1)) q[0];", SPIQE_BAD_NAME, "(did you mean 'sin'?)");
  assert_refused("rxx(1) q[0], q[1];", SPIQE_BAD_NAME,
                 "gate 'rxx' is in no included file: it needs a definition");
  const char *text = "qubit q; h q;";
  assert_refused_whole(text, strlen(text), SPIQE_BAD_NAME,
                       "t.qasm:1:10: gate 'h' needs include \"stdgates.inc\"");
  text = "OPENQASM 2.0; qreg q[1]; h q[0];";
  assert_refused_whole(text, strlen(text), SPIQE_BAD_NAME, "needs include \"qelib1.inc\"");
}

static void calls_must_fit_their_gate(void **state) {
  (void)state;
  assert_refused("cx q[0];", SPIQE_BAD_SHAPE, "gate 'cx' is on 2 qubits, and 1 are given");
  assert_refused("ctrl @ x q[0];", SPIQE_BAD_SHAPE, "gate 'x' is on 2 qubits, and 1 are given");
  assert_refused("rx q[0];", SPIQE_BAD_SHAPE, "gate 'rx' has 1 parameters, and 0 are given");
  assert_refused("x(1) q[0];", SPIQE_BAD_SHAPE, "gate 'x' has 0 parameters, and 1 are given");
  assert_refused("\n  cx q[0], q[0];", SPIQE_BAD_INDEX, "t.qasm:3:3: x: qubit 0 is given twice");
  assert_refused("gate g a, b { } g q[1], q[1];", SPIQE_BAD_INDEX, "qubit 1 is given twice");
  assert_refused("cx q[0:1], q[0:2];", SPIQE_BAD_SHAPE, "registers of 2 and 3 qubits in one call");
  assert_refused("x q[6];", SPIQE_BAD_INDEX, "t.qasm:2:5: index 6 of 6 elements");
  assert_refused("x q[-7];", SPIQE_BAD_INDEX, "index -7 of 6 elements");
  assert_refused("x q[2:1];", SPIQE_BAD_FORMAT, "a range with no elements");
  assert_refused("c[0:1] = measure q[0:2];", SPIQE_BAD_SHAPE, "3 qubits are measured into 2 bits");
  assert_refused("pow(0.5) @ swap q[0], q[1];", SPIQE_UNSUPPORTED, "pow(0.5)");
  assert_refused("gate g a { x a; } pow(0.5) @ g q[0];", SPIQE_UNSUPPORTED, "pow(0.5)");
  assert_refused("ctrl(0) @ x q[0];", SPIQE_BAD_FORMAT, "0 controls");
}

static void what_openqasm_has_and_the_reader_has_not_is_named(void **state) {
  (void)state;
  const char *const cases[][2] = {
      {"def f() { }", "'def' is not read"},
      {"extern f();", "'extern' is not read"},
      {"cal { }", "'cal' is not read"},
      {"defcal x $0 { }", "'defcal' is not read"},
      {"defcalgrammar \"openpulse\";", "'defcalgrammar' is not read"},
      {"array[int, 3] a;", "'array' is not read"},
      {"complex[float] z;", "'complex' is not read"},
      {"while (c[0]) { break; }", "'break' is not read"},
      {"for int i in [0:1] { continue; }", "'continue' is not read"},
      {"end;", "'end' is not read"},
      {"include \"other.inc\";", "include \"other.inc\"; stdgates.inc and qelib1.inc are known"},
      {"input int n;", "an input that is not a float or an angle"},
      {"stretch s; delay[s] q[0];", "a stretch"},
      {"for bit b in c { }", "a loop over what is not a number"},
      {"for int i in c { }", "a loop over 'c'"},
      {"x $0;", "hardware qubits and declared ones together"},
      {"const float f = 2im;", "complex numbers are not read"},
      {"delay[1ns + 1dt] q[0];", "times in dt and in seconds together"},
      {"delay[durationof({x q[0];})] q[0];", "'durationof' is not read"},
      {"if (popcount(c) == 1) x q[0];", "the function 'popcount'"},
      {"c ~= c;", "'~='"},
      {"if (c[{0, 1}] == 1) x q[0];", "a set of bits"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_refused(cases[i][0], SPIQE_UNSUPPORTED, cases[i][1]);
  const char *text = "OPENQASM 2.0; opaque g(a) p; qreg q[1]; g(1) q[0];";
  assert_refused_whole(text, strlen(text), SPIQE_UNSUPPORTED, "gate 'g' is opaque");
  text = "OPENQASM 1.0;";
  assert_refused_whole(text, strlen(text), SPIQE_UNSUPPORTED, "OpenQASM 1; 2.0 and 3 are read");
}

/* before + n times middle + after. */
static char *repeated(const char *before, size_t n, const char *middle, const char *after,
                      size_t *size) {
  size_t n_before = strlen(before), n_middle = strlen(middle), n_after = strlen(after);
  *size = n_before + n * n_middle + n_after;
  char *text = malloc(*size + 1);
  memcpy(text, before, n_before);
  for (size_t i = 0; i < n; i++) memcpy(text + n_before + i * n_middle, middle, n_middle);
  memcpy(text + n_before + n * n_middle, after, n_after + 1);
  return text;
}

static void nesting_ends_at_its_limit(void **state) {
  (void)state;
  const struct {
    const char *before, *middle;
    spiqe_status status;
    const char *part;
  } cases[] = {
      {"const int n = ", "(", SPIQE_LIMIT, "an expression nested deeper than 64"},
      {"const int n = ", "-", SPIQE_LIMIT, "an expression nested deeper than 64"},
      {"const int n = ", "2**", SPIQE_LIMIT, "an expression nested deeper than 64"},
      {"const int n = ", "sin(", SPIQE_LIMIT, "an expression nested deeper than 64"},
      {"const int n = ", "int[", SPIQE_LIMIT, "an expression nested deeper than 64"},
      {"bit[4] c; c = ", "c[", SPIQE_LIMIT, "an expression nested deeper than 64"},
      {"bit c; ", "if (c) {", SPIQE_LIMIT, "blocks nested deeper than 64"},
      {"bit c; ", "if (c) ", SPIQE_LIMIT, "blocks nested deeper than 64"},
      {"bit c; ", "while (c) ", SPIQE_LIMIT, "blocks nested deeper than 64"},
      {"", "box {", SPIQE_LIMIT, "blocks nested deeper than 64"},
      {"", "for int i in [0:1] ", SPIQE_LIMIT, "blocks nested deeper than 64"},
      {"if (false) ", "if (true) ", SPIQE_LIMIT, "statements nested deeper than 64"},
      {"if (false) ", "{", SPIQE_BAD_FORMAT, "expected '}'"},
      {"qubit q; ", "ctrl @ ", SPIQE_BAD_FORMAT, "expected a gate"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t size;
    char *text = repeated(cases[i].before, 1000000, cases[i].middle, "", &size);
    assert_refused_whole(text, size, cases[i].status, cases[i].part);
    free(text);
  }
}

static void as_deep_as_the_limit_is_read(void **state) {
  (void)state;
  size_t size;
  char *text = repeated("bit c; ", 64, "if (c) ", "c = true;", &size);
  spiqe_circuit_destroy(read_qasm(text));
  free(text);
  text = repeated("const int n = ", 63, "(", "1", &size);
  char *whole = repeated(text, 63, ")", "; qubit[n] q;", &size);
  spiqe_circuit_destroy(read_qasm(whole));
  free(whole);
  free(text);
  text = repeated("bit[4] c; if (c == 0) c = 1;", 1000, " else if (c == 1) c = 2;", "", &size);
  spiqe_circuit_destroy(read_qasm(text));
  free(text);
}

/* 20 gates, each of which calls the one before ten times. */
static void gates_within_gates_end_at_the_limit(void **state) {
  (void)state;
  char text[8192];
  size_t n = (size_t)sprintf(text, "include \"stdgates.inc\"; qubit q; gate g0 a { x a; }\n");
  for (int i = 1; i < 20; i++) {
    n += (size_t)sprintf(text + n, "gate g%d a {", i);
    for (int k = 0; k < 10; k++) n += (size_t)sprintf(text + n, " g%d a;", i - 1);
    n += (size_t)sprintf(text + n, " }\n");
  }
  sprintf(text + n, "g19 q;");
  assert_refused_whole(text, strlen(text), SPIQE_LIMIT,
                       "in gate 'g19': more than 1000000 operations");
  n = (size_t)sprintf(text, "include \"stdgates.inc\"; qubit q; gate g0 a { x a; }\n");
  for (int i = 1; i < 80; i++) n += (size_t)sprintf(text + n, "gate g%d a { g%d a; }\n", i, i - 1);
  sprintf(text + n, "g79 q;");
  assert_refused_whole(text, strlen(text), SPIQE_LIMIT, "gates within gates, deeper than 64");
  sprintf(text + n, "g60 q;");
  assert_listed(text, "x 0");
  assert_refused("gate g a { g a; }", SPIQE_BAD_FORMAT, "gate 'g' calls itself");
}

/* With a limit of 20,000 in the place of a million. */
static void loops_registers_and_powers_end_at_a_limit(void **state) {
  (void)state;
  const char *const cases[] = {
      "for int i in [0:1152921504606846976] { x q[0]; }",
      "for int i in [0:1152921504606846976] { }",
      "for int i in [-9223372036854775807:9223372036854775807] { }",
      "for int i in [0:2000] for int j in [0:2000] { x q[0]; }",
      "for int i in [0:99999999] { for int j in [1:0] { x q[0]; } }",
      "for int i in [0:99999999] { if (c[0]) { } }",
      "for int i in [1:99999999] { bit[i % 100 + 1] d; }",
      "pow(1000000000000) @ s q[0];",
      "gate g a { s a; } pow(1e300) @ g q[0];",
      "gate g a { } for int i in [0:99999999] g q[0];",
      "x r; x r;",
      "reset r; reset r;",
      "bit[20000] d; d = measure r; d = measure r;",
      "let a = r ++ r ++ r ++ r ++ r; let b = a ++ a ++ a;",
      "for int i in [0:1000] { barrier r; }",
      "delay[1ns]; delay[1ns];",
      "gate g(a) p { rz(a) p; } for int i in [0:99999] { g(t + u) q[0]; }",
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[1024];
    spiqe_circuit *circuit;
    snprintf(text, sizeof text,
             "include \"stdgates.inc\"; qubit[6] q; qubit[20000] r; bit[4] c; input float t; "
             "input float u;\n%s",
             cases[i]);
    spiqe_status status = spiqe_qasm_parse(&context, "t.qasm", text, strlen(text), 20000, &circuit);
    if (status != SPIQE_LIMIT || !strstr(context.message, "t.qasm:2:"))
      fail_msg("%s: %s for %s", spiqe_status_name(status), context.message, cases[i]);
    assert_null(circuit);
  }
}

static void the_limit_is_a_million(void **state) {
  (void)state;
  assert_refused("for int i in [0:1001000] { x q[0]; }", SPIQE_LIMIT,
                 "more than 1000000 operations by loops, registers and gates within gates");
  assert_refused("for int i in [0:1000000000] { }", SPIQE_LIMIT, "bytes that are read again");
  assert_refused("qubit[2000000] r;", SPIQE_LIMIT, "a circuit has at most 1048576");
  assert_refused("bit[20000000] d;", SPIQE_LIMIT, "a circuit has at most 16777216");
  spiqe_circuit *circuit =
      read_qasm("include \"stdgates.inc\"; qubit q; for int i in [1:1000000] { x q; }");
  assert_int_equal(spiqe_circuit_n_operations(circuit), 1000000);
  spiqe_circuit_destroy(circuit);
}

static void names_and_numbers_have_a_longest(void **state) {
  (void)state;
  size_t size;
  char *text = repeated("qubit ", 256, "a", ";", &size);
  assert_refused_whole(text, size, SPIQE_LIMIT, "a name of 256 bytes; at most 255");
  free(text);
  text = repeated("qubit ", 255, "a", ";", &size);
  spiqe_circuit_destroy(read_qasm(text));
  free(text);
  text = repeated("const float f = 0.", 1000, "1", ";", &size);
  assert_refused_whole(text, size, SPIQE_LIMIT, "a number of more than 400 characters");
  free(text);
  assert_refused("const int n = 18446744073709551616;", SPIQE_LIMIT, "more than 64 bits");
  assert_refused("const int n = 0x10000000000000000;", SPIQE_LIMIT, "more than 64 bits");
}

static void an_angle_has_a_limit_of_inputs(void **state) {
  (void)state;
  char *text = malloc(1 << 20);
  size_t n = (size_t)sprintf(text, "include \"stdgates.inc\"; qubit q;\n");
  for (int i = 0; i < 1100; i++) n += (size_t)sprintf(text + n, "input float t%d;\n", i);
  n += (size_t)sprintf(text + n, "rx(0");
  for (int i = 0; i < 1100; i++) n += (size_t)sprintf(text + n, " + t%d", i);
  sprintf(text + n, ") q;");
  assert_refused_whole(text, strlen(text), SPIQE_LIMIT, "depends on more than 1024 inputs");
  free(text);
}

static void bytes_that_are_no_text_are_refused(void **state) {
  (void)state;
  const char zero[] = "qubit q;\0bit c;";
  assert_refused_whole(zero, sizeof zero - 1, SPIQE_BAD_FORMAT, "t.qasm:1:9: a byte 0x00");
  assert_refused("qubit \xff\xfe;", SPIQE_BAD_FORMAT, "a name that is not UTF-8");
  assert_refused("\x01", SPIQE_BAD_FORMAT, "a byte 0x01");
}

/* A text may end anywhere. */
static void every_beginning_of_a_text_is_read_or_refused(void **state) {
  (void)state;
  const char *text =
      "OPENQASM 3.0;\ninclude \"stdgates.inc\";\ninput float t;\ngate g(a) p, r { rx(a/2) p; ctrl "
      "@ pow(2) @ s p, r; }\nqubit[3] q; bit[2] c; uint[4] n = 0x1f;\nfor int i in {0, 1} { g(t*2) "
      "q[i], q[i + 1]; }\nif (c == 1 && !c[0]) { delay[10ns] q[0]; } else switch (n) { case 1 { "
      "reset q; } }\nlet a = q[0:1] ++ q[2]; c = measure a[0:1];\n";
  const size_t size = strlen(text);
  spiqe_circuit_destroy(read_qasm(text));
  for (size_t n = 0; n < size; n++) {
    char *part = malloc(n + 1); /* of its own, so that a byte too far is seen */
    spiqe_circuit *circuit;
    memcpy(part, text, n);
    spiqe_status status = spiqe_circuit_parse(&context, "t.qasm", n ? part : "", n, &circuit);
    assert_true((status == SPIQE_OK) == (circuit != NULL));
    if (status != SPIQE_OK) assert_non_null(strstr(context.message, "t.qasm:"));
    spiqe_circuit_destroy(circuit);
    free(part);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(messages_tell_place_expected_and_found),
      cmocka_unit_test(wrong_names_get_the_nearest_right_one),
      cmocka_unit_test(calls_must_fit_their_gate),
      cmocka_unit_test(what_openqasm_has_and_the_reader_has_not_is_named),
      cmocka_unit_test(nesting_ends_at_its_limit),
      cmocka_unit_test(as_deep_as_the_limit_is_read),
      cmocka_unit_test(gates_within_gates_end_at_the_limit),
      cmocka_unit_test(loops_registers_and_powers_end_at_a_limit),
      cmocka_unit_test(the_limit_is_a_million),
      cmocka_unit_test(names_and_numbers_have_a_longest),
      cmocka_unit_test(an_angle_has_a_limit_of_inputs),
      cmocka_unit_test(bytes_that_are_no_text_are_refused),
      cmocka_unit_test(every_beginning_of_a_text_is_read_or_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
