#include "quantum/transition.h"

#include <string.h>

#include "core/threads.h"

/* Tasks: pieces of the registers for one set of qubits; few enough for their sums to lie on the
 * stack, and of a size that does not depend on the threads. */
#define MOST_PIECES 32
#define LEAST_PIECE ((size_t)1 << 13)
#define MOST_SETS 6
#define MOST_TOTALS ((size_t)64)

/* Qubits that are looked at in one pass. */
typedef struct qubit_set {
  size_t n_active;
  uint32_t active[SPIQE_MOST_TRANSITION_QUBITS];
  unsigned xy_wanted;
  int z_wanted;
} qubit_set;

typedef struct job {
  const spiqe_state *psi, *lambda;
  const spiqe_kernels *kernels;
  size_t n_pieces, n_sets;
  qubit_set sets[MOST_SETS];
  double sums[MOST_SETS][MOST_PIECES][SPIQE_MOST_TRANSITION_QUBITS][3];
  double z_outside[MOST_PIECES][SPIQE_MOST_STATE_QUBITS];
} job;

/* Z of the qubits outside of the chunks of the first set, which are runs of amplitudes: the sign
 * changes from chunk to chunk. */
static void add_totals(const job *j, size_t first, size_t n, const double *totals, double *out) {
  const size_t n_active = j->sets[0].n_active;
  for (size_t q = n_active; q < j->psi->n_qubits; q++)
    for (size_t i = 0; i < n; i++)
      out[q] += (first + i) >> (q - n_active) & 1 ? -totals[i] : totals[i];
}

static void run_piece(void *argument, size_t task, size_t worker) {
  job *j = argument;
  const size_t piece = task % j->n_pieces;
  const qubit_set *set = &j->sets[task / j->n_pieces];
  const size_t n_chunks = j->psi->n_amplitudes >> set->n_active;
  const size_t last = n_chunks * (piece + 1) / j->n_pieces;
  double(*out)[3] = j->sums[task / j->n_pieces][piece];
  double totals[MOST_TOTALS], sums[SPIQE_MOST_TRANSITION_QUBITS][3];
  spiqe_transition_qubits_args args = {.psi = j->psi->amplitudes,
                                       .lambda = j->lambda->amplitudes,
                                       .n_active = set->n_active,
                                       .xy_wanted = set->xy_wanted,
                                       .z_wanted = set->z_wanted,
                                       .sums = sums[0],
                                       .totals = totals};
  (void)worker;
  memcpy(args.active, set->active, sizeof args.active);
  memset(out, 0, set->n_active * sizeof *out);
  if (set->z_wanted) memset(j->z_outside[piece], 0, sizeof j->z_outside[piece]);
  for (size_t c = n_chunks * piece / j->n_pieces; c < last; c = args.last) {
    args.first = c;
    args.last = last - c < MOST_TOTALS ? last : c + MOST_TOTALS;
    j->kernels->transition_qubits(&args);
    for (size_t i = 0; i < 3 * set->n_active; i++) out[i / 3][i % 3] += sums[i / 3][i % 3];
    if (set->z_wanted) add_totals(j, c, args.last - c, totals, j->z_outside[piece]);
  }
}

static void add_up(const job *j, double (*sums)[3]) {
  memset(sums, 0, j->psi->n_qubits * sizeof *sums);
  for (size_t i = 0; i < j->n_pieces; i++) {
    for (size_t k = 0; k < j->n_sets; k++)
      for (size_t a = 0; a < j->sets[k].n_active; a++) {
        const uint32_t q = j->sets[k].active[a];
        if (q >= j->psi->n_qubits) continue; /* a register of less than four */
        if (j->sets[k].xy_wanted >> a & 1) {
          sums[q][0] += j->sums[k][i][a][0];
          sums[q][1] += j->sums[k][i][a][1];
        }
        if (j->sets[k].z_wanted) sums[q][2] += j->sums[k][i][a][2];
      }
    for (size_t q = 0; q < j->psi->n_qubits; q++) sums[q][2] += j->z_outside[i][q];
  }
}

static size_t n_pieces_of(const spiqe_state *state) {
  const size_t n = state->n_amplitudes / LEAST_PIECE;
  return n < 1 ? 1 : n < MOST_PIECES ? n : MOST_PIECES;
}

/* Chunks of the lowest qubits are read where they lie: those of both registers fill half of a
 * nearest cache of 32 KiB. */
static size_t most_lowest(spiqe_precision precision) {
  return precision == SPIQE_F64 ? 9 : 10;
}

/* Other chunks are gathered, so that fewer passes count for more: 128 KiB of the second cache. */
#define MOST_CHOSEN (SPIQE_MOST_TRANSITION_QUBITS - 4)

/* First the lowest qubits, with Z of all; then the others that are wanted, a few at a time, in sets
 * of about the same size. */
static void choose_sets(job *j, uint64_t xy_mask) {
  qubit_set *set = &j->sets[0];
  *set = (qubit_set){.z_wanted = 1};
  j->n_sets = 1;
  while (set->n_active < most_lowest(j->psi->precision) &&
         (size_t)1 << set->n_active < j->psi->n_amplitudes) {
    set->xy_wanted |= (unsigned)(xy_mask >> set->n_active & 1) << set->n_active;
    set->active[set->n_active] = (uint32_t)set->n_active;
    set->n_active++;
  }
  uint64_t left = set->n_active < 64 ? xy_mask >> set->n_active << set->n_active : 0;
  size_t n_left = (size_t)__builtin_popcountll(left);
  size_t n_sets = (n_left + MOST_CHOSEN - 1) / MOST_CHOSEN;
  for (; n_sets; n_sets--) {
    set = &j->sets[j->n_sets++];
    *set = (qubit_set){0};
    for (; set->n_active < 4; set->n_active++) set->active[set->n_active] = (uint32_t)set->n_active;
    for (size_t n = (n_left + n_sets - 1) / n_sets; n; n--, n_left--, left &= left - 1) {
      set->xy_wanted |= 1u << set->n_active;
      set->active[set->n_active++] = (uint32_t)__builtin_ctzll(left);
    }
  }
}

void spiqe_transition_qubits(const spiqe_state *psi, const spiqe_state *lambda, uint64_t xy_mask,
                             double (*sums)[3]) {
  job j; /* large: each task clears what it fills */
  j.psi = psi;
  j.lambda = lambda;
  j.n_pieces = n_pieces_of(psi);
  j.kernels = spiqe_device_kernels(psi->ctx, psi->precision);
  choose_sets(&j, xy_mask);
  spiqe_threads_run(psi->ctx, j.n_pieces * j.n_sets, run_piece, &j);
  add_up(&j, sums);
}

/* Probes with one x_mask, at most so many in a pass. */
#define MOST_PROBES 32

typedef struct probing {
  const spiqe_state *psi, *lambda;
  const spiqe_kernels *kernels;
  size_t n_pieces, n;
  uint64_t x_mask;
  spiqe_transition_pauli paulis[MOST_PROBES];
  double sums[MOST_PIECES][MOST_PROBES];
} probing;

static void run_probes(void *argument, size_t task, size_t worker) {
  probing *p = argument;
  const size_t n = p->psi->n_amplitudes / 16;
  (void)worker;
  p->kernels->transition_paulis(
      &(spiqe_transition_paulis_args){.psi = p->psi->amplitudes,
                                      .lambda = p->lambda->amplitudes,
                                      .first = n * task / p->n_pieces * 16,
                                      .last = n * (task + 1) / p->n_pieces * 16,
                                      .x_mask = p->x_mask,
                                      .n = p->n,
                                      .paulis = p->paulis,
                                      .sums = p->sums[task]});
}

void spiqe_transition_probes(const spiqe_state *psi, const spiqe_state *lambda, size_t n_probes,
                             const spiqe_probe *probes, double *sums) {
  probing p = {.psi = psi, .lambda = lambda, .n_pieces = n_pieces_of(psi)};
  p.kernels = spiqe_device_kernels(psi->ctx, psi->precision);
  for (size_t i = 0; i < n_probes; i += p.n) {
    p.x_mask = probes[i].x_mask;
    for (p.n = 0; p.n < MOST_PROBES && i + p.n < n_probes; p.n++) {
      const spiqe_probe *probe = &probes[i + p.n];
      if (probe->x_mask != p.x_mask) break;
      p.paulis[p.n] =
          (spiqe_transition_pauli){probe->z_mask, probe->control_mask, probe->control_value};
    }
    spiqe_threads_run(psi->ctx, p.n_pieces, run_probes, &p);
    for (size_t k = 0; k < p.n; k++) {
      sums[i + k] = 0;
      for (size_t task = 0; task < p.n_pieces; task++) sums[i + k] += p.sums[task][k];
    }
  }
}
