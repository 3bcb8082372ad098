/* Parts of a comparison's text and page. */
#ifndef SPIQE_REPORT_COMPARE_H
#define SPIQE_REPORT_COMPARE_H

#include "core/text.h"
#include "spiqe/compare.h"

/* "97.61 ± 0.05", in the unit of the metric; "n/a" without a value, no deviation for one; "mixed"
 * where it is. */
void spiqe_statistic_add(spiqe_text *text, const spiqe_statistic *statistic, spiqe_metric metric);

/* The same of a model on a set, with "(2)" behind it where it is a mean of fewer than n_seeds. */
void spiqe_comparison_add_mean(spiqe_text *text, const spiqe_comparison *comparison, size_t data,
                               size_t model, spiqe_metric metric);

/* What "(2)" and "mixed" mean, where they are in the table of a set. Returns how many remarks. */
size_t spiqe_comparison_remarks(const spiqe_comparison *comparison, size_t data,
                                const char *out[2]);

/* 1 when the row is one of that model on that set. */
int spiqe_comparison_has(const spiqe_comparison *comparison, size_t row, size_t data, size_t model);

/* Rows of that model on that set: its seeds. */
size_t spiqe_comparison_count(const spiqe_comparison *comparison, size_t data, size_t model);

/* 1 when a row has a value; a metric without one is not shown. */
int spiqe_comparison_knows(const spiqe_comparison *comparison, spiqe_metric metric);

/* Bars: the mean of each model on a set, its deviation, a dot for each seed. Returns 0 when there
 * is nothing to draw. */
int spiqe_chart_bars(spiqe_text *text, const spiqe_comparison *comparison, size_t data,
                     spiqe_metric metric);

/* Accuracy of each model on a set over a metric: a mark at the means with a line of one deviation
 * to each side in both directions, and the model's name. Logarithmic over a metric whose means span
 * a factor of 20 or more. Returns 0 when there is nothing to draw. */
int spiqe_chart_scatter(spiqe_text *text, const spiqe_comparison *comparison, size_t data,
                        spiqe_metric metric);

/* What accuracies of models run as circuits are: of their charts and tables. */
#define SPIQE_SEEDS_NOTE                                                                           \
  "Means over the seeds, which are tested with the same samples. Bars, and \u00b1 in the tables, " \
  "are one standard deviation over the seeds to each side, of one seed alone one standard error "  \
  "of the test samples. Hollow marks lack some of the seeds."

/* What the rows' folders say of the models run as circuits, as sections of the page: charts and a
 * table. Returns 0, and adds nothing, when they say nothing. */
int spiqe_comparison_add_circuits(spiqe_context *ctx, spiqe_text *text,
                                  const spiqe_comparison *comparison);

/* What they say of sweeps over noise, as a section with charts for each set, a line for each model.
 * Returns 0, and adds nothing, when they say nothing. */
int spiqe_comparison_add_noise(spiqe_context *ctx, spiqe_text *text,
                               const spiqe_comparison *comparison);

#endif
