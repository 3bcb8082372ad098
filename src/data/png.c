/* PNG by libpng's simplified interface, which neither prints nor jumps. */
#include "data/png.h"

#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "core/fail.h"
#include "core/file.h"
#include "data/format.h"
#include "data/stream.h"

#define SIGNATURE_SIZE 8

static size_t load_size(const uint8_t *raw) {
  return (size_t)raw[0] << 24 | (size_t)raw[1] << 16 | (size_t)raw[2] << 8 | raw[3];
}

/* Walk the chunks: [length 4][type 4][data][checksum 4]. libpng stops reading before IEND, so a
 * file that is cut off there would pass it. */
static spiqe_status check_chunks(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                                 size_t size) {
  const size_t frame = 12;
  SPIQE_REQUIRE(ctx, size > SIGNATURE_SIZE && png_sig_cmp(bytes, 0, SIGNATURE_SIZE) == 0,
                SPIQE_BAD_FORMAT, "%s: does not start with the PNG signature", name);
  for (size_t at = SIGNATURE_SIZE;;) {
    SPIQE_REQUIRE(ctx, size - at >= frame && load_size(bytes + at) <= size - at - frame,
                  SPIQE_BAD_FORMAT, "%s: ends at byte %zu inside the PNG chunk at byte %zu", name,
                  size, at);
    if (memcmp(bytes + at + 4, "IEND", 4) == 0) return SPIQE_OK;
    at += load_size(bytes + at) + frame;
  }
}

/* The picture's size must be within the limit, and be one that the file can pack. */
static spiqe_status check_size(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                               size_t size) {
  static const uint8_t channels[7] = {1, 0, 3, 1, 2, 0, 4}; /* by colour type */
  const uint8_t *header = bytes + SIGNATURE_SIZE;
  SPIQE_REQUIRE(ctx, load_size(header) == 13 && memcmp(header + 4, "IHDR", 4) == 0,
                SPIQE_BAD_FORMAT, "%s: the first PNG chunk is not IHDR of 13 bytes", name);
  size_t width = load_size(header + 8), height = load_size(header + 12);
  unsigned depth = header[16], colour = header[17];
  SPIQE_REQUIRE(ctx, width && height && depth && depth <= 16 && colour <= 6 && channels[colour],
                SPIQE_BAD_FORMAT, "%s: IHDR at byte 16 gives %zu x %zu, depth %u, colour type %u",
                name, width, height, depth, colour);
  SPIQE_REQUIRE(ctx, width <= SPIQE_MOST_PIXELS / height, SPIQE_LIMIT,
                "%s: %zu x %zu pixels, but at most 2^26 are read", name, width, height);
  uint64_t needed = (uint64_t)width * height * depth * channels[colour] / 8;
  SPIQE_REQUIRE(ctx, needed <= spiqe_stream_bound(size), SPIQE_BAD_FORMAT,
                "%s: IHDR at byte 16 asks for %zu x %zu pixels, more than %zu bytes can pack", name,
                width, height, size);
  return SPIQE_OK;
}

/* Luma of ITU-R BT.709, times alpha: in 1/10000 and rounded. In place: 4 bytes become 1. */
static void make_grey(uint8_t *pixels, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const uint8_t *p = pixels + 4 * i;
    uint32_t luma = 2126u * p[0] + 7152u * p[1] + 722u * p[2];
    pixels[i] = (uint8_t)((luma * (uint64_t)p[3] + 5000u * 255u) / (10000u * 255u));
  }
}

static spiqe_status decode(spiqe_context *ctx, const char *name, png_image *image,
                           uint8_t **pixels) {
  int is_grey = !(image->format & (PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA));
  image->format = is_grey ? PNG_FORMAT_GRAY : PNG_FORMAT_RGBA;
  image->flags |= PNG_IMAGE_FLAG_16BIT_sRGB; /* else libpng takes 16 bits for linear light */
  size_t n = (size_t)image->width * image->height;
  uint8_t *out = malloc(PNG_IMAGE_SIZE(*image));
  SPIQE_REQUIRE(ctx, out, SPIQE_NO_MEMORY, "%s: no memory for %zu pixels", name, n);
  if (!png_image_finish_read(image, NULL, out, 0, NULL)) {
    free(out);
    return spiqe_fail(ctx, SPIQE_BAD_FORMAT, "%s: damaged PNG: %s", name, image->message);
  }
  if (!is_grey) {
    make_grey(out, n);
    uint8_t *smaller = realloc(out, n);
    if (smaller) out = smaller;
  }
  *pixels = out;
  return SPIQE_OK;
}

spiqe_status spiqe_png_decode(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                              size_t size, uint8_t **pixels, size_t *width, size_t *height) {
  png_image image = {.version = PNG_IMAGE_VERSION};
  *pixels = NULL;
  *width = *height = 0;
  SPIQE_TRY(check_chunks(ctx, name, bytes, size));
  SPIQE_TRY(check_size(ctx, name, bytes, size));
  SPIQE_REQUIRE(ctx, png_image_begin_read_from_memory(&image, bytes, size), SPIQE_BAD_FORMAT,
                "%s: damaged PNG: %s", name, image.message);
  spiqe_status status = decode(ctx, name, &image, pixels);
  if (status == SPIQE_OK) {
    *width = image.width;
    *height = image.height;
  }
  png_image_free(&image);
  return status;
}

spiqe_status spiqe_png_read(spiqe_context *ctx, const char *path, uint8_t **pixels, size_t *width,
                            size_t *height) {
  uint8_t *bytes;
  size_t size;
  *pixels = NULL;
  *width = *height = 0;
  SPIQE_TRY(spiqe_file_read(ctx, path, SPIQE_MOST_FILE, &bytes, &size));
  spiqe_status status = spiqe_png_decode(ctx, path, bytes, size, pixels, width, height);
  free(bytes);
  return status;
}

spiqe_status spiqe_png_encode(spiqe_context *ctx, const uint8_t *pixels, size_t width,
                              size_t height, size_t n_channels, uint8_t **png, size_t *size) {
  *png = NULL;
  *size = 0;
  SPIQE_REQUIRE(ctx, n_channels == 1 || n_channels == 3, SPIQE_BAD_ARGUMENT,
                "%zu channels, but a picture is written with 1 or 3", n_channels);
  SPIQE_REQUIRE(ctx, width && height && width <= SPIQE_MOST_PIXELS / height, SPIQE_BAD_ARGUMENT,
                "a picture of %zu x %zu pixels; 1 to 2^26 pixels are written", width, height);
  png_image image = {.version = PNG_IMAGE_VERSION,
                     .width = (png_uint_32)width,
                     .height = (png_uint_32)height,
                     .format = n_channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB};
  png_alloc_size_t n = PNG_IMAGE_PNG_SIZE_MAX(image);
  uint8_t *out = malloc(n);
  SPIQE_REQUIRE(ctx, out, SPIQE_NO_MEMORY, "no memory for a PNG of %zu x %zu", width, height);
  if (!png_image_write_to_memory(&image, out, &n, 0, pixels, 0, NULL)) {
    free(out);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "cannot make a PNG: %s", image.message);
  }
  uint8_t *smaller = realloc(out, n);
  *png = smaller ? smaller : out;
  *size = n;
  return SPIQE_OK;
}

spiqe_status spiqe_png_write(spiqe_context *ctx, const char *path, const uint8_t *pixels,
                             size_t width, size_t height, size_t n_channels) {
  spiqe_span span = {0};
  uint8_t *png;
  SPIQE_TRY(spiqe_png_encode(ctx, pixels, width, height, n_channels, &png, &span.size));
  span.data = png;
  spiqe_status status = spiqe_file_write(ctx, path, &span, 1);
  free(png);
  return status;
}

/* One picture is one sample. */
static spiqe_status read_png(spiqe_context *ctx, const char *name, const uint8_t *bytes,
                             size_t size, spiqe_array *out) {
  size_t width, height;
  *out = (spiqe_array){0};
  SPIQE_TRY(spiqe_png_decode(ctx, name, bytes, size, &out->bytes, &width, &height));
  out->rank = 3;
  out->shape[0] = 1;
  out->shape[1] = height;
  out->shape[2] = width;
  out->n_elements = width * height;
  return SPIQE_OK;
}

const spiqe_format spiqe_format_png = {"PNG", {0x89, 'P', 'N', 'G'}, 4, NULL, read_png};
