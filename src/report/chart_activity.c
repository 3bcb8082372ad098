/* What the neurons did: rasters, firing rates, one neuron's state over the steps. */
#include <math.h>
#include <stdio.h>

#include "report/chart.h"
#include "report/markup.h"
#include "report/svg.h"

#define MOST_CELLS 30000 /* of a raster: larger layers are thinned to keep the page small */
#define RASTER_HEIGHT 290.0
#define TRACE_HEIGHT 300.0
#define BAR 22.0
#define BAR_PITCH 46.0

/* Neuron u is drawn in the row that counts from below. Returns the number of spikes drawn. */
static size_t add_spikes(spiqe_text *text, const spiqe_raster *raster, size_t every) {
  size_t n_rows = (raster->n_units + every - 1) / every, n_spikes = 0;
  for (size_t row = 0; row < n_rows; row++)
    for (size_t t = 0; t < raster->n_steps; t++) {
      if (!raster->spikes[t * raster->n_units + row * every]) continue;
      spiqe_text_add(text, "M%zu.1 %zu.5h.8", t, n_rows - 1 - row);
      n_spikes++;
    }
  return n_spikes;
}

/* The spikes are one path in units of steps and neurons, stretched to the frame. A mark is at
 * least 1.4 high, else single spikes of a large layer could not be seen. */
static void add_raster_marks(const spiqe_chart *chart, const spiqe_raster *raster, size_t every) {
  size_t n_rows = (raster->n_units + every - 1) / every;
  double row_height = (chart->base - chart->top) / (double)n_rows;
  double thickness = fmax(row_height > 4 ? 0.72 : 1, 1.4 / row_height);
  spiqe_text_add(chart->text, "<path class=\"spikes\" transform=\"translate(");
  spiqe_markup_coordinate(chart->text, chart->left);
  spiqe_text_add(chart->text, " ");
  spiqe_markup_coordinate(chart->text, chart->top);
  spiqe_text_add(chart->text, ") scale(");
  spiqe_markup_number(chart->text, (chart->right - chart->left) / (double)raster->n_steps, 6);
  spiqe_text_add(chart->text, " ");
  spiqe_markup_number(chart->text, row_height, 6);
  spiqe_text_add(chart->text, ")\" stroke-width=\"");
  spiqe_markup_number(chart->text, thickness, 3);
  spiqe_text_add(chart->text, "\" d=\"");
  add_spikes(chart->text, raster, every);
  spiqe_text_add(chart->text, "\"/>\n");
}

static void add_true_row(const spiqe_chart *chart, const spiqe_raster *raster) {
  double height = (chart->base - chart->top) / (double)raster->n_units;
  spiqe_text_add(chart->text, "<rect class=\"band\" x=\"");
  spiqe_markup_coordinate(chart->text, chart->left);
  spiqe_text_add(chart->text, "\" y=\"");
  spiqe_markup_coordinate(chart->text, chart->base - (double)(raster->label + 1) * height);
  spiqe_text_add(chart->text, "\" width=\"");
  spiqe_markup_coordinate(chart->text, chart->right - chart->left);
  spiqe_text_add(chart->text, "\" height=\"");
  spiqe_markup_coordinate(chart->text, height);
  spiqe_text_add(chart->text, "\"><title>true class %zu</title></rect>\n", raster->label);
}

static void add_unit_axis(const spiqe_chart *chart, size_t n_units, const char *title) {
  size_t step = n_units <= 12 ? 1 : (size_t)spiqe_axis_fit(0, (double)n_units, 5, 1).step;
  double height = chart->base - chart->top;
  for (size_t u = 0; u < n_units; u += step) {
    char label[24];
    snprintf(label, sizeof label, "%zu", u);
    double y = chart->base - height * ((double)u + 0.5) / (double)n_units;
    spiqe_chart_text(chart->text, chart->left - 7, y + 4, "end", "tick", label);
  }
  spiqe_chart_text(chart->text, 2, 13, "start", "axis-title", title);
}

static size_t count_spikes(const spiqe_raster *raster) {
  size_t n = 0;
  for (size_t i = 0; i < raster->n_steps * raster->n_units; i++) n += raster->spikes[i] != 0;
  return n;
}

int spiqe_chart_raster(spiqe_text *text, const spiqe_raster *raster, size_t n_classes) {
  if (!raster->n_steps || !raster->n_units || !raster->spikes) return 0;
  spiqe_chart chart;
  char label[192], title[64] = "neuron";
  size_t most_rows = MOST_CELLS / raster->n_steps + 1;
  size_t every = (raster->n_units + most_rows - 1) / most_rows;
  if (every > 1) snprintf(title, sizeof title, "neuron (1 of %zu is drawn)", every);
  snprintf(label, sizeof label, "Spike raster of %.60s: %zu spikes of %zu neurons in %zu steps",
           raster->layer ? raster->layer : "a layer", count_spikes(raster), raster->n_units,
           raster->n_steps);
  spiqe_chart_begin(&chart, text, RASTER_HEIGHT, label);
  chart.top = 24;
  chart.x = spiqe_axis_steps(raster->n_steps);
  spiqe_text_add(text, "<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
                 (int)chart.left, (int)chart.top, (int)(chart.right - chart.left),
                 (int)(chart.base - chart.top));
  if (raster->n_units == n_classes && raster->label < n_classes) add_true_row(&chart, raster);
  add_raster_marks(&chart, raster, every);
  add_unit_axis(&chart, raster->n_units, title);
  spiqe_chart_x_axis(&chart, "step");
  spiqe_chart_end(&chart);
  return 1;
}

static void add_bar(const spiqe_chart *chart, size_t i, const char *name, double rate) {
  double y = chart->top + 18 + (double)i * BAR_PITCH, x = spiqe_chart_x(chart, rate);
  spiqe_text value = {0};
  spiqe_markup_number(&value, rate, 3);
  if (value.failed) chart->text->failed = 1;
  spiqe_chart_text(chart->text, chart->left, y - 5, "start", "legend", name);
  spiqe_text_add(chart->text, "<rect class=\"bar\" x=\"%d\" y=\"", (int)chart->left);
  spiqe_markup_coordinate(chart->text, y);
  spiqe_text_add(chart->text, "\" height=\"%d\" width=\"", (int)BAR);
  spiqe_markup_coordinate(chart->text, x - chart->left);
  spiqe_text_add(chart->text, "\"/>\n");
  spiqe_chart_text(chart->text, x + 6, y + 16, "start", "tick strong", value.data);
  spiqe_text_destroy(&value);
}

int spiqe_chart_firing(spiqe_text *text, const spiqe_page *page) {
  double most = 0;
  size_t n = 0;
  for (size_t i = 0; i < page->n_layers; i++) {
    if (!isfinite(page->firing_rates[i]) || page->firing_rates[i] < 0) continue;
    most = fmax(most, page->firing_rates[i]);
    n++;
  }
  if (n == 0) return 0;
  spiqe_chart chart;
  double height = 46 + BAR_PITCH * (double)n + 10;
  spiqe_chart_begin(&chart, text, height, "Bar chart: firing rate of each layer");
  chart.top = 0;
  chart.left = 16;                      /* half of the first tick label */
  chart.right = SPIQE_CHART_WIDTH - 52; /* room for the number behind the longest bar */
  chart.x = spiqe_axis_fit(0, most > 0 ? most : 1, 5, 0);
  n = 0;
  for (size_t i = 0; i < page->n_layers; i++)
    if (isfinite(page->firing_rates[i]) && page->firing_rates[i] >= 0)
      add_bar(&chart, n++, page->layer_names[i], page->firing_rates[i]);
  spiqe_chart_x_axis(&chart, "spikes per neuron and step");
  spiqe_chart_end(&chart);
  return 1;
}

static spiqe_axis trace_axis(const spiqe_trace *trace) {
  double low = 0, high = 0;
  for (size_t t = 0; t < trace->n_steps; t++) {
    if (!isfinite(trace->values[t])) continue;
    low = fmin(low, trace->values[t]);
    high = fmax(high, trace->values[t]);
  }
  if (isfinite(trace->threshold)) {
    low = fmin(low, trace->threshold);
    high = fmax(high, trace->threshold);
  }
  return spiqe_axis_fit(low, high, 5, 0);
}

static void add_threshold(const spiqe_chart *chart, double threshold) {
  if (!isfinite(threshold)) return;
  double y = spiqe_chart_y(chart, threshold);
  spiqe_text_add(chart->text, "<path class=\"line threshold\" d=\"M");
  spiqe_markup_coordinate(chart->text, chart->left);
  spiqe_text_add(chart->text, " ");
  spiqe_markup_coordinate(chart->text, y);
  spiqe_text_add(chart->text, "H");
  spiqe_markup_coordinate(chart->text, chart->right);
  spiqe_text_add(chart->text, "\"><title>threshold ");
  spiqe_markup_number(chart->text, threshold, 3);
  spiqe_text_add(chart->text, "</title></path>\n");
}

/* The values as a path, a mark above each step that spiked. */
static void add_state(const spiqe_chart *chart, const spiqe_trace *trace) {
  int is_open = 0;
  spiqe_text_add(chart->text, "<path class=\"line one\" d=\"");
  for (size_t t = 0; t < trace->n_steps; t++) {
    int is_finite = isfinite(trace->values[t]);
    if (is_finite) {
      spiqe_text_add(chart->text, is_open ? "L" : "M");
      spiqe_markup_coordinate(chart->text, spiqe_chart_x(chart, (double)t + 1));
      spiqe_text_add(chart->text, " ");
      spiqe_markup_coordinate(chart->text, spiqe_chart_y(chart, trace->values[t]));
    }
    is_open = is_finite;
  }
  spiqe_text_add(chart->text, "\"/>\n");
  for (size_t t = 0; t < trace->n_steps; t++) {
    double x = spiqe_chart_x(chart, (double)t + 1);
    if (isfinite(trace->values[t]) && trace->n_steps <= 100)
      spiqe_chart_mark(chart->text, 'o', "one small", x, spiqe_chart_y(chart, trace->values[t]));
    if (trace->spikes && trace->spikes[t])
      spiqe_chart_mark(chart->text, 't', "two", x, chart->top - 3);
  }
}

int spiqe_chart_trace(spiqe_text *text, const spiqe_trace *trace) {
  if (!trace->n_steps || !trace->values) return 0;
  spiqe_chart chart;
  const char *quantity = trace->quantity ? trace->quantity : "state";
  char label[192];
  snprintf(label, sizeof label, "Line chart: %.60s of %.60s over %zu steps", quantity,
           trace->title ? trace->title : "a neuron", trace->n_steps);
  spiqe_chart_begin(&chart, text, TRACE_HEIGHT, label);
  chart.top = 58; /* the row of spikes is between legend and plot */
  chart.x = spiqe_axis_steps(trace->n_steps);
  chart.y = trace_axis(trace);
  spiqe_chart_make_room(&chart);
  spiqe_chart_axes(&chart, "step", quantity);
  add_threshold(&chart, trace->threshold);
  add_state(&chart, trace);
  spiqe_series legend[] = {
      {.name = "before the reset", .line = "one", .mark = "one", .shape = 'o'},
      {.name = "spike", .mark = "two", .shape = 't'},
      {.name = "threshold", .line = "threshold"},
  };
  spiqe_chart_legend(&chart, legend, isfinite(trace->threshold) ? 3 : 2);
  spiqe_chart_end(&chart);
  return 1;
}
