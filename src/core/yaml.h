/* YAML as a small tree that remembers lines: scalars, sequences and mappings; no anchors, aliases,
 * tags or second documents. */
#ifndef SPIQE_CORE_YAML_H
#define SPIQE_CORE_YAML_H

#include <stddef.h>

#include "spiqe/context.h"

typedef enum spiqe_yaml_kind {
  SPIQE_YAML_SCALAR,
  SPIQE_YAML_SEQUENCE,
  SPIQE_YAML_MAPPING
} spiqe_yaml_kind;

typedef struct spiqe_yaml {
  spiqe_yaml_kind kind;
  size_t line;                 /* from 1; of the key where there is one */
  char *key;                   /* owned; of this entry in its mapping, NULL elsewhere */
  char *text;                  /* owned; scalar, else NULL */
  struct spiqe_yaml *children; /* owned, [n_children] */
  size_t n_children;
} spiqe_yaml;

/* Limits, so that a hostile file costs no more than its size justifies. */
#define SPIQE_YAML_MOST_BYTES ((size_t)1 << 20)
#define SPIQE_YAML_MOST_NODES 10000
#define SPIQE_YAML_MOST_DEPTH 16

/* Parse text[size]; name goes into messages ("models/x.yaml:12: ..."). *out: destroyed by the
 * caller, NULL on failure. Fails: SPIQE_BAD_FORMAT (with line and what was expected; a key given
 * twice too), SPIQE_LIMIT, SPIQE_NO_MEMORY. */
spiqe_status spiqe_yaml_parse(spiqe_context *ctx, const char *name, const char *text, size_t size,
                              spiqe_yaml **out);
void spiqe_yaml_destroy(spiqe_yaml *tree);

/* Child of a mapping by key; NULL when absent. */
const spiqe_yaml *spiqe_yaml_get(const spiqe_yaml *mapping, const char *key);

#endif
