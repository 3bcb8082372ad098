/* Zstandard frames by libzstd: RFC 8878. */
#include <zstd.h>

#include "core/fail.h"
#include "data/packed.h"

static spiqe_status read_frame(ZSTD_DStream *state, spiqe_context *ctx, const char *name,
                               size_t place, ZSTD_inBuffer *in, spiqe_piece *out) {
  for (size_t left = 1; left > 0;) {
    size_t room, before = in->pos;
    SPIQE_TRY(spiqe_piece_grow(ctx, name, place, out, &room));
    ZSTD_outBuffer to = {out->data + out->size, room, 0};
    left = ZSTD_decompressStream(state, &to, in);
    SPIQE_REQUIRE(ctx, !ZSTD_isError(left), SPIQE_BAD_FORMAT,
                  "%s: the Zstandard packet at byte %zu is damaged: %s", name, place,
                  ZSTD_getErrorName(left));
    SPIQE_REQUIRE(ctx, left == 0 || to.pos > 0 || in->pos > before, SPIQE_BAD_FORMAT,
                  "%s: the Zstandard packet at byte %zu is cut off after %zu bytes", name, place,
                  in->size);
    out->size += to.pos;
  }
  SPIQE_REQUIRE(ctx, in->pos == in->size, SPIQE_BAD_FORMAT,
                "%s: the Zstandard packet at byte %zu ends after %zu bytes, expected %zu", name,
                place, in->pos, in->size);
  return SPIQE_OK;
}

spiqe_status spiqe_zstd_unpack(spiqe_context *ctx, const char *name, size_t place,
                               const uint8_t *bytes, size_t size, spiqe_piece *out) {
  const int most_window = 26; /* as a power of 2: SPIQE_MOST_PIECE */
  ZSTD_inBuffer in = {bytes, size, 0};
  ZSTD_DStream *state = ZSTD_createDStream();
  out->size = 0;
  SPIQE_REQUIRE(ctx, state, SPIQE_NO_MEMORY, "%s: no memory to unpack Zstandard", name);
  ZSTD_DCtx_setParameter(state, ZSTD_d_windowLogMax, most_window);
  spiqe_status status = read_frame(state, ctx, name, place, &in, out);
  ZSTD_freeDStream(state);
  return status;
}
