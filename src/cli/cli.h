/* What the commands share: the table's row, the reading of arguments, the ways to end. */
#ifndef SPIQE_CLI_CLI_H
#define SPIQE_CLI_CLI_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "spiqe/spiqe.h"

/* Exit codes. */
enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

typedef struct cli_command {
  const char *name, *summary;
  const char *usage;                 /* "train MODEL [options]" */
  const char *example;               /* one line or more */
  int (*run)(int argc, char **argv); /* argv[0]: the command's name */
} cli_command;

extern const cli_command cli_train, cli_test, cli_predict, cli_data, cli_report, cli_info,
    cli_models, cli_draw, cli_run, cli_export, cli_noise, cli_compare, cli_energy;

/* One option of a command. */
typedef enum cli_option_type {
  CLI_FLAG,   /* int *: set to 1 */
  CLI_TEXT,   /* const char ** */
  CLI_SIZE,   /* size_t * */
  CLI_NUMBER, /* uint64_t * */
  CLI_LIST    /* cli_list *: may be given several times */
} cli_option_type;

#define CLI_MOST_LIST 64
typedef struct cli_list {
  const char *items[CLI_MOST_LIST];
  size_t n;
} cli_list;

typedef struct cli_option {
  const char *name; /* "--epochs" */
  cli_option_type type;
  void *out;
  const char *argument, *help; /* argument: "N", NULL for a flag */
} cli_option;

/* Read argv[1..]. positional: [most], *n_positional set. Returns CLI_DONE to go on; else prints
 * (help, or what is wrong with the nearest right name) and *exit_code is to be returned. */
int cli_parse(const cli_command *command, int argc, char **argv, const cli_option *options,
              size_t n_options, const char **positional, size_t most, size_t *n_positional,
              int *exit_code);

/* Wrong usage: "spiqe: ..." on standard error; returns CLI_USAGE. */
int cli_usage_error(const cli_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The work failed: the context's message on standard error; returns CLI_FAILED, or CLI_USAGE for
 * SPIQE_BAD_NAME and SPIQE_BAD_ARGUMENT of something the user typed (typed: 1). */
int cli_fail(const spiqe_context *ctx, spiqe_status status, int typed);

/* The same where the message names a line of `file` alone. */
int cli_fail_in(const spiqe_context *ctx, const char *file, spiqe_status status, int typed);

/* Take --runs; says what is wrong. Returns an exit code. */
int cli_set_runs(spiqe_context *ctx, spiqe_classifier *classifier, size_t n_runs);

/* Context from the options of the same names; on failure prints and returns NULL. */
spiqe_context *cli_context(size_t n_threads, const char *device, int *exit_code);

/* "1:17": neuron 17 of stage 1. Returns 0 and says what is wrong. */
int cli_read_neuron(const cli_command *command, const char *text, spiqe_neuron_place *out);

/* Add a whole number with all its digits: a double would lose some of a 64-bit seed. */
void cli_add_integer(cJSON *object, const char *name, uint64_t value);

/* Print an object on standard output and delete it. */
int cli_print_json(cJSON *object);

/* "mnist" when it is on the data path, else the built-in digits. */
const char *cli_default_data(const char *folders);

/* Whether each of a list of --set is PATH=VALUE; says what is wrong. Returns an exit code. */
int cli_check_set(const cli_command *command, const cli_list *set);

/* The name of a set, or of a part of its classes where `classes` is not NULL: "usps" and "1,7" give
 * "usps:1,7". Returns 0 when it does not fit. */
int cli_data_name(char *out, size_t out_size, const char *data, const char *classes);

/* Pictures of samples. */
typedef struct cli_sheet {
  uint8_t *pixels; /* owned, [height][width] */
  size_t width, height, n_pictures;
} cli_sheet;

/* Draw the first per_class samples of each class. Returns 0 when they are no pictures with labels;
 * n_pictures 0: there was no memory. */
int cli_sheet_draw(const spiqe_samples *samples, size_t per_class, cli_sheet *out);

/* The folder of a run. Start from {0}. */
typedef struct cli_folder {
  char path[480];       /* a checkpoint in it is named in spiqe_train_result */
  size_t made;          /* bytes of the first part of path that was not there before; 0: all was */
  int is_claimed, file; /* file: open while is_claimed */
} cli_folder;

/* Make run/MODEL-DATA-sSEED, with a number behind it when that is taken. */
void cli_folder_choose(cli_folder *folder, const char *model, const char *data, uint64_t seed);

/* Make the folder, where it is not there, and claim it until cli_folder_release. Says what is
 * wrong, as that another training has it; returns an exit code. */
int cli_folder_claim(cli_folder *folder);

/* Give it up; what was made for nothing, as it is empty, is removed. */
void cli_folder_release(cli_folder *folder);

/* Write a word so that a shell reads it back as one. Returns the bytes written, less than size. */
size_t cli_quote(char *out, size_t size, const char *word);

/* Write a text file; one that is there is replaced when the new one is whole. Returns an exit code
 * and says what is wrong. */
int cli_write_file(const char *path, const char *text);

/* Of circuits of neurons. */
#define CLI_MOST_SHOTS 65536

/* Read --membrane: "estimate" (NULL) or "history". Returns 0 and says what is wrong. */
int cli_read_membrane(const cli_command *command, const char *text, spiqe_qlif_memory *out);

/* Columns of the terminal on standard output; 80 where there is none. */
size_t cli_terminal_width(void);

/* Seconds since some moment. */
double cli_seconds(void);

/* Count the events of a file and, where out is not NULL, draw them: .svg when they were, else a PNG
 * where they were. denoise: microseconds, 0 for none (spiqe_events_denoise). Says what is wrong;
 * returns an exit code. */
int cli_show_events(spiqe_context *ctx, const char *file, size_t denoise, const char *out,
                    int json);

/* The circuit of a file, or of standard input where that is "-"; *out: destroyed by the caller,
 * NULL on failure. Says what is wrong; returns an exit code. */
int cli_read_circuit(spiqe_context *ctx, const char *file, spiqe_circuit **out);

/* 1 after Ctrl-C or SIGTERM, from the moment cli_catch_interrupt was called. */
void cli_catch_interrupt(void);
int cli_was_interrupted(void);

#endif
