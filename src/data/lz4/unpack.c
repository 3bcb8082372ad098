/* LZ4 frames by liblz4: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md */
#include <lz4frame.h>

#include "core/fail.h"
#include "data/packed.h"

static spiqe_status read_frame(LZ4F_dctx *state, spiqe_context *ctx, const char *name, size_t place,
                               const uint8_t *bytes, size_t size, spiqe_piece *out) {
  size_t at = 0, left = 1;
  while (left > 0) {
    size_t room, taken = size - at;
    SPIQE_TRY(spiqe_piece_grow(ctx, name, place, out, &room));
    left = LZ4F_decompress(state, out->data + out->size, &room, bytes + at, &taken, NULL);
    SPIQE_REQUIRE(ctx, !LZ4F_isError(left), SPIQE_BAD_FORMAT,
                  "%s: the LZ4 packet at byte %zu is damaged: %s", name, place,
                  LZ4F_getErrorName(left));
    SPIQE_REQUIRE(ctx, left == 0 || room > 0 || taken > 0, SPIQE_BAD_FORMAT,
                  "%s: the LZ4 packet at byte %zu is cut off after %zu bytes", name, place, size);
    out->size += room;
    at += taken;
  }
  SPIQE_REQUIRE(ctx, at == size, SPIQE_BAD_FORMAT,
                "%s: the LZ4 packet at byte %zu ends after %zu bytes, expected %zu", name, place,
                at, size);
  return SPIQE_OK;
}

spiqe_status spiqe_lz4_unpack(spiqe_context *ctx, const char *name, size_t place,
                              const uint8_t *bytes, size_t size, spiqe_piece *out) {
  LZ4F_dctx *state;
  out->size = 0;
  SPIQE_REQUIRE(ctx, !LZ4F_isError(LZ4F_createDecompressionContext(&state, LZ4F_VERSION)),
                SPIQE_NO_MEMORY, "%s: no memory to unpack LZ4", name);
  spiqe_status status = read_frame(state, ctx, name, place, bytes, size, out);
  LZ4F_freeDecompressionContext(state);
  return status;
}
