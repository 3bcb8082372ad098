/* Memory of the engines, and the threads that they run on. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/context.h"
#include "core/fail.h"
#include "core/threads.h"
#include "quantum/shots.h"
#include "spiqe/random.h"

/* Registers up to this size are too small for the threads of one gate: each thread has shots of its
 * own. (A task of a sweep over amplitudes has 2^14 of them, state.c.) */
#define MOST_THREADED_QUBITS 15

/* Shots of a block on one engine: some 60 bytes each. */
#define MOST_BLOCK ((size_t)1 << 19)

/* Blocks for threads follow from the shots alone: some for each thread, so many shots that most of
 * what they have in common is run once. */
#define LEAST_THREADED_BLOCK ((size_t)64)
#define MOST_THREADED_BLOCK ((size_t)1 << 13)
#define BLOCKS 16

/* Blocks of a thread between two calls of the listener. */
#define ROUND 4

static int is_gate(const spiqe_operation *op) {
  return op->kind == SPIQE_GATE || op->kind == SPIQE_MATRIX;
}

static void *make(size_t n, size_t size) {
  return calloc(n + 1, size);
}

spiqe_status spiqe_shot_engine_create(spiqe_job *job, spiqe_context *ctx,
                                      const spiqe_shots_program *program, size_t most_shots,
                                      spiqe_shot_engine *out) {
  const spiqe_reduced *reduced = program->reduced;
  const size_t n_bits = reduced->circuit.n_bits, depth = SPIQE_MOST_SHOT_DEPTH;
  *out = (spiqe_shot_engine){.ctx = ctx, .job = job, .program = program, .most_states = depth};
  spiqe_shot_engine *e = out;
  while (e->n_first < reduced->n_core && is_gate(&reduced->circuit.operations[e->n_first]))
    e->n_first++;
  e->has_looks = spiqe_reduced_has(reduced, SPIQE_CHANNEL);
  spiqe_random_key(job->options->seed, SPIQE_PURPOSE_MEASURE, 0, e->key);
  spiqe_counts_create(ctx, reduced->n_form, &e->counts);
  e->bits = make(depth, n_bits + 1);
  e->shot_bits = make(n_bits, 1);
  e->shots = make(most_shots, sizeof *e->shots);
  e->parted = make(most_shots, sizeof *e->parted);
  e->left = make(most_shots, sizeof *e->left);
  e->n_draws = make(most_shots, sizeof *e->n_draws);
  e->looks = make(most_shots, sizeof *e->looks);
  e->drawn = make(most_shots, sizeof *e->drawn);
  e->uniform = make(most_shots, sizeof *e->uniform);
  e->scratch = make(most_shots, sizeof *e->scratch);
  e->indices = make(most_shots, sizeof *e->indices);
  e->weights = make(depth * program->most_kraus, sizeof *e->weights);
  e->n_each = make(depth * program->most_kraus, sizeof *e->n_each);
  e->outcome = make(e->counts.n_words, sizeof *e->outcome);
  if (!e->bits || !e->shot_bits || !e->shots || !e->parted || !e->left || !e->n_draws ||
      !e->looks || !e->drawn || !e->uniform || !e->scratch || !e->indices || !e->weights ||
      !e->n_each || !e->outcome)
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for %zu shots", most_shots);
  SPIQE_TRY(spiqe_job_state(job, ctx, 0, &e->states[0]));
  e->n_states = 1;
  e->bytes = spiqe_state_size(job->precision, reduced->circuit.n_qubits);
  return SPIQE_OK;
}

void spiqe_shot_engine_destroy(spiqe_shot_engine *e) {
  spiqe_state_destroy(e->prefix);
  for (size_t i = 0; i < e->n_states; i++) spiqe_state_destroy(e->states[i]);
  free(e->bits);
  free(e->shot_bits);
  free(e->shots);
  free(e->parted);
  free(e->left);
  free(e->n_draws);
  free(e->looks);
  free(e->drawn);
  free(e->uniform);
  free(e->scratch);
  free(e->indices);
  free(e->weights);
  free(e->n_each);
  free(e->outcome);
  spiqe_counts_destroy(&e->counts);
  *e = (spiqe_shot_engine){0};
}

/* All shots on one engine, whose gates use all threads. */
static spiqe_status run_alone(spiqe_job *job, const spiqe_shots_program *program) {
  const uint64_t n_shots = job->options->n_shots;
  const size_t block = n_shots < MOST_BLOCK ? (size_t)n_shots : MOST_BLOCK;
  spiqe_shot_engine e;
  spiqe_status status = spiqe_shot_engine_create(job, job->ctx, program, block, &e);
  e.is_telling = 1;
  for (uint64_t first = 0; first < n_shots && status == SPIQE_OK; first += block) {
    uint64_t left = n_shots - first;
    status = spiqe_shot_engine_run(&e, first, left < block ? (size_t)left : block);
  }
  if (status == SPIQE_OK) status = spiqe_counts_merge(&job->counts, &e.counts);
  spiqe_shot_engine_destroy(&e);
  return status;
}

/* One engine for each thread. */
typedef struct team {
  spiqe_job *job;
  size_t n, block;
  spiqe_context **contexts;   /* owned, [n] of one thread each */
  spiqe_shot_engine *engines; /* owned, [n] */
  spiqe_status *status;       /* owned, [n] */
  uint64_t first;             /* shot of task 0 */
} team;

static void run_task(void *argument, size_t task, size_t worker) {
  team *t = argument;
  uint64_t first = t->first + task * t->block, n_shots = t->job->options->n_shots;
  if (t->status[worker] != SPIQE_OK) return;
  size_t n = n_shots - first < t->block ? (size_t)(n_shots - first) : t->block;
  t->status[worker] = spiqe_shot_engine_run(&t->engines[worker], first, n);
}

static spiqe_status make_team(team *t, const spiqe_shots_program *program) {
  spiqe_context *ctx = t->job->ctx;
  spiqe_context_options options = {.n_threads = 1, .device = spiqe_context_device(ctx)};
  t->contexts = calloc(t->n, sizeof *t->contexts);
  t->engines = calloc(t->n, sizeof *t->engines);
  t->status = calloc(t->n, sizeof *t->status);
  SPIQE_REQUIRE(ctx, t->contexts && t->engines && t->status, SPIQE_NO_MEMORY,
                "no memory for %zu threads", t->n);
  for (size_t i = 0; i < t->n; i++) {
    char message[SPIQE_MESSAGE_SIZE];
    spiqe_status status = spiqe_context_create(&options, &t->contexts[i], message, sizeof message);
    SPIQE_REQUIRE(ctx, status == SPIQE_OK, status, "%s", message);
    status = spiqe_shot_engine_create(t->job, t->contexts[i], program, t->block, &t->engines[i]);
    SPIQE_REQUIRE(ctx, status == SPIQE_OK, status, "%s", spiqe_context_message(t->contexts[i]));
  }
  return SPIQE_OK;
}

/* Blocks by rounds, so that the listener is called between them. */
static spiqe_status run_rounds(team *t) {
  const uint64_t n_shots = t->job->options->n_shots;
  while (t->first < n_shots) {
    uint64_t n_tasks = (n_shots - t->first + t->block - 1) / t->block;
    if (n_tasks > ROUND * t->n) n_tasks = ROUND * t->n;
    spiqe_threads_run(t->job->ctx, (size_t)n_tasks, run_task, t);
    for (size_t i = 0; i < t->n; i++)
      SPIQE_REQUIRE(t->job->ctx, t->status[i] == SPIQE_OK, t->status[i], "%s",
                    spiqe_context_message(t->contexts[i]));
    t->first += n_tasks * t->block;
    SPIQE_TRY(spiqe_job_tell(t->job, (double)t->first / (double)n_shots));
  }
  return SPIQE_OK;
}

static spiqe_status run_together(spiqe_job *job, const spiqe_shots_program *program) {
  const uint64_t n_shots = job->options->n_shots;
  team t = {.job = job, .n = spiqe_context_n_threads(job->ctx)};
  const uint64_t share = n_shots / BLOCKS;
  t.block = share < LEAST_THREADED_BLOCK  ? LEAST_THREADED_BLOCK
            : share < MOST_THREADED_BLOCK ? (size_t)share
                                          : MOST_THREADED_BLOCK;
  spiqe_status status = make_team(&t, program);
  if (status == SPIQE_OK) status = run_rounds(&t);
  for (size_t i = 0; i < t.n && t.engines; i++) {
    if (status == SPIQE_OK) status = spiqe_counts_merge(&job->counts, &t.engines[i].counts);
    spiqe_shot_engine_destroy(&t.engines[i]);
  }
  for (size_t i = 0; i < t.n && t.contexts; i++) spiqe_context_destroy(t.contexts[i]);
  free(t.contexts);
  free(t.engines);
  free(t.status);
  return status;
}

spiqe_status spiqe_simulate_shots(spiqe_job *job) {
  spiqe_shots_program program;
  spiqe_state *state;
  if (job->reduced->circuit.n_qubits > SPIQE_MOST_STATE_QUBITS)
    return spiqe_job_state(job, job->ctx, 0, &state); /* fails, with the size */
  SPIQE_TRY(spiqe_shots_program_create(job->reduced, job->options->inputs, &program));
  const int is_small = job->reduced->circuit.n_qubits <= MOST_THREADED_QUBITS;
  spiqe_status status = is_small && !spiqe_reduced_is_pure(job->reduced)
                            ? run_together(job, &program)
                            : run_alone(job, &program);
  spiqe_shots_program_destroy(&program);
  return status;
}
