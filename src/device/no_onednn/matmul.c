/* A build without oneDNN: dense products are the reference's. */
#include "device/tables.h"

void spiqe_matmul_dense(const spiqe_matmul_args *args) {
  spiqe_reference_f32.matmul(args);
}

const char *spiqe_matmul_library_name(void) {
  return "no matrix library";
}
