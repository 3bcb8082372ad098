#include "quantum/stabiliser_shots.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "spiqe/random.h"

/* Stream of the purpose SPIQE_PURPOSE_MEASURE. */
#define STREAM_SHOTS 3

spiqe_status spiqe_stabiliser_shot_create(const spiqe_stabiliser_plan *plan, uint64_t seed,
                                          spiqe_stabiliser_shot *out) {
  *out = (spiqe_stabiliser_shot){.plan = plan};
  spiqe_random_key(seed, SPIQE_PURPOSE_MEASURE, STREAM_SHOTS, out->key);
  SPIQE_TRY(spiqe_tableau_create(plan->ctx, plan->n_qubits, &out->tableau));
  out->bits = calloc(plan->n_bits + 1, 1);
  if (out->bits) return SPIQE_OK;
  spiqe_stabiliser_shot_destroy(out);
  return spiqe_fail(plan->ctx, SPIQE_NO_MEMORY, "no memory for %zu bits", plan->n_bits);
}

void spiqe_stabiliser_shot_destroy(spiqe_stabiliser_shot *shot) {
  spiqe_tableau_destroy(shot->tableau);
  free(shot->bits);
  *shot = (spiqe_stabiliser_shot){0};
}

static double draw(spiqe_stabiliser_shot *s) {
  return spiqe_random_uniform(s->key, s->shot, s->n_drawn++);
}

/* A random number decides what this move does. */
static int is_random(const spiqe_stabiliser_shot *s, const spiqe_move *move) {
  if (move->kind == SPIQE_CHANNEL || move->kind == SPIQE_READOUT) return 1;
  const int is_collapse = move->kind == SPIQE_MEASURE || move->kind == SPIQE_RESET;
  return is_collapse && spiqe_tableau_is_random(s->tableau, move->qubits[0]);
}

static void run_measure(spiqe_stabiliser_shot *s, const spiqe_move *move) {
  const int is_open = is_random(s, move);
  const int outcome = spiqe_tableau_measure(s->tableau, move->qubits[0], is_open && draw(s) < 0.5);
  if (move->bit != SPIQE_NO_BIT) s->bits[move->bit] = (uint8_t)outcome;
}

static void set_qubit(spiqe_stabiliser_shot *s, uint32_t qubit, int value) {
  const spiqe_clifford_step x = {SPIQE_CLIFFORD_X, qubit, qubit};
  const int is_open = spiqe_tableau_is_random(s->tableau, qubit);
  spiqe_tableau_reset(s->tableau, qubit, is_open && draw(s) < 0.5);
  if (value) spiqe_tableau_apply(s->tableau, 1, &x);
}

static void run_channel(spiqe_stabiliser_shot *s, const spiqe_move *move) {
  if (draw(s) >= s->plan->chances[move->chance]) return;
  const unsigned p = spiqe_pauli_channel_draw(&s->plan->channels[move->index], draw(s));
  if (p >= SPIQE_PAULI_PRODUCTS) {
    set_qubit(s, move->qubits[0], p > SPIQE_PAULI_PRODUCTS);
    return;
  }
  for (size_t t = 0; t < move->n_targets; t++) {
    const spiqe_clifford_step x = {SPIQE_CLIFFORD_X, move->qubits[t], move->qubits[t]};
    const spiqe_clifford_step z = {SPIQE_CLIFFORD_Z, move->qubits[t], move->qubits[t]};
    if (p >> t & 1) spiqe_tableau_apply(s->tableau, 1, &x);
    if (p >> (t + 2) & 1) spiqe_tableau_apply(s->tableau, 1, &z);
  }
}

static uint64_t value_of(const spiqe_stabiliser_shot *s, const spiqe_move *move) {
  const spiqe_plane_expression *e = &s->plan->expressions[move->index];
  return spiqe_expression_value(e->nodes, e->n_nodes, s->bits, 1);
}

static void run_assign(spiqe_stabiliser_shot *s, const spiqe_move *move) {
  const uint64_t value = value_of(s, move);
  for (uint32_t b = 0; b < move->n; b++) s->bits[move->first + b] = value >> b & 1;
}

/* IF and WHILE that do not hold go behind their jump; an ELSE that is reached ends what was done,
 * and the END of a loop goes back to its WHILE. */
static void run_jump(spiqe_stabiliser_shot *s, const spiqe_move *move) {
  const int is_loop = s->plan->moves[move->jump].kind == SPIQE_WHILE;
  if (move->kind == SPIQE_ELSE) s->at = move->jump;
  if ((move->kind == SPIQE_IF || move->kind == SPIQE_WHILE) && !value_of(s, move))
    s->at = (size_t)move->jump + 1;
  if (move->kind == SPIQE_END && is_loop) {
    s->at = move->jump;
    s->n_turns++;
  }
}

static void run_move(spiqe_stabiliser_shot *s, const spiqe_move *move) {
  s->at++;
  switch (move->kind) {
    case SPIQE_GATE: spiqe_tableau_apply(s->tableau, move->n, s->plan->steps + move->first); break;
    case SPIQE_MEASURE: run_measure(s, move); break;
    case SPIQE_RESET: set_qubit(s, move->qubits[0], 0); break;
    case SPIQE_CHANNEL: run_channel(s, move); break;
    case SPIQE_READOUT:
      if (draw(s) < s->plan->chances[move->chance] * move->p[s->bits[move->bit]])
        s->bits[move->bit] ^= 1;
      break;
    case SPIQE_ASSIGN: run_assign(s, move); break;
    default: run_jump(s, move);
  }
}

void spiqe_stabiliser_shot_prefix(spiqe_stabiliser_shot *prefix) {
  const spiqe_stabiliser_plan *plan = prefix->plan;
  while (prefix->at < plan->n_moves && prefix->n_turns <= SPIQE_MOST_TURNS &&
         !is_random(prefix, &plan->moves[prefix->at]))
    run_move(prefix, &plan->moves[prefix->at]);
}

int spiqe_stabiliser_shot_run(spiqe_stabiliser_shot *shot, const spiqe_stabiliser_shot *prefix,
                              uint64_t number, uint8_t *out) {
  const spiqe_stabiliser_plan *plan = shot->plan;
  spiqe_tableau_copy(shot->tableau, prefix->tableau);
  if (plan->n_bits) memcpy(shot->bits, prefix->bits, plan->n_bits);
  shot->at = prefix->at;
  shot->n_turns = prefix->n_turns;
  shot->n_drawn = 0;
  shot->shot = number;
  while (shot->at < plan->n_moves && shot->n_turns <= SPIQE_MOST_TURNS)
    run_move(shot, &plan->moves[shot->at]);
  memset(out, 0, (plan->n_bits + 7) / 8);
  for (size_t b = 0; b < plan->n_bits; b++) out[b / 8] |= (uint8_t)(shot->bits[b] << b % 8);
  return shot->n_turns <= SPIQE_MOST_TURNS;
}

void spiqe_stabiliser_shot_reference(spiqe_stabiliser_shot *shot, uint8_t *out) {
  const spiqe_stabiliser_plan *plan = shot->plan;
  size_t depth = 0;
  for (size_t i = 0; i < plan->n_moves; i++) {
    const spiqe_move *move = &plan->moves[i];
    if (move->kind == SPIQE_IF) depth++;
    if (move->kind == SPIQE_END) depth--;
    if (depth) continue;
    if (move->kind == SPIQE_GATE)
      spiqe_tableau_apply(shot->tableau, move->n, plan->steps + move->first);
    if (move->kind == SPIQE_MEASURE)
      out[move->draw] = (uint8_t)spiqe_tableau_measure(shot->tableau, move->qubits[0], 0);
    if (move->kind == SPIQE_RESET) spiqe_tableau_reset(shot->tableau, move->qubits[0], 0);
  }
}
