/* Sampling Clifford circuits, by frames and shot by shot: distributions are those of the slow twin,
 * and a shot depends on nothing but its number. */
#include "quantum/channels.h"
#include "quantum/frames.h"
#include "quantum/stabiliser_support.h"

/* Counts against the twin's probabilities. */
static void compare(spiqe_context *ctx, const char *what, const spiqe_circuit *circuit) {
  const size_t n = (size_t)1 << circuit->n_bits;
  double *probabilities = judge_room(n, sizeof *probabilities);
  twin *judge = twin_run(circuit, NULL);
  tally t = sample(ctx, circuit, N_SHOTS, 5);
  for (size_t i = 0; i < n; i++) probabilities[i] = twin_probability(judge, i);
  judge_counts(what, n, probabilities, t.counts, N_SHOTS);
  twin_destroy(judge);
  free(t.counts);
  free(probabilities);
}

/* 1 when all shots of a circuit can run as frames. */
static int has_frames(spiqe_context *ctx, const spiqe_circuit *circuit) {
  spiqe_stabiliser_plan *plan;
  judge_must(ctx, spiqe_stabiliser_plan_create(ctx, circuit, NULL, &plan));
  const int answer = plan->has_frames;
  spiqe_stabiliser_plan_destroy(plan);
  return answer;
}

/* Random circuits of some kind; so many of the 30 can run as frames. */
static void compare_random(const char *what, unsigned with, size_t most_frames,
                           size_t least_frames) {
  spiqe_context *ctx = judge_context(2, NULL);
  size_t n_frames = 0, n = 30;
  for (uint64_t seed = 0; seed < n; seed++) {
    char name[64];
    snprintf(name, sizeof name, "%s %d", what, (int)seed);
    spiqe_circuit *circuit =
        random_circuit(ctx, &(random_circuit_options){.seed = seed,
                                                      .n_qubits = 1 + seed % 5,
                                                      .n_bits = 1 + seed % 7,
                                                      .n_operations = 40,
                                                      .with = with | RANDOM_CLIFFORD});
    n_frames += (size_t)has_frames(ctx, circuit);
    compare(ctx, name, circuit);
    spiqe_circuit_destroy(circuit);
  }
  if (n_frames < least_frames || n_frames > most_frames) fail_msg("%s: %zu frames", what, n_frames);
  spiqe_context_destroy(ctx);
}

static void measurement_and_reset_are_as_the_twin_says(void **state) {
  (void)state;
  compare_random("measure, reset", RANDOM_MEASURE | RANDOM_RESET | RANDOM_DELAY, 30, 30);
}

static void misread_bits_are_as_the_twin_says(void **state) {
  (void)state;
  compare_random("readout", RANDOM_MEASURE | RANDOM_RESET | RANDOM_READOUT, 30, 30);
}

static void assignments_are_as_the_twin_says(void **state) {
  (void)state;
  compare_random("assign", RANDOM_MEASURE | RANDOM_ASSIGN | RANDOM_WILD, 30, 30);
}

static void conditions_are_as_the_twin_says(void **state) {
  (void)state;
  compare_random("if", RANDOM_CLASSICAL - RANDOM_WHILE + RANDOM_READOUT, 20, 0);
}

static void loops_are_as_the_twin_says(void **state) {
  (void)state;
  compare_random("while", RANDOM_CLASSICAL | RANDOM_READOUT | RANDOM_WILD, 25, 0);
}

static double uniform(maker *m) {
  return spiqe_random_uniform(m->key, m->n_drawn++, 0);
}

static uint32_t below(maker *m, size_t n) {
  return (uint32_t)(uniform(m) * (double)n);
}

/* Kraus operators sqrt(p_i) P_i for random p and Paulis on k qubits, mixed by a unitary matrix,
 * which leaves the channel as it is. */
static void pauli_noise(maker *m, size_t k, const uint32_t *qubits, double strength) {
  static const spiqe_complex letters[4][4] = {{{1, 0}, {0, 0}, {0, 0}, {1, 0}},
                                              {{0, 0}, {1, 0}, {1, 0}, {0, 0}},
                                              {{1, 0}, {0, 0}, {0, 0}, {-1, 0}},
                                              {{0, 0}, {0, -1}, {0, 1}, {0, 0}}};
  const size_t n = (size_t)1 << k;
  spiqe_complex kraus[4][16] = {{{0, 0}}}, mixed[4][16] = {{{0, 0}}}, u[16];
  double rest = 1;
  for (size_t i = 0; i < 4; i++) {
    const double p = i < 3 ? rest * strength * uniform(m) : rest;
    uint32_t word[2] = {i < 3 ? below(m, 4) : 0, i < 3 ? below(m, 4) : 0};
    rest -= p;
    for (size_t r = 0; r < n; r++)
      for (size_t c = 0; c < n; c++) {
        spiqe_complex x = letters[word[0]][2 * (r & 1) + (c & 1)];
        spiqe_complex y = k > 1 ? letters[word[1]][2 * (r >> 1) + (c >> 1)] : (spiqe_complex){1, 0};
        kraus[i][r * n + c] = (spiqe_complex){sqrt(p) * (x.re * y.re - x.im * y.im),
                                              sqrt(p) * (x.re * y.im + x.im * y.re)};
      }
  }
  random_isometry(m->n_drawn, 4, 4, u);
  spiqe_complex all[64];
  for (size_t i = 0; i < 4; i++)
    for (size_t j = 0; j < 4; j++)
      for (size_t e = 0; e < n * n; e++) {
        mixed[i][e].re += u[4 * i + j].re * kraus[j][e].re - u[4 * i + j].im * kraus[j][e].im;
        mixed[i][e].im += u[4 * i + j].re * kraus[j][e].im + u[4 * i + j].im * kraus[j][e].re;
      }
  for (size_t i = 0; i < 4; i++) memcpy(all + i * n * n, mixed[i], n * n * sizeof *all);
  judge_must(m->circuit->ctx, spiqe_circuit_channel(m->circuit, "mixture", k, qubits, 4, all));
}

static void random_gate(maker *m) {
  static const char *const names[] = {"h",  "s",  "sx",  "y",    "sdg",   "cx",
                                      "cz", "cy", "ecr", "swap", "iswap", "dcx"};
  const size_t n = m->circuit->n_qubits;
  const uint32_t kind = below(m, n > 1 ? 12 : 5), a = below(m, n);
  gate(m, names[kind], a, (a + 1 + below(m, n > 1 ? n - 1 : 1)) % (uint32_t)n);
}

static void random_noise(maker *m) {
  const size_t n = m->circuit->n_qubits;
  uint32_t qubits[2] = {below(m, n), 0};
  qubits[1] = (qubits[0] + 1 + below(m, n > 1 ? n - 1 : 1)) % (uint32_t)n;
  pauli_noise(m, n > 1 && below(m, 2) ? 2 : 1, qubits, 0.5);
}

/* What frames can do under a condition: Paulis, noise, assignments, conditions again. */
static void random_body(maker *m, size_t depth) {
  static const char *const paulis[] = {"x", "y", "z"};
  const uint32_t n_bits = (uint32_t)m->circuit->n_bits,
                 width = 1 + below(m, n_bits < 3 ? n_bits : 3);
  begin_if(m, below(m, n_bits - width + 1), (uint8_t)width, below(m, (size_t)1 << width));
  for (size_t branch = 0; branch < 2; branch++) {
    for (uint32_t i = below(m, 4); i > 0; i--) {
      const uint32_t kind = below(m, 6);
      const spiqe_node flip[2] = {{SPIQE_NODE_BITS, 1, 0, below(m, n_bits), 0},
                                  {SPIQE_NODE_NOT, 1, 0, 0, 0}};
      if (kind < 3) gate(m, paulis[kind], below(m, m->circuit->n_qubits), 0);
      if (kind == 3) random_noise(m);
      if (kind == 4)
        judge_must(m->circuit->ctx,
                   spiqe_circuit_push_assign(m->circuit, below(m, n_bits), 1, flip, 2, 0));
      if (kind == 5 && depth < 2) random_body(m, depth + 1);
    }
    if (branch == 0 && below(m, 2)) break;
    if (branch == 0) judge_must(m->circuit->ctx, spiqe_circuit_else(m->circuit));
  }
  end(m);
}

static spiqe_circuit *feed_forward(spiqe_context *ctx, uint64_t seed) {
  maker m = maker_of(ctx, 1 + seed % 5, 1 + seed % 6, seed);
  for (size_t i = 0; i < 60; i++) {
    const uint32_t kind = below(&m, 10);
    if (kind < 6) random_gate(&m);
    if (kind == 6) measure(&m, below(&m, m.circuit->n_qubits), below(&m, m.circuit->n_bits));
    if (kind == 7) random_noise(&m);
    if (kind == 8) random_body(&m, 0);
    if (kind == 9 && i % 2)
      judge_must(ctx, spiqe_circuit_reset(m.circuit, below(&m, m.circuit->n_qubits)));
  }
  for (uint32_t q = 0; q < m.circuit->n_qubits && q < m.circuit->n_bits; q++) measure(&m, q, q);
  return m.circuit;
}

static void feed_forward_of_paulis_and_noise_are_as_the_twin_says(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 40; seed++) {
    spiqe_circuit *circuit = feed_forward(ctx, seed);
    char name[64];
    snprintf(name, sizeof name, "feed-forward %d", (int)seed);
    assert_true(has_frames(ctx, circuit));
    compare(ctx, name, circuit);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

/* A condition that never holds but has a gate in it sends all shots to tableaux. */
static void frames_and_tableaux_give_the_same_distribution(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 20; seed++) {
    spiqe_circuit *circuit = feed_forward(ctx, seed);
    maker m = {.circuit = circuit};
    begin_if(&m, 0, 1, 0);
    gate(&m, "h", 0, 0);
    end(&m);
    char name[64];
    snprintf(name, sizeof name, "on tableaux %d", (int)seed);
    assert_false(has_frames(ctx, circuit));
    compare(ctx, name, circuit);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

static void add_relaxation(maker *m, uint32_t qubit, double to_zero, double to_one,
                           double coherence) {
  const spiqe_relaxation relaxation = {to_zero, to_one, coherence};
  spiqe_complex kraus[16];
  const size_t n = spiqe_relaxation_kraus(&relaxation, kraus);
  judge_must(m->circuit->ctx, spiqe_circuit_channel(m->circuit, "relax", 1, &qubit, n, kraus));
}

/* A relaxation is a mixture of Paulis and a reset up to the coherence that a reset leaves. */
static void relaxation_is_a_reset_now_and_then(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 30; seed++) {
    maker m = maker_of(ctx, 1 + seed % 5, 4, seed);
    int resets = 0;
    for (size_t i = 0; i < 40; i++) {
      const double to_zero = uniform(&m) * 0.6, to_one = seed % 3 ? 0 : uniform(&m) * 0.4;
      const double most = 1 - fmax(to_zero, to_one);
      if (i % 3 == 1)
        add_relaxation(&m, below(&m, m.circuit->n_qubits), seed % 2 ? to_zero : to_one,
                       seed % 2 ? to_one : to_zero, i % 2 ? most : most * uniform(&m));
      else if (i % 13 == 6)
        measure(&m, below(&m, m.circuit->n_qubits), below(&m, 4));
      else
        random_gate(&m);
    }
    for (uint32_t q = 0; q < m.circuit->n_qubits && q < 4; q++) measure(&m, q, q);
    assert_true(spiqe_stabiliser_can(m.circuit, NULL, NULL, &resets));
    assert_true(resets && !has_frames(ctx, m.circuit));
    compare(ctx, "relaxation", m.circuit);
    spiqe_circuit_destroy(m.circuit);
  }
  spiqe_context_destroy(ctx);
}

static void relaxation_that_keeps_more_coherence_is_refused(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  for (int keeps_more = 0; keeps_more < 2; keeps_more++) {
    maker m = maker_of(ctx, 1, 1, 0);
    size_t at = 99;
    gate(&m, "h", 0, 0);
    add_relaxation(&m, 0, 0.2, 0.05, 0.8 + keeps_more * 1e-6);
    assert_int_equal(spiqe_stabiliser_can(m.circuit, NULL, &at, NULL), !keeps_more);
    if (keeps_more) assert_int_equal(at, 1);
    spiqe_circuit_destroy(m.circuit);
  }
  spiqe_context_destroy(ctx);
}

/* All shots, one behind the other. */
typedef struct record {
  size_t n_bytes, size;
  uint8_t *bits;
} record;

static spiqe_status keep(void *argument, uint64_t first, size_t n_shots, const uint8_t *bits) {
  record *r = argument;
  assert_true((first + n_shots) * r->n_bytes <= r->size);
  memcpy(r->bits + first * r->n_bytes, bits, n_shots * r->n_bytes);
  return SPIQE_OK;
}

static record record_of(spiqe_context *ctx, const spiqe_circuit *circuit, uint64_t n_shots,
                        uint64_t seed) {
  record r = {.n_bytes = (circuit->n_bits + 7) / 8};
  r.size = r.n_bytes * n_shots;
  r.bits = judge_room(r.size, 1);
  judge_must(ctx, spiqe_stabiliser_sample(ctx, circuit, NULL, n_shots, seed, keep, &r));
  return r;
}

static void a_shot_is_the_same_with_any_threads_device_and_number_of_shots(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, "reference");
  for (int on_tableaux = 0; on_tableaux < 2; on_tableaux++) {
    maker m = {.circuit = feed_forward(ctx, 4)};
    if (on_tableaux) {
      begin_if(&m, 0, 1, 0);
      gate(&m, "h", 0, 0);
      end(&m);
    }
    const uint64_t n = on_tableaux ? 1500 : 20000;
    record expected = record_of(ctx, m.circuit, n, 9);
    for (size_t d = 0; judge_device(d); d++)
      for (size_t n_threads = 1; n_threads < 6; n_threads += 2) {
        spiqe_context *other = judge_context(n_threads, judge_device(d));
        record again = record_of(other, m.circuit, n, 9);
        record fewer = record_of(other, m.circuit, n / 20 + 1, 9);
        assert_memory_equal(again.bits, expected.bits, expected.size);
        assert_memory_equal(fewer.bits, expected.bits, fewer.size);
        free(again.bits);
        free(fewer.bits);
        spiqe_context_destroy(other);
      }
    record different = record_of(ctx, m.circuit, n, 10);
    assert_memory_not_equal(different.bits, expected.bits, expected.size);
    free(different.bits);
    free(expected.bits);
    spiqe_circuit_destroy(m.circuit);
  }
  spiqe_context_destroy(ctx);
}

static spiqe_status refuse(void *argument, uint64_t first, size_t n_shots, const uint8_t *bits) {
  (void)first, (void)n_shots, (void)bits;
  ++*(size_t *)argument;
  return SPIQE_INTERRUPTED;
}

static void the_end_is_where_the_caller_says(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(2, NULL);
  maker m = maker_of(ctx, 1, 1, 0);
  size_t n_calls = 0;
  measure(&m, 0, 0);
  assert_int_equal(spiqe_stabiliser_sample(ctx, m.circuit, NULL, 100000, 0, refuse, &n_calls),
                   SPIQE_INTERRUPTED);
  assert_int_equal(n_calls, 1);
  assert_int_equal(spiqe_stabiliser_sample(ctx, m.circuit, NULL, 0, 0, refuse, &n_calls), SPIQE_OK);
  assert_int_equal(n_calls, 1);
  spiqe_circuit_destroy(m.circuit);
  spiqe_context_destroy(ctx);
}

static void what_is_not_clifford_is_refused_by_name(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  maker m = maker_of(ctx, 2, 1, 0);
  size_t at = 99, n_calls = 0;
  gate(&m, "h", 0, 0);
  assert_true(spiqe_stabiliser_can(m.circuit, NULL, &at, NULL));
  gate(&m, "t", 1, 0);
  assert_false(spiqe_stabiliser_can(m.circuit, NULL, &at, NULL));
  assert_false(spiqe_stabiliser_can(m.circuit, NULL, NULL, NULL));
  assert_int_equal(at, 1);
  assert_int_equal(spiqe_stabiliser_sample(ctx, m.circuit, NULL, 10, 0, refuse, &n_calls),
                   SPIQE_UNSUPPORTED);
  assert_non_null(strstr(spiqe_context_message(ctx), "operation 1, t, is neither Clifford"));
  spiqe_circuit_destroy(m.circuit);

  const double gamma = 0.01;
  const spiqe_complex damping[8] = {{1, 0}, {0, 0},           {0, 0}, {sqrt(1 - gamma), 0},
                                    {0, 0}, {sqrt(gamma), 0}, {0, 0}, {0, 0}};
  const uint32_t qubit = 0;
  m = maker_of(ctx, 1, 1, 0);
  judge_must(ctx, spiqe_circuit_channel(m.circuit, "damping", 1, &qubit, 2, damping));
  assert_false(spiqe_stabiliser_can(m.circuit, NULL, &at, NULL));
  assert_int_equal(at, 0);
  spiqe_circuit_destroy(m.circuit);
  spiqe_context_destroy(ctx);
}

static void a_loop_without_end_is_ended(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(2, NULL);
  maker m = maker_of(ctx, 1, 1, 0);
  size_t n_calls = 0;
  gate(&m, "h", 0, 0);
  measure(&m, 0, 0);
  const spiqe_node always = {SPIQE_NODE_CONSTANT, 1, 0, 0, 1};
  judge_must(ctx, spiqe_circuit_push_condition(m.circuit, SPIQE_WHILE, &always, 1, 0));
  gate(&m, "x", 0, 0);
  end(&m);
  assert_int_equal(spiqe_stabiliser_sample(ctx, m.circuit, NULL, 10, 0, refuse, &n_calls),
                   SPIQE_LIMIT);
  assert_non_null(strstr(spiqe_context_message(ctx), "100000 turns"));
  assert_int_equal(n_calls, 0);
  spiqe_circuit_destroy(m.circuit);
  spiqe_context_destroy(ctx);
}

/* Nothing to measure, nothing at all, more bits than a word, a group of few words. */
static void odd_sizes_work(void **state) {
  (void)state;
  static const size_t sizes[][2] = {{0, 0}, {3, 0}, {0, 5}, {70, 130}, {65, 64}, {2, 140000}};
  spiqe_context *ctx = judge_context(2, NULL);
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    const uint32_t n_qubits = (uint32_t)sizes[i][0], n_bits = (uint32_t)sizes[i][1];
    maker m = maker_of(ctx, n_qubits, n_bits, 0);
    for (uint32_t q = 0; q < n_qubits; q++) gate(&m, q % 2 ? "x" : "h", q, 0);
    for (uint32_t q = 0; q < n_qubits && n_bits; q++) measure(&m, q, n_bits - 1 - q % n_bits);
    record r = record_of(ctx, m.circuit, 700, 0);
    for (size_t s = 0; s < 700; s++)
      for (uint32_t q = 1; q < n_qubits && q < n_bits; q += 2) {
        const uint32_t bit = n_bits - 1 - q;
        if (q + n_bits >= n_qubits) /* not overwritten */
          assert_int_equal(r.bits[s * r.n_bytes + bit / 8] >> bit % 8 & 1, 1);
      }
    free(r.bits);
    spiqe_circuit_destroy(m.circuit);
  }
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(measurement_and_reset_are_as_the_twin_says),
      cmocka_unit_test(misread_bits_are_as_the_twin_says),
      cmocka_unit_test(assignments_are_as_the_twin_says),
      cmocka_unit_test(conditions_are_as_the_twin_says),
      cmocka_unit_test(loops_are_as_the_twin_says),
      cmocka_unit_test(feed_forward_of_paulis_and_noise_are_as_the_twin_says),
      cmocka_unit_test(frames_and_tableaux_give_the_same_distribution),
      cmocka_unit_test(relaxation_is_a_reset_now_and_then),
      cmocka_unit_test(relaxation_that_keeps_more_coherence_is_refused),
      cmocka_unit_test(a_shot_is_the_same_with_any_threads_device_and_number_of_shots),
      cmocka_unit_test(the_end_is_where_the_caller_says),
      cmocka_unit_test(what_is_not_clifford_is_refused_by_name),
      cmocka_unit_test(a_loop_without_end_is_ended),
      cmocka_unit_test(odd_sizes_work),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
