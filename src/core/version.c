/* Version of the library. */
#include "spiqe/version.h"

const char *spiqe_version(void) {
  return SPIQE_VERSION;
}
