/* Channels that are mixtures of Pauli products, rho -> sum p(P) P rho P, or of a qubit's Paulis and
 * its reset, as thermal relaxation with T2 <= T1 is. */
#ifndef SPIQE_QUANTUM_PAULI_CHANNEL_H
#define SPIQE_QUANTUM_PAULI_CHANNEL_H

#include "circuit/circuit.h"

#define SPIQE_MOST_PAULI_CHANNEL_QUBITS 2

/* Product x + 4 z has X or Y on the qubits of x (bit 0 for targets[0]), Z or Y on those of z. What
 * follows the products: the qubit is set to 0, to 1. */
#define SPIQE_PAULI_PRODUCTS 16
#define SPIQE_PAULI_CHOICES (SPIQE_PAULI_PRODUCTS + 2)
typedef struct spiqe_pauli_channel {
  double total;                      /* probability of anything but the identity */
  double up_to[SPIQE_PAULI_CHOICES]; /* of choices 1 to i, divided by total; ends with 1 */
  int resets;                        /* 1: some choice is no product */
} spiqe_pauli_channel;

/* Find out from Kraus operators, [n_kraus][2^n][2^n] on n targets; 1 when the channel is one. With
 * K_k = sum of c_k(P) P it is where sum_k c_k(P) conj(c_k(Q)) vanishes (to 1e-9) for all P != Q,
 * whatever operators it was written with; p(P) is that sum for P = Q. A reset to 0 with
 * probability r puts r / 4 where P = Q, for (Z, I) and, times i, for (Y, X); one to 1 has the other
 * sign in the last two. Allocates nothing. */
int spiqe_pauli_channel_find(size_t n_targets, size_t n_kraus, const spiqe_complex *kraus,
                             spiqe_pauli_channel *out);

/* The choice for a uniform draw in [0, 1), given that it is not the identity: 1 to 17. */
unsigned spiqe_pauli_channel_draw(const spiqe_pauli_channel *channel, double uniform);

/* What was found before. Start from {0}. */
#define SPIQE_PAULI_CHANNEL_CACHE ((size_t)64)
typedef struct spiqe_pauli_channel_known {
  const spiqe_complex *kraus; /* borrowed from the circuit; NULL: nothing here yet */
  size_t n, n_targets;        /* n: numbers */
  int is_pauli;
  uint32_t index; /* free for the caller; SPIQE_NO_JUMP in a new entry */
  spiqe_pauli_channel channel;
} spiqe_pauli_channel_known;
typedef struct spiqe_pauli_channel_cache {
  spiqe_pauli_channel_known entries[SPIQE_PAULI_CHANNEL_CACHE];
} spiqe_pauli_channel_cache;

/* Number of the entry for a CHANNEL of the circuit; equal channels share one as long as no other
 * needs its place. It holds until the next call. Allocates nothing. */
size_t spiqe_pauli_channel_entry(spiqe_pauli_channel_cache *cache, const spiqe_circuit *circuit,
                                 const spiqe_operation *operation);

#endif
