/* Parts of spiqe test. */
#ifndef SPIQE_CLI_TEST_H
#define SPIQE_CLI_TEST_H

#include "cli/cli.h"

typedef struct cli_circuits {
  spiqe_context *ctx;
  spiqe_classifier *classifier;
  const spiqe_dataset *data;
  const char *run, *data_dir; /* run: as typed; a folder's report gets the rows */
  const cli_list *noises;     /* names and files; "none" or an empty list: no noise */
  size_t n_shots;
  spiqe_qlif_memory memory;
  int json;
} cli_circuits;

/* Test with the neurons run as circuits, for each noise and 1, 2, 4 ... n_shots shots: a table, or
 * one JSON object; the rows go to the run's folder and on its page. Returns an exit code. */
int cli_test_circuits(const cli_circuits *c);

#endif
