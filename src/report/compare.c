/* Statistics over the rows of a comparison, and its table for the terminal. */
#include "report/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "report/markup.h"

static double value_of(const spiqe_comparison *c, size_t row, const char *model,
                       spiqe_metric metric) {
  return strcmp(c->rows[row].model, model) ? NAN : c->rows[row].values[metric];
}

spiqe_statistic spiqe_comparison_statistic(const spiqe_comparison *c, const char *model,
                                           spiqe_metric metric) {
  spiqe_statistic s = {0, NAN, NAN};
  double sum = 0, squares = 0;
  for (size_t i = 0; i < c->n_rows; i++) {
    double value = value_of(c, i, model, metric);
    if (!isfinite(value)) continue;
    sum += value;
    s.n++;
  }
  if (s.n == 0) return s;
  s.mean = sum / (double)s.n;
  for (size_t i = 0; i < c->n_rows; i++) {
    double off = value_of(c, i, model, metric) - s.mean;
    if (isfinite(off)) squares += off * off;
  }
  if (s.n > 1) s.deviation = sqrt(squares / (double)(s.n - 1));
  return s;
}

void spiqe_statistic_add(spiqe_text *text, const spiqe_statistic *s, spiqe_metric metric) {
  const spiqe_metric_about *about = spiqe_metric_of(metric);
  if (metric == SPIQE_METRIC_PARAMETERS && s->n > 0) {
    spiqe_markup_count(text, (uint64_t)llround(s->mean));
    return;
  }
  spiqe_markup_fixed(text, about->scale * s->mean, about->decimals);
  if (!isfinite(s->deviation)) return;
  spiqe_text_add(text, " \u00b1 ");
  spiqe_markup_fixed(text, about->scale * s->deviation, about->decimals);
}

/* Columns of a text, of which "±" takes one though it has two bytes. */
static size_t columns_of(const char *text) {
  size_t n = 0;
  for (; *text; text++) n += ((unsigned char)*text & 0xc0) != 0x80;
  return n;
}

static void add_right(spiqe_text *text, const char *content, size_t width) {
  size_t n = columns_of(content);
  spiqe_text_add(text, "  %*s%s", (int)(width > n ? width - n : 0), "", content);
}

/* One cell; model NULL: the heading. */
static void make_cell(spiqe_text *cell, const spiqe_comparison *c, const char *model,
                      spiqe_metric metric) {
  *cell = (spiqe_text){0};
  if (!model) {
    spiqe_text_add(cell, "%s", spiqe_metric_of(metric)->title);
    return;
  }
  spiqe_statistic s = spiqe_comparison_statistic(c, model, metric);
  spiqe_statistic_add(cell, &s, metric);
}

static size_t width_of(const spiqe_comparison *c, spiqe_metric metric) {
  size_t width = 0;
  for (size_t i = 0; i <= c->n_models; i++) {
    spiqe_text cell;
    make_cell(&cell, c, i ? spiqe_model_name(c->models[i - 1]) : NULL, metric);
    size_t n = cell.data ? columns_of(cell.data) : 0;
    if (n > width) width = n;
    spiqe_text_destroy(&cell);
  }
  return width;
}

static void add_line(spiqe_text *text, const spiqe_comparison *c, const char *model,
                     size_t name_width, const size_t *widths) {
  const char *name = model ? model : "model";
  spiqe_text_add(text, "%s%*s", name, (int)(name_width - columns_of(name)), "");
  for (size_t k = 0; k < SPIQE_N_METRICS; k++) {
    spiqe_text cell;
    make_cell(&cell, c, model, (spiqe_metric)k);
    text->failed |= cell.failed;
    add_right(text, cell.data ? cell.data : "", widths[k]);
    spiqe_text_destroy(&cell);
  }
  spiqe_text_add(text, "\n");
}

spiqe_status spiqe_comparison_print(spiqe_context *ctx, const spiqe_comparison *c, char **text) {
  spiqe_text out = {0};
  size_t widths[SPIQE_N_METRICS], name_width = strlen("model");
  *text = NULL;
  for (size_t i = 0; i < c->n_models; i++) {
    size_t n = columns_of(spiqe_model_name(c->models[i]));
    if (n > name_width) name_width = n;
  }
  for (size_t k = 0; k < SPIQE_N_METRICS; k++) widths[k] = width_of(c, (spiqe_metric)k);
  add_line(&out, c, NULL, name_width, widths);
  for (size_t i = 0; i < c->n_models; i++)
    add_line(&out, c, spiqe_model_name(c->models[i]), name_width, widths);
  if (out.failed) {
    spiqe_text_destroy(&out);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for a table of %zu models", c->n_models);
  }
  *text = out.data;
  return SPIQE_OK;
}
