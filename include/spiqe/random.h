/* Random numbers by counter: a draw is a function of (seed, purpose, counter), never of the order
 * of calls, the thread or the batch. Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", SC'11. */
#ifndef SPIQE_RANDOM_H
#define SPIQE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a stream of draws is for: streams of different purposes never share a draw. */
typedef enum spiqe_purpose {
  SPIQE_PURPOSE_WEIGHTS = 1, /* initial parameters */
  SPIQE_PURPOSE_SHUFFLE = 2, /* order of the samples in an epoch */
  SPIQE_PURPOSE_ENCODE = 3,  /* Bernoulli spikes of rate encoding */
  SPIQE_PURPOSE_MEASURE = 4, /* outcomes of measured qubits */
  SPIQE_PURPOSE_DIGITS = 5,  /* the built-in digits */
  SPIQE_PURPOSE_SPLIT = 6,   /* choice of the validation samples */
  SPIQE_PURPOSE_RECALL = 7,  /* the built-in sets recall-1 to recall-8 */
  SPIQE_PURPOSE_AUGMENT = 8, /* moves and mirrors of training pictures */
  SPIQE_PURPOSE_USER = 1000  /* first number free for callers */
} spiqe_purpose;

/* One Philox4x32-10 block: counter and key to four independent 32-bit words. */
void spiqe_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* The key of a stream: a mixture of seed, purpose and a stream number (epoch, stage...). */
void spiqe_random_key(uint64_t seed, uint32_t purpose, uint64_t stream, uint32_t key[2]);

/* Uniform draw in [0, 1) with 53 bits, for counter (a, b) of the stream. */
double spiqe_random_uniform(const uint32_t key[2], uint64_t a, uint64_t b);

/* Standard normal draw (Box and Muller 1958) for counter (a, b) of the stream. */
double spiqe_random_normal(const uint32_t key[2], uint64_t a, uint64_t b);

/* Uniform permutation of 0..n-1 (Fisher and Yates), out: [n]. */
void spiqe_random_permutation(const uint32_t key[2], size_t n, uint32_t *out);

#ifdef __cplusplus
}
#endif
#endif
