/* What SQS neurons do, counted. */
#include "neuron/count.h"
#include "neuron/sqs.h"
#include "quantum/lanes_step.h"

/* The formulas of src/device/reference/sqs.inc, sines and cosines of parameters being known. The
 * mean field has no outcome that the memory would follow. */
static spiqe_neuron_update closed_update(int is_expected) {
  spiqe_neuron_update update = {
      .additions = 10, .multiplications = 16, .functions = 2, .n_state = 2, .n_learnt = 3};
  if (is_expected) return update;
  update.additions += 4;
  update.multiplications += 8;
  update.functions += 2;
  update.draws = 1;
  return update;
}

/* A LINEAR has outputs of different lengths: row, m, then m rows and numbers. */
static void add_linear(const spiqe_lane_op *op, const uint32_t *items,
                       spiqe_neuron_update *update) {
  for (uint32_t i = 0, at = op->first; i < op->n; i++) {
    const uint32_t m = items[at + 1];
    update->multiplications += m;
    update->additions += m ? m - 1 : 0;
    at += 2 + 2 * m;
  }
}

/* Kinds that are not here move rows or fill them. */
static void add_operation(const spiqe_lane_op *op, const uint32_t *items,
                          spiqe_neuron_update *update) {
  const double n = op->n;
  switch (op->kind) {
    case SPIQE_LANE_ANGLE:
      update->multiplications += n + 1; /* half of it */
      update->additions += n;
      update->functions += 2;
      break;
    case SPIQE_LANE_ROTATE:
      update->multiplications += 4 * n;
      update->additions += 2 * n;
      break;
    case SPIQE_LANE_SPREAD: update->multiplications += 2 * n; break;
    case SPIQE_LANE_BUTTERFLY: update->additions += 2 * n; break;
    case SPIQE_LANE_LINEAR: add_linear(op, items, update); break;
    case SPIQE_LANE_SCALE: update->multiplications += n; break;
    case SPIQE_LANE_WEIGHTS:
      update->multiplications += n + op->number;
      update->additions += n + op->number;
      break;
    default: break;
  }
}

/* The compiled program of a step, without what depends on parameters alone; then, for each in/out
 * qubit, the probability of a spike and a draw, and the norm of what is kept. */
static spiqe_neuron_update step_update(const spiqe_step_program *p) {
  const double n_io = (double)p->n_io, n_state = (double)spiqe_step_state(p);
  spiqe_neuron_update update = {.n_state = n_state, .n_learnt = (double)p->n_parameters};
  for (size_t i = p->n_prologue; i < p->n_ops; i++) add_operation(&p->ops[i], p->items, &update);
  update.additions += 2 * n_io;
  update.functions += n_io + 2;
  update.draws = n_io;
  update.multiplications += n_state;
  return update;
}

void spiqe_sqs_count(const spiqe_stage *stage, const spiqe_activity *activity, spiqe_work *sum) {
  const spiqe_sqs_settings *s = stage->settings;
  const spiqe_lane_step *step = stage->owned; /* NULL for crx */
  const double shots = s->mode == SPIQE_SQS_MODE_SINGLE_SHOT ? 1 : (double)s->shots;
  const double runs = s->mode == SPIQE_SQS_MODE_SHOTS ? shots : 1; /* of the formulas */
  spiqe_neuron_update update =
      step ? step_update(&step->kernel) : closed_update(s->mode == SPIQE_SQS_MODE_EXPECTED);
  update.additions *= runs;
  update.multiplications *= runs;
  update.functions *= runs;
  update.draws *= runs;
  update.n_state *= runs;
  spiqe_neuron_count(stage, activity, &update, sum);
  const double neurons = (double)(stage->in.n_units / stage->in.n_planes);
  spiqe_neuron_count_circuits((double)activity->n_samples * neurons, shots,
                              (double)(s->inputs + s->memory_qubits), sum);
}
