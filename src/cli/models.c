/* spiqe models: the descriptions that come with the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static cJSON *object_of(const char *name, const char *summary, const char *text) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "name", name);
  cJSON_AddStringToObject(object, "summary", summary);
  if (text) cJSON_AddStringToObject(object, "text", text);
  return object;
}

static int list(int json) {
  const char *name, *summary, *text;
  cJSON *object = cJSON_CreateObject(), *models = cJSON_AddArrayToObject(object, "models");
  for (size_t i = 0; (name = spiqe_model_shipped(i, &summary, &text)); i++) {
    cJSON_AddItemToArray(models, object_of(name, summary, NULL));
    if (!json) printf("%-16s %s\n", name, summary);
  }
  if (json) return cli_print_json(object);
  cJSON_Delete(object);
  return CLI_DONE;
}

static int unknown_model(const char *wanted) {
  const char *names[64], *summary, *text;
  char hint[96];
  size_t n = 0;
  while (n < 64 && (names[n] = spiqe_model_shipped(n, &summary, &text))) n++;
  return cli_usage_error(&cli_models, "no model is called '%s'%s", wanted,
                         spiqe_text_suggest(wanted, names, n, hint, sizeof hint));
}

static int show(const char *wanted, int json) {
  const char *name, *summary, *text;
  for (size_t i = 0; (name = spiqe_model_shipped(i, &summary, &text)); i++) {
    if (strcmp(name, wanted)) continue;
    if (json) return cli_print_json(object_of(name, summary, text));
    fputs(text, stdout);
    return CLI_DONE;
  }
  return unknown_model(wanted);
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

const cli_command cli_models = {"models", "list or show the models that come with the program",
                                "models [list | show NAME] [--json]",
                                "spiqe models show qsnn > mine.yaml", run};
