/* SQS neurons as circuits on lanes. */
#include "neuron/sqs_engine.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "neuron/sqs_circuit.h"

static spiqe_status check(spiqe_context *ctx, const spiqe_stage *stage) {
  const spiqe_sqs_settings *s = stage->settings;
  SPIQE_REQUIRE(ctx, stage->kind == &spiqe_sqs, SPIQE_UNSUPPORTED,
                "stage %zu is of %s; circuits are there for sqs", stage->index, stage->kind->name);
  SPIQE_REQUIRE(ctx, s->mode == SPIQE_SQS_MODE_SINGLE_SHOT && !s->recurrent, SPIQE_UNSUPPORTED,
                "stage %zu (sqs): circuits are there for single shots without recurrence",
                stage->index);
  return SPIQE_OK;
}

static spiqe_status make_circuit(spiqe_context *ctx, const spiqe_stage *stage,
                                 const spiqe_noise *noise, spiqe_circuit **out) {
  SPIQE_TRY(spiqe_sqs_circuit(ctx, stage->settings, stage->in.n_steps, out));
  if (!noise) return SPIQE_OK;
  spiqe_circuit *ideal = *out;
  spiqe_status status = spiqe_noise_apply(noise, ideal, out);
  spiqe_circuit_destroy(ideal);
  return status;
}

static spiqe_status fill(const spiqe_stage *stage, const spiqe_noise *noise,
                         spiqe_sqs_engine *engine) {
  spiqe_circuit *circuit = NULL;
  SPIQE_TRY(make_circuit(engine->ctx, stage, noise, &circuit));
  spiqe_status status = spiqe_lanes_create(engine->ctx, circuit, "f32", &engine->lanes);
  engine->n_inputs = spiqe_circuit_n_inputs(circuit);
  spiqe_circuit_destroy(circuit);
  SPIQE_TRY(status);
  engine->inputs = malloc(engine->n_inputs * engine->room * sizeof *engine->inputs);
  engine->bits = malloc(stage->in.n_steps * stage->in.n_planes * engine->room);
  SPIQE_REQUIRE(engine->ctx, engine->inputs && engine->bits, SPIQE_NO_MEMORY,
                "no memory for %zu circuits", engine->room);
  return SPIQE_OK;
}

spiqe_status spiqe_sqs_engine_create(spiqe_context *ctx, const spiqe_stage *stage,
                                     const spiqe_noise *noise, size_t room,
                                     spiqe_sqs_engine **out) {
  *out = NULL;
  SPIQE_TRY(check(ctx, stage));
  spiqe_sqs_engine *engine = calloc(1, sizeof *engine);
  SPIQE_REQUIRE(ctx, engine, SPIQE_NO_MEMORY, "no memory for circuits");
  engine->ctx = ctx;
  engine->room = room;
  spiqe_status status = fill(stage, noise, engine);
  if (status == SPIQE_OK)
    *out = engine;
  else
    spiqe_sqs_engine_destroy(engine);
  return status;
}

void spiqe_sqs_engine_destroy(spiqe_sqs_engine *engine) {
  if (!engine) return;
  spiqe_lanes_destroy(engine->lanes);
  free(engine->inputs);
  free(engine->bits);
  free(engine);
}

/* Currents that turn, then the parameters; lane = sample n_neurons + neuron. */
static void fill_inputs(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run, size_t n_lanes, float *out) {
  const size_t n_io = stage->in.n_planes, n = stage->in.n_units / n_io;
  const size_t n_currents = run->n_steps * n_io;
  const spiqe_sqs_engine *engine = stage->engine;
  const float *parameters = pass->parameters;
  for (size_t k = 0; k < n_currents; k++)
    for (size_t r = 0; r < pass->n_rows; r++) {
      const float *z = (const float *)run->current + k / n_io * run->step_stride +
                       r * stage->in.n_units + k % n_io * n;
      float *to = out + k * n_lanes + r * n;
      for (size_t u = 0; u < n; u++) to[u] = z[u] > 0 ? z[u] : 0;
    }
  for (size_t k = 0; k < engine->n_inputs - n_currents; k++)
    for (size_t r = 0; r < pass->n_rows; r++)
      memcpy(out + (n_currents + k) * n_lanes + r * n, parameters + k * n, n * sizeof *out);
}

/* Bit step n_io + q of each lane to [step][sample][q][neuron]. */
static void give_spikes(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run, size_t n_lanes, const uint8_t *bits) {
  const size_t n_io = stage->in.n_planes, n = stage->in.n_units / n_io;
  for (size_t k = 0; k < run->n_steps * n_io; k++)
    for (size_t i = 0; i < n_lanes; i++) {
      const size_t at = ((k / n_io * pass->n_rows + i / n) * n_io + k % n_io) * n + i % n;
      const float spike = bits ? (float)bits[k * n_lanes + i] : 0;
      ((float *)run->spikes)[at] = spike;
      if (run->membrane) ((float *)run->membrane)[at] = spike;
    }
}

static void run_forward(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run) {
  spiqe_sqs_engine *engine = stage->engine;
  const size_t n = stage->in.n_units / stage->in.n_planes, n_lanes = pass->n_rows * n;
  const spiqe_lanes_run lanes = {.n_lanes = n_lanes,
                                 .inputs = engine->inputs,
                                 .seed = (uint64_t)pass->key[0] << 32 | pass->key[1],
                                 .first_lane = (uint64_t)pass->samples[0] * n,
                                 .bits = engine->bits};
  fill_inputs(stage, pass, run, n_lanes, engine->inputs);
  if (engine->status == SPIQE_OK) engine->status = spiqe_lanes_forward(engine->lanes, &lanes);
  give_spikes(stage, pass, run, n_lanes, engine->status == SPIQE_OK ? engine->bits : NULL);
}

const spiqe_neuron_kernels spiqe_sqs_engine_kernels = {.forward = run_forward};
