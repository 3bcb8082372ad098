/* The classifier: weights are those of what the encoder gives, a mean over many runs is a mean, and
 * circuits leave behind what was set. */
#include "train/classifier.h"

#include <math.h>

#include "support/net.h"

typedef struct opened {
  spiqe_context *ctx;
  spiqe_model *model;
  spiqe_classifier *classifier;
} opened;

static opened open_text(const char *text) {
  opened o = {.ctx = test_context(1, NULL)};
  if (spiqe_model_parse(o.ctx, "m", text, strlen(text), &o.model) != SPIQE_OK ||
      spiqe_classifier_create(o.ctx, o.model, 3, &o.classifier) != SPIQE_OK)
    fail_msg("%s", spiqe_context_message(o.ctx));
  return o;
}

static void close_all(opened *o) {
  spiqe_classifier_destroy(o->classifier);
  spiqe_model_destroy(o->model);
  spiqe_context_destroy(o->ctx);
}

#define REST "stages:\n  - dense: {units: 3}\n  - lif: {}\n"

static void weights_are_those_of_what_the_encoder_gives(void **state) {
  static const struct {
    const char *text;
    size_t n_inputs;
  } cases[] = {
      {"input: [5, 4]\nencode: {direct: {steps: 2}}\n" REST, 20},
      {"input: [5, 4]\nencode: {direct: {steps: 2, crop: 1}}\n" REST, 6},
      {"input: [5, 4]\nencode: {frames: {}}\n" REST, 4},
      {"input: [2, 1, 3]\nencode: {events: {steps: 4, history: 3}}\n" REST, 18},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    opened o = open_text(cases[i].text);
    const size_t n = spiqe_classifier_n_inputs(o.classifier);
    const float *all = o.classifier->net->parameters;
    assert_int_equal(n, cases[i].n_inputs);
    float *weights = malloc(n * sizeof *weights); /* not a number more */
    for (size_t u = 0; u < 3; u++) {
      assert_int_equal(spiqe_classifier_weights(o.classifier, u, weights), SPIQE_OK);
      for (size_t k = 0; k < n; k++) assert_true(weights[k] == all[k * 3 + u]);
    }
    assert_int_equal(spiqe_classifier_weights(o.classifier, 3, weights), SPIQE_BAD_INDEX);
    free(weights);
    close_all(&o);
  }
}

static void a_stage_without_such_weights_is_named(void **state) {
  float weight;
  (void)state;
  opened o = open_text(
      "input: [5, 4]\nencode: {direct: {steps: 2}}\nstages:\n"
      "  - conv2d: {filters: 2}\n  - lif: {}\n");
  assert_int_equal(spiqe_classifier_weights(o.classifier, 0, &weight), SPIQE_UNSUPPORTED);
  assert_non_null(strstr(spiqe_context_message(o.ctx), "conv2d"));
  close_all(&o);
}

/* Of one sample, whose network draws nothing. */
static float test_once(const opened *o, size_t n_runs) {
  float values[] = {0.4F, 0.9F};
  uint16_t labels[] = {1};
  spiqe_test_result r;
  const spiqe_samples samples = {.n_samples = 1,
                                 .n_features = 2,
                                 .n_classes = 3,
                                 .n_dimensions = 1,
                                 .shape = {2},
                                 .floats = values,
                                 .labels = labels};
  assert_int_equal(spiqe_classifier_set_runs(o->classifier, n_runs), SPIQE_OK);
  if (spiqe_classifier_test(o->classifier, &samples, &r) != SPIQE_OK)
    fail_msg("%s", spiqe_context_message(o->ctx));
  const float probability = r.probability[0];
  spiqe_test_result_clear(&r);
  return probability;
}

static void a_mean_over_many_runs_is_that_of_one(void **state) {
  (void)state;
  opened o = open_text("input: [2]\nencode: {direct: {steps: 1}}\n" REST);
  assert_true(fabsf(test_once(&o, 20000) - test_once(&o, 1)) <= 1e-7F);
  close_all(&o);
}

#define SQS                                                                                        \
  "input: [2]\nencode: {direct: {steps: 2}}\nstages:\n  - dense: {units: 3}\n  - sqs: {}\n"

static void circuits_leave_the_runs_that_were_set(void **state) {
  const spiqe_circuit_backend backend = {.n_shots = 7};
  (void)state;
  opened o = open_text(SQS), lif = open_text("input: [2]\nencode: {direct: {steps: 2}}\n" REST);
  assert_int_equal(spiqe_classifier_set_runs(o.classifier, 3), SPIQE_OK);
  assert_int_equal(spiqe_classifier_use_circuits(o.classifier, &backend), SPIQE_OK);
  assert_int_equal(spiqe_classifier_n_runs(o.classifier), 7);
  assert_int_equal(spiqe_classifier_plan(o.classifier, 1), SPIQE_OK);
  assert_int_equal(spiqe_classifier_n_runs(o.classifier), 3);
  assert_int_equal(spiqe_classifier_set_runs(lif.classifier, 4), SPIQE_OK);
  assert_int_equal(spiqe_classifier_use_circuits(lif.classifier, &backend), SPIQE_UNSUPPORTED);
  assert_int_equal(spiqe_classifier_n_runs(lif.classifier), 4);
  close_all(&o);
  close_all(&lif);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weights_are_those_of_what_the_encoder_gives),
      cmocka_unit_test(a_stage_without_such_weights_is_named),
      cmocka_unit_test(a_mean_over_many_runs_is_that_of_one),
      cmocka_unit_test(circuits_leave_the_runs_that_were_set),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
