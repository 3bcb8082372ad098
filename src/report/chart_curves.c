/* Loss, accuracy and learning rate over the epochs. */
#include <math.h>
#include <stdio.h>

#include "report/chart.h"
#include "report/markup.h"
#include "report/svg.h"

#define MOST_BUCKETS 300 /* of batches: two points each, about one a pixel */
#define LOG_RATIO 50.0
#define HEIGHT 300.0
#define STRIDE (sizeof(spiqe_curve_point) / sizeof(double))

/* Batches reduced to what a chart can show: extremes and mean of each bucket of batches. */
typedef struct batch_curve {
  double x[2 * MOST_BUCKETS], extreme[2 * MOST_BUCKETS];
  double middle[MOST_BUCKETS], mean[MOST_BUCKETS];
  size_t n_extremes, n_means;
} batch_curve;

static double last_epoch(const spiqe_page *page) {
  double last = 0;
  for (size_t i = 0; i < page->n_points; i++)
    if (isfinite(page->points[i].epoch) && page->points[i].epoch > last)
      last = page->points[i].epoch;
  return last;
}

static double batches_per_epoch(const spiqe_page *page) {
  double last = last_epoch(page);
  if (page->batches_per_epoch > 0) return (double)page->batches_per_epoch;
  return last > 0 ? (double)page->n_batches / last : 0;
}

static double whole_range(const spiqe_page *page) {
  double per_epoch = batches_per_epoch(page), last = last_epoch(page);
  double by_batches = per_epoch > 0 ? (double)page->n_batches / per_epoch : 0;
  double range = fmax(last, by_batches);
  return range > 0 ? range : page->n_batches > 0 ? (double)page->n_batches : 1;
}

/* Mean over batches [first, end); NaN when none is finite. */
static double mean_of(const float *loss, size_t first, size_t end) {
  double sum = 0;
  size_t n = 0;
  for (size_t i = first; i < end; i++)
    if (isfinite(loss[i])) sum += loss[i], n++;
  return n ? sum / (double)n : NAN;
}

static void reduce_bucket(const float *loss, size_t first, size_t end, double scale,
                          batch_curve *curve) {
  size_t low = first, high = first;
  for (size_t i = first; i < end; i++) {
    if (!isfinite(loss[i])) continue;
    if (!isfinite(loss[low]) || loss[i] < loss[low]) low = i;
    if (!isfinite(loss[high]) || loss[i] > loss[high]) high = i;
  }
  size_t early = low < high ? low : high, late = low < high ? high : low;
  for (size_t k = 0; k < (early == late ? 1 : 2); k++) {
    size_t i = k ? late : early;
    curve->x[curve->n_extremes] = (double)(i + 1) * scale;
    curve->extreme[curve->n_extremes++] = loss[i];
  }
}

/* The moving mean looks at two buckets before and after, or at 1/50 of the batches. */
static void reduce_batches(const spiqe_page *page, batch_curve *curve) {
  size_t n = page->n_batches, n_buckets = n < MOST_BUCKETS ? n : MOST_BUCKETS;
  double per_epoch = batches_per_epoch(page), scale = per_epoch > 0 ? 1 / per_epoch : 1;
  size_t reach = n / 100 + 2;
  curve->n_extremes = curve->n_means = 0;
  for (size_t b = 0; b < n_buckets; b++) {
    size_t first = (size_t)((double)b * n / n_buckets);
    size_t end = (size_t)((double)(b + 1) * n / n_buckets), middle = (first + end) / 2;
    reduce_bucket(page->batch_loss, first, end, scale, curve);
    size_t from = middle > reach ? middle - reach : 0;
    size_t to = middle + reach < n ? middle + reach + 1 : n;
    curve->middle[b] = ((double)middle + 1) * scale;
    curve->mean[b] = mean_of(page->batch_loss, from, to);
  }
  curve->n_means = n_buckets;
}

static spiqe_series of_points(const spiqe_page *page, const char *name, const double *field,
                              const char *line, const char *mark, char shape) {
  return (spiqe_series){.name = name,
                        .line = line,
                        .mark = mark,
                        .shape = shape,
                        .x = page->n_points ? &page->points->epoch : NULL,
                        .y = field,
                        .n = page->n_points,
                        .stride = STRIDE,
                        .scale = 1};
}

/* Keep the series that have a value; returns how many, with the range of all. */
static size_t keep_finite(spiqe_series *series, size_t n, double *low, double *high) {
  size_t kept = 0;
  *low = INFINITY;
  *high = -INFINITY;
  for (size_t i = 0; i < n; i++)
    if (series[i].n && spiqe_series_range(&series[i], low, high)) series[kept++] = series[i];
  return kept;
}

static void draw_all(spiqe_text *text, const spiqe_page *page, const spiqe_series *series, size_t n,
                     spiqe_axis y, const char *y_title, const char *label) {
  spiqe_chart chart;
  double range = whole_range(page);
  int is_epochs = batches_per_epoch(page) > 0;
  spiqe_chart_begin(&chart, text, HEIGHT, label);
  chart.x = spiqe_axis_fit(0, range, 6, 1);
  chart.x.high = range; /* the curves end at the frame */
  chart.y = y;
  spiqe_chart_make_room(&chart);
  spiqe_chart_axes(&chart, is_epochs ? "epoch" : "batch", y_title);
  for (size_t i = 0; i < n; i++) spiqe_chart_series(&chart, &series[i], "epoch");
  if (n > 1) spiqe_chart_legend(&chart, series, n);
  spiqe_chart_end(&chart);
}

int spiqe_chart_loss(spiqe_text *text, const spiqe_page *page) {
  static const spiqe_curve_point none;
  const spiqe_curve_point *first = page->n_points ? page->points : &none;
  batch_curve curve = {.n_extremes = 0};
  double low, high;
  if (page->n_batches) reduce_batches(page, &curve);
  spiqe_series all[] = {
      {.name = "batch",
       .line = "thin",
       .x = curve.x,
       .y = curve.extreme,
       .n = curve.n_extremes,
       .stride = 1,
       .scale = 1},
      {.name = "moving mean",
       .line = "one",
       .x = curve.middle,
       .y = curve.mean,
       .n = curve.n_means > 1 ? curve.n_means : 0,
       .stride = 1,
       .scale = 1},
      of_points(page, "training", &first->train_loss, page->n_batches ? NULL : "one", "one", 'o'),
      of_points(page, "validation", &first->validation_loss, "two", "two", 's'),
  };
  size_t n = keep_finite(all, 4, &low, &high);
  if (n == 0) return 0;
  int is_log = low > 0 && high / low >= LOG_RATIO;
  spiqe_axis y =
      is_log ? spiqe_axis_fit_log(low, high) : spiqe_axis_fit(low > 0 ? 0 : low, high, 5, 0);
  char title[64], label[128];
  snprintf(title, sizeof title, "%.40s%s", page->loss_name ? page->loss_name : "loss",
           is_log ? ", log scale" : "");
  snprintf(label, sizeof label, "Line chart: %s by epoch", title);
  draw_all(text, page, all, n, y, title, label);
  return 1;
}

int spiqe_chart_accuracy(spiqe_text *text, const spiqe_page *page) {
  if (!page->n_points) return 0;
  double low, high, end = last_epoch(page), test = page->test_accuracy;
  spiqe_series all[] = {
      of_points(page, "training", &page->points->train_accuracy, "one", "one", 'o'),
      of_points(page, "validation", &page->points->validation_accuracy, "two", "two", 's'),
      {.name = "test",
       .mark = "three",
       .shape = 'd',
       .x = &end,
       .y = &test,
       .n = page->n_classes ? 1 : 0,
       .stride = 1},
  };
  for (size_t i = 0; i < 3; i++) {
    all[i].scale = 100;
    all[i].unit = " %";
  }
  size_t n = keep_finite(all, 3, &low, &high);
  if (n == 0) return 0;
  spiqe_axis y = spiqe_axis_fit(low, high, 5, 0);
  if (y.high > 100 && high <= 100) y.high = y.step * floor(100 / y.step);
  if (y.low < 0 && low >= 0) y.low = 0;
  draw_all(text, page, all, n, y, "accuracy (%)", "Line chart: accuracy in percent by epoch");
  return 1;
}

int spiqe_chart_rate(spiqe_text *text, const spiqe_page *page) {
  if (!page->n_points) return 0;
  double low, high;
  spiqe_series rate = of_points(page, "learning rate", &page->points->rate, "one", "one", 'o');
  if (!keep_finite(&rate, 1, &low, &high) || high <= 0) return 0;
  spiqe_axis y = spiqe_axis_fit(low > 0 ? 0 : low, high, 5, 0);
  draw_all(text, page, &rate, 1, y, "learning rate", "Line chart: learning rate by epoch");
  return 1;
}
