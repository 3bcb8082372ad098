/* The true life of a QLIF neuron: its circuit, one qubit (Brand, Petruccione, arXiv 2407.16398).
 *
 * A measurement ends a state, so what a neuron keeps from step to step is a number: how often its
 * copies were read as 1. A *move* is a circuit of two operations: rx(phi) prepares the population
 * that was read last, p = sin^2(phi / 2); then the qubit turns by rx(theta) or waits; then it is
 * measured. A step is a move; with one plane, which waits and turns, it is two. */
#ifndef SPIQE_NEURON_QLIF_CIRCUIT_H
#define SPIQE_NEURON_QLIF_CIRCUIT_H

#include <math.h>

#include "neuron/qlif.h"
#include "spiqe/circuit.h"

#define SPIQE_MOST_QLIF_MOVES 2 /* of a step */

typedef struct spiqe_qlif_move {
  int is_wait;
  double amount; /* waits: time in units of t1; turns: angle theta */
} spiqe_qlif_move;

/* Moves of a step, in their order, from the currents of its planes (c: of the second, or, with one
 * plane, the neuron's wait in units of tau_scale). Returns how many. */
static inline size_t spiqe_qlif_moves(const spiqe_qlif_settings *s, size_t n_planes, double a,
                                      double c, spiqe_qlif_move out[SPIQE_MOST_QLIF_MOVES]) {
  const double pi = 3.14159265358979323846;
  const spiqe_qlif_move wait = {1, s->tau_scale * fabs(c)};
  if (n_planes == 1) {
    out[0] = wait;
    out[1] = (spiqe_qlif_move){0, pi * a};
    return 2;
  }
  out[0] = a > 0 ? (spiqe_qlif_move){0, pi * a} : wait;
  return 1;
}

/* A turn from phi, which stops at 0 and pi unless it wraps. */
static inline double spiqe_qlif_turn(const spiqe_qlif_settings *s, double phi, double theta) {
  const double pi = 3.14159265358979323846;
  if (s->over == SPIQE_OVER_WRAP) return theta;
  return fmin(fmax(phi + theta, 0), pi) - phi;
}

/* The angle that prepares a population. */
static inline double spiqe_qlif_angle(double population) {
  return 2 * asin(sqrt(fmin(fmax(population, 0), 1)));
}

/* One move behind another on qubit 0: reset, unless it is the first; rx(phi), unless phi is 0; the
 * turn, or a delay of amount * unit seconds; a measurement into bit `bit`. Fails: as
 * spiqe_circuit_gate. */
spiqe_status spiqe_qlif_add_move(spiqe_circuit *circuit, const spiqe_qlif_move *move, double phi,
                                 double unit, uint32_t bit);

/* All steps of a neuron, each prepared as its law has it, so that the share of ones in bit b of
 * many shots is the population after move b. currents: [n_steps][n_planes]; wait, threshold: the
 * neuron's; unit: seconds of a unit of t1, which the T1 of a device makes a leak. Fails:
 * SPIQE_LIMIT, SPIQE_NO_MEMORY. */
typedef struct spiqe_qlif_history {
  const spiqe_qlif_settings *settings;
  size_t n_steps, n_planes;
  const double *currents;
  double wait, threshold, unit;
} spiqe_qlif_history;

spiqe_status spiqe_qlif_circuit(spiqe_context *ctx, const spiqe_qlif_history *history,
                                spiqe_circuit **out);

#endif
