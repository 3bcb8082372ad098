/* The list of synapses and of stages that pass through: a new one adds its row here. */
#ifndef SPIQE_SYNAPSE_SYNAPSES_H
#define SPIQE_SYNAPSE_SYNAPSES_H

#include "stage/stage.h"

/* Kind by index; NULL past the last. */
const spiqe_stage_kind *spiqe_synapse_kind(size_t index);

#endif
