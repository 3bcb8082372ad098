/* Numbers and angles: literals, constants, functions, sums of inputs; what is not one of these. */
#include "support/cmocka_all.h"

#include <locale.h>
#include <math.h>

#include "circuit/qasm_listing.h"

/* The constant of rx(text). */
static double angle_of(const char *text, int version) {
  char program[1024];
  snprintf(program, sizeof program,
           version == 2
               ? "OPENQASM 2.0; include \"qelib1.inc\"; qreg q[1]; rx(%s) q[0];"
               : "include \"stdgates.inc\"; qubit q; const int n = 3; const float f = 0.5; "
                 "const uint[4] w = 13; rx(%s) q;",
           text);
  spiqe_circuit *circuit = read_qasm(program);
  double value = circuit->angles[0].constant;
  spiqe_circuit_destroy(circuit);
  return value;
}

static void assert_angle(const char *text, double expected) {
  double found = angle_of(text, 3);
  if (found != expected) fail_msg("%s: %.17g instead of %.17g", text, found, expected);
}

static void literals_are_read_to_the_last_bit(void **state) {
  (void)state;
  const char *const texts[] = {"0.1",
                               "3.141592653589793",
                               "1e-3",
                               "0.12345678901234567",
                               "123456789012345678",
                               "5e-324",
                               "1.7976931348623157e308",
                               "9007199254740993",
                               "0.30000000000000004",
                               "2.2250738585072014e-308",
                               "1e22",
                               "1e23",
                               "8.41e21",
                               ".5",
                               "2.",
                               "1.E2",
                               "00012.500",
                               "4.35",
                               "6.02214076e+23"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    assert_angle(texts[i], strtod(texts[i], NULL));
  assert_angle("1_000.000_1", 1000.0001);
  assert_angle("0x1F", 31);
  assert_angle("0b1_01", 5);
  assert_angle("0o17", 15);
  assert_angle("18446744073709551615", 18446744073709551615.0);
}

/* Every decimal of 15 to 17 digits is one rounding from its double: the library's strtod judges. */
static void random_literals_are_read_as_strtod_reads_them(void **state) {
  (void)state;
  uint64_t seed = 1;
  for (int i = 0; i < 2000; i++) {
    char text[64];
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    double value = ldexp((double)(seed >> 11), -(int)(seed % 70));
    snprintf(text, sizeof text, "%.*g", 1 + (int)(seed >> 8 & 15), value);
    assert_angle(text, strtod(text, NULL));
  }
}

static void a_point_is_a_point_in_every_locale(void **state) {
  (void)state;
  if (!setlocale(LC_ALL, "de_DE.UTF-8")) skip();
  assert_angle("0.123456789012345678", 0.12345678901234568);
  setlocale(LC_ALL, "C");
}

static void constants_and_functions_are_worked_out(void **state) {
  (void)state;
  const double pi = 3.14159265358979323846;
  assert_angle("pi", pi);
  assert_angle("\xcf\x80/2", pi / 2);
  assert_angle("tau", 2 * pi);
  assert_angle("\xcf\x84", 2 * pi);
  assert_angle("euler", exp(1));
  assert_angle("\xe2\x84\x87", exp(1));
  assert_angle("-pi/4 + 2*(1 - 3)", -pi / 4 - 4);
  assert_angle("-2**2", -4);
  assert_angle("2**3**2", 512);
  assert_angle("2**-1*3", 1.5);
  assert_angle("+1 - -1", 2);
  assert_angle("7 % 4 + 0.5", 3.5);
  assert_angle("5.5 % 2", 1.5);
  assert_angle("sin(0.5) + cos(0.5)", sin(0.5) + cos(0.5));
  assert_angle("tan(0.5)*exp(0.5)", tan(0.5) * exp(0.5));
  assert_angle("ln(2)/log(3)", log(2) / log(3));
  assert_angle("sqrt(2) + arcsin(0.1) - arccos(0.1)", sqrt(2) + asin(0.1) - acos(0.1));
  assert_angle("arctan(2) + floor(2.5) + ceiling(2.5)", atan(2) + 5);
  assert_angle("mod(7, 4) + pow(2, 3)", 11);
  assert_angle("n*f + w", 14.5);
  assert_angle("true", 1);
  assert_true(angle_of("2^3 + sin(pi/2)", 2) == 9);
}

static void a_quotient_of_integers_keeps_its_fraction(void **state) {
  (void)state;
  assert_angle("1/2", 0.5);
  assert_angle("(7/2)*2", 7);
  assert_angle("-(1/4)", -0.25);
  assert_angle("6/3", 2);
  assert_angle("n/2", 1.5);
  assert_angle("uint[8](7)/2", 3.5);
  assert_made("x q[3/2]; if (c == 7/2) y q[0];", "x 1; if [0:4 3 ==]; y 0; end");
}

static void angles_are_sums_of_inputs(void **state) {
  (void)state;
  assert_made("rx(t) q[0];", "rx(1*t) 0");
  assert_made("rx(2*t + pi/4 - u) q[0];", "rx(0.7853981633974483 + 2*t + -1*u) 0");
  assert_made("rx(-(u - t*0.5)/2 + 3) q[0];", "rx(3 + -0.5*u + 0.25*t) 0");
  assert_made("rx(t + u + t) q[0];", "rx(2*t + 1*u) 0");
  assert_made("float half = t/2; const angle more = half + 1; rx(half) q[0]; rx(more - u) q[1];",
              "rx(0.5*t) 0; rx(1 + 0.5*t + -1*u) 1");
  assert_made("gate g(a, b) p { rx(a - 2*b) p; rz(a) p; } g(t + 1, u) q[0];",
              "rx(1 + 1*t + -2*u) 0; rz(1 + 1*t) 0");
  assert_made("for int i in [1:2] { rx(i*t + i) q[i]; }", "rx(1 + 1*t) 1; rx(2 + 2*t) 2");
}

static void what_is_not_affine_is_refused_by_name(void **state) {
  (void)state;
  assert_refused("rx(t*u) q[0];", SPIQE_UNSUPPORTED, "'*' with input 't'");
  assert_refused("rx(1/u) q[0];", SPIQE_UNSUPPORTED, "'/' with input 'u'");
  assert_refused("rx(t**2) q[0];", SPIQE_UNSUPPORTED, "'**' with input 't'");
  assert_refused("rx(sin(u)) q[0];", SPIQE_UNSUPPORTED, "'sin' with input 'u'");
  assert_refused("gate g(a) p { rx(a*a) p; } g(t) q[0];", SPIQE_UNSUPPORTED, "input 't'");
  assert_refused("rx(c) q[0];", SPIQE_UNSUPPORTED, "known only when the circuit runs");
  assert_refused("x q[c];", SPIQE_UNSUPPORTED, "known only when the circuit runs");
  assert_refused("if (t > 1) x q[0];", SPIQE_UNSUPPORTED, "'>' with input 't'");
  assert_refused("if (c == t) x q[0];", SPIQE_UNSUPPORTED, "an input among classical bits");
}

static void angles_are_finite(void **state) {
  (void)state;
  assert_refused("rx(1e999) q[0];", SPIQE_BAD_FORMAT, "t.qasm:2:4: an angle that is not a finite");
  assert_refused("rx(1.0/0) q[0];", SPIQE_BAD_FORMAT, "not a finite");
  assert_refused("rx(t*1e999) q[0];", SPIQE_BAD_FORMAT, "not a finite");
  assert_refused("rx(sqrt(-1)) q[0];", SPIQE_BAD_FORMAT, "not a finite");
  assert_refused("rx(1/0) q[0];", SPIQE_BAD_FORMAT, "a division by 0");
  assert_refused("gate g(a) p { rx(1/(a - 1)) p; }\ng(1) q[0];", SPIQE_BAD_FORMAT,
                 "t.qasm:3:1: in gate 'g': an angle that is not a finite");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(literals_are_read_to_the_last_bit),
      cmocka_unit_test(random_literals_are_read_as_strtod_reads_them),
      cmocka_unit_test(a_point_is_a_point_in_every_locale),
      cmocka_unit_test(constants_and_functions_are_worked_out),
      cmocka_unit_test(a_quotient_of_integers_keeps_its_fraction),
      cmocka_unit_test(angles_are_sums_of_inputs),
      cmocka_unit_test(what_is_not_affine_is_refused_by_name),
      cmocka_unit_test(angles_are_finite),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
