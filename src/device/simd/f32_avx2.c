#include "device/tables.h"
const spiqe_kernels spiqe_avx2_f32 = {0};
