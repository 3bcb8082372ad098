/* The circuit of one sample, all angles being numbers. */
#include <math.h>
#include <stdlib.h>

#include "core/fail.h"
#include "neuron/circuit.h"
#include "stage/values.h"

/* What the angles of a sample come from. */
typedef struct sample {
  const spiqe_stage *stage;
  const void *parameters;
  spiqe_precision precision;
  const double *values; /* [inputs of the stage] */
} sample;

/* |x| of the values from `first` on, n of them; what is past the last is 0. */
static double norm_of(const sample *s, size_t first, size_t n) {
  double sum = 0;
  for (size_t i = first; i < first + n && i < s->stage->in.n_units; i++)
    sum += s->values[i] * s->values[i];
  return sqrt(sum);
}

static double value_at(const sample *s, size_t i) {
  return i < s->stage->in.n_units ? s->values[i] : 0;
}

/* ry on `qubit` where those above it have the bits of `prefix`: from the norms of the two halves,
 * or from the two amplitudes with their signs. */
static spiqe_status split(const sample *s, uint32_t n_qubits, uint32_t qubit, size_t prefix,
                          spiqe_circuit *circuit) {
  uint32_t controls[SPIQE_MOST_ANSATZ_QUBITS];
  uint8_t on_zero[SPIQE_MOST_ANSATZ_QUBITS];
  const size_t half = (size_t)1 << qubit, first = prefix * 2 * half, n = n_qubits - qubit - 1;
  const double zero = qubit ? norm_of(s, first, half) : value_at(s, first);
  const double one = qubit ? norm_of(s, first + half, half) : value_at(s, first + 1);
  const spiqe_angle angle = {.constant = 2 * atan2(one, zero)};
  if (one == 0 && zero >= 0) return SPIQE_OK;
  for (uint32_t i = 0; i < n; i++) {
    controls[i] = qubit + 1 + i;
    on_zero[i] = !(prefix >> i & 1);
  }
  return spiqe_circuit_gate_controlled(circuit, "ry", &angle, n, controls, on_zero, &qubit);
}

/* The amplitudes from |0...0>: a tree of controlled rotations (Mottonen et al. 2005,
 * quant-ph/0407010). */
static spiqe_status prepare(const sample *s, uint32_t n_qubits, spiqe_circuit *circuit) {
  for (uint32_t qubit = n_qubits; qubit-- > 0;)
    for (size_t prefix = 0; prefix < (size_t)1 << (n_qubits - qubit - 1); prefix++)
      SPIQE_TRY(split(s, n_qubits, qubit, prefix, circuit));
  return SPIQE_OK;
}

static double parameter(const sample *s, size_t at) {
  return spiqe_value_get(s->parameters, at, s->precision);
}

/* Parameters lie as in circuit_run.c. */
static double angle_of(const sample *s, size_t k) {
  const spiqe_circuit_plan *plan = s->stage->owned;
  const size_t first = 2 * plan->n_units, n = plan->n_values;
  if (k >= n) return parameter(s, first + n + k);
  return parameter(s, first + k) * value_at(s, k % s->stage->in.n_units) +
         parameter(s, first + n + k);
}

static spiqe_status bind(const sample *s, spiqe_circuit *circuit) {
  const spiqe_circuit_plan *plan = s->stage->owned;
  const size_t n = spiqe_circuit_n_inputs(circuit);
  double *angles = malloc((n + 1) * sizeof *angles);
  SPIQE_REQUIRE(plan->rotations->ctx, angles, SPIQE_NO_MEMORY, "no memory for a circuit");
  for (size_t i = 0; i < n; i++) angles[i] = angle_of(s, plan->inputs[i]);
  const spiqe_status status = spiqe_circuit_bind(circuit, angles);
  free(angles);
  return status;
}

static spiqe_status measure(size_t observed, spiqe_circuit *circuit) {
  uint32_t bit = 0;
  for (uint32_t q = 0; observed >> q; q++)
    if (observed >> q & 1) SPIQE_TRY(spiqe_circuit_measure(circuit, q, bit++));
  return SPIQE_OK;
}

static spiqe_status fill(const sample *s, const spiqe_circuit *ansatz, size_t observed,
                         spiqe_circuit *circuit) {
  const spiqe_circuit_plan *plan = s->stage->owned;
  if (plan->is_amplitude) SPIQE_TRY(prepare(s, (uint32_t)plan->rotations->n_qubits, circuit));
  SPIQE_TRY(spiqe_circuit_append(circuit, ansatz));
  SPIQE_TRY(bind(s, circuit));
  return measure(observed, circuit);
}

spiqe_status spiqe_circuit_of_sample(const spiqe_stage *stage, spiqe_precision precision,
                                     const void *parameters, const double *values,
                                     spiqe_circuit **out) {
  const spiqe_circuit_settings *settings = stage->settings;
  const spiqe_circuit_plan *plan = stage->owned;
  const sample s = {stage, parameters, precision, values};
  const spiqe_ansatz kind = {(spiqe_ansatz_kind)settings->ansatz, settings->qubits,
                             settings->layers, settings->circuit};
  spiqe_context *ctx = plan->rotations->ctx;
  spiqe_circuit *ansatz;
  size_t observed;
  *out = NULL;
  SPIQE_TRY(spiqe_ansatz_build(ctx, &kind, &ansatz, &observed));
  spiqe_status status = spiqe_circuit_create(ctx, settings->qubits, plan->n_observed, out);
  if (status == SPIQE_OK) status = fill(&s, ansatz, observed, *out);
  spiqe_circuit_destroy(ansatz);
  if (status == SPIQE_OK) return status;
  spiqe_circuit_destroy(*out);
  *out = NULL;
  return status;
}
