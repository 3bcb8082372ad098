/* A hash table with open addressing over packed outcomes. */
#include "quantum/counts.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/fail.h"

#define FIRST_ROOM ((size_t)64)

/* Tables above this ask the machine before they double. */
#define LARGE_BYTES ((size_t)1 << 24)

void spiqe_counts_create(spiqe_context *ctx, size_t n_bits, spiqe_counts *out) {
  *out = (spiqe_counts){.ctx = ctx, .n_words = n_bits ? (n_bits + 63) / 64 : 1};
}

void spiqe_counts_destroy(spiqe_counts *counts) {
  free(counts->keys);
  free(counts->counts);
  free(counts->weights);
  free(counts->slots);
  *counts = (spiqe_counts){0};
}

/* Multiplication by 2^64 over the golden ratio (Knuth, TAOCP 6.4), the high half folded down. */
static uint64_t mix(const uint64_t *key, size_t n_words) {
  uint64_t hash = 0;
  for (size_t i = 0; i < n_words; i++) {
    hash = (hash ^ key[i]) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 32;
  }
  return hash * 0x9E3779B97F4A7C15u >> 17;
}

/* Where a key is, or the empty place that it would take. */
static size_t find_slot(const spiqe_counts *c, const uint64_t *key) {
  size_t at = (size_t)mix(key, c->n_words) & (c->n_slots - 1);
  while (c->slots[at] &&
         memcmp(c->keys + (c->slots[at] - 1) * c->n_words, key, c->n_words * sizeof *key) != 0)
    at = (at + 1) & (c->n_slots - 1);
  return at;
}

static int resize(void **array, size_t bytes) {
  void *moved = realloc(*array, bytes);
  if (moved) *array = moved;
  return moved != NULL;
}

/* Twice the room, and places for it that are at most half full. */
static spiqe_status grow(spiqe_counts *c) {
  size_t room = c->room ? 2 * c->room : FIRST_ROOM, n_slots = 2 * room;
  size_t entry = c->n_words * sizeof *c->keys + sizeof *c->counts + sizeof *c->weights;
  SPIQE_REQUIRE(c->ctx, room <= SIZE_MAX / 8 / (entry + 2 * sizeof *c->slots), SPIQE_NO_MEMORY,
                "%zu distinct outcomes", c->n);
  size_t bytes = room * entry + n_slots * sizeof *c->slots;
  if (bytes > LARGE_BYTES) SPIQE_TRY(spiqe_arena_check(c->ctx, bytes));
  size_t *slots = calloc(n_slots, sizeof *slots);
  if (!slots || !resize((void **)&c->keys, room * c->n_words * sizeof *c->keys) ||
      !resize((void **)&c->counts, room * sizeof *c->counts) ||
      !resize((void **)&c->weights, room * sizeof *c->weights)) {
    free(slots);
    return spiqe_fail(c->ctx, SPIQE_NO_MEMORY, "no memory for %zu distinct outcomes", room);
  }
  free(c->slots);
  c->slots = slots;
  c->n_slots = n_slots;
  c->room = room;
  for (size_t i = 0; i < c->n; i++) c->slots[find_slot(c, c->keys + i * c->n_words)] = i + 1;
  return SPIQE_OK;
}

spiqe_status spiqe_counts_add(spiqe_counts *c, const uint64_t *key, uint64_t n, double weight) {
  if (!c->n_slots) SPIQE_TRY(grow(c));
  size_t at = find_slot(c, key);
  if (!c->slots[at]) {
    if (c->n == c->room) {
      SPIQE_TRY(grow(c));
      at = find_slot(c, key);
    }
    memcpy(c->keys + c->n * c->n_words, key, c->n_words * sizeof *key);
    c->counts[c->n] = 0;
    c->weights[c->n] = 0;
    c->slots[at] = ++c->n;
  }
  c->counts[c->slots[at] - 1] += n;
  c->weights[c->slots[at] - 1] += weight;
  return SPIQE_OK;
}

spiqe_status spiqe_counts_merge(spiqe_counts *counts, const spiqe_counts *from) {
  for (size_t i = 0; i < from->n; i++)
    SPIQE_TRY(spiqe_counts_add(counts, from->keys + i * from->n_words, from->counts[i],
                               from->weights[i]));
  return SPIQE_OK;
}

typedef struct sort_row {
  const uint64_t *key;
  size_t n_words, entry;
} sort_row;

static int compare(const void *a, const void *b) {
  const sort_row *x = a, *y = b;
  for (size_t i = x->n_words; i-- > 0;)
    if (x->key[i] != y->key[i]) return x->key[i] < y->key[i] ? -1 : 1;
  return 0;
}

spiqe_status spiqe_counts_order(const spiqe_counts *counts, size_t *out) {
  sort_row *rows = malloc((counts->n + 1) * sizeof *rows);
  SPIQE_REQUIRE(counts->ctx, rows, SPIQE_NO_MEMORY, "no memory to sort %zu outcomes", counts->n);
  for (size_t i = 0; i < counts->n; i++)
    rows[i] = (sort_row){counts->keys + i * counts->n_words, counts->n_words, i};
  qsort(rows, counts->n, sizeof *rows, compare);
  for (size_t i = 0; i < counts->n; i++) out[i] = rows[i].entry;
  free(rows);
  return SPIQE_OK;
}
