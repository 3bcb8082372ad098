/* spiqe export: what was trained, in forms that others read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

typedef struct arguments {
  const char *run, *format, *neuron, *data, *data_dir, *out, *device, *noise;
  size_t sample, n_threads;
  spiqe_neuron_place place;
} arguments;

static int give(spiqe_context *ctx, const arguments *a, const spiqe_circuit *circuit) {
  char *text;
  spiqe_status status = spiqe_circuit_qasm(circuit, !strcmp(a->format, "qasm2") ? 2 : 3, &text);
  if (status != SPIQE_OK) return cli_fail(ctx, status, 0);
  int code = CLI_DONE;
  if (a->out)
    code = cli_write_file(a->out, text);
  else
    fputs(text, stdout);
  free(text);
  return code;
}

static int work(spiqe_context *ctx, const arguments *a) {
  spiqe_classifier *classifier = NULL;
  spiqe_dataset *data = NULL;
  spiqe_circuit *circuit = NULL;
  spiqe_noise *device = NULL;
  int code = CLI_DONE;
  spiqe_status status = a->noise ? spiqe_noise_read(ctx, a->noise, &device) : SPIQE_OK;
  if (status != SPIQE_OK) return cli_fail(ctx, status, status == SPIQE_BAD_NAME);
  status = spiqe_classifier_open(ctx, a->run, &classifier);
  if (status == SPIQE_OK)
    status = spiqe_dataset_open(ctx, a->data ? a->data : spiqe_classifier_data(classifier),
                                a->data_dir, &data);
  if (status == SPIQE_OK)
    status = spiqe_export_neuron(classifier, &data->part[SPIQE_TEST], a->sample, a->place.layer,
                                 a->place.unit, device, &circuit);
  code = status == SPIQE_OK ? give(ctx, a, circuit) : cli_fail(ctx, status, 0);
  spiqe_circuit_destroy(circuit);
  spiqe_noise_destroy(device);
  spiqe_dataset_destroy(data);
  spiqe_classifier_destroy(classifier);
  return code;
}

static int check(arguments *a) {
  if (strcmp(a->format, "qasm3") && strcmp(a->format, "qasm2"))
    return cli_usage_error(&cli_export, "--format %s: qasm3 or qasm2 is expected", a->format);
  if (!a->neuron)
    return cli_usage_error(&cli_export, "--neuron STAGE:NEURON is expected, as in 1:17");
  return cli_read_neuron(&cli_export, a->neuron, &a->place) ? CLI_DONE : CLI_USAGE;
}

static int run(int argc, char **argv) {
  arguments a = {.format = "qasm3"};
  const cli_option options[] = {
      {"--format", CLI_TEXT, &a.format, "NAME",
       "qasm3 or qasm2, of the circuit over all steps; default: qasm3"},
      {"--neuron", CLI_TEXT, &a.neuron, "STAGE:NEURON", "which one; both are counted from 0"},
      {"--input", CLI_SIZE, &a.sample, "N", "test sample whose currents it gets; default: 0"},
      {"--noise", CLI_TEXT, &a.noise, "NAME|FILE",
       "qlif: waits that leak by the T1 of this device"},
      {"--data", CLI_TEXT, &a.data, "NAME", "data set; default: the one it was trained on"},
      {"--data-dir", CLI_TEXT, &a.data_dir, "DIR", "where data sets are looked for first"},
      {"--out", CLI_TEXT, &a.out, "FILE", "default: standard output"},
      {"--threads", CLI_SIZE, &a.n_threads, "N", "default: all processors"},
      {"--device", CLI_TEXT, &a.device, "NAME", "kernel table; 'spiqe info' lists them"},
  };
  size_t n;
  int exit_code;
  if (cli_parse(&cli_export, argc, argv, options, sizeof options / sizeof options[0], &a.run, 1, &n,
                &exit_code))
    return exit_code;
  if (n != 1) return cli_usage_error(&cli_export, "a run's folder or a checkpoint is expected");
  exit_code = check(&a);
  if (exit_code != CLI_DONE) return exit_code;
  spiqe_context *ctx = cli_context(a.n_threads, a.device, &exit_code);
  if (!ctx) return exit_code;
  exit_code = work(ctx, &a);
  spiqe_context_destroy(ctx);
  return exit_code;
}

const cli_command cli_export = {
    "export", "write a trained neuron's circuit as OpenQASM", "export RUN|CHECKPOINT [options]",
    "spiqe export run/sqsnn-mnist-s1 --neuron 1:7 --input 0 --out neuron.qasm\n"
    "  spiqe draw neuron.qasm",
    run};
