/* Helpers that synapses and neurons share. */
#include "stage/stage.h"

#include "spiqe/random.h"

/* Behind the `*n` elements that are there. */
static void add_part(spiqe_stage *stage, const char *name, size_t n_dimensions, const size_t *shape,
                     int is_buffer, size_t *n) {
  spiqe_parameter *part = &stage->named[stage->n_named++];
  *part = (spiqe_parameter){
      .name = name, .n_dimensions = n_dimensions, .offset = *n, .size = 1, .is_buffer = is_buffer};
  for (size_t i = 0; i < n_dimensions; i++) {
    part->shape[i] = shape[i];
    part->size *= shape[i];
  }
  *n += part->size;
}

void spiqe_stage_add_parameter(spiqe_stage *stage, const char *name, size_t n_dimensions,
                               const size_t *shape) {
  add_part(stage, name, n_dimensions, shape, 0, &stage->n_parameters);
}

void spiqe_stage_add_buffer(spiqe_stage *stage, const char *name, size_t n_dimensions,
                            const size_t *shape) {
  add_part(stage, name, n_dimensions, shape, 1, &stage->n_buffers);
}

void spiqe_stage_uniform(const uint32_t key[2], size_t which, double bound, size_t n, double *out) {
  for (size_t i = 0; i < n; i++) out[i] = bound * (2 * spiqe_random_uniform(key, i, which) - 1);
}
