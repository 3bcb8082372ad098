/* spiqe info: what this program is made of and what it finds on this machine. */
#include <stdio.h>

#include "cli/cli.h"

static void print_object_parts(cJSON *object, const char *folders) {
  const char *name;
  int usable;
  cJSON *devices = cJSON_AddArrayToObject(object, "devices");
  for (size_t i = 0; (name = spiqe_device_name(i, &usable)); i++) {
    cJSON *device = cJSON_CreateObject();
    cJSON_AddStringToObject(device, "name", name);
    cJSON_AddBoolToObject(device, "usable", usable);
    cJSON_AddItemToArray(devices, device);
  }
  cJSON *data = cJSON_AddArrayToObject(object, "data");
  for (size_t i = 0; (name = spiqe_dataset_name(i)); i++) {
    cJSON *set = cJSON_CreateObject();
    cJSON_AddStringToObject(set, "name", name);
    cJSON_AddBoolToObject(set, "found", spiqe_dataset_is_here(name, folders));
    cJSON_AddItemToArray(data, set);
  }
}

static int print_object(const spiqe_context *ctx, const char *folders) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "version", spiqe_version());
  cJSON_AddStringToObject(object, "libraries", spiqe_build_libraries());
  cJSON_AddStringToObject(object, "device", spiqe_context_device(ctx));
  cli_add_integer(object, "threads", spiqe_context_n_threads(ctx));
  print_object_parts(object, folders);
  return cli_print_json(object);
}

static int print_text(const spiqe_context *ctx, const char *folders) {
  const char *name;
  int usable;
  printf("spiqe      %s\nlibraries  %s\nthreads    %zu\n", spiqe_version(), spiqe_build_libraries(),
         spiqe_context_n_threads(ctx));
  printf("device     %s\n\nkernel tables\n", spiqe_context_device(ctx));
  for (size_t i = 0; (name = spiqe_device_name(i, &usable)); i++)
    printf("  %-14s %s\n", name, usable ? "usable" : "not on this processor");
  printf("\ndata sets\n");
  for (size_t i = 0; (name = spiqe_dataset_name(i)); i++)
    printf("  %-14s %-10s %s\n", name, spiqe_dataset_is_here(name, folders) ? "found" : "not found",
           spiqe_dataset_summary(i));
  return CLI_DONE;
}

static int run(int argc, char **argv) {
  const char *data_dir = NULL, *device = NULL, *positional[1];
  size_t n, n_threads = 0;
  int json = 0, exit_code;
  const cli_option options[] = {
      {"--data-dir", CLI_TEXT, &data_dir, "DIR", "where data sets are looked for first"},
      {"--threads", CLI_SIZE, &n_threads, "N", "default: all processors"},
      {"--device", CLI_TEXT, &device, "NAME", "kernel table instead of the best"},
      {"--json", CLI_FLAG, &json, NULL, "one JSON object on standard output"},
  };
  if (cli_parse(&cli_info, argc, argv, options, sizeof options / sizeof options[0], positional, 0,
                &n, &exit_code))
    return exit_code;
  spiqe_context *ctx = cli_context(n_threads, device, &exit_code);
  if (!ctx) return exit_code;
  exit_code = json ? print_object(ctx, data_dir) : print_text(ctx, data_dir);
  spiqe_context_destroy(ctx);
  return exit_code;
}

const cli_command cli_info = {"info", "version, libraries, kernel tables, data sets found",
                              "info [options]", "spiqe info --json", run};
