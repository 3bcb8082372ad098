/* Charts as inline SVG: a frame with axes, series that a grey print keeps apart (dash and marker),
 * a legend. Colours are CSS classes, so that the page gives light, dark and print. Coordinates are
 * those of the viewBox; a chart scales with its card. */
#ifndef SPIQE_REPORT_SVG_H
#define SPIQE_REPORT_SVG_H

#include <stddef.h>

#include "core/text.h"

/* Width of every chart's viewBox: text of size 13 in it is readable in a card 340 pixels wide. */
#define SPIQE_CHART_WIDTH 440.0

typedef struct spiqe_axis {
  double low, high; /* of the values; low < high */
  double step;      /* between ticks; not used when is_log */
  int is_log;       /* ticks at 1, 2, 5 of each decade */
  int decimals;     /* of the tick labels */
} spiqe_axis;

typedef struct spiqe_chart {
  spiqe_text *text;              /* borrowed */
  double left, right, top, base; /* edges of the plot area */
  spiqe_axis x, y;
} spiqe_chart;

/* One line of a chart: values x[i * stride], y[i * stride] * scale for i < n; y that is not finite
 * leaves a gap. line, mark: CSS classes, NULL for none. shape: 'o', 's'quare, 'd'iamond,
 * 't'riangle. All borrowed. */
typedef struct spiqe_series {
  const char *name, *line, *mark, *unit;
  char shape;
  const double *x, *y;
  size_t n, stride;
  double scale;
} spiqe_series;

/* Axis around [low, high] with about n_ticks ticks at 1, 2, 5 x 10^k, ends on ticks. A range of
 * nothing is widened. is_whole: no step below 1. */
spiqe_axis spiqe_axis_fit(double low, double high, size_t n_ticks, int is_whole);

/* Logarithmic axis; 0 < low <= high. */
spiqe_axis spiqe_axis_fit_log(double low, double high);

/* Axis of steps, which count from 1 and are centred in their column. */
spiqe_axis spiqe_axis_steps(size_t n_steps);

/* Open an <svg role="img"> of the given height; label, escaped here, is for screen readers. */
void spiqe_chart_begin(spiqe_chart *chart, spiqe_text *text, double height, const char *label);

/* Move the left edge so that the tick labels of chart->y have room. */
void spiqe_chart_make_room(spiqe_chart *chart);

/* Grid, ticks, tick labels and titles, by chart->x and ->y, which the caller has set. */
void spiqe_chart_axes(const spiqe_chart *chart, const char *x_title, const char *y_title);
void spiqe_chart_x_axis(const spiqe_chart *chart, const char *title);

double spiqe_chart_x(const spiqe_chart *chart, double value);
double spiqe_chart_y(const spiqe_chart *chart, double value);

/* The line, then its markers (each with a tooltip "name, x_name X: Y unit"). */
void spiqe_chart_series(const spiqe_chart *chart, const spiqe_series *series, const char *x_name);

/* Legend above the plot area, in as many rows as its names need: a chart begins higher, and its top
 * lies lower, by the height of those behind the first row. */
double spiqe_chart_legend_height(const spiqe_series *series, size_t n);
void spiqe_chart_legend(const spiqe_chart *chart, const spiqe_series *series, size_t n);

/* Text at a place; anchor: "start", "middle", "end"; content escaped. */
void spiqe_chart_text(spiqe_text *text, double x, double y, const char *anchor, const char *class,
                      const char *content);

/* One marker without a tooltip. */
void spiqe_chart_mark(spiqe_text *text, char shape, const char *class, double x, double y);
void spiqe_chart_end(spiqe_chart *chart);

/* Smallest and largest finite y * scale of a series; leaves *low and *high when wider already.
 * Returns the number of finite values. */
size_t spiqe_series_range(const spiqe_series *series, double *low, double *high);

#endif
