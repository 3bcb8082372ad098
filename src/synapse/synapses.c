/* The list of synapses, and of stages that pass through. */
#include "synapse/synapses.h"

#include "synapse/batch_norm.h"
#include "synapse/conv2d.h"
#include "synapse/dense.h"
#include "synapse/dropout.h"
#include "synapse/flatten.h"
#include "synapse/pool.h"

static const spiqe_stage_kind *const kinds[] = {&spiqe_dense,     &spiqe_conv2d,  &spiqe_maxpool,
                                                &spiqe_avgpool,   &spiqe_flatten, &spiqe_dropout,
                                                &spiqe_batch_norm};

const spiqe_stage_kind *spiqe_synapse_kind(size_t index) {
  return index < sizeof kinds / sizeof kinds[0] ? kinds[index] : NULL;
}
