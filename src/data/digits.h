/* The built-in digits: strokes of a pen, bent, turned, shifted and drawn at random. Only sums,
 * products, quotients and square roots are used, which IEEE 754 rounds in one way, so that the same
 * seed gives the same bytes on every machine and with any number of threads. */
#ifndef SPIQE_DATA_DIGITS_H
#define SPIQE_DATA_DIGITS_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/dataset.h"

#define SPIQE_DIGIT_SIDE 28
#define SPIQE_MOST_STROKES 4
#define SPIQE_MOST_POINTS 14

typedef struct spiqe_point {
  float x, y;
} spiqe_point;

/* A stroke: a smooth curve through its points. x to the right, y down, the digit fills [0, 1]^2. */
typedef struct spiqe_stroke {
  size_t n_points;
  spiqe_point points[SPIQE_MOST_POINTS];
} spiqe_stroke;

/* One way of writing a digit. */
typedef struct spiqe_shape {
  size_t n_strokes;
  spiqe_stroke strokes[SPIQE_MOST_STROKES];
} spiqe_shape;

/* Styles of a digit 0 to 9: *n of them, static. */
const spiqe_shape *spiqe_digit_shapes(size_t digit, size_t *n);

/* The pen: half width and softness of the edge in pixels; pressure is how much the half width
 * changes from the first to the last point of a stroke, as a part of it. */
typedef struct spiqe_pen {
  float half_width, softness, pressure;
} spiqe_pen;

/* Draw the curve through the points of a stroke, given in pixels. ink: [28][28], 0 to 1, in and
 * out; the darker of old and new stays. */
void spiqe_pen_draw(const spiqe_pen *pen, const spiqe_stroke *stroke, float *ink);

/* Make n samples of a part: as many of each digit as of any other (n a multiple of 10), in random
 * order. Both parts come from the same distribution. out: filled, its arrays owned by the caller.
 * Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_digits_make(spiqe_context *ctx, uint64_t seed, spiqe_split split, size_t n,
                               spiqe_samples *out);

#endif
