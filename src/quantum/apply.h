/* One matrix on a register, as it is. */
#ifndef SPIQE_QUANTUM_APPLY_H
#define SPIQE_QUANTUM_APPLY_H

#include "quantum/state.h"

/* As spiqe_state_apply; cannot fail. */
void spiqe_apply_matrix(spiqe_state *state, const spiqe_step *step);

#endif
