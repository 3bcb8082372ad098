/* The built-in sets recall-1 to recall-8: a symbol, silence, a cue, and nothing that tells the
 * answer after the first step. */
#include <math.h>

#include "data/support.h"
#include "spiqe/dataset.h"

static spiqe_context ctx = {.n_threads = 1};

enum { SYMBOLS = 4, GROUP = 8, WIDTH = (SYMBOLS + 1) * GROUP };

static size_t count_active(const spiqe_samples *samples, size_t i, size_t step, size_t group) {
  const uint8_t *frame = samples->bytes + i * samples->n_features + step * WIDTH;
  size_t n = 0;
  for (size_t k = 0; k < GROUP; k++) n += frame[group * GROUP + k] != 0;
  return n;
}

static void check_sample(const spiqe_samples *samples, size_t i) {
  size_t last = samples->shape[0] - 1;
  for (size_t step = 0; step <= last; step++)
    for (size_t group = 0; group <= SYMBOLS; group++) {
      int shown = (step == 0 && group == samples->labels[i]) || (step == last && group == SYMBOLS);
      assert_int_equal(count_active(samples, i, step, group) > 0, shown);
    }
}

static void a_symbol_is_shown_then_nothing_then_the_cue(void **state) {
  (void)state;
  for (size_t d = 1; d <= 8; d++) {
    char name[16];
    spiqe_dataset *set;
    snprintf(name, sizeof name, "recall-%zu", d);
    assert_int_equal(spiqe_dataset_open(&ctx, name, NULL, &set), SPIQE_OK);
    for (size_t part = 0; part < 2; part++) {
      const spiqe_samples *samples = &set->part[part];
      size_t n_of[SYMBOLS] = {0};
      assert_int_equal(samples->shape[0], d + 2);
      assert_int_equal(samples->shape[1], WIDTH);
      for (size_t i = 0; i < samples->n_samples; i++) {
        check_sample(samples, i);
        n_of[samples->labels[i]]++;
      }
      for (size_t k = 0; k < SYMBOLS; k++)
        assert_int_equal(n_of[k], samples->n_samples / SYMBOLS); /* chance is 25 % */
    }
    spiqe_dataset_destroy(set);
  }
}

/* The mean cue of a class against that of another: over 1,000 samples each, with a standard
 * deviation of 0.4, they differ by 0.018. */
static void the_cue_does_not_tell_the_answer(void **state) {
  (void)state;
  spiqe_dataset *set;
  assert_int_equal(spiqe_dataset_open(&ctx, "recall-3", NULL, &set), SPIQE_OK);
  const spiqe_samples *samples = &set->part[SPIQE_TRAIN];
  double mean[SYMBOLS][GROUP] = {{0}};
  for (size_t i = 0; i < samples->n_samples; i++)
    for (size_t k = 0; k < GROUP; k++)
      mean[samples->labels[i]][k] +=
          samples->bytes[(i + 1) * samples->n_features - GROUP + k] / 255.0 / 1000;
  for (size_t a = 0; a < SYMBOLS; a++)
    for (size_t k = 0; k < GROUP; k++) {
      assert_true(mean[a][k] > 0.7 && mean[a][k] < 0.95);
      assert_true(fabs(mean[a][k] - mean[0][k]) < 5 * 0.018);
    }
  spiqe_dataset_destroy(set);
}

static void parts_and_delays_differ(void **state) {
  (void)state;
  spiqe_dataset *three, *four;
  assert_int_equal(spiqe_dataset_open(&ctx, "recall-3", NULL, &three), SPIQE_OK);
  assert_int_equal(spiqe_dataset_open(&ctx, "recall-4", NULL, &four), SPIQE_OK);
  const spiqe_samples *a = &three->part[0], *b = &three->part[1], *c = &four->part[0];
  assert_memory_not_equal(a->labels, b->labels, 1000 * sizeof *a->labels);
  assert_memory_not_equal(a->labels, c->labels, 1000 * sizeof *a->labels);
  spiqe_dataset_destroy(three);
  spiqe_dataset_destroy(four);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_symbol_is_shown_then_nothing_then_the_cue),
      cmocka_unit_test(the_cue_does_not_tell_the_answer),
      cmocka_unit_test(parts_and_delays_differ),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
