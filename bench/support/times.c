#include "support/times.h"

#include <math.h>
#include <stdlib.h>

#include "core/clock.h"

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double bench_median(double *times, size_t n) {
  qsort(times, n, sizeof *times, by_size);
  return n % 2 ? times[n / 2] : (times[n / 2 - 1] + times[n / 2]) / 2;
}

double bench_minimum(const double *times, size_t n) {
  double least = INFINITY;
  for (size_t i = 0; i < n; i++) least = fmin(least, times[i]);
  return least;
}

double bench_mean(const double *values, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += values[i];
  return sum / (double)n;
}

double bench_standard_error(const double *values, size_t n) {
  double mean = bench_mean(values, n), sum = 0;
  if (n < 2) return 0;
  for (size_t i = 0; i < n; i++) sum += (values[i] - mean) * (values[i] - mean);
  return sqrt(sum / (double)(n - 1) / (double)n);
}

static double time_calls(bench_work *work, void *argument, size_t n_calls) {
  double start = spiqe_clock_seconds();
  for (size_t i = 0; i < n_calls; i++) work(argument);
  return (spiqe_clock_seconds() - start) / (double)n_calls;
}

/* The first call warms up; a round is long enough (a millisecond) for the clock not to matter. */
double bench_seconds(bench_work *work, void *argument, double seconds) {
  work(argument);
  double once = time_calls(work, argument, 1), least = once, end;
  size_t n_calls = once < 1e-3 ? (size_t)ceil(1e-3 / fmax(once, 1e-9)) : 1;
  end = spiqe_clock_seconds() + seconds;
  do
    least = fmin(least, time_calls(work, argument, n_calls));
  while (spiqe_clock_seconds() < end);
  return least;
}
