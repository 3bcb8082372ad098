/* The choice of a method, by estimates of the time that each would take: nanoseconds on one core
 * with AVX2, found with random circuits of 2 to 18 qubits. They are right to a factor of 2 or 3;
 * what they have to tell apart differs by more. Threads divide all of them alike. */
#include "quantum/simulate_choose.h"

#include <math.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/stabiliser.h"
#include "spiqe/lanes.h"
#include "spiqe/names.h"

/* A step of a state vector: for the step, for each amplitude. LOOK: an outcome is drawn and the
 * state goes on or is copied. LANE: for each shot, and no fewer than a tile of them. CLIFFORD: for
 * 64 shots or 64 qubits. */
#define NS_GATE 120.0
#define NS_GATE_AMPLITUDE 0.15
#define NS_LOOK 600.0
#define NS_LOOK_AMPLITUDE 1.5
#define NS_LANE 3.0
#define NS_LANE_AMPLITUDE 0.3
#define NS_LANE_CHANNEL 40.0
#define NS_LANE_CHANNEL_AMPLITUDE 1.7
#define LANE_TILE 256.0
#define NS_CLIFFORD 2.0
#define NS_DRAW 20.0
#define NS_SHOT 60.0

/* State vectors that take less than this are not worth another method. */
#define NS_AT_ONCE 1e6

typedef enum method { AUTO, STATEVECTOR, LANES, DENSITY, TRAJECTORIES, STABILISER } method;

static const char *const names[] = {"auto",         "statevector", "lanes",      "density",
                                    "trajectories", "stabiliser",  "stabilizer", "density_matrix"};
static const method methods[] = {AUTO,         STATEVECTOR, LANES,      DENSITY,
                                 TRAJECTORIES, STABILISER,  STABILISER, DENSITY};
#define N_NAMES (sizeof names / sizeof *names)

static const spiqe_way ways[] = {[STATEVECTOR] = {"statevector", spiqe_simulate_shots},
                                 [LANES] = {"lanes", spiqe_simulate_lanes},
                                 [DENSITY] = {"density", spiqe_simulate_density},
                                 [TRAJECTORIES] = {"trajectories", spiqe_simulate_shots},
                                 [STABILISER] = {"stabiliser", spiqe_simulate_stabiliser}};

int spiqe_way_is_open(const spiqe_simulation_options *options) {
  return !options->method || !strcmp(options->method, names[0]);
}

static spiqe_status find_method(spiqe_context *ctx, const char *name, method *out) {
  char hint[96];
  for (size_t i = 0; i < N_NAMES; i++) {
    *out = methods[i];
    if (!name || !strcmp(name, names[i])) return SPIQE_OK;
  }
  return spiqe_fail(ctx, SPIQE_BAD_NAME, "no method is called '%.60s'%s", name,
                    spiqe_text_suggest(name, names, N_NAMES, hint, sizeof hint));
}

/* log of the probability that a channel does what it does most often, on average over states:
 * the largest tr(K^dagger K) / 2^n. */
static double log_survival(const spiqe_circuit *circuit, const spiqe_channel *channel) {
  const size_t n = (size_t)1 << 2 * channel->n_targets;
  double most = 0;
  for (size_t k = 0; k < channel->n_kraus; k++) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
      spiqe_complex a = circuit->numbers[channel->first + k * n + i];
      sum += a.re * a.re + a.im * a.im;
    }
    most = fmax(most, ldexp(sum, -(int)channel->n_targets));
  }
  return log(fmin(most, 1));
}

static double size_of(const spiqe_job *job) {
  return ldexp(1, (int)fmin((double)job->reduced->circuit.n_qubits, 1000));
}

static int is_split(const spiqe_operation *op) {
  return op->kind == SPIQE_MEASURE || op->kind == SPIQE_RESET || op->kind == SPIQE_READOUT;
}

/* State vectors: an operation is done once for each history that shots have up to there. Each
 * measurement doubles the histories, and each shot that errs has one of its own. */
static double shots_estimate(const spiqe_job *job) {
  const spiqe_circuit *circuit = &job->reduced->circuit;
  const double n_shots = (double)job->options->n_shots, size = size_of(job);
  const double look = NS_LOOK + NS_LOOK_AMPLITUDE * size;
  double survival = 0, n_splits = 0, n_histories = 1, sum = 0;
  for (size_t i = 0; i < job->reduced->n_core; i++) {
    const spiqe_operation *op = &circuit->operations[i];
    const double before = n_histories;
    if (op->kind == SPIQE_GATE || op->kind == SPIQE_MATRIX)
      sum += n_histories * (NS_GATE + NS_GATE_AMPLITUDE * size);
    if (op->kind == SPIQE_CHANNEL)
      survival += log_survival(circuit, &circuit->channels[op->payload]);
    n_splits += is_split(op);
    n_histories =
        fmin(n_shots, exp2(fmin(n_splits, 60)) * (1 + n_shots * -expm1(fmax(survival, -700))));
    if (is_split(op)) sum += n_histories * look + n_shots * NS_DRAW;
    if (op->kind == SPIQE_CHANNEL) sum += (n_histories - before) * look;
  }
  return sum + n_histories * size + n_shots * NS_SHOT;
}

static double lanes_estimate(const spiqe_job *job) {
  const spiqe_circuit *circuit = &job->reduced->circuit;
  const double size = size_of(job), n_lanes = fmax((double)job->options->n_shots, LANE_TILE);
  if (circuit->n_qubits > SPIQE_MOST_LANE_QUBITS) return INFINITY;
  double each = NS_SHOT;
  for (size_t i = 0; i < circuit->n_operations; i++) {
    const spiqe_operation *op = &circuit->operations[i];
    each += op->kind == SPIQE_CHANNEL
                ? NS_LANE_CHANNEL + NS_LANE_CHANNEL_AMPLITUDE * size
                : NS_LANE + NS_LANE_AMPLITUDE * size + (is_split(op) ? NS_DRAW : 0);
  }
  return n_lanes * each;
}

/* is_single: shot by shot on tableaux, where a collapse goes over the rows of all qubits. */
static double stabiliser_estimate(const spiqe_job *job, int is_single) {
  const spiqe_circuit *circuit = &job->reduced->circuit;
  const double n_shots = (double)job->options->n_shots, n_qubits = (double)circuit->n_qubits;
  const double n_words = 1 + ((is_single ? 0 : n_shots) + n_qubits) / 64;
  double steps = (double)circuit->n_operations;
  for (size_t i = 0; i < circuit->n_operations && is_single; i++)
    if (is_split(&circuit->operations[i])) steps += n_qubits;
  return steps * n_words * NS_CLIFFORD * (is_single ? n_shots : 1) + n_shots * NS_SHOT;
}

static method state_or_lanes(const spiqe_job *job) {
  if (spiqe_reduced_is_pure(job->reduced)) return STATEVECTOR;
  return shots_estimate(job) <= lanes_estimate(job) ? STATEVECTOR : LANES;
}

static method choose_for_shots(const spiqe_job *job) {
  const double states = shots_estimate(job), best = fmin(states, lanes_estimate(job));
  int resets = 0;
  if (best > NS_AT_ONCE && stabiliser_estimate(job, 0) < best &&
      spiqe_stabiliser_can(&job->reduced->circuit, job->options->inputs, NULL, &resets) &&
      (!resets || stabiliser_estimate(job, 1) < best))
    return STABILISER;
  if (state_or_lanes(job) == LANES) return LANES;
  return spiqe_reduced_has(job->reduced, SPIQE_CHANNEL) ? TRAJECTORIES : STATEVECTOR;
}

/* Without shots: exact probabilities. */
static spiqe_status choose_exact(const spiqe_job *job, method wanted, spiqe_way *out) {
  const int is_pure = spiqe_reduced_is_pure(job->reduced);
  SPIQE_REQUIRE(job->ctx, wanted == AUTO || wanted == STATEVECTOR || wanted == DENSITY,
                SPIQE_BAD_ARGUMENT, "method '%s' draws shots, and none are asked for",
                job->options->method);
  if (wanted == AUTO) wanted = is_pure ? STATEVECTOR : DENSITY;
  *out = ways[wanted];
  if (wanted == DENSITY) return SPIQE_OK;
  const spiqe_circuit *circuit = &job->reduced->circuit;
  for (size_t i = 0; i < job->reduced->n_core && !is_pure; i++) {
    const spiqe_operation *op = &circuit->operations[i];
    SPIQE_REQUIRE(job->ctx, op->kind == SPIQE_GATE || op->kind == SPIQE_MATRIX, SPIQE_UNSUPPORTED,
                  "line %u: a state vector gives no exact probabilities behind '%s'; ask for "
                  "shots, or for method 'density'",
                  op->line, spiqe_operation_name(circuit, op));
  }
  out->run = spiqe_simulate_exact;
  return SPIQE_OK;
}

/* Operations are named by the line that the user wrote: their numbers are those of what is left. */
static spiqe_status check_clifford(const spiqe_job *job) {
  const spiqe_circuit *circuit = &job->reduced->circuit;
  size_t at;
  if (spiqe_stabiliser_can(circuit, job->options->inputs, &at, NULL)) return SPIQE_OK;
  const spiqe_operation *op = &circuit->operations[at];
  return spiqe_fail(
      job->ctx, SPIQE_UNSUPPORTED,
      "line %u: method 'stabiliser' runs Clifford gates and noise of Paulis and resets, "
      "and '%s' is neither",
      op->line, spiqe_operation_name(circuit, op));
}

spiqe_status spiqe_way_choose(const spiqe_job *job, spiqe_way *out) {
  method wanted;
  SPIQE_TRY(find_method(job->ctx, job->options->method, &wanted));
  if (!job->options->n_shots) return choose_exact(job, wanted, out);
  if (wanted == STABILISER) SPIQE_TRY(check_clifford(job));
  if (wanted == AUTO) wanted = choose_for_shots(job);
  *out = ways[wanted];
  if (wanted == TRAJECTORIES && state_or_lanes(job) == LANES) out->run = spiqe_simulate_lanes;
  return SPIQE_OK;
}
