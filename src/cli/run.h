/* What the files of spiqe run share. */
#ifndef SPIQE_CLI_RUN_H
#define SPIQE_CLI_RUN_H

#include <stdio.h>

#include "cli/cli.h"

typedef struct run_arguments {
  const char *file, *method, *precision, *noise, *svg, *memory, *device;
  uint64_t seed, n_shots;
  size_t top, n_threads;
  int histogram, gradient, measure_all, json, quiet, n_shots_given;
  cli_list set, observables;
} run_arguments;

typedef struct run_expectation {
  double value, error; /* error 0 where it is exact */
  double *gradient;    /* owned, [n_inputs]; NULL where it was not asked for */
} run_expectation;

typedef struct run_session {
  run_arguments a;
  spiqe_context *ctx;            /* owned, as all below */
  spiqe_circuit *circuit;        /* as in the file, with measure-all where that is so */
  double *inputs;                /* [n_inputs], NaN: no value yet */
  spiqe_noise *noise;            /* or NULL */
  spiqe_simulation *simulation;  /* or NULL where only expectations are asked for */
  run_expectation *expectations; /* [a.observables.n] */
  size_t most_bytes, n_qubits;
  int was_measured;         /* all qubits, as the file measures none */
  double began, last_drawn; /* of the progress line */
} run_session;

/* Values of the inputs from --set NAME=VALUE, bytes from --memory. Return an exit code. */
int run_read_inputs(run_session *s);
int run_read_memory(run_session *s);

/* The listener of a run: a line on standard error, and Ctrl-C. */
int run_listen(void *user, double done);
void run_finish_line(run_session *s);

/* Print what was found; return an exit code. */
int run_print_text(const run_session *s);
int run_print_json(const run_session *s);

#endif
