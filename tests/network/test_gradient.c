/* The gradient of a whole network against central differences of its loss, in double, with smooth
 * spikes, for every parameter.
 *
 * Central difference: (L(w + h) - L(w - h)) / 2h = L' + h^2 L''' / 6 + rounding / h. With h = 1e-5
 * rounding gives 1e-11. L''' is some tens for slopes of 2; it grows where the damped population
 * comes near 1, whose angle has a square-root singularity: L''' then goes as (1 - p)^(-5/2). The
 * leaks of these networks keep 1 - p above 0.05, so L''' stays below 1e4 and the error below 1e-6.
 * A kink (|a|, |c|, |u| of fast_sigmoid) inside w +- h would show; for the seeds here none is. */
#include <math.h>

#include "neuron/neurons.h"
#include "support/net.h"
#include "synapse/synapses.h"

#define ALL "smooth: true, reset_detach: false"
#define H 1e-5
#define TOLERANCE 1e-6

/* Of every stride-th parameter. */
static void assert_gradient(test_net *t, size_t stride, const char *what) {
  double *w = t->net->parameters, largest = 0;
  size_t n = t->net->n_parameters;
  double *gradient = calloc(n, sizeof *gradient);
  assert_non_null(gradient);
  test_net_run(t, 1, 0);
  memcpy(gradient, t->net->gradients, n * sizeof *gradient);
  for (size_t i = 0; i < n; i += stride) {
    double at = w[i];
    w[i] = at + H;
    double above = test_net_run(t, 1, 0);
    w[i] = at - H;
    double below = test_net_run(t, 1, 0);
    w[i] = at;
    double difference = (above - below) / (2 * H);
    if (!(fabs(gradient[i] - difference) <= TOLERANCE * (1 + fabs(difference))))
      fail_msg("%s\nparameter %zu: %.10g, but the difference is %.10g", what, i, gradient[i],
               difference);
    largest = fmax(largest, fabs(difference));
  }
  if (largest < 1e-4) fail_msg("%s\nno parameter matters: nothing was tested", what);
  free(gradient);
}

/* 1 when the network exists; what is not supported, does not fit, or needs another option too (as
 * the ansatz qasm its circuit), is left out. */
static int check_some(const char *text, size_t n_samples, size_t stride) {
  test_net t;
  spiqe_status status = test_net_open(text, SPIQE_F64, 1, n_samples, 1, 0, 3, &t);
  if (status == SPIQE_UNSUPPORTED || status == SPIQE_BAD_SHAPE || status == SPIQE_BAD_ARGUMENT)
    return 0;
  assert_int_equal(status, SPIQE_OK);
  assert_gradient(&t, stride, text);
  test_net_close(&t);
  return 1;
}

static int check(const char *text, size_t n_samples) {
  return check_some(text, n_samples, 1);
}

static int has_option(const spiqe_stage_kind *kind, const char *key) {
  for (size_t i = 0; i < kind->n_options; i++)
    if (!strcmp(kind->options[i].key, key)) return 1;
  return 0;
}

/* 9-4-3 of one kind of synapse and neuron, or the same with filters: 3 x 3, 2 x 2 x 3, 3. What a
 * circuit gives has no places, so behind it comes a dense synapse. */
static int check_kinds(const spiqe_stage_kind *synapse, const spiqe_stage_kind *neuron, int planes,
                       const char *options) {
  char text[2048];
  if (!*neuron->exact && *options) options += 2; /* nothing before the comma */
  const int is_kernel = has_option(synapse, "filters");
  const char *hidden = is_kernel ? "filters: 3, kernel: 2" : "units: 4";
  const int has_places = is_kernel && !has_option(neuron, "qubits");
  const char *last = has_places ? "filters: 3, kernel: 2" : "units: 3";
  snprintf(text, sizeof text,
           "input: [3, 3]\nencode: {direct: {steps: 4}}\nstages:\n"
           "  - %s: {%s, planes: %d}\n  - %s: {%s%s}\n"
           "  - %s: {%s, planes: %d}\n  - %s: {%s%s}\n",
           synapse->name, hidden, planes, neuron->name, neuron->exact, options,
           has_places ? synapse->name : "dense", last, planes, neuron->name, neuron->exact,
           options);
  return check(text, 2);
}

/* Every value of every choice and flag, one at a time, all others at their defaults. */
static int check_options(const spiqe_stage_kind *synapse, const spiqe_stage_kind *neuron,
                         int planes) {
  char text[128];
  int n = check_kinds(synapse, neuron, planes, "");
  for (size_t i = 0; i < neuron->n_options; i++) {
    const spiqe_option *o = &neuron->options[i];
    if (strstr(neuron->exact, o->key)) continue;
    for (size_t k = 0; o->type == SPIQE_OPTION_CHOICE && o->names[k]; k++) {
      snprintf(text, sizeof text, ", %s: %s", o->key, o->names[k]);
      n += check_kinds(synapse, neuron, planes, text);
    }
    snprintf(text, sizeof text, ", %s: true", o->key);
    if (o->type == SPIQE_OPTION_FLAG) n += check_kinds(synapse, neuron, planes, text);
  }
  return n;
}

static void every_option_of_every_neuron_behind_every_synapse_has_its_gradient(void **state) {
  (void)state;
  for (size_t s = 0; spiqe_synapse_kind(s); s++)
    for (size_t n = 0; !spiqe_synapse_kind(s)->is_pass_through && spiqe_neuron_kind(n); n++) {
      int n_checked = 0;
      for (int planes = 1; planes <= 2; planes++)
        n_checked += check_options(spiqe_synapse_kind(s), spiqe_neuron_kind(n), planes);
      if (!n_checked) fail_msg("%s: no network of it", spiqe_neuron_kind(n)->name);
    }
}

/* One kind that passes through, and its options, everywhere it can stand: on values, on currents
 * that do not change and that do, on spikes behind a neuron, one behind the other, at the end.
 * Neurons have no parameters that begin alike: those with the same input would tie for the largest
 * number. */
static void check_pass_through(const char *encode, const char *kind, const char *options) {
  static const char *const neurons[] = {"lif: {" ALL "}", "qlif: {" ALL "}",
                                        "lif: {" ALL ", recurrent: true}"};
  char text[2048];
  for (size_t i = 0; i < 3; i++) {
    const int planes = i == 1 ? 2 : 1;
    const char *last = strcmp(kind, "flatten") ? "size: 1" : "";
    snprintf(text, sizeof text,
             "input: [2, 5, 6]\nencode: %s\nstages:\n  - %s: {%s}\n"
             "  - conv2d: {filters: 2, kernel: 1, planes: %d}\n  - %s: {%s}\n"
             "  - avgpool: {size: 1}\n  - %s\n  - %s: {%s}\n  - avgpool: {size: 1}\n"
             "  - dense: {units: 3, planes: %d}\n  - %s: {%s}\n  - %s\n",
             encode, kind, options, planes, kind, options, neurons[i], kind, options, planes, kind,
             last, neurons[i]);
    assert_true(check(text, 3));
  }
}

static void stages_that_pass_through_have_their_gradient_everywhere(void **state) {
  (void)state;
  static const char *const encoders[] = {"{direct: {steps: 3}}", "{rate: {steps: 3}}"};
  for (size_t i = 0; i < 2; i++) {
    check_pass_through(encoders[i], "maxpool", "size: 2, stride: 1");
    check_pass_through(encoders[i], "avgpool", "size: 2, stride: 1");
    check_pass_through(encoders[i], "maxpool", "size: 1, stride: 2");
    check_pass_through(encoders[i], "flatten", "");
  }
}

/* 4 steps make pieces of 63 samples: 70 samples are a full piece and a part of one. */
static void convolutions_have_their_gradient(void **state) {
  (void)state;
  static const char *const layers[] = {
      "  - conv2d: {filters: 3, kernel: 3, planes: 2}\n  - maxpool:\n  - qlif: {" ALL
      "}\n  - conv2d: {filters: 3, kernel: 2, padding: 1}\n  - maxpool: {size: 2, stride: 1}\n",
      "  - conv2d: {filters: 3, kernel: 4, stride: 2, padding: 3, bias: false}\n  - lif: {" ALL
      "}\n  - conv2d: {filters: 2, kernel: 3, stride: 3, padding: 1}\n  - flatten:\n"};
  static const char *const inputs[] = {"input: [6, 7]\nencode: {direct: {steps: 4}}\n",
                                       "input: [3, 7, 6]\nencode: {direct: {steps: 4}}\n",
                                       "input: [2, 6, 6]\nencode: {rate: {steps: 4}}\n"};
  char text[2048];
  for (size_t i = 0; i < 6; i++) {
    snprintf(text, sizeof text,
             "%sstages:\n%s  - lif: {" ALL "}\n  - dense: {units: 3}\n  - lif: {" ALL "}\n",
             inputs[i / 2], layers[i % 2]);
    assert_true(check_some(text, 70, 7));
  }
}

/* A 5-7-3 network of which `neuron` is said in full. */
static void check_net(const char *encode, int planes, const char *neuron, const char *loss,
                      size_t n_samples) {
  char text[2048];
  snprintf(text, sizeof text,
           "input: [5]\nencode: %s\nstages:\n  - dense: {units: 7, planes: %d}\n  - %s\n"
           "  - dense: {units: 3, planes: %d}\n  - %s\nloss: %s\n",
           encode, planes, neuron, planes, neuron, loss);
  assert_true(check(text, n_samples));
}

#define DIRECT "{direct: {steps: 5}}"

static void options_of_qlif_hold_together(void **state) {
  (void)state;
  static const char *const surrogates[] = {"atan", "fast_sigmoid", "sigmoid", "triangular"};
  char neuron[512];
  for (int i = 0; i < 32; i++) {
    int planes = 1 + i % 2, wrap = i / 2 % 2, recurrent = i / 4 % 2, own = i / 8;
    snprintf(neuron, sizeof neuron,
             "qlif: {" ALL
             ", surrogate: %s, input_surrogate: %s, slope: %d, input_slope: 3, "
             "over: %s, recurrent: %s, learn_threshold: true, learn_leak: %s, wait: 30}",
             surrogates[own], surrogates[(own + i) % 4], 1 + i % 3, wrap ? "wrap" : "saturate",
             recurrent ? "true" : "false", planes == 1 ? "true" : "false");
    check_net(DIRECT, planes, neuron, "{kind: count_membrane}", 2);
  }
}

static void options_of_lif_hold_together(void **state) {
  (void)state;
  static const char *const resets[] = {"subtract", "zero", "none"};
  char neuron[512];
  for (int i = 0; i < 6; i++) {
    snprintf(neuron, sizeof neuron,
             "lif: {" ALL
             ", reset: %s, recurrent: %s, learn_beta: true, learn_threshold: true, "
             "threshold: 0.6}",
             resets[i % 3], i / 3 ? "true" : "false");
    check_net(DIRECT, 1, neuron, "{kind: count_membrane}", 3);
  }
}

/* The mean field; single shots are judged by tests/neuron/test_sqs.c. */
static void options_of_sqs_hold_together(void **state) {
  (void)state;
  static const char *const encoders[] = {DIRECT, "{rate: {steps: 6}}"};
  char neuron[512];
  for (int i = 0; i < 8; i++) {
    snprintf(neuron, sizeof neuron,
             "sqs: {mode: expected, input_leak: 0, recurrent: %s, io: %g, entangle: 3, memory: 2}",
             i / 2 % 2 ? "true" : "false", i / 4 ? 1.5 : -0.4);
    check_net(encoders[i % 2], 1, neuron, "{kind: count_membrane}", i == 0 ? 70 : 3);
  }
}

/* Beside spikes, behind them, and with a memory by recurrence; u = 0 is a kink that no seed here
 * comes near. */
static void neurons_that_do_not_spike_have_their_gradient(void **state) {
  (void)state;
  static const char *const neurons[] = {"relu:", "linear:", "relu: {recurrent: true}"};
  for (size_t i = 0; i < 3; i++) {
    check_net(DIRECT, 1, neurons[i], "{kind: membrane, read_out: membrane}", 3);
    check_net("{rate: {steps: 4}}", 1, neurons[i], "{kind: count_membrane, last_steps: 1}", 70);
  }
  assert_true(
      check("input: [5]\nencode: {rate: {steps: 6}}\nstages:\n  - dense: {units: 6}\n"
            "  - lif: {" ALL "}\n  - dense: {units: 5}\n  - relu:\n  - dense: {units: 3}\n"
            "  - linear:\nloss: {kind: membrane}\n",
            3));
}

/* Masks are a function of the sample, so both sides of a difference have the same one. Static and
 * not, on currents of two planes and on spikes, of several pieces. */
static void dropout_and_batch_norm_have_their_gradient(void **state) {
  (void)state;
  static const char *const nets[] = {
      "encode: {direct: {steps: 4}}\nstages:\n  - dense: {units: 6, planes: 2}\n  - batch_norm:\n"
      "  - dropout: {rate: 0.2}\n  - qlif: {" ALL "}\n  - batch_norm: {affine: false}\n",
      "encode: {rate: {steps: 4}}\nstages:\n  - dropout:\n  - batch_norm: {scale: 0.7}\n"
      "  - conv2d: {filters: 3, kernel: 2}\n  - batch_norm: {scale: 2, epsilon: 0.01}\n"
      "  - lif: {" ALL "}\n  - dropout:\n",
      "encode: {direct: {steps: 1}}\nstages:\n  - conv2d: {filters: 3, kernel: 2}\n"
      "  - batch_norm:\n  - maxpool: {size: 2}\n  - relu:\n  - dropout:\n"};
  char text[1024];
  for (size_t i = 0; i < 3; i++) {
    snprintf(text, sizeof text, "input: [3, 3]\n%s  - dense: {units: 3}\n  - lif: {" ALL "}\n",
             nets[i]);
    assert_true(check(text, 70));
  }
}

static void every_loss_has_its_gradient(void **state) {
  (void)state;
  static const char *const losses[] = {
      "{kind: membrane}",
      "{kind: count}",
      "{kind: count_membrane, count_scale: 7}",
      "{kind: membrane, label_smoothing: 0.2}",
      "{kind: count, label_smoothing: 0.1}",
      "{kind: count_membrane, membrane_scale: 3, label_smoothing: 0.3}",
      "{kind: count_membrane, last_steps: 2}"};
  for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
    check_net(DIRECT, 2, "qlif: {" ALL "}", losses[i], 3);
    check_net(DIRECT, 1, "lif: {" ALL "}", losses[i], 3);
  }
}

/* 4 steps make pieces of 63 samples: 70 samples are a full piece and a part of one. */
static void losses_of_the_last_steps_have_their_gradient(void **state) {
  (void)state;
  static const char *const neurons[] = {"qlif: {" ALL ", recurrent: true}",
                                        "lif: {" ALL ", recurrent: true}",
                                        "sqs: {mode: expected, input_leak: 0}"};
  for (size_t i = 0; i < sizeof neurons / sizeof *neurons; i++)
    check_net("{rate: {steps: 4}}", 1, neurons[i], "{kind: count_membrane, last_steps: 1}", 70);
}

static void inputs_that_change_over_the_steps_have_their_gradient(void **state) {
  (void)state;
  static const char *const encoders[] = {"{rate: {steps: 6}}", "{latency: {steps: 6, tau: 2}}"};
  static const char *const neurons[] = {"qlif: {" ALL "}", "qlif: {" ALL ", recurrent: true}"};
  for (size_t i = 0; i < 4; i++) {
    check_net(encoders[i % 2], 2, neurons[i / 2], "{kind: count_membrane}", 3);
    check_net(encoders[i % 2], 1, neurons[i / 2], "{kind: count_membrane}", 3);
  }
  check_net("{rate: {steps: 6}}", 1, "lif: {" ALL ", recurrent: true}", "{kind: count}", 3);
}

static void a_delta_encoded_sequence_has_its_gradient(void **state) {
  (void)state;
  assert_true(
      check("input: [6, 4]\nencode: {delta: {threshold: 0.2, off_spike: true}}\n"
            "stages:\n  - dense: {units: 5, planes: 2}\n  - qlif: {" ALL "}\n"
            "  - dense: {units: 3}\n  - lif: {" ALL ", learn_beta: true}\n",
            3));
}

/* 4 steps make pieces of 63 samples: 70 samples are a full piece and a part of one. */
static void pieces_of_a_batch_add_up_to_its_gradient(void **state) {
  (void)state;
  const char *encode = "{direct: {steps: 4}}", *changing = "{rate: {steps: 4}}";
  check_net(encode, 2, "qlif: {" ALL ", learn_threshold: true}", "{kind: count_membrane}", 70);
  check_net(changing, 1, "qlif: {" ALL ", learn_leak: true, recurrent: true}",
            "{kind: count_membrane}", 70);
  check_net(encode, 1, "lif: {" ALL ", learn_beta: true, recurrent: true}", "{kind: count}", 70);
}

/* More than 256 columns make two tiles and have more weights than a piece has inputs: they wait for
 * the whole batch, in the first stage or behind a neuron. 125 steps make pieces of 2 samples. */
static void weights_learnt_from_the_whole_batch_have_their_gradient(void **state) {
  (void)state;
  static const char *const nets[] = {
      "input: [3]\nencode: {rate: {steps: 125}}\nstages:\n  - dense: {units: 135, planes: 2}\n"
      "  - qlif: {" ALL "}\n  - dense: {units: 3}\n  - lif: {" ALL "}\n",
      "input: [3]\nencode: {direct: {steps: 125}}\nstages:\n  - dense: {units: 4, planes: 2}\n"
      "  - qlif: {" ALL
      ", recurrent: true}\n  - dense: {units: 260}\n"
      "  - lif: {" ALL
      ", recurrent: true, learn_beta: true}\n"
      "  - dense: {units: 3}\n  - lif: {" ALL "}\n"};
  assert_true(check_some(nets[0], 3, 67));
  assert_true(check_some(nets[1], 3, 1291));
}

/* One step leaves recurrent weights without effect: their gradient is 0, and is written. */
static void a_single_step_has_its_gradient(void **state) {
  (void)state;
  check_net("{direct: {steps: 1}}", 2, "qlif: {" ALL "}", "{kind: count_membrane}", 3);
  check_net("{direct: {steps: 1}}", 1, "qlif: {" ALL ", recurrent: true}", "{kind: membrane}", 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_option_of_every_neuron_behind_every_synapse_has_its_gradient),
      cmocka_unit_test(stages_that_pass_through_have_their_gradient_everywhere),
      cmocka_unit_test(convolutions_have_their_gradient),
      cmocka_unit_test(options_of_qlif_hold_together),
      cmocka_unit_test(options_of_lif_hold_together),
      cmocka_unit_test(options_of_sqs_hold_together),
      cmocka_unit_test(neurons_that_do_not_spike_have_their_gradient),
      cmocka_unit_test(dropout_and_batch_norm_have_their_gradient),
      cmocka_unit_test(every_loss_has_its_gradient),
      cmocka_unit_test(losses_of_the_last_steps_have_their_gradient),
      cmocka_unit_test(inputs_that_change_over_the_steps_have_their_gradient),
      cmocka_unit_test(a_delta_encoded_sequence_has_its_gradient),
      cmocka_unit_test(pieces_of_a_batch_add_up_to_its_gradient),
      cmocka_unit_test(weights_learnt_from_the_whole_batch_have_their_gradient),
      cmocka_unit_test(a_single_step_has_its_gradient),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
