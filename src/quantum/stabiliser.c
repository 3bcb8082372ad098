#include "quantum/stabiliser.h"

#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "core/fail.h"
#include "core/threads.h"
#include "quantum/frames.h"
#include "quantum/stabiliser_shots.h"

/* Shots of a task on tableaux; tasks of a wave, for each thread. */
#define TABLEAU_SHOTS ((size_t)256)
#define TASKS_PER_THREAD ((size_t)2)

int spiqe_stabiliser_can(const spiqe_circuit *circuit, const double *inputs, size_t *operation,
                         int *resets) {
  spiqe_clifford_cache gates = {.keys = {{.is_known = 0}}};
  spiqe_pauli_channel_cache channels = {.entries = {{.n = 0}}};
  for (size_t i = 0; i < circuit->n_operations; i++) {
    const spiqe_operation *op = &circuit->operations[i];
    int can = 1;
    if (op->kind == SPIQE_GATE || op->kind == SPIQE_MATRIX)
      can = spiqe_clifford_find(&gates, circuit, op, inputs)->is_clifford;
    if (op->kind == SPIQE_CHANNEL) {
      const size_t entry = spiqe_pauli_channel_entry(&channels, circuit, op);
      can = channels.entries[entry].is_pauli;
      if (resets && can) *resets |= channels.entries[entry].channel.resets;
    }
    if (can) continue;
    if (operation) *operation = i;
    return 0;
  }
  return 1;
}

/* A sampling under way. A wave is some tasks side by side, each with its place for shots. */
typedef struct sampling {
  const spiqe_stabiliser_plan *plan;
  uint64_t n_shots, first_task; /* first_task: of the wave */
  size_t task_shots, n_bytes;   /* of a task; of a shot */
  size_t n_workers, most_tasks; /* of a wave */
  spiqe_arena arena;            /* reference and out */
  uint8_t *reference;           /* [n_draws] */
  uint8_t *out;                 /* [most_tasks][task_shots][n_bytes] */
  uint8_t *has_failed;          /* [most_tasks] */
  spiqe_frames *frames;         /* owned, [n_workers], or NULL */
  spiqe_stabiliser_shot prefix;
  spiqe_stabiliser_shot *shots; /* owned, [n_workers], or NULL */
} sampling;

static size_t shots_of_task(const sampling *s, uint64_t task) {
  const uint64_t left = s->n_shots - task * s->task_shots;
  return left < s->task_shots ? (size_t)left : s->task_shots;
}

static void run_task(void *argument, size_t task, size_t worker) {
  sampling *s = argument;
  const uint64_t number = s->first_task + task;
  const size_t n = shots_of_task(s, number);
  uint8_t *out = s->out + task * s->task_shots * s->n_bytes;
  if (s->frames) {
    spiqe_frames_run(&s->frames[worker], (uint32_t)number, n, out);
    return;
  }
  for (size_t i = 0; i < n && !s->has_failed[task]; i++)
    s->has_failed[task] =
        !spiqe_stabiliser_shot_run(&s->shots[worker], &s->prefix, number * s->task_shots + i,
                                   out + i * s->n_bytes);
}

static spiqe_status make_frames(sampling *s, uint64_t seed) {
  s->frames = calloc(s->n_workers, sizeof *s->frames);
  SPIQE_REQUIRE(s->plan->ctx, s->frames, SPIQE_NO_MEMORY, "no memory for frames");
  for (size_t i = 0; i < s->n_workers; i++)
    SPIQE_TRY(spiqe_frames_create(s->plan, seed, s->reference, &s->frames[i]));
  spiqe_stabiliser_shot_reference(&s->prefix, s->reference);
  return SPIQE_OK;
}

static spiqe_status make_shots(sampling *s, uint64_t seed) {
  s->shots = calloc(s->n_workers, sizeof *s->shots);
  SPIQE_REQUIRE(s->plan->ctx, s->shots, SPIQE_NO_MEMORY, "no memory for tableaux");
  for (size_t i = 0; i < s->n_workers; i++)
    SPIQE_TRY(spiqe_stabiliser_shot_create(s->plan, seed, &s->shots[i]));
  spiqe_stabiliser_shot_prefix(&s->prefix);
  return SPIQE_OK;
}

static spiqe_status prepare(sampling *s, uint64_t seed) {
  const spiqe_stabiliser_plan *plan = s->plan;
  s->task_shots = plan->has_frames ? spiqe_frames_group(plan) : TABLEAU_SHOTS;
  if (s->n_shots < s->task_shots) s->task_shots = (size_t)s->n_shots;
  const uint64_t n_tasks = (s->n_shots + s->task_shots - 1) / s->task_shots;
  s->n_workers = n_tasks > 1 ? plan->ctx->n_threads : 1; /* one task stays on this thread */
  s->most_tasks = TASKS_PER_THREAD * s->n_workers;
  if (n_tasks < s->most_tasks) s->most_tasks = (size_t)n_tasks;
  s->n_bytes = (plan->n_bits + 7) / 8;
  const size_t reference = spiqe_arena_reserve(&s->arena, plan->n_draws, 1);
  const size_t has_failed = spiqe_arena_reserve(&s->arena, s->most_tasks, 1);
  const size_t out = spiqe_arena_reserve(&s->arena, s->most_tasks * s->task_shots, s->n_bytes);
  SPIQE_TRY(spiqe_arena_create(plan->ctx, &s->arena));
  s->reference = s->arena.base + reference;
  s->has_failed = s->arena.base + has_failed;
  s->out = s->arena.base + out;
  SPIQE_TRY(spiqe_stabiliser_shot_create(plan, seed, &s->prefix));
  return plan->has_frames ? make_frames(s, seed) : make_shots(s, seed);
}

static void give_back(sampling *s) {
  for (size_t i = 0; s->frames && i < s->n_workers; i++) spiqe_frames_destroy(&s->frames[i]);
  for (size_t i = 0; s->shots && i < s->n_workers; i++) spiqe_stabiliser_shot_destroy(&s->shots[i]);
  spiqe_stabiliser_shot_destroy(&s->prefix);
  spiqe_arena_destroy(&s->arena);
  free(s->frames);
  free(s->shots);
}

static spiqe_status run_waves(sampling *s, spiqe_take_shots *take, void *argument) {
  const uint64_t n_tasks = (s->n_shots + s->task_shots - 1) / s->task_shots;
  for (s->first_task = 0; s->first_task < n_tasks; s->first_task += s->most_tasks) {
    const uint64_t left = n_tasks - s->first_task;
    const size_t n = left < s->most_tasks ? (size_t)left : s->most_tasks;
    spiqe_threads_run(s->plan->ctx, n, run_task, s);
    for (size_t i = 0; i < n; i++) {
      const uint64_t task = s->first_task + i;
      SPIQE_REQUIRE(s->plan->ctx, !s->has_failed[i], SPIQE_LIMIT,
                    "while: more than %d turns in one shot", SPIQE_MOST_TURNS);
      SPIQE_TRY(take(argument, task * s->task_shots, shots_of_task(s, task),
                     s->out + i * s->task_shots * s->n_bytes));
    }
  }
  return SPIQE_OK;
}

spiqe_status spiqe_stabiliser_sample(spiqe_context *ctx, const spiqe_circuit *circuit,
                                     const double *inputs, uint64_t n_shots, uint64_t seed,
                                     spiqe_take_shots *take, void *argument) {
  spiqe_stabiliser_plan *plan;
  SPIQE_REQUIRE(ctx, n_shots <= (uint64_t)1 << 40, SPIQE_LIMIT,
                "%llu shots; at most 2^40 are supported", (unsigned long long)n_shots);
  SPIQE_TRY(spiqe_stabiliser_plan_create(ctx, circuit, inputs, &plan));
  sampling s = {.plan = plan, .n_shots = n_shots};
  spiqe_status status = SPIQE_OK;
  if (n_shots) {
    SPIQE_TRY_GOTO(prepare(&s, seed), done);
    SPIQE_TRY_GOTO(run_waves(&s, take, argument), done);
  }
done:
  give_back(&s);
  spiqe_stabiliser_plan_destroy(plan);
  return status;
}
