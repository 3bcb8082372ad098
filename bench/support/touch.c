#include "support/touch.h"

#include "core/clock.h"
#include "core/threads.h"

#define PART ((size_t)1 << 16)

typedef struct touching {
  double *numbers, factor;
} touching;

static void touch_part(void *argument, size_t task, size_t worker) {
  const touching *t = argument;
  double *p = t->numbers + task * PART;
  (void)worker;
  for (size_t i = 0; i < PART; i++) p[i] *= t->factor;
}

double bench_touch(const spiqe_state *state) {
  touching t = {state->amplitudes, 1.0};
  double start = spiqe_clock_seconds();
  spiqe_threads_run(state->ctx, 2 * state->n_amplitudes / PART, touch_part, &t);
  return spiqe_clock_seconds() - start;
}
