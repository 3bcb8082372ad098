/* Labels of marks in a chart, put where they cover nothing. */
#ifndef SPIQE_REPORT_LABELS_H
#define SPIQE_REPORT_LABELS_H

#include <stddef.h>

typedef struct spiqe_box {
  double left, top, right, bottom; /* y grows downward */
} spiqe_box;

typedef struct spiqe_label {
  double x, y;          /* in: of its mark */
  spiqe_box lines;      /* in: ends of the level and of the upright line through the mark */
  double width, height; /* in: of its text */
  spiqe_box box;        /* out */
  int is_far;           /* out: 1 when a line is needed to see which mark it is of */
} spiqe_label;

/* Place labels [n] within the frame, in order, each where it covers no mark and no label before it,
 * as near to its mark as it goes, and rather not over a line; where nothing is free, where it
 * covers least. Does not allocate. */
void spiqe_labels_place(spiqe_label *labels, size_t n, const spiqe_box *frame);

/* Area that two boxes share. */
double spiqe_box_overlap(const spiqe_box *a, const spiqe_box *b);

#endif
