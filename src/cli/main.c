/* spiqe: the command line. A table of commands, one file each. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const cli_command *const commands[] = {&cli_train,  &cli_test,    &cli_predict, &cli_data,
                                              &cli_report, &cli_info,    &cli_models,  &cli_draw,
                                              &cli_run,    &cli_compare, &cli_energy,  &cli_export,
                                              &cli_noise};
#define N_COMMANDS (sizeof commands / sizeof commands[0])

static void print_commands(FILE *to) {
  fprintf(to, "spiqe %s: networks of quantum spiking neurons\n\nusage: spiqe COMMAND ...\n\n",
          spiqe_version());
  for (size_t i = 0; i < N_COMMANDS; i++)
    fprintf(to, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
  fprintf(to, "  %-10s %s\n", "help", "this text, or that of a command");
  fprintf(to, "\nspiqe COMMAND --help tells more, with an example.\n");
}

static const cli_command *find(const char *name) {
  for (size_t i = 0; i < N_COMMANDS; i++)
    if (!strcmp(commands[i]->name, name)) return commands[i];
  return NULL;
}

static int unknown_command(const char *name) {
  const char *names[N_COMMANDS + 1];
  char hint[96];
  for (size_t i = 0; i < N_COMMANDS; i++) names[i] = commands[i]->name;
  names[N_COMMANDS] = "help";
  fprintf(stderr, "spiqe: no command is called '%s'%s; 'spiqe help' lists them\n", name,
          spiqe_text_suggest(name, names, N_COMMANDS + 1, hint, sizeof hint));
  return CLI_USAGE;
}

static int is_help(const char *name) {
  return !strcmp(name, "help") || !strcmp(name, "--help") || !strcmp(name, "-h");
}

static int help(int argc, char **argv) {
  if (argc > 2 && is_help(argv[2])) argc = 2;
  const cli_command *command = argc > 2 ? find(argv[2]) : NULL;
  char *help_arguments[] = {argc > 2 ? argv[2] : NULL, (char[]){"--help"}, NULL};
  if (argc > 2 && !command) return unknown_command(argv[2]);
  if (command) return command->run(2, help_arguments);
  print_commands(stdout);
  return CLI_DONE;
}

static int run(int argc, char **argv) {
  if (argc < 2) {
    print_commands(stderr);
    return CLI_USAGE;
  }
  if (is_help(argv[1])) return help(argc, argv);
  if (!strcmp(argv[1], "--version")) {
    printf("spiqe %s\n", spiqe_version());
    return CLI_DONE;
  }
  const cli_command *command = find(argv[1]);
  return command ? command->run(argc - 1, argv + 1) : unknown_command(argv[1]);
}

/* What did not reach a full disk was not done. */
int main(int argc, char **argv) {
  int code = run(argc, argv);
  if (code != CLI_DONE || (fflush(stdout) == 0 && !ferror(stdout))) return code;
  fprintf(stderr, "spiqe: cannot write to standard output\n");
  return CLI_FAILED;
}
