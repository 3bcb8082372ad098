#include "quantum/density_mix.h"

#include "core/threads.h"
#include "quantum/density_steps.h"

/* Bits of an index of a superoperator on two qubits that x flips. */
static size_t flips(size_t x) {
  return (x & 1 ? 3 : 0) | (x & 2 ? 12 : 0);
}

static int find_one(const spiqe_complex *s, uint32_t target, spiqe_density_mix_args *out) {
  for (size_t i = 0; i < 16; i++) {
    const size_t flipped = i / 4 ^ i % 4;
    if (s[i].im != 0 || (flipped != 0 && flipped != 3 && s[i].re != 0)) return 0;
  }
  if (s[5].re != s[10].re || s[6].re != s[9].re) return 0;
  *out = (spiqe_density_mix_args){.qubit = target,
                                  .m = {{s[0].re, s[3].re}, {s[12].re, s[15].re}},
                                  .keep = s[5].re,
                                  .swap = s[6].re};
  return 1;
}

static int find_two(const spiqe_complex *s, const uint32_t *targets,
                    spiqe_density_mix_two_args *out) {
  *out = (spiqe_density_mix_two_args){.qubits = {targets[0], targets[1]}};
  for (uint8_t i = 0; i < 16; i++) out->source[i] = i;
  for (size_t i = 0; i < 256; i++) {
    const size_t row = i / 16, flipped = row ^ i % 16;
    const size_t x = (flipped & 1) | (flipped >> 1 & 2);
    if (s[i].im != 0 || (flipped != flips(x) && s[i].re != 0)) return 0;
    if (flipped == flips(x)) out->m[row][x] = s[i].re;
  }
  return 1;
}

int spiqe_mix_find(size_t n_targets, const uint32_t *targets, size_t n_kraus,
                   const spiqe_complex *kraus, spiqe_mix *out) {
  spiqe_complex superoperator[256];
  if (n_targets > 2) return 0;
  spiqe_density_superoperator(n_targets, n_kraus, kraus, superoperator);
  out->n_targets = n_targets;
  if (n_targets == 1) return find_one(superoperator, targets[0], &out->one);
  return find_two(superoperator, targets, &out->two);
}

/* What a channel of one qubit takes from i itself and from i flipped. */
static void numbers_of(const spiqe_density_mix_args *one, size_t bits, double *own,
                       double *flipped) {
  const size_t row = bits >> 1;
  const int is_population = row == (bits & 1);
  *own = is_population ? one->m[row][row] : one->keep;
  *flipped = is_population ? one->m[row][!row] : one->swap;
}

int spiqe_mix_join(spiqe_mix *mix, const spiqe_mix *next) {
  const spiqe_density_mix_two_args *before = &mix->two;
  if (mix->n_targets != 2 || next->n_targets != 1) return 0;
  const size_t t = before->qubits[0] == next->one.qubit ? 0 : 1;
  if (before->qubits[t] != next->one.qubit) return 0;
  spiqe_density_mix_two_args both = *before;
  for (size_t i = 0; i < 16; i++) {
    double own, flipped;
    numbers_of(&next->one, i >> 2 * t & 3, &own, &flipped);
    for (size_t x = 0; x < 4; x++)
      both.m[i][x] = own * before->m[i][x] +
                     flipped * before->m[i ^ flips((size_t)1 << t)][x ^ (size_t)1 << t];
  }
  mix->two = both;
  return 1;
}

/* 1 when a matrix on one target is X (is_z 0) or Z (1). */
static int is_pauli(const spiqe_complex *m, int is_z) {
  for (size_t i = 0; i < 4; i++) {
    const double expected = (i == 0 || i == 3) != is_z ? 0 : i == 3 ? -1 : 1;
    if (m[i].re != expected || m[i].im != 0) return 0;
  }
  return 1;
}

int spiqe_mix_lead(spiqe_mix *mix, const spiqe_step *rows) {
  spiqe_density_mix_two_args *two = &mix->two;
  if (mix->n_targets != 2 || rows->n_targets != 1 || rows->control_value != rows->control_mask)
    return 0;
  const size_t target = rows->targets[0] == 2 * two->qubits[1] + 1, control = !target;
  if (rows->targets[0] != 2 * two->qubits[target] + 1 ||
      rows->control_mask != (uint64_t)2 << 2 * two->qubits[control])
    return 0;
  const int is_z = is_pauli(rows->matrix, 1), is_inside = two->qubits[0] < 2 || two->qubits[1] < 2;
  if (!is_z && (is_inside || !is_pauli(rows->matrix, 0))) return 0;
  for (size_t i = 0; i < 16; i++) {
    const size_t on = i >> 2 * control & 3; /* bits of the control: column, row */
    if (!is_z) two->source[i] = (uint8_t)(i ^ on << 2 * target);
    for (size_t x = 0; is_z && x < 4; x++) {
      const size_t j = i ^ flips(x), both = j & j >> 2 & 3;
      if (both == 1 || both == 2) two->m[i][x] = -two->m[i][x];
    }
  }
  return 1;
}

typedef struct work {
  const spiqe_kernels *kernels;
  const spiqe_mix *mix;
  size_t n_qubits, n_parts;
  void *amplitudes;
} work;

static void run_part(void *argument, size_t task, size_t worker) {
  const work *w = argument;
  (void)worker;
  if (w->mix->n_targets == 1) {
    spiqe_density_mix_args args = w->mix->one;
    args.n_qubits = w->n_qubits;
    args.part = task;
    args.n_parts = w->n_parts;
    args.amplitudes = w->amplitudes;
    w->kernels->density_mix(&args);
  } else {
    spiqe_density_mix_two_args args = w->mix->two;
    args.n_qubits = w->n_qubits;
    args.part = task;
    args.n_parts = w->n_parts;
    args.amplitudes = w->amplitudes;
    w->kernels->density_mix_two(&args);
  }
}

/* Parts of at least 2^13 numbers, at most 64 of them. */
void spiqe_mix_run(spiqe_density *density, const spiqe_mix *mix) {
  const spiqe_state *state = density->state;
  const size_t n = state->n_amplitudes >> 13;
  work w = {.kernels = spiqe_device_kernels(state->ctx, state->precision),
            .mix = mix,
            .n_qubits = (size_t)__builtin_ctzll(state->n_amplitudes),
            .n_parts = n < 1    ? 1
                       : n > 64 ? 64
                                : n,
            .amplitudes = state->amplitudes};
  spiqe_threads_run(state->ctx, w.n_parts, run_part, &w);
}
