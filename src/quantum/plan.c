#include "quantum/plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/fail.h"
#include "core/threads.h"
#include "quantum/apply.h"
#include "quantum/chunk.h"

/* 2^15 amplitudes of double, 2^16 of float: 512 KiB, half of a small second-level cache. Smaller
 * registers are cut in four, so that threads have work; a turn needs 11 qubits. */
static size_t most_active(spiqe_precision precision, size_t n_qubits) {
  size_t most = precision == SPIQE_F64 ? 15 : 16;
  if (n_qubits < most + 2) most = n_qubits < 13 ? 11 : n_qubits - 2;
  return most;
}

#define FEWEST_QUBITS 12

int spiqe_plan_pays(const spiqe_state *state, size_t n_steps) {
  const spiqe_kernels *kernels = spiqe_device_kernels(state->ctx, state->precision);
  return kernels->state_pass && state->n_qubits >= FEWEST_QUBITS && n_steps > 1;
}

/* Qubits that are in every chunk, so that memory is touched in runs of 512 bytes. */
static size_t n_low(spiqe_precision precision) {
  return precision == SPIQE_F64 ? 5 : 6;
}

struct spiqe_plan {
  spiqe_context *ctx;
  const spiqe_kernels *kernels;
  spiqe_precision precision;
  size_t n_qubits, n_active;
  spiqe_arena arena;
  size_t scratch_size; /* bytes, for each thread */
  uint8_t *scratch;    /* [n_threads][scratch_size] */
  spiqe_atoms atoms;
  uint8_t *is_done;  /* [n atoms] */
  uint32_t *taken;   /* [n atoms] of this pass, in order */
  spiqe_chunk chunk; /* what the pass does */
};

#define MOST_ATOMS ((size_t)SPIQE_WINDOW * SPIQE_MOST_ATOMS_OF_A_STEP)

spiqe_status spiqe_plan_create(spiqe_context *ctx, spiqe_precision precision, size_t n_qubits,
                               spiqe_plan **out) {
  *out = NULL;
  spiqe_plan *plan = calloc(1, sizeof *plan);
  SPIQE_REQUIRE(ctx, plan, SPIQE_NO_MEMORY, "no memory to plan a run");
  plan->ctx = ctx;
  plan->kernels = spiqe_device_kernels(ctx, precision);
  plan->precision = precision;
  plan->n_qubits = n_qubits;
  plan->n_active = most_active(precision, n_qubits);
  plan->scratch_size =
      (SPIQE_SCRATCH_NUMBERS(plan->n_active) * spiqe_precision_size(precision) + 63) / 64 * 64;
  spiqe_arena *arena = &plan->arena;
  size_t atoms = spiqe_arena_reserve(arena, MOST_ATOMS, sizeof(spiqe_atom));
  size_t is_done = spiqe_arena_reserve(arena, MOST_ATOMS, 1);
  size_t taken = spiqe_arena_reserve(arena, MOST_ATOMS, sizeof(uint32_t));
  size_t chunk = spiqe_arena_reserve(arena, spiqe_chunk_size(MOST_ATOMS), 1);
  size_t scratch = spiqe_arena_reserve(arena, spiqe_context_n_threads(ctx), plan->scratch_size);
  spiqe_status status = spiqe_arena_create(ctx, arena);
  if (status != SPIQE_OK) {
    spiqe_plan_destroy(plan);
    return status;
  }
  plan->atoms.atoms = (spiqe_atom *)(void *)(arena->base + atoms);
  plan->is_done = arena->base + is_done;
  plan->taken = (uint32_t *)(void *)(arena->base + taken);
  plan->scratch = arena->base + scratch;
  spiqe_chunk_place(&plan->chunk, MOST_ATOMS, arena->base + chunk);
  *out = plan;
  return SPIQE_OK;
}

void spiqe_plan_destroy(spiqe_plan *plan) {
  if (!plan) return;
  spiqe_arena_destroy(&plan->arena);
  free(plan);
}

/* Take atoms in their order while their qubits are free to use and fit into the chunk; an atom that
 * is left blocks its qubits for those behind it. Returns the active qubits. */
static uint64_t choose_atoms(spiqe_plan *plan, size_t first, size_t *n_taken) {
  const uint64_t all = plan->n_qubits < 64 ? ((uint64_t)1 << plan->n_qubits) - 1 : ~(uint64_t)0;
  uint64_t active = ((uint64_t)1 << n_low(plan->precision)) - 1, blocked = 0;
  *n_taken = 0;
  for (size_t i = first; i < plan->atoms.n && blocked != all; i++) {
    const spiqe_atom *atom = &plan->atoms.atoms[i];
    if (plan->is_done[i]) continue;
    size_t n = (size_t)__builtin_popcountll(active | atom->mask);
    if (atom->kind == SPIQE_ATOM_WIDE || (atom->mask & blocked) || n > plan->n_active) {
      blocked |= atom->mask;
      continue;
    }
    active |= atom->mask;
    plan->taken[(*n_taken)++] = (uint32_t)i;
    plan->is_done[i] = 1;
  }
  for (uint32_t q = 0; (size_t)__builtin_popcountll(active) < plan->n_active; q++)
    active |= (uint64_t)1 << q;
  return active;
}

typedef struct pass_work {
  const spiqe_plan *plan;
  spiqe_state_pass_args args;
} pass_work;

static void pass_task(void *argument, size_t task, size_t worker) {
  const pass_work *work = argument;
  spiqe_state_pass_args args = work->args;
  args.part = task;
  args.scratch = work->plan->scratch + worker * work->plan->scratch_size;
  work->plan->kernels->state_pass(&args);
}

#define BEYOND_CACHES ((size_t)64 << 20)

static void run_pass(spiqe_plan *plan, spiqe_state *state, uint64_t active, size_t n_taken) {
  pass_work work = {.plan = plan};
  spiqe_state_pass_args *args = &work.args;
  args->n_qubits = plan->n_qubits;
  args->n_active = plan->n_active;
  for (uint32_t q = 0, i = 0; q < plan->n_qubits; q++)
    if (active >> q & 1) args->active[i++] = q;
  spiqe_chunk_make(&plan->chunk, plan->atoms.atoms, n_taken, plan->taken,
                   plan->kernels->state_lane_qubits(), plan->precision, args);
  args->amplitudes = state->amplitudes;
  args->is_streaming = spiqe_state_size(plan->precision, plan->n_qubits) >= BEYOND_CACHES;
  spiqe_threads_run(plan->ctx, (size_t)1 << (plan->n_qubits - plan->n_active), pass_task, &work);
}

void spiqe_plan_run(spiqe_plan *plan, spiqe_state *state, size_t n_steps, const spiqe_step *steps) {
  spiqe_atoms_of(n_steps, steps, &plan->atoms);
  for (size_t i = 0; i < plan->atoms.n; i++)
    plan->is_done[i] = plan->atoms.atoms[i].kind == SPIQE_ATOM_NONE;
  for (size_t first = 0; first < plan->atoms.n; first++) {
    size_t n_taken;
    if (plan->is_done[first]) continue;
    if (plan->atoms.atoms[first].kind == SPIQE_ATOM_WIDE) {
      spiqe_apply_matrix(state, plan->atoms.atoms[first].step);
      continue;
    }
    uint64_t active = choose_atoms(plan, first, &n_taken);
    run_pass(plan, state, active, n_taken);
  }
}
