/* A program run as a child: its wall time and its peak memory. */
#ifndef SPIQE_BENCH_SUPPORT_CHILD_H
#define SPIQE_BENCH_SUPPORT_CHILD_H

#include <stddef.h>

typedef struct bench_child {
  int exit_code;        /* -1: ended by a signal */
  double seconds;       /* from its start to its end */
  double user, system;  /* processor seconds */
  size_t peak_memory;   /* largest resident memory, bytes */
} bench_child;

/* Run arguments (NULL-terminated, arguments[0] a path or a name to be searched), its standard
 * output to nowhere. setting: one more "NAME=value" of its environment, or NULL. */
bench_child bench_run(const char *const *arguments, const char *setting);

/* Lines that it writes to its standard output. */
size_t bench_count_lines(const char *const *arguments, const char *setting);

#endif
