/* Measurements: a training in a folder whose name says what went into it, and the file beside the
 * checkpoint that holds what came out. */
#include "spiqe/measure.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "core/text.h"
#include "spiqe/energy.h"
#include "spiqe/version.h"
#include "train/classifier.h"

#define ROW_NAME "row.json"
#define MOST_ROW_BYTES ((size_t)1 << 16)
#define MOST_THREADS 1024

static const spiqe_metric_about metrics[] = {
#define METRIC(id, key, title, scale, decimals) {key, title, scale, decimals},
    SPIQE_METRICS(METRIC)
#undef METRIC
};

const spiqe_metric_about *spiqe_metric_of(spiqe_metric metric) {
  return &metrics[metric];
}

/* FNV-1a (Fowler, Noll, Vo) of all that decides what comes out. */
static uint64_t hash_of(const char *const *parts, size_t n) {
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < n; i++)
    for (const char *c = parts[i]; *c; c++) hash = (hash ^ (uint8_t)*c) * 1099511628211u;
  return hash;
}

/* Name and folder of a measurement; key: [17]. */
static spiqe_status identify(spiqe_context *ctx, const spiqe_model *model, const char *data,
                             const spiqe_measure_options *options, spiqe_measurement *out,
                             char *key) {
  char *text, rest[160], name[200];
  *out = (spiqe_measurement){.seed = options->seed, .limit = options->limit};
  for (size_t i = 0; i < SPIQE_N_METRICS; i++) out->values[i] = NAN;
  snprintf(out->model, sizeof out->model, "%s", spiqe_model_name(model));
  snprintf(out->data, sizeof out->data, "%s", data);
  SPIQE_TRY(spiqe_model_print(model, &text));
  snprintf(rest, sizeof rest, "\n%s %" PRIu64 " %zu %s", data, options->seed, options->limit,
           spiqe_version());
  const char *parts[] = {text, rest};
  snprintf(key, 17, "%016" PRIx64, hash_of(parts, 2));
  free(text);
  snprintf(name, sizeof name, "%s-%s-s%" PRIu64 "-%.8s", out->model, out->data, out->seed, key);
  for (char *c = name; *c; c++)
    if ((unsigned char)*c < 0x80 && !isalnum((unsigned char)*c) && !strchr("._+-", *c)) *c = '-';
  const int fits = spiqe_file_join(out->folder, sizeof out->folder, options->folder, name);
  if (!fits) out->folder[0] = 0;
  SPIQE_REQUIRE(ctx, fits, SPIQE_BAD_ARGUMENT, "'%.60s': the path is too long", options->folder);
  return SPIQE_OK;
}

static spiqe_status row_path(spiqe_context *ctx, const spiqe_measurement *m, char *out,
                             size_t size) {
  SPIQE_REQUIRE(ctx, spiqe_file_join(out, size, m->folder, ROW_NAME), SPIQE_BAD_ARGUMENT,
                "'%.60s': the path is too long", m->folder);
  return SPIQE_OK;
}

/* What the times are of; rows of older versions do not say. */
static void read_machine(const cJSON *row, spiqe_measurement *out) {
  const char *device = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "device"));
  const cJSON *threads = cJSON_GetObjectItemCaseSensitive(row, "threads");
  if (device && strlen(device) < sizeof out->device)
    snprintf(out->device, sizeof out->device, "%s", device);
  if (cJSON_IsNumber(threads) && threads->valuedouble >= 1 && threads->valuedouble <= MOST_THREADS)
    out->n_threads = (size_t)threads->valuedouble;
}

/* 1 when the text is the row of that key, with all values. */
static int read_row(const char *text, size_t size, const char *key, spiqe_measurement *out) {
  cJSON *row = cJSON_ParseWithLength(text, size);
  const char *there = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "key"));
  int is_right = there && !strcmp(there, key);
  for (size_t i = 0; is_right && i < SPIQE_N_METRICS; i++) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(row, metrics[i].key);
    is_right = cJSON_IsNumber(value) || cJSON_IsNull(value);
    out->values[i] = cJSON_IsNumber(value) ? value->valuedouble : NAN;
  }
  if (is_right) read_machine(row, out);
  cJSON_Delete(row);
  return is_right;
}

static int find_row(spiqe_context *ctx, const char *key, spiqe_measurement *out) {
  char path[512];
  uint8_t *text;
  size_t size;
  if (row_path(ctx, out, path, sizeof path) != SPIQE_OK || !spiqe_file_exists(path)) return 0;
  if (spiqe_file_read(ctx, path, MOST_ROW_BYTES, &text, &size) != SPIQE_OK) return 0;
  spiqe_measurement there = *out;
  int is_found = read_row((const char *)text, size, key, &there);
  free(text);
  if (is_found) *out = there;
  return is_found;
}

int spiqe_measure_find(spiqe_context *ctx, const spiqe_model *model, const char *data,
                       const spiqe_measure_options *options, spiqe_measurement *out) {
  char key[17];
  return identify(ctx, model, data, options, out, key) == SPIQE_OK && find_row(ctx, key, out);
}

static spiqe_status write_row(spiqe_context *ctx, const char *key, const spiqe_measurement *m) {
  char path[512];
  spiqe_text text = {0};
  SPIQE_TRY(row_path(ctx, m, path, sizeof path));
  cJSON *names = cJSON_CreateObject();
  cJSON_AddStringToObject(names, "key", key);
  cJSON_AddStringToObject(names, "model", m->model);
  cJSON_AddStringToObject(names, "data", m->data);
  cJSON_AddStringToObject(names, "device", m->device);
  char *head = cJSON_PrintUnformatted(names);
  cJSON_Delete(names);
  if (head) spiqe_text_add_bytes(&text, head, strlen(head) - 1);
  spiqe_text_add(&text, ",\"seed\":%" PRIu64 ",\"limit\":%zu,\"threads\":%zu", m->seed, m->limit,
                 m->n_threads);
  for (size_t i = 0; i < SPIQE_N_METRICS; i++) {
    spiqe_text_add(&text, ",\"%s\":", metrics[i].key);
    if (isfinite(m->values[i]))
      spiqe_text_add_real(&text, m->values[i]);
    else
      spiqe_text_add(&text, "null");
  }
  spiqe_text_add(&text, "}\n");
  spiqe_status status = spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for a row");
  const spiqe_span span = {text.data, text.size};
  if (head && !text.failed) status = spiqe_file_write(ctx, path, &span, 1);
  free(head);
  spiqe_text_destroy(&text);
  return status;
}

spiqe_status spiqe_measure_check(spiqe_context *ctx, const spiqe_model *model,
                                 const spiqe_dataset *data) {
  spiqe_classifier *classifier;
  SPIQE_TRY(spiqe_classifier_create(ctx, model, 1, &classifier));
  spiqe_status status = SPIQE_OK;
  for (size_t part = 0; status == SPIQE_OK && part < 2; part++) {
    status = spiqe_model_check_samples(model, &data->part[part]);
    if (status == SPIQE_OK) status = spiqe_classifier_check_labels(classifier, &data->part[part]);
  }
  spiqe_classifier_destroy(classifier);
  return status;
}

/* Go on from a checkpoint of the same run; what cannot be resumed is begun again. */
static spiqe_status train(spiqe_context *ctx, const spiqe_model *model, const spiqe_dataset *data,
                          const spiqe_measure_options *options, spiqe_measurement *m) {
  char path[512];
  spiqe_train_result result;
  spiqe_train_options how = {.folder = m->folder,
                             .seed = options->seed,
                             .limit = options->limit,
                             .listener = options->listener,
                             .user = options->user};
  how.resume =
      spiqe_file_join(path, sizeof path, m->folder, "last.safetensors") && spiqe_file_exists(path);
  spiqe_status status = spiqe_train(ctx, model, data, &how, &result);
  if (how.resume && (status == SPIQE_BAD_FORMAT || status == SPIQE_BAD_ARGUMENT)) {
    how.resume = 0;
    status = spiqe_train(ctx, model, data, &how, &result);
  }
  SPIQE_TRY(status);
  m->values[SPIQE_METRIC_TRAIN_SECONDS] = how.resume ? NAN : result.train_seconds;
  return SPIQE_OK;
}

/* A model that cannot be counted leaves them unknown. */
static spiqe_status count(spiqe_context *ctx, spiqe_classifier *classifier,
                          const spiqe_samples *samples, spiqe_measurement *m) {
  const spiqe_technology *technology;
  spiqe_activity_count done;
  SPIQE_TRY(spiqe_technology_find(ctx, "45nm", &technology));
  spiqe_status status = spiqe_classifier_count(classifier, samples, &done);
  if (status == SPIQE_UNSUPPORTED) return SPIQE_OK;
  if (status != SPIQE_OK) return status;
  m->values[SPIQE_METRIC_MACS] = done.total.counts[SPIQE_WORK_MACS];
  m->values[SPIQE_METRIC_SYNAPTIC] = done.total.counts[SPIQE_WORK_SYNAPTIC];
  m->values[SPIQE_METRIC_JOULES] = spiqe_energy(technology, &done.total, SPIQE_MEMORY_NONE);
  m->values[SPIQE_METRIC_JOULES_MEMORY] =
      spiqe_energy(technology, &done.total, SPIQE_MEMORY_OFF_CHIP);
  return SPIQE_OK;
}

static spiqe_status test(spiqe_context *ctx, const spiqe_dataset *data, spiqe_measurement *m) {
  spiqe_classifier *classifier;
  spiqe_test_result result;
  spiqe_samples samples = data->part[SPIQE_TEST];
  if (m->limit && m->limit < samples.n_samples) samples.n_samples = m->limit;
  SPIQE_TRY(spiqe_classifier_open(ctx, m->folder, &classifier));
  spiqe_status status = spiqe_classifier_test(classifier, &samples, &result);
  if (status == SPIQE_OK) {
    m->values[SPIQE_METRIC_ACCURACY] = result.accuracy;
    m->values[SPIQE_METRIC_MACRO_PRECISION] = result.macro_precision;
    m->values[SPIQE_METRIC_MACRO_RECALL] = result.macro_recall;
    m->values[SPIQE_METRIC_MACRO_F1] = result.macro_f1;
    m->values[SPIQE_METRIC_ROC_AUC] = result.roc_auc;
    m->values[SPIQE_METRIC_PARAMETERS] = (double)spiqe_classifier_n_parameters(classifier);
    m->values[SPIQE_METRIC_SPIKES] = result.spikes_per_sample;
    m->values[SPIQE_METRIC_TEST_SECONDS] = result.seconds;
    spiqe_test_result_clear(&result);
    status = count(ctx, classifier, &samples, m);
  }
  spiqe_classifier_destroy(classifier);
  return status;
}

spiqe_status spiqe_measure(spiqe_context *ctx, const spiqe_model *model, const spiqe_dataset *data,
                           const spiqe_measure_options *options, spiqe_measurement *out) {
  char key[17];
  SPIQE_TRY(identify(ctx, model, data->name, options, out, key));
  if (find_row(ctx, key, out)) return SPIQE_OK;
  SPIQE_TRY(train(ctx, model, data, options, out));
  SPIQE_TRY(test(ctx, data, out));
  snprintf(out->device, sizeof out->device, "%s", spiqe_context_device(ctx));
  out->n_threads = spiqe_context_n_threads(ctx);
  return write_row(ctx, key, out);
}
