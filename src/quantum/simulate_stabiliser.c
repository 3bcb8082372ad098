/* Shots of Clifford circuits. */
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/simulate.h"
#include "quantum/stabiliser.h"

typedef struct taker {
  spiqe_job *job;
  uint64_t *outcome; /* owned */
} taker;

/* Equal shots that come one behind the other are counted at once. */
static spiqe_status take(void *argument, uint64_t first, size_t n_shots, const uint8_t *bits) {
  taker *t = argument;
  const spiqe_reduced *reduced = t->job->reduced;
  const size_t n_bytes = (reduced->circuit.n_bits + 7) / 8;
  for (size_t s = 0, next; s < n_shots; s = next) {
    const uint8_t *shot = bits + s * n_bytes;
    next = s + 1;
    while (next < n_shots && !memcmp(shot, bits + next * n_bytes, n_bytes)) next++;
    memset(t->outcome, 0, t->job->counts.n_words * sizeof *t->outcome);
    for (size_t i = 0; i < reduced->n_form; i++) {
      const uint32_t b = reduced->form_bits[i];
      t->outcome[i / 64] |= (uint64_t)(shot[b / 8] >> b % 8 & 1) << i % 64;
    }
    SPIQE_TRY(spiqe_counts_add(&t->job->counts, t->outcome, next - s, 0));
  }
  return spiqe_job_tell(t->job, (double)first / (double)t->job->options->n_shots);
}

spiqe_status spiqe_simulate_stabiliser(spiqe_job *job) {
  taker t = {.job = job};
  t.outcome = malloc(job->counts.n_words * sizeof *t.outcome);
  SPIQE_REQUIRE(job->ctx, t.outcome, SPIQE_NO_MEMORY, "no memory for an outcome");
  spiqe_status status =
      spiqe_stabiliser_sample(job->ctx, &job->reduced->circuit, job->options->inputs,
                              job->options->n_shots, job->options->seed, take, &t);
  free(t.outcome);
  return status;
}
