/* Shots by lanes: a small register for each shot. */
#include <stdlib.h>

#include "core/arena.h"
#include "core/fail.h"
#include "quantum/simulate.h"
#include "spiqe/lanes.h"

/* Shots of a run of lanes, at most, and bytes of their bits. */
#define MOST_BLOCK ((size_t)1 << 14)
#define MOST_BYTES ((size_t)1 << 24)

typedef struct lane_shots {
  spiqe_job *job;
  spiqe_lanes *lanes; /* owned */
  size_t block;
  uint8_t *bits;     /* owned, [n_bits][block] */
  uint64_t *outcome; /* owned */
} lane_shots;

static spiqe_status run_block(lane_shots *s, uint64_t first, size_t n) {
  spiqe_lanes_run run = {.n_lanes = n,
                         .constants = s->job->options->inputs,
                         .seed = s->job->options->seed,
                         .first_lane = first,
                         .bits = s->bits};
  SPIQE_TRY(spiqe_lanes_forward(s->lanes, &run));
  for (size_t lane = 0; lane < n; lane++) {
    spiqe_reduced_pack(s->job->reduced, s->bits + lane, n, s->outcome);
    SPIQE_TRY(spiqe_counts_add(&s->job->counts, s->outcome, 1, 0));
  }
  return spiqe_job_tell(s->job, (double)(first + n) / (double)s->job->options->n_shots);
}

static spiqe_status run_blocks(lane_shots *s) {
  const uint64_t n_shots = s->job->options->n_shots;
  const size_t n_bits = s->job->reduced->circuit.n_bits + 1;
  s->block = n_shots < MOST_BLOCK ? (size_t)n_shots : MOST_BLOCK;
  while (s->block > 1 && s->block * n_bits > MOST_BYTES) s->block /= 2;
  s->bits = malloc(s->block * n_bits);
  s->outcome = malloc(s->job->counts.n_words * sizeof *s->outcome);
  SPIQE_REQUIRE(s->job->ctx, s->bits && s->outcome, SPIQE_NO_MEMORY,
                "no memory for the bits of %zu shots", s->block);
  for (uint64_t first = 0; first < n_shots; first += s->block) {
    uint64_t left = n_shots - first;
    SPIQE_TRY(run_block(s, first, left < s->block ? (size_t)left : s->block));
  }
  return SPIQE_OK;
}

spiqe_status spiqe_simulate_lanes(spiqe_job *job) {
  lane_shots s = {.job = job};
  const char *precision = job->precision == SPIQE_F32 ? "f32" : "f64";
  spiqe_status status = spiqe_lanes_create(job->ctx, &job->reduced->circuit, precision, &s.lanes);
  if (status == SPIQE_OK) status = run_blocks(&s);
  spiqe_lanes_destroy(s.lanes);
  free(s.bits);
  free(s.outcome);
  return status;
}
