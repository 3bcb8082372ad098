/* Gates that a text defines, and modifiers: their matrices. */
#include "support/cmocka_all.h"

#include <math.h>

#include "circuit/qasm_listing.h"
#include "circuit/unitary.h"

/* Products of some ten matrices with rounded entries. */
#define TOLERANCE 1e-13

#define HEAD "include \"stdgates.inc\"; qubit[4] q;\n"

/* Both texts behind HEAD have the same matrix, global phase and all. */
static void assert_same(const char *a, const char *b) {
  static double complex matrices[2][256];
  const char *const texts[] = {a, b};
  for (size_t i = 0; i < 2; i++) {
    char text[4096];
    snprintf(text, sizeof text, HEAD "%s", texts[i]);
    spiqe_circuit *circuit = read_qasm(text);
    unitary_of(circuit, NULL, matrices[i]);
    spiqe_circuit_destroy(circuit);
  }
  double distance = largest_difference(256, matrices[0], matrices[1]);
  if (!(distance < TOLERANCE)) fail_msg("off by %g:\n%s\n%s", distance, a, b);
}

#define PAIR "gate pair(a) p, r { h p; crx(a) p, r; s r; gphase(a/3); u2(a, 0.2) p; }\n"

static void a_definition_is_put_in_the_place_of_its_calls(void **state) {
  (void)state;
  assert_made("gate g(a, b) p, r { rx(a) p; cx p, r; rz(a/b) r; } g(pi, 2) q[4], q[1];",
              "rx(3.141592653589793) 4; cx 4 1; rz(1.5707963267948966) 1");
  assert_made("gate in1 p { x p; } gate in2 p, r { in1 r; in1 p; } in2 q[0], q[1];", "x 1; x 0");
  assert_made("gate none p { } none q[0]; gate phase0(a) { gphase(a); } phase0(0.5);",
              "gphase(0.5)");
  assert_made(
      "gate rows(n) p, r { for int i in [0:2] { rx(i*n) p; } barrier p, r; } "
      "rows(0.5) q[0], q[1];",
      "rx(0) 0; rx(0.5) 0; rx(1) 0; barrier 0 1");
}

static void a_body_sees_what_was_there_before_it(void **state) {
  (void)state;
  assert_made(
      "const float k = 0.5; gate g p { rx(k) p; } "
      "for int k in [1:1] { g q[0]; } gate h2(k) p { rx(k) p; g p; } h2(2) q[1];",
      "rx(0.5) 0; rx(2) 1; rx(0.5) 1");
  assert_refused("gate g p { x q[0]; }", SPIQE_BAD_NAME, "no qubit or register is called 'q'");
  assert_refused("input float later; gate g p { rx(later) p; }", SPIQE_BAD_NAME,
                 "no value is called 'later'");
  assert_refused("gate g p { later p; } gate later p { x p; }", SPIQE_BAD_NAME, "'later'");
}

static void modifiers_change_the_matrix_as_they_say(void **state) {
  (void)state;
  assert_same("inv @ t q[0];", "tdg q[0];");
  assert_same("inv @ U(0.1, 0.2, 0.3) q[0];", "U(-0.1, -0.3, -0.2) q[0];");
  assert_same("inv @ u2(0.4, 0.5) q[0]; u2(0.4, 0.5) q[0];", "");
  assert_same("ctrl @ x q[0], q[1];", "cx q[0], q[1];");
  assert_same("ctrl(2) @ x q[0], q[1], q[2];", "ccx q[0], q[1], q[2];");
  assert_same("negctrl @ x q[0], q[1];", "x q[0]; cx q[0], q[1]; x q[0];");
  assert_same("ctrl @ negctrl @ z q[0], q[1], q[2];",
              "x q[1]; ctrl @ cz q[0], q[1], q[2]; x q[1];");
  assert_same("ctrl @ gphase(0.3) q[2];", "p(0.3) q[2];");
  assert_same("pow(3) @ s q[0];", "sdg q[0];");
  assert_same("pow(-2) @ t q[0];", "sdg q[0];");
  assert_same("pow(0) @ h q[0];", "");
  assert_same("pow(5) @ h q[0]; pow(4) @ y q[1];", "h q[0];");
  assert_same("pow(3) @ crz(0.4) q[0], q[1];", "crz(1.2) q[0], q[1];");
  assert_same("ctrl @ inv @ pow(2) @ sx q[1], q[0];", "cx q[1], q[0];");
}

static void modifiers_go_through_a_definition(void **state) {
  (void)state;
  assert_same(PAIR "inv @ pair(0.7) q[0], q[1]; pair(0.7) q[0], q[1];", "");
  assert_same(PAIR "pow(3) @ pair(0.7) q[0], q[1];",
              PAIR "pair(0.7) q[0], q[1]; pair(0.7) q[0], q[1]; pair(0.7) q[0], q[1];");
  assert_same(PAIR "pow(-2) @ pair(0.7) q[0], q[1];",
              PAIR "inv @ pair(0.7) q[0], q[1]; inv @ pair(0.7) q[0], q[1];");
  assert_same(PAIR "pow(0) @ pair(0.7) q[0], q[1];", "");
  assert_same(PAIR "ctrl @ pair(0.7) q[2], q[0], q[1];",
              "ch q[2], q[0]; ctrl @ crx(0.7) q[2], q[0], q[1]; ctrl @ s q[2], q[1]; "
              "p(0.7/3) q[2]; ctrl @ u2(0.7, 0.2) q[2], q[0];");
  assert_same(PAIR
              "negctrl @ inv @ ctrl @ pair(0.7) q[3], q[2], q[0], q[1];"
              "negctrl @ ctrl @ pair(0.7) q[3], q[2], q[0], q[1];",
              "");
}

/* U^k = exp(k log U): powers of a power, and names that the textbook gives them. */
static void real_powers_have_the_principal_logarithm(void **state) {
  (void)state;
  assert_same("pow(0.5) @ x q[0];", "sx q[0];");
  assert_same("pow(0.5) @ U(pi, 0, pi) q[0];", "sx q[0];"); /* -1 is rounded to both sides */
  assert_same("pow(0.5) @ U(pi, 0, -pi) q[0];", "sx q[0];");
  assert_same("pow(0.5) @ z q[0];", "s q[0];");
  assert_same("pow(-0.25) @ z q[0];", "tdg q[0];");
  assert_same("pow(0.25) @ y q[0]; pow(0.75) @ y q[0];", "y q[0];");
  assert_same("pow(0.5) @ h q[0]; pow(0.5) @ h q[0];", "h q[0];");
  assert_same("pow(1/3) @ U(1, 2, 3) q[0]; pow(1/3) @ U(1, 2, 3) q[0]; pow(1/3) @ U(1, 2, 3) q[0];",
              "U(1, 2, 3) q[0];");
  assert_same("pow(0.5) @ rx(1.2) q[0];", "rx(0.6) q[0];");
  assert_same("pow(0.5) @ p(1.5*pi) q[0];", "p(-0.25*pi) q[0];");
  assert_same("pow(0.5) @ rx(2*pi) q[0];", "gphase(pi/2);"); /* -1 has the phase pi twice */
  assert_same("pow(0.5) @ ry(-6*pi) q[0];", "pow(0.5) @ U(-6*pi, 0, 0) q[0];");
  assert_same("ctrl @ pow(0.5) @ rz(2*pi) q[0], q[1];", "s q[0];");
  assert_same("pow(3) @ pow(0.5) @ rx(2*pi) q[0];", "gphase(-pi/2);");
  assert_same("inv @ pow(0.5) @ rz(2*pi) q[0];", "gphase(-pi/2);");
  assert_same("ctrl @ pow(0.5) @ x q[0], q[1];", "ctrl @ sx q[0], q[1];");
  assert_same("negctrl @ pow(0.5) @ h q[0], q[1]; negctrl @ pow(0.5) @ h q[0], q[1];",
              "x q[0]; ch q[0], q[1]; x q[0];");
  assert_same("pow(2) @ pow(0.5) @ x q[0]; inv @ pow(0.5) @ y q[1]; pow(0.5) @ y q[1];", "x q[0];");
}

static void powers_scale_angles_that_depend_on_inputs(void **state) {
  (void)state;
  assert_made("pow(0.5) @ rx(t + 1) q[0]; inv @ ctrl @ p(2*u) q[0], q[1];",
              "rx(0.5 + 0.5*t) 0; cp(-2*u) 0 1");
  assert_made("inv @ rx(t) q[0:1];", "rx(-1*t) 0; rx(-1*t) 1");
}

/* Qiskit defines what stdgates.inc has not by bodies like these. */
static void a_definition_with_the_matrix_of_the_table_is_the_gate_of_the_table(void **state) {
  (void)state;
  assert_made(
      "gate rxx(p0) a, b { h a; h b; cx a, b; rz(p0) b; cx a, b; h b; h a; } "
      "rxx(2*t) q[3], q[1]; ctrl @ rxx(0.5) q[0], q[1], q[2];",
      "rxx(2*t) 3 1; rxx(0.5) 0 1 2");
  assert_made("gate iswap a, b { s a; s b; h a; cx a, b; cx b, a; h b; } iswap q[0], q[1];",
              "iswap 0 1");
  assert_made(
      "gate cs a, b { t a; cx a, b; tdg b; cx a, b; t b; } "
      "gate csx a, b { h b; cs a, b; h b; } csx q[2], q[0];",
      "csx 2 0");
  assert_made("gate sxdg a { inv @ sx a; } sxdg q[0];", "sxdg 0");
}

static void a_definition_that_differs_by_a_phase_is_not(void **state) {
  (void)state;
  assert_made("gate sxdg a { s a; h a; s a; } sxdg q[0];", "s 0; h 0; s 0");
  assert_made("gate rxx(p) a { rx(p) a; } rxx(1) q[0];", "rx(1) 0");
  assert_made("gate rzz(p) a, b { cx a, b; rz(p*p/0.41) b; cx a, b; } rzz(1) q[0], q[1];",
              "cx 0 1; rz(2.4390243902439024) 1; cx 0 1");
}

static void a_file_may_define_a_gate_of_an_included_file_again(void **state) {
  (void)state;
  assert_made("gate y a { x a; } y q[0];", "x 0");
  assert_made("gate h a { U(pi/2, 0, pi) a; } h q[0];", "h 0");
  assert_refused("gate g a { x a; } gate g a { y a; }", SPIQE_BAD_NAME, "'g' is declared twice");
  assert_refused("gate U(a, b, c) p { x p; }", SPIQE_BAD_NAME, "'U' is declared twice");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_definition_is_put_in_the_place_of_its_calls),
      cmocka_unit_test(a_body_sees_what_was_there_before_it),
      cmocka_unit_test(modifiers_change_the_matrix_as_they_say),
      cmocka_unit_test(modifiers_go_through_a_definition),
      cmocka_unit_test(real_powers_have_the_principal_logarithm),
      cmocka_unit_test(powers_scale_angles_that_depend_on_inputs),
      cmocka_unit_test(a_definition_with_the_matrix_of_the_table_is_the_gate_of_the_table),
      cmocka_unit_test(a_definition_that_differs_by_a_phase_is_not),
      cmocka_unit_test(a_file_may_define_a_gate_of_an_included_file_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
