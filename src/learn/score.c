/* Runs of a neuron's circuit for each number of steps, in lanes: one for each shifted angle. */
#include "learn/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "circuit/gates.h"
#include "core/context.h"
#include "core/fail.h"
#include "neuron/sqs_circuit.h"
#include "quantum/shift.h"
#include "quantum/split.h"
#include "spiqe/lanes.h"
#include "spiqe/random.h"

#define LANES 64

/* The neuron's first steps. Arrays are owned. */
typedef struct prefix {
  spiqe_circuit *circuit;
  spiqe_split split;
  spiqe_lanes *lanes;
  double *angles, *derivatives; /* [n_angles] */
  double *shifted;              /* [n_angles][LANES] */
  uint8_t *outcomes;            /* [n_steps n_io][LANES] */
} prefix;

struct spiqe_score {
  spiqe_context ctx; /* of one thread, as lanes are run inside of tasks */
  spiqe_score_options options;
  size_t n_steps, n_io, n_parameters;
  prefix *prefixes;          /* owned, [n_steps] */
  double *inputs, *gradient; /* owned, [n_inputs] */
  double log_q[LANES];
  uint32_t key[2];
  uint64_t n_drawn; /* numbers of this call */
};

/* One lane: an angle that is shifted, by how much. */
typedef struct change {
  size_t angle;
  double shift;
} change;

static void *room(size_t n, size_t size, int *ok) {
  void *out = calloc(n + 1, size);
  *ok &= out != NULL;
  return out;
}

static void run_lanes(spiqe_score *s, size_t t) {
  const prefix *p = &s->prefixes[t];
  const spiqe_lanes_run run = {.n_lanes = LANES,
                               .inputs = p->shifted,
                               .outcomes = p->outcomes,
                               .log_likelihood = s->log_q};
  if (spiqe_lanes_forward(p->lanes, &run) != SPIQE_OK) /* has run before: cannot fail */
    for (size_t l = 0; l < LANES; l++) s->log_q[l] = NAN;
}

static spiqe_status create_prefix(spiqe_score *s, const spiqe_sqs_settings *settings, size_t t) {
  prefix *p = &s->prefixes[t];
  spiqe_context *ctx = &s->ctx;
  int ok = 1;
  SPIQE_TRY(spiqe_sqs_circuit(ctx, settings, t + 1, &p->circuit));
  SPIQE_TRY(spiqe_split_create(p->circuit, &p->split));
  SPIQE_TRY(spiqe_lanes_create(ctx, &p->split.circuit, "f64", &p->lanes));
  const size_t n = p->split.n_angles;
  p->angles = room(n, sizeof(double), &ok);
  p->derivatives = room(n, sizeof(double), &ok);
  p->shifted = room(n * LANES, sizeof(double), &ok);
  p->outcomes = room((t + 1) * s->n_io * LANES, 1, &ok);
  SPIQE_REQUIRE(ctx, ok, SPIQE_NO_MEMORY, "no memory for the circuit of a neuron");
  const spiqe_lanes_run run = {.n_lanes = LANES,
                               .inputs = p->shifted,
                               .outcomes = p->outcomes,
                               .log_likelihood = s->log_q};
  return spiqe_lanes_forward(p->lanes, &run); /* the first run makes what later ones need */
}

static spiqe_status create_all(spiqe_score *s, const spiqe_sqs_settings *settings) {
  int ok = 1;
  SPIQE_REQUIRE(&s->ctx, s->n_steps <= SPIQE_MOST_SCORE_STEPS, SPIQE_LIMIT,
                "%zu steps, but gradients by shift and spsa are there for at most %d", s->n_steps,
                SPIQE_MOST_SCORE_STEPS);
  s->prefixes = room(s->n_steps, sizeof *s->prefixes, &ok);
  SPIQE_REQUIRE(&s->ctx, ok, SPIQE_NO_MEMORY, "no memory for the circuits of a neuron");
  for (size_t t = 0; t < s->n_steps; t++) SPIQE_TRY(create_prefix(s, settings, t));
  s->n_parameters = s->prefixes[0].circuit->n_inputs - s->n_io;
  s->inputs = room(spiqe_score_n_inputs(s), sizeof(double), &ok);
  s->gradient = room(spiqe_score_n_inputs(s), sizeof(double), &ok);
  SPIQE_REQUIRE(&s->ctx, ok, SPIQE_NO_MEMORY, "no memory for the inputs of a neuron");
  return SPIQE_OK;
}

spiqe_status spiqe_score_create(spiqe_context *ctx, const spiqe_sqs_settings *settings,
                                size_t n_steps, const spiqe_score_options *options,
                                spiqe_score **out) {
  *out = NULL;
  spiqe_score *s = calloc(1, sizeof *s);
  SPIQE_REQUIRE(ctx, s, SPIQE_NO_MEMORY, "no memory for a score");
  s->ctx = (spiqe_context){.n_threads = 1, .device = ctx->device};
  s->options = *options;
  s->n_steps = n_steps;
  s->n_io = settings->inputs;
  spiqe_status status = create_all(s, settings);
  if (status == SPIQE_OK) {
    *out = s;
    return SPIQE_OK;
  }
  status = spiqe_fail(ctx, status, "%s", s->ctx.message);
  spiqe_score_destroy(s);
  return status;
}

void spiqe_score_destroy(spiqe_score *s) {
  if (!s) return;
  for (size_t t = 0; s->prefixes && t < s->n_steps; t++) {
    prefix *p = &s->prefixes[t];
    spiqe_lanes_destroy(p->lanes);
    if (p->circuit) spiqe_split_clear(&p->split);
    spiqe_circuit_destroy(p->circuit);
    free(p->angles), free(p->derivatives), free(p->shifted), free(p->outcomes);
  }
  free(s->prefixes), free(s->inputs), free(s->gradient);
  free(s);
}

size_t spiqe_score_n_inputs(const spiqe_score *s) {
  return s->n_steps * s->n_io + s->n_parameters;
}

/* Successes of n trials, by the gaps between them: each is geometric. */
static size_t draw_binomial(spiqe_score *s, size_t n, double p) {
  const double rare = p > 0.5 ? 1 - p : p;
  size_t hits = 0;
  for (double at = 0; rare > 0; hits++) {
    const double u = 1 - spiqe_random_uniform(s->key, s->n_drawn++, 0);
    at += floor(log(u) / log1p(-rare)) + 1;
    if (!(at <= (double)n)) break;
  }
  return p > 0.5 ? n - hits : hits;
}

/* q of a lane, as it is seen. */
static double seen(spiqe_score *s, size_t lane) {
  const double q = fmin(exp(s->log_q[lane]), 1);
  const size_t n = s->options.n_shots;
  return n ? fmax((double)draw_binomial(s, n, q), 0.5) / (double)n : q;
}

/* Inputs of the prefix of t + 1 steps: its currents, then the parameters. */
static void set_angles(spiqe_score *s, size_t t, const double *inputs) {
  const size_t n = (t + 1) * s->n_io;
  memcpy(s->inputs, inputs, n * sizeof *inputs);
  memcpy(s->inputs + n, inputs + s->n_steps * s->n_io, s->n_parameters * sizeof *inputs);
  spiqe_split_angles(&s->prefixes[t].split, s->inputs, s->prefixes[t].angles);
}

static void set_outcomes(spiqe_score *s, size_t t, const uint8_t *spikes) {
  for (size_t i = 0; i < (t + 1) * s->n_io; i++)
    memset(s->prefixes[t].outcomes + i * LANES, spikes[i], LANES);
}

/* q of n <= LANES changes. */
static void evaluate(spiqe_score *s, size_t t, size_t n, const change *changes, double *q) {
  prefix *p = &s->prefixes[t];
  for (size_t a = 0; a < p->split.n_angles; a++)
    for (size_t l = 0; l < LANES; l++) p->shifted[a * LANES + l] = p->angles[a];
  for (size_t l = 0; l < n; l++) p->shifted[changes[l].angle * LANES + l] += changes[l].shift;
  run_lanes(s, t);
  for (size_t l = 0; l < n; l++) q[l] = seen(s, l);
}

#define TERMS 4 /* lanes of an angle; rules of fewer terms leave some unused */

static const spiqe_shift_rule *rule_of(const prefix *p, size_t angle) {
  return spiqe_shift_rule_of(&p->split.circuit.operations[p->split.operation[angle]]);
}

/* dq_t / d angle of n <= LANES / TERMS angles, in the prefix's derivatives, times factor. */
static void shift_angles(spiqe_score *s, size_t t, size_t first, size_t n, double factor) {
  const prefix *p = &s->prefixes[t];
  change changes[LANES];
  double q[LANES];
  for (size_t i = 0; i < n * TERMS; i++) {
    const size_t angle = first + i / TERMS, k = i % TERMS;
    const double shift = rule_of(p, angle)->shift[k / 2];
    changes[i] = (change){angle, k % 2 ? -shift : shift};
  }
  evaluate(s, t, n * TERMS, changes, q);
  for (size_t i = 0; i < n; i++) {
    const spiqe_shift_rule *rule = rule_of(p, first + i);
    p->derivatives[first + i] = 0;
    for (size_t k = 0; k < rule->n; k++)
      p->derivatives[first + i] +=
          factor * rule->weight[k] * (q[i * TERMS + 2 * k] - q[i * TERMS + 2 * k + 1]);
  }
}

/* (w_t - w_(t+1)) dq_t / q_t. */
static void add_shifted(spiqe_score *s, size_t t, double weight, double *gradient) {
  const prefix *p = &s->prefixes[t];
  const size_t n = (t + 1) * s->n_io, all = s->n_steps * s->n_io;
  const change none = {0, 0};
  double q = 1;
  evaluate(s, t, p->split.n_angles > 0, &none, &q);
  for (size_t a = 0; a < p->split.n_angles; a += LANES / TERMS) {
    const size_t left = p->split.n_angles - a;
    shift_angles(s, t, a, left < LANES / TERMS ? left : LANES / TERMS, weight / fmax(q, 1e-300));
  }
  spiqe_split_chain(&p->split, n + s->n_parameters, p->derivatives, s->gradient);
  for (size_t i = 0; i < n; i++) gradient[i] += s->gradient[i];
  for (size_t i = 0; i < s->n_parameters; i++) gradient[all + i] += s->gradient[n + i];
}

/* +1 or -1 for each input. */
static double shake_of(const spiqe_score *s, size_t i) {
  return spiqe_random_uniform(s->key, i, 1) < 0.5 ? -1 : 1;
}

/* log q_t on both sides. */
static double difference(spiqe_score *s, size_t t, const double *inputs, double *shaken) {
  double log_q[2];
  for (int side = 0; side < 2; side++) {
    const double c = side ? -s->options.spread : s->options.spread;
    const change none = {0, 0};
    for (size_t i = 0; i < spiqe_score_n_inputs(s); i++) shaken[i] = inputs[i] + c * shake_of(s, i);
    set_angles(s, t, shaken);
    evaluate(s, t, 1, &none, &log_q[side]);
    log_q[side] = log(fmax(log_q[side], 1e-300));
  }
  return log_q[0] - log_q[1];
}

static void run_spsa(spiqe_score *s, const double *inputs, const double *factors,
                     double *gradient) {
  const size_t n = spiqe_score_n_inputs(s);
  double change_of_all = 0;
  for (size_t t = 0; t < s->n_steps; t++)
    change_of_all += factors[t] * difference(s, t, inputs, gradient);
  for (size_t i = 0; i < n; i++)
    gradient[i] = change_of_all / (2 * s->options.spread) * shake_of(s, i);
}

void spiqe_score_run(spiqe_score *s, const double *inputs, const uint8_t *spikes,
                     const double *weights, const uint32_t key[2], double *gradient) {
  double factors[SPIQE_MOST_SCORE_STEPS];
  s->key[0] = key[0];
  s->key[1] = key[1];
  s->n_drawn = 0;
  for (size_t t = 0; t < s->n_steps; t++) {
    factors[t] = weights[t] - (t + 1 < s->n_steps ? weights[t + 1] : 0);
    set_outcomes(s, t, spikes);
  }
  memset(gradient, 0, spiqe_score_n_inputs(s) * sizeof *gradient);
  if (s->options.method == SPIQE_SCORE_SPSA) {
    run_spsa(s, inputs, factors, gradient);
    return;
  }
  for (size_t t = 0; t < s->n_steps; t++) {
    set_angles(s, t, inputs);
    add_shifted(s, t, factors[t], gradient);
  }
}
