#include "core/grow.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/fail.h"

spiqe_status spiqe_grow(spiqe_context *ctx, void **data, size_t *capacity, size_t n,
                        size_t element_size) {
  if (n <= *capacity) return SPIQE_OK;
  SPIQE_REQUIRE(ctx, n <= SIZE_MAX / 2 / element_size, SPIQE_NO_MEMORY,
                "an array of %zu elements of %zu bytes", n, element_size);
  size_t room = *capacity ? *capacity : 8;
  while (room < n) room *= 2;
  void *moved = realloc(*data, room * element_size);
  SPIQE_REQUIRE(ctx, moved, SPIQE_NO_MEMORY, "no memory for %zu bytes", room * element_size);
  *data = moved;
  *capacity = room;
  return SPIQE_OK;
}
