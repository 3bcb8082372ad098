/* Monotonic clock and resource use. */
#include "core/clock.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

double spiqe_clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* "VmHWM:   1416 kB" in /proc/self/status. getrusage would also count the process that started this
 * one: Linux keeps ru_maxrss over exec, so that below a large Python it gives Python's peak. */
size_t spiqe_peak_memory(void) {
  char line[128];
  size_t kib = 0;
  struct rusage usage;
  FILE *status = fopen("/proc/self/status", "re");
  while (status && fgets(line, sizeof line, status))
    if (sscanf(line, "VmHWM: %zu", &kib) == 1) break;
  if (status) fclose(status);
  if (kib) return kib * 1024;
  getrusage(RUSAGE_SELF, &usage);
  return (size_t)usage.ru_maxrss * 1024; /* Linux gives KiB */
}
