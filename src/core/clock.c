/* Monotonic clock and resource use. */
#include "core/clock.h"

#include <sys/resource.h>
#include <time.h>

double spiqe_clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

size_t spiqe_peak_memory(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (size_t)usage.ru_maxrss * 1024; /* Linux gives KiB */
}
