/* spiqe data: list the data sets, describe one, draw one, fetch one. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define NOT_GIVEN SIZE_MAX

typedef struct arguments {
  const char *data_dir, *out, *part, *mirror;
  size_t per_class, denoise;
  int json;
} arguments;

/* What a subcommand works with. */
typedef struct session {
  spiqe_context *ctx;
  arguments a;
  const char *name; /* of the set; NULL for list */
  spiqe_dataset *data;
} session;

typedef struct subcommand {
  const char *name;
  int needs_set;
  int (*run)(session *s);
} subcommand;

/* Of a set, also where the name asks for some of its classes: "usps:1,7"; NULL: there is none. */
static const char *summary_of(const char *name) {
  const size_t n = strcspn(name, ":");
  for (size_t i = 0; spiqe_dataset_name(i); i++)
    if (strlen(spiqe_dataset_name(i)) == n && !strncmp(spiqe_dataset_name(i), name, n))
      return spiqe_dataset_summary(i);
  return NULL;
}

static int list(session *s) {
  cJSON *object = cJSON_CreateObject(), *sets = cJSON_AddArrayToObject(object, "sets");
  for (size_t i = 0; spiqe_dataset_name(i); i++) {
    const char *name = spiqe_dataset_name(i);
    int is_here = spiqe_dataset_is_here(name, s->a.data_dir);
    cJSON *set = cJSON_CreateObject();
    cJSON_AddStringToObject(set, "name", name);
    cJSON_AddStringToObject(set, "summary", spiqe_dataset_summary(i));
    cJSON_AddBoolToObject(set, "here", is_here);
    cJSON_AddItemToArray(sets, set);
    if (!s->a.json)
      printf("%-14s %-9s %s\n", name, is_here ? "here" : "not here", spiqe_dataset_summary(i));
  }
  if (s->a.json) return cli_print_json(object);
  cJSON_Delete(object);
  return CLI_DONE;
}

/* Mean and standard deviation of the values as a network sees them. */
static void measure(const spiqe_samples *samples, double *mean, double *deviation) {
  size_t n = samples->n_samples * samples->n_features;
  double sum = 0, square = 0;
  for (size_t i = 0; i < n; i++) {
    double value = samples->bytes ? samples->bytes[i] / 255.0 : samples->floats[i];
    sum += value;
    square += value * value;
  }
  *mean = sum / (double)n;
  *deviation = sqrt(fmax(square / (double)n - *mean * *mean, 0));
}

static void describe_values(const spiqe_samples *samples, cJSON *part) {
  double mean, deviation;
  measure(samples, &mean, &deviation);
  cJSON_AddNumberToObject(part, "mean", mean);
  cJSON_AddNumberToObject(part, "deviation", deviation);
}

/* How many events a recording has, which share of them is on, how long one is. */
static void describe_events(const spiqe_samples *samples, cJSON *part) {
  const size_t *first = samples->first_event, n = first[samples->n_samples];
  double longest = 0, sum = 0;
  size_t n_on = 0;
  for (size_t i = 0; i < n; i++) n_on += samples->events[i].polarity == 1;
  for (size_t i = 0; i < samples->n_samples; i++) {
    double length = first[i + 1] > first[i] ? samples->events[first[i + 1] - 1].time / 1e3 : 0;
    sum += length;
    longest = fmax(longest, length);
  }
  cJSON_AddNumberToObject(part, "events", (double)n);
  cJSON_AddNumberToObject(part, "on_share", n ? (double)n_on / (double)n : 0);
  cJSON_AddNumberToObject(part, "mean_ms", sum / (double)samples->n_samples);
  cJSON_AddNumberToObject(part, "longest_ms", longest);
}

static cJSON *describe(const spiqe_samples *samples) {
  cJSON *part = cJSON_CreateObject(), *counts = cJSON_CreateArray();
  cJSON_AddNumberToObject(part, "samples", (double)samples->n_samples);
  if (samples->events)
    describe_events(samples, part);
  else
    describe_values(samples, part);
  for (size_t class = 0; class < samples->n_classes; class ++) {
    size_t n = 0;
    for (size_t i = 0; i < samples->n_samples; i++) n += samples->labels[i] == class;
    cJSON_AddItemToArray(counts, cJSON_CreateNumber((double)n));
  }
  cJSON_AddItemToObject(part, "per_class", counts);
  return part;
}

static double number_of(const cJSON *object, const char *key) {
  return cJSON_GetObjectItem(object, key)->valuedouble;
}

static void print_part(const char *name, const cJSON *part) {
  const cJSON *count;
  printf("%-10s %.0f samples, ", name, number_of(part, "samples"));
  if (cJSON_GetObjectItem(part, "events"))
    printf("%.1f events each, %.0f %% on, %.0f ms (longest %.0f ms); of each class",
           number_of(part, "events") / number_of(part, "samples"),
           100 * number_of(part, "on_share"), number_of(part, "mean_ms"),
           number_of(part, "longest_ms"));
  else
    printf("mean %.4f, deviation %.4f; of each class", number_of(part, "mean"),
           number_of(part, "deviation"));
  cJSON_ArrayForEach(count, cJSON_GetObjectItem(part, "per_class"))
      printf(" %.0f", count->valuedouble);
  printf("\n");
}

static void print_info(const session *s, const cJSON *object) {
  const spiqe_samples *train = &s->data->part[SPIQE_TRAIN];
  printf("%-10s %s\n", s->name, summary_of(s->name));
  printf("%-10s %s\n", "folder", s->data->folder[0] ? s->data->folder : "none, it is built in");
  printf("%-10s %zu", "shape", train->shape[0]);
  for (size_t i = 1; i < train->n_dimensions; i++) printf(" x %zu", train->shape[i]);
  printf(", %zu classes\n", train->n_classes);
  print_part("train", cJSON_GetObjectItem(object, "train"));
  print_part("test", cJSON_GetObjectItem(object, "test"));
}

static cJSON *make_info(const session *s) {
  cJSON *object = cJSON_CreateObject(), *shape = cJSON_CreateArray();
  cJSON_AddStringToObject(object, "name", s->name);
  cJSON_AddStringToObject(object, "summary", summary_of(s->name));
  cJSON_AddBoolToObject(object, "here", s->data != NULL);
  if (!s->data) {
    cJSON_Delete(shape);
    return object;
  }
  const spiqe_samples *train = &s->data->part[SPIQE_TRAIN];
  for (size_t i = 0; i < train->n_dimensions; i++)
    cJSON_AddItemToArray(shape, cJSON_CreateNumber((double)train->shape[i]));
  cJSON_AddStringToObject(object, "folder", s->data->folder);
  cJSON_AddItemToObject(object, "shape", shape);
  cJSON_AddNumberToObject(object, "classes", (double)train->n_classes);
  cJSON_AddItemToObject(object, "train", describe(train));
  cJSON_AddItemToObject(object, "test", describe(&s->data->part[SPIQE_TEST]));
  return object;
}

/* A set that is known but not here is no failure of info: it says so, and how to get it. */
static int info(session *s) {
  spiqe_status status = spiqe_dataset_open(s->ctx, s->name, s->a.data_dir, &s->data);
  if (status != SPIQE_OK && status != SPIQE_NOT_FOUND) return cli_fail(s->ctx, status, 1);
  cJSON *object = make_info(s);
  if (s->a.json) return cli_print_json(object);
  if (s->data)
    print_info(s, object);
  else
    printf("%-10s %s\nnot here: %s\n", s->name, summary_of(s->name), spiqe_context_message(s->ctx));
  cJSON_Delete(object);
  return CLI_DONE;
}

static int report_sheet(const session *s, const cli_sheet *drawn) {
  if (!s->a.json) {
    printf("%zu pictures, a row for each class: %s\n", drawn->n_pictures, s->a.out);
    return CLI_DONE;
  }
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "name", s->name);
  cJSON_AddStringToObject(object, "part", s->a.part);
  cJSON_AddStringToObject(object, "out", s->a.out);
  cJSON_AddNumberToObject(object, "pictures", (double)drawn->n_pictures);
  cJSON_AddNumberToObject(object, "width", (double)drawn->width);
  cJSON_AddNumberToObject(object, "height", (double)drawn->height);
  return cli_print_json(object);
}

static int is_recording(const char *name) {
  return !summary_of(name) && strpbrk(name, "./");
}

static int show(session *s) {
  cli_sheet drawn;
  if (is_recording(s->name))
    return cli_show_events(s->ctx, s->name, s->a.denoise, s->a.out, s->a.json);
  if (!s->a.part) s->a.part = "train";
  if (s->a.per_class == NOT_GIVEN) s->a.per_class = 20;
  int is_test = !strcmp(s->a.part, "test");
  if (!s->a.out) return cli_usage_error(&cli_data, "show: --out FILE is expected");
  if (!is_test && strcmp(s->a.part, "train") != 0)
    return cli_usage_error(&cli_data, "--part: '%s', but train or test is expected", s->a.part);
  if (s->a.per_class < 1 || s->a.per_class > 1000)
    return cli_usage_error(&cli_data, "--per-class: 1 to 1000 is expected");
  spiqe_status status = spiqe_dataset_open(s->ctx, s->name, s->a.data_dir, &s->data);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 1);
  const spiqe_samples *samples = &s->data->part[is_test ? SPIQE_TEST : SPIQE_TRAIN];
  if (!cli_sheet_draw(samples, s->a.per_class, &drawn)) {
    fprintf(stderr, "spiqe: the samples of %s are no pictures with labels\n", s->name);
    return CLI_FAILED;
  }
  const int is_drawn = drawn.n_pictures > 0;
  if (!is_drawn)
    fprintf(stderr, "spiqe: no memory for the sheet\n");
  else
    status = spiqe_png_write(s->ctx, s->a.out, drawn.pixels, drawn.width, drawn.height, 1);
  free(drawn.pixels);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 0);
  return is_drawn ? report_sheet(s, &drawn) : CLI_FAILED;
}

/* On a terminal one line that is written over; else a line for each file that is done. */
static int show_progress(void *user, const char *file, uint64_t done, uint64_t total) {
  const int *is_terminal = user;
  double unit = total < 1000000 ? 1e3 : 1e6;
  if (*is_terminal || done == total)
    fprintf(stderr, "%s%s: %.1f of %.1f %s%s", *is_terminal ? "\r" : "", file, (double)done / unit,
            (double)total / unit, total < 1000000 ? "kB" : "MB", *is_terminal ? "\033[K" : "\n");
  return cli_was_interrupted();
}

static int report_fetch(session *s) {
  spiqe_status status = spiqe_dataset_open(s->ctx, s->name, s->a.data_dir, &s->data);
  if (status != SPIQE_OK) return cli_fail(s->ctx, status, 0);
  int is_built_in = s->data->folder[0] == 0;
  if (s->a.json) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "name", s->name);
    cJSON_AddBoolToObject(object, "built_in", is_built_in);
    cJSON_AddStringToObject(object, "folder", s->data->folder);
    return cli_print_json(object);
  }
  if (is_built_in)
    printf("%s is built in: there is nothing to fetch\n", s->name);
  else
    printf("%s is in %s\n", s->name, s->data->folder);
  return CLI_DONE;
}

static int fetch(session *s) {
  int is_terminal = isatty(STDERR_FILENO);
  if (s->a.data_dir && strchr(s->a.data_dir, ':'))
    return cli_usage_error(&cli_data, "fetch: --data-dir is one folder, but '%s' has a ':'",
                           s->a.data_dir);
  cli_catch_interrupt();
  spiqe_status status =
      spiqe_dataset_fetch(s->ctx, s->name, s->a.data_dir, s->a.mirror, show_progress, &is_terminal);
  if (is_terminal) fprintf(stderr, "\r\033[K");
  return status == SPIQE_OK ? report_fetch(s) : cli_fail(s->ctx, status, 1);
}

static const subcommand subcommands[] = {{"list", 0, list},
                                         {"info", 1, info},
                                         {"show", 1, show},
                                         {"fetch", 1, fetch}};
#define N_SUBCOMMANDS (sizeof subcommands / sizeof subcommands[0])

static const subcommand *find(const char *name) {
  const char *names[N_SUBCOMMANDS];
  char hint[96];
  for (size_t i = 0; i < N_SUBCOMMANDS; i++) {
    names[i] = subcommands[i].name;
    if (!strcmp(name, names[i])) return &subcommands[i];
  }
  cli_usage_error(&cli_data, "unknown subcommand '%s'%s", name,
                  spiqe_text_suggest(name, names, N_SUBCOMMANDS, hint, sizeof hint));
  return NULL;
}

/* An option that would do nothing is refused. */
static int check_options(const session *s, const char *sub) {
  const int shows = !strcmp(sub, "show"), of_recording = shows && is_recording(s->name);
  const struct {
    const char *option;
    int is_given, is_used;
    const char *users;
  } given[] = {
      {"--out", s->a.out != NULL, shows, "show"},
      {"--part", s->a.part != NULL, shows && !of_recording, "show NAME"},
      {"--per-class", s->a.per_class != NOT_GIVEN, shows && !of_recording, "show NAME"},
      {"--denoise", s->a.denoise > 0, of_recording, "show RECORDING"},
      {"--mirror", s->a.mirror != NULL, !strcmp(sub, "fetch"), "fetch"},
  };
  for (size_t i = 0; i < sizeof given / sizeof *given; i++)
    if (given[i].is_given && !given[i].is_used)
      return cli_usage_error(&cli_data, "%s%s%s: %s belongs to %s", sub, s->name ? " " : "",
                             s->name ? s->name : "", given[i].option, given[i].users);
  return CLI_DONE;
}

static int run_subcommand(session *s, const char *const *words, size_t n) {
  if (n == 0) return cli_usage_error(&cli_data, "list, info, show or fetch is expected");
  const subcommand *sub = find(words[0]);
  if (!sub) return CLI_USAGE;
  if (sub->needs_set && n < 2)
    return cli_usage_error(&cli_data, "%s: the NAME of a set is expected", sub->name);
  if (!sub->needs_set && n > 1)
    return cli_usage_error(&cli_data, "unexpected argument '%s'", words[1]);
  int exit_code;
  s->name = sub->needs_set ? words[1] : NULL;
  exit_code = check_options(s, sub->name);
  if (exit_code != CLI_DONE) return exit_code;
  s->ctx = cli_context(0, NULL, &exit_code);
  if (!s->ctx) return exit_code;
  exit_code = sub->run(s);
  spiqe_dataset_destroy(s->data);
  spiqe_context_destroy(s->ctx);
  return exit_code;
}

static int run(int argc, char **argv) {
  session s = {.a = {.per_class = NOT_GIVEN}};
  const cli_option options[] = {
      {"--data-dir", CLI_TEXT, &s.a.data_dir, "DIR",
       "where to look first; for fetch: where the set goes"},
      {"--out", CLI_TEXT, &s.a.out, "FILE", "show: the PNG to write, of events also an SVG"},
      {"--part", CLI_TEXT, &s.a.part, "PART", "show NAME: train (default) or test"},
      {"--per-class", CLI_SIZE, &s.a.per_class, "N",
       "show NAME: pictures of each class; default 20"},
      {"--denoise", CLI_SIZE, &s.a.denoise, "US",
       "show RECORDING: leave out events without a neighbour's so many us before"},
      {"--mirror", CLI_TEXT, &s.a.mirror, "URL", "fetch: ask there, not the known mirrors"},
      {"--json", CLI_FLAG, &s.a.json, NULL, "one JSON object on standard output"},
  };
  const char *words[2];
  size_t n;
  int exit_code;
  if (cli_parse(&cli_data, argc, argv, options, sizeof options / sizeof *options, words, 2, &n,
                &exit_code))
    return exit_code;
  return run_subcommand(&s, words, n);
}

const cli_command cli_data = {
    .name = "data",
    .summary = "list, describe, draw and fetch data sets",
    .usage = "data list | info NAME | show NAME|RECORDING --out FILE | fetch NAME [options]",
    .example = "spiqe data show digits --out sheet.png",
    .run = run,
};
