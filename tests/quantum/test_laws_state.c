/* Laws of state vectors at sizes that the twin cannot reach: sums and moves against loops over
 * single amplitudes, inverse, norm, fusion, devices and threads. */
#include "quantum/judge.h"
#include "quantum/state.h"

/* Relative to a norm of 1; some 100 operations, each with an error of 1e-16 or 6e-8 of an
 * amplitude. */
static const double tolerances[SPIQE_N_PRECISIONS] = {5e-6, 1e-13};

static spiqe_state *random_state(spiqe_context *ctx, spiqe_precision precision, size_t n_qubits,
                                 uint64_t seed) {
  const size_t n = (size_t)1 << n_qubits;
  spiqe_complex *numbers = judge_room(n, sizeof *numbers);
  spiqe_state *state;
  random_isometry(seed, n, 1, numbers);
  judge_must(ctx, spiqe_state_create(ctx, precision, n_qubits, &state));
  for (size_t i = 0; i < n; i++) spiqe_state_set(state, i, numbers[i]);
  free(numbers);
  return state;
}

static twin_number at(const spiqe_state *state, size_t i) {
  spiqe_complex a = spiqe_state_get(state, i);
  return a.re + I * a.im;
}

static size_t draw_mask(uint64_t seed, size_t n_qubits) {
  double angle;
  random_angles(seed, 1, &angle);
  return (size_t)(fabs(angle) * 1e9) & (((size_t)1 << n_qubits) - 1);
}

static void compare_sums(const spiqe_state *a, const spiqe_state *b, uint64_t seed) {
  const size_t n = (size_t)1 << a->n_qubits, mask = draw_mask(seed, a->n_qubits);
  const size_t value = mask & draw_mask(seed + 1, a->n_qubits);
  const double tolerance = tolerances[a->precision];
  double norm = 0, weight = 0;
  twin_number inner = 0;
  for (size_t i = 0; i < n; i++) {
    double p = creal(at(a, i) * conj(at(a, i)));
    norm += p;
    if ((i & mask) == value) weight += p;
    inner += conj(at(a, i)) * at(b, i);
  }
  assert_true(fabs(norm - spiqe_state_norm(a)) <= tolerance);
  assert_true(fabs(weight - spiqe_state_weight(a, mask, value)) <= tolerance);
  assert_true(judge_distance(inner, spiqe_state_inner(a, b)) <= tolerance);
}

/* i^power, by the number of Y and the signs of Z, of P at a row: P |i> = phase |i ^ x>. */
static twin_number pauli_phase(size_t i, size_t x, size_t z) {
  static const twin_number powers[4] = {1, I, -1, -I};
  return powers[(__builtin_popcountll(x & z) + 2 * __builtin_popcountll(i & z)) & 3];
}

static void compare_paulis(const spiqe_state *a, spiqe_state *b, uint64_t seed) {
  const size_t n = (size_t)1 << a->n_qubits;
  const size_t x = seed % 3 ? draw_mask(seed + 2, a->n_qubits) : 0;
  const size_t z = seed % 4 ? draw_mask(seed + 3, a->n_qubits) : 0;
  twin_number sum = 0, *expected = judge_room(n, sizeof *expected);
  for (size_t i = 0; i < n; i++) {
    expected[i ^ x] = at(b, i ^ x) + 0.75 * pauli_phase(i, x, z) * at(a, i);
    sum += conj(at(a, i ^ x)) * pauli_phase(i, x, z) * at(a, i);
  }
  assert_true(fabs(creal(sum) - spiqe_state_pauli(a, x, z)) <= tolerances[a->precision]);
  spiqe_state_add_pauli(a, x, z, 0.75, b);
  for (size_t i = 0; i < n; i++)
    assert_true(cabs(expected[i] - at(b, i)) <= tolerances[a->precision]);
  free(expected);
}

static void compare_moves(const spiqe_state *a, spiqe_state *b, uint64_t seed) {
  const size_t n = (size_t)1 << a->n_qubits, mask = draw_mask(seed + 4, a->n_qubits);
  const size_t value = mask & draw_mask(seed + 5, a->n_qubits);
  spiqe_state_copy(b, a);
  for (uint32_t q = 0; q < a->n_qubits; q++) {
    spiqe_state_flip(b, q);
    for (size_t i = 0; i < n; i++) assert_true(at(b, i) == at(a, i ^ (size_t)1 << q));
    spiqe_state_flip(b, q);
  }
  spiqe_state_project(b, mask, value, 1.5);
  spiqe_state_scale(b, 0.5);
  for (size_t i = 0; i < n; i++) { /* 0.75 is exact */
    twin_number expected = (i & mask) == value ? 0.75 * at(a, i) : 0;
    assert_true(cabs(expected - at(b, i)) <= tolerances[a->precision] * cabs(at(a, i)));
  }
  spiqe_state_clear(b);
  for (size_t i = 0; i < n; i++) assert_true(at(b, i) == (i == 0));
}

static void sums_and_moves_are_those_of_single_amplitudes(void **unused) {
  (void)unused;
  for (size_t d = 0; judge_device(d); d++)
    for (int precision = 0; precision < SPIQE_N_PRECISIONS; precision++) {
      spiqe_context *ctx = judge_context(2, judge_device(d));
      for (size_t n_qubits = 0; n_qubits <= 8; n_qubits++)
        for (uint64_t seed = 0; seed < 12; seed++) {
          spiqe_state *a = random_state(ctx, (spiqe_precision)precision, n_qubits, 100 * seed);
          spiqe_state *b = random_state(ctx, (spiqe_precision)precision, n_qubits, 100 * seed + 9);
          compare_sums(a, b, 1000 * n_qubits + 10 * seed);
          compare_paulis(a, b, 1000 * n_qubits + 10 * seed);
          compare_moves(a, b, 1000 * n_qubits + 10 * seed);
          spiqe_state_destroy(a);
          spiqe_state_destroy(b);
        }
      spiqe_context_destroy(ctx);
    }
}

/* u is drawn for the index whose part of the cumulated probabilities holds it. */
static void compare_samples(const spiqe_state *state, uint64_t seed) {
  enum { N = 400 };
  double draws[N], sum = 0;
  uint64_t indices[N], last = 0;
  const double tolerance = tolerances[state->precision];
  for (size_t i = 0; i < N; i++) draws[i] = ((double)i + 0.5 + 0.4 * sin((double)(i + seed))) / N;
  spiqe_state_sample(state, N, draws, indices);
  for (size_t i = 0, index = 0; i < N; i++) {
    assert_true(indices[i] >= last && indices[i] < (uint64_t)1 << state->n_qubits);
    for (; index < indices[i]; index++) sum += creal(at(state, index) * conj(at(state, index)));
    double own = creal(at(state, index) * conj(at(state, index)));
    assert_true(draws[i] >= sum - tolerance && draws[i] <= sum + own + tolerance);
    last = indices[i];
  }
}

static void samples_are_where_their_uniform_number_falls(void **unused) {
  (void)unused;
  for (size_t d = 0; judge_device(d); d++)
    for (int precision = 0; precision < SPIQE_N_PRECISIONS; precision++) {
      spiqe_context *ctx = judge_context(3, judge_device(d));
      for (size_t n_qubits = 0; n_qubits <= 16; n_qubits += 1 + (n_qubits > 8)) {
        spiqe_state *state = random_state(ctx, (spiqe_precision)precision, n_qubits, n_qubits);
        compare_samples(state, n_qubits);
        spiqe_state_project(state, 1, n_qubits % 2, 1); /* half of the amplitudes are 0 */
        double norm = spiqe_state_norm(state);
        if (norm > 0) spiqe_state_scale(state, 1 / sqrt(norm));
        if (norm > 0) compare_samples(state, n_qubits + 100);
        spiqe_state_destroy(state);
      }
      spiqe_context_destroy(ctx);
    }
}

/* A circuit of gates and matrices; ctx is the one that the states are on too. */
static spiqe_circuit *draw(spiqe_context *ctx, size_t n_qubits, size_t n, uint64_t seed) {
  random_circuit_options options = {.seed = seed, .n_qubits = n_qubits, .n_inputs = 2};
  options.n_operations = n;
  options.with = RANDOM_UNITARY;
  options.delay = 1e-6;
  return random_circuit(ctx, &options);
}

static void run_on(spiqe_state *state, const spiqe_circuit *circuit, int is_fused) {
  const double inputs[2] = {0.3, -1.1};
  spiqe_steps steps;
  size_t n;
  judge_must(state->ctx, spiqe_steps_create(circuit, inputs, 0, &n, &steps));
  for (size_t i = 0; !is_fused && i < steps.n_steps; i++)
    judge_must(state->ctx, spiqe_state_apply(state, &steps.steps[i]));
  if (is_fused) judge_must(state->ctx, spiqe_state_apply_steps(state, steps.n_steps, steps.steps));
  spiqe_steps_destroy(&steps);
}

static double distance_of(const spiqe_state *a, const spiqe_state *b) {
  double largest = 0;
  for (size_t i = 0; i < (size_t)1 << a->n_qubits; i++) {
    double distance = judge_distance(at(a, i), spiqe_state_get(b, i));
    if (distance > largest) largest = distance;
  }
  return largest;
}

/* The reference table without fusion against every table with it. Fusion begins at 12 qubits, and
 * takes 1024 gates at a time; the kinds of gates decide how they are put together. */
static void compare_fused(spiqe_context *slow, const spiqe_circuit *circuit, const char *name) {
  for (int precision = 0; precision < SPIQE_N_PRECISIONS; precision++) {
    spiqe_state *expected, *state;
    const size_t n_qubits = circuit->n_qubits;
    judge_must(slow, spiqe_state_create(slow, (spiqe_precision)precision, n_qubits, &expected));
    run_on(expected, circuit, 0);
    for (size_t d = 0; judge_device(d); d++) {
      spiqe_context *ctx = judge_context(2, judge_device(d));
      judge_must(ctx, spiqe_state_create(ctx, (spiqe_precision)precision, n_qubits, &state));
      run_on(state, circuit, 1);
      double distance = distance_of(expected, state);
      if (!(distance <= tolerances[precision]))
        fail_msg("%s, %s, f%d: %g", name, judge_device(d), precision ? 64 : 32, distance);
      spiqe_state_destroy(state);
      spiqe_context_destroy(ctx);
    }
    spiqe_state_destroy(expected);
  }
}

static void fused_steps_on_any_device_are_the_reference_one_by_one(void **unused) {
  (void)unused;
  static const unsigned kinds[] = {RANDOM_UNITARY, RANDOM_INPUTS, RANDOM_CONTROLS, RANDOM_CLIFFORD};
  spiqe_context *slow = judge_context(1, "reference");
  for (uint64_t seed = 0; seed < 20; seed++) {
    char name[64];
    random_circuit_options options = {.seed = 500 + seed, .n_inputs = 2, .delay = 1e-6};
    options.n_qubits = 9 + seed % 8;
    options.n_operations = seed == 3 ? 2200 : 120;
    options.with = kinds[seed / 2 % 4];
    snprintf(name, sizeof name, "seed %d, %zu qubits", (int)seed, options.n_qubits);
    spiqe_circuit *circuit = random_circuit(slow, &options);
    compare_fused(slow, circuit, name);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(slow);
}

static void a_circuit_and_its_inverse_leave_the_state_as_it_was(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 24; seed++) {
    const size_t n_qubits = 1 + seed % 12;
    spiqe_circuit *circuit = draw(ctx, n_qubits, 60, 700 + seed), *inverse;
    judge_must(ctx, spiqe_circuit_inverse(circuit, &inverse));
    for (int precision = 0; precision < SPIQE_N_PRECISIONS; precision++) {
      spiqe_state *before = random_state(ctx, (spiqe_precision)precision, n_qubits, seed), *after;
      judge_must(ctx, spiqe_state_create(ctx, (spiqe_precision)precision, n_qubits, &after));
      spiqe_state_copy(after, before);
      run_on(after, circuit, 1);
      assert_true(fabs(spiqe_state_norm(after) - 1) <= tolerances[precision]);
      run_on(after, inverse, 1);
      assert_true(distance_of(before, after) <= tolerances[precision]);
      spiqe_state_destroy(before);
      spiqe_state_destroy(after);
    }
    spiqe_circuit_destroy(circuit);
    spiqe_circuit_destroy(inverse);
  }
  spiqe_context_destroy(ctx);
}

/* 17 qubits: more than one part for each thread, more than one chunk of a pass, more than one task
 * of a sum. */
static void any_number_of_threads_gives_the_same_bits(void **unused) {
  (void)unused;
  static const size_t n_threads[] = {1, 2, 3, 7};
  enum { N = 17 };
  for (int precision = 0; precision < SPIQE_N_PRECISIONS; precision++) {
    spiqe_context *contexts[4];
    spiqe_state *states[4];
    spiqe_complex inner[4];
    double sums[4][2];
    for (size_t t = 0; t < 4; t++) {
      contexts[t] = judge_context(n_threads[t], NULL);
      judge_must(contexts[t],
                 spiqe_state_create(contexts[t], (spiqe_precision)precision, N, &states[t]));
      spiqe_circuit *circuit = draw(contexts[t], N, 150, 900);
      spiqe_state *other = random_state(contexts[t], (spiqe_precision)precision, N, 3);
      run_on(states[t], circuit, 1);
      inner[t] = spiqe_state_inner(states[t], other);
      sums[t][0] = spiqe_state_weight(states[t], 0x51, 0x41);
      sums[t][1] = spiqe_state_pauli(states[t], 0x1203, 0x4006);
      assert_memory_equal(states[t]->amplitudes, states[0]->amplitudes,
                          spiqe_state_size((spiqe_precision)precision, N));
      assert_memory_equal(&inner[t], &inner[0], sizeof inner[0]);
      assert_memory_equal(sums[t], sums[0], sizeof sums[0]);
      spiqe_circuit_destroy(circuit);
      spiqe_state_destroy(other);
    }
    for (size_t t = 0; t < 4; t++) {
      spiqe_state_destroy(states[t]);
      spiqe_context_destroy(contexts[t]);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sums_and_moves_are_those_of_single_amplitudes),
      cmocka_unit_test(samples_are_where_their_uniform_number_falls),
      cmocka_unit_test(fused_steps_on_any_device_are_the_reference_one_by_one),
      cmocka_unit_test(a_circuit_and_its_inverse_leave_the_state_as_it_was),
      cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
