/* The page of a comparison. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/fail.h"
#include "core/file.h"
#include "report/compare.h"
#include "report/frame.h"
#include "report/markup.h"

static void add_charts(spiqe_text *text, const spiqe_comparison *c) {
  spiqe_frame_section(
      text, "charts", "Side by side",
      "Bars are means over the seeds, from zero; the line across the end of a bar is "
      "one standard deviation to each side, dots are the single trainings.");
  spiqe_text_add(text, "<div class=\"two-columns bars\">\n");
  for (size_t k = 0; k < SPIQE_N_METRICS; k++) {
    spiqe_text chart = {0};
    if (spiqe_chart_bars(&chart, c, (spiqe_metric)k))
      spiqe_text_add(text, "<div class=\"card\"><h3>%s</h3>\n%s</div>\n",
                     spiqe_metric_of((spiqe_metric)k)->title, chart.data ? chart.data : "");
    text->failed |= chart.failed;
    spiqe_text_destroy(&chart);
  }
  spiqe_text_add(text, "</div>\n</section>\n");
}

static void begin_table(spiqe_text *text, const char *id, const char *title, const char *note,
                        const char *const *columns, size_t n) {
  spiqe_frame_section(text, id, title, note);
  spiqe_text_add(text,
                 "<div class=\"card\"><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                 "aria-label=\"%s\">\n<table class=\"numbers\"><thead><tr>",
                 title);
  for (size_t i = 0; i < n; i++) spiqe_text_add(text, "<th scope=\"col\">%s</th>", columns[i]);
  for (size_t k = 0; k < SPIQE_N_METRICS; k++)
    spiqe_text_add(text, "<th scope=\"col\">%s</th>", spiqe_metric_of((spiqe_metric)k)->title);
  spiqe_text_add(text, "</tr></thead><tbody>\n");
}

static void end_table(spiqe_text *text) {
  spiqe_text_add(text, "</tbody></table></div></div>\n</section>\n");
}

static void add_means(spiqe_text *text, const spiqe_comparison *c) {
  static const char *const columns[] = {"model", "seeds"};
  begin_table(text, "means", "Means", "Mean \u00b1 standard deviation over the seeds.", columns, 2);
  for (size_t i = 0; i < c->n_models; i++) {
    const char *name = spiqe_model_name(c->models[i]);
    spiqe_text_add(text, "<tr><th scope=\"row\">");
    spiqe_markup_text(text, name);
    spiqe_text_add(text, "</th><td>%zu</td>",
                   spiqe_comparison_statistic(c, name, SPIQE_METRIC_ACCURACY).n);
    for (size_t k = 0; k < SPIQE_N_METRICS; k++) {
      spiqe_statistic s = spiqe_comparison_statistic(c, name, (spiqe_metric)k);
      spiqe_text_add(text, "<td>");
      spiqe_statistic_add(text, &s, (spiqe_metric)k);
      spiqe_text_add(text, "</td>");
    }
    spiqe_text_add(text, "</tr>\n");
  }
  end_table(text);
}

static void add_rows(spiqe_text *text, const spiqe_comparison *c) {
  static const char *const columns[] = {"model", "seed"};
  begin_table(text, "trainings", "Trainings",
              "Each training with its seed. Times are those of this machine; that of a training "
              "that was stopped and went on is not known.",
              columns, 2);
  for (size_t i = 0; i < c->n_rows; i++) {
    const spiqe_measurement *row = &c->rows[i];
    spiqe_text_add(text, "<tr><th scope=\"row\">");
    spiqe_markup_text(text, row->model);
    spiqe_text_add(text, "</th><td>%" PRIu64 "</td>", row->seed);
    for (size_t k = 0; k < SPIQE_N_METRICS; k++) {
      const spiqe_statistic one = {isfinite(row->values[k]), row->values[k], NAN};
      spiqe_text_add(text, "<td>");
      spiqe_statistic_add(text, &one, (spiqe_metric)k);
      spiqe_text_add(text, "</td>");
    }
    spiqe_text_add(text, "</tr>\n");
  }
  end_table(text);
}

static void add_command(spiqe_text *text, const spiqe_comparison *c) {
  if (!c->command) return;
  spiqe_frame_section(text, "run", "The comparison", "The command that repeats it.");
  spiqe_text_add(text, "<div class=\"card\"><pre class=\"wrap\" tabindex=\"0\"><code>");
  spiqe_markup_text(text, c->command);
  spiqe_text_add(text, "</code></pre></div>\n</section>\n");
}

static void compose(spiqe_text *text, const spiqe_comparison *c) {
  char title[160], under[96];
  const spiqe_frame_link links[] = {{"charts", "Side by side", 1},
                                    {"means", "Means", 1},
                                    {"trainings", "Trainings", 1},
                                    {"run", "The comparison", c->command != NULL}};
  snprintf(title, sizeof title, "%zu model%s on %.64s", c->n_models, c->n_models == 1 ? "" : "s",
           c->data);
  snprintf(under, sizeof under, "%zu training%s", c->n_rows, c->n_rows == 1 ? "" : "s");
  spiqe_frame_begin(text, title, under);
  spiqe_frame_links(text, links, sizeof links / sizeof *links);
  add_charts(text, c);
  add_means(text, c);
  add_rows(text, c);
  add_command(text, c);
  spiqe_frame_end(text);
}

spiqe_status spiqe_comparison_write(spiqe_context *ctx, const spiqe_comparison *c,
                                    const char *path) {
  spiqe_text text = {0};
  compose(&text, c);
  spiqe_status status = spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for the page");
  const spiqe_span span = {text.data, text.size};
  if (!text.failed) status = spiqe_file_write(ctx, path, &span, 1);
  spiqe_text_destroy(&text);
  return status;
}
