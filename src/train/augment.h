/* Augmentation: pictures that are learnt from are moved and mirrored at random, anew in each epoch.
 * What is validated and tested stays as it is. */
#ifndef SPIQE_TRAIN_AUGMENT_H
#define SPIQE_TRAIN_AUGMENT_H

#include "learn/learn.h"
#include "network/network.h"

/* Whether the settings ask for it, and then whether samples of the network are pictures, [height,
 * width] or [channels, height, width], or films of them, [steps, ...], for an encoder that takes
 * the first axis for time: all pictures of one are moved alike. Fails: SPIQE_BAD_SHAPE, naming the
 * option and what the samples are. */
spiqe_status spiqe_augment_check(spiqe_context *ctx, const spiqe_learn_settings *settings,
                                 const spiqe_network *net);

/* One picture of the network's, [n_features], in place. What comes in at the sides is 0. key: of
 * the epoch; the draws are a function of (key, sample). */
void spiqe_augment_picture(const spiqe_learn_settings *settings, const spiqe_network *net,
                           const uint32_t key[2], uint32_t sample, float *values);

#endif
