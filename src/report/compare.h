/* Parts of a comparison's text and page. */
#ifndef SPIQE_REPORT_COMPARE_H
#define SPIQE_REPORT_COMPARE_H

#include "core/text.h"
#include "spiqe/compare.h"

/* "97.61 ± 0.05", in the unit of the metric; "n/a" without a value, no deviation for one. */
void spiqe_statistic_add(spiqe_text *text, const spiqe_statistic *statistic, spiqe_metric metric);

/* Bars: the mean of each model, its deviation, a dot for each seed. Returns 0 when there is nothing
 * to draw. */
int spiqe_chart_bars(spiqe_text *text, const spiqe_comparison *comparison, spiqe_metric metric);

#endif
