/* Bars of a comparison: one metric on one set, a bar for each model. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/compare.h"
#include "report/markup.h"
#include "report/svg.h"

#define BAR 18.0
#define PITCH 48.0
#define ROOM_FOR_VALUE 124.0 /* behind the longest bar */

static void add_rectangle(const spiqe_chart *chart, double y, double right) {
  spiqe_text_add(chart->text, "<rect class=\"bar\" x=\"%d\" y=\"", (int)chart->left);
  spiqe_markup_coordinate(chart->text, y);
  spiqe_text_add(chart->text, "\" height=\"%d\" width=\"", (int)BAR);
  spiqe_markup_coordinate(chart->text, right - chart->left);
  spiqe_text_add(chart->text, "\"/>\n");
}

/* From mean - deviation to mean + deviation, with caps. */
static void add_error_bar(const spiqe_chart *chart, double y, double low, double high) {
  spiqe_text *text = chart->text;
  const double ends[2] = {spiqe_chart_x(chart, low), spiqe_chart_x(chart, high)};
  spiqe_text_add(text, "<path class=\"error\" d=\"");
  for (size_t i = 0; i < 2; i++) {
    spiqe_text_add(text, "M");
    spiqe_markup_coordinate(text, ends[i]);
    spiqe_text_add(text, " ");
    spiqe_markup_coordinate(text, y + 4);
    spiqe_text_add(text, "v%d", (int)BAR - 8);
  }
  spiqe_text_add(text, "M");
  spiqe_markup_coordinate(text, ends[0]);
  spiqe_text_add(text, " ");
  spiqe_markup_coordinate(text, y + BAR / 2);
  spiqe_text_add(text, "H");
  spiqe_markup_coordinate(text, ends[1]);
  spiqe_text_add(text, "\"/>\n");
}

/* What is drawn. */
typedef struct shown {
  const spiqe_comparison *c;
  size_t data;
  spiqe_metric metric;
} shown;

/* Returns where the farthest mark ends. */
static double add_seeds(const spiqe_chart *chart, const shown *s, size_t model, double y) {
  const spiqe_comparison *c = s->c;
  double farthest = chart->left, scale = spiqe_metric_of(s->metric)->scale;
  for (size_t i = 0; i < c->n_rows; i++) {
    double value = scale * c->rows[i].values[s->metric];
    if (!spiqe_comparison_has(c, i, s->data, model) || !isfinite(value)) continue;
    double x = spiqe_chart_x(chart, value);
    spiqe_text_add(chart->text, "<g><title>seed %llu: ", (unsigned long long)c->rows[i].seed);
    spiqe_markup_number(chart->text, value, 4);
    spiqe_text_add(chart->text, "</title>");
    spiqe_chart_mark(chart->text, 'o', "two small", x, y + BAR / 2);
    spiqe_text_add(chart->text, "</g>\n");
    farthest = fmax(farthest, x + 4);
  }
  return farthest;
}

static void add_model(const spiqe_chart *chart, const shown *what, size_t i) {
  double y = chart->top + 18 + (double)i * PITCH, scale = spiqe_metric_of(what->metric)->scale;
  spiqe_statistic s = spiqe_comparison_statistic(what->c, what->data, i, what->metric);
  spiqe_text value = {0};
  spiqe_chart_text(chart->text, chart->left, y - 5, "start", "legend", what->c->models[i]);
  double end = chart->left, mean = scale * s.mean, off = scale * s.deviation;
  if (isfinite(s.mean)) {
    end = spiqe_chart_x(chart, mean);
    add_rectangle(chart, y, end);
  }
  end = fmax(end, add_seeds(chart, what, i, y));
  if (isfinite(off) && off > 0) {
    add_error_bar(chart, y, fmax(mean - off, 0), mean + off);
    end = fmax(end, spiqe_chart_x(chart, mean + off));
  }
  spiqe_statistic_add(&value, &s, what->metric);
  chart->text->failed |= value.failed;
  if (value.data)
    spiqe_chart_text(chart->text, end + 7, y + 14, "start", "tick strong", value.data);
  spiqe_text_destroy(&value);
}

static double largest_of(const shown *what) {
  const spiqe_comparison *c = what->c;
  double most = 0, scale = spiqe_metric_of(what->metric)->scale;
  for (size_t i = 0; i < c->n_models; i++) {
    spiqe_statistic s = spiqe_comparison_statistic(c, what->data, i, what->metric);
    if (isfinite(s.mean)) most = fmax(most, scale * (s.mean + (s.n > 1 ? s.deviation : 0)));
  }
  for (size_t i = 0; i < c->n_rows; i++) {
    const double value = scale * c->rows[i].values[what->metric];
    if (isfinite(value) && !strcmp(c->rows[i].data, c->data[what->data])) most = fmax(most, value);
  }
  return most;
}

int spiqe_chart_bars(spiqe_text *text, const spiqe_comparison *c, size_t data,
                     spiqe_metric metric) {
  const spiqe_metric_about *about = spiqe_metric_of(metric);
  const shown what = {c, data, metric};
  double most = largest_of(&what);
  spiqe_chart chart;
  char label[224];
  if (!c->n_models || !(most > 0)) return 0;
  snprintf(label, sizeof label, "Bar chart: %s of %zu models on %.64s, mean and standard deviation",
           about->title, c->n_models, c->data[data]);
  spiqe_chart_begin(&chart, text, 56 + PITCH * (double)c->n_models, label);
  chart.top = 0;
  chart.left = 22; /* half of the first tick label */
  chart.right = SPIQE_CHART_WIDTH - ROOM_FOR_VALUE;
  chart.x = spiqe_axis_fit(0, most, 4, 0);
  for (size_t i = 0; i < c->n_models; i++) add_model(&chart, &what, i);
  spiqe_chart_x_axis(&chart, about->title);
  spiqe_chart_end(&chart);
  return 1;
}
