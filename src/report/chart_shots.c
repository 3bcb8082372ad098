/* Accuracy over shots, a line for each noise. */
#include <math.h>
#include <string.h>

#include "report/chart.h"
#include "report/markup.h"
#include "report/svg.h"

#define MOST_LINES 6 /* with markers and colours that can be told apart */
#define MOST_ROWS 256
#define HEIGHT 300.0

static size_t find_series(const spiqe_page *page, const double *x, const double *y,
                          spiqe_series *out) {
  static const char *const classes[] = {"one", "two", "three"};
  size_t n = 0;
  for (size_t i = 0; i < page->n_shots && i < MOST_ROWS; i++) {
    if (i == 0 || strcmp(page->shots[i].noise, page->shots[i - 1].noise) != 0) {
      if (n == MOST_LINES) break;
      out[n] = (spiqe_series){.name = page->shots[i].noise,
                              .line = classes[n % 3],
                              .mark = classes[n % 3],
                              .shape = "osdt"[n % 4],
                              .x = x + i,
                              .y = y + i,
                              .unit = " %",
                              .stride = 1,
                              .scale = 1};
      n++;
    }
    out[n - 1].n++;
  }
  return n;
}

int spiqe_chart_shots(spiqe_text *text, const spiqe_page *page) {
  double x[MOST_ROWS], y[MOST_ROWS], low = INFINITY, high = -INFINITY, most = 1;
  spiqe_series series[MOST_LINES];
  spiqe_chart chart;
  if (!page->n_shots) return 0;
  for (size_t i = 0; i < page->n_shots && i < MOST_ROWS; i++) {
    x[i] = (double)page->shots[i].n_shots;
    y[i] = 100 * page->shots[i].accuracy;
    low = fmin(low, y[i]);
    high = fmax(high, y[i]);
    most = fmax(most, x[i]);
  }
  const size_t n = find_series(page, x, y, series);
  spiqe_chart_begin(&chart, text, HEIGHT, "Line chart: accuracy by shots, a line for each noise");
  chart.x = spiqe_axis_fit_log(1, fmax(most, 2));
  chart.y = spiqe_axis_fit(low, high, 5, 0);
  if (chart.y.high > 100) chart.y.high = chart.y.step * floor(100 / chart.y.step);
  if (chart.y.low < 0) chart.y.low = 0;
  spiqe_chart_make_room(&chart);
  spiqe_chart_axes(&chart, "shots", "accuracy (%)");
  for (size_t i = 0; i < n; i++) spiqe_chart_series(&chart, &series[i], "shots");
  spiqe_chart_legend(&chart, series, n);
  spiqe_chart_end(&chart);
  return 1;
}

int spiqe_table_shots(spiqe_text *text, const spiqe_page *page) {
  if (!page->n_shots) return 0;
  spiqe_text_add(text,
                 "<table class=\"numbers\"><thead><tr><th>noise</th><th>shots</th>"
                 "<th>accuracy</th><th>standard error</th></tr></thead><tbody>\n");
  for (size_t i = 0; i < page->n_shots; i++) {
    const spiqe_shots_row *row = &page->shots[i];
    spiqe_text_add(text, "<tr><th scope=\"row\">");
    spiqe_markup_text(text, row->noise);
    spiqe_text_add(text, "</th><td>%zu</td><td>", row->n_shots);
    spiqe_markup_percent(text, row->accuracy, 2);
    spiqe_text_add(text, "</td><td>");
    spiqe_markup_percent(text, spiqe_accuracy_error(row->accuracy, row->n_samples), 2);
    spiqe_text_add(text, "</td></tr>\n");
  }
  spiqe_text_add(text, "</tbody></table>\n");
  return 1;
}
