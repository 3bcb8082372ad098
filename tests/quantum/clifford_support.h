/* What the tests of Clifford gates and of tableaux share. */
#ifndef TESTS_QUANTUM_CLIFFORD_SUPPORT_H
#define TESTS_QUANTUM_CLIFFORD_SUPPORT_H

#include "quantum/clifford.h"
#include "quantum/judge.h"

static inline spiqe_circuit *circuit_of(spiqe_context *ctx, size_t n_qubits) {
  spiqe_circuit *circuit;
  judge_must(ctx, spiqe_circuit_create(ctx, n_qubits, 0, &circuit));
  return circuit;
}

/* A found gate's steps as gates of a circuit. */
static inline void add_steps(spiqe_circuit *circuit, const spiqe_clifford *found,
                             const uint32_t *qubits) {
  static const char *const names[SPIQE_N_CLIFFORD_GATES] = {"x",  "z",  "h",  "s",  "sx", "swap",
                                                            "cx", "cy", "cz", "cx", "cy"};
  for (size_t i = 0; i < found->n_steps; i++) {
    const spiqe_clifford_step *step = &found->steps[i];
    const uint32_t on[2] = {qubits[step->a], qubits[step->b]};
    const int around = step->gate >= SPIQE_CLIFFORD_XX; /* H X H = Z */
    if (around) judge_must(circuit->ctx, spiqe_circuit_gate(circuit, "h", NULL, on));
    judge_must(circuit->ctx, spiqe_circuit_gate(circuit, names[step->gate], NULL, on));
    if (around) judge_must(circuit->ctx, spiqe_circuit_gate(circuit, "h", NULL, on));
  }
}

#endif
