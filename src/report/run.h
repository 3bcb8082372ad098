/* The report of a run, gathered part by part: each part owns what its rows of the page point to. */
#ifndef SPIQE_REPORT_RUN_H
#define SPIQE_REPORT_RUN_H

#include "spiqe/report.h"

#define SPIQE_RUN_SAMPLES 3   /* whose spikes are drawn */
#define SPIQE_RUN_NEURONS 100 /* of a layer that are drawn, at most */
#define SPIQE_RUN_TRACES 16   /* neurons whose states are drawn, at most */
#define SPIQE_RUN_PICTURES 24
#define SPIQE_RUN_CONFUSED 20
#define SPIQE_RUN_FACTS 24
#define SPIQE_RUN_COUNTED ((size_t)1000) /* samples whose operations are counted */

typedef struct spiqe_run_rasters {
  size_t n;
  spiqe_raster rows[2 * SPIQE_RUN_SAMPLES];
  char titles[2 * SPIQE_RUN_SAMPLES][80];
  uint8_t *spikes[2 * SPIQE_RUN_SAMPLES]; /* owned */
} spiqe_run_rasters;

typedef struct spiqe_run_traces {
  size_t n;
  spiqe_trace rows[SPIQE_RUN_TRACES];
  char titles[SPIQE_RUN_TRACES][96];
  float *values[SPIQE_RUN_TRACES];   /* owned, [n_steps] */
  uint8_t *spikes[SPIQE_RUN_TRACES]; /* owned, [n_steps] */
  float *memory[SPIQE_RUN_TRACES];   /* owned, [n_steps][n_memory][3]; NULL: no memory */
} spiqe_run_traces;

typedef struct spiqe_run_pictures {
  size_t n;
  spiqe_picture rows[SPIQE_RUN_PICTURES];
  char captions[SPIQE_RUN_PICTURES][80];
  float *values; /* owned, one picture behind the other */
} spiqe_run_pictures;

typedef struct spiqe_run_facts {
  size_t n;
  spiqe_fact rows[SPIQE_RUN_FACTS];
  char values[SPIQE_RUN_FACTS][256];
} spiqe_run_facts;

typedef struct spiqe_run {
  spiqe_context *ctx;            /* borrowed */
  const spiqe_run_report *about; /* borrowed */
  spiqe_classifier *classifier;  /* owned */
  spiqe_dataset *owned_data;     /* owned; NULL when the caller has it open */
  const spiqe_dataset *data;     /* borrowed, or owned_data */
  spiqe_samples samples;         /* view: the test part, cut by about->limit */
  spiqe_test_result test;        /* owned */
  spiqe_run_rasters rasters;
  spiqe_run_traces traces;
  spiqe_run_pictures weights, confused;
  spiqe_run_facts configuration, machine;
  size_t n_shots;
  spiqe_shots_row *shots; /* owned, [n_shots] */
  int has_work;
  spiqe_activity_count work;
  size_t n_sweeps;
  spiqe_sweep_row *sweeps; /* owned, [n_sweeps] */
} spiqe_run;

/* Spikes of the first samples of different classes, in the first and the last layer; the states of
 * neurons for the first of them. Fails: as spiqe_classifier_record, spiqe_run_add_traces. */
spiqe_status spiqe_run_add_activity(spiqe_run *run);

/* The states of the neurons that about->neurons names. Without: of a layer with a quantum memory
 * the three that spike most, and a lively one of the first layer and the true class's of the last.
 * Fails: SPIQE_BAD_INDEX, SPIQE_LIMIT, SPIQE_NO_MEMORY. */
spiqe_status spiqe_run_add_traces(spiqe_run *run, const spiqe_recording *layers, size_t n_layers,
                                  size_t sample);

/* Spikes of one neuron over all steps. */
size_t spiqe_recording_spikes(const spiqe_recording *layer, size_t unit);

/* Weights of the neurons of the first layer with the largest norm, and the test samples that are
 * wrong with the highest probability; nothing when samples are no pictures. Fails:
 * SPIQE_NO_MEMORY. */
spiqe_status spiqe_run_add_weights(spiqe_run *run);
spiqe_status spiqe_run_add_confused(spiqe_run *run);

/* How it was trained, and where this page was made. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_run_add_facts(spiqe_run *run);

/* Indices of the k largest of n keys, largest first, equal ones in order of index; keys that are
 * not finite come last. out: [k], k <= n. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_find_largest(spiqe_context *ctx, const double *keys, size_t n, size_t k,
                                size_t *out);

#endif
