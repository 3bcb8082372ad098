/* Random circuits over the whole table of gates: a function of a number. */
#ifndef TESTS_CIRCUIT_RANDOM_CIRCUIT_H
#define TESTS_CIRCUIT_RANDOM_CIRCUIT_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "circuit/circuit.h"
#include "spiqe/random.h"

typedef struct dice {
  uint32_t key[2];
  uint64_t n_drawn;
} dice;

static inline dice dice_of(uint64_t seed) {
  dice d = {.n_drawn = 0};
  spiqe_random_key(seed, SPIQE_PURPOSE_USER, 0, d.key);
  return d;
}

static inline double draw(dice *d) {
  return spiqe_random_uniform(d->key, d->n_drawn++, 0);
}

static inline uint32_t below(dice *d, size_t n) {
  return (uint32_t)(draw(d) * (double)n);
}

/* n different qubits of n_qubits. */
static inline void draw_qubits(dice *d, size_t n_qubits, size_t n, uint32_t *out) {
  uint32_t all[64];
  for (uint32_t i = 0; i < n_qubits; i++) all[i] = i;
  for (size_t i = 0; i < n; i++) {
    size_t j = i + below(d, n_qubits - i);
    uint32_t chosen = all[j];
    all[j] = all[i];
    out[i] = all[i] = chosen;
  }
}

/* Fractions of pi, round numbers, tiny ones, any number; inputs in a part of them. terms: [2]. */
static inline spiqe_angle draw_angle(dice *d, size_t n_inputs, spiqe_term *terms) {
  spiqe_angle angle = {.terms = terms};
  const double pi = 3.14159265358979323846;
  switch (below(d, 4)) {
    case 0: angle.constant = pi * (below(d, 33) - 16.0) / (1 + below(d, 16)); break;
    case 1: angle.constant = (below(d, 2001) - 1000.0) / 100; break;
    case 2: angle.constant = ldexp(draw(d) - 0.5, (int)below(d, 105) - 100); break;
    default: angle.constant = 20 * (draw(d) - 0.5); break;
  }
  if (!n_inputs || below(d, 2)) return angle;
  if (below(d, 2)) angle.constant = 0;
  size_t n = n_inputs < 2 ? 1 : 1 + below(d, 2);
  uint32_t chosen[2];
  draw_qubits(d, n_inputs, n, chosen);
  if (n == 2 && chosen[0] > chosen[1]) n = 1;
  const double factors[] = {1, -1, 2, 0.5, -0.25, draw(d) - 0.5};
  for (size_t i = 0; i < n; i++) terms[i] = (spiqe_term){chosen[i], factors[below(d, 6)]};
  angle.n_terms = (uint32_t)n;
  return angle;
}

/* A gate under any name that fits, with further controls in a part of the cases. */
static inline spiqe_status add_random_gate(spiqe_circuit *circuit, dice *d, size_t most_controls) {
  for (;;) {
    const spiqe_spelling *s = &spiqe_spellings[below(d, spiqe_n_spellings())];
    const spiqe_gate *gate = &spiqe_gates[spiqe_gate_find(s->gate)];
    size_t n_own = (size_t)s->n_controls + gate->n_targets;
    size_t n_more = most_controls && below(d, 3) == 0 ? below(d, most_controls + 1) : 0;
    if (n_own + n_more > circuit->n_qubits) continue;
    uint32_t qubits[64];
    uint8_t on_zero[64];
    spiqe_term terms[SPIQE_MOST_GATE_PARAMETERS][2];
    spiqe_angle angles[SPIQE_MOST_GATE_PARAMETERS];
    draw_qubits(d, circuit->n_qubits, n_own + n_more, qubits);
    for (size_t i = 0; i < n_more; i++) on_zero[i] = (uint8_t)below(d, 2);
    for (size_t i = 0; i < gate->n_parameters; i++)
      angles[i] = draw_angle(d, circuit->n_inputs, terms[i]);
    return spiqe_circuit_gate_controlled(circuit, s->name, angles, n_more, qubits, on_zero,
                                         qubits + n_more);
  }
}

static inline void must(spiqe_context *ctx, spiqe_status status) {
  if (status != SPIQE_OK) fail_msg("%s", spiqe_context_message(ctx));
}

/* Gates only. */
static inline spiqe_circuit *random_gates(spiqe_context *ctx, uint64_t seed, size_t n_qubits,
                                          size_t n_inputs, size_t n_gates) {
  dice d = dice_of(seed);
  spiqe_circuit *circuit;
  must(ctx, spiqe_circuit_create(ctx, n_qubits, 0, &circuit));
  for (size_t i = 0; i < n_inputs; i++) {
    char name[16];
    snprintf(name, sizeof name, "theta%zu", i);
    must(ctx, spiqe_circuit_add_input(circuit, name, NULL));
  }
  for (size_t i = 0; i < n_gates; i++) must(ctx, add_random_gate(circuit, &d, n_qubits));
  return circuit;
}

#endif
