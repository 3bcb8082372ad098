/* Accuracies of networks that ran as circuits, gathered to lines: a point is the mean over the
 * seeds of a model, a line holds what was measured with the same settings. */
#ifndef SPIQE_REPORT_GATHER_H
#define SPIQE_REPORT_GATHER_H

#include "core/text.h"
#include "spiqe/classifier.h"

/* What the points of a line have in common. */
typedef struct spiqe_gather_key {
  char name[96];   /* of the network or of the noise */
  char device[64]; /* that gave the times; "": not known */
  size_t n_shots;  /* 0: as trained, or what the line is drawn over */
  spiqe_qlif_memory memory;
  size_t n_samples; /* of the test: the same ones for every seed */
  size_t n_seeds;   /* of the model; a point may lack some */
} spiqe_gather_key;

typedef struct spiqe_gathered_point {
  double x;             /* what it is drawn over; NaN: without noise */
  size_t n_seeds, last; /* seeds that have it; the one that was added last */
  double accuracy;      /* mean over them, 0 to 1 */
  double squares;       /* sum of their squared distances from it */
} spiqe_gathered_point;

typedef struct spiqe_gathered_line {
  spiqe_gather_key key;
  size_t n, room;
  spiqe_gathered_point *points; /* owned, [n], the one without noise first, then by x */
} spiqe_gathered_line;

/* Start from {0}. When memory runs out, what is new is left out and `failed` is set. */
typedef struct spiqe_gathered {
  size_t n, room;
  spiqe_gathered_line *lines; /* owned, [n], in order of their first points */
  int failed;
} spiqe_gathered;

/* Add what a seed reached at x. Seeds come one after the other; a second value of the same seed at
 * the same x is dropped. */
void spiqe_gather(spiqe_gathered *g, const spiqe_gather_key *key, double x, size_t seed,
                  double accuracy);
void spiqe_gathered_destroy(spiqe_gathered *g);

/* Half of the error bar: the standard deviation over the seeds (n - 1), of one seed alone the
 * standard error of the test samples (spiqe_accuracy_error). */
double spiqe_gathered_error(const spiqe_gathered_line *line, const spiqe_gathered_point *point);

/* Whether there is a point that has a place on a logarithmic axis. */
int spiqe_gathered_line_is_drawn(const spiqe_gathered_line *line);
int spiqe_gathered_is_drawn(const spiqe_gathered *g);

/* "qsnn, 16 shots": the name of a line, with the settings that lines differ in. */
void spiqe_gathered_add_name(spiqe_text *text, const spiqe_gathered *g, size_t line);

/* "500 test samples, times of ibm-heron-r2": a paragraph with the settings that all lines share. */
void spiqe_gathered_add_settings(spiqe_text *text, const spiqe_gathered *g);

/* What lines are drawn over; borrowed. */
typedef struct spiqe_gather_axis {
  const char *label; /* of the chart, for screen readers */
  const char *title; /* of the axis */
  const char *name;  /* of a value, in tooltips and tables: "gate" */
  const char *lines; /* what a line is of: "network" */
  int is_named;      /* in the table, also where there is one line alone */
} spiqe_gather_axis;

/* A line for each, with error bars, hollow marks at points that lack seeds; of one line alone with
 * its accuracy without noise, of more than 6 the first 6 and a sentence that names the others. The
 * x axis is logarithmic. Returns 0, and adds nothing, when there is nothing to draw. */
int spiqe_chart_gathered(spiqe_text *text, const spiqe_gathered *g, const spiqe_gather_axis *axis);

/* The same numbers as a table, of how many seeds each is where a model has several. */
void spiqe_table_gathered(spiqe_text *text, const spiqe_gathered *g, const spiqe_gather_axis *axis);

#endif
