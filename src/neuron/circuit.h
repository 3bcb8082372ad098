/* A quantum circuit as a stage: values of a step become angles (or amplitudes) of a register, its
 * gates act, and expectations of what is measured at the end come out, exact, not sampled. It
 * remembers nothing from step to step, and what it gives are no spikes but numbers.
 *
 *   uploaded value k   weight_k x_(k mod inputs) + bias_k, an angle (rad)
 *   membrane, output   gain_u E_u + shift_u, with E_u an expectation: of Z of each observed qubit,
 *                      of these and of the products of two, or probabilities of outcomes
 *
 * The circuits are src/neuron/ansatz.h. The gradient is the exact derivative, by adjoint
 * differentiation (src/quantum/rotations.h). Samples are lanes side by side. */
#ifndef SPIQE_NEURON_CIRCUIT_H
#define SPIQE_NEURON_CIRCUIT_H

#include "core/option.h"
#include "neuron/ansatz.h"
#include "quantum/rotations.h"
#include "stage/stage.h"

/* The choices of the option observe. */
enum { SPIQE_OBSERVE_Z, SPIQE_OBSERVE_ZZ, SPIQE_OBSERVE_PROBABILITIES };

typedef struct spiqe_circuit_settings {
  int ansatz, observe;
  size_t qubits, layers, units, shots;
  double scale, angles, weights;
  char circuit[SPIQE_MOST_SOURCE];
} spiqe_circuit_settings;

/* What a planned stage owns. */
typedef struct spiqe_circuit_plan {
  spiqe_rotations *rotations; /* owned */
  size_t n_values, n_parameters, n_observed, n_outcomes, n_units;
  int is_amplitude;
  uint32_t *inputs;   /* owned, [inputs of the circuit]: number among the values, or n_values and
                       * its number among the parameters */
  uint16_t *outcomes; /* owned, [rows] outcome of the observed qubits */
  uint16_t *masks;    /* owned, [n_units] outcome, or qubits of the product of Z */
} spiqe_circuit_plan;

extern const spiqe_stage_kind spiqe_circuit_stage;

/* Forward and backward of a piece, in tiles of lanes. */
void spiqe_circuit_forward(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile,
                           size_t n_tiles);
void spiqe_circuit_backward(const spiqe_stage *stage, const spiqe_pass *pass);

/* The circuit of one row of values, [inputs of the stage]: amplitudes prepared, angles bound, the
 * qubits that are read measured into bits, in their order. parameters: of the stage. *out:
 * destroyed by the caller, NULL on failure. Fails: SPIQE_NO_MEMORY, SPIQE_BAD_ARGUMENT (an angle is
 * not finite). */
spiqe_status spiqe_circuit_of_sample(const spiqe_stage *stage, spiqe_precision precision,
                                     const void *parameters, const double *values,
                                     spiqe_circuit **out);

/* Elements of scratch that a tile of a planned stage needs. */
size_t spiqe_circuit_scratch(const spiqe_stage *stage);

#endif
