#include "quantum/apply.h"

#include "core/fail.h"
#include "core/threads.h"
#include "quantum/plan.h"

/* Parts of at least 2^13 amplitudes, at most 64 of them. */
static size_t n_parts_of(const spiqe_state *state) {
  size_t n = state->n_amplitudes >> 13;
  return n < 1 ? 1 : n > 64 ? 64 : n;
}

typedef struct work {
  const spiqe_kernels *kernels;
  spiqe_state_matrix_args args;
} work;

static void matrix_part(void *argument, size_t task, size_t worker) {
  const work *w = argument;
  spiqe_state_matrix_args args = w->args;
  (void)worker;
  args.part = task;
  if (args.n_targets <= SPIQE_MOST_FUSED)
    w->kernels->state_matrix(&args);
  else
    w->kernels->state_matrix_wide(&args);
}

static void run_matrix(spiqe_state *state, const spiqe_step *step) {
  work w = {.kernels = spiqe_device_kernels(state->ctx, state->precision)};
  w.args = (spiqe_state_matrix_args){.n_targets = step->n_targets,
                                     .targets = step->targets,
                                     .control_mask = step->control_mask,
                                     .control_value = step->control_value,
                                     .matrix = (const double *)step->matrix,
                                     .n_parts = n_parts_of(state),
                                     .amplitudes = state->amplitudes};
  w.args.n_qubits = state->n_qubits < SPIQE_BLOCK_QUBITS ? SPIQE_BLOCK_QUBITS : state->n_qubits;
  spiqe_threads_run(state->ctx, w.args.n_parts, matrix_part, &w);
}

/* A number on no target: where there is a control, it becomes the target of a phase. */
void spiqe_apply_matrix(spiqe_state *state, const spiqe_step *step) {
  if (step->n_targets) {
    run_matrix(state, step);
    return;
  }
  spiqe_step phase = *step;
  uint64_t bit = step->control_mask & -step->control_mask;
  spiqe_complex f = step->matrix[0], one = {1, 0};
  spiqe_complex matrix[4] = {f, {0, 0}, {0, 0}, f};
  if (bit && (step->control_value & bit)) matrix[0] = one;
  if (bit && !(step->control_value & bit)) matrix[3] = one;
  phase.n_targets = 1;
  phase.targets[0] = bit ? (uint32_t)__builtin_ctzll(bit) : 0;
  phase.control_mask &= ~bit;
  phase.control_value &= ~bit;
  phase.matrix = matrix;
  run_matrix(state, &phase);
}

spiqe_status spiqe_state_apply(spiqe_state *state, const spiqe_step *step) {
  spiqe_apply_matrix(state, step);
  return SPIQE_OK;
}

spiqe_status spiqe_state_apply_steps(spiqe_state *state, size_t n_steps, const spiqe_step *steps) {
  if (!spiqe_plan_pays(state, n_steps)) {
    for (size_t i = 0; i < n_steps; i++) spiqe_apply_matrix(state, &steps[i]);
    return SPIQE_OK;
  }
  if (!state->plan)
    SPIQE_TRY(spiqe_plan_create(state->ctx, state->precision, state->n_qubits, &state->plan));
  for (size_t i = 0; i < n_steps; i += SPIQE_WINDOW) {
    size_t n = n_steps - i < SPIQE_WINDOW ? n_steps - i : SPIQE_WINDOW;
    spiqe_plan_run(state->plan, state, n, steps + i);
  }
  return SPIQE_OK;
}
