/* The circuits of quantum circuit classifiers. Inputs whose names begin with "x_" are uploaded
 * values, all others parameters.
 *
 *   reuploading  each layer: ry(x_k) on every qubit, then cz in a ring, whose neighbours are as far
 *                apart as the layer says (1, 2, ...). Data re-uploading of Perez-Salinas et al.
 *                2020, arXiv 1907.02085, with real amplitudes.
 *   amplitude    starts in the amplitudes of the values (Schuld et al. 2020, arXiv 1804.00633);
 *                each layer as above, with parameters instead of values.
 *   qcnn         `layers` times ry(x_k) on every qubit and a convolution; then poolings, each
 *                followed by a convolution, down to at most 5 qubits; then 3 layers of ry and a
 *                ring of cz on those (Cong, Choi, Lukin 2019, arXiv 1810.03787). A convolution is a
 *                block, cz and an ry on each qubit, on all pairs of neighbours, with the same
 *                parameters; a pooling turns one qubit of a pair by an angle that depends on what
 *                the other is measured to be, deferred to the end: one controlled ry for 1, one
 *                for 0.
 *   qasm         the circuit given, of gates alone */
#ifndef SPIQE_NEURON_ANSATZ_H
#define SPIQE_NEURON_ANSATZ_H

#include "core/option.h"
#include "spiqe/circuit.h"

#define SPIQE_MOST_ANSATZ_QUBITS 12 /* those of compiled rotations: quantum/rotations.h */

typedef enum spiqe_ansatz_kind {
  SPIQE_ANSATZ_REUPLOADING,
  SPIQE_ANSATZ_AMPLITUDE,
  SPIQE_ANSATZ_QCNN,
  SPIQE_ANSATZ_QASM
} spiqe_ansatz_kind;

typedef struct spiqe_ansatz {
  spiqe_ansatz_kind kind;
  size_t n_qubits, n_layers;
  const char *source; /* borrowed; QASM: the text of the circuit */
} spiqe_ansatz;

/* *observed: mask of the qubits that are read at the end. Fails: SPIQE_BAD_ARGUMENT,
 * SPIQE_BAD_SHAPE (qasm: another number of qubits), SPIQE_NO_MEMORY, and as spiqe_circuit_parse. */
spiqe_status spiqe_ansatz_build(spiqe_context *ctx, const spiqe_ansatz *ansatz, spiqe_circuit **out,
                                size_t *observed);

#endif
