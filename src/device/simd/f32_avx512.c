#include "device/tables.h"
const spiqe_kernels spiqe_avx512_f32 = {0};
