/* Kernels of doubles in AVX-512 (F, BW, DQ, VL). */
#include "device/simd/planes64_avx512.h"

#define TABLE spiqe_avx512_f64
#include "device/simd/table64.inc"
