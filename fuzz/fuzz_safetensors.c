/* Property: any bytes give tensors that cover the data without holes, or a message that names the
 * file. The first byte chooses: 0 gives the rest as a file, else the rest is a header whose length
 * is right, so that the search does not have to guess it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint/safetensors.h"
#include "core/context.h"

#define N_DATA 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const spiqe_tensor_file *file, const uint8_t *bytes, size_t size) {
  const uint8_t *next = file->n_tensors ? file->tensors[0].data : bytes + size;
  for (size_t i = 0; i < file->n_tensors; i++) {
    const spiqe_tensor *t = &file->tensors[i];
    size_t expected = spiqe_tensor_type_size(t->type);
    for (size_t d = 0; d < t->n_dimensions; d++) expected *= t->shape[d];
    if (t->data != next || t->size != expected) abort();
    if (!spiqe_tensors_find(file, t->name)) abort();
    next += t->size;
  }
  if (next != bytes + size) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct spiqe_context context = {0};
  spiqe_tensor_file file;
  if (size < 1) return 0;
  int whole = data[0] == 0;
  uint64_t length = size - 1;
  size_t n = whole ? size - 1 : 8 + size - 1 + N_DATA;
  uint8_t *bytes = calloc(n + 1, 1);
  if (!whole) memcpy(bytes, &length, 8);
  memcpy(bytes + (whole ? 0 : 8), data + 1, size - 1);
  spiqe_status status = spiqe_tensors_parse(&context, "f", bytes, n, &file);
  if (status == SPIQE_OK) check(&file, bytes, n);
  if (status != SPIQE_OK && strncmp(context.message, "f: ", 3) != 0) abort();
  spiqe_tensors_destroy(&file);
  free(bytes);
  return 0;
}
