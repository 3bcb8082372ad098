/* Counting of what a trained network does. */
#include <stdio.h>
#include <stdlib.h>

#include "core/fail.h"
#include "network/tally.h"
#include "spiqe/energy.h"
#include "stage/count.h"
#include "train/classifier.h"

static spiqe_status check_counts(const spiqe_network *net) {
  const spiqe_encoder_kind *encoder = net->spec->encoder;
  SPIQE_REQUIRE(net->ctx, encoder->count, SPIQE_UNSUPPORTED,
                "encode (%s): its operations cannot be counted", encoder->name);
  for (size_t i = 0; i < net->n_stages; i++)
    SPIQE_REQUIRE(net->ctx, net->stages[i].kind->count, SPIQE_UNSUPPORTED,
                  "stage %zu (%s): its operations cannot be counted", i, net->stages[i].kind->name);
  return SPIQE_OK;
}

/* The input is what the encoder does and emits: spikes that no neuron had to make. */
static void count_input(const spiqe_network *net, spiqe_tally *tally, size_t n_samples,
                        spiqe_activity_count *out) {
  const spiqe_activity activity = {.n_samples = n_samples};
  const uint64_t *counts = spiqe_tally_sum(tally, 0, &out->is_real[0]);
  out->stages[0] = spiqe_tally_encoding(tally);
  snprintf(out->names[0], sizeof out->names[0], "input");
  out->stages[0].counts[SPIQE_WORK_INPUT_SPIKES] =
      spiqe_count_output(&net->stages[0].in, counts, out->is_real[0], &activity, &out->stages[0]);
}

/* Numbers stay numbers, also where all of them happen to be 0 or 1. */
static int gives_numbers(const spiqe_stage *stage, const spiqe_activity *activity) {
  if (activity->out_is_real || stage->kind->is_graded) return 1;
  return !stage->kind->is_neuron && !stage->out.is_current && activity->in_is_real;
}

static void count_stage(const spiqe_network *net, size_t i, spiqe_tally *tally, size_t n_samples,
                        spiqe_activity_count *out) {
  const spiqe_stage *stage = &net->stages[i];
  spiqe_activity activity = {.n_samples = n_samples, .n_columns = spiqe_network_columns(net, i)};
  activity.in = spiqe_tally_sum(tally, i, &activity.in_is_real);
  activity.in_is_real = out->is_real[i];
  activity.out = spiqe_tally_sum(tally, i + 1, &activity.out_is_real);
  activity.out_is_real = out->is_real[i + 1] = gives_numbers(stage, &activity);
  snprintf(out->names[i + 1], sizeof out->names[0], "%zu %s", i, stage->kind->name);
  stage->kind->count(stage, &activity, &out->stages[i + 1]);
}

/* Means over the samples, and their sum. */
static void divide(spiqe_activity_count *out, double n) {
  for (size_t i = 0; i < out->n_stages; i++) {
    spiqe_work mean = {{0}};
    spiqe_work_add(&mean, &out->stages[i], 1 / n);
    out->stages[i] = mean;
    spiqe_work_add(&out->total, &mean, 1);
  }
}

spiqe_status spiqe_classifier_count(spiqe_classifier *c, const spiqe_samples *samples,
                                    spiqe_activity_count *out) {
  spiqe_tally *tally;
  *out = (spiqe_activity_count){.n_samples = samples->n_samples, .n_stages = c->net->n_stages + 1};
  SPIQE_TRY(check_counts(c->net));
  SPIQE_TRY(spiqe_tally_create(c->net, &tally));
  uint16_t *predicted = malloc((samples->n_samples + 1) * sizeof *predicted);
  spiqe_status status =
      spiqe_fail(c->ctx, SPIQE_NO_MEMORY, "no memory for %zu predictions", samples->n_samples);
  c->net->tally = tally;
  if (predicted) status = spiqe_classifier_predict(c, samples, predicted, NULL);
  c->net->tally = NULL;
  free(predicted);
  if (status == SPIQE_OK) {
    const size_t n = samples->n_samples * spiqe_classifier_n_runs(c);
    count_input(c->net, tally, n, out);
    for (size_t i = 0; i < c->net->n_stages; i++) count_stage(c->net, i, tally, n, out);
    divide(out, (double)n);
  }
  spiqe_tally_destroy(tally);
  return status;
}
