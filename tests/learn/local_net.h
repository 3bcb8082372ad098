/* A small network in double that learns by the local rule; what the rule is told can be looked at
 * and replaced. */
#ifndef TESTS_LEARN_LOCAL_NET_H
#define TESTS_LEARN_LOCAL_NET_H

#include "learn/local.h"
#include "support/net.h"

typedef struct local_net {
  test_net t;
  spiqe_local local;
  spiqe_network_rule rule; /* the net's: local's, or what a test puts there */
} local_net;

/* n_rows rows: sample r / draws, whose label and values they have; streams 0, 1, 2... */
static inline spiqe_status local_net_try(const char *text, spiqe_precision precision,
                                         size_t n_threads, size_t n_rows, local_net *out) {
  test_net *t = &out->t;
  assert_int_equal(test_net_open(text, precision, n_threads, n_rows, 0, 0, 3, t), SPIQE_OK);
  const size_t draws = t->model->local.draws, n = t->net->n_features;
  spiqe_status status = spiqe_local_create(t->ctx, &t->model->local, t->net, n_rows, &out->local);
  if (status != SPIQE_OK) return status;
  out->rule = out->local.rule;
  assert_int_equal(spiqe_network_use_rule(t->net, &out->rule), SPIQE_OK);
  assert_int_equal(spiqe_network_plan(t->net, n_rows, 1, 0), SPIQE_OK);
  test_net_fill(t);
  for (size_t r = n_rows; r-- > 0;) {
    t->labels[r] = t->labels[r / draws];
    for (size_t k = 0; k < n; k++) t->net->values[r * n + k] = t->net->values[r / draws * n + k];
  }
  return SPIQE_OK;
}

static inline void local_net_open(const char *text, spiqe_precision precision, size_t n_threads,
                                  size_t n_rows, local_net *out) {
  assert_int_equal(local_net_try(text, precision, n_threads, n_rows, out), SPIQE_OK);
}

static inline void local_net_close(local_net *n) {
  spiqe_local_destroy(&n->local);
  test_net_close(&n->t);
}

/* One batch; the gradients of -objective are in net->gradients. */
static inline double local_net_run(local_net *n, uint64_t seed, uint64_t draw) {
  spiqe_local_begin(&n->local, n->t.labels, n->t.n_samples);
  double loss = test_net_run(&n->t, seed, draw);
  spiqe_local_end(&n->local);
  return loss;
}

#endif
