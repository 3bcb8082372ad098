/* Comparison: measurements of several models on one or several data sets, side by side; mean and
 * standard deviation over seeds, as text for the terminal and as a page. */
#ifndef SPIQE_COMPARE_H
#define SPIQE_COMPARE_H

#include <stddef.h>

#include "spiqe/context.h"
#include "spiqe/measure.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All pointers are borrowed. */
typedef struct spiqe_comparison {
  const char *title; /* of the page; NULL: it is made of the models and sets */
  size_t n_data, n_models, n_rows;
  size_t n_seeds;            /* of each model on each set; means of fewer are marked; 0: none is */
  const char *const *data;   /* [n_data] names of sets, none twice; in the order shown */
  const char *const *models; /* [n_models] names of models, none twice; in the order shown */
  const spiqe_measurement *rows; /* [n_rows], in any order; a model may have none yet */
  const char *command;           /* that repeats it; NULL: not shown */
} spiqe_comparison;

/* Of one metric over the rows of one model on one set. */
typedef struct spiqe_statistic {
  size_t n;         /* rows that have a value */
  double mean;      /* NaN when n is 0 or is_mixed */
  double deviation; /* of a sample, n - 1 below; NaN when n is 0 or 1, or is_mixed */
  int is_mixed;     /* 1: times on unlike kernel tables or numbers of threads, which have no mean */
} spiqe_statistic;

/* data < n_data, model < n_models. */
spiqe_statistic spiqe_comparison_statistic(const spiqe_comparison *comparison, size_t data,
                                           size_t model, spiqe_metric metric);

/* For each set a table, a line for each model, "mean ± deviation" in the unit of the metric, with
 * "(2)" behind a mean of 2 seeds where n_seeds is more, and "mixed" for times that have no mean;
 * below it what these two mean, if they are there. What is wider than `width` columns goes on in a
 * second table below. *text: owned by the caller (free). Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_comparison_print(spiqe_context *ctx, const spiqe_comparison *comparison,
                                    size_t width, char **text);

/* A page: for each set the accuracy over what it costs, bars with error bars for each metric, and
 * the table; of models that were run as circuits (circuits.jsonl and noise.jsonl in the folder of
 * a row) how noise tells; all rows. No network, no script. Fails: SPIQE_FILE, SPIQE_NO_MEMORY. */
spiqe_status spiqe_comparison_write(spiqe_context *ctx, const spiqe_comparison *comparison,
                                    const char *path);

#ifdef __cplusplus
}
#endif
#endif
