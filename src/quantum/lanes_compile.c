/* From a circuit to a program of lanes: one walk over the operations. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"
#include "quantum/lanes_build.h"

#define LOG_2 0.69314718055994530942

/* Rows of a tile should stay in the first cache (32 KiB and more) with what else is read there;
 * more lanes cost less per lane for what is done once for each operation. A gradient has as many
 * adjoints, and rows of angles that are used once: there the second cache is near enough.
 * Measured on Zen 4: 16 to 28 KiB are alike forward, 24 to 80 backward. */
#define TILE_BYTES ((size_t)20 << 10)
#define GRADIENT_TILE_BYTES ((size_t)96 << 10)
#define LANES_OF_A_DRAW ((size_t)128) /* a vector of Philox blocks serves so many */

/* A condition that is one bit: *opposite is 1 for its negation. */
static int is_one_bit(const spiqe_circuit *circuit, const spiqe_operation *op, uint32_t *bit,
                      uint32_t *opposite) {
  const spiqe_node *nodes = circuit->nodes + op->first_node;
  if (op->n_nodes < 1 || nodes[0].kind != SPIQE_NODE_BITS || nodes[0].width != 1) return 0;
  *bit = nodes[0].first;
  *opposite = op->n_nodes == 2 && nodes[1].kind == SPIQE_NODE_NOT;
  if (op->n_nodes == 1 || *opposite) return !nodes[0].is_signed;
  return op->n_nodes == 2 && nodes[1].kind == SPIQE_NODE_TRUTH;
}

static spiqe_status emit_condition(spiqe_lane_builder *b, size_t operation, unsigned kind,
                                   uint32_t mask) {
  const spiqe_operation *op = &b->circuit->operations[operation];
  spiqe_lane_op made = spiqe_lane_op_of(kind);
  uint32_t bit, opposite;
  made.c = mask;
  made.mask = b->mask;
  made.number = (uint32_t)operation;
  if (kind == SPIQE_LANE_CONDITION && is_one_bit(b->circuit, op, &bit, &opposite)) {
    made.kind = SPIQE_LANE_BIT_MASK;
    made.bit = bit;
    made.number = opposite;
  }
  return spiqe_lane_emit_items(b, &made, 0, NULL);
}

static spiqe_status begin_scope(spiqe_lane_builder *b, size_t operation, unsigned kind) {
  spiqe_lane_scope scope = {.outer = b->mask};
  int loops = kind == SPIQE_LANE_WHILE;
  b->program->has_conditions = 1;
  size_t size = b->n_amplitudes * sizeof *b->state;
  SPIQE_TRY(SPIQE_POOL_ROOM(b, scopes, 1));
  if (loops) SPIQE_TRY(spiqe_lane_settle(b));
  SPIQE_TRY(spiqe_lane_take(b, &scope.mask));
  scope.begin = (uint32_t)b->program->n_ops;
  SPIQE_TRY(emit_condition(b, operation, kind, scope.mask));
  if (loops) {
    scope.state = malloc(size);
    SPIQE_REQUIRE(b->ctx, scope.state, SPIQE_NO_MEMORY, "no memory for a loop");
    memcpy(scope.state, b->state, size);
    for (size_t i = 0; i < 2 * b->n_amplitudes; i++) spiqe_lane_hold(b, scope.state[i].row);
  }
  b->scopes[b->n_scopes++] = scope;
  b->mask = scope.mask;
  return SPIQE_OK;
}

static spiqe_status turn_scope(spiqe_lane_builder *b) {
  spiqe_lane_scope *scope = &b->scopes[b->n_scopes - 1];
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_BUT_MASK);
  SPIQE_TRY(spiqe_lane_take(b, &op.c));
  op.mask = scope->outer;
  op.s = scope->mask;
  SPIQE_TRY(spiqe_lane_emit_items(b, &op, 0, NULL));
  SPIQE_TRY(spiqe_lane_drop(b, scope->mask));
  scope->mask = b->mask = op.c;
  return spiqe_lane_free(b);
}

/* Bring the state back to the rows that it had at the begin of the loop, by way of rows of its own
 * where it moved. */
static spiqe_status return_state(spiqe_lane_builder *b, spiqe_lane_ref *begin) {
  SPIQE_TRY(spiqe_lane_settle(b));
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    spiqe_lane_ref *ref = &b->state[i / 2][i % 2];
    spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_COPY);
    uint32_t words[2] = {ref->row, begin[i].row};
    op.n = 1;
    if (words[0] != words[1]) SPIQE_TRY(spiqe_lane_emit_items(b, &op, 2, words));
    SPIQE_TRY(spiqe_lane_put(b, ref, begin[i].row, 0));
  }
  return spiqe_lane_free(b);
}

static spiqe_status end_scope(spiqe_lane_builder *b) {
  spiqe_lane_scope scope = b->scopes[--b->n_scopes];
  spiqe_lane_program *p = b->program;
  spiqe_status status = SPIQE_OK;
  if (scope.state) {
    spiqe_lane_op op = p->ops[scope.begin];
    op.kind = SPIQE_LANE_END_WHILE;
    status = return_state(b, scope.state);
    if (status == SPIQE_OK) status = spiqe_lane_emit_items(b, &op, 0, NULL);
    free(scope.state);
    if (status != SPIQE_OK) return status;
    p->ops[p->n_ops - 1].first = scope.begin + 1;
    p->ops[scope.begin].first = (uint32_t)p->n_ops;
  }
  b->mask = scope.outer;
  SPIQE_TRY(spiqe_lane_drop(b, scope.mask));
  return spiqe_lane_free(b);
}

spiqe_status spiqe_lane_build_control(spiqe_lane_builder *b, size_t operation) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_ASSIGN);
  b->program->reads_bits = 1;
  switch (b->circuit->operations[operation].kind) {
    case SPIQE_IF: return begin_scope(b, operation, SPIQE_LANE_CONDITION);
    case SPIQE_WHILE:
      SPIQE_REQUIRE(b->ctx, !(b->way & SPIQE_LANES_GRADIENT), SPIQE_UNSUPPORTED,
                    "lanes have no gradient through a while loop");
      b->program->has_loops = 1;
      return begin_scope(b, operation, SPIQE_LANE_WHILE);
    case SPIQE_ELSE: return turn_scope(b);
    case SPIQE_END: return end_scope(b);
    default:
      op.number = (uint32_t)operation;
      op.mask = b->mask;
      return spiqe_lane_emit_items(b, &op, 0, NULL);
  }
}

static spiqe_status build_measurement(spiqe_lane_builder *b, size_t operation) {
  const spiqe_operation *op = &b->circuit->operations[operation];
  uint32_t qubit = b->circuit->qubits_used[op->first_qubit];
  if (op->kind == SPIQE_RESET)
    return b->fused[operation] ? SPIQE_OK : spiqe_lane_build_measure(b, qubit, UINT32_MAX, 1);
  size_t reset = spiqe_lane_reset_after(b->circuit, operation);
  int resets = reset < b->circuit->n_operations;
  if (resets) b->fused[reset] = 1;
  return spiqe_lane_build_measure(b, qubit, op->payload, resets);
}

spiqe_status spiqe_lane_build_operation(spiqe_lane_builder *b, size_t operation) {
  const spiqe_operation *op = &b->circuit->operations[operation];
  switch ((spiqe_operation_kind)op->kind) {
    case SPIQE_GATE:
    case SPIQE_MATRIX: return spiqe_lane_build_gate(b, op);
    case SPIQE_CHANNEL: return spiqe_lane_build_channel(b, op);
    case SPIQE_MEASURE:
    case SPIQE_RESET: return build_measurement(b, operation);
    case SPIQE_READOUT: return spiqe_lane_build_readout(b, op);
    case SPIQE_BARRIER:
    case SPIQE_DELAY: return SPIQE_OK;
    default: return spiqe_lane_build_control(b, operation);
  }
}

static spiqe_status begin_state(spiqe_lane_builder *b) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_START);
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    spiqe_lane_ref *ref = &b->state[i / 2][i % 2];
    *ref = (spiqe_lane_ref){i ? SPIQE_NO_ROW : SPIQE_ROW_ONE, 0};
    if (!(b->way & SPIQE_LANES_STARTED)) continue;
    SPIQE_TRY(spiqe_lane_take(b, &ref->row));
    SPIQE_TRY(spiqe_lane_item(b, ref->row));
    SPIQE_TRY(spiqe_lane_item(b, (uint32_t)i));
    op.n++;
  }
  if (op.n) SPIQE_TRY(spiqe_lane_emit(b, &op));
  if (b->way & SPIQE_LANES_GRADIENT) SPIQE_TRY(spiqe_lane_solid(b, &b->state[0][0]));
  if (!spiqe_lane_count_measurements(b->circuit)) return SPIQE_OK;
  SPIQE_TRY(spiqe_lane_take(b, &b->exponent));
  return spiqe_lane_fill(b, b->exponent, 0);
}

/* PROBABILITIES or STATES. */
static spiqe_status give_state(spiqe_lane_builder *b, unsigned kind, uint32_t norm) {
  spiqe_lane_op op = spiqe_lane_op_of(kind);
  op.c = norm;
  op.n = (uint32_t)b->n_amplitudes;
  SPIQE_TRY(spiqe_lane_number(b, ldexp(1, (int)b->n_doublings), &op.number));
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    spiqe_lane_ref *ref = &b->state[i / 2][i % 2];
    SPIQE_TRY(spiqe_lane_solid(b, ref));
    SPIQE_TRY(spiqe_lane_item(b, ref->row));
    if (kind == SPIQE_LANE_STATES) SPIQE_TRY(spiqe_lane_item(b, ref->is_negative));
  }
  return spiqe_lane_emit(b, &op);
}

/* Without measurements the norm is known; the last measurement of all lanes may know it. */
static spiqe_status give_results(spiqe_lane_builder *b) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_LIKELIHOOD);
  int known = b->n_measurements == 0 && !(b->way & (SPIQE_LANES_STARTED | SPIQE_LANES_GRADIENT));
  b->program->n_body = b->program->n_ops;
  op.c = b->norm;
  if (!known && op.c == SPIQE_NO_ROW) SPIQE_TRY(spiqe_lane_build_norm(b, &op.c));
  SPIQE_TRY(give_state(b, SPIQE_LANE_PROBABILITIES, op.c));
  SPIQE_TRY(give_state(b, SPIQE_LANE_STATES, op.c));
  SPIQE_TRY(spiqe_lane_number(b, known ? 0 : -LOG_2 * (double)b->n_doublings, &op.number));
  op.s = b->exponent;
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    if (b->state[i / 2][i % 2].row == SPIQE_NO_ROW) continue;
    SPIQE_TRY(spiqe_lane_item(b, b->state[i / 2][i % 2].row));
    op.n++;
  }
  return spiqe_lane_emit(b, &op);
}

void spiqe_lane_builder_clear(spiqe_lane_builder *b) {
  for (size_t i = 0; i < b->n_scopes; i++) free(b->scopes[i].state);
  free(b->state);
  free(b->uses);
  free(b->idle);
  free(b->leaving);
  free(b->items);
  free(b->spreads);
  free(b->scopes);
  free(b->fused);
}

static spiqe_status build(spiqe_lane_builder *b) {
  size_t n = b->circuit->n_operations;
  b->n_amplitudes = (size_t)1 << b->circuit->n_qubits;
  b->state = malloc(b->n_amplitudes * sizeof *b->state);
  b->fused = calloc(n + 1, sizeof *b->fused);
  SPIQE_REQUIRE(b->ctx, b->state && b->fused, SPIQE_NO_MEMORY, "no memory to compile lanes");
  SPIQE_TRY(begin_state(b));
  for (size_t i = 0; i < n; i++) SPIQE_TRY(spiqe_lane_build_operation(b, i));
  return give_results(b);
}

static spiqe_status compile_for(spiqe_context *ctx, const spiqe_circuit *circuit, unsigned way,
                                size_t n_lanes, spiqe_lane_program *out) {
  spiqe_lane_builder b = {.ctx = ctx,
                          .circuit = circuit,
                          .program = out,
                          .way = way,
                          .n_lanes = n_lanes,
                          .mask = SPIQE_NO_ROW,
                          .norm = SPIQE_NO_ROW,
                          .exponent = SPIQE_NO_ROW};
  *out = (spiqe_lane_program){.ctx = ctx, .n_lanes = n_lanes};
  spiqe_status status = build(&b);
  out->n_rows = b.n_rows;
  spiqe_lane_builder_clear(&b);
  if (status != SPIQE_OK) spiqe_lane_program_destroy(out);
  return status;
}

/* Offsets of rows depend on the number of lanes, which depends on the number of rows: so twice. */
spiqe_status spiqe_lane_compile(spiqe_context *ctx, const spiqe_circuit *circuit,
                                spiqe_precision precision, unsigned way, spiqe_lane_program *out) {
  SPIQE_TRY(compile_for(ctx, circuit, way, 1, out));
  size_t row = (out->n_rows + 1) * spiqe_precision_size(precision);
  size_t bytes = way & SPIQE_LANES_GRADIENT ? GRADIENT_TILE_BYTES : TILE_BYTES;
  size_t n_lanes = bytes / row / SPIQE_LANE_STEP * SPIQE_LANE_STEP;
  if (n_lanes < SPIQE_LANE_STEP) n_lanes = SPIQE_LANE_STEP;
  if (n_lanes > SPIQE_MOST_TILE_LANES) n_lanes = SPIQE_MOST_TILE_LANES;
  if (n_lanes > LANES_OF_A_DRAW) n_lanes -= n_lanes % LANES_OF_A_DRAW;
  spiqe_lane_program_destroy(out);
  return compile_for(ctx, circuit, way, n_lanes, out);
}

void spiqe_lane_program_destroy(spiqe_lane_program *program) {
  free(program->ops);
  free(program->items);
  free(program->numbers);
  free(program->uniforms);
  *program = (spiqe_lane_program){0};
}
