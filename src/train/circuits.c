/* A classifier whose neurons are run as circuits. */
#include "core/fail.h"
#include "neuron/qlif_engine.h"
#include "neuron/sqs_engine.h"
#include "train/classifier.h"

const char *spiqe_qlif_memory_name(size_t index) {
  static const char *const names[SPIQE_N_QLIF_MEMORIES] = {"estimate", "history"};
  return index < SPIQE_N_QLIF_MEMORIES ? names[index] : NULL;
}

void spiqe_classifier_drop_circuits(spiqe_classifier *c) {
  for (size_t i = 0; i < c->net->n_stages; i++) {
    spiqe_stage *stage = &c->net->stages[i];
    if (!stage->engine) continue;
    stage->neuron = c->kernels[i];
    stage->n_needed = c->n_needed[i];
    if (stage->kind == &spiqe_qlif)
      spiqe_qlif_engine_destroy(stage->engine);
    else
      spiqe_sqs_engine_destroy(stage->engine);
    stage->engine = NULL;
  }
  c->net->is_serial = 0;
  c->circuit_runs = 0;
}

static spiqe_status use_qlif(spiqe_classifier *c, spiqe_stage *stage,
                             const spiqe_circuit_backend *backend) {
  spiqe_qlif_engine *engine;
  SPIQE_TRY(spiqe_qlif_engine_create(c->ctx, stage, backend->noise, backend->n_shots,
                                     backend->memory == SPIQE_QLIF_MEMORY_HISTORY, &engine));
  stage->neuron = &spiqe_qlif_engine_kernels;
  stage->engine = engine;
  stage->n_needed = 0; /* what is read wrongly at rest leaks too */
  return SPIQE_OK;
}

static spiqe_status use_sqs(spiqe_classifier *c, spiqe_stage *stage,
                            const spiqe_circuit_backend *backend) {
  const size_t room = c->net->piece * (stage->in.n_units / stage->in.n_planes);
  spiqe_sqs_engine *engine;
  SPIQE_TRY(spiqe_sqs_engine_create(c->ctx, stage, backend->noise, room, &engine));
  stage->neuron = &spiqe_sqs_engine_kernels;
  stage->engine = engine;
  c->net->is_serial = 1; /* lanes use all threads by themselves */
  c->circuit_runs = backend->n_shots ? backend->n_shots : 1;
  return SPIQE_OK;
}

static spiqe_status use_circuit(spiqe_classifier *c, size_t i,
                                const spiqe_circuit_backend *backend) {
  spiqe_stage *stage = &c->net->stages[i];
  c->kernels[i] = stage->neuron;
  c->n_needed[i] = stage->n_needed;
  if (stage->kind == &spiqe_qlif) return use_qlif(c, stage, backend);
  if (stage->kind == &spiqe_sqs) return use_sqs(c, stage, backend);
  return spiqe_fail(c->ctx, SPIQE_UNSUPPORTED,
                    "stage %zu is of %s; circuits are there for qlif and sqs", i,
                    stage->kind->name);
}

static spiqe_status check_memory(const spiqe_classifier *c, const spiqe_circuit_backend *backend) {
  int is_there =
      backend->memory == SPIQE_QLIF_MEMORY_ESTIMATE; /* where nothing else is asked for */
  for (size_t i = 0; i < c->net->n_stages; i++) is_there |= c->net->stages[i].kind == &spiqe_qlif;
  SPIQE_REQUIRE(c->ctx, is_there, SPIQE_BAD_ARGUMENT,
                "membrane %s is of qlif neurons, but the network has none",
                spiqe_qlif_memory_name(backend->memory));
  return SPIQE_OK;
}

spiqe_status spiqe_classifier_use_circuits(spiqe_classifier *c,
                                           const spiqe_circuit_backend *backend) {
  SPIQE_REQUIRE(c->ctx, backend->n_shots <= 1000000, SPIQE_BAD_ARGUMENT,
                "%zu shots, but at most 1000000 are possible", backend->n_shots);
  spiqe_status status = spiqe_classifier_plan(c, 0);
  SPIQE_TRY(status);
  SPIQE_TRY(check_memory(c, backend));
  spiqe_classifier_drop_circuits(c);
  c->circuit_runs = 1;
  for (size_t i = 0; i < c->net->n_stages && status == SPIQE_OK; i++)
    if (c->net->stages[i].kind->is_neuron) status = use_circuit(c, i, backend);
  if (status != SPIQE_OK) spiqe_classifier_drop_circuits(c);
  return status;
}

spiqe_status spiqe_classifier_check_circuits(spiqe_classifier *c) {
  for (size_t i = 0; i < c->net->n_stages; i++) {
    if (c->net->stages[i].kind != &spiqe_sqs) continue;
    spiqe_sqs_engine *engine = c->net->stages[i].engine;
    const spiqe_status status = engine ? engine->status : SPIQE_OK;
    if (engine) engine->status = SPIQE_OK;
    if (status != SPIQE_OK) return status;
  }
  return SPIQE_OK;
}
