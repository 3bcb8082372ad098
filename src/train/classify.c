/* Samples through a network, batch by batch, once or as often as a mean is wanted over. */
#include <math.h>
#include <stdlib.h>

#include "core/fail.h"
#include "core/threads.h"
#include "train/classifier.h"

/* Loading of a batch, shared by its tasks. */
typedef struct loading {
  spiqe_network *net;
  const spiqe_samples *samples;
  const uint32_t *index;
  size_t n;
} loading;

#define SAMPLES_OF_TASK ((size_t)32)

static void point_at_events(const loading *l) {
  for (size_t i = 0; i < l->n; i++) {
    const size_t *first = l->samples->first_event + l->index[i];
    l->net->rows[i] = (spiqe_event_row){l->samples->events + first[0], first[1] - first[0]};
  }
}

static void load_some(void *argument, size_t task, size_t worker) {
  const loading *l = argument;
  size_t first = task * SAMPLES_OF_TASK, left = l->n - first;
  (void)worker;
  (void)spiqe_samples_get(NULL, l->samples, l->index + first,
                          left < SAMPLES_OF_TASK ? left : SAMPLES_OF_TASK,
                          l->net->values + first * l->net->n_features);
}

spiqe_status spiqe_network_load(spiqe_network *net, const spiqe_samples *samples,
                                const uint32_t *index, size_t n) {
  loading l = {net, samples, index, n};
  for (size_t i = 0; i < n; i++)
    SPIQE_REQUIRE(net->ctx, index[i] < samples->n_samples, SPIQE_BAD_INDEX,
                  "sample %zu, but there are %zu", (size_t)index[i], samples->n_samples);
  if (net->rows) {
    point_at_events(&l);
    return SPIQE_OK;
  }
  spiqe_threads_run(net->ctx, (n + SAMPLES_OF_TASK - 1) / SAMPLES_OF_TASK, load_some, &l);
  return SPIQE_OK;
}

/* Of the mean p over runs, [n_samples][n_classes]: classes, losses, and p itself. */
static void read_mean(const spiqe_loss *loss, size_t n_classes, const double *p) {
  const double spread = loss->settings.label_smoothing;
  for (size_t i = 0; i < loss->n_samples; i++, p += n_classes) {
    size_t best = 0;
    double sum = 0;
    for (size_t c = 0; c < n_classes; c++) {
      double target = spread / (double)n_classes;
      if (loss->labels && loss->labels[i] == c) target += 1 - spread;
      if (target > 0) sum -= target * log(fmax(p[c], 1e-30));
      if (p[c] > p[best]) best = c;
      if (loss->probabilities) loss->probabilities[i * n_classes + c] = (float)p[c];
    }
    loss->predicted[i] = (uint16_t)best;
    if (loss->losses) loss->losses[i] = sum;
  }
}

static void add_spikes(const spiqe_classifier *c, double *spikes) {
  for (size_t i = 0; spikes && i < c->net->n_stages; i++)
    spikes[i] += spiqe_network_spikes(c->net, i) / (double)spiqe_classifier_n_runs(c);
}

/* Room for the mean over the runs of a batch: probabilities, [batch][n_classes]. */
typedef struct several {
  float *one;  /* owned, of a run; NULL: there is but one */
  double *sum; /* owned */
} several;

static spiqe_status several_create(const spiqe_classifier *c, several *out) {
  const size_t n = c->net->batch * spiqe_network_n_classes(c->net);
  *out = (several){0};
  if (spiqe_classifier_n_runs(c) == 1) return SPIQE_OK;
  *out = (several){malloc(n * sizeof *out->one), malloc(n * sizeof *out->sum)};
  SPIQE_REQUIRE(c->ctx, out->one && out->sum, SPIQE_NO_MEMORY, "no memory for a mean over runs");
  return SPIQE_OK;
}

static void several_destroy(several *room) {
  free(room->one);
  free(room->sum);
}

/* A batch, as often as is wanted, the draws of each run a stream of their own. */
static void run_batch(spiqe_classifier *c, const spiqe_loss *loss, const uint32_t *index,
                      const several *room, double *spikes) {
  const size_t n_classes = spiqe_network_n_classes(c->net), n = loss->n_samples * n_classes;
  const uint32_t n_runs = (uint32_t)spiqe_classifier_n_runs(c);
  spiqe_loss one = *loss;
  if (room->one) one.probabilities = room->one;
  for (size_t i = 0; room->one && i < n; i++) room->sum[i] = 0;
  for (uint32_t run = 0; run < n_runs; run++) {
    spiqe_network_run(c->net, loss->n_samples, index, c->seed, UINT32_MAX - run, spiqe_loss_listen,
                      &one);
    for (size_t i = 0; room->one && i < n; i++) room->sum[i] += (double)room->one[i];
    add_spikes(c, spikes);
  }
  for (size_t i = 0; room->one && i < n; i++) room->sum[i] /= n_runs;
  if (room->one) read_mean(loss, n_classes, room->sum);
}

/* The part of `all`, whose arrays are those of all samples, for n samples from `first` on. */
static spiqe_loss part_of(const spiqe_loss *all, size_t first, size_t n, size_t n_classes) {
  spiqe_loss out = *all;
  out.n_samples = n;
  out.predicted += first;
  if (out.labels) out.labels += first;
  if (out.losses) out.losses += first;
  if (out.probabilities) out.probabilities += first * n_classes;
  return out;
}

spiqe_status spiqe_classifier_run(spiqe_classifier *c, const spiqe_samples *samples,
                                  const spiqe_loss *loss, double *spikes) {
  uint32_t index[SPIQE_TEST_BATCH];
  several room;
  spiqe_status status = several_create(c, &room);
  for (size_t first = 0; status == SPIQE_OK && first < samples->n_samples; first += c->net->batch) {
    const size_t left = samples->n_samples - first;
    const spiqe_loss batch = part_of(loss, first, left < c->net->batch ? left : c->net->batch,
                                     spiqe_network_n_classes(c->net));
    for (size_t i = 0; i < batch.n_samples; i++) index[i] = (uint32_t)(first + i);
    status = spiqe_network_load(c->net, samples, index, batch.n_samples);
    if (status == SPIQE_OK) run_batch(c, &batch, index, &room, spikes);
    if (status == SPIQE_OK) status = spiqe_classifier_check_circuits(c);
  }
  several_destroy(&room);
  return status;
}
