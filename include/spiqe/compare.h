/* Comparison: measurements of several models, side by side; mean and standard deviation over seeds,
 * as text for the terminal and as a page. */
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
  const char *data; /* name of the set */
  size_t n_models, n_rows;
  const spiqe_model *const *models; /* [n_models], no two of one name; in the order shown */
  const spiqe_measurement *rows;    /* [n_rows], in any order; a model may have none yet */
  const char *command;              /* that repeats it; NULL: not shown */
} spiqe_comparison;

/* Of one metric over the rows of one model. */
typedef struct spiqe_statistic {
  size_t n;         /* rows that have a value */
  double mean;      /* NaN when n is 0 */
  double deviation; /* standard deviation of a sample, n - 1 below; NaN when n is 0 or 1 */
} spiqe_statistic;

spiqe_statistic spiqe_comparison_statistic(const spiqe_comparison *comparison, const char *model,
                                           spiqe_metric metric);

/* A table, a line for each model, "mean ± deviation" in the unit of the metric. *text: owned by the
 * caller (free). Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_comparison_print(spiqe_context *ctx, const spiqe_comparison *comparison,
                                    char **text);

/* A page: bars with error bars for the metrics, the table, all rows. No network, no script. Fails:
 * SPIQE_FILE, SPIQE_NO_MEMORY. */
spiqe_status spiqe_comparison_write(spiqe_context *ctx, const spiqe_comparison *comparison,
                                    const char *path);

#ifdef __cplusplus
}
#endif
#endif
