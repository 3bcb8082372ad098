/* Neurons that do not spike: a chain of them is a multilayer perceptron, its loss the plain
 * cross-entropy, and nothing of it is counted or drawn as spikes. */
#include <math.h>

#include "support/net.h"
#include "train/classifier.h"

enum { INPUTS = 6, HIDDEN = 5, CLASSES = 3, SAMPLES = 4 };

#define PERCEPTRON                                                                                 \
  "input: [6]\nencode: {direct: {steps: 1}}\nstages:\n  - dense: {units: 5}\n  - relu:\n"          \
  "  - dense: {units: 3}\n  - linear:\nloss: {kind: membrane, read_out: membrane}\n"

/* out = max(0, W in + b), or without the maximum; W: [in][out], the bias behind it. */
static void affine(const double *w, size_t n_in, size_t n_out, const double *in, int rectify,
                   double *out) {
  for (size_t j = 0; j < n_out; j++) {
    out[j] = w[n_in * n_out + j];
    for (size_t i = 0; i < n_in; i++) out[j] += in[i] * w[i * n_out + j];
    if (rectify) out[j] = fmax(out[j], 0);
  }
}

/* What the perceptron makes of sample i. */
typedef struct by_hand {
  double hidden[HIDDEN], p[CLASSES], loss;
  uint16_t predicted;
} by_hand;

static by_hand follow(const test_net *t, size_t i) {
  by_hand r = {.predicted = 0};
  const double *w = t->net->parameters;
  double in[INPUTS], sum = 0;
  for (size_t k = 0; k < INPUTS; k++) in[k] = (double)t->net->values[i * INPUTS + k];
  affine(w, INPUTS, HIDDEN, in, 1, r.hidden);
  affine(w + (INPUTS + 1) * HIDDEN, HIDDEN, CLASSES, r.hidden, 0, r.p);
  for (size_t c = 1; c < CLASSES; c++)
    if (r.p[c] > r.p[r.predicted]) r.predicted = (uint16_t)c;
  for (size_t c = 0; c < CLASSES; c++) sum += exp(r.p[c]);
  for (size_t c = 0; c < CLASSES; c++) r.p[c] = exp(r.p[c]) / sum;
  r.loss = -log(r.p[t->labels[i]]);
  return r;
}

#define TOLERANCE 1e-13 /* some twenty operations in double on numbers near 1 */

static test_net open_perceptron(int training) {
  test_net t;
  assert_int_equal(test_net_open(PERCEPTRON, SPIQE_F64, 1, SAMPLES, training, 0, 5, &t), SPIQE_OK);
  test_net_run(&t, 1, 0);
  return t;
}

static void loss_and_prediction_are_those_of_a_perceptron(void **state) {
  (void)state;
  test_net t = open_perceptron(0);
  for (size_t i = 0; i < SAMPLES; i++) {
    const by_hand expected = follow(&t, i);
    assert_true(fabs(t.losses[i] - expected.loss) < TOLERANCE);
    assert_int_equal(t.predicted[i], expected.predicted);
  }
  test_net_close(&t);
}

/* d loss / d W of the last layer: the mean of hidden (p - label). */
static void the_gradient_of_the_last_layer_is_that_of_the_cross_entropy(void **state) {
  (void)state;
  test_net t = open_perceptron(1);
  const double *gradient = (double *)t.net->gradients + (INPUTS + 1) * HIDDEN;
  for (size_t j = 0; j < HIDDEN; j++)
    for (size_t c = 0; c < CLASSES; c++) {
      double sum = 0;
      for (size_t i = 0; i < SAMPLES; i++) {
        const by_hand at = follow(&t, i);
        sum += at.hidden[j] * (at.p[c] - (t.labels[i] == c)) / SAMPLES;
      }
      assert_true(fabs(gradient[j * CLASSES + c] - sum) < TOLERANCE);
    }
  test_net_close(&t);
}

static void a_network_without_spikes_counts_and_records_none(void **state) {
  (void)state;
  test_net t = open_perceptron(0);
  float inputs[SAMPLES * INPUTS];
  for (size_t i = 0; i < SAMPLES * INPUTS; i++) inputs[i] = t.net->values[i];
  const spiqe_samples samples = {.n_samples = SAMPLES, .n_features = INPUTS, .n_dimensions = 1,
                                 .shape = {INPUTS}, .n_classes = CLASSES, .floats = inputs,
                                 .labels = t.labels};
  spiqe_classifier *classifier;
  spiqe_test_result result;
  spiqe_recording *layers;
  size_t n_layers;
  assert_int_equal(spiqe_classifier_create(t.ctx, t.model, 5, &classifier), SPIQE_OK);
  assert_int_equal(spiqe_classifier_test(classifier, &samples, &result), SPIQE_OK);
  assert_int_equal(result.n_layers, 0);
  assert_true(result.spikes_per_sample == 0);
  assert_int_equal(result.n_graded, 2);
  assert_string_equal(result.graded_names[0], "1 relu");
  size_t n_active = 0;
  for (size_t i = 0; i < SAMPLES; i++)
    for (size_t j = 0; j < HIDDEN; j++) n_active += follow(&t, i).hidden[j] > 0;
  assert_true(n_active > 0 && n_active < SAMPLES * HIDDEN);
  assert_true(result.active_outputs[0] == (double)n_active / (SAMPLES * HIDDEN));
  assert_int_equal(spiqe_classifier_record(classifier, &samples, 0, &layers, &n_layers), SPIQE_OK);
  assert_int_equal(n_layers, 0);
  spiqe_recordings_destroy(layers, n_layers);
  spiqe_test_result_clear(&result);
  spiqe_classifier_destroy(classifier);
  test_net_close(&t);
}

static void two_planes_are_refused_by_name(void **state) {
  (void)state;
  spiqe_context *ctx = test_context(1, NULL);
  spiqe_model *model;
  size_t n;
  const char *text = "input: [6]\nstages:\n  - dense: {units: 3, planes: 2}\n  - linear:\n";
  assert_int_equal(spiqe_model_parse(ctx, "m", text, strlen(text), &model), SPIQE_OK);
  assert_int_equal(spiqe_network_count(ctx, &model->network, &n), SPIQE_BAD_SHAPE);
  assert_non_null(strstr(spiqe_context_message(ctx), "stage 1 (linear)"));
  spiqe_model_destroy(model);
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(loss_and_prediction_are_those_of_a_perceptron),
      cmocka_unit_test(the_gradient_of_the_last_layer_is_that_of_the_cross_entropy),
      cmocka_unit_test(a_network_without_spikes_counts_and_records_none),
      cmocka_unit_test(two_planes_are_refused_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
