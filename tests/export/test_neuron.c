/* The circuit of one neuron of a network has, for the spikes that it drew, the probabilities that
 * the network gave; that of a qubit that leaks has its membranes. */
#include "quantum/judge.h"
#include "spiqe/dataset.h"
#include "spiqe/export.h"
#include "spiqe/gradient.h"
#include "spiqe/lanes.h"
#include "spiqe/model.h"
#include "spiqe/simulate.h"
#include "train/classifier.h"

#define HEAD "name: m\ninput: [28, 28]\nencode: {rate: {steps: 6, cap: 0.5}}\nstages:\n"

static const struct {
  const char *text;
  size_t n_io; /* of stage 1 */
} models[] = {
    {HEAD "  - dense: {units: 9}\n  - sqs: {io: 1}\n  - dense: {units: 10}\n  - sqs:\n", 1},
    {HEAD "  - dense: {units: 9, planes: 2}\n  - sqs: {ansatz: hea, inputs: 2, angles: 2, "
          "recurrent: true}\n  - dense: {units: 10}\n  - sqs: {ansatz: hea}\n",
     2},
    {HEAD "  - dense: {units: 9}\n  - sqs: {ansatz: hea, memory_qubits: 2, angles: 2}\n"
          "  - dense: {units: 10}\n  - sqs:\n",
     1},
};
enum { N_MODELS = sizeof models / sizeof models[0], MOST_SPIKES = 16, UNITS = 9 };

typedef struct scene {
  spiqe_context *ctx;
  spiqe_model *model;
  spiqe_classifier *classifier;
  spiqe_dataset *data;
} scene;

static scene scene_open(const char *text) {
  scene s = {.ctx = judge_context(1, NULL)};
  judge_must(s.ctx, spiqe_model_parse(s.ctx, "m", text, strlen(text), &s.model));
  judge_must(s.ctx, spiqe_classifier_create(s.ctx, s.model, 5, &s.classifier));
  judge_must(s.ctx, spiqe_dataset_open(s.ctx, "digits", NULL, &s.data));
  return s;
}

static void scene_close(scene *s) {
  spiqe_dataset_destroy(s->data);
  spiqe_classifier_destroy(s->classifier);
  spiqe_model_destroy(s->model);
  spiqe_context_destroy(s->ctx);
}

static double likelihood_of(const scene *s, const spiqe_circuit *circuit, const uint8_t *spikes) {
  spiqe_lanes *lanes;
  double out;
  const spiqe_lanes_run run = {.n_lanes = 1, .outcomes = spikes, .log_likelihood = &out};
  judge_must(s->ctx, spiqe_lanes_create(s->ctx, circuit, "f64", &lanes));
  judge_must(s->ctx, spiqe_lanes_forward(lanes, &run));
  spiqe_lanes_destroy(lanes);
  return out;
}

/* Returns the spikes of the neuron. */
static size_t compare(const scene *s, const spiqe_recording *layer, size_t n_io, size_t neuron) {
  spiqe_circuit *circuit;
  uint8_t spikes[MOST_SPIKES];
  double sum = 0;
  size_t n_spikes = 0;
  const spiqe_samples *samples = &s->data->part[SPIQE_TEST];
  judge_must(s->ctx, spiqe_export_neuron(s->classifier, samples, 4, 1, neuron, NULL, &circuit));
  assert_int_equal(spiqe_circuit_n_inputs(circuit), 0);
  for (size_t t = 0; t < layer->n_steps; t++)
    for (size_t q = 0; q < n_io; q++) {
      const size_t from = t * layer->n_units + q * UNITS + neuron;
      spikes[t * n_io + q] = layer->spikes[from];
      n_spikes += layer->spikes[from];
      sum += log(layer->spikes[from] ? layer->membrane[from] : 1 - (double)layer->membrane[from]);
    }
  const double expected = likelihood_of(s, circuit, spikes);
  if (!(fabs(sum - expected) <= 1e-4)) /* floats, some of them logs of rare outcomes */
    fail_msg("neuron %zu: log likelihood %.9g, but its circuit's is %.9g", neuron, sum, expected);
  spiqe_circuit_destroy(circuit);
  return n_spikes;
}

static void a_neurons_circuit_has_the_networks_probabilities(void **state) {
  (void)state;
  for (size_t m = 0; m < N_MODELS; m++) {
    scene s = scene_open(models[m].text);
    spiqe_recording *layers;
    size_t n_layers, n_spikes = 0;
    judge_must(s.ctx, spiqe_classifier_record(s.classifier, &s.data->part[SPIQE_TEST], 4, &layers,
                                              &n_layers));
    for (size_t neuron = 0; neuron < UNITS; neuron++)
      n_spikes += compare(&s, &layers[0], models[m].n_io, neuron);
    assert_true(n_spikes > 3); /* or nothing was compared */
    spiqe_recordings_destroy(layers, n_layers);
    scene_close(&s);
  }
}

/* T1 alone: gates cost no time, so what the circuit reads is the law. */
#define LEAKY "T1: 300 us\nT2: 200 us\n"

static const char *const leaky_models[] = {
    HEAD "  - dense: {units: 9, planes: 2}\n  - qlif: {threshold: 0.5, tau_scale: 90}\n"
         "  - dense: {units: 10, planes: 2}\n  - qlif:\n",
    "name: m\ninput: [28, 28]\nencode: {rate: {steps: 4, cap: 0.5}}\nstages:\n"
    "  - dense: {units: 9}\n  - qlif: {threshold: 0.5, wait: 20, recurrent: true}\n"
         "  - dense: {units: 10}\n  - qlif:\n",
    "name: m\ninput: [28, 28]\nencode: {direct: {steps: 6}}\nstages:\n"
    "  - dense: {units: 9, planes: 2}\n  - qlif: {over: wrap}\n"
    "  - dense: {units: 10, planes: 2}\n  - qlif:\n",
};

/* P(bit is 1) of each bit, exactly, on the device. */
static void shares_of(const scene *s, const spiqe_circuit *circuit, const spiqe_noise *device,
                      double *shares) {
  const size_t n_bits = spiqe_circuit_n_bits(circuit);
  spiqe_circuit *noisy;
  spiqe_simulation *result;
  judge_must(s->ctx, spiqe_noise_apply(device, circuit, &noisy));
  judge_must(s->ctx, spiqe_simulate(s->ctx, noisy,
                                    &(spiqe_simulation_options){.method = "density"}, &result));
  for (size_t i = 0; i < spiqe_simulation_n_outcomes(result); i++) {
    const spiqe_outcome *outcome = &spiqe_simulation_outcomes(result)[i];
    for (size_t bit = 0; bit < n_bits; bit++)
      if (outcome->bits[n_bits - 1 - bit] == '1') shares[bit] += outcome->probability;
  }
  spiqe_simulation_destroy(result);
  spiqe_circuit_destroy(noisy);
}

/* Returns the steps in which it was between 0 and 1. */
static size_t compare_leaky(const scene *s, const spiqe_recording *layer, size_t neuron,
                            const spiqe_noise *device) {
  spiqe_circuit *circuit;
  size_t n_between = 0;
  double shares[MOST_SPIKES] = {0};
  const spiqe_samples *samples = &s->data->part[SPIQE_TEST];
  judge_must(s->ctx, spiqe_export_neuron(s->classifier, samples, 4, 1, neuron, device, &circuit));
  const size_t bits_of_step = spiqe_circuit_n_bits(circuit) / layer->n_steps;
  shares_of(s, circuit, device, shares);
  for (size_t t = 0; t < layer->n_steps; t++) {
    const double p = shares[(t + 1) * bits_of_step - 1];
    const double expected = (double)layer->membrane[t * layer->n_units + neuron];
    n_between += expected > 0.01 && expected < 0.99;
    if (!(fabs(p - expected) <= 1e-4)) /* a float's angle, prepared up to six times */
      fail_msg("neuron %zu, step %zu: %.9g, but its circuit has %.9g", neuron, t, expected, p);
  }
  spiqe_circuit_destroy(circuit);
  return n_between;
}

static void a_qubit_on_a_device_that_leaks_has_the_networks_membranes(void **state) {
  (void)state;
  for (size_t m = 0; m < sizeof leaky_models / sizeof *leaky_models; m++) {
    scene s = scene_open(leaky_models[m]);
    spiqe_recording *layers;
    spiqe_noise *device;
    size_t n_layers, n_between = 0;
    judge_must(s.ctx, spiqe_noise_parse(s.ctx, "d", LEAKY, strlen(LEAKY), &device));
    judge_must(s.ctx, spiqe_classifier_record(s.classifier, &s.data->part[SPIQE_TEST], 4, &layers,
                                              &n_layers));
    for (size_t neuron = 0; neuron < UNITS; neuron += 2)
      n_between += compare_leaky(&s, &layers[0], neuron, device);
    assert_true(n_between > 4); /* or nothing was compared */
    spiqe_recordings_destroy(layers, n_layers);
    spiqe_noise_destroy(device);
    scene_close(&s);
  }
}

static void refuse(const scene *s, size_t sample, size_t layer, size_t neuron,
                   spiqe_status expected, const char *what) {
  spiqe_circuit *circuit;
  const spiqe_samples *samples = &s->data->part[SPIQE_TEST];
  assert_int_equal(spiqe_export_neuron(s->classifier, samples, sample, layer, neuron, NULL,
                                       &circuit),
                   expected);
  assert_null(circuit);
  if (!strstr(spiqe_context_message(s->ctx), what)) fail_msg("%s", spiqe_context_message(s->ctx));
}

static void what_is_not_there_is_refused(void **state) {
  (void)state;
  scene s = scene_open(models[0].text);
  refuse(&s, 2000, 1, 0, SPIQE_BAD_INDEX, "sample 2000");
  refuse(&s, 0, 0, 0, SPIQE_BAD_INDEX, "stage 0");
  refuse(&s, 0, 4, 0, SPIQE_BAD_INDEX, "stage 4");
  refuse(&s, 0, 3, 10, SPIQE_BAD_INDEX, "neuron 10");
  scene_close(&s);
  s = scene_open(HEAD "  - dense: {units: 3}\n  - lif:\n");
  refuse(&s, 0, 1, 0, SPIQE_UNSUPPORTED, "of lif");
  scene_close(&s);
}

#define CIRCUIT_HEAD "name: m\ninput: [28, 28]\nencode: {direct: {steps: 1}}\nstages:\n"
static const char *const circuit_models[] = {
    CIRCUIT_HEAD "  - avgpool: {size: 7}\n  - circuit: {qubits: 4, layers: 4, scale: 1}\n",
    CIRCUIT_HEAD "  - avgpool: {size: 7}\n"
                 "  - circuit: {ansatz: qcnn, qubits: 6, layers: 3, scale: 1}\n",
    CIRCUIT_HEAD "  - circuit: {ansatz: amplitude, layers: 2, scale: 1}\n",
    CIRCUIT_HEAD "  - dense: {units: 7}\n  - circuit: {ansatz: amplitude, qubits: 3, scale: 1}\n",
};

/* Z of the qubit that is measured into bit k is unit k. Floats, some hundred rotations. */
static void assert_expectations(const scene *s, const spiqe_circuit *circuit, size_t layer) {
  const spiqe_network *net = s->classifier->net;
  const float *membrane = net->membranes[layer];
  size_t n_measured = 0;
  for (size_t i = 0; i < circuit->n_operations; i++) {
    const spiqe_operation *op = &circuit->operations[i];
    char text[16];
    spiqe_observable *z;
    double expectation;
    if (op->kind != SPIQE_MEASURE) continue;
    snprintf(text, sizeof text, "Z%u", circuit->qubits_used[op->first_qubit]);
    judge_must(s->ctx, spiqe_observable_parse(s->ctx, text, &z));
    judge_must(s->ctx, spiqe_expectation(s->ctx, circuit, z, NULL, &expectation));
    spiqe_observable_destroy(z);
    n_measured++;
    if (!(fabs(expectation - (double)membrane[op->payload]) < 1e-4))
      fail_msg("unit %u: %.9g, but its circuit has %.9g", op->payload,
               (double)membrane[op->payload], expectation);
  }
  assert_int_equal(n_measured, net->stages[layer].out.n_units);
}

static void the_circuit_of_a_sample_has_the_expectations_of_its_stage(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof circuit_models / sizeof *circuit_models; i++) {
    scene s = scene_open(circuit_models[i]);
    const size_t layer = s.classifier->net->n_stages - 1;
    const spiqe_samples *samples = &s.data->part[SPIQE_TEST];
    spiqe_circuit *circuit;
    judge_must(s.ctx, spiqe_export_neuron(s.classifier, samples, 5, layer, 0, NULL, &circuit));
    assert_expectations(&s, circuit, layer);
    spiqe_circuit_destroy(circuit);
    assert_int_equal(spiqe_export_neuron(s.classifier, samples, 5, layer, 1, NULL, &circuit),
                     SPIQE_BAD_INDEX);
    scene_close(&s);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_neurons_circuit_has_the_networks_probabilities),
      cmocka_unit_test(a_qubit_on_a_device_that_leaks_has_the_networks_membranes),
      cmocka_unit_test(the_circuit_of_a_sample_has_the_expectations_of_its_stage),
      cmocka_unit_test(what_is_not_there_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
