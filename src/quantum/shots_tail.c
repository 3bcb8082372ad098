/* The end of a group of shots: sample what is measured last, and count. */
#include <string.h>

#include "core/fail.h"
#include "quantum/shots.h"

void spiqe_sort_draws(size_t n, const uint32_t *shots, const double *draws, double *uniform,
                      uint32_t *order, uint32_t *buckets) {
  /* Bucket b is for the draws in [b / n, (b + 1) / n), one on average. */
  memset(buckets, 0, n * sizeof *buckets);
  for (size_t i = 0; i < n; i++) buckets[(size_t)(draws[i] * (double)n)]++;
  uint32_t start = 0;
  for (size_t b = 0; b < n; b++) {
    uint32_t size = buckets[b];
    buckets[b] = start;
    start += size;
  }
  for (size_t i = 0; i < n; i++) {
    uint32_t at = buckets[(size_t)(draws[i] * (double)n)]++;
    uniform[at] = draws[i];
    order[at] = shots[i];
  }
  for (size_t i = 1; i < n; i++) { /* within the buckets */
    double u = uniform[i];
    uint32_t shot = order[i];
    size_t at = i;
    for (; at > 0 && uniform[at - 1] > u; at--) {
      uniform[at] = uniform[at - 1];
      order[at] = order[at - 1];
    }
    uniform[at] = u;
    order[at] = shot;
  }
}

/* The tail on the bits of one shot, whose qubits were found as in `index`. */
static void run_tail(spiqe_shot_engine *e, uint64_t index, uint32_t shot, uint8_t *bits) {
  const spiqe_circuit *circuit = &e->program->reduced->circuit;
  for (size_t i = e->program->reduced->n_core; i < circuit->n_operations; i++) {
    const spiqe_operation *op = &circuit->operations[i];
    if (op->kind == SPIQE_MEASURE) {
      bits[op->payload] = index >> circuit->qubits_used[op->first_qubit] & 1;
    } else if (op->kind == SPIQE_READOUT) {
      double wrong = spiqe_shot_misread(circuit, op, bits[op->payload]);
      bits[op->payload] ^= spiqe_shot_draw(e, shot) < wrong;
    } else {
      spiqe_shot_assign(circuit, op, bits);
    }
  }
}

/* `n` shots that end alike. */
static spiqe_status count(spiqe_shot_engine *e, const spiqe_shot_group *g, uint64_t index,
                          uint32_t shot, uint64_t n) {
  const spiqe_reduced *reduced = e->program->reduced;
  const size_t n_bits = reduced->circuit.n_bits;
  memcpy(e->shot_bits, e->bits + g->depth * n_bits, n_bits);
  run_tail(e, index, shot, e->shot_bits);
  spiqe_reduced_pack(reduced, e->shot_bits, 1, e->outcome);
  return spiqe_counts_add(&e->counts, e->outcome, n, 0);
}

static spiqe_status count_sampled(spiqe_shot_engine *e, const spiqe_shot_group *g) {
  const int is_alike = !e->program->reduced->n_tail_kind[SPIQE_READOUT];
  for (size_t i = 0; i < g->n; i++) e->scratch[i] = spiqe_shot_draw(e, g->shots[i]);
  spiqe_sort_draws(g->n, g->shots, e->scratch, e->uniform, e->parted, e->drawn);
  spiqe_state_sample(e->states[g->depth], g->n, e->uniform, e->indices);
  for (size_t i = 0, next; i < g->n; i = next) {
    next = i + 1;
    while (is_alike && next < g->n && e->indices[next] == e->indices[i]) next++;
    SPIQE_TRY(count(e, g, e->indices[i], e->parted[i], next - i));
  }
  return SPIQE_OK;
}

spiqe_status spiqe_shot_group_finish(spiqe_shot_engine *e, const spiqe_shot_group *g) {
  const spiqe_reduced *reduced = e->program->reduced;
  if (reduced->n_tail_kind[SPIQE_MEASURE]) {
    SPIQE_TRY(count_sampled(e, g));
  } else if (!reduced->n_tail_kind[SPIQE_READOUT]) {
    SPIQE_TRY(count(e, g, 0, 0, g->n));
  } else {
    for (size_t i = 0; i < g->n; i++) SPIQE_TRY(count(e, g, 0, g->shots[i], 1));
  }
  e->n_done += g->n;
  return SPIQE_OK;
}
