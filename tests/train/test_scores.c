/* Scores: the area under the ROC curve is the part of all pairs that are in order, ties being half;
 * macro means are those of the classes that are there. */
#include "support/cmocka_all.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "spiqe/random.h"
#include "spiqe/classifier.h"
#include "train/scores.h"

static spiqe_context *ctx;

static int open_context(void **state) {
  (void)state;
  return spiqe_context_create(NULL, &ctx, NULL, 0) == SPIQE_OK ? 0 : -1;
}

static int close_context(void **state) {
  (void)state;
  spiqe_context_destroy(ctx);
  return 0;
}

static double area(size_t n_samples, size_t n_classes, const float *scores,
                   const uint16_t *labels) {
  double out;
  assert_int_equal(spiqe_roc_area(ctx, n_samples, n_classes, scores, labels, &out), SPIQE_OK);
  return out;
}

/* Every pair of a sample of the class and one of the rest. */
static double count_pairs(size_t n_samples, size_t n_classes, const float *scores,
                          const uint16_t *labels) {
  double sum = 0, n_measured = 0;
  for (size_t c = 0; c < n_classes; c++) {
    double won = 0, pairs = 0;
    for (size_t i = 0; i < n_samples; i++)
      for (size_t k = 0; k < n_samples; k++) {
        if (labels[i] != c || labels[k] == c) continue;
        const float a = scores[i * n_classes + c], b = scores[k * n_classes + c];
        won += a > b ? 1 : a == b ? 0.5 : 0;
        pairs++;
      }
    if (pairs == 0) continue;
    sum += won / pairs;
    n_measured++;
  }
  return n_measured > 0 ? sum / n_measured : NAN;
}

static void the_area_is_the_part_of_the_pairs_in_order(void **state) {
  (void)state;
  float scores[80 * 5];
  uint16_t labels[80];
  uint32_t key[2];
  for (uint32_t round = 0; round < 200; round++) {
    spiqe_random_key(7, SPIQE_PURPOSE_USER, round, key);
    const size_t n_classes = 1 + round % 5, n_samples = 1 + round % 80;
    const float levels = (float)(1 + round % 7); /* few: many ties */
    for (uint32_t i = 0; i < n_samples; i++) {
      labels[i] = (uint16_t)(spiqe_random_uniform(key, i, 100) * (double)n_classes);
      for (uint32_t c = 0; c < n_classes; c++)
        scores[i * n_classes + c] =
            floorf(levels * (float)spiqe_random_uniform(key, i, c)) / levels;
    }
    const double slow = count_pairs(n_samples, n_classes, scores, labels);
    const double fast = area(n_samples, n_classes, scores, labels);
    /* both are means of at most 5 quotients of whole numbers: rounding of doubles */
    if (isnan(slow) ? !isnan(fast) : !(fabs(slow - fast) < 1e-14))
      fail_msg("round %u: %.17g, but the pairs say %.17g", round, fast, slow);
  }
}

static void areas_that_are_known_come_out(void **state) {
  (void)state;
  static const uint16_t labels[] = {0, 0, 1, 1};
  /* one class against the other: column 1 is what decides, column 0 its mirror */
  static const float right[] = {.9f, .1f, .8f, .2f, .3f, .7f, .4f, .6f};
  static const float wrong[] = {.1f, .9f, .2f, .8f, .7f, .3f, .6f, .4f};
  static const float same[] = {.5f, .5f, .5f, .5f, .5f, .5f, .5f, .5f};
  /* 0.1, 0.4 against 0.35, 0.8: three of four pairs are in order */
  static const float three[] = {.9f, .1f, .6f, .4f, .65f, .35f, .2f, .8f};
  assert_true(area(4, 2, right, labels) == 1);
  assert_true(area(4, 2, wrong, labels) == 0);
  assert_true(area(4, 2, same, labels) == 0.5);
  assert_true(area(4, 2, three, labels) == 0.75);
}

static void what_has_no_pairs_has_no_area(void **state) {
  (void)state;
  static const uint16_t one[] = {1, 1, 1}, two[] = {0, 1, 1};
  static const float scores[] = {.1f, .9f, 0, .2f, .8f, 0, .3f, .7f, 0};
  float broken[9];
  assert_true(isnan(area(0, 3, scores, one)));
  assert_true(isnan(area(3, 3, scores, one)));
  assert_true(area(3, 3, scores, two) == (0 + 0) / 2.); /* class 2 is left out; 0 and 1 are wrong */
  memcpy(broken, scores, sizeof scores);
  broken[4] = NAN;
  assert_true(isnan(area(3, 3, broken, two)));
}

static void macro_means_are_those_of_the_classes(void **state) {
  (void)state;
  /* class 0: 3 of 4 found, 3 of 5 right; class 1: 4 of 6 found, 4 of 5 right; class 2 nowhere */
  static const uint64_t confusion[] = {3, 1, 0, 2, 4, 0, 0, 0, 0};
  /* class 1 has no predictions, class 0 is said of all */
  static const uint64_t lopsided[] = {3, 0, 1, 0};
  const spiqe_macro m = spiqe_confusion_macro(confusion, 3);
  assert_true(fabs(m.precision - (0.6 + 0.8) / 2) < 1e-15); /* rounding of doubles, as below */
  assert_true(fabs(m.recall - (0.75 + 4 / 6.) / 2) < 1e-15);
  assert_true(fabs(m.f1 - (6 / 9. + 8 / 11.) / 2) < 1e-15);
  const spiqe_macro l = spiqe_confusion_macro(lopsided, 2);
  assert_true(fabs(l.precision - 0.75 / 2) < 1e-15 && fabs(l.recall - 0.5) < 1e-15);
  assert_true(spiqe_confusion_accuracy(confusion, 3) == 0.7);
  const uint64_t none[4] = {0};
  assert_true(spiqe_confusion_macro(none, 2).f1 == 0 && spiqe_confusion_accuracy(none, 2) == 0);
}

/* Beta(k + 1, n - k + 1): of all of 8 samples sqrt(9 1 / (10^2 11)); of many the usual formula. */
static void an_accuracy_is_never_certain(void **state) {
  (void)state;
  assert_true(fabs(spiqe_accuracy_error(1, 8) - sqrt(9.0 / 1100)) < 1e-15);
  assert_true(fabs(spiqe_accuracy_error(0, 8) - spiqe_accuracy_error(1, 8)) < 1e-15);
  const double usual = sqrt(0.98 * 0.02 / 1e6);
  assert_true(fabs(spiqe_accuracy_error(0.98, 1000000) / usual - 1) < 1e-4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_area_is_the_part_of_the_pairs_in_order),
      cmocka_unit_test(areas_that_are_known_come_out),
      cmocka_unit_test(what_has_no_pairs_has_no_area),
      cmocka_unit_test(macro_means_are_those_of_the_classes),
      cmocka_unit_test(an_accuracy_is_never_certain),
  };
  return cmocka_run_group_tests(tests, open_context, close_context);
}
