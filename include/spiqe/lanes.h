/* Lanes: many small registers at once, each with inputs, outcomes and random numbers of its own,
 * and gradients of the log-probability of outcomes through measurement and reset.
 *
 * A circuit is compiled once and then run on any number of lanes. Given its outcomes a lane's
 * state stays pure: 2^n amplitudes. States are not renormalised between measurements; the norm
 * is kept as the likelihood of the outcomes so far. Phases of a whole state are not kept.
 *
 * A reset that is the next operation on a qubit after its measurement takes that outcome; any
 * other reset measures too, and counts as a measurement into no bit. A channel takes one of its
 * operators at random; likelihoods are those of the outcomes given what the channels took. */
#ifndef SPIQE_LANES_H
#define SPIQE_LANES_H

#include "spiqe/circuit.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SPIQE_MOST_LANE_QUBITS 12

typedef struct spiqe_lanes spiqe_lanes;

/* Compile a circuit for lanes in "f32" or "f64" (NULL). The circuit may be destroyed afterwards.
 * Fails: SPIQE_LIMIT (more than SPIQE_MOST_LANE_QUBITS qubits), SPIQE_BAD_NAME (precision),
 * SPIQE_UNSUPPORTED (the operation is named), SPIQE_NO_MEMORY. */
spiqe_status spiqe_lanes_create(spiqe_context *ctx, const spiqe_circuit *circuit,
                                const char *precision, spiqe_lanes **out);
void spiqe_lanes_destroy(spiqe_lanes *lanes);

/* One run. All arrays are of the precision of the lanes (float or double), "lane" runs fastest. */
typedef struct spiqe_lanes_run {
  size_t n_lanes;
  const void *inputs;      /* [n_inputs][n_lanes]; NULL where the circuit has none */
  const double *constants; /* [n_inputs] the same for all lanes, where inputs is NULL */
  uint64_t seed;           /* draws: counter (first_lane + lane, number of the draw, turn of loops),
                              32 bits, of which f32 uses the upper 24 */
  uint64_t first_lane;
  const void *start;       /* [2^n][2][n_lanes] states at the beginning; NULL: |0...0> */
  const uint8_t *outcomes; /* [n_measurements][n_lanes] given outcomes instead of drawn ones */
  uint8_t *drawn;          /* out, same shape: what was measured; or NULL */
  uint8_t *bits;           /* out, [n_bits][n_lanes] classical bits at the end; or NULL */
  void *probabilities;     /* out, [2^n][n_lanes] of the final state, normalised; or NULL */
  void *states;            /* out, [2^n][2][n_lanes] final states, normalised; or NULL */
  void *log_likelihood;    /* out, [n_lanes] log of the probability of the outcomes; or NULL */
} spiqe_lanes_run;

/* Measurements in the order of the circuit (in loops and under conditions each counts once in the
 * text). What is drawn is 0 where a measurement did not take place, and in loops its last. */
size_t spiqe_lanes_n_measurements(const spiqe_lanes *lanes);

/* Run all lanes. The first run of a kind (inputs or constants; with start; gradient) compiles
 * and makes its scratch; later ones do not allocate. Same bits with any number of threads.
 * Outcomes that cannot be have log likelihood -infinity, probabilities and states 0. Fails:
 * SPIQE_BAD_ARGUMENT, SPIQE_LIMIT (loops of more than 100,000 turns), SPIQE_NO_MEMORY. */
spiqe_status spiqe_lanes_forward(spiqe_lanes *lanes, const spiqe_lanes_run *run);

/* Gradient of sum over lanes of weight[lane] * log p(outcomes of the lane) with respect to the
 * inputs of each lane, [n_inputs][n_lanes], by one adjoint pass through measurement and reset. run
 * gives the outcomes; it is run forward again. weight NULL: 1. Conditions are followed as they
 * fell. Fails also: SPIQE_UNSUPPORTED (loops and channels), SPIQE_BAD_ARGUMENT (no outcomes). */
spiqe_status spiqe_lanes_gradient(spiqe_lanes *lanes, const spiqe_lanes_run *run,
                                  const void *weight, void *gradient);

#ifdef __cplusplus
}
#endif
#endif
