/* spiqe models: the descriptions that come with the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define MOST_NAMES 128

static cJSON *object_of(const char *name, const char *summary, const char *text) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "name", name);
  cJSON_AddStringToObject(object, "summary", summary);
  if (text) cJSON_AddStringToObject(object, "text", text);
  return object;
}

typedef const char *shipped(size_t index, const char **summary, const char **text);

static void add_list(cJSON *object, const char *key, shipped *next, int json) {
  const char *name, *summary;
  cJSON *list = cJSON_AddArrayToObject(object, key);
  for (size_t i = 0; (name = next(i, &summary, NULL)); i++) {
    cJSON_AddItemToArray(list, object_of(name, summary, NULL));
    if (!json) printf("%-16s %s\n", name, summary);
  }
}

static int list(int json) {
  cJSON *object = cJSON_CreateObject();
  add_list(object, "models", spiqe_model_shipped, json);
  if (!json) printf("\nsuites of models, for spiqe compare --suite:\n");
  add_list(object, "suites", spiqe_suite_shipped, json);
  if (json) return cli_print_json(object);
  cJSON_Delete(object);
  return CLI_DONE;
}

static int unknown_name(const char *wanted) {
  const char *names[MOST_NAMES];
  char hint[96];
  size_t n = 0;
  for (size_t i = 0; n < MOST_NAMES && (names[n] = spiqe_model_shipped(i, NULL, NULL)); i++) n++;
  for (size_t i = 0; n < MOST_NAMES && (names[n] = spiqe_suite_shipped(i, NULL, NULL)); i++) n++;
  return cli_usage_error(&cli_models, "no model or suite is called '%s'%s", wanted,
                         spiqe_text_suggest(wanted, names, n, hint, sizeof hint));
}

static int show(const char *wanted, int json) {
  static shipped *const lists[] = {spiqe_model_shipped, spiqe_suite_shipped};
  const char *name, *summary, *text;
  for (size_t k = 0; k < 2; k++)
    for (size_t i = 0; (name = lists[k](i, &summary, &text)); i++) {
      if (strcmp(name, wanted)) continue;
      if (json) return cli_print_json(object_of(name, summary, text));
      fputs(text, stdout);
      return CLI_DONE;
    }
  return unknown_name(wanted);
}

static int run(int argc, char **argv) {
  static const char *const verbs[] = {"list", "show"};
  const char *positional[2] = {"list", NULL};
  size_t n;
  int json = 0, exit_code;
  char hint[96];
  const cli_option options[] = {
      {"--json", CLI_FLAG, &json, NULL, "one JSON object on standard output"},
  };
  if (cli_parse(&cli_models, argc, argv, options, 1, positional, 2, &n, &exit_code))
    return exit_code;
  if (!strcmp(positional[0], "list") && n < 2) return list(json);
  if (!strcmp(positional[0], "show") && n == 2) return show(positional[1], json);
  if (!strcmp(positional[0], "show"))
    return cli_usage_error(&cli_models, "show: a NAME is expected");
  if (!strcmp(positional[0], "list")) return cli_usage_error(&cli_models, "list takes no name");
  return cli_usage_error(&cli_models, "'%s' is neither list nor show%s", positional[0],
                         spiqe_text_suggest(positional[0], verbs, 2, hint, sizeof hint));
}

const cli_command cli_models = {"models",
                                "list or show the models and suites that come with the program",
                                "models [list | show NAME] [--json]",
                                "spiqe models show qsnn > mine.yaml", run};
