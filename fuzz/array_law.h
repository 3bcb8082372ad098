/* What must hold of every array that was read, and of every failure to read one. */
#ifndef SPIQE_FUZZ_ARRAY_LAW_H
#define SPIQE_FUZZ_ARRAY_LAW_H

#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "data/array.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Touches every element: the sanitizer knows where the block ends. */
static inline void check_elements(const spiqe_array *array) {
  size_t n = 1;
  double sum = 0;
  for (size_t i = 0; i < array->rank; i++) n *= array->shape[i];
  if (n != array->n_elements || !array->bytes == !array->floats) abort();
  for (size_t i = 0; i < n; i++) sum += array->bytes ? array->bytes[i] : array->floats[i];
  if (sum != sum) abort();
}

/* Success gives all elements; failure gives none, and a message that names the file. */
static inline void check_array(const spiqe_context *ctx, spiqe_status status,
                               const spiqe_array *array) {
  if (status == SPIQE_OK)
    check_elements(array);
  else if (array->bytes || array->floats || !strstr(ctx->message, "fuzz"))
    abort();
}

#endif
