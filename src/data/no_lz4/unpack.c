/* In place of src/data/lz4 where the library lz4 was not there. */
#include "core/fail.h"
#include "data/packed.h"

spiqe_status spiqe_lz4_unpack(spiqe_context *ctx, const char *name, size_t place,
                              const uint8_t *bytes, size_t size, spiqe_piece *out) {
  (void)bytes, (void)size, (void)out;
  return spiqe_fail(ctx, SPIQE_UNSUPPORTED,
                    "%s: the packet at byte %zu is packed by LZ4, and this spiqe was built without "
                    "the library lz4",
                    name, place);
}
