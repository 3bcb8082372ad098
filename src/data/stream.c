/* Streams over memory, plain or gzip (RFC 1952, by zlib). */
#include "data/stream.h"

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "core/fail.h"
#include "core/grow.h"

static spiqe_status read_plain(spiqe_stream *stream, uint8_t *out, size_t n, size_t *got) {
  uint64_t left = stream->most - stream->at;
  *got = n < left ? n : (size_t)left;
  if (*got) memcpy(out, stream->bytes + stream->at, *got);
  return SPIQE_OK;
}

static void close_plain(spiqe_stream *stream) {
  stream->source = NULL;
}

/* One gzip member ends: the content ends with the input, else the next member follows. */
static int next_member(z_stream *z) {
  return z->avail_in > 0 && inflateReset(z) == Z_OK;
}

static spiqe_status read_gzip(spiqe_stream *stream, uint8_t *out, size_t n, size_t *got) {
  z_stream *z = stream->source;
  z->next_out = out;
  z->avail_out = (uInt)n;
  while (z->avail_out > 0) {
    int code = inflate(z, Z_NO_FLUSH);
    if (code == Z_STREAM_END && !next_member(z)) break;
    if (code == Z_OK || code == Z_STREAM_END) continue;
    const size_t at = (size_t)(z->next_in - stream->bytes);
    const char *reason = code == Z_BUF_ERROR ? "the file is cut off" : z->msg;
    return spiqe_fail(stream->ctx, code == Z_MEM_ERROR ? SPIQE_NO_MEMORY : SPIQE_BAD_FORMAT,
                      "%s: gzip content is damaged after byte %zu of the packed file: %s",
                      stream->name, at, reason ? reason : "no memory");
  }
  *got = n - z->avail_out;
  return SPIQE_OK;
}

static void close_gzip(spiqe_stream *stream) {
  inflateEnd(stream->source);
  free(stream->source);
  stream->source = NULL;
}

static spiqe_status open_gzip(spiqe_context *ctx, const uint8_t *bytes, size_t size,
                              spiqe_stream *out) {
  const int window = 15, gzip_only = 16;
  z_stream *z = calloc(1, sizeof *z);
  if (z && inflateInit2(z, window + gzip_only) != Z_OK) {
    free(z);
    z = NULL;
  }
  SPIQE_REQUIRE(ctx, z, SPIQE_NO_MEMORY, "%s: no memory to unpack gzip", out->name);
  z->next_in = (Bytef *)(uintptr_t)bytes; /* zlib reads it only */
  z->avail_in = (uInt)size;
  out->source = z;
  out->most = spiqe_stream_bound(size);
  out->read = read_gzip;
  out->close = close_gzip;
  return SPIQE_OK;
}

uint64_t spiqe_stream_bound(uint64_t packed) {
  const uint64_t ratio = 1032, room = 1024;
  return packed > (UINT64_MAX - room) / ratio ? UINT64_MAX : packed * ratio + room;
}

static int is_gzip(const uint8_t *bytes, size_t size) {
  return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

spiqe_status spiqe_stream_open(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                               size_t size, spiqe_stream *out) {
  *out = (spiqe_stream){.ctx = ctx,
                        .name = name,
                        .bytes = bytes,
                        .most = size,
                        .read = read_plain,
                        .close = close_plain};
  SPIQE_REQUIRE(ctx, size <= SPIQE_MOST_FILE, SPIQE_LIMIT,
                "%s: %zu bytes, but at most %zu are read", name, size, SPIQE_MOST_FILE);
  if (is_gzip(bytes, size)) return open_gzip(ctx, bytes, size, out);
  return SPIQE_OK;
}

void spiqe_stream_close(spiqe_stream *stream) {
  if (stream && stream->close) stream->close(stream);
}

spiqe_status spiqe_stream_read(spiqe_stream *stream, const char *what, uint8_t *out, size_t n) {
  size_t got = 0;
  SPIQE_REQUIRE(stream->ctx, n <= SPIQE_MOST_UNPACKED, SPIQE_LIMIT,
                "%s: %s of %zu bytes, but at most %zu are unpacked", stream->name, what, n,
                SPIQE_MOST_UNPACKED);
  SPIQE_TRY(stream->read(stream, out, n, &got));
  SPIQE_REQUIRE(stream->ctx, got == n, SPIQE_BAD_FORMAT,
                "%s: ends at byte %llu inside %s, which needs %zu bytes from byte %llu",
                stream->name, (unsigned long long)stream->at + got, what, n,
                (unsigned long long)stream->at);
  stream->at += n;
  return SPIQE_OK;
}

static spiqe_status read_rest(spiqe_stream *stream, void **data, size_t *n) {
  const size_t step = (size_t)1 << 16;
  size_t capacity = 0, got = 1;
  for (*n = 0; got > 0; *n += got) {
    SPIQE_REQUIRE(stream->ctx, *n <= SPIQE_MOST_UNPACKED - step, SPIQE_LIMIT,
                  "%s: unpacks to more than %zu bytes", stream->name, SPIQE_MOST_UNPACKED);
    SPIQE_TRY(spiqe_grow(stream->ctx, data, &capacity, *n + step, 1));
    SPIQE_TRY(stream->read(stream, (uint8_t *)*data + *n, capacity - *n, &got));
    stream->at += got;
  }
  return SPIQE_OK;
}

spiqe_status spiqe_stream_read_all(spiqe_stream *stream, uint8_t **out, size_t *n) {
  void *data = NULL;
  spiqe_status status = read_rest(stream, &data, n);
  if (status != SPIQE_OK) {
    free(data);
    data = NULL;
  }
  *out = data;
  return status;
}

spiqe_status spiqe_stream_end(spiqe_stream *stream) {
  uint8_t extra;
  size_t got = 0;
  SPIQE_TRY(stream->read(stream, &extra, 1, &got));
  SPIQE_REQUIRE(stream->ctx, got == 0, SPIQE_BAD_FORMAT,
                "%s: the header announces %llu bytes in all, but more follow", stream->name,
                (unsigned long long)stream->at);
  return SPIQE_OK;
}

spiqe_status spiqe_content_unpack(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                                  size_t size, uint8_t **unpacked, const uint8_t **content,
                                  size_t *n) {
  spiqe_stream stream;
  *unpacked = NULL;
  *content = bytes;
  *n = size;
  if (!is_gzip(bytes, size)) return SPIQE_OK;
  SPIQE_TRY(spiqe_stream_open(ctx, name, bytes, size, &stream));
  spiqe_status status = spiqe_stream_read_all(&stream, unpacked, n);
  spiqe_stream_close(&stream);
  *content = *unpacked;
  return status;
}
