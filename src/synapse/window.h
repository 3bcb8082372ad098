/* A square window that moves over places: what convolution and pooling share. Window (y, x) begins
 * at place (y stride - padding, x stride - padding); windows that do not fit are left out. */
#ifndef SPIQE_SYNAPSE_WINDOW_H
#define SPIQE_SYNAPSE_WINDOW_H

#include "stage/stage.h"

typedef struct spiqe_window {
  size_t size, stride, padding;
  size_t height, width, channels; /* of the input */
  size_t out_height, out_width;
} spiqe_window;

/* Over a signal of that shape. what: "kernel" or "window", for the message. Fails: SPIQE_BAD_SHAPE
 * when it does not fit, naming the stage. */
spiqe_status spiqe_window_check(spiqe_context *ctx, const spiqe_stage *stage, const char *what,
                                const spiqe_window *window);

/* The window of size, stride and padding over the places of a signal; out_height and out_width are
 * 0 where it does not fit. */
spiqe_window spiqe_window_over(const spiqe_signal *in, size_t size, size_t stride, size_t padding);

/* First offset within window `at` that lies on one of n places, and how many do. */
static inline size_t spiqe_window_inside(const spiqe_window *window, size_t at, size_t n,
                                         size_t *first) {
  size_t begin = at * window->stride, padding = window->padding;
  *first = begin < padding ? padding - begin : 0;
  if (begin >= padding + n) return 0;
  size_t end = begin + window->size > padding + n ? padding + n - begin : window->size;
  return end > *first ? end - *first : 0;
}

/* The numbers under row i of the window at place (y, x): `begin` of them, in [0, size * channels),
 * are outside on the left, n are inside and lie together; none may be. */
typedef struct spiqe_strip {
  size_t begin, n, at; /* numbers; at: of the first one in the image */
} spiqe_strip;

static inline spiqe_strip spiqe_window_strip(const spiqe_window *w, size_t y, size_t x, size_t i) {
  size_t first_row, first;
  size_t rows = spiqe_window_inside(w, y, w->height, &first_row);
  size_t n = spiqe_window_inside(w, x, w->width, &first);
  if (i < first_row || i >= first_row + rows || n == 0) return (spiqe_strip){0};
  size_t row = y * w->stride + i - w->padding, column = x * w->stride + first - w->padding;
  return (spiqe_strip){.begin = first * w->channels,
                       .n = n * w->channels,
                       .at = (row * w->width + column) * w->channels};
}

#endif
