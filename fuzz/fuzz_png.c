/* Any bytes taken for PNG, after the checksums of their chunks were made right (the search would
 * not get past them): a picture that, written and read again, is the same; or an error. */
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "core/context.h"
#include "data/png.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_u32(uint8_t *out, uint32_t value) {
  for (int i = 0; i < 4; i++) out[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Chunks: [length 4][type 4][data][checksum 4], after a signature of 8 bytes. */
static void repair(uint8_t *bytes, size_t size) {
  for (size_t at = 8; size >= 12 && at <= size - 12;) {
    const uint8_t *raw = bytes + at;
    size_t n = (size_t)raw[0] << 24 | (size_t)raw[1] << 16 | (size_t)raw[2] << 8 | raw[3];
    if (n > size - at - 12) return;
    put_u32(bytes + at + 8 + n, (uint32_t)crc32(0, bytes + at + 4, (uInt)n + 4));
    at += n + 12;
  }
}

static void check_round_trip(spiqe_context *ctx, const uint8_t *pixels, size_t width,
                             size_t height) {
  uint8_t *png, *again;
  size_t size, width_again, height_again;
  if (width * height > 1 << 16) return; /* packing large pictures is slow and shows nothing new */
  if (spiqe_png_encode(ctx, pixels, width, height, 1, &png, &size) != SPIQE_OK) abort();
  if (spiqe_png_decode(ctx, "fuzz", png, size, &again, &width_again, &height_again) != SPIQE_OK)
    abort();
  if (width_again != width || height_again != height) abort();
  if (memcmp(again, pixels, width * height) != 0) abort();
  free(again);
  free(png);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  spiqe_context ctx = {.n_threads = 1};
  uint8_t *pixels, *bytes = malloc(size + 1);
  size_t width, height;
  if (!bytes) abort();
  if (size) memcpy(bytes, data, size);
  repair(bytes, size);
  if (spiqe_png_decode(&ctx, "fuzz", bytes, size, &pixels, &width, &height) == SPIQE_OK)
    check_round_trip(&ctx, pixels, width, height);
  else if (pixels || !strstr(ctx.message, "fuzz"))
    abort();
  free(pixels);
  free(bytes);
  return 0;
}
