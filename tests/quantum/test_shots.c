/* Running circuits shot by shot: what is left out, what waits for the end, how shots part. */
#include "quantum/shots.h"

#include "quantum/judge.h"
#include "spiqe/random.h"

static spiqe_context *ctx;

static int open_context(void **state) {
  (void)state;
  ctx = judge_context(2, NULL);
  return 0;
}

static int close_context(void **state) {
  (void)state;
  spiqe_context_destroy(ctx);
  return 0;
}

/* A circuit in a word for each operation: "h0 cx01 m0>2 r1 b d0 if2 x1 end". Qubits and bits are
 * single digits. */
static spiqe_circuit *circuit_of(size_t n_qubits, size_t n_bits, const char *text) {
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, n_qubits, n_bits, &circuit));
  char word[32], condition[32];
  for (int at = 0, n; sscanf(text + at, "%31s%n", word, &n) == 1; at += n) {
    size_t length = strcspn(word, "0123456789");
    uint32_t qubits[3] = {0};
    for (size_t i = 0; i < 3 && word[length + i] && word[length + i] != '>'; i++)
      qubits[i] = (uint32_t)(word[length + i] - '0');
    const char *to = strchr(word, '>');
    word[length] = 0;
    snprintf(condition, sizeof condition, "c[%u]", qubits[0]);
    spiqe_status status = SPIQE_OK;
    if (!strcmp(word, "m"))
      status =
          spiqe_circuit_measure(circuit, qubits[0], to ? (uint32_t)(to[1] - '0') : SPIQE_NO_BIT);
    else if (!strcmp(word, "r"))
      status = spiqe_circuit_reset(circuit, qubits[0]);
    else if (!strcmp(word, "b"))
      status = spiqe_circuit_barrier(circuit, 0, NULL);
    else if (!strcmp(word, "d"))
      status = spiqe_circuit_delay(circuit, 1e-6, qubits[0]);
    else if (!strcmp(word, "end"))
      status = spiqe_circuit_end(circuit);
    else if (!strcmp(word, "if"))
      status = spiqe_circuit_push_condition(
          circuit, SPIQE_IF, &(spiqe_node){.kind = SPIQE_NODE_BITS, .width = 1, .first = qubits[0]},
          1, 0);
    else
      status = spiqe_circuit_gate(circuit, word, NULL, qubits);
    judge_must(ctx, status);
  }
  return circuit;
}

/* The reduced circuit as text of the same kind, a bar before the tail. */
static void describe(const spiqe_reduced *reduced, char *out, size_t size) {
  const spiqe_circuit *circuit = &reduced->circuit;
  size_t at = 0;
  out[0] = 0;
  for (size_t i = 0; i <= circuit->n_operations && at < size; i++) {
    if (i == reduced->n_core) at += (size_t)snprintf(out + at, size - at, "| ");
    if (i == circuit->n_operations) break;
    const spiqe_operation *op = &circuit->operations[i];
    at += (size_t)snprintf(out + at, size - at, "%s", spiqe_operation_name(circuit, op));
    for (size_t q = 0; op->kind <= SPIQE_RESET && q < op->n_controls + op->n_targets; q++)
      at += (size_t)snprintf(out + at, size - at, "%u", circuit->qubits_used[op->first_qubit + q]);
    if (op->kind == SPIQE_MEASURE)
      at += (size_t)snprintf(out + at, size - at, ">%d", (int)op->payload);
    if (op->kind == SPIQE_IF)
      at += (size_t)snprintf(out + at, size - at, "%u", circuit->nodes[op->first_node].first);
    at += (size_t)snprintf(out + at, size - at, " ");
  }
}

static void assert_reduced(size_t n_qubits, size_t n_bits, const char *text, const char *expected) {
  char found[512];
  spiqe_reduced reduced;
  spiqe_circuit *circuit = circuit_of(n_qubits, n_bits, text);
  judge_must(ctx, spiqe_reduced_create(circuit, &reduced));
  describe(&reduced, found, sizeof found);
  if (strcmp(found, expected) != 0)
    fail_msg("%s\n  became  %s\n  but not %s", text, found, expected);
  spiqe_reduced_destroy(&reduced);
  spiqe_circuit_destroy(circuit);
}

static void what_no_bit_notices_is_left_out(void **state) {
  (void)state;
  assert_reduced(2, 2, "h0 cx01 b m0>0 m1>1", "h0 cx01 | measure0>0 measure1>1 ");
  assert_reduced(3, 1, "h0 h1 cx12 m0>0", "h0 | measure0>0 ");
  assert_reduced(3, 1, "h2 d2 cx21 m1>0", "h1 cx10 | measure0>0 ");
  assert_reduced(2, 1, "h0 m0>0 r0 x1 h0", "h0 | measure0>0 ");
  assert_reduced(1, 1, "r0 h0 m0>0", "h0 | measure0>0 ");
  assert_reduced(1, 1, "h0 r0 x0 m0>0", "x0 | measure0>0 ");
  assert_reduced(2, 1, "h0 cx01 r0 cx01 m1>0", "h0 cx01 reset0 cx01 | measure1>0 ");
  assert_reduced(2, 2, "h0 m0>0 m1>1", "h0 | measure0>0 ");
  assert_reduced(2, 1, "h0 m0 m0>0", "h0 | measure0>0 ");
  assert_reduced(2, 1, "h0 m0 h0 m0>0", "h0 measure0>-1 h0 | measure0>0 ");
  assert_reduced(2, 0, "h0 cx01", "| ");
}

static void a_measurement_waits_only_when_nothing_depends_on_it(void **state) {
  (void)state;
  assert_reduced(2, 2, "h0 m0>0 h1 m1>1", "h0 h1 | measure0>0 measure1>1 ");
  assert_reduced(1, 2, "h0 m0>0 m0>1", "h0 | measure0>0 measure0>1 ");
  assert_reduced(1, 2, "h0 m0>0 h0 m0>1", "h0 measure0>0 h0 | measure0>1 ");
  assert_reduced(2, 1, "h0 m0>0 h1 m1>0", "h0 h1 | measure0>0 measure1>0 ");
  /* bit 0 is written again before the end */
  assert_reduced(2, 2, "h0 h1 m0>0 m1>0 x1 m1>1", "h0 h1 measure0>0 measure1>0 x1 | measure1>1 ");
  assert_reduced(2, 2, "h0 m0>0 if0 x1 end m1>1", "h0 measure0>0 if0 x1 end | measure1>1 ");
  assert_reduced(2, 2, "h0 m0>0 if1 h1 end m1>1", "h0 if1 h1 end | measure0>0 measure1>1 ");
  /* a condition on nothing that is measured */
  assert_reduced(3, 2, "h0 m0>0 if0 h2 end", "h0 | measure0>0 ");
}

static void outcomes_are_written_from_the_last_register_to_the_first(void **state) {
  (void)state;
  spiqe_circuit *circuit;
  spiqe_reduced reduced;
  uint32_t first;
  judge_must(ctx, spiqe_circuit_create(ctx, 3, 2, &circuit));
  judge_must(ctx, spiqe_circuit_add_register(circuit, SPIQE_REGISTER_UINT, "turns", 4, NULL));
  judge_must(ctx, spiqe_circuit_add_register(circuit, SPIQE_REGISTER_BITS, "d", 3, &first));
  judge_must(ctx, spiqe_circuit_add_register(circuit, SPIQE_REGISTER_BOOL, "flag", 1, NULL));
  for (uint32_t q = 0; q < 3; q++) {
    judge_must(ctx, spiqe_circuit_gate(circuit, "h", NULL, &q));
    judge_must(ctx, spiqe_circuit_measure(circuit, q, (uint32_t[]){1, first, first + 3}[q]));
  }
  judge_must(ctx, spiqe_reduced_create(circuit, &reduced));
  assert_string_equal(reduced.blank, "0 000 00");
  assert_int_equal(reduced.circuit.n_bits, 3);
  assert_int_equal(reduced.n_form, 3);
  const uint32_t places[] = {6, 4, 0}; /* c[1], d[0], flag */
  for (uint32_t i = 0; i < 3; i++) {
    assert_int_equal(reduced.form_bits[i], i);
    assert_int_equal(reduced.form_places[i], places[i]);
  }
  spiqe_reduced_destroy(&reduced);
  spiqe_circuit_destroy(circuit);
}

static void sorted_draws_are_the_draws_of_each_shot(void **state) {
  (void)state;
  enum { N = 1000 };
  uint32_t key[2], shots[N], order[N], buckets[N], seen[N] = {0};
  double draws[N], uniform[N];
  spiqe_random_key(3, SPIQE_PURPOSE_MEASURE, 0, key);
  for (uint32_t i = 0; i < N; i++) {
    shots[i] = (7 * i) % N;
    draws[i] = spiqe_random_uniform(key, shots[i], 0);
  }
  for (size_t n = 1; n <= N; n = 3 * n + 1) {
    spiqe_sort_draws(n, shots, draws, uniform, order, buckets);
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < n; i++) {
      assert_true(i == 0 || uniform[i - 1] <= uniform[i]);
      assert_true(uniform[i] == spiqe_random_uniform(key, order[i], 0));
      assert_int_equal(seen[order[i]]++, 0);
    }
  }
}

/* A random state on n qubits. */
static spiqe_state *random_state(spiqe_context *on, size_t n_qubits, uint64_t seed) {
  spiqe_state *out;
  size_t n = (size_t)1 << n_qubits;
  spiqe_complex *column = judge_room(n, sizeof *column);
  judge_must(on, spiqe_state_create(on, SPIQE_F64, n_qubits, &out));
  random_isometry(seed, n, 1, column);
  for (size_t i = 0; i < n; i++) spiqe_state_set(out, i, column[i]);
  free(column);
  return out;
}

/* The law: p_k = |K_k psi|^2, and the state after it has norm 1. Both sides add some hundred
 * products of numbers below 1 in doubles: 1e-13. */
static void probabilities_of_a_channel_are_the_norms_of_its_outcomes(void **state) {
  (void)state;
  enum { QUBITS = 6 };
  for (uint64_t seed = 0; seed < 30; seed++) {
    const size_t k = 1 + seed % 3, n_kraus = 1 + seed % 5, n = (size_t)1 << k;
    const uint32_t targets[3] = {5, (uint32_t)(seed % 4), 4};
    spiqe_complex kraus[5 * 64], column[64 * 5 * 8];
    spiqe_circuit *circuit;
    spiqe_kraus table;
    double p[5], sum = 0;
    random_isometry(seed, n_kraus * n, n, column); /* [n_kraus * n][n]: sum K^dagger K = 1 */
    memcpy(kraus, column, n_kraus * n * n * sizeof *kraus);
    judge_must(ctx, spiqe_circuit_create(ctx, QUBITS, 0, &circuit));
    judge_must(ctx, spiqe_circuit_channel(circuit, "any", k, targets, n_kraus, kraus));
    judge_must(ctx, spiqe_kraus_create(circuit, &circuit->channels[0], &table));
    spiqe_state *psi = random_state(ctx, QUBITS, seed + 100), *after;
    judge_must(ctx, spiqe_state_create(ctx, SPIQE_F64, QUBITS, &after));
    spiqe_kraus_weights(&table, targets, psi, 1, p);
    for (size_t i = 0; i < n_kraus; i++) {
      spiqe_step step = {.n_targets = (uint32_t)k, .matrix = kraus + i * n * n};
      memcpy(step.targets, targets, sizeof targets);
      spiqe_state_copy(after, psi);
      judge_must(ctx, spiqe_state_apply(after, &step));
      assert_float_equal(p[i], spiqe_state_norm(after), 1e-13);
      spiqe_state_copy(after, psi);
      judge_must(ctx, spiqe_kraus_apply(&table, i, targets, p[i], after));
      assert_float_equal(spiqe_state_norm(after), 1, 1e-12);
      sum += p[i];
    }
    assert_float_equal(sum, 1, 1e-13);
    spiqe_state_destroy(after);
    spiqe_state_destroy(psi);
    spiqe_kraus_destroy(&table);
    spiqe_circuit_destroy(circuit);
  }
}

static void a_mixture_of_paulis_needs_no_look_at_the_state(void **state) {
  (void)state;
  const double a = sqrt(0.9), b = sqrt(0.1);
  const spiqe_complex flip[8] = {{a, 0}, {0, 0}, {0, 0}, {a, 0}, {0, 0}, {b, 0}, {b, 0}, {0, 0}};
  const spiqe_complex damp[8] = {{1, 0}, {0, 0}, {0, 0}, {a, 0}, {0, 0}, {b, 0}, {0, 0}, {0, 0}};
  const uint32_t target = 0;
  spiqe_circuit *circuit;
  spiqe_kraus table;
  judge_must(ctx, spiqe_circuit_create(ctx, 1, 0, &circuit));
  judge_must(ctx, spiqe_circuit_channel(circuit, "flip", 1, &target, 2, flip));
  judge_must(ctx, spiqe_circuit_channel(circuit, "damp", 1, &target, 2, damp));
  judge_must(ctx, spiqe_kraus_create(circuit, &circuit->channels[0], &table));
  assert_int_equal(table.n_paulis, 1);
  assert_true(table.is_identity && table.is_unitary && table.main == 0);
  assert_float_equal(table.least, 0.9, 1e-10); /* with its margin for rounding */
  spiqe_kraus_destroy(&table);
  judge_must(ctx, spiqe_kraus_create(circuit, &circuit->channels[1], &table));
  assert_int_equal(table.n_paulis, 2);
  assert_true(table.x_masks[1] == 0 && table.z_masks[1] == 1);
  assert_true(!table.is_identity && !table.is_unitary && table.main == 0);
  assert_float_equal(table.least, 0.9, 1e-10);
  spiqe_kraus_destroy(&table);
  spiqe_circuit_destroy(circuit);
}

/* Counts of shots 0 to n_shots - 1 in blocks, with at most so many states. */
static void run_engine(const spiqe_reduced *reduced, const double *inputs, size_t n_shots,
                       size_t block, size_t most_states, spiqe_counts *out) {
  spiqe_simulation_options options = {.n_shots = n_shots, .seed = 5, .inputs = inputs};
  spiqe_job job = {.ctx = ctx, .reduced = reduced, .options = &options, .precision = SPIQE_F64};
  spiqe_shots_program program;
  spiqe_shot_engine engine;
  judge_must(ctx, spiqe_shots_program_create(reduced, inputs, &program));
  judge_must(ctx, spiqe_shot_engine_create(&job, ctx, &program, block, &engine));
  engine.most_states = most_states;
  for (size_t first = 0; first < n_shots; first += block) {
    size_t n = n_shots - first < block ? n_shots - first : block;
    judge_must(ctx, spiqe_shot_engine_run(&engine, first, n));
  }
  spiqe_counts_create(ctx, reduced->n_form, out);
  judge_must(ctx, spiqe_counts_merge(out, &engine.counts));
  spiqe_shot_engine_destroy(&engine);
  spiqe_shots_program_destroy(&program);
}

static void assert_same_counts(const spiqe_counts *a, const spiqe_counts *b) {
  size_t x[1024], y[1024];
  assert_true(a->n == b->n && a->n <= 1024);
  judge_must(ctx, spiqe_counts_order(a, x));
  judge_must(ctx, spiqe_counts_order(b, y));
  for (size_t i = 0; i < a->n; i++) {
    assert_int_equal(a->keys[x[i]], b->keys[y[i]]);
    assert_int_equal(a->counts[x[i]], b->counts[y[i]]);
  }
}

static void shots_are_the_same_one_by_one_and_in_groups(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 12; seed++) {
    random_circuit_options o = {.seed = seed, .n_qubits = 4, .n_bits = 5, .n_inputs = 2};
    double inputs[2];
    spiqe_reduced reduced;
    o.n_operations = 40;
    o.with = RANDOM_UNITARY | RANDOM_CLASSICAL | RANDOM_NOISE;
    random_angles(seed, 2, inputs);
    spiqe_circuit *circuit = random_circuit(ctx, &o);
    judge_must(ctx, spiqe_reduced_create(circuit, &reduced));
    spiqe_counts groups, one, few, single;
    run_engine(&reduced, inputs, 300, 300, SPIQE_MOST_SHOT_DEPTH, &groups);
    run_engine(&reduced, inputs, 300, 1, SPIQE_MOST_SHOT_DEPTH, &one);
    run_engine(&reduced, inputs, 300, 100, 3, &few);
    run_engine(&reduced, inputs, 300, 300, 1, &single);
    assert_same_counts(&groups, &one);
    assert_same_counts(&groups, &few);
    assert_same_counts(&groups, &single);
    spiqe_counts_destroy(&groups);
    spiqe_counts_destroy(&one);
    spiqe_counts_destroy(&few);
    spiqe_counts_destroy(&single);
    spiqe_reduced_destroy(&reduced);
    spiqe_circuit_destroy(circuit);
  }
}

/* Counts of the four outcomes of bits 0 and 1. */
static void count_pairs(const spiqe_circuit *circuit, spiqe_precision precision, size_t n_shots,
                        uint64_t counts[4]) {
  spiqe_simulation_options options = {.method = "statevector", .n_shots = n_shots, .seed = 8};
  spiqe_simulation *simulation;
  memset(counts, 0, 4 * sizeof *counts);
  options.precision = precision == SPIQE_F64 ? "f64" : "f32";
  judge_must(ctx, spiqe_simulate(ctx, circuit, &options, &simulation));
  for (size_t i = 0; i < spiqe_simulation_n_outcomes(simulation); i++) {
    const spiqe_outcome *o = &spiqe_simulation_outcomes(simulation)[i];
    counts[strtoul(o->bits, NULL, 2)] = o->count;
  }
  spiqe_simulation_destroy(simulation);
}

/* Amplitude damping of |1> (qubit 0) and of |+> (qubit 1), many small steps: most shots look at few
 * of them, and the norm drifts by powers of e. After a total loss g: P(1) of qubit 0 is
 * 1 - g, and behind an h P(1) of qubit 1 is (1 - sqrt(1 - g)) / 2. */
static void decay_in_many_small_steps_is_exponential(void **state) {
  (void)state;
  enum { STEPS = 500, SHOTS = 5000 };
  const double gamma = 0.004, left = pow(1 - gamma, STEPS);
  const spiqe_complex damping[8] = {{1, 0}, {0, 0},           {0, 0}, {sqrt(1 - gamma), 0},
                                    {0, 0}, {sqrt(gamma), 0}, {0, 0}, {0, 0}};
  const uint32_t qubits[2] = {0, 1};
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, 2, 2, &circuit));
  judge_must(ctx, spiqe_circuit_gate(circuit, "x", NULL, qubits));
  judge_must(ctx, spiqe_circuit_gate(circuit, "h", NULL, qubits + 1));
  for (size_t i = 0; i < STEPS; i++)
    for (size_t q = 0; q < 2; q++)
      judge_must(ctx, spiqe_circuit_channel(circuit, "damping", 1, qubits + q, 2, damping));
  judge_must(ctx, spiqe_circuit_gate(circuit, "h", NULL, qubits + 1));
  for (uint32_t q = 0; q < 2; q++) judge_must(ctx, spiqe_circuit_measure(circuit, q, q));
  const double one[2] = {left, (1 - sqrt(left)) / 2};
  for (int precision = SPIQE_F32; precision <= SPIQE_F64; precision++) {
    double probabilities[4];
    uint64_t counts[4];
    for (size_t i = 0; i < 4; i++)
      probabilities[i] = (i & 1 ? one[0] : 1 - one[0]) * (i & 2 ? one[1] : 1 - one[1]);
    count_pairs(circuit, (spiqe_precision)precision, SHOTS, counts);
    judge_counts(precision == SPIQE_F64 ? "f64" : "f32", 4, probabilities, counts, SHOTS);
  }
  spiqe_circuit_destroy(circuit);
}

/* |0> is not damped: nothing happens to it, and 1 / sqrt(mean) of all channels together is past the
 * range of floats. The h shows whether amplitudes are still numbers. */
static void a_state_that_never_errs_keeps_its_norm(void **state) {
  (void)state;
  const double gamma = 0.4, half[4] = {0.5, 0.5, 0, 0};
  const spiqe_complex damping[8] = {{1, 0}, {0, 0},           {0, 0}, {sqrt(1 - gamma), 0},
                                    {0, 0}, {sqrt(gamma), 0}, {0, 0}, {0, 0}};
  const uint32_t qubit = 0;
  uint64_t counts[4];
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, 1, 2, &circuit));
  for (size_t i = 0; i < 2000; i++)
    judge_must(ctx, spiqe_circuit_channel(circuit, "damping", 1, &qubit, 2, damping));
  judge_must(ctx, spiqe_circuit_gate(circuit, "h", NULL, &qubit));
  judge_must(ctx, spiqe_circuit_measure(circuit, qubit, 0));
  count_pairs(circuit, SPIQE_F32, 200, counts);
  judge_counts("|+>", 4, half, counts, 200);
  spiqe_circuit_destroy(circuit);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_no_bit_notices_is_left_out),
      cmocka_unit_test(a_measurement_waits_only_when_nothing_depends_on_it),
      cmocka_unit_test(outcomes_are_written_from_the_last_register_to_the_first),
      cmocka_unit_test(sorted_draws_are_the_draws_of_each_shot),
      cmocka_unit_test(probabilities_of_a_channel_are_the_norms_of_its_outcomes),
      cmocka_unit_test(a_mixture_of_paulis_needs_no_look_at_the_state),
      cmocka_unit_test(shots_are_the_same_one_by_one_and_in_groups),
      cmocka_unit_test(decay_in_many_small_steps_is_exponential),
      cmocka_unit_test(a_state_that_never_errs_keeps_its_norm),
  };
  return cmocka_run_group_tests(tests, open_context, close_context);
}
