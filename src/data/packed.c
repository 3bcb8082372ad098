#include "data/packed.h"

#include "core/fail.h"
#include "core/grow.h"

#define STEP ((size_t)1 << 16)

spiqe_status spiqe_piece_grow(spiqe_context *ctx, const char *name, size_t place,
                              spiqe_piece *piece, size_t *room) {
  SPIQE_REQUIRE(ctx, piece->size <= SPIQE_MOST_PIECE - STEP, SPIQE_LIMIT,
                "%s: the packet at byte %zu unpacks to more than %zu bytes", name, place,
                SPIQE_MOST_PIECE);
  SPIQE_TRY(spiqe_grow(ctx, (void **)&piece->data, &piece->capacity, piece->size + STEP, 1));
  *room = piece->capacity - piece->size;
  return SPIQE_OK;
}
