/* What all neurons share: a run over some steps, and recurrence (a population's spikes as its own
 * input one step later: current_t = input_t + spikes_{t-1} V). */
#ifndef SPIQE_NEURON_RECURRENT_H
#define SPIQE_NEURON_RECURRENT_H

#include "stage/stage.h"

/* Some steps of one piece: what a neuron's kernel is to be given. */
typedef struct spiqe_neuron_run {
  size_t first_step, n_steps, step_stride;
  void *current, *spikes, *membrane;
  void *trace;        /* per step, n_state planes: what backward wants back (phi, U) */
  void *state;        /* [n_state][row][neuron] in and out; NULL: starts at rest */
  const void *state0; /* backward: state before the first step; NULL: at rest */
  const void *d_spikes, *d_membrane;
  size_t d_stride;
  void *d_state, *d_current;
} spiqe_neuron_run;

typedef struct spiqe_neuron_kernels {
  void (*forward)(const spiqe_stage *stage, const spiqe_pass *pass, const spiqe_neuron_run *run);
  void (*backward)(const spiqe_stage *stage, const spiqe_pass *pass, const spiqe_neuron_run *run);
  /* NULL where a state of zeros is at rest; else sets n neurons, [n_state][n], to rest. */
  void (*rest)(const spiqe_stage *stage, spiqe_precision precision, size_t n, void *state);
  /* NULL, or neurons that remember in qubits: how many a neuron has, and their Bloch vectors
   * [n][3] from a neuron's state, whose numbers lie `stride` elements apart. */
  size_t (*count_memory)(const spiqe_stage *stage);
  void (*read_memory)(const spiqe_stage *stage, spiqe_precision precision, const void *state,
                      size_t stride, float *bloch);
} spiqe_neuron_kernels;

/* What kind of neuron a stage has. */
typedef struct spiqe_neuron_shape {
  size_t n_state;  /* numbers of a neuron's state, and of its trace at each step */
  size_t n_spikes; /* that a neuron gives: a plane of the output each */
  int is_recurrent;
} spiqe_neuron_shape;

/* Sizes, the kernels that run the neuron, and the recurrent weights as the last named part; parts
 * named before it are summed piece by piece. Fails: SPIQE_BAD_SHAPE when the input is no current.
 * */
spiqe_status spiqe_neuron_plan(spiqe_context *ctx, spiqe_stage *stage,
                               const spiqe_neuron_kernels *kernels, spiqe_neuron_shape shape);

/* Initial recurrent weights: uniform in +-1/sqrt(units), as PyTorch's recurrent layers. */
void spiqe_neuron_initialise_recurrent(const spiqe_stage *stage, const uint32_t key[2],
                                       double *parameters);

/* The entries of every neuron's spiqe_stage_kind: the whole sequence with or without recurrence,
 * and the gradient of the recurrent weights, one tile of columns. */
void spiqe_neuron_forward(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile,
                          size_t n_tiles);
void spiqe_neuron_backward(const spiqe_stage *stage, const spiqe_pass *pass);
void spiqe_neuron_gradient(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile);

#endif
