/* Any bytes, their format told by their content (IDX, .npy, gzip of these, .npz, PNG): an array
 * with all its elements, or an error that names the file. */
#include "array_law.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  spiqe_context ctx = {.n_threads = 1};
  spiqe_array array;
  check_array(&ctx, spiqe_array_read(&ctx, "fuzz", data, size, &array), &array);
  spiqe_array_free(&array);
  return 0;
}
