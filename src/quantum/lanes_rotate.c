/* Rotations exp(-i a P / 2) on rows.
 *
 * With t = a / 2 and P |j> = i^k |i>, amplitude i becomes cos t a_i - i sin t i^k a_j. As i^k is
 * real or imaginary, each part of an amplitude is coupled with one other part: a rotation is a
 * set of Givens rotations (x, y) <- (c x - s y, s x + c y) of pairs of rows. */
#include <math.h>

#include "core/fail.h"
#include "core/grow.h"
#include "quantum/lanes_build.h"

#define PI 3.14159265358979323846
#define MOST_DOUBLINGS 32 /* even; of the norm */

typedef struct rotation {
  spiqe_lane_builder *b;
  spiqe_lane_pauli pauli;
  spiqe_lane_uniform angle;
  spiqe_lane_op op; /* ROTATE; its coefficients are made when the first pair needs them */
  int is_made;
  uint32_t is_everywhere; /* every amplitude is turned: its sign is a phase of the whole state */
  int turns;              /* the angle is this many times pi / 2, 0 to 7; -1: anything else */
  uint32_t n_pairs, n_spreads;
} rotation;

static int is_odd(uint64_t bits) {
  return __builtin_parityll(bits);
}

/* Is the value of an angle known now? */
static int is_constant(const spiqe_lane_builder *b, const spiqe_lane_uniform *angle) {
  return angle->angle == UINT32_MAX || b->circuit->angles[angle->angle].n_terms == 0;
}

/* An angle that is a multiple of pi / 2 up to rounding moves rows, or adds and subtracts them. */
static int quarter_turns(const spiqe_lane_builder *b, const spiqe_lane_uniform *angle) {
  if (!is_constant(b, angle) || b->mask != SPIQE_NO_ROW) return -1;
  double a = angle->offset;
  if (angle->angle != UINT32_MAX) a += angle->scale * b->circuit->angles[angle->angle].constant;
  double turns = a / (PI / 2), whole = nearbyint(turns);
  if (fabs(turns - whole) > 4e-16 * fabs(turns) || fabs(whole) > 1e6) return -1;
  return (int)((long)whole & 7);
}

static spiqe_status add_uniform(spiqe_lane_builder *b, const spiqe_lane_uniform *angle,
                                spiqe_lane_op *op) {
  spiqe_lane_program *p = b->program;
  SPIQE_TRY(SPIQE_POOL_ROOM(p, uniforms, 1));
  op->is_uniform = 1;
  op->c = (uint32_t)(2 * SPIQE_LANE_UNIFORM * p->n_uniforms);
  op->s = op->c + (uint32_t)SPIQE_LANE_UNIFORM;
  p->uniforms[p->n_uniforms++] = *angle;
  return SPIQE_OK;
}

/* The operation ANGLE: for coefficients of each lane, or to tell backward what a uniform angle
 * depends on. */
static spiqe_status emit_angle(spiqe_lane_builder *b, const spiqe_lane_uniform *angle,
                               uint32_t is_everywhere, spiqe_lane_op *op) {
  const spiqe_stored_angle *stored = &b->circuit->angles[angle->angle];
  uint32_t number;
  op->kind = SPIQE_LANE_ANGLE;
  op->bit = is_everywhere;
  op->n = stored->n_terms;
  if (b->way & SPIQE_LANES_GRADIENT) SPIQE_TRY(spiqe_lane_take(b, &op->gradient));
  SPIQE_TRY(spiqe_lane_number(b, angle->scale * stored->constant + angle->offset, &op->number));
  size_t n_before = b->n_items;
  for (uint32_t i = 0; i < stored->n_terms; i++) {
    const spiqe_term *term = &b->circuit->terms[stored->first_term + i];
    SPIQE_TRY(spiqe_lane_number(b, angle->scale * term->factor, &number));
    SPIQE_TRY(spiqe_lane_item(b, term->input));
    SPIQE_TRY(spiqe_lane_item(b, number));
  }
  SPIQE_TRY(spiqe_lane_emit_items(b, op, b->n_items - n_before, b->items + n_before));
  b->n_items = n_before;
  return SPIQE_OK;
}

/* Where the condition does not hold the rotation is by 0. */
static spiqe_status mask_angle(spiqe_lane_builder *b, spiqe_lane_op *op) {
  spiqe_lane_op masked = spiqe_lane_op_of(SPIQE_LANE_MASK_ANGLE);
  uint32_t items[3] = {op->c, op->s, op->gradient};
  masked.is_uniform = op->is_uniform;
  masked.mask = b->mask;
  SPIQE_TRY(spiqe_lane_take(b, &masked.c));
  SPIQE_TRY(spiqe_lane_take(b, &masked.s));
  if (op->gradient != SPIQE_NO_ROW) SPIQE_TRY(spiqe_lane_take(b, &masked.gradient));
  SPIQE_TRY(spiqe_lane_emit_items(b, &masked, 3, items));
  if (!op->is_uniform) {
    SPIQE_TRY(spiqe_lane_drop(b, op->c));
    SPIQE_TRY(spiqe_lane_drop(b, op->s));
  }
  *op = masked;
  op->is_uniform = 0;
  return SPIQE_OK;
}

static spiqe_status make_coefficients(rotation *r) {
  spiqe_lane_builder *b = r->b;
  if (r->is_made) return SPIQE_OK;
  r->is_made = 1;
  r->op = spiqe_lane_op_of(SPIQE_LANE_ANGLE);
  int constant = is_constant(b, &r->angle);
  if (constant || (b->way & SPIQE_LANES_UNIFORM)) {
    SPIQE_TRY(add_uniform(b, &r->angle, &r->op));
  } else {
    SPIQE_TRY(spiqe_lane_take(b, &r->op.c));
    SPIQE_TRY(spiqe_lane_take(b, &r->op.s));
  }
  int told = !r->op.is_uniform || (b->way & SPIQE_LANES_GRADIENT);
  if (!constant && told) SPIQE_TRY(emit_angle(b, &r->angle, r->is_everywhere, &r->op));
  if (b->mask != SPIQE_NO_ROW) SPIQE_TRY(mask_angle(b, &r->op));
  return SPIQE_OK;
}

/* 1 becomes c and s themselves, where nobody has to undo it. */
static spiqe_status spread_one(rotation *r, spiqe_lane_ref *from, spiqe_lane_ref *other,
                               uint32_t sign) {
  spiqe_lane_builder *b = r->b;
  uint32_t is_negative = from->is_negative;
  spiqe_lane_hold(b, r->op.c);
  spiqe_lane_hold(b, r->op.s);
  SPIQE_TRY(spiqe_lane_put(b, other, r->op.s, is_negative ^ sign));
  return spiqe_lane_put(b, from, r->op.c, is_negative);
}

/* from <- c from, other <- (-1)^sign s from; other was 0. A row that others hold too is held until
 * the list is out: the pairs go before it, and one of them might leave its new numbers there. */
static spiqe_status spread(rotation *r, spiqe_lane_ref *from, spiqe_lane_ref *other,
                           uint32_t sign) {
  spiqe_lane_builder *b = r->b;
  uint32_t kept, made;
  if (from->row == SPIQE_ROW_ONE && !r->op.is_uniform) return spread_one(r, from, other, sign);
  SPIQE_TRY(spiqe_lane_solid(b, from));
  SPIQE_TRY(spiqe_lane_place(b, from, &kept));
  SPIQE_TRY(spiqe_lane_take(b, &made));
  if (kept != from->row) spiqe_lane_hold(b, from->row);
  SPIQE_TRY(spiqe_lane_spread_item(b, from->row));
  SPIQE_TRY(spiqe_lane_spread_item(b, kept));
  SPIQE_TRY(spiqe_lane_spread_item(b, made));
  r->n_spreads++;
  SPIQE_TRY(spiqe_lane_put(b, other, made, from->is_negative ^ sign));
  return spiqe_lane_put(b, from, kept, from->is_negative);
}

/* Four words of a ROTATE or BUTTERFLY. Where the signs of x and y differ the rows change roles:
 * c x + s y and c y - s x. */
static spiqe_status turn_pair(rotation *r, spiqe_lane_ref *x, spiqe_lane_ref *y) {
  spiqe_lane_builder *b = r->b;
  uint32_t to_x, to_y;
  SPIQE_TRY(spiqe_lane_solid(b, x));
  SPIQE_TRY(spiqe_lane_solid(b, y));
  if (x->is_negative != y->is_negative) {
    spiqe_lane_ref *swap = x;
    x = y;
    y = swap;
  }
  SPIQE_TRY(spiqe_lane_place(b, x, &to_x));
  SPIQE_TRY(spiqe_lane_place(b, y, &to_y));
  SPIQE_TRY(spiqe_lane_item(b, x->row));
  SPIQE_TRY(spiqe_lane_item(b, y->row));
  SPIQE_TRY(spiqe_lane_item(b, to_x));
  SPIQE_TRY(spiqe_lane_item(b, to_y));
  r->n_pairs++;
  SPIQE_TRY(spiqe_lane_put(b, x, to_x, x->is_negative));
  return spiqe_lane_put(b, y, to_y, y->is_negative);
}

/* Angle pi m: cos and sin of its half are 0 and +-1, rows change places and signs. */
static void exchange_pair(const rotation *r, spiqe_lane_ref *x, spiqe_lane_ref *y) {
  int half_turns = r->turns / 2; /* t = half_turns pi / 2 */
  for (int i = 0; i < half_turns; i++) {
    spiqe_lane_ref old = *x;
    *x = (spiqe_lane_ref){y->row, !y->is_negative};
    *y = old;
  }
}

/* (x, y) <- (x - y, x + y), with the rows of 0 and 1 spelled out. The factor sqrt(1/2) is left to
 * the norm. */
static spiqe_status butterfly_pair(rotation *r, spiqe_lane_ref *x, spiqe_lane_ref *y) {
  spiqe_lane_builder *b = r->b;
  int shares = !(b->way & SPIQE_LANES_GRADIENT);
  if (x->row != SPIQE_NO_ROW && y->row != SPIQE_NO_ROW) return turn_pair(r, x, y);
  spiqe_lane_ref *from = x->row != SPIQE_NO_ROW ? x : y, *other = from == x ? y : x;
  uint32_t sign = from == y; /* y alone: (-y, y) */
  if (shares) {
    spiqe_lane_hold(b, from->row);
    *other = (spiqe_lane_ref){from->row, from->is_negative ^ sign};
    return SPIQE_OK;
  }
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_COPY);
  uint32_t words[2] = {from->row, 0};
  op.n = 1;
  SPIQE_TRY(spiqe_lane_take(b, &words[1]));
  SPIQE_TRY(spiqe_lane_emit_items(b, &op, 2, words));
  *other = (spiqe_lane_ref){words[1], from->is_negative ^ sign};
  return SPIQE_OK;
}

/* cos t = u / sqrt 2, sin t = v / sqrt 2 with u, v = +-1 for t = turns pi / 4. */
static spiqe_status eighth_pair(rotation *r, spiqe_lane_ref *x, spiqe_lane_ref *y) {
  uint32_t c_negative = r->turns == 3 || r->turns == 5, s_negative = r->turns >= 5;
  SPIQE_TRY(c_negative == s_negative ? butterfly_pair(r, x, y) : butterfly_pair(r, y, x));
  x->is_negative ^= c_negative;
  y->is_negative ^= c_negative;
  return SPIQE_OK;
}

static spiqe_status rotate_pair(rotation *r, spiqe_lane_ref *x, spiqe_lane_ref *y) {
  if (x->row == SPIQE_NO_ROW && y->row == SPIQE_NO_ROW) return SPIQE_OK;
  if (r->turns >= 0 && r->turns % 2 == 0) {
    exchange_pair(r, x, y);
    return SPIQE_OK;
  }
  if (r->turns >= 0) return eighth_pair(r, x, y);
  SPIQE_TRY(make_coefficients(r));
  if (y->row == SPIQE_NO_ROW) return spread(r, x, y, 0);
  if (x->row == SPIQE_NO_ROW) return spread(r, y, x, 1);
  return turn_pair(r, x, y);
}

/* Amplitude i of |i><j| with P |j> = i^k |i>: a_i <- c a_i + s i^(k+3) a_j. */
static spiqe_status rotate_amplitudes(rotation *r, size_t i, size_t j) {
  spiqe_lane_ref *a = r->b->state[i], *c = r->b->state[j];
  uint64_t both = r->pauli.x_mask & r->pauli.z_mask;
  int k = __builtin_popcountll(both) + 2 * is_odd(j & r->pauli.z_mask);
  int real = (k + 3) % 2 == 0, minus = (k + 3) % 4 >= 2;
  if (i == j) /* a <- (c - (-1)^parity i s) a */
    return k % 4 == 0 ? rotate_pair(r, &a[1], &a[0]) : rotate_pair(r, &a[0], &a[1]);
  if (real) {
    SPIQE_TRY(minus ? rotate_pair(r, &a[0], &c[0]) : rotate_pair(r, &c[0], &a[0]));
    return minus ? rotate_pair(r, &a[1], &c[1]) : rotate_pair(r, &c[1], &a[1]);
  }
  if (minus) { /* -i: re_i + s im_j, im_i - s re_j */
    SPIQE_TRY(rotate_pair(r, &c[1], &a[0]));
    return rotate_pair(r, &a[1], &c[0]);
  }
  SPIQE_TRY(rotate_pair(r, &a[0], &c[1]));
  return rotate_pair(r, &c[0], &a[1]);
}

static spiqe_status emit_pairs(rotation *r) {
  spiqe_lane_builder *b = r->b;
  spiqe_lane_op op = r->op;
  if (r->n_pairs) {
    op.kind = r->turns < 0 ? SPIQE_LANE_ROTATE : SPIQE_LANE_BUTTERFLY;
    op.n = r->n_pairs;
    op.is_first = r->n_spreads == 0;
    SPIQE_TRY(spiqe_lane_emit_items(b, &op, b->n_items, b->items));
  }
  b->n_items = 0;
  if (r->n_spreads) {
    op.kind = SPIQE_LANE_SPREAD;
    op.n = r->n_spreads;
    op.is_first = 1;
    SPIQE_TRY(spiqe_lane_emit_items(b, &op, b->n_spreads, b->spreads));
  }
  for (size_t i = 0; i < b->n_spreads; i += 3)
    if (b->spreads[i] != b->spreads[i + 1]) SPIQE_TRY(spiqe_lane_drop(b, b->spreads[i]));
  b->n_spreads = 0;
  if (r->is_made && !r->op.is_uniform) {
    SPIQE_TRY(spiqe_lane_drop(b, r->op.c));
    SPIQE_TRY(spiqe_lane_drop(b, r->op.s));
  }
  return SPIQE_OK;
}

/* On all lanes and all amplitudes exp(-i a P / 2), P diagonal, is exp(i a) where P is -1, up to a
 * phase that nobody sees: half of the amplitudes stay as they are. */
static void take_half(rotation *r, int *only_odd) {
  *only_odd = r->pauli.x_mask == 0 && r->pauli.control_mask == 0;
  if (!*only_odd) return;
  r->angle.scale *= 2;
  r->angle.offset *= 2;
}

/* Before floats overflow the state is halved often enough. */
static spiqe_status count_doubling(spiqe_lane_builder *b) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_SCALE);
  SPIQE_TRY(spiqe_lane_forget_norm(b));
  if (++b->n_doublings < MOST_DOUBLINGS) return SPIQE_OK;
  b->n_doublings = 0;
  SPIQE_TRY(spiqe_lane_number(b, ldexp(1, -MOST_DOUBLINGS / 2), &op.number));
  SPIQE_TRY(spiqe_lane_list_rows(b, &op.n));
  return spiqe_lane_emit(b, &op);
}

spiqe_status spiqe_lane_build_rotation(spiqe_lane_builder *b, const spiqe_lane_pauli *pauli,
                                       const spiqe_lane_uniform *angle) {
  rotation r = {.b = b, .pauli = *pauli, .angle = *angle};
  int only_odd;
  if (!(pauli->x_mask | pauli->z_mask | pauli->control_mask)) return SPIQE_OK;
  take_half(&r, &only_odd);
  r.op = spiqe_lane_op_of(SPIQE_LANE_ROTATE);
  r.turns = quarter_turns(b, &r.angle);
  r.is_everywhere = pauli->control_mask == 0 && pauli->x_mask != 0;
  if (r.turns > 0 && r.turns % 2 == 1 && !r.is_everywhere) r.turns = -1;
  for (size_t j = 0; j < b->n_amplitudes; j++) {
    size_t i = j ^ pauli->x_mask;
    if (i > j || (j & pauli->control_mask) != pauli->control_value) continue;
    if (only_odd && !is_odd(j & pauli->z_mask)) continue;
    SPIQE_TRY(rotate_amplitudes(&r, i, j));
  }
  SPIQE_TRY(emit_pairs(&r));
  SPIQE_TRY(spiqe_lane_free(b));
  return r.turns > 0 && r.turns % 2 == 1 ? count_doubling(b) : SPIQE_OK;
}
