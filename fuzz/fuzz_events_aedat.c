/* Any bytes taken for AEDAT 2.0 or 3.1: a sound recording, or an error that names the file. */
#include "events_law.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  check_decoding("fuzz.aedat", data, size);
  return 0;
}
