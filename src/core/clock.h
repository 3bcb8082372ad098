/* Clock: monotonic seconds, and the peak memory of this process. */
#ifndef SPIQE_CORE_CLOCK_H
#define SPIQE_CORE_CLOCK_H

#include <stddef.h>

/* Seconds since some fixed moment; never goes back. */
double spiqe_clock_seconds(void);

/* Largest resident memory of this process so far, bytes. */
size_t spiqe_peak_memory(void);

#endif
