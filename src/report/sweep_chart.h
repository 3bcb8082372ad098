/* Charts of sweeps: accuracy over the strength of one source of noise, a line for each network. */
#ifndef SPIQE_REPORT_SWEEP_CHART_H
#define SPIQE_REPORT_SWEEP_CHART_H

#include "core/text.h"
#include "spiqe/sweep.h"

/* The rows of one network; borrowed, of all sources. */
typedef struct spiqe_sweep_line {
  const char *name;
  const spiqe_sweep_row *rows;
  size_t n_rows;
} spiqe_sweep_line;

/* Rows of a source that have a place on its axis. */
size_t spiqe_sweep_count(const spiqe_sweep_line *lines, size_t n, spiqe_noise_source source);

/* The chart of a source, with a standard error to each side; of one line alone with its accuracy
 * without noise, of more than 6 the first 6. Returns 0 when there is nothing to draw. */
int spiqe_chart_sweep(spiqe_text *text, const spiqe_sweep_line *lines, size_t n,
                      spiqe_noise_source source);

/* The same numbers as a table. */
int spiqe_table_sweep(spiqe_text *text, const spiqe_sweep_line *lines, size_t n,
                      spiqe_noise_source source);

/* A section with chart and table of every source that has rows, id "noise"; nothing where none has:
 * whether there is one. */
int spiqe_sweep_is_there(const spiqe_sweep_line *lines, size_t n);
void spiqe_sweep_section(spiqe_text *text, const spiqe_sweep_line *lines, size_t n);

#endif
