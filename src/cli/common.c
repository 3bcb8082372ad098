/* Ways to begin and to end that the commands share. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

#define WIDTH_WITHOUT_TERMINAL 80

int cli_fail(const spiqe_context *ctx, spiqe_status status, int typed) {
  return cli_fail_in(ctx, NULL, status, typed);
}

int cli_fail_in(const spiqe_context *ctx, const char *file, spiqe_status status, int typed) {
  fprintf(stderr, "spiqe: %s%s%s\n", file ? file : "", file ? ": " : "",
          spiqe_context_message(ctx));
  int wrong_usage = status == SPIQE_BAD_NAME || status == SPIQE_BAD_ARGUMENT;
  return typed && wrong_usage ? CLI_USAGE : CLI_FAILED;
}

int cli_set_runs(spiqe_context *ctx, spiqe_classifier *classifier, size_t n_runs) {
  spiqe_status status = spiqe_classifier_set_runs(classifier, n_runs);
  return status == SPIQE_OK ? CLI_DONE : cli_fail(ctx, status, 1);
}

spiqe_context *cli_context(size_t n_threads, const char *device, int *exit_code) {
  spiqe_context_options options = {.n_threads = n_threads, .device = device};
  spiqe_context *ctx;
  char message[1024];
  spiqe_status status = spiqe_context_create(&options, &ctx, message, sizeof message);
  *exit_code = CLI_DONE;
  if (status == SPIQE_OK) return ctx;
  fprintf(stderr, "spiqe: %s%s\n", message,
          status == SPIQE_BAD_NAME ? "; 'spiqe info' lists them" : "");
  *exit_code = status == SPIQE_NO_MEMORY ? CLI_FAILED : CLI_USAGE;
  return NULL;
}

int cli_read_neuron(const cli_command *command, const char *text, spiqe_neuron_place *out) {
  size_t colon = strspn(text, "0123456789"), digits = 0;
  if (text[colon] == ':') digits = strspn(text + colon + 1, "0123456789");
  if (!colon || !digits || text[colon + 1 + digits] || colon > 9 || digits > 9) {
    (void)cli_usage_error(command, "--neuron %s: STAGE:NEURON is expected, as in 1:17", text);
    return 0;
  }
  *out = (spiqe_neuron_place){strtoul(text, NULL, 10), strtoul(text + colon + 1, NULL, 10)};
  return 1;
}

void cli_add_integer(cJSON *object, const char *name, uint64_t value) {
  char text[24];
  snprintf(text, sizeof text, "%" PRIu64, value);
  cJSON_AddRawToObject(object, name, text);
}

int cli_print_json(cJSON *object) {
  char *text = cJSON_PrintUnformatted(object);
  cJSON_Delete(object);
  if (!text || puts(text) < 0 || fflush(stdout) != 0) {
    fprintf(stderr, "spiqe: cannot write the JSON object\n");
    free(text);
    return CLI_FAILED;
  }
  free(text);
  return CLI_DONE;
}

const char *cli_default_data(const char *folders) {
  return spiqe_dataset_is_here("mnist", folders) ? "mnist" : "digits";
}

int cli_check_set(const cli_command *command, const cli_list *set) {
  for (size_t i = 0; i < set->n; i++)
    if (!strchr(set->items[i], '='))
      return cli_usage_error(command, "--set: '%s', but PATH=VALUE is expected, as train.rate=0.01",
                             set->items[i]);
  return CLI_DONE;
}

int cli_data_name(char *out, size_t out_size, const char *data, const char *classes) {
  int n = snprintf(out, out_size, "%s%s%s", data, classes ? ":" : "", classes ? classes : "");
  return n >= 0 && (size_t)n < out_size;
}

static size_t append(char *out, size_t at, size_t size, const char *text, size_t n) {
  if (at + n >= size) return at;
  memcpy(out + at, text, n);
  out[at + n] = 0;
  return at + n;
}

size_t cli_quote(char *out, size_t size, const char *word) {
  static const char plain[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
      "_-+=./:,@%";
  out[0] = 0;
  if (word[0] && word[strspn(word, plain)] == 0) return append(out, 0, size, word, strlen(word));
  size_t at = append(out, 0, size, "'", 1);
  for (; *word; word++)
    at = *word == '\'' ? append(out, at, size, "'\\''", 4) : append(out, at, size, word, 1);
  return append(out, at, size, "'", 1);
}

/* A device or a pipe is written as it is; a file is there whole or as it was, also behind a
 * link. */
int cli_write_file(const char *path, const char *text) {
  char target[PATH_MAX], part[PATH_MAX + 8];
  struct stat there;
  const char *to = realpath(path, target) ? target : path;
  const int is_device = stat(to, &there) == 0 && !S_ISREG(there.st_mode);
  int n = snprintf(part, sizeof part, "%s%s", to, is_device ? "" : ".part");
  FILE *file = n > 0 && (size_t)n < sizeof part ? fopen(part, "wb") : NULL;
  int is_written = file && fputs(text, file) >= 0;
  if (file && fclose(file) != 0) is_written = 0;
  if (is_written && (is_device || rename(part, to) == 0)) return CLI_DONE;
  fprintf(stderr, "spiqe: cannot write %s: %s\n", path, strerror(errno));
  if (file && !is_device) remove(part);
  return CLI_FAILED;
}

int cli_read_membrane(const cli_command *command, const char *text, spiqe_qlif_memory *out) {
  *out = SPIQE_QLIF_MEMORY_ESTIMATE;
  if (!text) return 1;
  for (size_t i = 0; spiqe_qlif_memory_name(i); i++)
    if (!strcmp(text, spiqe_qlif_memory_name(i))) {
      *out = (spiqe_qlif_memory)i;
      return 1;
    }
  cli_usage_error(command, "--membrane %s: estimate or history is expected", text);
  return 0;
}

size_t cli_terminal_width(void) {
  struct winsize size;
  int is_known = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
  return is_known && size.ws_col ? size.ws_col : WIDTH_WITHOUT_TERMINAL;
}

double cli_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static volatile sig_atomic_t interrupted;

static void on_signal(int number) {
  (void)number;
  interrupted = 1;
}

/* A second signal ends the program at once. */
void cli_catch_interrupt(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

int cli_was_interrupted(void) {
  return interrupted;
}
