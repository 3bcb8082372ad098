/* The list of neurons: a new one adds its row here. */
#ifndef SPIQE_NEURON_NEURONS_H
#define SPIQE_NEURON_NEURONS_H

#include "stage/stage.h"

/* Kind by index; NULL past the last. */
const spiqe_stage_kind *spiqe_neuron_kind(size_t index);

#endif
