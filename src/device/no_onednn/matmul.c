/* A build without oneDNN: the table is empty, so the reference product is inherited. */
#include "device/tables.h"

const spiqe_kernels spiqe_matmul_library_f32 = {0};

const char *spiqe_matmul_library_name(void) {
  return "no matrix library";
}
