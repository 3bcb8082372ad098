/* Drawings as SVG: what its files share. */
#ifndef SPIQE_CIRCUIT_DRAW_SVG_H
#define SPIQE_CIRCUIT_DRAW_SVG_H

#include "circuit/draw.h"

/* Sizes in pixels. */
#define SPIQE_SVG_ROW 46.0
#define SPIQE_SVG_HALF_BOX 17.0
#define SPIQE_SVG_GAP 14.0
#define SPIQE_SVG_PAGE 1180.0 /* widest page; a single column may be wider */

typedef struct spiqe_svg {
  spiqe_layout layout;
  spiqe_text label, *out; /* label: owned */
  float *width;           /* owned, [n_columns] */
  float *x;               /* owned, [n_columns]: middle of a column on its page */
  double margin, top;     /* where wires begin; y of the first wire of this page */
  size_t from, to;        /* columns of this page */
  double right;           /* where its wires end */
} spiqe_svg;

/* y of a row of this page. */
double spiqe_svg_y(const spiqe_svg *svg, size_t row);

/* Width of words in a font of `size` pixels, on average over fonts. */
double spiqe_svg_measure(const char *words, size_t n, double size);

/* Add words with what XML forbids escaped or replaced. */
void spiqe_svg_escape(spiqe_text *out, const char *words, size_t n);

/* Add words in the middle of (x, y). style: a class of the style sheet. */
void spiqe_svg_words(spiqe_svg *svg, double x, double y, const char *style, const char *words,
                     size_t n);

/* Width of an item, and its drawing around x. */
double spiqe_svg_item_width(spiqe_svg *svg, const spiqe_drawn *item);
void spiqe_svg_item(spiqe_svg *svg, const spiqe_drawn *item, double x);

/* The tinted ground of a condition on this page. */
void spiqe_svg_condition(spiqe_svg *svg, const spiqe_drawn *open);

/* The style sheet: colours are variables, set for light and dark. */
extern const char spiqe_svg_style[];

#endif
