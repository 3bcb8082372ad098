/* Gates and matrices: factors become rotations, matrices that only move amplitudes (times powers of
 * i) change the table of the state, all others are sums of rows. */
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/lanes_build.h"
#include "quantum/moves.h"

typedef struct controls {
  uint64_t mask, value;
} controls;

static controls controls_of(const spiqe_lane_builder *b, const spiqe_operation *op) {
  controls c = {0, 0};
  for (uint32_t i = 0; i < op->n_controls; i++) {
    uint32_t qubit = b->circuit->qubits_used[op->first_qubit + i];
    uint64_t bit = (uint64_t)1 << (qubit & ~SPIQE_ON_ZERO);
    c.mask |= bit;
    if (!(qubit & SPIQE_ON_ZERO)) c.value |= bit;
  }
  return c;
}

static const uint32_t *targets_of(const spiqe_lane_builder *b, const spiqe_operation *op) {
  return b->circuit->qubits_used + op->first_qubit + op->n_controls;
}

static spiqe_status build_factor(spiqe_lane_builder *b, const spiqe_operation *op,
                                 const spiqe_factor *factor) {
  controls c = controls_of(b, op);
  spiqe_lane_pauli pauli = {0, 0, c.mask, c.value};
  const uint32_t *targets = targets_of(b, op);
  for (uint32_t t = 0; t < op->n_targets; t++) {
    uint64_t bit = (uint64_t)1 << targets[t];
    char p = factor->pauli[t];
    if (p == 'X' || p == 'Y') pauli.x_mask |= bit;
    if (p == 'Z' || p == 'Y') pauli.z_mask |= bit;
    if (p == '1') pauli.control_mask |= bit;
    if (p == '1') pauli.control_value |= bit;
  }
  spiqe_lane_uniform angle = {UINT32_MAX, factor->scale, factor->offset};
  if (factor->parameter >= 0) angle.angle = op->first_angle + (uint32_t)factor->parameter;
  return spiqe_lane_build_rotation(b, &pauli, &angle);
}

/* Index of the whole register for an index of the matrix; others: the bits that are no targets. */
static size_t spread_index(size_t n_targets, const uint32_t *targets, size_t others, size_t index) {
  for (size_t t = 0; t < n_targets; t++) others |= (index >> t & 1) << targets[t];
  return others;
}

static void copy_state(spiqe_lane_builder *b, spiqe_lane_ref (*out)[2]) {
  memcpy(out, b->state, b->n_amplitudes * sizeof *out);
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) spiqe_lane_hold(b, out[i / 2][i % 2].row);
}

/* i (re + i im) = -im + i re. */
static void turn_reference(spiqe_lane_ref part[2], int power) {
  for (int k = 0; k < power; k++) {
    spiqe_lane_ref re = part[0];
    part[0] = (spiqe_lane_ref){part[1].row, !part[1].is_negative};
    part[1] = re;
  }
}

static uint64_t mask_of(size_t n_targets, const uint32_t *targets) {
  uint64_t mask = 0;
  for (size_t t = 0; t < n_targets; t++) mask |= (uint64_t)1 << targets[t];
  return mask;
}

/* The state after the moves, out: [n_amplitudes][2]; what is used once more is held. */
static void move_state(spiqe_lane_builder *b, size_t n_targets, const uint32_t *targets, controls c,
                       const spiqe_move *moves, spiqe_lane_ref (*out)[2]) {
  uint64_t mask = mask_of(n_targets, targets);
  memcpy(out, b->state, b->n_amplitudes * sizeof *out);
  for (size_t others = 0; others < b->n_amplitudes; others++) {
    if ((others & mask) || (others & c.mask) != c.value) continue;
    for (size_t i = 0; i < (size_t)1 << n_targets; i++) {
      size_t to = spread_index(n_targets, targets, others, i);
      size_t from = spread_index(n_targets, targets, others, moves[i].column);
      memcpy(out[to], b->state[from], sizeof out[to]);
      turn_reference(out[to], moves[i].power);
    }
  }
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) spiqe_lane_hold(b, out[i / 2][i % 2].row);
}

/* Put a whole state, whose uses are taken over; under a condition, where it holds. */
static spiqe_status put_state(spiqe_lane_builder *b, spiqe_lane_ref (*state)[2]) {
  if (b->mask != SPIQE_NO_ROW) return spiqe_lane_build_select(b, b->mask, state);
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    spiqe_lane_ref new = state[i / 2][i % 2];
    SPIQE_TRY(spiqe_lane_put(b, &b->state[i / 2][i % 2], new.row, new.is_negative));
  }
  return spiqe_lane_free(b);
}

/* One part of one output of LINEAR: sum over columns of (m.re, -m.im) or (m.im, m.re) times the
 * parts. Numbers of entry e: re, -re, im, -im from base + 4 e on. */
static spiqe_status sum_part(spiqe_lane_builder *b, size_t n_targets, const uint32_t *targets,
                             size_t others, const spiqe_complex *row, uint32_t base, int part,
                             spiqe_lane_ref *out, spiqe_lane_op *op) {
  size_t n = (size_t)1 << n_targets, at = b->n_items;
  uint32_t n_terms = 0, made;
  SPIQE_TRY(spiqe_lane_item(b, 0));
  SPIQE_TRY(spiqe_lane_item(b, 0));
  for (size_t j = 0; j < 2 * n; j++) {
    spiqe_lane_ref *from = &b->state[spread_index(n_targets, targets, others, j / 2)][j % 2];
    int takes_im = (int)(j % 2) != part, minus = part == 0 && j % 2 == 1;
    double factor = takes_im ? row[j / 2].im : row[j / 2].re;
    if (from->row == SPIQE_NO_ROW || factor == 0) continue;
    SPIQE_TRY(spiqe_lane_solid(b, from));
    SPIQE_TRY(spiqe_lane_item(b, from->row));
    uint32_t sign = (uint32_t)minus ^ from->is_negative;
    SPIQE_TRY(spiqe_lane_item(b, base + (uint32_t)(4 * (j / 2)) + 2 * (uint32_t)takes_im + sign));
    n_terms++;
  }
  if (!n_terms) {
    b->n_items = at;
    *out = (spiqe_lane_ref){SPIQE_NO_ROW, 0};
    return SPIQE_OK;
  }
  SPIQE_TRY(spiqe_lane_take(b, &made));
  b->items[at] = made;
  b->items[at + 1] = n_terms;
  op->n++;
  *out = (spiqe_lane_ref){made, 0};
  return SPIQE_OK;
}

static spiqe_status put_numbers(spiqe_lane_builder *b, size_t n, const spiqe_complex *matrix,
                                uint32_t *base) {
  uint32_t ignored;
  for (size_t e = 0; e < n; e++) {
    SPIQE_TRY(spiqe_lane_number(b, matrix[e].re, e ? &ignored : base));
    SPIQE_TRY(spiqe_lane_number(b, -matrix[e].re, &ignored));
    SPIQE_TRY(spiqe_lane_number(b, matrix[e].im, &ignored));
    SPIQE_TRY(spiqe_lane_number(b, -matrix[e].im, &ignored));
  }
  return SPIQE_OK;
}

spiqe_status spiqe_lane_build_linear(spiqe_lane_builder *b, size_t n_targets,
                                     const uint32_t *targets, uint64_t control_mask,
                                     uint64_t control_value, const spiqe_complex *matrix,
                                     spiqe_lane_ref (*out)[2]) {
  size_t n = (size_t)1 << n_targets;
  uint64_t mask = mask_of(n_targets, targets);
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_LINEAR);
  uint32_t base;
  copy_state(b, out);
  SPIQE_TRY(put_numbers(b, n * n, matrix, &base));
  for (size_t others = 0; others < b->n_amplitudes; others++) {
    if ((others & mask) || (others & control_mask) != control_value) continue;
    for (size_t i = 0; i < 2 * n; i++) {
      spiqe_lane_ref *to = &out[spread_index(n_targets, targets, others, i / 2)][i % 2];
      SPIQE_TRY(spiqe_lane_drop(b, to->row));
      SPIQE_TRY(sum_part(b, n_targets, targets, others, matrix + i / 2 * n,
                         base + (uint32_t)(4 * (i / 2) * n), (int)(i % 2), to, &op));
    }
  }
  return op.n ? spiqe_lane_emit(b, &op) : SPIQE_OK;
}

spiqe_status spiqe_lane_build_matrix(spiqe_lane_builder *b, size_t n_targets,
                                     const uint32_t *targets, uint64_t control_mask,
                                     uint64_t control_value, const spiqe_complex *matrix) {
  size_t n = (size_t)1 << n_targets;
  controls c = {control_mask, control_value};
  spiqe_status status = SPIQE_NO_MEMORY;
  spiqe_lane_ref(*copies)[2] = NULL;
  spiqe_lane_ref(*state)[2] = malloc(b->n_amplitudes * sizeof *state);
  spiqe_move *moves = malloc(n * sizeof *moves);
  if (!state || !moves) {
    spiqe_fail(b->ctx, status, "no memory for a matrix on %zu qubits", n_targets);
    goto done;
  }
  if (spiqe_moves_find(n, matrix, moves)) {
    move_state(b, n_targets, targets, c, moves, state);
  } else {
    if (b->mask != SPIQE_NO_ROW)
      SPIQE_TRY_GOTO(spiqe_lane_copy_parts(b, control_mask, control_value, &copies), done);
    SPIQE_TRY_GOTO(spiqe_lane_build_linear(b, n_targets, targets, control_mask, control_value,
                                           matrix, state),
                   done);
    SPIQE_TRY_GOTO(spiqe_lane_put_copies(b, copies), done);
  }
  status = put_state(b, state);
done:
  free(copies);
  free(moves);
  free(state);
  return status;
}

static spiqe_status build_moving(spiqe_lane_builder *b, const char *name, const uint32_t *targets,
                                 controls c) {
  spiqe_complex matrix[16];
  int gate = spiqe_gate_find(name);
  if (gate < 0) return SPIQE_OK;
  spiqe_gate_matrix((size_t)gate, NULL, matrix);
  return spiqe_lane_build_matrix(b, spiqe_gates[gate].n_targets, targets, c.mask, c.value, matrix);
}

static spiqe_status build_fixed(spiqe_lane_builder *b, const spiqe_operation *op,
                                const spiqe_fixed_gate *fixed) {
  controls c = controls_of(b, op);
  const uint32_t *targets = targets_of(b, op);
  SPIQE_TRY(build_moving(b, fixed->before, targets, c));
  for (size_t f = 0; f < fixed->n_factors; f++) SPIQE_TRY(build_factor(b, op, &fixed->factors[f]));
  return build_moving(b, fixed->after, targets, c);
}

static spiqe_status build_given(spiqe_lane_builder *b, const spiqe_operation *op) {
  controls c = controls_of(b, op);
  spiqe_complex *matrix = malloc(sizeof *matrix << 2 * op->n_targets);
  SPIQE_REQUIRE(b->ctx, matrix, SPIQE_NO_MEMORY, "no memory for a matrix on %u qubits",
                op->n_targets);
  spiqe_operation_matrix(b->circuit, op, NULL, matrix);
  spiqe_status status =
      spiqe_lane_build_matrix(b, op->n_targets, targets_of(b, op), c.mask, c.value, matrix);
  free(matrix);
  return status;
}

spiqe_status spiqe_lane_build_gate(spiqe_lane_builder *b, const spiqe_operation *operation) {
  if (operation->kind == SPIQE_MATRIX) return build_given(b, operation);
  const spiqe_gate *gate = &spiqe_gates[operation->gate];
  for (size_t f = 0; f < gate->n_factors; f++)
    SPIQE_TRY(build_factor(b, operation, &gate->factors[f]));
  if (gate->n_factors) return SPIQE_OK;
  const spiqe_fixed_gate *fixed = spiqe_fixed_gate_find(gate->name);
  return fixed ? build_fixed(b, operation, fixed) : build_given(b, operation);
}
