/* Branches: splitting where a bit must be known, adding where bits agree. */
#include "quantum/density_branch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"

static void destroy_branch(spiqe_branch *branch) {
  spiqe_density_destroy(branch->rho);
  free(branch->bits);
  free(branch->open);
  *branch = (spiqe_branch){0};
}

/* Room for one more branch, with its memory; the caller fills it. */
static spiqe_status add_branch(spiqe_branches *b, spiqe_branch **out) {
  const size_t n = b->n_list + 1;
  const double size = (double)spiqe_density_size(b->precision, b->n_qubits) + (double)b->n_bits;
  SPIQE_REQUIRE(b->ctx, n <= SPIQE_MOST_BRANCHES, SPIQE_LIMIT,
                "the measurements split the state into more than %zu branches",
                SPIQE_MOST_BRANCHES);
  SPIQE_REQUIRE(b->ctx, !b->most_bytes || size * (double)n <= (double)b->most_bytes,
                SPIQE_NO_MEMORY, "%zu density matrices of %zu qubits need %.1f MB of %.1f MB", n,
                b->n_qubits, size * (double)n / 1e6, (double)b->most_bytes / 1e6);
  SPIQE_TRY(SPIQE_POOL_ROOM(b, list, 1));
  spiqe_branch branch = {.bits = calloc(b->n_bits + 1, 1),
                         .open = calloc(b->n_qubits + 1, sizeof *branch.open)};
  spiqe_status status = SPIQE_OK;
  if (!branch.bits || !branch.open)
    status = spiqe_fail(b->ctx, SPIQE_NO_MEMORY, "no memory for branch %zu", n);
  if (status == SPIQE_OK)
    status = spiqe_density_create(b->ctx, b->precision, b->n_qubits, &branch.rho);
  if (status != SPIQE_OK) {
    destroy_branch(&branch);
    return status;
  }
  b->list[b->n_list++] = branch;
  *out = &b->list[b->n_list - 1];
  return SPIQE_OK;
}

spiqe_status spiqe_branches_create(spiqe_context *ctx, spiqe_precision precision, size_t n_qubits,
                                   size_t n_bits, size_t most_bytes, spiqe_branches *out) {
  spiqe_branch *first;
  *out = (spiqe_branches){.ctx = ctx,
                          .precision = precision,
                          .n_qubits = n_qubits,
                          .n_bits = n_bits,
                          .most_bytes = most_bytes};
  out->least = precision == SPIQE_F64 ? 1e-15 : 1e-7; /* what rounding makes of 0 */
  spiqe_status status = add_branch(out, &first);
  if (status != SPIQE_OK) {
    spiqe_branches_destroy(out);
    return status;
  }
  for (size_t q = 0; q < n_qubits; q++) first->open[q].bit = SPIQE_NO_BIT;
  return SPIQE_OK;
}

void spiqe_branches_destroy(spiqe_branches *branches) {
  for (size_t i = 0; i < branches->n_list; i++) destroy_branch(&branches->list[i]);
  free(branches->list);
  *branches = (spiqe_branches){0};
}

static spiqe_status copy_branch(spiqe_branches *b, size_t index, spiqe_branch **out) {
  SPIQE_TRY(add_branch(b, out));
  const spiqe_branch *from = &b->list[index];
  spiqe_state_copy((*out)->rho->state, from->rho->state);
  if (b->n_bits) memcpy((*out)->bits, from->bits, b->n_bits);
  if (b->n_qubits) memcpy((*out)->open, from->open, b->n_qubits * sizeof *from->open);
  (*out)->at = from->at;
  return SPIQE_OK;
}

/* Multiply the blocks 00 and 11 of a qubit whose blocks 01 and 10 are zero: on rows alone. */
static spiqe_status weigh(spiqe_density *rho, uint32_t qubit, double of_0, double of_1) {
  const uint64_t row = (uint64_t)2 << 2 * qubit;
  if (of_0 == 0) {
    spiqe_state_project(rho->state, row, row, of_1);
  } else if (of_1 == 0) {
    spiqe_state_project(rho->state, row, 0, of_0);
  } else {
    const spiqe_complex diagonal[4] = {{of_0, 0}, {0, 0}, {0, 0}, {of_1, 0}};
    spiqe_step step = {.n_targets = 1, .targets = {2 * qubit + 1}, .matrix = diagonal};
    return spiqe_state_apply(rho->state, &step);
  }
  return SPIQE_OK;
}

/* Probability of |1>, and of |0>. */
static void weights_of(const spiqe_density *rho, uint32_t qubit, double *of_0, double *of_1) {
  double sums[2] = {0, 0};
  for (size_t i = 0; i < (size_t)1 << rho->n_qubits; i++)
    sums[i >> qubit & 1] += spiqe_density_get(rho, i, i).re;
  *of_0 = sums[0];
  *of_1 = sums[1];
}

spiqe_status spiqe_branch_resolve(spiqe_branches *b, size_t index, uint32_t qubit) {
  spiqe_branch *branch = &b->list[index], *other;
  const spiqe_open_bit open = branch->open[qubit];
  double of_0, of_1;
  if (open.bit == SPIQE_NO_BIT) return SPIQE_OK;
  weights_of(branch->rho, qubit, &of_0, &of_1);
  const double p1 = open.p1_of_0 * of_0 + (1 - open.p0_of_1) * of_1, p0 = of_0 + of_1 - p1;
  branch->open[qubit].bit = SPIQE_NO_BIT;
  if (p1 < b->least && p0 < b->least && b->n_list > 1) {
    branch->at = SPIQE_DROPPED;
    return SPIQE_OK;
  }
  if (p1 >= b->least && p0 >= b->least) {
    SPIQE_TRY(copy_branch(b, index, &other));
    other->bits[open.bit] = 1;
    SPIQE_TRY(weigh(other->rho, qubit, open.p1_of_0, 1 - open.p0_of_1));
    branch = &b->list[index];
  }
  const int value = p0 < b->least;
  branch->bits[open.bit] = (uint8_t)value;
  if (value) return weigh(branch->rho, qubit, open.p1_of_0, 1 - open.p0_of_1);
  return weigh(branch->rho, qubit, 1 - open.p1_of_0, open.p0_of_1);
}

spiqe_status spiqe_branch_misread(spiqe_branches *b, size_t index, uint32_t bit, double p1_of_0,
                                  double p0_of_1) {
  spiqe_branch *branch = &b->list[index], *other;
  for (size_t q = 0; q < b->n_qubits; q++) {
    spiqe_open_bit *open = &branch->open[q];
    if (open->bit != bit) continue;
    double read_1_of_0 = open->p1_of_0, read_0_of_1 = open->p0_of_1;
    open->p1_of_0 = read_1_of_0 * (1 - p0_of_1) + (1 - read_1_of_0) * p1_of_0;
    open->p0_of_1 = read_0_of_1 * (1 - p1_of_0) + (1 - read_0_of_1) * p0_of_1;
    return SPIQE_OK;
  }
  const double p = branch->bits[bit] ? p0_of_1 : p1_of_0;
  if (p == 0) return SPIQE_OK;
  if (p < 1) {
    SPIQE_TRY(copy_branch(b, index, &other));
    spiqe_state_scale(other->rho->state, 1 - p);
    spiqe_state_scale(b->list[index].rho->state, p);
  }
  b->list[index].bits[bit] ^= 1;
  return SPIQE_OK;
}

void spiqe_branch_overwrite(const spiqe_branches *b, size_t index, uint32_t bit) {
  for (size_t q = 0; q < b->n_qubits; q++)
    if (b->list[index].open[q].bit == bit) b->list[index].open[q].bit = SPIQE_NO_BIT;
}

static int compare_open(const spiqe_open_bit *a, const spiqe_open_bit *b) {
  if (a->bit != b->bit) return a->bit < b->bit ? -1 : 1;
  if (a->bit == SPIQE_NO_BIT) return 0;
  if (a->p1_of_0 != b->p1_of_0) return a->p1_of_0 < b->p1_of_0 ? -1 : 1;
  if (a->p0_of_1 != b->p0_of_1) return a->p0_of_1 < b->p0_of_1 ? -1 : 1;
  return 0;
}

/* By place, then bits, then open bits: equal ones may be added. Branches of one list have as many
 * bits and qubits, which qsort_r hands over. */
static int compare_branches(const void *x, const void *y, void *sizes) {
  const spiqe_branch *a = x, *b = y;
  const spiqe_branches *all = sizes;
  if (a->at != b->at) return a->at < b->at ? -1 : 1;
  int order = all->n_bits ? memcmp(a->bits, b->bits, all->n_bits) : 0;
  for (size_t q = 0; q < all->n_qubits && !order; q++)
    order = compare_open(&a->open[q], &b->open[q]);
  return order;
}

/* Dropped branches are sorted to the end. */
static void take_out_dropped(spiqe_branches *b) {
  while (b->n_list && b->list[b->n_list - 1].at == SPIQE_DROPPED)
    destroy_branch(&b->list[--b->n_list]);
}

void spiqe_branches_merge(spiqe_branches *b) {
  size_t kept = 0;
  if (b->n_list < 2) return;
  qsort_r(b->list, b->n_list, sizeof *b->list, compare_branches, b);
  take_out_dropped(b);
  for (size_t i = 1; i < b->n_list; i++) {
    spiqe_branch *last = &b->list[kept], *next = &b->list[i];
    if (!compare_branches(last, next, b)) {
      spiqe_state_add_pauli(next->rho->state, 0, 0, 1, last->rho->state);
      destroy_branch(next);
    } else if (++kept != i) {
      b->list[kept] = *next;
      *next = (spiqe_branch){0};
    }
  }
  b->n_list = kept + 1;
}
