/* Stage: one link of the network's chain. It maps a whole sequence to a whole sequence, so time
 * lives inside it: synapses turn spikes into currents, neurons turn currents into spikes, and
 * stages that pass through (pooling, flatten) give the kind of signal that they get, each plane of
 * currents by itself.
 *
 * A batch is cut in pieces of a fixed number of samples; the sequence of a piece is
 * [step][sample][unit], and the pieces lie one behind the other. A piece goes forward and backward
 * on one thread, while its numbers are in the cache. Few parameters are learnt piece by piece, and
 * the sums of the pieces are added in their order. Many are learnt from the whole batch after the
 * last piece, cut in tiles of columns, so that no partial sums have to be added. Either way the
 * bits do not depend on the number of threads. */
#ifndef SPIQE_STAGE_STAGE_H
#define SPIQE_STAGE_STAGE_H

#include "core/option.h"
#include "device/device.h"
#include "spiqe/context.h"

/* What flows between two stages. Units of a plane lie as [height][width][channel]. What has no
 * place is 1 x 1 and has channels only. */
typedef struct spiqe_signal {
  size_t n_steps;  /* of the sequence as time sees it */
  size_t n_units;  /* columns of a row: planes * height * width * channels */
  size_t n_planes; /* of spikes 1; of currents 1, or 2: QLIF's rotation and waiting time */
  size_t height, width, channels;
  int is_static;  /* 1: the same at every step, stored once */
  int is_current; /* 1: currents of a synapse, 0: spikes */
} spiqe_signal;

/* Steps that are stored. */
static inline size_t spiqe_signal_stored_steps(const spiqe_signal *signal) {
  return signal->is_static ? 1 : signal->n_steps;
}

/* Numbers of a sample. */
static inline size_t spiqe_signal_stored(const spiqe_signal *signal) {
  return spiqe_signal_stored_steps(signal) * signal->n_units;
}

/* Units of one plane. */
static inline size_t spiqe_signal_plane(const spiqe_signal *signal) {
  return signal->n_units / signal->n_planes;
}

/* A named part of a stage's parameters, or of its buffers: numbers that follow from the batches,
 * are kept with the parameters, and are not learnt. */
typedef struct spiqe_parameter {
  const char *name; /* static: "weight" */
  size_t n_dimensions, shape[5];
  size_t offset, size; /* elements, within the stage's parameters or its buffers */
  int is_buffer;
} spiqe_parameter;

#define SPIQE_MOST_PARAMETERS 4

/* Samples of a piece of sequences of n_steps: some hundred rows, enough for a product to be
 * efficient, few enough to stay in the cache of one core. */
static inline size_t spiqe_piece_samples(size_t n_steps) {
  return (250 + n_steps - 1) / n_steps;
}

typedef struct spiqe_stage {
  const struct spiqe_stage_kind *kind; /* static */
  void *settings;                      /* borrowed, kind->settings_size bytes */
  size_t index;                        /* place in the chain, for messages and random numbers */
  spiqe_signal in, out;
  size_t n_parameters; /* elements */
  size_t n_buffers;    /* elements; also of the statistics of a piece that they follow from */
  size_t n_named;
  spiqe_parameter named[SPIQE_MOST_PARAMETERS];
  size_t n_tape;    /* scratch of a piece, elements per sample: lives from forward to backward */
  size_t n_kept;    /* elements per sample that live until the batch's gradients are done */
  size_t n_derived; /* elements made from the parameters before each batch (prepare) */
  size_t n_forward_tiles;  /* not neurons: tiles of a forward pass over the whole batch */
  size_t n_tiles;          /* of gradient(); 0: no work for the whole batch */
  size_t n_partial;        /* first parameters, whose gradients are summed piece by piece */
  size_t least_piece;      /* samples of a piece that the stage needs; 0: any */
  size_t most_piece;       /* samples of a piece that suit it; 0: any */
  size_t n_scratch;        /* elements of a thread's scratch, beside the tape */
  size_t n_sample_scratch; /* more of them for each sample of a piece, behind */
  const struct spiqe_neuron_kernels *neuron; /* static; neurons: src/neuron/recurrent.h */
  size_t n_state;                            /* numbers of a neuron's state */
  void *owned;                               /* what plan made beside; freed by kind->release */
  void *engine; /* borrowed; of neurons run in another way (neuron/sqs_engine.h), or NULL */
  int is_recurrent;
  size_t n_needed; /* first columns of the input, whole planes, that matter when nothing is learnt;
                    * 0: all */
} spiqe_stage;

/* One piece (or, for gradient(), the whole batch) on its way through a stage. Pointers are borrowed
 * and have the network's precision. */
typedef struct spiqe_pass {
  const spiqe_kernels *kernels;
  spiqe_precision precision;
  size_t n_rows;           /* samples of this piece, or of the batch */
  size_t piece;            /* samples of a full piece */
  const uint32_t *samples; /* [n_rows] index in the data set, for random numbers */
  uint32_t key[2];         /* of this stage's draws */
  int training;            /* 0: nothing has to be kept for a backward pass */
  int recording;           /* 1: the states before each step are to be left in the tape */
  int is_given;            /* 1: the output holds what the neurons are to have emitted */
  int is_local;     /* backward: of each neuron's own score, so nothing goes from one to another */
  size_t n_columns; /* not neurons: first columns of the output that are wanted, whole planes */
  const void *parameters, *derived, *buffers;
  void *statistics; /* [n_buffers] of this piece, of the batch those of all its pieces */
  const void *input;
  void *output;
  void *membrane; /* neurons: [step][sample][unit], NULL when not wanted */
  void *tape, *kept, *scratch;
  const void *d_output, *d_membrane;
  size_t d_stride; /* elements between the steps of the two; 0: the same at every step */
  void *d_input;   /* NULL: not wanted. It is the memory of input where that is currents */
  void *gradient;  /* of the parameters: backward of a neuron adds to its first
                   * n_partial, that of another stage writes them, gradient() writes all */
} spiqe_pass;

struct spiqe_activity; /* stage/count.h */
struct spiqe_work;     /* spiqe/work.h */

typedef struct spiqe_stage_kind {
  const char *name, *summary; /* static */
  int is_neuron;
  int is_graded;        /* neurons: their outputs are numbers, not spikes */
  int is_pass_through;  /* 1: gives the kind of signal that it gets; neither: a synapse */
  int is_spatial;       /* 1: the place of a unit matters to it */
  const char *membrane; /* static; neurons: what their membrane is */
  const char *exact; /* static; neurons: options with which the gradient is an exact derivative */
  size_t settings_size;
  const spiqe_option *options;
  size_t n_options;
  /* Sizes from settings and stage->in. Fails, naming the stage: SPIQE_BAD_SHAPE,
   * SPIQE_UNSUPPORTED. */
  spiqe_status (*plan)(spiqe_context *ctx, spiqe_stage *stage);
  void (*release)(spiqe_stage *stage); /* NULL, or frees stage->owned, also of a plan that failed */
  /* Initial parameters and, behind them, buffers as doubles; draws from key. */
  void (*initialise)(const spiqe_stage *stage, const uint32_t key[2], double *parameters);
  /* NULL, or fill derived from the parameters, before each batch. */
  void (*prepare)(const spiqe_stage *stage, spiqe_precision precision, const void *parameters,
                  void *derived);
  /* Tile of n_tiles, columns or rows as the stage likes; (0, 1) for all, as a neuron is always
   * called. */
  void (*forward)(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile, size_t n_tiles);
  void (*backward)(const spiqe_stage *stage, const spiqe_pass *pass);
  /* NULL, or whether the stage can learn by the local rule: its spikes have a probability, its
   * membrane, and can be given. Fails, naming the stage: SPIQE_UNSUPPORTED. */
  spiqe_status (*check_local)(spiqe_context *ctx, const spiqe_stage *stage);
  /* NULL, or buffers follow the statistics of a batch of n_rows samples, [pieces][n_buffers]. */
  void (*settle)(const spiqe_stage *stage, spiqe_precision precision, size_t n_rows, size_t piece,
                 const void *statistics, void *buffers);
  /* NULL, or the gradient of the whole batch in one tile. */
  void (*gradient)(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile);
  /* Add what the stage did (stage/count.h). NULL: it cannot be counted. */
  void (*count)(const spiqe_stage *stage, const struct spiqe_activity *activity,
                struct spiqe_work *sum);
} spiqe_stage_kind;

/* Pointer to element `offset` of a buffer of that precision. */
static inline void *spiqe_at(const void *buffer, size_t offset, spiqe_precision precision) {
  if (!buffer) return NULL;
  return (char *)buffer + offset * (precision == SPIQE_F64 ? sizeof(double) : sizeof(float));
}

/* Add a named part behind those that are there. */
void spiqe_stage_add_parameter(spiqe_stage *stage, const char *name, size_t n_dimensions,
                               const size_t *shape);
void spiqe_stage_add_buffer(spiqe_stage *stage, const char *name, size_t n_dimensions,
                            const size_t *shape);

/* First row of a tile, and in *n how many it has, of n_rows cut in n_tiles. */
static inline size_t spiqe_stage_tile_rows(size_t n_rows, size_t tile, size_t n_tiles, size_t *n) {
  size_t first = n_rows * tile / n_tiles;
  *n = n_rows * (tile + 1) / n_tiles - first;
  return first;
}

/* Tiles of rows of a forward pass over the whole batch: enough for threads to end together. */
#define SPIQE_ROW_TILES ((size_t)32)

/* Draw n values uniform in [-bound, bound]; which: number of the part, so parts share no draws. */
void spiqe_stage_uniform(const uint32_t key[2], size_t which, double bound, size_t n, double *out);

#endif
