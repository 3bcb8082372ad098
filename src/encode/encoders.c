/* The list of encoders, and what they share. */
#include "encode/encoder.h"

static const spiqe_encoder_kind *const kinds[] = {&spiqe_encode_direct,  &spiqe_encode_rate,
                                                  &spiqe_encode_latency, &spiqe_encode_delta,
                                                  &spiqe_encode_events,  &spiqe_encode_frames};

void spiqe_encoding_set_shape(spiqe_encoding *encoding, const size_t *shape, size_t n_dimensions) {
  const int has_place = n_dimensions == 2 || n_dimensions == 3;
  encoding->n_units = 1;
  for (size_t i = 0; i < n_dimensions; i++) encoding->n_units *= shape[i];
  encoding->height = has_place ? shape[n_dimensions - 2] : 1;
  encoding->width = has_place ? shape[n_dimensions - 1] : 1;
  encoding->channels = encoding->n_units / (encoding->height * encoding->width);
}

#define NUMBER_BYTES 4.0

void spiqe_encode_count_fetched(double n, spiqe_work *sum) {
  sum->counts[SPIQE_WORK_EVENT_BYTES] += NUMBER_BYTES * n;
}

void spiqe_encode_count_kept(double n, spiqe_work *sum) {
  sum->counts[SPIQE_WORK_STATE_BYTES] += NUMBER_BYTES * n;
}

void spiqe_encode_count_drawn(double n, spiqe_work *sum) {
  sum->counts[SPIQE_WORK_ADDITIONS] += n;
  sum->counts[SPIQE_WORK_DRAWS] += n;
}

const spiqe_encoder_kind *spiqe_encoder_kind_at(size_t index) {
  return index < sizeof kinds / sizeof kinds[0] ? kinds[index] : NULL;
}
