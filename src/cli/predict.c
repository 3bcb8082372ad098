/* spiqe predict: the class of each picture or recording in some files. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"

#define MOST_FILES 4096

typedef struct arguments {
  const char *device, *paths[MOST_FILES + 1]; /* [0]: the run */
  size_t top, n_threads, n_paths;
  int invert, json;
} arguments;

/* What one file gives. */
typedef struct file_answer {
  const char *path;
  size_t n_samples, n_classes;
  uint16_t *predicted;  /* owned, [n_samples] */
  float *probabilities; /* owned, [n_samples][n_classes] */
} file_answer;

static void invert(spiqe_samples *samples) {
  size_t n = samples->n_samples * samples->n_features;
  for (size_t i = 0; samples->bytes && i < n; i++)
    samples->bytes[i] = (uint8_t)(255 - samples->bytes[i]);
  for (size_t i = 0; samples->floats && i < n; i++) samples->floats[i] = 1 - samples->floats[i];
}

/* The most probable class that is not taken yet; taken: [n_classes]. */
static size_t next_best(const float *p, size_t n_classes, uint8_t *taken) {
  size_t best = n_classes;
  for (size_t c = 0; c < n_classes; c++)
    if (!taken[c] && (best == n_classes || p[c] > p[best])) best = c;
  taken[best] = 1;
  return best;
}

/* "file[index]: 7 (0.981), 1 (0.012)": the predicted class, then the most probable others. */
static void print_line(const file_answer *answer, size_t i, size_t top, uint8_t *taken) {
  const float *p = answer->probabilities + i * answer->n_classes;
  size_t class_index = answer->predicted[i];
  for (size_t c = 0; c < answer->n_classes; c++) taken[c] = 0;
  taken[class_index] = 1;
  printf("%s[%zu]: %zu (%.4f)", answer->path, i, class_index, p[class_index]);
  for (size_t k = 1; k < top && k < answer->n_classes; k++) {
    class_index = next_best(p, answer->n_classes, taken);
    printf(", %zu (%.4f)", class_index, p[class_index]);
  }
  printf("\n");
}

static int print_lines(const file_answer *answer, size_t top) {
  uint8_t *taken = calloc(answer->n_classes, 1);
  for (size_t i = 0; taken && i < answer->n_samples; i++) print_line(answer, i, top, taken);
  if (!taken) fprintf(stderr, "spiqe: no memory for %zu classes\n", answer->n_classes);
  free(taken);
  return taken ? CLI_DONE : CLI_FAILED;
}

static void add_objects(cJSON *list, const file_answer *answer) {
  for (size_t i = 0; i < answer->n_samples; i++) {
    const float *p = answer->probabilities + i * answer->n_classes;
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "file", answer->path);
    cli_add_integer(object, "index", i);
    cli_add_integer(object, "class", answer->predicted[i]);
    cJSON_AddNumberToObject(object, "probability", (double)p[answer->predicted[i]]);
    cJSON *all = cJSON_AddArrayToObject(object, "probabilities");
    for (size_t c = 0; c < answer->n_classes; c++)
      cJSON_AddItemToArray(all, cJSON_CreateNumber((double)p[c]));
    cJSON_AddItemToArray(list, object);
  }
}

/* Fill answer, whose arrays are the caller's to free. Returns CLI_FAILED after saying why. */
static int classify(spiqe_context *ctx, spiqe_classifier *classifier, const arguments *a,
                    file_answer *answer) {
  spiqe_samples *samples;
  spiqe_status status = spiqe_samples_read(ctx, answer->path, &samples);
  if (status != SPIQE_OK) return cli_fail(ctx, status, 0);
  if (a->invert) invert(samples);
  answer->n_samples = samples->n_samples;
  answer->n_classes = spiqe_classifier_n_classes(classifier);
  answer->predicted = calloc(answer->n_samples + 1, sizeof *answer->predicted);
  answer->probabilities =
      calloc(answer->n_samples * answer->n_classes + 1, sizeof *answer->probabilities);
  const char *problem = NULL;
  if (!answer->predicted || !answer->probabilities)
    problem = spiqe_status_text(SPIQE_NO_MEMORY);
  else if (spiqe_classifier_predict(classifier, samples, answer->predicted,
                                    answer->probabilities) != SPIQE_OK)
    problem = spiqe_context_message(ctx);
  spiqe_samples_destroy(samples);
  if (problem) fprintf(stderr, "spiqe: %s: %s\n", answer->path, problem);
  return problem ? CLI_FAILED : CLI_DONE;
}

static int predict_file(spiqe_context *ctx, spiqe_classifier *classifier, const arguments *a,
                        const char *path, cJSON *list) {
  file_answer answer = {.path = path};
  int code = classify(ctx, classifier, a, &answer);
  if (code == CLI_DONE && a->json)
    add_objects(list, &answer);
  else if (code == CLI_DONE)
    code = print_lines(&answer, a->top);
  free(answer.predicted);
  free(answer.probabilities);
  return code;
}

static int work(spiqe_context *ctx, const arguments *a) {
  spiqe_classifier *classifier;
  int code = CLI_DONE;
  spiqe_status status = spiqe_classifier_open(ctx, a->paths[0], &classifier);
  if (status != SPIQE_OK) return cli_fail(ctx, status, 0);
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "model", spiqe_model_name(spiqe_classifier_model(classifier)));
  cJSON_AddStringToObject(object, "checkpoint", spiqe_classifier_path(classifier));
  cJSON *list = cJSON_AddArrayToObject(object, "predictions");
  for (size_t i = 1; i < a->n_paths && code == CLI_DONE; i++)
    code = predict_file(ctx, classifier, a, a->paths[i], list);
  spiqe_classifier_destroy(classifier);
  if (code == CLI_DONE && a->json) return cli_print_json(object);
  cJSON_Delete(object);
  return code;
}

static int run(int argc, char **argv) {
  static arguments a; /* many paths: too large for a stack */
  const cli_option options[] = {
      {"--top", CLI_SIZE, &a.top, "N", "print the N most probable classes; default 1"},
      {"--invert", CLI_FLAG, &a.invert, NULL, "pictures are dark on light, digits light on dark"},
      {"--threads", CLI_SIZE, &a.n_threads, "N", "default: all processors"},
      {"--device", CLI_TEXT, &a.device, "NAME", "kernel table; 'spiqe info' lists them"},
      {"--json", CLI_FLAG, &a.json, NULL, "one JSON object on standard output"},
  };
  int exit_code;
  if (cli_parse(&cli_predict, argc, argv, options, sizeof options / sizeof options[0], a.paths,
                MOST_FILES + 1, &a.n_paths, &exit_code))
    return exit_code;
  if (a.n_paths < 2)
    return cli_usage_error(&cli_predict, "a run and at least one file are expected");
  spiqe_context *ctx = cli_context(a.n_threads, a.device, &exit_code);
  if (!ctx) return exit_code;
  exit_code = work(ctx, &a);
  spiqe_context_destroy(ctx);
  return exit_code;
}

const cli_command cli_predict = {"predict",
                                 "classify pictures (PNG, IDX, npy, npz) and recordings of events",
                                 "predict RUN|CHECKPOINT FILE... [options]",
                                 "spiqe predict run/qsnn-mnist-s1 seven.png --top 3", run};
