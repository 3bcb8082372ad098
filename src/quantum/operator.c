#include "quantum/operator.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/threads.h"

/* The terms of one x_mask, first those whose Y's give a real factor. i^n: 1, i, -1, -i. */
static void add_sum(const spiqe_pauli_term *terms, size_t n, spiqe_operator *out, size_t *n_used) {
  spiqe_operator_sum *sum = &out->sums[out->n_sums++];
  *sum = (spiqe_operator_sum){.x_mask = terms[0].x_mask, .first = *n_used, .n_terms = n};
  for (int imaginary = 0; imaginary < 2; imaginary++)
    for (size_t i = 0; i < n; i++) {
      const int quarter = __builtin_popcountll(terms[i].x_mask & terms[i].z_mask) & 3;
      if ((quarter & 1) != imaginary) continue;
      sum->n_real += !imaginary;
      out->z_masks[*n_used] = terms[i].z_mask;
      out->factors[(*n_used)++] = quarter >> 1 ? -terms[i].factor : terms[i].factor;
    }
}

spiqe_status spiqe_operator_create(spiqe_context *ctx, const spiqe_observable *observable,
                                   uint64_t dephased, spiqe_operator *out) {
  const size_t n = observable->n_terms;
  const spiqe_pauli_term *terms = observable->terms;
  size_t n_used = 0, i = 0;
  *out = (spiqe_operator){0};
  out->sums = calloc(n + 1, sizeof *out->sums);
  out->z_masks = calloc(n + 1, sizeof *out->z_masks);
  out->factors = calloc(n + 1, sizeof *out->factors);
  if (!out->sums || !out->z_masks || !out->factors) {
    spiqe_operator_clear(out);
    return spiqe_fail(ctx, SPIQE_NO_MEMORY, "no memory for an observable of %zu terms", n);
  }
  if (n && !(terms[0].x_mask | terms[0].z_mask)) out->constant = terms[i++].factor;
  while (i < n) {
    size_t last = i + 1;
    while (last < n && terms[last].x_mask == terms[i].x_mask) last++;
    if (!(terms[i].x_mask & dephased)) add_sum(terms + i, last - i, out, &n_used);
    i = last;
  }
  return SPIQE_OK;
}

void spiqe_operator_clear(spiqe_operator *op) {
  free(op->sums);
  free(op->z_masks);
  free(op->factors);
  *op = (spiqe_operator){0};
}

/* Amplitudes of a task: what is written stays in the nearest cache from sum to sum. */
#define TASK ((size_t)1 << 11)

typedef struct sweep {
  const spiqe_operator *op;
  const spiqe_state *state;
  spiqe_state *out;
  const spiqe_kernels *kernels;
  double *parts; /* [n_tasks] */
} sweep;

static void apply_task(void *argument, size_t task, size_t worker) {
  const sweep *s = argument;
  const spiqe_operator *op = s->op;
  const size_t n = s->state->n_amplitudes, first = task * TASK;
  double inner[2];
  spiqe_state_range range = {.first = first,
                             .last = first + TASK < n ? first + TASK : n,
                             .a = s->state->amplitudes,
                             .out = s->out ? s->out->amplitudes : NULL};
  (void)worker;
  s->parts[task] = 0;
  for (size_t k = 0; k < op->n_sums; k++) {
    const spiqe_operator_sum *sum = &op->sums[k];
    const spiqe_observe_args args = {.range = range,
                                     .is_added = k > 0,
                                     .x_mask = sum->x_mask,
                                     .n_terms = sum->n_terms,
                                     .n_real = sum->n_real,
                                     .z_masks = op->z_masks + sum->first,
                                     .factors = op->factors + sum->first};
    s->parts[task] += s->kernels->observe(&args);
  }
  if (!s->out || !op->n_sums) return;
  range.b = range.out;
  s->kernels->state_inner(&range, inner);
  s->parts[task] = inner[0];
}

spiqe_status spiqe_operator_apply(const spiqe_operator *op, const spiqe_state *state,
                                  spiqe_state *out, double *expectation) {
  const size_t n_tasks = (state->n_amplitudes + TASK - 1) / TASK;
  double *parts = malloc(n_tasks * sizeof *parts);
  SPIQE_REQUIRE(state->ctx, parts, SPIQE_NO_MEMORY, "no memory for %zu sums", n_tasks);
  sweep s = {op, state, out, spiqe_device_kernels(state->ctx, state->precision), parts};
  spiqe_threads_run(state->ctx, n_tasks, apply_task, &s);
  *expectation = op->constant;
  for (size_t i = 0; i < n_tasks; i++) *expectation += parts[i];
  free(parts);
  if (out && !op->n_sums) spiqe_state_scale(out, 0);
  return SPIQE_OK;
}
