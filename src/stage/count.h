/* Counting of operations. Each kind of stage counts its own, from what went through it
 * (spiqe_stage_kind.count); the rules are those of spiqe/work.h. */
#ifndef SPIQE_STAGE_COUNT_H
#define SPIQE_STAGE_COUNT_H

#include "spiqe/work.h"
#include "stage/stage.h"

/* What went into a stage and came out of it. */
typedef struct spiqe_activity {
  size_t n_samples; /* times that a sample went through */
  size_t n_columns; /* first columns of the output that were made; the others nobody looks at */
  /* [n_units] of spikes: how often each unit was not 0, over samples and stored steps, so that the
   * fan-out of each spike can depend on its place. NULL for currents. */
  const uint64_t *in, *out;
  int in_is_real, out_is_real; /* 1: not all of these are 0 or 1 */
} spiqe_activity;

/* Rows of a signal: samples times stored steps. */
double spiqe_count_rows(const spiqe_signal *signal, const spiqe_activity *activity);

/* Unit `unit` of the input leads to fan_out columns of the output: a weight is added for each of
 * its spikes along each connection, or multiplied with each of its real numbers. */
void spiqe_count_connections(const spiqe_stage *stage, const spiqe_activity *activity, size_t unit,
                             double fan_out, spiqe_work *sum);

/* The currents of a synapse are written; has_bias: and begin with a learnt constant. */
void spiqe_count_currents(const spiqe_stage *stage, const spiqe_activity *activity, int has_bias,
                          spiqe_work *sum);

/* What the stage emits: spikes, or real numbers, of which each moves. Returns the spikes. */
double spiqe_count_output(const spiqe_signal *signal, const uint64_t *out, int is_real,
                          const spiqe_activity *activity, spiqe_work *sum);

#endif
