/* Memory of a register, single amplitudes, and sums over all of them. */
#include "quantum/state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/arena.h"
#include "core/fail.h"
#include "core/threads.h"
#include "quantum/apply.h"
#include "quantum/plan.h"

#define PAGE ((size_t)1 << 21) /* a huge page */

size_t spiqe_state_place(size_t index) {
  return 2 * (index - index % SPIQE_BLOCK) + index % SPIQE_BLOCK +
         (index >> SPIQE_GAP_BITS) * SPIQE_GAP;
}

size_t spiqe_state_size(spiqe_precision precision, size_t n_qubits) {
  if (n_qubits > SPIQE_MOST_STATE_QUBITS) return SIZE_MAX;
  size_t n = (size_t)1 << (n_qubits < SPIQE_BLOCK_QUBITS ? SPIQE_BLOCK_QUBITS : n_qubits);
  return (2 * n + (n >> SPIQE_GAP_BITS) * SPIQE_GAP) * spiqe_precision_size(precision);
}

spiqe_status spiqe_state_create(spiqe_context *ctx, spiqe_precision precision, size_t n_qubits,
                                spiqe_state **out) {
  *out = NULL;
  SPIQE_REQUIRE(ctx, n_qubits <= SPIQE_MOST_STATE_QUBITS, SPIQE_LIMIT,
                "a register of %zu qubits needs %.3g bytes; at most %d qubits are supported",
                n_qubits, ldexp(2 * (double)spiqe_precision_size(precision), (int)n_qubits),
                SPIQE_MOST_STATE_QUBITS);
  const size_t size = spiqe_state_size(precision, n_qubits);
  if (spiqe_arena_check(ctx, size) != SPIQE_OK)
    return spiqe_fail_prefix(ctx, SPIQE_NO_MEMORY, "a register of %zu qubits", n_qubits);
  spiqe_state *state = calloc(1, sizeof *state);
  SPIQE_REQUIRE(ctx, state, SPIQE_NO_MEMORY, "no memory for a register");
  *state = (spiqe_state){.ctx = ctx, .precision = precision, .n_qubits = n_qubits};
  state->n_amplitudes =
      (size_t)1 << (n_qubits < SPIQE_BLOCK_QUBITS ? SPIQE_BLOCK_QUBITS : n_qubits);
  const size_t line = size < PAGE ? 64 : PAGE;
  state->amplitudes = aligned_alloc(line, (size + line - 1) / line * line);
  if (!state->amplitudes) {
    spiqe_state_destroy(state);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "a register of %zu qubits needs %zu bytes", n_qubits,
                      size);
  }
  /* One entry of the page table for 2 MiB: a gate on a high qubit walks over many pages. */
  if (size >= PAGE) madvise(state->amplitudes, size, MADV_HUGEPAGE);
  spiqe_state_clear(state);
  *out = state;
  return SPIQE_OK;
}

void spiqe_state_destroy(spiqe_state *state) {
  if (!state) return;
  free(state->amplitudes);
  spiqe_plan_destroy(state->plan);
  free(state);
}

/* A task of the loops over all amplitudes: 2^14 of them, whatever the number of threads, so that
 * sums are added in one order. */
#define TASK ((size_t)1 << 14)

typedef struct sweep {
  const spiqe_state *state;
  const spiqe_kernels *kernels;
  spiqe_state_range range;
  uint64_t mask, value, x_mask, z_mask;
  double factor;
  const spiqe_state *other;
  void (*run)(struct sweep *sweep, const spiqe_state_range *range, double sum[2]);
} sweep;

static size_t n_tasks_of(const spiqe_state *state) {
  return (state->n_amplitudes + TASK - 1) / TASK;
}

static void sweep_task(void *argument, size_t task, size_t worker) {
  sweep *s = argument;
  spiqe_state_range range = s->range;
  double unused[2];
  (void)worker;
  range.first = task * TASK;
  range.last = range.first + TASK;
  if (range.last > s->state->n_amplitudes) range.last = s->state->n_amplitudes;
  s->run(s, &range, unused);
}

static void sweep_all(sweep *s) {
  s->kernels = spiqe_device_kernels(s->state->ctx, s->state->precision);
  spiqe_threads_run(s->state->ctx, n_tasks_of(s->state), sweep_task, s);
}

#define MOST_SUMS ((size_t)64)

/* Sum over all tasks, in their order; by groups of tasks, so that nothing is allocated. */
typedef struct summing {
  sweep sweep;
  size_t group;
  double sums[MOST_SUMS][2];
} summing;

static void sum_task(void *argument, size_t task, size_t worker) {
  summing *s = argument;
  double sum[2], total[2] = {0, 0};
  const size_t n_tasks = n_tasks_of(s->sweep.state);
  size_t last = (task + 1) * s->group;
  (void)worker;
  for (size_t i = task * s->group; i < last && i < n_tasks; i++) {
    spiqe_state_range range = s->sweep.range;
    range.first = i * TASK;
    range.last = range.first + TASK;
    if (range.last > s->sweep.state->n_amplitudes) range.last = s->sweep.state->n_amplitudes;
    sum[0] = sum[1] = 0;
    s->sweep.run(&s->sweep, &range, sum);
    total[0] += sum[0];
    total[1] += sum[1];
  }
  s->sums[task][0] = total[0];
  s->sums[task][1] = total[1];
}

static spiqe_complex sum_all(const sweep *s) {
  summing all = {.sweep = *s};
  all.sweep.kernels = spiqe_device_kernels(s->state->ctx, s->state->precision);
  const size_t n_tasks = n_tasks_of(s->state);
  all.group = (n_tasks + MOST_SUMS - 1) / MOST_SUMS;
  const size_t n_groups = (n_tasks + all.group - 1) / all.group;
  spiqe_threads_run(s->state->ctx, n_groups, sum_task, &all);
  spiqe_complex total = {0, 0};
  for (size_t i = 0; i < n_groups; i++) {
    total.re += all.sums[i][0];
    total.im += all.sums[i][1];
  }
  return total;
}

static void run_clear(sweep *s, const spiqe_state_range *range, double sum[2]) {
  const size_t size = spiqe_precision_size(s->state->precision);
  (void)sum;
  memset((char *)s->state->amplitudes + spiqe_state_place(range->first) * size, 0,
         2 * (range->last - range->first) * size);
}

void spiqe_state_clear(spiqe_state *state) {
  sweep_all(&(sweep){.state = state, .run = run_clear});
  spiqe_state_set(state, 0, (spiqe_complex){1, 0});
}

static void run_copy(sweep *s, const spiqe_state_range *range, double sum[2]) {
  const size_t size = spiqe_precision_size(s->state->precision),
               at = spiqe_state_place(range->first) * size;
  (void)sum;
  memcpy((char *)s->state->amplitudes + at, (const char *)s->other->amplitudes + at,
         2 * (range->last - range->first) * size);
}

void spiqe_state_copy(spiqe_state *state, const spiqe_state *from) {
  sweep_all(&(sweep){.state = state, .other = from, .run = run_copy});
}

spiqe_complex spiqe_state_get(const spiqe_state *state, size_t index) {
  const size_t at = spiqe_state_place(index);
  if (state->precision == SPIQE_F32) {
    const float *a = state->amplitudes;
    return (spiqe_complex){(double)a[at], (double)a[at + SPIQE_BLOCK]};
  }
  const double *a = state->amplitudes;
  return (spiqe_complex){a[at], a[at + SPIQE_BLOCK]};
}

void spiqe_state_set(spiqe_state *state, size_t index, spiqe_complex value) {
  const size_t at = spiqe_state_place(index);
  if (state->precision == SPIQE_F32) {
    float *a = state->amplitudes;
    a[at] = (float)value.re;
    a[at + SPIQE_BLOCK] = (float)value.im;
  } else {
    double *a = state->amplitudes;
    a[at] = value.re;
    a[at + SPIQE_BLOCK] = value.im;
  }
}

static void run_weight(sweep *s, const spiqe_state_range *range, double sum[2]) {
  sum[0] = s->kernels->state_weight(range, s->mask, s->value);
}

double spiqe_state_weight(const spiqe_state *state, uint64_t mask, uint64_t value) {
  sweep s = {.state = state, .mask = mask, .value = value, .run = run_weight};
  s.range.a = state->amplitudes;
  return sum_all(&s).re;
}

double spiqe_state_norm(const spiqe_state *state) {
  return spiqe_state_weight(state, 0, 0);
}

static void run_inner(sweep *s, const spiqe_state_range *range, double sum[2]) {
  s->kernels->state_inner(range, sum);
}

spiqe_complex spiqe_state_inner(const spiqe_state *a, const spiqe_state *b) {
  sweep s = {.state = a, .run = run_inner};
  s.range.a = a->amplitudes;
  s.range.b = b->amplitudes;
  return sum_all(&s);
}

static void run_pauli(sweep *s, const spiqe_state_range *range, double sum[2]) {
  sum[0] = s->kernels->state_pauli(range, s->x_mask, s->z_mask);
}

double spiqe_state_pauli(const spiqe_state *state, uint64_t x_mask, uint64_t z_mask) {
  sweep s = {.state = state, .x_mask = x_mask, .z_mask = z_mask, .run = run_pauli};
  s.range.a = state->amplitudes;
  return sum_all(&s).re;
}

static void run_add_pauli(sweep *s, const spiqe_state_range *range, double sum[2]) {
  (void)sum;
  s->kernels->state_add_pauli(range, s->x_mask, s->z_mask, s->factor);
}

void spiqe_state_add_pauli(const spiqe_state *state, uint64_t x_mask, uint64_t z_mask,
                           double factor, spiqe_state *out) {
  sweep s = {.state = state, .x_mask = x_mask, .z_mask = z_mask, .factor = factor};
  s.run = run_add_pauli;
  s.range.a = state->amplitudes;
  s.range.out = out->amplitudes;
  sweep_all(&s);
}

static void run_project(sweep *s, const spiqe_state_range *range, double sum[2]) {
  (void)sum;
  s->kernels->state_project(range, s->mask, s->value, s->factor);
}

void spiqe_state_project(spiqe_state *state, uint64_t mask, uint64_t value, double factor) {
  sweep s = {.state = state, .mask = mask, .value = value, .factor = factor, .run = run_project};
  s.range.out = state->amplitudes;
  sweep_all(&s);
}

void spiqe_state_scale(spiqe_state *state, double factor) {
  spiqe_state_project(state, 0, 0, factor);
}

void spiqe_state_flip(spiqe_state *state, uint32_t qubit) {
  static const spiqe_complex x[4] = {{0, 0}, {1, 0}, {1, 0}, {0, 0}};
  spiqe_step step = {.n_targets = 1, .targets = {qubit}, .matrix = x};
  spiqe_apply_matrix(state, &step);
}
