/* spiqe run: a circuit, its counts, expectations and their derivatives. */
#include "cli/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USUAL_SHOTS 1024

static int read_circuit(run_session *s) {
  int code = cli_read_circuit(s->ctx, s->a.file, &s->circuit);
  if (code == CLI_DONE) s->n_qubits = spiqe_circuit_n_qubits(s->circuit);
  return code;
}

/* A register for the results, as Qiskit's measure_all: "meas", or the next name that is free. */
static spiqe_status measure_all(run_session *s) {
  char name[24] = "meas";
  uint32_t first;
  spiqe_status status = SPIQE_BAD_NAME;
  for (int i = 0; i < 1000 && status == SPIQE_BAD_NAME; i++) {
    if (i) snprintf(name, sizeof name, "meas%d", i);
    status = spiqe_circuit_add_register(s->circuit, SPIQE_REGISTER_BITS, name, s->n_qubits, &first);
  }
  if (status == SPIQE_OK) status = spiqe_circuit_barrier(s->circuit, 0, NULL);
  for (uint32_t q = 0; q < s->n_qubits && status == SPIQE_OK; q++)
    status = spiqe_circuit_measure(s->circuit, q, first + q);
  return status;
}

/* What is run: with the channels of the noise, where there is some. Destroyed by the caller when
 * it is not the circuit itself. */
static spiqe_status add_noise(run_session *s, spiqe_circuit **out) {
  *out = s->circuit;
  return s->noise ? spiqe_noise_apply(s->noise, s->circuit, out) : SPIQE_OK;
}

/* Shots are used where they were asked for; else expectations are exact. */
static spiqe_status find_expectation(run_session *s, const spiqe_circuit *circuit,
                                     const spiqe_observable *observable, run_expectation *out) {
  const size_t n_shots = s->a.n_shots_given ? (size_t)s->a.n_shots : 0;
  spiqe_gradient_options options = {.method =
                                        n_shots ? SPIQE_GRADIENT_SHIFT : SPIQE_GRADIENT_ADJOINT,
                                    .precision = s->a.precision,
                                    .n_shots = n_shots,
                                    .seed = s->a.seed};
  spiqe_status status =
      n_shots ? spiqe_expectation_sampled(s->ctx, circuit, observable, s->inputs, n_shots,
                                          s->a.seed, &out->value, &out->error)
              : spiqe_expectation(s->ctx, circuit, observable, s->inputs, &out->value);
  if (status != SPIQE_OK || !s->a.gradient) return status;
  double unused;
  out->gradient = calloc(spiqe_circuit_n_inputs(circuit) + 1, sizeof *out->gradient);
  if (!out->gradient) return SPIQE_NO_MEMORY;
  status = spiqe_expectation_gradient(s->ctx, circuit, observable, s->inputs, &options, &unused,
                                      out->gradient);
  if (status != SPIQE_UNSUPPORTED || options.method == SPIQE_GRADIENT_SHIFT) return status;
  options.method = SPIQE_GRADIENT_SHIFT;
  return spiqe_expectation_gradient(s->ctx, circuit, observable, s->inputs, &options, &unused,
                                    out->gradient);
}

static int find_expectations(run_session *s) {
  spiqe_circuit *circuit;
  spiqe_status status = add_noise(s, &circuit);
  int is_typed = 0;
  for (size_t i = 0; i < s->a.observables.n && status == SPIQE_OK; i++) {
    spiqe_observable *observable = NULL;
    status = spiqe_observable_parse(s->ctx, s->a.observables.items[i], &observable);
    is_typed = status != SPIQE_OK;
    if (status == SPIQE_OK) status = find_expectation(s, circuit, observable, &s->expectations[i]);
    is_typed |= status == SPIQE_BAD_INDEX;
    spiqe_observable_destroy(observable);
  }
  if (circuit != s->circuit) spiqe_circuit_destroy(circuit);
  if (status == SPIQE_OK) return CLI_DONE;
  int code = cli_fail_in(s->ctx, is_typed ? NULL : s->a.file, status, 1);
  return is_typed ? CLI_USAGE : code;
}

static int simulate(run_session *s) {
  spiqe_circuit *circuit;
  spiqe_status status = add_noise(s, &circuit);
  if (status != SPIQE_OK) return cli_fail_in(s->ctx, s->a.file, status, 0);
  spiqe_simulation_options options = {.method = s->a.method,
                                      .precision = s->a.precision,
                                      .n_shots = (size_t)s->a.n_shots,
                                      .seed = s->a.seed,
                                      .inputs = s->inputs,
                                      .most_bytes = s->most_bytes,
                                      .listener = run_listen,
                                      .user = s};
  cli_catch_interrupt();
  status = spiqe_simulate(s->ctx, circuit, &options, &s->simulation);
  run_finish_line(s);
  if (circuit != s->circuit) spiqe_circuit_destroy(circuit);
  return status == SPIQE_OK ? CLI_DONE : cli_fail_in(s->ctx, s->a.file, status, 1);
}

/* A circuit that measures nothing has no counts: then all qubits are measured, unless expectations
 * are what is asked for. */
static int find_counts(run_session *s) {
  const int measures = spiqe_circuit_n_measurements(s->circuit) > 0;
  if (!measures && !s->a.measure_all && s->a.observables.n) return CLI_DONE;
  s->was_measured = !measures && !s->a.measure_all;
  if (s->n_qubits && (s->was_measured || s->a.measure_all)) {
    spiqe_status status = measure_all(s);
    if (status != SPIQE_OK) return cli_fail(s->ctx, status, 0);
  }
  if (s->was_measured && !s->a.quiet)
    fprintf(stderr,
            "spiqe: %s measures nothing; all qubits are measured at the end, as by "
            "--measure-all\n",
            s->a.file);
  return simulate(s);
}

static int write_picture(const run_session *s) {
  char *svg;
  const char *slash = strrchr(s->a.file, '/');
  const spiqe_histogram histogram = {.title = slash ? slash + 1 : s->a.file,
                                     .n_shots = s->a.n_shots,
                                     .n_outcomes = spiqe_simulation_n_outcomes(s->simulation),
                                     .outcomes = spiqe_simulation_outcomes(s->simulation),
                                     .top = s->a.top};
  spiqe_status status = spiqe_histogram_draw(s->ctx, &histogram, &svg);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 0);
  int code = cli_write_file(s->a.svg, svg);
  free(svg);
  return code;
}

static int work(run_session *s) {
  spiqe_status status = SPIQE_OK;
  int code = read_circuit(s);
  if (code == CLI_DONE) code = run_read_inputs(s);
  if (code == CLI_DONE) code = run_read_memory(s);
  if (code != CLI_DONE) return code;
  if (s->a.noise) status = spiqe_noise_read(s->ctx, s->a.noise, &s->noise);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 1);
  s->expectations = calloc(s->a.observables.n + 1, sizeof *s->expectations);
  if (!s->expectations) return CLI_FAILED;
  code = find_expectations(s);
  if (code == CLI_DONE) code = find_counts(s);
  if (code == CLI_DONE && s->a.svg && s->simulation) code = write_picture(s);
  if (code != CLI_DONE) return code;
  return s->a.json ? run_print_json(s) : run_print_text(s);
}

static int check(const run_arguments *a, size_t n) {
  if (!n) return cli_usage_error(&cli_run, "a file with OpenQASM is expected");
  if (a->gradient && !a->observables.n)
    return cli_usage_error(&cli_run, "--gradient: of what? Give --observable, as \"Z0 Z1\"");
  if (a->json && a->histogram)
    return cli_usage_error(&cli_run, "--json and --histogram exclude each other");
  return CLI_DONE;
}

static void close_session(run_session *s) {
  for (size_t i = 0; s->expectations && i < s->a.observables.n; i++)
    free(s->expectations[i].gradient);
  free(s->expectations);
  free(s->inputs);
  spiqe_simulation_destroy(s->simulation);
  spiqe_noise_destroy(s->noise);
  spiqe_circuit_destroy(s->circuit);
  spiqe_context_destroy(s->ctx);
}

static int run(int argc, char **argv) {
  run_session s = {.a = {.seed = 1, .n_shots = UINT64_MAX}};
  run_arguments *a = &s.a;
  const cli_option options[] = {
      {"--shots", CLI_NUMBER, &a->n_shots, "N", "default 1024; 0: exact probabilities"},
      {"--seed", CLI_NUMBER, &a->seed, "N", "of all random numbers; default 1"},
      {"--method", CLI_TEXT, &a->method, "NAME",
       "auto, statevector, lanes, density, trajectories, stabiliser"},
      {"--precision", CLI_TEXT, &a->precision, "NAME", "f64 (default) or f32"},
      {"--noise", CLI_TEXT, &a->noise, "NAME|FILE", "a device's noise, as ibm-heron-r2"},
      {"--set", CLI_LIST, &a->set, "NAME=VALUE", "value of an input, as theta=0.3, theta=pi/2"},
      {"--measure-all", CLI_FLAG, &a->measure_all, NULL, "measure all qubits at the end"},
      {"--observable", CLI_LIST, &a->observables, "TEXT", "its expectation, as \"0.5*Z0 Z1 + X2\""},
      {"--gradient", CLI_FLAG, &a->gradient, NULL, "and its derivatives by the inputs"},
      {"--histogram", CLI_FLAG, &a->histogram, NULL, "bars beside the counts"},
      {"--top", CLI_SIZE, &a->top, "N", "show the N most frequent outcomes; default 32"},
      {"--svg", CLI_TEXT, &a->svg, "FILE", "write the histogram as a picture"},
      {"--memory", CLI_TEXT, &a->memory, "SIZE", "that registers may take, as 4G; default: all"},
      {"--threads", CLI_SIZE, &a->n_threads, "N", "default: all processors"},
      {"--device", CLI_TEXT, &a->device, "NAME", "kernel table; 'spiqe info' lists them"},
      {"--quiet", CLI_FLAG, &a->quiet, NULL, "no progress, no remarks"},
      {"--json", CLI_FLAG, &a->json, NULL, "one JSON object on standard output"},
  };
  size_t n;
  int exit_code;
  if (cli_parse(&cli_run, argc, argv, options, sizeof options / sizeof options[0], &a->file, 1, &n,
                &exit_code))
    return exit_code;
  a->n_shots_given = a->n_shots != UINT64_MAX;
  if (!a->n_shots_given) a->n_shots = USUAL_SHOTS;
  exit_code = check(a, n);
  if (exit_code != CLI_DONE) return exit_code;
  s.ctx = cli_context(a->n_threads, a->device, &exit_code);
  if (!s.ctx) return exit_code;
  exit_code = work(&s);
  close_session(&s);
  return exit_code;
}

const cli_command cli_run = {"run", "run a circuit: counts, probabilities, expectations, gradients",
                             "run FILE [options]", "spiqe run bell.qasm --shots 4096 --histogram",
                             run};
