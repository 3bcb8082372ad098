/* Network: an encoder and a chain of stages, with one flat block of parameters and one of
 * gradients.
 *
 * A batch goes through in four moves:
 *   1. leading stages whose input does not change over the steps: once for the whole batch, cut
 *      in tiles of columns or rows;
 *   2. piece by piece (a fixed number of samples, one thread each): all other stages forward, the
 *      loss, all stages backward, down to the first that has parameters;
 *   3. gradients of weights: one product for the whole batch, cut in tiles of columns;
 *   4. gradients summed piece by piece are added in the order of the pieces.
 * No number depends on which thread made it, so the bits do not depend on how many there are. */
#ifndef SPIQE_NETWORK_NETWORK_H
#define SPIQE_NETWORK_NETWORK_H

#include "core/arena.h"
#include "encode/encoder.h"
#include "spiqe/dataset.h"
#include "stage/stage.h"

#define SPIQE_MOST_STAGES 64

typedef struct spiqe_stage_spec {
  const spiqe_stage_kind *kind;
  void *settings; /* owned by whoever owns the spec, kind->settings_size bytes */
} spiqe_stage_spec;

/* What a network is made of. */
typedef struct spiqe_network_spec {
  size_t n_dimensions, shape[SPIQE_MOST_DIMENSIONS]; /* of one sample */
  const spiqe_encoder_kind *encoder;
  void *encoder_settings;
  size_t n_stages;
  spiqe_stage_spec stages[SPIQE_MOST_STAGES];
} spiqe_network_spec;

/* What the last stage gave for a piece, and where its gradient goes. Buffers have the network's
 * precision. A gradient that is the same at every step is stored once. */
typedef struct spiqe_network_output {
  size_t first, n_rows; /* samples of the batch */
  size_t n_steps, n_units;
  spiqe_precision precision;
  const void *spikes, *membrane; /* [n_steps][n_rows][n_units] */
  void *d_spikes, *d_membrane;   /* room for [n_steps][n_rows][n_units]; NULL when not training */
  size_t *d_stride; /* out: elements between the steps of the two; 0 as it comes: stored once */
} spiqe_network_output;

/* Called once for each piece, from any thread. */
typedef void spiqe_network_listener(void *user, const spiqe_network_output *output);

/* A rule of learning that needs no gradient through the chain (learn/local.h has one). After the
 * run of a piece the last population is given its spikes and run once more; then every population
 * goes backward by itself, from a derivative of its own probabilities (its membranes). Calls come
 * from any thread, once for each piece (score: and each population). */
typedef struct spiqe_network_rule {
  void *user;
  size_t group; /* rows that belong together: a piece has whole groups */
  /* NULL, or write what the last population is to have emitted. */
  void (*give)(void *user, const spiqe_network_output *output, void *spikes);
  /* From the probabilities of what it was given: weights, [n_steps][n_rows], of all others. */
  void (*weigh)(void *user, const spiqe_network_output *output, double *weights);
  /* d loss / d probability, [n_steps][n_rows][n_units], of a population; weights NULL: the last,
   * which was given its spikes. */
  void (*score)(void *user, const spiqe_network_output *output, const double *weights,
                void *d_membrane);
  /* NULL, or instead of score and the neurons' own backward; worker: number of the thread. */
  void (*backward)(void *user, const spiqe_stage *stage, const spiqe_pass *pass,
                   const double *weights, size_t worker);
} spiqe_network_rule;

typedef struct spiqe_network {
  spiqe_context *ctx;             /* borrowed */
  const spiqe_network_spec *spec; /* borrowed */
  spiqe_precision precision;
  const spiqe_kernels *kernels;
  spiqe_encoding encoding;
  size_t n_features, n_stages, n_parameters, n_buffers;
  spiqe_stage stages[SPIQE_MOST_STAGES];
  size_t offsets[SPIQE_MOST_STAGES]; /* of the stages' parameters */
  size_t buffer_offsets[SPIQE_MOST_STAGES];
  size_t n_static;     /* leading stages that run once for the batch */
  size_t first_learnt; /* stage, the first with parameters; backward ends there */
  int is_reordered;    /* 1: samples [channels, height, width] go in as [height][width][channels] */
  spiqe_arena parameter_memory, batch_memory;
  void *parameters, *gradients; /* [n_parameters], in parameter_memory */
  void *buffers;                /* [n_buffers], right behind the parameters */

  /* Set by plan; all in batch_memory. */
  size_t batch, piece, n_pieces;
  int training, recording;
  const spiqe_network_rule *rule; /* borrowed; NULL: backpropagation */
  int is_serial;         /* 1: pieces one after the other, as a stage uses all threads by itself */
  float *values;         /* [batch][n_features], filled by the caller; or, where */
  spiqe_event_row *rows; /* the encoder takes events, [batch]; the other is NULL */
  void *signals[SPIQE_MOST_STAGES + 1]; /* sequences between stages, piece after piece; NULL:
                                             * needed within a piece only, in the scratch */
  void *membranes[SPIQE_MOST_STAGES];   /* of the last stage, of all when recording or by a rule */
  void *tapes[SPIQE_MOST_STAGES];       /* when recording, of neurons with a memory of qubits */
  void *kept[SPIQE_MOST_STAGES], *derived[SPIQE_MOST_STAGES], *partial[SPIQE_MOST_STAGES];
  void *statistics[SPIQE_MOST_STAGES];   /* [n_pieces][n_buffers] of the stage */
  struct spiqe_network_scratch *scratch; /* [threads of the context] */
  struct spiqe_tally *tally; /* borrowed; counts what flows (network/tally.h), or NULL */
  size_t *spike_counts;      /* [n_stages][n_pieces] spikes of the last run */
} spiqe_network;

/* What flows into stage i, or, of i = n_stages, out of the last one. */
static inline const spiqe_signal *spiqe_network_signal(const spiqe_network *net, size_t i) {
  return i == 0 ? &net->stages[0].in : &net->stages[i - 1].out;
}

/* Check the chain and allocate parameters (all zero). Fails: SPIQE_BAD_SHAPE, SPIQE_UNSUPPORTED
 * (naming the stage), SPIQE_NO_MEMORY. */
spiqe_status spiqe_network_create(spiqe_context *ctx, const spiqe_network_spec *spec,
                                  spiqe_precision precision, spiqe_network **out);
void spiqe_network_destroy(spiqe_network *net);

/* Numbers that a network of this spec would hold, parameters and buffers; checks the chain,
 * allocates next to nothing. */
spiqe_status spiqe_network_count(spiqe_context *ctx, const spiqe_network_spec *spec,
                                 size_t *n_numbers);

/* Draw the initial parameters. */
spiqe_status spiqe_network_initialise(spiqe_network *net, uint64_t seed);

/* Learn by a rule; before spiqe_network_plan. Fails: SPIQE_UNSUPPORTED, naming the stage. */
spiqe_status spiqe_network_use_rule(spiqe_network *net, const spiqe_network_rule *rule);

/* Allocate the buffers for batches of up to `batch` samples. training: for backward passes too.
 * recording: membranes of all stages are kept. Fails: SPIQE_NO_MEMORY, SPIQE_BAD_SHAPE. */
spiqe_status spiqe_network_plan(spiqe_network *net, size_t batch, int training, int recording);

/* Run n_rows <= batch samples from net->values or net->rows. samples: [n_rows] index in the data
 * set; seed, draw: random numbers are a function of (seed, stage, draw, sample, step, unit).
 * listener: gets each piece's output; when planned for training it must fill the gradients (with a
 * rule there are none to fill), and afterwards net->gradients holds those of all parameters. Does
 * not allocate. */
void spiqe_network_run(spiqe_network *net, size_t n_rows, const uint32_t *samples, uint64_t seed,
                       uint64_t draw, spiqe_network_listener *listener, void *user);

/* Columns of stage s's output that the stages behind it look at, through all that pass them
 * through: the first so many, whole planes. */
size_t spiqe_network_columns(const spiqe_network *net, size_t s);

/* Let the buffers follow what the last run, of n_rows samples, was like. For a network planned for
 * training, once for each batch that is learnt. */
void spiqe_network_settle(spiqe_network *net, size_t n_rows);

/* Where a named part of a stage is: among the parameters or the buffers. */
void *spiqe_network_part(const spiqe_network *net, size_t stage, size_t named);

/* Spikes that stage s emitted in the last run, over n_rows samples. */
double spiqe_network_spikes(const spiqe_network *net, size_t s);

/* Sequence of one sample of the last run of a network planned for recording: element (step, unit)
 * of a signal or of a membrane is at the returned pointer + step * *stride + unit. */
const void *spiqe_network_sample(const spiqe_network *net, const void *buffer,
                                 const spiqe_signal *signal, size_t row, size_t n_rows,
                                 size_t *stride);

#endif
