/* Fitting of a description to data: what it leaves open is filled in. */
#include <string.h>

#include "core/fail.h"
#include "model/model.h"

/* The last synapse; NULL when there is none. */
static const spiqe_stage_spec *last_synapse(const spiqe_model *model) {
  for (size_t i = model->network.n_stages; i-- > 0;) {
    const spiqe_stage_kind *kind = model->network.stages[i].kind;
    if (!kind->is_neuron && !kind->is_pass_through) return &model->network.stages[i];
  }
  return NULL;
}

/* Where a stage keeps its units; NULL when it has no such option. */
static size_t *units_of(const spiqe_stage_spec *stage) {
  for (size_t i = 0; i < stage->kind->n_options; i++) {
    const spiqe_option *option = &stage->kind->options[i];
    if (!strcmp(option->key, "units") && option->type == SPIQE_OPTION_SIZE)
      return (size_t *)(void *)((char *)stage->settings + option->offset);
  }
  return NULL;
}

spiqe_status spiqe_model_fit(spiqe_model *model, const spiqe_samples *samples) {
  const spiqe_stage_spec *last = last_synapse(model);
  size_t *units = last ? units_of(last) : NULL;
  if (model->network.n_dimensions == 0)
    SPIQE_TRY(spiqe_model_set_input(model, samples->shape, samples->n_dimensions));
  const spiqe_network_spec *network = &model->network;
  if (network->encoder->fit)
    network->encoder->fit(network->encoder_settings, network->shape, network->n_dimensions);
  if (!units || *units > 0) return SPIQE_OK;
  SPIQE_REQUIRE(model->ctx, samples->n_classes > 0, SPIQE_BAD_SHAPE,
                "the model '%s' takes its number of classes from the data, but they have no labels",
                model->name);
  *units = samples->n_classes;
  return SPIQE_OK;
}
