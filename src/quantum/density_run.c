/* Circuits on density matrices. The branch whose operation comes first in the circuit goes on
 * first, so that branches meet again after an if or a loop, and are added where their bits agree.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"
#include "quantum/density_branch.h"
#include "quantum/density_mix.h"
#include "quantum/density_steps.h"
#include "spiqe/simulate.h"

/* Steps, and a channel of two qubits that follows them. */
typedef struct move {
  size_t first_step, n_steps;
  int has_mix;
  spiqe_mix mix;
} move;

/* Gates and channels from one operation on, up to the next of another kind. */
typedef struct stretch {
  size_t n_operations; /* 0: not looked at yet */
  uint64_t disturbs;   /* qubits on which something acts that is not diagonal */
  spiqe_steps steps;
  SPIQE_POOL(move, moves);
} stretch;

typedef struct runner {
  spiqe_context *ctx;
  const spiqe_circuit *circuit;
  const double *inputs;
  const spiqe_density_options *options; /* borrowed */
  spiqe_branches branches;
  stretch *stretches; /* owned, [n_operations] */
  uint32_t *turns;    /* owned, [n_operations]; WHILE: since it was entered */
  uint8_t *is_wanted; /* owned, [n_bits]: the bit is an outcome, or a condition reads it */
} runner;

static int is_quantum(const spiqe_operation *op) {
  return op->kind == SPIQE_GATE || op->kind == SPIQE_MATRIX || op->kind == SPIQE_BARRIER ||
         op->kind == SPIQE_DELAY;
}

static int is_narrow_channel(const spiqe_operation *op) {
  return op->kind == SPIQE_CHANNEL && op->n_targets <= SPIQE_MOST_SUPEROPERATOR_QUBITS;
}

static int is_diagonal(size_t n, const spiqe_complex *matrix) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      if (i != j && (matrix[i * n + j].re != 0 || matrix[i * n + j].im != 0)) return 0;
  return 1;
}

static const uint32_t *targets_of(const runner *r, const spiqe_operation *op) {
  return r->circuit->qubits_used + op->first_qubit + op->n_controls;
}

static uint64_t mask_of(const runner *r, const spiqe_operation *op) {
  uint64_t mask = 0;
  for (uint32_t i = 0; i < op->n_targets; i++) mask |= (uint64_t)1 << targets_of(r, op)[i];
  return mask;
}

static uint64_t disturbed_by_channel(const runner *r, const spiqe_operation *op) {
  const spiqe_channel *channel = &r->circuit->channels[op->payload];
  const size_t n = (size_t)1 << op->n_targets;
  for (size_t k = 0; k < channel->n_kraus; k++)
    if (!is_diagonal(n, r->circuit->numbers + channel->first + k * n * n)) return mask_of(r, op);
  return 0;
}

static void note_disturbed(const spiqe_steps *steps, uint64_t *disturbs) {
  for (size_t i = 0; i < steps->n_steps; i++) {
    const spiqe_step *step = &steps->steps[i];
    if (is_diagonal((size_t)1 << step->n_targets, step->matrix)) continue;
    for (uint32_t t = 0; t < step->n_targets; t++) *disturbs |= (uint64_t)1 << step->targets[t];
  }
}

static spiqe_status add_gates(runner *r, size_t first, stretch *s) {
  spiqe_steps gates;
  size_t n;
  SPIQE_TRY(spiqe_steps_create(r->circuit, r->inputs, first, &n, &gates));
  note_disturbed(&gates, &s->disturbs);
  spiqe_status status = spiqe_density_add_steps(r->ctx, gates.n_steps, gates.steps, &s->steps);
  spiqe_steps_destroy(&gates);
  s->n_operations += n;
  return status;
}

/* The steps since the last move, as one; mix may be NULL. */
static spiqe_status add_move(runner *r, const spiqe_mix *mix, stretch *s) {
  const move *last = s->n_moves ? &s->moves[s->n_moves - 1] : NULL;
  move next = {.first_step = last ? last->first_step + last->n_steps : 0};
  next.n_steps = s->steps.n_steps - next.first_step;
  if (mix) {
    next.has_mix = 1;
    next.mix = *mix;
  }
  SPIQE_TRY(
      spiqe_grow(r->ctx, (void **)&s->moves, &s->room_moves, s->n_moves + 1, sizeof *s->moves));
  s->moves[s->n_moves++] = next;
  return SPIQE_OK;
}

/* Is a channel the next thing after one of two qubits that it can be joined with? */
static int joins(const stretch *s, const spiqe_mix *mix) {
  if (!s->n_moves) return 0;
  move *last = &s->moves[s->n_moves - 1];
  return last->first_step + last->n_steps == s->steps.n_steps && spiqe_mix_join(&last->mix, mix);
}

/* Take cx or cz, the last steps on rows and columns, into the channel that follows it. */
static void lead(stretch *s, spiqe_mix *mix) {
  const move *last = s->n_moves ? &s->moves[s->n_moves - 1] : NULL;
  const size_t first = last ? last->first_step + last->n_steps : 0;
  if (s->steps.n_steps < first + 2) return;
  spiqe_step rows = s->steps.steps[s->steps.n_steps - 2];
  rows.matrix = s->steps.matrices + (uintptr_t)rows.matrix; /* the list is not settled yet */
  if (spiqe_mix_lead(mix, &rows)) s->steps.n_steps -= 2;
}

/* Channels of one qubit go with the gates, whose passes take many at once. As a matrix on four
 * places one of two qubits would cost as much as ten gates. */
static spiqe_status add_channel(runner *r, const spiqe_operation *op, stretch *s) {
  const spiqe_channel *channel = &r->circuit->channels[op->payload];
  const spiqe_complex *kraus = r->circuit->numbers + channel->first;
  spiqe_mix mix;
  s->disturbs |= disturbed_by_channel(r, op);
  s->n_operations++;
  if (spiqe_mix_find(op->n_targets, targets_of(r, op), channel->n_kraus, kraus, &mix)) {
    if (joins(s, &mix)) return SPIQE_OK;
    if (op->n_targets == 2) lead(s, &mix);
    if (op->n_targets == 2) return add_move(r, &mix, s);
  }
  return spiqe_density_add_channel(r->ctx, op->n_targets, targets_of(r, op), channel->n_kraus,
                                   kraus, &s->steps);
}

static spiqe_status make_stretch(runner *r, size_t first, stretch *s) {
  const spiqe_circuit *circuit = r->circuit;
  while (first + s->n_operations < circuit->n_operations) {
    const spiqe_operation *op = &circuit->operations[first + s->n_operations];
    if (is_quantum(op))
      SPIQE_TRY(add_gates(r, first + s->n_operations, s));
    else if (is_narrow_channel(op))
      SPIQE_TRY(add_channel(r, op, s));
    else
      break;
  }
  spiqe_density_settle(&s->steps);
  return add_move(r, NULL, s);
}

static spiqe_status tell(const runner *r, double n_done) {
  if (!r->options->tell) return SPIQE_OK;
  return r->options->tell(r->options->user, n_done / (double)r->circuit->n_operations);
}

/* at: of its first operation. */
static spiqe_status run_moves(const runner *r, spiqe_density *rho, size_t at, const stretch *s) {
  for (size_t i = 0; i < s->n_moves; i++) {
    const move *m = &s->moves[i];
    if (m->n_steps)
      SPIQE_TRY(spiqe_state_apply_steps(rho->state, m->n_steps, s->steps.steps + m->first_step));
    if (m->has_mix) spiqe_mix_run(rho, &m->mix);
    const double part = (double)(i + 1) / (double)s->n_moves;
    SPIQE_TRY(tell(r, (double)at + part * (double)s->n_operations));
  }
  return SPIQE_OK;
}

/* Make the open bits on these qubits known; *is_split: 1 when there were some, and the operation
 * has to be looked at again, for more branches. */
static spiqe_status resolve(runner *r, size_t index, uint64_t qubits, int *is_split) {
  *is_split = 0;
  for (uint32_t q = 0; q < r->circuit->n_qubits && !*is_split; q++) {
    if (!(qubits >> q & 1) || r->branches.list[index].open[q].bit == SPIQE_NO_BIT) continue;
    SPIQE_TRY(spiqe_branch_resolve(&r->branches, index, q));
    *is_split = 1;
  }
  return SPIQE_OK;
}

/* The qubits whose open bits an expression reads. */
static uint64_t qubits_read(const runner *r, size_t index, const spiqe_operation *op) {
  uint64_t mask = 0;
  for (uint32_t i = 0; i < op->n_nodes; i++) {
    const spiqe_node *node = &r->circuit->nodes[op->first_node + i];
    if (node->kind != SPIQE_NODE_BITS) continue;
    for (size_t q = 0; q < r->circuit->n_qubits; q++) {
      uint32_t bit = r->branches.list[index].open[q].bit;
      if (bit != SPIQE_NO_BIT && bit >= node->first && bit - node->first < node->width)
        mask |= (uint64_t)1 << q;
    }
  }
  return mask;
}

static uint64_t value_of(const runner *r, size_t index, const spiqe_operation *op) {
  return spiqe_expression_value(r->circuit->nodes + op->first_node, op->n_nodes,
                                r->branches.list[index].bits, 1);
}

static spiqe_status run_stretch(runner *r, size_t index) {
  const size_t at = r->branches.list[index].at;
  stretch *s = &r->stretches[at];
  int is_split;
  if (!s->n_operations) SPIQE_TRY(make_stretch(r, at, s));
  SPIQE_TRY(resolve(r, index, s->disturbs, &is_split));
  if (is_split) return SPIQE_OK;
  r->branches.list[index].at = at + s->n_operations;
  return run_moves(r, r->branches.list[index].rho, at, s);
}

static spiqe_status run_channel(runner *r, size_t index, const spiqe_operation *op) {
  const spiqe_channel *channel = &r->circuit->channels[op->payload];
  int is_split;
  SPIQE_TRY(resolve(r, index, disturbed_by_channel(r, op), &is_split));
  if (is_split) return SPIQE_OK;
  r->branches.list[index].at++;
  return spiqe_density_channel(r->branches.list[index].rho, op->n_targets, targets_of(r, op),
                               channel->n_kraus, r->circuit->numbers + channel->first);
}

/* The blocks 01 and 10 of the qubit go; its bit is open from now on. */
static spiqe_status run_measure(runner *r, size_t index, const spiqe_operation *op) {
  static const spiqe_complex projectors[8] = {{1, 0}, {0, 0}, {0, 0}, {0, 0},
                                              {0, 0}, {0, 0}, {0, 0}, {1, 0}};
  const uint32_t qubit = targets_of(r, op)[0], bit = op->payload;
  int is_split;
  SPIQE_TRY(resolve(r, index, (uint64_t)1 << qubit, &is_split));
  if (is_split) return SPIQE_OK;
  spiqe_branch *branch = &r->branches.list[index];
  branch->at++;
  if (bit != SPIQE_NO_BIT && r->is_wanted[bit]) {
    spiqe_branch_overwrite(&r->branches, index, bit);
    branch->bits[bit] = 0;
    branch->open[qubit] = (spiqe_open_bit){.bit = bit};
  }
  return spiqe_density_channel(branch->rho, 1, &qubit, 2, projectors);
}

static spiqe_status run_reset(runner *r, size_t index, const spiqe_operation *op) {
  static const spiqe_complex kraus[8] = {{1, 0}, {0, 0}, {0, 0}, {0, 0},
                                         {0, 0}, {1, 0}, {0, 0}, {0, 0}};
  int is_split;
  SPIQE_TRY(resolve(r, index, mask_of(r, op), &is_split));
  if (is_split) return SPIQE_OK;
  r->branches.list[index].at++;
  return spiqe_density_channel(r->branches.list[index].rho, 1, targets_of(r, op), 2, kraus);
}

static spiqe_status run_readout(runner *r, size_t index, const spiqe_operation *op) {
  const spiqe_complex p = r->circuit->numbers[op->first_angle];
  r->branches.list[index].at++;
  if (!r->is_wanted[op->payload]) return SPIQE_OK;
  return spiqe_branch_misread(&r->branches, index, op->payload, p.re, p.im);
}

static spiqe_status run_assign(runner *r, size_t index, const spiqe_operation *op) {
  int is_split;
  SPIQE_TRY(resolve(r, index, qubits_read(r, index, op), &is_split));
  if (is_split) return SPIQE_OK;
  const uint64_t value = value_of(r, index, op);
  for (uint32_t i = 0; i < op->n_targets; i++) {
    spiqe_branch_overwrite(&r->branches, index, op->payload + i);
    r->branches.list[index].bits[op->payload + i] = (uint8_t)(i < 64 ? value >> i & 1 : 0);
  }
  r->branches.list[index].at++;
  return SPIQE_OK;
}

/* IF and WHILE: into the block, or past its ELSE or END. */
static spiqe_status run_condition(runner *r, size_t index, const spiqe_operation *op) {
  int is_split;
  SPIQE_TRY(resolve(r, index, qubits_read(r, index, op), &is_split));
  if (is_split) return SPIQE_OK;
  spiqe_branch *branch = &r->branches.list[index];
  branch->at = value_of(r, index, op) ? branch->at + 1 : (size_t)op->jump + 1;
  return SPIQE_OK;
}

static void run_end(runner *r, size_t index, const spiqe_operation *op) {
  spiqe_branch *branch = &r->branches.list[index];
  if (op->kind == SPIQE_ELSE)
    branch->at = (size_t)op->jump + 1;
  else if (r->circuit->operations[op->jump].kind == SPIQE_WHILE)
    branch->at = op->jump;
  else
    branch->at++;
}

static spiqe_status run_one(runner *r, size_t index) {
  const spiqe_operation *op = &r->circuit->operations[r->branches.list[index].at];
  if (is_quantum(op) || is_narrow_channel(op)) return run_stretch(r, index);
  switch (op->kind) {
    case SPIQE_CHANNEL: return run_channel(r, index, op);
    case SPIQE_MEASURE: return run_measure(r, index, op);
    case SPIQE_RESET: return run_reset(r, index, op);
    case SPIQE_READOUT: return run_readout(r, index, op);
    case SPIQE_ASSIGN: return run_assign(r, index, op);
    case SPIQE_IF:
    case SPIQE_WHILE: return run_condition(r, index, op);
    default: run_end(r, index, op); return SPIQE_OK;
  }
}

/* All branches that are inside a loop reach its end together, so its turns are those of the one
 * that stays longest. One that is still before the loop had its bits made known first. */
static spiqe_status count_turn(runner *r, size_t at) {
  const spiqe_operation *op = &r->circuit->operations[at];
  int goes_on = 0, is_left = 0;
  for (size_t i = 0; i < r->branches.n_list; i++) {
    goes_on |= r->branches.list[i].at == at + 1;
    is_left |= r->branches.list[i].at == at;
  }
  if (op->kind != SPIQE_WHILE || is_left) return SPIQE_OK;
  r->turns[at] = goes_on ? r->turns[at] + 1 : 0;
  SPIQE_REQUIRE(r->ctx, r->turns[at] <= SPIQE_MOST_TURNS, SPIQE_LIMIT,
                "a while loop of more than %d turns (line %u)", SPIQE_MOST_TURNS, op->line);
  return SPIQE_OK;
}

static spiqe_status run_all(runner *r) {
  for (;;) {
    size_t at = r->circuit->n_operations;
    for (size_t i = 0; i < r->branches.n_list; i++)
      if (r->branches.list[i].at < at) at = r->branches.list[i].at;
    spiqe_branches_merge(&r->branches);
    if (at == r->circuit->n_operations) return SPIQE_OK;
    const size_t n = r->branches.n_list;
    for (size_t i = 0; i < n; i++)
      if (r->branches.list[i].at == at) SPIQE_TRY(run_one(r, i));
    SPIQE_TRY(count_turn(r, at));
    SPIQE_TRY(tell(r, (double)at));
  }
}

static spiqe_status check(spiqe_context *ctx, const spiqe_circuit *circuit,
                          const spiqe_density_options *options) {
  SPIQE_TRY(spiqe_circuit_check_closed(circuit));
  SPIQE_REQUIRE(ctx, circuit->n_qubits <= SPIQE_MOST_DENSITY_QUBITS, SPIQE_LIMIT,
                "a density matrix of %zu qubits; at most %d are supported", circuit->n_qubits,
                SPIQE_MOST_DENSITY_QUBITS);
  SPIQE_REQUIRE(ctx, options->inputs || !circuit->n_inputs, SPIQE_BAD_ARGUMENT,
                "the circuit has %zu inputs, and no values are given", circuit->n_inputs);
  for (size_t i = 0; i < circuit->n_inputs; i++)
    SPIQE_REQUIRE(ctx, isfinite(options->inputs[i]), SPIQE_BAD_ARGUMENT,
                  "input '%s' is %g; expected a finite number", circuit->inputs[i],
                  options->inputs[i]);
  return SPIQE_OK;
}

static void note_wanted(runner *r, int only_average) {
  const spiqe_circuit *circuit = r->circuit;
  memset(r->is_wanted, !only_average, circuit->n_bits);
  for (size_t i = 0; i < circuit->n_nodes; i++)
    if (circuit->nodes[i].kind == SPIQE_NODE_BITS)
      memset(r->is_wanted + circuit->nodes[i].first, 1, circuit->nodes[i].width);
}

static spiqe_status run(runner *r, const spiqe_density_options *options,
                        spiqe_density_result *out) {
  const spiqe_circuit *circuit = r->circuit;
  SPIQE_REQUIRE(r->ctx, r->stretches && r->turns && r->is_wanted, SPIQE_NO_MEMORY,
                "no memory to run %zu operations", circuit->n_operations);
  note_wanted(r, options->only_average);
  SPIQE_TRY(spiqe_branches_create(r->ctx, options->precision, circuit->n_qubits, circuit->n_bits,
                                  options->most_bytes, &r->branches));
  SPIQE_TRY(run_all(r));
  if (!options->only_average) SPIQE_TRY(spiqe_branches_outcomes(&r->branches, out));
  out->average = r->branches.list[0].rho;
  r->branches.list[0].rho = NULL;
  for (size_t i = 1; i < r->branches.n_list; i++)
    spiqe_state_add_pauli(r->branches.list[i].rho->state, 0, 0, 1, out->average->state);
  return SPIQE_OK;
}

spiqe_status spiqe_density_run(spiqe_context *ctx, const spiqe_circuit *circuit,
                               const spiqe_density_options *options, spiqe_density_result *out) {
  *out = (spiqe_density_result){.n_bits = circuit->n_bits};
  SPIQE_TRY(check(ctx, circuit, options));
  runner r = {.ctx = ctx, .circuit = circuit, .inputs = options->inputs, .options = options};
  r.stretches = calloc(circuit->n_operations + 1, sizeof *r.stretches);
  r.turns = calloc(circuit->n_operations + 1, sizeof *r.turns);
  r.is_wanted = calloc(circuit->n_bits + 1, 1);
  spiqe_status status = run(&r, options, out);
  for (size_t i = 0; r.stretches && i < circuit->n_operations; i++) {
    spiqe_steps_destroy(&r.stretches[i].steps);
    free(r.stretches[i].moves);
  }
  spiqe_branches_destroy(&r.branches);
  free(r.stretches);
  free(r.turns);
  free(r.is_wanted);
  return status;
}

void spiqe_density_result_clear(spiqe_density_result *result) {
  free(result->bits);
  free(result->probabilities);
  spiqe_density_destroy(result->average);
  *result = (spiqe_density_result){0};
}

spiqe_status spiqe_density_matrix(spiqe_context *ctx, const spiqe_circuit *circuit,
                                  const double *inputs, spiqe_complex *out) {
  const spiqe_density_options options = {.precision = SPIQE_F64,
                                         .inputs = inputs,
                                         .only_average = 1};
  spiqe_density_result result;
  spiqe_status status = spiqe_density_run(ctx, circuit, &options, &result);
  const size_t n = status == SPIQE_OK ? (size_t)1 << circuit->n_qubits : 0;
  for (size_t row = 0; row < n; row++)
    for (size_t column = 0; column < n; column++)
      out[row * n + column] = spiqe_density_get(result.average, row, column);
  spiqe_density_result_clear(&result);
  return status;
}
