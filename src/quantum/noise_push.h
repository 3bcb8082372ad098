/* Channels of a device into a circuit: the same one is stored once, however often it comes. */
#ifndef SPIQE_QUANTUM_NOISE_PUSH_H
#define SPIQE_QUANTUM_NOISE_PUSH_H

#include "quantum/channels.h"
#include "quantum/noise.h"

/* What a channel is known by: its kind, and numbers of it. */
#define SPIQE_LISTED_CHANNEL UINT64_MAX
typedef struct spiqe_channel_key {
  uint64_t kind; /* row of spiqe_channel_kinds; SPIQE_LISTED_CHANNEL */
  double numbers[3];
} spiqe_channel_key;

typedef struct spiqe_known_channel {
  spiqe_channel_key key;
  uint32_t channel; /* index in the circuit; UINT32_MAX: the place is free */
} spiqe_known_channel;

/* Start from {.out = circuit}. */
typedef struct spiqe_noise_pusher {
  spiqe_circuit *out;         /* borrowed */
  size_t n_known, room_known; /* room: 0 or a power of two */
  spiqe_known_channel *known; /* owned: hash table with linear probing */
} spiqe_noise_pusher;

/* Each adds one operation, or none where the channel does nothing. Fail: SPIQE_BAD_ARGUMENT (not
 * physical), SPIQE_NO_MEMORY. */
spiqe_status spiqe_push_depolarising(spiqe_noise_pusher *pusher, size_t n_qubits,
                                     const uint32_t *qubits, double p);
spiqe_status spiqe_push_relaxation(spiqe_noise_pusher *pusher, const char *name, uint32_t qubit,
                                   const spiqe_relaxation *relaxation);
spiqe_status spiqe_push_listed(spiqe_noise_pusher *pusher, const spiqe_noise *noise, size_t channel,
                               const uint32_t *qubits);
spiqe_status spiqe_push_readout(spiqe_noise_pusher *pusher, uint32_t bit, double p1_of_0,
                                double p0_of_1);
void spiqe_noise_pusher_clear(spiqe_noise_pusher *pusher);

#endif
