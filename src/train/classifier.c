/* Making of a classifier, prediction and test. */
#include "train/classifier.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/fail.h"
#include "train/scores.h"

/* Numbers of the sequences that go through the network at once when nothing is learnt. */
#define TEST_ELEMENTS ((size_t)1 << 24)

size_t spiqe_network_n_classes(const spiqe_network *net) {
  return net->stages[net->n_stages - 1].out.n_units;
}

/* "28 x 28" */
static void print_shape(const size_t *shape, size_t n, char *out, size_t size) {
  size_t at = 0;
  out[0] = 0;
  for (size_t i = 0; i < n && at < size; i++)
    at += (size_t)snprintf(out + at, size - at, "%s%zu", i ? " x " : "", shape[i]);
}

/* An event outside of the shape would be written outside of the sequence. */
static spiqe_status check_events(const spiqe_model *model, const spiqe_samples *samples) {
  const size_t *shape = samples->shape, *first = samples->first_event;
  SPIQE_REQUIRE(model->ctx, samples->n_dimensions == 3 && first, SPIQE_BAD_SHAPE,
                "recordings of events have the shape polarities x height x width");
  for (size_t i = 0; i < samples->n_samples; i++)
    for (size_t k = first[i]; k < first[i + 1]; k++) {
      const spiqe_address_event *e = &samples->events[k];
      const int is_inside = e->polarity < shape[0] && e->y < shape[1] && e->x < shape[2];
      const int is_later = k == first[i] || e[-1].time <= e->time;
      SPIQE_REQUIRE(model->ctx, is_inside && is_later, SPIQE_BAD_FORMAT,
                    "sample %zu, event %zu: polarity %u, y %u, x %u at %u us is not in %zu x %zu x "
                    "%zu, or before the event before it",
                    i, k - first[i], e->polarity, e->y, e->x, e->time, shape[0], shape[1],
                    shape[2]);
    }
  return SPIQE_OK;
}

static spiqe_status check_form(const spiqe_model *model, const spiqe_samples *samples) {
  const spiqe_encoder_kind *encoder = model->network.encoder;
  SPIQE_REQUIRE(model->ctx, encoder->takes_events || !samples->events, SPIQE_BAD_SHAPE,
                "the samples are recordings of events, which the encoder 'events' takes, but the "
                "model '%s' has '%s'",
                model->name, encoder->name);
  SPIQE_REQUIRE(model->ctx, !encoder->takes_events || samples->events, SPIQE_BAD_SHAPE,
                "the model '%s' takes recordings of events (encoder 'events'), but the samples are "
                "numbers",
                model->name);
  return samples->events ? check_events(model, samples) : SPIQE_OK;
}

/* A recording fits a sensor that is not smaller, since a file need not say how large its own is. A
 * flat sample fits any shape of as many values; 14 x 56 does not fit 28 x 28. */
static int fits(const spiqe_network_spec *spec, const spiqe_samples *samples) {
  size_t n = spec->n_dimensions, n_values = 1;
  int is_same = samples->n_dimensions == n, is_inside = is_same;
  for (size_t i = 0; i < n; i++) {
    n_values *= spec->shape[i];
    is_same = is_same && samples->shape[i] == spec->shape[i];
    is_inside = is_inside && samples->shape[i] <= spec->shape[i];
  }
  if (samples->events) return is_inside;
  return samples->n_dimensions == n ? is_same : samples->n_features == n_values;
}

spiqe_status spiqe_model_check_samples(const spiqe_model *model, const spiqe_samples *samples) {
  const spiqe_network_spec *spec = &model->network;
  char theirs[96], mine[96];
  SPIQE_REQUIRE(model->ctx, samples->n_samples > 0, SPIQE_BAD_SHAPE, "there are no samples");
  SPIQE_TRY(check_form(model, samples));
  print_shape(samples->shape, samples->n_dimensions, theirs, sizeof theirs);
  print_shape(spec->shape, spec->n_dimensions, mine, sizeof mine);
  SPIQE_REQUIRE(model->ctx, fits(spec, samples), SPIQE_BAD_SHAPE,
                "a sample is %s, but the model '%s' takes %s", theirs, model->name, mine);
  return SPIQE_OK;
}

/* What is not a number would come out as a class like any other. */
static spiqe_status check_finite(const spiqe_classifier *c, const spiqe_samples *samples) {
  size_t n = samples->n_features;
  for (size_t i = 0; samples->floats && i < samples->n_samples * n; i++)
    SPIQE_REQUIRE(c->ctx, isfinite(samples->floats[i]), SPIQE_BAD_FORMAT,
                  "sample %zu: value %zu is not finite", i / n, i % n);
  return SPIQE_OK;
}

/* A label is a row of the confusion matrix, so a wrong one would be written outside of it. */
spiqe_status spiqe_classifier_check_labels(const spiqe_classifier *c,
                                           const spiqe_samples *samples) {
  SPIQE_REQUIRE(c->ctx, samples->labels, SPIQE_BAD_SHAPE, "the samples have no labels");
  SPIQE_REQUIRE(c->ctx, samples->n_classes <= spiqe_network_n_classes(c->net), SPIQE_BAD_SHAPE,
                "the data has %zu classes, but the model '%s' gives %zu", samples->n_classes,
                c->model->name, spiqe_network_n_classes(c->net));
  for (size_t i = 0; i < samples->n_samples; i++)
    SPIQE_REQUIRE(c->ctx, samples->labels[i] < samples->n_classes, SPIQE_BAD_INDEX,
                  "sample %zu: label %u, but there are %zu classes", i, samples->labels[i],
                  samples->n_classes);
  return SPIQE_OK;
}

spiqe_status spiqe_classifier_create(spiqe_context *ctx, const spiqe_model *model, uint64_t seed,
                                     spiqe_classifier **out) {
  *out = NULL;
  spiqe_classifier *c = calloc(1, sizeof *c);
  SPIQE_REQUIRE(ctx, c, SPIQE_NO_MEMORY, "no memory for a classifier");
  *c = (spiqe_classifier){.ctx = ctx, .model = model, .seed = seed, .recording = -1, .n_runs = 1};
  spiqe_status status = spiqe_network_create(ctx, &model->network, SPIQE_F32, &c->net);
  if (status == SPIQE_OK && spiqe_network_n_classes(c->net) > SPIQE_MOST_CLASSES)
    status = spiqe_fail(ctx, SPIQE_LIMIT, "the last layer has %zu neurons, but at most %d classes",
                        spiqe_network_n_classes(c->net), SPIQE_MOST_CLASSES);
  if (status == SPIQE_OK) status = spiqe_network_initialise(c->net, seed);
  if (status != SPIQE_OK) {
    spiqe_classifier_destroy(c);
    return status;
  }
  *out = c;
  return SPIQE_OK;
}

void spiqe_classifier_destroy(spiqe_classifier *c) {
  if (!c) return;
  if (c->net) spiqe_classifier_drop_circuits(c);
  spiqe_network_destroy(c->net);
  spiqe_model_destroy(c->owned_model);
  free(c);
}

const spiqe_model *spiqe_classifier_model(const spiqe_classifier *c) {
  return c->model;
}

const char *spiqe_classifier_path(const spiqe_classifier *c) {
  return c->path;
}

size_t spiqe_classifier_n_classes(const spiqe_classifier *c) {
  return spiqe_network_n_classes(c->net);
}

size_t spiqe_classifier_n_parameters(const spiqe_classifier *c) {
  return c->net->n_parameters;
}

size_t spiqe_classifier_n_steps(const spiqe_classifier *c) {
  return c->net->encoding.n_steps;
}

const char *spiqe_classifier_data(const spiqe_classifier *c) {
  return c->data;
}

uint64_t spiqe_classifier_seed(const spiqe_classifier *c) {
  return c->seed;
}

size_t spiqe_classifier_epochs(const spiqe_classifier *c) {
  return c->epochs;
}

spiqe_status spiqe_classifier_set_runs(spiqe_classifier *c, size_t n_runs) {
  SPIQE_REQUIRE(c->ctx, n_runs >= 1 && n_runs <= 1000000, SPIQE_BAD_ARGUMENT,
                "%zu runs of a sample, but 1 to 1000000 are possible", n_runs);
  c->n_runs = n_runs;
  return SPIQE_OK;
}

spiqe_status spiqe_classifier_plan(spiqe_classifier *c, int recording) {
  if (c->recording == recording) return SPIQE_OK;
  spiqe_classifier_drop_circuits(c); /* they are made for the plan */
  const spiqe_encoding *input = &c->net->encoding;
  size_t per_sample = input->is_static ? 0 : input->n_steps * input->n_units, batch;
  for (size_t i = 0; i < c->net->n_stages; i++)
    per_sample += c->net->stages[i].out.n_steps * c->net->stages[i].out.n_units;
  batch = TEST_ELEMENTS / per_sample;
  if (batch > SPIQE_TEST_BATCH) batch = SPIQE_TEST_BATCH;
  c->recording = -1; /* a plan that fails leaves none */
  SPIQE_TRY(spiqe_network_plan(c->net, recording || !batch ? 1 : batch, 0, recording));
  c->recording = recording;
  return SPIQE_OK;
}

spiqe_status spiqe_classifier_predict(spiqe_classifier *c, const spiqe_samples *samples,
                                      uint16_t *predicted, float *probabilities) {
  SPIQE_TRY(spiqe_model_check_samples(c->model, samples));
  SPIQE_TRY(check_finite(c, samples));
  SPIQE_TRY(spiqe_classifier_plan(c, 0));
  spiqe_loss loss = {.settings = c->model->loss,
                     .predicted = predicted,
                     .probabilities = probabilities};
  return spiqe_classifier_run(c, samples, &loss, NULL);
}

static void fill_layers(const spiqe_network *net, const double *spikes, spiqe_test_result *r) {
  double all = 0;
  for (size_t i = 0; i < net->n_stages; i++) {
    const spiqe_stage *stage = &net->stages[i];
    if (!stage->kind->is_neuron) continue;
    const int is_graded = stage->kind->is_graded;
    const size_t at = is_graded ? r->n_graded++ : r->n_layers++;
    double neuron_steps = (double)(stage->out.n_units * stage->out.n_steps * r->n_samples);
    snprintf(is_graded ? r->graded_names[at] : r->layer_names[at], sizeof r->layer_names[0],
             "%zu %.16s", i, stage->kind->name);
    *(is_graded ? &r->active_outputs[at] : &r->firing_rates[at]) = spikes[i] / neuron_steps;
    all += is_graded ? 0 : spikes[i];
  }
  r->spikes_per_sample = all / (double)r->n_samples;
}

static spiqe_status fill_scores(spiqe_context *ctx, const spiqe_samples *samples,
                                const double *losses, const float *p, spiqe_test_result *r) {
  size_t n = r->n_classes;
  for (size_t i = 0; i < r->n_samples; i++) {
    r->confusion[samples->labels[i] * n + r->predicted[i]]++;
    r->probability[i] = p[i * n + r->predicted[i]];
    r->loss += losses[i];
  }
  r->loss /= (double)r->n_samples;
  r->accuracy = spiqe_confusion_accuracy(r->confusion, n);
  const spiqe_macro macro = spiqe_confusion_macro(r->confusion, n);
  r->macro_precision = macro.precision;
  r->macro_recall = macro.recall;
  r->macro_f1 = macro.f1;
  return spiqe_roc_area(ctx, r->n_samples, n, p, samples->labels, &r->roc_auc);
}

spiqe_status spiqe_classifier_test(spiqe_classifier *c, const spiqe_samples *samples,
                                   spiqe_test_result *r) {
  *r = (spiqe_test_result){.n_samples = samples->n_samples,
                           .n_classes = spiqe_network_n_classes(c->net)};
  double spikes[SPIQE_MOST_STAGES] = {0};
  SPIQE_TRY(spiqe_model_check_samples(c->model, samples));
  SPIQE_TRY(spiqe_classifier_check_labels(c, samples));
  SPIQE_TRY(check_finite(c, samples));
  SPIQE_TRY(spiqe_classifier_plan(c, 0));
  r->confusion = calloc(r->n_classes * r->n_classes, sizeof *r->confusion);
  r->predicted = calloc(r->n_samples, sizeof *r->predicted);
  r->probability = calloc(r->n_samples, sizeof *r->probability);
  float *p = calloc(r->n_samples * r->n_classes, sizeof *p);
  double *losses = calloc(r->n_samples, sizeof *losses), start = spiqe_clock_seconds();
  spiqe_status status = SPIQE_OK;
  if (!r->confusion || !r->predicted || !r->probability || !p || !losses)
    status = spiqe_fail(c->ctx, SPIQE_NO_MEMORY, "no memory for %zu results", r->n_samples);
  spiqe_loss loss = {.settings = c->model->loss,
                     .labels = samples->labels,
                     .losses = losses,
                     .predicted = r->predicted,
                     .probabilities = p};
  if (status == SPIQE_OK) status = spiqe_classifier_run(c, samples, &loss, spikes);
  if (status == SPIQE_OK) {
    r->seconds = spiqe_clock_seconds() - start;
    r->samples_per_second = (double)r->n_samples / r->seconds;
    status = fill_scores(c->ctx, samples, losses, p, r);
    fill_layers(c->net, spikes, r);
    r->peak_memory = spiqe_peak_memory();
  }
  if (status != SPIQE_OK) spiqe_test_result_clear(r);
  free(p);
  free(losses);
  return status;
}

void spiqe_test_result_clear(spiqe_test_result *r) {
  free(r->confusion);
  free(r->predicted);
  free(r->probability);
  *r = (spiqe_test_result){0};
}

size_t spiqe_classifier_n_inputs(const spiqe_classifier *c) {
  return c->net->stages[0].in.n_units;
}

spiqe_status spiqe_classifier_weights(const spiqe_classifier *c, size_t neuron, float *out) {
  const spiqe_stage *first = &c->net->stages[0];
  const float *weights = c->net->parameters;
  SPIQE_REQUIRE(c->ctx, first->n_named > 0 && first->named[0].n_dimensions == 3, SPIQE_UNSUPPORTED,
                "the first stage (%s) has no weights to show", first->kind->name);
  SPIQE_REQUIRE(c->ctx, neuron < first->named[0].shape[2], SPIQE_BAD_INDEX,
                "neuron %zu, but the first layer has %zu", neuron, first->named[0].shape[2]);
  for (size_t i = 0; i < first->in.n_units; i++) out[i] = weights[i * first->out.n_units + neuron];
  return SPIQE_OK;
}
