/* Export: what was trained, in forms that others read. */
#ifndef SPIQE_EXPORT_H
#define SPIQE_EXPORT_H

#include "spiqe/circuit.h"
#include "spiqe/classifier.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The circuit of one neuron for one sample, unrolled over the steps; all angles are numbers.
 *
 * SQS: rotations by its currents, the ansatz with its trained angles, measurement and reset
 * (docs/models.md, SQS). The currents are those of one run of the network: they depend on what the
 * neurons before it drew, as the sample's first run in a test does. Bit step N + q is the spike of
 * in/out qubit q of N.
 *
 * QLIF: for each step a reset, rx that prepares the population of the step before, rx by the
 * current or a delay, and a measurement; over many shots the share of ones in bit `step` is the
 * membrane after it. With one plane a step waits and turns, bits 2 step and 2 step + 1. What
 * leaks during a delay is the device: `device` gives the T1 that stands for the neuron's t1; NULL:
 * a unit of time is a microsecond.
 *
 * circuit: the whole stage is neuron 0. Its circuit at the first step: amplitudes prepared by a
 * tree of controlled rotations, where it takes them, then its gates, and a measurement of each
 * qubit that is read, in their order.
 *
 * layer: place of the neuron's stage, from 0; neuron: in it, from 0. *out: destroyed by the caller,
 * NULL on failure. Fails: SPIQE_BAD_INDEX (no such sample, layer of neurons, or neuron),
 * SPIQE_UNSUPPORTED (a neuron that has no circuit; a device without T1), SPIQE_BAD_ARGUMENT (a
 * device for what does not wait), and as spiqe_classifier_record. */
spiqe_status spiqe_export_neuron(spiqe_classifier *classifier, const spiqe_samples *samples,
                                 size_t sample, size_t layer, size_t neuron,
                                 const spiqe_noise *device, spiqe_circuit **out);

#ifdef __cplusplus
}
#endif
#endif
