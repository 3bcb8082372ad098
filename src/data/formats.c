/* The list of formats, and the reading of a file by its content. */
#include <stdio.h>
#include <string.h>

#include "core/fail.h"
#include "data/format.h"

/* The magic of an earlier row is looked for first. */
static const spiqe_format *const formats[] = {&spiqe_format_png, &spiqe_format_npz,
                                              &spiqe_format_npy, &spiqe_format_idx};
#define N_FORMATS (sizeof formats / sizeof formats[0])

/* First bytes of the content, unpacked. */
static spiqe_status read_start(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                               size_t size, uint8_t start[4]) {
  spiqe_stream stream;
  SPIQE_TRY(spiqe_stream_open(ctx, name, bytes, size, &stream));
  spiqe_status status = spiqe_stream_read(&stream, "the first four bytes", start, 4);
  spiqe_stream_close(&stream);
  return status;
}

/* The row whose magic the content has (start: unpacked; bytes: [size] as they are), or NULL. */
static const spiqe_format *find_format(const uint8_t start[4], const uint8_t *bytes, size_t size) {
  for (size_t i = 0; i < N_FORMATS; i++) {
    const uint8_t *looked_at = formats[i]->read_file ? bytes : start;
    const size_t n_there = formats[i]->read_file ? size : 4;
    if (n_there >= formats[i]->n_magic &&
        !memcmp(looked_at, formats[i]->magic, formats[i]->n_magic))
      return formats[i];
  }
  return NULL;
}

int spiqe_array_is(const char *name, const uint8_t *bytes, size_t size) {
  uint8_t start[4];
  if (read_start(NULL, name, bytes, size, start) != SPIQE_OK) return 0;
  const spiqe_format *format = find_format(start, bytes, size);
  return format && format->n_magic == sizeof start;
}

static spiqe_status unknown_format(spiqe_context *ctx, const char *name, const uint8_t start[4]) {
  char known[256] = "";
  for (size_t i = 0; i < N_FORMATS; i++) {
    size_t n = strlen(known);
    snprintf(known + n, sizeof known - n, "%s%s%s", i ? ", " : "", formats[i]->name,
             formats[i]->read_stream ? " (plain or gzip)" : "");
  }
  return spiqe_fail(ctx, SPIQE_BAD_FORMAT,
                    "%s: starts with %02x %02x %02x %02x; expected one of %s", name, start[0],
                    start[1], start[2], start[3], known);
}

static spiqe_status read_as(const spiqe_format *format, spiqe_context *ctx, const char *name,
                            const uint8_t *bytes, size_t size, spiqe_array *out) {
  spiqe_stream stream;
  if (format->read_file) return format->read_file(ctx, name, bytes, size, out);
  SPIQE_TRY(spiqe_stream_open(ctx, name, bytes, size, &stream));
  spiqe_status status = format->read_stream(&stream, out);
  spiqe_stream_close(&stream);
  return status;
}

spiqe_status spiqe_array_read(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                              size_t size, spiqe_array *out) {
  uint8_t start[4];
  *out = (spiqe_array){0};
  SPIQE_TRY(read_start(ctx, name, bytes, size, start));
  const spiqe_format *format = find_format(start, bytes, size);
  if (!format) return unknown_format(ctx, name, start);
  return read_as(format, ctx, name, bytes, size, out);
}
