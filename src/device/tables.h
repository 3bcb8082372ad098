/* The tables that the folders of this device chain fill. */
#ifndef SPIQE_DEVICE_TABLES_H
#define SPIQE_DEVICE_TABLES_H

#include "device/kernels.h"

extern const spiqe_kernels spiqe_reference_f32, spiqe_reference_f64;
extern const spiqe_kernels spiqe_avx2_f32, spiqe_avx512_f32;

/* Matrix products by a library: onednn/, or no_onednn/ whose table is empty. */
extern const spiqe_kernels spiqe_matmul_library_f32;

/* The library's name and version for `spiqe info`. */
const char *spiqe_matmul_library_name(void);

#endif
