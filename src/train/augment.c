/* Shifts and mirrors, one row of a picture after the other. */
#include "train/augment.h"

#include <math.h>
#include <string.h>

#include "core/fail.h"
#include "spiqe/random.h"

static int is_wanted(const spiqe_learn_settings *s) {
  return s->shift > 0 || s->flip;
}

spiqe_status spiqe_augment_check(spiqe_context *ctx, const spiqe_learn_settings *s,
                                 const spiqe_network *net) {
  const spiqe_encoding *step = &net->encoding;
  const size_t n = net->spec->n_dimensions;
  const char *option = s->shift > 0 ? "shift" : "flip";
  if (!is_wanted(s)) return SPIQE_OK;
  SPIQE_REQUIRE(ctx, !net->spec->encoder->takes_events, SPIQE_BAD_SHAPE,
                "train: %s: pictures are expected, [height, width] or [channels, height, width]; "
                "the samples are recordings of events",
                option);
  SPIQE_REQUIRE(ctx, step->height * step->width > 1, SPIQE_BAD_SHAPE,
                "train: %s: pictures are expected, [height, width] or [channels, height, width]; "
                "the samples have %zu dimension%s, of which the encoder '%s' makes steps of %zu "
                "numbers that have no place",
                option, n, n == 1 ? "" : "s", net->spec->encoder->name, step->n_units);
  return SPIQE_OK;
}

static void mirror(float *row, size_t width) {
  for (size_t i = 0, j = width; i + 1 < j; i++) {
    float kept = row[i];
    row[i] = row[--j];
    row[j] = kept;
  }
}

/* to: row of the picture that gets what is `right` places further left in `from`, which may be the
 * same row; NULL: nothing. */
static void move_row(const float *from, float *to, size_t width, ptrdiff_t right) {
  size_t gap = (size_t)(right < 0 ? -right : right);
  if (!from || gap >= width) {
    memset(to, 0, width * sizeof *to);
    return;
  }
  memmove(right > 0 ? to + gap : to, right > 0 ? from : from + gap, (width - gap) * sizeof *to);
  memset(right > 0 ? to : to + width - gap, 0, gap * sizeof *to);
}

/* Rows are written in an order in which none is read after it was written. */
static void move_plane(float *plane, size_t height, size_t width, ptrdiff_t down, ptrdiff_t right) {
  for (size_t i = 0; i < height; i++) {
    size_t to = down > 0 ? height - 1 - i : i;
    ptrdiff_t from = (ptrdiff_t)to - down;
    int is_inside = from >= 0 && from < (ptrdiff_t)height;
    move_row(is_inside ? plane + (size_t)from * width : NULL, plane + to * width, width, right);
  }
}

/* Uniform in -shift .. shift. */
static ptrdiff_t draw_shift(const uint32_t key[2], uint32_t sample, uint64_t which, size_t shift) {
  double u = spiqe_random_uniform(key, sample, which);
  return (ptrdiff_t)floor(u * (double)(2 * shift + 1)) - (ptrdiff_t)shift;
}

void spiqe_augment_picture(const spiqe_learn_settings *s, const spiqe_network *net,
                           const uint32_t key[2], uint32_t sample, float *values) {
  if (!is_wanted(s)) return;
  const size_t *side = net->spec->shape + net->spec->n_dimensions - 2;
  const size_t n = side[0] * side[1];
  const ptrdiff_t down = draw_shift(key, sample, 0, s->shift);
  const ptrdiff_t right = draw_shift(key, sample, 1, s->shift);
  const int is_mirrored = s->flip && spiqe_random_uniform(key, sample, 2) < 0.5;
  for (float *plane = values; plane < values + net->n_features; plane += n) {
    for (size_t y = 0; is_mirrored && y < side[0]; y++) mirror(plane + y * side[1], side[1]);
    move_plane(plane, side[0], side[1], down, right);
  }
}
