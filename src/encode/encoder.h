/* Encoders: samples to sequences. Names and parameters as snnTorch's spikegen. */
#ifndef SPIQE_ENCODE_ENCODER_H
#define SPIQE_ENCODE_ENCODER_H

#include "core/option.h"
#include "device/device.h"
#include "spiqe/events.h"
#include "spiqe/work.h"

/* What an encoder makes of samples of a shape. */
typedef struct spiqe_encoding {
  size_t n_steps, n_units;
  size_t channels, height, width; /* of a step, in this order; 1 x 1 where units have no place */
  int is_static;                  /* 1: the same at every step, written once */
  size_t scratch;                 /* bytes that encode() needs beside its output */
} spiqe_encoding;

/* One recording, borrowed from the data set. */
typedef struct spiqe_event_row {
  const spiqe_address_event *events; /* [n] */
  size_t n;
} spiqe_event_row;

/* Units, channels and places of a step of that shape: [height, width], [channels, height, width];
 * other numbers of axes have no place. */
void spiqe_encoding_set_shape(spiqe_encoding *encoding, const size_t *shape, size_t n_dimensions);

/* Samples of one piece. */
typedef struct spiqe_encode_args {
  const spiqe_kernels *kernels; /* float */
  uint32_t key[2];
  size_t n_rows;
  const uint32_t *samples; /* [n_rows] index in the data set, for random numbers */
  const size_t *shape;     /* of a sample, as plan() got it */
  const float *values;     /* [n_rows][features], or NULL for an encoder of events */
  size_t n_features;
  const spiqe_event_row *rows; /* [n_rows] for an encoder of events, or NULL */
  void *scratch;               /* encoding.scratch bytes, whatever in them */
  float *out;                  /* [n_steps, or 1 when static][n_rows][n_units] */
} spiqe_encode_args;

typedef struct spiqe_encoder_kind {
  const char *name, *summary; /* static */
  int takes_events;           /* 1: its samples are recordings, 0: numbers */
  size_t settings_size;
  const spiqe_option *options;
  size_t n_options;
  /* Fails: SPIQE_BAD_SHAPE. */
  spiqe_status (*plan)(spiqe_context *ctx, const void *settings, const size_t *shape,
                       size_t n_dimensions, spiqe_encoding *out);
  /* NULL, or fill in what settings leave to the shape of the samples (values of 0 that say so). */
  void (*fit)(void *settings, const size_t *shape, size_t n_dimensions);
  void (*encode)(const void *settings, const spiqe_encoding *encoding,
                 const spiqe_encode_args *args);
  /* Add what encode() does with these args: its operations, by the rules of spiqe/work.h, and the
   * bytes that move beside those of the sequence. It may use the scratch and leaves args->out as it
   * is. NULL: it cannot be counted. */
  void (*count)(const void *settings, const spiqe_encoding *encoding, const spiqe_encode_args *args,
                spiqe_work *sum);
} spiqe_encoder_kind;

/* For count(): n numbers of samples are fetched; n numbers are kept or read again meanwhile; n
 * spikes are drawn, each draw being compared with its probability. */
void spiqe_encode_count_fetched(double n, spiqe_work *sum);
void spiqe_encode_count_kept(double n, spiqe_work *sum);
void spiqe_encode_count_drawn(double n, spiqe_work *sum);

/* Kind by index; NULL past the last. A new encoder adds its row in encoders.c. */
const spiqe_encoder_kind *spiqe_encoder_kind_at(size_t index);

extern const spiqe_encoder_kind spiqe_encode_direct, spiqe_encode_rate, spiqe_encode_latency,
    spiqe_encode_delta, spiqe_encode_events, spiqe_encode_frames;

#endif
