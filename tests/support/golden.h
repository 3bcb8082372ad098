/* Reference values that were computed by the published code and by hand, outside this repository
 * (../shared/golden, beside the checkout). They are not on every machine. */
#ifndef SPIQE_TESTS_SUPPORT_GOLDEN_H
#define SPIQE_TESTS_SUPPORT_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "core/file.h"

#define GOLDEN_MOST_BYTES ((size_t)64 << 20)

/* The file as a JSON tree (cJSON_Delete frees it). NULL, with a line on standard error, when the
 * file is not here: the test then calls skip(). One that is here and cannot be read fails. */
static inline cJSON *golden_load(const char *name) {
  char path[4096];
  uint8_t *bytes;
  size_t size;
  snprintf(path, sizeof path, "%s/../shared/golden/%s", SPIQE_SOURCE_DIR, name);
  spiqe_status status = spiqe_file_read(NULL, path, GOLDEN_MOST_BYTES, &bytes, &size);
  if (status == SPIQE_NOT_FOUND) {
    fprintf(stderr, "skipped: ../shared/golden/%s is not here\n", name);
    return NULL;
  }
  if (status != SPIQE_OK) fail_msg("%s: %s", path, spiqe_status_text(status));
  cJSON *tree = cJSON_ParseWithLength((const char *)bytes, size);
  free(bytes);
  if (!tree) fail_msg("%s: no JSON", path);
  return tree;
}

/* A number of a record. It must be there: a golden file that lacks it has changed its format. */
static inline double golden_number(const cJSON *record, const char *key) {
  const cJSON *value = cJSON_GetObjectItemCaseSensitive(record, key);
  if (!cJSON_IsNumber(value)) fail_msg("the record has no number '%s'", key);
  return value->valuedouble;
}

#endif
