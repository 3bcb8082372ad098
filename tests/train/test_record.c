/* Recordings: the memory that a recording shows is the one that the circuit of the neuron has, and
 * neurons without a memory show none. */
#include <complex.h>
#include <math.h>

#include "spiqe/classifier.h"
#include "support/net.h"
#include "train/classifier.h"

#define N_STEPS 12
#define N_UNITS 5
#define N_INPUTS 3

static float inputs[N_INPUTS] = {0.2f, 0.9f, 0.5f};
static const spiqe_samples one_sample = {.n_samples = 1,
                                         .n_features = N_INPUTS,
                                         .n_dimensions = 1,
                                         .shape = {N_INPUTS},
                                         .floats = inputs};

/* A classifier with what it recorded of one sample. */
typedef struct recorded {
  spiqe_context *ctx;
  spiqe_model *model;
  spiqe_classifier *classifier;
  spiqe_recording *layers;
  size_t n_layers;
} recorded;

static recorded record(const char *neuron, uint64_t seed) {
  recorded r = {.ctx = test_context(2, NULL)};
  char text[512];
  snprintf(text, sizeof text,
           "input: [%d]\nencode: {direct: {steps: %d}}\nstages:\n  - dense: {units: %d}\n  - %s\n"
           "loss: {kind: count_membrane}\n",
           N_INPUTS, N_STEPS, N_UNITS, neuron);
  if (spiqe_model_parse(r.ctx, "m", text, strlen(text), &r.model) != SPIQE_OK ||
      spiqe_classifier_create(r.ctx, r.model, seed, &r.classifier) != SPIQE_OK ||
      spiqe_classifier_record(r.classifier, &one_sample, 0, &r.layers, &r.n_layers) != SPIQE_OK)
    fail_msg("%s", spiqe_context_message(r.ctx));
  return r;
}

static void close_recorded(recorded *r) {
  spiqe_recordings_destroy(r->layers, r->n_layers);
  spiqe_classifier_destroy(r->classifier);
  spiqe_model_destroy(r->model);
  spiqe_context_destroy(r->ctx);
}

/* Amplitudes [in/out][memory]. */
typedef double complex pair[2][2];

/* rx(angle) on the in/out qubit where the memory is `memory`. */
static void turn_io(pair a, size_t memory, double angle) {
  double complex zero = a[0][memory], one = a[1][memory];
  a[0][memory] = cos(angle / 2) * zero - I * sin(angle / 2) * one;
  a[1][memory] = cos(angle / 2) * one - I * sin(angle / 2) * zero;
}

static void turn_memory(pair a, double angle) {
  for (size_t io = 0; io < 2; io++) {
    double complex zero = a[io][0], one = a[io][1];
    a[io][0] = cos(angle / 2) * zero - I * sin(angle / 2) * one;
    a[io][1] = cos(angle / 2) * one - I * sin(angle / 2) * zero;
  }
}

/* Keep the outcome, reset the in/out qubit. Returns the probability of a spike. */
static double measure(pair a, int outcome) {
  double p[2];
  for (size_t io = 0; io < 2; io++)
    p[io] = creal(a[io][0] * conj(a[io][0])) + creal(a[io][1] * conj(a[io][1]));
  for (size_t m = 0; m < 2; m++) {
    a[0][m] = a[outcome][m] / sqrt(p[outcome]);
    a[1][m] = 0;
  }
  return p[1];
}

/* <X>, <Y>, <Z> of the memory: Y = [[0, -i], [i, 0]]. */
static void assert_bloch(pair a, const float *bloch, size_t unit, size_t t) {
  double complex zero = a[0][0], one = a[0][1], off = conj(zero) * one;
  const double expected[3] = {2 * creal(off), 2 * cimag(off),
                              creal(zero * conj(zero)) - creal(one * conj(one))};
  for (size_t k = 0; k < 3; k++)
    /* floats, and divisions by the probability of each of up to 12 outcomes */
    if (fabs(expected[k] - (double)bloch[k]) > 2e-4)
      fail_msg("neuron %zu, step %zu, component %zu: %g, but the circuit has %g", unit, t, k,
               (double)bloch[k], expected[k]);
}

static void follow_unit(const recorded *r, size_t unit) {
  const spiqe_recording *layer = &r->layers[0];
  const spiqe_network *net = r->classifier->net;
  const float *dense = net->parameters, *angles = dense + net->offsets[1];
  double current = (double)dense[N_INPUTS * N_UNITS + unit];
  pair a = {{1, 0}, {0, 0}};
  for (size_t i = 0; i < N_INPUTS; i++)
    current += (double)inputs[i] * (double)dense[i * N_UNITS + unit];
  for (size_t t = 0; t < N_STEPS; t++) {
    size_t at = t * N_UNITS + unit;
    assert_bloch(a, layer->memory + 3 * at, unit, t);
    for (size_t m = 0; m < 2; m++) turn_io(a, m, acos(-1) * fmax(current, 0));
    turn_io(a, 1, (double)angles[N_UNITS + unit]);
    for (size_t m = 0; m < 2; m++) turn_io(a, m, (double)angles[unit]);
    turn_memory(a, (double)angles[2 * N_UNITS + unit]);
    double p = measure(a, layer->spikes[at]);
    assert_true(fabs(p - (double)layer->membrane[at]) < 2e-4);
  }
}

static void a_recorded_memory_is_that_of_the_circuit(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 8; seed++) {
    recorded r = record("sqs: {entangle: 2, memory: 1.2, io: 0.7}", seed);
    assert_int_equal(r.n_layers, 1);
    assert_int_equal(r.layers[0].n_memory, 1);
    for (size_t u = 0; u < N_UNITS; u++) follow_unit(&r, u);
    close_recorded(&r);
  }
}

static void a_memory_averaged_over_outcomes_stays_in_the_ball(void **state) {
  (void)state;
  recorded r = record("sqs: {mode: expected, entangle: 2, memory: 1.2, recurrent: true}", 3);
  const float *memory = r.layers[0].memory;
  double shortest = 1;
  for (size_t i = 0; i < N_STEPS * N_UNITS; i++) {
    const float *b = memory + 3 * i;
    double length = sqrt((double)(b[0] * b[0] + b[1] * b[1] + b[2] * b[2]));
    assert_true(length <= 1 + 1e-6);                                   /* rounding of floats */
    if (i < N_UNITS) assert_true(b[0] == 0 && b[1] == 0 && b[2] == 1); /* at rest: |0> */
    shortest = fmin(shortest, length);
  }
  assert_true(shortest < 0.95); /* the mean of different outcomes is mixed */
  close_recorded(&r);
}

/* The qubits of a pure state: one alone is pure, each of several is in the ball. */
static void memories_of_any_ansatz_are_recorded(void **state) {
  (void)state;
  for (size_t n_memory = 1; n_memory <= 3; n_memory++) {
    char neuron[96];
    double shortest = 1;
    snprintf(neuron, sizeof neuron, "sqs: {ansatz: hea, angles: 2, memory_qubits: %zu}", n_memory);
    recorded r = record(neuron, 3);
    assert_int_equal(r.layers[0].n_memory, n_memory);
    for (size_t i = 0; i < N_STEPS * N_UNITS * n_memory; i++) {
      const float *b = r.layers[0].memory + 3 * i;
      double length = sqrt((double)(b[0] * b[0] + b[1] * b[1] + b[2] * b[2]));
      assert_true(length <= 1 + 1e-5); /* rounding of floats, renormalised at 12 steps */
      assert_true(i >= N_UNITS * n_memory || (b[0] == 0 && b[1] == 0 && b[2] == 1)); /* |0> */
      shortest = fmin(shortest, length);
    }
    assert_true(n_memory == 1 ? shortest > 1 - 1e-5 : shortest < 0.95);
    close_recorded(&r);
  }
}

static void neurons_without_a_memory_show_none(void **state) {
  (void)state;
  static const char *const neurons[] = {"lif: {}", "qlif: {}"};
  for (size_t i = 0; i < 2; i++) {
    recorded r = record(neurons[i], 1);
    assert_int_equal(r.layers[0].n_memory, 0);
    assert_null(r.layers[0].memory);
    close_recorded(&r);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_recorded_memory_is_that_of_the_circuit),
      cmocka_unit_test(a_memory_averaged_over_outcomes_stays_in_the_ball),
      cmocka_unit_test(memories_of_any_ansatz_are_recorded),
      cmocka_unit_test(neurons_without_a_memory_show_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
