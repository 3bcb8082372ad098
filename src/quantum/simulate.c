/* The public calls: options are checked, a way is chosen, outcomes are written. */
#include "quantum/simulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/fail.h"
#include "quantum/simulate_choose.h"
#include "quantum/stabiliser.h"
#include "spiqe/names.h"

#define MOST_SHOTS ((uint64_t)1 << 40)

/* Between two calls of the listener. */
#define TELL_SECONDS 0.1

struct spiqe_simulation {
  const char *method; /* static */
  double seconds;
  size_t n_qubits, n_outcomes;
  spiqe_outcome *outcomes; /* owned, [n_outcomes] */
  char *text;              /* owned, what their bits point into */
};

/* Amplitudes are off by some 1e-16 (1e-7) for each of at most 1e4 operations in a row. */
double spiqe_probability_floor(spiqe_precision precision) {
  return precision == SPIQE_F64 ? 1e-24 : 1e-10;
}

spiqe_status spiqe_job_tell(spiqe_job *job, double done) {
  if (!job->options->listener) return SPIQE_OK;
  double now = spiqe_clock_seconds();
  if (now - job->last_told < TELL_SECONDS) return SPIQE_OK;
  job->last_told = now;
  int is_stopped = job->options->listener(job->options->user, done) != 0;
  SPIQE_REQUIRE(job->ctx, !is_stopped, SPIQE_INTERRUPTED, "stopped after %.0f %% of the work",
                100 * done);
  return SPIQE_OK;
}

spiqe_status spiqe_job_state(spiqe_job *job, spiqe_context *ctx, size_t used, spiqe_state **out) {
  const size_t n = job->reduced->circuit.n_qubits, most = job->options->most_bytes;
  const size_t size = spiqe_state_size(job->precision, n);
  *out = NULL;
  SPIQE_REQUIRE(ctx, !most || size == SIZE_MAX || (used <= most && size <= most - used),
                SPIQE_NO_MEMORY, "a register of %zu qubits needs %.3g MB, but %.3g MB are allowed",
                n, (double)size / 1e6, (double)most / 1e6);
  return spiqe_state_create(ctx, job->precision, n, out);
}

static spiqe_status find_precision(spiqe_context *ctx, const char *name, spiqe_precision *out) {
  static const char *const names[] = {"f32", "f64"};
  char hint[96];
  *out = name && !strcmp(name, "f32") ? SPIQE_F32 : SPIQE_F64;
  SPIQE_REQUIRE(ctx, !name || *out == SPIQE_F32 || !strcmp(name, "f64"), SPIQE_BAD_NAME,
                "no precision is called '%.60s'%s", name,
                spiqe_text_suggest(name, names, 2, hint, sizeof hint));
  return SPIQE_OK;
}

static spiqe_status check_inputs(spiqe_context *ctx, const spiqe_circuit *circuit,
                                 const double *inputs) {
  for (size_t i = 0; i < circuit->n_inputs; i++) {
    SPIQE_REQUIRE(ctx, inputs, SPIQE_BAD_ARGUMENT, "input '%.60s' has no value",
                  circuit->inputs[i]);
    SPIQE_REQUIRE(ctx, isfinite(inputs[i]), SPIQE_BAD_ARGUMENT,
                  "input '%.60s' is %g; expected a finite number", circuit->inputs[i], inputs[i]);
  }
  return SPIQE_OK;
}

static void write_outcome(const spiqe_job *job, size_t entry, char *text, spiqe_outcome *out) {
  const spiqe_reduced *reduced = job->reduced;
  const spiqe_counts *counts = &job->counts;
  const uint64_t *key = counts->keys + entry * counts->n_words, n_shots = job->options->n_shots;
  memcpy(text, reduced->blank, reduced->n_text + 1);
  for (size_t i = 0; i < reduced->n_form; i++)
    if (key[i / 64] >> i % 64 & 1) text[reduced->form_places[i]] = '1';
  *out = (spiqe_outcome){.bits = text, .count = counts->counts[entry]};
  out->probability = n_shots ? (double)out->count / (double)n_shots : counts->weights[entry];
}

/* The counts as text, in order. */
static spiqe_status write_outcomes(const spiqe_job *job, spiqe_simulation *out) {
  const size_t n = job->counts.n, n_text = job->reduced->n_text + 1;
  const size_t each = n_text + sizeof *out->outcomes + 4 * sizeof(size_t);
  SPIQE_REQUIRE(job->ctx, n < SIZE_MAX / each, SPIQE_NO_MEMORY, "%zu outcomes of %zu characters", n,
                n_text);
  if (spiqe_arena_check(job->ctx, n * each) != SPIQE_OK)
    return spiqe_fail_prefix(job->ctx, SPIQE_NO_MEMORY, "%zu outcomes of %zu characters", n,
                             n_text);
  size_t *order = malloc((n + 1) * sizeof *order);
  out->outcomes = malloc((n + 1) * sizeof *out->outcomes);
  out->text = malloc(n * n_text + 1);
  if (!order || !out->outcomes || !out->text) {
    free(order);
    return spiqe_fail(job->ctx, SPIQE_NO_MEMORY, "no memory for %zu outcomes", n);
  }
  spiqe_status status = spiqe_counts_order(&job->counts, order);
  for (size_t i = 0; i < n && status == SPIQE_OK; i++)
    write_outcome(job, order[i], out->text + i * n_text, &out->outcomes[i]);
  out->n_outcomes = n;
  free(order);
  return status;
}

/* Where the method was left open, the message tells why none was found. */
static spiqe_status explain(const spiqe_job *job, spiqe_status status) {
  const spiqe_circuit *circuit = &job->reduced->circuit;
  size_t at;
  const int is_large = status == SPIQE_NO_MEMORY || circuit->n_qubits > SPIQE_MOST_STATE_QUBITS;
  if (!is_large || !spiqe_way_is_open(job->options) || !job->options->n_shots ||
      spiqe_stabiliser_can(circuit, job->options->inputs, &at, NULL))
    return status;
  const spiqe_operation *op = &circuit->operations[at];
  return spiqe_fail_prefix(job->ctx, status,
                           "not a Clifford circuit ('%s' in line %u), so "
                           "state vectors are needed",
                           spiqe_operation_name(circuit, op), op->line);
}

static spiqe_status run(spiqe_job *job, spiqe_simulation *out) {
  spiqe_way way;
  double start = spiqe_clock_seconds();
  SPIQE_TRY(spiqe_way_choose(job, &way));
  out->method = way.name;
  out->n_qubits = job->reduced->circuit.n_qubits;
  spiqe_counts_create(job->ctx, job->reduced->n_form, &job->counts);
  spiqe_status status = way.run(job);
  if (status == SPIQE_OK) status = write_outcomes(job, out);
  spiqe_counts_destroy(&job->counts);
  out->seconds = spiqe_clock_seconds() - start;
  return status == SPIQE_OK ? SPIQE_OK : explain(job, status);
}

spiqe_status spiqe_simulate(spiqe_context *ctx, const spiqe_circuit *circuit,
                            const spiqe_simulation_options *options, spiqe_simulation **out) {
  static const spiqe_simulation_options none = {0};
  spiqe_reduced reduced;
  spiqe_job job = {.ctx = ctx, .reduced = &reduced, .options = options ? options : &none};
  *out = NULL;
  SPIQE_TRY(find_precision(ctx, job.options->precision, &job.precision));
  SPIQE_REQUIRE(ctx, job.options->n_shots <= MOST_SHOTS, SPIQE_BAD_ARGUMENT,
                "%zu shots; at most 2^40 are supported", job.options->n_shots);
  SPIQE_TRY(check_inputs(ctx, circuit, job.options->inputs));
  spiqe_simulation *simulation = calloc(1, sizeof *simulation);
  SPIQE_REQUIRE(ctx, simulation, SPIQE_NO_MEMORY, "no memory for a simulation");
  spiqe_status status = spiqe_reduced_create(circuit, &reduced);
  reduced.circuit.ctx = ctx;
  if (status == SPIQE_OK) status = run(&job, simulation);
  spiqe_reduced_destroy(&reduced);
  if (status == SPIQE_OK)
    *out = simulation;
  else
    spiqe_simulation_destroy(simulation);
  return status;
}

void spiqe_simulation_destroy(spiqe_simulation *simulation) {
  if (!simulation) return;
  free(simulation->outcomes);
  free(simulation->text);
  free(simulation);
}

size_t spiqe_simulation_n_outcomes(const spiqe_simulation *simulation) {
  return simulation->n_outcomes;
}

const spiqe_outcome *spiqe_simulation_outcomes(const spiqe_simulation *simulation) {
  return simulation->outcomes;
}

const char *spiqe_simulation_method(const spiqe_simulation *simulation) {
  return simulation->method;
}

size_t spiqe_simulation_n_qubits(const spiqe_simulation *simulation) {
  return simulation->n_qubits;
}

double spiqe_simulation_seconds(const spiqe_simulation *simulation) {
  return simulation->seconds;
}

static spiqe_status run_gates(spiqe_context *ctx, const spiqe_circuit *circuit,
                              const double *inputs, spiqe_state *state) {
  spiqe_steps steps;
  size_t n;
  SPIQE_TRY(spiqe_steps_create(circuit, inputs, 0, &n, &steps));
  spiqe_status status = SPIQE_OK;
  if (n < circuit->n_operations) {
    const spiqe_operation *op = &circuit->operations[n];
    status = spiqe_fail(ctx, SPIQE_UNSUPPORTED, "line %u: no state vector is left behind '%s'",
                        op->line, spiqe_operation_name(circuit, op));
  }
  if (status == SPIQE_OK) status = spiqe_state_apply_steps(state, steps.n_steps, steps.steps);
  spiqe_steps_destroy(&steps);
  return status;
}

spiqe_status spiqe_statevector(spiqe_context *ctx, const spiqe_circuit *circuit,
                               const double *inputs, spiqe_complex *out) {
  spiqe_state *state;
  SPIQE_TRY(check_inputs(ctx, circuit, inputs));
  SPIQE_TRY(spiqe_state_create(ctx, SPIQE_F64, circuit->n_qubits, &state));
  spiqe_status status = run_gates(ctx, circuit, inputs, state);
  for (size_t i = 0; i < (size_t)1 << circuit->n_qubits && status == SPIQE_OK; i++)
    out[i] = spiqe_state_get(state, i);
  spiqe_state_destroy(state);
  return status;
}
