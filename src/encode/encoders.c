/* The list of encoders. */
#include "encode/encoder.h"

static const spiqe_encoder_kind *const kinds[] = {&spiqe_encode_direct,  &spiqe_encode_rate,
                                                  &spiqe_encode_latency, &spiqe_encode_delta,
                                                  &spiqe_encode_events,  &spiqe_encode_frames};

const spiqe_encoder_kind *spiqe_encoder_kind_at(size_t index) {
  return index < sizeof kinds / sizeof kinds[0] ? kinds[index] : NULL;
}
