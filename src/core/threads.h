/* Threads: run n_tasks independent tasks. Which thread runs a task is not fixed, so a task must
 * write only what no other task writes; then results have the same bits with any number of
 * threads. */
#ifndef SPIQE_CORE_THREADS_H
#define SPIQE_CORE_THREADS_H

#include <stddef.h>

#include "spiqe/context.h"

/* worker < n_threads: which scratch memory the task may use. */
typedef void spiqe_task(void *argument, size_t task, size_t worker);

void spiqe_threads_run(const spiqe_context *ctx, size_t n_tasks, spiqe_task *run, void *argument);

/* Processors that this process may use. */
size_t spiqe_threads_available(void);

#endif
