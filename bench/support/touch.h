/* What a pass over a register costs at least. */
#ifndef SPIQE_BENCH_SUPPORT_TOUCH_H
#define SPIQE_BENCH_SUPPORT_TOUCH_H

#include "quantum/state.h"

/* Seconds to read and write the memory of a register of doubles once, on the threads of its
 * context: each number times 1. */
double bench_touch(const spiqe_state *state);

#endif
