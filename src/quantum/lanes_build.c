/* Rows, references and the emission of operations. */
#include "quantum/lanes_build.h"

#include <stdlib.h>

#include "core/fail.h"
#include "core/grow.h"

/* Rows and offsets: offset = row * n_lanes. */
static size_t index_of(const spiqe_lane_builder *b, uint32_t row) {
  return row / b->n_lanes;
}

static int is_solid(uint32_t row) {
  return row < SPIQE_ROW_ONE;
}

spiqe_status spiqe_lane_take(spiqe_lane_builder *b, uint32_t *row) {
  if (b->n_idle > 0) {
    *row = b->idle[--b->n_idle];
  } else {
    size_t offset = b->n_rows * b->n_lanes;
    SPIQE_REQUIRE(b->ctx, offset < SPIQE_ROW_ONE, SPIQE_LIMIT, "a program of %zu rows of %zu lanes",
                  b->n_rows, b->n_lanes);
    SPIQE_TRY(SPIQE_POOL_ROOM(b, uses, 1));
    b->n_uses++;
    b->n_rows++;
    *row = (uint32_t)offset;
  }
  b->uses[index_of(b, *row)] = 1;
  return SPIQE_OK;
}

void spiqe_lane_hold(spiqe_lane_builder *b, uint32_t row) {
  if (is_solid(row)) b->uses[index_of(b, row)]++;
}

spiqe_status spiqe_lane_drop(spiqe_lane_builder *b, uint32_t row) {
  if (!is_solid(row) || --b->uses[index_of(b, row)] > 0) return SPIQE_OK;
  SPIQE_TRY(SPIQE_POOL_ROOM(b, leaving, 1));
  b->leaving[b->n_leaving++] = row;
  return SPIQE_OK;
}

spiqe_status spiqe_lane_put(spiqe_lane_builder *b, spiqe_lane_ref *ref, uint32_t row,
                            uint32_t is_negative) {
  uint32_t old = ref->row;
  *ref = (spiqe_lane_ref){row, is_negative};
  return spiqe_lane_drop(b, old);
}

spiqe_status spiqe_lane_place(spiqe_lane_builder *b, const spiqe_lane_ref *ref, uint32_t *row) {
  if (is_solid(ref->row) && b->uses[index_of(b, ref->row)] == 1) {
    *row = ref->row;
    spiqe_lane_hold(b, *row); /* for the put that follows */
    return SPIQE_OK;
  }
  return spiqe_lane_take(b, row);
}

spiqe_lane_op spiqe_lane_op_of(unsigned kind) {
  return (spiqe_lane_op){.kind = (uint8_t)kind,
                         .c = SPIQE_NO_ROW,
                         .s = SPIQE_NO_ROW,
                         .mask = SPIQE_NO_ROW,
                         .gradient = SPIQE_NO_ROW,
                         .bit = UINT32_MAX};
}

spiqe_status spiqe_lane_number(spiqe_lane_builder *b, double number, uint32_t *index) {
  spiqe_lane_program *p = b->program;
  SPIQE_TRY(SPIQE_POOL_ROOM(p, numbers, 1));
  *index = (uint32_t)p->n_numbers;
  p->numbers[p->n_numbers++] = number;
  return SPIQE_OK;
}

spiqe_status spiqe_lane_item(spiqe_lane_builder *b, uint32_t word) {
  SPIQE_TRY(SPIQE_POOL_ROOM(b, items, 1));
  b->items[b->n_items++] = word;
  return SPIQE_OK;
}

spiqe_status spiqe_lane_spread_item(spiqe_lane_builder *b, uint32_t word) {
  SPIQE_TRY(SPIQE_POOL_ROOM(b, spreads, 1));
  b->spreads[b->n_spreads++] = word;
  return SPIQE_OK;
}

/* The backward pass finds every row as forward left it: there none is used twice. */
spiqe_status spiqe_lane_free(spiqe_lane_builder *b) {
  if (b->way & SPIQE_LANES_GRADIENT) b->n_leaving = 0;
  SPIQE_TRY(SPIQE_POOL_ROOM(b, idle, b->n_leaving));
  for (size_t i = 0; i < b->n_leaving; i++) b->idle[b->n_idle++] = b->leaving[i];
  b->n_leaving = 0;
  return SPIQE_OK;
}

spiqe_status spiqe_lane_emit_items(spiqe_lane_builder *b, const spiqe_lane_op *op, size_t n_words,
                                   const uint32_t *words) {
  spiqe_lane_program *p = b->program;
  SPIQE_TRY(SPIQE_POOL_ROOM(p, items, n_words));
  SPIQE_TRY(SPIQE_POOL_ROOM(p, ops, 1));
  spiqe_lane_op *made = &p->ops[p->n_ops++];
  *made = *op;
  made->first = (uint32_t)p->n_items;
  for (size_t i = 0; i < n_words; i++) p->items[p->n_items++] = words[i];
  return SPIQE_OK;
}

spiqe_status spiqe_lane_emit(spiqe_lane_builder *b, const spiqe_lane_op *op) {
  SPIQE_TRY(spiqe_lane_emit_items(b, op, b->n_items, b->items));
  b->n_items = 0;
  return spiqe_lane_free(b);
}

spiqe_status spiqe_lane_fill(spiqe_lane_builder *b, uint32_t row, double number) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_FILL);
  op.bit = row == b->exponent;
  SPIQE_TRY(spiqe_lane_number(b, number, &op.number));
  op.n = 1;
  return spiqe_lane_emit_items(b, &op, 1, &row);
}

spiqe_status spiqe_lane_solid(spiqe_lane_builder *b, spiqe_lane_ref *ref) {
  if (ref->row != SPIQE_ROW_ONE) return SPIQE_OK;
  SPIQE_TRY(spiqe_lane_take(b, &ref->row));
  return spiqe_lane_fill(b, ref->row, 1);
}

spiqe_status spiqe_lane_list_rows(spiqe_lane_builder *b, uint32_t *n) {
  *n = 0;
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    spiqe_lane_ref *ref = &b->state[i / 2][i % 2];
    if (ref->row == SPIQE_NO_ROW) continue;
    SPIQE_TRY(spiqe_lane_solid(b, ref));
    int seen = 0, is_shared = b->uses[index_of(b, ref->row)] > 1;
    for (size_t j = 0; j < b->n_items && is_shared && !seen; j++) seen = b->items[j] == ref->row;
    if (seen) continue;
    SPIQE_TRY(spiqe_lane_item(b, ref->row));
    ++*n;
  }
  return SPIQE_OK;
}

/* COPY, NEGATE or FILL of ref into a new row. */
static spiqe_status settle_part(spiqe_lane_builder *b, spiqe_lane_ref *ref) {
  uint32_t row;
  SPIQE_TRY(spiqe_lane_solid(b, ref));
  SPIQE_TRY(spiqe_lane_take(b, &row));
  if (ref->row == SPIQE_NO_ROW) {
    SPIQE_TRY(spiqe_lane_fill(b, row, 0));
  } else {
    spiqe_lane_op op = spiqe_lane_op_of(ref->is_negative ? SPIQE_LANE_NEGATE : SPIQE_LANE_COPY);
    op.n = 1;
    SPIQE_TRY(spiqe_lane_emit_items(b, &op, 2, (uint32_t[]){ref->row, row}));
  }
  return spiqe_lane_put(b, ref, row, 0);
}

spiqe_status spiqe_lane_settle(spiqe_lane_builder *b) {
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    spiqe_lane_ref *ref = &b->state[i / 2][i % 2];
    if (is_solid(ref->row) && !ref->is_negative && b->uses[index_of(b, ref->row)] == 1) continue;
    SPIQE_TRY(settle_part(b, ref));
  }
  return spiqe_lane_free(b);
}

static spiqe_status copy_row(spiqe_lane_builder *b, spiqe_lane_ref *ref, uint32_t *copy) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_COPY);
  op.n = 1;
  SPIQE_TRY(spiqe_lane_solid(b, ref));
  SPIQE_TRY(spiqe_lane_take(b, copy));
  return spiqe_lane_emit_items(b, &op, 2, (uint32_t[]){ref->row, *copy});
}

spiqe_status spiqe_lane_copy_parts(spiqe_lane_builder *b, uint64_t mask, uint64_t value,
                                   spiqe_lane_ref (**copies)[2]) {
  spiqe_status status = SPIQE_OK;
  *copies = NULL;
  if (!(b->way & SPIQE_LANES_GRADIENT)) return SPIQE_OK;
  spiqe_lane_ref(*out)[2] = malloc(b->n_amplitudes * sizeof *out);
  SPIQE_REQUIRE(b->ctx, out, SPIQE_NO_MEMORY, "no memory for a condition");
  for (size_t i = 0; i < 2 * b->n_amplitudes && status == SPIQE_OK; i++) {
    spiqe_lane_ref *ref = &b->state[i / 2][i % 2], *copy = &out[i / 2][i % 2];
    int is_copied = (i / 2 & mask) == value && ref->row != SPIQE_NO_ROW;
    *copy = (spiqe_lane_ref){SPIQE_NO_ROW, ref->is_negative};
    if (is_copied) status = copy_row(b, ref, &copy->row);
  }
  if (status == SPIQE_OK)
    *copies = out;
  else
    free(out);
  return status;
}

spiqe_status spiqe_lane_put_copies(spiqe_lane_builder *b, spiqe_lane_ref (*copies)[2]) {
  for (size_t i = 0; i < 2 * b->n_amplitudes && copies; i++) {
    spiqe_lane_ref copy = copies[i / 2][i % 2];
    if (copy.row != SPIQE_NO_ROW)
      SPIQE_TRY(spiqe_lane_put(b, &b->state[i / 2][i % 2], copy.row, copy.is_negative));
  }
  return SPIQE_OK;
}

spiqe_status spiqe_lane_build_norm(spiqe_lane_builder *b, uint32_t *row) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_WEIGHTS);
  SPIQE_TRY(spiqe_lane_take(b, row));
  op.c = *row;
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    spiqe_lane_ref *ref = &b->state[i / 2][i % 2];
    SPIQE_TRY(spiqe_lane_solid(b, ref));
    if (ref->row == SPIQE_NO_ROW) continue;
    SPIQE_TRY(spiqe_lane_item(b, ref->row));
    op.n++;
  }
  return spiqe_lane_emit(b, &op);
}

spiqe_status spiqe_lane_forget_norm(spiqe_lane_builder *b) {
  uint32_t norm = b->norm;
  b->norm = SPIQE_NO_ROW;
  return spiqe_lane_drop(b, norm);
}

spiqe_status spiqe_lane_build_select(spiqe_lane_builder *b, uint32_t mask,
                                     spiqe_lane_ref (*chosen)[2]) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_SELECT);
  op.mask = mask;
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    spiqe_lane_ref *from = &chosen[i / 2][i % 2], *ref = &b->state[i / 2][i % 2];
    int same = from->row == ref->row &&
               (from->is_negative == ref->is_negative || from->row == SPIQE_NO_ROW);
    if (same) {
      SPIQE_TRY(spiqe_lane_drop(b, from->row));
      continue;
    }
    SPIQE_TRY(spiqe_lane_solid(b, from));
    SPIQE_TRY(spiqe_lane_solid(b, ref));
    uint32_t out, sign = ref->row == SPIQE_NO_ROW ? from->is_negative : ref->is_negative;
    SPIQE_TRY(spiqe_lane_take(b, &out));
    SPIQE_TRY(spiqe_lane_item(b, from->row));
    SPIQE_TRY(spiqe_lane_item(b, ref->row));
    SPIQE_TRY(spiqe_lane_item(b, out));
    SPIQE_TRY(spiqe_lane_item(b, from->is_negative ^ sign));
    op.n++;
    SPIQE_TRY(spiqe_lane_drop(b, from->row));
    SPIQE_TRY(spiqe_lane_put(b, ref, out, sign));
  }
  return op.n ? spiqe_lane_emit(b, &op) : spiqe_lane_free(b);
}
