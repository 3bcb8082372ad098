/* Some of a set's classes, by the name of the set. */
#include "data/classes.h"
#include "spiqe/dataset.h"
#include "support.h"

static spiqe_context ctx = {.n_threads = 1};

static spiqe_dataset *open_set(const char *name) {
  spiqe_dataset *set;
  if (spiqe_dataset_open(&ctx, name, NULL, &set) != SPIQE_OK) fail_msg("%s", ctx.message);
  return set;
}

/* Every sample of the classes, in the order of the whole set, with its values. */
static void check_part(const spiqe_samples *all, const spiqe_samples *some, const uint16_t *classes,
                       size_t n) {
  size_t at = 0;
  for (size_t i = 0; i < all->n_samples; i++) {
    size_t label = 0;
    while (label < n && classes[label] != all->labels[i]) label++;
    if (label == n) continue;
    assert_true(at < some->n_samples);
    assert_int_equal(some->labels[at], label);
    assert_memory_equal(some->bytes + at * some->n_features, all->bytes + i * all->n_features,
                        all->n_features);
    at++;
  }
  assert_int_equal(at, some->n_samples);
  assert_int_equal(some->n_classes, n);
}

static void a_part_of_the_classes_is_numbered_in_the_order_given(void **state) {
  (void)state;
  static const uint16_t classes[] = {7, 1, 0};
  spiqe_dataset *all = open_set("digits"), *some = open_set("digits:7,01,0");
  assert_string_equal(some->name, "digits:7,1,0");
  for (spiqe_split split = SPIQE_TRAIN; split <= SPIQE_TEST; split++)
    check_part(&all->part[split], &some->part[split], classes, 3);
  spiqe_dataset_destroy(all);
  spiqe_dataset_destroy(some);
}

/* The name is what a checkpoint keeps. */
static void the_name_of_a_part_opens_it_again(void **state) {
  (void)state;
  spiqe_dataset *once = open_set("digits:9,4"), *again = open_set(once->name);
  assert_string_equal(once->name, again->name);
  assert_int_equal(once->part[0].n_samples, again->part[0].n_samples);
  spiqe_dataset_destroy(once);
  spiqe_dataset_destroy(again);
}

static void floats_and_their_labels_move_together(void **state) {
  (void)state;
  float values[8] = {0, 0, 1, 1, 2, 2, 3, 3};
  uint16_t labels[4] = {2, 0, 1, 2};
  const spiqe_class_list list = {.n = 2, .classes = {1, 2}};
  spiqe_samples samples = {.n_samples = 4, .n_features = 2, .n_classes = 3, .floats = values,
                           .labels = labels};
  assert_int_equal(spiqe_samples_keep_classes(&ctx, "set", &list, &samples), SPIQE_OK);
  const float left[6] = {0, 0, 2, 2, 3, 3};
  const uint16_t numbered[3] = {1, 0, 1};
  assert_int_equal(samples.n_samples, 3);
  assert_memory_equal(values, left, sizeof left);
  assert_memory_equal(labels, numbered, sizeof numbered);
}

static void a_part_without_samples_is_refused(void **state) {
  (void)state;
  uint8_t pixels[2] = {0};
  uint16_t labels[2] = {0, 0};
  const spiqe_class_list list = {.n = 2, .classes = {1, 2}};
  spiqe_samples samples = {.n_samples = 2, .n_features = 1, .n_classes = 3, .bytes = pixels,
                           .labels = labels};
  assert_int_equal(spiqe_samples_keep_classes(&ctx, "set", &list, &samples), SPIQE_BAD_FORMAT);
  assert_says(&ctx, "set: a part of it has no sample");
}

static void refuses(const char *name, spiqe_status status, const char *part) {
  spiqe_dataset *set;
  assert_int_equal(spiqe_dataset_open(&ctx, name, NULL, &set), status);
  assert_null(set);
  assert_says(&ctx, part);
  assert_false(spiqe_dataset_is_here(name, NULL));
}

static void lists_that_make_no_sense_are_explained(void **state) {
  (void)state;
  refuses("digits:", SPIQE_BAD_ARGUMENT, "numbers of classes are expected behind the ':'");
  refuses("digits:1,,2", SPIQE_BAD_ARGUMENT, "numbers of classes are expected");
  refuses("digits:1,2,", SPIQE_BAD_ARGUMENT, "numbers of classes are expected");
  refuses("digits:1 ,2", SPIQE_BAD_ARGUMENT, "numbers of classes are expected");
  refuses("digits:-1,2", SPIQE_BAD_ARGUMENT, "numbers of classes are expected");
  refuses("digits:1:2", SPIQE_BAD_ARGUMENT, "numbers of classes are expected");
  refuses("digits:3", SPIQE_BAD_ARGUMENT, "only one class");
  refuses("digits:3,4,3", SPIQE_BAD_ARGUMENT, "class 3 stands there twice");
  refuses("digits:3,10", SPIQE_BAD_ARGUMENT, "digits has the classes 0 to 9, but 10");
  refuses("digits:3,99999999999999999999999", SPIQE_BAD_ARGUMENT, "is not one of them");
  refuses("digit:3,4", SPIQE_BAD_NAME, "did you mean 'digits'?");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_part_of_the_classes_is_numbered_in_the_order_given),
      cmocka_unit_test(the_name_of_a_part_opens_it_again),
      cmocka_unit_test(floats_and_their_labels_move_together),
      cmocka_unit_test(a_part_without_samples_is_refused),
      cmocka_unit_test(lists_that_make_no_sense_are_explained),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
