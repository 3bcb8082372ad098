/* Losses: gradients against central differences, softmax's laws, the read-out and its ties. */
#include <math.h>

#include "loss/loss.h"
#include "support/net.h"

enum { STEPS = 4, ROWS = 3, CLASSES = 5 };

/* A piece that begins with sample 2 of a batch of 5, in double. */
typedef struct piece {
  double spikes[STEPS][ROWS][CLASSES], membrane[STEPS][ROWS][CLASSES];
  double d_spikes[STEPS][ROWS][CLASSES], d_membrane[STEPS][ROWS][CLASSES], losses[5];
  size_t d_stride;
  float probabilities[5][CLASSES];
  uint16_t labels[5], predicted[5];
} piece;

static spiqe_network_output output_of(piece *p, int training) {
  return (spiqe_network_output){.first = 2, .n_rows = ROWS, .n_steps = STEPS, .n_units = CLASSES,
                                .precision = SPIQE_F64, .spikes = p->spikes,
                                .membrane = p->membrane,
                                .d_spikes = training ? p->d_spikes : NULL,
                                .d_membrane = training ? p->d_membrane : NULL,
                                .d_stride = &p->d_stride};
}

static void fill(piece *p) {
  uint32_t key[2];
  spiqe_random_key(5, SPIQE_PURPOSE_USER, 0, key);
  *p = (piece){.labels = {9, 9, 3, 0, 4}};
  for (size_t i = 0; i < STEPS * ROWS * CLASSES; i++) {
    ((double *)p->spikes)[i] = spiqe_random_uniform(key, i, 0);
    ((double *)p->membrane)[i] = 2 * spiqe_random_uniform(key, i, 1) - 1;
  }
}

/* Mean loss over the batch of 5, of which only these rows are known: the others count 0. */
static double run(piece *p, const spiqe_loss_settings *settings, int training) {
  spiqe_network_output output = output_of(p, training);
  spiqe_loss loss = {.settings = *settings, .n_samples = 5, .labels = p->labels,
                     .losses = p->losses, .predicted = p->predicted,
                     .probabilities = p->probabilities[0]};
  spiqe_loss_listen(&loss, &output);
  return (p->losses[2] + p->losses[3] + p->losses[4]) / 5;
}

/* h^2 L''' / 6 with h = 1e-5 and logits scaled by up to 10: 1e-8; rounding gives 1e-11. */
static void assert_gradient(piece *p, const spiqe_loss_settings *s, double *value, double given) {
  double at = *value, h = 1e-5;
  *value = at + h;
  double above = run(p, s, 0);
  *value = at - h;
  double below = run(p, s, 0);
  *value = at;
  assert_true(fabs((above - below) / (2 * h) - given) < 1e-7);
}

static void check_gradient(const spiqe_loss_settings *s) {
  piece p;
  fill(&p);
  run(&p, s, 1);
  size_t stride = p.d_stride / CLASSES; /* 0, or the rows of a step */
  assert_true(p.d_stride == 0 || p.d_stride == ROWS * CLASSES);
  for (size_t i = 0; i < STEPS * ROWS * CLASSES; i++) {
    size_t row = i / CLASSES % ROWS + i / CLASSES / ROWS * stride;
    size_t place = row * CLASSES + i % CLASSES;
    assert_gradient(&p, s, (double *)p.spikes + i, ((double *)p.d_spikes)[place]);
    assert_gradient(&p, s, (double *)p.membrane + i, ((double *)p.d_membrane)[place]);
  }
}

static void every_loss_has_its_gradient(void **state) {
  (void)state;
  for (int kind = SPIQE_LOSS_MEMBRANE; kind <= SPIQE_LOSS_COUNT_MEMBRANE; kind++)
    for (int smoothing = 0; smoothing < 3; smoothing++)
      for (size_t last = 0; last <= STEPS + 1; last++) {
        spiqe_loss_settings s = {kind, 10, 0.7, 0.3 * smoothing, SPIQE_READ_COUNT_MEMBRANE, last};
        check_gradient(&s);
      }
}

/* What is before the last steps has no part in loss, read-out or probabilities. */
static void only_the_last_steps_count(void **state) {
  (void)state;
  spiqe_loss_settings s = {SPIQE_LOSS_COUNT_MEMBRANE, 10, 1, 0, SPIQE_READ_COUNT_MEMBRANE, 2};
  piece p, q;
  fill(&p);
  q = p;
  for (size_t t = 0; t < STEPS - 2; t++)
    for (size_t c = 0; c < CLASSES; c++) q.spikes[t][1][c] = q.membrane[t][2][c] = 77 * (double)c;
  run(&p, &s, 0);
  run(&q, &s, 0);
  assert_memory_equal(p.losses, q.losses, sizeof p.losses);
  assert_memory_equal(p.predicted, q.predicted, sizeof p.predicted);
  assert_memory_equal(p.probabilities, q.probabilities, sizeof p.probabilities);
  s.last_steps = 0;
  run(&q, &s, 0);
  assert_true(p.losses[3] != q.losses[3] && p.losses[4] != q.losses[4]);
}

/* -log p of the label is the loss without smoothing; probabilities are float: 1e-6. */
static void probabilities_are_those_of_the_loss(void **state) {
  (void)state;
  for (int kind = SPIQE_LOSS_MEMBRANE; kind <= SPIQE_LOSS_COUNT_MEMBRANE; kind++) {
    spiqe_loss_settings s = {kind, 10, 1, 0, SPIQE_READ_COUNT_MEMBRANE, 0};
    piece p;
    fill(&p);
    run(&p, &s, 0);
    for (size_t i = 2; i < 5; i++) {
      double sum = 0;
      for (size_t c = 0; c < CLASSES; c++) sum += (double)p.probabilities[i][c];
      assert_true(fabs(sum - 1) < 1e-6);
      assert_true(fabs(-log((double)p.probabilities[i][p.labels[i]]) - p.losses[i]) < 1e-5);
    }
    assert_true(p.probabilities[0][0] == 0 && p.losses[1] == 0); /* other samples' places */
  }
}

static void logits_are_the_documented_sums(void **state) {
  (void)state;
  static const double factors[3][2] = {{0, 1}, {1, 0}, {8.0 / STEPS, 3.0 / STEPS}};
  for (int kind = SPIQE_LOSS_MEMBRANE; kind <= SPIQE_LOSS_COUNT_MEMBRANE; kind++) {
    spiqe_loss_settings s = {kind, 8, 3, 0, SPIQE_READ_COUNT_MEMBRANE, 0};
    piece p;
    fill(&p);
    run(&p, &s, 0);
    for (size_t r = 0; r < ROWS; r++) {
      double z[CLASSES] = {0}, sum = 0;
      for (size_t i = 0; i < STEPS * CLASSES; i++)
        z[i % CLASSES] += factors[kind][0] * p.spikes[i / CLASSES][r][i % CLASSES] +
                          factors[kind][1] * p.membrane[i / CLASSES][r][i % CLASSES];
      for (size_t c = 0; c < CLASSES; c++) sum += exp(z[c]);
      assert_true(fabs(log(sum) - z[p.labels[2 + r]] - p.losses[2 + r]) < 1e-12); /* rounding */
    }
  }
}

static void huge_logits_stay_finite(void **state) {
  (void)state;
  spiqe_loss_settings s = {SPIQE_LOSS_MEMBRANE, 1, 1, 0, SPIQE_READ_COUNT_MEMBRANE, 0};
  piece p;
  fill(&p);
  for (size_t t = 0; t < STEPS; t++) p.membrane[t][0][1] = 1e6;
  run(&p, &s, 1);
  assert_true(isfinite(p.losses[2]) && p.losses[2] > 3.9e6 && isfinite(p.d_membrane[0][0][1]));
}

static void most_spikes_win_and_membranes_break_ties(void **state) {
  (void)state;
  spiqe_loss_settings s = {SPIQE_LOSS_COUNT_MEMBRANE, 10, 1, 0, SPIQE_READ_COUNT_MEMBRANE, 0};
  piece p;
  fill(&p);
  memset(p.spikes, 0, sizeof p.spikes);
  memset(p.membrane, 0, sizeof p.membrane);
  p.spikes[1][0][3] = p.spikes[2][0][3] = 1; /* row 0: class 3 has two spikes */
  p.spikes[1][0][1] = 1;
  p.membrane[0][0][1] = 100;
  p.spikes[0][1][0] = p.spikes[3][1][4] = p.spikes[2][1][2] = 1; /* row 1: one spike for three */
  p.membrane[0][1][2] = p.membrane[2][1][2] = 0.3;               /* class 2 by its sum */
  p.membrane[0][1][4] = 0.5;
  p.membrane[1][1][1] = 9;                                       /* has no spike */
  run(&p, &s, 0);
  assert_int_equal(p.predicted[2], 3);
  assert_int_equal(p.predicted[3], 2);
  assert_int_equal(p.predicted[4], 0); /* nothing tells them apart: the first */
  s.read_out = SPIQE_READ_COUNT;
  run(&p, &s, 0);
  assert_int_equal(p.predicted[3], 0); /* of the three with one spike the first */
  s.read_out = SPIQE_READ_MEMBRANE;
  run(&p, &s, 0);
  assert_int_equal(p.predicted[2], 1); /* spikes do not count */
  assert_int_equal(p.predicted[3], 1);
}

static void without_labels_there_is_a_prediction_and_no_loss(void **state) {
  (void)state;
  piece p;
  fill(&p);
  spiqe_network_output output = output_of(&p, 0);
  spiqe_loss loss = {.settings = {SPIQE_LOSS_COUNT, 1, 1, 0, SPIQE_READ_COUNT, 0},
                     .n_samples = 5,
                     .predicted = p.predicted};
  for (size_t t = 0; t < STEPS; t++) p.spikes[t][0][4] = 1;
  spiqe_loss_listen(&loss, &output);
  assert_int_equal(p.predicted[2], 4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_loss_has_its_gradient),
      cmocka_unit_test(only_the_last_steps_count),
      cmocka_unit_test(probabilities_are_those_of_the_loss),
      cmocka_unit_test(logits_are_the_documented_sums),
      cmocka_unit_test(huge_logits_stay_finite),
      cmocka_unit_test(most_spikes_win_and_membranes_break_ties),
      cmocka_unit_test(without_labels_there_is_a_prediction_and_no_loss),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
