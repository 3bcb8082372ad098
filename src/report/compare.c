/* Statistics over the rows of a comparison, and its tables for the terminal. */
#include "report/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "report/markup.h"

int spiqe_comparison_has(const spiqe_comparison *c, size_t row, size_t data, size_t model) {
  return !strcmp(c->rows[row].data, c->data[data]) && !strcmp(c->rows[row].model, c->models[model]);
}

size_t spiqe_comparison_count(const spiqe_comparison *c, size_t data, size_t model) {
  size_t n = 0;
  for (size_t i = 0; i < c->n_rows; i++) n += (size_t)spiqe_comparison_has(c, i, data, model);
  return n;
}

static int is_time(spiqe_metric metric) {
  return metric == SPIQE_METRIC_TRAIN_SECONDS || metric == SPIQE_METRIC_TEST_SECONDS;
}

static int is_like(const spiqe_measurement *a, const spiqe_measurement *b) {
  return !strcmp(a->device, b->device) && a->n_threads == b->n_threads;
}

spiqe_statistic spiqe_comparison_statistic(const spiqe_comparison *c, size_t data, size_t model,
                                           spiqe_metric metric) {
  spiqe_statistic s = {.mean = NAN, .deviation = NAN};
  const spiqe_measurement *first = NULL;
  double sum = 0, squares = 0;
  for (size_t i = 0; i < c->n_rows; i++) {
    const double value = c->rows[i].values[metric];
    if (!spiqe_comparison_has(c, i, data, model) || !isfinite(value)) continue;
    sum += value;
    s.n++;
    if (!first) first = &c->rows[i];
    if (is_time(metric) && !is_like(first, &c->rows[i])) s.is_mixed = 1;
  }
  if (s.n == 0 || s.is_mixed) return s;
  s.mean = sum / (double)s.n;
  for (size_t i = 0; i < c->n_rows; i++) {
    const double off = c->rows[i].values[metric] - s.mean;
    if (spiqe_comparison_has(c, i, data, model) && isfinite(off)) squares += off * off;
  }
  if (s.n > 1) s.deviation = sqrt(squares / (double)(s.n - 1));
  return s;
}

void spiqe_statistic_add(spiqe_text *text, const spiqe_statistic *s, spiqe_metric metric) {
  const spiqe_metric_about *about = spiqe_metric_of(metric);
  if (s->is_mixed) {
    spiqe_text_add(text, "mixed");
    return;
  }
  if (about->decimals == 0 && s->n > 0) { /* counts, which may be large */
    spiqe_markup_count(text, (uint64_t)llround(about->scale * s->mean));
    if (!(s->deviation > 0)) return;
    spiqe_text_add(text, " \u00b1 ");
    spiqe_markup_count(text, (uint64_t)llround(about->scale * s->deviation));
    return;
  }
  spiqe_markup_fixed(text, about->scale * s->mean, about->decimals);
  if (!isfinite(s->deviation)) return;
  spiqe_text_add(text, " \u00b1 ");
  spiqe_markup_fixed(text, about->scale * s->deviation, about->decimals);
}

static int is_of_few(const spiqe_comparison *c, const spiqe_statistic *s) {
  return s->n > 0 && s->n < c->n_seeds && !s->is_mixed;
}

void spiqe_comparison_add_mean(spiqe_text *text, const spiqe_comparison *c, size_t data,
                               size_t model, spiqe_metric metric) {
  const spiqe_statistic s = spiqe_comparison_statistic(c, data, model, metric);
  spiqe_statistic_add(text, &s, metric);
  if (is_of_few(c, &s)) spiqe_text_add(text, " (%zu)", s.n);
}

size_t spiqe_comparison_remarks(const spiqe_comparison *c, size_t data, const char *out[2]) {
  int has_few = 0, has_mixed = 0;
  size_t n = 0;
  for (size_t i = 0; i < c->n_models; i++)
    for (size_t k = 0; k < SPIQE_N_METRICS; k++) {
      const spiqe_statistic s = spiqe_comparison_statistic(c, data, i, (spiqe_metric)k);
      has_few |= is_of_few(c, &s);
      has_mixed |= s.is_mixed;
    }
  if (has_few) out[n++] = "(n): a mean of n seeds only, as the others have no such value";
  if (has_mixed)
    out[n++] = "mixed: times on unlike kernel tables or numbers of threads have no mean";
  return n;
}

int spiqe_comparison_knows(const spiqe_comparison *c, spiqe_metric metric) {
  for (size_t i = 0; i < c->n_rows; i++)
    if (isfinite(c->rows[i].values[metric])) return 1;
  return 0;
}

/* Columns of a text, of which "±" takes one though it has two bytes. */
static size_t columns_of(const char *text) {
  size_t n = 0;
  for (; *text; text++) n += ((unsigned char)*text & 0xc0) != 0x80;
  return n;
}

#define HEADING SIZE_MAX /* in place of a model */

/* The table of one set. */
typedef struct table {
  const spiqe_comparison *c;
  size_t data, name_width, widths[SPIQE_N_METRICS]; /* width 0: not shown */
} table;

static void make_cell(spiqe_text *cell, const table *t, size_t model, spiqe_metric metric) {
  *cell = (spiqe_text){0};
  if (model == HEADING) {
    spiqe_text_add(cell, "%s", spiqe_metric_of(metric)->title);
    return;
  }
  spiqe_comparison_add_mean(cell, t->c, t->data, model, metric);
}

static size_t width_of(const table *t, spiqe_metric metric) {
  size_t width = 0;
  for (size_t i = 0; i <= t->c->n_models; i++) {
    spiqe_text cell;
    make_cell(&cell, t, i ? i - 1 : HEADING, metric);
    const size_t n = cell.data ? columns_of(cell.data) : 0;
    if (n > width) width = n;
    spiqe_text_destroy(&cell);
  }
  return width;
}

static void add_line(spiqe_text *text, const table *t, size_t model, size_t first, size_t end) {
  const char *name = model == HEADING ? "model" : t->c->models[model];
  spiqe_text_add(text, "%s%*s", name, (int)(t->name_width - columns_of(name)), "");
  for (size_t k = first; k < end; k++) {
    spiqe_text cell;
    if (!t->widths[k]) continue;
    make_cell(&cell, t, model, (spiqe_metric)k);
    text->failed |= cell.failed;
    const char *content = cell.data ? cell.data : "";
    const size_t n = columns_of(content);
    spiqe_text_add(text, "  %*s%s", (int)(t->widths[k] > n ? t->widths[k] - n : 0), "", content);
    spiqe_text_destroy(&cell);
  }
  spiqe_text_add(text, "\n");
}

/* The metric after the last that still fits; at least one does. */
static size_t end_of_block(const table *t, size_t first, size_t width) {
  size_t used = t->name_width, end = first;
  int n = 0;
  for (; end < SPIQE_N_METRICS; end++) {
    if (!t->widths[end]) continue;
    used += 2 + t->widths[end];
    if (n++ && used > width) break;
  }
  return end;
}

static void add_table(spiqe_text *text, const spiqe_comparison *c, size_t data, size_t width) {
  table t = {.c = c, .data = data, .name_width = strlen("model")};
  for (size_t i = 0; i < c->n_models; i++) {
    const size_t n = columns_of(c->models[i]);
    if (n > t.name_width) t.name_width = n;
  }
  for (size_t k = 0; k < SPIQE_N_METRICS; k++)
    if (spiqe_comparison_knows(c, (spiqe_metric)k) || k == SPIQE_METRIC_ACCURACY)
      t.widths[k] = width_of(&t, (spiqe_metric)k);
  spiqe_text_add(text, "%s%s\n", data ? "\n" : "", c->data[data]);
  for (size_t first = 0, end; first < SPIQE_N_METRICS; first = end) {
    end = end_of_block(&t, first, width);
    if (first) spiqe_text_add(text, "\n");
    add_line(text, &t, HEADING, first, end);
    for (size_t i = 0; i < c->n_models; i++) add_line(text, &t, i, first, end);
  }
  const char *remarks[2];
  const size_t n = spiqe_comparison_remarks(c, data, remarks);
  for (size_t i = 0; i < n; i++) spiqe_text_add(text, "%s\n", remarks[i]);
}

spiqe_status spiqe_comparison_print(spiqe_context *ctx, const spiqe_comparison *c, size_t width,
                                    char **text) {
  spiqe_text out = {0};
  *text = NULL;
  for (size_t data = 0; data < c->n_data; data++) add_table(&out, c, data, width);
  if (out.failed || !out.data) {
    spiqe_text_destroy(&out);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for tables of %zu models", c->n_models);
  }
  *text = out.data;
  return SPIQE_OK;
}
