/* Units of a sample with the same spike train.
 *
 * Under a constant input a neuron without noise fires at every k-th step, so a whole population has
 * few trains. What a synapse does for a spike is linear: units that fire alike can be added up
 * first, and go through time as one. A product of a step costs as many rows of weights as there are
 * spikes; over all steps this costs as many as there are units that fire at all, and the steps of
 * each train on top. */
#ifndef SPIQE_SYNAPSE_TRAINS_H
#define SPIQE_SYNAPSE_TRAINS_H

#include "device/device.h"

#define SPIQE_TRAIN_STEPS ((size_t)64) /* of a train at most; longer sequences are cut */
#define SPIQE_MOST_TRAINS ((size_t)128)

/* A sequence of one sample, [n_steps][n_places][n_channels]; stride: elements between two steps. */
typedef struct spiqe_train_input {
  const spiqe_kernels *kernels;
  const void *values;
  size_t n_steps, stride, n_places, n_channels;
} spiqe_train_input;

typedef struct spiqe_trains {
  size_t n, n_active;                /* different trains; units that fire at all */
  uint64_t steps[SPIQE_MOST_TRAINS]; /* bit t: a spike at step t */
  size_t n_units[SPIQE_MOST_TRAINS]; /* that fire so */
  uint64_t *words;                   /* [n_places n_channels] room, borrowed, as what follows */
  uint32_t *units;                   /* [n_active] in their order */
  uint32_t *which;                   /* [n_active] train of each */
  uint32_t *first;                   /* [n_places + 1] where a place's units begin among them */
} spiqe_trains;

/* Elements of scratch that the arrays need, whatever the precision. */
size_t spiqe_trains_scratch(size_t n_places, size_t n_units);

/* Lay the arrays out in scratch, which is aligned to 8 bytes. Returns what is behind them. */
void *spiqe_trains_lay_out(size_t n_places, size_t n_units, void *scratch, spiqe_trains *out);

/* The trains of a sequence of at most SPIQE_TRAIN_STEPS steps. Returns 0 where there are too many,
 * or where its numbers are not spikes. */
int spiqe_trains_find(const spiqe_train_input *input, spiqe_trains *out);

/* Whether going through time by trains takes fewer additions than a product of each step, where a
 * current is a sum over `part` of the units. */
int spiqe_trains_pay(const spiqe_trains *trains, double part);

#endif
