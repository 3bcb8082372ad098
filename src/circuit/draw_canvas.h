/* A page of characters: lines of single or double weight that join where they meet, and words. */
#ifndef SPIQE_CIRCUIT_DRAW_CANVAS_H
#define SPIQE_CIRCUIT_DRAW_CANVAS_H

#include "circuit/draw.h"

/* Arms of a line in a cell, and the weight of each direction. */
enum {
  SPIQE_ARM_UP = 1,
  SPIQE_ARM_DOWN = 2,
  SPIQE_ARM_LEFT = 4,
  SPIQE_ARM_RIGHT = 8,
  SPIQE_DOUBLE_ACROSS = 16,
  SPIQE_DOUBLE_DOWN = 32,
  SPIQE_ACROSS = SPIQE_ARM_LEFT | SPIQE_ARM_RIGHT,
  SPIQE_UPRIGHT = SPIQE_ARM_UP | SPIQE_ARM_DOWN
};

typedef struct spiqe_canvas {
  uint32_t *cells; /* owned, [room]; row-major, [height][width] of the page */
  size_t width, height, room;
} spiqe_canvas;

/* Begin an empty page; cells are used again. Fails: SPIQE_LIMIT (no text under SPIQE_MOST_DRAWING
 * holds so many), SPIQE_NO_MEMORY. */
spiqe_status spiqe_canvas_begin(spiqe_context *ctx, spiqe_canvas *canvas, size_t width,
                                size_t height);
void spiqe_canvas_destroy(spiqe_canvas *canvas);

/* Lines join those that are there. Both ends of a line down are cells of it. */
void spiqe_canvas_join(spiqe_canvas *canvas, size_t x, size_t y, uint32_t arms);
void spiqe_canvas_down(spiqe_canvas *canvas, size_t x, size_t y, size_t y_end, uint32_t weight);

/* Words replace what is there; returns the columns that they take. */
size_t spiqe_canvas_write(spiqe_canvas *canvas, size_t x, size_t y, const char *text, size_t n);

/* Make cells x.. x_end of a row blank. */
void spiqe_canvas_clear(spiqe_canvas *canvas, size_t x, size_t x_end, size_t y);

/* Is there nothing in a row of cells? */
int spiqe_canvas_is_blank(const spiqe_canvas *canvas, size_t y);

/* Add a row of cells as UTF-8, without the blanks at its end. */
void spiqe_canvas_add_row(const spiqe_canvas *canvas, size_t y, spiqe_text *text);

/* Add words with what cannot be shown replaced. */
void spiqe_draw_add(spiqe_text *text, const char *words, size_t n);

#endif
