/* Counts: how often each outcome came, in a table that grows with the number of distinct outcomes
 * and not with the shots. */
#ifndef SPIQE_QUANTUM_COUNTS_H
#define SPIQE_QUANTUM_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

/* An outcome is a number of n_words words, the lowest first. Entry i has keys[i * n_words ..],
 * counts[i] shots and a weight, for probabilities. Start from spiqe_counts_create. */
typedef struct spiqe_counts {
  spiqe_context *ctx; /* borrowed */
  size_t n_words;     /* of a key, at least 1 */
  size_t n, room;     /* entries; room of the three arrays */
  uint64_t *keys;     /* owned, [room][n_words] */
  uint64_t *counts;   /* owned, [room] */
  double *weights;    /* owned, [room] */
  size_t *slots;      /* owned, [n_slots] entry + 1, or 0; open addressing */
  size_t n_slots;     /* a power of 2 */
} spiqe_counts;

/* Empty counts for keys of n_bits. Allocates nothing yet. */
void spiqe_counts_create(spiqe_context *ctx, size_t n_bits, spiqe_counts *out);
void spiqe_counts_destroy(spiqe_counts *counts);

/* Add to an outcome. key: [n_words], bits past n_bits are 0. Fails: SPIQE_NO_MEMORY (also before
 * the machine has none left). */
spiqe_status spiqe_counts_add(spiqe_counts *counts, const uint64_t *key, uint64_t n, double weight);

/* Add all of another table with keys of the same size. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_counts_merge(spiqe_counts *counts, const spiqe_counts *from);

/* The entries in ascending order of their keys, out: [n]. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_counts_order(const spiqe_counts *counts, size_t *out);

#endif
