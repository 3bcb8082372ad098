/* Kernels in AVX2 with FMA. */
#include "device/simd/planes_avx2.h"

#define TABLE spiqe_avx2_f32
#include "device/simd/table.inc"
