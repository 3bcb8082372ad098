/* What the files of spiqe compare share. */
#ifndef SPIQE_CLI_COMPARE_H
#define SPIQE_CLI_COMPARE_H

#include "cli/cli.h"

#define CLI_MOST_MODELS SPIQE_SUITE_MOST_MODELS
#define CLI_MOST_DATA SPIQE_SUITE_MOST_DATA
#define CLI_NOT_GIVEN SIZE_MAX

typedef struct cli_compare_arguments {
  const char *suite, *data, *classes, *data_dir, *out, *device;
  size_t n_seeds, epochs, limit, n_threads; /* CLI_NOT_GIVEN: not given */
  int is_quick, json, quiet;
  cli_list set;
} cli_compare_arguments;

typedef struct cli_comparison {
  spiqe_context *ctx;
  cli_compare_arguments a;
  spiqe_suite *suite; /* owned; NULL: models were named */
  size_t n_models, n_data, n_seeds, limit;
  char names[CLI_MOST_MODELS][512];                     /* of models, as typed; not of a suite's */
  char data_names[CLI_MOST_DATA][64];                   /* as typed */
  spiqe_dataset *data[CLI_MOST_DATA];                   /* owned */
  spiqe_model *models[CLI_MOST_DATA * CLI_MOST_MODELS]; /* owned, [n_data][n_models], fitted */
  char command[4096];
  cli_folder folder;
  size_t n_rows, n_failed, n_seen;
  spiqe_measurement *rows;                             /* owned, [n_data * n_models * n_seeds] */
  double start, cost[CLI_MOST_DATA * CLI_MOST_MODELS]; /* seconds of a training; 0: not known */
  spiqe_progress progress;
} cli_comparison;

/* Names of sets with ',' between; numbers behind a ',' are further classes of the set before it, as
 * in "mnist,usps:1,7". Says what is wrong; returns an exit code. */
int cli_compare_read_data(cli_comparison *c, const char *list);

/* Suite, models and sets, checked, fitted to each other before anything is trained; the folder.
 * Says what is wrong; returns an exit code. */
int cli_compare_open(cli_comparison *c, const char *const *models, size_t n);

/* All trainings, seed by seed, so that what is there when it is stopped has something of each
 * model. One that diverges is told and left out (n_failed); any other failure is told and ends it,
 * as Ctrl-C does. Returns an exit code. */
int cli_compare_measure(cli_comparison *c);

/* The page, and the table or the JSON object; returns an exit code. */
int cli_compare_finish(const cli_comparison *c);

/* The page of what is there; path: out. */
spiqe_status cli_compare_write_page(const cli_comparison *c, char *path, size_t size);

#endif
