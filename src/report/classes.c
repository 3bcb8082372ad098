/* Recall, precision and F1 of a class. */
#include "report/classes.h"

#include <math.h>

static double share(uint64_t part, uint64_t whole) {
  return whole ? (double)part / (double)whole : NAN;
}

spiqe_class_facts spiqe_class_facts_of(const uint64_t *confusion, size_t n_classes,
                                       size_t class_index) {
  const uint64_t *row = confusion + class_index * n_classes;
  spiqe_class_facts facts = {.n_right = row[class_index]};
  for (size_t k = 0; k < n_classes; k++) {
    facts.n_samples += row[k];
    facts.n_predicted += confusion[k * n_classes + class_index];
    if (k != class_index && row[k] > facts.n_rival) {
      facts.n_rival = row[k];
      facts.rival = k;
    }
  }
  facts.recall = share(facts.n_right, facts.n_samples);
  facts.precision = share(facts.n_right, facts.n_predicted);
  facts.f1 = share(2 * facts.n_right, facts.n_samples + facts.n_predicted);
  return facts;
}
