/* Table made by cmake/embed.cmake from models/NAME.yaml. */
#ifndef SPIQE_MODEL_SHIPPED_H
#define SPIQE_MODEL_SHIPPED_H

#include "core/shipped.h"

extern const spiqe_shipped spiqe_shipped_models[];
extern const size_t spiqe_n_shipped_models;

#endif
