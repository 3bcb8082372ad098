/* The distribution of the classical bits over all branches. */
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/fail.h"
#include "core/grow.h"
#include "quantum/density_branch.h"

/* The joint distribution of the bits of one branch that are open. */
typedef struct table {
  size_t n_open;
  uint32_t *qubits;      /* [n_open] */
  double *probabilities; /* [2^n_open], bit i of an index is what is read of qubits[i] */
} table;

static void fill_table(const spiqe_branch *branch, size_t n_qubits, table *t) {
  t->n_open = 0;
  for (size_t q = 0; q < n_qubits; q++)
    if (branch->open[q].bit != SPIQE_NO_BIT) t->qubits[t->n_open++] = (uint32_t)q;
  memset(t->probabilities, 0, sizeof(double) << t->n_open);
  for (size_t i = 0; i < (size_t)1 << n_qubits; i++) {
    size_t index = 0;
    for (size_t k = 0; k < t->n_open; k++) index |= (i >> t->qubits[k] & 1) << k;
    t->probabilities[index] += spiqe_density_get(branch->rho, i, i).re;
  }
}

/* From what the qubits are to what is read: one matrix for each bit. */
static void misread_table(const spiqe_branch *branch, table *t) {
  for (size_t k = 0; k < t->n_open; k++) {
    const spiqe_open_bit *open = &branch->open[t->qubits[k]];
    if (open->p1_of_0 == 0 && open->p0_of_1 == 0) continue;
    for (size_t i = 0; i < (size_t)1 << t->n_open; i++) {
      if (i >> k & 1) continue;
      double *p0 = &t->probabilities[i], *p1 = &t->probabilities[i | (size_t)1 << k];
      const double of_0 = *p0, of_1 = *p1;
      *p0 = (1 - open->p1_of_0) * of_0 + open->p0_of_1 * of_1;
      *p1 = open->p1_of_0 * of_0 + (1 - open->p0_of_1) * of_1;
    }
  }
}

/* An outcome while the list is made: its bits are sorted as a pointer. */
typedef struct row {
  uint8_t *bits;
  double probability;
} row;

/* Rows and the memory of their bits, in pieces that do not move. */
typedef struct rows {
  spiqe_context *ctx;
  size_t n_bits, n, room, n_pieces, room_pieces;
  row *list;
  uint8_t **pieces;
} rows;

static spiqe_status add_rows(const spiqe_branches *b, const spiqe_branch *branch, const table *t,
                             rows *out) {
  const size_t n_table = (size_t)1 << t->n_open;
  size_t n = 0, size;
  for (size_t i = 0; i < n_table; i++) n += t->probabilities[i] >= b->least;
  SPIQE_REQUIRE(b->ctx, !__builtin_mul_overflow(n, b->n_bits + 1, &size), SPIQE_NO_MEMORY,
                "%zu outcomes of %zu bits", n, b->n_bits);
  SPIQE_TRY(spiqe_arena_check(b->ctx, size));
  SPIQE_TRY(spiqe_grow(b->ctx, (void **)&out->list, &out->room, out->n + n, sizeof *out->list));
  SPIQE_TRY(spiqe_grow(b->ctx, (void **)&out->pieces, &out->room_pieces, out->n_pieces + 1,
                       sizeof *out->pieces));
  uint8_t *bits = malloc(size + 1);
  SPIQE_REQUIRE(b->ctx, bits, SPIQE_NO_MEMORY, "no memory for %zu outcomes of %zu bits", n,
                b->n_bits);
  out->pieces[out->n_pieces++] = bits;
  for (size_t i = 0; i < n_table; i++) {
    if (!(t->probabilities[i] >= b->least)) continue;
    if (b->n_bits) memcpy(bits, branch->bits, b->n_bits);
    for (size_t k = 0; k < t->n_open; k++) bits[branch->open[t->qubits[k]].bit] = i >> k & 1;
    out->list[out->n++] = (row){bits, t->probabilities[i]};
    bits += b->n_bits + 1;
  }
  return SPIQE_OK;
}

static int compare_rows(const void *x, const void *y, void *all) {
  const row *a = x, *b = y;
  for (size_t i = ((const rows *)all)->n_bits; i-- > 0;)
    if (a->bits[i] != b->bits[i]) return a->bits[i] < b->bits[i] ? -1 : 1;
  return 0;
}

/* Sorted, equal ones added, in the arrays of the result. */
static spiqe_status hand_out(rows *r, spiqe_density_result *out) {
  size_t n = 0;
  qsort_r(r->list, r->n, sizeof *r->list, compare_rows, r);
  for (size_t i = 0; i < r->n; i++) {
    if (n && !compare_rows(&r->list[n - 1], &r->list[i], r))
      r->list[n - 1].probability += r->list[i].probability;
    else
      r->list[n++] = r->list[i];
  }
  out->bits = malloc(n * r->n_bits + 1);
  out->probabilities = malloc((n + 1) * sizeof *out->probabilities);
  SPIQE_REQUIRE(r->ctx, out->bits && out->probabilities, SPIQE_NO_MEMORY,
                "no memory for %zu outcomes of %zu bits", n, r->n_bits);
  for (size_t i = 0; i < n; i++) {
    if (r->n_bits) memcpy(out->bits + i * r->n_bits, r->list[i].bits, r->n_bits);
    out->probabilities[i] = r->list[i].probability;
  }
  out->n_outcomes = n;
  return SPIQE_OK;
}

spiqe_status spiqe_branches_outcomes(const spiqe_branches *b, spiqe_density_result *out) {
  rows all = {.ctx = b->ctx, .n_bits = b->n_bits};
  table t = {.qubits = malloc((b->n_qubits + 1) * sizeof *t.qubits),
             .probabilities = malloc(sizeof(double) << b->n_qubits)};
  spiqe_status status = SPIQE_OK;
  if (!t.qubits || !t.probabilities)
    status = spiqe_fail(b->ctx, SPIQE_NO_MEMORY, "no memory for the outcomes of %zu qubits",
                        b->n_qubits);
  for (size_t i = 0; i < b->n_list && status == SPIQE_OK; i++) {
    fill_table(&b->list[i], b->n_qubits, &t);
    misread_table(&b->list[i], &t);
    status = add_rows(b, &b->list[i], &t, &all);
  }
  if (status == SPIQE_OK) status = hand_out(&all, out);
  for (size_t i = 0; i < all.n_pieces; i++) free(all.pieces[i]);
  free(all.pieces);
  free(all.list);
  free(t.qubits);
  free(t.probabilities);
  return status;
}
