/* Model: the description of a network and of how it is trained, in YAML or built by calls. */
#ifndef SPIQE_MODEL_H
#define SPIQE_MODEL_H

#include <stddef.h>

#include "spiqe/context.h"
#include "spiqe/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct spiqe_model spiqe_model;

/* An empty model: direct encoding, no stages, default loss and training. name: a line of UTF-8 of
 * at most 63 bytes. input: shape of one sample, [n_dimensions]; n_dimensions 0: it follows from the
 * data (spiqe_model_fit). Fails: SPIQE_BAD_ARGUMENT (name),
 * SPIQE_BAD_SHAPE, SPIQE_NO_MEMORY. */
spiqe_status spiqe_model_create(spiqe_context *ctx, const char *name, const size_t *input,
                                size_t n_dimensions, spiqe_model **out);

/* Read a description from a file, or a shipped one by name ("qsnn"; spiqe_model_shipped lists
 * them). Fails: SPIQE_BAD_NAME (nearest name), SPIQE_BAD_FORMAT (file:line, what was expected). */
spiqe_status spiqe_model_open(spiqe_context *ctx, const char *name_or_path, spiqe_model **out);

/* The same from text; name goes into messages. */
spiqe_status spiqe_model_parse(spiqe_context *ctx, const char *name, const char *text, size_t size,
                               spiqe_model **out);
void spiqe_model_destroy(spiqe_model *model);

/* Add a stage at the end: kind "dense", "qlif", "lif"; options as a YAML flow mapping,
 * "{units: 1000, planes: 2}", NULL for defaults. */
spiqe_status spiqe_model_add(spiqe_model *model, const char *kind, const char *options);

/* Set one value by its path: "train.rate", "loss.kind", "encode.steps", "stages.1.threshold".
 * Fails: SPIQE_BAD_NAME (nearest), SPIQE_BAD_ARGUMENT (what was expected). */
spiqe_status spiqe_model_set(spiqe_model *model, const char *path, const char *value);

/* The same as one text, "train.rate=0.01". Fails: as spiqe_model_set; SPIQE_BAD_ARGUMENT (no '=',
 * or a path of 128 bytes and more). */
spiqe_status spiqe_model_assign(spiqe_model *model, const char *assignment);

/* The description as YAML, every value written out; *text: owned by the caller (free). */
spiqe_status spiqe_model_print(const spiqe_model *model, char **text);

/* Fit a model to the samples that it is to learn from: an input shape that follows from the data
 * ("input: data") becomes that of a sample, and the last synapse, when it says "units: 0", gets as
 * many as there are classes. What is said already stays. Such a model must be fitted before it is
 * trained; checkpoints hold it as it is then. Fails: SPIQE_BAD_SHAPE (there are no labels to count
 * classes by, or the shape is too large). */
spiqe_status spiqe_model_fit(spiqe_model *model, const spiqe_samples *samples);

const char *spiqe_model_name(const spiqe_model *model);

/* Shipped descriptions: name, one-line summary, text; NULL past the last. Static. */
const char *spiqe_model_shipped(size_t index, const char **summary, const char **text);

#ifdef __cplusplus
}
#endif
#endif
