/* Single numbers in a buffer of either precision; for sizes of a population, not for kernels. */
#ifndef SPIQE_STAGE_VALUES_H
#define SPIQE_STAGE_VALUES_H

#include "device/device.h"

static inline double spiqe_value_get(const void *buffer, size_t i, spiqe_precision precision) {
  return precision == SPIQE_F64 ? ((const double *)buffer)[i] : (double)((const float *)buffer)[i];
}

static inline void spiqe_value_set(void *buffer, size_t i, spiqe_precision precision,
                                   double value) {
  if (precision == SPIQE_F64)
    ((double *)buffer)[i] = value;
  else
    ((float *)buffer)[i] = (float)value;
}

#endif
