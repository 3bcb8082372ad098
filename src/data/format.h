/* Formats: a row for each kind of file that holds samples, told apart by its first bytes. A new
 * format is a file with its row, and its name in the list of formats.c. */
#ifndef SPIQE_DATA_FORMAT_H
#define SPIQE_DATA_FORMAT_H

#include "data/array.h"

typedef struct spiqe_format {
  const char *name; /* static, for messages: "IDX" */
  uint8_t magic[4]; /* the first bytes of its content */
  size_t n_magic;   /* bytes of magic that tell it */
  /* One of the two: a reader of a stream, plain or gzip, or of the whole file (formats that are
   * packed in a way of their own). */
  spiqe_status (*read_stream)(spiqe_stream *stream, spiqe_array *out);
  spiqe_status (*read_file)(spiqe_context *ctx, const char *name, const uint8_t *bytes, size_t size,
                            spiqe_array *out);
} spiqe_format;

extern const spiqe_format spiqe_format_idx, spiqe_format_npy, spiqe_format_npz, spiqe_format_png;

#endif
