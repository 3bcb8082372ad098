/* Accuracy, precision, recall, F1, and the area under the ROC curve. */
#include "train/scores.h"

#include <math.h>
#include <stdlib.h>

#include "core/fail.h"
#include "spiqe/classifier.h"

double spiqe_confusion_accuracy(const uint64_t *confusion, size_t n) {
  uint64_t right = 0, all = 0;
  for (size_t i = 0; i < n * n; i++) all += confusion[i];
  for (size_t i = 0; i < n; i++) right += confusion[i * n + i];
  return all ? (double)right / (double)all : 0;
}

static double share(uint64_t part, uint64_t whole) {
  return whole ? (double)part / (double)whole : 0;
}

spiqe_macro spiqe_confusion_macro(const uint64_t *confusion, size_t n) {
  spiqe_macro sum = {0};
  double n_present = 0;
  for (size_t c = 0; c < n; c++) {
    uint64_t is = 0, said = 0, right = confusion[c * n + c];
    for (size_t j = 0; j < n; j++) is += confusion[c * n + j], said += confusion[j * n + c];
    if (is + said == 0) continue;
    sum.precision += share(right, said);
    sum.recall += share(right, is);
    sum.f1 += share(2 * right, is + said);
    n_present++;
  }
  if (n_present == 0) return sum;
  return (spiqe_macro){sum.precision / n_present, sum.recall / n_present, sum.f1 / n_present};
}

typedef struct scored {
  float score;
  int is_inside; /* of the class */
} scored;

static int by_score(const void *a, const void *b) {
  const float x = ((const scored *)a)->score, y = ((const scored *)b)->score;
  return (x > y) - (x < y);
}

/* From the lowest score upward, ties at once: each inside beats all outside below it. NaN when one
 * of the two is missing. */
static double area_of(const scored *sorted, size_t n) {
  uint64_t n_inside = 0, n_outside = 0, half_pairs = 0;
  for (size_t i = 0, end; i < n; i = end) {
    uint64_t inside = 0, outside = 0;
    for (end = i; end < n && sorted[end].score == sorted[i].score; end++)
      sorted[end].is_inside ? inside++ : outside++;
    half_pairs += inside * (2 * n_outside + outside);
    n_inside += inside;
    n_outside += outside;
  }
  if (!n_inside || !n_outside) return NAN;
  return (double)half_pairs / (2 * (double)n_inside * (double)n_outside);
}

spiqe_status spiqe_roc_area(spiqe_context *ctx, size_t n_samples, size_t n_classes,
                            const float *scores, const uint16_t *labels, double *area) {
  double sum = 0, n_measured = 0;
  *area = NAN;
  for (size_t i = 0; i < n_samples * n_classes; i++)
    if (isnan(scores[i])) return SPIQE_OK; /* it has no place in an order */
  scored *room = calloc(n_samples + 1, sizeof *room);
  SPIQE_REQUIRE(ctx, room, SPIQE_NO_MEMORY, "no memory for %zu scores", n_samples);
  for (size_t c = 0; c < n_classes; c++) {
    size_t n_inside = 0;
    for (size_t i = 0; i < n_samples; i++) {
      room[i] = (scored){scores[i * n_classes + c], labels[i] == c};
      n_inside += labels[i] == c;
    }
    if (n_inside == 0) continue;
    qsort(room, n_samples, sizeof *room, by_score);
    const double one = area_of(room, n_samples);
    if (isnan(one)) continue;
    sum += one;
    n_measured++;
  }
  free(room);
  if (n_measured > 0) *area = sum / n_measured;
  return SPIQE_OK;
}

double spiqe_accuracy_error(double accuracy, size_t n_samples) {
  const double n = (double)n_samples, share = (accuracy * n + 1) / (n + 2);
  return sqrt(share * (1 - share) / (n + 3));
}
