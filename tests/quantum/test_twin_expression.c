/* Classical expressions: the library's stack machine against the twin's evaluation from the root in
 * 128 bits; and the twin itself on values worked out by hand. */
#include "quantum/judge.h"

/* An assignment with a wild expression is drawn, and both evaluate it on random bits. */
static void expressions_of_any_nodes_have_the_value_of_the_twin(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  size_t n_compared = 0, n_kinds[SPIQE_N_NODES] = {0};
  for (uint64_t seed = 0; seed < 400; seed++) {
    random_circuit_options options = {.seed = seed, .n_qubits = 1, .n_bits = 1 + seed % 64};
    options.n_operations = 40;
    options.with = RANDOM_ASSIGN | RANDOM_WILD | RANDOM_IF;
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    for (size_t i = 0; i < circuit->n_operations; i++) {
      const spiqe_operation *op = &circuit->operations[i];
      if (op->kind != SPIQE_ASSIGN && op->kind != SPIQE_IF) continue;
      const spiqe_node *nodes = circuit->nodes + op->first_node;
      double words[8];
      random_angles(1000 * seed + i, 8, words);
      for (size_t k = 0; k < 8; k++) {
        uint64_t bits = k ? (uint64_t)ldexp(fabs(words[k]), 61) : ~(uint64_t)0;
        uint8_t apart[128] = {0};
        for (size_t b = 0; b < options.n_bits; b++) apart[2 * b] = bits >> b & 1;
        assert_true(spiqe_expression_value(nodes, op->n_nodes, apart, 2) ==
                    twin_expression(nodes, op->n_nodes, bits));
        n_compared++;
      }
      for (size_t k = 0; k < op->n_nodes; k++) n_kinds[nodes[k].kind]++;
    }
    spiqe_circuit_destroy(circuit);
  }
  assert_true(n_compared > 10000);
  for (size_t k = 0; k < SPIQE_N_NODES; k++) assert_true(n_kinds[k] > 50);
  spiqe_context_destroy(ctx);
}

static void the_twin_computes_as_by_hand(void **unused) {
  (void)unused;
  enum { C = SPIQE_NODE_CONSTANT, ALL = 64 };
  const struct {
    uint64_t a, b;
    uint8_t kind, width, is_signed;
    uint64_t value;
  } cases[] = {
      {200, 100, SPIQE_NODE_ADD, 8, 0, 44},
      {100, 28, SPIQE_NODE_ADD, 8, 1, (uint64_t)-128},
      {3, 5, SPIQE_NODE_SUBTRACT, 4, 0, 14},
      {3, 5, SPIQE_NODE_SUBTRACT, 4, 1, (uint64_t)-2},
      {(uint64_t)-7, 2, SPIQE_NODE_DIVIDE, 8, 1, (uint64_t)-3},
      {(uint64_t)-7, 2, SPIQE_NODE_REMAINDER, 8, 1, (uint64_t)-1},
      {7, 0, SPIQE_NODE_DIVIDE, 8, 1, 0},
      {7, 0, SPIQE_NODE_REMAINDER, 8, 0, 0},
      {(uint64_t)-8, 1, SPIQE_NODE_SHIFT_RIGHT, 8, 1, (uint64_t)-4},
      {(uint64_t)-8, 1, SPIQE_NODE_SHIFT_RIGHT, ALL, 0, ~(uint64_t)0 / 2 - 3},
      {1, 64, SPIQE_NODE_SHIFT_LEFT, ALL, 0, 0},
      {(uint64_t)-1, 1, SPIQE_NODE_LESS, 1, SPIQE_LEFT_SIGNED, 1},
      {(uint64_t)-1, 1, SPIQE_NODE_LESS, 1, SPIQE_RIGHT_SIGNED, 0},
      {(uint64_t)-1, (uint64_t)-1, SPIQE_NODE_EQUAL, 1, SPIQE_RIGHT_SIGNED, 0},
      {(uint64_t)-4, 7, SPIQE_NODE_DIVIDE, 8, 0, 36},
      {(uint64_t)-1, 1, SPIQE_NODE_LESS, 1, 0, 0},
      {6, 3, SPIQE_NODE_BIT_XOR, 8, 0, 5},
      {6, 3, SPIQE_NODE_AND, 1, 0, 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const spiqe_node nodes[] = {{C, ALL, 0, 0, cases[i].a},
                                {C, ALL, 0, 0, cases[i].b},
                                {cases[i].kind, cases[i].width, cases[i].is_signed, 0, 0}};
    assert_int_equal(twin_expression(nodes, 3, 0), cases[i].value);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(expressions_of_any_nodes_have_the_value_of_the_twin),
      cmocka_unit_test(the_twin_computes_as_by_hand),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
