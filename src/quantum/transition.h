/* Im<lambda| P |psi> for Pauli products P: what an angle of exp(-i a P / 2) changes in
 * <psi| O |psi> when lambda = O |psi> (Jones, Gacon 2020, arXiv 2009.02823). */
#ifndef SPIQE_QUANTUM_TRANSITION_H
#define SPIQE_QUANTUM_TRANSITION_H

#include "quantum/state.h"

/* sums[q] = those of X, Y and Z on qubit q, for all qubits at once: 4 multiplications for each
 * amplitude and qubit, where a gate on one qubit has 8. X and Y of a qubit that is not in xy_mask
 * may be left at 0. Sums are added in one order for any number of threads. Registers of the same
 * size and precision. Does not allocate. */
void spiqe_transition_qubits(const spiqe_state *psi, const spiqe_state *lambda, uint64_t xy_mask,
                             double (*sums)[3]);

/* A Pauli product as everywhere (X or Y on the qubits of x_mask, Z or Y on those of z_mask), times
 * the projector on control_value of other qubits, those of control_mask. */
typedef struct spiqe_probe {
  uint64_t x_mask, z_mask, control_mask, control_value;
} spiqe_probe;

/* sums: [n_probes]. Neighbours with the same x_mask share a pass over the registers. Does not
 * allocate. */
void spiqe_transition_probes(const spiqe_state *psi, const spiqe_state *lambda, size_t n_probes,
                             const spiqe_probe *probes, double *sums);

#endif
