/* Property: any text gives a tree within the limits or a message that names it; every key of a
 * mapping is found. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "core/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t check(const spiqe_yaml *node, size_t depth) {
  size_t n = 1;
  if (depth > SPIQE_YAML_MOST_DEPTH || node->line == 0) abort();
  if ((node->kind == SPIQE_YAML_SCALAR) != (node->text != NULL)) abort();
  for (size_t i = 0; i < node->n_children; i++) {
    const spiqe_yaml *child = &node->children[i];
    if ((node->kind == SPIQE_YAML_MAPPING) != (child->key != NULL)) abort();
    if (child->key && spiqe_yaml_get(node, child->key) != child) abort();
    n += check(child, depth + 1);
  }
  return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct spiqe_context context = {0};
  spiqe_yaml *tree;
  spiqe_status status = spiqe_yaml_parse(&context, "f", (const char *)data, size, &tree);
  if ((status == SPIQE_OK) != (tree != NULL)) abort();
  if (status != SPIQE_OK && strncmp(context.message, "f:", 2) != 0) abort();
  if (tree && check(tree, 0) > SPIQE_YAML_MOST_NODES) abort();
  spiqe_yaml_destroy(tree);
  return 0;
}
