/* One neuron of a trained network as a circuit. */
#include <math.h>
#include <stdlib.h>

#include "core/fail.h"
#include "neuron/sqs_circuit.h"
#include "spiqe/export.h"
#include "stage/values.h"
#include "train/classifier.h"

static spiqe_status check_place(spiqe_classifier *c, const spiqe_samples *samples, size_t sample,
                                size_t layer, size_t neuron) {
  SPIQE_REQUIRE(c->ctx, sample < samples->n_samples, SPIQE_BAD_INDEX,
                "sample %zu, but there are %zu, from 0", sample, samples->n_samples);
  SPIQE_REQUIRE(c->ctx, layer < c->net->n_stages && c->net->stages[layer].kind->is_neuron,
                SPIQE_BAD_INDEX,
                "stage %zu is no layer of neurons; of %zu stages, from 0, every "
                "second is",
                layer, c->net->n_stages);
  const spiqe_stage *stage = &c->net->stages[layer];
  const size_t n = stage->in.n_units / stage->in.n_planes;
  SPIQE_REQUIRE(c->ctx, neuron < n, SPIQE_BAD_INDEX, "neuron %zu, but stage %zu has %zu, from 0",
                neuron, layer, n);
  SPIQE_REQUIRE(c->ctx, stage->kind == &spiqe_sqs, SPIQE_UNSUPPORTED,
                "stage %zu is of %s; a circuit of gates is there for sqs", layer,
                stage->kind->name);
  return SPIQE_OK;
}

/* Currents that turn, [step][in/out qubit], then the parameters. The network holds one sample. */
static void fill_inputs(const spiqe_network *net, size_t layer, size_t neuron, size_t n_inputs,
                        double *out) {
  const spiqe_stage *stage = &net->stages[layer];
  const size_t n_io = stage->in.n_planes, n = stage->in.n_units / n_io;
  const size_t n_currents = stage->in.n_steps * n_io;
  size_t stride;
  const float *currents = spiqe_network_sample(net, net->signals[layer], &stage->in, 0, 1, &stride);
  const void *parameters = spiqe_at(net->parameters, net->offsets[layer], net->precision);
  if (stage->is_recurrent) { /* with what the population gave to itself */
    currents = net->kept[layer];
    stride = stage->in.n_units;
  }
  for (size_t i = 0; i < n_currents; i++)
    out[i] = fmax(0, (double)currents[i / n_io * stride + i % n_io * n + neuron]);
  for (size_t k = 0; k < n_inputs - n_currents; k++)
    out[n_currents + k] = spiqe_value_get(parameters, k * n + neuron, net->precision);
}

static spiqe_status build(spiqe_classifier *c, size_t layer, size_t neuron, spiqe_circuit **out) {
  const spiqe_stage *stage = &c->net->stages[layer];
  SPIQE_TRY(spiqe_sqs_circuit(c->ctx, stage->settings, stage->in.n_steps, out));
  const size_t n_inputs = spiqe_circuit_n_inputs(*out);
  double *inputs = malloc((n_inputs + 1) * sizeof *inputs);
  spiqe_status status = SPIQE_OK;
  if (!inputs)
    status = spiqe_fail(c->ctx, SPIQE_NO_MEMORY, "no memory for a circuit");
  else
    fill_inputs(c->net, layer, neuron, n_inputs, inputs);
  if (status == SPIQE_OK) status = spiqe_circuit_bind(*out, inputs);
  free(inputs);
  if (status == SPIQE_OK) return status;
  spiqe_circuit_destroy(*out);
  *out = NULL;
  return status;
}

spiqe_status spiqe_export_neuron(spiqe_classifier *c, const spiqe_samples *samples, size_t sample,
                                 size_t layer, size_t neuron, spiqe_circuit **out) {
  *out = NULL;
  SPIQE_TRY(check_place(c, samples, sample, layer, neuron));
  SPIQE_TRY(spiqe_classifier_look(c, samples, sample));
  return build(c, layer, neuron, out);
}
