/* Suite: models that are to be compared under one protocol. Its YAML has the keys name, summary,
 * models (names of shipped descriptions, or files), data (sets, where none are asked for; may be
 * left out), seeds (trainings of each model on each set), limit (samples of each part; 0: all), set
 * (the protocol, changed in every model: {train.epochs: 10}), set_for (more of it, in the order
 * written, for one set or some classes of it, {digits: {train.epochs: 20}}, or for these classes
 * alone, {"digits:1,7": ...}; a set among data, or without data one that there is) and quick
 * (seeds, limit and set for a quick look; what it does not say is as above it, its `set` comes
 * last). */
#ifndef SPIQE_SUITE_H
#define SPIQE_SUITE_H

#include <stddef.h>

#include "spiqe/context.h"
#include "spiqe/model.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SPIQE_SUITE_MOST_MODELS 32
#define SPIQE_SUITE_MOST_DATA 16
#define SPIQE_SUITE_MOST_CHANGES 64

typedef struct spiqe_suite_change {
  char *data;   /* owned; the name of the set it is for, NULL: all */
  char *change; /* owned; "train.epochs=10" */
} spiqe_suite_change;

typedef struct spiqe_suite {
  char name[64], summary[160];
  size_t n_seeds, limit; /* limit 0: all samples */
  size_t n_models, n_data, n_changes;
  char *models[SPIQE_SUITE_MOST_MODELS];                /* owned; names or files */
  char *data[SPIQE_SUITE_MOST_DATA];                    /* owned; names of sets */
  spiqe_suite_change changes[SPIQE_SUITE_MOST_CHANGES]; /* in order */
} spiqe_suite;

/* Read a suite from a file, or a shipped one by name ("qlif-paper"); is_quick 1: its quick form.
 * All models are opened and changed once, so that a suite that was read is one that can be run.
 * *out: freed by spiqe_suite_destroy. Fails: SPIQE_BAD_NAME (a suite, key or model that there is
 * not, with the nearest name), SPIQE_BAD_FORMAT (file:line, what was expected),
 * SPIQE_BAD_ARGUMENT (a value; quick of a suite that has none), SPIQE_FILE, SPIQE_NO_MEMORY. */
spiqe_status spiqe_suite_open(spiqe_context *ctx, const char *name_or_path, int is_quick,
                              spiqe_suite **out);

/* The same from text; name goes into messages. */
spiqe_status spiqe_suite_parse(spiqe_context *ctx, const char *name, const char *text, size_t size,
                               int is_quick, spiqe_suite **out);
void spiqe_suite_destroy(spiqe_suite *suite);

/* Model `index` with the suite's changes for a set ("usps:1,7" takes those of "usps" too); *out:
 * freed by spiqe_model_destroy. Fails: as spiqe_model_open, spiqe_model_assign; SPIQE_BAD_INDEX. */
spiqe_status spiqe_suite_model(spiqe_context *ctx, const spiqe_suite *suite, size_t index,
                               const char *data, spiqe_model **out);

/* Shipped suites: name, one-line summary, text; NULL past the last. Static. */
const char *spiqe_suite_shipped(size_t index, const char **summary, const char **text);

#ifdef __cplusplus
}
#endif
#endif
