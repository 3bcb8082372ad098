/* Batch normalisation: while learning each channel of a piece has mean 0 and variance 1, the
 * running values follow the batches, and testing goes by them alone. */
#include <math.h>

#include "support/net.h"

enum { SAMPLES = 70, CHANNELS = 4, PLANES = 2 }; /* 4 steps: pieces of 63 and 7 samples */

/* Two planes of 4 filters over 2 x 2 places; the batch norm is static, then it is not. */
#define NET(encode)                                                                                \
  "input: [3, 3]\nencode: " encode                                                                 \
  "\nstages:\n  - conv2d: {filters: 4, kernel: 2, planes: 2}\n"                                    \
  "  - batch_norm: {momentum: 0.25, scale: 2}\n  - qlif:\n  - dense: {units: 3}\n  - lif:\n"
static const char *const nets[] = {NET("{direct: {steps: 4}}"), NET("{rate: {steps: 4}}")};
#define N_NETS (sizeof nets / sizeof *nets)

static test_net open_net(const char *text, int training, size_t n_threads) {
  test_net t;
  assert_int_equal(test_net_open(text, SPIQE_F64, n_threads, SAMPLES, training, 1, 3, &t),
                   SPIQE_OK);
  return t;
}

/* Keeps what the batch norm took in and gave out, which the way back overwrites. */
typedef struct kept {
  test_net *t;
  double *in, *out;
} kept;

static size_t per_sample(const test_net *t) {
  return spiqe_signal_stored(&t->net->stages[1].in);
}

static void keep(void *user, const spiqe_network_output *output) {
  const kept *k = user;
  size_t n = per_sample(k->t), first = output->first * n;
  memcpy(k->in + first, (double *)k->t->net->signals[1] + first,
         output->n_rows * n * sizeof *k->in);
  memcpy(k->out + first, (double *)k->t->net->signals[2] + first,
         output->n_rows * n * sizeof *k->out);
  for (size_t i = 0; output->d_spikes && i < output->n_rows * output->n_units; i++)
    ((double *)output->d_spikes)[i] = ((double *)output->d_membrane)[i] = 0;
}

static kept run(test_net *t) {
  kept k = {t, calloc(SAMPLES * per_sample(t), sizeof(double)),
            calloc(SAMPLES * per_sample(t), sizeof(double))};
  assert_true(k.in && k.out);
  spiqe_network_run(t->net, SAMPLES, t->samples, 1, 0, keep, &k);
  return k;
}

static void kept_free(kept *k) {
  free(k->in), free(k->out);
}

/* Mean and variance of a channel of a plane over samples first .. first + n - 1. */
static void moments(const test_net *t, const double *x, size_t first, size_t n, size_t plane,
                    size_t channel, double *mean, double *variance) {
  const spiqe_signal *s = &t->net->stages[1].in;
  const size_t rows = n * spiqe_signal_stored_steps(s), places = s->height * s->width;
  double sum = 0, squares = 0;
  x += first * per_sample(t) + plane * places * CHANNELS + channel;
  for (size_t i = 0; i < rows * places; i++)
    sum += x[i / places * s->n_units + i % places * CHANNELS];
  *mean = sum / (double)(rows * places);
  for (size_t i = 0; i < rows * places; i++) {
    const double d = x[i / places * s->n_units + i % places * CHANNELS] - *mean;
    squares += d * d;
  }
  *variance = squares / (double)(rows * places);
}

static void each_channel_of_a_piece_has_mean_0_and_the_variance_of_its_scale(void **state) {
  (void)state;
  for (size_t net = 0; net < N_NETS; net++) {
    test_net t = open_net(nets[net], 1, 2);
    kept k = run(&t);
    for (size_t first = 0; first < SAMPLES; first += t.net->piece) {
      const size_t left = SAMPLES - first, n = left < t.net->piece ? left : t.net->piece;
      for (size_t i = 0; i < PLANES * CHANNELS; i++) {
        double mean, variance, before, spread;
        moments(&t, k.in, first, n, i / CHANNELS, i % CHANNELS, &before, &spread);
        moments(&t, k.out, first, n, i / CHANNELS, i % CHANNELS, &mean, &variance);
        assert_true(spread > 1e-4);
        assert_true(fabs(mean) < 1e-12); /* sums of some hundred numbers near 1 in double */
        assert_true(fabs(variance - 4 * spread / (spread + 1e-5)) < 1e-12);
      }
    }
    kept_free(&k), test_net_close(&t);
  }
}

static void running_values_follow_the_mean_of_the_pieces(void **state) {
  (void)state;
  for (size_t net = 0; net < N_NETS; net++) {
    test_net t = open_net(nets[net], 1, 2);
    const double *buffers = t.net->buffers;
    kept k = run(&t);
    spiqe_network_settle(t.net, SAMPLES);
    assert_int_equal(t.net->n_buffers, 2 * PLANES * CHANNELS);
    for (size_t i = 0; i < PLANES * CHANNELS; i++) {
      double mean = 0, variance = 0, m, v;
      for (size_t first = 0; first < SAMPLES; first += t.net->piece) {
        const size_t left = SAMPLES - first, n = left < t.net->piece ? left : t.net->piece;
        moments(&t, k.in, first, n, i / CHANNELS, i % CHANNELS, &m, &v);
        mean += m * (double)n / SAMPLES, variance += v * (double)n / SAMPLES;
      }
      assert_true(fabs(buffers[i] - 0.25 * mean) < 1e-12);
      assert_true(fabs(buffers[PLANES * CHANNELS + i] - (0.75 + 0.25 * variance)) < 1e-12);
    }
    kept_free(&k), test_net_close(&t);
  }
}

static void testing_goes_by_the_running_values(void **state) {
  (void)state;
  for (size_t net = 0; net < N_NETS; net++) {
    test_net t = open_net(nets[net], 0, 2);
    double *buffers = t.net->buffers, *scale = spiqe_network_part(t.net, 1, 0);
    double *shift = spiqe_network_part(t.net, 1, 1);
    for (size_t i = 0; i < PLANES * CHANNELS; i++) {
      buffers[i] = 0.1 * (double)i, buffers[PLANES * CHANNELS + i] = 0.5 + (double)i;
      scale[i] = 1 + 0.2 * (double)i, shift[i] = -(double)i;
    }
    kept k = run(&t);
    const size_t plane = t.net->stages[1].in.n_units / PLANES;
    for (size_t i = 0; i < SAMPLES * per_sample(&t); i++) {
      const size_t c = i % (PLANES * plane) / plane * CHANNELS + i % CHANNELS;
      const double root = sqrt(0.5 + (double)c + 1e-5), x = k.in[i] - 0.1 * (double)c;
      if (t.net->n_static && c >= CHANNELS) continue; /* nobody looks at waiting times that are 0 */
      assert_true(fabs(k.out[i] - (scale[c] * x / root + shift[c])) < 1e-12);
    }
    kept_free(&k), test_net_close(&t);
  }
}

/* Everything that a checkpoint would hold, after a batch. */
static void any_number_of_threads_gives_the_same_bits(void **state) {
  (void)state;
  for (size_t net = 0; net < N_NETS; net++) {
    test_net one = open_net(nets[net], 1, 1), many = open_net(nets[net], 1, 4);
    test_net_run(&one, 1, 0), test_net_run(&many, 1, 0);
    spiqe_network_settle(one.net, SAMPLES), spiqe_network_settle(many.net, SAMPLES);
    assert_memory_equal(one.net->gradients, many.net->gradients,
                        one.net->n_parameters * sizeof(double));
    assert_memory_equal(one.net->buffers, many.net->buffers, one.net->n_buffers * sizeof(double));
    test_net_close(&one), test_net_close(&many);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_channel_of_a_piece_has_mean_0_and_the_variance_of_its_scale),
      cmocka_unit_test(running_values_follow_the_mean_of_the_pieces),
      cmocka_unit_test(testing_goes_by_the_running_values),
      cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
