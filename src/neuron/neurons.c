/* The list of neurons. */
#include "neuron/neurons.h"

#include "neuron/circuit.h"
#include "neuron/graded.h"
#include "neuron/lif.h"
#include "neuron/qlif.h"
#include "neuron/sqs.h"

static const spiqe_stage_kind *const kinds[] = {&spiqe_qlif, &spiqe_sqs,    &spiqe_lif,
                                                &spiqe_relu, &spiqe_linear, &spiqe_circuit_stage};

const spiqe_stage_kind *spiqe_neuron_kind(size_t index) {
  return index < sizeof kinds / sizeof kinds[0] ? kinds[index] : NULL;
}
