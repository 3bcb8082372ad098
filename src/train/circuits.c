/* A classifier whose neurons are run as circuits. */
#include "core/fail.h"
#include "neuron/sqs_engine.h"
#include "train/classifier.h"

void spiqe_classifier_drop_circuits(spiqe_classifier *c) {
  for (size_t i = 0; i < c->net->n_stages; i++) {
    spiqe_stage *stage = &c->net->stages[i];
    if (!stage->engine) continue;
    stage->neuron = c->kernels[i];
    spiqe_sqs_engine_destroy(stage->engine);
    stage->engine = NULL;
  }
  c->net->is_serial = 0;
}

static spiqe_status use_circuit(spiqe_classifier *c, size_t i, const spiqe_noise *noise) {
  spiqe_stage *stage = &c->net->stages[i];
  const size_t room = c->net->piece * (stage->in.n_units / stage->in.n_planes);
  spiqe_sqs_engine *engine;
  SPIQE_TRY(spiqe_sqs_engine_create(c->ctx, stage, noise, room, &engine));
  c->kernels[i] = stage->neuron;
  stage->neuron = &spiqe_sqs_engine_kernels;
  stage->engine = engine;
  return SPIQE_OK;
}

spiqe_status spiqe_classifier_use_circuits(spiqe_classifier *c, const spiqe_noise *noise) {
  spiqe_status status = spiqe_classifier_plan(c, 0);
  SPIQE_TRY(status);
  spiqe_classifier_drop_circuits(c);
  for (size_t i = 0; i < c->net->n_stages && status == SPIQE_OK; i++)
    if (c->net->stages[i].kind->is_neuron) status = use_circuit(c, i, noise);
  c->net->is_serial = status == SPIQE_OK;
  if (status != SPIQE_OK) spiqe_classifier_drop_circuits(c);
  return status;
}

spiqe_status spiqe_classifier_check_circuits(spiqe_classifier *c) {
  for (size_t i = 0; i < c->net->n_stages; i++) {
    const spiqe_sqs_engine *engine = c->net->stages[i].engine;
    if (engine && engine->status != SPIQE_OK) return engine->status; /* its message is there */
  }
  return SPIQE_OK;
}
