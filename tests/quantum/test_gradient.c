/* Gradients of registers large enough for every kernel: adjoint = parameter shift = differences;
 * what a gradient may not depend on; what is refused. Small random circuits are held to the slow
 * twin in test_twin_gradient.c. */
#include "quantum/adjoint.h"
#include "quantum/judge.h"
#include "spiqe/random.h"

static double uniform(uint64_t seed, uint64_t i) {
  uint32_t key[2];
  spiqe_random_key(seed, SPIQE_PURPOSE_USER, 5, key);
  return spiqe_random_uniform(key, i, 0);
}

static spiqe_observable *parse(spiqe_context *ctx, const char *text) {
  spiqe_observable *observable;
  judge_must(ctx, spiqe_observable_parse(ctx, text, &observable));
  return observable;
}

static void add_gate(spiqe_circuit *circuit, const char *name, const spiqe_angle *angles,
                     size_t n_controls, const uint32_t *qubits) {
  const uint8_t on_zero[6] = {1, 0, 1, 1};
  judge_must(circuit->ctx, spiqe_circuit_gate_controlled(circuit, name, angles, n_controls, qubits,
                                                         on_zero, qubits + n_controls));
}

/* Angle number i of a circuit: 0.5 - 0.5 x + 2 y or x alone, of inputs that repeat. */
static spiqe_angle angle_of(size_t i, size_t n_inputs, spiqe_term terms[2]) {
  terms[0] = (spiqe_term){(uint32_t)(i % n_inputs), i % 3 ? 1 : -.5};
  terms[1] = (spiqe_term){(uint32_t)(7 * i % n_inputs), 2};
  return (spiqe_angle){i % 3 ? 0 : .5, i % 3 ? 1 : 2, terms};
}

/* Rotations of all qubits, then gates on several of them with angles and without, and a matrix; n
 * qubits, at least 5. Rotations stand behind diagonal gates on their qubit, behind others, and
 * behind fixed gates of one qubit, so that every way of sorting comes up. */
static spiqe_circuit *layered(spiqe_context *ctx, size_t n, size_t n_layers, size_t n_inputs) {
  static const char *const wide[] = {"rzz", "crx", "cp", "rxx", "cu3", "ryy", "crz", "rzx", "cu"};
  static const char *const narrow[] = {"rx", "u", "rz", "r", "ry", "p", "u2"};
  spiqe_circuit *circuit;
  spiqe_complex matrix[16];
  size_t n_angles = 0;
  judge_must(ctx, spiqe_circuit_create(ctx, n, 0, &circuit));
  for (size_t i = 0; i < n_inputs; i++) {
    char name[16];
    snprintf(name, sizeof name, "x%zu", i);
    judge_must(ctx, spiqe_circuit_add_input(circuit, name, NULL));
  }
  for (uint32_t layer = 0; layer < n_layers; layer++)
    for (uint32_t q = 0; q < n; q++) {
      spiqe_term terms[4][2];
      spiqe_angle angles[4];
      const uint32_t qubits[4] = {q, (uint32_t)((q + 1 + layer % 2) % n), (uint32_t)((q + 3) % n),
                                  (uint32_t)((q + 4) % n)};
      for (size_t k = 0; k < 4; k++) angles[k] = angle_of(n_angles++, n_inputs, terms[k]);
      add_gate(circuit, narrow[(q + layer) % 7], angles, 0, qubits);
      if (q % 3 == 0) add_gate(circuit, "h", NULL, 0, qubits);
      if (q % 2) add_gate(circuit, "cz", NULL, 0, qubits);
      if (q % 4 == 1) add_gate(circuit, "rz", angles + 1, 0, qubits);
      if (q % 3 == layer % 3) add_gate(circuit, wide[(q / 3 + layer) % 9], angles, 0, qubits);
      if (q == 2) add_gate(circuit, "gphase", angles, 2, qubits);
      if (q == 3) add_gate(circuit, "ry", angles, 2, qubits);
      if (q == 4) {
        random_isometry(layer, 4, 4, matrix);
        judge_must(ctx, spiqe_circuit_matrix(circuit, 2, qubits + 1, matrix));
      }
    }
  return circuit;
}

static void fill_inputs(uint64_t seed, size_t n, double *inputs) {
  for (size_t i = 0; i < n; i++) inputs[i] = 6 * uniform(seed, i) - 3;
}

static void assert_near(const char *what, size_t n, const double *a, const double *b,
                        double tolerance) {
  for (size_t i = 0; i < n; i++)
    if (!(fabs(a[i] - b[i]) <= tolerance))
      fail_msg("%s, derivative %zu: %.17g and %.17g", what, i, a[i], b[i]);
}

static const char *const wide_observable =
    "0.7 Z0 Z1 - 0.4 X2 + 0.3 Y3 Z4 + 0.9 X0 Y1 Z2 + 0.2 Z5 + 1.5 - 0.8 Y5 + 0.6 Z0";

static void adjoint_shift_and_differences_agree(void **unused) {
  (void)unused;
  enum { INPUTS = 40 };
  for (size_t d = 0; judge_device(d); d++)
    for (size_t n = 6; n <= (d ? 13 : 6); n += 7) { /* the reference is slow */
      spiqe_context *ctx = judge_context(2, judge_device(d));
      spiqe_circuit *circuit = layered(ctx, n, 2, INPUTS);
      spiqe_observable *observable = parse(ctx, wide_observable);
      double inputs[INPUTS], gradient[3][INPUTS], value[3], f32[INPUTS], f32_value;
      fill_inputs(n, INPUTS, inputs);
      for (int m = 0; m < 3; m++) {
        const spiqe_gradient_options options = {.method = (spiqe_gradient_method)m};
        judge_must(ctx, spiqe_expectation_gradient(ctx, circuit, observable, inputs, &options,
                                                   &value[m], gradient[m]));
      }
      /* 100 gates round by 1e-16 each, a few angles add up with factors of 2. */
      assert_near("shift", INPUTS, gradient[0], gradient[1], 1e-12);
      /* An input turns some ten angles: (10 h)^4 / 30 of the derivative with h = 1e-3. */
      assert_near("differences", INPUTS, gradient[0], gradient[2], 1e-7);
      assert_true(fabs(value[0] - value[1]) <= 1e-13 && fabs(value[0] - value[2]) <= 1e-13);
      judge_must(ctx, spiqe_expectation_gradient(ctx, circuit, observable, inputs,
                                                 &(spiqe_gradient_options){.precision = "f32"},
                                                 &f32_value, f32));
      assert_near("f32", INPUTS, gradient[0], f32, 1e-4); /* 100 gates, 6e-8 each, factors of 2 */
      spiqe_observable_destroy(observable);
      spiqe_circuit_destroy(circuit);
      spiqe_context_destroy(ctx);
    }
}

/* A chain of gates that do not commute with their neighbours, so that few derivatives can be read
 * off together; gates of one qubit in a row, phases under controls, a gate on too many qubits and a
 * wide matrix are among them. bare: without those, so that it is one window. */
static spiqe_circuit *chained(spiqe_context *ctx, uint32_t n, uint32_t n_inputs, int bare) {
  static const char *const names[] = {"crx", "rxx", "cry", "rzx", "cu3", "cp"};
  spiqe_circuit *circuit;
  spiqe_complex matrix[64];
  const uint32_t wide[] = {0, 2, 4, 1, 6, 5, 3}, three[] = {5, 1, 3};
  judge_must(ctx, spiqe_circuit_create(ctx, n, 0, &circuit));
  for (size_t i = 0; i < n_inputs; i++) {
    char name[16];
    snprintf(name, sizeof name, "x%zu", i);
    judge_must(ctx, spiqe_circuit_add_input(circuit, name, NULL));
  }
  for (uint32_t q = 0; q < n; q++) add_gate(circuit, q % 2 ? "h" : "sx", NULL, 0, &q);
  for (uint32_t i = 0; i < 3 * n / 2; i++) {
    const uint32_t q[3] = {i % n, (i + 1) % n, (i + 4) % n};
    spiqe_term terms[3][2];
    spiqe_angle angles[3];
    for (size_t k = 0; k < 3; k++) angles[k] = angle_of(3 * i + k, n_inputs, terms[k]);
    add_gate(circuit, names[(i + 2) % 6], angles, 0, q);
    if (bare) continue;
    if (i % 3 == 0) add_gate(circuit, "rx", angles + 1, 0, q + 1);
    if (i % 6 == 0) add_gate(circuit, "t", NULL, 0, q + 1);
    if (i % 6 == 0) add_gate(circuit, "rz", angles + 2, 0, q + 1);
    if (i % 6 == 0) add_gate(circuit, "sx", NULL, 0, q + 1);
    if (i % 5 == 1) add_gate(circuit, "gphase", angles + 1, 2, q);
    if (i % 5 == 2) add_gate(circuit, "gphase", angles + 1, 1, q + 2);
    if (i == 2) add_gate(circuit, "ry", angles, 6, wide);
    if (i != 3) continue;
    random_isometry(i, 8, 8, matrix);
    judge_must(ctx, spiqe_circuit_matrix(circuit, 3, three, matrix));
  }
  return circuit;
}

static void assert_has_windows(const spiqe_circuit *circuit, const double *inputs) {
  spiqe_split split;
  spiqe_adjoint_plan plan;
  size_t n_windows = 0;
  double angles[256];
  judge_must(circuit->ctx, spiqe_split_create(circuit, &split));
  assert_true(split.n_angles <= 256);
  spiqe_split_angles(&split, inputs, angles);
  judge_must(circuit->ctx, spiqe_adjoint_plan_create(&split.circuit, angles, &plan));
  for (size_t k = 0; k < plan.n_stretches; k++) n_windows += plan.stretches[k].is_window != 0;
  assert_true(n_windows >= 1);
  spiqe_adjoint_plan_clear(&plan);
  spiqe_split_clear(&split);
}

static void compare_chain(spiqe_context *ctx, uint32_t n, int bare) {
  enum { INPUTS = 25 };
  spiqe_circuit *circuit = chained(ctx, n, INPUTS, bare);
  spiqe_observable *observable = parse(ctx, wide_observable);
  const spiqe_gradient_options ways[] = {{.method = SPIQE_GRADIENT_SHIFT},
                                         {.precision = "f64"},
                                         {.precision = "f32"}};
  double inputs[INPUTS], gradient[3][INPUTS], value;
  fill_inputs(n, INPUTS, inputs);
  assert_has_windows(circuit, inputs);
  for (size_t i = 0; i < 3; i++)
    judge_must(ctx, spiqe_expectation_gradient(ctx, circuit, observable, inputs, &ways[i], &value,
                                               gradient[i]));
  assert_near("chain", INPUTS, gradient[0], gradient[1], 1e-12); /* as above */
  assert_near("chain, f32", INPUTS, gradient[0], gradient[2], 1e-4);
  spiqe_observable_destroy(observable);
  spiqe_circuit_destroy(circuit);
}

/* 13 and 14 qubits are cut into chunks, 7 are not; in chunks the order in which gates are taken is
 * not the circuit's. */
static void chains_of_gates_have_derivatives(void **unused) {
  (void)unused;
  for (size_t d = 0; judge_device(d); d++) {
    spiqe_context *ctx = judge_context(2, judge_device(d));
    for (uint32_t n = 7; n <= (d ? 14 : 7); n += n == 7 ? 6 : 1) { /* the reference is slow */
      compare_chain(ctx, n, 0);
      compare_chain(ctx, n, 1);
    }
    spiqe_context_destroy(ctx);
  }
}

/* Four gates of two qubits in a row along q[0] .. q[4], on a register of n qubits. */
static void row_gradient(spiqe_context *ctx, const char *precision, size_t n, const uint32_t q[5],
                         double gradient[4]) {
  static const char *const names[4] = {"crx", "rxx", "cry", "ryy"};
  char text[64];
  double inputs[4], value;
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, n, 0, &circuit));
  for (size_t i = 0; i < 4; i++) {
    const spiqe_term term = {(uint32_t)i, 1};
    judge_must(ctx, spiqe_circuit_add_input(circuit, names[i], NULL));
    add_gate(circuit, "h", NULL, 0, q + i);
    add_gate(circuit, "t", NULL, 0, q + i);
    add_gate(circuit, names[i], &(spiqe_angle){.1, 1, &term}, 0, q + i);
  }
  fill_inputs(20, 4, inputs);
  snprintf(text, sizeof text, "Z%u + X%u + 0.5 Y%u Z%u + X%u Y%u", q[1], q[2], q[3], q[4], q[1],
           q[3]);
  spiqe_observable *observable = parse(ctx, text);
  const spiqe_gradient_options way = {.method =
                                          precision ? SPIQE_GRADIENT_ADJOINT : SPIQE_GRADIENT_SHIFT,
                                      .precision = precision};
  assert_true(n < 20 || precision);
  if (precision) assert_has_windows(circuit, inputs);
  judge_must(ctx,
             spiqe_expectation_gradient(ctx, circuit, observable, inputs, &way, &value, gradient));
  spiqe_observable_destroy(observable);
  spiqe_circuit_destroy(circuit);
}

/* Which qubits of how large a register a circuit is on changes nothing. 20 qubits are more chunks
 * than tasks; in memory there is a gap between the amplitudes of 25. */
static void large_registers_have_derivatives(void **unused) {
  (void)unused;
  static const uint32_t small[5] = {0, 4, 1, 3, 2}, large[5] = {0, 19, 7, 18, 3},
                        gapped[5] = {0, 24, 7, 23, 3};
  double expected[4], found[4];
  spiqe_context *ctx = judge_context(2, NULL);
  row_gradient(ctx, NULL, 5, small, expected);
  for (size_t i = 0; i < 4; i++) assert_true(fabs(expected[i]) > 0.01);
  row_gradient(ctx, "f64", 20, large, found);
  assert_near("20 qubits", 4, expected, found, 1e-13); /* twelve gates */
  row_gradient(ctx, "f32", 25, gapped, found);
  assert_near("25 qubits", 4, expected, found, 1e-5);
  spiqe_context_destroy(ctx);
}

static spiqe_gradient_job job_of(spiqe_context *ctx, const spiqe_circuit *circuit,
                                 const spiqe_observable *observable, const double *inputs) {
  return (spiqe_gradient_job){.ctx = ctx,
                              .circuit = circuit,
                              .observable = observable,
                              .inputs = inputs,
                              .precision = SPIQE_F64,
                              .most_kept = SPIQE_ADJOINT_KEPT};
}

/* Whether psi is kept at every place, at some or at none changes rounding only. */
static void what_is_kept_changes_nothing(void **unused) {
  (void)unused;
  enum { INPUTS = 30, QUBITS = 12 };
  spiqe_context *ctx = judge_context(2, NULL);
  spiqe_circuit *circuit = layered(ctx, QUBITS, 3, INPUTS);
  spiqe_observable *observable = parse(ctx, wide_observable);
  const size_t size = spiqe_state_size(SPIQE_F64, QUBITS);
  const size_t kept[] = {SPIQE_ADJOINT_KEPT, 0, size, 2 * size, 3 * size, 5 * size};
  double inputs[INPUTS], expected[INPUTS], found[INPUTS], value;
  fill_inputs(3, INPUTS, inputs);
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    spiqe_gradient_job job = job_of(ctx, circuit, observable, inputs);
    job.most_kept = kept[i];
    judge_must(ctx, spiqe_gradient_adjoint(&job, &value, i ? found : expected));
    if (i) assert_near("kept", INPUTS, expected, found, 1e-12);
  }
  spiqe_observable_destroy(observable);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

static void any_number_of_threads_gives_the_same_bits(void **unused) {
  (void)unused;
  enum { INPUTS = 30 };
  double first[INPUTS], value[3];
  for (size_t n_threads = 1; n_threads <= 3; n_threads++) {
    spiqe_context *ctx = judge_context(n_threads, NULL);
    spiqe_circuit *circuit = chained(ctx, 15, INPUTS, 0), *layers = layered(ctx, 15, 1, INPUTS);
    judge_must(ctx, spiqe_circuit_append(circuit, layers));
    spiqe_observable *observable = parse(ctx, wide_observable);
    double inputs[INPUTS], found[INPUTS];
    fill_inputs(4, INPUTS, inputs);
    judge_must(ctx,
               spiqe_expectation_gradient(ctx, circuit, observable, inputs, NULL,
                                          &value[n_threads - 1], n_threads == 1 ? first : found));
    spiqe_circuit_destroy(layers);
    if (n_threads > 1) assert_memory_equal(first, found, sizeof first);
    assert_memory_equal(&value[0], &value[n_threads - 1], sizeof value[0]);
    spiqe_observable_destroy(observable);
    spiqe_circuit_destroy(circuit);
    spiqe_context_destroy(ctx);
  }
}

static void nothing_to_differentiate_gives_nothing(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_circuit *circuit;
  const uint32_t qubits[] = {0, 1};
  const char *const texts[] = {"2.5", "Z0 - Z0", "Z0 Z1 + 0.25"};
  const double values[] = {2.5, 0, -.75};
  judge_must(ctx, spiqe_circuit_create(ctx, 2, 0, &circuit));
  judge_must(ctx, spiqe_circuit_gate(circuit, "x", NULL, qubits));
  for (int with_input = 0; with_input < 2; with_input++) {
    const double input = .3;
    if (with_input) { /* one that no gate uses, but for a phase of the whole state */
      const spiqe_term term = {0, 1};
      judge_must(ctx, spiqe_circuit_add_input(circuit, "a", NULL));
      judge_must(ctx, spiqe_circuit_gate_controlled(circuit, "gphase", &(spiqe_angle){0, 1, &term},
                                                    0, NULL, NULL, NULL));
    }
    for (size_t t = 0; t < 3; t++)
      for (int m = 0; m < 3; m++) {
        spiqe_observable *observable = parse(ctx, texts[t]);
        const spiqe_gradient_options options = {.method = (spiqe_gradient_method)m};
        double value, gradient = 0;
        judge_must(ctx, spiqe_expectation_gradient(ctx, circuit, observable, &input, &options,
                                                   &value, &gradient));
        assert_true(fabs(value - values[t]) <= 1e-15 && fabs(gradient) <= 1e-12);
        spiqe_observable_destroy(observable);
      }
  }
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

/* h q0; ry(a) q0; (measure q0); crx(b) q0, q1. */
static spiqe_circuit *measured_circuit(spiqe_context *ctx, int in_the_middle, int at_the_end) {
  spiqe_circuit *circuit;
  const uint32_t qubits[] = {0, 1};
  const spiqe_term terms[] = {{0, 1}, {1, 1}};
  judge_must(ctx, spiqe_circuit_create(ctx, 2, 2, &circuit));
  for (size_t i = 0; i < 2; i++)
    judge_must(ctx, spiqe_circuit_add_input(circuit, i ? "b" : "a", NULL));
  judge_must(ctx, spiqe_circuit_gate(circuit, "h", NULL, qubits));
  add_gate(circuit, "ry", &(spiqe_angle){0, 1, &terms[0]}, 0, qubits);
  if (in_the_middle) judge_must(ctx, spiqe_circuit_measure(circuit, 0, 0));
  add_gate(circuit, "crx", &(spiqe_angle){0, 1, &terms[1]}, 0, qubits);
  if (at_the_end) judge_must(ctx, spiqe_circuit_measure(circuit, 0, 1));
  return circuit;
}

/* With q0 in cos|0> + sin|1>, c = cos(a + pi/2), and q1 turned by b where q0 is 1: Z0 = c and
 * Z1 = (1 + c) / 2 + (1 - c) / 2 cos b, measured or not; X0 = sin(a + pi/2) cos(b/2) is 0 when q0
 * is measured. */
static void measured_circuits_have_derivatives_too(void **unused) {
  (void)unused;
  const double inputs[] = {.4, 1.1}, turned = inputs[0] + acos(0), half = sin(turned) / 2;
  const double c = cos(turned), z1 = (1 + c) / 2 + (1 - c) / 2 * cos(inputs[1]);
  const double expected[] = {-3 * sin(turned) - half + half * cos(inputs[1]),
                             -(1 - c) / 2 * sin(inputs[1])};
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_observable *observable = parse(ctx, "3 Z0 + Z1 + 5 X0");
  for (int middle = 0; middle < 2; middle++) {
    spiqe_circuit *circuit = measured_circuit(ctx, middle, !middle);
    for (int m = middle ? SPIQE_GRADIENT_SHIFT : SPIQE_GRADIENT_ADJOINT; m < 3; m++) {
      const spiqe_gradient_options options = {.method = (spiqe_gradient_method)m};
      double value, gradient[2];
      judge_must(ctx, spiqe_expectation_gradient(ctx, circuit, observable, inputs, &options, &value,
                                                 gradient));
      assert_true(fabs(value - 3 * c - z1) <= 1e-14);
      assert_near("measured", 2, gradient, expected, 1e-11); /* the differences' rounding */
    }
    spiqe_circuit_destroy(circuit);
  }
  spiqe_observable_destroy(observable);
  spiqe_context_destroy(ctx);
}

/* The derivative of an input is a sum of weight * (E+ - E-), each E a mean of shots of a sum whose
 * size is at most that of its factors; 5 of the standard errors that follow are passed with a
 * probability of 6e-7, and the seeds are fixed. */
static void sampled_gradients_are_within_their_errors(void **unused) {
  (void)unused;
  enum { INPUTS = 5, SHOTS = 2000 };
  spiqe_context *ctx = judge_context(2, NULL);
  spiqe_circuit *circuit = layered(ctx, 5, 1, INPUTS);
  spiqe_observable *observable = parse(ctx, "0.7 Z0 Z1 - 0.4 X2 + 0.3 Y3 Z4 + 0.2 Z4 + 1.5");
  spiqe_split split;
  double inputs[INPUTS], exact[INPUTS], found[INPUTS], value, variance[INPUTS] = {0}, mean = 0;
  judge_must(ctx, spiqe_split_create(circuit, &split));
  for (size_t i = 0; i < split.n_angles; i++)
    for (uint32_t t = 0; t < split.of_inputs[i].n_terms; t++) {
      const spiqe_term term = split.terms[split.of_inputs[i].first_term + t];
      variance[term.input] += term.factor * term.factor * 2 * .25 * 1.6 * 1.6 / SHOTS;
    }
  fill_inputs(11, INPUTS, inputs);
  judge_must(ctx,
             spiqe_expectation_gradient(ctx, circuit, observable, inputs, NULL, &value, exact));
  for (uint64_t seed = 0; seed < 5; seed++) {
    const spiqe_gradient_options options = {.method = SPIQE_GRADIENT_SHIFT,
                                            .n_shots = SHOTS,
                                            .seed = seed};
    judge_must(ctx, spiqe_expectation_gradient(ctx, circuit, observable, inputs, &options, &value,
                                               found));
    for (size_t i = 0; i < INPUTS; i++) {
      const double off = (found[i] - exact[i]) / sqrt(variance[i]);
      if (!(fabs(off) <= 5)) fail_msg("input %zu is %g standard errors off", i, off);
      mean += off * off / (5 * INPUTS);
    }
  }
  /* The bound is not far: shots are spread, and those of two evaluations differ. */
  if (!(mean > .05)) fail_msg("the mean square is %g standard errors", mean);
  spiqe_split_clear(&split);
  spiqe_observable_destroy(observable);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

static void assert_refused(spiqe_context *ctx, spiqe_status found, spiqe_status expected,
                           const char *part) {
  if (found != expected)
    fail_msg("%s, not %s", spiqe_status_name(found), spiqe_status_name(expected));
  if (!strstr(spiqe_context_message(ctx), part))
    fail_msg("'%s' lacks '%s'", spiqe_context_message(ctx), part);
}

static void what_has_no_gradient_is_refused(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_circuit *circuit = measured_circuit(ctx, 1, 0);
  spiqe_observable *observable = parse(ctx, "Z0"), *far = parse(ctx, "Z0 X2");
  const double inputs[] = {1, 2}, wrong[] = {1, NAN};
  double value, gradient[2];
  spiqe_gradient_options options = {.method = SPIQE_GRADIENT_ADJOINT};
#define GRADIENT(observable, inputs)                                                               \
  spiqe_expectation_gradient(ctx, circuit, observable, inputs, &options, &value, gradient)
  assert_refused(ctx, GRADIENT(observable, inputs), SPIQE_UNSUPPORTED, "behind a measurement");
  assert_refused(ctx, GRADIENT(observable, wrong), SPIQE_BAD_ARGUMENT, "input 'b' is nan");
  assert_refused(ctx, GRADIENT(observable, NULL), SPIQE_BAD_ARGUMENT, "2 inputs");
  for (int m = 0; m < 3; m++) {
    options.method = (spiqe_gradient_method)m;
    assert_refused(ctx, GRADIENT(far, inputs), SPIQE_BAD_INDEX, "on qubit 2");
  }
  options.precision = "f16";
  assert_refused(ctx, GRADIENT(observable, inputs), SPIQE_BAD_NAME, "f16");
  options.precision = NULL;
  options.n_shots = 10;
  assert_refused(ctx, GRADIENT(observable, inputs), SPIQE_BAD_ARGUMENT, "10 shots");
  options.n_shots = 0;
  options.method = (spiqe_gradient_method)3;
  assert_refused(ctx, GRADIENT(observable, inputs), SPIQE_BAD_ARGUMENT, "method 3");
  options.method = SPIQE_GRADIENT_ADJOINT;
  judge_must(ctx, spiqe_circuit_reset(circuit, 1));
  assert_refused(ctx, GRADIENT(observable, inputs), SPIQE_UNSUPPORTED, "'reset' has no inverse");
  judge_must(ctx, spiqe_circuit_if(circuit, "c == 1"));
  for (int m = 0; m < 3; m++) {
    options.method = (spiqe_gradient_method)m;
    assert_refused(ctx, GRADIENT(observable, inputs), SPIQE_BAD_FORMAT, "has no end");
  }
#undef GRADIENT
  assert_refused(ctx, spiqe_expectation(ctx, circuit, far, inputs, &value), SPIQE_BAD_INDEX,
                 "on qubit 2");
  assert_refused(ctx,
                 spiqe_expectation_sampled(ctx, circuit, observable, inputs, 0, 1, &value, NULL),
                 SPIQE_BAD_ARGUMENT, "0 shots");
  spiqe_observable_destroy(observable);
  spiqe_observable_destroy(far);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(adjoint_shift_and_differences_agree),
      cmocka_unit_test(chains_of_gates_have_derivatives),
      cmocka_unit_test(large_registers_have_derivatives),
      cmocka_unit_test(what_is_kept_changes_nothing),
      cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
      cmocka_unit_test(nothing_to_differentiate_gives_nothing),
      cmocka_unit_test(measured_circuits_have_derivatives_too),
      cmocka_unit_test(sampled_gradients_are_within_their_errors),
      cmocka_unit_test(what_has_no_gradient_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
