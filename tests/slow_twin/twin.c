#include "slow_twin/twin.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* A run: where in the circuit follows from the calls, what is known from the branches. */
typedef struct twin_walk {
  const spiqe_circuit *circuit;
  const double *inputs;
  const uint8_t *outcomes; /* NULL: all outcomes */
  size_t n_outcomes;
} twin_walk;

static void *get_zeros(size_t n, size_t size) {
  void *data = calloc(n ? n : 1, size);
  if (!data) fail_msg("no memory for the slow twin");
  return data;
}

static twin *create(size_t n_qubits) {
  twin *t = get_zeros(1, sizeof *t);
  t->n_qubits = n_qubits;
  t->size = (size_t)1 << n_qubits;
  return t;
}

static void forget(twin *t) {
  for (size_t i = 0; i < t->n_branches; i++) free(t->branches[i].rho);
  t->n_branches = 0;
}

void twin_destroy(twin *t) {
  if (!t) return;
  forget(t);
  free(t->branches);
  free(t);
}

static double trace(const twin *t, const twin_number *rho) {
  double sum = 0;
  for (size_t i = 0; i < t->size; i++) sum += creal(rho[i * t->size + i]);
  return sum;
}

/* The density matrix of a combination of bits; zeros for a new one. */
static twin_number *branch_of(twin *t, uint64_t bits) {
  for (size_t i = 0; i < t->n_branches; i++)
    if (t->branches[i].bits == bits) return t->branches[i].rho;
  if (t->n_branches == t->room) {
    t->room = 2 * t->room + 4;
    t->branches = realloc(t->branches, t->room * sizeof *t->branches);
    assert_non_null(t->branches);
  }
  twin_number *rho = get_zeros(t->size * t->size, sizeof *rho);
  t->branches[t->n_branches++] = (twin_branch){bits, rho};
  return rho;
}

/* Move all of a branch to the one with other bits in another set. */
static void move(twin *to, uint64_t bits, const twin *from, size_t branch, double factor) {
  if (factor == 0) return;
  twin_number *rho = branch_of(to, bits);
  for (size_t i = 0; i < to->size * to->size; i++) rho[i] += factor * from->branches[branch].rho[i];
}

/* Exchange the branches of two sets, and leave the second without any. */
static void take(twin *t, twin *from) {
  twin kept = *t;
  *t = *from;
  *from = kept;
  forget(from);
}

void twin_embed(size_t n_qubits, size_t k, const uint32_t *qubits, const twin_number *small,
                twin_number *full) {
  const size_t size = (size_t)1 << n_qubits;
  size_t mask = 0;
  for (size_t i = 0; i < k; i++) mask |= (size_t)1 << (qubits[i] & ~SPIQE_ON_ZERO);
  for (size_t row = 0; row < size; row++)
    for (size_t column = 0; column < size; column++) {
      size_t r = 0, c = 0;
      for (size_t i = 0; i < k; i++) {
        r |= (row >> (qubits[i] & ~SPIQE_ON_ZERO) & 1) << i;
        c |= (column >> (qubits[i] & ~SPIQE_ON_ZERO) & 1) << i;
      }
      full[row * size + column] = (row ^ column) & ~mask ? 0 : small[(r << k) + c];
    }
}

/* sum += K rho K^dagger; half: room for a matrix. */
static void add_conjugated(size_t size, const twin_number *k, const twin_number *rho,
                           twin_number *half, twin_number *sum) {
  memset(half, 0, size * size * sizeof *half);
  for (size_t r = 0; r < size; r++)
    for (size_t m = 0; m < size; m++) {
      if (k[r * size + m] == 0) continue;
      for (size_t c = 0; c < size; c++) half[r * size + c] += k[r * size + m] * rho[m * size + c];
    }
  for (size_t c = 0; c < size; c++)
    for (size_t m = 0; m < size; m++) {
      if (k[c * size + m] == 0) continue;
      for (size_t r = 0; r < size; r++)
        sum[r * size + c] += half[r * size + m] * conj(k[c * size + m]);
    }
}

/* rho -> sum K rho K^dagger on every branch. kraus: [n_kraus][2^k][2^k]. */
static void apply_kraus(twin *t, size_t k, const uint32_t *qubits, size_t n_kraus,
                        const twin_number *kraus) {
  const size_t n = t->size * t->size;
  twin_number *full = get_zeros(n, sizeof *full), *half = get_zeros(n, sizeof *half);
  twin *after = create(t->n_qubits);
  for (size_t i = 0; i < n_kraus; i++) {
    twin_embed(t->n_qubits, k, qubits, kraus + (i << 2 * k), full);
    for (size_t b = 0; b < t->n_branches; b++)
      add_conjugated(t->size, full, t->branches[b].rho, half,
                     branch_of(after, t->branches[b].bits));
  }
  take(t, after);
  twin_destroy(after);
  free(full);
  free(half);
}

static void run_gate(twin_walk *w, twin *t, const spiqe_operation *op) {
  const size_t k = op->n_controls + op->n_targets;
  twin_number *matrix = get_zeros((size_t)1 << 2 * k, sizeof *matrix);
  twin_operation(w->circuit, op, w->inputs, matrix);
  apply_kraus(t, k, w->circuit->qubits_used + op->first_qubit, 1, matrix);
  free(matrix);
}

static void run_channel(twin_walk *w, twin *t, const spiqe_operation *op) {
  const spiqe_channel *channel = &w->circuit->channels[op->payload];
  const size_t n = (size_t)channel->n_kraus << 2 * channel->n_targets;
  twin_number *kraus = get_zeros(n, sizeof *kraus);
  assert_int_equal(channel->n_targets, op->n_targets);
  for (size_t i = 0; i < n; i++) {
    spiqe_complex number = w->circuit->numbers[channel->first + i];
    kraus[i] = number.re + I * number.im;
  }
  apply_kraus(t, op->n_targets, w->circuit->qubits_used + op->first_qubit, channel->n_kraus, kraus);
  free(kraus);
}

/* The given outcome of a measurement. */
static size_t outcome_of(const twin_walk *w, const spiqe_operation *op) {
  size_t rank = 0;
  for (const spiqe_operation *i = w->circuit->operations; i < op; i++)
    rank += i->kind == SPIQE_MEASURE;
  if (rank >= w->n_outcomes) fail_msg("only %zu outcomes are given", w->n_outcomes);
  return w->outcomes[rank];
}

/* Each outcome of each branch becomes a branch: P rho P with its bit set. */
static void run_measure(twin_walk *w, twin *t, const spiqe_operation *op) {
  const uint32_t qubit = w->circuit->qubits_used[op->first_qubit];
  uint64_t bit = op->payload == SPIQE_NO_BIT ? 0 : (uint64_t)1 << op->payload;
  twin *after = create(t->n_qubits);
  for (size_t b = 0; b < t->n_branches; b++)
    for (size_t outcome = 0; outcome < 2; outcome++) {
      if (w->outcomes && outcome_of(w, op) != outcome) continue;
      uint64_t bits = (t->branches[b].bits & ~bit) | (outcome ? bit : 0);
      twin_number *rho = branch_of(after, bits);
      for (size_t i = 0; i < t->size * t->size; i++)
        if ((i >> qubit & 1) == outcome && (i >> t->n_qubits >> qubit & 1) == outcome)
          rho[i] += t->branches[b].rho[i];
    }
  take(t, after);
  twin_destroy(after);
}

/* |0><0| rho |0><0| + |0><1| rho |1><0| */
static void run_reset(twin_walk *w, twin *t, const spiqe_operation *op) {
  static const twin_number kraus[8] = {1, 0, 0, 0, 0, 1, 0, 0};
  apply_kraus(t, 1, w->circuit->qubits_used + op->first_qubit, 2, kraus);
}

/* The bit turns around with the probability that belongs to its value. */
static void run_readout(twin_walk *w, twin *t, const spiqe_operation *op) {
  const spiqe_complex wrong = w->circuit->numbers[op->first_angle];
  const uint64_t bit = (uint64_t)1 << op->payload;
  twin *after = create(t->n_qubits);
  for (size_t b = 0; b < t->n_branches; b++) {
    double p = t->branches[b].bits & bit ? wrong.im : wrong.re;
    move(after, t->branches[b].bits, t, b, 1 - p);
    move(after, t->branches[b].bits ^ bit, t, b, p);
  }
  take(t, after);
  twin_destroy(after);
}

static uint64_t expression_of(const twin_walk *w, const spiqe_operation *op, uint64_t bits) {
  return twin_expression(w->circuit->nodes + op->first_node, op->n_nodes, bits);
}

static void run_assign(twin_walk *w, twin *t, const spiqe_operation *op) {
  uint64_t mask = (op->n_targets < 64 ? ((uint64_t)1 << op->n_targets) - 1 : ~(uint64_t)0)
                  << op->payload;
  twin *after = create(t->n_qubits);
  for (size_t b = 0; b < t->n_branches; b++) {
    uint64_t bits = t->branches[b].bits;
    uint64_t value = expression_of(w, op, bits) << op->payload;
    move(after, (bits & ~mask) | (value & mask), t, b, 1);
  }
  take(t, after);
  twin_destroy(after);
}

static void run_range(twin_walk *w, twin *t, size_t from, size_t to);

/* Branches whose bits make a condition true. */
static twin *split(twin_walk *w, twin *t, const spiqe_operation *op) {
  twin *yes = create(t->n_qubits), *no = create(t->n_qubits);
  for (size_t b = 0; b < t->n_branches; b++)
    move(expression_of(w, op, t->branches[b].bits) ? yes : no, t->branches[b].bits, t, b, 1);
  take(t, no);
  twin_destroy(no);
  return yes;
}

static void join(twin *t, twin *other) {
  for (size_t b = 0; b < other->n_branches; b++) move(t, other->branches[b].bits, other, b, 1);
  twin_destroy(other);
}

/* Place of the ELSE (if wanted) or END that belongs to the IF, ELSE or WHILE at `from`. */
static size_t end_of(const spiqe_circuit *circuit, size_t from, int or_else) {
  size_t depth = 0;
  for (size_t i = from + 1; i < circuit->n_operations; i++) {
    int kind = circuit->operations[i].kind;
    if (!depth && (kind == SPIQE_END || (or_else && kind == SPIQE_ELSE))) return i;
    if (kind == SPIQE_IF || kind == SPIQE_WHILE) depth++;
    if (kind == SPIQE_END) depth--;
  }
  fail_msg("operation %zu has no end", from);
  return 0;
}

static size_t run_if(twin_walk *w, twin *t, size_t at) {
  size_t end = end_of(w->circuit, at, 1), last = end;
  twin *yes = split(w, t, &w->circuit->operations[at]);
  if (yes->n_branches) run_range(w, yes, at + 1, end);
  if (w->circuit->operations[end].kind == SPIQE_ELSE) {
    last = end_of(w->circuit, end, 0);
    if (t->n_branches) run_range(w, t, end + 1, last);
  }
  join(t, yes);
  return last;
}

static size_t run_while(twin_walk *w, twin *t, size_t at) {
  const size_t end = end_of(w->circuit, at, 0), most = 10000;
  twin *inside = create(t->n_qubits);
  take(inside, t);
  for (size_t turn = 0; twin_weight(inside) > 1e-18; turn++) {
    if (turn == most) fail_msg("%g is still in a loop after %zu turns", twin_weight(inside), most);
    twin *on = split(w, inside, &w->circuit->operations[at]);
    join(t, inside);
    run_range(w, on, at + 1, end);
    inside = on;
  }
  twin_destroy(inside);
  return end;
}

static size_t run_one(twin_walk *w, twin *t, size_t at) {
  const spiqe_operation *op = &w->circuit->operations[at];
  switch (op->kind) {
    case SPIQE_GATE:
    case SPIQE_MATRIX: run_gate(w, t, op); break;
    case SPIQE_CHANNEL: run_channel(w, t, op); break;
    case SPIQE_MEASURE: run_measure(w, t, op); break;
    case SPIQE_RESET: run_reset(w, t, op); break;
    case SPIQE_READOUT: run_readout(w, t, op); break;
    case SPIQE_ASSIGN: run_assign(w, t, op); break;
    case SPIQE_BARRIER:
    case SPIQE_DELAY: break;
    case SPIQE_IF: return run_if(w, t, at);
    case SPIQE_WHILE: return run_while(w, t, at);
    default: fail_msg("the slow twin knows no operation %d", op->kind);
  }
  return at;
}

static void run_range(twin_walk *w, twin *t, size_t from, size_t to) {
  for (size_t i = from; i < to; i++) i = run_one(w, t, i);
}

twin *twin_run_given(const spiqe_circuit *circuit, const double *inputs, size_t n_outcomes,
                     const uint8_t *outcomes) {
  assert_true(circuit->n_qubits <= TWIN_MOST_QUBITS && circuit->n_bits <= TWIN_MOST_BITS);
  twin_walk walk = {.circuit = circuit, .inputs = inputs};
  walk.outcomes = outcomes;
  walk.n_outcomes = n_outcomes;
  twin *t = create(circuit->n_qubits);
  branch_of(t, 0)[0] = 1;
  run_range(&walk, t, 0, circuit->n_operations);
  return t;
}

twin *twin_run(const spiqe_circuit *circuit, const double *inputs) {
  return twin_run_given(circuit, inputs, 0, NULL);
}

void twin_amplitudes(const spiqe_circuit *circuit, const double *inputs, twin_number *out) {
  const size_t size = (size_t)1 << circuit->n_qubits;
  twin_number *full = get_zeros(size * size, sizeof *full);
  twin_number *small = get_zeros(size * size, sizeof *small);
  twin_number *before = get_zeros(size, sizeof *before);
  assert_true(circuit->n_qubits <= TWIN_MOST_QUBITS);
  for (size_t i = 0; i < size; i++) out[i] = i == 0;
  for (size_t i = 0; i < circuit->n_operations; i++) {
    const spiqe_operation *op = &circuit->operations[i];
    if (op->kind == SPIQE_BARRIER || op->kind == SPIQE_DELAY) continue;
    assert_true(op->kind == SPIQE_GATE || op->kind == SPIQE_MATRIX);
    twin_operation(circuit, op, inputs, small);
    twin_embed(circuit->n_qubits, op->n_controls + op->n_targets,
               circuit->qubits_used + op->first_qubit, small, full);
    memcpy(before, out, size * sizeof *out);
    memset(out, 0, size * sizeof *out);
    for (size_t r = 0; r < size; r++)
      for (size_t c = 0; c < size; c++) out[r] += full[r * size + c] * before[c];
  }
  free(full);
  free(small);
  free(before);
}

double twin_probability(const twin *t, uint64_t bits) {
  for (size_t i = 0; i < t->n_branches; i++)
    if (t->branches[i].bits == bits) return trace(t, t->branches[i].rho);
  return 0;
}

double twin_weight(const twin *t) {
  double sum = 0;
  for (size_t i = 0; i < t->n_branches; i++) sum += trace(t, t->branches[i].rho);
  return sum;
}

void twin_average(const twin *t, twin_number *out) {
  memset(out, 0, t->size * t->size * sizeof *out);
  for (size_t b = 0; b < t->n_branches; b++)
    for (size_t i = 0; i < t->size * t->size; i++) out[i] += t->branches[b].rho[i];
}

static twin_number pauli_at(char name, size_t row, size_t column) {
  switch (name) {
    case 'I': return row == column;
    case 'X': return row != column;
    case 'Y': return row == column ? 0 : row ? I : -I;
    case 'Z': return row == column ? 1 - 2 * (double)row : 0;
    default: fail_msg("'%c' is no Pauli matrix", name);
  }
  return 0;
}

double twin_expectation(const twin *t, const char *paulis) {
  twin_number sum = 0;
  for (size_t row = 0; row < t->size; row++)
    for (size_t column = 0; column < t->size; column++) {
      twin_number entry = 1;
      for (size_t q = 0; q < t->n_qubits && entry != 0; q++)
        entry *= pauli_at(paulis[q], row >> q & 1, column >> q & 1);
      for (size_t b = 0; b < t->n_branches && entry != 0; b++)
        sum += entry * t->branches[b].rho[column * t->size + row];
    }
  return creal(sum);
}
