/* What the neurons did with one sample, as copies that outlive the network's buffers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "neuron/recurrent.h"
#include "train/classifier.h"

static void fill_spikes(const spiqe_network *net, size_t i, spiqe_recording *out) {
  const spiqe_signal *signal = &net->stages[i].out;
  size_t stride, units = out->n_units;
  const float *spikes = spiqe_network_sample(net, net->signals[i + 1], signal, 0, 1, &stride);
  const float *membrane = spiqe_network_sample(net, net->membranes[i], signal, 0, 1, &stride);
  for (size_t t = 0; t < out->n_steps; t++)
    for (size_t u = 0; u < units; u++) {
      out->spikes[t * units + u] = spikes[t * stride + u] != 0;
      out->membrane[t * units + u] = membrane[t * stride + u];
    }
}

/* The tape of a single sample begins with its trace, [n_steps][n_state][neurons]. Each spike of a
 * neuron has its memory. */
static void fill_memory(const spiqe_network *net, size_t i, spiqe_recording *out) {
  const spiqe_stage *stage = &net->stages[i];
  size_t units = out->n_units, neurons = stage->in.n_units / stage->in.n_planes;
  size_t step = stage->n_state * neurons;
  for (size_t t = 0; t < out->n_steps; t++)
    for (size_t u = 0; u < units; u++)
      stage->neuron->read_memory(stage, net->precision,
                                 spiqe_at(net->tapes[i], t * step + u % neurons, net->precision),
                                 neurons, out->memory + (t * units + u) * 3 * out->n_memory);
}

static double threshold_of(const spiqe_model *model, size_t i) {
  double threshold = NAN;
  spiqe_section section = spiqe_model_stage_section(model, i);
  for (size_t k = 0; k < section.n_options; k++)
    if (!strcmp(section.options[k].key, "threshold"))
      memcpy(&threshold, (char *)section.settings + section.options[k].offset, sizeof threshold);
  return threshold;
}

static spiqe_status record_layer(spiqe_classifier *c, size_t i, spiqe_recording *out) {
  const spiqe_stage *stage = &c->net->stages[i];
  size_t n = stage->out.n_steps * stage->out.n_units;
  *out = (spiqe_recording){.n_steps = stage->out.n_steps,
                           .n_units = stage->out.n_units,
                           .quantity = stage->kind->membrane,
                           .threshold = threshold_of(c->model, i)};
  snprintf(out->layer, sizeof out->layer, "%zu %.16s", i, stage->kind->name);
  out->spikes = malloc(n);
  out->membrane = malloc(n * sizeof *out->membrane);
  SPIQE_REQUIRE(c->ctx, out->spikes && out->membrane, SPIQE_NO_MEMORY, "no memory to record");
  fill_spikes(c->net, i, out);
  if (!c->net->tapes[i] || !stage->neuron->count_memory(stage)) return SPIQE_OK;
  out->n_memory = stage->neuron->count_memory(stage);
  out->memory = malloc(n * out->n_memory * 3 * sizeof *out->memory);
  SPIQE_REQUIRE(c->ctx, out->memory, SPIQE_NO_MEMORY, "no memory to record");
  fill_memory(c->net, i, out);
  return SPIQE_OK;
}

spiqe_status spiqe_classifier_look(spiqe_classifier *c, const spiqe_samples *samples,
                                   size_t sample) {
  uint32_t index = (uint32_t)sample;
  uint16_t predicted;
  SPIQE_TRY(spiqe_model_check_samples(c->model, samples));
  SPIQE_TRY(spiqe_classifier_plan(c, 1));
  SPIQE_TRY(spiqe_network_load(c->net, samples, &index, 1));
  spiqe_loss loss = {.settings = c->model->loss, .n_samples = 1, .predicted = &predicted};
  spiqe_network_run(c->net, 1, &index, c->seed, UINT32_MAX, spiqe_loss_listen, &loss);
  return SPIQE_OK;
}

static int spikes(const spiqe_stage *stage) {
  return stage->kind->is_neuron && !stage->kind->is_graded;
}

spiqe_status spiqe_classifier_record(spiqe_classifier *c, const spiqe_samples *samples,
                                     size_t sample, spiqe_recording **out, size_t *n_layers) {
  *out = NULL;
  *n_layers = 0;
  SPIQE_TRY(spiqe_classifier_look(c, samples, sample));
  spiqe_recording *recordings = calloc(c->net->n_stages, sizeof *recordings);
  SPIQE_REQUIRE(c->ctx, recordings, SPIQE_NO_MEMORY, "no memory to record");
  spiqe_status status = SPIQE_OK;
  size_t n = 0;
  for (size_t i = 0; status == SPIQE_OK && i < c->net->n_stages; i++)
    if (spikes(&c->net->stages[i])) status = record_layer(c, i, &recordings[n++]);
  if (status != SPIQE_OK) {
    spiqe_recordings_destroy(recordings, n);
    return status;
  }
  *out = recordings;
  *n_layers = n;
  return SPIQE_OK;
}

void spiqe_recordings_destroy(spiqe_recording *recordings, size_t n_layers) {
  for (size_t i = 0; recordings && i < n_layers; i++) {
    free(recordings[i].spikes);
    free(recordings[i].membrane);
    free(recordings[i].memory);
  }
  free(recordings);
}
