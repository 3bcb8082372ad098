/* A density matrix: memory, numbers, gates and channels. */
#include "quantum/density.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"
#include "quantum/density_mix.h"
#include "quantum/density_steps.h"

/* Bit q of x to bit 2 q (Morton 1966). */
static uint64_t spread(uint64_t x) {
  x &= 0xffffffff;
  x = (x | x << 16) & 0x0000ffff0000ffff;
  x = (x | x << 8) & 0x00ff00ff00ff00ff;
  x = (x | x << 4) & 0x0f0f0f0f0f0f0f0f;
  x = (x | x << 2) & 0x3333333333333333;
  return (x | x << 1) & 0x5555555555555555;
}

static size_t place(size_t row, size_t column) {
  return (size_t)(spread(row) << 1 | spread(column));
}

size_t spiqe_density_size(spiqe_precision precision, size_t n_qubits) {
  if (n_qubits > SPIQE_MOST_DENSITY_QUBITS) return SIZE_MAX;
  return spiqe_state_size(precision, 2 * n_qubits);
}

spiqe_status spiqe_density_create(spiqe_context *ctx, spiqe_precision precision, size_t n_qubits,
                                  spiqe_density **out) {
  *out = NULL;
  SPIQE_REQUIRE(ctx, n_qubits <= SPIQE_MOST_DENSITY_QUBITS, SPIQE_LIMIT,
                "a density matrix of %zu qubits; at most %d are supported", n_qubits,
                SPIQE_MOST_DENSITY_QUBITS);
  spiqe_density *density = calloc(1, sizeof *density);
  SPIQE_REQUIRE(ctx, density, SPIQE_NO_MEMORY, "no memory for a density matrix");
  density->n_qubits = n_qubits;
  spiqe_status status = spiqe_state_create(ctx, precision, 2 * n_qubits, &density->state);
  if (status != SPIQE_OK) {
    free(density);
    return spiqe_fail_prefix(ctx, status, "a density matrix of %zu qubits", n_qubits);
  }
  *out = density;
  return SPIQE_OK;
}

void spiqe_density_destroy(spiqe_density *density) {
  if (!density) return;
  spiqe_state_destroy(density->state);
  free(density);
}

spiqe_complex spiqe_density_get(const spiqe_density *density, size_t row, size_t column) {
  return spiqe_state_get(density->state, place(row, column));
}

void spiqe_density_set(spiqe_density *density, size_t row, size_t column, spiqe_complex value) {
  spiqe_state_set(density->state, place(row, column), value);
}

double spiqe_density_trace(const spiqe_density *density) {
  double sum = 0;
  for (size_t i = 0; i < (size_t)1 << density->n_qubits; i++)
    sum += spiqe_density_get(density, i, i).re;
  return sum;
}

void spiqe_density_diagonal(const spiqe_density *density, double *out) {
  for (size_t i = 0; i < (size_t)1 << density->n_qubits; i++)
    out[i] = spiqe_density_get(density, i, i).re;
}

/* tr(rho P) = sum over j of rho[j][j ^ x] P[j ^ x][j], P[j ^ x][j] = i^(number of Y) (-1)^(j & z).
 */
double spiqe_density_pauli(const spiqe_density *density, uint64_t x_mask, uint64_t z_mask) {
  const int turns = __builtin_popcountll(x_mask & z_mask) & 3;
  double sum = 0;
  for (size_t j = 0; j < (size_t)1 << density->n_qubits; j++) {
    spiqe_complex a = spiqe_density_get(density, j, j ^ x_mask);
    double part = turns & 1 ? -a.im : a.re;
    sum += (__builtin_popcountll(j & z_mask) + (turns >> 1)) & 1 ? -part : part;
  }
  return sum;
}

/* Room in a list of steps; matrix pointers hold indices until the pools have stopped moving. */
static spiqe_status new_step(spiqe_context *ctx, size_t n_targets, spiqe_steps *out,
                             spiqe_step **step, spiqe_complex **matrix) {
  const size_t n = (size_t)1 << 2 * n_targets;
  SPIQE_TRY(spiqe_grow(ctx, (void **)&out->steps, &out->room_steps, out->n_steps + 1,
                       sizeof *out->steps));
  SPIQE_TRY(spiqe_grow(ctx, (void **)&out->matrices, &out->room_matrices, out->n_matrices + n,
                       sizeof *out->matrices));
  *step = &out->steps[out->n_steps++];
  *matrix = out->matrices + out->n_matrices;
  **step = (spiqe_step){.n_targets = (uint32_t)n_targets};
  (*step)->matrix = (const spiqe_complex *)(uintptr_t)out->n_matrices;
  out->n_matrices += n;
  return SPIQE_OK;
}

/* A step as one on rows (is_row) or, conjugated, on columns. */
static spiqe_status add_side(spiqe_context *ctx, const spiqe_step *from, unsigned is_row,
                             spiqe_steps *out) {
  const size_t n = (size_t)1 << 2 * from->n_targets;
  spiqe_step *step;
  spiqe_complex *matrix;
  SPIQE_TRY(new_step(ctx, from->n_targets, out, &step, &matrix));
  for (uint32_t t = 0; t < from->n_targets; t++) step->targets[t] = 2 * from->targets[t] + is_row;
  step->control_mask = spread(from->control_mask) << is_row;
  step->control_value = spread(from->control_value) << is_row;
  for (size_t i = 0; i < n; i++) {
    matrix[i] = from->matrix[i];
    if (!is_row) matrix[i].im = -matrix[i].im;
  }
  return SPIQE_OK;
}

void spiqe_density_settle(spiqe_steps *steps) {
  for (size_t k = 0; k < steps->n_steps; k++)
    steps->steps[k].matrix = steps->matrices + (uintptr_t)steps->steps[k].matrix;
}

spiqe_status spiqe_density_add_steps(spiqe_context *ctx, size_t n_steps, const spiqe_step *steps,
                                     spiqe_steps *out) {
  for (size_t i = 0; i < n_steps; i++) {
    if (!steps[i].n_targets && !steps[i].control_mask) continue; /* a phase of rows and columns */
    SPIQE_TRY(add_side(ctx, &steps[i], 1, out));
    SPIQE_TRY(add_side(ctx, &steps[i], 0, out));
  }
  return SPIQE_OK;
}

/* Apply a list that is complete, and destroy it. */
static spiqe_status apply_and_destroy(spiqe_density *density, spiqe_status status,
                                      spiqe_steps *steps) {
  spiqe_density_settle(steps);
  if (status == SPIQE_OK)
    status = spiqe_state_apply_steps(density->state, steps->n_steps, steps->steps);
  spiqe_steps_destroy(steps);
  return status;
}

spiqe_status spiqe_density_apply(spiqe_density *density, const spiqe_step *step) {
  spiqe_steps steps = {0};
  spiqe_status status = spiqe_density_add_steps(density->state->ctx, 1, step, &steps);
  return apply_and_destroy(density, status, &steps);
}

void spiqe_density_superoperator(size_t n_targets, size_t n_kraus, const spiqe_complex *kraus,
                                 spiqe_complex *out) {
  const size_t n = (size_t)1 << n_targets;
  memset(out, 0, n * n * n * n * sizeof *out);
  for (size_t k = 0; k < n_kraus; k++, kraus += n * n)
    for (size_t row_out = 0; row_out < n; row_out++)
      for (size_t row = 0; row < n; row++) {
        const spiqe_complex a = kraus[row_out * n + row];
        if (a.re == 0 && a.im == 0) continue;
        for (size_t column_out = 0; column_out < n; column_out++)
          for (size_t column = 0; column < n; column++) {
            const spiqe_complex b = kraus[column_out * n + column];
            spiqe_complex *s = &out[place(row_out, column_out) * n * n + place(row, column)];
            s->re += a.re * b.re + a.im * b.im;
            s->im += a.im * b.re - a.re * b.im;
          }
      }
}

spiqe_status spiqe_density_add_channel(spiqe_context *ctx, size_t n_targets,
                                       const uint32_t *targets, size_t n_kraus,
                                       const spiqe_complex *kraus, spiqe_steps *out) {
  spiqe_step *step;
  spiqe_complex *matrix;
  SPIQE_TRY(new_step(ctx, 2 * n_targets, out, &step, &matrix));
  for (size_t t = 0; t < n_targets; t++) {
    step->targets[2 * t] = 2 * targets[t];
    step->targets[2 * t + 1] = 2 * targets[t] + 1;
  }
  spiqe_density_superoperator(n_targets, n_kraus, kraus, matrix);
  return SPIQE_OK;
}

/* sum K rho K^dagger, operator by operator: for channels whose superoperator is too large. */
static spiqe_status add_kraus(spiqe_density *density, size_t n_targets, const uint32_t *targets,
                              size_t n_kraus, const spiqe_complex *kraus) {
  spiqe_density *one = NULL, *sum = NULL;
  spiqe_state *state = density->state;
  spiqe_status status;
  SPIQE_TRY_GOTO(spiqe_density_create(state->ctx, state->precision, density->n_qubits, &one), done);
  SPIQE_TRY_GOTO(spiqe_density_create(state->ctx, state->precision, density->n_qubits, &sum), done);
  spiqe_state_scale(sum->state, 0);
  for (size_t k = 0; k < n_kraus; k++) {
    spiqe_step step = {.n_targets = (uint32_t)n_targets};
    memcpy(step.targets, targets, n_targets * sizeof *targets);
    step.matrix = kraus + (k << 2 * n_targets);
    spiqe_state_copy(one->state, state);
    SPIQE_TRY_GOTO(spiqe_density_apply(one, &step), done);
    spiqe_state_add_pauli(one->state, 0, 0, 1, sum->state);
  }
  spiqe_state_copy(state, sum->state);
done:
  spiqe_density_destroy(one);
  spiqe_density_destroy(sum);
  return status;
}

spiqe_status spiqe_density_channel(spiqe_density *density, size_t n_targets,
                                   const uint32_t *targets, size_t n_kraus,
                                   const spiqe_complex *kraus) {
  if (n_targets > SPIQE_MOST_SUPEROPERATOR_QUBITS)
    return add_kraus(density, n_targets, targets, n_kraus, kraus);
  spiqe_mix mix;
  if (spiqe_mix_find(n_targets, targets, n_kraus, kraus, &mix)) {
    spiqe_mix_run(density, &mix);
    return SPIQE_OK;
  }
  spiqe_steps steps = {0};
  spiqe_status status =
      spiqe_density_add_channel(density->state->ctx, n_targets, targets, n_kraus, kraus, &steps);
  return apply_and_destroy(density, status, &steps);
}
