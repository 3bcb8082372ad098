/* Array: numbers of one type in up to five dimensions, as the file formats hold them. */
#ifndef SPIQE_DATA_ARRAY_H
#define SPIQE_DATA_ARRAY_H

#include <stddef.h>
#include <stdint.h>

#include "data/stream.h"
#include "spiqe/dataset.h"

#define SPIQE_MOST_RANK (SPIQE_MOST_DIMENSIONS + 1) /* the first dimension counts samples */

/* How one element lies in a file. */
typedef enum spiqe_element_kind {
  SPIQE_ELEMENT_UNSIGNED,
  SPIQE_ELEMENT_SIGNED,
  SPIQE_ELEMENT_REAL,
  SPIQE_ELEMENT_FLAG
} spiqe_element_kind;

typedef struct spiqe_element {
  spiqe_element_kind kind;
  size_t size; /* bytes: 1, 2, 4, 8 */
  int is_big;  /* most significant byte first */
} spiqe_element;

/* Unsigned bytes stay bytes (a picture takes 1 byte a pixel); all else becomes float. */
typedef struct spiqe_array {
  size_t rank;
  size_t shape[SPIQE_MOST_RANK]; /* [rank] */
  size_t n_elements;             /* product of shape */
  uint8_t *bytes;                /* owned, [n_elements], or NULL */
  float *floats;                 /* owned, [n_elements], or NULL */
} spiqe_array;

/* Read the elements of an array whose rank and shape are set, then the end of the stream.
 * Fails: SPIQE_BAD_FORMAT (empty; more or fewer bytes than the shape needs; a real that is not
 * finite), SPIQE_LIMIT, SPIQE_NO_MEMORY. Allocates only what the stream can justify. */
spiqe_status spiqe_array_fill(spiqe_stream *stream, spiqe_element element, spiqe_array *array);
void spiqe_array_free(spiqe_array *array);

/* IDX (the format of MNIST: yann.lecun.com/exdb/mnist): 0 0 type rank, then the dimensions and the
 * elements, most significant byte first. */
spiqe_status spiqe_idx_read(spiqe_stream *stream, spiqe_array *out);

/* NumPy .npy, versions 1 to 3 (numpy.lib.format). spiqe_npy_header leaves the stream at the first
 * element. Fails: SPIQE_UNSUPPORTED (Fortran order, records, strings, complex). */
spiqe_status spiqe_npy_header(spiqe_stream *stream, spiqe_array *out, spiqe_element *element);
spiqe_status spiqe_npy_read(spiqe_stream *stream, spiqe_array *out);

/* First array of rank >= 2 of an .npz, a zip of .npy files stored or deflated. */
spiqe_status spiqe_npz_read(spiqe_context *ctx, const char *name, const uint8_t *bytes, size_t size,
                            spiqe_array *out);

/* Does the content alone tell an array: .npy, .npz, PNG? IDX starts with two bytes of 0, as a
 * recording may. */
int spiqe_array_is(const char *name, const uint8_t *bytes, size_t size);

/* The array in bytes by its content: IDX, .npy (each plain or gzip), .npz, PNG (shape 1, height,
 * width). */
spiqe_status spiqe_array_read(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                              size_t size, spiqe_array *out);

#endif
