/* Descriptions in YAML, read and printed.
 *
 *   name: qsnn
 *   summary: one line
 *   input: [28, 28]              (or: data, the shape of the samples)
 *   encode: {direct: {steps: 25}}
 *   stages:
 *     - dense: {units: 1000, planes: 2}
 *     - qlif: {threshold: 0.75}
 *   loss: {kind: count_membrane}
 *   train: {epochs: 3, batch: 200}
 *   local: {draws: 4}                  # by the local rule instead of backpropagation */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "model/model.h"
#include "model/shipped.h"

spiqe_status spiqe_section_read(spiqe_context *ctx, const char *place, const spiqe_yaml *mapping,
                                spiqe_section section) {
  if (mapping->kind == SPIQE_YAML_SCALAR && mapping->text[0] == 0) return SPIQE_OK; /* "qlif:" */
  SPIQE_REQUIRE(ctx, mapping->kind == SPIQE_YAML_MAPPING, SPIQE_BAD_FORMAT,
                "%s:%zu: %.40s: options are expected, as {option: value}", place, mapping->line,
                mapping->key ? mapping->key : "here");
  for (size_t i = 0; i < mapping->n_children; i++) {
    const spiqe_yaml *child = &mapping->children[i];
    SPIQE_REQUIRE(ctx, child->kind == SPIQE_YAML_SCALAR, SPIQE_BAD_FORMAT,
                  "%s:%zu: %.40s: a single value is expected", place, child->line, child->key);
    spiqe_status status = spiqe_option_set(ctx, section.options, section.n_options, child->key,
                                           child->text, section.settings);
    if (status != SPIQE_OK) return spiqe_fail_prefix(ctx, status, "%s:%zu", place, child->line);
  }
  return SPIQE_OK;
}

/* A mapping with one entry: the kind and its options. */
static spiqe_status single_entry(spiqe_context *ctx, const char *place, const spiqe_yaml *node,
                                 const char *what, const spiqe_yaml **entry) {
  SPIQE_REQUIRE(ctx, node->kind == SPIQE_YAML_MAPPING && node->n_children == 1, SPIQE_BAD_FORMAT,
                "%s:%zu: one %s with its options is expected, as 'kind: {option: value}'", place,
                node->line, what);
  *entry = &node->children[0];
  return SPIQE_OK;
}

static spiqe_status read_encoder(spiqe_model *model, const char *place, const spiqe_yaml *node) {
  const spiqe_yaml *entry = NULL;
  SPIQE_TRY(single_entry(model->ctx, place, node, "encoder", &entry));
  spiqe_status status = spiqe_model_use_encoder(model, entry->key);
  if (status != SPIQE_OK)
    return spiqe_fail_prefix(model->ctx, status, "%s:%zu", place, entry->line);
  return spiqe_section_read(model->ctx, place, entry, spiqe_model_encoder_section(model));
}

static spiqe_status read_stages(spiqe_model *model, const char *place, const spiqe_yaml *node) {
  SPIQE_REQUIRE(model->ctx, node->kind == SPIQE_YAML_SEQUENCE && node->n_children > 0,
                SPIQE_BAD_FORMAT, "%s:%zu: stages: a list of stages is expected", place,
                node->line);
  for (size_t i = 0; i < node->n_children; i++) {
    const spiqe_yaml *entry = NULL;
    SPIQE_TRY(single_entry(model->ctx, place, &node->children[i], "stage", &entry));
    spiqe_status status = spiqe_model_add_default(model, entry->key);
    if (status != SPIQE_OK)
      return spiqe_fail_prefix(model->ctx, status, "%s:%zu", place, entry->line);
    SPIQE_TRY(spiqe_section_read(model->ctx, place, entry,
                                 spiqe_model_stage_section(model, model->network.n_stages - 1)));
  }
  return SPIQE_OK;
}

static spiqe_status read_input(spiqe_context *ctx, const char *place, const spiqe_yaml *node,
                               size_t *shape, size_t *n) {
  *n = 0;
  if (node && node->kind == SPIQE_YAML_SCALAR && !strcmp(node->text, "data")) return SPIQE_OK;
  SPIQE_REQUIRE(ctx,
                node && node->kind == SPIQE_YAML_SEQUENCE && node->n_children >= 1 &&
                    node->n_children <= SPIQE_MOST_DIMENSIONS,
                SPIQE_BAD_FORMAT,
                "%s:%zu: input: the shape of a sample is expected, as [28, 28], or 'data'", place,
                node ? node->line : 1);
  for (size_t i = 0; i < node->n_children; i++) {
    static const spiqe_option axis = {"input", SPIQE_OPTION_SIZE, 0, "1", 1, 1 << 24, NULL, ""};
    const spiqe_yaml *child = &node->children[i];
    SPIQE_REQUIRE(ctx, child->kind == SPIQE_YAML_SCALAR, SPIQE_BAD_FORMAT,
                  "%s:%zu: input: whole numbers are expected", place, child->line);
    spiqe_status status = spiqe_option_set(ctx, &axis, 1, "input", child->text, &shape[i]);
    if (status != SPIQE_OK) return spiqe_fail_prefix(ctx, status, "%s:%zu", place, child->line);
  }
  *n = node->n_children;
  return SPIQE_OK;
}

static spiqe_status check_keys(spiqe_context *ctx, const char *place, const spiqe_yaml *tree) {
  static const char *const known[] = {"name",   "summary", "input", "encode",
                                      "stages", "loss",    "train", "local"};
  const size_t n_known = sizeof known / sizeof known[0];
  char hint[96];
  SPIQE_REQUIRE(ctx, tree->kind == SPIQE_YAML_MAPPING, SPIQE_BAD_FORMAT,
                "%s:%zu: a mapping with name, input, stages is expected", place, tree->line);
  for (size_t i = 0; i < tree->n_children; i++) {
    const spiqe_yaml *child = &tree->children[i];
    int found = 0;
    for (size_t k = 0; k < n_known; k++) found = found || !strcmp(child->key, known[k]);
    SPIQE_REQUIRE(ctx, found, SPIQE_BAD_NAME, "%s:%zu: unknown key '%.40s'%s", place, child->line,
                  child->key, spiqe_text_suggest(child->key, known, n_known, hint, sizeof hint));
  }
  return SPIQE_OK;
}

static spiqe_status read_text(spiqe_context *ctx, const char *place, const spiqe_yaml *node,
                              char *out, size_t out_size) {
  if (!node) return SPIQE_OK;
  SPIQE_REQUIRE(ctx, node->kind == SPIQE_YAML_SCALAR && strlen(node->text) < out_size,
                SPIQE_BAD_FORMAT, "%s:%zu: %s: a text of at most %zu bytes is expected", place,
                node->line, node->key, out_size - 1);
  SPIQE_REQUIRE(ctx, spiqe_model_is_text(node->text), SPIQE_BAD_FORMAT,
                "%s:%zu: %s: a control character, but a line of text is expected", place,
                node->line, node->key);
  snprintf(out, out_size, "%s", node->text);
  return SPIQE_OK;
}

static spiqe_status read_tree(spiqe_model *model, const char *place, const spiqe_yaml *tree) {
  const spiqe_yaml *encode = spiqe_yaml_get(tree, "encode"), *loss = spiqe_yaml_get(tree, "loss");
  const spiqe_yaml *stages = spiqe_yaml_get(tree, "stages"), *train = spiqe_yaml_get(tree, "train");
  const spiqe_yaml *local = spiqe_yaml_get(tree, "local");
  spiqe_context *ctx = model->ctx;
  SPIQE_TRY(read_text(ctx, place, spiqe_yaml_get(tree, "name"), model->name, sizeof model->name));
  SPIQE_TRY(read_text(ctx, place, spiqe_yaml_get(tree, "summary"), model->summary,
                      sizeof model->summary));
  SPIQE_REQUIRE(ctx, stages, SPIQE_BAD_FORMAT, "%s:%zu: the key 'stages' is missing", place,
                tree->line);
  if (encode) SPIQE_TRY(read_encoder(model, place, encode));
  SPIQE_TRY(read_stages(model, place, stages));
  if (loss) SPIQE_TRY(spiqe_section_read(ctx, place, loss, spiqe_model_loss_section(model)));
  if (train) SPIQE_TRY(spiqe_section_read(ctx, place, train, spiqe_model_learn_section(model)));
  if (local) SPIQE_TRY(spiqe_section_read(ctx, place, local, spiqe_model_local_section(model)));
  model->is_local = local != NULL;
  return SPIQE_OK;
}

static spiqe_status create(spiqe_context *ctx, const char *place, const spiqe_yaml *input,
                           spiqe_model **out) {
  size_t shape[SPIQE_MOST_DIMENSIONS], n_dimensions;
  SPIQE_TRY(read_input(ctx, place, input, shape, &n_dimensions));
  spiqe_status status = spiqe_model_create(ctx, "model", shape, n_dimensions, out);
  return status == SPIQE_OK ? status : spiqe_fail_prefix(ctx, status, "%s:%zu", place, input->line);
}

spiqe_status spiqe_model_parse(spiqe_context *ctx, const char *name, const char *text, size_t size,
                               spiqe_model **out) {
  spiqe_yaml *tree = NULL;
  spiqe_model *model = NULL;
  *out = NULL;
  spiqe_status status;
  SPIQE_TRY(spiqe_yaml_parse(ctx, name, text, size, &tree));
  SPIQE_TRY_GOTO(check_keys(ctx, name, tree), done);
  SPIQE_TRY_GOTO(create(ctx, name, spiqe_yaml_get(tree, "input"), &model), done);
  SPIQE_TRY_GOTO(read_tree(model, name, tree), done);
  *out = model;
  model = NULL;
done:
  spiqe_model_destroy(model);
  spiqe_yaml_destroy(tree);
  return status;
}

static void print_section(spiqe_text *out, const char *head, spiqe_section section) {
  spiqe_text_add(out, "%s: {", head);
  for (size_t i = 0; i < section.n_options; i++) {
    if (i) spiqe_text_add(out, ", ");
    spiqe_option_print(&section.options[i], section.settings, out);
  }
  spiqe_text_add(out, "}");
}

static void print_input(spiqe_text *out, const spiqe_network_spec *network) {
  spiqe_text_add(out, "input: %s", network->n_dimensions ? "[" : "data\n");
  for (size_t i = 0; i < network->n_dimensions; i++)
    spiqe_text_add(out, "%zu%s", network->shape[i], i + 1 < network->n_dimensions ? ", " : "]\n");
}

/* A YAML single-quoted text. */
static void print_quoted(spiqe_text *out, const char *key, const char *value) {
  spiqe_text_add(out, "%s: '", key);
  for (; *value; value++) spiqe_text_add(out, *value == '\'' ? "''" : "%c", *value);
  spiqe_text_add(out, "'\n");
}

spiqe_status spiqe_model_print(const spiqe_model *model, char **text) {
  spiqe_text out = {0};
  *text = NULL;
  print_quoted(&out, "name", model->name);
  if (model->summary[0]) print_quoted(&out, "summary", model->summary);
  print_input(&out, &model->network);
  spiqe_text_add(&out, "encode: {");
  print_section(&out, model->network.encoder->name, spiqe_model_encoder_section(model));
  spiqe_text_add(&out, "}\nstages:\n");
  for (size_t i = 0; i < model->network.n_stages; i++) {
    spiqe_text_add(&out, "  - ");
    print_section(&out, model->network.stages[i].kind->name, spiqe_model_stage_section(model, i));
    spiqe_text_add(&out, "\n");
  }
  spiqe_model *writable = (spiqe_model *)(uintptr_t)model; /* sections serve reading too */
  print_section(&out, "loss", spiqe_model_loss_section(writable));
  spiqe_text_add(&out, "\n");
  print_section(&out, "train", spiqe_model_learn_section(writable));
  spiqe_text_add(&out, "\n");
  if (model->is_local) {
    print_section(&out, "local", spiqe_model_local_section(writable));
    spiqe_text_add(&out, "\n");
  }
  if (out.failed) {
    spiqe_text_destroy(&out);
    return spiqe_fail(model->ctx, SPIQE_NO_MEMORY, "no memory to print the model");
  }
  *text = out.data;
  return SPIQE_OK;
}

spiqe_status spiqe_model_open(spiqe_context *ctx, const char *name_or_path, spiqe_model **out) {
  char *text;
  size_t size;
  *out = NULL;
  SPIQE_TRY(spiqe_shipped_read(ctx, "model", spiqe_shipped_models, spiqe_n_shipped_models,
                               name_or_path, &text, &size));
  spiqe_status status = spiqe_model_parse(ctx, name_or_path, text, size, out);
  free(text);
  return status;
}
