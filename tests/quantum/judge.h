/* What the tests that judge simulators share: contexts, devices, distances, a test of counts. */
#ifndef TESTS_QUANTUM_JUDGE_H
#define TESTS_QUANTUM_JUDGE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "slow_twin/twin.h"
#include "support/cmocka_all.h"
#include "support/random_circuit.h"

static inline spiqe_context *judge_context(size_t n_threads, const char *device) {
  spiqe_context *ctx;
  char message[256];
  spiqe_context_options options = {.n_threads = n_threads, .device = device};
  if (spiqe_context_create(&options, &ctx, message, sizeof message) != SPIQE_OK)
    fail_msg("%s", message);
  return ctx;
}

/* The i-th device that this processor can run, passing over others; NULL past the last. */
static inline const char *judge_device(size_t i) {
  int usable;
  for (size_t d = 0; spiqe_device_name(d, &usable); d++)
    if (usable && i-- == 0) return spiqe_device_name(d, NULL);
  return NULL;
}

static inline void judge_must(const spiqe_context *ctx, spiqe_status status) {
  if (status != SPIQE_OK) fail_msg("%s: %s", spiqe_status_name(status), spiqe_context_message(ctx));
}

static inline void *judge_room(size_t n, size_t size) {
  void *data = calloc(n + !n, size);
  assert_non_null(data);
  return data;
}

/* |a - b|; NaN counts as far away. */
static inline double judge_distance(twin_number a, spiqe_complex b) {
  double distance = cabs(a - (b.re + I * b.im));
  return distance >= 0 ? distance : INFINITY;
}

/* Pearson's test of counts against probabilities. Cells of fewer than 5 expected shots are put
 * together. The bound is passed with a probability of 1e-6 (Laurent, Massart 2000, lemma 1:
 * P(chi^2 of k degrees >= k + 2 sqrt(k x) + 2 x) <= exp(-x)); as the seeds of the tests are fixed,
 * a correct sampler that passes once passes always. What cannot come must not come. */
static inline void judge_counts(const char *what, size_t n, const double *probabilities,
                                const uint64_t *counts, uint64_t n_shots) {
  const double x = 13.8, shots = (double)n_shots;
  double statistic = 0, cells = 0, rest = 0, rest_count = 0, total = 0;
  for (size_t i = 0; i < n; i++) {
    double expected = probabilities[i] * shots, count = (double)counts[i];
    total += count;
    if (probabilities[i] < 1e-12 && counts[i])
      fail_msg("%s: outcome %zu came %g times, with probability %g", what, i, count,
               probabilities[i]);
    if (expected < 5) {
      rest += expected;
      rest_count += count;
      continue;
    }
    statistic += (count - expected) * (count - expected) / expected;
    cells++;
  }
  if (total != shots) fail_msg("%s: %g counts of %g shots", what, total, shots);
  if (rest >= 1) {
    statistic += (rest_count - rest) * (rest_count - rest) / rest;
    cells++;
  }
  double k = cells > 1 ? cells - 1 : 0, bound = k + 2 * sqrt(k * x) + 2 * x;
  if (!(statistic <= bound))
    fail_msg("%s: chi^2 is %g with %g degrees of freedom; at most %g is by chance", what, statistic,
             k, bound);
}

#endif
