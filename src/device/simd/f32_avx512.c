/* Kernels in AVX-512 (F, BW, DQ, VL). */
#include "device/simd/planes_avx512.h"

#define TABLE spiqe_avx512_f32
#include "device/simd/table.inc"
