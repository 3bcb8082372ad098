/* Scores of all neurons of a network by runs of their circuits (score.h). */
#include <stdlib.h>

#include "core/context.h"
#include "core/fail.h"
#include "learn/local.h"
#include "spiqe/random.h"
#include "stage/values.h"

static spiqe_status create_stage(spiqe_context *ctx, const spiqe_local_settings *settings,
                                 const spiqe_stage *stage, spiqe_estimators *out) {
  const spiqe_score_options options = {.method = (spiqe_score_method)settings->gradient,
                                       .n_shots = settings->shots,
                                       .spread = settings->spread};
  SPIQE_REQUIRE(ctx, stage->kind == &spiqe_sqs && !stage->is_recurrent, SPIQE_UNSUPPORTED,
                "stage %zu (%s): gradients by shift and spsa are there for sqs with recurrent: "
                "false",
                stage->index, stage->kind->name);
  for (size_t i = 0; i < out->n_threads; i++) {
    spiqe_score **score = &out->scores[stage->index * out->n_threads + i];
    spiqe_status status =
        spiqe_score_create(ctx, stage->settings, stage->in.n_steps, &options, score);
    if (status != SPIQE_OK) return spiqe_fail_prefix(ctx, status, "stage %zu (sqs)", stage->index);
    const size_t n = 2 * spiqe_score_n_inputs(*score) + stage->in.n_steps;
    if (n > out->of_thread) out->of_thread = n;
  }
  return SPIQE_OK;
}

spiqe_status spiqe_estimators_create(spiqe_context *ctx, const spiqe_local_settings *settings,
                                     const spiqe_network *net, spiqe_estimators *out) {
  *out = (spiqe_estimators){.n_stages = net->n_stages, .n_threads = ctx->n_threads};
  out->scores = calloc(out->n_stages * out->n_threads, sizeof(spiqe_score *));
  SPIQE_REQUIRE(ctx, out->scores, SPIQE_NO_MEMORY, "no memory for estimators");
  for (size_t i = 0; i < net->n_stages; i++)
    if (net->stages[i].kind->is_neuron)
      SPIQE_TRY(create_stage(ctx, settings, &net->stages[i], out));
  out->room = calloc(out->n_threads * out->of_thread, sizeof *out->room);
  SPIQE_REQUIRE(ctx, out->room, SPIQE_NO_MEMORY, "no memory for estimators");
  return SPIQE_OK;
}

void spiqe_estimators_destroy(spiqe_estimators *e) {
  for (size_t i = 0; e->scores && i < e->n_stages * e->n_threads; i++)
    spiqe_score_destroy(e->scores[i]);
  free(e->scores);
  free(e->room);
}

/* One neuron for one sample. */
typedef struct place {
  const spiqe_stage *stage;
  const spiqe_pass *pass;
  size_t n_io, n_units, row, unit, stride; /* stride: between the steps of the currents */
} place;

static size_t current_at(const place *at, size_t i) {
  const size_t column = i % at->n_io * at->n_units + at->unit;
  return i / at->n_io * at->stride + at->row * at->stage->in.n_units + column;
}

static size_t spike_at(const place *at, size_t i) {
  const size_t row = i / at->n_io * at->pass->n_rows + at->row;
  return (row * at->n_io + i % at->n_io) * at->n_units + at->unit;
}

static void add_value(void *buffer, size_t i, spiqe_precision precision, double value) {
  spiqe_value_set(buffer, i, precision, spiqe_value_get(buffer, i, precision) + value);
}

/* Gradients of the currents over the currents, each read before; those of an input that does not
 * change are summed. */
static void give_currents(const place *at, size_t n, double *gradient) {
  const spiqe_sqs_settings *settings = at->stage->settings;
  const spiqe_pass *pass = at->pass;
  const size_t n_stored = at->stride ? n : at->n_io;
  for (size_t i = 0; i < n; i++)
    if (!(spiqe_value_get(pass->input, current_at(at, i), pass->precision) > 0))
      gradient[i] *= settings->input_leak;
  for (size_t i = n_stored; i < n; i++) gradient[i % at->n_io] += gradient[i];
  for (size_t i = 0; i < n_stored; i++)
    spiqe_value_set(pass->d_input, current_at(at, i), pass->precision, gradient[i]);
}

static void run_neuron(spiqe_score *score, const place *at, const double *weights, double *room) {
  uint8_t spikes[SPIQE_MOST_SCORE_STEPS * SPIQE_MOST_SQS_QUBITS];
  const spiqe_pass *pass = at->pass;
  const size_t n = at->stage->in.n_steps * at->n_io, n_inputs = spiqe_score_n_inputs(score);
  double *inputs = room, *gradient = room + n_inputs;
  uint32_t key[2];
  for (size_t i = 0; i < n; i++) {
    const double z = spiqe_value_get(pass->input, current_at(at, i), pass->precision);
    inputs[i] = z > 0 ? z : 0;
    spikes[i] = spiqe_value_get(pass->output, spike_at(at, i), pass->precision) != 0;
  }
  for (size_t k = 0; k < n_inputs - n; k++)
    inputs[n + k] = spiqe_value_get(pass->parameters, k * at->n_units + at->unit, pass->precision);
  spiqe_random_key((uint64_t)pass->key[1] << 32 | pass->key[0], SPIQE_PURPOSE_MEASURE,
                   (uint64_t)pass->samples[at->row] << 32 | at->unit, key);
  spiqe_score_run(score, inputs, spikes, weights, key, gradient);
  for (size_t k = 0; k < n_inputs - n; k++)
    add_value(pass->gradient, k * at->n_units + at->unit, pass->precision, gradient[n + k]);
  give_currents(at, n, gradient);
}

void spiqe_estimators_run(spiqe_estimators *e, const spiqe_stage *stage, const spiqe_pass *pass,
                          const double *weights, double scale, size_t worker) {
  const spiqe_sqs_settings *settings = stage->settings;
  const size_t n_steps = stage->in.n_steps;
  double *own = e->room + worker * e->of_thread;
  place at = {.stage = stage,
              .pass = pass,
              .n_io = settings->inputs,
              .n_units = stage->in.n_units / settings->inputs,
              .stride = stage->in.is_static ? 0 : pass->n_rows * stage->in.n_units};
  for (at.row = 0; at.row < pass->n_rows; at.row++) {
    for (size_t t = 0; t < n_steps; t++)
      own[t] = scale * (weights ? weights[t * pass->n_rows + at.row] : 1);
    for (at.unit = 0; at.unit < at.n_units; at.unit++)
      run_neuron(e->scores[stage->index * e->n_threads + worker], &at, own, own + n_steps);
  }
}
