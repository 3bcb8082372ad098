/* Exact probabilities of what is measured at the end of a circuit of gates. */
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/fail.h"
#include "core/threads.h"
#include "quantum/shots.h"

/* Patterns of a task; a task adds up all amplitudes of its patterns, in order. */
#define TASK ((size_t)1 << 10)

/* Misreadings that are followed one by one, at most: each doubles the work. */
#define MOST_FOLLOWED 16

#define NOT_SIMPLE (-1)

typedef struct exact {
  spiqe_job *job;
  spiqe_state *state;        /* owned */
  uint64_t measured, others; /* masks of qubits */
  size_t n_measured;
  double norm, *pattern; /* owned, [2^n_measured] probabilities */
  int *simple;           /* owned, [operations of the tail] */
  size_t n_followed;
  uint8_t *bits;     /* owned, [MOST_FOLLOWED + 1][n_bits] */
  uint64_t *outcome; /* owned */
} exact;

static const spiqe_operation *tail_of(const spiqe_reduced *reduced, size_t *n) {
  *n = reduced->circuit.n_operations - reduced->n_core;
  return reduced->circuit.operations + reduced->n_core;
}

static uint32_t qubit_of(const spiqe_reduced *reduced, const spiqe_operation *op) {
  return reduced->circuit.qubits_used[op->first_qubit];
}

/* A misreading is simple when its bit is measured once and misread once, its qubit measured once,
 * and nothing else is done with either: then it mixes the probabilities of patterns that differ in
 * that qubit. Find these, and count the others. counts: [n_bits + n_qubits]. */
static void find_simple(exact *x, uint32_t *n_of_bit, uint32_t *n_of_qubit, int *qubit_of_bit) {
  const spiqe_reduced *reduced = x->job->reduced;
  size_t n;
  const spiqe_operation *ops = tail_of(reduced, &n);
  for (size_t b = 0; b < reduced->circuit.n_bits; b++) qubit_of_bit[b] = NOT_SIMPLE;
  for (size_t i = 0; i < n; i++) {
    if (ops[i].kind == SPIQE_ASSIGN) continue;
    n_of_bit[ops[i].payload]++;
    if (ops[i].kind == SPIQE_MEASURE) n_of_qubit[qubit_of(reduced, &ops[i])]++;
  }
  for (size_t i = 0; i < n; i++) {
    const uint32_t bit = ops[i].payload;
    x->simple[i] = NOT_SIMPLE;
    if (ops[i].kind == SPIQE_MEASURE) qubit_of_bit[bit] = (int)qubit_of(reduced, &ops[i]);
    if (ops[i].kind != SPIQE_READOUT) continue;
    const int qubit = qubit_of_bit[bit];
    const int is_simple = qubit != NOT_SIMPLE && !reduced->n_tail_kind[SPIQE_ASSIGN] &&
                          n_of_bit[bit] == 2 && n_of_qubit[qubit] == 1;
    if (is_simple)
      x->simple[i] = qubit;
    else
      x->n_followed++;
  }
}

/* The bits of `value` put where the mask has ones, lowest first. */
static uint64_t spread(uint64_t value, uint64_t mask) {
  uint64_t out = 0;
  for (; mask; mask &= mask - 1, value >>= 1)
    if (value & 1) out |= mask & -mask;
  return out;
}

static void add_up(void *argument, size_t task, size_t worker) {
  exact *x = argument;
  const size_t n = (size_t)1 << x->n_measured, last = (task + 1) * TASK;
  (void)worker;
  for (size_t k = task * TASK; k < n && k < last; k++) {
    const uint64_t base = spread(k, x->measured);
    double sum = 0;
    uint64_t other = 0;
    do {
      spiqe_complex a = spiqe_state_get(x->state, base | other);
      sum += a.re * a.re + a.im * a.im;
      other = (other - x->others) & x->others; /* the next of its subsets */
    } while (other);
    x->pattern[k] = sum / x->norm;
  }
}

static void mix(exact *x, int qubit, double one_for_zero, double zero_for_one) {
  const uint64_t below = x->measured & (((uint64_t)1 << qubit) - 1);
  const size_t step = (size_t)1 << __builtin_popcountll(below), n = (size_t)1 << x->n_measured;
  for (size_t k = 0; k < n; k++) {
    if (k & step) continue;
    double zero = x->pattern[k], one = x->pattern[k + step];
    x->pattern[k] = (1 - one_for_zero) * zero + zero_for_one * one;
    x->pattern[k + step] = one_for_zero * zero + (1 - zero_for_one) * one;
  }
}

/* The tail for one pattern from operation i on; a misreading that is not mixed goes both ways. */
static spiqe_status follow(exact *x, size_t i, uint64_t index, double probability, uint8_t *bits) {
  const spiqe_reduced *reduced = x->job->reduced;
  size_t n;
  const spiqe_operation *ops = tail_of(reduced, &n);
  for (; i < n; i++) {
    const spiqe_operation *op = &ops[i];
    if (op->kind == SPIQE_MEASURE) {
      bits[op->payload] = index >> qubit_of(reduced, op) & 1;
    } else if (op->kind == SPIQE_ASSIGN) {
      spiqe_shot_assign(&reduced->circuit, op, bits);
    } else if (x->simple[i] == NOT_SIMPLE) {
      double wrong = spiqe_shot_misread(&reduced->circuit, op, bits[op->payload]);
      uint8_t *copy = bits + reduced->circuit.n_bits;
      memcpy(copy, bits, reduced->circuit.n_bits);
      copy[op->payload] ^= 1;
      if (wrong > 0) SPIQE_TRY(follow(x, i + 1, index, probability * wrong, copy));
      probability *= 1 - wrong;
    }
  }
  if (probability < spiqe_probability_floor(x->job->precision)) return SPIQE_OK;
  spiqe_reduced_pack(reduced, bits, 1, x->outcome);
  return spiqe_counts_add(&x->job->counts, x->outcome, 0, probability);
}

static spiqe_status make_room(exact *x) {
  const spiqe_reduced *reduced = x->job->reduced;
  const spiqe_circuit *circuit = &reduced->circuit;
  size_t n;
  const spiqe_operation *ops = tail_of(reduced, &n);
  for (size_t i = 0; i < n; i++)
    if (ops[i].kind == SPIQE_MEASURE) x->measured |= (uint64_t)1 << qubit_of(reduced, &ops[i]);
  x->others = (((uint64_t)1 << circuit->n_qubits) - 1) & ~x->measured;
  x->n_measured = (size_t)__builtin_popcountll(x->measured);
  const size_t size = sizeof *x->pattern << x->n_measured;
  if (spiqe_arena_check(x->job->ctx, size) != SPIQE_OK)
    return spiqe_fail_prefix(x->job->ctx, SPIQE_NO_MEMORY, "probabilities of 2^%zu outcomes",
                             x->n_measured);
  x->pattern = malloc(size);
  x->simple = malloc((n + 1) * sizeof *x->simple);
  x->bits = malloc((MOST_FOLLOWED + 1) * (circuit->n_bits + 1));
  x->outcome = calloc(x->job->counts.n_words, sizeof *x->outcome);
  uint32_t *counts = calloc(circuit->n_bits + circuit->n_qubits + 1, sizeof *counts);
  int *qubits = malloc((circuit->n_bits + 1) * sizeof *qubits);
  const int has_memory = x->pattern && x->simple && x->bits && x->outcome && counts && qubits;
  if (has_memory) find_simple(x, counts, counts + circuit->n_bits, qubits);
  free(counts);
  free(qubits);
  SPIQE_REQUIRE(x->job->ctx, has_memory, SPIQE_NO_MEMORY,
                "no memory for the probabilities of 2^%zu outcomes", x->n_measured);
  SPIQE_REQUIRE(x->job->ctx, x->n_followed <= MOST_FOLLOWED, SPIQE_LIMIT,
                "exact probabilities with %zu misreadings of bits that are measured or used more "
                "than once; at most %d are supported without shots",
                x->n_followed, MOST_FOLLOWED);
  return SPIQE_OK;
}

static spiqe_status run_core(exact *x) {
  const spiqe_reduced *reduced = x->job->reduced;
  spiqe_steps steps;
  size_t n_operations;
  SPIQE_TRY(
      spiqe_steps_create(&reduced->circuit, x->job->options->inputs, 0, &n_operations, &steps));
  spiqe_status status = spiqe_state_apply_steps(x->state, steps.n_steps, steps.steps);
  spiqe_steps_destroy(&steps);
  SPIQE_TRY(status);
  x->norm = spiqe_state_norm(x->state);
  spiqe_threads_run(x->job->ctx, ((size_t)1 << x->n_measured) / TASK + 1, add_up, x);
  return spiqe_job_tell(x->job, 0.5);
}

static spiqe_status run(exact *x) {
  const spiqe_reduced *reduced = x->job->reduced;
  size_t n;
  const spiqe_operation *ops = tail_of(reduced, &n);
  SPIQE_TRY(spiqe_job_state(x->job, x->job->ctx, 0, &x->state));
  SPIQE_TRY(make_room(x));
  SPIQE_TRY(run_core(x));
  for (size_t i = 0; i < n; i++)
    if (x->simple[i] != NOT_SIMPLE)
      mix(x, x->simple[i], spiqe_shot_misread(&reduced->circuit, &ops[i], 0),
          spiqe_shot_misread(&reduced->circuit, &ops[i], 1));
  for (size_t k = 0; k < (size_t)1 << x->n_measured; k++) {
    memset(x->bits, 0, reduced->circuit.n_bits);
    if (x->pattern[k] >= spiqe_probability_floor(x->job->precision))
      SPIQE_TRY(follow(x, 0, spread(k, x->measured), x->pattern[k], x->bits));
  }
  return SPIQE_OK;
}

spiqe_status spiqe_simulate_exact(spiqe_job *job) {
  exact x = {.job = job};
  spiqe_status status = run(&x);
  spiqe_state_destroy(x.state);
  free(x.pattern);
  free(x.simple);
  free(x.bits);
  free(x.outcome);
  return status;
}
