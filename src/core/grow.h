/* Arrays that grow: capacity doubles, so that n additions cost O(n). */
#ifndef SPIQE_CORE_GROW_H
#define SPIQE_CORE_GROW_H

#include <stddef.h>

#include "spiqe/context.h"

/* Make room for n elements of element_size bytes in *data, which holds *capacity; what is new is
 * not set. Fails: SPIQE_NO_MEMORY (*data is then as it was). */
spiqe_status spiqe_grow(spiqe_context *ctx, void **data, size_t *capacity, size_t n,
                        size_t element_size);

#endif
