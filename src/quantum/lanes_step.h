/* A step of a register with memory, compiled for lanes: the in/out qubits start in |0>, the memory
 * as the step before left it; at the end the in/out qubits are measured and reset. */
#ifndef SPIQE_QUANTUM_LANES_STEP_H
#define SPIQE_QUANTUM_LANES_STEP_H

#include "quantum/lanes.h"

typedef struct spiqe_lane_step {
  spiqe_step_program kernel; /* what the kernels see; points into what follows */
  spiqe_lane_program program;
  spiqe_step_part *parts; /* owned, [2][2 << n_memory]: begin, then end */
  float *uniform32;       /* owned */
  double *uniform64;      /* owned */
} spiqe_lane_step;

/* Compile a circuit of unitary operations, which end in a MEASURE and a RESET of each of the n_io
 * lowest qubits, in their order. Its first n_io inputs are currents. Fails: SPIQE_LIMIT (more than
 * SPIQE_MOST_STEP_QUBITS qubits), SPIQE_UNSUPPORTED (any other operation, named), SPIQE_NO_MEMORY.
 */
spiqe_status spiqe_lane_step_create(spiqe_context *ctx, const spiqe_circuit *circuit, size_t n_io,
                                    spiqe_lane_step **out);
void spiqe_lane_step_destroy(spiqe_lane_step *step);

#endif
