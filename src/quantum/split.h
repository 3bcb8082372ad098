/* A circuit whose gates with inputs are split into their factors (circuit/gates.h), each with an
 * angle of its own: u(a, b, a + 2 b) becomes p, ry, p with three angles. Derivatives are made for
 * these angles, where the rules are simple, and summed up to those of the inputs. */
#ifndef SPIQE_QUANTUM_SPLIT_H
#define SPIQE_QUANTUM_SPLIT_H

#include "circuit/circuit.h"

/* inputs of `circuit` are the angles: angle i is the input i of exactly one gate, which has one
 * factor. All that it does not have of its own is borrowed from the original, which must live. */
typedef struct spiqe_split {
  spiqe_circuit circuit; /* pools that differ from the original's are owned; not to be destroyed */
  size_t n_angles;       /* = circuit.n_inputs */
  uint32_t *operation;   /* owned, [n_angles]: the gate of an angle, in circuit.operations */
  spiqe_stored_angle *of_inputs; /* owned, [n_angles]: an angle as a function of the inputs... */
  spiqe_term *terms;             /* owned: ...whose terms lie here */
} spiqe_split;

/* Fails: SPIQE_NO_MEMORY, SPIQE_LIMIT. On failure *out is cleared. */
spiqe_status spiqe_split_create(const spiqe_circuit *circuit, spiqe_split *out);
void spiqe_split_clear(spiqe_split *split);

/* angles: [n_angles], for inputs of the original. */
void spiqe_split_angles(const spiqe_split *split, const double *inputs, double *angles);

/* Chain rule: input_gradient, [n_inputs of the original], is set. */
void spiqe_split_chain(const spiqe_split *split, size_t n_inputs, const double *angle_gradient,
                       double *input_gradient);

#endif
