/* Frame, ticks, lines and markers of charts. */
#include "report/svg.h"

#include <math.h>
#include <string.h>

#include "report/markup.h"

#define TEXT_TOP 13.0    /* base line of the title of the y axis */
#define LEGEND_BASE 33.0 /* base line of the legend, of its first row */
#define LEGEND_ROW 18.0
#define LEGEND_LEFT 2.0
#define MOST_MARKERS 60 /* more than this are thinned: they would hide the line */
#define MOST_DECIMALS 4 /* of a tick */
#define TICK_LETTER_WIDTH 8.2
#define LETTER_WIDTH 7.1 /* of the legend's font, on average */

static double nice_step(double range, size_t n_ticks) {
  double rough = range / (double)n_ticks, unit = pow(10, floor(log10(rough)));
  double times = rough / unit;
  return unit * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
}

spiqe_axis spiqe_axis_fit(double low, double high, size_t n_ticks, int is_whole) {
  double size = fmax(fabs(low), fabs(high));
  if (!(high - low > 1e-9 * size)) { /* equal, or too near to tell apart on an axis */
    double margin = size > 0 ? 0.1 * size : 1;
    low -= margin;
    high += margin;
  }
  spiqe_axis axis = {.step = nice_step(high - low, n_ticks)};
  if (is_whole && axis.step < 1) axis.step = 1;
  axis.low = axis.step * floor(low / axis.step + 1e-9);
  axis.high = axis.step * ceil(high / axis.step - 1e-9);
  double decimals = -floor(log10(axis.step) + 1e-9);
  axis.decimals = decimals < 0 ? 0 : decimals > 9 ? 9 : (int)decimals;
  return axis;
}

spiqe_axis spiqe_axis_steps(size_t n_steps) {
  spiqe_axis axis = spiqe_axis_fit(1, (double)n_steps, 6, 1);
  axis.low = 0.5;
  axis.high = (double)n_steps + 0.5;
  return axis;
}

/* The next of 1, 2, 5 x 10^k at or below (is_up 0) or above value. */
static double nice_bound(double value, int is_up) {
  static const double times[] = {1, 2, 5, 10};
  double unit = pow(10, floor(log10(value) + 1e-9));
  double best = is_up ? 10 * unit : unit;
  for (size_t i = 0; i < 4; i++) {
    double bound = times[i] * unit;
    if (is_up && bound >= value * (1 - 1e-9) && bound < best) best = bound;
    if (!is_up && bound <= value * (1 + 1e-9) && bound > best) best = bound;
  }
  return best;
}

spiqe_axis spiqe_axis_fit_log(double low, double high) {
  spiqe_axis axis = {.low = nice_bound(low, 0), .high = nice_bound(high, 1), .is_log = 1};
  if (axis.high < 10 * axis.low) axis.high = 10 * axis.low;
  return axis;
}

void spiqe_chart_begin(spiqe_chart *chart, spiqe_text *text, double height, const char *label) {
  chart->text = text;
  chart->left = 48;
  chart->right = SPIQE_CHART_WIDTH - 12;
  chart->top = 48;
  chart->base = height - 42;
  spiqe_text_add(text, "<svg viewBox=\"0 0 %d ", (int)SPIQE_CHART_WIDTH);
  spiqe_markup_coordinate(text, height);
  spiqe_text_add(text, "\" role=\"img\" aria-label=\"");
  spiqe_markup_text(text, label);
  spiqe_text_add(text, "\">\n");
}

void spiqe_chart_end(spiqe_chart *chart) {
  spiqe_text_add(chart->text, "</svg>\n");
}

static double place(const spiqe_axis *axis, double value) {
  if (!axis->is_log) return (value - axis->low) / (axis->high - axis->low);
  if (value <= axis->low) return 0;
  return log(value / axis->low) / log(axis->high / axis->low);
}

double spiqe_chart_x(const spiqe_chart *chart, double value) {
  return chart->left + place(&chart->x, value) * (chart->right - chart->left);
}

double spiqe_chart_y(const spiqe_chart *chart, double value) {
  return chart->base - place(&chart->y, value) * (chart->base - chart->top);
}

static void add_point(spiqe_text *text, const char *before, double x, const char *between, double y,
                      const char *after) {
  spiqe_text_add(text, "%s", before);
  spiqe_markup_coordinate(text, x);
  spiqe_text_add(text, "%s", between);
  spiqe_markup_coordinate(text, y);
  spiqe_text_add(text, "%s", after);
}

void spiqe_chart_text(spiqe_text *text, double x, double y, const char *anchor, const char *class,
                      const char *content) {
  add_point(text, "<text x=\"", x, "\" y=\"", y, "\"");
  if (strcmp(anchor, "start") != 0) spiqe_text_add(text, " text-anchor=\"%s\"", anchor);
  spiqe_text_add(text, " class=\"%s\">", class);
  spiqe_markup_text(text, content);
  spiqe_text_add(text, "</text>\n");
}

/* A true minus sign, as wide as the digits; numbers too long to be read at a glance as 2e-7. */
static void add_tick_text(spiqe_text *text, const spiqe_axis *axis, double value) {
  int is_long = axis->decimals > MOST_DECIMALS || axis->step >= 1e5;
  if (value < -1e-9 * axis->step) spiqe_text_add(text, "\u2212");
  if (axis->is_log || (is_long && fabs(value) > 1e-9 * axis->step))
    spiqe_markup_number(text, fabs(value), axis->is_log ? 1 : 2);
  else
    spiqe_markup_fixed(text, fabs(value), is_long ? 0 : axis->decimals);
}

static void add_tick_label(const spiqe_chart *chart, double x, double y, const char *anchor,
                           const spiqe_axis *axis, double value) {
  spiqe_text label = {0};
  add_tick_text(&label, axis, value);
  if (label.failed) chart->text->failed = 1;
  spiqe_chart_text(chart->text, x, y, anchor, "tick", label.data);
  spiqe_text_destroy(&label);
}

void spiqe_chart_make_room(spiqe_chart *chart) {
  const spiqe_axis *axis = &chart->y;
  double n = axis->is_log ? 1 : fmin(round((axis->high - axis->low) / axis->step), 20);
  size_t longest = 0;
  for (int i = 0; i <= (int)n; i++) {
    spiqe_text label = {0};
    double at_end = i ? axis->high : axis->low;
    add_tick_text(&label, axis, axis->is_log ? at_end : axis->low + i * axis->step);
    longest = label.size > longest ? label.size : longest;
    if (label.failed) chart->text->failed = 1;
    spiqe_text_destroy(&label);
  }
  chart->left = fmax(chart->left, 8 + TICK_LETTER_WIDTH * (double)longest);
}

static void add_y_tick(const spiqe_chart *chart, double value) {
  double y = spiqe_chart_y(chart, value);
  add_point(chart->text, "<path class=\"grid\" d=\"M", chart->left, " ", y, "H");
  spiqe_markup_coordinate(chart->text, chart->right);
  spiqe_text_add(chart->text, "\"/>");
  add_tick_label(chart, chart->left - 7, y + 4, "end", &chart->y, value);
}

#define MOST_TICKS 64

/* Of a logarithmic axis: 1, 2, 5 of each decade, or the decades alone when there are many. */
static size_t find_log_ticks(const spiqe_axis *axis, double out[MOST_TICKS]) {
  static const double times[] = {1, 2, 5};
  const int is_long = axis->high / axis->low > 1e3;
  size_t n = 0;
  for (double unit = pow(10, floor(log10(axis->low) + 1e-9)); unit <= axis->high * 1.001;
       unit *= 10)
    for (size_t i = 0; i < (is_long ? 1 : 3) && n < MOST_TICKS; i++) {
      const double value = times[i] * unit;
      if (value >= axis->low * 0.999 && value <= axis->high * 1.001) out[n++] = value;
    }
  return n;
}

static void add_y_axis(const spiqe_chart *chart, const char *title) {
  double ticks[MOST_TICKS];
  spiqe_chart_text(chart->text, 2, TEXT_TOP, "start", "axis-title", title);
  if (chart->y.is_log) {
    const size_t n = find_log_ticks(&chart->y, ticks);
    for (size_t i = 0; i < n; i++) add_y_tick(chart, ticks[i]);
    return;
  }
  double n = round((chart->y.high - chart->y.low) / chart->y.step);
  for (int i = 0; i <= (int)n; i++) add_y_tick(chart, chart->y.low + i * chart->y.step);
}

static void add_x_tick(const spiqe_chart *chart, double value) {
  const double x = spiqe_chart_x(chart, value);
  add_point(chart->text, "<path class=\"axis\" d=\"M", x, " ", chart->base, "v4\"/>");
  add_tick_label(chart, x, chart->base + 17, "middle", &chart->x, value);
}

void spiqe_chart_x_axis(const spiqe_chart *chart, const char *title) {
  spiqe_text *text = chart->text;
  const spiqe_axis *axis = &chart->x;
  double ticks[MOST_TICKS];
  add_point(text, "<path class=\"axis\" d=\"M", chart->left, " ", chart->base, "H");
  spiqe_markup_coordinate(text, chart->right);
  spiqe_text_add(text, "\"/>\n");
  const size_t n_ticks = axis->is_log ? find_log_ticks(axis, ticks) : 0;
  for (size_t i = 0; i < n_ticks; i++) add_x_tick(chart, ticks[i]);
  double first = ceil(axis->low / axis->step - 1e-9);
  for (double i = first; !axis->is_log && i * axis->step <= axis->high + 1e-9 * axis->step; i++)
    add_x_tick(chart, i * axis->step);
  spiqe_chart_text(text, (chart->left + chart->right) / 2, chart->base + 36, "middle", "axis-title",
                   title);
}

void spiqe_chart_axes(const spiqe_chart *chart, const char *x_title, const char *y_title) {
  add_y_axis(chart, y_title);
  spiqe_chart_x_axis(chart, x_title);
}

static double series_y(const spiqe_series *series, size_t i) {
  return series->y[i * series->stride] * series->scale;
}

size_t spiqe_series_range(const spiqe_series *series, double *low, double *high) {
  size_t n_finite = 0;
  for (size_t i = 0; i < series->n; i++) {
    double y = series_y(series, i);
    if (!isfinite(y)) continue;
    n_finite++;
    if (y < *low) *low = y;
    if (y > *high) *high = y;
  }
  return n_finite;
}

static void add_line(const spiqe_chart *chart, const spiqe_series *series) {
  spiqe_text *text = chart->text;
  int is_open = 0;
  spiqe_text_add(text, "<path class=\"line %s\" d=\"", series->line);
  for (size_t i = 0; i < series->n; i++) {
    double y = series_y(series, i);
    if (isfinite(y))
      add_point(text, is_open ? "L" : "M", spiqe_chart_x(chart, series->x[i * series->stride]), " ",
                spiqe_chart_y(chart, y), "");
    is_open = isfinite(y);
  }
  spiqe_text_add(text, "\"/>\n");
}

static void add_mark(spiqe_text *text, char shape, const char *class, double x, double y,
                     double size) {
  spiqe_text_add(text, "<path class=\"mark %s\" d=\"", class);
  double half = shape == 'o' ? size : shape == 's' ? 0.9 * size : 1.3 * size;
  add_point(text, "M", x - half, " ", shape == 's' || shape == 't' ? y + half : y, "");
  if (shape == 'o') {
    add_point(text, "a", half, " ", half, " 0 1 0 ");
    add_point(text, "", 2 * half, " 0a", half, " ");
    add_point(text, "", half, " 0 1 0 -", 2 * half, " 0");
  } else if (shape == 's') {
    add_point(text, "h", 2 * half, "v-", 2 * half, "h-");
    spiqe_markup_coordinate(text, 2 * half);
  } else if (shape == 'd') {
    add_point(text, "l", half, " -", half, "l");
    add_point(text, "", half, " ", half, "l-");
    add_point(text, "", half, " ", half, "");
  } else {
    add_point(text, "h", 2 * half, "l-", half, " -");
    spiqe_markup_coordinate(text, 1.8 * half);
  }
  spiqe_text_add(text, "z\"");
}

void spiqe_chart_mark(spiqe_text *text, char shape, const char *class, double x, double y) {
  add_mark(text, shape, class, x, y, 3.4);
  spiqe_text_add(text, "/>");
}

void spiqe_chart_series(const spiqe_chart *chart, const spiqe_series *series, const char *x_name) {
  spiqe_text *text = chart->text;
  if (series->line) add_line(chart, series);
  if (!series->mark) return;
  size_t every = (series->n + MOST_MARKERS - 1) / MOST_MARKERS;
  for (size_t i = 0; i < series->n; i++) {
    double x = series->x[i * series->stride], y = series_y(series, i);
    if (!isfinite(y) || (series->n - 1 - i) % every != 0) continue;
    add_mark(text, series->shape, series->mark, spiqe_chart_x(chart, x), spiqe_chart_y(chart, y),
             3.4);
    spiqe_text_add(text, "><title>");
    spiqe_markup_text(text, series->name);
    spiqe_text_add(text, ", %s ", x_name);
    if (x > 0 && x < 0.1)
      spiqe_markup_number(text, x, 2);
    else
      spiqe_markup_coordinate(text, x);
    spiqe_text_add(text, ": ");
    spiqe_markup_number(text, y, 4);
    spiqe_text_add(text, "%s</title></path>\n", series->unit ? series->unit : "");
  }
}

static double mark_width(const spiqe_series *series) {
  return series->line ? 24 : 10;
}

/* Where the entry of a legend begins: behind those before it, which end at *x, or in a row of its
 * own where it does not fit. *x: its end. */
static double place_entry(const spiqe_series *series, double *x, double *y) {
  const double width = mark_width(series) + 6 + LETTER_WIDTH * (double)strlen(series->name);
  if (*x > LEGEND_LEFT && *x + width > SPIQE_CHART_WIDTH) {
    *x = LEGEND_LEFT;
    *y += LEGEND_ROW;
  }
  const double begin = *x;
  *x += width + 16;
  return begin;
}

double spiqe_chart_legend_height(const spiqe_series *series, size_t n) {
  double x = LEGEND_LEFT, y = 0;
  for (size_t i = 0; i < n; i++) place_entry(&series[i], &x, &y);
  return y;
}

void spiqe_chart_legend(const spiqe_chart *chart, const spiqe_series *series, size_t n) {
  double end = LEGEND_LEFT, y = LEGEND_BASE;
  for (size_t i = 0; i < n; i++) {
    const double x = place_entry(&series[i], &end, &y), width = mark_width(&series[i]);
    if (series[i].line) {
      spiqe_text_add(chart->text, "<path class=\"line %s\" d=\"", series[i].line);
      add_point(chart->text, "M", x, " ", y - 4, "h24\"/>");
    }
    if (series[i].mark)
      spiqe_chart_mark(chart->text, series[i].shape, series[i].mark, x + width / 2, y - 4);
    spiqe_chart_text(chart->text, x + width + 6, y, "start", "legend", series[i].name);
  }
}
