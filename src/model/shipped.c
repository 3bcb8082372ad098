/* The shipped descriptions, embedded by the build (cmake/embed.cmake), and those in files. */
#include "model/shipped.h"

#include <string.h>

#include "core/fail.h"
#include "core/file.h"
#include "core/text.h"
#include "core/yaml.h"
#include "spiqe/model.h"
#include "spiqe/suite.h"

#define MOST_NAMES 64

static const char *at(const spiqe_shipped *table, size_t n, size_t index, const char **summary,
                      const char **text) {
  if (index >= n) return NULL;
  if (summary) *summary = table[index].summary;
  if (text) *text = table[index].text;
  return table[index].name;
}

const char *spiqe_model_shipped(size_t index, const char **summary, const char **text) {
  return at(spiqe_shipped_models, spiqe_n_shipped_models, index, summary, text);
}

const char *spiqe_suite_shipped(size_t index, const char **summary, const char **text) {
  return at(spiqe_shipped_suites, spiqe_n_shipped_suites, index, summary, text);
}

spiqe_status spiqe_shipped_read(spiqe_context *ctx, const char *what, const spiqe_shipped *table,
                                size_t n, const char *name_or_path, char **text, size_t *size) {
  const char *names[MOST_NAMES];
  char hint[96];
  uint8_t *bytes = NULL;
  *text = NULL;
  for (size_t i = 0; i < n; i++) {
    if (i < MOST_NAMES) names[i] = table[i].name;
    if (strcmp(table[i].name, name_or_path)) continue;
    *size = strlen(table[i].text);
    *text = strdup(table[i].text);
    SPIQE_REQUIRE(ctx, *text, SPIQE_NO_MEMORY, "no memory for the %s '%.60s'", what, name_or_path);
    return SPIQE_OK;
  }
  if (!strchr(name_or_path, '/') && !strchr(name_or_path, '.') && !spiqe_file_exists(name_or_path))
    return spiqe_fail(ctx, SPIQE_BAD_NAME, "no %s is called '%.60s'%s", what, name_or_path,
                      spiqe_text_suggest(name_or_path, names, n < MOST_NAMES ? n : MOST_NAMES, hint,
                                         sizeof hint));
  SPIQE_TRY(spiqe_file_read(ctx, name_or_path, SPIQE_YAML_MOST_BYTES, &bytes, size));
  *text = (char *)bytes;
  return SPIQE_OK;
}
