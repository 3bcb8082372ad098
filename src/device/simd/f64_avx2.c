/* Kernels of doubles in AVX2 with FMA. */
#include "device/simd/planes64_avx2.h"

#define TABLE spiqe_avx2_f64
#include "device/simd/table64.inc"
