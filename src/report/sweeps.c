/* Rows of sweeps, kept beside a run. */
#include "spiqe/sweep.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "core/text.h"

#define MOST_BYTES ((size_t)1 << 20)

double spiqe_sweep_error(const spiqe_sweep_row *row) {
  return sqrt(row->accuracy * (1 - row->accuracy) / (double)row->n_samples);
}

static void add_row(spiqe_text *text, const spiqe_sweep_row *row) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "sweep", row->source);
  if (isnan(row->value))
    cJSON_AddNullToObject(object, "value");
  else
    cJSON_AddNumberToObject(object, "value", row->value);
  cJSON_AddStringToObject(object, "device", row->device);
  cJSON_AddNumberToObject(object, "shots", (double)row->n_shots);
  cJSON_AddNumberToObject(object, "test_samples", (double)row->n_samples);
  cJSON_AddNumberToObject(object, "test_accuracy", row->accuracy);
  char *line = cJSON_PrintUnformatted(object);
  spiqe_text_add(text, "%s\n", line ? line : "");
  if (!line) text->failed = 1;
  free(line);
  cJSON_Delete(object);
}

static int is_among(const char *source, const spiqe_sweep_row *rows, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!strcmp(rows[i].source, source)) return 1;
  return 0;
}

spiqe_status spiqe_sweeps_write(spiqe_context *ctx, const char *path, const spiqe_sweep_row *rows,
                                size_t n) {
  spiqe_text text = {0};
  spiqe_sweep_row *old;
  size_t n_old;
  spiqe_status status;
  SPIQE_TRY(spiqe_sweeps_read(ctx, path, &old, &n_old));
  for (size_t i = 0; i < n_old; i++)
    if (!is_among(old[i].source, rows, n)) add_row(&text, &old[i]);
  for (size_t i = 0; i < n; i++) add_row(&text, &rows[i]);
  const spiqe_span span = {text.data ? text.data : "", text.size};
  if (text.failed)
    status = spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for %zu rows", n_old + n);
  else
    status = spiqe_file_write(ctx, path, &span, 1);
  spiqe_text_destroy(&text);
  free(old);
  return status;
}

static double number(const cJSON *object, const char *name) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static int copy_text(const cJSON *object, const char *name, char *out, size_t size) {
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
  if (!text || strlen(text) >= size) return 0;
  memcpy(out, text, strlen(text) + 1);
  return 1;
}

static int is_source(const char *name) {
  for (size_t i = 0; spiqe_noise_source_name(i); i++)
    if (!strcmp(spiqe_noise_source_name(i), name)) return 1;
  return 0;
}

static int read_row(const char *line, size_t size, spiqe_sweep_row *row) {
  cJSON *object = cJSON_ParseWithLength(line, size);
  const double shots = number(object, "shots"), samples = number(object, "test_samples");
  const double accuracy = number(object, "test_accuracy"), value = number(object, "value");
  const int is_row = shots >= 0 && shots <= 1e6 && samples >= 1 && samples <= 1e12 &&
                     accuracy >= 0 && accuracy <= 1 && (isnan(value) || value >= 0);
  *row = (spiqe_sweep_row){.value = value, .accuracy = accuracy};
  if (is_row) row->n_shots = (size_t)shots;
  if (is_row) row->n_samples = (size_t)samples;
  const int is_named = copy_text(object, "sweep", row->source, sizeof row->source) &&
                       copy_text(object, "device", row->device, sizeof row->device);
  cJSON_Delete(object);
  return is_row && is_named && is_source(row->source);
}

static spiqe_status read_rows(spiqe_context *ctx, const char *path, const char *text,
                              spiqe_sweep_row *rows, size_t *n) {
  for (const char *end; *text; text = end + (*end != 0)) {
    end = text + strcspn(text, "\n");
    SPIQE_REQUIRE(ctx, read_row(text, (size_t)(end - text), &rows[*n]), SPIQE_BAD_FORMAT,
                  "%s:%zu: an object with sweep, value, device, shots, test_samples, "
                  "test_accuracy is expected",
                  path, *n + 1);
    ++*n;
  }
  return SPIQE_OK;
}

spiqe_status spiqe_sweeps_read(spiqe_context *ctx, const char *path, spiqe_sweep_row **rows,
                               size_t *n) {
  uint8_t *bytes;
  size_t size, n_lines = 1;
  *rows = NULL;
  *n = 0;
  if (!spiqe_file_exists(path)) return SPIQE_OK;
  SPIQE_TRY(spiqe_file_read(ctx, path, MOST_BYTES, &bytes, &size));
  for (size_t i = 0; i < size; i++) n_lines += bytes[i] == '\n';
  spiqe_sweep_row *made = calloc(n_lines, sizeof *made);
  spiqe_status status = made ? read_rows(ctx, path, (const char *)bytes, made, n)
                             : spiqe_fail(ctx, SPIQE_NO_MEMORY, "%s: no memory", path);
  free(bytes);
  if (status == SPIQE_OK) {
    *rows = made;
    return SPIQE_OK;
  }
  free(made);
  *n = 0;
  return status;
}
