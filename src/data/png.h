/* PNG in memory, for readers that hold the file already. */
#ifndef SPIQE_DATA_PNG_H
#define SPIQE_DATA_PNG_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/image.h"

#define SPIQE_MOST_PIXELS ((size_t)1 << 26)

/* As spiqe_png_read, from bytes: [size]; name is for messages. */
spiqe_status spiqe_png_decode(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                              size_t size, uint8_t **pixels, size_t *width, size_t *height);

#endif
