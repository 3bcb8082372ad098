/* Groups of shots: they go through the circuit together until an outcome parts them. */
#include "quantum/shots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/density.h"
#include "spiqe/random.h"

/* Registers this large tell of their progress inside of a run of gates, after so many. */
#define LONG_QUBITS 20
#define LONG_PIECE ((size_t)128)

/* Where shots are only sampled, the gates are most of the work. */
#define PREFIX_PART 0.9

/* The norm^2 of a state stays between exp(-9) and exp(9). */
#define MOST_DRIFT 9.0

/* part: of the gates, where these are all there is before the shots. */
static spiqe_status tell(spiqe_shot_engine *e, double part) {
  if (!e->is_telling) return SPIQE_OK;
  double done = (double)e->n_done / (double)e->job->options->n_shots;
  if (spiqe_reduced_is_pure(e->program->reduced))
    done = e->n_done ? PREFIX_PART + (1 - PREFIX_PART) * done : PREFIX_PART * part;
  return spiqe_job_tell(e->job, done);
}

double spiqe_shot_misread(const spiqe_circuit *circuit, const spiqe_operation *op, uint8_t bit) {
  const spiqe_complex p = circuit->numbers[op->first_angle];
  return bit ? p.im : p.re;
}

void spiqe_shot_assign(const spiqe_circuit *circuit, const spiqe_operation *op, uint8_t *bits) {
  uint64_t value = spiqe_expression_value(circuit->nodes + op->first_node, op->n_nodes, bits, 1);
  for (uint32_t i = 0; i < op->n_targets; i++) bits[op->payload + i] = i < 64 ? value >> i & 1 : 0;
}

static const spiqe_operation *operation_at(const spiqe_shot_engine *e, size_t position) {
  return &e->program->reduced->circuit.operations[position];
}

static const uint32_t *qubits_of(const spiqe_shot_engine *e, const spiqe_operation *op) {
  return e->program->reduced->circuit.qubits_used + op->first_qubit;
}

static uint8_t *bits_of(const spiqe_shot_engine *e, const spiqe_shot_group *g) {
  return e->bits + g->depth * e->program->reduced->circuit.n_bits;
}

double spiqe_shot_draw(spiqe_shot_engine *e, uint32_t shot) {
  return spiqe_random_uniform(e->key, e->first_shot + shot, e->n_draws[shot]++);
}

/* Do the steps that the state waits for, in pieces where they take long enough for someone to
 * wait; normalise a state that has drifted far. */
static spiqe_status settle(spiqe_shot_engine *e, spiqe_shot_group *g) {
  spiqe_state *state = e->states[g->depth];
  const size_t n = g->last_step - g->first_step;
  const size_t piece = e->is_telling && state->n_qubits >= LONG_QUBITS ? LONG_PIECE : n + 1;
  for (size_t i = 0; i < n; i += piece) {
    size_t more = n - i < piece ? n - i : piece;
    const spiqe_step *steps = e->program->steps + g->first_step + i;
    SPIQE_TRY(spiqe_state_apply_steps(state, more, steps));
    if (piece <= n) SPIQE_TRY(tell(e, (double)(i + more) / (double)n));
  }
  g->first_step = g->last_step;
  if (g->drift < MOST_DRIFT) return SPIQE_OK;
  spiqe_state_scale(state, 1 / sqrt(spiqe_state_norm(state)));
  g->drift = 0;
  return SPIQE_OK;
}

/* Let the state wait for the steps of an operation, together with those that it waits for. */
static spiqe_status wait_for(spiqe_shot_engine *e, spiqe_shot_group *g, size_t position) {
  const size_t from = e->program->step_at[position], to = e->program->step_at[position + 1];
  if (from == to) return SPIQE_OK;
  if (g->last_step != from || g->drift >= MOST_DRIFT) {
    SPIQE_TRY(settle(e, g));
    g->first_step = from;
  }
  g->last_step = to;
  return SPIQE_OK;
}

/* Weights of an operation's outcomes: |P psi|^2 or |K psi|^2, out: [most_kraus]. What is within
 * rounding of 0 is 0. Returns their number; *sum: of the weights. */
static size_t find_weights(const spiqe_shot_engine *e, const spiqe_shot_group *g,
                           const spiqe_operation *op, double *out, double *sum) {
  const spiqe_state *state = e->states[g->depth];
  const double least = spiqe_probability_floor(state->precision);
  size_t n = 2;
  if (op->kind == SPIQE_MEASURE || op->kind == SPIQE_RESET) {
    const uint64_t mask = (uint64_t)1 << qubits_of(e, op)[0];
    out[0] = spiqe_state_weight(state, mask, 0);
    out[1] = spiqe_state_weight(state, mask, mask);
  } else if (op->kind == SPIQE_CHANNEL) {
    const spiqe_kraus *kraus = &e->program->kraus[op->payload];
    const double norm = g->drift > 0 ? spiqe_state_norm(state) : 1;
    spiqe_kraus_weights(kraus, qubits_of(e, op), state, norm, out);
    n = kraus->n_kraus;
  } else {
    out[1] = spiqe_shot_misread(&e->program->reduced->circuit, op, bits_of(e, g)[op->payload]);
    out[0] = 1 - out[1];
  }
  double all = 0;
  for (size_t k = 0; k < n; k++) all += out[k];
  *sum = 0;
  for (size_t k = 0; k < n; k++) {
    if (out[k] < least * all) out[k] = 0;
    *sum += out[k];
  }
  return n;
}

/* Outcome 1 of a misread bit is that it flips. sum: of the weights of all outcomes. */
static spiqe_status apply_outcome(spiqe_shot_engine *e, spiqe_shot_group *g,
                                  const spiqe_operation *op, size_t outcome, double weight,
                                  double sum) {
  spiqe_state *state = e->states[g->depth];
  const uint32_t *qubits = qubits_of(e, op);
  if (op->kind == SPIQE_READOUT) {
    bits_of(e, g)[op->payload] ^= (uint8_t)outcome;
    return SPIQE_OK;
  }
  if (op->kind == SPIQE_CHANNEL) {
    g->drift = 0;
    return spiqe_kraus_apply(&e->program->kraus[op->payload], outcome, qubits, weight, state);
  }
  const uint64_t mask = (uint64_t)1 << qubits[0];
  if (weight < sum) {
    spiqe_state_project(state, mask, outcome ? mask : 0, 1 / sqrt(weight));
    g->drift = 0;
  }
  if (op->kind == SPIQE_RESET && outcome) spiqe_state_flip(state, qubits[0]);
  if (op->kind == SPIQE_MEASURE && op->payload != SPIQE_NO_BIT)
    bits_of(e, g)[op->payload] = (uint8_t)outcome;
  return SPIQE_OK;
}

/* The outcome for a draw u in [0, 1), that of `first` before all others. */
static size_t outcome_of(size_t n, const double *weights, double sum, size_t first, double u) {
  double below = weights[first];
  size_t last = first; /* that can be, for what rounding leaves of u */
  if (u * sum < below) return first;
  for (size_t k = 0; k < n; k++) {
    if (k == first || weights[k] <= 0) continue;
    below += weights[k];
    last = k;
    if (u * sum < below) break;
  }
  return last;
}

/* Where the first shot of the group looks. */
static double next_look(const spiqe_shot_engine *e, const spiqe_shot_group *g) {
  double next = INFINITY;
  if (!e->has_looks) return next;
  for (size_t i = 0; i < g->n; i++) next = fmin(next, e->looks[g->shots[i]]);
  return next;
}

/* The shots whose hazard is met draw among all outcomes, given that u >= least: the others have
 * passed over what is below. They then draw how far they go next. */
static void look(spiqe_shot_engine *e, const spiqe_shot_group *g, const spiqe_kraus *kraus,
                 size_t n, const double *weights, double sum) {
  for (size_t i = 0; i < g->n; i++) {
    const uint32_t shot = g->shots[i];
    e->drawn[i] = (uint32_t)kraus->main;
    if (e->looks[shot] > g->hazard) continue;
    double u = kraus->least + (1 - kraus->least) * spiqe_shot_draw(e, shot);
    e->drawn[i] = (uint32_t)outcome_of(n, weights, sum, kraus->main, u);
    e->looks[shot] = g->hazard - log1p(-spiqe_shot_draw(e, shot));
  }
}

/* Each shot gets its outcome. n_each: [n] out. Returns the outcome of most shots. */
static size_t draw_outcomes(spiqe_shot_engine *e, const spiqe_shot_group *g,
                            const spiqe_operation *op, size_t n, const double *weights, double sum,
                            size_t *n_each) {
  const spiqe_kraus *kraus = op->kind == SPIQE_CHANNEL ? &e->program->kraus[op->payload] : NULL;
  const size_t first = kraus ? kraus->main : 0;
  size_t n_possible = 0, largest = first;
  for (size_t k = 0; k < n; k++) {
    n_each[k] = 0;
    if (weights[k] > 0) n_possible++, largest = k;
  }
  if (kraus && kraus->least > 0) {
    look(e, g, kraus, n, weights, sum);
  } else if (n_possible > 1) {
    for (size_t i = 0; i < g->n; i++)
      e->drawn[i] = (uint32_t)outcome_of(n, weights, sum, first, spiqe_shot_draw(e, g->shots[i]));
  } else {
    n_each[largest] = g->n;
    return largest;
  }
  for (size_t i = 0; i < g->n; i++) n_each[e->drawn[i]]++;
  for (size_t k = 0; k < n; k++)
    if (n_each[k] > n_each[largest]) largest = k;
  return largest;
}

/* Order the shots by outcome, the largest part first. */
static void part(spiqe_shot_engine *e, const spiqe_shot_group *g, size_t n, size_t largest,
                 const size_t *n_each) {
  size_t at = 0;
  for (size_t turn = 0; turn <= n; turn++) {
    size_t k = turn ? turn - 1 : largest;
    if ((turn && k == largest) || !n_each[k]) continue;
    for (size_t i = 0; i < g->n; i++)
      if (e->drawn[i] == k) e->parted[at++] = g->shots[i];
  }
  memcpy(g->shots, e->parted, g->n * sizeof *g->shots);
}

/* Is there a state for one more copy? It is made here. */
static int can_copy(spiqe_shot_engine *e, size_t depth) {
  if (depth < e->n_states) return 1;
  if (depth >= e->most_states) return 0;
  spiqe_state *state;
  if (spiqe_job_state(e->job, e->ctx, e->bytes, &state) != SPIQE_OK) {
    e->most_states = e->n_states; /* go on with those that are there */
    return 0;
  }
  e->states[e->n_states++] = state;
  e->bytes += spiqe_state_size(state->precision, state->n_qubits);
  return 1;
}

static spiqe_status run_group(spiqe_shot_engine *e, spiqe_shot_group *g);

/* Run the shots of one outcome on a copy of the group's state. */
static spiqe_status run_part(spiqe_shot_engine *e, const spiqe_shot_group *g, uint32_t *shots,
                             size_t n, size_t outcome, double weight, double sum) {
  const size_t n_bits = e->program->reduced->circuit.n_bits;
  spiqe_shot_group sub = *g;
  sub.depth++;
  sub.shots = shots;
  sub.n = n;
  spiqe_state_copy(e->states[sub.depth], e->states[g->depth]);
  memcpy(bits_of(e, &sub), bits_of(e, g), n_bits);
  SPIQE_TRY(apply_outcome(e, &sub, operation_at(e, g->position), outcome, weight, sum));
  sub.position++;
  sub.next = next_look(e, &sub);
  return run_group(e, &sub);
}

/* The smaller parts, on copies; where there is no state for one their shots are left over. */
static spiqe_status run_parts(spiqe_shot_engine *e, const spiqe_shot_group *g, size_t n,
                              size_t largest, const double *weights, double sum,
                              const size_t *n_each) {
  uint32_t *shots = g->shots + n_each[largest];
  if (!can_copy(e, g->depth + 1)) {
    memcpy(e->left + e->n_left, shots, (g->n - n_each[largest]) * sizeof *shots);
    e->n_left += g->n - n_each[largest];
    return SPIQE_OK;
  }
  for (size_t k = 0; k < n; k++) {
    if (k == largest || !n_each[k]) continue;
    SPIQE_TRY(run_part(e, g, shots, n_each[k], k, weights[k], sum));
    shots += n_each[k];
  }
  return SPIQE_OK;
}

/* An operation with an outcome, which the shots draw: the group keeps the largest part. A main
 * operator then waits for the steps after it. */
static spiqe_status branch(spiqe_shot_engine *e, spiqe_shot_group *g, const spiqe_operation *op) {
  const spiqe_kraus *kraus = op->kind == SPIQE_CHANNEL ? &e->program->kraus[op->payload] : NULL;
  double *weights = e->weights + g->depth * e->program->most_kraus, sum;
  size_t *n_each = e->n_each + g->depth * e->program->most_kraus;
  if (op->kind != SPIQE_READOUT) SPIQE_TRY(settle(e, g));
  size_t n = find_weights(e, g, op, weights, &sum);
  size_t largest = draw_outcomes(e, g, op, n, weights, sum, n_each);
  if (n_each[largest] < g->n) {
    SPIQE_TRY(settle(e, g));
    part(e, g, n, largest, n_each);
    SPIQE_TRY(run_parts(e, g, n, largest, weights, sum, n_each));
    g->n = n_each[largest];
  }
  g->next = next_look(e, g);
  if (!kraus || kraus->least == 0 || largest != kraus->main) {
    SPIQE_TRY(apply_outcome(e, g, op, largest, weights[largest], sum));
  } else {
    if (!kraus->is_unitary) g->drift += kraus->hazard;
    SPIQE_TRY(wait_for(e, g, g->position));
  }
  g->position++;
  return SPIQE_OK;
}

/* A channel that nobody looks at does what it does most often. */
static spiqe_status pass_channel(spiqe_shot_engine *e, spiqe_shot_group *g,
                                 const spiqe_operation *op) {
  const spiqe_kraus *kraus = &e->program->kraus[op->payload];
  g->hazard += kraus->hazard;
  if (kraus->least == 0 || g->hazard >= g->next) return branch(e, g, op);
  if (!kraus->is_unitary) g->drift += kraus->hazard;
  SPIQE_TRY(wait_for(e, g, g->position));
  g->position++;
  return SPIQE_OK;
}

static spiqe_status turn(spiqe_shot_engine *e, spiqe_shot_group *g, const spiqe_operation *op) {
  SPIQE_REQUIRE(e->ctx, ++g->n_turns <= SPIQE_MOST_TURNS, SPIQE_LIMIT,
                "line %u: while loops of more than %d turns in one shot", op->line,
                SPIQE_MOST_TURNS);
  g->position = op->jump;
  return tell(e, 0);
}

/* Conditions and assignments. */
static spiqe_status step_classical(spiqe_shot_engine *e, spiqe_shot_group *g,
                                   const spiqe_operation *op) {
  const spiqe_circuit *circuit = &e->program->reduced->circuit;
  uint8_t *bits = bits_of(e, g);
  const spiqe_node *nodes = circuit->nodes + op->first_node;
  if (op->kind == SPIQE_END && circuit->operations[op->jump].kind == SPIQE_WHILE)
    return turn(e, g, op);
  if (op->kind == SPIQE_ASSIGN) spiqe_shot_assign(circuit, op, bits);
  if (op->kind == SPIQE_ELSE) g->position = op->jump;
  if ((op->kind == SPIQE_IF || op->kind == SPIQE_WHILE) &&
      !spiqe_expression_value(nodes, op->n_nodes, bits, 1))
    g->position = op->jump;
  g->position++;
  return SPIQE_OK;
}

static spiqe_status step(spiqe_shot_engine *e, spiqe_shot_group *g) {
  const spiqe_operation *op = operation_at(e, g->position);
  switch (op->kind) {
    case SPIQE_GATE:
    case SPIQE_MATRIX:
      SPIQE_TRY(wait_for(e, g, g->position));
      g->position++;
      return SPIQE_OK;
    case SPIQE_CHANNEL: return pass_channel(e, g, op);
    case SPIQE_MEASURE:
    case SPIQE_RESET:
    case SPIQE_READOUT: return branch(e, g, op);
    default: return step_classical(e, g, op);
  }
}

static spiqe_status run_group(spiqe_shot_engine *e, spiqe_shot_group *g) {
  while (g->position < e->program->reduced->n_core) SPIQE_TRY(step(e, g));
  SPIQE_TRY(settle(e, g));
  SPIQE_TRY(spiqe_shot_group_finish(e, g));
  return tell(e, 1);
}

/* The first gates are the same for all shots: they are kept when they are needed again, where
 * memory allows. */
static spiqe_status make_ready(spiqe_shot_engine *e) {
  spiqe_state *state = e->states[0];
  spiqe_shot_group g = {.last_step = e->program->step_at[e->n_first]};
  if (e->prefix) {
    spiqe_state_copy(state, e->prefix);
    return SPIQE_OK;
  }
  spiqe_state_clear(state);
  SPIQE_TRY(settle(e, &g));
  if (e->is_used && e->n_first &&
      spiqe_job_state(e->job, e->ctx, e->bytes, &e->prefix) == SPIQE_OK) {
    e->bytes += spiqe_state_size(state->precision, state->n_qubits);
    spiqe_state_copy(e->prefix, state);
  }
  e->is_used = 1;
  return SPIQE_OK;
}

/* From the beginning, with those that are left over, until none is. */
spiqe_status spiqe_shot_engine_run(spiqe_shot_engine *e, uint64_t first, size_t n) {
  const spiqe_reduced *reduced = e->program->reduced;
  e->first_shot = first;
  for (size_t i = 0; i < n; i++) e->left[i] = (uint32_t)i;
  for (e->n_left = n; e->n_left;) {
    spiqe_shot_group g = {.position = e->n_first, .n = e->n_left, .shots = e->shots};
    g.first_step = g.last_step = e->program->step_at[e->n_first];
    memcpy(e->shots, e->left, e->n_left * sizeof *e->shots);
    e->n_left = 0;
    for (size_t i = 0; i < g.n; i++) {
      e->n_draws[g.shots[i]] = 0;
      if (e->has_looks) e->looks[g.shots[i]] = -log1p(-spiqe_shot_draw(e, g.shots[i]));
    }
    g.next = next_look(e, &g);
    if (!e->is_used || !spiqe_reduced_is_pure(reduced)) SPIQE_TRY(make_ready(e));
    memset(e->bits, 0, reduced->circuit.n_bits);
    SPIQE_TRY(run_group(e, &g));
  }
  return SPIQE_OK;
}
