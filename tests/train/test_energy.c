/* Energy: what is counted is what happened, spike by spike and connection by connection; joules are
 * counts times prices. */
#include <math.h>

#include "neuron/neurons.h"
#include "spiqe/classifier.h"
#include "spiqe/energy.h"
#include "spiqe/random.h"
#include "support/net.h"
#include "synapse/conv2d.h"
#include "synapse/synapses.h"
#include "train/classifier.h"

#define N_SAMPLES 8 /* a power of two, so that a mean times it is the sum to the last bit */
#define MOST_LAYERS 7

/* A small network and what is to be known of it beside its spikes; by stages. */
typedef struct small_net {
  const char *text;
  size_t n_stages;
  int is_real[MOST_LAYERS + 1]; /* of each sequence of spikes; the first is the input */
  size_t planes[MOST_LAYERS];   /* of a synapse that are looked at */
  int has_bias[MOST_LAYERS], is_recurrent[MOST_LAYERS];
  double draws[MOST_LAYERS]; /* of a neuron and step */
} small_net;

static const small_net nets[] = {
    /* a first layer with a static input never waits, so nobody looks at its second plane */
    {.text = "input: [12]\nencode: {direct: {steps: 6}}\nstages:\n"
             "  - dense: {units: 9, planes: 2}\n  - qlif:\n"
             "  - dense: {units: 4, planes: 2, bias: false}\n  - qlif: {mode: single-shot}\n",
     .n_stages = 4,
     .is_real = {1},
     .planes = {1, 0, 2},
     .has_bias = {1},
     .draws = {0, 0, 0, 1}},
    {.text = "input: [12]\nencode: {rate: {steps: 7}}\nstages:\n  - dense: {units: 9}\n"
             "  - lif: {recurrent: true}\n  - dense: {units: 4}\n  - lif: {mode: stochastic}\n",
     .n_stages = 4,
     .planes = {1, 0, 1},
     .has_bias = {1, 0, 1},
     .is_recurrent = {0, 1},
     .draws = {0, 0, 0, 1}},
    {.text = "input: [12]\nencode: {rate: {steps: 5}}\nstages:\n"
             "  - dense: {units: 8, planes: 2}\n  - sqs: {ansatz: hea, inputs: 2}\n"
             "  - dense: {units: 4}\n  - sqs: {recurrent: true}\n",
     .n_stages = 4,
     .planes = {2, 0, 1},
     .has_bias = {1, 0, 1},
     .is_recurrent = {0, 0, 0, 1},
     .draws = {0, 2, 0, 1}},
    {.text = "input: [12]\nencode: {direct: {steps: 5}}\nstages:\n  - dense: {units: 8}\n"
             "  - sqs: {mode: shots, shots: 3}\n  - dense: {units: 4}\n"
             "  - qlif: {mode: shots, shots: 7}\n",
     .n_stages = 4,
     .is_real = {1, 0, 1},
     .planes = {1, 0, 1},
     .has_bias = {1, 0, 1},
     .draws = {0, 3, 0, 7}},
    {.text = "input: [12]\nencode: {direct: {steps: 1}}\nstages:\n  - dense: {units: 8}\n"
             "  - relu: {recurrent: true}\n  - dense: {units: 4}\n  - linear:\n",
     .n_stages = 4,
     .is_real = {1, 0, 1, 0, 1},
     .planes = {1, 0, 1},
     .has_bias = {1, 0, 1},
     .is_recurrent = {0, 1}},
    {.text = "input: [2, 8, 7]\nencode: {direct: {steps: 4}}\nstages:\n"
             "  - conv2d: {filters: 3, kernel: 3, planes: 2}\n  - maxpool:\n  - qlif:\n"
             "  - conv2d: {filters: 4, kernel: 2, padding: 1, stride: 2, planes: 2}\n  - qlif:\n"
             "  - dense: {units: 3}\n  - lif:\n",
     .n_stages = 7,
     .is_real = {1},
     .planes = {1, 0, 0, 2, 0, 1},
     .has_bias = {1, 0, 0, 1, 0, 1}},
    {.text = "input: [8, 9]\nencode: {rate: {steps: 4}}\nstages:\n"
             "  - conv2d: {filters: 3, kernel: 3, padding: 2, bias: false}\n"
             "  - lif: {threshold: 0.2}\n  - maxpool: {size: 3, stride: 1}\n  - avgpool:\n"
             "  - dense: {units: 3}\n  - lif:\n",
     .n_stages = 6,
     .is_real = {0, 0, 0, 0, 1},
     .planes = {1, 0, 0, 0, 1},
     .has_bias = {0, 0, 0, 0, 1}},
};
#define N_NETS (sizeof nets / sizeof nets[0])

/* A classifier with its model and samples. */
typedef struct bench {
  spiqe_context *ctx;
  spiqe_model *model;
  spiqe_classifier *classifier;
  float *values;
  spiqe_samples samples;
} bench;

/* The reference kernels add in the same order for one sample and for many, so that spikes agree. */
static bench bench_open(const char *text, size_t n_threads, size_t n_samples) {
  bench b = {.ctx = test_context(n_threads, "reference")};
  uint32_t key[2];
  if (spiqe_model_parse(b.ctx, "m", text, strlen(text), &b.model) != SPIQE_OK ||
      spiqe_classifier_create(b.ctx, b.model, 3, &b.classifier) != SPIQE_OK)
    fail_msg("%s", spiqe_context_message(b.ctx));
  size_t n = b.classifier->net->n_features;
  b.values = calloc(n_samples * n, sizeof *b.values);
  assert_non_null(b.values);
  spiqe_random_key(11, SPIQE_PURPOSE_USER, 0, key);
  for (size_t i = 0; i < n_samples * n; i++) b.values[i] = (float)spiqe_random_uniform(key, i, 0);
  b.samples = (spiqe_samples){
      .n_samples = n_samples, .n_features = n, .n_dimensions = 1, .shape = {n}, .floats = b.values};
  return b;
}

static void bench_close(bench *b) {
  spiqe_classifier_destroy(b->classifier);
  spiqe_model_destroy(b->model);
  spiqe_context_destroy(b->ctx);
  free(b->values);
}

static spiqe_activity_count count(bench *b) {
  spiqe_activity_count out;
  if (spiqe_classifier_count(b->classifier, &b->samples, &out) != SPIQE_OK)
    fail_msg("%s", spiqe_context_message(b->ctx));
  return out;
}

/* One number that reaches `columns` columns, connection by connection. */
static void slow_send(double value, int is_real, size_t columns, double *work) {
  for (size_t k = 0; k < columns; k++) {
    if (!is_real && value == 0) continue;
    work[is_real ? SPIQE_WORK_MACS : SPIQE_WORK_SYNAPTIC]++;
    work[SPIQE_WORK_WEIGHT_BYTES] += sizeof(float);
  }
}

/* Places of the output whose kernel has place (y, x) under it, tried one by one. */
static size_t slow_windows(const spiqe_stage *conv, size_t y, size_t x) {
  const spiqe_conv2d_settings *s = conv->settings;
  size_t n = 0;
  for (size_t oy = 0; oy < conv->out.height; oy++)
    for (size_t ox = 0; ox < conv->out.width; ox++)
      for (size_t i = 0; i < s->kernel; i++)
        for (size_t j = 0; j < s->kernel; j++)
          n += oy * s->stride + i == y + s->padding && ox * s->stride + j == x + s->padding;
  return n;
}

/* Columns of a plane of `next` that unit u leads to. */
static size_t slow_fan_out(const spiqe_stage *next, size_t u) {
  const size_t place = u / next->in.channels, width = next->in.width;
  if (next->kind != &spiqe_conv2d) return next->out.n_units / next->out.n_planes;
  return slow_windows(next, place / width, place % width) * next->out.channels;
}

/* What one sample did, from the sequences that the network holds; work: of input and stages. */
static void slow_count(const bench *b, const small_net *small, double (*work)[SPIQE_N_WORK_KINDS]) {
  const spiqe_network *net = b->classifier->net;
  for (size_t s = 0; s <= small->n_stages; s++) {
    const spiqe_signal *signal = s == 0 ? &net->stages[0].in : &net->stages[s - 1].out;
    const size_t units = signal->n_units, n_steps = signal->is_static ? 1 : signal->n_steps;
    const spiqe_stage *next = s < small->n_stages ? &net->stages[s] : NULL;
    const int emits = s == 0 || net->stages[s - 1].kind->is_neuron;
    size_t stride;
    const float *x = spiqe_network_sample(net, net->signals[s], signal, 0, 1, &stride);
    if (signal->is_current) continue;
    for (size_t i = 0; i < n_steps * units; i++) {
      const double value = (double)x[i / units * stride + i % units];
      const int is_real = small->is_real[s];
      if (!is_real && emits) work[s][s ? SPIQE_WORK_SPIKES : SPIQE_WORK_INPUT_SPIKES] += value != 0;
      if (is_real || value != 0) work[s][SPIQE_WORK_EVENT_BYTES] += sizeof(float);
      if (next)
        slow_send(value, is_real, small->planes[s] * slow_fan_out(next, i % units), work[s + 1]);
      if (s > 0 && small->is_recurrent[s - 1])
        slow_send(value, is_real, net->stages[s - 1].in.n_units, work[s]);
    }
    for (size_t t = 0; next && small->has_bias[s] && t < n_steps; t++)
      for (size_t k = 0; k < small->planes[s] * next->out.n_units / next->out.n_planes; k++) {
        work[s + 1][SPIQE_WORK_ADDITIONS]++;
        work[s + 1][SPIQE_WORK_WEIGHT_BYTES] += sizeof(float);
      }
  }
}

/* With one sample: direct did nothing, rate drew at each step by what was written once. */
static void slow_count_encoder(const bench *b, double *work) {
  const spiqe_encoding *encoding = &b->classifier->net->encoding;
  if (encoding->is_static) return;
  for (size_t u = 0; u < encoding->n_units; u++) {
    work[SPIQE_WORK_EVENT_BYTES] += sizeof(float);
    work[SPIQE_WORK_STATE_BYTES] += sizeof(float);
    for (size_t t = 0; t < encoding->n_steps; t++) {
      work[SPIQE_WORK_DRAWS]++;
      work[SPIQE_WORK_STATE_BYTES] += sizeof(float);
    }
  }
}

/* What follows from sizes alone. */
static void slow_count_updates(const bench *b, const small_net *small,
                               double (*work)[SPIQE_N_WORK_KINDS]) {
  const spiqe_network *net = b->classifier->net;
  for (size_t i = 0; i < small->n_stages; i++)
    for (size_t t = 0; t < net->encoding.n_steps && net->stages[i].kind->is_neuron; t++)
      for (size_t u = 0; u < net->stages[i].in.n_units / net->stages[i].in.n_planes; u++) {
        work[i + 1][SPIQE_WORK_UPDATES]++;
        work[i + 1][SPIQE_WORK_DRAWS] += small->draws[i];
      }
}

static void operations_are_those_of_the_recorded_spikes(void **state) {
  (void)state;
  static const spiqe_work_kind exact[] = {SPIQE_WORK_SYNAPTIC,    SPIQE_WORK_MACS,
                                          SPIQE_WORK_SPIKES,      SPIQE_WORK_UPDATES,
                                          SPIQE_WORK_DRAWS,       SPIQE_WORK_EVENT_BYTES,
                                          SPIQE_WORK_INPUT_SPIKES};
  for (size_t k = 0; k < N_NETS; k++) {
    double slow[MOST_LAYERS + 1][SPIQE_N_WORK_KINDS] = {{0}}, all_events = 0;
    bench b = bench_open(nets[k].text, 2, N_SAMPLES);
    const spiqe_activity_count fast = count(&b);
    for (size_t i = 0; i < N_SAMPLES; i++) {
      assert_int_equal(spiqe_classifier_look(b.classifier, &b.samples, i), SPIQE_OK);
      slow_count(&b, &nets[k], slow);
      slow_count_updates(&b, &nets[k], slow);
      slow_count_encoder(&b, slow[0]);
    }
    assert_int_equal(fast.n_stages, nets[k].n_stages + 1);
    assert_true(fast.stages[0].counts[SPIQE_WORK_STATE_BYTES] * N_SAMPLES ==
                slow[0][SPIQE_WORK_STATE_BYTES]);
    for (size_t s = 0; s <= nets[k].n_stages; s++) {
      const double *counts = fast.stages[s].counts;
      assert_int_equal(fast.is_real[s], nets[k].is_real[s]);
      all_events += slow[s][SPIQE_WORK_EVENT_BYTES];
      for (size_t w = 0; w < sizeof exact / sizeof exact[0]; w++)
        if (counts[exact[w]] * N_SAMPLES != slow[s][exact[w]])
          fail_msg("net %zu, %s, %s: %g, but one by one %g", k, fast.names[s],
                   spiqe_work_of(exact[w])->key, counts[exact[w]] * N_SAMPLES, slow[s][exact[w]]);
      if (s == 0 || !nets[k].planes[s - 1]) continue; /* of synapses: */
      assert_true(counts[SPIQE_WORK_ADDITIONS] * N_SAMPLES == slow[s][SPIQE_WORK_ADDITIONS]);
      assert_true(counts[SPIQE_WORK_WEIGHT_BYTES] * N_SAMPLES == slow[s][SPIQE_WORK_WEIGHT_BYTES]);
    }
    assert_true(all_events > 0); /* else nothing was seen */
    bench_close(&b);
  }
}

/* Inputs 1, 0, 1 are spikes, as they are 0 and 1: two of them meet 4 weights of 1 each at all 4
 * steps. U = 2 is above the threshold at each step, so 4 neurons spike 4 times, and each of these
 * meets 2 weights of 0. */
static void a_net_made_by_hand_has_the_numbers_of_a_hand(void **state) {
  (void)state;
  bench b = bench_open(
      "input: [3]\nencode: {direct: {steps: 4}}\nstages:\n"
      "  - dense: {units: 4, bias: false}\n  - lif: {beta: 0, reset: none}\n"
      "  - dense: {units: 2}\n  - lif: {reset: none}\n",
      1, 1);
  float *parameters = b.classifier->net->parameters;
  for (size_t i = 0; i < b.classifier->net->n_parameters; i++) parameters[i] = i < 12 ? 1 : 0;
  b.values[0] = b.values[2] = 1, b.values[1] = 0;
  const spiqe_activity_count c = count(&b);
  assert_true(c.stages[0].counts[SPIQE_WORK_INPUT_SPIKES] == 2);
  assert_true(c.stages[1].counts[SPIQE_WORK_SYNAPTIC] == 2 * 4); /* static: made once */
  assert_true(c.stages[2].counts[SPIQE_WORK_SPIKES] == 4 * 4);
  assert_true(c.stages[2].counts[SPIQE_WORK_MULTIPLICATIONS] == 4 * 4);
  assert_true(c.stages[2].counts[SPIQE_WORK_ADDITIONS] == 2 * 4 * 4);
  assert_true(c.stages[2].counts[SPIQE_WORK_STATE_BYTES] == 4 * 4 * (4 + 8));
  assert_true(c.stages[3].counts[SPIQE_WORK_SYNAPTIC] == 4 * 4 * 2);
  assert_true(c.stages[3].counts[SPIQE_WORK_ADDITIONS] == 4 * 2);
  assert_true(c.stages[3].counts[SPIQE_WORK_WEIGHT_BYTES] == 4 * (4 * 4 * 2 + 4 * 2));
  assert_true(c.stages[3].counts[SPIQE_WORK_STATE_BYTES] == 4 * 4 * 2);
  assert_true(c.stages[4].counts[SPIQE_WORK_SPIKES] == 0);
  assert_true(c.total.counts[SPIQE_WORK_SYNAPTIC] == 40 && c.total.counts[SPIQE_WORK_MACS] == 0);
  assert_true(c.total.counts[SPIQE_WORK_UPDATES] == 24);
  assert_true(c.total.counts[SPIQE_WORK_SPIKES] == 16); /* not those that came in */
  const spiqe_technology *proxy, *loihi, *full, *neuron;
  assert_int_equal(spiqe_technology_find(b.ctx, "proxy", &proxy), SPIQE_OK);
  assert_int_equal(spiqe_technology_find(b.ctx, "loihi", &loihi), SPIQE_OK);
  /* sums of a few doubles: some units in the last place */
  assert_float_equal(spiqe_energy(proxy, &c.total, SPIQE_MEMORY_NONE) / 36e-12, 1, 1e-14);
  const double chip = 40 * 23.6e-12 + 24 * 81e-12 + 16 * 1.7e-12;
  assert_float_equal(spiqe_energy(loihi, &c.total, SPIQE_MEMORY_ON_CHIP) / chip, 1, 1e-14);
  assert_true(isnan(spiqe_energy(loihi, &c.total, SPIQE_MEMORY_NONE)));
  assert_int_equal(spiqe_technology_find(b.ctx, "analogue-28nm", &neuron), SPIQE_OK);
  assert_float_equal(spiqe_energy(neuron, &c.total, SPIQE_MEMORY_NONE) / (16 * 1.61e-15), 1, 1e-14);
  assert_true(isnan(spiqe_energy(neuron, &c.stages[0], SPIQE_MEMORY_NONE)));
  /* of the two spikes that came in nothing is known but that they moved: 8 bytes from DRAM */
  assert_int_equal(spiqe_technology_find(b.ctx, "45nm", &full), SPIQE_OK);
  assert_true(isnan(spiqe_energy(full, &c.stages[0], SPIQE_MEMORY_NONE)));
  assert_float_equal(spiqe_energy(full, &c.stages[0], SPIQE_MEMORY_OFF_CHIP) / 1.3e-9, 1, 1e-14);
  bench_close(&b);
}

/* 1 everywhere, a kernel of 3 x 3 and a ring of zeros: the 4 corners lie under 4 kernels, 8 places
 * at an edge under 6, 4 inside under 9. Of 4 x 4 currents pooling compares 3 times in each window.
 */
static void a_convolution_has_the_numbers_of_a_hand(void **state) {
  (void)state;
  bench b = bench_open(
      "input: [4, 4]\nencode: {direct: {steps: 5}}\nstages:\n"
      "  - conv2d: {filters: 2, kernel: 3, padding: 1}\n  - maxpool:\n"
      "  - lif:\n",
      1, 1);
  for (size_t i = 0; i < 16; i++) b.values[i] = 1;
  const spiqe_activity_count c = count(&b);
  assert_true(c.stages[1].counts[SPIQE_WORK_SYNAPTIC] == 2 * (4 * 4 + 8 * 6 + 4 * 9));
  assert_true(c.stages[1].counts[SPIQE_WORK_ADDITIONS] == 2 * 16);
  assert_true(c.stages[2].counts[SPIQE_WORK_ADDITIONS] == 2 * 4 * 3);
  assert_true(c.stages[2].counts[SPIQE_WORK_STATE_BYTES] == 4 * (2 * 16 + 2 * 4));
  assert_true(c.stages[3].counts[SPIQE_WORK_UPDATES] == 2 * 4 * 5);
  bench_close(&b);
}

/* A new kind says what it does, or `spiqe energy` would refuse it. */
static void every_kind_can_be_counted(void **state) {
  (void)state;
  const spiqe_stage_kind *kind;
  for (size_t i = 0; (kind = spiqe_synapse_kind(i)); i++)
    if (!kind->count) fail_msg("%s has no count", kind->name);
  for (size_t i = 0; (kind = spiqe_neuron_kind(i)); i++)
    if (!kind->count) fail_msg("%s has no count", kind->name);
}

static void counts_do_not_depend_on_the_number_of_threads(void **state) {
  (void)state;
  for (size_t k = 0; k < N_NETS; k++) {
    bench one = bench_open(nets[k].text, 1, 130), many = bench_open(nets[k].text, 5, 130);
    const spiqe_activity_count a = count(&one), c = count(&many);
    assert_memory_equal(&a, &c, sizeof a);
    bench_close(&one), bench_close(&many);
  }
}

static void several_runs_are_counted_as_their_mean(void **state) {
  (void)state;
  bench b = bench_open(nets[2].text, 1, N_SAMPLES);
  const spiqe_activity_count one = count(&b);
  assert_int_equal(spiqe_classifier_set_runs(b.classifier, 4), SPIQE_OK);
  const spiqe_activity_count four = count(&b);
  assert_true(one.total.counts[SPIQE_WORK_UPDATES] == four.total.counts[SPIQE_WORK_UPDATES]);
  assert_true(one.total.counts[SPIQE_WORK_SPIKES] != four.total.counts[SPIQE_WORK_SPIKES]);
  bench_close(&b);
}

/* QLIF: a circuit a step; SQS: one over all steps, on its in/out and memory qubits. */
static void quantum_neurons_are_circuits(void **state) {
  (void)state;
  bench b = bench_open(nets[0].text, 1, N_SAMPLES), s = bench_open(nets[2].text, 1, N_SAMPLES);
  const spiqe_activity_count q = count(&b), r = count(&s);
  assert_true(q.stages[2].counts[SPIQE_WORK_CIRCUITS] == 9 * 6);
  assert_true(q.stages[2].counts[SPIQE_WORK_SHOTS] == 9 * 6 * 100); /* exact: the option shots */
  assert_true(q.stages[4].counts[SPIQE_WORK_SHOTS] == 4 * 6);
  assert_true(r.stages[2].counts[SPIQE_WORK_CIRCUITS] == 8);
  assert_true(r.stages[2].counts[SPIQE_WORK_QUBIT_SHOTS] == 8 * 3);
  assert_true(r.stages[4].counts[SPIQE_WORK_QUBIT_SHOTS] == 4 * 2);
  bench_close(&b), bench_close(&s);
}

static void what_cannot_be_counted_is_named(void **state) {
  (void)state;
  bench b = bench_open(nets[1].text, 1, N_SAMPLES);
  spiqe_activity_count out;
  spiqe_stage_kind mute = *b.classifier->net->stages[2].kind;
  mute.count = NULL;
  b.classifier->net->stages[2].kind = &mute;
  assert_int_equal(spiqe_classifier_count(b.classifier, &b.samples, &out), SPIQE_UNSUPPORTED);
  assert_non_null(strstr(spiqe_context_message(b.ctx), "stage 2 (dense)"));
  spiqe_encoder_kind still = *b.classifier->net->spec->encoder;
  still.count = NULL;
  const spiqe_network_spec *whole = b.classifier->net->spec;
  spiqe_network_spec spec = *whole;
  spec.encoder = &still, b.classifier->net->spec = &spec;
  assert_int_equal(spiqe_classifier_count(b.classifier, &b.samples, &out), SPIQE_UNSUPPORTED);
  assert_non_null(strstr(spiqe_context_message(b.ctx), "encode (rate)"));
  b.classifier->net->spec = whole;
  bench_close(&b);
}

/* An input of 0 and weights of 0: what relu gives is 0, but no silence of spikes. */
static void numbers_that_are_0_are_no_spikes(void **state) {
  (void)state;
  bench b = bench_open(nets[4].text, 1, N_SAMPLES);
  float *parameters = b.classifier->net->parameters;
  for (size_t i = 0; i < b.classifier->net->n_parameters; i++) parameters[i] = 0;
  const spiqe_activity_count c = count(&b);
  assert_true(c.is_real[2] && c.stages[3].counts[SPIQE_WORK_MACS] == 8 * 4);
  bench_close(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(operations_are_those_of_the_recorded_spikes),
      cmocka_unit_test(a_net_made_by_hand_has_the_numbers_of_a_hand),
      cmocka_unit_test(a_convolution_has_the_numbers_of_a_hand),
      cmocka_unit_test(every_kind_can_be_counted),
      cmocka_unit_test(counts_do_not_depend_on_the_number_of_threads),
      cmocka_unit_test(several_runs_are_counted_as_their_mean),
      cmocka_unit_test(quantum_neurons_are_circuits),
      cmocka_unit_test(what_cannot_be_counted_is_named),
      cmocka_unit_test(numbers_that_are_0_are_no_spikes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
