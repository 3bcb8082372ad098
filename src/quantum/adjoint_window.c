/* psi and lambda are taken back through a window in passes. A pass takes gates whose qubits fit
 * into a chunk; a chunk of both registers is gathered into the cache, where it is a small register
 * of its own, and put back. */
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/fail.h"
#include "core/threads.h"
#include "quantum/adjoint.h"

#define LOW_QUBITS 4 /* in every chunk: what lies side by side */
#define MOST_TAKEN ((size_t)256)
#define MOST_PIECES ((size_t)32)
#define NO_GATE UINT32_MAX

/* A gate, or gates of one qubit one after another. */
typedef struct item {
  uint64_t mask;      /* of its qubits */
  uint32_t last_gate; /* in the window */
  size_t n_reads;     /* products that are read off behind it: one, or X, Y and Z of the qubit */
  spiqe_probe reads[3];
  spiqe_step inverse;      /* its matrix: borrowed, or... */
  spiqe_complex matrix[4]; /* ...this one, of several gates or of a phase */
} item;

typedef struct window {
  const spiqe_adjoint_plan *plan;
  const spiqe_stretch *stretch;
  spiqe_state *psi, *lambda;
  const spiqe_kernels *kernels;
  size_t n_items;
  item *items;        /* owned, [n_gates], forward */
  uint32_t *previous; /* owned, [n_gates] of the window: the gate of the same item before a gate */
  uint8_t *is_done;   /* owned, [n_gates] */

  /* The pass. */
  size_t n_qubits, n_active, n_pieces, n_taken;
  uint32_t active[SPIQE_MOST_STATE_QUBITS], slot[64];
  uint32_t taken[MOST_TAKEN];    /* backward */
  double (*sums)[MOST_TAKEN][3]; /* owned, [n_pieces] */
  uint8_t *scratch;              /* owned, [n_threads][2] chunks; NULL: in place */
} window;

/* Chunks of both registers fill half of a second-level cache of 1 MiB; registers that are not much
 * larger are cut in four, so that threads have work; small ones are not cut. */
static size_t most_active(const window *w) {
  const size_t most = w->psi->precision == SPIQE_F64 ? 14 : 15;
  if (w->n_qubits <= 12) return w->n_qubits;
  return w->n_qubits < most + 2 ? w->n_qubits - 2 : most;
}

static spiqe_probe probe_of_letter(uint8_t letter, uint64_t bit) {
  return (spiqe_probe){.x_mask = letter == SPIQE_LETTER_Z ? 0 : bit,
                       .z_mask = letter == SPIQE_LETTER_X ? 0 : bit};
}

/* A number on controls alone becomes a phase of the lowest of them. */
static void give_target(item *it) {
  spiqe_step *step = &it->inverse;
  const uint64_t bit = step->control_mask & -step->control_mask;
  const spiqe_complex f = step->matrix[0], one = {1, 0};
  const int on_one = (step->control_value & bit) != 0;
  it->matrix[0] = on_one ? one : f;
  it->matrix[3] = on_one ? f : one;
  step->n_targets = 1;
  step->targets[0] = (uint32_t)__builtin_ctzll(bit);
  step->control_mask &= ~bit;
  step->control_value &= ~bit;
  step->matrix = NULL;
}

static const spiqe_complex *matrix_of(const item *it) {
  return it->inverse.matrix ? it->inverse.matrix : it->matrix;
}

static const spiqe_step *inverse_of(const window *w, size_t gate) {
  const spiqe_stretch *s = w->stretch;
  return &w->plan->inverses[s->first_gate + s->n_gates - 1 - gate];
}

static void begin_item(window *w, size_t gate) {
  const spiqe_adjoint_gate *g = &w->plan->gates[w->stretch->first_gate + gate];
  item *it = &w->items[w->n_items++];
  *it = (item){.last_gate = (uint32_t)gate, .inverse = *inverse_of(w, gate)};
  it->mask = it->inverse.control_mask;
  for (size_t t = 0; t < it->inverse.n_targets; t++)
    it->mask |= (uint64_t)1 << it->inverse.targets[t];
  if (!it->inverse.n_targets) give_target(it);
  if (g->angle == SPIQE_NO_ANGLE) return;
  it->n_reads = 1;
  it->reads[0] = g->is_single ? probe_of_letter(g->letter, it->mask) : w->plan->probes[g->probe];
}

/* One more gate on the qubit of an item: what is read off turns, so that all three are needed, if
 * there is an angle at all. */
static void add_to_item(window *w, size_t gate, item *it) {
  const spiqe_adjoint_gate *g = &w->plan->gates[w->stretch->first_gate + gate];
  spiqe_complex product[4];
  spiqe_matrix_multiply(2, matrix_of(it), inverse_of(w, gate)->matrix, product);
  memcpy(it->matrix, product, sizeof product);
  it->inverse.matrix = NULL;
  w->previous[gate] = it->last_gate;
  it->last_gate = (uint32_t)gate;
  if (!it->n_reads && g->angle == SPIQE_NO_ANGLE) return;
  it->n_reads = 3;
  for (size_t k = 0; k < 3; k++) it->reads[k] = probe_of_letter((uint8_t)(1 << k), it->mask);
}

static void make_items(window *w) {
  item *open[64] = {NULL}; /* the item of single gates that a qubit's last gate is in */
  for (size_t i = 0; i < w->stretch->n_gates; i++) {
    const spiqe_adjoint_gate *g = &w->plan->gates[w->stretch->first_gate + i];
    const uint32_t qubit = inverse_of(w, i)->targets[0];
    w->previous[i] = NO_GATE;
    if (g->is_single && open[qubit]) {
      add_to_item(w, i, open[qubit]);
      continue;
    }
    begin_item(w, i);
    item *it = &w->items[w->n_items - 1];
    for (uint64_t left = it->mask; left; left &= left - 1)
      open[__builtin_ctzll(left)] = g->is_single ? it : NULL;
  }
}

/* From the last item backward, those whose qubits are free and fit. Returns the active qubits. */
static uint64_t choose_items(window *w, size_t n_left) {
  const uint64_t all = ((uint64_t)1 << w->n_qubits) - 1;
  uint64_t active = ((uint64_t)1 << LOW_QUBITS) - 1, blocked = 0;
  w->n_taken = 0;
  for (size_t i = n_left; i-- > 0 && blocked != all && w->n_taken < MOST_TAKEN;) {
    const uint64_t mask = w->items[i].mask;
    if (w->is_done[i]) continue;
    if ((mask & blocked) || (size_t)__builtin_popcountll(active | mask) > w->n_active) {
      blocked |= mask;
      continue;
    }
    active |= mask;
    w->is_done[i] = 1;
    w->taken[w->n_taken++] = (uint32_t)i;
  }
  for (uint32_t q = 0; (size_t)__builtin_popcountll(active) < w->n_active; q++)
    active |= (uint64_t)1 << q;
  return active;
}

static uint64_t in_chunk(const window *w, uint64_t mask) {
  uint64_t local = 0;
  for (; mask; mask &= mask - 1) local |= (uint64_t)1 << w->slot[__builtin_ctzll(mask)];
  return local;
}

/* Amplitude of the register that a chunk's amplitude `at` is. */
static size_t place_of(const window *w, size_t chunk, size_t at) {
  size_t index = chunk;
  for (size_t i = 0; i < w->n_active; i++) {
    const size_t below = ((size_t)1 << w->active[i]) - 1;
    index = (index & ~below) << 1 | (index & below);
  }
  for (size_t i = 0; i < w->n_active; i++) index |= (at >> i & 1) << w->active[i];
  return index;
}

/* Runs of amplitudes between a register and a chunk. */
static void move_chunk(const window *w, size_t chunk, spiqe_state *state, void *scratch, int back) {
  const size_t size = spiqe_precision_size(state->precision);
  size_t run = (size_t)1 << LOW_QUBITS;
  for (size_t i = LOW_QUBITS; i < w->n_active && w->active[i] == i; i++) run *= 2;
  for (size_t at = 0; at < (size_t)1 << w->n_active; at += run) {
    char *there = (char *)state->amplitudes + size * spiqe_state_place(place_of(w, chunk, at));
    char *here = (char *)scratch + size * spiqe_state_place(at);
    memcpy(back ? there : here, back ? here : there, 2 * size * run);
  }
}

static void read_item(const window *w, const item *it, const void *psi, const void *lambda,
                      double sums[3]) {
  for (size_t r = 0, n; r < it->n_reads; r += n) {
    const spiqe_probe *reads = it->reads + r;
    spiqe_transition_pauli paulis[3];
    double part[3];
    for (n = 0; r + n < it->n_reads && reads[n].x_mask == reads[0].x_mask; n++)
      paulis[n] =
          (spiqe_transition_pauli){in_chunk(w, reads[n].z_mask), in_chunk(w, reads[n].control_mask),
                                   in_chunk(w, reads[n].control_value)};
    w->kernels->transition_paulis(
        &(spiqe_transition_paulis_args){.psi = psi,
                                        .lambda = lambda,
                                        .last = (size_t)1 << w->n_active,
                                        .x_mask = in_chunk(w, reads[0].x_mask),
                                        .n = n,
                                        .paulis = paulis,
                                        .sums = part});
    for (size_t k = 0; k < n; k++) sums[r + k] += part[k];
  }
}

static void take_back(const window *w, const item *it, void *amplitudes) {
  uint32_t targets[SPIQE_MOST_WINDOW_QUBITS];
  const spiqe_step *step = &it->inverse;
  for (size_t t = 0; t < step->n_targets; t++) targets[t] = w->slot[step->targets[t]];
  const spiqe_state_matrix_args args = {.n_qubits = w->n_active,
                                        .n_targets = step->n_targets,
                                        .targets = targets,
                                        .control_mask = in_chunk(w, step->control_mask),
                                        .control_value = in_chunk(w, step->control_value),
                                        .matrix = (const double *)matrix_of(it),
                                        .n_parts = 1,
                                        .amplitudes = amplitudes};
  if (step->n_targets <= SPIQE_MOST_FUSED)
    w->kernels->state_matrix(&args);
  else
    w->kernels->state_matrix_wide(&args);
}

static void run_chunk(const window *w, size_t chunk, uint8_t *scratch, double (*sums)[3]) {
  const size_t size = spiqe_state_size(w->psi->precision, w->n_active);
  void *psi = scratch ? scratch : w->psi->amplitudes;
  void *lambda = scratch ? scratch + size : w->lambda->amplitudes;
  if (scratch) {
    move_chunk(w, chunk, w->psi, psi, 0);
    move_chunk(w, chunk, w->lambda, lambda, 0);
  }
  for (size_t i = 0; i < w->n_taken; i++) {
    const item *it = &w->items[w->taken[i]];
    read_item(w, it, psi, lambda, sums[i]);
    take_back(w, it, psi);
    take_back(w, it, lambda);
  }
  if (!scratch) return;
  move_chunk(w, chunk, w->psi, psi, 1);
  move_chunk(w, chunk, w->lambda, lambda, 1);
}

static void run_piece(void *argument, size_t piece, size_t worker) {
  const window *w = argument;
  const size_t n_chunks = (size_t)1 << (w->n_qubits - w->n_active);
  const size_t size = 2 * spiqe_state_size(w->psi->precision, w->n_active);
  uint8_t *scratch = w->scratch ? w->scratch + worker * size : NULL;
  memset(w->sums[piece], 0, w->n_taken * sizeof **w->sums);
  for (size_t c = n_chunks * piece / w->n_pieces; c < n_chunks * (piece + 1) / w->n_pieces; c++)
    run_chunk(w, c, scratch, w->sums[piece]);
}

/* The derivatives of an item's gates, from the last to the first. */
static void read_off(const window *w, const item *it, double parts[3], double *derivatives) {
  for (uint32_t gate = it->last_gate; gate != NO_GATE; gate = w->previous[gate]) {
    const spiqe_adjoint_gate *g = &w->plan->gates[w->stretch->first_gate + gate];
    const size_t part = it->n_reads == 3 ? (size_t)__builtin_ctz(g->letter | 8u) : 0;
    if (g->angle != SPIQE_NO_ANGLE) derivatives[g->angle] = g->weight * parts[part];
    if (it->n_reads == 3)
      spiqe_adjoint_turn_back(w->plan->steps[w->stretch->first_gate + gate].matrix, parts);
  }
}

static void run_pass(window *w, uint64_t active, double *derivatives) {
  w->n_active = 0;
  for (uint32_t q = 0; active >> q; q++)
    if (active >> q & 1) {
      w->slot[q] = (uint32_t)w->n_active;
      w->active[w->n_active++] = q;
    }
  spiqe_threads_run(w->psi->ctx, w->n_pieces, run_piece, w);
  for (size_t i = 0; i < w->n_taken; i++) {
    const item *it = &w->items[w->taken[i]];
    double parts[3] = {0, 0, 0};
    for (size_t piece = 0; piece < w->n_pieces; piece++)
      for (size_t k = 0; k < it->n_reads; k++) parts[k] += w->sums[piece][i][k];
    read_off(w, it, parts, derivatives);
  }
}

static spiqe_status create(window *w) {
  const size_t n = w->stretch->n_gates, n_qubits = w->psi->n_qubits;
  spiqe_context *ctx = w->psi->ctx;
  w->kernels = spiqe_device_kernels(ctx, w->psi->precision);
  w->n_qubits = n_qubits < LOW_QUBITS ? LOW_QUBITS : n_qubits;
  w->n_active = most_active(w);
  w->n_pieces = (size_t)1 << (w->n_qubits - w->n_active);
  if (w->n_pieces > MOST_PIECES) w->n_pieces = MOST_PIECES;
  w->items = malloc((n + 1) * sizeof *w->items);
  w->previous = malloc((n + 1) * sizeof *w->previous);
  w->is_done = calloc(n + 1, sizeof *w->is_done);
  w->sums = malloc(w->n_pieces * sizeof *w->sums);
  if (w->n_active < w->n_qubits)
    w->scratch = aligned_alloc(64, 2 * spiqe_context_n_threads(ctx) *
                                       spiqe_state_size(w->psi->precision, w->n_active));
  SPIQE_REQUIRE(ctx,
                w->items && w->previous && w->is_done && w->sums &&
                    (w->scratch || w->n_active == w->n_qubits),
                SPIQE_NO_MEMORY, "no memory for a window of %zu gates", n);
  return SPIQE_OK;
}

spiqe_status spiqe_adjoint_window(const spiqe_adjoint_plan *plan, const spiqe_stretch *stretch,
                                  spiqe_state *psi, spiqe_state *lambda, double *derivatives) {
  window w = {.plan = plan, .stretch = stretch, .psi = psi, .lambda = lambda};
  spiqe_status status = create(&w);
  if (status == SPIQE_OK) make_items(&w);
  for (size_t n_left = w.n_items; n_left;) {
    if (w.is_done[n_left - 1])
      n_left--;
    else
      run_pass(&w, choose_items(&w, n_left), derivatives);
  }
  free(w.items);
  free(w.previous);
  free(w.is_done);
  free(w.sums);
  free(w.scratch);
  return status;
}
