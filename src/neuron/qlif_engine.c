/* QLIF neurons as noisy circuits of one qubit. */
#include "neuron/qlif_engine.h"

#include <math.h>
#include <stdlib.h>

#include "core/fail.h"
#include "neuron/qlif_circuit.h"
#include "quantum/noise.h"
#include "spiqe/random.h"
#include "stage/values.h"

/* A recurrent population goes step by step, and keeps an angle for each neuron in between. */
static spiqe_status check(spiqe_context *ctx, const spiqe_stage *stage, int has_history) {
  const spiqe_qlif_settings *s = stage->settings;
  SPIQE_REQUIRE(ctx, !s->smooth && s->leak == SPIQE_LEAK_PHYSICAL, SPIQE_UNSUPPORTED,
                "stage %zu (qlif): circuits are there for leak: physical without smooth",
                stage->index);
  SPIQE_REQUIRE(
      ctx, !s->recurrent || !has_history, SPIQE_UNSUPPORTED,
      "stage %zu (qlif): recurrent neurons are run from estimates, step by step; a history "
      "is of one circuit",
      stage->index);
  return SPIQE_OK;
}

static size_t shots_of(const spiqe_qlif_settings *s) {
  if (s->mode == SPIQE_QLIF_EXACT) return 0;
  return s->mode == SPIQE_QLIF_SINGLE_SHOT ? 1 : s->shots;
}

static spiqe_status use_noise(spiqe_context *ctx, const spiqe_noise *noise,
                              spiqe_qlif_engine *engine) {
  const spiqe_noise_qubit *q = spiqe_noise_qubit_at(noise, 0);
  SPIQE_REQUIRE(ctx, isfinite(q->t1) || isinf(q->t2), SPIQE_UNSUPPORTED,
                "the device has a T2 but no T1, which the waits of qlif neurons are measured by");
  engine->t1 *= noise->t1_share;
  engine->t2 = isfinite(q->t1) ? engine->t1 * (q->t2 / q->t1) : 2 * engine->t1;
  engine->excited = q->excited;
  engine->p1_of_0 = q->p1_of_0;
  engine->p0_of_1 = q->p0_of_1;
  return spiqe_bloch_of_gate(ctx, noise, "rx", &engine->after_gate);
}

spiqe_status spiqe_qlif_engine_create(spiqe_context *ctx, const spiqe_stage *stage,
                                      const spiqe_noise *noise, size_t n_shots, int has_history,
                                      spiqe_qlif_engine **out) {
  const spiqe_qlif_settings *s = stage->settings;
  *out = NULL;
  SPIQE_TRY(check(ctx, stage, has_history));
  spiqe_qlif_engine *engine = calloc(1, sizeof *engine);
  SPIQE_REQUIRE(ctx, engine, SPIQE_NO_MEMORY, "no memory for circuits");
  *engine = (spiqe_qlif_engine){.n_shots = n_shots ? n_shots : shots_of(s),
                                .has_history = has_history,
                                .t1 = s->t1,
                                .t2 = 2 * s->t1,
                                .after_gate = spiqe_bloch_same};
  spiqe_status status = noise ? use_noise(ctx, noise, engine) : SPIQE_OK;
  if (status == SPIQE_OK)
    *out = engine;
  else
    spiqe_qlif_engine_destroy(engine);
  return status;
}

void spiqe_qlif_engine_destroy(spiqe_qlif_engine *engine) {
  free(engine);
}

double spiqe_qlif_engine_read(const spiqe_qlif_engine *engine, const double r[3]) {
  const double p = fmin(fmax((1 - r[2]) / 2, 0), 1);
  return p * (1 - engine->p0_of_1) + (1 - p) * engine->p1_of_0;
}

/* Counts are tried from the likeliest outwards, so that about the root of n of them are. lgamma_r,
 * as lgamma writes a global sign. */
size_t spiqe_binomial_draw(size_t n, double p, double uniform) {
  int sign;
  if (n == 1) return uniform < p;
  if (p <= 0 || p >= 1) return p <= 0 ? 0 : n;
  const size_t mode = (size_t)fmin((double)(n + 1) * p, (double)n);
  const double odds = p / (1 - p), k = (double)mode;
  const double ways =
      lgamma_r((double)n + 1, &sign) - lgamma_r(k + 1, &sign) - lgamma_r((double)n - k + 1, &sign);
  double up = exp(ways + k * log(p) + ((double)n - k) * log1p(-p)), down = up;
  size_t above = mode, below = mode;
  if ((uniform -= up) < 0) return mode;
  while (up > 1e-18 || down > 1e-18) { /* what is less is lost in the draw's 53 bits */
    up = above < n ? up * odds * (double)(n - above) / (double)(above + 1) : 0;
    above++;
    if ((uniform -= up) < 0) return above;
    down = below > 0 ? down * (double)below / (odds * (double)(n - below + 1)) : 0;
    below -= below > 0;
    if ((uniform -= down) < 0) return below;
  }
  return mode;
}

/* A neuron on its way, and where its draws are. */
typedef struct neuron {
  double r[3], phi; /* history: the state so far; estimate: the angle to be prepared */
  uint64_t sample, unit;
} neuron;

static void turn(const spiqe_qlif_engine *engine, double angle, double r[3]) {
  if (angle == 0) return;
  spiqe_bloch_rx(sin(angle), cos(angle), r);
  spiqe_bloch_apply(&engine->after_gate, r);
}

static void rest(neuron *n) {
  n->r[0] = n->r[1] = 0;
  n->r[2] = 1;
  n->phi = 0;
}

static void make_move(const spiqe_qlif_engine *engine, const spiqe_qlif_settings *s,
                      const spiqe_qlif_move *move, neuron *n) {
  double angle = move->amount;
  if (!engine->has_history) {
    const double phi = n->phi;
    rest(n);
    turn(engine, phi, n->r);
    if (!move->is_wait) angle = spiqe_qlif_turn(s, phi, angle);
  }
  if (move->is_wait)
    spiqe_bloch_relax(exp(-angle / engine->t1), exp(-angle / engine->t2), engine->excited, n->r);
  else
    turn(engine, angle, n->r);
}

static double measure(const spiqe_qlif_engine *engine, const uint32_t key[2], uint64_t when,
                      const neuron *n) {
  const double p = spiqe_qlif_engine_read(engine, n->r);
  if (!engine->n_shots || p <= 0 || p >= 1) return p;
  const double u = spiqe_random_uniform(key, when << 32 | n->sample, n->unit);
  return (double)spiqe_binomial_draw(engine->n_shots, p, u) / (double)engine->n_shots;
}

/* Is the share of ones above the threshold? Of 10 shots, 9 are not above 0.9f. */
static int fires(const spiqe_qlif_engine *engine, double read, double threshold) {
  return read > threshold + (engine->n_shots ? 1.2e-7 : 0);
}

/* The population as it is read after one step. */
static double make_step(const spiqe_stage *stage, const uint32_t key[2], size_t step, double a,
                        double c, neuron *n) {
  const spiqe_qlif_engine *engine = stage->engine;
  spiqe_qlif_move moves[SPIQE_MOST_QLIF_MOVES];
  const size_t n_moves = spiqe_qlif_moves(stage->settings, stage->in.n_planes, a, c, moves);
  double read = 0;
  for (size_t m = 0; m < n_moves; m++) {
    make_move(engine, stage->settings, &moves[m], n);
    if (engine->has_history && m + 1 < n_moves) continue;
    read = measure(engine, key, 2 * step + m, n);
    n->phi = spiqe_qlif_angle(read);
  }
  return read;
}

static void run_unit(const spiqe_stage *stage, const spiqe_pass *pass, const spiqe_neuron_run *run,
                     size_t row, size_t unit) {
  const size_t n_units = stage->out.n_units, n_in = stage->in.n_units;
  const spiqe_precision p = pass->precision;
  const double threshold = spiqe_value_get(pass->derived, unit, p);
  double c = spiqe_value_get(pass->derived, n_units + unit, p);
  neuron n = {.sample = pass->samples[row], .unit = unit};
  rest(&n);
  if (run->state) n.phi = spiqe_value_get(run->state, row * n_units + unit, p);
  for (size_t t = 0; t < run->n_steps; t++) {
    const size_t from = t * run->step_stride + row * n_in + unit;
    const size_t to = (t * pass->n_rows + row) * n_units + unit;
    if (stage->in.n_planes == 2) c = spiqe_value_get(run->current, from + n_units, p);
    const double a = spiqe_value_get(run->current, from, p);
    const double read = make_step(stage, pass->key, run->first_step + t, a, c, &n);
    const int spike = fires(stage->engine, read, threshold);
    spiqe_value_set(run->spikes, to, p, spike);
    if (run->membrane) spiqe_value_set(run->membrane, to, p, read);
    if (spike) rest(&n);
  }
  if (run->state) spiqe_value_set(run->state, row * n_units + unit, p, n.phi);
}

static void run_forward(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run) {
  for (size_t row = 0; row < pass->n_rows; row++)
    for (size_t unit = 0; unit < stage->out.n_units; unit++) run_unit(stage, pass, run, row, unit);
}

const spiqe_neuron_kernels spiqe_qlif_engine_kernels = {.forward = run_forward};
