/* Model as the library sees it: the network's parts, the loss and the training, with settings. */
#ifndef SPIQE_MODEL_MODEL_H
#define SPIQE_MODEL_MODEL_H

#include "core/yaml.h"
#include "learn/learn.h"
#include "learn/local.h"
#include "loss/loss.h"
#include "network/network.h"
#include "spiqe/model.h"

#define SPIQE_MODEL_NAME_SIZE 64

struct spiqe_model {
  spiqe_context *ctx; /* borrowed */
  char name[SPIQE_MODEL_NAME_SIZE], summary[160];
  spiqe_network_spec network; /* settings owned */
  spiqe_loss_settings loss;
  spiqe_learn_settings learn;
  int is_local; /* 1: learns by the local rule */
  spiqe_local_settings local;
};

/* The table that reads one settings struct, so that all of them are read and printed one way. */
typedef struct spiqe_section {
  const spiqe_option *options;
  size_t n_options;
  void *settings; /* borrowed */
} spiqe_section;

/* Set all scalar children of a mapping. place: "models/x.yaml" for messages. */
spiqe_status spiqe_section_read(spiqe_context *ctx, const char *place, const spiqe_yaml *mapping,
                                spiqe_section section);

/* 1 when a name or summary is a line of UTF-8 that reads back from YAML as it is. */
int spiqe_model_is_text(const char *text);

/* Shape of a sample; n_dimensions 0: not known yet. Fails: SPIQE_BAD_SHAPE. */
spiqe_status spiqe_model_set_input(spiqe_model *model, const size_t *input, size_t n_dimensions);

/* Replace the encoder; add a stage at the end. Settings are set to their defaults. */
spiqe_status spiqe_model_use_encoder(spiqe_model *model, const char *kind);
spiqe_status spiqe_model_add_default(spiqe_model *model, const char *kind);

spiqe_section spiqe_model_encoder_section(const spiqe_model *model);
spiqe_section spiqe_model_stage_section(const spiqe_model *model, size_t i);
spiqe_section spiqe_model_loss_section(spiqe_model *model);
spiqe_section spiqe_model_learn_section(spiqe_model *model);
spiqe_section spiqe_model_local_section(spiqe_model *model);

#endif
