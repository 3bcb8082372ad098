/* The built-in digits: one seed gives one set, which can be learnt and is not trivial. */
#include "data/digits.h"
#include "data/samples.h"
#include "support.h"

#define N_PIXELS (SPIQE_DIGIT_SIDE * SPIQE_DIGIT_SIDE)

static spiqe_samples make(size_t n_threads, uint64_t seed, spiqe_split split, size_t n) {
  spiqe_context ctx = {.n_threads = n_threads};
  spiqe_samples samples;
  assert_int_equal(spiqe_digits_make(&ctx, seed, split, n, &samples), SPIQE_OK);
  return samples;
}

static int are_equal(const spiqe_samples *a, const spiqe_samples *b) {
  return a->n_samples == b->n_samples && memcmp(a->bytes, b->bytes, a->n_samples * N_PIXELS) == 0 &&
         memcmp(a->labels, b->labels, a->n_samples * sizeof *a->labels) == 0;
}

static void any_number_of_threads_gives_the_same_bytes(void **state) {
  (void)state;
  spiqe_samples one = make(1, 7, SPIQE_TRAIN, 1030);
  for (size_t n_threads = 2; n_threads <= 5; n_threads++) {
    spiqe_samples many = make(n_threads, 7, SPIQE_TRAIN, 1030);
    assert_true(are_equal(&one, &many));
    spiqe_samples_free(&many);
  }
  spiqe_samples_free(&one);
}

static void seeds_and_parts_differ(void **state) {
  (void)state;
  spiqe_samples a = make(2, 1, SPIQE_TRAIN, 100), b = make(2, 2, SPIQE_TRAIN, 100);
  spiqe_samples c = make(2, 1, SPIQE_TEST, 100);
  assert_false(are_equal(&a, &b));
  assert_false(are_equal(&a, &c));
  spiqe_samples_free(&a);
  spiqe_samples_free(&b);
  spiqe_samples_free(&c);
}

/* Only correctly rounded operations are used, so every machine must get this sum. A change of the
 * digits changes it, and is a change for users: say so in CHANGELOG.md. */
static void the_set_is_the_same_on_every_machine(void **state) {
  (void)state;
  spiqe_samples samples = make(2, 1, SPIQE_TRAIN, 10000);
  uLong sum = crc32(0, samples.bytes, (uInt)(samples.n_samples * N_PIXELS));
  assert_int_equal(sum, 0x54044E22);
  spiqe_samples_free(&samples);
}

static void each_digit_is_there_as_often_as_any_other(void **state) {
  (void)state;
  spiqe_samples samples = make(2, 1, SPIQE_TEST, 2000);
  size_t count[10] = {0}, in_order = 0;
  for (size_t i = 0; i < samples.n_samples; i++) {
    assert_true(samples.labels[i] < 10);
    count[samples.labels[i]]++;
    in_order += samples.labels[i] == i % 10;
  }
  for (size_t digit = 0; digit < 10; digit++) assert_int_equal(count[digit], 200);
  assert_true(in_order < 400); /* about 200 by chance */
  spiqe_samples_free(&samples);
}

/* MNIST: 19 % of the pixels are inked, none at the corners. */
static void every_picture_has_ink_in_the_middle_and_paper_around(void **state) {
  (void)state;
  spiqe_samples samples = make(2, 1, SPIQE_TRAIN, 10000);
  size_t inked_in_all = 0;
  for (size_t i = 0; i < samples.n_samples; i++) {
    const uint8_t *pixels = samples.bytes + i * N_PIXELS;
    size_t inked = 0;
    for (size_t j = 0; j < N_PIXELS; j++) inked += pixels[j] > 0;
    assert_true(inked > 20 && inked < N_PIXELS / 2);
    inked_in_all += inked;
  }
  double part = (double)inked_in_all / (double)samples.n_samples / N_PIXELS;
  assert_true(part > 0.12 && part < 0.26);
  spiqe_samples_free(&samples);
}

static double nearest_mean_accuracy(const spiqe_samples *train, const spiqe_samples *test) {
  static double mean[10][N_PIXELS];
  size_t n_right = 0;
  memset(mean, 0, sizeof mean);
  for (size_t i = 0; i < train->n_samples; i++)
    for (size_t j = 0; j < N_PIXELS; j++)
      mean[train->labels[i]][j] += 10.0 / (double)train->n_samples * train->bytes[i * N_PIXELS + j];
  for (size_t i = 0; i < test->n_samples; i++) {
    size_t best = 0;
    double best_distance = 1e300;
    for (size_t digit = 0; digit < 10; digit++) {
      double distance = 0;
      for (size_t j = 0; j < N_PIXELS; j++) {
        double d = mean[digit][j] - test->bytes[i * N_PIXELS + j];
        distance += d * d;
      }
      if (distance < best_distance) best_distance = distance, best = digit;
    }
    n_right += best == test->labels[i];
  }
  return (double)n_right / (double)test->n_samples;
}

/* The nearest class mean reads 82 % of MNIST; chance is 10 %, and 95 % would be trivial. */
static void the_digits_can_be_learnt_and_are_not_trivial(void **state) {
  (void)state;
  spiqe_samples train = make(2, 1, SPIQE_TRAIN, 5000), test = make(2, 1, SPIQE_TEST, 1000);
  double accuracy = nearest_mean_accuracy(&train, &test);
  assert_true(accuracy > 0.6 && accuracy < 0.95);
  spiqe_samples_free(&train);
  spiqe_samples_free(&test);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
      cmocka_unit_test(seeds_and_parts_differ),
      cmocka_unit_test(the_set_is_the_same_on_every_machine),
      cmocka_unit_test(each_digit_is_there_as_often_as_any_other),
      cmocka_unit_test(every_picture_has_ink_in_the_middle_and_paper_around),
      cmocka_unit_test(the_digits_can_be_learnt_and_are_not_trivial),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
