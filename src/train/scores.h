/* Scores of a classifier: what its confusion matrix and its probabilities say. */
#ifndef SPIQE_TRAIN_SCORES_H
#define SPIQE_TRAIN_SCORES_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/context.h"

/* Part of the samples that are on the diagonal of confusion: [n true][n predicted]. */
double spiqe_confusion_accuracy(const uint64_t *confusion, size_t n);

/* Unweighted means over the classes that have samples or predictions. A class without predictions
 * has precision 0, one without samples recall 0. */
typedef struct spiqe_macro {
  double precision, recall, f1;
} spiqe_macro;
spiqe_macro spiqe_confusion_macro(const uint64_t *confusion, size_t n);

/* Area under the ROC curve, one class against the rest, mean over the classes that have both. Of a
 * class it is the part of the pairs (a sample of the class, one of the rest) in which the former
 * has the larger score, a tie being half a pair (Mann and Whitney 1947; Hanley and McNeil 1982),
 * counted in whole numbers. scores: [n_samples][n_classes], labels: [n_samples]. *area: NaN when
 * no class has both, or a score is none. Allocates 8 bytes a sample. Fails: SPIQE_NO_MEMORY. */
spiqe_status spiqe_roc_area(spiqe_context *ctx, size_t n_samples, size_t n_classes,
                            const float *scores, const uint16_t *labels, double *area);

#endif
