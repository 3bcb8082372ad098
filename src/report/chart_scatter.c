/* Accuracy over what it costs: a mark for each model of a comparison. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "report/compare.h"
#include "report/labels.h"
#include "report/markup.h"
#include "report/svg.h"

#define HEIGHT 330.0
#define LETTER_WIDTH 7.3 /* of the labels' font, on average and some more */
#define LABEL_HEIGHT 14.0
#define BASE_LINE 3.5   /* of the text above the lower edge of its box */
#define MOST_LETTERS 22 /* of a name; the rest is in the mark's tooltip */
#define LOG_SPAN 20.0

/* One model, in the units that are shown. */
typedef struct point {
  const char *name;
  spiqe_statistic x, y;
  size_t model;
} point;

/* Models with both values; points: [n_models]. */
static size_t find_points(const spiqe_comparison *c, size_t data, spiqe_metric metric,
                          point *points) {
  size_t n = 0;
  for (size_t i = 0; i < c->n_models; i++) {
    const spiqe_statistic x = spiqe_comparison_statistic(c, data, i, metric);
    const spiqe_statistic y = spiqe_comparison_statistic(c, data, i, SPIQE_METRIC_ACCURACY);
    if (x.n && y.n && x.mean >= 0) points[n++] = (point){c->models[i], x, y, i};
  }
  return n;
}

static double off(const spiqe_statistic *s) {
  return isfinite(s->deviation) ? s->deviation : 0;
}

/* Around means and deviations; from zero where that leaves no half of the chart empty. */
static spiqe_axis cost_axis(const point *points, size_t n, double scale) {
  double low = INFINITY, high = 0, least = INFINITY, most = 0;
  for (size_t i = 0; i < n; i++) {
    const spiqe_statistic *x = &points[i].x;
    const double below = x->mean - off(x);
    least = fmin(least, x->mean);
    most = fmax(most, x->mean);
    low = fmin(low, below > 0.2 * x->mean ? below : x->mean);
    high = fmax(high, x->mean + off(x));
  }
  if (least > 0 && most >= LOG_SPAN * least) return spiqe_axis_fit_log(scale * low, scale * high);
  return spiqe_axis_fit(most > 2 * least ? 0 : scale * low, scale * high, 4, 0);
}

static spiqe_axis accuracy_axis(const point *points, size_t n, double scale) {
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    low = fmin(low, scale * (points[i].y.mean - off(&points[i].y)));
    high = fmax(high, scale * (points[i].y.mean + off(&points[i].y)));
  }
  return spiqe_axis_fit(fmax(low, 0), fmin(high, scale), 5, 0);
}

static void add_line(const spiqe_chart *chart, const char *class, double x1, double y1, double x2,
                     double y2) {
  spiqe_text_add(chart->text, "<path class=\"%s\" d=\"M", class);
  spiqe_markup_coordinate(chart->text, x1);
  spiqe_text_add(chart->text, " ");
  spiqe_markup_coordinate(chart->text, y1);
  spiqe_text_add(chart->text, "L");
  spiqe_markup_coordinate(chart->text, x2);
  spiqe_text_add(chart->text, " ");
  spiqe_markup_coordinate(chart->text, y2);
  spiqe_text_add(chart->text, "\"/>\n");
}

/* One deviation to each side, as far as the axes go. */
static spiqe_box lines_of(const spiqe_chart *chart, const point *p, double x_scale,
                          double y_scale) {
  const double dx = off(&p->x), dy = off(&p->y);
  return (spiqe_box){spiqe_chart_x(chart, fmax(x_scale * (p->x.mean - dx), chart->x.low)),
                     spiqe_chart_y(chart, fmin(y_scale * (p->y.mean + dy), chart->y.high)),
                     spiqe_chart_x(chart, x_scale * (p->x.mean + dx)),
                     spiqe_chart_y(chart, fmax(y_scale * (p->y.mean - dy), chart->y.low))};
}

/* Shape and colour are the model's, the same in every chart of the page. */
static void add_mark(const spiqe_chart *chart, const point *p, spiqe_metric metric,
                     const spiqe_label *label) {
  static const char *const classes[] = {"one", "two", "three"};
  spiqe_text *text = chart->text;
  spiqe_text_add(text, "<g><title>");
  spiqe_markup_text(text, p->name);
  spiqe_text_add(text, ": %s ", spiqe_metric_of(SPIQE_METRIC_ACCURACY)->title);
  spiqe_statistic_add(text, &p->y, SPIQE_METRIC_ACCURACY);
  spiqe_text_add(text, ", %s ", spiqe_metric_of(metric)->title);
  spiqe_statistic_add(text, &p->x, metric);
  spiqe_text_add(text, "</title>");
  spiqe_chart_mark(text, "osdt"[p->model % 4], classes[p->model % 3], label -> x, label -> y);
  spiqe_text_add(text, "</g>\n");
}

/* A name that is not too long, with a sign where it was cut. */
static void shorten(const char *name, char *out, size_t size) {
  const size_t n = strlen(name), most = MOST_LETTERS - 1;
  const int is_long = n > MOST_LETTERS;
  const size_t kept = is_long ? spiqe_utf8_prefix(name, most) : n;
  snprintf(out, size, "%.*s%s", (int)kept, name, is_long ? "\u2026" : "");
}

static void add_name(const spiqe_chart *chart, const point *p, const spiqe_label *label) {
  const spiqe_box *box = &label->box;
  char name[MOST_LETTERS + 8];
  shorten(p->name, name, sizeof name);
  if (label->is_far)
    add_line(chart, "leader", label->x, label->y, fmin(fmax(label->x, box->left), box->right),
             fmin(fmax(label->y, box->top), box->bottom));
  spiqe_chart_text(chart->text, (box->left + box->right) / 2, box->bottom - BASE_LINE, "middle",
                   "legend", name);
}

static void draw(const spiqe_chart *chart, const point *points, size_t n, spiqe_metric metric,
                 spiqe_label *labels) {
  const double x_scale = spiqe_metric_of(metric)->scale;
  const double y_scale = spiqe_metric_of(SPIQE_METRIC_ACCURACY)->scale;
  const spiqe_box frame = {chart->left + 2, chart->top - 8, chart->right + 8, chart->base - 2};
  char name[MOST_LETTERS + 8];
  for (size_t i = 0; i < n; i++) {
    shorten(points[i].name, name, sizeof name);
    labels[i] = (spiqe_label){.x = spiqe_chart_x(chart, x_scale * points[i].x.mean),
                              .y = spiqe_chart_y(chart, y_scale * points[i].y.mean),
                              .lines = lines_of(chart, &points[i], x_scale, y_scale),
                              .width = LETTER_WIDTH * (double)strlen(name),
                              .height = LABEL_HEIGHT};
  }
  spiqe_labels_place(labels, n, &frame);
  for (size_t i = 0; i < n; i++) {
    const spiqe_label *l = &labels[i];
    add_line(chart, "deviation", l->lines.left, l->y, l->lines.right, l->y);
    add_line(chart, "deviation", l->x, l->lines.top, l->x, l->lines.bottom);
  }
  for (size_t i = 0; i < n; i++) add_name(chart, &points[i], &labels[i]);
  for (size_t i = 0; i < n; i++) add_mark(chart, &points[i], metric, &labels[i]);
}

int spiqe_chart_scatter(spiqe_text *text, const spiqe_comparison *c, size_t data,
                        spiqe_metric metric) {
  const spiqe_metric_about *about = spiqe_metric_of(metric);
  point *points = calloc(c->n_models + 1, sizeof *points);
  spiqe_label *labels = calloc(c->n_models + 1, sizeof *labels);
  const size_t n = points && labels ? find_points(c, data, metric, points) : 0;
  char label[224], title[96];
  spiqe_chart chart;
  if (!points || !labels) text->failed = 1;
  if (n) {
    snprintf(label, sizeof label, "Scatter plot: accuracy of %zu models on %.64s over %s", n,
             c->data[data], about->title);
    spiqe_chart_begin(&chart, text, HEIGHT, label);
    chart.top = 28; /* no legend: the marks have names */
    chart.x = cost_axis(points, n, about->scale);
    chart.y = accuracy_axis(points, n, spiqe_metric_of(SPIQE_METRIC_ACCURACY)->scale);
    chart.right -= 12; /* half of the last tick's label */
    spiqe_chart_make_room(&chart);
    snprintf(title, sizeof title, "%s%s", about->title, chart.x.is_log ? ", logarithmic" : "");
    spiqe_chart_axes(&chart, title, spiqe_metric_of(SPIQE_METRIC_ACCURACY)->title);
    draw(&chart, points, n, metric, labels);
    spiqe_chart_end(&chart);
  }
  free(points);
  free(labels);
  return n > 0;
}
