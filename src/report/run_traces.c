/* The neurons whose states over the steps are on the page. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "report/run.h"

#define MEMORIES 3 /* neurons of a layer with a quantum memory */

size_t spiqe_recording_spikes(const spiqe_recording *layer, size_t unit) {
  size_t n = 0;
  for (size_t t = 0; t < layer->n_steps; t++) n += layer->spikes[t * layer->n_units + unit];
  return n;
}

static double membrane_range(const spiqe_recording *layer, size_t unit) {
  double low = INFINITY, high = -INFINITY;
  for (size_t t = 0; t < layer->n_steps; t++) {
    low = fmin(low, layer->membrane[t * layer->n_units + unit]);
    high = fmax(high, layer->membrane[t * layer->n_units + unit]);
  }
  return high - low;
}

/* Of the neurons that spike, but not at each step, the one whose state moves most. */
static size_t choose_lively(const spiqe_recording *layer) {
  size_t best = 0;
  double best_range = -1;
  for (size_t u = 0; u < layer->n_units; u++) {
    size_t n = spiqe_recording_spikes(layer, u);
    double range = n > 0 && n < layer->n_steps ? membrane_range(layer, u) : -0.5;
    if (range <= best_range) continue;
    best_range = range;
    best = u;
  }
  return best;
}

static spiqe_status copy_states(spiqe_run *run, const spiqe_recording *layer, size_t unit,
                                size_t i) {
  spiqe_run_traces *r = &run->traces;
  size_t n_memory = 3 * layer->n_memory;
  r->values[i] = malloc((layer->n_steps + 1) * sizeof *r->values[i]);
  r->spikes[i] = malloc(layer->n_steps + 1);
  r->memory[i] = n_memory ? malloc((layer->n_steps + 1) * n_memory * sizeof(float)) : NULL;
  SPIQE_REQUIRE(run->ctx, r->values[i] && r->spikes[i] && (r->memory[i] || !n_memory),
                SPIQE_NO_MEMORY, "no memory for a trace");
  for (size_t t = 0; t < layer->n_steps; t++) {
    size_t at = t * layer->n_units + unit;
    r->values[i][t] = layer->membrane[at];
    r->spikes[i][t] = layer->spikes[at];
    if (n_memory)
      memcpy(r->memory[i] + t * n_memory, layer->memory + at * n_memory, n_memory * sizeof(float));
  }
  return SPIQE_OK;
}

static spiqe_status add_trace(spiqe_run *run, const spiqe_recording *layer, size_t unit,
                              size_t sample) {
  spiqe_run_traces *r = &run->traces;
  size_t i = r->n;
  if (i == SPIQE_RUN_TRACES) return SPIQE_OK;
  r->n++; /* from here on destroyed with the run */
  SPIQE_TRY(copy_states(run, layer, unit, i));
  snprintf(r->titles[i], sizeof r->titles[i], "%s, neuron %zu, test sample %zu", layer->layer, unit,
           sample);
  r->rows[i] = (spiqe_trace){.title = r->titles[i],
                             .quantity = layer->quantity,
                             .n_steps = layer->n_steps,
                             .values = r->values[i],
                             .spikes = r->spikes[i],
                             .threshold = layer->threshold,
                             .n_memory = layer->n_memory,
                             .memory = r->memory[i]};
  return SPIQE_OK;
}

/* How far the Bloch vectors of a neuron's memory go over the steps, from 0 to 1. */
static double way_of_memory(const spiqe_recording *layer, size_t unit) {
  size_t n = 3 * layer->n_memory, step = layer->n_units * n;
  double way = 0;
  for (size_t t = 1; t < layer->n_steps; t++)
    for (size_t k = 0; k < n; k++) {
      const float *at = layer->memory + t * step + unit * n + k;
      way += fabs((double)*at - (double)*(at - step));
    }
  return way / (double)(2 * n * layer->n_steps);
}

/* The neurons with a memory that spike most, those last that spike at each step: they show less;
 * of those that spike as often the ones whose memory goes farthest. */
static spiqe_status add_most_active(spiqe_run *run, const spiqe_recording *layer, size_t sample) {
  size_t chosen[MEMORIES], n = layer->n_units < MEMORIES ? layer->n_units : MEMORIES;
  double *keys = malloc((layer->n_units + 1) * sizeof *keys);
  SPIQE_REQUIRE(run->ctx, keys, SPIQE_NO_MEMORY, "no memory for %zu neurons", layer->n_units);
  for (size_t u = 0; u < layer->n_units; u++)
    keys[u] = (double)(spiqe_recording_spikes(layer, u) % layer->n_steps) + way_of_memory(layer, u);
  spiqe_status status = spiqe_find_largest(run->ctx, keys, layer->n_units, n, chosen);
  free(keys);
  SPIQE_TRY(status);
  for (size_t i = 0; i < n; i++) SPIQE_TRY(add_trace(run, layer, chosen[i], sample));
  return SPIQE_OK;
}

/* The layer of that name's number. Fails with the names there are. */
static spiqe_status find_layer(spiqe_run *run, const spiqe_recording *layers, size_t n_layers,
                               size_t number, const spiqe_recording **out) {
  char names[256] = "";
  for (size_t i = 0, at = 0; i < n_layers; i++) {
    *out = &layers[i];
    if (strtoul(layers[i].layer, NULL, 10) == number) return SPIQE_OK;
    if (at < sizeof names)
      at += (size_t)snprintf(names + at, sizeof names - at, "%s%s", i ? ", " : "", layers[i].layer);
  }
  return spiqe_fail(run->ctx, SPIQE_BAD_INDEX, "stage %zu is no layer of neurons; there are %s",
                    number, names);
}

static spiqe_status add_named(spiqe_run *run, const spiqe_recording *layers, size_t n_layers,
                              size_t sample) {
  SPIQE_REQUIRE(run->ctx, run->about->n_neurons <= SPIQE_RUN_TRACES, SPIQE_LIMIT,
                "%zu neurons are to be drawn, but at most %d", run->about->n_neurons,
                SPIQE_RUN_TRACES);
  for (size_t i = 0; i < run->about->n_neurons; i++) {
    const spiqe_neuron_place *place = &run->about->neurons[i];
    const spiqe_recording *layer;
    SPIQE_TRY(find_layer(run, layers, n_layers, place->layer, &layer));
    SPIQE_REQUIRE(run->ctx, place->unit < layer->n_units, SPIQE_BAD_INDEX,
                  "neuron %zu of %s: it has neurons 0 to %zu", place->unit, layer->layer,
                  layer->n_units - 1);
    SPIQE_TRY(add_trace(run, layer, place->unit, sample));
  }
  return SPIQE_OK;
}

spiqe_status spiqe_run_add_traces(spiqe_run *run, const spiqe_recording *layers, size_t n_layers,
                                  size_t sample) {
  const spiqe_recording *last = &layers[n_layers - 1];
  size_t label = run->samples.labels[sample];
  if (run->about->n_neurons) return add_named(run, layers, n_layers, sample);
  for (size_t i = 0; i < n_layers; i++)
    if (layers[i].memory) SPIQE_TRY(add_most_active(run, &layers[i], sample));
  if (n_layers > 1 && !layers[0].memory)
    SPIQE_TRY(add_trace(run, &layers[0], choose_lively(&layers[0]), sample));
  if (last->memory) return SPIQE_OK;
  return add_trace(run, last, label < last->n_units ? label : 0, sample);
}
