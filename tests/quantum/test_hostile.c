/* What the public calls on circuits refuse, with what they say; and odd circuits that are right. */
#include <float.h>

#include "quantum/judge.h"
#include "spiqe/gradient.h"
#include "spiqe/lanes.h"
#include "spiqe/simulate.h"

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

static void refused(spiqe_status status, spiqe_status expected, const char *part) {
  const char *message = spiqe_context_message(ctx);
  if (status != expected)
    fail_msg("%s instead of %s: '%s'", spiqe_status_name(status), spiqe_status_name(expected),
             message);
  if (!strstr(message, part)) fail_msg("'%s' lacks '%s'", message, part);
}

static spiqe_circuit *create(size_t n_qubits, size_t n_bits) {
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, n_qubits, n_bits, &circuit));
  return circuit;
}

static spiqe_status simulate(const spiqe_circuit *circuit, const char *method, size_t n_shots,
                             size_t most_bytes) {
  spiqe_simulation_options options = {.method = method, .n_shots = n_shots};
  spiqe_simulation *simulation = (spiqe_simulation *)&options;
  options.most_bytes = most_bytes;
  spiqe_status status = spiqe_simulate(ctx, circuit, &options, &simulation);
  assert_true((status == SPIQE_OK) == (simulation != NULL));
  spiqe_simulation_destroy(simulation);
  return status;
}

/* A circuit that no shortcut makes smaller: all qubits entangled by what is not Clifford. */
static spiqe_circuit *entangled(size_t n) {
  spiqe_circuit *circuit = create(n, n);
  const double angle = 0.3;
  for (uint32_t q = 0; q < n; q++) {
    uint32_t pair[2] = {q, (q + 1) % (uint32_t)n};
    judge_must(ctx, spiqe_circuit_gate(circuit, "ry", &angle, &q));
    judge_must(ctx, spiqe_circuit_gate(circuit, "crx", &angle, pair));
  }
  for (uint32_t q = 0; q < n; q++) judge_must(ctx, spiqe_circuit_measure(circuit, q, q));
  return circuit;
}

static void registers_that_do_not_fit_are_refused_with_their_size(void **unused) {
  (void)unused;
  spiqe_complex nothing = {0, 0};
  spiqe_circuit *circuit = entangled(45);
  refused(simulate(circuit, "statevector", 10, 0), SPIQE_NO_MEMORY, "45 qubits");
  refused(simulate(circuit, "statevector", 10, 0), SPIQE_NO_MEMORY, "buffers of 5629");
  refused(simulate(circuit, "auto", 10, 0), SPIQE_NO_MEMORY, "45 qubits");
  refused(simulate(circuit, "auto", 0, 0), SPIQE_NO_MEMORY, "45");
  refused(simulate(circuit, "lanes", 10, 0), SPIQE_LIMIT, "45");
  spiqe_circuit_destroy(circuit);
  circuit = create(45, 0);
  refused(spiqe_statevector(ctx, circuit, NULL, &nothing), SPIQE_NO_MEMORY, "buffers of 5629");
  spiqe_circuit_destroy(circuit);
  circuit = create(30, 0);
  refused(spiqe_density_matrix(ctx, circuit, NULL, &nothing), SPIQE_LIMIT, "30 qubits");
  spiqe_circuit_destroy(circuit);
  circuit = create(22, 0);
  refused(spiqe_density_matrix(ctx, circuit, NULL, &nothing), SPIQE_NO_MEMORY, "22 qubits");
  spiqe_circuit_destroy(circuit);
  circuit = create(200, 0);
  refused(spiqe_statevector(ctx, circuit, NULL, &nothing), SPIQE_LIMIT, "200 qubits");
  spiqe_circuit_destroy(circuit);
}

static void a_bound_on_memory_is_kept(void **unused) {
  (void)unused;
  spiqe_circuit *circuit = entangled(20);
  refused(simulate(circuit, "statevector", 10, 1 << 20), SPIQE_NO_MEMORY, "16.8 MB");
  refused(simulate(circuit, "density", 10, 1 << 20), SPIQE_NO_MEMORY, "MB");
  judge_must(ctx, simulate(circuit, "statevector", 10, (size_t)1 << 26));
  spiqe_circuit_destroy(circuit);
}

static void matrices_that_are_not_unitary_are_refused(void **unused) {
  (void)unused;
  spiqe_circuit *circuit = create(12, 0);
  const uint32_t qubits[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  const struct {
    spiqe_complex matrix[4];
    const char *part;
  } cases[] = {
      {{{1, 0}, {0, 0}, {0, 0}, {1.001, 0}}, "0.002001"},
      {{{1, 0}, {1e-7, 0}, {0, 0}, {1, 0}}, "1e-07"},
      {{{0, 0}, {0, 0}, {0, 0}, {0, 0}}, "by 1"},
      {{{NAN, 0}, {0, 0}, {0, 0}, {1, 0}}, "nan"},
      {{{1, 0}, {0, 0}, {0, NAN}, {1, 0}}, "nan"},
      {{{1, 0}, {0, 0}, {0, 0}, {1, NAN}}, "nan"},
      {{{INFINITY, 0}, {0, 0}, {0, 0}, {1, 0}}, "differs"},
      {{{1, 0}, {0, 0}, {0, 0}, {DBL_MAX, 0}}, "differs"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    refused(spiqe_circuit_matrix(circuit, 1, qubits, cases[i].matrix), SPIQE_BAD_ARGUMENT,
            cases[i].part);
  refused(spiqe_circuit_matrix(circuit, 11, qubits, cases[0].matrix), SPIQE_LIMIT, "11 qubits");
  refused(spiqe_circuit_matrix(circuit, 0, qubits, cases[0].matrix), SPIQE_LIMIT, "0 qubits");
  refused(spiqe_circuit_matrix(circuit, (size_t)1 << 60, qubits, cases[0].matrix), SPIQE_LIMIT,
          "1 to 10");
  const spiqe_complex half[8] = {{0.7, 0}, {0, 0}, {0, 0}, {0.7, 0},
                                 {0.7, 0}, {0, 0}, {0, 0}, {0.7, 0}};
  refused(spiqe_circuit_channel(circuit, "half", 1, qubits, 2, half), SPIQE_BAD_ARGUMENT, "0.02");
  refused(spiqe_circuit_channel(circuit, "none", 1, qubits, 0, half), SPIQE_BAD_ARGUMENT,
          "0 Kraus");
  refused(spiqe_circuit_channel(circuit, "many", 1, qubits, SIZE_MAX, half), SPIQE_BAD_ARGUMENT,
          "Kraus");
  assert_int_equal(spiqe_circuit_n_operations(circuit), 0);
  spiqe_circuit_destroy(circuit);
}

static void angles_that_are_not_finite_are_refused(void **unused) {
  (void)unused;
  spiqe_circuit *circuit = create(1, 0);
  const uint32_t qubit = 0;
  const double bad[] = {NAN, INFINITY, -INFINITY};
  judge_must(ctx, spiqe_circuit_add_input(circuit, "x", NULL));
  for (size_t i = 0; i < 3; i++) {
    const spiqe_term term = {0, bad[i]};
    const spiqe_angle angle = {0, 1, &term};
    refused(spiqe_circuit_gate(circuit, "rx", &bad[i], &qubit), SPIQE_BAD_ARGUMENT, "finite");
    refused(spiqe_circuit_delay(circuit, bad[i], 0), SPIQE_BAD_ARGUMENT, "0 or more");
    refused(spiqe_circuit_gate_controlled(circuit, "rx", &angle, 0, NULL, NULL, &qubit),
            SPIQE_BAD_ARGUMENT, "finite");
  }
  refused(spiqe_circuit_delay(circuit, -1, 0), SPIQE_BAD_ARGUMENT, "-1 s");
  const spiqe_term term = {1, 1};
  const spiqe_angle angle = {0, 1, &term};
  refused(spiqe_circuit_gate_controlled(circuit, "rx", &angle, 0, NULL, NULL, &qubit),
          SPIQE_BAD_ARGUMENT, "input 1, but the circuit has 1");
  refused(spiqe_circuit_gate(circuit, "rx", NULL, &qubit), SPIQE_BAD_ARGUMENT, "1 angles");
  assert_int_equal(spiqe_circuit_n_operations(circuit), 0);
  const double huge = 1e300; /* finite: sine and cosine are defined */
  spiqe_complex amplitudes[2];
  judge_must(ctx, spiqe_circuit_gate(circuit, "rx", &huge, &qubit));
  judge_must(ctx, spiqe_statevector(ctx, circuit, &huge, amplitudes));
  assert_true(fabs(amplitudes[0].re * amplitudes[0].re + amplitudes[1].im * amplitudes[1].im - 1) <
              1e-15);
  spiqe_circuit_destroy(circuit);
}

static void inputs_that_are_missing_or_not_finite_are_refused(void **unused) {
  (void)unused;
  spiqe_circuit *circuit = create(1, 1);
  const uint32_t qubit = 0;
  const spiqe_term term = {0, 1};
  const spiqe_angle angle = {0, 1, &term};
  const double bad[] = {NAN, INFINITY};
  double value, gradient;
  spiqe_complex out[4];
  spiqe_observable *observable;
  spiqe_simulation *simulation;
  judge_must(ctx, spiqe_observable_parse(ctx, "Z0", &observable));
  judge_must(ctx, spiqe_circuit_add_input(circuit, "theta", NULL));
  judge_must(ctx, spiqe_circuit_gate_controlled(circuit, "rx", &angle, 0, NULL, NULL, &qubit));
  for (size_t i = 0; i < 3; i++) {
    const double *inputs = i < 2 ? &bad[i] : NULL;
    spiqe_simulation_options options = {.n_shots = 1, .inputs = inputs};
    refused(spiqe_simulate(ctx, circuit, &options, &simulation), SPIQE_BAD_ARGUMENT, "input");
    refused(spiqe_statevector(ctx, circuit, inputs, out), SPIQE_BAD_ARGUMENT, "input");
    refused(spiqe_density_matrix(ctx, circuit, inputs, out), SPIQE_BAD_ARGUMENT, "input");
    refused(spiqe_expectation(ctx, circuit, observable, inputs, &value), SPIQE_BAD_ARGUMENT,
            "input");
    refused(spiqe_expectation_gradient(ctx, circuit, observable, inputs, NULL, &value, &gradient),
            SPIQE_BAD_ARGUMENT, "input");
  }
  spiqe_observable_destroy(observable);
  spiqe_circuit_destroy(circuit);
}

static void qubits_twice_or_past_the_end_are_refused(void **unused) {
  (void)unused;
  spiqe_circuit *circuit = create(3, 2);
  const uint32_t twice[] = {1, 1, 2}, past[] = {0, 3, 1}, far[] = {UINT32_MAX, 0, 1};
  const uint32_t marked[] = {1 | SPIQE_ON_ZERO, 0, 2}, pair[] = {0, 1}, one = 1, two = 2;
  const spiqe_complex id[16] = {[0] = {1, 0}, [5] = {1, 0}, [10] = {1, 0}, [15] = {1, 0}};
  refused(spiqe_circuit_gate(circuit, "cx", NULL, twice), SPIQE_BAD_INDEX,
          "qubit 1 is given twice");
  refused(spiqe_circuit_gate(circuit, "swap", NULL, past), SPIQE_BAD_INDEX, "circuit has 3");
  refused(spiqe_circuit_gate(circuit, "ccx", NULL, far), SPIQE_BAD_INDEX, "circuit has 3");
  refused(spiqe_circuit_gate_controlled(circuit, "x", NULL, 1, &one, NULL, &one), SPIQE_BAD_INDEX,
          "twice");
  refused(spiqe_circuit_gate_controlled(circuit, "cx", NULL, 1, &one, NULL, pair), SPIQE_BAD_INDEX,
          "twice");
  refused(spiqe_circuit_gate_controlled(circuit, "x", NULL, SIZE_MAX, &one, NULL, &two),
          SPIQE_BAD_INDEX, "controls");
  refused(spiqe_circuit_matrix(circuit, 2, twice, id), SPIQE_BAD_INDEX, "twice");
  refused(spiqe_circuit_channel(circuit, "id", 2, past, 1, id), SPIQE_BAD_INDEX, "has 3");
  refused(spiqe_circuit_measure(circuit, 3, 0), SPIQE_BAD_INDEX, "qubit 3");
  refused(spiqe_circuit_measure(circuit, 0, 2), SPIQE_BAD_INDEX, "bit 2");
  refused(spiqe_circuit_reset(circuit, 3), SPIQE_BAD_INDEX, "qubit 3");
  refused(spiqe_circuit_delay(circuit, 1, 7), SPIQE_BAD_INDEX, "qubit 7");
  refused(spiqe_circuit_barrier(circuit, 3, twice), SPIQE_BAD_INDEX, "twice");
  refused(spiqe_circuit_gate(circuit, "cy", NULL, marked), SPIQE_BAD_INDEX, "circuit has 3");
  refused(spiqe_circuit_gate(circuit, "x", NULL, marked), SPIQE_BAD_INDEX, "circuit has 3");
  refused(spiqe_circuit_matrix(circuit, 2, marked, id), SPIQE_BAD_INDEX, "circuit has 3");
  refused(spiqe_circuit_channel(circuit, "id", 2, marked, 1, id), SPIQE_BAD_INDEX, "circuit has 3");
  refused(spiqe_circuit_measure(circuit, marked[0], 0), SPIQE_BAD_INDEX, "circuit has 3");
  refused(spiqe_circuit_reset(circuit, marked[0]), SPIQE_BAD_INDEX, "circuit has 3");
  refused(spiqe_circuit_delay(circuit, 1, marked[0]), SPIQE_BAD_INDEX, "circuit has 3");
  refused(spiqe_circuit_barrier(circuit, 2, marked), SPIQE_BAD_INDEX, "circuit has 3");
  refused(spiqe_circuit_gate(circuit, "cnot", NULL, pair), SPIQE_BAD_NAME, "cnot");
  assert_int_equal(spiqe_circuit_n_operations(circuit), 0);
  spiqe_circuit_destroy(circuit);
}

/* Everything that can be asked about a circuit of nothing, or of a phase. */
static void ask_all(const spiqe_circuit *circuit, spiqe_complex amplitude) {
  static const char *const methods[] = {"auto",    "statevector",  "lanes",
                                        "density", "trajectories", "stabiliser"};
  spiqe_complex out[4];
  double value;
  char *text;
  spiqe_observable *observable;
  judge_must(ctx, spiqe_statevector(ctx, circuit, NULL, out));
  assert_true(judge_distance(amplitude.re + I * amplitude.im, out[0]) < 1e-15);
  judge_must(ctx, spiqe_density_matrix(ctx, circuit, NULL, out));
  assert_true(judge_distance(1, out[0]) < 1e-15);
  judge_must(ctx, spiqe_observable_parse(ctx, "2", &observable));
  judge_must(ctx, spiqe_expectation(ctx, circuit, observable, NULL, &value));
  assert_true(fabs(value - 2) < 1e-14);
  judge_must(ctx, spiqe_expectation_gradient(ctx, circuit, observable, NULL, NULL, &value, NULL));
  spiqe_observable_destroy(observable);
  for (size_t m = 0; m < 6; m++) {
    spiqe_simulation_options options = {.method = methods[m], .n_shots = 7};
    spiqe_simulation *simulation;
    judge_must(ctx, spiqe_simulate(ctx, circuit, &options, &simulation));
    assert_int_equal(spiqe_simulation_n_outcomes(simulation), 1);
    assert_int_equal(spiqe_simulation_outcomes(simulation)[0].count, 7);
    spiqe_simulation_destroy(simulation);
  }
  judge_must(ctx, simulate(circuit, "auto", 0, 0));
  judge_must(ctx, spiqe_circuit_qasm(circuit, 3, &text));
  free(text);
  judge_must(ctx, spiqe_circuit_draw(circuit, 80, &text));
  free(text);
  judge_must(ctx, spiqe_circuit_draw_svg(circuit, &text));
  free(text);
}

static void empty_circuits_are_circuits(void **unused) {
  (void)unused;
  for (size_t n = 0; n < 3; n++)
    for (size_t n_bits = 0; n_bits < 2; n_bits++) {
      spiqe_circuit *circuit = create(n, n_bits), *inverse;
      spiqe_complex out[16];
      judge_must(ctx, spiqe_circuit_inverse(circuit, &inverse));
      if (n < 2)
        ask_all(circuit, (spiqe_complex){1, 0});
      else
        judge_must(ctx, spiqe_density_matrix(ctx, circuit, NULL, out));
      spiqe_circuit_destroy(inverse);
      spiqe_circuit_destroy(circuit);
    }
}

static void circuits_on_no_qubits_have_a_phase_and_bits(void **unused) {
  (void)unused;
  spiqe_circuit *circuit = create(0, 2);
  const double angle = 0.5;
  judge_must(ctx, spiqe_circuit_gate(circuit, "gphase", &angle, NULL));
  ask_all(circuit, (spiqe_complex){cos(0.5), sin(0.5)});
  const spiqe_node one = {SPIQE_NODE_CONSTANT, 2, 0, 0, 2};
  judge_must(ctx, spiqe_circuit_push_assign(circuit, 0, 2, &one, 1, 0));
  spiqe_simulation_options options = {.n_shots = 5};
  spiqe_simulation *simulation;
  judge_must(ctx, spiqe_simulate(ctx, circuit, &options, &simulation));
  assert_string_equal(spiqe_simulation_outcomes(simulation)[0].bits, "10");
  spiqe_simulation_destroy(simulation);
  spiqe_circuit_destroy(circuit);
}

static void a_barrier_on_a_million_qubits_is_one_operation(void **unused) {
  (void)unused;
  enum { N = 1000000 };
  spiqe_circuit *circuit = create(N, 1);
  uint32_t *qubits = judge_room(N, sizeof *qubits);
  const uint32_t first = 0;
  for (uint32_t i = 0; i < N; i++) qubits[i] = N - 1 - i;
  judge_must(ctx, spiqe_circuit_barrier(circuit, N, qubits));
  judge_must(ctx, spiqe_circuit_barrier(circuit, 0, NULL));
  qubits[N / 2] = qubits[3];
  refused(spiqe_circuit_barrier(circuit, N, qubits), SPIQE_BAD_INDEX, "twice");
  assert_int_equal(spiqe_circuit_n_operations(circuit), 2);
  judge_must(ctx, spiqe_circuit_gate(circuit, "t", NULL, &first));
  judge_must(ctx, spiqe_circuit_measure(circuit, 0, 0));
  judge_must(ctx, simulate(circuit, "auto", 10, 0)); /* one qubit matters */
  spiqe_circuit *inverse;
  refused(spiqe_circuit_inverse(circuit, &inverse), SPIQE_UNSUPPORTED, "measure");
  free(qubits);
  spiqe_circuit_destroy(circuit);
}

static void sizes_past_the_limits_are_refused(void **unused) {
  (void)unused;
  spiqe_circuit *circuit = (spiqe_circuit *)&ctx;
  refused(spiqe_circuit_create(ctx, SPIQE_MOST_QUBITS + 1, 0, &circuit), SPIQE_LIMIT, "1048576");
  assert_null(circuit);
  refused(spiqe_circuit_create(ctx, 1, SPIQE_MOST_BITS + 1, &circuit), SPIQE_LIMIT, "16777216");
  refused(spiqe_circuit_create(ctx, SIZE_MAX, SIZE_MAX, &circuit), SPIQE_LIMIT, "qubits");
  circuit = create(SPIQE_MOST_QUBITS, 0);
  refused(spiqe_circuit_add_register(circuit, SPIQE_REGISTER_QUBITS, "r", 1, NULL), SPIQE_LIMIT,
          "'r'");
  refused(spiqe_circuit_add_register(circuit, SPIQE_REGISTER_INT, "n", 65, NULL),
          SPIQE_BAD_ARGUMENT, "65 bits");
  refused(spiqe_circuit_add_register(circuit, SPIQE_REGISTER_BOOL, "b", 2, NULL),
          SPIQE_BAD_ARGUMENT, "2 bits");
  refused(spiqe_circuit_add_register(circuit, SPIQE_REGISTER_BITS, "b", 0, NULL),
          SPIQE_BAD_ARGUMENT, "size 0");
  refused(spiqe_circuit_add_register(circuit, SPIQE_REGISTER_BITS, "q", 1, NULL), SPIQE_BAD_NAME,
          "twice");
  refused(spiqe_circuit_add_register(circuit, SPIQE_REGISTER_BITS, "7", 1, NULL), SPIQE_BAD_NAME,
          "digit");
  refused(spiqe_circuit_add_input(circuit, "", NULL), SPIQE_BAD_NAME, "not a name");
  spiqe_circuit_destroy(circuit);
}

static void blocks_that_do_not_fit_are_refused(void **unused) {
  (void)unused;
  spiqe_circuit *circuit = create(1, 1);
  const spiqe_node one = {SPIQE_NODE_CONSTANT, 1, 0, 0, 1};
  refused(spiqe_circuit_else(circuit), SPIQE_BAD_FORMAT, "else without");
  refused(spiqe_circuit_end(circuit), SPIQE_BAD_FORMAT, "end without");
  judge_must(ctx, spiqe_circuit_push_condition(circuit, SPIQE_WHILE, &one, 1, 0));
  refused(spiqe_circuit_else(circuit), SPIQE_BAD_FORMAT, "else without");
  judge_must(ctx, spiqe_circuit_end(circuit));
  judge_must(ctx, spiqe_circuit_push_condition(circuit, SPIQE_IF, &one, 1, 0));
  judge_must(ctx, spiqe_circuit_else(circuit));
  refused(spiqe_circuit_else(circuit), SPIQE_BAD_FORMAT, "else without");
  refused(simulate(circuit, "auto", 1, 0), SPIQE_BAD_FORMAT, "no end");
  refused(simulate(circuit, "density", 1, 0), SPIQE_BAD_FORMAT, "no end");
  spiqe_complex out[4];
  spiqe_lanes *lanes;
  refused(spiqe_density_matrix(ctx, circuit, NULL, out), SPIQE_BAD_FORMAT, "no end");
  refused(spiqe_lanes_create(ctx, circuit, NULL, &lanes), SPIQE_BAD_FORMAT, "no end");
  spiqe_circuit_destroy(circuit);
}

/* A condition that a measurement decides, which always says 1. Of many tiles of lanes only the
 * first ones turn so often. */
static void loops_without_an_end_are_stopped(void **unused) {
  (void)unused;
  static const char *const methods[] = {"statevector", "density", "stabiliser", "lanes"};
  spiqe_circuit *circuit = create(1, 1);
  const spiqe_node bit = {SPIQE_NODE_BITS, 1, 0, 0, 0};
  const uint32_t qubit = 0;
  judge_must(ctx, spiqe_circuit_gate(circuit, "x", NULL, &qubit));
  judge_must(ctx, spiqe_circuit_measure(circuit, 0, 0));
  judge_must(ctx, spiqe_circuit_push_condition(circuit, SPIQE_WHILE, &bit, 1, 0));
  judge_must(ctx, spiqe_circuit_measure(circuit, 0, 0));
  judge_must(ctx, spiqe_circuit_end(circuit));
  for (size_t m = 0; m < sizeof methods / sizeof *methods; m++)
    refused(simulate(circuit, methods[m], 20000, 0), SPIQE_LIMIT, "turns");
  spiqe_circuit_destroy(circuit);
}

static void names_and_numbers_of_a_run_are_checked(void **unused) {
  (void)unused;
  spiqe_circuit *circuit = entangled(2);
  spiqe_simulation_options options = {.n_shots = 1, .precision = "f16"};
  spiqe_simulation *simulation;
  refused(spiqe_simulate(ctx, circuit, &options, &simulation), SPIQE_BAD_NAME, "f16");
  refused(simulate(circuit, "statevectors", 1, 0), SPIQE_BAD_NAME, "statevector");
  refused(simulate(circuit, NULL, ((size_t)1 << 40) + 1, 0), SPIQE_BAD_ARGUMENT, "2^40");
  refused(simulate(circuit, "stabiliser", 1, 0), SPIQE_UNSUPPORTED, "ry");
  judge_must(ctx, simulate(circuit, NULL, 1, 0));
  spiqe_circuit_destroy(circuit);
}

static void observables_are_checked(void **unused) {
  (void)unused;
  static const char *const bad[] = {"", "Z", "Z0 Z0", "0.5 *", "Q0", "Z0 +", "nan Z0", "Z-1"};
  spiqe_circuit *circuit = create(2, 0);
  spiqe_observable *observable;
  double value;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    observable = (spiqe_observable *)&value;
    if (spiqe_observable_parse(ctx, bad[i], &observable) == SPIQE_OK)
      fail_msg("'%s' was taken for an observable", bad[i]);
    assert_null(observable);
  }
  judge_must(ctx, spiqe_observable_parse(ctx, "Z2", &observable));
  refused(spiqe_expectation(ctx, circuit, observable, NULL, &value), SPIQE_BAD_INDEX, "2");
  refused(spiqe_expectation_gradient(ctx, circuit, observable, NULL, NULL, &value, NULL),
          SPIQE_BAD_INDEX, "2");
  spiqe_observable_destroy(observable);
  spiqe_circuit_destroy(circuit);
}

static void lanes_are_checked(void **unused) {
  (void)unused;
  spiqe_circuit *circuit = entangled(2), *large = create(SPIQE_MOST_LANE_QUBITS + 1, 0);
  spiqe_lanes *lanes = (spiqe_lanes *)&circuit;
  refused(spiqe_lanes_create(ctx, large, NULL, &lanes), SPIQE_LIMIT, "13");
  assert_null(lanes);
  refused(spiqe_lanes_create(ctx, circuit, "f16", &lanes), SPIQE_BAD_NAME, "f16");
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes));
  spiqe_lanes_run run = {.n_lanes = 3};
  refused(spiqe_lanes_gradient(lanes, &run, NULL, NULL), SPIQE_BAD_ARGUMENT, "outcomes");
  judge_must(ctx, spiqe_lanes_forward(lanes, &run));
  run.n_lanes = 0;
  judge_must(ctx, spiqe_lanes_forward(lanes, &run));
  const uint8_t odd[6] = {0, 255, 2, 1, 77, 0}; /* other numbers than 0 and 1 */
  run.n_lanes = 3;
  run.outcomes = odd;
  judge_must(ctx, spiqe_lanes_forward(lanes, &run));
  spiqe_lanes_destroy(lanes);
  spiqe_circuit_destroy(circuit);
  spiqe_circuit_destroy(large);
}

static void inputs_of_lanes_are_given_once(void **unused) {
  (void)unused;
  spiqe_circuit *circuit = create(1, 1);
  const uint32_t qubit = 0;
  const spiqe_term term = {0, 1};
  const spiqe_angle angle = {0, 1, &term};
  const double inputs[2] = {NAN, 1};
  double probabilities[4];
  spiqe_lanes *lanes;
  spiqe_lanes_run run = {.n_lanes = 2, .probabilities = probabilities};
  judge_must(ctx, spiqe_circuit_add_input(circuit, "x", NULL));
  judge_must(ctx, spiqe_circuit_gate_controlled(circuit, "rx", &angle, 0, NULL, NULL, &qubit));
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes));
  refused(spiqe_lanes_forward(lanes, &run), SPIQE_BAD_ARGUMENT, "inputs");
  run.inputs = run.constants = inputs;
  refused(spiqe_lanes_forward(lanes, &run), SPIQE_BAD_ARGUMENT, "not both");
  run.constants = NULL; /* a lane that has no number for its angle does not touch another */
  judge_must(ctx, spiqe_lanes_forward(lanes, &run));
  assert_true(fabs(probabilities[3] - sin(0.5) * sin(0.5)) < 1e-15);
  spiqe_lanes_destroy(lanes);
  spiqe_circuit_destroy(circuit);
}

static void a_circuit_follows_itself(void **unused) {
  (void)unused;
  random_circuit_options options = {.seed = 3, .n_qubits = 3, .n_bits = 3, .n_operations = 20};
  options.with = RANDOM_UNITARY | RANDOM_NOISE | RANDOM_CLASSICAL;
  spiqe_circuit *once = random_circuit(ctx, &options), *twice = random_circuit(ctx, &options);
  judge_must(ctx, spiqe_circuit_append(twice, once));
  judge_must(ctx, spiqe_circuit_append(once, once));
  char message[128];
  if (!spiqe_circuit_equal(once, twice, message, sizeof message)) fail_msg("%s", message);
  spiqe_circuit_destroy(once);
  spiqe_circuit_destroy(twice);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(registers_that_do_not_fit_are_refused_with_their_size),
      cmocka_unit_test(a_bound_on_memory_is_kept),
      cmocka_unit_test(matrices_that_are_not_unitary_are_refused),
      cmocka_unit_test(angles_that_are_not_finite_are_refused),
      cmocka_unit_test(inputs_that_are_missing_or_not_finite_are_refused),
      cmocka_unit_test(qubits_twice_or_past_the_end_are_refused),
      cmocka_unit_test(empty_circuits_are_circuits),
      cmocka_unit_test(circuits_on_no_qubits_have_a_phase_and_bits),
      cmocka_unit_test(a_barrier_on_a_million_qubits_is_one_operation),
      cmocka_unit_test(sizes_past_the_limits_are_refused),
      cmocka_unit_test(blocks_that_do_not_fit_are_refused),
      cmocka_unit_test(loops_without_an_end_are_stopped),
      cmocka_unit_test(names_and_numbers_of_a_run_are_checked),
      cmocka_unit_test(observables_are_checked),
      cmocka_unit_test(lanes_are_checked),
      cmocka_unit_test(inputs_of_lanes_are_given_once),
      cmocka_unit_test(a_circuit_follows_itself),
  };
  return cmocka_run_group_tests(tests, open_context, close_context);
}
