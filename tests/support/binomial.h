/* The binomial law, summed term by term. */
#ifndef TESTS_SUPPORT_BINOMIAL_H
#define TESTS_SUPPORT_BINOMIAL_H

#include <math.h>
#include <stddef.h>

/* P(k > bound) for k of n draws that are 1 with probability p, 0 < p < 1. Largest terms are not
 * special: each is made anew from logarithms in long double. */
static inline double binomial_above(size_t n, size_t bound, double p) {
  long double sum = 0, log_p = logl((long double)p), log_q = log1pl(-(long double)p), ways = 0;
  for (size_t k = 0; k <= n; k++) {
    if (k > 0) ways += logl((long double)(n - k + 1) / (long double)k);
    if (k > bound) sum += expl(ways + (long double)k * log_p + (long double)(n - k) * log_q);
  }
  return (double)fminl(sum, 1);
}

#endif
