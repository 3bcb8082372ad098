/* Times of repeated work. Machines are shared and drift: a minimum or a median of several is kept,
 * and what is compared is measured in turns. */
#ifndef SPIQE_BENCH_SUPPORT_TIMES_H
#define SPIQE_BENCH_SUPPORT_TIMES_H

#include <stddef.h>

/* Median, smallest, mean, standard error of the mean (0 for fewer than 2). Median sorts times. */
double bench_median(double *times, size_t n);
double bench_minimum(const double *times, size_t n);
double bench_mean(const double *values, size_t n);
double bench_standard_error(const double *values, size_t n);

typedef void bench_work(void *argument);

/* Seconds of one call: the smallest over rounds of calls that fill `seconds` in all. */
double bench_seconds(bench_work *work, void *argument, double seconds);

#endif
