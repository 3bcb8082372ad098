#include "quantum/atoms.h"

#include <string.h>

static const spiqe_complex one = {1, 0};

static int is_number(spiqe_complex a, double re) {
  return a.re == re && a.im == 0;
}

static int is_diagonal(size_t n, const spiqe_complex *m) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++)
      if (i != j && !is_number(m[i * n + j], 0)) return 0;
  return 1;
}

static int is_x(const spiqe_complex *m) {
  return is_number(m[0], 0) && is_number(m[1], 1) && is_number(m[2], 1) && is_number(m[3], 0);
}

static int is_swap(const spiqe_complex *m) {
  static const uint8_t to[4] = {0, 2, 1, 3};
  for (size_t i = 0; i < 16; i++)
    if (!is_number(m[i], to[i / 4] == i % 4)) return 0;
  return 1;
}

static spiqe_atom *append(spiqe_atoms *list, spiqe_atom_kind kind, size_t n,
                          const uint32_t *qubits) {
  spiqe_atom *atom = &list->atoms[list->n];
  atom->kind = (uint8_t)kind;
  atom->n_qubits = (uint8_t)n;
  atom->mask = 0;
  for (size_t i = 0; i < n; i++) {
    atom->qubits[i] = qubits[i];
    atom->mask |= (uint64_t)1 << qubits[i];
    list->last[qubits[i]] = (int32_t)list->n;
  }
  list->n++;
  return atom;
}

static spiqe_atom *last_on(spiqe_atoms *list, uint32_t qubit) {
  return list->last[qubit] < 0 ? NULL : &list->atoms[list->last[qubit]];
}

/* [4][4] of a matrix on bit `bit` of two. */
static void widen(const spiqe_complex *m, unsigned bit, spiqe_complex *out) {
  for (unsigned i = 0; i < 4; i++)
    for (unsigned j = 0; j < 4; j++) {
      int same = (i >> !bit & 1) == (j >> !bit & 1);
      out[4 * i + j] = same ? m[2 * (i >> bit & 1) + (j >> bit & 1)] : (spiqe_complex){0, 0};
    }
}

/* after <- before, then after. */
static void multiply_after(size_t n, const spiqe_complex *after, spiqe_complex *matrix) {
  spiqe_complex product[16];
  spiqe_matrix_multiply(n, after, matrix, product);
  memcpy(matrix, product, n * n * sizeof *matrix);
}

static void add_one(spiqe_atoms *list, uint32_t qubit, const spiqe_complex *m) {
  spiqe_atom *last = last_on(list, qubit);
  if (last && last->kind == SPIQE_ATOM_ONE) {
    multiply_after(2, m, last->matrix);
  } else if (last && last->kind == SPIQE_ATOM_TWO) {
    spiqe_complex wide[16];
    widen(m, last->qubits[1] == qubit, wide);
    multiply_after(4, wide, last->matrix);
  } else {
    memcpy(append(list, SPIQE_ATOM_ONE, 1, &qubit)->matrix, m, 4 * sizeof *m);
  }
}

/* The matrix with its two bits exchanged. */
static void exchange_bits(const spiqe_complex *m, spiqe_complex *out) {
  static const uint8_t to[4] = {0, 2, 1, 3};
  for (size_t i = 0; i < 16; i++) out[4 * to[i / 4] + to[i % 4]] = m[i];
}

static spiqe_atom *same_two(spiqe_atoms *list, const uint32_t *qubits) {
  spiqe_atom *a = last_on(list, qubits[0]);
  return a && a == last_on(list, qubits[1]) && a->kind == SPIQE_ATOM_TWO ? a : NULL;
}

/* Matrices on its qubits alone that wait before a two-qubit matrix become a part of it. */
static void absorb_ones(spiqe_atoms *list, const uint32_t *qubits, spiqe_complex *matrix) {
  for (unsigned bit = 0; bit < 2; bit++) {
    spiqe_atom *last = last_on(list, qubits[bit]);
    if (!last || last->kind != SPIQE_ATOM_ONE) continue;
    spiqe_complex wide[16], product[16];
    widen(last->matrix, bit, wide);
    spiqe_matrix_multiply(4, matrix, wide, product);
    memcpy(matrix, product, sizeof product);
    last->kind = SPIQE_ATOM_NONE;
  }
}

static void join_two(spiqe_atom *two, const uint32_t *qubits, const spiqe_complex *m) {
  spiqe_complex turned[16];
  if (two->qubits[0] != qubits[0]) {
    exchange_bits(m, turned);
    m = turned;
  }
  multiply_after(4, m, two->matrix);
}

static void add_two(spiqe_atoms *list, const uint32_t *qubits, const spiqe_complex *m) {
  spiqe_atom *two = same_two(list, qubits);
  if (two) {
    join_two(two, qubits, m);
    return;
  }
  spiqe_complex matrix[16];
  memcpy(matrix, m, sizeof matrix);
  absorb_ones(list, qubits, matrix);
  memcpy(append(list, SPIQE_ATOM_TWO, 2, qubits)->matrix, matrix, sizeof matrix);
}

/* qubits: control, target. Matrix bits: target 0, control 1 would be another order, so bit 0 is the
 * control here. */
static void add_cx(spiqe_atoms *list, uint32_t control, uint32_t target) {
  static const spiqe_complex cx[16] = {{1, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0},
                                       {0, 0}, {1, 0}, {0, 0}, {0, 0}, {1, 0}, {0, 0},
                                       {0, 0}, {1, 0}, {0, 0}, {0, 0}};
  const uint32_t qubits[2] = {control, target};
  spiqe_atom *two = same_two(list, qubits);
  if (two)
    join_two(two, qubits, cx);
  else
    append(list, SPIQE_ATOM_CX, 2, qubits);
}

static void add_diagonal(spiqe_atoms *list, size_t n, const uint32_t *qubits,
                         const spiqe_complex *phases) {
  spiqe_complex m[16] = {{0}};
  if (n == 1) {
    m[0] = phases[0];
    m[3] = phases[1];
    add_one(list, qubits[0], m);
    return;
  }
  spiqe_atom *two = n == 2 ? same_two(list, qubits) : NULL;
  for (size_t i = 0; i < 4 && two; i++) m[5 * i] = phases[i];
  if (two)
    join_two(two, qubits, m);
  else
    memcpy(append(list, SPIQE_ATOM_DIAGONAL, n, qubits)->matrix, phases, sizeof m / 16 << n);
}

static void add_wide(spiqe_atoms *list, const spiqe_step *step) {
  uint64_t mask = step->control_mask;
  for (uint32_t i = 0; i < step->n_targets; i++) mask |= (uint64_t)1 << step->targets[i];
  for (uint64_t rest = mask; rest; rest &= rest - 1)
    list->last[__builtin_ctzll(rest)] = (int32_t)list->n;
  list->atoms[list->n++] = (spiqe_atom){.kind = SPIQE_ATOM_WIDE, .mask = mask, .step = step};
}

/* X on the controls that must be |0>, before and after. */
static void flip_negative(spiqe_atoms *list, const spiqe_step *step) {
  static const spiqe_complex x[4] = {{0, 0}, {1, 0}, {1, 0}, {0, 0}};
  uint64_t negative = step->control_mask & ~step->control_value;
  for (; negative; negative &= negative - 1) add_one(list, (uint32_t)__builtin_ctzll(negative), x);
}

/* Diagonal of a step on at most 3 qubits in all: targets, then controls. */
static void add_diagonal_step(spiqe_atoms *list, const spiqe_step *step, size_t n_controls) {
  const size_t k = step->n_targets, n = k + n_controls;
  uint32_t qubits[3];
  spiqe_complex phases[8];
  size_t wanted = 0, i = k;
  memcpy(qubits, step->targets, k * sizeof *qubits);
  for (uint64_t rest = step->control_mask; rest; rest &= rest - 1, i++) {
    qubits[i] = (uint32_t)__builtin_ctzll(rest);
    wanted |= (size_t)(step->control_value >> qubits[i] & 1) << i;
  }
  for (size_t index = 0; index < (size_t)1 << n; index++) {
    size_t t = index & (((size_t)1 << k) - 1);
    phases[index] = index >> k == wanted >> k ? step->matrix[t * (((size_t)1 << k) + 1)] : one;
  }
  if (n)
    add_diagonal(list, n, qubits, phases);
  else
    add_diagonal(list, 1, (uint32_t[]){0}, (spiqe_complex[]){phases[0], phases[0]});
}

static void add_controlled_x(spiqe_atoms *list, const spiqe_step *step, size_t n_controls) {
  uint32_t qubits[3] = {(uint32_t)__builtin_ctzll(step->control_mask), step->targets[0]};
  flip_negative(list, step);
  if (n_controls == 1) {
    add_cx(list, qubits[0], qubits[1]);
  } else {
    qubits[1] = (uint32_t)__builtin_ctzll(step->control_mask & (step->control_mask - 1));
    qubits[2] = step->targets[0];
    append(list, SPIQE_ATOM_CCX, 3, qubits);
  }
  flip_negative(list, step);
}

static void add_swap(spiqe_atoms *list, const spiqe_step *step, size_t n_controls) {
  const uint32_t a = step->targets[0], b = step->targets[1];
  flip_negative(list, step);
  add_cx(list, b, a);
  if (n_controls)
    append(list, SPIQE_ATOM_CCX, 3,
           (uint32_t[]){(uint32_t)__builtin_ctzll(step->control_mask), a, b});
  else
    add_cx(list, a, b);
  add_cx(list, b, a);
  flip_negative(list, step);
}

/* One control and one target, bit 0 is the target. */
static void add_controlled(spiqe_atoms *list, const spiqe_step *step) {
  const uint32_t qubits[2] = {step->targets[0], (uint32_t)__builtin_ctzll(step->control_mask)};
  const size_t block = step->control_value ? 2 : 0;
  spiqe_complex m[16] = {{0}};
  for (size_t i = 0; i < 4; i++) m[5 * i] = one;
  for (size_t i = 0; i < 2; i++)
    for (size_t j = 0; j < 2; j++) m[4 * (block + i) + block + j] = step->matrix[2 * i + j];
  add_two(list, qubits, m);
}

static void add_step(spiqe_atoms *list, const spiqe_step *step) {
  const size_t k = step->n_targets;
  const size_t n_controls = (size_t)__builtin_popcountll(step->control_mask);
  const size_t n = k + n_controls;
  if (n <= 3 && is_diagonal((size_t)1 << k, step->matrix))
    add_diagonal_step(list, step, n_controls);
  else if (n == 1)
    add_one(list, step->targets[0], step->matrix);
  else if (k == 1 && n <= 3 && is_x(step->matrix))
    add_controlled_x(list, step, n_controls);
  else if (k == 2 && n <= 3 && is_swap(step->matrix))
    add_swap(list, step, n_controls);
  else if (k == 1 && n == 2)
    add_controlled(list, step);
  else if (n == 2)
    add_two(list, step->targets, step->matrix);
  else
    add_wide(list, step);
}

void spiqe_atoms_of(size_t n_steps, const spiqe_step *steps, spiqe_atoms *out) {
  out->n = 0;
  memset(out->last, 0xFF, sizeof out->last);
  for (size_t i = 0; i < n_steps; i++) add_step(out, &steps[i]);
}
