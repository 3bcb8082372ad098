/* Files of rows. */
#include "report/lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"

#define MOST_BYTES ((size_t)1 << 20)

void spiqe_lines_add(spiqe_text *text, cJSON *object) {
  char *line = cJSON_PrintUnformatted(object);
  spiqe_text_add(text, "%s\n", line ? line : "");
  if (!line) text->failed = 1;
  free(line);
  cJSON_Delete(object);
}

spiqe_status spiqe_lines_commit(spiqe_context *ctx, const spiqe_file_draft *draft, spiqe_text *text,
                                size_t n) {
  const spiqe_span span = {text->data ? text->data : "", text->size};
  spiqe_status status;
  if (text->failed) {
    spiqe_file_cancel(draft);
    status = spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for %zu rows", n);
  } else {
    status = spiqe_file_commit(ctx, draft, &span, 1);
  }
  spiqe_text_destroy(text);
  return status;
}

double spiqe_lines_number(const cJSON *object, const char *name) {
  const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
  return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

int spiqe_lines_text(const cJSON *object, const char *name, char *out, size_t size) {
  const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
  if (!text || strlen(text) >= size) return 0;
  memcpy(out, text, strlen(text) + 1);
  return 1;
}

static spiqe_status read_rows(spiqe_context *ctx, const char *path, const spiqe_lines *kind,
                              const char *text, char *rows, size_t *n) {
  for (const char *end; *text; text = end + (*end != 0)) {
    end = text + strcspn(text, "\n");
    cJSON *object = cJSON_ParseWithLength(text, (size_t)(end - text));
    const int is_row = kind->read(object, rows + *n * kind->row_size);
    cJSON_Delete(object);
    SPIQE_REQUIRE(ctx, is_row, SPIQE_BAD_FORMAT, "%s:%zu: an object with %s is expected", path,
                  *n + 1, kind->expected);
    ++*n;
  }
  return SPIQE_OK;
}

spiqe_status spiqe_lines_read(spiqe_context *ctx, const char *path, const spiqe_lines *kind,
                              void **rows, size_t *n) {
  uint8_t *bytes;
  size_t size, n_lines = 1;
  *rows = NULL;
  *n = 0;
  if (!spiqe_file_exists(path)) return SPIQE_OK;
  SPIQE_TRY(spiqe_file_read(ctx, path, MOST_BYTES, &bytes, &size));
  for (size_t i = 0; i < size; i++) n_lines += bytes[i] == '\n';
  char *made = calloc(n_lines, kind->row_size);
  spiqe_status status = made ? read_rows(ctx, path, kind, (const char *)bytes, made, n)
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

int spiqe_lines_membrane(const cJSON *object, spiqe_qlif_memory *out) {
  char name[16];
  *out = SPIQE_QLIF_MEMORY_ESTIMATE;
  if (!cJSON_HasObjectItem(object, "membrane")) return 1;
  if (!spiqe_lines_text(object, "membrane", name, sizeof name)) return 0;
  for (size_t i = 0; spiqe_qlif_memory_name(i); i++)
    if (!strcmp(name, spiqe_qlif_memory_name(i))) {
      *out = (spiqe_qlif_memory)i;
      return 1;
    }
  return 0;
}
