/* What acts on qubits as steps on the register of 2 n qubits that holds a density matrix.
 *
 * Lists grow from {0}. While they do, the matrix of a step is an index; spiqe_density_settle turns
 * the indices into pointers once all is there. */
#ifndef SPIQE_QUANTUM_DENSITY_STEPS_H
#define SPIQE_QUANTUM_DENSITY_STEPS_H

#include "quantum/density.h"

/* A superoperator acts on twice as many qubits as its channel. */
#define SPIQE_MOST_SUPEROPERATOR_QUBITS (SPIQE_MOST_MATRIX_TARGETS / 2)

/* The superoperator of a channel, out: [4^n][4^n]: S[row', column'][row, column] = sum K[row'][row]
 * conj K[column'][column]. Bit 2 t of an index is bit t of the column, bit 2 t + 1 bit t of the
 * row. */
void spiqe_density_superoperator(size_t n_targets, size_t n_kraus, const spiqe_complex *kraus,
                                 spiqe_complex *out);

/* Add each step as one on rows and its conjugate on columns. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_density_add_steps(spiqe_context *ctx, size_t n_steps, const spiqe_step *steps,
                                     spiqe_steps *out);

/* Add a channel on up to SPIQE_MOST_SUPEROPERATOR_QUBITS qubits as one step. Fails:
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_density_add_channel(spiqe_context *ctx, size_t n_targets,
                                       const uint32_t *targets, size_t n_kraus,
                                       const spiqe_complex *kraus, spiqe_steps *out);

void spiqe_density_settle(spiqe_steps *steps);

#endif
