/* The pen: a smooth curve becomes short segments, each darkens the pixels near it. */
#include <math.h>

#include "data/digits.h"

#define PIECES 6 /* segments between two points: about a pixel and a half each */

static float least(float a, float b) {
  return a < b ? a : b;
}

static float most(float a, float b) {
  return a > b ? a : b;
}

/* Catmull and Rom (1974): the curve from p1 to p2 at t in [0, 1] with neighbours p0 and p3. */
static float blend(float p0, float p1, float p2, float p3, float t) {
  return p1 + 0.5f * t *
                  (p2 - p0 +
                   t * (2.0f * p0 - 5.0f * p1 + 4.0f * p2 - p3 + t * (3.0f * (p1 - p2) + p3 - p0)));
}

static spiqe_point point_at(const spiqe_stroke *stroke, size_t i, float t) {
  const spiqe_point *p = stroke->points;
  size_t last = stroke->n_points - 1;
  const spiqe_point p0 = p[i ? i - 1 : 0], p1 = p[i], p2 = p[i + 1];
  const spiqe_point p3 = p[i + 2 <= last ? i + 2 : last];
  return (spiqe_point){blend(p0.x, p1.x, p2.x, p3.x, t), blend(p0.y, p1.y, p2.y, p3.y, t)};
}

/* Distance of (x, y) from the segment a b; over_square = 1 / |b - a|^2. */
static float distance(spiqe_point a, spiqe_point b, float over_square, float x, float y) {
  float dx = b.x - a.x, dy = b.y - a.y;
  float t = ((x - a.x) * dx + (y - a.y) * dy) * over_square;
  t = least(most(t, 0.0f), 1.0f);
  float ex = x - a.x - t * dx, ey = y - a.y - t * dy;
  return sqrtf(ex * ex + ey * ey);
}

/* First pixel of a range that starts at `low`, kept on the picture. */
static int clip(float low) {
  return (int)least(most(low, 0.0f), SPIQE_DIGIT_SIDE - 1.0f);
}

/* Pixel (column, row) has its centre at (column + 0.5, row + 0.5). */
static void draw_segment(const spiqe_pen *pen, float half_width, spiqe_point a, spiqe_point b,
                         float *ink) {
  float reach = half_width + 0.5f * pen->softness, dx = b.x - a.x, dy = b.y - a.y;
  float square = dx * dx + dy * dy, over_square = square > 1e-12f ? 1.0f / square : 0.0f;
  int left = clip(least(a.x, b.x) - reach - 0.5f), right = clip(most(a.x, b.x) + reach);
  int top = clip(least(a.y, b.y) - reach - 0.5f), bottom = clip(most(a.y, b.y) + reach);
  for (int row = top; row <= bottom; row++)
    for (int column = left; column <= right; column++) {
      float d = distance(a, b, over_square, (float)column + 0.5f, (float)row + 0.5f);
      float cover = least((half_width - d) / pen->softness + 0.5f, 1.0f);
      float *pixel = ink + row * SPIQE_DIGIT_SIDE + column;
      *pixel = most(*pixel, cover);
    }
}

void spiqe_pen_draw(const spiqe_pen *pen, const spiqe_stroke *stroke, float *ink) {
  size_t n = (stroke->n_points - 1) * PIECES;
  spiqe_point from = stroke->points[0];
  for (size_t i = 0; i < n; i++) {
    float along = ((float)i + 0.5f) / (float)n - 0.5f;
    spiqe_point to = point_at(stroke, i / PIECES, (float)(i % PIECES + 1) / PIECES);
    draw_segment(pen, pen->half_width * (1.0f + pen->pressure * along), from, to, ink);
    from = to;
  }
}
