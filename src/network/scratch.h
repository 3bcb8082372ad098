/* Scratch memory of one thread, as offsets into the network's batch_memory. */
#ifndef SPIQE_NETWORK_SCRATCH_H
#define SPIQE_NETWORK_SCRATCH_H

#include "network/network.h"

typedef struct spiqe_network_scratch {
  size_t tape_at[SPIQE_MOST_STAGES], work_at[SPIQE_MOST_STAGES];
  size_t signal_at[SPIQE_MOST_STAGES + 1]; /* sequences that are not kept for the batch */
  size_t d_sequence_at;                    /* gradient of a sequence of spikes */
  size_t d_spikes_at, d_membrane_at;       /* gradient of the loss */
  size_t encoder_at;                       /* scratch of the encoder */
  size_t weights_at;                       /* doubles of a rule, [n_steps][rows] */
  size_t encoded_at;                       /* floats, when the network is f64 */
} spiqe_network_scratch;

#endif
