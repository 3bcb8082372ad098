/* State vectors against the slow twin: every gate, random circuits, in both precisions, on every
 * device, step by step and fused. */
#include "quantum/judge.h"
#include "quantum/state.h"

/* A gate on k qubits adds 2^k products to an amplitude of at most 1, each wrong by some 1e-16 or
 * 6e-8: 60 operations of at most 16 products 1e-13 and 6e-5 if all rounded the same way; they do
 * not, and the largest found is 2e-15 and 3e-7. */
static const double tolerances[SPIQE_N_PRECISIONS] = {5e-6, 1e-13};

static spiqe_state *run(spiqe_context *ctx, spiqe_precision precision, const spiqe_circuit *circuit,
                        const double *inputs, int is_fused) {
  spiqe_state *state;
  spiqe_steps steps;
  size_t n;
  judge_must(ctx, spiqe_state_create(ctx, precision, circuit->n_qubits, &state));
  judge_must(ctx, spiqe_steps_create(circuit, inputs, 0, &n, &steps));
  assert_int_equal(n, circuit->n_operations);
  for (size_t i = 0; !is_fused && i < steps.n_steps; i++)
    judge_must(ctx, spiqe_state_apply(state, &steps.steps[i]));
  if (is_fused) judge_must(ctx, spiqe_state_apply_steps(state, steps.n_steps, steps.steps));
  spiqe_steps_destroy(&steps);
  return state;
}

static void compare(const char *what, const spiqe_state *state, const twin_number *expected) {
  double largest = 0;
  size_t at = 0;
  for (size_t i = 0; i < (size_t)1 << state->n_qubits; i++) {
    double distance = judge_distance(expected[i], spiqe_state_get(state, i));
    if (distance > largest) largest = distance, at = i;
  }
  if (!(largest <= tolerances[state->precision]))
    fail_msg("%s: amplitude %zu differs by %g", what, at, largest);
}

/* A circuit on every device, in both precisions, fused and not. */
static void compare_all(const char *name, const spiqe_circuit *circuit, const double *inputs) {
  twin_number *expected = judge_room((size_t)1 << circuit->n_qubits, sizeof *expected);
  twin_amplitudes(circuit, inputs, expected);
  for (size_t d = 0; judge_device(d); d++) {
    spiqe_context *ctx = judge_context(2, judge_device(d));
    for (int variant = 0; variant < 4; variant++) {
      char what[128];
      snprintf(what, sizeof what, "%s, %s %s, %s", name, judge_device(d),
               variant & 1 ? "f64" : "f32", variant & 2 ? "fused" : "one by one");
      spiqe_state *state =
          run(ctx, variant & 1 ? SPIQE_F64 : SPIQE_F32, circuit, inputs, variant & 2);
      compare(what, state, expected);
      spiqe_state_destroy(state);
    }
    spiqe_context_destroy(ctx);
  }
  free(expected);
}

/* The gate after a circuit that leaves no amplitude at 0, on qubits of both halves of a block. */
static void compare_gate(spiqe_context *ctx, const char *name, uint64_t seed) {
  size_t n_qubits, n_angles;
  double angles[SPIQE_MOST_GATE_PARAMETERS], keys[7];
  uint32_t qubits[7] = {0, 1, 2, 3, 4, 5, 6};
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, 6, 0, &circuit));
  random_angles(seed, 7, keys);
  for (uint32_t q = 0; q < 6; q++) judge_must(ctx, spiqe_circuit_gate(circuit, "ry", &keys[q], &q));
  for (uint32_t q = 0; q < 6; q++) judge_must(ctx, spiqe_circuit_gate(circuit, "p", &keys[q], &q));
  for (size_t i = 0; i < 6; i++) { /* an order of the qubits */
    size_t j = i + (size_t)(fabs(keys[i]) * 1000) % (6 - i);
    uint32_t kept = qubits[i];
    qubits[i] = qubits[j];
    qubits[j] = kept;
  }
  assert_true(spiqe_gate_shape(name, &n_qubits, &n_angles));
  random_angles(seed + 1, SPIQE_MOST_GATE_PARAMETERS, angles);
  judge_must(ctx, spiqe_circuit_gate(circuit, name, angles, qubits));

  twin_number expected[64], small[1024], full[4096], before[64];
  circuit->n_operations--; /* without the gate */
  twin_amplitudes(circuit, NULL, before);
  circuit->n_operations++;
  assert_int_equal(twin_gate(name, angles, small), n_qubits);
  twin_embed(6, n_qubits, qubits, small, full);
  for (size_t r = 0; r < 64; r++) {
    expected[r] = 0;
    for (size_t c = 0; c < 64; c++) expected[r] += full[r * 64 + c] * before[c];
  }
  for (int fused = 0; fused < 2; fused++) {
    spiqe_state *state = run(ctx, SPIQE_F64, circuit, NULL, fused);
    compare(name, state, expected);
    spiqe_state_destroy(state);
  }
  spiqe_circuit_destroy(circuit);
}

static void every_name_does_what_the_textbook_says(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  for (size_t i = 0; spiqe_gate_name(i); i++)
    for (uint64_t seed = 0; seed < 6; seed++) compare_gate(ctx, spiqe_gate_name(i), 10 * i + seed);
  spiqe_context_destroy(ctx);
}

static void random_circuits_give_the_amplitudes_of_the_twin(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  for (uint64_t seed = 0; seed < 80; seed++) {
    random_circuit_options options = {.seed = seed, .n_qubits = 1 + seed % 8, .n_inputs = 3};
    options.n_operations = options.n_qubits > 6 ? 30 : 60;
    options.with = RANDOM_UNITARY;
    options.delay = 1e-6;
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    double inputs[3];
    char name[64];
    random_angles(seed, 3, inputs);
    snprintf(name, sizeof name, "seed %d, %zu qubits", (int)seed, options.n_qubits);
    compare_all(name, circuit, inputs);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

/* The circuit's qubits put anywhere among more of them, which are turned by h. */
static spiqe_circuit *scatter(spiqe_context *ctx, const spiqe_circuit *small, size_t n_qubits,
                              uint64_t seed, size_t *places) {
  spiqe_circuit *large;
  double keys[32];
  size_t order[32];
  random_angles(seed, n_qubits, keys);
  for (size_t i = 0; i < n_qubits; i++) order[i] = i;
  for (size_t i = 0; i < n_qubits; i++) {
    size_t j = i + (size_t)(fabs(keys[i]) * 1000) % (n_qubits - i), kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  judge_must(ctx, spiqe_circuit_create(ctx, n_qubits, 0, &large));
  judge_must(ctx, spiqe_circuit_append(large, small));
  for (size_t i = 0; i < large->n_qubits_used; i++) {
    uint32_t qubit = large->qubits_used[i] & ~SPIQE_ON_ZERO;
    large->qubits_used[i] = (large->qubits_used[i] & SPIQE_ON_ZERO) | (uint32_t)order[qubit];
  }
  for (size_t i = small->n_qubits; i < n_qubits; i++) {
    uint32_t qubit = (uint32_t)order[i];
    judge_must(ctx, spiqe_circuit_gate(large, "h", NULL, &qubit));
  }
  memcpy(places, order, small->n_qubits * sizeof *places);
  return large;
}

static void compare_scattered(const char *name, const spiqe_state *state, size_t n_small,
                              const size_t *places, const twin_number *expected) {
  const double factor = pow(0.5, 0.5 * (double)(state->n_qubits - n_small));
  for (size_t i = 0; i < (size_t)1 << state->n_qubits; i++) {
    size_t own = 0;
    for (size_t q = 0; q < n_small; q++) own |= (i >> places[q] & 1) << q;
    double distance = judge_distance(factor * expected[own], spiqe_state_get(state, i));
    if (!(distance <= factor * tolerances[state->precision]))
      fail_msg("%s: amplitude %zu differs by %g", name, i, distance);
  }
}

/* Fusion begins at 12 qubits, which is past the twin's reach: but where a gate's qubits lie must
 * not matter. */
static void compare_large(spiqe_context *ctx, uint64_t seed) {
  static const unsigned kinds[] = {RANDOM_UNITARY, RANDOM_INPUTS, RANDOM_CONTROLS};
  random_circuit_options options = {.seed = 400 + seed, .n_qubits = 2 + seed % 5, .n_inputs = 3};
  options.n_operations = 80;
  options.with = kinds[seed % 3];
  options.delay = 1e-6;
  double inputs[3];
  char name[64];
  size_t places[8], n_qubits = 12 + seed % 4;
  twin_number expected[64];
  spiqe_circuit *circuit = random_circuit(ctx, &options);
  random_angles(seed, 3, inputs);
  twin_amplitudes(circuit, inputs, expected);
  spiqe_circuit *large = scatter(ctx, circuit, n_qubits, seed, places);
  for (int precision = 0; precision < SPIQE_N_PRECISIONS; precision++) {
    snprintf(name, sizeof name, "%s, f%d, seed %d", spiqe_context_device(ctx), precision ? 64 : 32,
             (int)seed);
    spiqe_state *state = run(ctx, (spiqe_precision)precision, large, inputs, 1);
    compare_scattered(name, state, circuit->n_qubits, places, expected);
    spiqe_state_destroy(state);
  }
  spiqe_circuit_destroy(circuit);
  spiqe_circuit_destroy(large);
}

static void circuits_scattered_over_a_large_register_are_those_of_the_twin(void **unused) {
  (void)unused;
  for (size_t d = 0; judge_device(d); d++) {
    spiqe_context *ctx = judge_context(2, judge_device(d));
    for (uint64_t seed = 0; seed < 40; seed++) compare_large(ctx, seed);
    spiqe_context_destroy(ctx);
  }
}

static void a_circuit_on_no_qubit_has_one_amplitude_its_phase(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_circuit *circuit;
  const double angle = 0.7;
  judge_must(ctx, spiqe_circuit_create(ctx, 0, 0, &circuit));
  compare_all("empty", circuit, NULL);
  judge_must(ctx, spiqe_circuit_gate(circuit, "gphase", &angle, NULL));
  compare_all("a phase", circuit, NULL);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

/* Matrices wider than a fused one, and ones that are not unitary, through the steps. */
static void compare_wide(spiqe_context *ctx, size_t k, uint64_t seed) {
  enum { N = 8, SIZE = 256 };
  spiqe_complex *matrix = judge_room((size_t)1 << 2 * k, sizeof *matrix);
  twin_number small[1 << 14], *full = judge_room(SIZE * SIZE, sizeof *full), expected[SIZE];
  spiqe_complex start[SIZE];
  spiqe_step step = {.n_targets = (uint32_t)k, .matrix = matrix};
  random_isometry(seed, SIZE, 1, start);
  random_isometry(seed + 1, (size_t)1 << k, (size_t)1 << k, matrix);
  for (size_t i = 0; i < (size_t)1 << 2 * k; i++) {
    if (seed % 2) matrix[i].re += 0.25; /* not unitary */
    small[i] = matrix[i].re + I * matrix[i].im;
  }
  for (size_t i = 0; i < k; i++) step.targets[i] = (uint32_t)((3 * i + seed) % N);
  if (k < N) step.control_mask = (uint64_t)1 << (3 * k + seed) % N;
  if (seed % 3) step.control_value = step.control_mask;
  twin_embed(N, k, step.targets, small, full);
  for (size_t r = 0; r < SIZE; r++) {
    expected[r] = 0;
    for (size_t c = 0; c < SIZE; c++)
      expected[r] += full[r * SIZE + c] * (start[c].re + I * start[c].im);
    if ((r & step.control_mask) != step.control_value) expected[r] = start[r].re + I * start[r].im;
  }
  for (int variant = 0; variant < 4; variant++) {
    spiqe_state *state;
    judge_must(ctx, spiqe_state_create(ctx, variant & 1 ? SPIQE_F64 : SPIQE_F32, N, &state));
    for (size_t i = 0; i < SIZE; i++) spiqe_state_set(state, i, start[i]);
    judge_must(ctx, variant & 2 ? spiqe_state_apply_steps(state, 1, &step)
                                : spiqe_state_apply(state, &step));
    compare("a wide matrix", state, expected);
    spiqe_state_destroy(state);
  }
  free(matrix);
  free(full);
}

static void matrices_of_one_to_seven_targets_act_under_a_control(void **unused) {
  (void)unused;
  for (size_t d = 0; judge_device(d); d++) {
    spiqe_context *ctx = judge_context(2, judge_device(d));
    for (size_t k = 1; k <= 7; k++)
      for (uint64_t seed = 0; seed < 6; seed++) compare_wide(ctx, k, seed);
    spiqe_context_destroy(ctx);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_name_does_what_the_textbook_says),
      cmocka_unit_test(random_circuits_give_the_amplitudes_of_the_twin),
      cmocka_unit_test(circuits_scattered_over_a_large_register_are_those_of_the_twin),
      cmocka_unit_test(a_circuit_on_no_qubit_has_one_amplitude_its_phase),
      cmocka_unit_test(matrices_of_one_to_seven_targets_act_under_a_control),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
