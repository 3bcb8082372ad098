/* Compiling circuits of gates to rotations of rows. */
#include "quantum/rotations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"
#include "quantum/moves.h"

#define NO_ROW UINT32_MAX

/* The row that holds a part of an amplitude; NO_ROW: it is 0. */
typedef struct part {
  uint32_t row, is_negative;
} part;

typedef struct builder {
  spiqe_rotations *to;          /* borrowed */
  const spiqe_circuit *circuit; /* borrowed */
  size_t n_amplitudes;
  part (*state)[2], (*moved)[2]; /* owned, [n_amplitudes][re, im] */
} builder;

/* P: Y on the qubits of both masks, else X and Z; where (index & controls) == value. */
typedef struct pauli {
  uint64_t x_mask, z_mask, controls, value;
} pauli;

static int is_odd(uint64_t bits) {
  return __builtin_parityll(bits);
}

/* (x, y) <- (c x - s y, s x + c y) by the angle that is being built. Where the signs of the two
 * differ the rows change roles. */
static spiqe_status rotate_pair(builder *b, part *x, part *y) {
  spiqe_rotations *to = b->to;
  if (x->row == NO_ROW && y->row == NO_ROW) return SPIQE_OK;
  if (x->row == NO_ROW) *x = (part){(uint32_t)to->n_rows++, y->is_negative};
  if (y->row == NO_ROW) *y = (part){(uint32_t)to->n_rows++, x->is_negative};
  SPIQE_TRY(SPIQE_POOL_ROOM(to, pairs, 1));
  const int swaps = x->is_negative != y->is_negative;
  to->pairs[to->n_pairs][swaps] = (uint16_t)x->row;
  to->pairs[to->n_pairs++][!swaps] = (uint16_t)y->row;
  return SPIQE_OK;
}

/* Amplitudes i and j with P |j> = i^k |i>: a_i <- cos t a_i + i^(k + 3) sin t a_j. */
static spiqe_status rotate_amplitudes(builder *b, const pauli *p, size_t i, size_t j) {
  part *a = b->state[i], *c = b->state[j];
  const int k = (__builtin_popcountll(p->x_mask & p->z_mask) + 2 * is_odd(j & p->z_mask)) % 4;
  if (i == j) return k == 0 ? rotate_pair(b, &a[1], &a[0]) : rotate_pair(b, &a[0], &a[1]);
  switch (k) {
    case 0: /* -i: re_i + s im_j, im_i - s re_j */
      SPIQE_TRY(rotate_pair(b, &c[1], &a[0]));
      return rotate_pair(b, &a[1], &c[0]);
    case 1: /* 1 */ SPIQE_TRY(rotate_pair(b, &c[0], &a[0])); return rotate_pair(b, &c[1], &a[1]);
    case 2: /* i */ SPIQE_TRY(rotate_pair(b, &a[0], &c[1])); return rotate_pair(b, &c[0], &a[1]);
    default: /* -1 */ SPIQE_TRY(rotate_pair(b, &a[0], &c[0])); return rotate_pair(b, &a[1], &c[1]);
  }
}

/* All pairs of one rotation, for an angle that is in the list already. A diagonal P on everything
 * is exp(i a) where it is -1, up to a phase that nobody sees: half of the amplitudes stay. */
static spiqe_status rotate_all(builder *b, const pauli *p) {
  spiqe_rotations *to = b->to;
  spiqe_rotation_angle *angle = &to->angles[to->n_angles - 1];
  const size_t first = to->n_pairs;
  const int only_odd = p->x_mask == 0 && p->controls == 0;
  SPIQE_REQUIRE(to->ctx, first + 2 * b->n_amplitudes <= SPIQE_MOST_ROTATION_PAIRS, SPIQE_LIMIT,
                "more than %zu rotations of amplitudes: fewer qubits or gates are expected",
                SPIQE_MOST_ROTATION_PAIRS);
  for (size_t j = 0; j < b->n_amplitudes; j++) {
    const size_t i = j ^ p->x_mask;
    if (i > j || (j & p->controls) != p->value) continue;
    if (only_odd && !is_odd(j & p->z_mask)) continue;
    SPIQE_TRY(rotate_amplitudes(b, p, i, j));
  }
  angle->factor *= only_odd ? 2 : 1;
  angle->offset *= only_odd ? 2 : 1;
  SPIQE_TRY(SPIQE_POOL_ROOM(to, runs, 1));
  to->runs[to->n_runs++] = (spiqe_rotation_run){(uint32_t)to->n_angles - 1, (uint32_t)first,
                                                (uint32_t)(to->n_pairs - first)};
  return SPIQE_OK;
}

/* `n` gates or angles are not too many for this register. */
static spiqe_status check_work(spiqe_context *ctx, size_t n_qubits, size_t n) {
  SPIQE_REQUIRE(ctx, n <= SPIQE_MOST_ROTATION_WORK >> n_qubits, SPIQE_LIMIT,
                "more than %zu gates on %zu qubits: fewer qubits or gates are expected",
                SPIQE_MOST_ROTATION_WORK >> n_qubits, n_qubits);
  return SPIQE_OK;
}

static spiqe_status add_rotation(builder *b, const pauli *p, uint32_t input, double factor,
                                 double offset) {
  spiqe_rotations *to = b->to;
  SPIQE_TRY(check_work(to->ctx, to->n_qubits, to->n_angles + 1));
  SPIQE_TRY(SPIQE_POOL_ROOM(to, angles, 1));
  to->angles[to->n_angles++] = (spiqe_rotation_angle){input, factor / 2, offset / 2};
  return rotate_all(b, p);
}

/* A rotation for each input that the angle depends on; the constant goes with the first. */
static spiqe_status add_angle(builder *b, const pauli *p, const spiqe_stored_angle *angle,
                              double scale, double offset) {
  const spiqe_term *terms = b->circuit->terms + (angle ? angle->first_term : 0);
  const uint32_t n_terms = angle ? angle->n_terms : 0;
  if (angle) offset += scale * angle->constant;
  if (!n_terms) return add_rotation(b, p, NO_ROW, 0, offset);
  for (uint32_t i = 0; i < n_terms; i++)
    SPIQE_TRY(add_rotation(b, p, terms[i].input, scale * terms[i].factor, i ? 0 : offset));
  return SPIQE_OK;
}

static const uint32_t *targets_of(const builder *b, const spiqe_operation *op) {
  return b->circuit->qubits_used + op->first_qubit + op->n_controls;
}

static pauli controls_of(const builder *b, const spiqe_operation *op) {
  pauli p = {0, 0, 0, 0};
  for (uint32_t i = 0; i < op->n_controls; i++) {
    const uint32_t qubit = b->circuit->qubits_used[op->first_qubit + i];
    const uint64_t bit = (uint64_t)1 << (qubit & ~SPIQE_ON_ZERO);
    p.controls |= bit;
    if (!(qubit & SPIQE_ON_ZERO)) p.value |= bit;
  }
  return p;
}

static spiqe_status add_factor(builder *b, const spiqe_operation *op, const spiqe_factor *factor) {
  pauli p = controls_of(b, op);
  const spiqe_stored_angle *angle = NULL;
  for (uint32_t t = 0; t < op->n_targets; t++) {
    const uint64_t bit = (uint64_t)1 << targets_of(b, op)[t];
    const char letter = factor->pauli[t];
    if (letter == 'X' || letter == 'Y') p.x_mask |= bit;
    if (letter == 'Z' || letter == 'Y') p.z_mask |= bit;
    if (letter == '1') p.controls |= bit;
    if (letter == '1') p.value |= bit;
  }
  if (!(p.x_mask | p.z_mask | p.controls)) return SPIQE_OK; /* a phase of the whole state */
  if (factor->parameter >= 0)
    angle = &b->circuit->angles[op->first_angle + (uint32_t)factor->parameter];
  return add_angle(b, &p, angle, factor->scale, factor->offset);
}

/* i (re + i im) = -im + i re. */
static void turn_parts(part parts[2], int power) {
  for (int k = 0; k < power; k++) {
    const part re = parts[0];
    parts[0] = (part){parts[1].row, !parts[1].is_negative};
    parts[1] = re;
  }
}

static size_t spread_index(size_t n_targets, const uint32_t *targets, size_t others, size_t index) {
  for (size_t t = 0; t < n_targets; t++) others |= (index >> t & 1) << targets[t];
  return others;
}

static void move_state(builder *b, const spiqe_operation *op, const spiqe_move *moves) {
  const pauli p = controls_of(b, op);
  const uint32_t *targets = targets_of(b, op);
  size_t mask = spread_index(op->n_targets, targets, 0, SIZE_MAX);
  memcpy(b->moved, b->state, b->n_amplitudes * sizeof *b->moved);
  for (size_t others = 0; others < b->n_amplitudes; others++) {
    if ((others & mask) || (others & p.controls) != p.value) continue;
    for (size_t i = 0; i < (size_t)1 << op->n_targets; i++) {
      const size_t to = spread_index(op->n_targets, targets, others, i);
      const size_t from = spread_index(op->n_targets, targets, others, moves[i].column);
      memcpy(b->moved[to], b->state[from], sizeof b->moved[to]);
      turn_parts(b->moved[to], moves[i].power);
    }
  }
  memcpy(b->state, b->moved, b->n_amplitudes * sizeof *b->state);
}

/* A gate or matrix that only moves amplitudes. */
static spiqe_status add_moves(builder *b, const spiqe_operation *op, const spiqe_complex *matrix) {
  spiqe_move moves[1 << SPIQE_MOST_GATE_TARGETS];
  SPIQE_REQUIRE(b->to->ctx, spiqe_moves_find((size_t)1 << op->n_targets, matrix, moves),
                SPIQE_UNSUPPORTED,
                "%s: a matrix that mixes amplitudes is not there for compiled registers; gates of "
                "rotations (rx, ry, rz, u3, rxx, ...) are",
                spiqe_operation_name(b->circuit, op));
  move_state(b, op, moves);
  return SPIQE_OK;
}

static spiqe_status add_moving(builder *b, const spiqe_operation *op, const char *name) {
  spiqe_complex matrix[1 << 2 * SPIQE_MOST_GATE_TARGETS];
  const int gate = spiqe_gate_find(name);
  spiqe_operation moving = *op;
  if (gate < 0) return SPIQE_OK;
  moving.n_targets = spiqe_gates[gate].n_targets;
  spiqe_gate_matrix((size_t)gate, NULL, matrix);
  return add_moves(b, &moving, matrix);
}

static spiqe_status add_gate(builder *b, const spiqe_operation *op) {
  const spiqe_gate *gate = &spiqe_gates[op->gate];
  const spiqe_fixed_gate *fixed = spiqe_fixed_gate_find(gate->name);
  for (size_t f = 0; f < gate->n_factors; f++) SPIQE_TRY(add_factor(b, op, &gate->factors[f]));
  if (gate->n_factors) return SPIQE_OK;
  if (!fixed) return add_moving(b, op, gate->name);
  SPIQE_TRY(add_moving(b, op, fixed->before));
  for (size_t f = 0; f < fixed->n_factors; f++) SPIQE_TRY(add_factor(b, op, &fixed->factors[f]));
  return add_moving(b, op, fixed->after);
}

static spiqe_status add_operation(builder *b, const spiqe_operation *op) {
  spiqe_complex matrix[1 << 2 * SPIQE_MOST_GATE_TARGETS];
  if (op->kind == SPIQE_BARRIER || op->kind == SPIQE_DELAY) return SPIQE_OK;
  if (op->kind == SPIQE_GATE) return add_gate(b, op);
  SPIQE_REQUIRE(b->to->ctx, op->kind == SPIQE_MATRIX && op->n_targets <= SPIQE_MOST_GATE_TARGETS,
                SPIQE_UNSUPPORTED, "%s: compiled registers take gates alone",
                spiqe_operation_name(b->circuit, op));
  spiqe_operation_matrix(b->circuit, op, NULL, matrix);
  return add_moves(b, op, matrix);
}

static spiqe_status begin(builder *b, int is_started) {
  b->n_amplitudes = (size_t)1 << b->to->n_qubits;
  b->state = malloc(b->n_amplitudes * sizeof *b->state);
  b->moved = malloc(b->n_amplitudes * sizeof *b->moved);
  SPIQE_REQUIRE(b->to->ctx, b->state && b->moved, SPIQE_NO_MEMORY, "no memory for a circuit");
  b->to->n_rows = is_started ? b->n_amplitudes : 1;
  for (size_t j = 0; j < b->n_amplitudes; j++) {
    b->state[j][0] = (part){j < b->to->n_rows ? (uint32_t)j : NO_ROW, 0};
    b->state[j][1] = (part){NO_ROW, 0};
  }
  return SPIQE_OK;
}

static spiqe_status finish(builder *b) {
  spiqe_rotations *to = b->to;
  to->states = malloc(to->n_rows * sizeof *to->states);
  SPIQE_REQUIRE(to->ctx, to->states, SPIQE_NO_MEMORY, "no memory for a circuit");
  for (size_t j = 0; j < 2 * b->n_amplitudes; j++) {
    const uint32_t row = b->state[j / 2][j % 2].row;
    if (row != NO_ROW) to->states[row] = (uint16_t)(j / 2);
  }
  return SPIQE_OK;
}

static spiqe_status compile(spiqe_rotations *to, const spiqe_circuit *circuit, int is_started) {
  builder b = {.to = to, .circuit = circuit};
  spiqe_status status = begin(&b, is_started);
  for (size_t i = 0; i < circuit->n_operations && status == SPIQE_OK; i++)
    status = add_operation(&b, &circuit->operations[i]);
  if (status == SPIQE_OK) status = finish(&b);
  free(b.state);
  free(b.moved);
  return status;
}

spiqe_status spiqe_rotations_create(spiqe_context *ctx, const spiqe_circuit *circuit,
                                    int is_started, spiqe_rotations **out) {
  *out = NULL;
  SPIQE_REQUIRE(ctx, circuit->n_qubits <= SPIQE_MOST_ROTATION_QUBITS, SPIQE_LIMIT,
                "%zu qubits, but at most %d are expected, so that registers side by side stay in "
                "the cache",
                circuit->n_qubits, SPIQE_MOST_ROTATION_QUBITS);
  SPIQE_TRY(check_work(ctx, circuit->n_qubits, circuit->n_operations));
  spiqe_rotations *to = calloc(1, sizeof *to);
  SPIQE_REQUIRE(ctx, to, SPIQE_NO_MEMORY, "no memory for a circuit");
  *to = (spiqe_rotations){.ctx = ctx, .n_qubits = circuit->n_qubits, .n_inputs = circuit->n_inputs};
  spiqe_status status = compile(to, circuit, is_started);
  if (status == SPIQE_OK)
    *out = to;
  else
    spiqe_rotations_destroy(to);
  return status;
}

void spiqe_rotations_destroy(spiqe_rotations *rotations) {
  if (!rotations) return;
  free(rotations->angles);
  free(rotations->runs);
  free(rotations->pairs);
  free(rotations->states);
  free(rotations);
}
