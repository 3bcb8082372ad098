/* Batch normalisation (Ioffe, Szegedy 2015, arXiv 1502.03167) over time: x becomes
 *   scale (x - mean) / sqrt(variance + epsilon) + shift
 * with a mean and a variance of each channel of each plane, over steps, samples and places, as in
 * threshold-dependent batch normalisation (Zheng et al. 2021, arXiv 2011.05280), where `scale`
 * begins at the threshold of the neurons behind it.
 *
 * While learning they are those of a piece (stage.h), a "ghost" batch (Hoffer, Hubara, Soudry 2017,
 * arXiv 1705.08741), of as many samples as make 64 numbers of a channel, at least: so pieces stay
 * apart and threads share nothing. Running values, used when testing, follow the mean over the
 * pieces of a batch, by rows:
 *   running <- (1 - momentum) running + momentum mean
 * They are buffers: a checkpoint holds them, the optimiser does not touch them. The variance is the
 * plain mean of squares, in both (PyTorch keeps n / (n - 1) times that). */
#ifndef SPIQE_SYNAPSE_BATCH_NORM_H
#define SPIQE_SYNAPSE_BATCH_NORM_H

#include "stage/stage.h"

typedef struct spiqe_batch_norm_settings {
  double momentum, epsilon, scale;
  int affine;
} spiqe_batch_norm_settings;

extern const spiqe_stage_kind spiqe_batch_norm;

#endif
