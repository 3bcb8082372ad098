/* Tableaux: the laws of their products, and state vectors beside them. */
#include "quantum/clifford_support.h"
#include "quantum/state.h"
#include "quantum/tableau.h"
#include "spiqe/random.h"

static uint32_t draw_below(uint64_t seed, uint64_t i, size_t n) {
  uint32_t key[2];
  spiqe_random_key(seed, SPIQE_PURPOSE_USER, 3, key);
  return (uint32_t)(spiqe_random_uniform(key, i, 0) * (double)n);
}

/* 1 when a product has X or Y (is_z: Z or Y) on a qubit. Products 0 to n - 1 are the destabilisers
 * U X_i U^dagger, n to 2n - 1 the stabilisers U Z_i U^dagger: U^dagger Z U has X on i where Z does
 * not commute with the latter. */
static int has_letter(const spiqe_tableau *t, size_t product, size_t qubit, int is_z) {
  const size_t n = t->images.n_words, i = product % t->n_qubits;
  const uint64_t *image = t->images.words + 2 * n * (2 * qubit + !is_z);
  return (int)(image[(product < t->n_qubits ? n : 0) + i / 64] >> i % 64 & 1);
}

/* 1 when two products do not commute. */
static int anticommute(const spiqe_tableau *t, size_t a, size_t b) {
  int odd = 0;
  for (size_t q = 0; q < t->n_qubits; q++)
    odd ^= (has_letter(t, a, q, 0) & has_letter(t, b, q, 1)) ^
           (has_letter(t, a, q, 1) & has_letter(t, b, q, 0));
  return odd;
}

static void assert_commutation(const spiqe_tableau *t) {
  const size_t n = t->n_qubits;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      assert_int_equal(anticommute(t, n + i, n + j), 0);
      assert_int_equal(anticommute(t, i, j), 0);
      assert_int_equal(anticommute(t, i, n + j), i == j);
    }
}

static spiqe_clifford_step draw_step(uint64_t seed, uint64_t i, size_t n_qubits) {
  spiqe_clifford_step step = {.gate = draw_below(seed, 3 * i, SPIQE_N_CLIFFORD_GATES)};
  step.a = draw_below(seed, 3 * i + 1, n_qubits);
  step.b = (step.a + 1 + draw_below(seed, 3 * i + 2, n_qubits - 1)) % (uint32_t)n_qubits;
  return step;
}

static void products_keep_their_commutation(void **state) {
  (void)state;
  static const size_t sizes[] = {2, 63, 64, 65, 130};
  spiqe_context *ctx = judge_context(1, NULL);
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    spiqe_tableau *t;
    judge_must(ctx, spiqe_tableau_create(ctx, sizes[s], &t));
    assert_commutation(t);
    for (uint64_t i = 0; i < 12 * sizes[s]; i++) {
      spiqe_clifford_step step = draw_step(s, i, sizes[s]);
      spiqe_tableau_apply(t, 1, &step);
      if (i % 11 == 0) spiqe_tableau_measure(t, step.b, (int)i & 1);
      if (i % 17 == 0) spiqe_tableau_reset(t, step.a, (int)i & 1);
    }
    assert_commutation(t);
    spiqe_tableau_destroy(t);
  }
  spiqe_tableau_destroy(NULL);
  spiqe_context_destroy(ctx);
}

static void a_second_measurement_gives_the_same(void **state) {
  (void)state;
  const size_t n = 100;
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_tableau *t;
  judge_must(ctx, spiqe_tableau_create(ctx, n, &t));
  size_t n_random = 0, n_fixed = 0;
  for (uint64_t i = 0; i < 3000; i++) {
    spiqe_clifford_step step = draw_step(9, i, n);
    const int draw = (int)(i / 3 % 2);
    spiqe_tableau_apply(t, 1, &step);
    if (i % 3) continue;
    const int is_random = spiqe_tableau_is_random(t, step.a);
    const int outcome = spiqe_tableau_measure(t, step.a, draw);
    if (is_random) assert_int_equal(outcome, draw);
    n_random += (size_t)is_random, n_fixed += !is_random;
    assert_false(spiqe_tableau_is_random(t, step.a));
    assert_int_equal(spiqe_tableau_measure(t, step.a, !outcome), outcome);
    if (i % 2 == 0) continue;
    spiqe_tableau_reset(t, step.b, draw);
    assert_false(spiqe_tableau_is_random(t, step.b));
    assert_int_equal(spiqe_tableau_measure(t, step.b, 1), 0);
  }
  assert_true(n_random > 100 && n_fixed > 100);
  spiqe_tableau_destroy(t);
  spiqe_context_destroy(ctx);
}

/* |0...0> + |1...1> on 1,000 qubits, with a sign: all outcomes agree, and the phase is felt. */
static void qubits_of_a_cat_agree(void **state) {
  (void)state;
  const uint32_t n = 1000;
  spiqe_context *ctx = judge_context(1, NULL);
  for (int draw = 0; draw < 2; draw++) {
    spiqe_tableau *t;
    judge_must(ctx, spiqe_tableau_create(ctx, n, &t));
    const spiqe_clifford_step begin[2] = {{SPIQE_CLIFFORD_H, 0, 0}, {SPIQE_CLIFFORD_Z, 0, 0}};
    spiqe_tableau_apply(t, 2, begin);
    for (uint32_t q = 1; q < n; q++)
      spiqe_tableau_apply(t, 1, &(spiqe_clifford_step){SPIQE_CLIFFORD_ZX, q - 1, q});
    assert_true(spiqe_tableau_is_random(t, n - 1));
    spiqe_tableau *phase;
    judge_must(ctx, spiqe_tableau_create(ctx, n, &phase));
    spiqe_tableau_copy(phase, t);
    for (uint32_t q = n - 1; q > 0; q--)
      spiqe_tableau_apply(phase, 1, &(spiqe_clifford_step){SPIQE_CLIFFORD_ZX, q - 1, q});
    spiqe_tableau_apply(phase, 1, begin);
    assert_int_equal(spiqe_tableau_measure(phase, 0, 0), 1);
    assert_int_equal(spiqe_tableau_measure(t, n / 2, draw), draw);
    for (uint32_t q = 0; q < n; q++) assert_int_equal(spiqe_tableau_measure(t, q, !draw), draw);
    spiqe_tableau_destroy(phase);
    spiqe_tableau_destroy(t);
  }
  spiqe_context_destroy(ctx);
}

/* Letters of a product of stabilisers, bit i of `which` for stabiliser i. */
static void multiply_stabilisers(const spiqe_tableau *t, uint64_t which, uint64_t *x, uint64_t *z) {
  *x = *z = 0;
  for (size_t i = 0; i < t->n_qubits; i++)
    for (size_t q = 0; q < t->n_qubits && which >> i & 1; q++) {
      *x ^= (uint64_t)has_letter(t, t->n_qubits + i, q, 0) << q;
      *z ^= (uint64_t)has_letter(t, t->n_qubits + i, q, 1) << q;
    }
}

/* An ancilla behind the others reads a Pauli product. */
static int read_product(spiqe_tableau *t, uint64_t x, uint64_t z, uint32_t apart) {
  const uint32_t ancilla = (uint32_t)t->n_qubits - 1;
  const spiqe_clifford_step h = {SPIQE_CLIFFORD_H, ancilla, ancilla};
  spiqe_tableau_reset(t, ancilla, 0);
  spiqe_tableau_apply(t, 1, &h);
  for (uint32_t q = 0; (x | z) >> q; q++) {
    static const uint32_t gates[4] = {0, SPIQE_CLIFFORD_ZX, SPIQE_CLIFFORD_ZZ, SPIQE_CLIFFORD_ZY};
    const uint32_t letter = (uint32_t)((x >> q & 1) | (z >> q & 1) << 1);
    const spiqe_clifford_step step = {gates[letter], ancilla, q * apart};
    if (letter) spiqe_tableau_apply(t, 1, &step);
  }
  spiqe_tableau_apply(t, 1, &h);
  assert_false(spiqe_tableau_is_random(t, ancilla));
  return spiqe_tableau_measure(t, ancilla, 0);
}

/* The state is an eigenvector of each stabiliser; the tableau, which has one qubit more, knows for
 * which of its eigenvalues. */
static void assert_stabilised(spiqe_context *ctx, const spiqe_tableau *t,
                              const spiqe_state *dense) {
  spiqe_tableau *copy;
  judge_must(ctx, spiqe_tableau_create(ctx, t->n_qubits, &copy));
  for (size_t i = 0; i + 1 < t->n_qubits; i++) {
    uint64_t x, z;
    multiply_stabilisers(t, (uint64_t)1 << i, &x, &z);
    const double mean = spiqe_state_pauli(dense, x, z) / spiqe_state_norm(dense);
    /* 64 amplitudes after some 50 gates: rounding below 1e-13 */
    assert_true(fabs(fabs(mean) - 1) < 1e-10);
    spiqe_tableau_copy(copy, t);
    assert_int_equal(read_product(copy, x, z, 1), mean < 0);
  }
  spiqe_tableau_destroy(copy);
}

/* Measure both: the tableau knows whether the outcome is random, and else which it is. */
static void measure_both(spiqe_tableau *t, spiqe_state *dense, uint32_t qubit, int draw) {
  const uint64_t mask = (uint64_t)1 << qubit;
  const double one = spiqe_state_weight(dense, mask, mask) / spiqe_state_norm(dense);
  if (spiqe_tableau_is_random(t, qubit))
    assert_true(fabs(one - 0.5) < 1e-10);
  else
    assert_true(fabs(one - (double)spiqe_tableau_measure(t, qubit, 0)) < 1e-10);
  const int outcome = spiqe_tableau_measure(t, qubit, draw);
  spiqe_state_project(dense, mask, outcome ? mask : 0, one > 0.25 && one < 0.75 ? sqrt(2) : 1);
}

static void tableaux_follow_state_vectors(void **state) {
  (void)state;
  static spiqe_clifford_cache cache;
  for (size_t d = 0; judge_device(d); d++) {
    spiqe_context *ctx = judge_context(1, judge_device(d));
    for (uint64_t seed = 0; seed < 40; seed++) {
      const size_t n = 1 + seed % 6;
      spiqe_circuit *circuit =
          random_circuit(ctx, &(random_circuit_options){.seed = seed,
                                                        .n_qubits = n,
                                                        .n_operations = 60,
                                                        .with = RANDOM_CLIFFORD | RANDOM_DELAY});
      spiqe_tableau *t;
      spiqe_state *dense;
      judge_must(ctx, spiqe_tableau_create(ctx, n + 1, &t));
      judge_must(ctx, spiqe_state_create(ctx, SPIQE_F64, n, &dense));
      for (size_t i = 0; i < circuit->n_operations; i++) {
        const spiqe_operation *op = &circuit->operations[i];
        if (op->kind != SPIQE_GATE) continue;
        const spiqe_clifford *found = spiqe_clifford_find(&cache, circuit, op, NULL);
        const uint32_t *used = circuit->qubits_used + op->first_qubit;
        spiqe_complex matrix[16];
        spiqe_step step = {.n_targets = op->n_targets, .matrix = matrix};
        assert_true(found->is_clifford);
        for (size_t k = 0; k < found->n_steps; k++)
          spiqe_tableau_apply(t, 1,
                              &(spiqe_clifford_step){found->steps[k].gate, used[found->steps[k].a],
                                                     used[found->steps[k].b]});
        spiqe_operation_matrix(circuit, op, NULL, matrix);
        if (op->n_controls) step.control_mask = step.control_value = (uint64_t)1 << used[0];
        for (uint32_t k = 0; k < op->n_targets; k++) step.targets[k] = used[op->n_controls + k];
        if (op->n_targets) judge_must(ctx, spiqe_state_apply(dense, &step));
        if (i % 9 == 0) measure_both(t, dense, draw_below(seed, i, n), (int)(i + seed) & 1);
        assert_stabilised(ctx, t, dense);
      }
      spiqe_tableau_destroy(t);
      spiqe_state_destroy(dense);
      spiqe_circuit_destroy(circuit);
    }
    spiqe_context_destroy(ctx);
  }
}

/* Outcomes that many stabilisers with all letters make together: in one word, in the same bit of
 * several words, in the same bit of several blocks of words. */
static void products_of_stabilisers_have_the_sign_of_the_state(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  const size_t n = 6;
  size_t n_minus = 0;
  for (uint32_t apart = 1; apart <= 512; apart *= apart == 1 ? 64 : 8)
    for (uint64_t seed = 0; seed < (apart == 512 ? 8 : 60); seed++) {
      spiqe_tableau *small, *large;
      spiqe_state *dense;
      judge_must(ctx, spiqe_tableau_create(ctx, n, &small));
      judge_must(ctx, spiqe_tableau_create(ctx, n * apart + 1, &large));
      judge_must(ctx, spiqe_state_create(ctx, SPIQE_F64, n, &dense));
      spiqe_circuit *circuit = circuit_of(ctx, n);
      for (uint64_t i = 0; i < 60; i++) {
        const spiqe_clifford_step step = draw_step(seed, i, n);
        const spiqe_clifford one = {.n_steps = 1, .steps = {{step.gate, 0, 1}}};
        const uint32_t on[2] = {step.a, step.b};
        spiqe_tableau_apply(small, 1, &step);
        spiqe_tableau_apply(large, 1,
                            &(spiqe_clifford_step){step.gate, step.a * apart, step.b * apart});
        add_steps(circuit, &one, on);
      }
      spiqe_steps steps;
      size_t n_taken;
      judge_must(ctx, spiqe_steps_create(circuit, NULL, 0, &n_taken, &steps));
      judge_must(ctx, spiqe_state_apply_steps(dense, steps.n_steps, steps.steps));
      for (uint32_t which = 1; which < 64; which += 3) {
        uint64_t x, z;
        multiply_stabilisers(small, which, &x, &z);
        const int is_minus = spiqe_state_pauli(dense, x, z) < 0;
        assert_int_equal(read_product(large, x, z, apart), is_minus);
        n_minus += (size_t)is_minus;
      }
      spiqe_steps_destroy(&steps);
      spiqe_circuit_destroy(circuit);
      spiqe_state_destroy(dense);
      spiqe_tableau_destroy(small);
      spiqe_tableau_destroy(large);
    }
  assert_true(n_minus > 500);
  spiqe_context_destroy(ctx);
}

static void a_tableau_that_cannot_be_is_refused(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_tableau *t = (spiqe_tableau *)ctx;
  assert_int_equal(spiqe_tableau_create(ctx, SPIQE_MOST_QUBITS << 4, &t), SPIQE_NO_MEMORY);
  assert_null(t);
  assert_non_null(strstr(spiqe_context_message(ctx), "a tableau of 16777216 qubits"));
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(products_keep_their_commutation),
      cmocka_unit_test(a_second_measurement_gives_the_same),
      cmocka_unit_test(qubits_of_a_cat_agree),
      cmocka_unit_test(tableaux_follow_state_vectors),
      cmocka_unit_test(products_of_stabilisers_have_the_sign_of_the_state),
      cmocka_unit_test(a_tableau_that_cannot_be_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
