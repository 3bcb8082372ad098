/* Placing of labels: for each the cheapest of some hundred places around its mark. */
#include "report/labels.h"

#include <math.h>

#define MARK 5.0 /* half of a mark, with air */
#define NEAR 7.0 /* from the mark to the label, at first */
#define STEP 6.0 /* further away each time */
#define N_RINGS 48
#define N_DIRECTIONS 16
#define FAR 16.0      /* from here on a line is needed */
#define COVERED 100.0 /* cost of a square unit; one of distance costs 1 */
#define CROSSED 0.4   /* of one of a line */
#define LINE 2.0      /* half of a line's width, with air */

double spiqe_box_overlap(const spiqe_box *a, const spiqe_box *b) {
  const double wide = fmin(a->right, b->right) - fmax(a->left, b->left);
  const double high = fmin(a->bottom, b->bottom) - fmax(a->top, b->top);
  return wide > 0 && high > 0 ? wide * high : 0;
}

static spiqe_box box_at(const spiqe_label *label, double distance, size_t direction) {
  const double angle = 2 * M_PI * (double)direction / N_DIRECTIONS;
  const double x = label->x + cos(angle) * (distance + label->width / 2);
  const double y = label->y - sin(angle) * (distance + label->height / 2);
  return (spiqe_box){x - label->width / 2, y - label->height / 2, x + label->width / 2,
                     y + label->height / 2};
}

/* What is outside of the frame is as bad as what is covered. */
static double cost_of(const spiqe_label *labels, size_t n, size_t i, const spiqe_box *box,
                      const spiqe_box *frame) {
  double covered = labels[i].width * labels[i].height - spiqe_box_overlap(box, frame), crossed = 0;
  for (size_t k = 0; k < n; k++) {
    const double x = labels[k].x, y = labels[k].y;
    const spiqe_box mark = {x - MARK, y - MARK, x + MARK, y + MARK};
    const spiqe_box *lines = &labels[k].lines;
    const spiqe_box level = {lines->left, y - LINE, lines->right, y + LINE};
    const spiqe_box upright = {x - LINE, lines->top, x + LINE, lines->bottom};
    covered += spiqe_box_overlap(box, &mark);
    crossed += spiqe_box_overlap(box, &level) + spiqe_box_overlap(box, &upright);
    if (k < i) covered += spiqe_box_overlap(box, &labels[k].box);
  }
  return CROSSED * crossed + (covered > 1e-9 ? COVERED * (1 + covered) : 0);
}

static void place(spiqe_label *labels, size_t n, size_t i, const spiqe_box *frame) {
  double least = INFINITY;
  for (size_t ring = 0; ring < N_RINGS; ring++)
    for (size_t direction = 0; direction < N_DIRECTIONS; direction++) {
      const double distance = NEAR + STEP * (double)ring;
      const spiqe_box box = box_at(&labels[i], distance, direction);
      const double cost = distance + cost_of(labels, n, i, &box, frame);
      if (cost >= least) continue;
      least = cost;
      labels[i].box = box;
      labels[i].is_far = distance > FAR;
    }
}

void spiqe_labels_place(spiqe_label *labels, size_t n, const spiqe_box *frame) {
  for (size_t i = 0; i < n; i++) place(labels, n, i, frame);
}
