/* Arena of 64-byte aligned pieces. */
#include "core/arena.h"

#include <stdio.h>
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

/* Bytes that can still be had; all of the machine's where the system does not tell. */
static size_t memory_left(void) {
  unsigned long long available = 0, swap = 0;
  char line[128];
  FILE *file = fopen("/proc/meminfo", "re");
  while (file && fgets(line, sizeof line, file)) {
    sscanf(line, "MemAvailable: %llu", &available);
    sscanf(line, "SwapFree: %llu", &swap);
  }
  if (file) fclose(file);
  if (available) return (size_t)(available + swap) * 1024;
  return (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
}

spiqe_status spiqe_arena_check(spiqe_context *ctx, size_t size) {
  size_t left = memory_left();
  SPIQE_REQUIRE(ctx, size <= left, SPIQE_NO_MEMORY,
                "buffers of %.1f MB do not fit in the %.1f MB that this machine has left",
                (double)size / 1e6, (double)left / 1e6);
  return SPIQE_OK;
}

spiqe_status spiqe_arena_create(spiqe_context *ctx, spiqe_arena *arena) {
  SPIQE_REQUIRE(ctx, arena->size != SIZE_MAX, SPIQE_NO_MEMORY,
                "the buffers asked for do not fit in the address space");
  size_t size = arena->size ? arena->size : ALIGNMENT;
  SPIQE_TRY(spiqe_arena_check(ctx, size));
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
