/* What a confusion matrix says of one class. */
#ifndef SPIQE_REPORT_CLASSES_H
#define SPIQE_REPORT_CLASSES_H

#include <stddef.h>
#include <stdint.h>

typedef struct spiqe_class_facts {
  uint64_t n_samples, n_predicted, n_right;
  double recall, precision, f1; /* NaN where there is nothing to divide by */
  size_t rival;                 /* the wrong class it is most often taken for */
  uint64_t n_rival;             /* how often; 0: never wrong */
} spiqe_class_facts;

/* confusion: [n_classes true][n_classes predicted]; class_index < n_classes. */
spiqe_class_facts spiqe_class_facts_of(const uint64_t *confusion, size_t n_classes,
                                       size_t class_index);

#endif
