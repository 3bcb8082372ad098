#include "quantum/stabiliser_plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"

#define CHANCES ((size_t)64)

/* What is needed while a plan is made. */
typedef struct planner {
  spiqe_stabiliser_plan *plan;
  const double *inputs;
  size_t depth;              /* of open IF */
  uint32_t *qubit_of;        /* owned, [n_qubits of the circuit]; SPIQE_NO_BIT: not used yet */
  uint32_t *move_of;         /* owned, [n_operations] of IF, ELSE, WHILE and END */
  uint8_t *bytes;            /* owned, [n_bits] zeros */
  uint32_t chances[CHANCES]; /* the last chance with some value in the plan, 1 more; 0: none */
  spiqe_clifford_cache gates;
  spiqe_pauli_channel_cache channels;
} planner;

static const spiqe_operation *operation_at(const planner *p, size_t i) {
  return &p->plan->circuit->operations[i];
}

static uint32_t qubit_of(planner *p, uint32_t qubit) {
  uint32_t *number = &p->qubit_of[qubit & ~SPIQE_ON_ZERO];
  if (*number == SPIQE_NO_BIT) *number = (uint32_t)p->plan->n_qubits++;
  return *number;
}

static spiqe_status push_move(planner *p, const spiqe_move *move) {
  spiqe_stabiliser_plan *plan = p->plan;
  SPIQE_REQUIRE(plan->ctx, plan->n_moves < UINT32_MAX, SPIQE_LIMIT, "a circuit of too many moves");
  SPIQE_TRY(SPIQE_POOL_ROOM(plan, moves, 1));
  plan->moves[plan->n_moves++] = *move;
  return SPIQE_OK;
}

static spiqe_status refuse(const planner *p, size_t at) {
  return spiqe_fail(p->plan->ctx, SPIQE_UNSUPPORTED,
                    "operation %zu, %s, is neither Clifford nor a mixture of Paulis and resets", at,
                    spiqe_operation_name(p->plan->circuit, operation_at(p, at)));
}

/* Gates one behind the other are one move. */
static spiqe_status plan_gate(planner *p, size_t at) {
  spiqe_stabiliser_plan *plan = p->plan;
  const spiqe_operation *op = operation_at(p, at);
  const spiqe_clifford *found = spiqe_clifford_find(&p->gates, plan->circuit, op, p->inputs);
  if (!found->is_clifford) return refuse(p, at);
  if (!found->n_steps) return SPIQE_OK;
  SPIQE_REQUIRE(plan->ctx, plan->n_steps + found->n_steps < UINT32_MAX, SPIQE_LIMIT,
                "a circuit of too many steps");
  SPIQE_TRY(SPIQE_POOL_ROOM(plan, steps, found->n_steps));
  const uint32_t *used = plan->circuit->qubits_used + op->first_qubit;
  const uint32_t first = (uint32_t)plan->n_steps;
  for (size_t i = 0; i < found->n_steps; i++) {
    spiqe_clifford_step step = found->steps[i];
    step.a = qubit_of(p, used[step.a]);
    step.b = qubit_of(p, used[step.b]);
    plan->steps[plan->n_steps++] = step;
    if (p->depth && step.gate > SPIQE_CLIFFORD_Z) plan->has_frames = 0;
  }
  spiqe_move *last = plan->n_moves ? &plan->moves[plan->n_moves - 1] : NULL;
  if (last && last->kind == SPIQE_GATE) {
    last->n += found->n_steps;
    return SPIQE_OK;
  }
  return push_move(p, &(spiqe_move){.kind = SPIQE_GATE,
                                    .operation = (uint32_t)at,
                                    .first = first,
                                    .n = found->n_steps});
}

/* Number of a probability. One that comes again usually gets the same number. */
static spiqe_status find_chance(planner *p, double probability, uint32_t *out) {
  spiqe_stabiliser_plan *plan = p->plan;
  uint64_t bits;
  if (probability > 1) probability = 1; /* by rounding */
  memcpy(&bits, &probability, sizeof bits);
  uint32_t *known = &p->chances[bits * 0x9E3779B97F4A7C15u >> 58]; /* 2^64 / golden ratio */
  if (!*known || plan->chances[*known - 1] != probability) {
    SPIQE_TRY(SPIQE_POOL_ROOM(plan, chances, 1));
    plan->chances[plan->n_chances++] = probability;
    *known = (uint32_t)plan->n_chances;
  }
  *out = *known - 1;
  return SPIQE_OK;
}

static spiqe_status plan_channel(planner *p, size_t at) {
  spiqe_stabiliser_plan *plan = p->plan;
  const spiqe_operation *op = operation_at(p, at);
  const size_t entry = spiqe_pauli_channel_entry(&p->channels, plan->circuit, op);
  spiqe_pauli_channel_known *known = &p->channels.entries[entry];
  if (!known->is_pauli) return refuse(p, at);
  if (known->channel.total == 0) return SPIQE_OK;
  if (known->channel.resets) plan->has_frames = 0; /* a reset in some shots alone is no Pauli */
  if (known->index == SPIQE_NO_JUMP) {
    SPIQE_TRY(SPIQE_POOL_ROOM(plan, channels, 1));
    known->index = (uint32_t)plan->n_channels;
    plan->channels[plan->n_channels++] = known->channel;
  }
  spiqe_move move = {.kind = SPIQE_CHANNEL, .operation = (uint32_t)at, .index = known->index};
  move.n_targets = (uint8_t)op->n_targets;
  for (size_t t = 0; t < op->n_targets; t++)
    move.qubits[t] = qubit_of(p, plan->circuit->qubits_used[op->first_qubit + t]);
  SPIQE_TRY(find_chance(p, known->channel.total, &move.chance));
  return push_move(p, &move);
}

static spiqe_status plan_readout(planner *p, size_t at) {
  const spiqe_operation *op = operation_at(p, at);
  const spiqe_complex wrong = p->plan->circuit->numbers[op->first_angle];
  const double most = wrong.re > wrong.im ? wrong.re : wrong.im;
  if (!(most > 0)) return SPIQE_OK;
  spiqe_move move = {.kind = SPIQE_READOUT, .operation = (uint32_t)at, .bit = op->payload};
  move.p[0] = wrong.re / most;
  move.p[1] = wrong.im / most;
  SPIQE_TRY(find_chance(p, most, &move.chance));
  return push_move(p, &move);
}

static spiqe_status plan_expression(planner *p, const spiqe_operation *op, uint32_t *index) {
  spiqe_stabiliser_plan *plan = p->plan;
  spiqe_plane_expression e = {.nodes = plan->circuit->nodes + op->first_node,
                              .n_nodes = op->n_nodes,
                              .is_truth = op->kind != SPIQE_ASSIGN};
  spiqe_plane_expression_inputs(&e);
  e.first_value = plan->n_values;
  if (e.n_inputs != SPIQE_NO_TABLE) {
    const size_t n = (size_t)1 << e.n_inputs;
    SPIQE_TRY(SPIQE_POOL_ROOM(plan, values, n));
    spiqe_plane_expression_values(&e, p->bytes, plan->values + plan->n_values);
    plan->n_values += n;
  }
  SPIQE_TRY(SPIQE_POOL_ROOM(plan, expressions, 1));
  *index = (uint32_t)plan->n_expressions;
  plan->expressions[plan->n_expressions++] = e;
  return SPIQE_OK;
}

/* Measurement, reset, assignment, conditions and loops. */
static spiqe_status plan_other(planner *p, size_t at) {
  spiqe_stabiliser_plan *plan = p->plan;
  const spiqe_operation *op = operation_at(p, at);
  spiqe_move move = {.kind = op->kind, .operation = (uint32_t)at, .jump = op->jump};
  const int is_collapse = op->kind == SPIQE_MEASURE || op->kind == SPIQE_RESET;
  if (is_collapse) {
    move.qubits[0] = qubit_of(p, plan->circuit->qubits_used[op->first_qubit]);
    move.bit = op->kind == SPIQE_MEASURE ? op->payload : SPIQE_NO_BIT;
    move.draw = (uint32_t)plan->n_draws++;
  }
  if (op->kind == SPIQE_ASSIGN) {
    move.first = op->payload;
    move.n = op->n_targets < 64 ? op->n_targets : 64;
  }
  if (op->kind == SPIQE_ASSIGN || op->kind == SPIQE_IF || op->kind == SPIQE_WHILE)
    SPIQE_TRY(plan_expression(p, op, &move.index));
  if ((is_collapse && p->depth) || op->kind == SPIQE_WHILE) plan->has_frames = 0;
  if (op->kind == SPIQE_IF) p->depth++;
  if (op->kind == SPIQE_END && operation_at(p, op->jump)->kind != SPIQE_WHILE) p->depth--;
  if (p->depth > plan->depth) plan->depth = p->depth;
  p->move_of[at] = (uint32_t)plan->n_moves;
  return push_move(p, &move);
}

static spiqe_status plan_operation(planner *p, size_t at) {
  switch (operation_at(p, at)->kind) {
    case SPIQE_GATE:
    case SPIQE_MATRIX: return plan_gate(p, at);
    case SPIQE_CHANNEL: return plan_channel(p, at);
    case SPIQE_READOUT: return plan_readout(p, at);
    case SPIQE_BARRIER:
    case SPIQE_DELAY: return SPIQE_OK;
    default: return plan_other(p, at);
  }
}

static spiqe_status plan_all(planner *p) {
  const spiqe_circuit *circuit = p->plan->circuit;
  p->qubit_of = malloc((circuit->n_qubits + 1) * sizeof *p->qubit_of);
  p->move_of = malloc((circuit->n_operations + 1) * sizeof *p->move_of);
  p->bytes = calloc(circuit->n_bits + 1, 1);
  SPIQE_REQUIRE(p->plan->ctx, p->qubit_of && p->move_of && p->bytes, SPIQE_NO_MEMORY,
                "no memory for the plan of a circuit");
  for (size_t q = 0; q < circuit->n_qubits; q++) p->qubit_of[q] = SPIQE_NO_BIT;
  for (size_t i = 0; i < circuit->n_operations; i++) SPIQE_TRY(plan_operation(p, i));
  for (size_t i = 0; i < p->plan->n_moves; i++) {
    spiqe_move *move = &p->plan->moves[i];
    const int jumps = move->kind == SPIQE_IF || move->kind == SPIQE_ELSE ||
                      move->kind == SPIQE_WHILE || move->kind == SPIQE_END;
    if (jumps) move->jump = p->move_of[move->jump];
  }
  return SPIQE_OK;
}

spiqe_status spiqe_stabiliser_plan_create(spiqe_context *ctx, const spiqe_circuit *circuit,
                                          const double *inputs, spiqe_stabiliser_plan **out) {
  *out = NULL;
  SPIQE_TRY(spiqe_circuit_check_closed(circuit));
  spiqe_stabiliser_plan *plan = calloc(1, sizeof *plan);
  planner *p = calloc(1, sizeof *p);
  spiqe_status status = SPIQE_NO_MEMORY;
  if (plan && p) {
    *plan = (spiqe_stabiliser_plan){.ctx = ctx,
                                    .circuit = circuit,
                                    .n_bits = circuit->n_bits,
                                    .has_frames = 1};
    p->plan = plan;
    p->inputs = inputs;
    status = plan_all(p);
    free(p->qubit_of);
    free(p->move_of);
    free(p->bytes);
  } else {
    spiqe_fail(ctx, status, "no memory for the plan of a circuit");
  }
  free(p);
  if (status == SPIQE_OK)
    *out = plan;
  else
    spiqe_stabiliser_plan_destroy(plan);
  return status;
}

void spiqe_stabiliser_plan_destroy(spiqe_stabiliser_plan *plan) {
  if (!plan) return;
  free(plan->moves);
  free(plan->steps);
  free(plan->channels);
  free(plan->chances);
  free(plan->expressions);
  free(plan->values);
  free(plan);
}
