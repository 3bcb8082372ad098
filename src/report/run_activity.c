/* Spikes and states of a run's neurons, chosen for the page. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "report/run.h"

typedef struct ranked {
  double key;
  size_t index;
} ranked;

static int compare(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->key != y->key) return x->key > y->key ? -1 : 1;
  return x->index < y->index ? -1 : x->index > y->index;
}

spiqe_status spiqe_find_largest(spiqe_context *ctx, const double *keys, size_t n, size_t k,
                                size_t *out) {
  ranked *all = malloc((n + 1) * sizeof *all);
  SPIQE_REQUIRE(ctx, all, SPIQE_NO_MEMORY, "no memory to rank %zu numbers", n);
  for (size_t i = 0; i < n; i++) all[i] = (ranked){isfinite(keys[i]) ? keys[i] : -INFINITY, i};
  qsort(all, n, sizeof *all, compare);
  for (size_t i = 0; i < k; i++) out[i] = all[i].index;
  free(all);
  return SPIQE_OK;
}

/* The first samples of different classes. Returns how many. */
static size_t choose_samples(const spiqe_samples *samples, size_t out[SPIQE_RUN_SAMPLES]) {
  size_t n = 0;
  for (size_t i = 0; i < samples->n_samples && n < SPIQE_RUN_SAMPLES; i++) {
    int is_new = 1;
    for (size_t k = 0; k < n; k++) is_new = is_new && samples->labels[out[k]] != samples->labels[i];
    if (is_new) out[n++] = i;
  }
  return n;
}

static int by_index(const void *a, const void *b) {
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return x < y ? -1 : x > y;
}

/* The neurons of a layer that spike most, in order of their index. out: [n_chosen]. */
static spiqe_status choose_neurons(spiqe_context *ctx, const spiqe_recording *layer,
                                   size_t n_chosen, size_t *out) {
  double *counts = malloc((layer->n_units + 1) * sizeof *counts);
  SPIQE_REQUIRE(ctx, counts, SPIQE_NO_MEMORY, "no memory for %zu neurons", layer->n_units);
  for (size_t u = 0; u < layer->n_units; u++) counts[u] = (double)spiqe_recording_spikes(layer, u);
  spiqe_status status = spiqe_find_largest(ctx, counts, layer->n_units, n_chosen, out);
  free(counts);
  if (status == SPIQE_OK) qsort(out, n_chosen, sizeof *out, by_index);
  return status;
}

/* Row `place` of the rasters. */
static spiqe_status add_raster(spiqe_run *run, const spiqe_recording *layer, size_t sample,
                               size_t place) {
  spiqe_run_rasters *r = &run->rasters;
  char *title = r->titles[place];
  size_t chosen[SPIQE_RUN_NEURONS], n = layer->n_units;
  if (n > SPIQE_RUN_NEURONS) n = SPIQE_RUN_NEURONS;
  SPIQE_TRY(choose_neurons(run->ctx, layer, n, chosen));
  uint8_t *spikes = malloc(layer->n_steps * n + 1);
  SPIQE_REQUIRE(run->ctx, spikes, SPIQE_NO_MEMORY, "no memory for a raster");
  for (size_t t = 0; t < layer->n_steps; t++)
    for (size_t u = 0; u < n; u++)
      spikes[t * n + u] = layer->spikes[t * layer->n_units + chosen[u]];
  snprintf(title, sizeof r->titles[0], "%s", layer->layer);
  if (n < layer->n_units)
    snprintf(title, sizeof r->titles[0], "%s, %zu most active of %zu", layer->layer, n,
             layer->n_units);
  r->spikes[place] = spikes;
  r->rows[place] = (spiqe_raster){.layer = title,
                                  .sample = sample,
                                  .label = run->samples.labels[sample],
                                  .n_steps = layer->n_steps,
                                  .n_units = n,
                                  .spikes = spikes};
  return SPIQE_OK;
}

/* Sample i of n: first the rasters of the first layer for all samples, then those of the last. */
static spiqe_status add_sample(spiqe_run *run, const spiqe_recording *layers, size_t n_layers,
                               size_t sample, size_t i, size_t n) {
  const spiqe_recording *last = &layers[n_layers - 1];
  if (i == 0) {
    SPIQE_TRY(spiqe_run_add_traces(run, layers, n_layers, sample));
    run->rasters.n = n_layers > 1 ? 2 * n : n;
  }
  if (n_layers == 1) return add_raster(run, last, sample, i);
  SPIQE_TRY(add_raster(run, &layers[0], sample, i));
  return add_raster(run, last, sample, n + i);
}

spiqe_status spiqe_run_add_activity(spiqe_run *run) {
  size_t chosen[SPIQE_RUN_SAMPLES], n = choose_samples(&run->samples, chosen);
  for (size_t i = 0; i < n; i++) {
    spiqe_recording *layers;
    size_t n_layers;
    SPIQE_TRY(
        spiqe_classifier_record(run->classifier, &run->samples, chosen[i], &layers, &n_layers));
    spiqe_status status = SPIQE_OK;
    if (n_layers > 0)
      status = add_sample(run, layers, n_layers, chosen[i], i, n);
    else if (run->about->n_neurons > 0)
      status = spiqe_fail(run->ctx, SPIQE_UNSUPPORTED,
                          "no layer of the network spikes: there are no states to draw");
    spiqe_recordings_destroy(layers, n_layers);
    SPIQE_TRY(status);
  }
  return SPIQE_OK;
}
