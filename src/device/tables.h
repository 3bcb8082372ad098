/* The tables that the folders of this device chain fill. */
#ifndef SPIQE_DEVICE_TABLES_H
#define SPIQE_DEVICE_TABLES_H

#include "device/kernels.h"

extern const spiqe_kernels spiqe_reference_f32, spiqe_reference_f64;
extern const spiqe_kernels spiqe_avx2_f32, spiqe_avx512_f32;
extern const spiqe_kernels spiqe_avx2_f64, spiqe_avx512_f64;

/* Dense matrix product of floats: by a library in onednn/, by the reference in no_onednn/. The
 * tables from avx2 on use it for all that is not sparse. */
void spiqe_matmul_dense(const spiqe_matmul_args *args);

#endif
