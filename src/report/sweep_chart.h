/* Charts of sweeps: accuracy over the strength of one source of noise, a line for each network. */
#ifndef SPIQE_REPORT_SWEEP_CHART_H
#define SPIQE_REPORT_SWEEP_CHART_H

#include "report/gather.h"
#include "spiqe/sweep.h"

/* Rows by source. Start from {0}. */
typedef struct spiqe_sweeps {
  spiqe_gathered of[SPIQE_N_NOISE_SOURCES];
} spiqe_sweeps;

/* Add the rows of one seed of a network that has n_seeds. */
void spiqe_sweeps_gather(spiqe_sweeps *sweeps, const char *name, const spiqe_sweep_row *rows,
                         size_t n, size_t seed, size_t n_seeds);
void spiqe_sweeps_destroy(spiqe_sweeps *sweeps);

/* Whether a row has a place on a chart. */
int spiqe_sweeps_is_drawn(const spiqe_sweeps *sweeps);

/* A card with chart and table for every source that has rows, side by side. under: beside their
 * titles, NULL for nothing. */
void spiqe_sweeps_add_cards(spiqe_text *text, const spiqe_sweeps *sweeps, const char *under);

#endif
