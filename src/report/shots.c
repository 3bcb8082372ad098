/* Rows of what a network run as circuits reached, kept beside its run. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "core/text.h"
#include "spiqe/report.h"

#define MOST_BYTES ((size_t)1 << 20)

static void add_row(spiqe_text *text, const spiqe_shots_row *row) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "noise", row->noise);
  cJSON_AddNumberToObject(object, "shots", (double)row->n_shots);
  cJSON_AddNumberToObject(object, "test_samples", (double)row->n_samples);
  cJSON_AddNumberToObject(object, "test_accuracy", row->accuracy);
  char *line = cJSON_PrintUnformatted(object);
  spiqe_text_add(text, "%s\n", line ? line : "");
  if (!line) text->failed = 1;
  free(line);
  cJSON_Delete(object);
}

spiqe_status spiqe_shots_write(spiqe_context *ctx, const char *path, const spiqe_shots_row *rows,
                               size_t n) {
  spiqe_text text = {0};
  spiqe_status status = SPIQE_OK;
  for (size_t i = 0; i < n; i++) add_row(&text, &rows[i]);
  const spiqe_span span = {text.data ? text.data : "", text.size};
  if (text.failed)
    status = spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for %zu rows", n);
  else
    status = spiqe_file_write(ctx, path, &span, 1);
  spiqe_text_destroy(&text);
  return status;
}

static double number(const cJSON *object, const char *name) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static int read_row(const char *line, size_t size, spiqe_shots_row *row) {
  cJSON *object = cJSON_ParseWithLength(line, size);
  const char *noise = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "noise"));
  const double shots = number(object, "shots"), samples = number(object, "test_samples");
  const double accuracy = number(object, "test_accuracy");
  const int is_row = noise && strlen(noise) < sizeof row->noise && shots >= 1 && shots <= 1e6 &&
                     samples >= 1 && samples <= 1e12 && accuracy >= 0 && accuracy <= 1;
  if (is_row) {
    *row = (spiqe_shots_row){.n_shots = (size_t)shots,
                             .n_samples = (size_t)samples,
                             .accuracy = accuracy};
    memcpy(row->noise, noise, strlen(noise) + 1);
  }
  cJSON_Delete(object);
  return is_row;
}

static spiqe_status read_rows(spiqe_context *ctx, const char *path, const char *text,
                              spiqe_shots_row *rows, size_t *n) {
  for (const char *end; *text; text = end + (*end != 0)) {
    end = text + strcspn(text, "\n");
    SPIQE_REQUIRE(ctx, read_row(text, (size_t)(end - text), &rows[*n]), SPIQE_BAD_FORMAT,
                  "%s:%zu: an object with noise, shots, test_samples, test_accuracy is expected",
                  path, *n + 1);
    ++*n;
  }
  return SPIQE_OK;
}

spiqe_status spiqe_shots_read(spiqe_context *ctx, const char *path, spiqe_shots_row **rows,
                              size_t *n) {
  uint8_t *bytes;
  size_t size, n_lines = 1;
  *rows = NULL;
  *n = 0;
  if (!spiqe_file_exists(path)) return SPIQE_OK;
  SPIQE_TRY(spiqe_file_read(ctx, path, MOST_BYTES, &bytes, &size));
  for (size_t i = 0; i < size; i++) n_lines += bytes[i] == '\n';
  spiqe_shots_row *made = calloc(n_lines, sizeof *made);
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
