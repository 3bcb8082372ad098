/* The context as the library sees it. Owns its message; the kernel tables are static. */
#ifndef SPIQE_CORE_CONTEXT_H
#define SPIQE_CORE_CONTEXT_H

#include "spiqe/context.h"

#define SPIQE_MESSAGE_SIZE 1024

struct spiqe_device; /* src/device/device.h */

struct spiqe_context {
  size_t n_threads;
  struct spiqe_pool *pool;           /* owned; NULL for one thread (src/core/threads.h) */
  const struct spiqe_device *device; /* static */
  char message[SPIQE_MESSAGE_SIZE];
};

#endif
