/* Bars of a comparison: one metric, a bar for each model. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/compare.h"
#include "report/markup.h"
#include "report/svg.h"

#define BAR 18.0
#define PITCH 48.0
#define ROOM_FOR_VALUE 118.0 /* behind the longest bar */

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

/* Returns where the farthest mark ends. */
static double add_seeds(const spiqe_chart *chart, const spiqe_comparison *c, const char *model,
                        spiqe_metric metric, double y) {
  double farthest = chart->left, scale = spiqe_metric_of(metric)->scale;
  for (size_t i = 0; i < c->n_rows; i++) {
    double value = scale * c->rows[i].values[metric];
    if (strcmp(c->rows[i].model, model) != 0 || !isfinite(value)) continue;
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

static void add_model(const spiqe_chart *chart, const spiqe_comparison *c, size_t i,
                      spiqe_metric metric) {
  const char *model = spiqe_model_name(c->models[i]);
  double y = chart->top + 18 + (double)i * PITCH, scale = spiqe_metric_of(metric)->scale;
  spiqe_statistic s = spiqe_comparison_statistic(c, model, metric);
  spiqe_text value = {0};
  spiqe_chart_text(chart->text, chart->left, y - 5, "start", "legend", model);
  double end = chart->left, mean = scale * s.mean, off = scale * s.deviation;
  if (s.n > 0) {
    end = spiqe_chart_x(chart, mean);
    add_rectangle(chart, y, end);
    end = fmax(end, add_seeds(chart, c, model, metric, y));
  }
  if (isfinite(off) && off > 0) {
    add_error_bar(chart, y, fmax(mean - off, 0), mean + off);
    end = fmax(end, spiqe_chart_x(chart, mean + off));
  }
  spiqe_statistic_add(&value, &s, metric);
  chart->text->failed |= value.failed;
  if (value.data)
    spiqe_chart_text(chart->text, end + 7, y + 14, "start", "tick strong", value.data);
  spiqe_text_destroy(&value);
}

static double largest_of(const spiqe_comparison *c, spiqe_metric metric) {
  double most = 0, scale = spiqe_metric_of(metric)->scale;
  for (size_t i = 0; i < c->n_models; i++) {
    spiqe_statistic s = spiqe_comparison_statistic(c, spiqe_model_name(c->models[i]), metric);
    if (s.n > 0) most = fmax(most, scale * (s.mean + (s.n > 1 ? s.deviation : 0)));
  }
  for (size_t i = 0; i < c->n_rows; i++)
    if (isfinite(c->rows[i].values[metric])) most = fmax(most, scale * c->rows[i].values[metric]);
  return most;
}

int spiqe_chart_bars(spiqe_text *text, const spiqe_comparison *c, spiqe_metric metric) {
  const spiqe_metric_about *about = spiqe_metric_of(metric);
  double most = largest_of(c, metric);
  spiqe_chart chart;
  char label[160];
  if (!c->n_models || !(most > 0)) return 0;
  snprintf(label, sizeof label, "Bar chart: %s of %zu models, mean and standard deviation",
           about->title, c->n_models);
  spiqe_chart_begin(&chart, text, 56 + PITCH * (double)c->n_models, label);
  chart.top = 0;
  chart.left = 16; /* half of the first tick label */
  chart.right = SPIQE_CHART_WIDTH - ROOM_FOR_VALUE;
  chart.x = spiqe_axis_fit(0, most, 4, 0);
  for (size_t i = 0; i < c->n_models; i++) add_model(&chart, c, i, metric);
  spiqe_chart_x_axis(&chart, about->title);
  spiqe_chart_end(&chart);
  return 1;
}
