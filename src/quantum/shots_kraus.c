/* Channels on state vectors: probabilities of their operators, and the operators. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/shots.h"

/* A coefficient below this is the rounding of matrices that are made of square roots. */
#define SMALLEST_WEIGHT 1e-14

/* A main operator that is less likely than this is no guess: all shots look. */
#define SMALLEST_GUESS 0.5

/* Matrices up to this size are scaled on the stack. */
#define SMALL_MATRIX 64

/* E = K^dagger K, [n][n]. */
static void square(size_t n, const spiqe_complex *k, spiqe_complex *e) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      spiqe_complex sum = {0, 0};
      for (size_t r = 0; r < n; r++) {
        spiqe_complex a = k[r * n + i], b = k[r * n + j];
        sum.re += a.re * b.re + a.im * b.im;
        sum.im += a.re * b.im - a.im * b.re;
      }
      e[i * n + j] = sum;
    }
}

static void walsh_hadamard(size_t n, spiqe_complex *v) {
  for (size_t half = 1; half < n; half *= 2)
    for (size_t i = 0; i < n; i++) {
      if (i & half) continue;
      spiqe_complex a = v[i], b = v[i + half];
      v[i] = (spiqe_complex){a.re + b.re, a.im + b.im};
      v[i + half] = (spiqe_complex){a.re - b.re, a.im - b.im};
    }
}

/* E = sum of weight(x, z) P(x, z) with weight = tr(P E) / n, where P = i^|x & z| X^x Z^z:
 * tr(P E) = i^|x & z| sum over b of (-1)^(b z) E[b][b ^ x]. weights: [x][z] of operator k. */
static void decompose(size_t n, size_t n_kraus, size_t k, const spiqe_complex *e,
                      spiqe_complex *row, double *weights) {
  for (size_t x = 0; x < n; x++) {
    for (size_t b = 0; b < n; b++) row[b] = e[b * n + (b ^ x)];
    walsh_hadamard(n, row);
    for (size_t z = 0; z < n; z++) {
      static const int sign[4] = {1, -1, -1, 1}; /* of i^m times 1 or i */
      unsigned m = (unsigned)__builtin_popcountll(x & z) & 3;
      double part = m & 1 ? row[z].im : row[z].re;
      weights[(x * n + z) * n_kraus + k] = sign[m] * part / (double)n;
    }
  }
}

/* Largest distance of a matrix from a multiple of the identity. */
static double off_identity(size_t n, const spiqe_complex *a) {
  double off = 0;
  for (size_t i = 0; i < n * n; i++) {
    spiqe_complex on_diagonal = i / n == i % n ? a[0] : (spiqe_complex){0, 0};
    off = fmax(off, hypot(a[i].re - on_diagonal.re, a[i].im - on_diagonal.im));
  }
  return off;
}

/* A bound below all eigenvalues of E (Gershgorin 1931); exact where E is diagonal. */
static double smallest_eigenvalue(size_t n, const spiqe_complex *e) {
  double least = INFINITY;
  for (size_t i = 0; i < n; i++) {
    double radius = 0;
    for (size_t j = 0; j < n; j++)
      if (j != i) radius += hypot(e[i * n + j].re, e[i * n + j].im);
    least = fmin(least, e[i * n + i].re - radius);
  }
  return least;
}

/* Keep the products that any operator needs, the identity first. */
static void keep_needed(spiqe_kraus *kraus, size_t n) {
  const size_t m = kraus->n_kraus;
  for (size_t i = 0; i < n * n; i++) {
    const double *from = kraus->weights + i * m;
    int is_needed = i == 0;
    for (size_t k = 0; k < m; k++) is_needed |= fabs(from[k]) > SMALLEST_WEIGHT;
    if (!is_needed) continue;
    kraus->x_masks[kraus->n_paulis] = (uint32_t)(i / n);
    kraus->z_masks[kraus->n_paulis] = (uint32_t)(i % n);
    memmove(kraus->weights + kraus->n_paulis++ * m, from, m * sizeof *from);
  }
}

/* The main operator: the largest tr(E) / n, which is weight 0 of the identity. work: [n][n]. */
static void choose_main(spiqe_kraus *kraus, size_t n, spiqe_complex *work) {
  for (size_t k = 1; k < kraus->n_kraus; k++)
    if (kraus->weights[k] > kraus->weights[kraus->main]) kraus->main = k;
  const spiqe_complex *matrix = kraus->matrices + kraus->main * n * n;
  const double mean = kraus->weights[kraus->main];
  square(n, matrix, work);
  kraus->is_identity = off_identity(n, matrix) == 0;
  kraus->is_unitary = off_identity(n, work) <= SMALLEST_WEIGHT;
  for (size_t i = 0; i < n * n; i++)
    kraus->main_matrix[i] = (spiqe_complex){matrix[i].re / sqrt(mean), matrix[i].im / sqrt(mean)};
  const double least = smallest_eigenvalue(n, work) * (1 - 1e-12); /* as that is rounded */
  if (least < SMALLEST_GUESS) return;
  kraus->least = fmin(least, 1);
  kraus->hazard = -log(kraus->least);
}

spiqe_status spiqe_kraus_create(const spiqe_circuit *circuit, const spiqe_channel *channel,
                                spiqe_kraus *out) {
  const size_t n = (size_t)1 << channel->n_targets, m = channel->n_kraus;
  *out = (spiqe_kraus){.n_targets = channel->n_targets, .n_kraus = m};
  out->matrices = circuit->numbers + channel->first;
  out->x_masks = malloc(n * n * sizeof *out->x_masks);
  out->z_masks = malloc(n * n * sizeof *out->z_masks);
  out->weights = malloc(n * n * m * sizeof *out->weights);
  out->main_matrix = malloc(n * n * sizeof *out->main_matrix);
  spiqe_complex *work = malloc((n + 1) * n * sizeof *work);
  if (!out->x_masks || !out->z_masks || !out->weights || !out->main_matrix || !work) {
    free(work);
    spiqe_kraus_destroy(out);
    return spiqe_fail(circuit->ctx, SPIQE_NO_MEMORY, "no memory for channel '%s'", channel->name);
  }
  for (size_t k = 0; k < m; k++) {
    square(n, out->matrices + k * n * n, work);
    decompose(n, m, k, work, work + n * n, out->weights);
  }
  keep_needed(out, n);
  choose_main(out, n, work);
  free(work);
  return SPIQE_OK;
}

void spiqe_kraus_destroy(spiqe_kraus *kraus) {
  free(kraus->x_masks);
  free(kraus->z_masks);
  free(kraus->weights);
  free(kraus->main_matrix);
  *kraus = (spiqe_kraus){0};
}

static uint64_t spread(uint32_t mask, size_t n_targets, const uint32_t *targets) {
  uint64_t wide = 0;
  for (size_t i = 0; i < n_targets; i++) wide |= (uint64_t)(mask >> i & 1) << targets[i];
  return wide;
}

void spiqe_kraus_weights(const spiqe_kraus *kraus, const uint32_t *targets,
                         const spiqe_state *state, double norm, double *out) {
  const size_t m = kraus->n_kraus;
  for (size_t k = 0; k < m; k++) out[k] = kraus->weights[k] * norm;
  for (size_t i = 1; i < kraus->n_paulis; i++) {
    double value = spiqe_state_pauli(state, spread(kraus->x_masks[i], kraus->n_targets, targets),
                                     spread(kraus->z_masks[i], kraus->n_targets, targets));
    for (size_t k = 0; k < m; k++) out[k] += kraus->weights[i * m + k] * value;
  }
}

spiqe_status spiqe_kraus_apply(const spiqe_kraus *kraus, size_t k, const uint32_t *targets,
                               double weight, spiqe_state *state) {
  const size_t n = (size_t)1 << 2 * kraus->n_targets;
  const spiqe_complex *matrix = kraus->matrices + k * n;
  const double factor = 1 / sqrt(weight);
  spiqe_complex small[SMALL_MATRIX];
  spiqe_step step = {.n_targets = (uint32_t)kraus->n_targets, .matrix = matrix};
  memcpy(step.targets, targets, kraus->n_targets * sizeof *targets);
  if (n > SMALL_MATRIX) {
    SPIQE_TRY(spiqe_state_apply(state, &step));
    spiqe_state_scale(state, factor);
    return SPIQE_OK;
  }
  for (size_t i = 0; i < n; i++)
    small[i] = (spiqe_complex){matrix[i].re * factor, matrix[i].im * factor};
  step.matrix = small;
  return spiqe_state_apply(state, &step);
}
