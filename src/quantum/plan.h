/* How a list of atoms is run: passes over the register in chunks that stay in the cache, each chunk
 * worked on by clusters of three qubits whose amplitudes stay in processor registers.
 *
 * A chunk is spanned by a choice of qubits ("active"); an atom fits when all its qubits are among
 * them. Slots 0 .. n_lane_qubits - 1 of a chunk lie inside of a vector, where atoms cannot act; a
 * turn exchanges them with slots that are not needed for a while. */
#ifndef SPIQE_QUANTUM_PLAN_H
#define SPIQE_QUANTUM_PLAN_H

#include "quantum/atoms.h"

/* Steps that are planned together. */
#define SPIQE_WINDOW 1024

typedef struct spiqe_plan spiqe_plan;

/* Does planning pay? Registers that fit the first-level cache are worked on gate by gate. */
int spiqe_plan_pays(const spiqe_state *state, size_t n_steps);

/* Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_plan_create(spiqe_context *ctx, spiqe_precision precision, size_t n_qubits,
                               spiqe_plan **out);
void spiqe_plan_destroy(spiqe_plan *plan);

/* Run at most SPIQE_WINDOW steps. */
void spiqe_plan_run(spiqe_plan *plan, spiqe_state *state, size_t n_steps, const spiqe_step *steps);

#endif
