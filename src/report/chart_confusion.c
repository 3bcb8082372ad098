/* Confusion matrix as a picture, and the table of classes beside it. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "report/chart.h"
#include "report/classes.h"
#include "report/markup.h"
#include "report/svg.h"

#define LEFT 44.0
#define TOP 46.0
#define RECALL_WIDTH 66.0      /* with the gap before it */
#define SMALLEST_LABELLED 11.0 /* cells lower than this leave the recall to the table */
#define SMALLEST_FONT 5.5      /* below this a count is left to its tooltip */

typedef struct grid {
  spiqe_text *text;
  const uint64_t *counts; /* [n][n] */
  size_t n;
  double cell, font; /* font 0: no numbers */
} grid;

static grid lay_out(spiqe_text *text, const spiqe_page *page) {
  grid g = {.text = text, .counts = page->confusion, .n = page->n_classes};
  uint64_t most = 0;
  for (size_t i = 0; i < g.n * g.n; i++) most = g.counts[i] > most ? g.counts[i] : most;
  int digits = snprintf(NULL, 0, "%" PRIu64, most);
  g.cell = (SPIQE_CHART_WIDTH - LEFT - RECALL_WIDTH) / (double)g.n;
  if (g.cell < SMALLEST_LABELLED) g.cell = (SPIQE_CHART_WIDTH - LEFT - 10) / (double)g.n;
  if (g.cell > 72) g.cell = 72; /* two classes need no poster */
  g.font = fmin(13, fmin(0.5 * g.cell, 0.92 * g.cell / (0.6 * digits)));
  if (g.font < SMALLEST_FONT) g.font = 0;
  return g;
}

/* Black and white text change places where both have a contrast of 4.5 with the shade: at 0.71 on a
 * light card, at 0.52 on a dark one; the middle class is what lies between. */
static const char *shade_class(double shade) {
  return shade < 0.52 ? "c0" : shade < 0.71 ? "c1" : "c2";
}

static void add_cell(const grid *g, size_t row, size_t column, uint64_t in_row) {
  uint64_t count = g->counts[row * g->n + column];
  if (count == 0) return;
  double share = (double)count / (double)in_row, shade = 0.06 + 0.94 * sqrt(share);
  double x = LEFT + (double)column * g->cell, y = TOP + (double)row * g->cell;
  spiqe_text_add(g->text, "<g><rect class=\"heat\" fill-opacity=\"");
  spiqe_markup_coordinate(g->text, shade);
  spiqe_text_add(g->text, "\" x=\"");
  spiqe_markup_coordinate(g->text, x);
  spiqe_text_add(g->text, "\" y=\"");
  spiqe_markup_coordinate(g->text, y);
  spiqe_text_add(g->text, "\" width=\"");
  spiqe_markup_coordinate(g->text, g->cell);
  spiqe_text_add(g->text, "\" height=\"");
  spiqe_markup_coordinate(g->text, g->cell);
  spiqe_text_add(g->text, "\"/><title>true %zu, predicted %zu: %" PRIu64 " of %" PRIu64 " (", row,
                 column, count, in_row);
  spiqe_markup_percent(g->text, share, 1);
  spiqe_text_add(g->text, ")</title>");
  if (g->font > 0) {
    char number[24];
    snprintf(number, sizeof number, "%" PRIu64, count);
    spiqe_chart_text(g->text, x + g->cell / 2, y + g->cell / 2 + 0.35 * g->font, "middle",
                     shade_class(shade), number);
  }
  spiqe_text_add(g->text, "</g>\n");
}

static void add_frame(const grid *g) {
  double size = g->cell * (double)g->n;
  spiqe_text_add(g->text, "<path class=\"grid\" d=\"");
  for (size_t i = 0; i <= g->n; i++) {
    double at = (double)i * g->cell;
    spiqe_text_add(g->text, "M%d ", (int)LEFT);
    spiqe_markup_coordinate(g->text, TOP + at);
    spiqe_text_add(g->text, "h");
    spiqe_markup_coordinate(g->text, size);
    spiqe_text_add(g->text, "M");
    spiqe_markup_coordinate(g->text, LEFT + at);
    spiqe_text_add(g->text, " %dv", (int)TOP);
    spiqe_markup_coordinate(g->text, size);
  }
  spiqe_text_add(g->text, "\"/>\n");
}

static void add_row_label(const grid *g, const spiqe_class_facts *facts, size_t row) {
  double y = TOP + ((double)row + 0.5) * g->cell + 4;
  char label[24];
  snprintf(label, sizeof label, "%zu", row);
  spiqe_chart_text(g->text, LEFT - 7, y, "end", "tick", label);
  spiqe_chart_text(g->text, LEFT + ((double)row + 0.5) * g->cell, TOP - 7, "middle", "tick", label);
  if (isnan(facts->recall) || g->cell < SMALLEST_LABELLED) return;
  spiqe_text recall = {0};
  spiqe_markup_percent(&recall, facts->recall, 1);
  if (recall.failed) g->text->failed = 1;
  spiqe_chart_text(g->text, LEFT + (double)g->n * g->cell + 62, y, "end", "tick strong",
                   recall.data);
  spiqe_text_destroy(&recall);
}

int spiqe_chart_confusion(spiqe_text *text, const spiqe_page *page) {
  if (!page->n_classes || !page->confusion) return 0;
  spiqe_chart frame;
  grid g = lay_out(text, page);
  size_t label_every = (size_t)ceil((g.n > 10 ? 24 : 14) / g.cell);
  double size = g.cell * (double)g.n;
  char label[96];
  snprintf(label, sizeof label, "Confusion matrix of %zu classes; the table has the numbers", g.n);
  spiqe_chart_begin(&frame, text, TOP + size + 10, label);
  spiqe_text_add(text, "<g style=\"font-size:");
  spiqe_markup_coordinate(text, g.font);
  spiqe_text_add(text, "px\">\n");
  for (size_t row = 0; row < g.n; row++) {
    spiqe_class_facts facts = spiqe_class_facts_of(g.counts, g.n, row);
    for (size_t column = 0; column < g.n; column++) add_cell(&g, row, column, facts.n_samples);
    if (row % label_every == 0) add_row_label(&g, &facts, row);
  }
  spiqe_text_add(text, "</g>\n");
  add_frame(&g);
  spiqe_chart_text(text, LEFT + size / 2, 13, "middle", "axis-title", "predicted class");
  spiqe_chart_text(text, 2, TOP - 7, "start", "axis-title", "true");
  if (g.cell >= SMALLEST_LABELLED)
    spiqe_chart_text(text, LEFT + size + 62, TOP - 7, "end", "axis-title", "recall");
  spiqe_chart_end(&frame);
  return 1;
}

static void add_share(spiqe_text *text, double share) {
  spiqe_text_add(text, "<td>");
  if (isnan(share))
    spiqe_text_add(text, "\u2013");
  else
    spiqe_markup_percent(text, share, 1);
  spiqe_text_add(text, "</td>");
}

int spiqe_table_classes(spiqe_text *text, const spiqe_page *page) {
  if (!page->n_classes || !page->confusion) return 0;
  spiqe_text_add(text,
                 "<table class=\"numbers\"><caption>By class</caption><thead><tr>"
                 "<th scope=\"col\">class</th><th scope=\"col\">samples</th>"
                 "<th scope=\"col\">recall</th><th scope=\"col\">precision</th>"
                 "<th scope=\"col\">F1</th><th scope=\"col\">most taken for</th>"
                 "</tr></thead><tbody>\n");
  for (size_t row = 0; row < page->n_classes; row++) {
    spiqe_class_facts facts = spiqe_class_facts_of(page->confusion, page->n_classes, row);
    spiqe_text_add(text, "<tr><th scope=\"row\">%zu</th><td>", row);
    spiqe_markup_count(text, facts.n_samples);
    spiqe_text_add(text, "</td>");
    add_share(text, facts.recall);
    add_share(text, facts.precision);
    add_share(text, facts.f1);
    if (facts.n_rival)
      spiqe_text_add(text, "<td>%zu (%" PRIu64 ")</td></tr>\n", facts.rival, facts.n_rival);
    else
      spiqe_text_add(text, "<td>\u2013</td></tr>\n");
  }
  spiqe_text_add(text, "</tbody></table>\n");
  return 1;
}
