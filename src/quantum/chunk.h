/* The program of a pass: clusters, turns, micro-operations and their numbers. */
#ifndef SPIQE_QUANTUM_CHUNK_H
#define SPIQE_QUANTUM_CHUNK_H

#include "quantum/atoms.h"

typedef struct spiqe_chunk {
  size_t n_clusters, n_micros, n_numbers;
  spiqe_cluster *clusters; /* borrowed, room for 3 clusters for each atom and one more */
  spiqe_micro *micros;     /* borrowed, room for one for each atom */
  void *numbers;           /* borrowed, room for 48 for each atom */
  uint32_t *waiting;       /* borrowed, room for each atom: those not in a cluster yet */
} spiqe_chunk;

/* Bytes for n_atoms atoms, and the cutting of that memory. */
size_t spiqe_chunk_size(size_t n_atoms);
void spiqe_chunk_place(spiqe_chunk *chunk, size_t n_atoms, void *memory);

/* Make the program for atoms taken[0..n-1] on args->active; fills clusters, micros, numbers and
 * left of args. n_active is at least 2 * n_lane_qubits + 3. */
void spiqe_chunk_make(spiqe_chunk *chunk, const spiqe_atom *atoms, size_t n, const uint32_t *taken,
                      size_t n_lane_qubits, spiqe_precision precision, spiqe_state_pass_args *args);

#endif
