/* Pooling: of each window of size x size places, and of each channel and plane by itself, the
 * largest number or the mean. Windows that do not fit are left out (PyTorch's ceil_mode=False).
 * The gradient of a largest number goes to its place; of equal ones the first in order of rows and
 * columns has it. */
#ifndef SPIQE_SYNAPSE_POOL_H
#define SPIQE_SYNAPSE_POOL_H

#include "stage/stage.h"

typedef struct spiqe_pool_settings {
  size_t size, stride; /* places; stride 0: as size */
} spiqe_pool_settings;

extern const spiqe_stage_kind spiqe_maxpool, spiqe_avgpool;

#endif
