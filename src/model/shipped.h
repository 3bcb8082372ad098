/* Table made by cmake/embed_models.cmake from models/NAME.yaml. */
#ifndef SPIQE_MODEL_SHIPPED_H
#define SPIQE_MODEL_SHIPPED_H

#include <stddef.h>

typedef struct spiqe_shipped_model {
  const char *name, *summary, *text; /* static */
} spiqe_shipped_model;

extern const spiqe_shipped_model spiqe_shipped_models[];
extern const size_t spiqe_n_shipped_models;

#endif
