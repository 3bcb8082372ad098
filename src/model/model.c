/* Building of a model by calls. */
#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/utf8.h"
#include "neuron/neurons.h"
#include "synapse/synapses.h"

static const spiqe_stage_kind *stage_kind_at(size_t index) {
  size_t n_synapses = 0;
  while (spiqe_synapse_kind(n_synapses)) n_synapses++;
  if (index < n_synapses) return spiqe_synapse_kind(index);
  return spiqe_neuron_kind(index - n_synapses);
}

#define MOST_KINDS 64

static spiqe_status unknown_kind(spiqe_context *ctx, const char *what, const char *kind,
                                 const char *const *names, size_t n) {
  char hint[96], known[256] = "";
  for (size_t i = 0; i < n; i++) {
    if (strlen(known) + strlen(names[i]) + 3 >= sizeof known) break;
    if (i) strcat(known, ", ");
    strcat(known, names[i]);
  }
  return spiqe_fail(ctx, SPIQE_BAD_NAME, "unknown %s '%.40s'%s; known: %s", what, kind,
                    spiqe_text_suggest(kind, names, n, hint, sizeof hint), known);
}

static void *default_settings(const spiqe_option *options, size_t n, size_t size) {
  void *settings = calloc(1, size ? size : 1); /* a kind may have none */
  if (settings) spiqe_options_default(options, n, settings);
  return settings;
}

spiqe_status spiqe_model_use_encoder(spiqe_model *model, const char *kind) {
  const char *names[MOST_KINDS];
  size_t n = 0;
  const spiqe_encoder_kind *found = NULL;
  for (; spiqe_encoder_kind_at(n); n++) {
    names[n] = spiqe_encoder_kind_at(n)->name;
    if (!strcmp(names[n], kind)) found = spiqe_encoder_kind_at(n);
  }
  if (!found) return unknown_kind(model->ctx, "encoder", kind, names, n);
  void *settings = default_settings(found->options, found->n_options, found->settings_size);
  SPIQE_REQUIRE(model->ctx, settings, SPIQE_NO_MEMORY, "no memory for an encoder");
  free(model->network.encoder_settings);
  model->network.encoder_settings = settings;
  model->network.encoder = found;
  return SPIQE_OK;
}

spiqe_status spiqe_model_add_default(spiqe_model *model, const char *kind) {
  const char *names[MOST_KINDS];
  size_t n = 0;
  const spiqe_stage_kind *found = NULL;
  for (; stage_kind_at(n); n++) {
    names[n] = stage_kind_at(n)->name;
    if (!strcmp(names[n], kind)) found = stage_kind_at(n);
  }
  if (!found) return unknown_kind(model->ctx, "stage", kind, names, n);
  SPIQE_REQUIRE(model->ctx, model->network.n_stages < SPIQE_MOST_STAGES, SPIQE_LIMIT,
                "more than %d stages", SPIQE_MOST_STAGES);
  void *settings = default_settings(found->options, found->n_options, found->settings_size);
  SPIQE_REQUIRE(model->ctx, settings, SPIQE_NO_MEMORY, "no memory for a stage");
  model->network.stages[model->network.n_stages++] = (spiqe_stage_spec){found, settings};
  return SPIQE_OK;
}

spiqe_status spiqe_model_set_input(spiqe_model *model, const size_t *input, size_t n_dimensions) {
  size_t n = 1;
  SPIQE_REQUIRE(model->ctx, n_dimensions <= SPIQE_MOST_DIMENSIONS, SPIQE_BAD_SHAPE,
                "input: %zu axes, but at most %d are expected", n_dimensions,
                SPIQE_MOST_DIMENSIONS);
  for (size_t i = 0; i < n_dimensions; i++) {
    SPIQE_REQUIRE(model->ctx, input[i] >= 1 && input[i] <= (1u << 24) / n, SPIQE_BAD_SHAPE,
                  "input: axis %zu is %zu; sizes are at least 1, their product at most 2^24", i,
                  input[i]);
    n *= input[i];
    model->network.shape[i] = input[i];
  }
  model->network.n_dimensions = n_dimensions;
  return SPIQE_OK;
}

/* Control characters, C1 (U+0080 to U+009F) and the line and paragraph separators (U+2028, U+2029)
 * would not read back from YAML; U+FFFE and U+FFFF are no characters. */
int spiqe_model_is_text(const char *text) {
  static const char *const breaks[] = {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbf\xbe",
                                       "\xef\xbf\xbf"};
  for (const unsigned char *c = (const unsigned char *)text; *c; c++)
    if (*c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0)) return 0;
  for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++)
    if (strstr(text, breaks[i])) return 0;
  return spiqe_utf8_prefix(text, strlen(text)) == strlen(text);
}

spiqe_status spiqe_model_create(spiqe_context *ctx, const char *name, const size_t *input,
                                size_t n_dimensions, spiqe_model **out) {
  *out = NULL;
  SPIQE_REQUIRE(ctx, spiqe_model_is_text(name) && strlen(name) < SPIQE_MODEL_NAME_SIZE,
                SPIQE_BAD_ARGUMENT, "name: a line of UTF-8 text of at most %d bytes is expected",
                SPIQE_MODEL_NAME_SIZE - 1);
  spiqe_model *model = calloc(1, sizeof *model);
  SPIQE_REQUIRE(ctx, model, SPIQE_NO_MEMORY, "no memory for a model");
  model->ctx = ctx;
  snprintf(model->name, sizeof model->name, "%s", name);
  spiqe_options_default(spiqe_loss_options, spiqe_loss_n_options, &model->loss);
  spiqe_options_default(spiqe_learn_options, spiqe_learn_n_options, &model->learn);
  spiqe_options_default(spiqe_local_options, spiqe_local_n_options, &model->local);
  spiqe_status status = spiqe_model_set_input(model, input, n_dimensions);
  if (status == SPIQE_OK) status = spiqe_model_use_encoder(model, "direct");
  if (status != SPIQE_OK) {
    spiqe_model_destroy(model);
    return status;
  }
  *out = model;
  return SPIQE_OK;
}

void spiqe_model_destroy(spiqe_model *model) {
  if (!model) return;
  for (size_t i = 0; i < model->network.n_stages; i++) free(model->network.stages[i].settings);
  free(model->network.encoder_settings);
  free(model);
}

const char *spiqe_model_name(const spiqe_model *model) {
  return model->name;
}

spiqe_section spiqe_model_encoder_section(const spiqe_model *model) {
  const spiqe_network_spec *n = &model->network;
  return (spiqe_section){n->encoder->options, n->encoder->n_options, n->encoder_settings};
}

spiqe_section spiqe_model_stage_section(const spiqe_model *model, size_t i) {
  const spiqe_stage_spec *stage = &model->network.stages[i];
  return (spiqe_section){stage->kind->options, stage->kind->n_options, stage->settings};
}

spiqe_section spiqe_model_loss_section(spiqe_model *model) {
  return (spiqe_section){spiqe_loss_options, spiqe_loss_n_options, &model->loss};
}

spiqe_section spiqe_model_learn_section(spiqe_model *model) {
  return (spiqe_section){spiqe_learn_options, spiqe_learn_n_options, &model->learn};
}

spiqe_section spiqe_model_local_section(spiqe_model *model) {
  return (spiqe_section){spiqe_local_options, spiqe_local_n_options, &model->local};
}

spiqe_status spiqe_model_add(spiqe_model *model, const char *kind, const char *options) {
  spiqe_yaml *tree = NULL;
  SPIQE_TRY(spiqe_model_add_default(model, kind));
  if (!options) return SPIQE_OK;
  size_t i = model->network.n_stages - 1;
  spiqe_status status = spiqe_yaml_parse(model->ctx, kind, options, strlen(options), &tree);
  if (status == SPIQE_OK)
    status = spiqe_section_read(model->ctx, kind, tree, spiqe_model_stage_section(model, i));
  spiqe_yaml_destroy(tree);
  if (status != SPIQE_OK) free(model->network.stages[--model->network.n_stages].settings);
  return status;
}

static spiqe_status set_in(spiqe_context *ctx, spiqe_section section, const char *path,
                           const char *key, const char *value) {
  spiqe_status status =
      spiqe_option_set(ctx, section.options, section.n_options, key, value, section.settings);
  int parents = (int)(strlen(path) - strlen(key)) - 1; /* the message names the key */
  return status == SPIQE_OK ? status : spiqe_fail_prefix(ctx, status, "%.*s", parents, path);
}

/* "1.threshold" sets it in stage 1, "qlif.threshold" in every qlif. */
static spiqe_status set_in_stages(spiqe_model *model, const char *path, const char *rest,
                                  const char *value) {
  const char *dot = strchr(rest, '.');
  char which[64], number[24];
  int n_set = 0;
  SPIQE_REQUIRE(model->ctx, dot && (size_t)(dot - rest) < sizeof which, SPIQE_BAD_NAME,
                "%s: stages.NUMBER.KEY or stages.KIND.KEY is expected", path);
  snprintf(which, sizeof which, "%.*s", (int)(dot - rest), rest);
  for (size_t i = 0; i < model->network.n_stages; i++) {
    snprintf(number, sizeof number, "%zu", i);
    if (strcmp(which, number) && strcmp(which, model->network.stages[i].kind->name)) continue;
    SPIQE_TRY(set_in(model->ctx, spiqe_model_stage_section(model, i), path, dot + 1, value));
    n_set++;
  }
  const char *kinds[SPIQE_MOST_STAGES];
  char hint[96];
  size_t n_stages = model->network.n_stages;
  for (size_t i = 0; i < n_stages; i++) kinds[i] = model->network.stages[i].kind->name;
  SPIQE_REQUIRE(model->ctx, n_set > 0, SPIQE_BAD_NAME,
                "%s: the model has no stage '%s'%s; it has %zu, from 0", path, which,
                spiqe_text_suggest(which, kinds, n_stages, hint, sizeof hint),
                model->network.n_stages);
  return SPIQE_OK;
}

spiqe_status spiqe_model_set(spiqe_model *model, const char *path, const char *value) {
  static const char *const sections[] = {"encode.", "stages.", "loss.", "train.", "local."};
  char hint[96];
  if (!strncmp(path, "encode.", 7))
    return set_in(model->ctx, spiqe_model_encoder_section(model), path, path + 7, value);
  if (!strncmp(path, "stages.", 7)) return set_in_stages(model, path, path + 7, value);
  if (!strncmp(path, "loss.", 5))
    return set_in(model->ctx, spiqe_model_loss_section(model), path, path + 5, value);
  if (!strncmp(path, "train.", 6))
    return set_in(model->ctx, spiqe_model_learn_section(model), path, path + 6, value);
  if (!strncmp(path, "local.", 6)) {
    SPIQE_TRY(set_in(model->ctx, spiqe_model_local_section(model), path, path + 6, value));
    model->is_local = 1;
    return SPIQE_OK;
  }
  return spiqe_fail(model->ctx, SPIQE_BAD_NAME,
                    "'%.60s': a path begins with encode., stages., loss., train. or local.%s", path,
                    spiqe_text_suggest(path, sections, 5, hint, sizeof hint));
}

spiqe_status spiqe_model_assign(spiqe_model *model, const char *assignment) {
  char path[128];
  const size_t size = strcspn(assignment, "=");
  SPIQE_REQUIRE(model->ctx, assignment[size] && size < sizeof path, SPIQE_BAD_ARGUMENT,
                "'%.60s', but PATH=VALUE is expected, as train.rate=0.01", assignment);
  memcpy(path, assignment, size);
  path[size] = 0;
  return spiqe_model_set(model, path, assignment + size + 1);
}
