/* One neuron of a trained network as a circuit. */
#include <math.h>
#include <stdlib.h>

#include "core/fail.h"
#include "neuron/circuit.h"
#include "neuron/qlif_circuit.h"
#include "neuron/sqs_circuit.h"
#include "quantum/noise.h"
#include "spiqe/export.h"
#include "stage/values.h"
#include "train/classifier.h"

/* The circuit is that of the physical neuron. */
static spiqe_status check_law(spiqe_context *ctx, const spiqe_stage *stage) {
  const spiqe_qlif_settings *s = stage->settings;
  SPIQE_REQUIRE(ctx, s->leak == SPIQE_LEAK_PHYSICAL && !s->smooth, SPIQE_UNSUPPORTED,
                "stage %zu (qlif): a circuit is there for leak: physical without smooth",
                stage->index);
  return SPIQE_OK;
}

static spiqe_status check_place(spiqe_classifier *c, const spiqe_samples *samples, size_t sample,
                                size_t layer, size_t neuron, const spiqe_noise *device) {
  SPIQE_REQUIRE(c->ctx, sample < samples->n_samples, SPIQE_BAD_INDEX,
                "sample %zu, but there are %zu, from 0", sample, samples->n_samples);
  SPIQE_REQUIRE(c->ctx, layer < c->net->n_stages && c->net->stages[layer].kind->is_neuron,
                SPIQE_BAD_INDEX,
                "stage %zu is no layer of neurons; of %zu stages, from 0, every "
                "second is",
                layer, c->net->n_stages);
  const spiqe_stage *stage = &c->net->stages[layer];
  const int is_circuit = stage->kind == &spiqe_circuit_stage; /* all of it is one neuron */
  const size_t n = is_circuit ? 1 : stage->in.n_units / stage->in.n_planes;
  SPIQE_REQUIRE(c->ctx, neuron < n, SPIQE_BAD_INDEX, "neuron %zu, but stage %zu has %zu, from 0",
                neuron, layer, n);
  SPIQE_REQUIRE(c->ctx, is_circuit || stage->kind == &spiqe_sqs || stage->kind == &spiqe_qlif,
                SPIQE_UNSUPPORTED,
                "stage %zu is of %s; circuits are there for qlif, sqs and circuit", layer,
                stage->kind->name);
  SPIQE_REQUIRE(c->ctx, !device || stage->kind == &spiqe_qlif, SPIQE_BAD_ARGUMENT,
                "stage %zu is of %s, whose circuits are the same for each device; those of qlif "
                "wait by its T1",
                layer, stage->kind->name);
  return stage->kind == &spiqe_qlif ? check_law(c->ctx, stage) : SPIQE_OK;
}

/* Currents of one neuron, [step][plane], in the network that holds one sample. */
static void read_currents(const spiqe_network *net, size_t layer, size_t neuron, double *out) {
  const spiqe_stage *stage = &net->stages[layer];
  const size_t n_planes = stage->in.n_planes, n = stage->in.n_units / n_planes;
  size_t stride;
  const float *currents = spiqe_network_sample(net, net->signals[layer], &stage->in, 0, 1, &stride);
  if (stage->is_recurrent) { /* with what the population gave to itself */
    currents = net->kept[layer];
    stride = stage->in.n_units;
  }
  for (size_t i = 0; i < stage->in.n_steps * n_planes; i++)
    out[i] = (double)currents[i / n_planes * stride + i % n_planes * n + neuron];
}

/* That of the first step. */
static spiqe_status build_circuit(spiqe_classifier *c, size_t layer, spiqe_circuit **out) {
  const spiqe_network *net = c->net;
  const spiqe_stage *stage = &net->stages[layer];
  double *values = malloc(stage->in.n_units * sizeof *values);
  size_t stride;
  const float *from = spiqe_network_sample(net, net->signals[layer], &stage->in, 0, 1, &stride);
  SPIQE_REQUIRE(c->ctx, values, SPIQE_NO_MEMORY, "no memory for a circuit");
  for (size_t i = 0; i < stage->in.n_units; i++) values[i] = (double)from[i];
  const void *parameters = spiqe_at(net->parameters, net->offsets[layer], net->precision);
  const spiqe_status status =
      spiqe_circuit_of_sample(stage, net->precision, parameters, values, out);
  free(values);
  return status;
}

/* Currents that turn, then the parameters. */
static spiqe_status build_sqs(spiqe_classifier *c, size_t layer, size_t neuron, double *inputs,
                              spiqe_circuit **out) {
  const spiqe_network *net = c->net;
  const spiqe_stage *stage = &net->stages[layer];
  const size_t n = stage->in.n_units / stage->in.n_planes;
  const size_t n_currents = stage->in.n_steps * stage->in.n_planes;
  const void *parameters = spiqe_at(net->parameters, net->offsets[layer], net->precision);
  SPIQE_TRY(spiqe_sqs_circuit(c->ctx, stage->settings, stage->in.n_steps, out));
  const size_t n_inputs = spiqe_circuit_n_inputs(*out);
  for (size_t i = 0; i < n_currents; i++) inputs[i] = fmax(0, inputs[i]);
  for (size_t k = 0; k < n_inputs - n_currents; k++)
    inputs[n_currents + k] = spiqe_value_get(parameters, k * n + neuron, net->precision);
  return spiqe_circuit_bind(*out, inputs);
}

static spiqe_status build_qlif(spiqe_classifier *c, size_t layer, size_t neuron,
                               const spiqe_noise *device, const double *currents,
                               spiqe_circuit **out) {
  const spiqe_network *net = c->net;
  const spiqe_stage *stage = &net->stages[layer];
  const spiqe_qlif_settings *settings = stage->settings;
  const double t1 = device ? spiqe_noise_qubit_at(device, 0)->t1 : settings->t1 * 1e-6;
  SPIQE_REQUIRE(c->ctx, isfinite(t1), SPIQE_UNSUPPORTED,
                "the device has no T1, which the waits of a qlif neuron are measured by");
  const spiqe_qlif_history history = {
      .settings = settings,
      .n_steps = stage->in.n_steps,
      .n_planes = stage->in.n_planes,
      .currents = currents,
      .threshold = spiqe_value_get(net->derived[layer], neuron, net->precision),
      .wait = spiqe_value_get(net->derived[layer], stage->out.n_units + neuron, net->precision),
      .unit = t1 / settings->t1};
  return spiqe_qlif_circuit(c->ctx, &history, out);
}

static spiqe_status build(spiqe_classifier *c, size_t layer, size_t neuron,
                          const spiqe_noise *device, spiqe_circuit **out) {
  const spiqe_stage *stage = &c->net->stages[layer];
  const size_t n = stage->in.n_steps * stage->in.n_planes + stage->n_parameters;
  if (stage->kind == &spiqe_circuit_stage) return build_circuit(c, layer, out);
  double *inputs = malloc(n * sizeof *inputs);
  SPIQE_REQUIRE(c->ctx, inputs, SPIQE_NO_MEMORY, "no memory for a circuit");
  read_currents(c->net, layer, neuron, inputs);
  spiqe_status status = stage->kind == &spiqe_sqs
                            ? build_sqs(c, layer, neuron, inputs, out)
                            : build_qlif(c, layer, neuron, device, inputs, out);
  free(inputs);
  if (status == SPIQE_OK) return status;
  spiqe_circuit_destroy(*out);
  *out = NULL;
  return status;
}

spiqe_status spiqe_export_neuron(spiqe_classifier *c, const spiqe_samples *samples, size_t sample,
                                 size_t layer, size_t neuron, const spiqe_noise *device,
                                 spiqe_circuit **out) {
  *out = NULL;
  SPIQE_TRY(check_place(c, samples, sample, layer, neuron, device));
  spiqe_stage *stage = &c->net->stages[layer];
  const size_t n_needed = stage->n_needed;
  stage->n_needed = 0; /* waits too, where nothing is lost by them */
  spiqe_status status = spiqe_classifier_look(c, samples, sample);
  stage->n_needed = n_needed;
  return status == SPIQE_OK ? build(c, layer, neuron, device, out) : status;
}
