/* Optimisers against scalar twins on a quadratic, schedules and clipping against their laws. */
#include <math.h>

#include "learn/learn.h"
#include "support/net.h"

#define N ((size_t)70001) /* more than a tile of the optimiser, and no multiple of anything */
#define N_STEPS 50

static spiqe_learn_settings settings_with(const char *const (*pairs)[2], size_t n) {
  spiqe_learn_settings s;
  spiqe_options_default(spiqe_learn_options, spiqe_learn_n_options, &s);
  for (size_t i = 0; i < n; i++)
    assert_int_equal(spiqe_option_set(NULL, spiqe_learn_options, spiqe_learn_n_options, pairs[i][0],
                                      pairs[i][1], &s), SPIQE_OK);
  return s;
}

/* f = sum_i c_i (w_i - 1)^2 / 2 with curvatures between 0.1 and 2. */
static double curvature(size_t i) {
  return 0.1 + 1.9 * (double)(i % 97) / 96;
}

/* One parameter of each optimiser as PyTorch documents it. */
typedef struct twin {
  double w, m, v;
} twin;

static void twin_sgd(const spiqe_learn_settings *s, twin *t, double g, double rate) {
  g += s->weight_decay * t->w;
  t->m = s->momentum * t->m + g;
  t->w -= rate * (s->nesterov ? g + s->momentum * t->m : t->m);
}

static void twin_adam(const spiqe_learn_settings *s, twin *t, double g, double rate, int step) {
  if (s->optimizer == SPIQE_ADAMW)
    t->w -= rate * s->weight_decay * t->w;
  else
    g += s->weight_decay * t->w;
  t->m = s->beta1 * t->m + (1 - s->beta1) * g;
  t->v = s->beta2 * t->v + (1 - s->beta2) * g * g;
  double mean = t->m / (1 - pow(s->beta1, step + 1)), square = t->v / (1 - pow(s->beta2, step + 1));
  t->w -= rate * mean / (sqrt(square) + s->epsilon);
}

/* Both run in double on the same quadratic: some roundings a step, 50 steps, nothing unstable. */
static void run_beside_twin(spiqe_learn_settings s) {
  spiqe_context *ctx = test_context(2, NULL);
  spiqe_learner learner;
  double *w = calloc(N, sizeof *w), *g = calloc(N, sizeof *g), norm, error = 0;
  twin *twins = calloc(N, sizeof *twins);
  assert_true(w && g && twins);
  assert_int_equal(spiqe_learner_create(ctx, &s, SPIQE_F64, N, &learner), SPIQE_OK);
  for (size_t i = 0; i < N; i++) twins[i].w = w[i] = sin((double)i);
  for (int step = 0; step < N_STEPS; step++) {
    double rate = 0.05 / (1 + step);
    for (size_t i = 0; i < N; i++) g[i] = curvature(i) * (w[i] - 1);
    spiqe_learner_step(&learner, (size_t)step, rate, g, w, &norm);
    for (size_t i = 0; i < N; i++) {
      double slope = curvature(i) * (twins[i].w - 1);
      if (s.optimizer == SPIQE_SGD)
        twin_sgd(&s, &twins[i], slope, rate);
      else
        twin_adam(&s, &twins[i], slope, rate, step);
    }
  }
  for (size_t i = 0; i < N; i++) error = fmax(error, fabs(w[i] - twins[i].w));
  assert_true(error < 1e-12);
  spiqe_learner_destroy(&learner);
  spiqe_context_destroy(ctx);
  free(w), free(g), free(twins);
}

static void sgd_is_its_twin(void **state) {
  (void)state;
  static const char *const plain[][2] = {{"optimizer", "sgd"}, {"momentum", "0"}, {"clip", "0"}};
  static const char *const momentum[][2] = {
      {"optimizer", "sgd"}, {"momentum", "0.8"}, {"clip", "0"}, {"weight_decay", "0.03"}};
  static const char *const nesterov[][2] = {
      {"optimizer", "sgd"}, {"momentum", "0.8"}, {"clip", "0"}, {"nesterov", "true"}};
  run_beside_twin(settings_with(plain, 3));
  run_beside_twin(settings_with(momentum, 4));
  run_beside_twin(settings_with(nesterov, 4));
}

static void adam_is_its_twin(void **state) {
  (void)state;
  static const char *const plain[][2] = {{"optimizer", "adam"}, {"clip", "0"}};
  static const char *const decay[][2] = {
      {"optimizer", "adam"}, {"clip", "0"}, {"weight_decay", "0.1"}, {"beta1", "0.7"}};
  run_beside_twin(settings_with(plain, 2));
  run_beside_twin(settings_with(decay, 4));
}

static void adamw_is_its_twin(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"optimizer", "adamw"}, {"clip", "0"}, {"weight_decay", "0.2"}, {"beta2", "0.9"}};
  run_beside_twin(settings_with(pairs, 4));
}

/* With rate 1 and no momentum the step is the clipped gradient itself. */
static void clipping_keeps_the_direction_and_bounds_the_norm(void **state) {
  (void)state;
  static const char *const pairs[][2] = {{"optimizer", "sgd"}, {"momentum", "0"}, {"clip", "0.5"}};
  spiqe_learn_settings s = settings_with(pairs, 3);
  spiqe_context *ctx = test_context(2, NULL);
  for (int large = 0; large <= 1; large++) {
    spiqe_learner learner;
    double *w = calloc(N, sizeof *w), *g = calloc(N, sizeof *g), norm, sum = 0, moved = 0;
    assert_true(w && g);
    assert_int_equal(spiqe_learner_create(ctx, &s, SPIQE_F64, N, &learner), SPIQE_OK);
    for (size_t i = 0; i < N; i++) g[i] = sin((double)i) * (large ? 1 : 1e-3);
    for (size_t i = 0; i < N; i++) sum += g[i] * g[i];
    spiqe_learner_step(&learner, 0, 1, g, w, &norm);
    double factor = large ? 0.5 / sqrt(sum) : 1;
    assert_true(fabs(norm - sqrt(sum)) < 1e-12 * norm && (norm > 0.5) == large);
    for (size_t i = 0; i < N; i++) {
      assert_true(fabs(w[i] + factor * g[i]) <= 1e-15);
      moved += w[i] * w[i];
    }
    assert_true(sqrt(moved) <= 0.5 * (1 + 1e-12));
    spiqe_learner_destroy(&learner);
    free(w), free(g);
  }
  spiqe_context_destroy(ctx);
}

static void a_gradient_that_is_not_finite_changes_nothing(void **state) {
  (void)state;
  static const char *const optimizers[] = {"sgd", "adam", "adamw"};
  spiqe_context *ctx = test_context(1, NULL);
  for (int k = 0; k < 6; k++) {
    const char *const pairs[][2] = {{"optimizer", optimizers[k / 2]}};
    spiqe_learn_settings s = settings_with(pairs, 1);
    spiqe_learner learner;
    float w[5] = {1, 2, 3, 4, 5}, g[5] = {1, 1, k % 2 ? NAN : INFINITY, 1, 1};
    const float before[5] = {1, 2, 3, 4, 5}, rest[5] = {0};
    double norm = 0;
    assert_int_equal(spiqe_learner_create(ctx, &s, SPIQE_F32, 5, &learner), SPIQE_OK);
    spiqe_learner_step(&learner, 0, 0.1, g, w, &norm);
    assert_false(isfinite(norm));
    assert_memory_equal(w, before, sizeof w);
    assert_memory_equal(learner.moment1, rest, sizeof rest);
    spiqe_learner_destroy(&learner);
  }
  spiqe_context_destroy(ctx);
}

#define EPOCH ((size_t)40) /* steps */

/* Rounding of a cosine. */
static void assert_rate(double rate, double expected) {
  assert_true(fabs(rate - expected) < 1e-12);
}

static void a_constant_rate_is_constant(void **state) {
  (void)state;
  static const char *const pairs[][2] = {{"schedule", "constant"}, {"rate", "0.3"}};
  spiqe_learn_settings s = settings_with(pairs, 2);
  for (size_t step = 0; step < 500; step++) assert_true(spiqe_learn_rate(&s, step, EPOCH) == 0.3);
}

static void a_step_schedule_drops_after_whole_epochs(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"schedule", "step"}, {"rate", "0.3"}, {"step_epochs", "3"}, {"step_factor", "0.5"}};
  spiqe_learn_settings s = settings_with(pairs, 4);
  for (size_t step = 0; step < 10 * EPOCH; step++)
    assert_rate(spiqe_learn_rate(&s, step, EPOCH), 0.3 * pow(0.5, (double)(step / (3 * EPOCH))));
}

static void a_cosine_falls_from_the_rate_to_the_final_rate(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"schedule", "cosine"}, {"rate", "0.4"}, {"final_rate", "0.1"}, {"epochs", "6"}};
  spiqe_learn_settings s = settings_with(pairs, 4);
  assert_rate(spiqe_learn_rate(&s, 0, EPOCH), 0.4);
  assert_rate(spiqe_learn_rate(&s, 3 * EPOCH, EPOCH), 0.4 * 1.1 / 2); /* half way: the mean */
  assert_rate(spiqe_learn_rate(&s, 6 * EPOCH, EPOCH), 0.04);
  assert_rate(spiqe_learn_rate(&s, 9 * EPOCH, EPOCH), 0.04);
  for (size_t step = 1; step < 6 * EPOCH; step++)
    assert_true(spiqe_learn_rate(&s, step, EPOCH) < spiqe_learn_rate(&s, step - 1, EPOCH));
}

static void warmup_rises_in_equal_steps_to_the_rate(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"schedule", "cosine"}, {"rate", "0.4"}, {"warmup", "2"}, {"epochs", "6"}};
  spiqe_learn_settings s = settings_with(pairs, 4);
  for (size_t step = 0; step < 2 * EPOCH; step++)
    assert_rate(spiqe_learn_rate(&s, step, EPOCH), 0.4 * (double)(step + 1) / (2.0 * EPOCH));
  assert_rate(spiqe_learn_rate(&s, 2 * EPOCH, EPOCH), 0.4);
  assert_rate(spiqe_learn_rate(&s, 4 * EPOCH, EPOCH), 0.2);
  assert_rate(spiqe_learn_rate(&s, 6 * EPOCH, EPOCH), 0);
}

static void warmup_longer_than_training_stays_finite(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"schedule", "cosine"}, {"rate", "0.4"}, {"warmup", "20"}, {"epochs", "6"}};
  spiqe_learn_settings s = settings_with(pairs, 4);
  for (size_t step = 0; step < 30 * EPOCH; step++) {
    double rate = spiqe_learn_rate(&s, step, EPOCH);
    assert_true(rate >= 0 && rate <= 0.4);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sgd_is_its_twin),
      cmocka_unit_test(adam_is_its_twin),
      cmocka_unit_test(adamw_is_its_twin),
      cmocka_unit_test(clipping_keeps_the_direction_and_bounds_the_norm),
      cmocka_unit_test(a_gradient_that_is_not_finite_changes_nothing),
      cmocka_unit_test(a_constant_rate_is_constant),
      cmocka_unit_test(a_step_schedule_drops_after_whole_epochs),
      cmocka_unit_test(a_cosine_falls_from_the_rate_to_the_final_rate),
      cmocka_unit_test(warmup_rises_in_equal_steps_to_the_rate),
      cmocka_unit_test(warmup_longer_than_training_stays_finite),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
