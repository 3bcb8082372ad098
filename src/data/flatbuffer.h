/* Flatbuffers, as little of them as a reader needs; every offset is checked against the buffer.
 * https://flatbuffers.dev/internals: a root is an offset to a table; a table starts with the
 * distance back to its list of fields; the list has its size, the table's size, then the place of
 * each field in the table, 0 for one that is not there. All numbers have their low bytes first. */
#ifndef SPIQE_DATA_FLATBUFFER_H
#define SPIQE_DATA_FLATBUFFER_H

#include <stddef.h>
#include <stdint.h>

typedef struct spiqe_flatbuffer {
  const uint8_t *bytes; /* borrowed, [size] */
  size_t size;
  size_t table;            /* where the root is */
  size_t fields, n_fields; /* where its list of fields is, and how many there are */
} spiqe_flatbuffer;

/* A buffer that must be named so ("EVTS", the four bytes behind the root's offset). Returns 0 when
 * it is not sound. */
int spiqe_flatbuffer_open(const uint8_t *bytes, size_t size, const char *identifier,
                          spiqe_flatbuffer *out);

/* A number of n bytes in field i, sign kept; `otherwise` when the field is not there. Returns 0
 * when it lies outside of the buffer. */
int spiqe_flatbuffer_number(const spiqe_flatbuffer *buffer, size_t i, size_t n, int64_t otherwise,
                            int64_t *out);

/* A list (or a text) in field i: *first, where its elements of element_size bytes are, and *n of
 * them; none when the field is not there. Returns 0 when it lies outside of the buffer. */
int spiqe_flatbuffer_list(const spiqe_flatbuffer *buffer, size_t i, size_t element_size,
                          size_t *first, size_t *n);

#endif
