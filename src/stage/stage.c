/* Helpers that synapses and neurons share. */
#include "stage/stage.h"

#include "spiqe/random.h"

void spiqe_stage_add_parameter(spiqe_stage *stage, const char *name, size_t n_dimensions,
                               const size_t *shape) {
  spiqe_parameter *part = &stage->named[stage->n_named++];
  *part = (spiqe_parameter){.name = name,
                            .n_dimensions = n_dimensions,
                            .offset = stage->n_parameters,
                            .size = 1};
  for (size_t i = 0; i < n_dimensions; i++) {
    part->shape[i] = shape[i];
    part->size *= shape[i];
  }
  stage->n_parameters += part->size;
}

void spiqe_stage_uniform(const uint32_t key[2], size_t which, double bound, size_t n, double *out) {
  for (size_t i = 0; i < n; i++) out[i] = bound * (2 * spiqe_random_uniform(key, i, which) - 1);
}
