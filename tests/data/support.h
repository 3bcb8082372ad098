/* What the tests of data share: bytes put together by hand, gzip. */
#ifndef SPIQE_TESTS_DATA_SUPPORT_H
#define SPIQE_TESTS_DATA_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "core/context.h"
#include "core/file.h"
#include "support/folder.h"

typedef struct bytes {
  uint8_t *data; /* owned */
  size_t size;
} bytes;

static inline void add(bytes *b, const void *data, size_t n) {
  b->data = realloc(b->data, b->size + n + 1);
  assert_non_null(b->data);
  if (n) memcpy(b->data + b->size, data, n);
  b->size += n;
}

static inline void add_big_u32(bytes *b, uint32_t value) {
  uint8_t raw[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                    (uint8_t)value};
  add(b, raw, 4);
}

static inline void drop(bytes *b) {
  free(b->data);
  *b = (bytes){0};
}

/* Packed by gzip. */
static inline bytes pack(const uint8_t *data, size_t n) {
  z_stream z = {0};
  assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  size_t room = deflateBound(&z, n) + 64;
  bytes out = {malloc(room), 0};
  assert_non_null(out.data);
  z.next_in = (Bytef *)(uintptr_t)data;
  z.avail_in = (uInt)n;
  z.next_out = out.data;
  z.avail_out = (uInt)room;
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.size = z.total_out;
  deflateEnd(&z);
  return out;
}

static inline void save(spiqe_context *ctx, const char *path, const uint8_t *data, size_t n) {
  spiqe_span span = {data, n};
  assert_int_equal(spiqe_file_write(ctx, path, &span, 1), SPIQE_OK);
}

static inline void assert_says(const spiqe_context *ctx, const char *part) {
  if (!strstr(ctx->message, part)) fail_msg("'%s' is not in '%s'", part, ctx->message);
}

#endif
