/* Reading of arguments from a table, and the help that follows from it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static void print_help(const cli_command *command, const cli_option *options, size_t n) {
  printf("%s\n\nusage: spiqe %s\n", command->summary, command->usage);
  if (n) printf("\noptions:\n");
  for (size_t i = 0; i < n; i++) {
    char left[64];
    snprintf(left, sizeof left, "%s%s%s", options[i].name, options[i].argument ? " " : "",
             options[i].argument ? options[i].argument : "");
    printf("  %-24s %s\n", left, options[i].help);
  }
  printf("  %-24s %s\n", "--help", "this text");
  printf("\nexample:\n  %s\n", command->example);
}

int cli_usage_error(const cli_command *command, const char *format, ...) {
  va_list args;
  va_start(args, format);
  fprintf(stderr, "spiqe %s: ", command->name);
  vfprintf(stderr, format, args);
  fprintf(stderr, "\nusage: spiqe %s\n", command->usage);
  va_end(args);
  return CLI_USAGE;
}

static const cli_option *find(const cli_option *options, size_t n, const char *name, size_t size) {
  for (size_t i = 0; i < n; i++)
    if (strlen(options[i].name) == size && !strncmp(options[i].name, name, size))
      return &options[i];
  return NULL;
}

static int unknown_option(const cli_command *command, const cli_option *options, size_t n,
                          const char *name) {
  const char *names[64] = {"--help"};
  char hint[96];
  size_t n_names = 1;
  for (size_t i = 0; i < n && n_names < 64; i++) names[n_names++] = options[i].name;
  return cli_usage_error(command, "unknown option '%s'%s", name,
                         spiqe_text_suggest(name, names, n_names, hint, sizeof hint));
}

static int read_number(const char *text, uint64_t *out) {
  char *end;
  errno = 0;
  *out = strtoull(text, &end, 10);
  return text[0] >= '0' && text[0] <= '9' && *end == 0 && errno == 0;
}

static int set_option(const cli_command *command, const cli_option *option, const char *value) {
  uint64_t number = 0;
  int is_number = option->type == CLI_SIZE || option->type == CLI_NUMBER;
  if (is_number && !read_number(value, &number))
    return cli_usage_error(command, "%s: '%s', but a whole number is expected", option->name,
                           value);
  switch (option->type) {
    case CLI_FLAG: *(int *)option->out = 1; return CLI_DONE;
    case CLI_TEXT: *(const char **)option->out = value; return CLI_DONE;
    case CLI_SIZE: *(size_t *)option->out = (size_t)number; return CLI_DONE;
    case CLI_NUMBER: *(uint64_t *)option->out = number; return CLI_DONE;
    case CLI_LIST: break;
  }
  cli_list *list = option->out;
  if (list->n == CLI_MOST_LIST)
    return cli_usage_error(command, "%s: more than %d times", option->name, CLI_MOST_LIST);
  list->items[list->n++] = value;
  return CLI_DONE;
}

/* One option at argv[*i]: "--name value", "--name=value" or a flag. */
static int take_option(const cli_command *command, int argc, char **argv, int *i,
                       const cli_option *options, size_t n) {
  const char *name = argv[*i], *equals = strchr(name, '=');
  size_t size = equals ? (size_t)(equals - name) : strlen(name);
  const cli_option *option = find(options, n, name, size);
  if (!option) return unknown_option(command, options, n, name);
  if (option->type == CLI_FLAG) {
    if (equals) return cli_usage_error(command, "%s takes no value", option->name);
    return set_option(command, option, NULL);
  }
  if (equals) return set_option(command, option, equals + 1);
  if (*i + 1 >= argc) return cli_usage_error(command, "%s: a value is expected", option->name);
  return set_option(command, option, argv[++*i]);
}

int cli_parse(const cli_command *command, int argc, char **argv, const cli_option *options,
              size_t n_options, const char **positional, size_t most, size_t *n_positional,
              int *exit_code) {
  int only_positional = 0;
  *n_positional = 0;
  *exit_code = CLI_DONE;
  for (int i = 1; i < argc && *exit_code == CLI_DONE; i++) {
    if (!only_positional && !strcmp(argv[i], "--")) {
      only_positional = 1;
    } else if (!only_positional && (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))) {
      print_help(command, options, n_options);
      return 1;
    } else if (!only_positional && argv[i][0] == '-' && argv[i][1]) {
      *exit_code = take_option(command, argc, argv, &i, options, n_options);
    } else if (*n_positional == most) {
      *exit_code = cli_usage_error(command, "unexpected argument '%s'", argv[i]);
    } else {
      positional[(*n_positional)++] = argv[i];
    }
  }
  return *exit_code;
}
