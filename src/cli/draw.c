/* spiqe draw: a circuit as text, as a picture, or as OpenQASM. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

typedef struct arguments {
  const char *file, *out;
  size_t width, qasm;
  int svg, json;
} arguments;

static spiqe_status make(const arguments *a, const spiqe_circuit *circuit, char **text) {
  if (a->qasm) return spiqe_circuit_qasm(circuit, (int)a->qasm, text);
  return a->svg ? spiqe_circuit_draw_svg(circuit, text)
                : spiqe_circuit_draw(circuit, a->width, text);
}

static int print_object(const arguments *a, const spiqe_circuit *circuit, const char *text) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "file", a->file);
  cli_add_integer(object, "qubits", spiqe_circuit_n_qubits(circuit));
  cli_add_integer(object, "bits", spiqe_circuit_n_bits(circuit));
  cli_add_integer(object, "operations", spiqe_circuit_n_operations(circuit));
  cJSON *inputs = cJSON_AddArrayToObject(object, "inputs");
  for (size_t i = 0; i < spiqe_circuit_n_inputs(circuit); i++)
    cJSON_AddItemToArray(inputs, cJSON_CreateString(spiqe_circuit_input_name(circuit, i)));
  const char *key = a->qasm ? "qasm" : a->svg ? "svg" : "text";
  cJSON_AddStringToObject(object, key, text);
  if (a->out) cJSON_AddStringToObject(object, "out", a->out);
  return cli_print_json(object);
}

static int work(spiqe_context *ctx, const arguments *a) {
  spiqe_circuit *circuit = NULL;
  char *text = NULL;
  int code = cli_read_circuit(ctx, a->file, &circuit);
  if (code != CLI_DONE) return code;
  spiqe_status status = make(a, circuit, &text);
  if (status != SPIQE_OK) code = cli_fail_in(ctx, a->file, status, 0);
  if (status == SPIQE_OK && a->out) code = cli_write_file(a->out, text);
  if (status == SPIQE_OK && code == CLI_DONE) {
    if (a->json)
      code = print_object(a, circuit, text);
    else
      fputs(a->out ? "" : text, stdout);
  }
  free(text);
  spiqe_circuit_destroy(circuit);
  return code;
}

static int check(const arguments *a, size_t n) {
  if (!n) return cli_usage_error(&cli_draw, "a file with OpenQASM is expected, or '-'");
  if (a->out && !a->svg) return cli_usage_error(&cli_draw, "unexpected argument '%s'", a->out);
  if (a->svg && a->qasm) return cli_usage_error(&cli_draw, "--svg and --qasm exclude each other");
  return CLI_DONE;
}

static int run(int argc, char **argv) {
  arguments a = {.width = SIZE_MAX};
  const char *positional[2] = {NULL, NULL}, *qasm = NULL;
  const cli_option options[] = {
      {"--svg", CLI_FLAG, &a.svg, NULL, "a picture, written to OUT where that is given"},
      {"--qasm", CLI_TEXT, &qasm, "2|3", "the circuit as OpenQASM of that version"},
      {"--width", CLI_SIZE, &a.width, "N", "columns, 0: one long line; default: the terminal's"},
      {"--json", CLI_FLAG, &a.json, NULL, "one JSON object on standard output"},
  };
  size_t n;
  int exit_code;
  if (cli_parse(&cli_draw, argc, argv, options, sizeof options / sizeof options[0], positional, 2,
                &n, &exit_code))
    return exit_code;
  a.file = positional[0];
  a.out = positional[1];
  if (qasm) a.qasm = !strcmp(qasm, "2") ? 2 : !strcmp(qasm, "3") ? 3 : 0;
  if (qasm && !a.qasm)
    return cli_usage_error(&cli_draw, "--qasm: '%s', but 2 or 3 is expected", qasm);
  if (a.width == SIZE_MAX) a.width = cli_terminal_width();
  exit_code = check(&a, n);
  if (exit_code != CLI_DONE) return exit_code;
  spiqe_context *ctx = cli_context(1, NULL, &exit_code);
  if (!ctx) return exit_code;
  exit_code = work(ctx, &a);
  spiqe_context_destroy(ctx);
  return exit_code;
}

const cli_command cli_draw = {"draw", "draw a circuit",
                              "draw FILE [--svg [OUT]] [--qasm 2|3] [--width N] [--json]",
                              "spiqe draw bell.qasm --svg bell.svg", run};
