/* Measurement, reset, channels and wrongly read bits.
 *
 * A measured state is not renormalised: what is left of it is its part with the outcome, whose norm
 * is the probability of all outcomes so far. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/lanes_build.h"

static int has_qubit(const spiqe_circuit *circuit, const spiqe_operation *op, uint32_t qubit) {
  for (uint32_t i = 0; i < op->n_controls + op->n_targets; i++)
    if ((circuit->qubits_used[op->first_qubit + i] & ~SPIQE_ON_ZERO) == qubit) return 1;
  return 0;
}

size_t spiqe_lane_reset_after(const spiqe_circuit *circuit, size_t measure) {
  const spiqe_operation *op = &circuit->operations[measure];
  uint32_t qubit = circuit->qubits_used[op->first_qubit];
  for (size_t i = measure + 1; i < circuit->n_operations; i++) {
    const spiqe_operation *next = &circuit->operations[i];
    if (next->kind >= SPIQE_IF) break;
    if (next->kind == SPIQE_BARRIER || next->kind == SPIQE_DELAY || next->kind == SPIQE_READOUT ||
        next->kind == SPIQE_ASSIGN)
      continue;
    if (!has_qubit(circuit, next, qubit)) continue;
    return next->kind == SPIQE_RESET ? i : circuit->n_operations;
  }
  return circuit->n_operations;
}

size_t spiqe_lane_count_measurements(const spiqe_circuit *circuit) {
  size_t n = 0;
  for (size_t i = 0; i < circuit->n_operations; i++) {
    uint8_t kind = circuit->operations[i].kind;
    if (kind == SPIQE_MEASURE || kind == SPIQE_RESET) n++;
    if (kind == SPIQE_MEASURE && spiqe_lane_reset_after(circuit, i) < circuit->n_operations) n--;
  }
  return n;
}

/* Rows of the two halves of the state, behind their numbers. */
static spiqe_status list_halves(spiqe_lane_builder *b, uint64_t bit) {
  size_t at = b->n_items;
  SPIQE_TRY(spiqe_lane_item(b, 0));
  SPIQE_TRY(spiqe_lane_item(b, 0));
  for (int half = 0; half < 2; half++)
    for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
      spiqe_lane_ref *ref = &b->state[i / 2][i % 2];
      if (((i / 2 & bit) != 0) != half || ref->row == SPIQE_NO_ROW) continue;
      SPIQE_TRY(spiqe_lane_solid(b, ref));
      SPIQE_TRY(spiqe_lane_item(b, ref->row));
      b->items[at + (size_t)half]++;
    }
  return SPIQE_OK;
}

/* One item of a SELECT into ref: `from` where the mask is on, else what ref was. */
static spiqe_status select_part(spiqe_lane_builder *b, const spiqe_lane_ref *from,
                                spiqe_lane_ref *ref, spiqe_lane_op *op) {
  uint32_t out, sign = ref->row == SPIQE_NO_ROW ? from->is_negative : ref->is_negative;
  if (from->row == SPIQE_NO_ROW && ref->row == SPIQE_NO_ROW) return SPIQE_OK;
  int in_place = !(b->way & SPIQE_LANES_GRADIENT) && ref->row != SPIQE_NO_ROW;
  SPIQE_TRY(in_place ? spiqe_lane_place(b, ref, &out) : spiqe_lane_take(b, &out));
  SPIQE_TRY(spiqe_lane_item(b, from->row));
  SPIQE_TRY(spiqe_lane_item(b, ref->row));
  SPIQE_TRY(spiqe_lane_item(b, out));
  SPIQE_TRY(spiqe_lane_item(b, from->is_negative ^ sign));
  op->n++;
  return spiqe_lane_put(b, ref, out, sign);
}

/* Parts of one half of the state become 0 where the mask is on. */
static spiqe_status cut_half(spiqe_lane_builder *b, uint64_t bit, int half, uint32_t mask) {
  static const spiqe_lane_ref zero = {SPIQE_NO_ROW, 0};
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_SELECT);
  op.mask = mask;
  op.is_first = (b->way & SPIQE_LANES_GRADIENT) != 0;
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++)
    if (((i / 2 & bit) != 0) == half)
      SPIQE_TRY(select_part(b, &zero, &b->state[i / 2][i % 2], &op));
  return op.n ? spiqe_lane_emit(b, &op) : spiqe_lane_free(b);
}

/* Rows of the lower half when the upper half, times i where turn is 1, comes down to it. */
static size_t count_joined(const spiqe_lane_builder *b, uint64_t bit, size_t turn) {
  size_t n = 0;
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++)
    n += !(i / 2 & bit) && (b->state[i / 2][i % 2].row != SPIQE_NO_ROW ||
                            b->state[i / 2 | bit][(i % 2) ^ turn].row != SPIQE_NO_ROW);
  return n;
}

/* Outcome 1 moves the upper half of the state down; nothing stays up. Then the upper half is all
 * that a lane has, and may have any phase: i where that puts numbers on numbers, zeros on zeros. */
static spiqe_status move_down(spiqe_lane_builder *b, uint64_t bit, uint32_t ones) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_SELECT);
  size_t turn = count_joined(b, bit, 1) < count_joined(b, bit, 0);
  op.mask = ones;
  op.is_first = (b->way & SPIQE_LANES_GRADIENT) != 0;
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    if (i / 2 & bit) continue;
    spiqe_lane_ref upper = b->state[i / 2 | bit][(i % 2) ^ turn];
    if (turn && i % 2 == 0) upper.is_negative ^= 1; /* i (re + i im) = -im + i re */
    SPIQE_TRY(select_part(b, &upper, &b->state[i / 2][i % 2], &op));
  }
  return op.n ? spiqe_lane_emit(b, &op) : SPIQE_OK;
}

/* Does a SELECT of rows, none of them 0, follow the DRAW, and nobody else reads its mask? Then a
 * kernel may do both at once. */
static int moves_rows(const spiqe_lane_builder *b, size_t draw) {
  const spiqe_lane_program *p = b->program;
  if (b->mask != SPIQE_NO_ROW || b->way & SPIQE_LANES_GRADIENT || p->n_ops != draw + 2) return 0;
  const uint32_t *items = p->items + p->ops[draw + 1].first;
  for (uint32_t j = 0; j < p->ops[draw + 1].n; j++)
    if (items[4 * j] == SPIQE_NO_ROW || items[4 * j + 1] == SPIQE_NO_ROW) return 0;
  return 1;
}

static spiqe_status clear_upper(spiqe_lane_builder *b, uint64_t bit) {
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++)
    if (i / 2 & bit) SPIQE_TRY(spiqe_lane_put(b, &b->state[i / 2][i % 2], SPIQE_NO_ROW, 0));
  return spiqe_lane_free(b);
}

static spiqe_status build_rescale(spiqe_lane_builder *b, uint32_t norm) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_RESCALE);
  op.c = norm;
  op.s = b->exponent;
  if (b->way & SPIQE_LANES_GRADIENT) SPIQE_TRY(spiqe_lane_take(b, &op.gradient));
  SPIQE_TRY(spiqe_lane_list_rows(b, &op.n));
  return spiqe_lane_emit(b, &op);
}

/* After a measurement of all lanes its norm is that of the state. */
static spiqe_status keep_norm(spiqe_lane_builder *b, uint32_t norm) {
  SPIQE_TRY(spiqe_lane_forget_norm(b));
  if (b->n_scopes || (b->way & SPIQE_LANES_GRADIENT)) return SPIQE_OK;
  spiqe_lane_hold(b, norm);
  b->norm = norm;
  return SPIQE_OK;
}

/* Outcome 1 moves the upper half down. Under a condition that half becomes 0 where the condition
 * holds, and is then read twice: backward by copies. */
static spiqe_status build_reset(spiqe_lane_builder *b, uint64_t bit, uint32_t ones) {
  const size_t draw = b->program->n_ops - 1;
  spiqe_lane_ref(*copies)[2] = NULL;
  if (b->mask != SPIQE_NO_ROW) SPIQE_TRY(spiqe_lane_copy_parts(b, bit, bit, &copies));
  spiqe_status status = move_down(b, bit, ones);
  if (status == SPIQE_OK) status = spiqe_lane_put_copies(b, copies);
  free(copies);
  SPIQE_TRY(status);
  b->program->ops[draw].is_first = (uint8_t)moves_rows(b, draw);
  return b->mask == SPIQE_NO_ROW ? clear_upper(b, bit) : cut_half(b, bit, 1, b->mask);
}

/* A step: the weights of both outcomes are kept, and backward takes their adjoints. */
static spiqe_status weigh_halves(spiqe_lane_builder *b, uint64_t mask) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_WEIGHTS);
  SPIQE_TRY(list_halves(b, mask));
  SPIQE_TRY(spiqe_lane_take(b, &op.c));
  SPIQE_TRY(spiqe_lane_take(b, &op.s));
  op.n = b->items[0];
  op.number = b->items[1];
  op.bit = 1;
  SPIQE_TRY(spiqe_lane_emit_items(b, &op, b->n_items - 2, b->items + 2));
  b->n_items = 0;
  b->step->weights[b->n_measurements][0] = op.c;
  b->step->weights[b->n_measurements][1] = op.s;
  return SPIQE_OK;
}

/* What follows a measurement: a step is normalised at its end, all else is rescaled when it must
 * be. */
static spiqe_status end_measurement(spiqe_lane_builder *b, uint32_t norm) {
  if (b->step) {
    b->step->norm = norm;
    return SPIQE_OK;
  }
  SPIQE_TRY(build_rescale(b, norm));
  return keep_norm(b, norm);
}

spiqe_status spiqe_lane_build_measure(spiqe_lane_builder *b, uint32_t qubit, uint32_t bit,
                                      int reset) {
  uint64_t mask = (uint64_t)1 << qubit;
  uint32_t items[3] = {SPIQE_NO_ROW, SPIQE_NO_ROW, SPIQE_NO_ROW};
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_DRAW);
  if (b->step) SPIQE_TRY(weigh_halves(b, mask));
  SPIQE_TRY(spiqe_lane_take(b, &items[0]));
  if (!reset) SPIQE_TRY(spiqe_lane_take(b, &items[1]));
  SPIQE_TRY(spiqe_lane_take(b, &items[2]));
  for (size_t i = 0; i < 3; i++) SPIQE_TRY(spiqe_lane_item(b, items[i]));
  SPIQE_TRY(list_halves(b, mask));
  op.mask = b->mask;
  op.number = b->n_measurements++;
  op.bit = bit;
  op.draw = b->n_draws++;
  SPIQE_TRY(spiqe_lane_emit(b, &op));
  if (reset) {
    SPIQE_TRY(build_reset(b, mask, items[0]));
  } else {
    SPIQE_TRY(cut_half(b, mask, 0, items[0]));
    SPIQE_TRY(cut_half(b, mask, 1, items[1]));
  }
  SPIQE_TRY(end_measurement(b, items[2]));
  for (size_t i = 0; i < 3; i++) SPIQE_TRY(spiqe_lane_drop(b, items[i]));
  return spiqe_lane_free(b);
}

/* Probability of a Kraus operator where it is the same for all states: K^dagger K = p 1; -1. */
static double fixed_probability(size_t n, const spiqe_complex *k) {
  double p = -1;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      double re = 0, im = 0;
      for (size_t l = 0; l < n; l++) {
        re += k[l * n + i].re * k[l * n + j].re + k[l * n + i].im * k[l * n + j].im;
        im += k[l * n + i].re * k[l * n + j].im - k[l * n + i].im * k[l * n + j].re;
      }
      if (i == 0 && j == 0) p = re;
      if (fabs(im) > 1e-14 || fabs(re - (i == j ? p : 0)) > 1e-14) return -1;
    }
  return p;
}

/* A choice among the operators of a channel; each lane takes one. */
typedef struct choice {
  uint32_t left, pending; /* rows: what is left of the draw, lanes that have not taken one */
  uint32_t total;         /* row: norm of the state, where probabilities depend on it */
} choice;

static spiqe_status begin_choice(spiqe_lane_builder *b, int depends, choice *out) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_UNIFORM_DRAW);
  out->total = SPIQE_NO_ROW;
  if (depends) SPIQE_TRY(spiqe_lane_build_norm(b, &out->total));
  SPIQE_TRY(spiqe_lane_take(b, &out->left));
  SPIQE_TRY(spiqe_lane_take(b, &out->pending));
  op.c = out->left;
  op.s = out->total;
  op.draw = b->n_draws++;
  SPIQE_TRY(spiqe_lane_emit_items(b, &op, 0, NULL));
  op = spiqe_lane_op_of(SPIQE_LANE_BUT_MASK);
  op.c = out->pending;
  op.mask = b->mask;
  return spiqe_lane_emit_items(b, &op, 0, NULL);
}

static spiqe_status end_choice(spiqe_lane_builder *b, const choice *c) {
  SPIQE_TRY(spiqe_lane_drop(b, c->left));
  SPIQE_TRY(spiqe_lane_drop(b, c->pending));
  SPIQE_TRY(spiqe_lane_drop(b, c->total));
  return spiqe_lane_free(b);
}

/* weight: row, or SPIQE_NO_ROW for the number p. *factor: row, for weights that are rows. */
static spiqe_status pick(spiqe_lane_builder *b, const choice *c, uint32_t weight, double p,
                         int is_last, uint32_t *mask, uint32_t *factor) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_PICK);
  SPIQE_TRY(spiqe_lane_take(b, mask));
  if (weight == SPIQE_NO_ROW) {
    SPIQE_TRY(spiqe_lane_number(b, p, &op.number));
  } else {
    SPIQE_TRY(spiqe_lane_take(b, factor));
    op.s = *factor;
  }
  op.c = c->left;
  op.bit = is_last ? 1 : 0;
  uint32_t items[4] = {*mask, c->pending, weight, c->total};
  return spiqe_lane_emit_items(b, &op, 4, items);
}

/* Unitary operators with probabilities that are known: each acts where it is taken. */
static spiqe_status build_mixture(spiqe_lane_builder *b, const spiqe_channel *channel,
                                  const uint32_t *targets, const spiqe_complex *kraus,
                                  spiqe_complex *unitary) {
  size_t n = (size_t)1 << channel->n_targets;
  uint32_t outer = b->mask, mask, unused;
  choice c;
  SPIQE_TRY(begin_choice(b, 0, &c));
  for (size_t k = 0; k < channel->n_kraus; k++) {
    const spiqe_complex *operator= kraus + k * n * n;
    double p = fixed_probability(n, operator);
    SPIQE_TRY(pick(b, &c, SPIQE_NO_ROW, p, k + 1 == channel->n_kraus, &mask, &unused));
    for (size_t e = 0; e < n * n; e++) {
      double scale = p > 0 ? 1 / sqrt(p) : 0;
      unitary[e] = (spiqe_complex){operator[e].re * scale, operator[e].im * scale };
      if (fabs(unitary[e].re - nearbyint(unitary[e].re)) < 1e-15) /* 1 may be 1 - 1e-16 */
        unitary[e].re = nearbyint(unitary[e].re);
      if (fabs(unitary[e].im - nearbyint(unitary[e].im)) < 1e-15)
        unitary[e].im = nearbyint(unitary[e].im);
    }
    b->mask = mask;
    if (p > 0) SPIQE_TRY(spiqe_lane_build_matrix(b, channel->n_targets, targets, 0, 0, unitary));
    b->mask = outer;
    SPIQE_TRY(spiqe_lane_drop(b, mask));
  }
  return end_choice(b, &c);
}

/* Rows of `state` times c, where they are its own. */
static spiqe_status scale_state(spiqe_lane_builder *b, spiqe_lane_ref (*state)[2], uint32_t c) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_SCALE);
  op.c = c;
  SPIQE_TRY(spiqe_lane_number(b, 1, &op.number));
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    if (state[i / 2][i % 2].row == SPIQE_NO_ROW) continue;
    SPIQE_TRY(spiqe_lane_item(b, state[i / 2][i % 2].row));
    op.n++;
  }
  return op.n ? spiqe_lane_emit(b, &op) : SPIQE_OK;
}

static spiqe_status weight_of(spiqe_lane_builder *b, spiqe_lane_ref (*state)[2], uint32_t *row) {
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_WEIGHTS);
  SPIQE_TRY(spiqe_lane_take(b, row));
  op.c = *row;
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    if (state[i / 2][i % 2].row == SPIQE_NO_ROW) continue;
    SPIQE_TRY(spiqe_lane_item(b, state[i / 2][i % 2].row));
    op.n++;
  }
  return spiqe_lane_emit(b, &op);
}

static spiqe_status hold_state(spiqe_lane_builder *b, spiqe_lane_ref (*state)[2]) {
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++)
    SPIQE_TRY(spiqe_lane_solid(b, &b->state[i / 2][i % 2]));
  memcpy(state, b->state, b->n_amplitudes * sizeof *state);
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) spiqe_lane_hold(b, state[i / 2][i % 2].row);
  return SPIQE_OK;
}

static void swap_state(spiqe_lane_builder *b, spiqe_lane_ref (*other)[2]) {
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++) {
    spiqe_lane_ref ref = b->state[i / 2][i % 2];
    b->state[i / 2][i % 2] = other[i / 2][i % 2];
    other[i / 2][i % 2] = ref;
  }
}

/* Operators whose probability is |K psi|^2 / |psi|^2: from the last to the first, as channels begin
 * with what happens when nothing happens, which is then what takes all that is left of the draw.
 * K psi is brought back to the norm of psi, so that the norm stays the likelihood of outcomes. */
static spiqe_status build_jumps(spiqe_lane_builder *b, const spiqe_channel *channel,
                                const uint32_t *targets, const spiqe_complex *kraus,
                                spiqe_lane_ref (*before)[2], spiqe_lane_ref (*after)[2]) {
  size_t n = (size_t)1 << channel->n_targets;
  choice c;
  SPIQE_TRY(begin_choice(b, 1, &c));
  SPIQE_TRY(hold_state(b, before));
  for (size_t k = channel->n_kraus; k-- > 0;) {
    uint32_t weight, mask, factor = SPIQE_NO_ROW;
    swap_state(b, before);
    SPIQE_TRY(
        spiqe_lane_build_linear(b, channel->n_targets, targets, 0, 0, kraus + k * n * n, after));
    SPIQE_TRY(weight_of(b, after, &weight));
    swap_state(b, before);
    SPIQE_TRY(pick(b, &c, weight, 0, k == 0, &mask, &factor));
    SPIQE_TRY(scale_state(b, after, factor));
    SPIQE_TRY(spiqe_lane_build_select(b, mask, after));
    SPIQE_TRY(spiqe_lane_drop(b, weight));
    SPIQE_TRY(spiqe_lane_drop(b, mask));
    SPIQE_TRY(spiqe_lane_drop(b, factor));
  }
  for (size_t i = 0; i < 2 * b->n_amplitudes; i++)
    SPIQE_TRY(spiqe_lane_drop(b, before[i / 2][i % 2].row));
  return end_choice(b, &c);
}

spiqe_status spiqe_lane_build_channel(spiqe_lane_builder *b, const spiqe_operation *operation) {
  const spiqe_channel *channel = &b->circuit->channels[operation->payload];
  const spiqe_complex *kraus = b->circuit->numbers + channel->first;
  const uint32_t *targets = b->circuit->qubits_used + operation->first_qubit;
  size_t n = (size_t)1 << channel->n_targets;
  int mixes = 1;
  SPIQE_REQUIRE(b->ctx, !(b->way & SPIQE_LANES_GRADIENT), SPIQE_UNSUPPORTED,
                "lanes have no gradient through a channel ('%s')", channel->name);
  for (size_t k = 0; k < channel->n_kraus; k++)
    mixes &= fixed_probability(n, kraus + k * n * n) >= 0;
  spiqe_lane_ref(*states)[2] = malloc(2 * b->n_amplitudes * sizeof *states);
  spiqe_complex *unitary = malloc(n * n * sizeof *unitary);
  spiqe_status status = SPIQE_NO_MEMORY;
  if (!states || !unitary)
    spiqe_fail(b->ctx, status, "no memory for a channel");
  else if (mixes)
    status = build_mixture(b, channel, targets, kraus, unitary);
  else
    status = build_jumps(b, channel, targets, kraus, states, states + b->n_amplitudes);
  free(unitary);
  free(states);
  return status;
}

spiqe_status spiqe_lane_build_readout(spiqe_lane_builder *b, const spiqe_operation *operation) {
  const spiqe_complex *p = &b->circuit->numbers[operation->first_angle];
  spiqe_lane_op op = spiqe_lane_op_of(SPIQE_LANE_FLIP);
  uint32_t second;
  b->program->reads_bits = 1;
  op.mask = b->mask;
  op.bit = operation->payload;
  op.draw = b->n_draws++;
  SPIQE_TRY(spiqe_lane_number(b, p->re, &op.number));
  SPIQE_TRY(spiqe_lane_number(b, p->im, &second));
  return spiqe_lane_emit_items(b, &op, 0, NULL);
}
