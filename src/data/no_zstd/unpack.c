/* In place of src/data/zstd where the library zstd was not there. */
#include "core/fail.h"
#include "data/packed.h"

spiqe_status spiqe_zstd_unpack(spiqe_context *ctx, const char *name, size_t place,
                               const uint8_t *bytes, size_t size, spiqe_piece *out) {
  (void)bytes, (void)size, (void)out;
  return spiqe_fail(
      ctx, SPIQE_UNSUPPORTED,
      "%s: the packet at byte %zu is packed by Zstandard, and this spiqe was built without "
      "the library zstd",
      name, place);
}
