/* Counts as a table for the terminal, with bars. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "report/chart.h"
#include "report/markup.h"

#define USUAL_TOP 32
#define SHORTEST_BAR 10 /* columns; names of outcomes are cut to leave room for it */
#define SHARE_COLUMNS 8 /* "100.00 %" */

double spiqe_histogram_value(const spiqe_histogram *histogram, size_t outcome) {
  const spiqe_outcome *o = &histogram->outcomes[outcome];
  return histogram->n_shots ? (double)o->count : o->probability;
}

typedef struct sort_row {
  double value;
  size_t outcome;
} sort_row;

static int more_first(const void *a, const void *b) {
  const sort_row *x = a, *y = b;
  if (x->value != y->value) return x->value > y->value ? -1 : 1;
  return x->outcome < y->outcome ? -1 : 1;
}

spiqe_status spiqe_histogram_choose(spiqe_context *ctx, const spiqe_histogram *histogram,
                                    size_t **rows, size_t *n_rows) {
  const size_t n = histogram->n_outcomes, top = histogram->top ? histogram->top : USUAL_TOP;
  sort_row *sorted = malloc((n + 1) * sizeof *sorted);
  *n_rows = n < top ? n : top;
  *rows = malloc((*n_rows + 1) * sizeof **rows);
  if (!sorted || !*rows) {
    free(sorted);
    free(*rows);
    *rows = NULL;
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory to sort %zu outcomes", n);
  }
  for (size_t i = 0; i < n; i++) sorted[i] = (sort_row){spiqe_histogram_value(histogram, i), i};
  if (n > top) qsort(sorted, n, sizeof *sorted, more_first);
  for (size_t i = 0; i < *n_rows; i++) (*rows)[i] = sorted[i].outcome;
  free(sorted);
  return SPIQE_OK;
}

double spiqe_histogram_rest(const spiqe_histogram *histogram, const size_t *rows, size_t n_rows) {
  double all = 0, shown = 0;
  for (size_t i = 0; i < histogram->n_outcomes; i++) all += spiqe_histogram_value(histogram, i);
  for (size_t i = 0; i < n_rows; i++) shown += spiqe_histogram_value(histogram, rows[i]);
  return fmax(all - shown, 0);
}

void spiqe_histogram_add_value(spiqe_text *text, const spiqe_histogram *histogram, double value) {
  if (histogram->n_shots)
    spiqe_text_add(text, "%.0f", value);
  else if (value == 0 || value >= 1e-4)
    spiqe_markup_fixed(text, value, 6);
  else
    spiqe_markup_number(text, value, 3);
}

size_t spiqe_histogram_add_bits(spiqe_text *text, const char *bits, size_t most) {
  size_t n = strlen(bits);
  if (n <= most) {
    spiqe_text_add_bytes(text, bits, n);
    return n;
  }
  size_t left = most / 2, right = most - left - 1;
  spiqe_text_add_bytes(text, bits, left);
  spiqe_text_add(text, "\u2026");
  spiqe_text_add_bytes(text, bits + n - right, right);
  return most;
}

typedef struct table {
  const spiqe_histogram *histogram;
  const size_t *rows;
  size_t n_rows, name_columns, value_columns, bar_columns;
  double largest, total;
  char rest_name[40];
  double rest;
  int colour;
  spiqe_text *text;
} table;

static size_t value_columns(const table *t, double value) {
  spiqe_text text = {0};
  spiqe_histogram_add_value(&text, t->histogram, value);
  size_t n = text.size;
  t->text->failed |= text.failed;
  spiqe_text_destroy(&text);
  return n;
}

static void find_widths(table *t, size_t width) {
  const char *heading = t->histogram->n_shots ? "count" : "probability";
  t->name_columns = strlen("outcome");
  t->value_columns = strlen(heading);
  for (size_t i = 0; i < t->n_rows; i++) {
    double value = spiqe_histogram_value(t->histogram, t->rows[i]);
    size_t n = value_columns(t, value), bits = strlen(t->histogram->outcomes[t->rows[i]].bits);
    if (n > t->value_columns) t->value_columns = n;
    if (bits > t->name_columns) t->name_columns = bits;
    t->largest = fmax(t->largest, value);
  }
  size_t n = t->rest_name[0] ? value_columns(t, t->rest) : 0, rest = strlen(t->rest_name);
  if (n > t->value_columns) t->value_columns = n;
  if (rest > t->name_columns) t->name_columns = rest;
  if (!width) return;
  size_t others = 2 + 2 + t->value_columns + 2;
  if (t->histogram->n_shots) others += SHARE_COLUMNS + 2;
  size_t room = width > others + SHORTEST_BAR ? width - others - SHORTEST_BAR : 0;
  if (room < strlen("outcome")) room = strlen("outcome");
  if (t->name_columns > room) t->name_columns = room;
  t->bar_columns = width > others + t->name_columns ? width - others - t->name_columns : 0;
}

static void add_blanks(spiqe_text *text, size_t n) {
  spiqe_text_add(text, "%*s", (int)n, "");
}

/* value / largest of the columns, to an eighth; what is not 0 shows. */
static void add_bar(const table *t, double value) {
  static const char *const eighths[] = {"",       "\u258f", "\u258e", "\u258d",
                                        "\u258c", "\u258b", "\u258a", "\u2589"};
  double part = t->largest > 0 ? value / t->largest : 0;
  size_t n = (size_t)lround(8 * (double)t->bar_columns * part);
  if (n == 0 && value > 0) n = 1;
  spiqe_text_add(t->text, "  %s", t->colour ? "\033[36m" : "");
  for (size_t i = 0; i < n / 8; i++) spiqe_text_add(t->text, "\u2588");
  spiqe_text_add(t->text, "%s%s", eighths[n % 8], t->colour ? "\033[0m" : "");
}

static void add_row(const table *t, const char *name, double value, int has_bar) {
  spiqe_text number = {0}, share = {0};
  spiqe_text_add(t->text, "  ");
  size_t n = spiqe_histogram_add_bits(t->text, name, t->name_columns);
  add_blanks(t->text, t->name_columns - n);
  spiqe_histogram_add_value(&number, t->histogram, value);
  spiqe_markup_fixed(&share, 100 * value / t->total, 2);
  spiqe_text_add(t->text, "  %*s", (int)t->value_columns, number.data ? number.data : "");
  if (t->histogram->n_shots)
    spiqe_text_add(t->text, "  %*s %%", SHARE_COLUMNS - 2, share.data ? share.data : "");
  if (has_bar && t->bar_columns) add_bar(t, value);
  spiqe_text_add(t->text, "\n");
  t->text->failed |= number.failed | share.failed;
  spiqe_text_destroy(&number);
  spiqe_text_destroy(&share);
}

static void add_table(table *t, size_t width) {
  const spiqe_histogram *h = t->histogram;
  t->rest = spiqe_histogram_rest(h, t->rows, t->n_rows);
  t->total = h->n_shots ? (double)h->n_shots : 1;
  if (t->n_rows < h->n_outcomes)
    snprintf(t->rest_name, sizeof t->rest_name, "and %zu more", h->n_outcomes - t->n_rows);
  find_widths(t, width);
  if (h->title) spiqe_text_add(t->text, "%s\n", h->title);
  spiqe_text_add(t->text, "  %-*s  %*s", (int)t->name_columns, "outcome", (int)t->value_columns,
                 h->n_shots ? "count" : "probability");
  spiqe_text_add(t->text, "%s\n", h->n_shots ? "     share" : "");
  for (size_t i = 0; i < t->n_rows; i++)
    add_row(t, h->outcomes[t->rows[i]].bits, spiqe_histogram_value(h, t->rows[i]), 1);
  if (t->rest_name[0]) add_row(t, t->rest_name, t->rest, 0);
}

spiqe_status spiqe_histogram_print(spiqe_context *ctx, const spiqe_histogram *histogram,
                                   size_t width, int colour, char **text) {
  spiqe_text out = {0};
  size_t *rows, n_rows;
  *text = NULL;
  SPIQE_TRY(spiqe_histogram_choose(ctx, histogram, &rows, &n_rows));
  table t = {.histogram = histogram, .rows = rows, .n_rows = n_rows};
  t.colour = colour;
  t.text = &out;
  add_table(&t, width);
  free(rows);
  if (out.failed) {
    spiqe_text_destroy(&out);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for a table of %zu outcomes", n_rows);
  }
  *text = out.data;
  return SPIQE_OK;
}
