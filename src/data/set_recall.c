/* The built-in sets recall-1 to recall-8: a symbol is shown at the first step, nothing for some
 * steps, then a cue. What was shown must be named at the cue, so it has to be remembered. A sample
 * is [steps][(symbols + 1) x group]: each symbol has a group of inputs, the last is the cue. */
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "data/registry.h"
#include "data/samples.h"
#include "spiqe/random.h"

#define GROUP ((size_t)8) /* inputs of a symbol */
#define ACTIVE 0.8        /* probability that one of them is active */
#define RECALL_SEED 1     /* the sets are the same everywhere */
#define SILENT 0
#define FULL 255

/* Inputs of a group that are active; one at least, so that a symbol can always be told. */
static void show(const uint32_t key[2], size_t sample, size_t group, uint8_t *frame) {
  for (size_t i = 0; i < GROUP; i++)
    frame[group * GROUP + i] =
        i == sample % GROUP || spiqe_random_uniform(key, sample, group * GROUP + i) < ACTIVE
            ? FULL
            : SILENT;
}

spiqe_status spiqe_set_read_recall(spiqe_context *ctx, const spiqe_set *set, const char *folder,
                                   spiqe_split split, spiqe_samples *out) {
  const size_t n = set->n_samples[split], n_steps = set->shape[0], width = set->shape[1];
  uint32_t key[2], *order = malloc(n * sizeof *order);
  (void)folder;
  spiqe_samples_shape(set, split, out);
  out->bytes = calloc(n * out->n_features, 1);
  out->labels = malloc(n * sizeof *out->labels);
  if (!order || !out->bytes || !out->labels) {
    free(order);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "%s: no memory for %zu samples", set->name, n);
  }
  spiqe_random_key(RECALL_SEED, SPIQE_PURPOSE_RECALL, 2 * n_steps + split, key);
  spiqe_random_permutation(key, n, order);
  for (size_t i = 0; i < n; i++) {
    uint8_t *sample = out->bytes + i * out->n_features;
    out->labels[i] = (uint16_t)(order[i] % set->n_classes);
    show(key, i, out->labels[i], sample);
    show(key, i, set->n_classes, sample + (n_steps - 1) * width);
  }
  free(order);
  return SPIQE_OK;
}
