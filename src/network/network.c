/* Making of a network: the chain is checked, sizes follow, memory is laid out. */
#include "network/network.h"

#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "core/fail.h"
#include "network/scratch.h"
#include "neuron/recurrent.h"
#include "spiqe/random.h"
#include "stage/values.h"

#define MOST_BUFFER_BYTES ((size_t)1 << 40)
#define MOST_PARTIAL ((size_t)1 << 25) /* sums of all pieces */

static spiqe_status plan_chain(spiqe_network *net) {
  spiqe_signal signal = {.n_steps = net->encoding.n_steps,
                         .n_units = net->encoding.n_units,
                         .n_planes = 1,
                         .height = net->encoding.height,
                         .width = net->encoding.width,
                         .channels = net->encoding.channels,
                         .is_static = net->encoding.is_static};
  int leading = 1;
  net->first_learnt = net->n_stages;
  for (size_t i = 0; i < net->n_stages; i++) {
    spiqe_stage *stage = &net->stages[i];
    *stage = (spiqe_stage){.kind = net->spec->stages[i].kind,
                           .settings = net->spec->stages[i].settings,
                           .index = i,
                           .in = signal};
    SPIQE_TRY(stage->kind->plan(net->ctx, stage));
    net->offsets[i] = net->n_parameters;
    net->n_parameters += stage->n_parameters;
    net->buffer_offsets[i] = net->n_buffers;
    net->n_buffers += stage->n_buffers;
    if (stage->n_parameters && i < net->first_learnt) net->first_learnt = i;
    net->is_reordered = net->is_reordered || stage->kind->is_spatial;
    leading = leading && signal.is_static && !stage->kind->is_neuron;
    net->n_static += (size_t)leading;
    signal = stage->out;
  }
  net->is_reordered = net->is_reordered && net->encoding.channels > 1 &&
                      net->encoding.height * net->encoding.width > 1;
  SPIQE_REQUIRE(net->ctx, net->n_stages > 0 && !signal.is_current, SPIQE_BAD_SHAPE,
                "the last stage must be a neuron, as its spikes and membranes are the output");
  return SPIQE_OK;
}

static spiqe_status allocate_parameters(spiqe_network *net) {
  spiqe_arena *arena = &net->parameter_memory;
  size_t size = spiqe_precision_size(net->precision);
  size_t parameters = spiqe_arena_reserve(arena, net->n_parameters + net->n_buffers, size);
  size_t gradients = spiqe_arena_reserve(arena, net->n_parameters, size);
  SPIQE_TRY(spiqe_arena_create(net->ctx, arena));
  net->parameters = arena->base + parameters;
  net->gradients = arena->base + gradients;
  net->buffers = spiqe_at(net->parameters, net->n_parameters, net->precision);
  return SPIQE_OK;
}

/* A network without memory: its chain is checked, its sizes are known. */
static spiqe_status create_bare(spiqe_context *ctx, const spiqe_network_spec *spec,
                                spiqe_precision precision, spiqe_network **out) {
  *out = NULL;
  SPIQE_REQUIRE(
      ctx, spec->n_dimensions > 0, SPIQE_BAD_SHAPE,
      "input: data: the shape follows from the data, so the model has to be fitted to them "
      "first");
  spiqe_network *net = calloc(1, sizeof *net);
  SPIQE_REQUIRE(ctx, net, SPIQE_NO_MEMORY, "no memory for a network");
  net->ctx = ctx;
  net->spec = spec;
  net->precision = precision;
  net->kernels = spiqe_device_kernels(ctx, precision);
  net->n_stages = spec->n_stages;
  net->n_features = 1;
  for (size_t i = 0; i < spec->n_dimensions; i++) net->n_features *= spec->shape[i];
  spiqe_status status = spec->encoder->plan(ctx, spec->encoder_settings, spec->shape,
                                            spec->n_dimensions, &net->encoding);
  if (status == SPIQE_OK) status = plan_chain(net);
  if (status != SPIQE_OK) {
    spiqe_network_destroy(net);
    return status;
  }
  *out = net;
  return SPIQE_OK;
}

spiqe_status spiqe_network_create(spiqe_context *ctx, const spiqe_network_spec *spec,
                                  spiqe_precision precision, spiqe_network **out) {
  SPIQE_TRY(create_bare(ctx, spec, precision, out));
  spiqe_status status = allocate_parameters(*out);
  if (status != SPIQE_OK) {
    spiqe_network_destroy(*out);
    *out = NULL;
  }
  return status;
}

spiqe_status spiqe_network_count(spiqe_context *ctx, const spiqe_network_spec *spec,
                                 size_t *n_numbers) {
  spiqe_network *net;
  *n_numbers = 0;
  SPIQE_TRY(create_bare(ctx, spec, SPIQE_F32, &net));
  *n_numbers = net->n_parameters + net->n_buffers;
  spiqe_network_destroy(net);
  return SPIQE_OK;
}

void spiqe_network_destroy(spiqe_network *net) {
  if (!net) return;
  for (size_t i = 0; i < net->n_stages; i++)
    if (net->stages[i].kind && net->stages[i].kind->release)
      net->stages[i].kind->release(&net->stages[i]);
  spiqe_arena_destroy(&net->parameter_memory);
  spiqe_arena_destroy(&net->batch_memory);
  free(net->scratch);
  free(net);
}

spiqe_status spiqe_network_initialise(spiqe_network *net, uint64_t seed) {
  for (size_t i = 0; i < net->n_stages; i++) {
    const spiqe_stage *stage = &net->stages[i];
    const size_t n = stage->n_parameters + stage->n_buffers;
    uint32_t key[2];
    if (!n) continue;
    spiqe_arena memory = {0};
    spiqe_arena_reserve(&memory, n, sizeof(double));
    SPIQE_TRY(spiqe_arena_create(net->ctx, &memory));
    double *drawn = (double *)(void *)memory.base;
    spiqe_random_key(seed, SPIQE_PURPOSE_WEIGHTS, i, key);
    stage->kind->initialise(stage, key, drawn);
    for (size_t j = 0; j < stage->n_parameters; j++)
      spiqe_value_set(net->parameters, net->offsets[i] + j, net->precision, drawn[j]);
    for (size_t j = stage->n_parameters; j < n; j++)
      spiqe_value_set(net->buffers, net->buffer_offsets[i] + j - stage->n_parameters,
                      net->precision, drawn[j]);
    spiqe_arena_destroy(&memory);
  }
  return SPIQE_OK;
}

void *spiqe_network_part(const spiqe_network *net, size_t stage, size_t named) {
  const spiqe_parameter *part = &net->stages[stage].named[named];
  if (part->is_buffer)
    return spiqe_at(net->buffers, net->buffer_offsets[stage] + part->offset, net->precision);
  return spiqe_at(net->parameters, net->offsets[stage] + part->offset, net->precision);
}

/* The largest sequence of spikes among those of even (0) or odd (1) number. */
static size_t largest_spikes(const spiqe_network *net, size_t parity) {
  size_t largest = 0;
  for (size_t i = parity; i <= net->n_stages; i += 2) {
    size_t n = spiqe_signal_stored(spiqe_network_signal(net, i));
    if (!spiqe_network_signal(net, i)->is_current && n > largest) largest = n;
  }
  return largest;
}

/* Offsets of every buffer, in the order in which `point` turns them into pointers. */
typedef struct layout {
  size_t values, rows, counts, signals[SPIQE_MOST_STAGES + 1], membranes[SPIQE_MOST_STAGES];
  size_t tapes[SPIQE_MOST_STAGES];
  size_t kept[SPIQE_MOST_STAGES], derived[SPIQE_MOST_STAGES], partial[SPIQE_MOST_STAGES];
  size_t statistics[SPIQE_MOST_STAGES];
} layout;

static int wants_membrane(const spiqe_network *net, size_t i) {
  int all = net->recording || (net->training && net->rule);
  return net->stages[i].kind->is_neuron && (all || i + 1 == net->n_stages);
}

static int wants_tape(const spiqe_network *net, size_t i) {
  const spiqe_stage *stage = &net->stages[i];
  return net->recording && stage->kind->is_neuron && stage->neuron->read_memory;
}

/* 1 when sequence i outlives its piece: what is made for the whole batch at once, what the
 * gradients of the whole batch are made of, and what is to be looked at afterwards. */
static int is_kept(const spiqe_network *net, size_t i) {
  if (i <= net->n_static || net->recording) return 1;
  int gives = i < net->n_stages && net->stages[i].n_tiles > 0;
  int takes = net->stages[i - 1].n_tiles > 0;
  return net->training && (gives || takes);
}

static void reserve_batch(spiqe_network *net, layout *at) {
  spiqe_arena *arena = &net->batch_memory;
  size_t size = spiqe_precision_size(net->precision), batch = net->batch;
  const int takes_events = net->spec->encoder->takes_events;
  at->values =
      spiqe_arena_reserve(arena, takes_events ? 0 : batch * net->n_features, sizeof(float));
  at->rows = spiqe_arena_reserve(arena, takes_events ? batch : 0, sizeof *net->rows);
  at->counts = spiqe_arena_reserve(arena, net->n_stages * net->n_pieces, sizeof(size_t));
  for (size_t i = 0; i <= net->n_stages; i++)
    at->signals[i] = spiqe_arena_reserve(
        arena, is_kept(net, i) ? batch * spiqe_signal_stored(spiqe_network_signal(net, i)) : 0,
        size);
  for (size_t i = 0; i < net->n_stages; i++) {
    const spiqe_stage *stage = &net->stages[i];
    at->membranes[i] =
        spiqe_arena_reserve(arena,
                            wants_membrane(net, i) ? batch * spiqe_signal_stored(&stage->out) : 0,
                            size);
    at->tapes[i] = spiqe_arena_reserve(arena, wants_tape(net, i) ? batch * stage->n_tape : 0, size);
    at->kept[i] = spiqe_arena_reserve(arena, batch * stage->n_kept, size);
    at->derived[i] = spiqe_arena_reserve(arena, stage->n_derived, size);
    at->partial[i] = spiqe_arena_reserve(arena, net->n_pieces * stage->n_partial, size);
    at->statistics[i] = spiqe_arena_reserve(arena, net->n_pieces * stage->n_buffers, size);
  }
}

static void point_batch(spiqe_network *net, const layout *at) {
  uint8_t *base = net->batch_memory.base;
  const int takes_events = net->spec->encoder->takes_events;
  net->values = takes_events ? NULL : (float *)(void *)(base + at->values);
  net->rows = takes_events ? (spiqe_event_row *)(void *)(base + at->rows) : NULL;
  net->spike_counts = (size_t *)(base + at->counts);
  for (size_t i = 0; i <= net->n_stages; i++)
    net->signals[i] = is_kept(net, i) ? base + at->signals[i] : NULL;
  for (size_t i = 0; i < net->n_stages; i++) {
    net->membranes[i] = wants_membrane(net, i) ? base + at->membranes[i] : NULL;
    net->tapes[i] = wants_tape(net, i) ? base + at->tapes[i] : NULL;
    net->kept[i] = base + at->kept[i];
    net->derived[i] = base + at->derived[i];
    net->partial[i] = base + at->partial[i];
    net->statistics[i] = base + at->statistics[i];
  }
}

/* Scratch of each thread: tapes, the gradients on their way, encoded floats of an f64 network. */
static void reserve_scratch(spiqe_network *net, spiqe_network_scratch *scratch) {
  spiqe_arena *arena = &net->batch_memory;
  size_t size = spiqe_precision_size(net->precision),
         last = net->stages[net->n_stages - 1].out.n_units;
  for (size_t i = 0; i < net->n_stages; i++) {
    scratch->tape_at[i] = spiqe_arena_reserve(arena, net->piece * net->stages[i].n_tape, size);
    const size_t work = net->stages[i].n_scratch + net->piece * net->stages[i].n_sample_scratch;
    scratch->work_at[i] = spiqe_arena_reserve(arena, work, size);
  }
  for (size_t i = 0; i <= net->n_stages; i++)
    scratch->signal_at[i] = spiqe_arena_reserve(
        arena, is_kept(net, i) ? 0 : net->piece * spiqe_signal_stored(spiqe_network_signal(net, i)),
        size);
  for (size_t k = 0; k < 2; k++)
    scratch->d_sequence_at[k] =
        spiqe_arena_reserve(arena, net->training ? net->piece * largest_spikes(net, k) : 0, size);
  size_t loss = net->training ? net->piece * last * net->encoding.n_steps : 0;
  scratch->d_spikes_at = spiqe_arena_reserve(arena, loss, size);
  scratch->d_membrane_at = spiqe_arena_reserve(arena, loss, size);
  size_t weights = net->rule ? net->piece * net->encoding.n_steps : 0;
  scratch->weights_at = spiqe_arena_reserve(arena, weights, sizeof(double));
  size_t encoded = net->piece * net->encoding.n_steps * net->encoding.n_units;
  scratch->encoder_at = spiqe_arena_reserve(arena, net->encoding.scratch, 1);
  scratch->encoded_at =
      spiqe_arena_reserve(arena, net->precision == SPIQE_F64 ? encoded : 0, sizeof(float));
  scratch->ordered_at =
      spiqe_arena_reserve(arena, net->is_reordered ? net->encoding.n_units : 0, sizeof(float));
}

spiqe_status spiqe_network_use_rule(spiqe_network *net, const spiqe_network_rule *rule) {
  for (size_t i = 0; i < net->n_stages; i++) {
    const spiqe_stage *stage = &net->stages[i];
    SPIQE_REQUIRE(net->ctx,
                  !stage->kind->is_pass_through || !stage->n_parameters || stage->out.is_current,
                  SPIQE_UNSUPPORTED,
                  "stage %zu (%s): the local rule learns nothing behind spikes but synapses; put "
                  "it behind one, or leave its parameters out (affine: false)",
                  i, stage->kind->name);
    if (!stage->kind->is_neuron) continue;
    SPIQE_REQUIRE(net->ctx, stage->kind->check_local, SPIQE_UNSUPPORTED,
                  "stage %zu (%s): the local rule needs neurons whose spikes are drawn with a "
                  "probability, as those of sqs",
                  i, stage->kind->name);
    SPIQE_TRY(stage->kind->check_local(net->ctx, stage));
  }
  net->rule = rule;
  return SPIQE_OK;
}

/* Samples of a piece: some hundred rows, fewer where that suits a stage, but not so few that the
 * sums of all pieces would fill the memory, and as many as a stage needs. */
static size_t choose_piece(const spiqe_network *net) {
  const size_t rows = spiqe_piece_samples(net->encoding.n_steps);
  size_t piece = rows, least = 1, n_partial = 1;
  for (size_t i = 0; i < net->n_stages; i++) {
    const spiqe_stage *stage = &net->stages[i];
    if (stage->most_piece && stage->most_piece < piece) piece = stage->most_piece;
    if (stage->least_piece > least) least = stage->least_piece;
    n_partial += stage->n_partial;
  }
  while (piece < rows && net->batch / piece > MOST_PARTIAL / n_partial) piece++;
  if (piece < least) piece = least;
  if (net->rule) piece += net->rule->group - 1 - (piece - 1) % net->rule->group;
  return piece < net->batch ? piece : net->batch;
}

spiqe_status spiqe_network_plan(spiqe_network *net, size_t batch, int training, int recording) {
  size_t n_steps = net->encoding.n_steps, n_threads = net->ctx->n_threads;
  SPIQE_REQUIRE(net->ctx, batch > 0, SPIQE_BAD_SHAPE, "a batch of 0 samples");
  spiqe_arena_destroy(&net->batch_memory);
  free(net->scratch);
  net->batch = batch;
  net->piece = choose_piece(net);
  net->n_pieces = (batch + net->piece - 1) / net->piece;
  net->training = training;
  net->recording = recording;
  net->scratch = calloc(n_threads, sizeof *net->scratch);
  SPIQE_REQUIRE(net->ctx, net->scratch, SPIQE_NO_MEMORY, "no memory for %zu threads", n_threads);
  layout at;
  reserve_batch(net, &at);
  for (size_t i = 0; i < n_threads; i++) reserve_scratch(net, &net->scratch[i]);
  SPIQE_REQUIRE(net->ctx, net->batch_memory.size <= MOST_BUFFER_BYTES, SPIQE_NO_MEMORY,
                "a batch of %zu samples and %zu steps does not fit in memory", batch, n_steps);
  SPIQE_TRY(spiqe_arena_create(net->ctx, &net->batch_memory));
  point_batch(net, &at);
  return SPIQE_OK;
}
