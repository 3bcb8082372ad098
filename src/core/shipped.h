/* A description that comes with the library: FOLDER/NAME.yaml, embedded by cmake/embed.cmake. */
#ifndef SPIQE_CORE_SHIPPED_H
#define SPIQE_CORE_SHIPPED_H

#include <stddef.h>

typedef struct spiqe_shipped {
  const char *name, *summary, *text; /* static */
} spiqe_shipped;

#endif
