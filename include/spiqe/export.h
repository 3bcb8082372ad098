/* Export: what was trained, in forms that others read. */
#ifndef SPIQE_EXPORT_H
#define SPIQE_EXPORT_H

#include "spiqe/circuit.h"
#include "spiqe/classifier.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The circuit of one neuron for one sample, unrolled over the steps: rotations by its currents, the
 * ansatz with its trained angles, measurement and reset (docs/models.md, SQS). All angles are
 * numbers. The currents are those of one run of the network: they depend on what the neurons before
 * it drew, as the sample's first run in a test does. Bit step N + q is the spike of in/out qubit q
 * of N. layer: place of the neuron's stage, from 0; neuron: in it, from 0. *out: destroyed by the
 * caller, NULL on failure. Fails: SPIQE_BAD_INDEX (no such sample, layer of neurons, or neuron),
 * SPIQE_UNSUPPORTED (a neuron that has no circuit of gates), and as spiqe_classifier_record. */
spiqe_status spiqe_export_neuron(spiqe_classifier *classifier, const spiqe_samples *samples,
                                 size_t sample, size_t layer, size_t neuron, spiqe_circuit **out);

#ifdef __cplusplus
}
#endif
#endif
