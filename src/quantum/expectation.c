/* Expectations: exact ones by a vector or a density matrix; the calls for users. */
#include "quantum/expectation.h"

#include <math.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/density.h"

static int is_on(const spiqe_circuit *circuit, const spiqe_operation *op, uint64_t qubits) {
  const uint32_t *used = circuit->qubits_used + op->first_qubit;
  for (size_t i = 0; i < (size_t)op->n_controls + op->n_targets; i++) {
    uint32_t qubit = used[i] & ~SPIQE_ON_ZERO;
    if (qubit < 64 && (qubits >> qubit & 1)) return 1;
  }
  return 0;
}

/* A second measurement of a qubit changes nothing. */
int spiqe_circuit_is_pure(const spiqe_circuit *circuit, uint64_t *measured) {
  *measured = 0;
  for (size_t i = 0; i < circuit->n_operations; i++) {
    const spiqe_operation *op = &circuit->operations[i];
    switch (op->kind) {
      case SPIQE_BARRIER:
      case SPIQE_DELAY:
      case SPIQE_READOUT: break;
      case SPIQE_GATE:
      case SPIQE_MATRIX:
        if (is_on(circuit, op, *measured)) return 0;
        break;
      case SPIQE_MEASURE: {
        uint32_t qubit = circuit->qubits_used[op->first_qubit];
        if (qubit < 64) *measured |= (uint64_t)1 << qubit;
        break;
      }
      default: return 0;
    }
  }
  return 1;
}

spiqe_status spiqe_circuit_run_pure(const spiqe_circuit *circuit, const double *inputs,
                                    spiqe_state *state) {
  spiqe_state_clear(state);
  for (size_t i = 0, n; i < circuit->n_operations; i += n + 1) { /* 1: a measurement */
    spiqe_steps steps;
    SPIQE_TRY(spiqe_steps_create(circuit, inputs, i, &n, &steps));
    spiqe_status status = spiqe_state_apply_steps(state, steps.n_steps, steps.steps);
    spiqe_steps_destroy(&steps);
    SPIQE_TRY(status);
  }
  return SPIQE_OK;
}

spiqe_status spiqe_circuit_check_inputs(spiqe_context *ctx, const spiqe_circuit *circuit,
                                        const double *inputs) {
  SPIQE_REQUIRE(ctx, inputs || !circuit->n_inputs, SPIQE_BAD_ARGUMENT,
                "the circuit has %zu inputs, and none are given", circuit->n_inputs);
  for (size_t i = 0; i < circuit->n_inputs; i++)
    SPIQE_REQUIRE(ctx, isfinite(inputs[i]), SPIQE_BAD_ARGUMENT,
                  "input '%.60s' is %g; expected a finite number", circuit->inputs[i], inputs[i]);
  return SPIQE_OK;
}

static spiqe_status create_exact(spiqe_expectations *out) {
  uint64_t measured;
  out->is_pure = spiqe_circuit_is_pure(out->circuit, &measured);
  if (!out->is_pure) return SPIQE_OK;
  SPIQE_TRY(spiqe_operator_create(out->ctx, out->observable, measured, &out->op));
  return spiqe_state_create(out->ctx, out->precision, out->circuit->n_qubits, &out->state);
}

spiqe_status spiqe_expectations_create(spiqe_context *ctx, const spiqe_circuit *circuit,
                                       const spiqe_observable *observable,
                                       spiqe_precision precision, size_t n_shots,
                                       spiqe_expectations *out) {
  *out = (spiqe_expectations){.ctx = ctx,
                              .circuit = circuit,
                              .observable = observable,
                              .precision = precision,
                              .n_shots = n_shots};
  SPIQE_TRY(spiqe_observable_check(ctx, observable, circuit->n_qubits));
  SPIQE_TRY(spiqe_circuit_check_closed(circuit));
  return n_shots ? spiqe_sampled_create(out) : create_exact(out);
}

void spiqe_expectations_clear(spiqe_expectations *expectations) {
  spiqe_operator_clear(&expectations->op);
  spiqe_state_destroy(expectations->state);
  spiqe_sampled_clear(expectations);
  *expectations = (spiqe_expectations){0};
}

static spiqe_status run_density(const spiqe_expectations *e, const double *inputs, double *value) {
  const spiqe_density_options options = {.precision = e->precision,
                                         .inputs = inputs,
                                         .only_average = 1};
  spiqe_density_result result;
  spiqe_status status = spiqe_density_run(e->ctx, e->circuit, &options, &result);
  *value = 0;
  for (size_t i = 0; i < e->observable->n_terms && status == SPIQE_OK; i++) {
    const spiqe_pauli_term *term = &e->observable->terms[i];
    *value += term->factor * spiqe_density_pauli(result.average, term->x_mask, term->z_mask);
  }
  spiqe_density_result_clear(&result);
  return status;
}

spiqe_status spiqe_expectations_run(spiqe_expectations *e, const double *inputs, uint64_t seed,
                                    double *value, double *variance) {
  if (e->n_shots) return spiqe_sampled_run(e, inputs, seed, value, variance);
  if (variance) *variance = 0;
  if (!e->is_pure) return run_density(e, inputs, value);
  SPIQE_TRY(spiqe_circuit_run_pure(e->circuit, inputs, e->state));
  return spiqe_operator_apply(&e->op, e->state, NULL, value);
}

static spiqe_status run_once(spiqe_context *ctx, const spiqe_circuit *circuit,
                             const spiqe_observable *observable, const double *inputs,
                             size_t n_shots, uint64_t seed, double *value, double *variance) {
  spiqe_expectations e;
  SPIQE_TRY(spiqe_circuit_check_inputs(ctx, circuit, inputs));
  spiqe_status status = spiqe_expectations_create(ctx, circuit, observable, SPIQE_F64, n_shots, &e);
  if (status == SPIQE_OK) status = spiqe_expectations_run(&e, inputs, seed, value, variance);
  spiqe_expectations_clear(&e);
  return status;
}

spiqe_status spiqe_expectation(spiqe_context *ctx, const spiqe_circuit *circuit,
                               const spiqe_observable *observable, const double *inputs,
                               double *out) {
  *out = 0;
  return run_once(ctx, circuit, observable, inputs, 0, 0, out, NULL);
}

spiqe_status spiqe_expectation_sampled(spiqe_context *ctx, const spiqe_circuit *circuit,
                                       const spiqe_observable *observable, const double *inputs,
                                       size_t n_shots, uint64_t seed, double *out,
                                       double *standard_error) {
  double variance = 0;
  *out = 0;
  SPIQE_REQUIRE(ctx, n_shots, SPIQE_BAD_ARGUMENT, "0 shots; expected 1 or more");
  SPIQE_TRY(run_once(ctx, circuit, observable, inputs, n_shots, seed, out, &variance));
  if (standard_error) *standard_error = sqrt(variance);
  return SPIQE_OK;
}
