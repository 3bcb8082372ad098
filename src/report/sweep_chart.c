/* Accuracy over the strength of noise, as charts and tables. */
#include "report/sweep_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/frame.h"
#include "report/markup.h"
#include "report/svg.h"
#include "spiqe/classifier.h"

#define MOST_LINES 6 /* with markers and colours that can be told apart */
#define MOST_ROWS 64 /* of a line */
#define HEIGHT 300.0
#define CAP 3.0 /* half of the ends of an error bar */

static const struct {
  const char *title, *axis;
} titles[SPIQE_N_NOISE_SOURCES] = {
    {"Relaxation", "T1 over that of the device"},
    {"Dephasing", "T2 over T1"},
    {"Gate errors", "average error of every gate"},
    {"Readout errors", "probability of a bit read wrongly"},
};

/* Points of one line. */
typedef struct points {
  double x[MOST_ROWS], y[MOST_ROWS], error[MOST_ROWS], ideal;
  size_t n;
} points;

static int is_of(const spiqe_sweep_row *row, spiqe_noise_source source) {
  return !strcmp(row->source, spiqe_noise_source_name(source));
}

size_t spiqe_sweep_count(const spiqe_sweep_line *lines, size_t n, spiqe_noise_source source) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < lines[i].n_rows; k++)
      count += is_of(&lines[i].rows[k], source) && lines[i].rows[k].value > 0;
  return count;
}

static void find_points(const spiqe_sweep_line *line, spiqe_noise_source source, points *out) {
  *out = (points){.ideal = NAN};
  for (size_t k = 0; k < line->n_rows; k++) {
    const spiqe_sweep_row *row = &line->rows[k];
    if (!is_of(row, source)) continue;
    if (isnan(row->value)) out->ideal = 100 * row->accuracy;
    if (!(row->value > 0) || out->n == MOST_ROWS) continue;
    out->x[out->n] = row->value;
    out->y[out->n] = 100 * row->accuracy;
    out->error[out->n++] = 100 * spiqe_accuracy_error(row->accuracy, row->n_samples);
  }
}

static void fit_axes(spiqe_chart *chart, const points *all, size_t n) {
  double left = INFINITY, right = 0, low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < all[i].n; k++) {
      left = fmin(left, all[i].x[k]);
      right = fmax(right, all[i].x[k]);
      low = fmin(low, all[i].y[k] - all[i].error[k]);
      high = fmax(high, all[i].y[k] + all[i].error[k]);
    }
    if (n == 1 && isfinite(all[i].ideal)) high = fmax(high, all[i].ideal);
  }
  chart->x = spiqe_axis_fit_log(left, right > left ? right : 2 * left);
  chart->y = spiqe_axis_fit(fmax(low, 0), fmin(high, 100), 5, 0);
  if (chart->y.high > 100) chart->y.high = chart->y.step * floor(100 / chart->y.step);
  if (chart->y.low < 0) chart->y.low = 0;
}

static void add_errors(const spiqe_chart *chart, const points *p) {
  spiqe_text *text = chart->text;
  for (size_t k = 0; k < p->n; k++) {
    const double x = spiqe_chart_x(chart, p->x[k]);
    const double ends[2] = {spiqe_chart_y(chart, fmax(p->y[k] - p->error[k], chart->y.low)),
                            spiqe_chart_y(chart, fmin(p->y[k] + p->error[k], chart->y.high))};
    spiqe_text_add(text, "<path class=\"error\" d=\"");
    for (size_t i = 0; i < 2; i++) {
      spiqe_text_add(text, "M");
      spiqe_markup_coordinate(text, x - CAP);
      spiqe_text_add(text, " ");
      spiqe_markup_coordinate(text, ends[i]);
      spiqe_text_add(text, "h%g", 2 * CAP);
    }
    spiqe_text_add(text, "M");
    spiqe_markup_coordinate(text, x);
    spiqe_text_add(text, " ");
    spiqe_markup_coordinate(text, ends[0]);
    spiqe_text_add(text, "V");
    spiqe_markup_coordinate(text, ends[1]);
    spiqe_text_add(text, "\"/>\n");
  }
}

/* Accuracy without noise, from end to end. Returns the series of the legend. */
static size_t add_ideal(const spiqe_chart *chart, const points *p, spiqe_series *out) {
  const double x[2] = {chart->x.low, chart->x.high}, y[2] = {p->ideal, p->ideal};
  if (!isfinite(p->ideal)) return 0;
  *out = (spiqe_series){.name = "without noise",
                        .line = "threshold",
                        .x = x,
                        .y = y,
                        .n = 2,
                        .stride = 1,
                        .scale = 1};
  spiqe_chart_series(chart, out, "");
  out->x = out->y = NULL;
  return 1;
}

static spiqe_series series_of(const char *name, size_t i, const points *p) {
  static const char *const classes[] = {"one", "two", "three"};
  return (spiqe_series){.name = name,
                        .line = classes[i % 3],
                        .mark = classes[i % 3],
                        .shape = "osdt"[i % 4],
                        .x = p->x,
                        .y = p->y,
                        .unit = " %",
                        .n = p->n,
                        .stride = 1,
                        .scale = 1};
}

int spiqe_chart_sweep(spiqe_text *text, const spiqe_sweep_line *lines, size_t n,
                      spiqe_noise_source source) {
  points all[MOST_LINES];
  spiqe_series series[MOST_LINES + 1];
  spiqe_chart chart;
  char label[128];
  size_t n_lines = 0;
  for (size_t i = 0; i < n && n_lines < MOST_LINES; i++) {
    find_points(&lines[i], source, &all[n_lines]);
    if (!all[n_lines].n) continue;
    series[n_lines] = series_of(lines[i].name, n_lines, &all[n_lines]);
    n_lines++;
  }
  if (!n_lines) return 0;
  snprintf(label, sizeof label, "Line chart: accuracy over the %s", titles[source].axis);
  spiqe_chart_begin(&chart, text, HEIGHT, label);
  fit_axes(&chart, all, n_lines);
  spiqe_chart_make_room(&chart);
  spiqe_chart_axes(&chart, titles[source].axis, "accuracy (%)");
  const size_t n_ideal = n_lines == 1 ? add_ideal(&chart, all, &series[1]) : 0;
  for (size_t i = 0; i < n_lines; i++) {
    add_errors(&chart, &all[i]);
    spiqe_chart_series(&chart, &series[i], spiqe_noise_source_name(source));
  }
  spiqe_chart_legend(&chart, series, n_lines + n_ideal);
  spiqe_chart_end(&chart);
  return 1;
}

/* name: NULL where there is one network alone. */
static void add_row(spiqe_text *text, const char *name, const spiqe_sweep_row *row) {
  spiqe_text_add(text, "<tr>");
  if (name) {
    spiqe_text_add(text, "<th scope=\"row\">");
    spiqe_markup_text(text, name);
    spiqe_text_add(text, "</th>");
  }
  spiqe_text_add(text, "<td>");
  if (isnan(row->value))
    spiqe_text_add(text, "no noise");
  else
    spiqe_markup_number(text, row->value, 3);
  spiqe_text_add(text, "</td><td>");
  spiqe_markup_percent(text, row->accuracy, 2);
  spiqe_text_add(text, "</td><td>");
  spiqe_markup_percent(text, spiqe_accuracy_error(row->accuracy, row->n_samples), 2);
  spiqe_text_add(text, "</td><td>%zu</td><td>", row->n_samples);
  if (row->n_shots)
    spiqe_text_add(text, "%zu", row->n_shots);
  else
    spiqe_text_add(text, "as trained");
  spiqe_text_add(text, "</td></tr>\n");
}

int spiqe_table_sweep(spiqe_text *text, const spiqe_sweep_line *lines, size_t n,
                      spiqe_noise_source source) {
  if (!spiqe_sweep_count(lines, n, source)) return 0;
  spiqe_text_add(text,
                 "<table class=\"numbers\"><thead><tr>%s<th>%s</th><th>accuracy</th>"
                 "<th>standard error</th><th>samples</th><th>shots</th></tr></thead><tbody>\n",
                 n > 1 ? "<th>network</th>" : "", spiqe_noise_source_name(source));
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < lines[i].n_rows; k++)
      if (is_of(&lines[i].rows[k], source))
        add_row(text, n > 1 ? lines[i].name : NULL, &lines[i].rows[k]);
  spiqe_text_add(text, "</tbody></table>\n");
  return 1;
}

int spiqe_sweep_is_there(const spiqe_sweep_line *lines, size_t n) {
  for (size_t s = 0; s < SPIQE_N_NOISE_SOURCES; s++)
    if (spiqe_sweep_count(lines, n, (spiqe_noise_source)s)) return 1;
  return 0;
}

void spiqe_sweep_section(spiqe_text *text, const spiqe_sweep_line *lines, size_t n) {
  if (!spiqe_sweep_is_there(lines, n)) return;
  spiqe_frame_section(text, "noise", "Noise",
                      "The test with every neuron run as its circuit, while one source of noise "
                      "grows and all others are off. Bars are one standard error to each side, of "
                      "the test samples.");
  spiqe_text_add(text, "<div class=\"two-columns\">\n");
  for (size_t s = 0; s < SPIQE_N_NOISE_SOURCES; s++) {
    if (!spiqe_sweep_count(lines, n, (spiqe_noise_source)s)) continue;
    spiqe_text_add(text, "<div class=\"card\"><h3>%s</h3>\n", titles[s].title);
    spiqe_chart_sweep(text, lines, n, (spiqe_noise_source)s);
    spiqe_text_add(text, "<details><summary>In numbers</summary>\n");
    spiqe_table_sweep(text, lines, n, (spiqe_noise_source)s);
    spiqe_text_add(text, "</details></div>\n");
  }
  spiqe_text_add(text, "</div>\n</section>\n");
}
