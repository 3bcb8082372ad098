/* Numbers that are not finite end the training with a message that says where, and leave the last
 * checkpoint as it was. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spiqe/spiqe.h"
#include "support/cmocka_all.h"
#include "support/folder.h"

enum { N_SAMPLES = 80, N_FEATURES = 6, BATCH = 10 };

typedef struct fixture {
  test_folder folder;
  spiqe_context *ctx;
  spiqe_model *model;
  float values[N_SAMPLES * N_FEATURES];
  uint16_t labels[N_SAMPLES];
  spiqe_dataset data;
} fixture;

static spiqe_model *make_model(spiqe_context *ctx) {
  const size_t shape[] = {N_FEATURES};
  spiqe_model *model;
  assert_int_equal(spiqe_model_create(ctx, "tiny", shape, 1, &model), SPIQE_OK);
  assert_int_equal(spiqe_model_add(model, "dense", "{units: 4, planes: 2}"), SPIQE_OK);
  assert_int_equal(spiqe_model_add(model, "qlif", NULL), SPIQE_OK);
  assert_int_equal(spiqe_model_add(model, "dense", "{units: 2, planes: 2}"), SPIQE_OK);
  assert_int_equal(spiqe_model_add(model, "qlif", NULL), SPIQE_OK);
  assert_int_equal(spiqe_model_set(model, "train.batch", "10"), SPIQE_OK);
  assert_int_equal(spiqe_model_set(model, "train.epochs", "1"), SPIQE_OK);
  return model;
}

static int set_up(void **state) {
  fixture *f = calloc(1, sizeof *f);
  assert_non_null(f);
  assert_true(test_folder_create(&f->folder));
  assert_int_equal(spiqe_context_create(NULL, &f->ctx, NULL, 0), SPIQE_OK);
  f->model = make_model(f->ctx);
  for (size_t i = 0; i < N_SAMPLES * N_FEATURES; i++) f->values[i] = (float)(i % 7) / 7;
  for (size_t i = 0; i < N_SAMPLES; i++) f->labels[i] = i % 2;
  const spiqe_samples samples = {.n_samples = N_SAMPLES, .n_dimensions = 1, .shape = {N_FEATURES},
                                 .n_features = N_FEATURES, .n_classes = 2, .floats = f->values,
                                 .labels = f->labels};
  f->data = (spiqe_dataset){.name = "made here", .part = {samples, samples}};
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  fixture *f = *state;
  spiqe_model_destroy(f->model);
  spiqe_context_destroy(f->ctx);
  test_folder_destroy(&f->folder);
  free(f);
  return 0;
}

static spiqe_status train(fixture *f) {
  spiqe_train_result result;
  const spiqe_train_options options = {.folder = f->folder.path, .seed = 1, .checkpoint_steps = 1};
  return spiqe_train(f->ctx, f->model, &f->data, &options, &result);
}

/* Which sample is in which batch follows from the seed: find the step by trying. */
static void a_sample_that_is_not_finite_is_told_with_its_step(void **state) {
  fixture *f = *state;
  int n_later = 0;
  for (size_t sample = 0; sample < N_SAMPLES; sample += 7) {
    size_t epoch, step;
    spiqe_classifier *classifier;
    float *value = &f->values[sample * N_FEATURES + 3], kept = *value;
    *value = sample % 2 ? NAN : INFINITY;
    assert_int_equal(train(f), SPIQE_DIVERGED);
    const char *message = spiqe_context_message(f->ctx);
    assert_int_equal(sscanf(message, "epoch %zu, step %zu:", &epoch, &step), 2);
    assert_int_equal(epoch, 1);
    assert_in_range(step, 1, N_SAMPLES / BATCH);
    assert_non_null(strstr(message, "the input is not finite"));
    *value = kept;
    if (step == 1) continue;
    n_later++; /* then there is a checkpoint of the step before, with finite numbers */
    assert_int_equal(spiqe_classifier_open(f->ctx, f->folder.path, &classifier), SPIQE_OK);
    spiqe_classifier_destroy(classifier);
  }
  assert_true(n_later > 0);
}

/* Half of the samples train, the others are only looked at after the epoch. */
static void a_validation_sample_that_is_not_finite_ends_the_run_too(void **state) {
  fixture *f = *state;
  char named[64];
  assert_int_equal(spiqe_model_set(f->model, "train.validation", "0.5"), SPIQE_OK);
  for (size_t sample = 0; sample < N_SAMPLES; sample += 7) {
    float *value = &f->values[sample * N_FEATURES + 3], kept = *value;
    *value = NAN;
    assert_int_equal(train(f), SPIQE_DIVERGED);
    snprintf(named, sizeof named, "training sample %zu, value 3;", sample);
    assert_non_null(strstr(spiqe_context_message(f->ctx), named));
    *value = kept;
  }
}

static void a_trained_network_refuses_what_is_not_finite(void **state) {
  fixture *f = *state;
  spiqe_classifier *classifier;
  spiqe_test_result result;
  uint16_t predicted[N_SAMPLES];
  assert_int_equal(train(f), SPIQE_OK);
  assert_int_equal(spiqe_classifier_open(f->ctx, f->folder.path, &classifier), SPIQE_OK);
  f->values[5 * N_FEATURES + 2] = NAN;
  const spiqe_samples *samples = &f->data.part[SPIQE_TEST];
  assert_int_equal(spiqe_classifier_predict(classifier, samples, predicted, NULL),
                   SPIQE_BAD_FORMAT);
  assert_non_null(strstr(spiqe_context_message(f->ctx), "sample 5: value 2"));
  assert_int_equal(spiqe_classifier_test(classifier, samples, &result), SPIQE_BAD_FORMAT);
  spiqe_classifier_destroy(classifier);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_sample_that_is_not_finite_is_told_with_its_step, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(a_validation_sample_that_is_not_finite_ends_the_run_too,
                                      set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_trained_network_refuses_what_is_not_finite, set_up,
                                      tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
