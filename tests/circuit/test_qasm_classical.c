/* Classical expressions: values, types, assignments, and conditions given as text. */
#include "support/cmocka_all.h"

#include "circuit/qasm_listing.h"

/* Bits of the registers that the expressions below are on. */
#define REGISTERS                                                                                  \
  "include \"stdgates.inc\"; qubit q; bit[4] c; bit d; uint[8] a; int[8] i; uint[64] w; bool b; "  \
  "int[16] out; bit[80] wide;\n"
enum { N_BITS = 4 + 1 + 8 + 8 + 64 + 1 + 16 + 80 };
#define CONSTANTS "const uint[8] k2 = 2; const uint[8] k7 = 7; const int[4] e4 = -4;"

typedef struct registers {
  unsigned c, d;
  uint8_t a;
  int8_t i;
  uint64_t w;
  int b;
} registers;

static void spread(const registers *r, uint8_t *bits) {
  memset(bits, 0, N_BITS);
  for (size_t k = 0; k < 4; k++) bits[k] = r->c >> k & 1;
  bits[4] = r->d & 1;
  for (size_t k = 0; k < 8; k++) bits[5 + k] = r->a >> k & 1;
  for (size_t k = 0; k < 8; k++) bits[13 + k] = (uint8_t)r->i >> k & 1;
  for (size_t k = 0; k < 64; k++) bits[21 + k] = r->w >> k & 1;
  bits[85] = r->b != 0;
}

/* 64 settings of the registers, the edges among them. */
static registers setting(uint64_t n) {
  const uint64_t seed = (n + 1) * 0x9e3779b97f4a7c15u, mixed = seed ^ seed >> 29;
  registers r = {mixed & 15,
                 mixed >> 4 & 1,
                 (uint8_t)(mixed >> 5),
                 (int8_t)(mixed >> 13),
                 mixed * 0xbf58476d1ce4e5b9u,
                 mixed >> 21 & 1};
  if (n == 0) r = (registers){0};
  if (n == 1) r = (registers){15, 1, 255, -128, UINT64_MAX, 1};
  if (n == 2) r = (registers){8, 0, 128, 127, (uint64_t)1 << 63, 0};
  return r;
}

/* A text and its value for a setting of the registers. */
typedef struct valued {
  const char *text;
  int64_t value;
} valued;

static void assert_value(const valued *expected, const registers *r) {
  char program[1024];
  uint8_t bits[N_BITS];
  snprintf(program, sizeof program, REGISTERS CONSTANTS "w = %s;", expected->text);
  spiqe_circuit *circuit = read_qasm(program);
  const spiqe_operation *op = &circuit->operations[0];
  assert_int_equal(op->kind, SPIQE_ASSIGN);
  spread(r, bits);
  int64_t found =
      (int64_t)spiqe_expression_value(circuit->nodes + op->first_node, op->n_nodes, bits, 1);
  if (found != expected->value)
    fail_msg("%s is %lld instead of %lld for c = %u, a = %u, i = %d, w = %llu", expected->text,
             (long long)found, (long long)expected->value, r->c, r->a, r->i,
             (unsigned long long)r->w);
  spiqe_circuit_destroy(circuit);
}

/* Arithmetic keeps the width of the operands; literals go along, and widen it when they must. */
static void arithmetic_is_that_of_the_types(void **state) {
  (void)state;
  for (uint64_t n = 0; n < 64; n++) {
    const registers r = setting(n);
    const valued cases[] = {
        {"a + 200", (uint8_t)(r.a + 200)},
        {"a + 256", (r.a + 256) & 0x1ff},
        {"a - c", (uint8_t)(r.a - r.c)},
        {"100 - a", (uint8_t)(100 - r.a)},
        {"i * 3", (int8_t)(r.i * 3)},
        {"i / 3", r.i / 3},
        {"i % 7", r.i % 7},
        {"a / (c - c)", 0},
        {"-i", (int8_t)(0u - (unsigned)r.i)},
        {"~a", (uint8_t)~r.a},
        {"a << 3", (uint8_t)(r.a << 3)},
        {"i >> 2", r.i >> 2},
        {"a & 0x3c | c ^ 5", (r.a & 0x3c) | (r.c ^ 5)},
        {"a | uint[8](c & 3) << 1", r.a | (r.c & 3) << 1},
        {"c ^ \"0110\"", r.c ^ 6},
        {"uint[3](a)", r.a & 7},
        {"int[8](a)", (int8_t)r.a},
        {"a + i", (uint8_t)(r.a + (uint8_t)r.i)},
        {"a[2:4]", r.a >> 2 & 7},
        {"a / i", r.i ? r.a / (uint8_t)r.i : 0},
        {"i % a", r.a ? (uint8_t)r.i % r.a : 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) assert_value(&cases[k], &r);
  }
}

/* Unlike C's: a uint[8] is always more than -1. */
static void comparisons_are_of_the_numbers_that_are_meant(void **state) {
  (void)state;
  for (uint64_t n = 0; n < 64; n++) {
    const registers r = setting(n);
    const valued cases[] = {
        {"a < 100", r.a < 100},
        {"3 < c", 3 < r.c},
        {"a > -1", 1},
        {"i < -3", r.i < -3},
        {"a > i", (int)r.a > (int)r.i},
        {"w >= 0x8000000000000000", r.w >= 0x8000000000000000u},
        {"w != 5", r.w != 5},
        {"b && !d || c == 3", (r.b && !r.d) || r.c == 3},
        {"bool(c)", r.c != 0},
        {"(a == 5) == d", (r.a == 5) == (r.d != 0)},
        {"i[7] && !c[0]", r.i < 0 && !(r.c & 1)},
        {"w > -1", 1},
        {"-1 >= w", 0},
        {"w == -1", 0},
        {"w <= i", r.i >= 0 && r.w <= (uint64_t)r.i},
        {"i < w", r.i < 0 || (uint64_t)r.i < r.w},
        {"i != w", r.i < 0 || (uint64_t)r.i != r.w},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) assert_value(&cases[k], &r);
  }
}

/* A constant with a size goes by the rules of a register of that type. */
static void constants_with_a_size_go_as_registers_do(void **state) {
  (void)state;
  const registers r = setting(3);
  const valued cases[] = {
      {"300 - k2", 298},    {"k2 - 300", (2 - 300) & 0x1ff},
      {"k7 / e4", 0},       {"e4 / k7", 36},
      {"e4 % k2", 252 % 2}, {"k2 + e4", 254},
      {"k7 / 2", 3},        {"e4 > k2", 0},
      {"e4 | k2", 254},     {"e4 * 3", 4},
      {"k7 - k2 * 4", 255},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) assert_value(&cases[k], &r);
}

static void assert_assigned(const char *statement, const char *expected) {
  char program[1024];
  snprintf(program, sizeof program, REGISTERS "%s", statement);
  assert_listed(program, expected);
}

static void assignments_go_to_registers_bits_and_slices(void **state) {
  (void)state;
  assert_assigned("c = 5; c[1] = d; c[0:1] = 2; a[7] = true; c[-1] = 0;",
                  "assignment 0:4 = [5]; assignment 1:1 = [4:1]; assignment 0:2 = [2]; "
                  "assignment 12:1 = [1]; assignment 3:1 = [0]");
  assert_assigned("a += 3; a -= c; i *= i; a /= 2; a %= 3; a <<= 1; i >>= 1;",
                  "assignment 5:8 = [5:8 3 +]; assignment 5:8 = [5:8 0:4 -]; "
                  "assignment 13:8 = [13:8s 13:8s *]; assignment 5:8 = [5:8 2 /]; "
                  "assignment 5:8 = [5:8 3 %]; assignment 5:8 = [5:8 1 <<]; "
                  "assignment 13:8 = [13:8s 1 >>]");
  assert_assigned("a &= c; a |= 1; d ^= c[0];",
                  "assignment 5:8 = [5:8 0:4 &]; assignment 5:8 = [5:8 1 |]; "
                  "assignment 4:1 = [4:1 0:1 ^]");
  assert_assigned("b = c; b = c[0]; b = 2; b = a > 3;",
                  "assignment 85:1 = [0:4 bool]; assignment 85:1 = [0:1]; assignment 85:1 = [1]; "
                  "assignment 85:1 = [5:8 3 >]");
  assert_assigned(
      "uint[4] e = a + 1; bit f = measure q; bit[2] g = \"10\"; const int k = 7; e = k;",
      "assignment 182:4 = [5:8 1 +]; measure 0 -> 186; assignment 187:2 = [2 uint2]; "
      "assignment 182:4 = [7]");
}

static void what_has_no_place_among_bits_is_refused(void **state) {
  (void)state;
  const struct {
    const char *statement;
    spiqe_status status;
    const char *part;
  } cases[] = {
      {"a = 2.5;", SPIQE_UNSUPPORTED, "the real number 2.5 among classical bits"},
      {"a = 100ns;", SPIQE_BAD_FORMAT, "a time among classical bits"},
      {"a = a ** 2;", SPIQE_UNSUPPORTED, "a power of bits"},
      {"a = wide;", SPIQE_UNSUPPORTED, "80 bits as one number; at most 64"},
      {"wide = 1;", SPIQE_UNSUPPORTED, "80 bits as one number; at most 64"},
      {"a = float(c);", SPIQE_UNSUPPORTED, "a real number from bits"},
      {"a = sin(c);", SPIQE_UNSUPPORTED, "sin of bits"},
      {"a = c[d];", SPIQE_UNSUPPORTED, "known only when the circuit runs"},
      {"a = c[0:2:3];", SPIQE_UNSUPPORTED, "do not lie one behind the other"},
      {"const int k = c;", SPIQE_UNSUPPORTED, "a constant from bits"},
      {"const int k = 3; k = 4;", SPIQE_UNSUPPORTED, "'k' has a value that cannot change"},
      {"a = q;", SPIQE_BAD_FORMAT, "expected a number or classical bits, found 'q'"},
      {"a = e;", SPIQE_BAD_NAME, "no value is called 'e'"},
      {"uint[65] e;", SPIQE_UNSUPPORTED, "a number of 65 bits"},
      {"c = measure q;", SPIQE_BAD_SHAPE, "1 qubits are measured into 4 bits"},
      {"d[0] = 1;", SPIQE_BAD_FORMAT, "an index behind a single bit"},
      {"c[4] = 1;", SPIQE_BAD_INDEX, "t.qasm:2:3: index 4 of 4 elements"},
      {"a == 3;", SPIQE_BAD_FORMAT, "expected '=' behind classical bits, found '=='"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char program[1024];
    snprintf(program, sizeof program, REGISTERS "%s", cases[i].statement);
    assert_refused_whole(program, strlen(program), cases[i].status, cases[i].part);
  }
}

static void a_condition_as_text_is_that_of_a_file(void **state) {
  (void)state;
  spiqe_circuit *circuit;
  assert_int_equal(spiqe_circuit_create(&context, 2, 3, &circuit), SPIQE_OK);
  assert_int_equal(spiqe_circuit_add_register(circuit, SPIQE_REGISTER_INT, "while", 4, NULL),
                   SPIQE_OK);
  assert_int_equal(spiqe_circuit_if(circuit, "c == 3 && !c[0]"), SPIQE_OK);
  assert_int_equal(spiqe_circuit_else(circuit), SPIQE_OK);
  assert_int_equal(spiqe_circuit_while(circuit, " while < -1 // a name like any other"), SPIQE_OK);
  assert_int_equal(spiqe_circuit_end(circuit), SPIQE_OK);
  assert_int_equal(spiqe_circuit_end(circuit), SPIQE_OK);
  char *found = listing(circuit);
  assert_string_equal(found, "if [0:3 3 == 0:1 ! &&]; else; while [3:4s -1 <]; end; end");
  free(found);
  spiqe_circuit_destroy(circuit);
}

static void a_wrong_condition_tells_its_column(void **state) {
  (void)state;
  const struct {
    const char *text;
    spiqe_status status;
    const char *message;
  } cases[] = {
      {"c == ", SPIQE_BAD_FORMAT, "condition:1:6: expected a value, found the end of the text"},
      {"c = 3", SPIQE_BAD_FORMAT, "condition:1:3: expected an operator, found '='"},
      {"cc == 1", SPIQE_BAD_NAME, "condition:1:1: no value is called 'cc' (did you mean 'c'?)"},
      {"q == 1", SPIQE_BAD_FORMAT, "condition:1:1: expected a number or classical bits, found 'q'"},
      {"c[3]", SPIQE_BAD_INDEX, "condition:1:3: index 3 of 3 elements"},
      {"", SPIQE_BAD_FORMAT, "condition:1:1: expected a value, found the end of the text"},
  };
  spiqe_circuit *circuit;
  assert_int_equal(spiqe_circuit_create(&context, 1, 3, &circuit), SPIQE_OK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(spiqe_circuit_if(circuit, cases[i].text), cases[i].status);
    assert_string_equal(context.message, cases[i].message);
  }
  assert_int_equal(spiqe_circuit_n_operations(circuit), 0);
  spiqe_circuit_destroy(circuit);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(arithmetic_is_that_of_the_types),
      cmocka_unit_test(comparisons_are_of_the_numbers_that_are_meant),
      cmocka_unit_test(constants_with_a_size_go_as_registers_do),
      cmocka_unit_test(assignments_go_to_registers_bits_and_slices),
      cmocka_unit_test(what_has_no_place_among_bits_is_refused),
      cmocka_unit_test(a_condition_as_text_is_that_of_a_file),
      cmocka_unit_test(a_wrong_condition_tells_its_column),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
