/* Training: it learns, gives the same bits stopped and resumed or not and with any number of
 * threads, stops early, and ends with an error where numbers are not finite. */
#include <math.h>

#include "core/file.h"
#include "spiqe/classifier.h"
#include "spiqe/random.h"
#include "spiqe/train.h"
#include "support/folder.h"
#include "support/net.h"

static spiqe_dataset *digits; /* opened once for all tests */

static int open_digits(void **state) {
  (void)state;
  spiqe_context *ctx = test_context(1, NULL);
  spiqe_status status = spiqe_dataset_open(ctx, "digits", NULL, &digits);
  spiqe_context_destroy(ctx);
  return status == SPIQE_OK ? 0 : -1;
}

static int close_digits(void **state) {
  (void)state;
  spiqe_dataset_destroy(digits);
  return 0;
}

/* One training in a folder of its own. */
typedef struct session {
  spiqe_context *ctx;
  spiqe_model *model;
  test_folder folder;
  spiqe_train_options options;
  spiqe_train_result result;
} session;

static session session_open(const char *text, size_t n_threads) {
  session s = {.ctx = test_context(n_threads, NULL), .options = {.seed = 5}};
  assert_int_equal(spiqe_model_parse(s.ctx, "m", text, strlen(text), &s.model), SPIQE_OK);
  assert_true(test_folder_create(&s.folder));
  return s;
}

static spiqe_status session_run(session *s, const spiqe_dataset *data) {
  s->options.folder = s->folder.path;
  return spiqe_train(s->ctx, s->model, data, &s->options, &s->result);
}

static void session_close(session *s) {
  test_folder_destroy(&s->folder);
  spiqe_model_destroy(s->model);
  spiqe_context_destroy(s->ctx);
}

/* A file of the session; owned by the caller. */
static uint8_t *file_of(const session *s, const char *name, size_t *size) {
  char path[600];
  uint8_t *bytes;
  snprintf(path, sizeof path, "%s/%s", s->folder.path, name);
  if (spiqe_file_read(s->ctx, path, (size_t)1 << 26, &bytes, size) != SPIQE_OK)
    fail_msg("%s", spiqe_context_message(s->ctx));
  return bytes;
}

static void assert_same_file(const session *a, const session *b, const char *name) {
  size_t n, m;
  uint8_t *one = file_of(a, name, &n), *two = file_of(b, name, &m);
  if (n != m || memcmp(one, two, n) != 0) fail_msg("%s differs", name);
  free(one), free(two);
}

static int keep_loss(void *user, const spiqe_event *event) {
  if (event->kind == SPIQE_EVENT_EPOCH) *(double *)user = event->loss;
  return 0;
}

/* Chance is 10 % and ln 10. Six passes over 1500 digits give about 84 % and 0.9. */
static void qsnn_small_learns_the_digits(void **state) {
  (void)state;
  const char *name, *summary, *text = NULL;
  for (size_t i = 0; (name = spiqe_model_shipped(i, &summary, &text)); i++)
    if (!strcmp(name, "qsnn-small")) break;
  assert_non_null(name);
  session s = session_open(text, 2);
  double loss = 100;
  s.options.limit = 1500;
  s.options.listener = keep_loss;
  s.options.user = &loss;
  assert_int_equal(spiqe_model_set(s.model, "train.epochs", "6"), SPIQE_OK);
  /* smoothed labels have a floor of their own, which hides the loss that is meant here */
  assert_int_equal(spiqe_model_set(s.model, "loss.label_smoothing", "0"), SPIQE_OK);
  if (session_run(&s, digits) != SPIQE_OK) fail_msg("%s", spiqe_context_message(s.ctx));
  assert_true(loss < 0.6 * log(10) && s.result.test_loss < 0.6 * log(10));
  assert_true(s.result.test_accuracy > 0.6 && s.result.test_macro_f1 > 0.6);
  assert_true(s.result.epochs == 6 && s.result.train_samples == 1500);
  assert_true(s.result.spikes_per_sample > 1);
  session_close(&s);
}

/* Chance is 10 %. Eight passes over 1000 digits give 53 %. */
static void a_network_learns_the_digits_by_the_local_rule(void **state) {
  (void)state;
  session s = session_open(
      "input: [28, 28]\nencode: {rate: {steps: 5}}\nstages:\n  - dense: {units: 30}\n  - sqs:\n"
      "  - dense: {units: 10}\n  - sqs:\n"
      "loss: {count_scale: 5, membrane_scale: 0, read_out: count}\n"
      "train: {epochs: 8, batch: 50, rate: 0.005}\nlocal: {draws: 4}\n",
      2);
  s.options.limit = 1000;
  if (session_run(&s, digits) != SPIQE_OK) fail_msg("%s", spiqe_context_message(s.ctx));
  assert_true(s.result.test_accuracy > 0.4);
  session_close(&s);
}

/* Draws in the encoder and the neurons, validation, an incomplete last batch. */
#define SMALL                                                                                      \
  "input: [28, 28]\nencode: {rate: {steps: 4}}\nstages:\n  - dense: {units: 20, planes: 2}\n"      \
  "  - qlif: {learn_threshold: true}\n  - dense: {units: 10}\n"                                    \
  "  - qlif: {recurrent: true, mode: single-shot}\n"                                               \
  "train: {epochs: 3, batch: 32, validation: 0.2, schedule: cosine, warmup: 0.5}\n"

/* By the local rule, its running mean in the checkpoint. */
#define LOCAL                                                                                      \
  "input: [28, 28]\nencode: {rate: {steps: 4}}\nstages:\n  - dense: {units: 20}\n  - sqs:\n"       \
  "  - dense: {units: 10}\n  - sqs: {recurrent: true}\n"                                           \
  "train: {epochs: 3, batch: 32, validation: 0.2}\nlocal: {draws: 3, baseline: mean}\n"

/* Masks of dropout; moved pictures; running means in the checkpoint, of a batch's pieces. */
#define NORMED                                                                                     \
  "input: [28, 28]\nencode: {rate: {steps: 12}}\nstages:\n  - dense: {units: 20}\n"                \
  "  - batch_norm:\n  - lif:\n  - dropout:\n  - dense: {units: 10}\n  - lif:\n"                    \
  "train: {epochs: 3, batch: 32, validation: 0.2, weight_decay: 0.1, shift: 2, flip: true}\n"

#define MOST_EPOCHS 3

/* Stops at the event of that number, or at the last step of an epoch, when nothing is left of it to
 * be learnt; what was told of each epoch when it was done. */
typedef struct stopper {
  size_t n_left;
  spiqe_event *epochs; /* [MOST_EPOCHS] */
  int at_last_step;
} stopper;

static int stop(void *user, const spiqe_event *event) {
  stopper *s = user;
  if (event->kind == SPIQE_EVENT_EPOCH) s->epochs[event->epoch] = *event;
  if (s->at_last_step) return event->kind == SPIQE_EVENT_STEP && event->step + 1 == event->n_steps;
  return s->n_left-- == 0;
}

static session whole_run(const char *text, size_t n_threads, spiqe_event *epochs) {
  session s = session_open(text, n_threads);
  stopper never = {SIZE_MAX, epochs, 0};
  s.options.listener = epochs ? stop : NULL;
  s.options.user = &never;
  s.options.limit = 250;
  s.options.checkpoint_steps = 3;
  if (session_run(&s, digits) != SPIQE_OK) fail_msg("%s", spiqe_context_message(s.ctx));
  s.options.listener = NULL;
  return s;
}

static void two_threads_give_the_same_files(void **state) {
  (void)state;
  static const char *const texts[] = {SMALL, LOCAL, NORMED};
  for (size_t i = 0; i < 3; i++) {
    session one = whole_run(texts[i], 1, NULL), two = whole_run(texts[i], 2, NULL);
    assert_same_file(&one, &two, "last.safetensors");
    assert_same_file(&one, &two, "best.safetensors");
    assert_true(one.result.test_accuracy == two.result.test_accuracy);
    session_close(&one), session_close(&two);
  }
}

/* Run, stopped at random events and resumed until it ends. Returns how often it was stopped. */
static size_t run_in_parts(session *s, uint64_t seed, spiqe_event *epochs) {
  uint32_t key[2];
  size_t n_stops = 0;
  spiqe_status status;
  spiqe_random_key(seed, SPIQE_PURPOSE_USER, 0, key);
  s->options.limit = 250;
  s->options.checkpoint_steps = 3;
  do {
    stopper user = {(size_t)(1 + 12 * spiqe_random_uniform(key, n_stops, 0)), epochs, seed == 3};
    s->options.listener = stop;
    s->options.user = &user;
    status = session_run(s, digits);
    s->options.resume = 1;
    if (status == SPIQE_INTERRUPTED) n_stops++;
    assert_true(n_stops < 100);
  } while (status == SPIQE_INTERRUPTED);
  if (status != SPIQE_OK) fail_msg("%s", spiqe_context_message(s->ctx));
  return n_stops;
}

static void assert_same_event(const spiqe_event *a, const spiqe_event *b) {
  assert_int_equal(a->epoch, b->epoch);
  assert_int_equal(a->step, b->step);
  assert_true(a->loss == b->loss && a->accuracy == b->accuracy && a->rate == b->rate);
  assert_true(a->validation_loss == b->validation_loss);
}

static void check_resumed(const char *text) {
  spiqe_event told[MOST_EPOCHS], again[MOST_EPOCHS];
  session whole = whole_run(text, 1, told);
  for (uint64_t seed = 0; seed < 4; seed++) {
    session parts = session_open(text, 1 + seed % 2);
    assert_true(run_in_parts(&parts, seed, again) >= 2);
    assert_same_file(&whole, &parts, "last.safetensors");
    assert_same_file(&whole, &parts, "best.safetensors");
    assert_true(whole.result.test_accuracy == parts.result.test_accuracy);
    assert_true(whole.result.epochs == parts.result.epochs);
    for (size_t i = 0; i < MOST_EPOCHS; i++) assert_same_event(&told[i], &again[i]);
    session_close(&parts);
  }
  session_close(&whole);
}

static void a_run_stopped_and_resumed_gives_the_same_files(void **state) {
  (void)state;
  check_resumed(SMALL);
  check_resumed(LOCAL);
  check_resumed(NORMED);
}

static void a_run_refused_at_its_begin_leaves_the_folder_as_it_is(void **state) {
  (void)state;
  session other = whole_run(SMALL, 1, NULL), refused = whole_run(SMALL, 1, NULL);
  stopper at_once = {0};
  refused.options.seed = 6;
  refused.options.listener = stop;
  refused.options.user = &at_once;
  assert_int_equal(session_run(&refused, digits), SPIQE_INTERRUPTED);
  assert_string_equal(spiqe_context_message(refused.ctx), "stopped in epoch 1 after 0 of 7 steps");
  assert_same_file(&other, &refused, "last.safetensors");
  assert_same_file(&other, &refused, "best.safetensors");
  session_close(&other), session_close(&refused);
}

/* The checkpoint that is written then does not change what is said. */
static void a_run_that_was_stopped_says_where(void **state) {
  (void)state;
  session s = session_open(SMALL, 1);
  stopper user = {.n_left = 2}; /* after the begin and its checkpoint */
  s.options.limit = 250;
  s.options.listener = stop;
  s.options.user = &user;
  assert_int_equal(session_run(&s, digits), SPIQE_INTERRUPTED);
  assert_string_equal(spiqe_context_message(s.ctx), "stopped in epoch 1 after 1 of 7 steps");
  session_close(&s);
}

static void a_finished_run_can_be_resumed_and_stays_as_it_is(void **state) {
  (void)state;
  session first = whole_run(SMALL, 1, NULL), again = whole_run(SMALL, 1, NULL);
  again.options.resume = 1;
  assert_int_equal(session_run(&again, digits), SPIQE_OK);
  assert_same_file(&first, &again, "last.safetensors");
  assert_true(first.result.test_accuracy == again.result.test_accuracy);
  session_close(&first), session_close(&again);
}

static void resuming_another_model_seed_or_limit_is_refused(void **state) {
  (void)state;
  session s = whole_run(SMALL, 1, NULL);
  spiqe_train_options right = s.options;
  right.resume = 1;
  s.options = right, s.options.seed = 6;
  assert_int_equal(session_run(&s, digits), SPIQE_BAD_ARGUMENT);
  s.options = right, s.options.limit = 251;
  assert_int_equal(session_run(&s, digits), SPIQE_BAD_ARGUMENT);
  s.options = right;
  assert_int_equal(spiqe_model_set(s.model, "train.rate", "0.5"), SPIQE_OK);
  assert_int_equal(session_run(&s, digits), SPIQE_BAD_ARGUMENT);
  session_close(&s);
}

/* As many numbers in another order are other weights. */
static void a_checkpoint_with_transposed_weights_is_refused(void **state) {
  (void)state;
  session s = whole_run(SMALL, 1, NULL);
  spiqe_classifier *classifier;
  char path[600];
  size_t n;
  uint8_t *bytes = file_of(&s, "last.safetensors", &n);
  void *shape = memmem(bytes, n, "[784,2,20]", 10);
  assert_non_null(shape);
  memcpy(shape, "[20,2,784]", 10);
  snprintf(path, sizeof path, "%s/other.safetensors", s.folder.path);
  assert_int_equal(spiqe_file_write(s.ctx, path, &(spiqe_span){bytes, n}, 1), SPIQE_OK);
  assert_int_equal(spiqe_classifier_open(s.ctx, path, &classifier), SPIQE_BAD_SHAPE);
  assert_non_null(strstr(spiqe_context_message(s.ctx), "'stages.0.weight': dimension 0 is 20"));
  free(bytes);
  session_close(&s);
}

/* With a rate of 0 nothing gets better after the first epoch. */
static void training_stops_after_patience_epochs_without_a_better_loss(void **state) {
  (void)state;
  session s = session_open(
      "input: [28, 28]\nencode: {direct: {steps: 3}}\nstages:\n  - dense: {units: 10}\n  - lif:\n"
      "train: {epochs: 50, batch: 64, rate: 0, validation: 0.3, patience: 2}\n",
      1);
  s.options.limit = 100;
  assert_int_equal(session_run(&s, digits), SPIQE_OK);
  assert_int_equal(s.result.epochs, 3);
  assert_int_equal(s.result.validation_samples, 30);
  session_close(&s);
}

enum { N_MADE = 64, N_VALUES = 6 };

/* A data set of small floats, its classes 0 to 2; memory is borrowed. */
static spiqe_dataset made_set(float *values, uint16_t *labels) {
  spiqe_samples samples = {.n_samples = N_MADE,
                           .n_dimensions = 1,
                           .shape = {N_VALUES},
                           .n_features = N_VALUES,
                           .n_classes = 3,
                           .floats = values,
                           .labels = labels};
  for (size_t i = 0; i < N_MADE * N_VALUES; i++) values[i] = (float)(i % 11) / 10;
  for (size_t i = 0; i < N_MADE; i++) labels[i] = (uint16_t)(i % 3);
  return (spiqe_dataset){.name = "made", .part = {samples, samples}};
}

static const char *const neurons[][2] = {
    {"{units: 4, planes: 2}", "qlif:"},
    {"{units: 4, planes: 1}", "qlif:"},
    {"{units: 4, planes: 1}", "qlif: {learn_leak: true, recurrent: true}"},
    {"{units: 4, planes: 2}", "qlif: {mode: single-shot, over: wrap}"},
    {"{units: 4, planes: 2}", "qlif: {leak: published, gradient: published}"},
    {"{units: 4}", "lif:"}};

static void describe(char *out, size_t size, size_t i, const char *encode) {
  snprintf(out, size,
           "input: [%d]\nencode: %s\nstages:\n  - dense: %s\n  - %s\n  - dense: %s\n  - %s\n"
           "train: {epochs: 2, batch: 8, rate: 0.01}\n",
           N_VALUES, encode, neurons[i][0], neurons[i][1], neurons[i][0], neurons[i][1]);
}

/* One bad value: every step up to its batch is good, and the checkpoint of the last one opens. */
static void assert_diverges(const char *text, float bad, const char *place) {
  static float values[N_MADE * N_VALUES];
  uint16_t labels[N_MADE];
  spiqe_dataset data = made_set(values, labels);
  spiqe_classifier *classifier;
  session s = session_open(text, 1);
  s.options.checkpoint_steps = 1;
  s.options.seed = 2; /* shuffles the bad sample into a later batch */
  values[37 * N_VALUES + 2] = bad;
  spiqe_status status = session_run(&s, &data);
  const char *message = spiqe_context_message(s.ctx);
  if (status != SPIQE_DIVERGED) fail_msg("'%s' for %g in\n%s", message, (double)bad, text);
  if (!strstr(message, "epoch 1, step ") || !strstr(message, place))
    fail_msg("'%s' lacks step or '%s'", message, place);
  if (!strstr(message, "step 1:")) {
    assert_int_equal(spiqe_classifier_open(s.ctx, s.folder.path, &classifier), SPIQE_OK);
    float weights[N_VALUES];
    assert_int_equal(spiqe_classifier_weights(classifier, 0, weights), SPIQE_OK);
    for (size_t i = 0; i < N_VALUES; i++) assert_true(isfinite(weights[i]));
    spiqe_classifier_destroy(classifier);
  }
  session_close(&s);
}

static void an_input_that_is_no_number_ends_the_run_with_its_step(void **state) {
  (void)state;
  char text[1024];
  for (size_t i = 0; i < sizeof neurons / sizeof *neurons; i++) {
    describe(text, sizeof text, i, "{direct: {steps: 4}}");
    assert_diverges(text, NAN, "training sample 37, value 2");
    assert_diverges(text, INFINITY, "training sample 37, value 2");
  }
}

/* Finite, but too large for float once it is multiplied. */
static void an_overflow_names_the_stage(void **state) {
  (void)state;
  char text[1024];
  describe(text, sizeof text, 5, "{direct: {steps: 4, gain: 1e6}}");
  assert_diverges(text, 3e38f, "stage 0 (dense)");
}

static void data_that_does_not_fit_the_model_is_refused(void **state) {
  (void)state;
  static float values[N_MADE * N_VALUES];
  uint16_t labels[N_MADE];
  spiqe_dataset data = made_set(values, labels);
  session s = session_open("input: [7]\nstages:\n  - dense:\n  - lif:\n", 1);
  assert_int_equal(session_run(&s, &data), SPIQE_BAD_SHAPE);
  session_close(&s);
  s = session_open("input: [6]\nstages:\n  - dense: {units: 2}\n  - lif:\n", 1);
  assert_int_equal(session_run(&s, &data), SPIQE_BAD_SHAPE);
  session_close(&s);
  s = session_open("input: [6]\nstages:\n  - dense: {units: 3}\n  - lif:\n", 1);
  labels[N_MADE - 1] = 3;
  assert_int_equal(session_run(&s, &data), SPIQE_BAD_INDEX);
  session_close(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(qsnn_small_learns_the_digits),
      cmocka_unit_test(a_network_learns_the_digits_by_the_local_rule),
      cmocka_unit_test(two_threads_give_the_same_files),
      cmocka_unit_test(a_run_stopped_and_resumed_gives_the_same_files),
      cmocka_unit_test(a_run_refused_at_its_begin_leaves_the_folder_as_it_is),
      cmocka_unit_test(a_run_that_was_stopped_says_where),
      cmocka_unit_test(a_finished_run_can_be_resumed_and_stays_as_it_is),
      cmocka_unit_test(resuming_another_model_seed_or_limit_is_refused),
      cmocka_unit_test(a_checkpoint_with_transposed_weights_is_refused),
      cmocka_unit_test(training_stops_after_patience_epochs_without_a_better_loss),
      cmocka_unit_test(an_input_that_is_no_number_ends_the_run_with_its_step),
      cmocka_unit_test(an_overflow_names_the_stage),
      cmocka_unit_test(data_that_does_not_fit_the_model_is_refused),
  };
  return cmocka_run_group_tests(tests, open_digits, close_digits);
}
