/* Training on recordings of events: it learns, the checkpoint holds what followed from the data,
 * and samples of the wrong form are refused. */
#include "core/file.h"
#include "spiqe/classifier.h"
#include "spiqe/train.h"
#include "support/folder.h"
#include "support/net.h"

#define N_TRAIN 60
#define N_TEST 30
#define N_EVENTS 40 /* of a recording */

static const char *const description =
    "input: data\nencode: {events: {steps: 6}}\nstages:\n  - dense: {units: 12}\n  - sqs:\n"
    "  - dense: {units: 0}\n  - sqs:\nloss: {kind: count, count_scale: 5}\n"
    "train: {epochs: 6, batch: 7, rate: 0.01, validation: 0.2}\n";

static uint32_t draw(uint32_t below, uint64_t sample, uint64_t k) {
  uint32_t key[2];
  spiqe_random_key(2, SPIQE_PURPOSE_USER, 0, key);
  return (uint32_t)(spiqe_random_uniform(key, sample, k) * below);
}

/* Class c: the events lie in rows 2 c and 2 c + 1. first: number of the first sample. */
static spiqe_samples make_samples(size_t first, size_t n) {
  spiqe_samples s = {.n_samples = n, .n_dimensions = 3, .shape = {2, 6, 5}, .n_features = 60,
                     .n_classes = 3};
  s.labels = calloc(n, sizeof *s.labels);
  s.events = calloc(n * N_EVENTS, sizeof *s.events);
  s.first_event = calloc(n + 1, sizeof *s.first_event);
  assert_true(s.labels && s.events && s.first_event);
  for (size_t i = 0; i < n; i++) {
    s.labels[i] = (uint16_t)draw(3, first + i, 0);
    s.first_event[i + 1] = (i + 1) * N_EVENTS;
    for (size_t k = 0; k < N_EVENTS; k++)
      s.events[i * N_EVENTS + k] = (spiqe_address_event){
          .time = (uint32_t)(100 * k),
          .x = (uint16_t)draw(5, first + i, 3 * k + 1),
          .y = (uint16_t)(2 * s.labels[i] + draw(2, first + i, 3 * k + 2)),
          .polarity = (uint16_t)draw(2, first + i, 3 * k + 3)};
  }
  return s;
}

static spiqe_dataset *make_data(void) {
  spiqe_dataset *data = calloc(1, sizeof *data);
  assert_non_null(data);
  snprintf(data->name, sizeof data->name, "rows");
  data->part[SPIQE_TRAIN] = make_samples(0, N_TRAIN);
  data->part[SPIQE_TEST] = make_samples(N_TRAIN, N_TEST);
  return data;
}

static spiqe_model *parsed(spiqe_context *ctx, const char *text) {
  spiqe_model *model;
  if (spiqe_model_parse(ctx, "m", text, strlen(text), &model) != SPIQE_OK)
    fail_msg("%s", spiqe_context_message(ctx));
  return model;
}

/* Train in the folder; *size bytes of last.safetensors, owned by the caller. */
static uint8_t *trained(size_t n_threads, const char *folder, spiqe_train_result *result,
                        size_t *size) {
  spiqe_context *ctx = test_context(n_threads, NULL);
  spiqe_dataset *data = make_data();
  spiqe_model *model = parsed(ctx, description);
  const spiqe_train_options options = {.folder = folder, .seed = 4};
  char path[600];
  uint8_t *bytes;
  assert_int_equal(spiqe_train(ctx, model, data, &options, result), SPIQE_BAD_SHAPE);
  assert_int_equal(spiqe_model_fit(model, &data->part[SPIQE_TRAIN]), SPIQE_OK);
  if (spiqe_train(ctx, model, data, &options, result) != SPIQE_OK)
    fail_msg("%s", spiqe_context_message(ctx));
  snprintf(path, sizeof path, "%s/last.safetensors", folder);
  assert_int_equal(spiqe_file_read(ctx, path, (size_t)1 << 26, &bytes, size), SPIQE_OK);
  spiqe_model_destroy(model);
  spiqe_dataset_destroy(data);
  spiqe_context_destroy(ctx);
  return bytes;
}

/* Three equal classes that a mean over time tells apart: chance is 33 %. */
static void it_learns_with_the_same_bits_on_any_number_of_threads(void **state) {
  (void)state;
  test_folder one, three;
  spiqe_train_result first, second;
  size_t n, m;
  assert_true(test_folder_create(&one) && test_folder_create(&three));
  uint8_t *expected = trained(1, one.path, &first, &n);
  uint8_t *found = trained(3, three.path, &second, &m);
  assert_true(first.test_accuracy > 0.8);
  assert_int_equal(n, m);
  assert_memory_equal(expected, found, n);
  free(expected);
  free(found);
  test_folder_destroy(&one);
  test_folder_destroy(&three);
}

static void a_checkpoint_holds_what_followed_from_the_data(void **state) {
  (void)state;
  test_folder folder;
  spiqe_train_result result;
  spiqe_classifier *classifier;
  spiqe_test_result test;
  spiqe_recording *layers;
  size_t n, n_layers;
  char *text;
  assert_true(test_folder_create(&folder));
  free(trained(2, folder.path, &result, &n));
  spiqe_context *ctx = test_context(2, NULL);
  spiqe_dataset *data = make_data();
  assert_int_equal(spiqe_classifier_open(ctx, folder.path, &classifier), SPIQE_OK);
  assert_int_equal(spiqe_classifier_n_classes(classifier), 3);
  assert_int_equal(spiqe_model_print(spiqe_classifier_model(classifier), &text), SPIQE_OK);
  assert_non_null(strstr(text, "input: [2, 6, 5]"));
  assert_int_equal(spiqe_classifier_test(classifier, &data->part[SPIQE_TEST], &test), SPIQE_OK);
  assert_true(test.accuracy == result.test_accuracy);
  assert_int_equal(spiqe_classifier_record(classifier, &data->part[SPIQE_TEST], 3, &layers,
                                           &n_layers), SPIQE_OK);
  assert_int_equal(n_layers, 2);
  spiqe_recordings_destroy(layers, n_layers);
  spiqe_test_result_clear(&test);
  free(text);
  spiqe_classifier_destroy(classifier);
  spiqe_dataset_destroy(data);
  spiqe_context_destroy(ctx);
  test_folder_destroy(&folder);
}

/* N-MNIST's form of the first recording: x, y, polarity and 23 bits of time, 5 bytes an event. */
static void write_recording(const spiqe_samples *samples, const char *path) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  for (size_t i = 0; i < N_EVENTS; i++) {
    const spiqe_address_event *e = &samples->events[i];
    const uint8_t raw[5] = {(uint8_t)e->x, (uint8_t)e->y, (uint8_t)(e->polarity << 7),
                            (uint8_t)(e->time >> 8), (uint8_t)e->time};
    assert_int_equal(fwrite(raw, 5, 1, file), 1);
  }
  assert_int_equal(fclose(file), 0);
}

/* The sensor of the file is larger than that of the set. */
static void a_recording_in_a_file_is_predicted_as_in_its_set(void **state) {
  (void)state;
  test_folder folder;
  char path[600];
  spiqe_samples *alone;
  spiqe_classifier *classifier;
  uint16_t expected[N_TEST], predicted;
  float p[N_TEST][3], q[3];
  assert_true(test_folder_create(&folder));
  spiqe_context *ctx = test_context(1, NULL);
  spiqe_dataset *data = make_data();
  spiqe_samples *test = &data->part[SPIQE_TEST];
  test->shape[1] = test->shape[2] = 34;
  spiqe_model *model = parsed(ctx, description);
  snprintf(path, sizeof path, "%s/one.bs2", folder.path);
  write_recording(test, path);
  assert_int_equal(spiqe_model_fit(model, test), SPIQE_OK);
  assert_int_equal(spiqe_classifier_create(ctx, model, 1, &classifier), SPIQE_OK);
  assert_int_equal(spiqe_samples_read(ctx, path, &alone), SPIQE_OK);
  assert_int_equal(spiqe_classifier_predict(classifier, test, expected, p[0]), SPIQE_OK);
  assert_int_equal(spiqe_classifier_predict(classifier, alone, &predicted, q), SPIQE_OK);
  assert_int_equal(predicted, expected[0]);
  assert_memory_equal(q, p[0], sizeof q);
  spiqe_samples_destroy(alone);
  spiqe_classifier_destroy(classifier);
  spiqe_model_destroy(model);
  spiqe_dataset_destroy(data);
  spiqe_context_destroy(ctx);
  test_folder_destroy(&folder);
}

static void refuses(spiqe_context *ctx, const char *text, const spiqe_samples *samples,
                    spiqe_status expected, const char *part) {
  spiqe_classifier *classifier;
  spiqe_model *model = parsed(ctx, text);
  uint16_t predicted[N_TRAIN];
  assert_int_equal(spiqe_model_fit(model, samples), SPIQE_OK);
  assert_int_equal(spiqe_classifier_create(ctx, model, 1, &classifier), SPIQE_OK);
  assert_int_equal(spiqe_classifier_predict(classifier, samples, predicted, NULL), expected);
  if (!strstr(spiqe_context_message(ctx), part))
    fail_msg("'%s' lacks '%s'", spiqe_context_message(ctx), part);
  spiqe_classifier_destroy(classifier);
  spiqe_model_destroy(model);
}

static void samples_of_the_wrong_form_are_refused(void **state) {
  (void)state;
  spiqe_context *ctx = test_context(1, NULL);
  spiqe_dataset *data = make_data();
  spiqe_samples *recordings = &data->part[SPIQE_TRAIN];
  float values[60] = {0};
  uint16_t label = 0;
  const spiqe_samples numbers = {.n_samples = 1, .n_dimensions = 3, .shape = {2, 6, 5},
                                 .n_features = 60, .n_classes = 3, .floats = values,
                                 .labels = &label};
  refuses(ctx, description, &numbers, SPIQE_BAD_SHAPE, "takes recordings of events");
  refuses(ctx, "input: data\nstages:\n  - dense: {units: 0}\n  - lif:\n", recordings,
          SPIQE_BAD_SHAPE, "the encoder 'events' takes");
  recordings->events[5].x = 5;
  refuses(ctx, description, recordings, SPIQE_BAD_FORMAT, "sample 0, event 5: polarity");
  recordings->events[5].x = 0;
  recordings->events[2 * N_EVENTS + 7].time = 1;
  refuses(ctx, description, recordings, SPIQE_BAD_FORMAT, "sample 2, event 7");
  spiqe_dataset_destroy(data);
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_learns_with_the_same_bits_on_any_number_of_threads),
      cmocka_unit_test(a_checkpoint_holds_what_followed_from_the_data),
      cmocka_unit_test(a_recording_in_a_file_is_predicted_as_in_its_set),
      cmocka_unit_test(samples_of_the_wrong_form_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
