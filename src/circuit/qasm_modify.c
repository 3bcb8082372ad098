/* Modifiers on what a gate's body has added: the tail of the circuit's operations is inverted,
 * controlled, repeated. */
#include <math.h>

#include "circuit/qasm.h"
#include "core/fail.h"
#include "core/grow.h"

/* The gate's inverse, in place: its angles are its own. */
static void invert(spiqe_circuit *circuit, spiqe_operation *op) {
  const spiqe_gate_inverse *inverse = &spiqe_gates[op->gate].inverse;
  const size_t n = spiqe_gates[op->gate].n_parameters;
  spiqe_stored_angle angles[SPIQE_MOST_GATE_PARAMETERS];
  for (size_t i = 0; i < n; i++) {
    angles[i] = circuit->angles[op->first_angle + (uint32_t)inverse->from[i]];
    angles[i].constant = inverse->sign[i] * angles[i].constant + inverse->offset[i];
    for (uint32_t t = 0; t < angles[i].n_terms; t++)
      circuit->terms[angles[i].first_term + t].factor *= inverse->sign[i];
  }
  for (size_t i = 0; i < n; i++) circuit->angles[op->first_angle + i] = angles[i];
  op->gate = (uint8_t)spiqe_gate_find(inverse->name);
}

static void invert_tail(spiqe_circuit *circuit, size_t from) {
  size_t to = circuit->n_operations;
  for (size_t i = from; i < to; i++)
    if (circuit->operations[i].kind == SPIQE_GATE) invert(circuit, &circuit->operations[i]);
  for (; to-- > from + 1; from++) {
    spiqe_operation op = circuit->operations[from];
    circuit->operations[from] = circuit->operations[to];
    circuit->operations[to] = op;
  }
}

/* Controls go before the others. */
static spiqe_status control_tail(spiqe_qasm *in, size_t from, size_t at, uint32_t n) {
  spiqe_circuit *circuit = in->circuit;
  for (size_t i = from; i < circuit->n_operations; i++) {
    spiqe_operation *op = &circuit->operations[i];
    const size_t n_own = (size_t)op->n_controls + op->n_targets;
    uint32_t first, old;
    if (op->kind != SPIQE_GATE) continue;
    SPIQE_TRY(spiqe_qasm_spend(in, 0, n + n_own));
    SPIQE_TRY(SPIQE_POOL_ROOM(circuit, qubits_used, n + n_own));
    SPIQE_TRY(spiqe_circuit_push_qubits(circuit, n, in->qubits + at, &first));
    SPIQE_TRY(
        spiqe_circuit_push_qubits(circuit, n_own, circuit->qubits_used + op->first_qubit, &old));
    op->first_qubit = first;
    op->n_controls += n;
  }
  return SPIQE_OK;
}

static spiqe_status repeat_operation(spiqe_qasm *in, size_t index) {
  spiqe_circuit *circuit = in->circuit;
  spiqe_operation op = circuit->operations[index];
  const size_t n = (size_t)op.n_controls + op.n_targets;
  const size_t n_angles = op.kind == SPIQE_GATE ? spiqe_gates[op.gate].n_parameters : 0;
  SPIQE_TRY(spiqe_qasm_spend(in, 1, n));
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, qubits_used, n));
  const uint32_t *qubits = n ? circuit->qubits_used + op.first_qubit : NULL;
  SPIQE_TRY(spiqe_circuit_push_qubits(circuit, n, qubits, &op.first_qubit));
  const uint32_t first_angle = op.first_angle;
  for (uint32_t i = 0; i < n_angles; i++) {
    const spiqe_stored_angle stored = circuit->angles[first_angle + i];
    uint32_t made;
    SPIQE_TRY(spiqe_qasm_spend(in, 0, stored.n_terms));
    SPIQE_TRY(SPIQE_POOL_ROOM(circuit, terms, stored.n_terms));
    const spiqe_angle angle = {stored.constant, stored.n_terms,
                               stored.n_terms ? circuit->terms + stored.first_term : NULL};
    SPIQE_TRY(spiqe_circuit_push_angle(circuit, &angle, &made));
    if (!i) op.first_angle = made;
  }
  return spiqe_circuit_push(circuit, &op);
}

static spiqe_status power_tail(spiqe_qasm *in, size_t from, double power) {
  const size_t to = in->circuit->n_operations;
  if (power != floor(power))
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED,
                           "pow(%g) of a gate with a definition; integers are supported", power);
  if (power < 0) invert_tail(in->circuit, from);
  if (power == 0) in->circuit->n_operations = from;
  if (to == from) return SPIQE_OK;
  for (double i = 1; i < fabs(power); i++)
    for (size_t k = from; k < to; k++) SPIQE_TRY(repeat_operation(in, k));
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_modify(spiqe_qasm *in, size_t from, size_t first, size_t at) {
  for (size_t i = first; i < in->n_modifiers; i++) at += in->modifiers[i].n_controls;
  for (size_t i = in->n_modifiers; i-- > first;) {
    const spiqe_qasm_modifier *modifier = &in->modifiers[i];
    at -= modifier->n_controls;
    if (modifier->kind == SPIQE_QASM_INVERSE) {
      invert_tail(in->circuit, from);
    } else if (modifier->kind == SPIQE_QASM_POWER) {
      SPIQE_TRY(power_tail(in, from, modifier->power));
    } else {
      SPIQE_TRY(control_tail(in, from, at, modifier->n_controls));
    }
  }
  return SPIQE_OK;
}
