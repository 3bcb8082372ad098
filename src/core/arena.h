/* Arena: one block cut into pieces, all given back at once. Sizes are known when a network meets a
 * batch size, so that nothing allocates between the first and the last step of training. */
#ifndef SPIQE_CORE_ARENA_H
#define SPIQE_CORE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

/* Usage: reserve every piece (returns its offset), create, then turn offsets into pointers. */
typedef struct spiqe_arena {
  uint8_t *base; /* owned, [size], 64-byte aligned; NULL before create */
  size_t size;   /* bytes reserved so far */
} spiqe_arena;

/* Reserve n elements of element_size bytes, 64-byte aligned; returns the offset. An overflow is
 * remembered and makes create fail. */
size_t spiqe_arena_reserve(spiqe_arena *arena, size_t n, size_t element_size);

/* Fails with SPIQE_NO_MEMORY when the machine has fewer bytes left: the system lends memory that it
 * does not have, and kills who touches it. */
spiqe_status spiqe_arena_check(spiqe_context *ctx, size_t size);

/* Allocate what was reserved, set to zero. Fails: SPIQE_NO_MEMORY, naming the size. */
spiqe_status spiqe_arena_create(spiqe_context *ctx, spiqe_arena *arena);
void spiqe_arena_destroy(spiqe_arena *arena);

#endif
