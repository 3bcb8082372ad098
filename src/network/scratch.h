/* Scratch memory of one thread, as offsets into the network's batch_memory. */
#ifndef SPIQE_NETWORK_SCRATCH_H
#define SPIQE_NETWORK_SCRATCH_H

#include "network/network.h"

typedef struct spiqe_network_scratch {
  size_t tape_at[SPIQE_MOST_STAGES], work_at[SPIQE_MOST_STAGES];
  size_t signal_at[SPIQE_MOST_STAGES + 1]; /* sequences that are not kept for the batch */
  size_t d_sequence_at[2]; /* gradients of sequences of spikes of even and of odd number */
  size_t d_spikes_at, d_membrane_at; /* gradient of the loss */
  size_t encoder_at;                 /* scratch of the encoder */
  size_t weights_at;                 /* doubles of a rule, [n_steps][rows] */
  size_t encoded_at;                 /* floats, when the network is f64 */
  size_t ordered_at;                 /* floats of one step, to bring channels last */
} spiqe_network_scratch;

#endif
