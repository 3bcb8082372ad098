/* Tally: how often each unit of each sequence of spikes was not 0, over all runs of a network, and
 * what the encoder did. The caller sets net->tally to one; threads count by themselves, so that
 * none waits for another. */
#ifndef SPIQE_NETWORK_TALLY_H
#define SPIQE_NETWORK_TALLY_H

#include "network/network.h"

typedef struct spiqe_tally {
  size_t n_signals, n_threads;
  size_t n_units[SPIQE_MOST_STAGES + 1];   /* 0: currents, which are not counted */
  uint64_t *counts[SPIQE_MOST_STAGES + 1]; /* owned, [n_threads][n_units]; NULL: currents */
  uint8_t *is_real[SPIQE_MOST_STAGES + 1]; /* owned, [n_threads]: not all were 0 or 1 */
  spiqe_work *encoded;                     /* owned, [n_threads]: what the encoder did */
} spiqe_tally;

/* For a network that is made, all 0. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_tally_create(const spiqe_network *net, spiqe_tally **out);
void spiqe_tally_destroy(spiqe_tally *tally);

/* n_rows rows of sequence s, on a thread. */
void spiqe_tally_add(spiqe_tally *tally, size_t s, size_t worker, size_t n_rows,
                     spiqe_precision precision, const void *rows);

/* What the encoder did with these args, on a thread; it must have a count. */
void spiqe_tally_add_encoding(const spiqe_network *net, size_t worker,
                              const spiqe_encode_args *args);

/* The sum over the threads of what the encoder did. Counts are whole numbers, so that no bit
 * depends on how many threads there are. */
spiqe_work spiqe_tally_encoding(const spiqe_tally *tally);

/* The sums over the threads, [n_units], which go to the first one; NULL for currents. */
const uint64_t *spiqe_tally_sum(spiqe_tally *tally, size_t s, int *is_real);

#endif
