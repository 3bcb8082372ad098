/* Laws of the writer: what is read again is the same circuit; what cannot be said is refused. */
#include "support/cmocka_all.h"

#include "circuit/random_circuit.h"
#include "circuit/unitary.h"
#include "core/context.h"
#include "core/text.h"

static spiqe_context context;

static spiqe_circuit *read_text(const char *text) {
  spiqe_circuit *circuit;
  spiqe_status status = spiqe_circuit_parse(&context, "text", text, strlen(text), &circuit);
  if (status != SPIQE_OK) fail_msg("%s in\n%s", context.message, text);
  return circuit;
}

static char *written(const spiqe_circuit *circuit, int version) {
  char *text;
  must(&context, spiqe_circuit_qasm(circuit, version, &text));
  return text;
}

static void assert_read_back(const spiqe_circuit *circuit, int version) {
  char message[256], *text = written(circuit, version);
  spiqe_circuit *again = read_text(text);
  if (!spiqe_circuit_equal(circuit, again, message, sizeof message))
    fail_msg("%s in\n%s", message, text);
  spiqe_circuit_destroy(again);
  free(text);
}

static void assert_text_read_back(const char *text, int version) {
  spiqe_circuit *circuit = read_text(text);
  assert_read_back(circuit, version);
  spiqe_circuit_destroy(circuit);
}

static void gates_of_all_names_are_read_back(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 100; seed++) {
    spiqe_circuit *circuit = random_gates(&context, seed, 1 + seed % 7, seed % 4, 40);
    assert_read_back(circuit, 3);
    spiqe_circuit_destroy(circuit);
  }
}

static spiqe_circuit *circuit_with(const char *name, const double *angles) {
  spiqe_circuit *circuit;
  must(&context, spiqe_circuit_create(&context, 6, 0, &circuit));
  must(&context, spiqe_circuit_gate(circuit, name, angles, (uint32_t[]){4, 2, 0, 1, 3, 5}));
  return circuit;
}

/* OpenQASM 2 has no global phase; a gate with one of its own needs it. */
static void each_name_but_phases_can_be_said_in_version_2(void **state) {
  (void)state;
  for (size_t i = 0; spiqe_gate_name(i); i++) {
    const char *name = spiqe_gate_name(i);
    char *text = NULL;
    spiqe_circuit *circuit = circuit_with(name, (double[]){0.25, -1, 1e-9, 3});
    if (!strcmp(name, "gphase") || !strcmp(name, "gu"))
      assert_int_equal(spiqe_circuit_qasm(circuit, 2, &text), SPIQE_UNSUPPORTED);
    else
      assert_read_back(circuit, 2);
    assert_null(text);
    spiqe_circuit_destroy(circuit);
  }
}

static void assert_angle_is(const char *text, double angle) {
  for (int version = 2; version <= 3; version++) {
    char wanted[64], *made;
    spiqe_circuit *circuit = circuit_with("rx", &angle);
    made = written(circuit, version);
    snprintf(wanted, sizeof wanted, "\nrx(%s) q[4];\n", text);
    if (!strstr(made, wanted)) fail_msg("%s is not in\n%s", wanted, made);
    free(made);
    assert_read_back(circuit, version);
    spiqe_circuit_destroy(circuit);
  }
}

static void numbers_are_read_back_to_the_same_bits(void **state) {
  (void)state;
  const double pi = 3.14159265358979323846;
  assert_angle_is("pi/2", pi / 2);
  assert_angle_is("-3*pi/4", -3 * pi / 4);
  assert_angle_is("2*pi", 2 * pi);
  assert_angle_is("-pi", -pi);
  assert_angle_is("5*pi/1024", 5 * pi / 1024);
  assert_angle_is("1.5707963", 1.5707963);
  assert_angle_is("3", 3);
  assert_angle_is("0", -0.0);
  assert_angle_is("1.0e-07", 1e-7);
  assert_angle_is("-1.0e+22", -1e22);
  dice d = dice_of(5);
  for (size_t i = 0; i < 400; i++) {
    double angle = ldexp(draw(&d) - 0.5, (int)below(&d, 2000) - 1000);
    spiqe_circuit *circuit = circuit_with("rx", &angle);
    assert_read_back(circuit, 2 + (int)(i & 1));
    spiqe_circuit_destroy(circuit);
  }
}

static void angles_of_inputs_are_sums(void **state) {
  (void)state;
  const char *text =
      "OPENQASM 3.0;\ninclude \"stdgates.inc\";\ninput float a;\ninput float b;\n"
      "qubit[1] q;\n"
      "rx(-a + 2*b - pi/3) q[0];\n"
      "rx(0.1*b) q[0];\n"
      "rx(-0.5*a - 3*b) q[0];\n"
      "p(1.0e-07*a + 1.0e-08) q[0];\n";
  spiqe_circuit *circuit = read_text(text);
  char *made = written(circuit, 3);
  assert_string_equal(made, text);
  free(made);
  assert_read_back(circuit, 3);
  spiqe_circuit_destroy(circuit);
}

static void delays_are_read_back_in_their_unit(void **state) {
  (void)state;
  const struct {
    double seconds;
    const char *text;
  } cases[] = {{1e-7, "[100ns]"}, {1.5e-6, "[1.5us]"}, {0.25, "[250ms]"},      {2, "[2s]"},
               {0, "[0s]"},       {3e-9, "[3ns]"},     {3.5e-10, "[3.5e-10s]"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    spiqe_circuit *circuit;
    must(&context, spiqe_circuit_create(&context, 1, 0, &circuit));
    must(&context, spiqe_circuit_delay(circuit, cases[i].seconds, 0));
    char *made = written(circuit, 3);
    if (!strstr(made, cases[i].text)) fail_msg("%s is not in\n%s", cases[i].text, made);
    free(made);
    dice d = dice_of(i);
    for (size_t j = 0; j < 200; j++)
      must(&context, spiqe_circuit_delay(circuit, ldexp(draw(&d), -(int)below(&d, 60)), 0));
    assert_read_back(circuit, 3);
    spiqe_circuit_destroy(circuit);
  }
}

static const char *const declarations =
    "OPENQASM 3.0; include \"stdgates.inc\";\n"
    "qubit[3] q; bit[4] c; bit[1] one; uint[7] n; int[5] m; int[1] e; uint[64] w; bool b;\n";

/* A random expression, each operator with its operands in parentheses. */
static void add_expression(spiqe_text *text, dice *d, size_t depth) {
  static const char *const leaves[] = {
      "c", "c[1]", "one",          "n",         "m",      "e[0]",   "e", "w",
      "b", "3",    "-2",           "c[1:2]",    "n[3:6]", "m[0:4]", "0", "200",
      "c", "m[4]", "uint[9](300)", "int[3](-1)"};
  static const char *const signs[] = {"+", "-",  "*",  "/", "%",  "<<", ">>", "&",  "|",
                                      "^", "==", "!=", "<", "<=", ">",  ">=", "&&", "||"};
  static const char *const before[] = {"!", "~", "-", "bool", "uint[5]", "int[6]"};
  uint32_t kind = depth ? below(d, 10) : 0;
  if (kind < 2) {
    spiqe_text_add(text, "%s", leaves[below(d, sizeof leaves / sizeof *leaves)]);
  } else if (kind < 4) {
    spiqe_text_add(text, "%s(", before[below(d, 6)]);
    add_expression(text, d, depth - 1);
    spiqe_text_add(text, ")");
  } else {
    spiqe_text_add(text, "(");
    add_expression(text, d, depth - 1);
    spiqe_text_add(text, ") %s (", signs[below(d, 18)]);
    add_expression(text, d, depth - 1);
    spiqe_text_add(text, ")");
  }
}

static void expressions_are_read_back_without_their_parentheses(void **state) {
  (void)state;
  static const char *const targets[] = {"c", "c[2]", "one", "n", "m", "b", "w", "n[2:4]"};
  size_t n_read = 0;
  for (uint64_t seed = 0; seed < 600; seed++) {
    dice d = dice_of(seed);
    spiqe_text text = {0};
    spiqe_circuit *circuit;
    spiqe_text_add(&text, "%s%s = ", declarations, targets[below(&d, 8)]);
    add_expression(&text, &d, 4);
    spiqe_text_add(&text, ";\nif (");
    add_expression(&text, &d, 3);
    spiqe_text_add(&text, ") x q[0];\nwhile (");
    add_expression(&text, &d, 3);
    spiqe_text_add(&text, ") { reset q[1]; }\n");
    /* constants are worked out when they are read, and may divide by 0 or be too large */
    if (spiqe_circuit_parse(&context, "text", text.data, text.size, &circuit) == SPIQE_OK) {
      assert_read_back(circuit, 3);
      spiqe_circuit_destroy(circuit);
      n_read++;
    }
    spiqe_text_destroy(&text);
  }
  assert_true(n_read > 400);
}

static void parentheses_stand_only_where_they_are_needed(void **state) {
  (void)state;
  static const char *const lines[] = {"n = n + n * 3 - n / 2 % n;",
                                      "n = (n + 1) * (n - (n - 1));",
                                      "n = n - n - 1;",
                                      "b = !(b && c[0] == 1) || b;",
                                      "n = n & (n | 3 ^ n) << 1;",
                                      "m = -m + ~(m - 1);",
                                      "b = n < 3 == m >= -2;",
                                      "c[0:2] = c[1:3];",
                                      "m = int[5](n) * -1;",
                                      "b = bool(n & 1) && n != 3;",
                                      "n = n << 1 << (n >> 2);",
                                      "w = 0xffffffffffffffff;"};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    char text[512];
    snprintf(text, sizeof text, "%s%s\n", declarations, lines[i]);
    spiqe_circuit *circuit = read_text(text);
    char *made = written(circuit, 3);
    if (!strstr(made, lines[i])) fail_msg("%s is not in\n%s", lines[i], made);
    free(made);
    spiqe_circuit_destroy(circuit);
  }
}

/* What an operator makes of literals is a literal again, with the sign that its digits have. */
static void literals_made_by_operators_are_read_back(void **state) {
  (void)state;
  static const char *const lines[] = {"w = ~0xffffffffffffffff >> n;",
                                      "b = ~0xffffffffffffffff > m;",
                                      "b = m < (0xffffffffffffffff & 15);",
                                      "w = (0xffffffffffffffff ^ 1) >> n;", "w = ~5 >> n;"};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    char text[512];
    snprintf(text, sizeof text, "%s%s\n", declarations, lines[i]);
    assert_text_read_back(text, 3);
  }
}

static void all_other_operations_are_read_back(void **state) {
  (void)state;
  char text[2048];
  snprintf(text, sizeof text,
           "%sh q; c[0] = measure q[1]; measure q[2]; b = measure q[0]; n[3] = measure q[0];\n"
           "reset q; barrier q; barrier q[2], q[0]; barrier q[1]; delay[3dt] q[1]; delay[20ns] q;\n"
           "if (c == 2) { x q[0]; if (b) { gphase(0.5); } else { while (n < 3) { n += 1; } } }\n"
           "else { c[1] = measure q[1]; }\n"
           "ctrl(2) @ gphase(pi/8) q[0], q[2]; negctrl @ gphase(1) q[1];\n"
           "ctrl @ negctrl @ ctrl @ rx(0.5) q[0], q[1], q[2], q[3];\n"
           "ctrl @ pow(0.5) @ x q[0], q[1]; inv @ s q[0]; qubit[2] more; bit[2] d;\n"
           "d = measure more; x more[1]; barrier q, more; barrier more[1], more[0];\n",
           "OPENQASM 3.0; include \"stdgates.inc\";\n"
           "qubit[4] q; bit[4] c; uint[7] n; bool b;\n");
  assert_text_read_back(text, 3);
  spiqe_circuit *circuit = read_text(text);
  char *made = written(circuit, 3);
  assert_non_null(strstr(made, "\nd = measure more;\n"));
  assert_non_null(strstr(made, "\nbarrier q, more;\nbarrier more[1], more[0];\n"));
  assert_non_null(
      strstr(made, "\n  if (b) {\n    gphase(0.5);\n  } else {\n    while (n < 3) {\n"));
  assert_non_null(strstr(made, "\nctrl @ negctrl @ crx(0.5) q[0], q[1], q[2], q[3];\n"));
  free(made);
  spiqe_circuit_destroy(circuit);
}

static void version_2_is_read_back(void **state) {
  (void)state;
  const char *text =
      "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n"
      "gate iswap a, b { s a; s b; h a; cx a, b; cx b, a; h b; }\n"
      "qreg q[2];\ncreg c[2];\ncreg d[1];\n"
      "iswap q[1], q[0];\nu2(0.5, -pi) q[0];\nmeasure q -> c;\n"
      "measure q[0] -> d[0];\nif (c == 2) x q[0];\nif (d == 1) measure q[1] -> c[0];\n"
      "if (c == 3) reset q[0];\nbarrier q;\n";
  spiqe_circuit *circuit = read_text(text);
  char *made = written(circuit, 2);
  assert_string_equal(made, text);
  free(made);
  assert_read_back(circuit, 2);
  assert_read_back(circuit, 3);
  spiqe_circuit_destroy(circuit);
}

/* As blocks within each other they would be too deep to be read. */
static void a_long_chain_is_read_back(void **state) {
  (void)state;
  char text[8192] = "OPENQASM 3.0; include \"stdgates.inc\"; qubit q; bit[8] c; switch (c) {";
  for (size_t i = 0; i < 100; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "case %zu { x q; }", i);
  strcat(text, "default { y q; if (c == 200) { z q; } } }");
  spiqe_circuit *circuit = read_text(text);
  char *made = written(circuit, 3);
  assert_non_null(strstr(made, "\n} else if (c == 99) {\n  x q"));
  assert_non_null(strstr(made, "\n} else {\n  y q"));
  free(made);
  assert_read_back(circuit, 3);
  spiqe_circuit_destroy(circuit);
}

static void what_a_version_cannot_say_is_refused_by_name(void **state) {
  (void)state;
  static const struct {
    int version;
    const char *line, *words;
  } cases[] = {
      {2, "input float a;", "no inputs; this circuit has 'a'"},
      {2, "uint[3] n;", "no uint; 'n' is one"},
      {2, "gphase(0.5);", "line 1 (gphase): OpenQASM 2 has no name for gphase"},
      {2, "negctrl @ x q[0], q[1];", "line 1 (cx): OpenQASM 2 has no controls that must be"},
      {2, "ctrl @ U(1, 2, 3) q[0], q[1]; ctrl(2) @ rx(1) q[0], q[1], q[2];",
       "line 1 (rx): OpenQASM 2 has no name for rx with 2 controls"},
      {2, "measure q[0];", "(measure): OpenQASM 2 measures into bits only"},
      {2, "delay[1ns] q[0];", "(delay): OpenQASM 2 has no delays"},
      {2, "c[0] = 1;", "(assignment): OpenQASM 2 has no classical variables"},
      {2, "while (c == 1) { x q[0]; }", "(while): OpenQASM 2 has no while"},
      {2, "if (c < 1) { x q[0]; }", "(if): OpenQASM 2 has only conditions of the form"},
      {2, "if (c[0:1] == 1) { x q[0]; }", "(if): OpenQASM 2 has only conditions of the form"},
      {2, "if (c == 1) { x q[0]; y q[0]; }", "on a single gate"},
      {2, "if (c == 1) { x q[0]; } else { y q[0]; }", "without else"},
      {2, "if (c == 1) { barrier q[0]; }", "on a single gate"},
      {2, "qubit[2] Other;", "'Other' cannot be a name in OpenQASM 2"},
      {2, "qubit[2] sxdg;", "'sxdg' is a gate"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[512], *out = text;
    snprintf(text, sizeof text, "OPENQASM 3.0; include \"stdgates.inc\"; qubit[3] q; bit[3] c; %s",
             cases[i].line);
    spiqe_circuit *circuit = read_text(text);
    assert_int_equal(spiqe_circuit_qasm(circuit, cases[i].version, &out), SPIQE_UNSUPPORTED);
    assert_null(out);
    if (!strstr(context.message, cases[i].words))
      fail_msg("'%s' lacks '%s'", context.message, cases[i].words);
    assert_read_back(circuit, 3);
    spiqe_circuit_destroy(circuit);
  }
}

static void noise_matrices_and_names_of_the_language_are_refused(void **state) {
  (void)state;
  const spiqe_complex one[] = {{1, 0}, {0, 0}, {0, 0}, {1, 0}};
  spiqe_complex swap[16];
  char *out;
  spiqe_circuit *circuit;
  static const char *const names[] = {"while", "pi", "cx", "U", "sin"};
  must(&context, spiqe_circuit_create(&context, 2, 0, &circuit));
  must(&context, spiqe_circuit_channel(circuit, "damp", 1, (uint32_t[]){0}, 1, one));
  assert_int_equal(spiqe_circuit_qasm(circuit, 3, &out), SPIQE_UNSUPPORTED);
  assert_string_equal(context.message, "operation 0 (damp): OpenQASM has no noise");
  assert_int_equal(spiqe_circuit_qasm(circuit, 1, &out), SPIQE_BAD_ARGUMENT);
  spiqe_circuit_destroy(circuit);
  must(&context, spiqe_circuit_create(&context, 2, 0, &circuit));
  spiqe_gate_matrix((size_t)spiqe_gate_find("swap"), NULL, swap);
  must(&context, spiqe_circuit_matrix(circuit, 2, (uint32_t[]){0, 1}, swap));
  assert_int_equal(spiqe_circuit_qasm(circuit, 3, &out), SPIQE_UNSUPPORTED);
  assert_non_null(strstr(context.message, "operation 0 (matrix): OpenQASM has no matrices"));
  spiqe_circuit_destroy(circuit);
  for (size_t i = 0; i < 5; i++) {
    must(&context, spiqe_circuit_create(&context, 0, 0, &circuit));
    must(&context, spiqe_circuit_add_register(circuit, SPIQE_REGISTER_BITS, names[i], 1, NULL));
    assert_int_equal(spiqe_circuit_qasm(circuit, 3, &out), SPIQE_UNSUPPORTED);
    assert_non_null(strstr(context.message, names[i]));
    spiqe_circuit_destroy(circuit);
  }
}

/* U and a phase have four angles, each rounded to 4e-16 at most. */
static void a_matrix_on_one_qubit_is_written_as_u_and_a_phase(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 500; seed++) {
    dice d = dice_of(seed);
    double angles[4], limit = seed % 3 ? 6 : 1e-8; /* also near the identity, and near X */
    spiqe_complex matrix[4];
    for (size_t i = 0; i < 4; i++) angles[i] = limit * (draw(&d) - 0.5);
    if (seed % 6 == 0) angles[0] += 3.14159265358979323846;
    if (seed % 7 == 0) angles[0] = 0;
    spiqe_gate_matrix((size_t)spiqe_gate_find("gu"), angles, matrix);
    spiqe_circuit *circuit, *again;
    double complex wanted[4], made[4];
    must(&context, spiqe_circuit_create(&context, 1, 0, &circuit));
    must(&context, spiqe_circuit_matrix(circuit, 1, (uint32_t[]){0}, matrix));
    char *text = written(circuit, 3);
    again = read_text(text);
    unitary_of(circuit, NULL, wanted);
    unitary_of(again, NULL, made);
    if (!(largest_difference(4, wanted, made) < 3e-15))
      fail_msg("off by %g in\n%s", largest_difference(4, wanted, made), text);
    free(text);
    spiqe_circuit_destroy(again);
    spiqe_circuit_destroy(circuit);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gates_of_all_names_are_read_back),
      cmocka_unit_test(each_name_but_phases_can_be_said_in_version_2),
      cmocka_unit_test(numbers_are_read_back_to_the_same_bits),
      cmocka_unit_test(angles_of_inputs_are_sums),
      cmocka_unit_test(delays_are_read_back_in_their_unit),
      cmocka_unit_test(expressions_are_read_back_without_their_parentheses),
      cmocka_unit_test(parentheses_stand_only_where_they_are_needed),
      cmocka_unit_test(literals_made_by_operators_are_read_back),
      cmocka_unit_test(all_other_operations_are_read_back),
      cmocka_unit_test(version_2_is_read_back),
      cmocka_unit_test(a_long_chain_is_read_back),
      cmocka_unit_test(what_a_version_cannot_say_is_refused_by_name),
      cmocka_unit_test(noise_matrices_and_names_of_the_language_are_refused),
      cmocka_unit_test(a_matrix_on_one_qubit_is_written_as_u_and_a_phase),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
