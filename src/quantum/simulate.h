/* What the ways of running a circuit share: what they are asked for, and where they count. */
#ifndef SPIQE_QUANTUM_SIMULATE_H
#define SPIQE_QUANTUM_SIMULATE_H

#include "quantum/counts.h"
#include "quantum/simulate_reduce.h"
#include "quantum/state.h"
#include "spiqe/simulate.h"

/* All borrowed, but counts. */
typedef struct spiqe_job {
  spiqe_context *ctx;
  const spiqe_reduced *reduced;
  const spiqe_simulation_options *options; /* checked */
  spiqe_precision precision;
  double last_told;    /* seconds, when the listener was last called; starts at 0 */
  spiqe_counts counts; /* out; weights are used where no shots were asked for */
} spiqe_job;

/* Below this a probability is not told from 0, as amplitudes are rounded. */
double spiqe_probability_floor(spiqe_precision precision);

/* Call the listener, a few times a second at most. Fails: SPIQE_INTERRUPTED. */
spiqe_status spiqe_job_tell(spiqe_job *job, double done);

/* The ways. Each counts options->n_shots shots; exact and density also do without: they then add
 * probabilities as weights. */
spiqe_status spiqe_simulate_shots(spiqe_job *job);
spiqe_status spiqe_simulate_lanes(spiqe_job *job);
spiqe_status spiqe_simulate_stabiliser(spiqe_job *job);
spiqe_status spiqe_simulate_density(spiqe_job *job);

/* Probabilities of a reduced circuit that is pure. Fails: SPIQE_NO_MEMORY (more outcomes than
 * fit), SPIQE_LIMIT. */
spiqe_status spiqe_simulate_exact(spiqe_job *job);

/* A register within options->most_bytes, of which `used` are taken. Fails: SPIQE_NO_MEMORY with
 * the size that is needed, SPIQE_LIMIT. */
spiqe_status spiqe_job_state(spiqe_job *job, spiqe_context *ctx, size_t used, spiqe_state **out);

/* One draw for each of n shots of a block, sorted. draws: [n], the draw of shots[i]. uniform: [n]
 * out, ascending; order: [n] out, the shot of each; buckets: [n]. */
void spiqe_sort_draws(size_t n, const uint32_t *shots, const double *draws, double *uniform,
                      uint32_t *order, uint32_t *buckets);

#endif
