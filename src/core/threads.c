/* Tasks on OpenMP threads. Inside the parallel region nested parallelism is off, so a library
 * called from a task stays on its thread. */
#include "core/threads.h"

#include <omp.h>

#include "core/context.h"

void spiqe_threads_run(const spiqe_context *ctx, size_t n_tasks, spiqe_task *run, void *argument) {
  int n_threads = (int)(ctx->n_threads < n_tasks ? ctx->n_threads : n_tasks);
  if (n_tasks == 0) return; /* OpenMP knows no team of 0 threads */
#pragma omp parallel for schedule(dynamic, 1) num_threads(n_threads)
  for (size_t task = 0; task < n_tasks; task++) run(argument, task, (size_t)omp_get_thread_num());
}

size_t spiqe_threads_available(void) {
  return (size_t)omp_get_num_procs();
}
