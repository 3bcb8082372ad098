/* Threads: every task runs once, on a worker with scratch memory of its own, with any number of
 * threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/context.h"
#include "core/threads.h"

#define N_TASKS 1000
#define MOST_THREADS 5

static const size_t thread_counts[] = {1, 2, MOST_THREADS};

/* runs and worker: [N_TASKS], written by their own task only; sums: [MOST_THREADS], by worker. */
typedef struct record {
  unsigned runs[N_TASKS];
  size_t worker[N_TASKS];
  uint64_t sums[MOST_THREADS];
  double terms[N_TASKS];
} record;

static void note_task(void *argument, size_t task, size_t worker) {
  record *r = argument;
  r->runs[task]++;
  r->worker[task] = worker;
  r->terms[task] = 1.0 / (1.0 + (double)task);
  if (worker < MOST_THREADS) r->sums[worker] += task;
}

static record *run_tasks(size_t n_threads, size_t n_tasks) {
  record *r = calloc(1, sizeof *r);
  assert_non_null(r);
  spiqe_context *ctx;
  spiqe_context_options options = {.n_threads = n_threads};
  assert_int_equal(spiqe_context_create(&options, &ctx, NULL, 0), SPIQE_OK);
  spiqe_threads_run(ctx, n_tasks, note_task, r);
  spiqe_context_destroy(ctx);
  return r;
}

static void every_task_runs_exactly_once(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof thread_counts / sizeof *thread_counts; i++) {
    record *r = run_tasks(thread_counts[i], N_TASKS);
    for (size_t task = 0; task < N_TASKS; task++) assert_int_equal(r->runs[task], 1);
    free(r);
  }
}

static void a_worker_number_is_below_the_number_of_threads(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof thread_counts / sizeof *thread_counts; i++) {
    record *r = run_tasks(thread_counts[i], N_TASKS);
    for (size_t task = 0; task < N_TASKS; task++) assert_true(r->worker[task] < thread_counts[i]);
    free(r);
  }
}

static void scratch_of_a_worker_is_used_by_one_task_at_a_time(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof thread_counts / sizeof *thread_counts; i++) {
    record *r = run_tasks(thread_counts[i], N_TASKS);
    uint64_t sum = 0;
    for (size_t worker = 0; worker < MOST_THREADS; worker++) sum += r->sums[worker];
    assert_int_equal(sum, (uint64_t)N_TASKS * (N_TASKS - 1) / 2);
    free(r);
  }
}

static void sums_in_the_order_of_tasks_have_the_same_bits(void **state) {
  (void)state;
  double first = 0;
  for (size_t i = 0; i < sizeof thread_counts / sizeof *thread_counts; i++) {
    record *r = run_tasks(thread_counts[i], N_TASKS);
    double sum = 0;
    for (size_t task = 0; task < N_TASKS; task++) sum += r->terms[task];
    if (i == 0) first = sum;
    assert_memory_equal(&sum, &first, sizeof sum);
    free(r);
  }
}

static void no_tasks_and_fewer_tasks_than_threads_are_fine(void **state) {
  (void)state;
  for (size_t n_tasks = 0; n_tasks < 3; n_tasks++) {
    record *r = run_tasks(MOST_THREADS, n_tasks);
    for (size_t task = 0; task < N_TASKS; task++) assert_int_equal(r->runs[task], task < n_tasks);
    free(r);
  }
}

static void at_least_one_processor_is_available(void **state) {
  (void)state;
  assert_true(spiqe_threads_available() >= 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_task_runs_exactly_once),
      cmocka_unit_test(a_worker_number_is_below_the_number_of_threads),
      cmocka_unit_test(scratch_of_a_worker_is_used_by_one_task_at_a_time),
      cmocka_unit_test(sums_in_the_order_of_tasks_have_the_same_bits),
      cmocka_unit_test(no_tasks_and_fewer_tasks_than_threads_are_fine),
      cmocka_unit_test(at_least_one_processor_is_available),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
