/* Packed pieces of a file: LZ4 frames and Zstandard frames, each by its library. Where a library
 * was not there when spiqe was built, the call fails with SPIQE_UNSUPPORTED. */
#ifndef SPIQE_DATA_PACKED_H
#define SPIQE_DATA_PACKED_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

/* Largest content of one piece: it grows as content comes out, whatever its header says. */
#define SPIQE_MOST_PIECE ((size_t)1 << 26)

/* What a piece unpacks to; one for all pieces of a file, one after the other. Start from {0}. */
typedef struct spiqe_piece {
  uint8_t *data; /* owned, [size] */
  size_t size, capacity;
} spiqe_piece;

/* Unpack bytes: [size], which stand at `place` of the file `name`. Fails: SPIQE_BAD_FORMAT
 * (damaged, cut off, more follows), SPIQE_LIMIT (SPIQE_MOST_PIECE), SPIQE_NO_MEMORY,
 * SPIQE_UNSUPPORTED. */
spiqe_status spiqe_lz4_unpack(spiqe_context *ctx, const char *name, size_t place,
                              const uint8_t *bytes, size_t size, spiqe_piece *out);
spiqe_status spiqe_zstd_unpack(spiqe_context *ctx, const char *name, size_t place,
                               const uint8_t *bytes, size_t size, spiqe_piece *out);

/* Make room for more content behind what is there; *room: bytes of it. Fails: SPIQE_LIMIT,
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_piece_grow(spiqe_context *ctx, const char *name, size_t place,
                              spiqe_piece *piece, size_t *room);

#endif
