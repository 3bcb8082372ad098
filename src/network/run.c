/* One batch through the network; the four moves of network.h. */
#include <string.h>

#include "core/context.h"
#include "core/threads.h"
#include "network/network.h"
#include "network/scratch.h"
#include "network/tally.h"
#include "spiqe/random.h"

/* One run, shared by its tasks. */
typedef struct run {
  spiqe_network *net;
  size_t n_rows, stage;
  const uint32_t *samples;
  uint64_t seed, draw;
  spiqe_network_listener *listener;
  void *user;
} run;

/* Samples of piece p. */
static size_t rows_of(const run *r, size_t p) {
  size_t left = r->n_rows - p * r->net->piece;
  return left < r->net->piece ? left : r->net->piece;
}

static size_t n_pieces(const run *r) {
  return (r->n_rows + r->net->piece - 1) / r->net->piece;
}

/* The part of a batch-wide buffer that begins with sample `row`. */
static void *part(const spiqe_network *net, const void *buffer, size_t row, size_t per_sample) {
  return spiqe_at(buffer, row * per_sample, net->precision);
}

size_t spiqe_network_columns(const spiqe_network *net, size_t i) {
  const spiqe_signal *out = &net->stages[i].out;
  size_t next = i + 1;
  while (next < net->n_stages && net->stages[next].kind->is_pass_through) next++;
  if (net->training || next == net->n_stages || !net->stages[next].n_needed) return out->n_units;
  return net->stages[next].n_needed / spiqe_signal_plane(&net->stages[next].in) *
         spiqe_signal_plane(out);
}

/* Sequence i from sample `row` on: kept for the batch, or in the scratch of a piece. */
static void *sequence(const run *r, size_t i, size_t row, const spiqe_network_scratch *scratch) {
  const spiqe_network *net = r->net;
  const spiqe_signal *signal = spiqe_network_signal(net, i);
  if (net->signals[i]) return part(net, net->signals[i], row, spiqe_signal_stored(signal));
  return scratch ? net->batch_memory.base + scratch->signal_at[i] : NULL;
}

static void *tape_of(const spiqe_network *net, size_t i, size_t row,
                     const spiqe_network_scratch *scratch) {
  if (net->tapes[i]) return part(net, net->tapes[i], row, net->stages[i].n_tape);
  return scratch ? net->batch_memory.base + scratch->tape_at[i] : NULL;
}

/* The pass of stage i over n_rows samples from `row` on; scratch: of the thread, NULL for a pass
 * over the whole batch. */
static spiqe_pass pass_of(const run *r, size_t i, size_t row, size_t n_rows,
                          const spiqe_network_scratch *scratch) {
  const spiqe_network *net = r->net;
  const spiqe_stage *stage = &net->stages[i];
  spiqe_pass pass = {
      .kernels = net->kernels,
      .precision = net->precision,
      .n_rows = n_rows,
      .piece = net->piece,
      .samples = r->samples + row,
      .training = net->training,
      .recording = net->recording,
      .n_columns = spiqe_network_columns(net, i),
      .parameters = spiqe_at(net->parameters, net->offsets[i], net->precision),
      .derived = net->derived[i],
      .buffers = spiqe_at(net->buffers, net->buffer_offsets[i], net->precision),
      .statistics = part(net, net->statistics[i], row / net->piece, stage->n_buffers),
      .input = sequence(r, i, row, scratch),
      .output = sequence(r, i + 1, row, scratch),
      .membrane = part(net, net->membranes[i], row, spiqe_signal_stored(&stage->out)),
      .tape = tape_of(net, i, row, scratch),
      .scratch = scratch ? net->batch_memory.base + scratch->work_at[i] : NULL,
      .kept = part(net, net->kept[i], row, stage->n_kept),
      .gradient = spiqe_at(net->gradients, net->offsets[i], net->precision),
  };
  spiqe_random_key(r->seed, SPIQE_PURPOSE_MEASURE, r->draw << 8 | i, pass.key);
  return pass;
}

/* Rows of [channels][height][width] become [height][width][channels]. */
static void order_channels(const spiqe_signal *input, size_t n_rows, float *values, float *row) {
  size_t places = input->height * input->width, channels = input->channels;
  for (size_t r = 0; r < n_rows; r++, values += input->n_units) {
    memcpy(row, values, input->n_units * sizeof *row);
    for (size_t c = 0; c < channels; c++)
      for (size_t place = 0; place < places; place++)
        values[place * channels + c] = row[c * places + place];
  }
}

static void encode_piece(void *argument, size_t p, size_t worker) {
  const run *r = argument;
  spiqe_network *net = r->net;
  const spiqe_signal *input = &net->stages[0].in;
  size_t row = p * net->piece, n_rows = rows_of(r, p), n = spiqe_signal_stored(input);
  void *out = part(net, net->signals[0], row, n);
  int widen = net->precision == SPIQE_F64;
  spiqe_encode_args args = {.kernels = spiqe_device_kernels(net->ctx, SPIQE_F32),
                            .n_rows = n_rows,
                            .samples = r->samples + row,
                            .shape = net->spec->shape,
                            .values = net->values ? net->values + row * net->n_features : NULL,
                            .n_features = net->n_features,
                            .rows = net->rows ? net->rows + row : NULL,
                            .scratch = net->batch_memory.base + net->scratch[worker].encoder_at,
                            .out = out};
  if (widen) args.out = (float *)(net->batch_memory.base + net->scratch[worker].encoded_at);
  spiqe_random_key(r->seed, SPIQE_PURPOSE_ENCODE, r->draw, args.key);
  net->spec->encoder->encode(net->spec->encoder_settings, &net->encoding, &args);
  if (net->tally) spiqe_tally_add_encoding(net, worker, &args);
  if (net->is_reordered)
    order_channels(input, n_rows * spiqe_signal_stored_steps(input), args.out,
                   (float *)(net->batch_memory.base + net->scratch[worker].ordered_at));
  for (size_t i = 0; widen && i < n_rows * n; i++) ((double *)out)[i] = (double)args.out[i];
}

static void static_tile(void *argument, size_t tile, size_t worker) {
  const run *r = argument;
  const spiqe_stage *stage = &r->net->stages[r->stage];
  spiqe_pass pass = pass_of(r, r->stage, 0, r->n_rows, &r->net->scratch[worker]);
  stage->kind->forward(stage, &pass, tile, stage->n_forward_tiles);
}

static void *scratch_at(const spiqe_network *net, size_t offset) {
  return net->batch_memory.base + offset;
}

/* What stage i gave for piece p. */
static spiqe_network_output output_of(const run *r, size_t i, size_t p,
                                      const spiqe_network_scratch *scratch) {
  const spiqe_network *net = r->net;
  const spiqe_signal *out = &net->stages[i].out;
  size_t row = p * net->piece;
  return (spiqe_network_output){
      .first = row,
      .n_rows = rows_of(r, p),
      .n_steps = out->n_steps,
      .n_units = out->n_units,
      .precision = net->precision,
      .spikes = sequence(r, i + 1, row, scratch),
      .membrane = part(net, net->membranes[i], row, spiqe_signal_stored(out)),
  };
}

/* Let the loss see the piece. */
static spiqe_network_output give_output(const run *r, size_t p,
                                        const spiqe_network_scratch *scratch, size_t *d_stride) {
  const spiqe_network *net = r->net;
  spiqe_network_output output = output_of(r, net->n_stages - 1, p, scratch);
  output.d_stride = d_stride;
  if (net->training && !net->rule) {
    output.d_spikes = scratch_at(net, scratch->d_spikes_at);
    output.d_membrane = scratch_at(net, scratch->d_membrane_at);
  }
  if (r->listener) r->listener(r->user, &output);
  return output;
}

/* Where the gradient of sequence i is on its way back: that of currents lies over them, that of
 * spikes in one of two buffers in turns, so that a stage that passes spikes through reads one and
 * writes the other. */
static void *gradient_of(const run *r, size_t i, size_t row, const spiqe_network_scratch *scratch) {
  if (spiqe_network_signal(r->net, i)->is_current) return sequence(r, i, row, scratch);
  return scratch_at(r->net, scratch->d_sequence_at[i % 2]);
}

static void backward_piece(const run *r, size_t p, const spiqe_network_output *output,
                           const spiqe_network_scratch *scratch) {
  const spiqe_network *net = r->net;
  for (size_t i = net->n_stages; i-- > net->first_learnt;) {
    const spiqe_stage *stage = &net->stages[i];
    spiqe_pass pass = pass_of(r, i, output->first, output->n_rows, scratch);
    if (i + 1 == net->n_stages) {
      pass.d_output = output->d_spikes;
      pass.d_membrane = output->d_membrane;
      pass.d_stride = *output->d_stride;
    } else {
      pass.d_output = gradient_of(r, i + 1, output->first, scratch);
      pass.d_stride = output->n_rows * stage->out.n_units;
    }
    if (i > net->first_learnt) pass.d_input = gradient_of(r, i, output->first, scratch);
    pass.gradient = spiqe_at(net->partial[i], p * stage->n_partial, net->precision);
    if (stage->kind->is_neuron) /* neurons add, others write */
      memset(pass.gradient, 0, stage->n_partial * spiqe_precision_size(net->precision));
    stage->kind->backward(stage, &pass);
  }
}

/* Each population from its own score; the currents before it are then those of its synapse, whose
 * weights learn from them. */
static void learn_population(const run *r, size_t i, size_t p, size_t worker,
                             const double *weights) {
  const spiqe_network *net = r->net;
  const spiqe_network_scratch *scratch = &net->scratch[worker];
  const spiqe_stage *stage = &net->stages[i];
  const spiqe_network_output output = output_of(r, i, p, scratch);
  void *score = gradient_of(r, i + 1, p * net->piece, scratch);
  spiqe_pass pass = pass_of(r, i, output.first, output.n_rows, scratch);
  if (!net->rule->backward) net->rule->score(net->rule->user, &output, weights, score);
  pass.is_local = 1;
  pass.is_given = !weights; /* as they ran */
  pass.d_membrane = score;
  pass.d_stride = output.n_rows * output.n_units;
  pass.d_input = (void *)(uintptr_t)pass.input;
  pass.gradient = spiqe_at(net->partial[i], p * stage->n_partial, net->precision);
  memset(pass.gradient, 0, stage->n_partial * spiqe_precision_size(net->precision));
  if (net->rule->backward)
    net->rule->backward(net->rule->user, stage, &pass, weights, worker);
  else
    stage->kind->backward(stage, &pass);
}

/* A stage that gives currents: their gradients go on through what passes them through, and end at
 * the synapse. */
static void learn_currents(const run *r, size_t i, size_t p, const spiqe_network_scratch *scratch) {
  const spiqe_network *net = r->net;
  const spiqe_stage *stage = &net->stages[i];
  spiqe_pass pass = pass_of(r, i, p * net->piece, rows_of(r, p), scratch);
  pass.d_output = pass.output; /* currents were overwritten by their gradients */
  if (stage->in.is_current) pass.d_input = (void *)(uintptr_t)pass.input;
  pass.gradient = spiqe_at(net->partial[i], p * stage->n_partial, net->precision);
  stage->kind->backward(stage, &pass);
}

/* The last population may be given its spikes; then all learn, each by itself. */
static void learn_piece(const run *r, size_t p, size_t worker) {
  const spiqe_network *net = r->net;
  const spiqe_network_scratch *scratch = &net->scratch[worker];
  const size_t last = net->n_stages - 1;
  const spiqe_network_output output = output_of(r, last, p, scratch);
  double *weights = scratch_at(net, scratch->weights_at);
  spiqe_pass pass = pass_of(r, last, output.first, output.n_rows, scratch);
  if (net->rule->give) {
    net->rule->give(net->rule->user, &output, pass.output);
    pass.is_given = 1;
    net->stages[last].kind->forward(&net->stages[last], &pass, 0, 1);
  }
  net->rule->weigh(net->rule->user, &output, weights);
  for (size_t i = net->n_static; i < net->n_stages; i++)
    if (net->stages[i].kind->is_neuron)
      learn_population(r, i, p, worker, net->rule->give && i == last ? NULL : weights);
  for (size_t i = net->n_stages; i-- > 0;)
    if (net->stages[i].out.is_current) learn_currents(r, i, p, scratch);
}

/* Sequence i of piece p. */
static void tally(const run *r, size_t i, size_t p, size_t worker) {
  const spiqe_network *net = r->net;
  if (net->tally)
    spiqe_tally_add(net->tally, i, worker,
                    spiqe_signal_stored_steps(spiqe_network_signal(net, i)) * rows_of(r, p),
                    net->precision, sequence(r, i, p * net->piece, &net->scratch[worker]));
}

static void run_piece(void *argument, size_t p, size_t worker) {
  const run *r = argument;
  const spiqe_network *net = r->net;
  const spiqe_network_scratch *scratch = &net->scratch[worker];
  for (size_t i = 0; i <= net->n_static; i++) tally(r, i, p, worker);
  for (size_t i = net->n_static; i < net->n_stages; i++) {
    const spiqe_stage *stage = &net->stages[i];
    spiqe_pass pass = pass_of(r, i, p * net->piece, rows_of(r, p), scratch);
    stage->kind->forward(stage, &pass, 0, 1);
    if (stage->kind->is_neuron && !net->training)
      net->spike_counts[i * net->n_pieces + p] =
          net->kernels->count_nonzero(pass.n_rows * spiqe_signal_stored(&stage->out), pass.output);
    tally(r, i + 1, p, worker);
  }
  size_t d_stride = 0;
  spiqe_network_output output = give_output(r, p, scratch, &d_stride);
  if (net->training && net->rule)
    learn_piece(r, p, worker);
  else if (net->training)
    backward_piece(r, p, &output, scratch);
}

static void gradient_tile(void *argument, size_t task, size_t worker) {
  const run *r = argument;
  const spiqe_network *net = r->net;
  (void)worker;
  size_t i = 0;
  while (task >= net->stages[i].n_tiles) task -= net->stages[i++].n_tiles;
  spiqe_pass pass = pass_of(r, i, 0, r->n_rows, NULL);
  pass.d_output = pass.output; /* currents hold their gradients now */
  net->stages[i].kind->gradient(&net->stages[i], &pass, task);
}

#define PARTIAL_TILE ((size_t)8192) /* parameters whose partial sums are added by one task */

static void add_tile(void *argument, size_t tile, size_t worker) {
  const run *r = argument;
  const spiqe_network *net = r->net;
  size_t n = net->stages[r->stage].n_partial, first = tile * PARTIAL_TILE;
  size_t width = n - first < PARTIAL_TILE ? n - first : PARTIAL_TILE;
  (void)worker;
  net->kernels->sum_rows(n_pieces(r), width, n,
                         spiqe_at(net->partial[r->stage], first, net->precision),
                         spiqe_at(net->gradients, net->offsets[r->stage] + first, net->precision));
}

static void add_partials(run *r) {
  for (r->stage = 0; r->stage < r->net->n_stages; r->stage++) {
    size_t n = r->net->stages[r->stage].n_partial;
    spiqe_threads_run(r->net->ctx, (n + PARTIAL_TILE - 1) / PARTIAL_TILE, add_tile, r);
  }
}

void spiqe_network_run(spiqe_network *net, size_t n_rows, const uint32_t *samples, uint64_t seed,
                       uint64_t draw, spiqe_network_listener *listener, void *user) {
  run r = {.net = net,
           .n_rows = n_rows,
           .samples = samples,
           .seed = seed,
           .draw = draw,
           .listener = listener,
           .user = user};
  size_t n_gradient_tiles = 0;
  memset(net->spike_counts, 0, net->n_stages * net->n_pieces * sizeof *net->spike_counts);
  for (size_t i = 0; i < net->n_stages; i++) {
    const spiqe_stage *stage = &net->stages[i];
    n_gradient_tiles += stage->n_tiles;
    if (stage->kind->prepare)
      stage->kind->prepare(stage, net->precision,
                           spiqe_at(net->parameters, net->offsets[i], net->precision),
                           net->derived[i]);
  }
  spiqe_threads_run(net->ctx, n_pieces(&r), encode_piece, &r);
  for (r.stage = 0; r.stage < net->n_static; r.stage++)
    spiqe_threads_run(net->ctx, net->stages[r.stage].n_forward_tiles, static_tile, &r);
  if (!net->is_serial) spiqe_threads_run(net->ctx, n_pieces(&r), run_piece, &r);
  for (size_t p = 0; net->is_serial && p < n_pieces(&r); p++) run_piece(&r, p, 0);
  if (!net->training) return;
  spiqe_threads_run(net->ctx, n_gradient_tiles, gradient_tile, &r);
  add_partials(&r);
}

void spiqe_network_settle(spiqe_network *net, size_t n_rows) {
  for (size_t i = 0; i < net->n_stages; i++)
    if (net->stages[i].kind->settle)
      net->stages[i].kind->settle(&net->stages[i], net->precision, n_rows, net->piece,
                                  net->statistics[i],
                                  spiqe_at(net->buffers, net->buffer_offsets[i], net->precision));
}

double spiqe_network_spikes(const spiqe_network *net, size_t s) {
  size_t sum = 0;
  for (size_t p = 0; p < net->n_pieces; p++) sum += net->spike_counts[s * net->n_pieces + p];
  return (double)sum;
}

const void *spiqe_network_sample(const spiqe_network *net, const void *buffer,
                                 const spiqe_signal *signal, size_t row, size_t n_rows,
                                 size_t *stride) {
  size_t p = row / net->piece, first = p * net->piece;
  size_t rows = n_rows - first < net->piece ? n_rows - first : net->piece;
  *stride = signal->is_static ? 0 : rows * signal->n_units;
  return spiqe_at(buffer, first * spiqe_signal_stored(signal) + (row - first) * signal->n_units,
                  net->precision);
}
