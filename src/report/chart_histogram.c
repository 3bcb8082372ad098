/* Counts as a picture: a bar for each outcome, its bits to the left, its count at the end. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "report/chart.h"
#include "report/markup.h"
#include "report/svg.h"

#define EDGE 14.0
#define TITLE 28.0
#define ROW 21.0
#define BAR 14.0
#define GAP 8.0          /* between bits, bar and number */
#define DIGIT 7.9        /* width of a digit of the fixed font, with room to spare */
#define NUMBER_DIGIT 7.3 /* of the other one */
#define MOST_BITS_SHOWN 24
#define SCALE 1.5 /* pixels for a unit, where nothing else gives the size */

/* As the style of the page (style.c). Names begin with sh-: a page that holds the picture shares
 * its style sheets. */
static const char style[] =
    ".sh{--sh-page:#fff;--sh-ink:#1a2330;--sh-soft:#5a6574;--sh-bar:#1f5fbf;--sh-rule:#dde2e8;"
    "font:13px system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\"DejaVu Sans\","
    "sans-serif}\n"
    "@media (prefers-color-scheme:dark){.sh{--sh-page:#161c24;--sh-ink:#e4e9f0;--sh-soft:#9ba7b6;"
    "--sh-bar:#7ab2ff;--sh-rule:#2a323d}}\n"
    ".sh text{fill:var(--sh-ink);dominant-baseline:central;font-variant-numeric:tabular-nums}\n"
    ".sh .sh-page{fill:var(--sh-page)}.sh .sh-bar{fill:var(--sh-bar)}\n"
    ".sh .sh-bits{text-anchor:end;white-space:pre;font-family:ui-monospace,SFMono-Regular,Menlo,"
    "\"DejaVu Sans Mono\",monospace}\n"
    ".sh .sh-soft{fill:var(--sh-soft)}.sh .sh-title{font-weight:600}\n"
    ".sh .sh-axis{fill:none;stroke:var(--sh-rule)}\n";

typedef struct histogram_chart {
  const spiqe_histogram *histogram;
  const size_t *rows;
  size_t n_rows;
  spiqe_text *text;
  double left, right, top, largest, height;
} histogram_chart;

static size_t shown_bits(const histogram_chart *c, size_t row) {
  size_t n = strlen(c->histogram->outcomes[c->rows[row]].bits);
  return n < MOST_BITS_SHOWN ? n : MOST_BITS_SHOWN;
}

static double number_width(const histogram_chart *c, double value) {
  spiqe_text text = {0};
  spiqe_histogram_add_value(&text, c->histogram, value);
  double width = NUMBER_DIGIT * (double)text.size;
  c->text->failed |= text.failed;
  spiqe_text_destroy(&text);
  return width;
}

static void lay_out(histogram_chart *c) {
  size_t most_bits = 1;
  double number = 0;
  for (size_t i = 0; i < c->n_rows; i++) {
    double value = spiqe_histogram_value(c->histogram, c->rows[i]);
    if (shown_bits(c, i) > most_bits) most_bits = shown_bits(c, i);
    number = fmax(number, number_width(c, value));
    c->largest = fmax(c->largest, value);
  }
  const int has_rest = c->n_rows < c->histogram->n_outcomes;
  c->left = EDGE + DIGIT * (double)most_bits + GAP;
  c->right = SPIQE_CHART_WIDTH - EDGE - number - GAP;
  c->top = EDGE + (c->histogram->title ? TITLE : 0);
  c->height = c->top + ROW * (double)(c->n_rows + (has_rest ? 1 : 0)) + EDGE;
}

/* "name            1,024 shots" */
static void add_title(const histogram_chart *c) {
  const double y = EDGE + TITLE / 2 - 5;
  const uint64_t n_shots = c->histogram->n_shots;
  spiqe_text words = {0};
  if (n_shots) spiqe_markup_count(&words, n_shots);
  spiqe_text_add(&words, n_shots == 1 ? " shot" : n_shots ? " shots" : "probabilities");
  spiqe_chart_text(c->text, EDGE, y, "start", "sh-title", c->histogram->title);
  if (words.data)
    spiqe_chart_text(c->text, SPIQE_CHART_WIDTH - EDGE, y, "end", "sh-soft", words.data);
  c->text->failed |= words.failed;
  spiqe_text_destroy(&words);
}

static void add_begin(const histogram_chart *c) {
  spiqe_text *text = c->text;
  spiqe_text_add(text,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sh\" width=\"%.0f\" "
                 "height=\"%.0f\" viewBox=\"0 0 %.0f ",
                 SCALE * SPIQE_CHART_WIDTH, SCALE * c->height, SPIQE_CHART_WIDTH);
  spiqe_markup_coordinate(text, c->height);
  spiqe_text_add(text,
                 "\" role=\"img\" aria-label=\"%s of %zu outcomes\">\n<style>%s</style>\n"
                 "<rect class=\"sh-page\" width=\"100%%\" height=\"100%%\" rx=\"8\"/>\n",
                 c->histogram->n_shots ? "counts" : "probabilities", c->histogram->n_outcomes,
                 style);
  if (c->histogram->title) add_title(c);
}

static void add_number(const histogram_chart *c, double x, double y, const char *class,
                       double value) {
  spiqe_text number = {0};
  spiqe_histogram_add_value(&number, c->histogram, value);
  if (number.data) spiqe_chart_text(c->text, x, y, "start", class, number.data);
  c->text->failed |= number.failed;
  spiqe_text_destroy(&number);
}

static void add_rect(spiqe_text *text, double x, double y, double width, double height) {
  spiqe_text_add(text, "<rect class=\"sh-bar\" x=\"");
  spiqe_markup_coordinate(text, x);
  spiqe_text_add(text, "\" y=\"");
  spiqe_markup_coordinate(text, y);
  spiqe_text_add(text, "\" width=\"");
  spiqe_markup_coordinate(text, width);
  spiqe_text_add(text, "\" height=\"");
  spiqe_markup_coordinate(text, height);
  spiqe_text_add(text, "\"/>\n");
}

static void add_row(const histogram_chart *c, size_t row) {
  const spiqe_outcome *outcome = &c->histogram->outcomes[c->rows[row]];
  const double value = spiqe_histogram_value(c->histogram, c->rows[row]);
  const double y = c->top + ROW * ((double)row + 0.5);
  const double width =
      fmax(c->largest > 0 ? (c->right - c->left) * value / c->largest : 0, value > 0 ? 0.5 : 0);
  spiqe_text bits = {0};
  spiqe_histogram_add_bits(&bits, outcome->bits, MOST_BITS_SHOWN);
  spiqe_text_add(c->text, "<g><title>%s: ", outcome->bits);
  spiqe_histogram_add_value(c->text, c->histogram, value);
  if (c->histogram->n_shots) {
    spiqe_text_add(c->text, " (");
    spiqe_markup_percent(c->text, outcome->probability, 2);
    spiqe_text_add(c->text, ")");
  }
  spiqe_text_add(c->text, "</title>\n");
  if (bits.data) spiqe_chart_text(c->text, c->left - GAP, y, "end", "sh-bits", bits.data);
  add_rect(c->text, c->left, y - BAR / 2, width, BAR);
  add_number(c, c->left + width + GAP - 2, y, "sh-soft", value);
  spiqe_text_add(c->text, "</g>\n");
  c->text->failed |= bits.failed;
  spiqe_text_destroy(&bits);
}

static void add_rest(const histogram_chart *c) {
  const double y = c->top + ROW * ((double)c->n_rows + 0.5);
  spiqe_text words = {0};
  spiqe_text_add(&words, "and %zu more: ", c->histogram->n_outcomes - c->n_rows);
  spiqe_histogram_add_value(&words, c->histogram,
                            spiqe_histogram_rest(c->histogram, c->rows, c->n_rows));
  if (words.data) spiqe_chart_text(c->text, c->left + GAP - 2, y, "start", "sh-soft", words.data);
  c->text->failed |= words.failed;
  spiqe_text_destroy(&words);
}

static void add_all(histogram_chart *c) {
  lay_out(c);
  add_begin(c);
  for (size_t i = 0; i < c->n_rows; i++) add_row(c, i);
  spiqe_text_add(c->text, "<path class=\"sh-axis\" d=\"M");
  spiqe_markup_coordinate(c->text, c->left);
  spiqe_text_add(c->text, " ");
  spiqe_markup_coordinate(c->text, c->top);
  spiqe_text_add(c->text, "v");
  spiqe_markup_coordinate(c->text, ROW * (double)c->n_rows);
  spiqe_text_add(c->text, "\"/>\n");
  if (c->n_rows < c->histogram->n_outcomes) add_rest(c);
  spiqe_text_add(c->text, "</svg>\n");
}

spiqe_status spiqe_histogram_draw(spiqe_context *ctx, const spiqe_histogram *histogram,
                                  char **svg) {
  spiqe_text out = {0};
  size_t *rows, n_rows;
  *svg = NULL;
  SPIQE_TRY(spiqe_histogram_choose(ctx, histogram, &rows, &n_rows));
  histogram_chart c = {.histogram = histogram, .rows = rows, .n_rows = n_rows, .text = &out};
  add_all(&c);
  free(rows);
  if (out.failed) {
    spiqe_text_destroy(&out);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for a picture of %zu outcomes", n_rows);
  }
  *svg = out.data;
  return SPIQE_OK;
}
