/* What texts of OpenQASM 2 and 3 become: gates, registers, measurement, timing. */
#include "support/cmocka_all.h"

#include "circuit/qasm_listing.h"

static void a_text_of_version_3_becomes_its_operations(void **state) {
  (void)state;
  assert_listed(
      "OPENQASM 3.0;\n"
      "include \"stdgates.inc\"; // gates\r"
      "bit[2] c;\n"
      "qubit[3] q;\n"
      "/* of\n two lines */ h q[0];\n"
      "rx(0.5) q[1]; U(0.1, 0.2, 0.3) q[2];\n"
      "cx q[0], q[1];\n"
      "ccx q[2], q[1], q[0];\n"
      "gphase(0.25);\n"
      "reset q[2];\n"
      "barrier q[1], q[0];\n"
      "c[0] = measure q[0];\n"
      "measure q[1] -> c[1];\n"
      "measure q[2];\n",
      "h 0; rx(0.5) 1; U(0.1, 0.2, 0.3) 2; cx 0 1; ccx 2 1 0; gphase(0.25); reset 2; barrier 1 0; "
      "measure 0 -> 0; measure 1 -> 1; measure 2");
}

static void a_text_of_version_2_becomes_its_operations(void **state) {
  (void)state;
  assert_listed(
      "OPENQASM 2.0;\n"
      "include \"qelib1.inc\";\n"
      "qreg q[4]; creg c[4]; creg for[2];\n"
      "U(0.1,0.2,0.3) q[0]; CX q[0],q[1];\n"
      "u3(pi/2,0,pi) q[1]; u1(0.5) q[2]; u0(1) q[3];\n"
      "cu1(2^2/8) q[0],q[1];\n"
      "c3x q[0],q[1],q[2],q[3]; rzz(0.1) q[0],q[1];\n"
      "if(c==5) x q[0];\n"
      "if(for==1) measure q -> c;\n",
      "U(0.1, 0.2, 0.3) 0; cx 0 1; U(1.5707963267948966, 0, 3.141592653589793) 1; p(0.5) 2; id 3; "
      "cp(0.5) 0 1; c3x 0 1 2 3; rzz(0.1) 0 1; if [0:4 5 ==]; x 0; end; if [4:2 1 ==]; "
      "measure 0 -> 0; measure 1 -> 1; measure 2 -> 2; measure 3 -> 3; end");
}

static void registers_are_declared_in_their_order(void **state) {
  (void)state;
  spiqe_circuit *circuit = read_qasm(
      "bit b; bit[3] c; qubit r; qubit[2] q; uint[5] n; int[8] i; int w; bool f;\n"
      "creg old[2]; qreg last[3]; output bit[2] out; input float[64] theta; input angle \xce\xb8;");
  const struct {
    const char *name;
    spiqe_register_kind kind;
    uint32_t first, size;
  } expected[] = {{"b", SPIQE_REGISTER_BITS, 0, 1},    {"c", SPIQE_REGISTER_BITS, 1, 3},
                  {"r", SPIQE_REGISTER_QUBITS, 0, 1},  {"q", SPIQE_REGISTER_QUBITS, 1, 2},
                  {"n", SPIQE_REGISTER_UINT, 4, 5},    {"i", SPIQE_REGISTER_INT, 9, 8},
                  {"w", SPIQE_REGISTER_INT, 17, 64},   {"f", SPIQE_REGISTER_BOOL, 81, 1},
                  {"old", SPIQE_REGISTER_BITS, 82, 2}, {"last", SPIQE_REGISTER_QUBITS, 3, 3},
                  {"out", SPIQE_REGISTER_BITS, 84, 2}};
  assert_int_equal(circuit->n_registers, sizeof expected / sizeof *expected);
  for (size_t i = 0; i < circuit->n_registers; i++) {
    assert_string_equal(circuit->registers[i].name, expected[i].name);
    assert_int_equal(circuit->registers[i].kind, expected[i].kind);
    assert_int_equal(circuit->registers[i].first, expected[i].first);
    assert_int_equal(circuit->registers[i].size, expected[i].size);
  }
  assert_int_equal(circuit->n_inputs, 2);
  assert_string_equal(spiqe_circuit_input_name(circuit, 0), "theta");
  assert_string_equal(spiqe_circuit_input_name(circuit, 1), "\xce\xb8");
  spiqe_circuit_destroy(circuit);
}

static void registers_in_the_place_of_qubits_repeat_the_call(void **state) {
  (void)state;
  assert_made("x q[1:3];", "x 1; x 2; x 3");
  assert_made("cx q[0], q[4:5];", "cx 0 4; cx 0 5");
  assert_made("cx q[0:1], q[2:3];", "cx 0 2; cx 1 3");
  assert_made("x q[4:-2:0]; x q[{5, 1}]; x q[-1]; x q[3:]; x q[:-3:]; x q[4::];",
              "x 4; x 2; x 0; x 5; x 1; x 5; x 3; x 4; x 5; x 5; x 2; x 4; x 5");
  assert_made("qubit[2] r; qubit s; cx r, s; cx s, r;", "cx 6 8; cx 7 8; cx 8 6; cx 8 7");
  assert_made("reset q[0:1]; c = measure q[2:5]; c[1:2] = measure q[0:1]; measure q[5] -> c[3];",
              "reset 0; reset 1; measure 2 -> 0; measure 3 -> 1; measure 4 -> 2; measure 5 -> 3; "
              "measure 0 -> 1; measure 1 -> 2; measure 5 -> 3");
  assert_made("gate pair a, b { h a; cx a, b; } pair q[0:1], q[2:3];", "h 0; cx 0 2; h 1; cx 1 3");
}

static void aliases_are_other_names_of_qubits_and_bits(void **state) {
  (void)state;
  assert_made("let a = q[4:5] ++ q[0]; h a; x a[2]; cx a[0:1], a[2];",
              "h 4; h 5; h 0; x 0; cx 4 0; cx 5 0");
  assert_made("let one = q[3]; h one; let set = {q[5], q[1]}; x set;", "h 3; x 5; x 1");
  assert_made("let low = c[0:1]; low = measure q[0:1]; if (low == 2) x q[0];",
              "measure 0 -> 0; measure 1 -> 1; if [0:2 2 ==]; x 0; end");
  assert_made("let all = {c[1], c[2]}; all[1] = measure q[0];", "measure 0 -> 2");
}

static void hardware_qubits_are_one_register(void **state) {
  (void)state;
  const char *text =
      "include \"stdgates.inc\"; bit[2] c; cx $2, $0; c[1] = measure $3; h $1; barrier $0, $1;";
  spiqe_circuit *circuit = read_qasm(text);
  assert_int_equal(circuit->n_qubits, 4);
  assert_string_equal(circuit->registers[1].name, "q");
  spiqe_circuit_destroy(circuit);
  assert_listed(text, "cx 2 0; measure 3 -> 1; h 1; barrier 0 1");
}

static void a_barrier_without_qubits_is_on_all(void **state) {
  (void)state;
  assert_made("barrier; barrier q[0:1], q[4]; barrier q;",
              "barrier 0 1 2 3 4 5; barrier 0 1 4; barrier 0 1 2 3 4 5");
}

static void times_are_in_seconds_or_dt(void **state) {
  (void)state;
  assert_made("delay[100ns] q[0]; delay[0.5us] q[0]; delay[2ms] q[0]; delay[1s] q[0];",
              "delay(1e-07) 0; delay(5e-07) 0; delay(0.002) 0; delay(1) 0");
  assert_made("delay[160dt] q[0]; delay[3 \xc2\xb5s] q[1]; delay[3\xce\xbcs] q[1];",
              "delay(160 dt) 0; delay(3e-06) 1; delay(3e-06) 1");
  assert_made("duration d = 100ns; const duration e = 2*d + 50ns; delay[e] q[0:1];",
              "delay(2.5e-07) 0; delay(2.5e-07) 1");
  assert_made("box[100ns] { x q[0]; delay[3dt * 2] q[0]; } box { y q[1]; }",
              "x 0; delay(6 dt) 0; y 1");
}

static void annotations_pragmas_and_marks_are_passed_over(void **state) {
  (void)state;
  assert_listed(
      "\xef\xbb\xbf"
      "OPENQASM 3;\r\n"
      "#pragma anything ; at } all\r\n"
      "pragma { the same\r\n"
      "include 'stdgates.inc';\r\n"
      "qubit[1] q;\r\n"
      "@reversible \"?\r\n"
      "h q[0];\r\n",
      "h 0");
}

static void an_operation_knows_its_line(void **state) {
  (void)state;
  spiqe_circuit *circuit = read_qasm(
      "include \"stdgates.inc\";\n"
      "gate two a { h a;\n"
      "  x a; }\n"
      "qubit q; bit c;\n"
      "two q;\n"
      "for int i in [0:1] {\n"
      "  rx(i)\n"
      "  q; }\n"
      "if (c)\n"
      "  c = measure q;\n");
  const uint32_t lines[] = {5, 5, 7, 7, 9, 10};
  assert_int_equal(circuit->n_operations, 7);
  for (size_t i = 0; i < 6; i++) assert_int_equal(circuit->operations[i].line, lines[i]);
  spiqe_circuit_destroy(circuit);
}

static void a_file_is_read_and_a_missing_one_named(void **state) {
  (void)state;
  spiqe_circuit *circuit;
  const char *path = SPIQE_SOURCE_DIR "/examples/circuits/xor.qasm";
  if (spiqe_circuit_read(&context, path, &circuit) != SPIQE_OK) fail_msg("%s", context.message);
  assert_int_equal(spiqe_circuit_n_qubits(circuit), 3);
  spiqe_circuit_destroy(circuit);
  assert_int_equal(spiqe_circuit_read(&context, "/nowhere/x.qasm", &circuit), SPIQE_NOT_FOUND);
  assert_null(circuit);
  assert_non_null(strstr(context.message, "/nowhere/x.qasm"));
}

/* A register for each that is alive at the same time or has another shape. */
static void local_variables_of_one_name_have_registers_of_their_own(void **state) {
  (void)state;
  spiqe_circuit *circuit = read_qasm(
      "bit b; bit[2] c;\n"
      "for int i in [0:5] { bit[3] b; b = 1; }\n"
      "if (c == 1) { bit b; b = 1; if (c == 2) { bit b; b = 1; } }\n"
      "if (c == 3) { bit b; b = 1; }\n"
      "b = 1;\n");
  const char *const names[] = {"b", "c", "b_1", "b_2", "b_3"};
  assert_int_equal(circuit->n_registers, 5);
  for (size_t i = 0; i < 5; i++) assert_string_equal(circuit->registers[i].name, names[i]);
  assert_int_equal(circuit->operations[circuit->n_operations - 1].payload, 0);
  spiqe_circuit_destroy(circuit);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_text_of_version_3_becomes_its_operations),
      cmocka_unit_test(a_text_of_version_2_becomes_its_operations),
      cmocka_unit_test(registers_are_declared_in_their_order),
      cmocka_unit_test(registers_in_the_place_of_qubits_repeat_the_call),
      cmocka_unit_test(aliases_are_other_names_of_qubits_and_bits),
      cmocka_unit_test(hardware_qubits_are_one_register),
      cmocka_unit_test(a_barrier_without_qubits_is_on_all),
      cmocka_unit_test(times_are_in_seconds_or_dt),
      cmocka_unit_test(annotations_pragmas_and_marks_are_passed_over),
      cmocka_unit_test(an_operation_knows_its_line),
      cmocka_unit_test(a_file_is_read_and_a_missing_one_named),
      cmocka_unit_test(local_variables_of_one_name_have_registers_of_their_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
