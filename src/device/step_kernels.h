/* What the kernels of neurons on lanes are given: one step of a small register that is measured and
 * keeps a memory, as a program of lanes, and a population that runs it for some steps.
 *
 * A lane is a neuron. Its register has n_io in/out qubits, the lower ones, which start a step in
 * |0> and are measured and reset at its end, and n_memory qubits that keep their state given the
 * outcomes. Inputs of the program are the n_io currents, then the parameters. */
#ifndef SPIQE_DEVICE_STEP_KERNELS_H
#define SPIQE_DEVICE_STEP_KERNELS_H

#include "device/lanes_kernels.h"
#include "device/sqs_kernels.h"

#define SPIQE_MOST_STEP_QUBITS 10

/* Where a part (real or imaginary) of an amplitude of the memory lies; SPIQE_NO_ROW: it is 0. */
typedef struct spiqe_step_part {
  uint32_t row, is_negative;
} spiqe_step_part;

typedef struct spiqe_step_program {
  size_t n_lanes, n_rows; /* of a tile */
  size_t n_io, n_memory, n_parameters;
  size_t n_prologue, n_ops; /* operations; the first n_prologue depend on parameters alone */
  const spiqe_lane_op *ops;
  const uint32_t *items;
  const double *numbers;
  const void *uniform[2];                      /* float, double */
  size_t draws[SPIQE_MOST_STEP_QUBITS];        /* [n_io] DRAW of a qubit, which step.inc does */
  uint32_t weights[SPIQE_MOST_STEP_QUBITS][2]; /* rows: weight of its outcomes before it */
  uint32_t norm;                               /* row: of the state behind the last of them */
  const spiqe_step_part *begin, *end;          /* [2^n_memory][re, im] */
} spiqe_step_program;

/* Elements of scratch that a population needs; 64-byte aligned. */
static inline size_t spiqe_step_scratch(const spiqe_step_program *p) {
  const size_t inputs = p->n_io + p->n_parameters, parts = (size_t)2 << p->n_memory;
  return (2 * p->n_rows + 2 * inputs + 2 * parts + 3) * p->n_lanes;
}

/* Numbers of a neuron's memory: real and imaginary part of each amplitude. */
static inline size_t spiqe_step_state(const spiqe_step_program *p) {
  return (size_t)2 << p->n_memory;
}

/* As spiqe_sqs_args, with planes: current of in/out qubit q and unit u in column q n_units + u, its
 * spikes and membrane too. The memory is the amplitudes, [2 << n_memory][n_rows][n_units]. */
typedef struct spiqe_step_args {
  const spiqe_step_program *program;
  spiqe_sqs_rule rule;
  size_t n_steps, n_rows, n_units, ld, step_stride, first_step;
  const void *current;
  const void *parameters; /* [n_parameters][n_units] */
  const uint32_t *samples;
  uint32_t key[2];
  void *state;             /* memory, in and out; NULL: starts as |0>, not kept */
  void *spikes, *membrane; /* membrane: probability of each spike given those before; may be NULL */
  void *trace;             /* [n_steps] memories before each step; may be NULL */
  void *scratch;           /* spiqe_step_scratch */
} spiqe_step_args;

typedef struct spiqe_step_grad_args {
  spiqe_step_args forward; /* as it ran; spikes and trace hold its outputs */
  const void *d_spikes, *d_membrane;
  size_t d_stride;
  void *d_state; /* of the memory */
  void *d_current;
  void *d_parameters; /* [n_parameters][n_units] added to */
} spiqe_step_grad_args;

#endif
