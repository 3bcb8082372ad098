/* Circuits as stages: outputs are the expectations that the lanes of the circuit engine have for
 * the same circuit, gradients are derivatives, bits do not depend on threads. The kernels
 * themselves are held to the slow twin by tests/quantum/test_rotations.c. */
#include <math.h>

#include "neuron/circuit.h"
#include "spiqe/lanes.h"
#include "support/net.h"

enum { MOST_STATES = 256, MOST_CIRCUIT_INPUTS = 128, MOST_UNITS = 64 };

#define QASM                                                                                       \
  "OPENQASM 3; include \\\"stdgates.inc\\\"; input angle turn; input angle x_1; input angle x_0; " \
  "qubit[3] q; h q; rz(x_0) q[0]; rx(2 * x_1 - turn) q[1]; crx(turn) q[0], q[2]; "                 \
  "cx q[2], q[1]; ry(turn + x_0) q[1];"

/* Samples of 5 values; the last stage is the circuit. */
#define NET(encode, options) /* the loss looks at membranes, as what is given are no spikes */     \
  "input: [5]\nencode: " encode "\nstages:\n  - circuit: {" options                                \
  ", angles: 1.5, scale: 2}\n"                                                                     \
  "loss: {kind: membrane, read_out: membrane}\n"
#define ONE "{direct: {steps: 1}}"
#define QASM_NET                                                                                   \
  "input: [2]\nencode: " ONE "\nstages:\n  - circuit: {ansatz: qasm, qubits: 3, circuit: \"" QASM  \
  "\"}\nloss: {kind: membrane}\n"

static const char *const nets[] = {
    NET(ONE, "ansatz: reuploading, qubits: 4, layers: 3"),
    NET(ONE, "ansatz: reuploading, qubits: 2, layers: 3, observe: probabilities"),
    NET(ONE, "ansatz: amplitude, qubits: 3, layers: 3, observe: zz"),
    NET(ONE, "ansatz: amplitude, qubits: 5, layers: 2, observe: zz, units: 9"),
    NET(ONE, "ansatz: qcnn, qubits: 8, layers: 1, observe: zz"),
    NET(ONE, "ansatz: qcnn, qubits: 7, layers: 2, observe: probabilities, units: 10"),
    QASM_NET,
};
#define N_NETS (sizeof nets / sizeof *nets)

static test_net open_net(const char *text, spiqe_precision precision, size_t n_threads,
                         size_t n_samples, int training) {
  test_net t;
  spiqe_status status = test_net_open(text, precision, n_threads, n_samples, training, 0, 3, &t);
  assert_int_equal(status, SPIQE_OK);
  return t;
}

static spiqe_circuit *circuit_of(const test_net *t, size_t *observed) {
  const spiqe_circuit_settings *s = t->net->stages[0].settings;
  const spiqe_ansatz ansatz = {(spiqe_ansatz_kind)s->ansatz, s->qubits, s->layers, s->circuit};
  spiqe_circuit *circuit;
  assert_int_equal(spiqe_ansatz_build(t->ctx, &ansatz, &circuit, observed), SPIQE_OK);
  return circuit;
}

/* Parameter i of that name, of the stage. */
static double parameter(const test_net *t, const char *name, size_t i) {
  const spiqe_stage *stage = &t->net->stages[0];
  for (size_t k = 0; k < stage->n_named; k++)
    if (!strcmp(stage->named[k].name, name))
      return ((const double *)t->net->parameters)[stage->named[k].offset + i];
  fail_msg("no parameter %s", name);
  return 0;
}

/* What goes into the circuit of one sample. */
static void fill_inputs(const test_net *t, const spiqe_circuit *circuit, size_t sample,
                        double *inputs) {
  const size_t n = t->net->n_features, n_inputs = spiqe_circuit_n_inputs(circuit);
  size_t n_values = 0, n_angles = 0;
  assert_true(n_inputs <= MOST_CIRCUIT_INPUTS);
  for (size_t i = 0; i < n_inputs; i++) {
    if (strncmp(spiqe_circuit_input_name(circuit, i), "x_", 2)) {
      inputs[i] = parameter(t, "angle", n_angles++);
      continue;
    }
    const double x = (double)t->net->values[sample * n + n_values % n];
    inputs[i] = parameter(t, "weight", n_values) * x + parameter(t, "bias", n_values);
    n_values++;
  }
}

/* Probabilities of the final state, by lanes. */
static void run_lanes(const test_net *t, const spiqe_circuit *circuit, size_t sample, double *p) {
  double inputs[MOST_CIRCUIT_INPUTS], start[2 * MOST_STATES] = {0}, sum = 0;
  const spiqe_circuit_settings *s = t->net->stages[0].settings;
  const size_t n = t->net->n_features;
  spiqe_lanes *lanes;
  fill_inputs(t, circuit, sample, inputs);
  for (size_t i = 0; i < n; i++) start[2 * i] = (double)t->net->values[sample * n + i];
  for (size_t i = 0; i < n; i++) sum += start[2 * i] * start[2 * i];
  for (size_t i = 0; i < n; i++) start[2 * i] /= sqrt(sum);
  assert_int_equal(spiqe_lanes_create(t->ctx, circuit, "f64", &lanes), SPIQE_OK);
  const spiqe_lanes_run run = {.n_lanes = 1,
                               .inputs = inputs,
                               .start = s->ansatz == SPIQE_ANSATZ_AMPLITUDE ? start : NULL,
                               .probabilities = p};
  if (spiqe_lanes_forward(lanes, &run) != SPIQE_OK) fail_msg("%s", spiqe_context_message(t->ctx));
  spiqe_lanes_destroy(lanes);
}

/* Sum over states of p, with the sign of a product of Z on the qubits of a mask. */
static double product_of_z(size_t n_states, const double *p, size_t mask) {
  double sum = 0;
  for (size_t i = 0; i < n_states; i++) sum += __builtin_parityll(i & mask) ? -p[i] : p[i];
  return sum;
}

/* The expectations in their order; returns how many there are. */
static size_t expect(const test_net *t, const double *p, size_t observed, double *out) {
  const spiqe_circuit_settings *s = t->net->stages[0].settings;
  const size_t n_states = (size_t)1 << s->qubits;
  size_t qubits[SPIQE_MOST_ANSATZ_QUBITS], n = 0, u = 0;
  for (size_t q = 0; q < s->qubits; q++)
    if (observed >> q & 1) qubits[n++] = q;
  if (s->observe == SPIQE_OBSERVE_PROBABILITIES) {
    for (size_t i = 0; i < (size_t)1 << n; i++) out[i] = 0;
    for (size_t i = 0; i < n_states; i++) {
      size_t outcome = 0;
      for (size_t k = 0; k < n; k++) outcome |= (i >> qubits[k] & 1) << k;
      out[outcome] += p[i];
    }
    return (size_t)1 << n;
  }
  for (; u < n; u++) out[u] = product_of_z(n_states, p, (size_t)1 << qubits[u]);
  for (size_t i = 0; s->observe == SPIQE_OBSERVE_ZZ && i < n; i++)
    for (size_t j = i + 1; j < n; j++)
      out[u++] = product_of_z(n_states, p, (size_t)1 << qubits[i] | (size_t)1 << qubits[j]);
  return u;
}

typedef struct captured {
  double values[32 * MOST_UNITS];
} captured;

static void capture(void *user, const spiqe_network_output *o) {
  captured *c = user;
  const double *membrane = o->membrane, *output = o->spikes;
  for (size_t i = 0; i < o->n_rows * o->n_units; i++) {
    assert_true(output[i] == membrane[i]);
    c->values[o->first * o->n_units + i] = membrane[i];
  }
}

/* Some hundred rotations in double: errors below 1e-13, times a gain of 10. */
#define TOLERANCE 1e-12

static void outputs_are_the_expectations_that_lanes_have(void **state) {
  (void)state;
  enum { SAMPLES = 18 }; /* a tile and two lanes */
  for (size_t i = 0; i < N_NETS; i++) {
    test_net t = open_net(nets[i], SPIQE_F64, 1, SAMPLES, 0);
    const size_t n_units = t.net->stages[0].out.n_units;
    size_t observed;
    captured got = {{0}};
    spiqe_circuit *circuit = circuit_of(&t, &observed);
    spiqe_network_run(t.net, SAMPLES, t.samples, 1, 0, capture, &got);
    for (size_t k = 0; k < SAMPLES; k++) {
      double p[MOST_STATES], expected[MOST_UNITS];
      run_lanes(&t, circuit, k, p);
      assert_true(expect(&t, p, observed, expected) >= n_units);
      for (size_t u = 0; u < n_units; u++) {
        const double z = parameter(&t, "read_out", u) * expected[u];
        if (!(fabs(got.values[k * n_units + u] - z) < TOLERANCE))
          fail_msg("net %zu, sample %zu, unit %zu: %.15g, not %.15g", i, k, u,
                   got.values[k * n_units + u], z);
      }
    }
    spiqe_circuit_destroy(circuit);
    test_net_close(&t);
  }
}

/* As in tests/network/test_gradient.c; third derivatives in an angle are below the gain times the
 * square of the places where it stands, some 1e3, so the difference errs by 1e-8 at most. */
#define H 1e-5
#define GRADIENT_TOLERANCE 1e-7

static void assert_gradient(const char *text, size_t n_samples, size_t stride) {
  test_net t = open_net(text, SPIQE_F64, 1, n_samples, 1);
  const size_t n = t.net->n_parameters;
  double *w = t.net->parameters, *gradient = calloc(n, sizeof *gradient), largest = 0;
  assert_non_null(gradient);
  test_net_run(&t, 1, 0);
  memcpy(gradient, t.net->gradients, n * sizeof *gradient);
  for (size_t i = 0; i < n; i += stride) {
    const double at = w[i];
    w[i] = at + H;
    const double above = test_net_run(&t, 1, 0);
    w[i] = at - H;
    const double difference = (above - test_net_run(&t, 1, 0)) / (2 * H);
    w[i] = at;
    largest = fmax(largest, fabs(difference));
    if (!(fabs(gradient[i] - difference) < GRADIENT_TOLERANCE * (1 + fabs(difference))))
      fail_msg("%s\nparameter %zu: %.10g, but the difference is %.10g", text, i, gradient[i],
               difference);
  }
  assert_true(largest > 1e-3);
  free(gradient);
  test_net_close(&t);
}

static void every_ansatz_has_its_gradient(void **state) {
  (void)state;
  for (size_t i = 0; i < N_NETS; i++) assert_gradient(nets[i], 3, 1);
}

#define BEHIND(encode, options)                                                                    \
  "input: [3]\nencode: " encode "\nstages:\n  - dense: {units: 4}\n  - circuit: {" options         \
  ", angles: 1.5, scale: 2}\n  - dense: {units: 3}\n  - linear:\n"                                 \
  "loss: {kind: membrane, read_out: membrane}\n"

/* Inputs of circuits learn too: here from a dense stage before it. More rows than a tile has lanes,
 * and steps that differ or do not. */
static void what_comes_before_and_behind_a_circuit_has_its_gradient(void **state) {
  (void)state;
  static const char *const chains[] = {
      BEHIND(ONE, "qubits: 3, layers: 2"),
      BEHIND("{direct: {steps: 3}}", "qubits: 3, layers: 2, observe: zz"),
      BEHIND("{rate: {steps: 7}}", "qubits: 3, layers: 2"),
      BEHIND("{rate: {steps: 20}}", "ansatz: qcnn, qubits: 2, layers: 2"),
      BEHIND("{rate: {steps: 3}}", "ansatz: amplitude, qubits: 2, layers: 2"),
      BEHIND(ONE, "ansatz: amplitude, qubits: 3, layers: 2, observe: probabilities")};
  for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) assert_gradient(chains[i], 5, 1);
  assert_gradient("input: [3]\nencode: {direct: {steps: 3}}\nstages:\n  - dense: {units: 4}\n"
                  "  - linear:\n  - circuit: {qubits: 3, layers: 2, scale: 2}\n"
                  "loss: {kind: membrane, read_out: membrane}\n",
                  5, 1);
  assert_gradient("input: [6, 6]\nencode: {direct: {steps: 1, crop: 1}}\nstages:\n"
                  "  - avgpool: {size: 2}\n  - circuit: {qubits: 2, layers: 2, scale: 2}\n"
                  "loss: {kind: membrane, read_out: membrane}\n",
                  5, 1);
  assert_gradient(chains[0], 37, 7);
  assert_gradient(NET("{rate: {steps: 40}}", "qubits: 3, layers: 2"), 3, 5);
}

static void bits_do_not_depend_on_the_number_of_threads(void **state) {
  (void)state;
  enum { SAMPLES = 50 };
  test_net one = open_net(nets[0], SPIQE_F32, 1, SAMPLES, 1);
  test_net two = open_net(nets[0], SPIQE_F32, 2, SAMPLES, 1);
  for (size_t i = 0; i < 3; i++) assert_true(test_net_run(&one, 1, i) == test_net_run(&two, 1, i));
  assert_memory_equal(one.net->gradients, two.net->gradients,
                      one.net->n_parameters * sizeof(float));
  test_net_close(&one);
  test_net_close(&two);
}

/* A picture without light has no direction: it starts in |0...0>, and teaches as any other. */
static void a_dark_sample_is_a_state_too(void **state) {
  (void)state;
  test_net t = open_net(nets[2], SPIQE_F64, 1, 2, 1);
  memset(t.net->values, 0, t.net->n_features * sizeof(float));
  assert_true(isfinite(test_net_run(&t, 1, 0)));
  for (size_t i = 0; i < t.net->n_parameters; i++)
    assert_true(isfinite(((double *)t.net->gradients)[i]));
  test_net_close(&t);
}

static void assert_refused(const char *text, spiqe_status expected, const char *words) {
  spiqe_context *ctx = test_context(1, NULL);
  spiqe_model *model;
  size_t n;
  assert_int_equal(spiqe_model_parse(ctx, "m", text, strlen(text), &model), SPIQE_OK);
  const spiqe_status status = spiqe_network_count(ctx, &model->network, &n);
  const char *message = spiqe_context_message(ctx);
  if (status != expected || !strstr(message, words)) fail_msg("%s\n%s", text, message);
  spiqe_model_destroy(model);
  spiqe_context_destroy(ctx);
}

#define GIVEN(text) NET(ONE, "ansatz: qasm, qubits: 2, circuit: \"OPENQASM 3; " text "\"")

static void what_does_not_fit_is_refused_by_name(void **state) {
  (void)state;
  assert_refused(NET(ONE, "qubits: 2, layers: 2"), SPIQE_BAD_SHAPE,
                 "stage 0 (circuit): 5 values, but the circuit takes 4; more layers");
  assert_refused(NET(ONE, "ansatz: amplitude, qubits: 2"), SPIQE_BAD_SHAPE, "more qubits");
  assert_refused(NET(ONE, "qubits: 5, units: 6"), SPIQE_BAD_SHAPE, "5 qubits have 5 expectations");
  assert_refused(NET(ONE, "ansatz: qasm"), SPIQE_BAD_ARGUMENT, "stage 0 (circuit): ansatz qasm");
  assert_refused(GIVEN("qubit[3] q;"), SPIQE_BAD_SHAPE, "it has 3 qubits");
  assert_refused(GIVEN("qubit[2] q; reset q[0];"), SPIQE_UNSUPPORTED, "reset");
  assert_refused("input: [5]\nstages:\n  - dense: {units: 3, planes: 2}\n  - circuit:\n",
                 SPIQE_BAD_SHAPE, "stage 1 (circuit): the synapse before it has 2 planes");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(outputs_are_the_expectations_that_lanes_have),
      cmocka_unit_test(every_ansatz_has_its_gradient),
      cmocka_unit_test(what_comes_before_and_behind_a_circuit_has_its_gradient),
      cmocka_unit_test(bits_do_not_depend_on_the_number_of_threads),
      cmocka_unit_test(a_dark_sample_is_a_state_too),
      cmocka_unit_test(what_does_not_fit_is_refused_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
