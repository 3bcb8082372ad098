/* spiqe data show NAME: a sheet of pictures, a row for each class, a column for each of its first
 * samples. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define GAP 2 /* pixels between pictures */

/* Height and width of a sample's picture: the last two axes. A recording is the number of its
 * events at each place. */
static int find_size(const spiqe_samples *samples, size_t *height, size_t *width) {
  const size_t n = samples->n_dimensions, n_pictures = samples->events ? 3 : 2;
  if (n != n_pictures || !samples->labels) return 0;
  *height = samples->shape[n - 2];
  *width = samples->shape[n - 1];
  return *height > 1 && *width > 1;
}

/* values: [height][width], 0 to 1. A recording's largest number of events is 1. */
static void fill(const spiqe_samples *samples, size_t sample, size_t n, size_t width,
                 float *values) {
  const size_t first = sample * samples->n_features;
  float most = 1;
  memset(values, 0, n * sizeof *values);
  if (!samples->events) {
    for (size_t i = 0; i < n; i++)
      values[i] =
          samples->bytes ? (float)samples->bytes[first + i] / 255 : samples->floats[first + i];
    return;
  }
  for (size_t k = samples->first_event[sample]; k < samples->first_event[sample + 1]; k++)
    values[samples->events[k].y * width + samples->events[k].x]++;
  for (size_t i = 0; i < n; i++) most = fmaxf(most, values[i]);
  for (size_t i = 0; i < n; i++) values[i] /= most;
}

static void paste(const float *values, size_t height, size_t width, size_t row, size_t column,
                  cli_sheet *out) {
  uint8_t *to =
      out->pixels + (GAP + row * (height + GAP)) * out->width + GAP + column * (width + GAP);
  for (size_t i = 0; i < height * width; i++)
    to[i / width * out->width + i % width] = (uint8_t)lrintf(255 * fminf(fmaxf(values[i], 0), 1));
  out->n_pictures++;
}

int cli_sheet_draw(const spiqe_samples *samples, size_t per_class, cli_sheet *out) {
  size_t height, width;
  *out = (cli_sheet){0};
  if (!find_size(samples, &height, &width)) return 0;
  size_t *used = calloc(samples->n_classes, sizeof *used);
  float *values = calloc(height * width, sizeof *values);
  out->width = GAP + per_class * (width + GAP);
  out->height = GAP + samples->n_classes * (height + GAP);
  out->pixels = calloc(out->height, out->width);
  if (used && values && out->pixels) {
    memset(out->pixels, 64, out->height * out->width); /* so that dark pictures have an edge */
    for (size_t i = 0; i < samples->n_samples; i++) {
      if (used[samples->labels[i]] == per_class) continue;
      fill(samples, i, height * width, width, values);
      paste(values, height, width, samples->labels[i], used[samples->labels[i]]++, out);
    }
  }
  free(used);
  free(values);
  return 1;
}
