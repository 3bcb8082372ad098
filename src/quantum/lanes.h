/* Lanes as the library sees them: the circuit, and a program for each way to run it. */
#ifndef SPIQE_QUANTUM_LANES_H
#define SPIQE_QUANTUM_LANES_H

#include "circuit/circuit.h"
#include "device/device.h"
#include "spiqe/lanes.h"

/* Ways to run a circuit; each combination has a program of its own. */
enum {
  SPIQE_LANES_STARTED = 1,  /* from states that are given: none of their planes is known to be 0 */
  SPIQE_LANES_UNIFORM = 2,  /* inputs are the same for all lanes */
  SPIQE_LANES_GRADIENT = 4, /* forward keeps what backward needs */
  SPIQE_LANES_N_WAYS = 8
};

/* Operations that the kernels leave to src/quantum/lanes_run.c; number: the circuit's operation. */
enum {
  SPIQE_LANE_CONDITION = SPIQE_LANE_N_KINDS, /* c = mask and the condition */
  SPIQE_LANE_ASSIGN,                         /* where mask is on */
  SPIQE_LANE_WHILE,    /* c = mask and the condition; to `first` when it is off everywhere */
  SPIQE_LANE_END_WHILE /* c = c and the condition; to `first` when it is on anywhere */
};

/* An angle that all lanes share: scale * angle + offset; the angle is of the circuit, or none. */
typedef struct spiqe_lane_uniform {
  uint32_t angle; /* UINT32_MAX: none */
  double scale, offset;
} spiqe_lane_uniform;

typedef struct spiqe_lane_program {
  spiqe_context *ctx; /* borrowed */
  size_t n_lanes;     /* of a tile; 0: not compiled yet */
  size_t n_rows;
  size_t n_body; /* operations before those that give out probabilities and the like */
  int has_loops, has_conditions; /* conditions: of IF or WHILE */
  int reads_bits;                /* conditions, assignments, misread bits */
  SPIQE_POOL(spiqe_lane_op, ops);
  SPIQE_POOL(uint32_t, items);
  SPIQE_POOL(double, numbers);
  SPIQE_POOL(spiqe_lane_uniform, uniforms); /* c and s of uniform u: offsets 32 u and 32 u + 16 */
} spiqe_lane_program;

struct spiqe_lanes {
  spiqe_context *ctx; /* borrowed */
  spiqe_precision precision;
  const spiqe_kernels *kernels; /* static */
  spiqe_circuit *circuit;       /* owned */
  size_t n_inputs, n_measurements;
  spiqe_lane_program programs[SPIQE_LANES_N_WAYS];
  void *uniform;       /* owned, [n_uniforms][2][16] of the run */
  size_t uniform_room; /* bytes of it */
  uint8_t *scratch;    /* owned, [n_threads][scratch_size] rows, adjoints, bits, turns */
  size_t scratch_room; /* bytes of it */
};

/* Compile a circuit for a way to run it. Fails: SPIQE_UNSUPPORTED, SPIQE_NO_MEMORY. */
spiqe_status spiqe_lane_compile(spiqe_context *ctx, const spiqe_circuit *circuit,
                                spiqe_precision precision, unsigned way, spiqe_lane_program *out);
void spiqe_lane_program_destroy(spiqe_lane_program *program);

/* Measurements, and resets of qubits that were not measured right before. */
size_t spiqe_lane_count_measurements(const spiqe_circuit *circuit);

/* The RESET that takes the outcome of this MEASURE: the next operation on its qubit, under the same
 * condition; n_operations when there is none. */
size_t spiqe_lane_reset_after(const spiqe_circuit *circuit, size_t measure);

/* Run all tiles of a program. */
spiqe_status spiqe_lane_run(spiqe_lanes *lanes, const spiqe_lane_program *program,
                            const spiqe_lanes_run *run, const void *weight, void *gradient);

#endif
