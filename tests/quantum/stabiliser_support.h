/* What the tests of the stabiliser method share: circuits built by hand, and counts of their
 * shots. */
#ifndef TESTS_QUANTUM_STABILISER_SUPPORT_H
#define TESTS_QUANTUM_STABILISER_SUPPORT_H

#include "quantum/judge.h"
#include "quantum/stabiliser.h"
#include "spiqe/random.h"

#define N_SHOTS ((uint64_t)20000)

/* Counts of up to 2^16 outcomes. */
typedef struct tally {
  size_t n_bits;
  uint64_t next; /* shot that must come next */
  uint64_t *counts;
} tally;

static inline spiqe_status count(void *argument, uint64_t first, size_t n_shots,
                                 const uint8_t *bits) {
  tally *t = argument;
  const size_t n_bytes = (t->n_bits + 7) / 8;
  assert_int_equal(first, t->next);
  t->next += n_shots;
  for (size_t s = 0; s < n_shots; s++) {
    uint64_t outcome = 0;
    for (size_t b = 0; b < n_bytes; b++) outcome |= (uint64_t)bits[s * n_bytes + b] << 8 * b;
    assert_true(outcome >> t->n_bits == 0);
    t->counts[outcome]++;
  }
  return SPIQE_OK;
}

static inline tally sample(spiqe_context *ctx, const spiqe_circuit *circuit, uint64_t n_shots,
                           uint64_t seed) {
  tally t = {.n_bits = circuit->n_bits};
  t.counts = judge_room((size_t)1 << circuit->n_bits, sizeof *t.counts);
  judge_must(ctx, spiqe_stabiliser_sample(ctx, circuit, NULL, n_shots, seed, count, &t));
  assert_int_equal(t.next, n_shots);
  return t;
}

/* A circuit built by hand, gate by gate. */
typedef struct maker {
  spiqe_circuit *circuit;
  uint32_t key[2];
  uint64_t n_drawn;
} maker;

static inline maker maker_of(spiqe_context *ctx, size_t n_qubits, size_t n_bits, uint64_t seed) {
  maker m = {.n_drawn = 0};
  spiqe_random_key(seed, SPIQE_PURPOSE_USER, 8, m.key);
  judge_must(ctx, spiqe_circuit_create(ctx, n_qubits, n_bits, &m.circuit));
  return m;
}

static inline void gate(maker *m, const char *name, uint32_t a, uint32_t b) {
  const uint32_t qubits[2] = {a, b};
  judge_must(m->circuit->ctx, spiqe_circuit_gate(m->circuit, name, NULL, qubits));
}

static inline void measure(maker *m, uint32_t qubit, uint32_t bit) {
  judge_must(m->circuit->ctx, spiqe_circuit_measure(m->circuit, qubit, bit));
}

/* if (bits first.. as a number of `width` bits == value) */
static inline void begin_if(maker *m, uint32_t first, uint8_t width, uint64_t value) {
  const spiqe_node nodes[3] = {{SPIQE_NODE_BITS, width, 0, first, 0},
                               {SPIQE_NODE_CONSTANT, width, 0, 0, value},
                               {SPIQE_NODE_EQUAL, 1, 0, 0, 0}};
  judge_must(m->circuit->ctx, spiqe_circuit_push_condition(m->circuit, SPIQE_IF, nodes, 3, 0));
}

static inline void end(maker *m) {
  judge_must(m->circuit->ctx, spiqe_circuit_end(m->circuit));
}

#endif
