/* Draw basis states with the probabilities of a register. */
#include "quantum/state.h"

static double probability(const spiqe_state *state, size_t index) {
  spiqe_complex a = spiqe_state_get(state, index);
  return a.re * a.re + a.im * a.im;
}

/* Walk once through the amplitudes and the sorted draws together; a run of amplitudes that ends
 * before the next draw is passed as a whole. */
void spiqe_state_sample(const spiqe_state *state, size_t n, const double *uniform,
                        uint64_t *indices) {
  const size_t n_states = (size_t)1 << state->n_qubits;
  const double norm = spiqe_state_norm(state);
  double below = 0;
  size_t index = 0, last_likely = 0, draw = 0;
  while (draw < n && index < n_states) {
    double p = probability(state, index);
    if (p > 0) last_likely = index;
    while (draw < n && uniform[draw] * norm < below + p && p > 0) indices[draw++] = index;
    below += p;
    index++;
  }
  while (draw < n) indices[draw++] = last_likely; /* rounding of the sum */
}
