/* Any bytes: read plain and read packed by gzip, the outcome is the same, element by element. */
#include <zlib.h>

#include "array_law.h"

static size_t pack(const uint8_t *data, size_t size, uint8_t *out, size_t room) {
  z_stream z = {.next_in = (Bytef *)(uintptr_t)data,
                .avail_in = (uInt)size,
                .next_out = out,
                .avail_out = (uInt)room};
  if (deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) abort();
  if (deflate(&z, Z_FINISH) != Z_STREAM_END) abort();
  deflateEnd(&z);
  return z.total_out;
}

static spiqe_status read_idx(spiqe_context *ctx, const uint8_t *data, size_t size,
                             spiqe_array *out) {
  spiqe_stream stream;
  if (spiqe_stream_open(ctx, "fuzz", data, size, &stream) != SPIQE_OK) abort();
  spiqe_status status = spiqe_idx_read(&stream, out);
  check_array(ctx, status, out);
  spiqe_stream_close(&stream);
  return status;
}

static int are_equal(const spiqe_array *a, const spiqe_array *b) {
  if (a->n_elements != b->n_elements || a->rank != b->rank) return 0;
  if (a->bytes) return b->bytes && memcmp(a->bytes, b->bytes, a->n_elements) == 0;
  return b->floats && memcmp(a->floats, b->floats, a->n_elements * sizeof *a->floats) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  spiqe_context ctx = {.n_threads = 1};
  spiqe_array plain, packed;
  if (size >= 2 && data[0] == 0x1f && data[1] == 0x8b) return 0; /* would be packed twice */
  uint8_t *gzip = malloc(compressBound((uLong)size) + 64);
  if (!gzip) abort();
  size_t n = pack(data, size, gzip, compressBound((uLong)size) + 64);
  spiqe_status status = read_idx(&ctx, data, size, &plain);
  if (read_idx(&ctx, gzip, n, &packed) != status) abort();
  if (status == SPIQE_OK && !are_equal(&plain, &packed)) abort();
  spiqe_array_free(&plain);
  spiqe_array_free(&packed);
  free(gzip);
  return 0;
}
