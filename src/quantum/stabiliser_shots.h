/* A Clifford circuit shot by shot on a tableau: what frames cannot run, conditional gates and
 * measurements, loops, and channels that reset. */
#ifndef SPIQE_QUANTUM_STABILISER_SHOTS_H
#define SPIQE_QUANTUM_STABILISER_SHOTS_H

#include "quantum/stabiliser_plan.h"
#include "quantum/tableau.h"

/* Where a shot is. */
typedef struct spiqe_stabiliser_shot {
  const spiqe_stabiliser_plan *plan; /* borrowed */
  spiqe_tableau *tableau;            /* owned */
  uint8_t *bits;                     /* owned, [n_bits] 0 or 1 */
  size_t at;                         /* the next move */
  uint64_t n_turns, n_drawn, shot;
  uint32_t key[2];
} spiqe_stabiliser_shot;

/* At the beginning. Fails: SPIQE_NO_MEMORY. What follows allocates nothing. */
spiqe_status spiqe_stabiliser_shot_create(const spiqe_stabiliser_plan *plan, uint64_t seed,
                                          spiqe_stabiliser_shot *out);
void spiqe_stabiliser_shot_destroy(spiqe_stabiliser_shot *shot);

/* Run to the first random number: what all shots have in common. */
void spiqe_stabiliser_shot_prefix(spiqe_stabiliser_shot *prefix);

/* Run one shot from where the prefix ends. out: [(n_bits + 7) / 8]. Returns 0 when it took more
 * than SPIQE_MOST_TURNS. */
int spiqe_stabiliser_shot_run(spiqe_stabiliser_shot *shot, const spiqe_stabiliser_shot *prefix,
                              uint64_t number, uint8_t *out);

/* Outcomes of one run with all conditions taken for false, 0 where they are random; out:
 * [n_draws]. */
void spiqe_stabiliser_shot_reference(spiqe_stabiliser_shot *shot, uint8_t *out);

#endif
