/* A Clifford circuit made ready to run: gates as steps, channels as probabilities of Pauli
 * products, jumps between what is left of the operations. Qubits that nothing acts on are left
 * out. */
#ifndef SPIQE_QUANTUM_STABILISER_PLAN_H
#define SPIQE_QUANTUM_STABILISER_PLAN_H

#include "quantum/clifford.h"
#include "quantum/pauli_channel.h"
#include "quantum/plane_expression.h"

typedef struct spiqe_move {
  uint8_t kind;       /* spiqe_operation_kind: GATE (a run of steps), CHANNEL, MEASURE... */
  uint8_t n_targets;  /* CHANNEL */
  uint32_t operation; /* in the circuit; for messages */
  uint32_t first, n;  /* GATE: steps; ASSIGN: bits, at most 64 */
  uint32_t qubits[2]; /* MEASURE, RESET, CHANNEL; numbers of the plan */
  uint32_t bit;       /* MEASURE (or SPIQE_NO_BIT), READOUT */
  uint32_t draw;      /* MEASURE, RESET: which one of these, from 0 on */
  uint32_t chance;    /* CHANNEL, READOUT: of the probability that anything happens */
  uint32_t index;     /* CHANNEL: in channels; IF, WHILE, ASSIGN: in expressions */
  uint32_t jump;      /* as in the circuit, of moves */
  double p[2];        /* READOUT: that a 0, a 1 is read wrongly, divided by the chance */
} spiqe_move;

typedef struct spiqe_stabiliser_plan {
  spiqe_context *ctx;           /* borrowed */
  const spiqe_circuit *circuit; /* borrowed */
  size_t n_qubits, n_bits;      /* qubits that something acts on */
  size_t n_draws;               /* of MEASURE and RESET */
  size_t depth;                 /* of nested IF */
  int has_frames;               /* 1: conditions and channels decide about Paulis only; no loops */
  SPIQE_POOL(spiqe_move, moves);
  SPIQE_POOL(spiqe_clifford_step, steps);
  SPIQE_POOL(spiqe_pauli_channel, channels);
  SPIQE_POOL(double, chances);
  SPIQE_POOL(spiqe_plane_expression, expressions);
  SPIQE_POOL(uint64_t, values); /* tables of the expressions */
} spiqe_stabiliser_plan;

/* *out: destroyed by the caller, NULL on failure. Fails: SPIQE_UNSUPPORTED (names the operation),
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_stabiliser_plan_create(spiqe_context *ctx, const spiqe_circuit *circuit,
                                          const double *inputs, spiqe_stabiliser_plan **out);
void spiqe_stabiliser_plan_destroy(spiqe_stabiliser_plan *plan);

#endif
