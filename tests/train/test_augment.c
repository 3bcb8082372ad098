/* Augmentation: pictures are moved and mirrored as they should be, each place as often as another,
 * anew in each epoch, and only pictures are. */
#include "train/augment.h"

#include <math.h>

#include "spiqe/random.h"
#include "spiqe/train.h"
#include "support/net.h"

enum { CHANNELS = 2, HEIGHT = 5, WIDTH = 7, PLACES = HEIGHT * WIDTH };

static const char picture_net[] =
    "input: [2, 5, 7]\nencode: {direct: {steps: 2}}\nstages:\n  - flatten:\n  - dense: {units: 3}\n"
    "  - lif:\n";

static test_net open_net(const char *text) {
  test_net t;
  assert_int_equal(test_net_open(text, SPIQE_F32, 1, 1, 0, 0, 1, &t), SPIQE_OK);
  return t;
}

static float value_at(const float *plane, ptrdiff_t y, ptrdiff_t x, int is_mirrored) {
  if (y < 0 || y >= HEIGHT || x < 0 || x >= WIDTH) return 0;
  return plane[y * WIDTH + (is_mirrored ? WIDTH - 1 - x : x)];
}

/* Place by place, from the law: mirrored, then moved. */
static int is_moved(const float *from, const float *to, ptrdiff_t down, ptrdiff_t right,
                    int is_mirrored) {
  for (size_t c = 0; c < CHANNELS; c++)
    for (ptrdiff_t place = 0; place < PLACES; place++) {
      float expected =
          value_at(from + c * PLACES, place / WIDTH - down, place % WIDTH - right, is_mirrored);
      if (to[c * PLACES + (size_t)place] != expected) return 0;
    }
  return 1;
}

/* Which of the moves was made: all places differ, so that only one fits while a part is seen. */
static size_t move_of(const float *from, const float *to, ptrdiff_t shift, int flips) {
  size_t found = SIZE_MAX, i = 0;
  for (int mirrored = 0; mirrored <= flips; mirrored++)
    for (ptrdiff_t down = -shift; down <= shift; down++)
      for (ptrdiff_t right = -shift; right <= shift; right++, i++)
        if (is_moved(from, to, down, right, mirrored)) {
          assert_true(found == SIZE_MAX);
          found = i;
        }
  assert_true(found != SIZE_MAX);
  return found;
}

/* As often as each other: chi-square with n - 1 degrees of freedom, below its mean and six
 * deviations. */
static void check_moves(const test_net *t, size_t shift, int flips) {
  enum { EACH = 400 };
  const spiqe_learn_settings settings = {.shift = shift, .flip = flips};
  const size_t side = 2 * shift + 1, n = side * side * (flips ? 2 : 1);
  float from[CHANNELS * PLACES], to[CHANNELS * PLACES];
  size_t counts[50] = {0};
  double chi_square = 0;
  const uint32_t key[2] = {3, 4};
  for (size_t i = 0; i < CHANNELS * PLACES; i++) from[i] = (float)(i + 1);
  for (uint32_t sample = 0; sample < n * EACH; sample++) {
    memcpy(to, from, sizeof to);
    spiqe_augment_picture(&settings, t->net, key, sample, to);
    counts[move_of(from, to, (ptrdiff_t)shift, flips)]++;
  }
  for (size_t i = 0; i < n; i++) {
    double off = (double)counts[i] - EACH;
    chi_square += off * off / EACH;
  }
  double degrees = (double)n - 1;
  assert_true(chi_square <= degrees + 6 * sqrt(2 * degrees + 1));
}

static void pictures_are_moved_and_mirrored_each_way_as_often(void **state) {
  (void)state;
  test_net t = open_net(picture_net);
  check_moves(&t, 0, 1);
  check_moves(&t, 1, 0);
  check_moves(&t, 1, 1);
  check_moves(&t, 2, 1);
  test_net_close(&t);
}

static void a_shift_beyond_the_picture_leaves_nothing_or_a_part(void **state) {
  (void)state;
  test_net t = open_net(picture_net);
  const spiqe_learn_settings settings = {.shift = 1000};
  size_t n_empty = 0;
  for (uint32_t sample = 0; sample < 200; sample++) {
    float values[CHANNELS * PLACES], sum = 0;
    for (size_t i = 0; i < CHANNELS * PLACES; i++) values[i] = 1;
    spiqe_augment_picture(&settings, t.net, (uint32_t[2]){1, 2}, sample, values);
    for (size_t i = 0; i < CHANNELS * PLACES; i++) sum += values[i];
    n_empty += sum == 0;
  }
  assert_true(n_empty > 190);
  test_net_close(&t);
}

static void nothing_is_moved_unless_asked_for(void **state) {
  (void)state;
  test_net t = open_net(picture_net);
  const spiqe_learn_settings settings = {0};
  float from[CHANNELS * PLACES], to[CHANNELS * PLACES];
  for (size_t i = 0; i < CHANNELS * PLACES; i++) from[i] = to[i] = (float)(i + 1);
  spiqe_augment_picture(&settings, t.net, (uint32_t[2]){1, 2}, 7, to);
  assert_memory_equal(from, to, sizeof to);
  test_net_close(&t);
}

static void check_refused(const char *text, const char *option, const char *message) {
  test_net t = open_net(text);
  const int is_shift = !strcmp(option, "shift");
  const spiqe_learn_settings settings = {.shift = (size_t)is_shift, .flip = !is_shift};
  assert_int_equal(spiqe_augment_check(t.ctx, &settings, t.net), SPIQE_BAD_SHAPE);
  if (!strstr(spiqe_context_message(t.ctx), message) ||
      !strstr(spiqe_context_message(t.ctx), option))
    fail_msg("'%s'", spiqe_context_message(t.ctx));
  assert_int_equal(spiqe_augment_check(t.ctx, &(spiqe_learn_settings){0}, t.net), SPIQE_OK);
  test_net_close(&t);
}

static void what_is_no_picture_is_refused(void **state) {
  (void)state;
  check_refused("input: [5, 4]\nencode: {frames: {}}\nstages:\n  - dense: {units: 3}\n  - lif:\n",
                "shift", "2 dimensions, of which the encoder 'frames' makes steps of 4 numbers");
  check_refused(
      "input: [6]\nencode: {direct: {steps: 2}}\nstages:\n  - dense: {units: 3}\n  - lif:\n",
      "shift", "the samples have 1 dimension");
  check_refused(
      "input: [2, 4, 4]\nencode: {events: {steps: 2}}\nstages:\n  - flatten:\n"
      "  - dense: {units: 3}\n  - lif:\n",
      "flip", "the samples are recordings of events");
}

/* Both pictures of a film go the same way. */
static void films_are_moved_as_one(void **state) {
  (void)state;
  test_net t = open_net(
      "input: [2, 1, 4, 5]\nencode: {frames: {}}\nstages:\n"
      "  - conv2d: {filters: 2}\n  - lif:\n");
  const spiqe_learn_settings settings = {.shift = 2, .flip = 1};
  float values[40];
  assert_int_equal(spiqe_augment_check(t.ctx, &settings, t.net), SPIQE_OK);
  for (uint32_t sample = 0; sample < 20; sample++) {
    for (size_t i = 0; i < 40; i++) values[i] = (float)(i % 20 + 1);
    spiqe_augment_picture(&settings, t.net, (uint32_t[2]){1, 2}, sample, values);
    assert_memory_equal(values, values + 20, 20 * sizeof *values);
  }
  test_net_close(&t);
}

/* The picture of an epoch is not that of the next, so a rate of 0 meets other losses. */
static int keep_losses(void *user, const spiqe_event *event) {
  if (event->kind == SPIQE_EVENT_EPOCH) ((double *)user)[event->epoch] = event->loss;
  return 0;
}

static void train_digits(const char *options, double losses[2]) {
  char text[512];
  spiqe_context *ctx = test_context(2, NULL);
  spiqe_dataset *digits;
  spiqe_model *model;
  snprintf(text, sizeof text,
           "input: [28, 28]\nencode: {direct: {steps: 3}}\nstages:\n  - dense: {units: 10}\n"
           "  - lif:\ntrain: {epochs: 2, batch: 50, rate: 0, %s}\n",
           options);
  assert_int_equal(spiqe_dataset_open(ctx, "digits", NULL, &digits), SPIQE_OK);
  assert_int_equal(spiqe_model_parse(ctx, "m", text, strlen(text), &model), SPIQE_OK);
  spiqe_train_options o = {.seed = 3, .limit = 200, .listener = keep_losses, .user = losses};
  spiqe_train_result result;
  if (spiqe_train(ctx, model, digits, &o, &result) != SPIQE_OK)
    fail_msg("%s", spiqe_context_message(ctx));
  spiqe_model_destroy(model);
  spiqe_dataset_destroy(digits);
  spiqe_context_destroy(ctx);
}

static void each_epoch_has_pictures_of_its_own(void **state) {
  (void)state;
  double plain[2], shifted[2], again[2], mirrored[2];
  train_digits("shift: 0", plain);
  train_digits("shift: 2", shifted);
  train_digits("shift: 2", again);
  train_digits("flip: true", mirrored);
  assert_true(fabs(plain[0] - plain[1]) < 1e-9);
  assert_true(fabs(shifted[0] - shifted[1]) > 1e-6 && fabs(mirrored[0] - mirrored[1]) > 1e-6);
  assert_true(fabs(shifted[0] - plain[0]) > 1e-6 && fabs(mirrored[0] - plain[0]) > 1e-6);
  assert_memory_equal(shifted, again, sizeof again);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pictures_are_moved_and_mirrored_each_way_as_often),
      cmocka_unit_test(a_shift_beyond_the_picture_leaves_nothing_or_a_part),
      cmocka_unit_test(nothing_is_moved_unless_asked_for),
      cmocka_unit_test(what_is_no_picture_is_refused),
      cmocka_unit_test(films_are_moved_as_one),
      cmocka_unit_test(each_epoch_has_pictures_of_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
