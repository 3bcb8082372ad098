/* Exact probabilities by density matrix, and shots of them. */
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/density.h"
#include "quantum/simulate.h"
#include "spiqe/random.h"

#define PART_OF_MATRIX 0.9 /* of the work, as it is told */

/* Shots that are drawn at once. */
#define MOST_BLOCK ((size_t)1 << 20)

/* Shots of exact probabilities. Memory for one block of them. */
typedef struct drawer {
  spiqe_job *job;
  const spiqe_density_result *result;
  uint32_t key[2];
  double total; /* of the probabilities */
  size_t block;
  uint32_t *shots, *order, *buckets; /* owned, [block] */
  double *uniform, *scratch;         /* owned, [block] */
  uint64_t *outcome;                 /* owned */
} drawer;

static spiqe_status count_outcome(drawer *d, size_t i, uint64_t n, double weight) {
  const spiqe_density_result *r = d->result;
  spiqe_reduced_pack(d->job->reduced, r->bits + i * r->n_bits, 1, d->outcome);
  return spiqe_counts_add(&d->job->counts, d->outcome, n, weight);
}

/* Walk through the outcomes and the sorted draws together. */
static spiqe_status draw_block(drawer *d, uint64_t first, size_t n) {
  const spiqe_density_result *r = d->result;
  for (size_t i = 0; i < n; i++) d->scratch[i] = spiqe_random_uniform(d->key, first + i, 0);
  spiqe_sort_draws(n, d->shots, d->scratch, d->uniform, d->order, d->buckets);
  double below = 0;
  size_t at = 0;
  for (size_t i = 0; i < r->n_outcomes && at < n; i++) {
    const size_t begin = at, is_last = i + 1 == r->n_outcomes;
    below += r->probabilities[i];
    while (at < n && (is_last || d->uniform[at] * d->total < below)) at++;
    if (at > begin) SPIQE_TRY(count_outcome(d, i, at - begin, 0));
  }
  const double drawn = (double)first / (double)d->job->options->n_shots;
  return spiqe_job_tell(d->job, PART_OF_MATRIX + (1 - PART_OF_MATRIX) * drawn);
}

static spiqe_status draw(drawer *d) {
  const uint64_t n_shots = d->job->options->n_shots;
  d->block = n_shots < MOST_BLOCK ? (size_t)n_shots : MOST_BLOCK;
  d->shots = malloc(d->block * sizeof *d->shots);
  d->order = malloc(d->block * sizeof *d->order);
  d->buckets = malloc(d->block * sizeof *d->buckets);
  d->uniform = malloc(d->block * sizeof *d->uniform);
  d->scratch = malloc(d->block * sizeof *d->scratch);
  SPIQE_REQUIRE(d->job->ctx, d->shots && d->order && d->buckets && d->uniform && d->scratch,
                SPIQE_NO_MEMORY, "no memory for %zu shots", d->block);
  spiqe_random_key(d->job->options->seed, SPIQE_PURPOSE_MEASURE, 0, d->key);
  for (size_t i = 0; i < d->block; i++) d->shots[i] = (uint32_t)i;
  for (size_t i = 0; i < d->result->n_outcomes; i++) d->total += d->result->probabilities[i];
  for (uint64_t first = 0; first < n_shots; first += d->block) {
    uint64_t left = n_shots - first;
    SPIQE_TRY(draw_block(d, first, left < d->block ? (size_t)left : d->block));
  }
  return SPIQE_OK;
}

static spiqe_status count_density(spiqe_job *job, const spiqe_density_result *result) {
  drawer d = {.job = job, .result = result};
  spiqe_status status = SPIQE_OK;
  d.outcome = malloc(job->counts.n_words * sizeof *d.outcome);
  SPIQE_REQUIRE(job->ctx, d.outcome, SPIQE_NO_MEMORY, "no memory for an outcome");
  if (job->options->n_shots) status = draw(&d);
  for (size_t i = 0; i < result->n_outcomes && !job->options->n_shots && status == SPIQE_OK; i++)
    status = count_outcome(&d, i, 0, result->probabilities[i]);
  free(d.shots);
  free(d.order);
  free(d.buckets);
  free(d.uniform);
  free(d.scratch);
  free(d.outcome);
  return status;
}

static spiqe_status tell(void *user, double done) {
  return spiqe_job_tell(user, PART_OF_MATRIX * done);
}

spiqe_status spiqe_simulate_density(spiqe_job *job) {
  spiqe_density_options options = {.precision = job->precision,
                                   .inputs = job->options->inputs,
                                   .most_bytes = job->options->most_bytes,
                                   .tell = tell,
                                   .user = job};
  spiqe_density_result result = {0};
  spiqe_status status = spiqe_density_run(job->ctx, &job->reduced->circuit, &options, &result);
  if (status == SPIQE_OK) status = count_density(job, &result);
  spiqe_density_result_clear(&result);
  return status;
}
