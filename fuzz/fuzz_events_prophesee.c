/* Any bytes taken for a file of Prophesee: a sound recording, or an error that names the file. */
#include "events_law.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  check_decoding("fuzz.raw", data, size);
  return 0;
}
