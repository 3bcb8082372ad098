/* Gathered lines as a chart and as a table. */
#include <math.h>
#include <stdlib.h>

#include "report/gather.h"
#include "report/markup.h"
#include "report/svg.h"

#define MOST_LINES 6 /* with markers and colours that can be told apart */
#define HEIGHT 300.0
#define CAP 3.0 /* half of the ends of an error bar */

/* One line as it is drawn: its points that have a place on the axis; in percent. */
typedef struct drawn {
  size_t n;
  double *x, *y, *error; /* owned by x: [n] each */
  double *whole, *part;  /* y of the points that have all seeds, and of the others; else NaN */
  double ideal;          /* without noise; NaN: not known */
  spiqe_text name, part_name;
} drawn;

static void drawn_destroy(drawn *d) {
  free(d->x);
  spiqe_text_destroy(&d->name);
  spiqe_text_destroy(&d->part_name);
}

/* Returns 0 when memory runs out. */
static int drawn_create(const spiqe_gathered *g, size_t i, drawn *d) {
  const spiqe_gathered_line *line = &g->lines[i];
  *d = (drawn){.ideal = NAN, .x = calloc(5 * line->n + 1, sizeof *d->x)};
  if (!d->x) return 0;
  d->y = d->x + line->n;
  d->error = d->y + line->n;
  d->whole = d->error + line->n;
  d->part = d->whole + line->n;
  for (size_t k = 0; k < line->n; k++) {
    const spiqe_gathered_point *point = &line->points[k];
    const int is_whole = point->n_seeds >= line->key.n_seeds;
    if (isnan(point->x)) d->ideal = 100 * point->accuracy;
    if (!(point->x > 0)) continue;
    d->x[d->n] = point->x;
    d->y[d->n] = 100 * point->accuracy;
    d->whole[d->n] = is_whole ? d->y[d->n] : NAN;
    d->part[d->n] = is_whole ? NAN : d->y[d->n];
    d->error[d->n++] = 100 * spiqe_gathered_error(line, point);
  }
  spiqe_gathered_add_name(&d->name, g, i);
  spiqe_text_add(&d->part_name, "%s, not all seeds", d->name.data ? d->name.data : "");
  return !d->name.failed && !d->part_name.failed;
}

static void fit_axes(spiqe_chart *chart, const drawn *all, size_t n) {
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

static void add_errors(const spiqe_chart *chart, const drawn *d) {
  spiqe_text *text = chart->text;
  for (size_t k = 0; k < d->n; k++) {
    const double x = spiqe_chart_x(chart, d->x[k]);
    const double ends[2] = {spiqe_chart_y(chart, fmax(d->y[k] - d->error[k], chart->y.low)),
                            spiqe_chart_y(chart, fmin(d->y[k] + d->error[k], chart->y.high))};
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

/* Accuracy without noise, from end to end. */
static void add_ideal(const spiqe_chart *chart, const spiqe_series *about, const drawn *d) {
  const double x[2] = {chart->x.low, chart->x.high}, y[2] = {d->ideal, d->ideal};
  spiqe_series series = *about;
  series.x = x;
  series.y = y;
  series.n = 2;
  series.stride = 1;
  series.scale = 1;
  spiqe_chart_series(chart, &series, "");
}

static const char *const classes[] = {"one", "two", "three"};
static const char *const hollow_classes[] = {"one hollow", "two hollow", "three hollow"};

static spiqe_series series_of(size_t i, const drawn *d) {
  return (spiqe_series){.name = d->name.data,
                        .line = classes[i % 3],
                        .mark = classes[i % 3],
                        .shape = "osdt"[i % 4],
                        .x = d->x,
                        .y = d->y,
                        .unit = " %",
                        .n = d->n,
                        .stride = 1,
                        .scale = 1};
}

/* The line through all points, then the marks of those that have all seeds, then the others. */
static void add_line(const spiqe_chart *chart, size_t i, const drawn *d, const char *x_name) {
  spiqe_series line = series_of(i, d), whole = line, part = line;
  line.mark = whole.line = part.line = NULL;
  whole.y = d->whole;
  part.y = d->part;
  part.name = d->part_name.data;
  part.mark = hollow_classes[i % 3];
  add_errors(chart, d);
  spiqe_chart_series(chart, &line, x_name);
  spiqe_chart_series(chart, &whole, x_name);
  spiqe_chart_series(chart, &part, x_name);
}

static void add_chart(spiqe_text *text, const drawn *all, size_t n, const spiqe_gather_axis *axis) {
  spiqe_series series[MOST_LINES + 1];
  spiqe_chart chart;
  const size_t n_ideal = n == 1 && isfinite(all[0].ideal);
  for (size_t i = 0; i < n; i++) series[i] = series_of(i, &all[i]);
  if (n_ideal) series[1] = (spiqe_series){.name = "without noise", .line = "threshold"};
  const double more = spiqe_chart_legend_height(series, n + n_ideal);
  spiqe_chart_begin(&chart, text, HEIGHT + more, axis->label);
  chart.top += more;
  fit_axes(&chart, all, n);
  spiqe_chart_make_room(&chart);
  spiqe_chart_axes(&chart, axis->title, "accuracy (%)");
  if (n_ideal) add_ideal(&chart, &series[1], &all[0]);
  for (size_t i = 0; i < n; i++) add_line(&chart, i, &all[i], axis->name);
  spiqe_chart_legend(&chart, series, n + n_ideal);
  spiqe_chart_end(&chart);
}

/* names: those of lines that have points but no place. */
static void add_left_out(spiqe_text *text, const spiqe_text *names) {
  if (!names->size) return;
  spiqe_text_add(text,
                 "<p class=\"note\">Of %d lines at most a chart can be read; not drawn, but in "
                 "the table: ",
                 MOST_LINES);
  spiqe_markup_text(text, names->data + 2);
  spiqe_text_add(text, ".</p>\n");
}

int spiqe_chart_gathered(spiqe_text *text, const spiqe_gathered *g, const spiqe_gather_axis *axis) {
  drawn all[MOST_LINES];
  spiqe_text left_out = {0};
  size_t n = 0;
  for (size_t i = 0; i < g->n; i++) {
    if (!spiqe_gathered_line_is_drawn(&g->lines[i])) continue;
    if (n == MOST_LINES) {
      spiqe_text_add(&left_out, ", ");
      spiqe_gathered_add_name(&left_out, g, i);
    } else if (drawn_create(g, i, &all[n])) {
      n++;
    } else {
      drawn_destroy(&all[n]);
      text->failed = 1;
    }
  }
  if (n) add_chart(text, all, n, axis);
  add_left_out(text, &left_out);
  text->failed |= left_out.failed;
  for (size_t i = 0; i < n; i++) drawn_destroy(&all[i]);
  spiqe_text_destroy(&left_out);
  return n > 0;
}

static void add_value(spiqe_text *text, double x) {
  if (isnan(x))
    spiqe_text_add(text, "no\u00a0noise");
  else if (x >= 1 && x == floor(x))
    spiqe_markup_fixed(text, x, 0);
  else
    spiqe_markup_number(text, x, 3);
}

/* name: NULL where there is one network alone; has_seeds: of how many seeds it is is told. */
static void add_row(spiqe_text *text, const spiqe_gathered_line *line, size_t i, const char *name,
                    int has_seeds) {
  const spiqe_gathered_point *point = &line->points[i];
  spiqe_text_add(text, "<tr>");
  if (name) {
    spiqe_text_add(text, "<th scope=\"row\">");
    spiqe_markup_text(text, name);
    spiqe_text_add(text, "</th>");
  }
  spiqe_text_add(text, "<td>");
  add_value(text, point->x);
  spiqe_text_add(text, "</td><td>");
  spiqe_markup_percent(text, point->accuracy, 2);
  spiqe_text_add(text, "</td><td>");
  spiqe_markup_percent(text, spiqe_gathered_error(line, point), 2);
  spiqe_text_add(text, "</td>");
  if (has_seeds)
    spiqe_text_add(text, "<td>%zu\u00a0of\u00a0%zu</td>", point->n_seeds, line->key.n_seeds);
  spiqe_text_add(text, "</tr>\n");
}

void spiqe_table_gathered(spiqe_text *text, const spiqe_gathered *g,
                          const spiqe_gather_axis *axis) {
  int has_seeds = 0;
  for (size_t i = 0; i < g->n; i++) has_seeds |= g->lines[i].key.n_seeds > 1;
  spiqe_text_add(text, "<table class=\"numbers\"><thead><tr>");
  if (g->n > 1 || axis->is_named) spiqe_text_add(text, "<th>%s</th>", axis->lines);
  spiqe_text_add(text, "<th>%s</th><th>accuracy</th><th>%s</th>%s</tr></thead><tbody>\n",
                 axis->name, has_seeds ? "\u00b1" : "standard error",
                 has_seeds ? "<th>seeds</th>" : "");
  for (size_t i = 0; i < g->n; i++) {
    spiqe_text name = {0};
    if (g->n > 1 || axis->is_named) spiqe_gathered_add_name(&name, g, i);
    for (size_t k = 0; k < g->lines[i].n; k++) add_row(text, &g->lines[i], k, name.data, has_seeds);
    text->failed |= name.failed;
    spiqe_text_destroy(&name);
  }
  spiqe_text_add(text, "</tbody></table>\n");
}
