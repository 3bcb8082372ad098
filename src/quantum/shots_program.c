/* Make a reduced circuit ready: gates as steps, channels as tables. */
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"
#include "quantum/shots.h"

static int is_gate(const spiqe_operation *op) {
  return op->kind == SPIQE_GATE || op->kind == SPIQE_MATRIX;
}

/* The gates from `first` on: all their steps count as those of the first. */
static spiqe_status add_gates(spiqe_shots_program *p, const double *inputs, size_t first) {
  size_t n_operations;
  SPIQE_TRY(SPIQE_POOL_ROOM(p, runs, 1));
  spiqe_steps *run = &p->runs[p->n_runs];
  SPIQE_TRY(spiqe_steps_create(&p->reduced->circuit, inputs, first, &n_operations, run));
  p->n_runs++;
  SPIQE_TRY(SPIQE_POOL_ROOM(p, steps, run->n_steps));
  if (run->n_steps) memcpy(p->steps + p->n_steps, run->steps, run->n_steps * sizeof *run->steps);
  p->n_steps += run->n_steps;
  return SPIQE_OK;
}

static spiqe_status add_channel(spiqe_shots_program *p, const spiqe_operation *op) {
  const spiqe_circuit *circuit = &p->reduced->circuit;
  const spiqe_channel *channel = &circuit->channels[op->payload];
  spiqe_kraus *kraus = &p->kraus[op->payload];
  if (!kraus->n_kraus) SPIQE_TRY(spiqe_kraus_create(circuit, channel, kraus));
  if (channel->n_kraus > p->most_kraus) p->most_kraus = channel->n_kraus;
  if (kraus->is_identity) return SPIQE_OK;
  SPIQE_TRY(SPIQE_POOL_ROOM(p, steps, 1));
  spiqe_step *step = &p->steps[p->n_steps++];
  *step = (spiqe_step){.n_targets = channel->n_targets, .matrix = kraus->main_matrix};
  memcpy(step->targets, circuit->qubits_used + op->first_qubit,
         channel->n_targets * sizeof *step->targets);
  return SPIQE_OK;
}

static spiqe_status add_all(spiqe_shots_program *p, const double *inputs) {
  const spiqe_operation *ops = p->reduced->circuit.operations;
  for (size_t i = 0; i < p->reduced->n_core; i++) {
    p->step_at[i] = (uint32_t)p->n_steps;
    if (is_gate(&ops[i]) && (i == 0 || !is_gate(&ops[i - 1]))) SPIQE_TRY(add_gates(p, inputs, i));
    if (ops[i].kind == SPIQE_CHANNEL) SPIQE_TRY(add_channel(p, &ops[i]));
    SPIQE_REQUIRE(p->ctx, p->n_steps < UINT32_MAX, SPIQE_LIMIT, "more than %u gates", UINT32_MAX);
  }
  p->step_at[p->reduced->n_core] = (uint32_t)p->n_steps;
  return SPIQE_OK;
}

spiqe_status spiqe_shots_program_create(const spiqe_reduced *reduced, const double *inputs,
                                        spiqe_shots_program *out) {
  const spiqe_circuit *circuit = &reduced->circuit;
  *out = (spiqe_shots_program){.ctx = circuit->ctx, .reduced = reduced, .most_kraus = 2};
  out->step_at = calloc(reduced->n_core + 1, sizeof *out->step_at);
  out->kraus = calloc(circuit->n_channels + 1, sizeof *out->kraus);
  spiqe_status status = SPIQE_OK;
  if (!out->step_at || !out->kraus)
    status = spiqe_fail(circuit->ctx, SPIQE_NO_MEMORY, "no memory for a circuit of %zu operations",
                        circuit->n_operations);
  if (status == SPIQE_OK) status = add_all(out, inputs);
  if (status != SPIQE_OK) spiqe_shots_program_destroy(out);
  return status;
}

void spiqe_shots_program_destroy(spiqe_shots_program *program) {
  for (size_t i = 0; i < program->n_runs; i++) spiqe_steps_destroy(&program->runs[i]);
  for (size_t i = 0; program->kraus && i < program->reduced->circuit.n_channels; i++)
    spiqe_kraus_destroy(&program->kraus[i]);
  free(program->steps);
  free(program->runs);
  free(program->step_at);
  free(program->kraus);
  *program = (spiqe_shots_program){0};
}
