/* Devices: named tables of kernels, each inheriting from the one before it. */
#ifndef SPIQE_DEVICE_DEVICE_H
#define SPIQE_DEVICE_DEVICE_H

#include "device/kernels.h"
#include "spiqe/context.h"

typedef enum spiqe_precision { SPIQE_F32, SPIQE_F64, SPIQE_N_PRECISIONS } spiqe_precision;

typedef struct spiqe_device {
  const char *name;
  int (*usable)(void);                              /* 1: this processor runs it */
  const spiqe_kernels *kernels[SPIQE_N_PRECISIONS]; /* static; NULL: all inherited */
} spiqe_device;

/* The kernels of a context's device with every entry filled. Static, made once per process. */
const spiqe_kernels *spiqe_device_kernels(const spiqe_context *ctx, spiqe_precision precision);

/* Bytes of a number. */
size_t spiqe_precision_size(spiqe_precision precision);

/* The device with that name, "auto" for the fastest usable one; NULL when there is none. */
const spiqe_device *spiqe_device_find(const char *name);

#endif
