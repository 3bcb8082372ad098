/* A pool of threads. OpenMP's own would wait for work by spinning for milliseconds, which on a
 * machine that others use too costs several times what the work does (measured: 3,300 instead of
 * 45,000 samples a second); here a thread spins some microseconds and then sleeps. */
#include "core/threads.h"

#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/context.h"
#include "core/fail.h"

/* Looks at the next job before sleeping, some 20 microseconds: the pause between two stages. */
#define SPINS 1000

typedef struct job {
  spiqe_task *run;
  void *argument;
  size_t n_tasks;
} job;

struct spiqe_pool {
  pthread_t *threads; /* owned, [n_workers] */
  size_t n_workers;   /* that were started; worker i + 1 is threads[i], the caller is worker 0 */
  pthread_mutex_t lock;
  pthread_cond_t wake, done;
  job now;                       /* written before generation is raised */
  atomic_size_t next, n_running; /* next task; workers still on the job */
  atomic_size_t generation;      /* counts the jobs */
  int stop;
};

/* What a thread of the pool is given. */
typedef struct worker {
  spiqe_pool *pool;
  size_t index;
} worker;

static void pause_briefly(void) {
  __builtin_ia32_pause();
}

static void take_tasks(spiqe_pool *pool, size_t index) {
  job now = pool->now;
  for (size_t task; (task = atomic_fetch_add(&pool->next, 1)) < now.n_tasks;)
    now.run(now.argument, task, index);
}

/* Wait for a job after number `seen`; 0 when the pool ends. */
static size_t wait_for_job(spiqe_pool *pool, size_t seen) {
  for (int i = 0; i < SPINS && atomic_load(&pool->generation) == seen; i++) pause_briefly();
  pthread_mutex_lock(&pool->lock);
  while (atomic_load(&pool->generation) == seen && !pool->stop)
    pthread_cond_wait(&pool->wake, &pool->lock);
  size_t generation = pool->stop ? 0 : atomic_load(&pool->generation);
  pthread_mutex_unlock(&pool->lock);
  return generation;
}

static void *work(void *argument) {
  worker self = *(worker *)argument;
  spiqe_pool *pool = self.pool;
  free(argument);
  omp_set_num_threads(1); /* of this thread: a library called from a task stays on it */
  for (size_t seen = 0; (seen = wait_for_job(pool, seen)) != 0;) {
    take_tasks(pool, self.index);
    if (atomic_fetch_sub(&pool->n_running, 1) != 1) continue;
    pthread_mutex_lock(&pool->lock);
    pthread_cond_signal(&pool->done);
    pthread_mutex_unlock(&pool->lock);
  }
  return NULL;
}

static int start_worker(spiqe_pool *pool) {
  worker *self = malloc(sizeof *self);
  if (!self) return 0;
  *self = (worker){pool, pool->n_workers + 1};
  if (pthread_create(&pool->threads[pool->n_workers], NULL, work, self) != 0) {
    free(self);
    return 0;
  }
  pool->n_workers++;
  return 1;
}

spiqe_status spiqe_pool_create(spiqe_context *ctx, size_t n_threads, spiqe_pool **out) {
  *out = NULL;
  spiqe_pool *pool = calloc(1, sizeof *pool);
  pthread_t *threads = calloc(n_threads, sizeof *threads);
  if (!pool || !threads) {
    free(pool);
    free(threads);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for %zu threads", n_threads);
  }
  pool->threads = threads;
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pthread_cond_init(&pool->done, NULL);
  while (pool->n_workers + 1 < n_threads && start_worker(pool)) continue;
  *out = pool;
  return SPIQE_OK;
}

void spiqe_pool_destroy(spiqe_pool *pool) {
  if (!pool) return;
  pthread_mutex_lock(&pool->lock);
  pool->stop = 1;
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->lock);
  for (size_t i = 0; i < pool->n_workers; i++) pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->wake);
  pthread_cond_destroy(&pool->done);
  pthread_mutex_destroy(&pool->lock);
  free(pool->threads);
  free(pool);
}

static void begin_job(spiqe_pool *pool, job now) {
  pthread_mutex_lock(&pool->lock);
  pool->now = now;
  atomic_store(&pool->next, 0);
  atomic_store(&pool->n_running, pool->n_workers);
  atomic_fetch_add(&pool->generation, 1);
  pthread_cond_broadcast(&pool->wake);
  pthread_mutex_unlock(&pool->lock);
}

static void end_job(spiqe_pool *pool) {
  for (int i = 0; i < SPINS && atomic_load(&pool->n_running) > 0; i++) pause_briefly();
  pthread_mutex_lock(&pool->lock);
  while (atomic_load(&pool->n_running) > 0) pthread_cond_wait(&pool->done, &pool->lock);
  pthread_mutex_unlock(&pool->lock);
}

void spiqe_threads_run(const spiqe_context *ctx, size_t n_tasks, spiqe_task *run, void *argument) {
  spiqe_pool *pool = ctx->pool;
  int before = omp_get_max_threads();
  omp_set_num_threads(1);
  if (!pool || pool->n_workers == 0 || n_tasks < 2) {
    for (size_t task = 0; task < n_tasks; task++) run(argument, task, 0);
  } else {
    begin_job(pool, (job){run, argument, n_tasks});
    take_tasks(pool, 0);
    end_job(pool);
  }
  omp_set_num_threads(before);
}

size_t spiqe_threads_available(void) {
  return (size_t)omp_get_num_procs();
}
