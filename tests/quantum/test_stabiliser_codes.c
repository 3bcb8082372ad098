/* Textbook circuits on stabilisers do what they are for: cats, teleportation, codes. */
#include "quantum/stabiliser_support.h"

static void cats_agree_and_are_fair(void **state) {
  (void)state;
  const uint32_t n = 12;
  spiqe_context *ctx = judge_context(1, NULL);
  maker m = maker_of(ctx, n, n, 0);
  gate(&m, "h", 0, 0);
  for (uint32_t q = 1; q < n; q++) gate(&m, "cx", q - 1, q);
  for (uint32_t q = 0; q < n; q++) measure(&m, q, q);
  tally t = sample(ctx, m.circuit, N_SHOTS, 1);
  const size_t last = ((size_t)1 << n) - 1;
  const uint64_t two[2] = {t.counts[0], t.counts[last]};
  assert_int_equal(two[0] + two[1], N_SHOTS);
  judge_counts("cat", 2, (const double[]){0.5, 0.5}, two, N_SHOTS);
  free(t.counts);
  spiqe_circuit_destroy(m.circuit);
  spiqe_context_destroy(ctx);
}

/* A state goes from qubit 0 to qubit 2; undone there, it is |0> in every shot. */
static void teleportation_brings_the_state_over(void **state) {
  (void)state;
  static const char *const states[][2] = {{"id", "id"}, {"x", "id"},  {"h", "id"},
                                          {"h", "s"},   {"sx", "id"}, {"sx", "z"}};
  static const char *const inverses[][2] = {{"id", "id"}, {"id", "x"},    {"id", "h"},
                                            {"sdg", "h"}, {"id", "sxdg"}, {"z", "sxdg"}};
  spiqe_context *ctx = judge_context(1, NULL);
  for (size_t i = 0; i < 6; i++) {
    maker m = maker_of(ctx, 3, 3, 0);
    gate(&m, states[i][0], 0, 0);
    gate(&m, states[i][1], 0, 0);
    gate(&m, "h", 1, 0);
    gate(&m, "cx", 1, 2);
    gate(&m, "cx", 0, 1);
    gate(&m, "h", 0, 0);
    measure(&m, 0, 0);
    measure(&m, 1, 1);
    begin_if(&m, 1, 1, 1);
    gate(&m, "x", 2, 0);
    end(&m);
    begin_if(&m, 0, 1, 1);
    gate(&m, "z", 2, 0);
    end(&m);
    gate(&m, inverses[i][0], 2, 0);
    gate(&m, inverses[i][1], 2, 0);
    measure(&m, 2, 2);
    tally t = sample(ctx, m.circuit, N_SHOTS, i);
    for (size_t outcome = 4; outcome < 8; outcome++) assert_int_equal(t.counts[outcome], 0);
    const double quarters[4] = {0.25, 0.25, 0.25, 0.25};
    judge_counts("teleportation", 4, quarters, t.counts, N_SHOTS);
    free(t.counts);
    spiqe_circuit_destroy(m.circuit);
  }
  spiqe_context_destroy(ctx);
}

/* Z (or X) on the qubits of a mask, `apart` qubits from each other, read with an ancilla behind the
 * seventh into a bit. */
static void read_check(maker *m, unsigned mask, int is_x, uint32_t apart, uint32_t bit) {
  const uint32_t ancilla = 7 * apart;
  judge_must(m->circuit->ctx, spiqe_circuit_reset(m->circuit, ancilla));
  if (is_x) gate(m, "h", ancilla, 0);
  for (uint32_t q = 0; q < 7; q++) {
    if (!(mask >> q & 1)) continue;
    if (is_x)
      gate(m, "cx", ancilla, q * apart);
    else
      gate(m, "cx", q * apart, ancilla);
  }
  if (is_x) gate(m, "h", ancilla, 0);
  measure(m, ancilla, bit);
}

/* Steane's code: qubit q is in check c where bit c of q + 1 is 1, so that a syndrome, bits first..
 * first + 5, is the number of the qubit to be turned around. */
static void mend(maker *m, uint32_t apart, uint32_t first) {
  static const unsigned checks[3] = {0x55, 0x66, 0x78};
  for (int is_x = 0; is_x < 2; is_x++)
    for (uint32_t c = 0; c < 3; c++)
      read_check(m, checks[c], is_x, apart, first + 3 * (uint32_t)is_x + c);
  for (uint32_t q = 0; q < 7; q++)
    for (int is_x = 0; is_x < 2; is_x++) {
      begin_if(m, first + 3 * (uint32_t)is_x, 3, q + 1);
      gate(m, is_x ? "z" : "x", q * apart, 0);
      end(m);
    }
}

/* In an eigenstate of the logical Z or X a Pauli (0 x, 1 y, 2 z) on one qubit is found and mended,
 * and the logical qubit stays. */
static void mend_pauli(spiqe_context *ctx, int in_x, uint32_t failing, size_t pauli,
                       uint32_t apart) {
  static const char *const paulis[] = {"x", "y", "z"};
  maker m = maker_of(ctx, 7 * apart + 1, 13, 0);
  for (uint32_t q = 0; q < m.circuit->n_qubits; q++) gate(&m, "z", q, 0); /* all are there */
  for (uint32_t q = 0; q < 7 && in_x; q++) gate(&m, "h", q * apart, 0);
  mend(&m, apart, 0); /* into the code, whatever the checks give */
  gate(&m, paulis[pauli], failing * apart, 0);
  mend(&m, apart, 6);
  read_check(&m, 0x7f, in_x, apart, 12);
  tally t = sample(ctx, m.circuit, 200, failing);
  for (size_t outcome = 0; outcome < (size_t)1 << 13; outcome++) {
    if (!t.counts[outcome]) continue;
    assert_int_equal(outcome >> 12, 0);
    assert_int_equal(outcome >> 6 & 7, pauli == 2 ? 0 : failing + 1); /* Z checks see X and Y */
    assert_int_equal(outcome >> 9 & 7, pauli == 0 ? 0 : failing + 1);
  }
  free(t.counts);
  spiqe_circuit_destroy(m.circuit);
}

static void the_steane_code_mends_any_single_pauli(void **state) {
  (void)state;
  static const uint32_t distances[2] = {1, 29}; /* in one word of a tableau and in four */
  spiqe_context *ctx = judge_context(1, NULL);
  for (size_t d = 0; d < 2; d++)
    for (int in_x = 0; in_x < 2; in_x++)
      for (uint32_t failing = 0; failing < 7; failing++)
        for (size_t p = 0; p < 3; p++) mend_pauli(ctx, in_x, failing, p, distances[d]);
  spiqe_context_destroy(ctx);
}

/* A distance-5 repetition code fails when 3 or more of 5 bits flip. */
static void a_repetition_code_fails_as_often_as_it_should(void **state) {
  (void)state;
  const double p = 0.1;
  const spiqe_complex kraus[8] = {{sqrt(1 - p), 0}, {0, 0},       {0, 0},       {sqrt(1 - p), 0},
                                  {0, 0},           {sqrt(p), 0}, {sqrt(p), 0}, {0, 0}};
  spiqe_context *ctx = judge_context(2, NULL);
  maker m = maker_of(ctx, 5, 6, 0);
  gate(&m, "x", 0, 0);
  for (uint32_t q = 1; q < 5; q++) gate(&m, "cx", 0, q);
  for (uint32_t q = 0; q < 5; q++)
    judge_must(ctx, spiqe_circuit_channel(m.circuit, "flip", 1, &q, 2, kraus));
  for (uint32_t q = 0; q < 5; q++) measure(&m, q, q);
  spiqe_node nodes[11] = {{SPIQE_NODE_BITS, 1, 0, 0, 0}}; /* bit 5 = sum of the others > 2 */
  size_t n_nodes = 1;
  for (uint32_t q = 1; q < 5; q++) {
    nodes[n_nodes++] = (spiqe_node){SPIQE_NODE_BITS, 1, 0, q, 0};
    nodes[n_nodes++] = (spiqe_node){SPIQE_NODE_ADD, 3, 0, 0, 0};
  }
  nodes[n_nodes++] = (spiqe_node){SPIQE_NODE_CONSTANT, 3, 0, 0, 2};
  nodes[n_nodes++] = (spiqe_node){SPIQE_NODE_GREATER, 1, 0, 0, 0};
  judge_must(ctx, spiqe_circuit_push_assign(m.circuit, 5, 1, nodes, n_nodes, 0));
  tally t = sample(ctx, m.circuit, 10 * N_SHOTS, 3);
  uint64_t counts[2] = {0, 0};
  for (size_t outcome = 0; outcome < 64; outcome++) counts[outcome >> 5] += t.counts[outcome];
  const double q = 1 - p, fails = 10 * p * p * p * q * q + 5 * p * p * p * p * q + pow(p, 5);
  judge_counts("repetition", 2, (const double[]){fails, 1 - fails}, counts, 10 * N_SHOTS);
  free(t.counts);
  spiqe_circuit_destroy(m.circuit);
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cats_agree_and_are_fair),
      cmocka_unit_test(teleportation_brings_the_state_over),
      cmocka_unit_test(the_steane_code_mends_any_single_pauli),
      cmocka_unit_test(a_repetition_code_fails_as_often_as_it_should),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
