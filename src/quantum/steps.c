/* A circuit's gates as matrices on a register. */
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"
#include "quantum/state.h"

typedef struct maker {
  const spiqe_circuit *circuit;
  const double *inputs;
  spiqe_steps *out;
} maker;

#define ROOM(m, pool, more)                                                                        \
  spiqe_grow((m)->circuit->ctx, (void **)&(m)->out->pool, &(m)->out->room_##pool,                  \
             (m)->out->n_##pool + (more), sizeof *(m)->out->pool)

/* The matrix pointer holds an index until the pool has stopped moving. */
static spiqe_status add_step(maker *m, const spiqe_operation *op) {
  const uint32_t *qubits =
      op->n_controls + op->n_targets ? m->circuit->qubits_used + op->first_qubit : NULL;
  const size_t n = (size_t)1 << 2 * op->n_targets;
  SPIQE_TRY(ROOM(m, steps, 1));
  SPIQE_TRY(ROOM(m, matrices, n));
  spiqe_step *step = &m->out->steps[m->out->n_steps];
  *step = (spiqe_step){.n_targets = op->n_targets};
  for (uint32_t i = 0; i < op->n_controls; i++) {
    uint64_t bit = (uint64_t)1 << (qubits[i] & ~SPIQE_ON_ZERO);
    step->control_mask |= bit;
    if (!(qubits[i] & SPIQE_ON_ZERO)) step->control_value |= bit;
  }
  for (uint32_t i = 0; i < op->n_targets; i++) step->targets[i] = qubits[op->n_controls + i];
  spiqe_operation_matrix(m->circuit, op, m->inputs, m->out->matrices + m->out->n_matrices);
  step->matrix = (const spiqe_complex *)(uintptr_t)m->out->n_matrices;
  m->out->n_matrices += n;
  m->out->n_steps++;
  return SPIQE_OK;
}

static int is_passed_over(const spiqe_operation *op) {
  return op->kind == SPIQE_BARRIER || op->kind == SPIQE_DELAY ||
         (op->kind == SPIQE_GATE && !strcmp(spiqe_gates[op->gate].name, "id"));
}

spiqe_status spiqe_steps_create(const spiqe_circuit *circuit, const double *inputs, size_t first,
                                size_t *n_operations, spiqe_steps *out) {
  maker m = {circuit, inputs, out};
  spiqe_status status = SPIQE_OK;
  memset(out, 0, sizeof *out);
  SPIQE_REQUIRE(circuit->ctx, circuit->n_qubits <= 64, SPIQE_LIMIT,
                "a state of %zu qubits; at most 64 are supported", circuit->n_qubits);
  size_t i = first;
  for (; i < circuit->n_operations; i++) {
    const spiqe_operation *op = &circuit->operations[i];
    if (is_passed_over(op)) continue;
    if (op->kind != SPIQE_GATE && op->kind != SPIQE_MATRIX) break;
    SPIQE_TRY_GOTO(add_step(&m, op), failed);
  }
  *n_operations = i - first;
  for (size_t k = 0; k < out->n_steps; k++)
    out->steps[k].matrix = out->matrices + (uintptr_t)out->steps[k].matrix;
  return SPIQE_OK;
failed:
  spiqe_steps_destroy(out);
  return status;
}

void spiqe_steps_destroy(spiqe_steps *steps) {
  free(steps->steps);
  free(steps->matrices);
  memset(steps, 0, sizeof *steps);
}
