/* Report: one self-contained HTML page about a run; the JSON-lines log; the progress line. */
#ifndef SPIQE_REPORT_H
#define SPIQE_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/classifier.h"
#include "spiqe/context.h"
#include "spiqe/energy.h"
#include "spiqe/events.h"
#include "spiqe/simulate.h"
#include "spiqe/sweep.h"
#include "spiqe/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A fact shown in a table: "seed", "1". Borrowed strings. */
typedef struct spiqe_fact {
  const char *name, *value;
} spiqe_fact;

/* Spikes of one layer for one sample. */
typedef struct spiqe_raster {
  const char *layer; /* "1 qlif" */
  size_t sample;     /* index in the test part */
  size_t label;      /* its class */
  size_t n_steps, n_units;
  const uint8_t *spikes; /* borrowed, [n_steps][n_units], 0 or 1 */
} spiqe_raster;

/* Grey picture with a caption. Signed values are scaled to the picture's largest magnitude: zero is
 * middle grey. */
typedef struct spiqe_picture {
  const char *caption;
  size_t width, height;
  const float *values; /* borrowed, [height][width]; 0 (black) to 1 (white), or signed */
  int is_signed;
} spiqe_picture;

/* One neuron's qubit (or membrane) over the steps. */
typedef struct spiqe_trace {
  const char *title, *quantity; /* "population P(|1>)" */
  size_t n_steps;
  const float *values;   /* borrowed, [n_steps] before the reset */
  const uint8_t *spikes; /* borrowed, [n_steps] */
  double threshold;
  size_t n_memory;     /* memory qubits; 0: none */
  const float *memory; /* borrowed, [n_steps][n_memory][3] Bloch vectors before each step */
} spiqe_trace;

/* One row of the learning curves; NaN where there is no value. */
typedef struct spiqe_curve_point {
  double epoch; /* 1.0 after the first */
  double train_loss, train_accuracy, validation_loss, validation_accuracy, rate, seconds;
} spiqe_curve_point;

/* Accuracy of a network run as circuits: what `spiqe test --backend circuit` measured. */
typedef struct spiqe_shots_row {
  char noise[64]; /* name of the description, "none" */
  size_t n_shots; /* spiqe_circuit_backend */
  spiqe_qlif_memory memory;
  size_t n_samples;
  double accuracy;
} spiqe_shots_row;

/* Rows as JSON lines in a file, one a row; read gives them back in order, *rows [*n] owned by the
 * caller (free), none where there is no file. Fails: SPIQE_FILE, SPIQE_NO_MEMORY, SPIQE_BAD_FORMAT
 * (names the line), SPIQE_LIMIT (more than 2^20 bytes). */
spiqe_status spiqe_shots_write(spiqe_context *ctx, const char *path, const spiqe_shots_row *rows,
                               size_t n);
spiqe_status spiqe_shots_read(spiqe_context *ctx, const char *path, spiqe_shots_row **rows,
                              size_t *n);

/* All that the page shows; a section whose data is missing (NULL, a count of 0, NaN) is left out,
 * so that a page may start from {0}. */
typedef struct spiqe_page {
  const char *title, *model, *data; /* borrowed, as all pointers here */
  /* 0..1; shown when n_classes > 0; NaN: not known. What they mean: spiqe_test_result */
  double test_accuracy, macro_precision, macro_recall, macro_f1, roc_auc;
  size_t n_classes;
  const uint64_t *confusion; /* [n_classes true][n_classes predicted] */
  size_t n_points;
  const spiqe_curve_point *points;     /* by epoch */
  size_t n_batches, batches_per_epoch; /* the latter 0: the batches are spread over the points */
  const float *batch_loss;             /* [n_batches] loss of each batch in order */
  const char *loss_name;               /* "cross-entropy (nats)"; NULL: "loss" */
  size_t n_layers;
  const char *const *layer_names; /* [n_layers] spiking layers */
  const double *firing_rates;     /* [n_layers] spikes per neuron and step */
  size_t n_rasters, n_weights, n_confused, n_traces, n_configuration, n_machine, n_shots, n_sweeps;
  const spiqe_raster *rasters;
  const spiqe_picture *weights, *confused;
  const spiqe_trace *traces;
  const spiqe_sweep_row *sweeps;
  const spiqe_shots_row *shots;
  const spiqe_activity_count *work;          /* what the network did for a sample */
  const spiqe_fact *configuration, *machine; /* machine: processor, device, versions, seed */
  const char *recipe;                        /* the model as YAML */
  const char *command;                       /* repeats the run */
} spiqe_page;

/* Write the page: no network, no script; the same page gives the same bytes. Memory: about twice
 * the size of the file. Fails: SPIQE_FILE, SPIQE_NO_MEMORY, SPIQE_LIMIT (a picture of more than
 * 2^22 pixels). */
spiqe_status spiqe_page_write(spiqe_context *ctx, const spiqe_page *page, const char *path);

/* Listener that draws a progress line on a stream (one line redrawn on a terminal at most ten times
 * a second, one line an epoch elsewhere): epoch, bar, loss, accuracy, samples/s, time left.
 * user: spiqe_progress. Never stops the training. */
typedef struct spiqe_progress {
  void *stream; /* FILE *, borrowed */
  int is_terminal;
  double last_drawn; /* starts at 0; 0 also while no line is open */
} spiqe_progress;
int spiqe_progress_listen(void *user, const spiqe_event *event);

/* End a line that is still being redrawn, before something else is written to the terminal: needed
 * when training stopped inside an epoch. Does nothing when no line is open. */
void spiqe_progress_finish(spiqe_progress *progress);

/* Append-only JSON-lines log: one object an event, handed to the system before the listener
 * returns; NaN and infinity are null. open: append 1 keeps what is there (a last line that a kill
 * cut short is ended). A write that fails does not stop the training; spiqe_log_close reports it.
 * Fails: SPIQE_FILE, SPIQE_NO_MEMORY. */
typedef struct spiqe_log spiqe_log;
spiqe_status spiqe_log_open(spiqe_context *ctx, const char *path, int append, spiqe_log **out);
int spiqe_log_listen(void *user, const spiqe_event *event); /* user: spiqe_log */
spiqe_status spiqe_log_close(spiqe_log *log);               /* NULL is fine */

/* Confusion matrix as text for the terminal, [n_classes][n_classes]: UTF-8, columns aligned, recall
 * of each class; where the matrix would be wider than 120 columns, one line a class with what it is
 * most often taken for. colour 1: ANSI colours. *text: owned by the caller (free).
 * Fails: SPIQE_NO_MEMORY, SPIQE_BAD_ARGUMENT (no classes). */
spiqe_status spiqe_confusion_print(spiqe_context *ctx, const uint64_t *confusion, size_t n_classes,
                                   int colour, char **text);

/* Counts of a circuit, to be shown. */
typedef struct spiqe_histogram {
  const char *title; /* borrowed; NULL: none */
  uint64_t n_shots;  /* 0: probabilities are shown instead of counts */
  size_t n_outcomes;
  const spiqe_outcome *outcomes; /* borrowed, [n_outcomes], ascending */
  size_t top;                    /* at most so many are shown, the most frequent; 0: 32 */
} spiqe_histogram;

/* A table for the terminal: a row for each outcome; where some are left out, the most frequent
 * first, and a last row tells how many others there are. width: of the terminal, in columns, for
 * bars (UTF-8, in eighths of a block) beside the rows; 0: no bars. colour 1: ANSI colours. *text:
 * owned by the caller (free). Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_histogram_print(spiqe_context *ctx, const spiqe_histogram *histogram,
                                   size_t width, int colour, char **text);

/* The same as a picture that stands alone, SVG, light and dark. *svg: owned by the caller (free).
 * Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_histogram_draw(spiqe_context *ctx, const spiqe_histogram *histogram, char **svg);

/* Where events were: a picture of their counts, on in blue, beside or above it off in orange, as
 * strong as the root of the count; small sensors are enlarged by a whole factor to about 512
 * pixels. *pixels: owned by the caller (free), [height][width][3]. Fails: SPIQE_LIMIT (more than
 * 2^22 places), SPIQE_NO_MEMORY. */
spiqe_status spiqe_events_picture(spiqe_context *ctx, const spiqe_events *events, uint8_t **pixels,
                                  size_t *width, size_t *height);

/* When events were: a raster that stands alone, SVG, light and dark; time to the right, unit (y
 * width + x) upward; of many events every k-th, and it says so. title: NULL for none. *svg: owned
 * by the caller (free). Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_events_draw(spiqe_context *ctx, const spiqe_events *events, const char *title,
                               char **svg);

/* Read the curves back from a log: *points [*n_points], *batch_loss [*n_batches], owned by the
 * caller (free), in order of epoch and step. Lines that a kill cut short are skipped; a step that
 * was repeated after a resume replaces the first. Fails: SPIQE_NOT_FOUND, SPIQE_FILE,
 * SPIQE_NO_MEMORY, SPIQE_BAD_FORMAT (a line that is no event; the message names it), SPIQE_LIMIT
 * (more than 2^28 bytes). */
spiqe_status spiqe_log_read(spiqe_context *ctx, const char *path, spiqe_curve_point **points,
                            size_t *n_points, float **batch_loss, size_t *n_batches);

/* A neuron of a network: `layer` is the place of its stage in the description, counted from 0, as
 * in "1 sqs". */
typedef struct spiqe_neuron_place {
  size_t layer, unit;
} spiqe_neuron_place;

/* The report of a finished run: its checkpoint is opened, tested and looked into, its log read. */
typedef struct spiqe_run_report {
  const char *folder;                /* of the run */
  const char *data_folders;          /* where the data set is looked for first, or NULL */
  const char *command;               /* that repeats the run; NULL: made from the checkpoint */
  size_t limit;                      /* samples of the test part; 0: all */
  size_t n_neurons;                  /* whose states are drawn; 0: some that spike most */
  const spiqe_neuron_place *neurons; /* [n_neurons]; at most 16 */
  const spiqe_train_result *train;   /* NULL: not known any more */
} spiqe_run_report;

/* Write the page to path. data: the open data set, or NULL to open the one the checkpoint names.
 * test: receives the test of the checkpoint (spiqe_test_result_clear), may be NULL.
 * Fails: as spiqe_classifier_open, spiqe_dataset_open, spiqe_page_write; SPIQE_BAD_INDEX (no such
 * layer of neurons, or neuron), SPIQE_LIMIT (too many neurons). */
spiqe_status spiqe_run_report_write(spiqe_context *ctx, const spiqe_run_report *about,
                                    const spiqe_dataset *data, const char *path,
                                    spiqe_test_result *test);

#ifdef __cplusplus
}
#endif
#endif
