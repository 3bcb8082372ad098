/* Fusion: steps become atoms, the few shapes of operation that a pass over a register knows.
 * One-qubit matrices on the same qubit become one, and join the two-qubit matrices beside them. */
#ifndef SPIQE_QUANTUM_ATOMS_H
#define SPIQE_QUANTUM_ATOMS_H

#include "quantum/state.h"

typedef enum spiqe_atom_kind {
  SPIQE_ATOM_NONE,     /* became a part of another */
  SPIQE_ATOM_ONE,      /* matrix [2][2] on one qubit */
  SPIQE_ATOM_CX,       /* qubits[0] controls qubits[1] */
  SPIQE_ATOM_CCX,      /* qubits[0] and [1] control qubits[2] */
  SPIQE_ATOM_DIAGONAL, /* matrix [2^n]: the diagonal, qubits[0] is bit 0; 2 or 3 qubits */
  SPIQE_ATOM_TWO,      /* matrix [4][4], qubits[0] is bit 0 */
  SPIQE_ATOM_WIDE      /* a step as it is */
} spiqe_atom_kind;

typedef struct spiqe_atom {
  uint8_t kind, n_qubits;
  uint32_t qubits[3];
  uint64_t mask;          /* of all its qubits */
  const spiqe_step *step; /* WIDE, borrowed */
  spiqe_complex matrix[16];
} spiqe_atom;

/* A step makes at most so many atoms. */
#define SPIQE_MOST_ATOMS_OF_A_STEP 5

typedef struct spiqe_atoms {
  size_t n;
  spiqe_atom *atoms; /* borrowed, room for SPIQE_MOST_ATOMS_OF_A_STEP times the steps */
  int32_t last[64];  /* for each qubit, the last atom on it; -1 for none */
} spiqe_atoms;

/* Atoms of n_steps steps, into memory of the caller. */
void spiqe_atoms_of(size_t n_steps, const spiqe_step *steps, spiqe_atoms *out);

#endif
