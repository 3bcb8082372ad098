/* Tables made by cmake/embed.cmake from models/NAME.yaml and models/suites/NAME.yaml. */
#ifndef SPIQE_MODEL_SHIPPED_H
#define SPIQE_MODEL_SHIPPED_H

#include "core/shipped.h"
#include "spiqe/context.h"

extern const spiqe_shipped spiqe_shipped_models[];
extern const size_t spiqe_n_shipped_models;
extern const spiqe_shipped spiqe_shipped_suites[];
extern const size_t spiqe_n_shipped_suites;

/* The text of a shipped description by name, or of a file. what: "model", for messages. *text:
 * owned by the caller (free), terminated. Fails: SPIQE_BAD_NAME (with the nearest name),
 * SPIQE_FILE, SPIQE_LIMIT (more than a YAML text may have), SPIQE_NO_MEMORY. */
spiqe_status spiqe_shipped_read(spiqe_context *ctx, const char *what, const spiqe_shipped *table,
                                size_t n, const char *name_or_path, char **text, size_t *size);

#endif
