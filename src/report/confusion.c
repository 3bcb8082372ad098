/* The confusion matrix for the terminal. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/fail.h"
#include "core/text.h"
#include "report/classes.h"
#include "report/markup.h"
#include "spiqe/report.h"

#define WIDEST 120

typedef struct matrix {
  const uint64_t *counts; /* [n][n] */
  size_t n;
  int width; /* of a column */
  int colour;
} matrix;

/* Digits that the largest count and the last class need. */
static int column_width(const uint64_t *confusion, size_t n) {
  uint64_t most = n - 1;
  for (size_t i = 0; i < n * n; i++) most = confusion[i] > most ? confusion[i] : most;
  return snprintf(NULL, 0, "%" PRIu64, most);
}

/* "97.8 %", right-aligned in 8 columns. */
static void add_percent(spiqe_text *text, double share) {
  spiqe_text number = {0};
  if (isnan(share))
    spiqe_text_add(&number, "-");
  else
    spiqe_markup_fixed(&number, 100 * share, 1);
  spiqe_text_add(text, "%6s %%", number.data ? number.data : "");
  if (number.failed) text->failed = 1;
  spiqe_text_destroy(&number);
}

/* Zeros are dots: what is left to see are the errors. */
static void add_count(spiqe_text *text, const matrix *m, size_t row, size_t column) {
  uint64_t count = m->counts[row * m->n + column];
  const char *start = "", *end = m->colour ? "\033[0m" : "";
  if (m->colour) start = row == column ? "\033[1;32m" : count ? "\033[33m" : "\033[2m";
  if (count)
    spiqe_text_add(text, " %s%*" PRIu64 "%s", start, m->width, count, end);
  else
    spiqe_text_add(text, " %*s%s\u00b7%s", m->width - 1, "", start, end);
}

static void add_rule(spiqe_text *text, const matrix *m) {
  spiqe_text_add(text, "  %*s \u250c", m->width, "");
  for (size_t i = 0; i < m->n * (size_t)(m->width + 1) + 1; i++) spiqe_text_add(text, "\u2500");
  spiqe_text_add(text, "\n");
}

static void add_matrix(spiqe_text *text, const matrix *m) {
  spiqe_text_add(text, "  rows: true class, columns: predicted\n  %*s  ", m->width, "");
  for (size_t column = 0; column < m->n; column++) spiqe_text_add(text, " %*zu", m->width, column);
  spiqe_text_add(text, "    recall\n");
  add_rule(text, m);
  for (size_t row = 0; row < m->n; row++) {
    spiqe_text_add(text, "  %*zu \u2502", m->width, row);
    for (size_t column = 0; column < m->n; column++) add_count(text, m, row, column);
    spiqe_text_add(text, "  ");
    add_percent(text, spiqe_class_facts_of(m->counts, m->n, row).recall);
    spiqe_text_add(text, "\n");
  }
}

static void add_list(spiqe_text *text, const matrix *m) {
  int width = m->width > 7 ? m->width : 7;
  spiqe_text_add(text, "  class  %*s    recall  most taken for\n", width, "samples");
  for (size_t row = 0; row < m->n; row++) {
    spiqe_class_facts facts = spiqe_class_facts_of(m->counts, m->n, row);
    spiqe_text_add(text, "  %5zu  %*" PRIu64 "  ", row, width, facts.n_samples);
    add_percent(text, facts.recall);
    if (facts.n_rival)
      spiqe_text_add(text, "  %zu (%" PRIu64 ")\n", facts.rival, facts.n_rival);
    else
      spiqe_text_add(text, "\n");
  }
}

spiqe_status spiqe_confusion_print(spiqe_context *ctx, const uint64_t *confusion, size_t n_classes,
                                   int colour, char **text) {
  spiqe_text out = {0};
  *text = NULL;
  SPIQE_REQUIRE(ctx, n_classes > 0 && confusion, SPIQE_BAD_ARGUMENT,
                "a confusion matrix of no classes");
  matrix m = {confusion, n_classes, column_width(confusion, n_classes), colour};
  size_t width = (n_classes + 1) * (size_t)(m.width + 1) + 15;
  if (width <= WIDEST)
    add_matrix(&out, &m);
  else
    add_list(&out, &m);
  if (out.failed) {
    spiqe_text_destroy(&out);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for a confusion matrix");
  }
  *text = out.data;
  return SPIQE_OK;
}
