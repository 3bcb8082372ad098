/* Clifford gates found from their matrices: which are, and that their steps do the same. */
#include "quantum/clifford_support.h"

#define PI 3.14159265358979323846

/* Both circuits give the same state up to a phase; with states without a zero the matrices
 * agree. */
static void assert_same_state(const char *what, const spiqe_circuit *a, const spiqe_circuit *b) {
  const size_t n = (size_t)1 << a->n_qubits;
  twin_number *x = judge_room(n, sizeof *x), *y = judge_room(n, sizeof *y), overlap = 0;
  twin_amplitudes(a, NULL, x);
  twin_amplitudes(b, NULL, y);
  for (size_t i = 0; i < n; i++) overlap += conj(x[i]) * y[i];
  /* rounding of some 20 gates, each about 1e-16 */
  if (!(fabs(cabs(overlap) - 1) < 1e-12)) fail_msg("%s: overlap %.15g", what, cabs(overlap));
  free(x);
  free(y);
}

/* Three random matrices and then the operation, or its steps. */
static void check_steps(const spiqe_circuit *circuit, const spiqe_operation *op,
                        const spiqe_clifford *found, uint64_t seed) {
  const uint32_t n = op->n_controls + op->n_targets, plain[3] = {0, 1, 2};
  const uint32_t *used = circuit->qubits_used + op->first_qubit;
  uint32_t qubits[3];
  spiqe_complex start[64];
  spiqe_circuit *by_gate = circuit_of(circuit->ctx, 3), *by_steps = circuit_of(circuit->ctx, 3);
  random_isometry(seed, 8, 8, start);
  judge_must(circuit->ctx, spiqe_circuit_matrix(by_gate, 3, plain, start));
  judge_must(circuit->ctx, spiqe_circuit_matrix(by_steps, 3, plain, start));
  for (uint32_t i = 0; i < n; i++) qubits[i] = i | (used[i] & SPIQE_ON_ZERO);
  if (op->kind == SPIQE_MATRIX) {
    judge_must(circuit->ctx, spiqe_circuit_matrix(by_gate, op->n_targets, qubits,
                                                  circuit->numbers + op->payload));
  } else {
    spiqe_angle angles[SPIQE_MOST_GATE_PARAMETERS];
    for (uint32_t i = 0; i < spiqe_gates[op->gate].n_parameters; i++)
      angles[i] =
          (spiqe_angle){.constant = spiqe_circuit_angle(circuit, op->first_angle + i, NULL)};
    judge_must(circuit->ctx,
               spiqe_circuit_push_gate(by_gate, op->gate, angles, op->n_controls, qubits, 0));
  }
  add_steps(by_steps, found, plain);
  assert_same_state(spiqe_operation_name(circuit, op), by_gate, by_steps);
  spiqe_circuit_destroy(by_gate);
  spiqe_circuit_destroy(by_steps);
}

static void a_found_gate_has_steps_that_do_the_same(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_clifford_cache *cache = judge_room(1, sizeof *cache);
  size_t n_found = 0, n_controlled = 0;
  for (uint64_t seed = 0; seed < 60; seed++) {
    spiqe_circuit *circuit =
        random_circuit(ctx, &(random_circuit_options){.seed = seed,
                                                      .n_qubits = 3,
                                                      .n_operations = 40,
                                                      .with = RANDOM_CLIFFORD | RANDOM_CONTROLS});
    for (size_t i = 0; i < circuit->n_operations; i++) {
      const spiqe_operation *op = &circuit->operations[i];
      const spiqe_clifford *found = spiqe_clifford_find(cache, circuit, op, NULL);
      if (!found->is_clifford) {
        assert_true(op->n_controls > 0);
        continue;
      }
      n_found++;
      n_controlled += op->n_controls > 1;
      check_steps(circuit, op, found, seed);
    }
    spiqe_circuit_destroy(circuit);
  }
  assert_true(n_found > 1000 && n_controlled > 10);
  free(cache);
  spiqe_context_destroy(ctx);
}

/* 1 or 0 for a gate on the first qubits, with more controls in front, the last of them on |0>. */
static int is_clifford(spiqe_context *ctx, const char *name, const double *angles, size_t n_more) {
  static spiqe_clifford_cache cache;
  static const uint32_t qubits[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  spiqe_circuit *circuit = circuit_of(ctx, 8);
  spiqe_angle constants[SPIQE_MOST_GATE_PARAMETERS] = {{0}};
  uint8_t on_zero[8] = {0};
  size_t n_qubits, n_angles;
  assert_true(spiqe_gate_shape(name, &n_qubits, &n_angles));
  for (size_t i = 0; i < n_angles; i++) constants[i].constant = angles[i];
  if (n_more) on_zero[n_more - 1] = 1;
  judge_must(ctx, spiqe_circuit_gate_controlled(circuit, name, constants, n_more, qubits, on_zero,
                                                qubits + n_more));
  int answer = spiqe_clifford_find(&cache, circuit, &circuit->operations[0], NULL)->is_clifford;
  spiqe_circuit_destroy(circuit);
  return answer;
}

static void clifford_is_what_takes_paulis_to_paulis(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  const struct {
    const char *name;
    double angles[4];
    size_t n_more;
    int expected;
  } cases[] = {
      {"h", {0}, 0, 1},
      {"t", {0}, 0, 0},
      {"sx", {0}, 0, 1},
      {"x", {0}, 1, 1},
      {"ch", {0}, 0, 0},
      {"x", {0}, 2, 0},
      {"s", {0}, 1, 0},
      {"csx", {0}, 0, 0},
      {"cswap", {0}, 0, 0},
      {"ccz", {0}, 0, 0},
      {"c3x", {0}, 0, 0},
      {"c4x", {0}, 0, 0},
      {"siswap", {0}, 0, 0},
      {"iswap", {0}, 0, 1},
      {"ecr", {0}, 0, 1},
      {"swap", {0}, 1, 0},
      {"rx", {PI / 2}, 0, 1},
      {"rx", {PI / 2 + 1e-7}, 0, 0},
      {"rx", {PI / 2 + 1e-11}, 0, 1},
      {"rx", {PI / 4}, 0, 0},
      {"rx", {1e-7}, 0, 0},
      {"rx", {4 * PI}, 5, 1},
      {"rx", {2 * PI}, 5, 0},
      {"u3", {PI / 2, PI, -PI / 2}, 0, 1},
      {"u3", {PI / 2, PI, 1}, 0, 0},
      {"cp", {PI}, 0, 1},
      {"cp", {PI / 2}, 0, 0},
      {"cp", {2 * PI}, 1, 1},
      {"cp", {2 * PI}, 6, 1},
      {"crx", {PI}, 0, 1},
      {"crx", {2 * PI}, 0, 1},
      {"crz", {2 * PI}, 1, 1},
      {"crz", {PI}, 1, 0},
      {"rzz", {PI / 2}, 0, 1},
      {"rzz", {PI}, 1, 1},
      {"rzz", {PI / 2}, 1, 0},
      {"gphase", {1.234}, 0, 1},
      {"gphase", {PI}, 1, 1},
      {"gphase", {PI / 2}, 1, 1},
      {"gphase", {PI / 4}, 1, 0},
      {"gphase", {PI}, 2, 1},
      {"gphase", {PI}, 3, 0},
      {"gphase", {2 * PI}, 5, 1},
      {"id", {0}, 7, 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int answer = is_clifford(ctx, cases[i].name, cases[i].angles, cases[i].n_more);
    if (answer != cases[i].expected)
      fail_msg("%s(%g) with %zu controls: %d", cases[i].name, cases[i].angles[0], cases[i].n_more,
               answer);
  }
  spiqe_context_destroy(ctx);
}

static void a_matrix_that_is_not_unitary_is_not_clifford(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  const spiqe_kernels *kernels = spiqe_device_kernels(ctx, SPIQE_F32);
  spiqe_clifford found;
  spiqe_complex m[16] = {{0}};
  assert_false(spiqe_clifford_from_matrix(kernels, 2, m, &found));
  for (size_t i = 0; i < 4; i++) m[5 * i].re = 1;
  assert_true(spiqe_clifford_from_matrix(kernels, 2, m, &found));
  m[0].re = NAN;
  assert_false(spiqe_clifford_from_matrix(kernels, 2, m, &found));
  m[0].re = 2;
  assert_false(spiqe_clifford_from_matrix(kernels, 2, m, &found));
  spiqe_context_destroy(ctx);
}

/* Inputs decide: rx(input) is Clifford at pi and not at 1. */
static void inputs_are_bound_before_the_question(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  static spiqe_clifford_cache cache;
  spiqe_circuit *circuit = circuit_of(ctx, 1);
  const spiqe_term term = {0, 1};
  const spiqe_angle angle = {0, 1, &term};
  const uint32_t qubit = 0;
  judge_must(ctx, spiqe_circuit_add_input(circuit, "a", NULL));
  judge_must(ctx, spiqe_circuit_gate_controlled(circuit, "rx", &angle, 0, NULL, NULL, &qubit));
  const double values[] = {PI, 1, -PI / 2, NAN, INFINITY};
  const int expected[] = {1, 0, 1, 0, 0};
  for (size_t turn = 0; turn < 2; turn++)
    for (size_t i = 0; i < 5; i++)
      assert_int_equal(
          spiqe_clifford_find(&cache, circuit, &circuit->operations[0], &values[i])->is_clifford,
          expected[i]);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_found_gate_has_steps_that_do_the_same),
      cmocka_unit_test(clifford_is_what_takes_paulis_to_paulis),
      cmocka_unit_test(a_matrix_that_is_not_unitary_is_not_clifford),
      cmocka_unit_test(inputs_are_bound_before_the_question),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
