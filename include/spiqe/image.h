/* Pictures in and out: PNG, 8 bits. */
#ifndef SPIQE_IMAGE_H
#define SPIQE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Read a PNG as grey (colour by ITU-R BT.709 luma, transparent parts over black). *pixels: owned by
 * the caller (free), [height][width]. Fails: SPIQE_BAD_FORMAT, SPIQE_LIMIT (more than 2^26 pixels),
 * SPIQE_FILE, SPIQE_NOT_FOUND, SPIQE_NO_MEMORY. */
spiqe_status spiqe_png_read(spiqe_context *ctx, const char *path, uint8_t **pixels, size_t *width,
                            size_t *height);

/* Write pixels [height][width][n_channels], n_channels 1 (grey) or 3 (RGB), to a PNG file. */
spiqe_status spiqe_png_write(spiqe_context *ctx, const char *path, const uint8_t *pixels,
                             size_t width, size_t height, size_t n_channels);

/* The same to memory: *png owned by the caller (free), *size bytes. */
spiqe_status spiqe_png_encode(spiqe_context *ctx, const uint8_t *pixels, size_t width,
                              size_t height, size_t n_channels, uint8_t **png, size_t *size);

#ifdef __cplusplus
}
#endif
#endif
