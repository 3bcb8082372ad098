/* Arena of 64-byte aligned pieces. */
#include "core/arena.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/fail.h"

#define ALIGNMENT ((size_t)64)

size_t spiqe_arena_reserve(spiqe_arena *arena, size_t n, size_t element_size) {
  size_t bytes, total, offset = arena->size;
  if (offset == SIZE_MAX || __builtin_mul_overflow(n, element_size, &bytes) ||
      __builtin_add_overflow(bytes, ALIGNMENT - 1, &bytes) ||
      __builtin_add_overflow(offset, bytes & ~(ALIGNMENT - 1), &total)) {
    arena->size = SIZE_MAX;
    return 0;
  }
  arena->size = total;
  return offset;
}

spiqe_status spiqe_arena_create(spiqe_context *ctx, spiqe_arena *arena) {
  SPIQE_REQUIRE(ctx, arena->size != SIZE_MAX, SPIQE_NO_MEMORY,
                "the buffers asked for do not fit in the address space");
  size_t size = arena->size ? arena->size : ALIGNMENT;
  /* the system lends memory that it does not have, and kills who touches it: ask first */
  size_t machine = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
  SPIQE_REQUIRE(ctx, size <= machine, SPIQE_NO_MEMORY,
                "buffers of %.1f MB do not fit in this machine's %.1f MB", (double)size / 1e6,
                (double)machine / 1e6);
  arena->base = aligned_alloc(ALIGNMENT, size);
  SPIQE_REQUIRE(ctx, arena->base, SPIQE_NO_MEMORY, "no memory for buffers of %.1f MB",
                (double)size / 1e6);
  memset(arena->base, 0, size);
  return SPIQE_OK;
}

void spiqe_arena_destroy(spiqe_arena *arena) {
  free(arena->base);
  *arena = (spiqe_arena){0};
}
