/* Any bytes taken for .npy: an array with all its elements, or an error that names the file. */
#include "array_law.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  spiqe_context ctx = {.n_threads = 1};
  spiqe_stream stream;
  spiqe_array array;
  if (spiqe_stream_open(&ctx, "fuzz", data, size, &stream) != SPIQE_OK) abort();
  check_array(&ctx, spiqe_npy_read(&stream, &array), &array);
  spiqe_stream_close(&stream);
  spiqe_array_free(&array);
  return 0;
}
