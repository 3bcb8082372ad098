/* The list of synapses. */
#include "synapse/synapses.h"

#include "synapse/dense.h"

static const spiqe_stage_kind *const kinds[] = {&spiqe_dense};

const spiqe_stage_kind *spiqe_synapse_kind(size_t index) {
  return index < sizeof kinds / sizeof kinds[0] ? kinds[index] : NULL;
}
