/* Suites: read, checked, and their models made. */
#include "spiqe/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "model/model.h"
#include "model/shipped.h"
#include "spiqe/dataset.h"

#define MOST_SETS 64 /* that there are */

#define FIELD(name) offsetof(spiqe_suite, name)
static const spiqe_option suite_options[] = {
    {"seeds", SPIQE_OPTION_SIZE, FIELD(n_seeds), "3", 1, 1000, NULL,
     "trainings of each model on each set, with the seeds 1, 2, ..."},
    {"limit", SPIQE_OPTION_SIZE, FIELD(limit), "0", 0, 1e9, NULL,
     "only the first samples of each part; 0: all"},
};
static const size_t n_suite_options = sizeof suite_options / sizeof suite_options[0];

/* What is read into, where from, and the models to try it on. */
typedef struct reading {
  spiqe_context *ctx;
  const char *place;    /* "suite.yaml" */
  spiqe_suite *suite;   /* owned until it is given to the caller */
  spiqe_model **models; /* borrowed, [suite->n_models] owned */
} reading;

static spiqe_status check_keys(const reading *r, const spiqe_yaml *mapping,
                               const char *const *known, size_t n_known) {
  char hint[96];
  SPIQE_REQUIRE(r->ctx, mapping->kind == SPIQE_YAML_MAPPING, SPIQE_BAD_FORMAT,
                "%s:%zu: a mapping with keys as seeds, set is expected", r->place, mapping->line);
  for (size_t i = 0; i < mapping->n_children; i++) {
    const spiqe_yaml *child = &mapping->children[i];
    int found = 0;
    for (size_t k = 0; k < n_known; k++) found = found || !strcmp(child->key, known[k]);
    SPIQE_REQUIRE(r->ctx, found, SPIQE_BAD_NAME, "%s:%zu: unknown key '%.40s'%s", r->place,
                  child->line, child->key,
                  spiqe_text_suggest(child->key, known, n_known, hint, sizeof hint));
  }
  return SPIQE_OK;
}

static spiqe_status read_line(const reading *r, const spiqe_yaml *node, char *out, size_t size) {
  if (!node) return SPIQE_OK;
  SPIQE_REQUIRE(r->ctx,
                node->kind == SPIQE_YAML_SCALAR && strlen(node->text) < size &&
                    spiqe_model_is_text(node->text),
                SPIQE_BAD_FORMAT, "%s:%zu: %s: a line of at most %zu bytes is expected", r->place,
                node->line, node->key, size - 1);
  memcpy(out, node->text, strlen(node->text) + 1);
  return SPIQE_OK;
}

static spiqe_status keep(const reading *r, const char *text, char **out, size_t *n) {
  out[*n] = strdup(text);
  SPIQE_REQUIRE(r->ctx, out[*n], SPIQE_NO_MEMORY, "%s: no memory", r->place);
  ++*n;
  return SPIQE_OK;
}

/* A list of names, none of them twice. */
static spiqe_status read_names(const reading *r, const spiqe_yaml *node, size_t most, char **out,
                               size_t *n) {
  if (!node) return SPIQE_OK;
  SPIQE_REQUIRE(r->ctx,
                node->kind == SPIQE_YAML_SEQUENCE && node->n_children > 0 &&
                    node->n_children <= most,
                SPIQE_BAD_FORMAT, "%s:%zu: %s: a list of 1 to %zu names is expected", r->place,
                node->line, node->key, most);
  for (size_t i = 0; i < node->n_children; i++) {
    const spiqe_yaml *child = &node->children[i];
    SPIQE_REQUIRE(r->ctx, child->kind == SPIQE_YAML_SCALAR && child->text[0], SPIQE_BAD_FORMAT,
                  "%s:%zu: %s: a name is expected", r->place, child->line, node->key);
    for (size_t k = 0; k < *n; k++)
      SPIQE_REQUIRE(r->ctx, strcmp(out[k], child->text), SPIQE_BAD_FORMAT,
                    "%s:%zu: %s: '%.60s' is there twice", r->place, child->line, node->key,
                    child->text);
    SPIQE_TRY(keep(r, child->text, out, n));
  }
  return SPIQE_OK;
}

/* Every model of the suite must take it. */
static spiqe_status check_change(const reading *r, const spiqe_yaml *node, const char *change) {
  for (size_t i = 0; i < r->suite->n_models; i++) {
    spiqe_status status = spiqe_model_assign(r->models[i], change);
    if (status != SPIQE_OK)
      return spiqe_fail_prefix(r->ctx, status, "%s:%zu: model %.60s", r->place, node->line,
                               r->suite->models[i]);
  }
  return SPIQE_OK;
}

/* Of all sets, or of the set `data`. */
static spiqe_status keep_change(const reading *r, const char *change, const char *data) {
  spiqe_suite_change *kept = &r->suite->changes[r->suite->n_changes++];
  kept->change = strdup(change);
  kept->data = data ? strdup(data) : NULL;
  SPIQE_REQUIRE(r->ctx, kept->change && (kept->data || !data), SPIQE_NO_MEMORY, "%s: no memory",
                r->place);
  return SPIQE_OK;
}

static spiqe_status read_changes(const reading *r, const spiqe_yaml *node, const char *data) {
  spiqe_suite *suite = r->suite;
  if (!node) return SPIQE_OK;
  SPIQE_REQUIRE(r->ctx, node->kind == SPIQE_YAML_MAPPING, SPIQE_BAD_FORMAT,
                "%s:%zu: %s: values are expected, as {train.epochs: 10}", r->place, node->line,
                node->key);
  for (size_t i = 0; i < node->n_children; i++) {
    const spiqe_yaml *child = &node->children[i];
    char change[512] = "";
    SPIQE_REQUIRE(r->ctx, suite->n_changes < SPIQE_SUITE_MOST_CHANGES, SPIQE_LIMIT,
                  "%s:%zu: %s: more than %d values", r->place, child->line, node->key,
                  SPIQE_SUITE_MOST_CHANGES);
    int n = child->kind == SPIQE_YAML_SCALAR
                ? snprintf(change, sizeof change, "%s=%s", child->key, child->text)
                : -1;
    SPIQE_REQUIRE(r->ctx, n > 0 && (size_t)n < sizeof change, SPIQE_BAD_FORMAT,
                  "%s:%zu: %.40s: a single value is expected", r->place, child->line, child->key);
    SPIQE_TRY(check_change(r, child, change));
    SPIQE_TRY(keep_change(r, change, data));
  }
  return SPIQE_OK;
}

/* Whether `name` is that of the set, or of the one that the set is some classes of ("usps:1,7"). */
static int is_set(const char *name, const char *data) {
  const size_t n = strcspn(data, ":");
  return !strcmp(name, data) || (strlen(name) == n && !strncmp(name, data, n));
}

/* Whether there is such a set, or one that it is some classes of; hint: the nearest name. */
static int is_known(const char *name, char *hint, size_t size) {
  const char *names[MOST_SETS];
  size_t n = 0;
  for (; n < MOST_SETS && (names[n] = spiqe_dataset_name(n)); n++)
    if (is_set(names[n], name)) return 1;
  spiqe_text_suggest(name, names, n, hint, size);
  return 0;
}

/* A suite that names its sets changes nothing for others, and none for sets that there are not:
 * that would be a slip of the pen. */
static spiqe_status check_set(const reading *r, const spiqe_yaml *node) {
  const spiqe_suite *suite = r->suite;
  char hint[96] = "";
  int found = suite->n_data == 0;
  SPIQE_REQUIRE(r->ctx, !found || is_known(node->key, hint, sizeof hint), SPIQE_BAD_NAME,
                "%s:%zu: set_for: no data set is called '%.60s'%s", r->place, node->line, node->key,
                hint);
  for (size_t i = 0; i < suite->n_data; i++) found = found || is_set(node->key, suite->data[i]);
  SPIQE_REQUIRE(r->ctx, found, SPIQE_BAD_NAME, "%s:%zu: set_for: '%.60s' is not among data%s",
                r->place, node->line, node->key,
                spiqe_text_suggest(node->key, (const char *const *)suite->data, suite->n_data, hint,
                                   sizeof hint));
  return SPIQE_OK;
}

static spiqe_status read_set_for(const reading *r, const spiqe_yaml *node) {
  if (!node) return SPIQE_OK;
  SPIQE_REQUIRE(r->ctx, node->kind == SPIQE_YAML_MAPPING, SPIQE_BAD_FORMAT,
                "%s:%zu: set_for: sets with values are expected, as {digits: {train.epochs: 20}}",
                r->place, node->line);
  for (size_t i = 0; i < node->n_children; i++) {
    SPIQE_TRY(check_set(r, &node->children[i]));
    SPIQE_TRY(read_changes(r, &node->children[i], node->children[i].key));
  }
  return SPIQE_OK;
}

static spiqe_status read_protocol(const reading *r, const spiqe_yaml *mapping) {
  for (size_t i = 0; i < n_suite_options; i++) {
    const spiqe_yaml *node = spiqe_yaml_get(mapping, suite_options[i].key);
    if (!node) continue;
    SPIQE_REQUIRE(r->ctx, node->kind == SPIQE_YAML_SCALAR, SPIQE_BAD_FORMAT,
                  "%s:%zu: %s: a single value is expected", r->place, node->line, node->key);
    spiqe_status status =
        spiqe_option_set(r->ctx, suite_options, n_suite_options, node->key, node->text, r->suite);
    if (status != SPIQE_OK)
      return spiqe_fail_prefix(r->ctx, status, "%s:%zu", r->place, node->line);
  }
  SPIQE_TRY(read_changes(r, spiqe_yaml_get(mapping, "set"), NULL));
  return read_set_for(r, spiqe_yaml_get(mapping, "set_for"));
}

static spiqe_status read_quick(const reading *r, const spiqe_yaml *tree, int is_quick) {
  static const char *const known[] = {"seeds", "limit", "set"};
  const spiqe_yaml *quick = spiqe_yaml_get(tree, "quick");
  if (quick) SPIQE_TRY(check_keys(r, quick, known, sizeof known / sizeof known[0]));
  if (!is_quick) return SPIQE_OK;
  SPIQE_REQUIRE(r->ctx, quick, SPIQE_BAD_ARGUMENT, "%s: the suite has no quick form (key 'quick')",
                r->place);
  return read_protocol(r, quick);
}

static spiqe_status read_models(const reading *r, const spiqe_yaml *tree) {
  const spiqe_yaml *node = spiqe_yaml_get(tree, "models");
  SPIQE_REQUIRE(r->ctx, node, SPIQE_BAD_FORMAT, "%s:%zu: the key 'models' is missing", r->place,
                tree->line);
  SPIQE_TRY(read_names(r, node, SPIQE_SUITE_MOST_MODELS, r->suite->models, &r->suite->n_models));
  for (size_t i = 0; i < r->suite->n_models; i++) {
    spiqe_status status = spiqe_model_open(r->ctx, r->suite->models[i], &r->models[i]);
    if (status != SPIQE_OK)
      return spiqe_fail_prefix(r->ctx, status, "%s:%zu", r->place, node->children[i].line);
  }
  return SPIQE_OK;
}

static spiqe_status read_tree(const reading *r, const spiqe_yaml *tree, int is_quick) {
  static const char *const known[] = {"name",  "summary", "models",  "data", "seeds",
                                      "limit", "set",     "set_for", "quick"};
  spiqe_suite *suite = r->suite;
  spiqe_options_default(suite_options, n_suite_options, suite);
  SPIQE_TRY(check_keys(r, tree, known, sizeof known / sizeof known[0]));
  snprintf(suite->name, sizeof suite->name, "suite");
  SPIQE_TRY(read_line(r, spiqe_yaml_get(tree, "name"), suite->name, sizeof suite->name));
  SPIQE_TRY(read_line(r, spiqe_yaml_get(tree, "summary"), suite->summary, sizeof suite->summary));
  SPIQE_TRY(read_models(r, tree));
  SPIQE_TRY(read_names(r, spiqe_yaml_get(tree, "data"), SPIQE_SUITE_MOST_DATA, suite->data,
                       &suite->n_data));
  SPIQE_TRY(read_protocol(r, tree));
  return read_quick(r, tree, is_quick);
}

spiqe_status spiqe_suite_parse(spiqe_context *ctx, const char *name, const char *text, size_t size,
                               int is_quick, spiqe_suite **out) {
  spiqe_yaml *tree = NULL;
  *out = NULL;
  SPIQE_TRY(spiqe_yaml_parse(ctx, name, text, size, &tree));
  spiqe_model *models[SPIQE_SUITE_MOST_MODELS] = {NULL};
  const reading r = {ctx, name, calloc(1, sizeof *r.suite), models};
  spiqe_status status = r.suite ? read_tree(&r, tree, is_quick)
                                : spiqe_fail(ctx, SPIQE_NO_MEMORY, "%s: no memory", name);
  spiqe_yaml_destroy(tree);
  for (size_t i = 0; i < SPIQE_SUITE_MOST_MODELS; i++) spiqe_model_destroy(models[i]);
  if (status == SPIQE_OK)
    *out = r.suite;
  else
    spiqe_suite_destroy(r.suite);
  return status;
}

void spiqe_suite_destroy(spiqe_suite *suite) {
  if (!suite) return;
  for (size_t i = 0; i < suite->n_models; i++) free(suite->models[i]);
  for (size_t i = 0; i < suite->n_data; i++) free(suite->data[i]);
  for (size_t i = 0; i < suite->n_changes; i++) {
    free(suite->changes[i].change);
    free(suite->changes[i].data);
  }
  free(suite);
}

spiqe_status spiqe_suite_open(spiqe_context *ctx, const char *name_or_path, int is_quick,
                              spiqe_suite **out) {
  char *text;
  size_t size;
  *out = NULL;
  SPIQE_TRY(spiqe_shipped_read(ctx, "suite", spiqe_shipped_suites, spiqe_n_shipped_suites,
                               name_or_path, &text, &size));
  spiqe_status status = spiqe_suite_parse(ctx, name_or_path, text, size, is_quick, out);
  free(text);
  return status;
}

spiqe_status spiqe_suite_model(spiqe_context *ctx, const spiqe_suite *suite, size_t index,
                               const char *data, spiqe_model **out) {
  *out = NULL;
  SPIQE_REQUIRE(ctx, index < suite->n_models, SPIQE_BAD_INDEX, "model %zu, but the suite has %zu",
                index, suite->n_models);
  SPIQE_TRY(spiqe_model_open(ctx, suite->models[index], out));
  for (size_t i = 0; i < suite->n_changes; i++) {
    const spiqe_suite_change *change = &suite->changes[i];
    if (change->data && !is_set(change->data, data)) continue;
    spiqe_status status = spiqe_model_assign(*out, change->change);
    if (status == SPIQE_OK) continue;
    spiqe_model_destroy(*out);
    *out = NULL;
    return status;
  }
  return SPIQE_OK;
}
