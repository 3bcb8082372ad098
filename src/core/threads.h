/* Threads: run n_tasks independent tasks. Which thread runs a task is not fixed, so a task must
 * write only what no other task writes; then results have the same bits with any number of
 * threads. */
#ifndef SPIQE_CORE_THREADS_H
#define SPIQE_CORE_THREADS_H

#include <stddef.h>

#include "spiqe/context.h"

/* worker < n_threads: which scratch memory the task may use. */
typedef void spiqe_task(void *argument, size_t task, size_t worker);

/* Returns when all tasks are done. A task may call a library that has threads of its own (OpenMP):
 * it stays on the thread of the task. Not from inside a task. Does not allocate. */
void spiqe_threads_run(const spiqe_context *ctx, size_t n_tasks, spiqe_task *run, void *argument);

/* Threads that wait for work, for a context of n_threads (the caller's thread is one of them, so
 * none for 1). Where the system gives fewer, fewer are used. Fails: SPIQE_NO_MEMORY. */
typedef struct spiqe_pool spiqe_pool;
spiqe_status spiqe_pool_create(spiqe_context *ctx, size_t n_threads, spiqe_pool **out);
void spiqe_pool_destroy(spiqe_pool *pool);

/* Processors that this process may use. */
size_t spiqe_threads_available(void);

#endif
