/* Which way a circuit is run. */
#ifndef SPIQE_QUANTUM_SIMULATE_CHOOSE_H
#define SPIQE_QUANTUM_SIMULATE_CHOOSE_H

#include "quantum/simulate.h"

typedef struct spiqe_way {
  const char *name; /* that the caller knows it by; static */
  spiqe_status (*run)(spiqe_job *job);
} spiqe_way;

/* The way for options->method. Fails: SPIQE_BAD_NAME, SPIQE_BAD_ARGUMENT (a method that only draws,
 * without shots), SPIQE_UNSUPPORTED (exact probabilities of a state vector that is not one). */
spiqe_status spiqe_way_choose(const spiqe_job *job, spiqe_way *out);

/* 1 when the method was left open. */
int spiqe_way_is_open(const spiqe_simulation_options *options);

#endif
