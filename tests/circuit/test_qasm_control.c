/* if, while, for, switch: what is decided as the text is read, and what as the circuit runs. */
#include "support/cmocka_all.h"

#include "circuit/qasm_listing.h"

static void branches_become_if_else_end(void **state) {
  (void)state;
  assert_made("if (c == 1) { x q[0]; y q[1]; }", "if [0:4 1 ==]; x 0; y 1; end");
  assert_made("if (c[0]) x q[0]; else { y q[0]; } z q[0];", "if [0:1]; x 0; else; y 0; end; z 0");
  assert_made("if (c == 1) x q[0]; else if (c == 2) y q[0]; else z q[0];",
              "if [0:4 1 ==]; x 0; else; if [0:4 2 ==]; y 0; else; z 0; end; end");
  assert_made("if (c[0]) if (c[1]) x q[0]; else y q[0];",
              "if [0:1]; if [1:1]; x 0; else; y 0; end; end");
  assert_made("if (c[0]) { } else { }", "if [0:1]; else; end");
}

static void a_condition_that_is_known_chooses_its_branch(void **state) {
  (void)state;
  assert_made("if (2 > 1) x q[0]; else y q[0];", "x 0");
  assert_made("if (false) { x q[0]; { if } } else y q[0];", "y 0");
  assert_made("if (0) x q[0]; z q[0];", "z 0");
  assert_made("const int n = 3; if (n == 3) { x q[0]; } else if (c[0]) { y q[0]; } z q[0];",
              "x 0; z 0");
  assert_made("if (false) x q[0]; else if (c[0]) y q[0]; else if (true) z q[0]; else h q[0];",
              "if [0:1]; y 0; else; z 0; end");
  assert_made("while (false) { x q[0]; } y q[0];", "y 0");
}

static void while_is_done_as_the_circuit_runs(void **state) {
  (void)state;
  assert_made("while (!c[0]) { h q[0]; c[0] = measure q[0]; }",
              "while [0:1 !]; h 0; measure 0 -> 0; end");
  assert_made("while (c < 3) x q[0];", "while [0:4 3 <]; x 0; end");
}

static void loops_are_unrolled_with_their_variable_a_constant(void **state) {
  (void)state;
  assert_made("for int i in [0:2] { rx(i/4) q[i]; }", "rx(0) 0; rx(0.25) 1; rx(0.5) 2");
  assert_made("for uint[8] i in [4:-2:0] x q[i];", "x 4; x 2; x 0");
  assert_made("for int i in {5, 1 + 2} x q[i];", "x 5; x 3");
  assert_made("for float[64] a in {0.5, pi} rx(a) q[0];", "rx(0.5) 0; rx(3.141592653589793) 0");
  assert_made("for i in [0:1] { for int j in [i:1] { cx q[i], q[j + 2]; } }",
              "cx 0 2; cx 0 3; cx 1 3");
  assert_made("for int i in [3:2] { x q[0]; } for int i in [0:-1] for int j in {1} x q[0]; z q[0];",
              "z 0");
  assert_made("for int i in [0:2] { if (i == 1) x q[i]; else if (c == i) y q[i]; }",
              "if [0:4 0 ==]; y 0; end; x 1; if [0:4 2 ==]; y 2; end");
  assert_made(
      "for int i in [9223372036854775806:9223372036854775807] { rx(i - 9223372036854775806) "
      "q[0]; }",
      "rx(0) 0; rx(1) 0");
}

/* What is passed over may hold all kinds of statements. */
static void what_is_passed_over_ends_where_it_should(void **state) {
  (void)state;
  const char *const statements[] = {
      "x q[{0, 1}];",
      "let a = {q[0]};",
      "if (c[0]) x q[0]; else if (c[1]) { y q[0]; } else z q[0];",
      "for int i in {1, 2} { x q[i]; }",
      "for int i in [1:2] x q[i];",
      "while (c[0]) { x q[0]; }",
      "switch (c) { case 1 { x q[0]; } default { } }",
      "box[10ns] { x q[0]; }",
      "{ x q[0]; { y q[0]; } }",
  };
  for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
    char text[1024];
    snprintf(text, sizeof text, "if (false) %s else h q[1]; if (true) h q[2]; else %s h q[3];",
             statements[i], statements[i]);
    assert_made(text, "h 1; h 2; h 3");
  }
}

static void a_switch_is_a_chain_of_branches(void **state) {
  (void)state;
  assert_made("switch (c) { case 0 { x q[0]; } case 1, 2 { y q[0]; } default { z q[0]; } } h q[0];",
              "if [0:4 0 ==]; x 0; else; if [0:4 1 == 0:4 2 == ||]; y 0; else; z 0; end; end; h 0");
  assert_made("int k; k = c; switch (k + 1) { case 3 { x q[0]; } }",
              "assignment 4:64 = [0:4]; if [4:64s 1 + 3 ==]; x 0; end");
  assert_made("switch (c) { default { x q[0]; } } switch (c) { }", "x 0");
  assert_made(
      "const int n = 2; switch (n) { case 1 { x q[0]; } case 2 { y q[0]; } case 3 { z q[0]; "
      "} default { h q[0]; } }",
      "y 0");
}

static void names_of_a_block_end_with_it(void **state) {
  (void)state;
  assert_made("const int n = 1; if (c[0]) { const int n = 2; x q[n]; } x q[n];",
              "if [0:1]; x 2; end; x 1");
  assert_refused("if (c[0]) { const int n = 2; } x q[n];", SPIQE_BAD_NAME,
                 "t.qasm:2:36: no value is called 'n'");
  assert_refused("for int i in [0:1] { } x q[i];", SPIQE_BAD_NAME, "'i'");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(branches_become_if_else_end),
      cmocka_unit_test(a_condition_that_is_known_chooses_its_branch),
      cmocka_unit_test(while_is_done_as_the_circuit_runs),
      cmocka_unit_test(loops_are_unrolled_with_their_variable_a_constant),
      cmocka_unit_test(what_is_passed_over_ends_where_it_should),
      cmocka_unit_test(a_switch_is_a_chain_of_branches),
      cmocka_unit_test(names_of_a_block_end_with_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
