/* Pictures of a run: weights of the first layer, and test samples that were taken for another. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/fail.h"
#include "report/run.h"
#include "train/classifier.h"

/* Larger samples would make the page heavy. */
#define MOST_PIXELS ((size_t)1 << 16)

/* Height and width when a sample is a picture; returns 0 when not. */
static int picture_size(const spiqe_samples *samples, size_t *height, size_t *width) {
  if (samples->n_dimensions != 2 || samples->n_features > MOST_PIXELS) return 0;
  *height = samples->shape[0];
  *width = samples->shape[1];
  return 1;
}

/* Place for n pictures, blank. */
static spiqe_status make_pictures(spiqe_context *ctx, size_t n, size_t height, size_t width,
                                  spiqe_run_pictures *out) {
  out->values = calloc(n * height * width + 1, sizeof *out->values);
  SPIQE_REQUIRE(ctx, out->values, SPIQE_NO_MEMORY, "no memory for %zu pictures", n);
  for (size_t i = 0; i < n; i++)
    out->rows[i] = (spiqe_picture){.caption = out->captions[i],
                                   .width = width,
                                   .height = height,
                                   .values = out->values + i * height * width};
  out->n = n;
  return SPIQE_OK;
}

/* Norm of the weights that lead to each neuron. keys: [n_neurons]. */
static spiqe_status weight_norms(const spiqe_classifier *c, size_t n_neurons, double *keys) {
  size_t n = spiqe_classifier_n_inputs(c);
  float *weights = malloc((n + 1) * sizeof *weights);
  SPIQE_REQUIRE(c->ctx, weights, SPIQE_NO_MEMORY, "no memory for %zu weights", n);
  spiqe_status status = SPIQE_OK;
  for (size_t u = 0; status == SPIQE_OK && u < n_neurons; u++) {
    status = spiqe_classifier_weights(c, u, weights);
    keys[u] = 0;
    for (size_t i = 0; i < n; i++) keys[u] += (double)weights[i] * (double)weights[i];
  }
  free(weights);
  return status;
}

static spiqe_status fill_weights(spiqe_run *run, const size_t *chosen) {
  spiqe_run_pictures *p = &run->weights;
  for (size_t i = 0; i < p->n; i++) {
    size_t n_pixels = p->rows[i].width * p->rows[i].height;
    SPIQE_TRY(spiqe_classifier_weights(run->classifier, chosen[i], p->values + i * n_pixels));
    snprintf(p->captions[i], sizeof p->captions[i], "neuron %zu", chosen[i]);
    p->rows[i].is_signed = 1;
  }
  return SPIQE_OK;
}

spiqe_status spiqe_run_add_weights(spiqe_run *run) {
  const spiqe_stage *first = &run->classifier->net->stages[0];
  size_t chosen[SPIQE_RUN_PICTURES], height, width;
  int has_weights = first->n_named > 0 && first->named[0].n_dimensions == 3;
  if (!has_weights || !picture_size(&run->samples, &height, &width)) return SPIQE_OK;
  if (spiqe_classifier_n_inputs(run->classifier) != height * width) return SPIQE_OK;
  size_t n_neurons = first->named[0].shape[2];
  size_t n = n_neurons < SPIQE_RUN_PICTURES ? n_neurons : SPIQE_RUN_PICTURES;
  double *keys = malloc((n_neurons + 1) * sizeof *keys);
  SPIQE_REQUIRE(run->ctx, keys, SPIQE_NO_MEMORY, "no memory for %zu neurons", n_neurons);
  spiqe_status status = weight_norms(run->classifier, n_neurons, keys);
  if (status == SPIQE_OK) status = spiqe_find_largest(run->ctx, keys, n_neurons, n, chosen);
  free(keys);
  SPIQE_TRY(status);
  SPIQE_TRY(make_pictures(run->ctx, n, height, width, &run->weights));
  return fill_weights(run, chosen);
}

static spiqe_status fill_confused(spiqe_run *run, const size_t *chosen) {
  spiqe_run_pictures *p = &run->confused;
  for (size_t i = 0; i < p->n; i++) {
    uint32_t index = (uint32_t)chosen[i];
    SPIQE_TRY(spiqe_samples_get(run->ctx, &run->samples, &index, 1,
                                p->values + i * run->samples.n_features));
    snprintf(p->captions[i], sizeof p->captions[i], "sample %zu: %u, taken for %u (%.2f)",
             chosen[i], run->samples.labels[index], run->test.predicted[index],
             (double)run->test.probability[index]);
  }
  return SPIQE_OK;
}

spiqe_status spiqe_run_add_confused(spiqe_run *run) {
  size_t chosen[SPIQE_RUN_CONFUSED], n_all = run->samples.n_samples, n_wrong = 0, height, width;
  if (!picture_size(&run->samples, &height, &width)) return SPIQE_OK;
  double *keys = malloc((n_all + 1) * sizeof *keys);
  SPIQE_REQUIRE(run->ctx, keys, SPIQE_NO_MEMORY, "no memory for %zu samples", n_all);
  for (size_t i = 0; i < n_all; i++) {
    int is_wrong = run->test.predicted[i] != run->samples.labels[i];
    keys[i] = is_wrong ? (double)run->test.probability[i] : -1;
    n_wrong += is_wrong != 0;
  }
  size_t n = n_wrong < SPIQE_RUN_CONFUSED ? n_wrong : SPIQE_RUN_CONFUSED;
  spiqe_status status = spiqe_find_largest(run->ctx, keys, n_all, n, chosen);
  free(keys);
  SPIQE_TRY(status);
  SPIQE_TRY(make_pictures(run->ctx, n, height, width, &run->confused));
  return fill_confused(run, chosen);
}
