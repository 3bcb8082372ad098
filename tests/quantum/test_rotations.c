/* Circuits compiled to rotations of rows: probabilities and derivatives are those of the slow twin,
 * and every table of kernels gives what the reference gives. */
#include "device/device.h"
#include "quantum/judge.h"
#include "quantum/rotations.h"

enum { LANES = 16, INPUTS = 3, MOST_SIZE = 16 };

/* One tile: lane l has inputs of its own, and the gradient of sum_k weight_k p_k. */
typedef struct tile {
  spiqe_rotations *rotations; /* owned */
  size_t size;
  double inputs[LANES][INPUTS], weight[MOST_SIZE];
  double probabilities[MOST_SIZE][LANES], gradient[INPUTS][LANES];
} tile;

static void put(int is_double, void *buffer, size_t i, double x) {
  if (is_double)
    ((double *)buffer)[i] = x;
  else
    ((float *)buffer)[i] = (float)x;
}

static double get(int is_double, const void *buffer, size_t i) {
  return is_double ? ((const double *)buffer)[i] : (double)((const float *)buffer)[i];
}

static void fill(int d, const tile *t, spiqe_rotation_args *args, void *angles) {
  const spiqe_rotations *r = t->rotations;
  for (size_t l = 0; l < LANES; l++) {
    put(d, args->rows, l, 1);
    for (size_t a = 0; a < r->n_angles; a++) {
      const spiqe_rotation_angle *angle = &r->angles[a];
      const double x = angle->input == UINT32_MAX ? 0 : t->inputs[l][angle->input];
      put(d, angles, a * LANES + l, angle->factor * x + angle->offset);
    }
  }
}

static void read(int d, tile *t, const spiqe_rotation_args *args) {
  const spiqe_rotations *r = t->rotations;
  memset(t->gradient, 0, sizeof t->gradient);
  for (size_t a = 0; a < r->n_angles; a++)
    for (size_t l = 0; r->angles[a].input != UINT32_MAX && l < LANES; l++)
      t->gradient[r->angles[a].input][l] +=
          r->angles[a].factor * get(d, args->d_angles, a * LANES + l);
}

static void run(spiqe_context *ctx, int d, tile *t) {
  const spiqe_rotations *r = t->rotations;
  const spiqe_kernels *kernels = spiqe_device_kernels(ctx, d ? SPIQE_F64 : SPIQE_F32);
  void *angles = judge_room(r->n_angles * LANES, sizeof(double));
  spiqe_rotation_args args = {.n_rows = r->n_rows,
                              .n_angles = r->n_angles,
                              .n_runs = r->n_runs,
                              .n_outcomes = t->size,
                              .runs = r->runs,
                              .pairs = (const uint16_t(*)[2])r->pairs,
                              .outcomes = r->states,
                              .angles = angles,
                              .turns = judge_room(2 * r->n_angles * LANES, sizeof(double)),
                              .rows = judge_room(r->n_rows * LANES, sizeof(double)),
                              .probabilities = judge_room(t->size * LANES, sizeof(double)),
                              .adjoint = judge_room(r->n_rows * LANES, sizeof(double)),
                              .d_angles = judge_room(r->n_angles * LANES, sizeof(double))};
  fill(d, t, &args, angles);
  kernels->rotations_forward(&args);
  for (size_t i = 0; i < t->size * LANES; i++) {
    t->probabilities[i / LANES][i % LANES] = get(d, args.probabilities, i);
    put(d, args.probabilities, i, t->weight[i / LANES]);
  }
  kernels->rotations_backward(&args);
  read(d, t, &args);
  free(angles);
  free(args.turns);
  free(args.rows);
  free(args.probabilities);
  free(args.adjoint);
  free(args.d_angles);
}

/* sum_k weight_k p_k by the twin. */
static double twin_sum(const spiqe_circuit *circuit, const tile *t, const double *inputs,
                       double *probabilities) {
  twin_number amplitudes[MOST_SIZE];
  double sum = 0;
  twin_amplitudes(circuit, inputs, amplitudes);
  for (size_t k = 0; k < t->size; k++) {
    const double p = creal(amplitudes[k] * conj(amplitudes[k]));
    if (probabilities) probabilities[k] = p;
    sum += t->weight[k] * p;
  }
  return sum;
}

/* Fourth-order central difference, as in test_twin_gradient.c: error below 1e-10. */
static double twin_derivative(const spiqe_circuit *circuit, const tile *t, const double *inputs,
                              size_t i) {
  const double h = 3e-4, steps[4] = {-2 * h, -h, h, 2 * h}, weights[4] = {1, -8, 8, -1};
  double moved[INPUTS], derivative = 0;
  for (size_t k = 0; k < 4; k++) {
    memcpy(moved, inputs, sizeof moved);
    moved[i] += steps[k];
    derivative += weights[k] * twin_sum(circuit, t, moved, NULL) / (12 * h);
  }
  return derivative;
}

/* 40 gates of errors of some 1e-7 (1e-16) each on amplitudes of at most 1; derivatives are sums
 * over up to 40 places, factors and weights of up to 3. Differences are good to 1e-9. */
static const double value_tolerance[2] = {2e-5, 1e-13}, gradient_tolerance[2] = {1e-3, 1e-8};

static void judge_lane(const spiqe_circuit *circuit, const tile *t, int d, size_t l) {
  double p[MOST_SIZE];
  twin_sum(circuit, t, t->inputs[l], p);
  for (size_t k = 0; k < t->size; k++)
    if (!(fabs(t->probabilities[k][l] - p[k]) < value_tolerance[d]))
      fail_msg("lane %zu, p(%zu) = %.9g, not %.9g", l, k, t->probabilities[k][l], p[k]);
  for (size_t i = 0; i < INPUTS; i++) {
    const double derivative = twin_derivative(circuit, t, t->inputs[l], i);
    if (!(fabs(t->gradient[i][l] - derivative) < gradient_tolerance[d]))
      fail_msg("lane %zu, d / d input %zu = %.9g, not %.9g", l, i, t->gradient[i][l], derivative);
  }
}

static void judge(spiqe_context *ctx, uint64_t seed) {
  random_circuit_options o = {.seed = seed,
                              .n_qubits = 1 + seed % 4,
                              .n_inputs = INPUTS,
                              .n_operations = 25,
                              .with = RANDOM_CONTROLS | RANDOM_INPUTS | RANDOM_DELAY};
  spiqe_circuit *circuit = random_circuit(ctx, &o);
  tile t = {.size = (size_t)1 << o.n_qubits};
  judge_must(ctx, spiqe_rotations_create(ctx, circuit, 0, &t.rotations));
  random_angles(seed + 1000, LANES * INPUTS, t.inputs[0]);
  random_angles(seed + 2000, MOST_SIZE, t.weight);
  for (int d = 0; d < 2; d++) {
    run(ctx, d, &t);
    for (size_t l = seed % 5; l < LANES; l += 5) judge_lane(circuit, &t, d, l);
  }
  spiqe_rotations_destroy(t.rotations);
  spiqe_circuit_destroy(circuit);
}

static void rotations_do_what_the_twin_does_on_every_table(void **state) {
  (void)state;
  for (size_t i = 0; judge_device(i); i++) {
    spiqe_context *ctx = judge_context(1, judge_device(i));
    for (uint64_t seed = 0; seed < 24; seed++) judge(ctx, seed);
    spiqe_context_destroy(ctx);
  }
}

static spiqe_status compile(spiqe_context *ctx, const char *text, int is_started,
                            spiqe_rotations **out) {
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_parse(ctx, "test", text, strlen(text), &circuit));
  const spiqe_status status = spiqe_rotations_create(ctx, circuit, is_started, out);
  spiqe_circuit_destroy(circuit);
  return status;
}

#define HEAD "OPENQASM 3; include \"stdgates.inc\"; input angle a; qubit[3] q; "

static void real_circuits_have_no_imaginary_rows_and_moves_cost_nothing(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_rotations *r;
  judge_must(ctx, compile(ctx, HEAD "ry(a) q; cz q[0], q[1]; cx q[1], q[2]; x q[0]; h q;", 0, &r));
  assert_int_equal(r->n_rows, 8);
  assert_int_equal(r->n_runs, 6);    /* ry and h, on three qubits each */
  assert_int_equal(r->runs[0].n, 1); /* of |000> one amplitude is there to be rotated */
  spiqe_rotations_destroy(r);
  judge_must(ctx, compile(ctx, HEAD "ry(a) q; rx(a) q[0];", 0, &r));
  assert_int_equal(r->n_rows, 16);
  spiqe_rotations_destroy(r);
  judge_must(ctx, compile(ctx, HEAD "cz q[0], q[1];", 1, &r));
  assert_int_equal(r->n_rows, 8);
  spiqe_rotations_destroy(r);
  spiqe_context_destroy(ctx);
}

static void what_is_no_gate_or_too_large_is_refused_by_name(void **state) {
  (void)state;
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_rotations *r;
  assert_int_equal(compile(ctx, HEAD "reset q[1];", 0, &r), SPIQE_UNSUPPORTED);
  assert_null(r);
  assert_non_null(strstr(spiqe_context_message(ctx), "reset"));
  assert_int_equal(compile(ctx, "OPENQASM 3; qubit[13] q;", 0, &r), SPIQE_LIMIT);
  assert_non_null(strstr(spiqe_context_message(ctx), "at most 12"));
  static const char *const endless[] = {"rx(0.1) q[0];", "cx q[0], q[1];"};
  for (size_t i = 0; i < 2; i++) {
    char text[256];
    snprintf(text, sizeof text,
             "OPENQASM 3; include \"stdgates.inc\"; qubit[12] q; h q; for int i in [0:%d] { %s }",
             i ? 40000 : 4000, endless[i]);
    assert_int_equal(compile(ctx, text, 0, &r), SPIQE_LIMIT);
    assert_non_null(strstr(spiqe_context_message(ctx), "fewer qubits or gates"));
  }
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rotations_do_what_the_twin_does_on_every_table),
      cmocka_unit_test(real_circuits_have_no_imaginary_rows_and_moves_cost_nothing),
      cmocka_unit_test(what_is_no_gate_or_too_large_is_refused_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
