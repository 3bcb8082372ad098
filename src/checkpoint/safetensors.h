/* safetensors: named arrays and a map of texts in one file, as the Python package `safetensors`
 * reads and writes it. Bytes of a file: the length of the header (64 bits, little-endian); the
 * header, a JSON object of {"name": {"dtype", "shape", "data_offsets"}} and "__metadata__"; the
 * data, without holes. Format: huggingface.co/docs/safetensors. */
#ifndef SPIQE_CHECKPOINT_SAFETENSORS_H
#define SPIQE_CHECKPOINT_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

typedef enum spiqe_tensor_type {
  SPIQE_TENSOR_F32,
  SPIQE_TENSOR_F64,
  SPIQE_TENSOR_U8,
  SPIQE_TENSOR_U32,
  SPIQE_TENSOR_I64,
  SPIQE_TENSOR_U64,
  SPIQE_TENSOR_I32,
  SPIQE_TENSOR_BOOL,
  SPIQE_TENSOR_I8,
  SPIQE_TENSOR_I16,
  SPIQE_TENSOR_U16,
  SPIQE_TENSOR_F16,
  SPIQE_TENSOR_BF16,
  SPIQE_N_TENSOR_TYPES
} spiqe_tensor_type;

/* Name in the file ("F32") and bytes of one element. */
const char *spiqe_tensor_type_name(spiqe_tensor_type type);
size_t spiqe_tensor_type_size(spiqe_tensor_type type);

#define SPIQE_TENSOR_NAME_SIZE 128 /* with the closing zero */
#define SPIQE_TENSOR_MOST_DIMENSIONS 8

typedef struct spiqe_tensor {
  char name[SPIQE_TENSOR_NAME_SIZE]; /* UTF-8, not empty */
  spiqe_tensor_type type;
  size_t n_dimensions; /* 0: a single number */
  size_t shape[SPIQE_TENSOR_MOST_DIMENSIONS];
  const void *data; /* borrowed, [size], row-major, little-endian; of a file that was read it may be
                     * unaligned: copy it out */
  size_t size;      /* bytes: the product of shape times the bytes of the type */
} spiqe_tensor;

typedef struct spiqe_tensor_text {
  const char *key, *value; /* borrowed, UTF-8 */
} spiqe_tensor_text;

/* Limits, so that a hostile header costs no more than its size justifies; a file that would break
 * them is not written either. */
#define SPIQE_TENSORS_MOST_HEADER ((size_t)16 << 20) /* bytes */
#define SPIQE_TENSORS_MOST_VALUES ((size_t)1 << 18)  /* JSON values in a header */

/* Write tensors and texts to path, whole or not at all (spiqe_file_write). The same arguments give
 * the same bytes: order is kept. The data begins at a multiple of 64 bytes.
 * Fails: SPIQE_BAD_SHAPE (size is not that of shape), SPIQE_BAD_ARGUMENT (a name that is empty,
 * reserved or given twice, text that is not UTF-8), SPIQE_LIMIT, SPIQE_NO_MEMORY, SPIQE_FILE. */
spiqe_status spiqe_tensors_write(spiqe_context *ctx, const char *path, const spiqe_tensor *tensors,
                                 size_t n_tensors, const spiqe_tensor_text *texts, size_t n_texts);

/* A file in memory. */
typedef struct spiqe_tensor_file {
  uint8_t *bytes;        /* owned; NULL after spiqe_tensors_parse, where the caller owns them */
  spiqe_tensor *tensors; /* owned, [n_tensors], in the order of their data */
  size_t n_tensors;
  struct cJSON *header; /* owned */
} spiqe_tensor_file;

/* Read a file of at most limit bytes. *out: destroyed by the caller, empty on failure.
 * Fails: SPIQE_BAD_FORMAT (names the file, the place and what was expected), SPIQE_LIMIT,
 * SPIQE_NO_MEMORY, and as spiqe_file_read. */
spiqe_status spiqe_tensors_read(spiqe_context *ctx, const char *path, size_t limit,
                                spiqe_tensor_file *out);

/* The same for bytes[size] in memory, which must outlive *out; name goes into messages. */
spiqe_status spiqe_tensors_parse(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                                 size_t size, spiqe_tensor_file *out);
void spiqe_tensors_destroy(spiqe_tensor_file *file);

/* A tensor by name, and a text of __metadata__ by key; NULL when absent. Borrowed from file. */
const spiqe_tensor *spiqe_tensors_find(const spiqe_tensor_file *file, const char *name);
const char *spiqe_tensors_text(const spiqe_tensor_file *file, const char *key);

/* Copy the n elements of a tensor to out. Fails: SPIQE_NOT_FOUND (no such name), SPIQE_BAD_SHAPE
 * (another type or number of elements). The message does not name the file: the caller adds it. */
spiqe_status spiqe_tensors_copy(spiqe_context *ctx, const spiqe_tensor_file *file, const char *name,
                                spiqe_tensor_type type, size_t n, void *out);

#endif
