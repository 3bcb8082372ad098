#include "quantum/clifford.h"

#include <math.h>
#include <string.h>

#define MOST_ROWS ((size_t)1 << SPIQE_MOST_CLIFFORD_QUBITS)

/* Entry [row][row ^ x] of the product: i^(number of Y) (-1)^(bits of z in the column), as a number
 * of quarter turns. */
static unsigned quarter_turns(const spiqe_small_pauli *p, size_t row) {
  const size_t column = row ^ p->x;
  const int n_y = __builtin_popcount(p->x & p->z), n_minus = __builtin_popcountll(column & p->z);
  return (unsigned)(n_y + 2 * (n_minus + p->is_negative)) & 3;
}

static int is_near(spiqe_complex a, double re, double im) {
  return fabs(a.re - re) <= SPIQE_CLIFFORD_TOLERANCE && fabs(a.im - im) <= SPIQE_CLIFFORD_TOLERANCE;
}

static spiqe_complex times_quarters(spiqe_complex a, unsigned quarters) {
  const spiqe_complex turned[4] = {a, {-a.im, a.re}, {-a.re, -a.im}, {a.im, -a.re}};
  return turned[quarters & 3];
}

/* V = U P U^dagger; U P has U's columns in another order, turned by quarters. */
static void conjugate(size_t n, const spiqe_complex *u, const spiqe_small_pauli *p,
                      spiqe_complex *v) {
  spiqe_complex up[MOST_ROWS * MOST_ROWS];
  for (size_t row = 0; row < n; row++)
    for (size_t k = 0; k < n; k++)
      up[row * n + (k ^ p->x)] = times_quarters(u[row * n + k], quarter_turns(p, k));
  for (size_t row = 0; row < n; row++)
    for (size_t column = 0; column < n; column++) {
      spiqe_complex sum = {0, 0};
      for (size_t k = 0; k < n; k++) {
        const spiqe_complex a = up[row * n + k], b = u[column * n + k];
        sum.re += a.re * b.re + a.im * b.im;
        sum.im += a.im * b.re - a.re * b.im;
      }
      v[row * n + column] = sum;
    }
}

/* The product that a matrix is: read off its first column and off one entry for each qubit, then
 * compared entry by entry. */
static int read_pauli(size_t n_qubits, const spiqe_complex *v, spiqe_small_pauli *p) {
  const size_t n = (size_t)1 << n_qubits;
  *p = (spiqe_small_pauli){0};
  for (size_t row = 0; row < n; row++)
    if (hypot(v[row * n].re, v[row * n].im) > 0.5) p->x = (uint8_t)row;
  const spiqe_complex first = v[p->x * n];
  for (size_t q = 0; q < n_qubits; q++) {
    const size_t column = (size_t)1 << q;
    const spiqe_complex entry = v[(column ^ p->x) * n + column];
    if (entry.re * first.re + entry.im * first.im < 0) p->z |= (uint8_t)column;
  }
  const spiqe_complex sign = times_quarters(first, 4 - quarter_turns(p, p->x));
  p->is_negative = sign.re < 0;
  for (size_t row = 0; row < n; row++)
    for (size_t column = 0; column < n; column++) {
      spiqe_complex expected = {column == (row ^ p->x), 0};
      expected = times_quarters(expected, quarter_turns(p, row));
      if (!is_near(v[row * n + column], expected.re, expected.im)) return 0;
    }
  return 1;
}

/* The images as bit planes, image i in bit i, and the gates that brought them here. */
typedef struct reduction {
  const spiqe_kernels *kernels;
  uint64_t x[SPIQE_MOST_CLIFFORD_QUBITS], z[SPIQE_MOST_CLIFFORD_QUBITS], signs;
  size_t n_steps;
  spiqe_clifford_step steps[SPIQE_MOST_CLIFFORD_STEPS];
} reduction;

static void do_steps(reduction *r, size_t n_steps, const spiqe_clifford_step *steps) {
  r->kernels->pauli_gates(&(spiqe_pauli_gates_args){.n_words = 1,
                                                    .stride = 1,
                                                    .x = r->x,
                                                    .z = r->z,
                                                    .signs = &r->signs,
                                                    .n_steps = n_steps,
                                                    .steps = steps});
}

static void reduce_by(reduction *r, spiqe_clifford_gate gate, size_t a, size_t b) {
  spiqe_clifford_step *step = &r->steps[r->n_steps++];
  *step = (spiqe_clifford_step){gate, (uint32_t)a, (uint32_t)b};
  do_steps(r, 1, step);
}

/* Letter of an image on a qubit: 0, 1 X, 2 Z, 3 Y. */
static unsigned letter(const reduction *r, size_t image, size_t qubit) {
  return (unsigned)((r->x[qubit] >> image & 1) | (r->z[qubit] >> image & 1) << 1);
}

/* Bring X on one qubit's image P to X and Z's image Q to Z, up to signs. The two do not commute, so
 * there is a qubit where their letters differ. Controlled by Z, a Pauli takes the rest of P away
 * (and leaves Q's letters on the other qubits); controlled by X, one takes that of Q away. */
static void reduce_qubit(reduction *r, size_t n_qubits, size_t j) {
  const size_t p = 2 * j, q = 2 * j + 1;
  size_t pivot = j;
  while (!letter(r, p, pivot) || !letter(r, q, pivot) || letter(r, p, pivot) == letter(r, q, pivot))
    pivot++;
  if (pivot != j) reduce_by(r, SPIQE_CLIFFORD_SWAP, j, pivot);
  if (letter(r, p, j) == 2) reduce_by(r, SPIQE_CLIFFORD_H, j, j);
  if (letter(r, p, j) == 3) reduce_by(r, SPIQE_CLIFFORD_S, j, j);
  if (letter(r, q, j) == 3) reduce_by(r, SPIQE_CLIFFORD_SX, j, j);
  for (size_t other = j + 1; other < n_qubits; other++) {
    static const spiqe_clifford_gate by_z[4] = {0, SPIQE_CLIFFORD_ZX, SPIQE_CLIFFORD_ZZ,
                                                SPIQE_CLIFFORD_ZY};
    const unsigned l = letter(r, p, other);
    if (l) reduce_by(r, by_z[l], j, other);
  }
  for (size_t other = j + 1; other < n_qubits; other++) {
    const unsigned l = letter(r, q, other);
    if (l == 1) reduce_by(r, SPIQE_CLIFFORD_XX, j, other);
    if (l == 2) reduce_by(r, SPIQE_CLIFFORD_ZX, other, j);
    if (l == 3) reduce_by(r, SPIQE_CLIFFORD_XY, j, other);
  }
}

static void load_images(reduction *r, size_t n_qubits, const spiqe_small_pauli *images) {
  memset(r->x, 0, sizeof r->x);
  memset(r->z, 0, sizeof r->z);
  r->signs = 0;
  for (size_t i = 0; i < 2 * n_qubits; i++) {
    for (size_t q = 0; q < n_qubits; q++) {
      r->x[q] |= (uint64_t)(images[i].x >> q & 1) << i;
      r->z[q] |= (uint64_t)(images[i].z >> q & 1) << i;
    }
    r->signs |= (uint64_t)images[i].is_negative << i;
  }
}

/* Gates that give the images. What brings the images back to X and Z, read backwards, gives them up
 * to signs, as each of these gates is its own inverse up to signs. Then a Z before the rest turns
 * the sign of X's image around, an X that of Z's. */
static void find_steps(const spiqe_kernels *kernels, spiqe_clifford *c) {
  reduction r = {.kernels = kernels};
  load_images(&r, c->n_qubits, c->images);
  const uint64_t wanted = r.signs;
  for (size_t j = 0; j < c->n_qubits; j++) reduce_qubit(&r, c->n_qubits, j);
  spiqe_clifford_step backwards[SPIQE_MOST_CLIFFORD_STEPS];
  for (size_t i = 0; i < r.n_steps; i++) backwards[i] = r.steps[r.n_steps - 1 - i];
  r.signs = 0; /* x and z are those of X_0, Z_0, X_1... now */
  do_steps(&r, r.n_steps, backwards);
  for (uint32_t i = 0; i < 2u * c->n_qubits; i++)
    if ((r.signs ^ wanted) >> i & 1)
      c->steps[c->n_steps++] =
          (spiqe_clifford_step){i % 2 ? SPIQE_CLIFFORD_X : SPIQE_CLIFFORD_Z, i / 2, i / 2};
  memcpy(c->steps + c->n_steps, backwards, r.n_steps * sizeof *backwards);
  c->n_steps = (uint8_t)(c->n_steps + r.n_steps);
}

int spiqe_clifford_from_matrix(const spiqe_kernels *kernels, size_t n_qubits,
                               const spiqe_complex *matrix, spiqe_clifford *out) {
  const size_t n = (size_t)1 << n_qubits;
  spiqe_complex image[MOST_ROWS * MOST_ROWS];
  spiqe_small_pauli identity = {0};
  *out = (spiqe_clifford){.n_qubits = (uint8_t)n_qubits};
  conjugate(n, matrix, &identity, image); /* a matrix that is not unitary has no steps */
  if (!read_pauli(n_qubits, image, &identity) || identity.x || identity.z) return 0;
  for (size_t i = 0; i < 2 * n_qubits; i++) {
    const uint8_t bit = (uint8_t)(1 << i / 2);
    const spiqe_small_pauli p = {.x = i % 2 ? 0 : bit, .z = i % 2 ? bit : 0};
    conjugate(n, matrix, &p, image);
    if (!read_pauli(n_qubits, image, &out->images[i])) return 0;
  }
  find_steps(kernels, out);
  out->is_clifford = 1;
  return 1;
}

/* The matrix with its controls, which are the lowest bits of an index. */
static void add_controls(size_t n_controls, unsigned on_zero, size_t n_targets,
                         const spiqe_complex *matrix, spiqe_complex *out) {
  const size_t n = (size_t)1 << n_targets, size = n << n_controls;
  const size_t n_patterns = (size_t)1 << n_controls, active = (n_patterns - 1) ^ on_zero;
  memset(out, 0, size * size * sizeof *out);
  for (size_t i = 0; i < size; i++) out[i * size + i].re = 1;
  for (size_t row = 0; row < n; row++)
    for (size_t column = 0; column < n; column++)
      out[(row << n_controls | active) * size + (column << n_controls | active)] =
          matrix[row * n + column];
}

static int is_identity(size_t n, const spiqe_complex *matrix, int phase_counts) {
  const spiqe_complex diagonal = phase_counts ? (spiqe_complex){1, 0} : matrix[0];
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      const double re = i == j ? diagonal.re : 0, im = i == j ? diagonal.im : 0;
      if (!is_near(matrix[i * n + j], re, im)) return 0;
    }
  return 1;
}

/* Without the cache. */
static void find(const spiqe_circuit *circuit, const spiqe_operation *op, const double *inputs,
                 unsigned on_zero, spiqe_clifford *out) {
  const size_t n_qubits = (size_t)op->n_controls + op->n_targets;
  spiqe_complex small[MOST_ROWS * MOST_ROWS], whole[MOST_ROWS * MOST_ROWS];
  const spiqe_complex *matrix = small;
  if (op->kind == SPIQE_MATRIX)
    matrix = circuit->numbers + op->payload;
  else
    spiqe_operation_matrix(circuit, op, inputs, small);
  if (n_qubits > SPIQE_MOST_CLIFFORD_QUBITS) {
    *out = (spiqe_clifford){.is_clifford = (uint8_t)is_identity((size_t)1 << op->n_targets, matrix,
                                                                op->n_controls > 0)};
    return;
  }
  add_controls(op->n_controls, on_zero, op->n_targets, matrix, whole);
  spiqe_clifford_from_matrix(spiqe_device_kernels(circuit->ctx, SPIQE_F32), n_qubits, whole, out);
}

/* Which of the first controls are on |0>. */
static unsigned controls_on_zero(const spiqe_circuit *circuit, const spiqe_operation *op) {
  unsigned on_zero = 0;
  for (uint32_t i = 0; i < op->n_controls && i < SPIQE_MOST_CLIFFORD_QUBITS; i++)
    on_zero |= (circuit->qubits_used[op->first_qubit + i] >= SPIQE_ON_ZERO ? 1u : 0) << i;
  return on_zero;
}

/* Where a key is, or else where it goes: one of four places that follow from it, the first free one
 * or the first. */
static size_t cache_slot(const spiqe_clifford_cache *cache, const spiqe_clifford_key *key) {
  uint64_t words[sizeof *key / sizeof(uint64_t)], hash = 0;
  memcpy(words, key, sizeof words);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    hash = ((hash ^ words[i]) * 0x9E3779B97F4A7C15u) ^ hash >> 29; /* 2^64 / golden ratio */
  const size_t first = (hash >> 32) % SPIQE_CLIFFORD_CACHE;
  size_t free = first;
  for (size_t i = 0; i < 4; i++) {
    const size_t slot = (first + i) % SPIQE_CLIFFORD_CACHE;
    if (!memcmp(&cache->keys[slot], key, sizeof *key)) return slot;
    if (!cache->keys[slot].is_known && cache->keys[free].is_known) free = slot;
  }
  return free;
}

const spiqe_clifford *spiqe_clifford_find(spiqe_clifford_cache *cache, const spiqe_circuit *circuit,
                                          const spiqe_operation *operation, const double *inputs) {
  const unsigned on_zero = controls_on_zero(circuit, operation);
  if (operation->kind != SPIQE_GATE || operation->n_controls > UINT8_MAX) {
    find(circuit, operation, inputs, on_zero, &cache->other);
    return &cache->other;
  }
  spiqe_clifford_key key;
  memset(&key, 0, sizeof key);
  key.is_known = 1;
  key.gate = operation->gate;
  key.n_controls = (uint8_t)operation->n_controls;
  key.on_zero = (uint8_t)on_zero;
  for (uint32_t i = 0; i < spiqe_gates[operation->gate].n_parameters; i++)
    key.angles[i] = spiqe_circuit_angle(circuit, operation->first_angle + i, inputs);
  const size_t slot = cache_slot(cache, &key);
  if (memcmp(&cache->keys[slot], &key, sizeof key) != 0) {
    find(circuit, operation, inputs, on_zero, &cache->found[slot]);
    memcpy(&cache->keys[slot], &key, sizeof key); /* with what lies between its fields */
  }
  return &cache->found[slot];
}
