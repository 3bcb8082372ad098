/* Forward and backward of circuits: lanes are rows (a sample at a step), a tile at a time. */
#include <math.h>
#include <string.h>

#include "neuron/circuit.h"
#include "stage/values.h"

#define LANES SPIQE_ROTATION_LANES

/* A tile and its scratch; all but args in rows of LANES. */
typedef struct tile {
  const spiqe_stage *stage;
  const spiqe_circuit_plan *plan;
  const spiqe_pass *pass;
  size_t first, n; /* rows of the piece */
  spiqe_rotation_args args;
  void *angles;       /* [n_angles] */
  void *expectations; /* [n_units] */
  void *d_values;     /* [inputs of the stage] */
} tile;

size_t spiqe_circuit_scratch(const spiqe_stage *stage) {
  const spiqe_circuit_plan *plan = stage->owned;
  const spiqe_rotations *r = plan->rotations;
  return (2 * r->n_rows + plan->n_outcomes + 4 * r->n_angles + plan->n_units + stage->in.n_units) *
         LANES;
}

/* Take n rows of the scratch. */
static void *take(const spiqe_pass *pass, size_t *at, size_t n) {
  void *taken = spiqe_at(pass->scratch, *at, pass->precision);
  *at += n * LANES;
  return taken;
}

static size_t n_rows_of(const spiqe_stage *stage, const spiqe_pass *pass) {
  return spiqe_signal_stored_steps(&stage->in) * pass->n_rows;
}

static tile tile_at(const spiqe_stage *stage, const spiqe_pass *pass, size_t first) {
  const spiqe_circuit_plan *plan = stage->owned;
  const spiqe_rotations *r = plan->rotations;
  const size_t left = n_rows_of(stage, pass) - first;
  size_t at = 0;
  tile t = {.stage = stage, .plan = plan, .pass = pass, .first = first};
  t.n = left < LANES ? left : LANES;
  t.args = (spiqe_rotation_args){.n_rows = r->n_rows,
                                 .n_angles = r->n_angles,
                                 .n_runs = r->n_runs,
                                 .n_outcomes = plan->n_outcomes,
                                 .runs = r->runs,
                                 .pairs = (const uint16_t(*)[2])r->pairs,
                                 .outcomes = plan->outcomes};
  t.args.rows = take(pass, &at, r->n_rows);
  t.args.adjoint = take(pass, &at, r->n_rows);
  t.args.probabilities = take(pass, &at, plan->n_outcomes);
  t.args.turns = take(pass, &at, 2 * r->n_angles);
  t.args.d_angles = take(pass, &at, r->n_angles);
  t.args.angles = t.angles = take(pass, &at, r->n_angles);
  t.expectations = take(pass, &at, plan->n_units);
  t.d_values = take(pass, &at, stage->in.n_units);
  return t;
}

static double parameter(const tile *t, size_t at) {
  return spiqe_value_get(t->pass->parameters, at, t->pass->precision);
}

static void add_gradient(const tile *t, size_t at, double d) {
  spiqe_precision p = t->pass->precision;
  spiqe_value_set(t->pass->gradient, at, p, spiqe_value_get(t->pass->gradient, at, p) + d);
}

/* Value i of a lane's row. */
static double value(const tile *t, size_t lane, size_t i) {
  const size_t at = (t->first + lane) * t->stage->in.n_units + i;
  return spiqe_value_get(t->pass->input, at, t->pass->precision);
}

/* Of a row, the value that is uploaded as number k of the circuit. */
static size_t uploaded(const tile *t, size_t k) {
  return k % t->stage->in.n_units;
}

/* Parameters lie as gain, shift [units] each; weight, bias [values] each; angle. */
static size_t weight_at(const tile *t, size_t k) {
  return 2 * t->plan->n_units + k;
}
static size_t angle_at(const tile *t, size_t input) {
  return 2 * t->plan->n_units + t->plan->n_values + input; /* input counts the values too */
}

static void fill_angles(const tile *t) {
  const spiqe_rotations *r = t->plan->rotations;
  const size_t n_values = t->plan->n_values;
  for (size_t a = 0; a < r->n_angles; a++) {
    const spiqe_rotation_angle *angle = &r->angles[a];
    const size_t k = angle->input == UINT32_MAX ? SIZE_MAX : t->plan->inputs[angle->input];
    const int is_value = k < n_values;
    const double weight = is_value ? parameter(t, weight_at(t, k)) : 0;
    double shared = 0;
    if (is_value)
      shared = parameter(t, weight_at(t, n_values + k));
    else if (k != SIZE_MAX)
      shared = parameter(t, angle_at(t, k));
    const size_t i = is_value ? uploaded(t, k) : 0;
    for (size_t l = 0; l < LANES; l++) {
      const double x = is_value && l < t->n ? weight * value(t, l, i) : 0;
      spiqe_value_set(t->angles, a * LANES + l, t->pass->precision,
                      angle->factor * (shared + x) + angle->offset);
    }
  }
}

/* |x|; 0 of a sample that is dark, or of a lane that is not used: those start in |0...0>. */
static double norm_of(const tile *t, size_t lane) {
  double sum = 0;
  for (size_t i = 0; lane < t->n && i < t->stage->in.n_units; i++) {
    const double x = value(t, lane, i);
    sum += x * x;
  }
  return sqrt(sum);
}

static void begin_rows(const tile *t) {
  const spiqe_precision p = t->pass->precision;
  memset(t->args.rows, 0, t->args.n_rows * LANES * spiqe_precision_size(p));
  for (size_t l = 0; l < LANES; l++) {
    const double norm = t->plan->is_amplitude ? norm_of(t, l) : 0;
    if (norm == 0) spiqe_value_set(t->args.rows, l, p, 1);
    const double factor = norm > 0 ? 1 / norm : 0;
    for (size_t i = 0; norm > 0 && i < t->stage->in.n_units; i++)
      spiqe_value_set(t->args.rows, i * LANES + l, p, factor * value(t, l, i));
  }
}

/* Products of Z are the Walsh transform of the probabilities, which is its own transpose. */
static void transform(const tile *t) {
  const spiqe_circuit_settings *s = t->stage->settings;
  if (s->observe != SPIQE_OBSERVE_PROBABILITIES)
    t->pass->kernels->walsh(t->plan->n_observed, LANES, t->args.probabilities);
}

static void run_tile(const tile *t) {
  const size_t row = LANES * spiqe_precision_size(t->pass->precision);
  fill_angles(t);
  begin_rows(t);
  t->pass->kernels->rotations_forward(&t->args);
  transform(t);
  for (size_t u = 0; u < t->plan->n_units; u++)
    memcpy((char *)t->expectations + u * row,
           (char *)t->args.probabilities + t->plan->masks[u] * row, row);
}

/* Steps of the output that a row stands for, beginning with its own; elements between them. */
static size_t n_repeats(const tile *t) {
  return t->stage->in.is_static ? t->stage->in.n_steps : 1;
}

static void give_tile(const tile *t) {
  const size_t n = t->plan->n_units, step = t->pass->n_rows * n;
  const spiqe_precision p = t->pass->precision;
  for (size_t u = 0; u < n; u++) {
    const double gain = parameter(t, u), shift = parameter(t, n + u);
    for (size_t i = 0; i < t->n * n_repeats(t); i++) {
      const size_t l = i % t->n, at = i / t->n * step + (t->first + l) * n + u;
      const double z = gain * spiqe_value_get(t->expectations, u * LANES + l, p) + shift;
      spiqe_value_set(t->pass->output, at, p, z);
      if (t->pass->membrane) spiqe_value_set(t->pass->membrane, at, p, z);
    }
  }
}

/* Gradient of output (lane, u), from the stage behind and as a membrane. */
static double d_output(const tile *t, size_t lane, size_t u) {
  const spiqe_pass *pass = t->pass;
  const size_t row = t->first + lane, first_step = row / pass->n_rows;
  const size_t column = row % pass->n_rows * t->plan->n_units + u;
  double sum = 0;
  for (size_t i = first_step; i < first_step + n_repeats(t); i++) {
    const size_t at = i * pass->d_stride + column;
    if (pass->d_output) sum += spiqe_value_get(pass->d_output, at, pass->precision);
    if (pass->d_membrane) sum += spiqe_value_get(pass->d_membrane, at, pass->precision);
  }
  return sum;
}

/* Gradient of the probabilities, and of gain and shift. */
static void seed_tile(const tile *t) {
  const spiqe_precision p = t->pass->precision;
  memset(t->args.probabilities, 0, t->plan->n_outcomes * LANES * spiqe_precision_size(p));
  for (size_t u = 0; u < t->plan->n_units; u++) {
    const double gain = parameter(t, u);
    double d_gain = 0, d_shift = 0;
    for (size_t l = 0; l < t->n; l++) {
      const double d = d_output(t, l, u);
      d_gain += d * spiqe_value_get(t->expectations, u * LANES + l, p);
      d_shift += d;
      spiqe_value_set(t->args.probabilities, t->plan->masks[u] * LANES + l, p, gain * d);
    }
    add_gradient(t, u, d_gain);
    add_gradient(t, t->plan->n_units + u, d_shift);
  }
  transform(t);
}

/* From angles to weights, biases and parameters, and to the values. */
static void collect_angle(const tile *t, size_t a) {
  const spiqe_rotation_angle *angle = &t->plan->rotations->angles[a];
  const size_t n_values = t->plan->n_values;
  const spiqe_precision p = t->pass->precision;
  if (angle->input == UINT32_MAX) return;
  const size_t k = t->plan->inputs[angle->input];
  const int is_value = k < n_values;
  const double weight = is_value ? parameter(t, weight_at(t, k)) : 0;
  const size_t i = is_value ? uploaded(t, k) : 0;
  double sum = 0, d_weight = 0;
  for (size_t l = 0; l < t->n; l++) {
    const double d = angle->factor * spiqe_value_get(t->args.d_angles, a * LANES + l, p);
    const size_t at = i * LANES + l;
    sum += d;
    if (!is_value) continue;
    d_weight += d * value(t, l, i);
    spiqe_value_set(t->d_values, at, p, spiqe_value_get(t->d_values, at, p) + weight * d);
  }
  if (is_value) add_gradient(t, weight_at(t, k), d_weight);
  add_gradient(t, is_value ? weight_at(t, n_values + k) : angle_at(t, k), sum);
}

/* a = x / |x|: d x = (d a - a (a . d a)) / |x|. The rows are back at the start. */
static void collect_amplitudes(const tile *t) {
  const spiqe_precision p = t->pass->precision;
  for (size_t l = 0; l < t->n; l++) {
    const double norm = norm_of(t, l);
    double along = 0;
    for (size_t i = 0; i < t->stage->in.n_units; i++)
      along += spiqe_value_get(t->args.rows, i * LANES + l, p) *
               spiqe_value_get(t->args.adjoint, i * LANES + l, p);
    for (size_t i = 0; norm > 0 && i < t->stage->in.n_units; i++) {
      const double a = spiqe_value_get(t->args.rows, i * LANES + l, p);
      const double d = spiqe_value_get(t->args.adjoint, i * LANES + l, p);
      spiqe_value_set(t->d_values, i * LANES + l, p, (d - a * along) / norm);
    }
  }
}

static void give_d_input(const tile *t) {
  const size_t n = t->stage->in.n_units;
  const spiqe_precision p = t->pass->precision;
  if (!t->pass->d_input) return;
  for (size_t l = 0; l < t->n; l++)
    for (size_t i = 0; i < n; i++)
      spiqe_value_set(t->pass->d_input, (t->first + l) * n + i, p,
                      spiqe_value_get(t->d_values, i * LANES + l, p));
}

void spiqe_circuit_forward(const spiqe_stage *stage, const spiqe_pass *pass, size_t which,
                           size_t n_tiles) {
  (void)which, (void)n_tiles; /* always the whole */
  for (size_t first = 0; first < n_rows_of(stage, pass); first += LANES) {
    const tile t = tile_at(stage, pass, first);
    run_tile(&t);
    give_tile(&t);
  }
}

/* The last state of a piece of one tile is still in the scratch; others run once more. */
void spiqe_circuit_backward(const spiqe_stage *stage, const spiqe_pass *pass) {
  const size_t size = spiqe_precision_size(pass->precision);
  for (size_t first = 0; first < n_rows_of(stage, pass); first += LANES) {
    const tile t = tile_at(stage, pass, first);
    if (n_rows_of(stage, pass) > LANES) run_tile(&t);
    seed_tile(&t);
    t.pass->kernels->rotations_backward(&t.args);
    memset(t.d_values, 0, stage->in.n_units * LANES * size);
    for (size_t a = 0; a < t.args.n_angles; a++) collect_angle(&t, a);
    if (t.plan->is_amplitude && pass->d_input) collect_amplitudes(&t);
    give_d_input(&t);
  }
}
