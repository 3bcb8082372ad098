/* A small network with its samples and its loss, made from a description. */
#ifndef TESTS_SUPPORT_NET_H
#define TESTS_SUPPORT_NET_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/model.h"
#include "spiqe/random.h"
#include "support/cmocka_all.h"

typedef struct test_net {
  spiqe_context *ctx; /* owned */
  spiqe_model *model; /* owned */
  spiqe_network *net; /* owned */
  size_t n_samples;
  spiqe_address_event *events; /* owned, [n_samples][TEST_EVENTS] where the encoder takes them */
  uint32_t *samples;  /* owned, [n_samples] index in the imagined data set */
  uint16_t *labels, *predicted;
  double *losses;
} test_net;

static inline spiqe_context *test_context(size_t n_threads, const char *device) {
  spiqe_context *ctx;
  char message[256];
  spiqe_context_options options = {.n_threads = n_threads, .device = device};
  spiqe_status status = spiqe_context_create(&options, &ctx, message, sizeof message);
  if (status != SPIQE_OK) fail_msg("%s", message);
  return ctx;
}

#define TEST_EVENTS 60 /* of a sample */

/* One event each 500 us; place and polarity follow from the sample's index alone. */
static inline void test_net_fill_events(test_net *t, const uint32_t key[2]) {
  const size_t *shape = t->model->network.shape;
  t->events = calloc(t->n_samples * TEST_EVENTS, sizeof *t->events);
  assert_non_null(t->events);
  for (size_t i = 0; i < t->n_samples; i++) {
    t->net->rows[i] = (spiqe_event_row){t->events + i * TEST_EVENTS, TEST_EVENTS};
    for (size_t k = 0; k < TEST_EVENTS; k++) {
      double at = spiqe_random_uniform(key, t->samples[i], k);
      size_t place = (size_t)(at * (double)t->net->n_features);
      t->events[i * TEST_EVENTS + k] =
          (spiqe_address_event){.time = (uint32_t)(500 * k),
                                .x = (uint16_t)(place % shape[2]),
                                .y = (uint16_t)(place / shape[2] % shape[1]),
                                .polarity = (uint16_t)(place / shape[2] / shape[1])};
    }
  }
}

/* Values in [0, 1) and labels follow from the sample's index alone. */
static inline void test_net_fill(test_net *t) {
  uint32_t key[2];
  size_t n = t->net->n_features, n_classes = t->net->stages[t->net->n_stages - 1].out.n_units;
  spiqe_random_key(11, SPIQE_PURPOSE_USER, 0, key);
  for (size_t i = 0; i < t->n_samples; i++) {
    for (size_t k = 0; t->net->values && k < n; k++)
      t->net->values[i * n + k] = (float)spiqe_random_uniform(key, t->samples[i], k);
    t->labels[i] = (uint16_t)(t->samples[i] % n_classes);
  }
  if (t->net->rows) test_net_fill_events(t, key);
}

static inline void test_net_close(test_net *t) {
  spiqe_network_destroy(t->net);
  spiqe_model_destroy(t->model);
  spiqe_context_destroy(t->ctx);
  free(t->events);
  free(t->samples);
  free(t->labels);
  free(t->predicted);
  free(t->losses);
  *t = (test_net){0};
}

/* Samples 0 .. n_samples - 1 are loaded; the parameters are drawn from the seed. */
static inline spiqe_status test_net_open(const char *text, spiqe_precision precision,
                                         size_t n_threads, size_t n_samples, int training,
                                         int recording, uint64_t seed, test_net *out) {
  test_net t = {.ctx = test_context(n_threads, NULL), .n_samples = n_samples};
  spiqe_status status = spiqe_model_parse(t.ctx, "test", text, strlen(text), &t.model);
  if (status != SPIQE_OK) fail_msg("%s", spiqe_context_message(t.ctx));
  status = spiqe_network_create(t.ctx, &t.model->network, precision, &t.net);
  if (status == SPIQE_OK) status = spiqe_network_initialise(t.net, seed);
  if (status == SPIQE_OK) status = spiqe_network_plan(t.net, n_samples, training, recording);
  t.samples = calloc(n_samples, sizeof *t.samples);
  t.labels = calloc(n_samples, sizeof *t.labels);
  t.predicted = calloc(n_samples, sizeof *t.predicted);
  t.losses = calloc(n_samples, sizeof *t.losses);
  assert_true(t.samples && t.labels && t.predicted && t.losses);
  for (size_t i = 0; i < n_samples; i++) t.samples[i] = (uint32_t)i;
  if (status == SPIQE_OK)
    test_net_fill(&t);
  else
    test_net_close(&t);
  *out = t;
  return status;
}

/* One run; the mean loss. Planned for training, it leaves the gradients in net->gradients. */
static inline double test_net_run(test_net *t, uint64_t seed, uint64_t draw) {
  double sum = 0;
  spiqe_loss loss = {.settings = t->model->loss, .n_samples = t->n_samples, .labels = t->labels,
                     .losses = t->losses, .predicted = t->predicted};
  spiqe_network_run(t->net, t->n_samples, t->samples, seed, draw, spiqe_loss_listen, &loss);
  for (size_t i = 0; i < t->n_samples; i++) sum += t->losses[i];
  return sum / (double)t->n_samples;
}

#endif
