/* Circuits from circuits: what follows when one is appended, inverted, compared. */
#include "support/cmocka_all.h"

#include "circuit/random_circuit.h"
#include "circuit/unitary.h"
#include "core/context.h"

static spiqe_context context;

static const double inputs[] = {0.7, -1.3, 2.9};

/* 40 gates of a few roundings each. */
#define TOLERANCE 1e-12

static spiqe_circuit *inverse_of(const spiqe_circuit *circuit) {
  spiqe_circuit *inverse;
  must(&context, spiqe_circuit_inverse(circuit, &inverse));
  return inverse;
}

static void a_circuit_and_its_inverse_are_the_identity(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 60; seed++) {
    size_t n_qubits = 1 + seed % 5, n = (size_t)1 << n_qubits;
    spiqe_circuit *circuit = random_gates(&context, seed, n_qubits, 3, 20);
    spiqe_circuit *inverse = inverse_of(circuit);
    double complex one[32 * 32] = {0}, product[32 * 32];
    for (size_t i = 0; i < n; i++) one[i * n + i] = 1;
    must(&context, spiqe_circuit_append(circuit, inverse));
    unitary_of(circuit, inputs, product);
    assert_true(largest_difference(n * n, product, one) < TOLERANCE);
    spiqe_circuit_destroy(inverse);
    spiqe_circuit_destroy(circuit);
  }
}

static void a_matrix_is_inverted_too_and_delays_and_barriers_stay(void **state) {
  (void)state;
  spiqe_circuit *circuit;
  must(&context, spiqe_circuit_create(&context, 2, 0, &circuit));
  spiqe_complex matrix[16];
  spiqe_gate_matrix((size_t)spiqe_gate_find("siswap"), NULL, matrix);
  must(&context, spiqe_circuit_matrix(circuit, 2, (uint32_t[]){1, 0}, matrix));
  must(&context, spiqe_circuit_barrier(circuit, 0, NULL));
  must(&context, spiqe_circuit_delay(circuit, 1e-7, 1));
  spiqe_circuit *inverse = inverse_of(circuit);
  assert_int_equal(inverse->operations[0].kind, SPIQE_DELAY);
  assert_true(spiqe_circuit_angle(inverse, inverse->operations[0].first_angle, NULL) == 1e-7);
  assert_int_equal(inverse->operations[1].kind, SPIQE_BARRIER);
  assert_int_equal(inverse->operations[1].n_targets, 2);
  double complex wanted[16], made[16];
  spiqe_circuit *other;
  must(&context, spiqe_circuit_create(&context, 2, 0, &other));
  must(&context, spiqe_circuit_gate(other, "siswapdg", NULL, (uint32_t[]){1, 0}));
  unitary_of(other, NULL, wanted);
  unitary_of(inverse, NULL, made);
  assert_true(largest_difference(16, made, wanted) < TOLERANCE);
  spiqe_circuit_destroy(other);
  spiqe_circuit_destroy(inverse);
  spiqe_circuit_destroy(circuit);
}

static void the_inverse_of_the_inverse_is_the_circuit(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 20; seed++) {
    spiqe_circuit *circuit = random_gates(&context, seed, 4, 2, 30);
    spiqe_circuit *inverse = inverse_of(circuit), *again = inverse_of(inverse);
    double complex a[256], b[256];
    unitary_of(circuit, inputs, a);
    unitary_of(again, inputs, b);
    assert_true(largest_difference(256, a, b) < TOLERANCE);
    assert_int_equal(again->n_operations, circuit->n_operations);
    for (size_t i = 0; i < circuit->n_operations; i++)
      assert_int_equal(again->operations[i].gate, circuit->operations[i].gate);
    spiqe_circuit_destroy(again);
    spiqe_circuit_destroy(inverse);
    spiqe_circuit_destroy(circuit);
  }
}

static void what_has_no_inverse_is_named(void **state) {
  (void)state;
  const char *words[] = {"measure has no inverse", "reset has no inverse", "end has no inverse",
                         "damp has no inverse", "assignment has no inverse"};
  for (size_t i = 0; i < 5; i++) {
    spiqe_circuit *circuit, *inverse = (spiqe_circuit *)&context;
    must(&context, spiqe_circuit_create(&context, 1, 1, &circuit));
    const spiqe_node bit = {.kind = SPIQE_NODE_BITS, .width = 1};
    if (i == 0) must(&context, spiqe_circuit_measure(circuit, 0, 0));
    if (i == 1) must(&context, spiqe_circuit_reset(circuit, 0));
    if (i == 4) must(&context, spiqe_circuit_push_assign(circuit, 0, 1, &bit, 1, 0));
    if (i == 2) {
      must(&context, spiqe_circuit_push_condition(circuit, SPIQE_IF, &bit, 1, 0));
      must(&context, spiqe_circuit_end(circuit));
    }
    if (i == 3) {
      const spiqe_complex kraus[] = {{1, 0}, {0, 0},  {0, 0}, {.6, 0},
                                     {0, 0}, {.8, 0}, {0, 0}, {0, 0}};
      must(&context, spiqe_circuit_channel(circuit, "damp", 1, (uint32_t[]){0}, 2, kraus));
    }
    assert_int_equal(spiqe_circuit_inverse(circuit, &inverse), SPIQE_UNSUPPORTED);
    assert_string_equal(context.message, words[i]);
    assert_null(inverse);
    spiqe_circuit_destroy(circuit);
  }
}

/* Everything that a circuit can hold. */
static spiqe_circuit *full_circuit(uint64_t seed) {
  spiqe_circuit *circuit = random_gates(&context, seed, 4, 2, 10);
  spiqe_complex matrix[16];
  const spiqe_complex kraus[] = {{1, 0}, {0, 0}, {0, 0}, {.6, 0}, {0, 0}, {.8, 0}, {0, 0}, {0, 0}};
  const spiqe_node equal[] = {{.kind = SPIQE_NODE_BITS, .width = 3, .first = 1},
                              {.kind = SPIQE_NODE_CONSTANT, .width = 3, .value = 5},
                              {.kind = SPIQE_NODE_EQUAL, .width = 1}};
  must(&context, spiqe_circuit_add_register(circuit, SPIQE_REGISTER_BITS, "c", 2, NULL));
  must(&context, spiqe_circuit_add_register(circuit, SPIQE_REGISTER_UINT, "n", 3, NULL));
  spiqe_gate_matrix((size_t)spiqe_gate_find("ecr"), NULL, matrix);
  must(&context, spiqe_circuit_matrix(circuit, 2, (uint32_t[]){3, 0}, matrix));
  must(&context, spiqe_circuit_channel(circuit, "damp", 1, (uint32_t[]){2}, 2, kraus));
  must(&context, spiqe_circuit_measure(circuit, 0, 1));
  must(&context, spiqe_circuit_push_condition(circuit, SPIQE_IF, equal, 3, 0));
  must(&context, spiqe_circuit_push_assign(circuit, 2, 3, equal, 1, 0));
  must(&context, spiqe_circuit_else(circuit));
  must(&context, spiqe_circuit_reset(circuit, 1));
  must(&context, spiqe_circuit_push_condition(circuit, SPIQE_WHILE, equal, 3, 0));
  must(&context, spiqe_circuit_delay(circuit, 3e-8, 1));
  must(&context, spiqe_circuit_barrier(circuit, 0, NULL));
  must(&context, spiqe_circuit_end(circuit));
  must(&context, spiqe_circuit_end(circuit));
  return circuit;
}

static void appended_operations_are_those_of_the_other(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 10; seed++) {
    spiqe_circuit *first = full_circuit(seed), *again = full_circuit(seed), *empty;
    char message[256];
    must(&context, spiqe_circuit_create(&context, 4, 0, &empty));
    must(&context, spiqe_circuit_add_input(empty, "theta0", NULL));
    must(&context, spiqe_circuit_add_input(empty, "theta1", NULL));
    must(&context, spiqe_circuit_add_register(empty, SPIQE_REGISTER_BITS, "c", 2, NULL));
    must(&context, spiqe_circuit_add_register(empty, SPIQE_REGISTER_UINT, "n", 3, NULL));
    must(&context, spiqe_circuit_append(empty, first));
    if (!spiqe_circuit_equal(empty, first, message, sizeof message)) fail_msg("%s", message);
    must(&context, spiqe_circuit_append(empty, first));
    must(&context, spiqe_circuit_append(again, again));
    if (!spiqe_circuit_equal(empty, again, message, sizeof message)) fail_msg("%s", message);
    const size_t n = first->n_operations;
    for (size_t i = 0; i < n; i++) { /* jumps stay within their half */
      uint32_t jump = first->operations[i].jump;
      if (jump == SPIQE_NO_JUMP) assert_int_equal(again->operations[n + i].jump, SPIQE_NO_JUMP);
      if (jump != SPIQE_NO_JUMP) assert_int_equal(again->operations[n + i].jump, n + jump);
    }
    spiqe_circuit_destroy(empty);
    spiqe_circuit_destroy(again);
    spiqe_circuit_destroy(first);
  }
}

static void inputs_are_found_by_name_when_appended(void **state) {
  (void)state;
  spiqe_circuit *a, *b;
  uint32_t x, y;
  must(&context, spiqe_circuit_create(&context, 1, 0, &a));
  must(&context, spiqe_circuit_create(&context, 1, 0, &b));
  must(&context, spiqe_circuit_add_input(a, "y", NULL));
  must(&context, spiqe_circuit_add_input(b, "x", &x));
  must(&context, spiqe_circuit_add_input(b, "y", &y));
  const spiqe_angle angle = {0, 2, (spiqe_term[]){{x, 2}, {y, 3}}};
  must(&context, spiqe_circuit_gate_controlled(b, "rx", &angle, 0, NULL, NULL, (uint32_t[]){0}));
  must(&context, spiqe_circuit_append(a, b));
  assert_int_equal(a->n_inputs, 2);
  assert_string_equal(spiqe_circuit_input_name(a, 1), "x");
  assert_true(spiqe_circuit_angle(a, 0, (double[]){10, 100}) == 230);
  spiqe_circuit_destroy(a);
  spiqe_circuit_destroy(b);
}

static void what_cannot_be_appended_leaves_the_circuit_as_it_was(void **state) {
  (void)state;
  spiqe_circuit *small, *large, *clash, *before;
  must(&context, spiqe_circuit_create(&context, 1, 1, &small));
  must(&context, spiqe_circuit_create(&context, 1, 1, &before));
  must(&context, spiqe_circuit_create(&context, 2, 0, &large));
  assert_int_equal(spiqe_circuit_append(small, large), SPIQE_BAD_SHAPE);
  assert_non_null(strstr(context.message, "2 qubits and 0 bits"));
  must(&context, spiqe_circuit_create(&context, 0, 0, &clash));
  must(&context, spiqe_circuit_add_input(clash, "fine", NULL));
  must(&context, spiqe_circuit_add_input(clash, "c", NULL));
  assert_int_equal(spiqe_circuit_append(small, clash), SPIQE_BAD_NAME);
  assert_int_equal(spiqe_circuit_append(large, clash), SPIQE_OK);
  const spiqe_node bit = {.kind = SPIQE_NODE_BITS, .width = 1};
  must(&context, spiqe_circuit_push_condition(clash, SPIQE_IF, &bit, 1, 0));
  assert_int_equal(spiqe_circuit_append(large, clash), SPIQE_BAD_SHAPE);
  assert_true(spiqe_circuit_equal(small, before, NULL, 0));
  spiqe_circuit_destroy(small);
  spiqe_circuit_destroy(large);
  spiqe_circuit_destroy(clash);
  spiqe_circuit_destroy(before);
}

/* Change one thing of the circuit; returns 0 past the last. */
static int change(spiqe_circuit *c, size_t which, const char **words) {
  spiqe_operation *gate = &c->operations[0], *measure = NULL, *assign = NULL;
  for (size_t i = 0; i < c->n_operations; i++) {
    if (c->operations[i].kind == SPIQE_MEASURE) measure = &c->operations[i];
    if (c->operations[i].kind == SPIQE_ASSIGN) assign = &c->operations[i];
  }
  switch (which) {
    case 0: c->registers[0].name[0] ^= 1; return *words = "register 0", 1;
    case 1: c->registers[1].kind = SPIQE_REGISTER_INT; return *words = "register 1", 1;
    case 2: c->inputs[1][0] ^= 1; return *words = "input 1", 1;
    case 3: c->n_operations--; return *words = "operations", 1;
    case 4: gate->gate ^= 1; return *words = "operation 0 is", 1;
    case 5: c->qubits_used[gate->first_qubit] ^= 1; return *words = "operation 0 (", 1;
    case 6: c->angles[0].constant += 1e-9; return *words = "angle", 1;
    case 7: c->terms[0].factor += 1e-9; return *words = "depends on inputs", 1;
    case 8: c->numbers[3].im += 1e-9; return *words = "(matrix): number 3", 1;
    case 9: c->numbers[17].re += 1e-9; return *words = "(damp): number 1", 1;
    case 10: c->channels[0].name[0] = 'l'; return *words = "is damp of 2", 1;
    case 11: measure->payload = 0; return *words = "(measure): bit", 1;
    case 12: c->nodes[1].value = 4; return *words = "(if): the expressions", 1;
    case 13: assign->n_targets = 2; return *words = "(assignment)", 1;
    default: return 0;
  }
}

static void a_bound_circuit_has_numbers_for_its_inputs(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 20; seed++) {
    spiqe_circuit *circuit = random_gates(&context, seed, 3, 3, 20);
    double complex wanted[64], made[64];
    unitary_of(circuit, inputs, wanted);
    must(&context, spiqe_circuit_bind(circuit, inputs));
    assert_int_equal(spiqe_circuit_n_inputs(circuit), 0);
    unitary_of(circuit, NULL, made);
    assert_true(largest_difference(64, made, wanted) == 0);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_circuit *circuit = random_gates(&context, 1, 2, 3, 5);
  const double bad[] = {0, INFINITY, 0};
  assert_int_equal(spiqe_circuit_bind(circuit, bad), SPIQE_BAD_ARGUMENT);
  assert_int_equal(spiqe_circuit_n_inputs(circuit), 3);
  spiqe_circuit_destroy(circuit);
}

static void circuits_are_equal_only_when_nothing_differs(void **state) {
  (void)state;
  char message[256];
  const char *words;
  for (size_t which = 0;; which++) {
    spiqe_circuit *a = full_circuit(3), *b = full_circuit(3);
    assert_true(spiqe_circuit_equal(a, b, message, sizeof message));
    assert_string_equal(message, "");
    int is_changed = change(b, which, &words);
    if (is_changed) {
      assert_false(spiqe_circuit_equal(a, b, message, sizeof message));
      if (!strstr(message, words)) fail_msg("'%s' lacks '%s'", message, words);
      assert_false(spiqe_circuit_equal(b, a, NULL, 0));
    }
    spiqe_circuit_destroy(a);
    spiqe_circuit_destroy(b);
    if (!is_changed) return;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_circuit_and_its_inverse_are_the_identity),
      cmocka_unit_test(a_matrix_is_inverted_too_and_delays_and_barriers_stay),
      cmocka_unit_test(the_inverse_of_the_inverse_is_the_circuit),
      cmocka_unit_test(what_has_no_inverse_is_named),
      cmocka_unit_test(appended_operations_are_those_of_the_other),
      cmocka_unit_test(inputs_are_found_by_name_when_appended),
      cmocka_unit_test(what_cannot_be_appended_leaves_the_circuit_as_it_was),
      cmocka_unit_test(a_bound_circuit_has_numbers_for_its_inputs),
      cmocka_unit_test(circuits_are_equal_only_when_nothing_differs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
