/* The page of a comparison. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/fail.h"
#include "core/file.h"
#include "report/compare.h"
#include "report/frame.h"
#include "report/markup.h"

#define MOST_LINKS 32 /* of sets */

/* What a model costs, over which its accuracy is drawn. */
static const spiqe_metric costs[] = {SPIQE_METRIC_JOULES, SPIQE_METRIC_JOULES_MEMORY,
                                     SPIQE_METRIC_TEST_SECONDS, SPIQE_METRIC_TRAIN_SECONDS};

typedef int draw_chart(spiqe_text *text, const spiqe_comparison *c, size_t data,
                       spiqe_metric metric);

static void add_card(spiqe_text *text, const char *before, const spiqe_comparison *c, size_t data,
                     spiqe_metric metric, draw_chart *draw) {
  spiqe_text chart = {0};
  if (draw(&chart, c, data, metric))
    spiqe_text_add(text, "<div class=\"card\"><h3>%s%s</h3>\n%s</div>\n", before,
                   spiqe_metric_of(metric)->title, chart.data ? chart.data : "");
  text->failed |= chart.failed;
  spiqe_text_destroy(&chart);
}

static void begin_table(spiqe_text *text, const char *title, const char *const *columns, size_t n) {
  spiqe_text_add(text,
                 "<div class=\"card\"><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                 "aria-label=\"");
  spiqe_markup_text(text, title);
  spiqe_text_add(text, "\">\n<table class=\"numbers\"><thead><tr>");
  for (size_t i = 0; i < n; i++) {
    spiqe_text_add(text, "<th scope=\"col\">");
    spiqe_markup_text(text, columns[i]);
    spiqe_text_add(text, "</th>");
  }
}

static void add_metric_columns(spiqe_text *text, const spiqe_comparison *c) {
  for (size_t k = 0; k < SPIQE_N_METRICS; k++)
    if (spiqe_comparison_knows(c, (spiqe_metric)k))
      spiqe_text_add(text, "<th scope=\"col\">%s</th>", spiqe_metric_of((spiqe_metric)k)->title);
  spiqe_text_add(text, "</tr></thead><tbody>\n");
}

static void end_table(spiqe_text *text) {
  spiqe_text_add(text, "</tbody></table></div></div>\n");
}

static void add_cell(spiqe_text *text, const spiqe_statistic *s, spiqe_metric metric) {
  spiqe_text_add(text, "<td>");
  spiqe_statistic_add(text, s, metric);
  spiqe_text_add(text, "</td>");
}

static void add_mean_cell(spiqe_text *text, const spiqe_comparison *c, size_t data, size_t model,
                          spiqe_metric metric) {
  spiqe_text_add(text, "<td>");
  spiqe_comparison_add_mean(text, c, data, model, metric);
  spiqe_text_add(text, "</td>");
}

static void add_row_head(spiqe_text *text, const char *name) {
  spiqe_text_add(text, "<tr><th scope=\"row\">");
  spiqe_markup_text(text, name);
  spiqe_text_add(text, "</th>");
}

/* Accuracy of each model on each set. */
static void add_overview(spiqe_text *text, const spiqe_comparison *c) {
  static const char *const columns[] = {"model"};
  spiqe_frame_section(
      text, "overview", "All sets",
      "Accuracy (%): mean \u00b1 standard deviation over the seeds; with (n) behind "
      "it over n of them only.");
  begin_table(text, "All sets", columns, 1);
  for (size_t d = 0; d < c->n_data; d++) {
    spiqe_text_add(text, "<th scope=\"col\">");
    spiqe_markup_text(text, c->data[d]);
    spiqe_text_add(text, "</th>");
  }
  spiqe_text_add(text, "</tr></thead><tbody>\n");
  for (size_t i = 0; i < c->n_models; i++) {
    add_row_head(text, c->models[i]);
    for (size_t d = 0; d < c->n_data; d++) add_mean_cell(text, c, d, i, SPIQE_METRIC_ACCURACY);
    spiqe_text_add(text, "</tr>\n");
  }
  end_table(text);
  spiqe_text_add(text, "</section>\n");
}

static void add_means(spiqe_text *text, const spiqe_comparison *c, size_t data) {
  static const char *const columns[] = {"model", "seeds"};
  begin_table(text, c->data[data], columns, 2);
  add_metric_columns(text, c);
  for (size_t i = 0; i < c->n_models; i++) {
    add_row_head(text, c->models[i]);
    spiqe_text_add(text, "<td>%zu</td>",
                   spiqe_comparison_statistic(c, data, i, SPIQE_METRIC_ACCURACY).n);
    for (size_t k = 0; k < SPIQE_N_METRICS; k++)
      if (spiqe_comparison_knows(c, (spiqe_metric)k))
        add_mean_cell(text, c, data, i, (spiqe_metric)k);
    spiqe_text_add(text, "</tr>\n");
  }
  end_table(text);
  const char *remarks[2];
  const size_t n = spiqe_comparison_remarks(c, data, remarks);
  for (size_t i = 0; i < n; i++) spiqe_text_add(text, "<p class=\"note\">%s</p>\n", remarks[i]);
}

static void add_set(spiqe_text *text, const spiqe_comparison *c, size_t data) {
  spiqe_text id = {0}, title = {0};
  spiqe_text_add(&id, "set-%zu", data + 1);
  spiqe_markup_text(&title, c->data[data]);
  text->failed |= id.failed || title.failed;
  if (!text->failed)
    spiqe_frame_section(
        text, id.data, title.data,
        "Means over the seeds. A line through a mark or across the end of a bar is one standard "
        "deviation to each side; bars start from zero, dots in them are the single trainings.");
  spiqe_text_destroy(&id);
  spiqe_text_destroy(&title);
  spiqe_text_add(text, "<div class=\"two-columns\">\n");
  for (size_t i = 0; i < sizeof costs / sizeof *costs; i++)
    add_card(text, "Accuracy over ", c, data, costs[i], spiqe_chart_scatter);
  spiqe_text_add(text, "</div>\n<div class=\"two-columns bars\">\n");
  for (size_t k = 0; k < SPIQE_N_METRICS; k++)
    add_card(text, "", c, data, (spiqe_metric)k, spiqe_chart_bars);
  spiqe_text_add(text, "</div>\n");
  add_means(text, c, data);
  spiqe_text_add(text, "</section>\n");
}

/* What its times are of. */
static void add_machine(spiqe_text *text, const spiqe_measurement *row) {
  spiqe_text_add(text, "<td>");
  spiqe_markup_text(text, row->device[0] ? row->device : "n/a");
  if (row->n_threads)
    spiqe_text_add(text, "</td><td>%zu</td>", row->n_threads);
  else
    spiqe_text_add(text, "</td><td>n/a</td>");
}

static void add_rows(spiqe_text *text, const spiqe_comparison *c) {
  static const char *const columns[] = {"model", "data", "seed", "device", "threads"};
  spiqe_frame_section(text, "trainings", "Trainings",
                      "Each training with its seed. Times are those of this machine; that of a "
                      "training that was stopped and went on is not known.");
  begin_table(text, "Trainings", columns, 5);
  add_metric_columns(text, c);
  for (size_t i = 0; i < c->n_rows; i++) {
    const spiqe_measurement *row = &c->rows[i];
    add_row_head(text, row->model);
    spiqe_text_add(text, "<td>");
    spiqe_markup_text(text, row->data);
    spiqe_text_add(text, "</td><td>%" PRIu64 "</td>", row->seed);
    add_machine(text, row);
    for (size_t k = 0; k < SPIQE_N_METRICS; k++) {
      const spiqe_statistic one = {isfinite(row->values[k]), row->values[k], NAN, 0};
      if (spiqe_comparison_knows(c, (spiqe_metric)k)) add_cell(text, &one, (spiqe_metric)k);
    }
    spiqe_text_add(text, "</tr>\n");
  }
  end_table(text);
  spiqe_text_add(text, "</section>\n");
}

static void add_command(spiqe_text *text, const spiqe_comparison *c) {
  if (!c->command) return;
  spiqe_frame_section(text, "run", "The comparison", "The command that repeats it.");
  spiqe_text_add(text, "<div class=\"card\"><pre class=\"wrap\" tabindex=\"0\"><code>");
  spiqe_markup_text(text, c->command);
  spiqe_text_add(text, "</code></pre></div>\n</section>\n");
}

/* "3 models on mnist, usps"; of many sets only how many. */
static void add_title(spiqe_text *text, const spiqe_comparison *c) {
  spiqe_text_add(text, "%zu model%s on ", c->n_models, c->n_models == 1 ? "" : "s");
  if (c->n_data > 3) spiqe_text_add(text, "%zu sets", c->n_data);
  for (size_t d = 0; c->n_data <= 3 && d < c->n_data; d++)
    spiqe_text_add(text, "%s%s", d ? ", " : "", c->data[d]);
}

static void add_head(spiqe_text *text, const spiqe_comparison *c, int has_circuits, int has_noise) {
  spiqe_text title = {0}, under = {0};
  char ids[MOST_LINKS][24];
  spiqe_frame_link links[MOST_LINKS + 5];
  size_t n = 0;
  add_title(c->title ? &under : &title, c);
  if (c->title) spiqe_text_add(&title, "%s", c->title);
  spiqe_text_add(&under, "%s%zu training%s", c->title ? "; " : "", c->n_rows,
                 c->n_rows == 1 ? "" : "s");
  text->failed |= title.failed || under.failed;
  if (!text->failed) spiqe_frame_begin(text, title.data, under.data);
  links[n++] = (spiqe_frame_link){"overview", "All sets", c->n_data > 1};
  for (size_t d = 0; d < c->n_data && d < MOST_LINKS; d++) {
    snprintf(ids[d], sizeof ids[d], "set-%zu", d + 1);
    links[n++] = (spiqe_frame_link){ids[d], c->data[d], 1};
  }
  links[n++] = (spiqe_frame_link){"circuits", "Circuits", has_circuits};
  links[n++] = (spiqe_frame_link){"noise", "Noise", has_noise};
  links[n++] = (spiqe_frame_link){"trainings", "Trainings", 1};
  links[n++] = (spiqe_frame_link){"run", "The comparison", c->command != NULL};
  spiqe_frame_links(text, links, n);
  spiqe_text_destroy(&title);
  spiqe_text_destroy(&under);
}

/* circuits, noise: sections that may be empty. */
static void compose(spiqe_text *text, const spiqe_comparison *c, const spiqe_text *circuits,
                    const spiqe_text *noise) {
  add_head(text, c, circuits->size > 0, noise->size > 0);
  if (c->n_data > 1) add_overview(text, c);
  for (size_t d = 0; d < c->n_data; d++) add_set(text, c, d);
  if (circuits->size) spiqe_text_add_bytes(text, circuits->data, circuits->size);
  if (noise->size) spiqe_text_add_bytes(text, noise->data, noise->size);
  add_rows(text, c);
  add_command(text, c);
  spiqe_frame_end(text);
}

spiqe_status spiqe_comparison_write(spiqe_context *ctx, const spiqe_comparison *c,
                                    const char *path) {
  spiqe_text text = {0}, circuits = {0}, noise = {0};
  spiqe_comparison_add_circuits(ctx, &circuits, c);
  spiqe_comparison_add_noise(ctx, &noise, c);
  text.failed = circuits.failed || noise.failed;
  compose(&text, c, &circuits, &noise);
  spiqe_status status = spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for the page");
  const spiqe_span span = {text.data, text.size};
  if (!text.failed) status = spiqe_file_write(ctx, path, &span, 1);
  spiqe_text_destroy(&text);
  spiqe_text_destroy(&circuits);
  spiqe_text_destroy(&noise);
  return status;
}
