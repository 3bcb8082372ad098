/* A build without oneDNN: dense products are the reference's. */
#include "device/libraries.h"
#include "device/tables.h"
#include "spiqe/version.h"

void spiqe_matmul_dense(const spiqe_matmul_args *args) {
  spiqe_reference_f32.matmul(args);
}

const char *spiqe_build_libraries(void) {
  return "no matrix library, " SPIQE_OTHER_LIBRARIES;
}
