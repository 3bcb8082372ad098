/* Small grey pictures inside the page: PNG in a data address, which is far smaller than a rectangle
 * for each pixel. */
#include <math.h>
#include <stdlib.h>

#include "core/fail.h"
#include "report/chart.h"
#include "report/markup.h"
#include "spiqe/image.h"

#define MOST_PIXELS ((size_t)1 << 22)

static double largest(const float *values, size_t n) {
  double most = 0;
  for (size_t i = 0; i < n; i++)
    if (isfinite(values[i])) most = fmax(most, fabs(values[i]));
  return most;
}

/* Signed: zero is middle grey, the largest magnitude is black or white. A value that is not a
 * number is black. */
static void fill_pixels(const spiqe_picture *picture, double scale, uint8_t *pixels) {
  for (size_t i = 0; i < picture->width * picture->height; i++) {
    double value = picture->values[i];
    if (picture->is_signed) value = scale > 0 ? 0.5 + 0.5 * value / scale : 0.5;
    pixels[i] = isnan(value) ? 0 : (uint8_t)lround(255 * fmin(fmax(value, 0), 1));
  }
}

static void add_figure(spiqe_text *text, const spiqe_picture *picture, double scale,
                       const uint8_t *png, size_t size) {
  spiqe_text_add(text, "<figure><img width=\"%zu\" height=\"%zu\" alt=\"", picture->width,
                 picture->height);
  spiqe_markup_text(text, picture->caption);
  spiqe_text_add(text, "\" src=\"data:image/png;base64,");
  spiqe_markup_base64(text, png, size);
  spiqe_text_add(text, "\"><figcaption>");
  spiqe_markup_text(text, picture->caption);
  if (picture->is_signed) {
    spiqe_text_add(text, "<small>\u00b1");
    spiqe_markup_number(text, scale, 2);
    spiqe_text_add(text, "</small>");
  }
  spiqe_text_add(text, "</figcaption></figure>\n");
}

static spiqe_status add_picture(spiqe_context *ctx, spiqe_text *text,
                                const spiqe_picture *picture) {
  size_t width = picture->width, height = picture->height, size;
  uint8_t *png = NULL;
  if (!picture->values || !width || !height) return SPIQE_OK;
  SPIQE_REQUIRE(ctx, width <= MOST_PIXELS / height, SPIQE_LIMIT,
                "a picture of %zu x %zu pixels is too large for the page", width, height);
  uint8_t *pixels = malloc(width * height);
  SPIQE_REQUIRE(ctx, pixels, SPIQE_NO_MEMORY, "no memory for %zu pixels", width * height);
  double scale = largest(picture->values, width * height);
  fill_pixels(picture, scale, pixels);
  spiqe_status status = spiqe_png_encode(ctx, pixels, width, height, 1, &png, &size);
  if (status == SPIQE_OK) add_figure(text, picture, scale, png, size);
  free(png);
  free(pixels);
  return status;
}

spiqe_status spiqe_pictures_add(spiqe_context *ctx, spiqe_text *text, const spiqe_picture *pictures,
                                size_t n) {
  spiqe_text_add(text, "<div class=\"pictures\">\n");
  for (size_t i = 0; i < n; i++) SPIQE_TRY(add_picture(ctx, text, &pictures[i]));
  spiqe_text_add(text, "</div>\n");
  return SPIQE_OK;
}
