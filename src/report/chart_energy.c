/* What the network did for a sample, and what that costs: by technology, by stage, in numbers. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/chart.h"
#include "report/markup.h"
#include "report/svg.h"

#define MOST_ROWS 32
#define PITCH 34.0
#define BAR 16.0
#define BAR_PITCH 42.0

/* One figure of a technology. */
typedef struct figure {
  char name[64], value[40];
  double joules;
} figure;

/* "45nm, off chip"; nothing behind the name of what has no memory of its own to tell apart. */
static void name_figure(const spiqe_technology *technology, const spiqe_work *work,
                        spiqe_memory memory, figure *out) {
  const int is_alone = !isfinite(spiqe_energy(technology, work, SPIQE_MEMORY_OFF_CHIP));
  const char *how = is_alone ? "" : spiqe_memory_name(memory);
  if (technology->holds_memory) how = "memory included";
  snprintf(out->name, sizeof out->name, "%s%s%s", technology->name, how[0] ? ", " : "", how);
}

static size_t find_figures(const spiqe_work *work, figure *out) {
  const spiqe_technology *t;
  size_t n = 0;
  for (size_t i = 0; (t = spiqe_technology_at(i)); i++)
    for (int memory = 0; memory < SPIQE_N_MEMORIES && n < MOST_ROWS; memory++) {
      const double joules = spiqe_energy(t, work, (spiqe_memory)memory);
      const int is_less = spiqe_energy_left_out(t, work, 0) != NULL;
      char text[24];
      if (!(joules > 0)) continue;
      spiqe_energy_print(joules, text, sizeof text);
      name_figure(t, work, (spiqe_memory)memory, &out[n]);
      snprintf(out[n].value, sizeof out[n].value, "%s%s", is_less ? "more than " : "", text);
      out[n++].joules = joules;
    }
  return n;
}

/* Decades are far apart: a tick at each unit. */
static void add_unit_ticks(const spiqe_chart *chart) {
  static const char *const units[] = {"fJ", "pJ", "nJ", "uJ", "mJ", "J", "kJ", "MJ"};
  for (int i = 0; i < 8; i++) {
    const double exponent = 3.0 * i - 15;
    if (exponent < chart->x.low - 1e-9 || exponent > chart->x.high + 1e-9) continue;
    const double x = spiqe_chart_x(chart, exponent);
    char label[16];
    snprintf(label, sizeof label, "1 %s", units[i]);
    spiqe_text_add(chart->text, "<path class=\"grid\" d=\"M");
    spiqe_markup_coordinate(chart->text, x);
    spiqe_text_add(chart->text, " 4V");
    spiqe_markup_coordinate(chart->text, chart->base);
    spiqe_text_add(chart->text, "\"/>\n");
    spiqe_chart_text(chart->text, x, chart->base + 17, "middle", "tick", label);
  }
}

static void add_figure(const spiqe_chart *chart, size_t i, const figure *row) {
  const double y = 16 + (double)i * PITCH, x = spiqe_chart_x(chart, log10(row->joules));
  const int is_right = x > (chart->left + chart->right) / 2;
  spiqe_chart_text(chart->text, chart->left, y, "start", "legend", row->name);
  spiqe_text_add(chart->text, "<g><title>");
  spiqe_markup_text(chart->text, row->name);
  spiqe_text_add(chart->text, ": ");
  spiqe_markup_text(chart->text, row->value);
  spiqe_text_add(chart->text, "</title>");
  spiqe_chart_mark(chart->text, 'o', "one", x, y + 12);
  spiqe_text_add(chart->text, "</g>\n");
  spiqe_chart_text(chart->text, is_right ? x - 8 : x + 8, y + 16, is_right ? "end" : "start",
                   "tick strong", row->value);
}

int spiqe_chart_energy(spiqe_text *text, const spiqe_page *page) {
  figure rows[MOST_ROWS];
  const size_t n = page->work ? find_figures(&page->work->total, rows) : 0;
  double low = INFINITY, high = -INFINITY;
  spiqe_chart chart;
  if (!n) return 0;
  for (size_t i = 0; i < n; i++) {
    low = fmin(low, 3 * floor(log10(rows[i].joules) / 3));
    high = fmax(high, 3 * ceil(log10(rows[i].joules) / 3));
  }
  spiqe_chart_begin(&chart, text, 54 + PITCH * (double)n,
                    "Chart: energy of a sample by technology, logarithmic");
  chart.top = 0;
  chart.left = 24; /* half of the first tick label */
  chart.right = SPIQE_CHART_WIDTH - 24;
  chart.x = (spiqe_axis){.low = low, .high = fmax(high, low + 3), .step = 100};
  add_unit_ticks(&chart);
  for (size_t i = 0; i < n; i++) add_figure(&chart, i, &rows[i]);
  spiqe_chart_text(text, (chart.left + chart.right) / 2, chart.base + 36, "middle", "axis-title",
                   "energy of a sample");
  spiqe_chart_end(&chart);
  return 1;
}

/* Joules of a stage in the technology whose prices cover all of it. */
static double full_price(const spiqe_work *work, spiqe_memory memory) {
  const double joules = spiqe_energy(spiqe_technology_at(0), work, memory);
  return isfinite(joules) ? joules : 0;
}

static void add_stage(const spiqe_chart *chart, size_t i, const char *name, double joules,
                      double unit) {
  const double y = 18 + (double)i * BAR_PITCH, x = spiqe_chart_x(chart, joules / unit);
  char value[32];
  spiqe_energy_print(joules, value, sizeof value);
  spiqe_chart_text(chart->text, chart->left, y - 5, "start", "legend", name);
  spiqe_text_add(chart->text, "<rect class=\"bar\" x=\"%d\" y=\"", (int)chart->left);
  spiqe_markup_coordinate(chart->text, y);
  spiqe_text_add(chart->text, "\" height=\"%d\" width=\"", (int)BAR);
  spiqe_markup_coordinate(chart->text, x - chart->left);
  spiqe_text_add(chart->text, "\"/>\n");
  spiqe_chart_text(chart->text, x + 6, y + 13, "start", "tick strong", value);
}

/* The input has no bar where its encoder computes nothing. */
int spiqe_chart_stage_energy(spiqe_text *text, const spiqe_page *page) {
  double most = 0;
  char title[64], one[24];
  spiqe_chart chart;
  if (!page->work) return 0;
  const size_t first = full_price(&page->work->stages[0], SPIQE_MEMORY_NONE) > 0 ? 0 : 1;
  for (size_t i = first; i < page->work->n_stages; i++)
    most = fmax(most, full_price(&page->work->stages[i], SPIQE_MEMORY_NONE));
  if (!(most > 0)) return 0;
  const double unit = pow(10, 3 * floor(log10(most) / 3 + 1e-9));
  spiqe_energy_print(unit, one, sizeof one);
  snprintf(title, sizeof title, "arithmetic of a sample at 45 nm (%s)", one + 2);
  spiqe_chart_begin(&chart, text, 56 + BAR_PITCH * (double)(page->work->n_stages - first),
                    "Bar chart: energy of the arithmetic of each stage at 45 nm");
  chart.top = 0;
  chart.left = 16;
  chart.right = SPIQE_CHART_WIDTH - 76; /* room for the number behind the longest bar */
  chart.x = spiqe_axis_fit(0, most / unit, 5, 0);
  for (size_t i = first; i < page->work->n_stages; i++)
    add_stage(&chart, i - first, page->work->names[i],
              full_price(&page->work->stages[i], SPIQE_MEMORY_NONE), unit);
  spiqe_chart_x_axis(&chart, title);
  spiqe_chart_end(&chart);
  return 1;
}

static void add_cell(spiqe_text *text, double count) {
  spiqe_text_add(text, "<td>");
  if (count < 10 && count > floor(count))
    spiqe_markup_fixed(text, count, 1);
  else
    spiqe_markup_count(text, (uint64_t)llround(count));
  spiqe_text_add(text, "</td>");
}

static void add_joules(spiqe_text *text, const spiqe_work *work, spiqe_memory memory) {
  char value[32];
  spiqe_energy_print(full_price(work, memory), value, sizeof value);
  spiqe_text_add(text, "<td>%s</td>", value);
}

static void add_row(spiqe_text *text, const char *name, const spiqe_work *work) {
  static const spiqe_work_kind columns[] = {SPIQE_WORK_INPUT_SPIKES, SPIQE_WORK_MACS,
                                            SPIQE_WORK_SYNAPTIC, SPIQE_WORK_UPDATES,
                                            SPIQE_WORK_SPIKES};
  spiqe_text_add(text, "<tr><th scope=\"row\">");
  spiqe_markup_text(text, name);
  spiqe_text_add(text, "</th>");
  for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
    add_cell(text, work->counts[columns[k]]);
  add_cell(text, spiqe_work_bytes(work));
  for (int memory = 0; memory < SPIQE_N_MEMORIES; memory++)
    add_joules(text, work, (spiqe_memory)memory);
  spiqe_text_add(text, "</tr>\n");
}

int spiqe_table_energy(spiqe_text *text, const spiqe_page *page) {
  if (!page->work) return 0;
  spiqe_text_add(text,
                 "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Operations\">\n"
                 "<table class=\"numbers\"><thead><tr><th>stage</th>"
                 "<th>input spikes</th><th>MACs</th>"
                 "<th>synaptic ops</th><th>updates</th><th>spikes</th><th>bytes moved</th>"
                 "<th>45 nm, arithmetic</th><th>+ on chip</th><th>+ off chip</th></tr></thead>"
                 "<tbody>\n");
  for (size_t i = 0; i < page->work->n_stages; i++)
    add_row(text, page->work->names[i], &page->work->stages[i]);
  add_row(text, "all", &page->work->total);
  spiqe_text_add(text, "</tbody></table></div>\n");
  return 1;
}
