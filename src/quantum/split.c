#include "quantum/split.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"

/* Counted before anything is allocated, so that every pool has its last size at once. */
typedef struct sizes {
  size_t n_operations, n_qubits, n_angles, n_split, n_terms;
} sizes;

static size_t n_parameters_of(const spiqe_operation *op) {
  if (op->kind == SPIQE_DELAY) return 1;
  return op->kind == SPIQE_GATE ? spiqe_gates[op->gate].n_parameters : 0;
}

static int has_inputs(const spiqe_circuit *circuit, const spiqe_operation *op) {
  int any = 0;
  if (op->kind != SPIQE_GATE) return 0;
  for (size_t i = 0; i < n_parameters_of(op); i++)
    any |= circuit->angles[op->first_angle + i].n_terms > 0;
  return any;
}

static const spiqe_stored_angle *angle_of(const spiqe_circuit *circuit, const spiqe_operation *op,
                                          const spiqe_factor *factor) {
  return factor->parameter < 0 ? NULL : &circuit->angles[op->first_angle + factor->parameter];
}

static void count(const spiqe_circuit *circuit, const spiqe_operation *op, sizes *n) {
  const size_t n_qubits = (size_t)op->n_controls + op->n_targets;
  if (!has_inputs(circuit, op)) {
    n->n_operations++;
    n->n_qubits += n_qubits;
    n->n_angles += n_parameters_of(op);
    return;
  }
  const spiqe_gate *gate = &spiqe_gates[op->gate];
  for (size_t f = 0; f < gate->n_factors; f++) {
    const spiqe_stored_angle *angle = angle_of(circuit, op, &gate->factors[f]);
    n->n_operations++;
    n->n_qubits += n_qubits;
    n->n_angles++;
    if (!angle || !angle->n_terms) continue;
    n->n_split++;
    n->n_terms += angle->n_terms;
  }
}

static void *allocate(size_t n, size_t size) {
  return calloc(n + 1, size);
}

static spiqe_status create_pools(const spiqe_circuit *circuit, const sizes *n, spiqe_split *out) {
  spiqe_circuit *c = &out->circuit;
  *c = *circuit;
  c->operations = allocate(n->n_operations, sizeof *c->operations);
  c->qubits_used = allocate(n->n_qubits, sizeof *c->qubits_used);
  c->angles = allocate(n->n_angles, sizeof *c->angles);
  c->terms = allocate(n->n_split, sizeof *c->terms);
  c->inputs = allocate(n->n_split, sizeof *c->inputs);
  out->operation = allocate(n->n_split, sizeof *out->operation);
  out->of_inputs = allocate(n->n_split, sizeof *out->of_inputs);
  out->terms = allocate(n->n_terms, sizeof *out->terms);
  c->n_operations = c->n_qubits_used = c->n_angles = c->n_terms = c->n_inputs = 0;
  SPIQE_REQUIRE(circuit->ctx,
                c->operations && c->qubits_used && c->angles && c->terms && c->inputs &&
                    out->operation && out->of_inputs && out->terms,
                SPIQE_NO_MEMORY, "no memory for a circuit of %zu operations", n->n_operations);
  return SPIQE_OK;
}

/* An operation with the same qubits, its angles still to come. */
static spiqe_operation *push(spiqe_split *out, const spiqe_circuit *circuit,
                             const spiqe_operation *op) {
  spiqe_circuit *c = &out->circuit;
  const size_t n = (size_t)op->n_controls + op->n_targets;
  spiqe_operation *added = &c->operations[c->n_operations++];
  *added = *op;
  added->first_qubit = (uint32_t)c->n_qubits_used;
  if (op->kind == SPIQE_GATE || op->kind == SPIQE_DELAY) added->first_angle = (uint32_t)c->n_angles;
  if (n)
    memcpy(c->qubits_used + c->n_qubits_used, circuit->qubits_used + op->first_qubit,
           n * sizeof *c->qubits_used);
  c->n_qubits_used += n;
  return added;
}

/* The row with one factor, which is this product; a product of identities is a number. */
static size_t row_of(const spiqe_factor *factor) {
  const char *pauli = factor->pauli[strspn(factor->pauli, "I")] ? factor->pauli : "";
  size_t row = 0;
  while (spiqe_gates[row].n_factors != 1 || strcmp(spiqe_gates[row].factors[0].pauli, pauli)) row++;
  return row;
}

/* The new angle is scale * (the old one) + offset. */
static void add_split_angle(spiqe_split *out, const spiqe_circuit *circuit,
                            const spiqe_stored_angle *angle, double scale, double offset) {
  spiqe_circuit *c = &out->circuit;
  const uint32_t index = (uint32_t)c->n_inputs++;
  const spiqe_stored_angle *last = &out->of_inputs[index ? index - 1 : 0];
  const uint32_t first = index ? last->first_term + last->n_terms : 0;
  c->inputs[index] = circuit->inputs[circuit->terms[angle->first_term].input];
  c->angles[c->n_angles++] = (spiqe_stored_angle){0, (uint32_t)c->n_terms, 1};
  c->terms[c->n_terms++] = (spiqe_term){index, 1};
  out->operation[index] = (uint32_t)c->n_operations - 1;
  out->of_inputs[index] =
      (spiqe_stored_angle){scale * angle->constant + offset, first, angle->n_terms};
  for (uint32_t i = 0; i < angle->n_terms; i++) {
    spiqe_term term = circuit->terms[angle->first_term + i];
    out->terms[first + i] = (spiqe_term){term.input, scale * term.factor};
  }
}

static void split_gate(spiqe_split *out, const spiqe_circuit *circuit, const spiqe_operation *op) {
  const spiqe_gate *gate = &spiqe_gates[op->gate];
  for (size_t f = 0; f < gate->n_factors; f++) {
    const spiqe_factor *factor = &gate->factors[f];
    const spiqe_stored_angle *angle = angle_of(circuit, op, factor);
    spiqe_operation *added = push(out, circuit, op);
    added->gate = (uint8_t)row_of(factor);
    added->n_targets = spiqe_gates[added->gate].n_targets; /* a number leaves its target out */
    const double unit = spiqe_gates[added->gate].factors[0].scale;
    const double scale = factor->scale / unit, offset = factor->offset / unit;
    if (angle && angle->n_terms)
      add_split_angle(out, circuit, angle, scale, offset);
    else
      out->circuit.angles[out->circuit.n_angles++] =
          (spiqe_stored_angle){(angle ? scale * angle->constant : 0) + offset, 0, 0};
  }
}

static void copy_operation(spiqe_split *out, const spiqe_circuit *circuit,
                           const spiqe_operation *op) {
  push(out, circuit, op);
  for (size_t i = 0; i < n_parameters_of(op); i++)
    out->circuit.angles[out->circuit.n_angles++] =
        (spiqe_stored_angle){circuit->angles[op->first_angle + i].constant, 0, 0};
}

/* Conditions and their ends are never split: place[i] is where operation i has gone. */
static void move_jumps(spiqe_circuit *circuit, const uint32_t *place) {
  for (size_t i = 0; i < circuit->n_operations; i++) {
    spiqe_operation *op = &circuit->operations[i];
    if (op->jump != SPIQE_NO_JUMP) op->jump = place[op->jump];
  }
}

spiqe_status spiqe_split_create(const spiqe_circuit *circuit, spiqe_split *out) {
  sizes n = {0};
  memset(out, 0, sizeof *out);
  for (size_t i = 0; i < circuit->n_operations; i++) count(circuit, &circuit->operations[i], &n);
  SPIQE_REQUIRE(circuit->ctx,
                n.n_operations < UINT32_MAX && n.n_qubits < UINT32_MAX && n.n_terms < UINT32_MAX,
                SPIQE_LIMIT, "a circuit of %zu operations on %zu qubits", n.n_operations,
                n.n_qubits);
  uint32_t *place = allocate(circuit->n_operations, sizeof *place);
  SPIQE_REQUIRE(circuit->ctx, place, SPIQE_NO_MEMORY, "no memory for %zu operations",
                circuit->n_operations);
  spiqe_status status = create_pools(circuit, &n, out);
  for (size_t i = 0; i < circuit->n_operations && status == SPIQE_OK; i++) {
    const spiqe_operation *op = &circuit->operations[i];
    place[i] = (uint32_t)out->circuit.n_operations;
    if (has_inputs(circuit, op))
      split_gate(out, circuit, op);
    else
      copy_operation(out, circuit, op);
  }
  out->n_angles = out->circuit.n_inputs;
  if (status == SPIQE_OK)
    move_jumps(&out->circuit, place);
  else
    spiqe_split_clear(out);
  free(place);
  return status;
}

void spiqe_split_clear(spiqe_split *split) {
  free(split->circuit.operations);
  free(split->circuit.qubits_used);
  free(split->circuit.angles);
  free(split->circuit.terms);
  free(split->circuit.inputs);
  free(split->operation);
  free(split->of_inputs);
  free(split->terms);
  memset(split, 0, sizeof *split);
}

void spiqe_split_angles(const spiqe_split *split, const double *inputs, double *angles) {
  for (size_t i = 0; i < split->n_angles; i++) {
    const spiqe_stored_angle *angle = &split->of_inputs[i];
    angles[i] = angle->constant;
    for (uint32_t t = 0; t < angle->n_terms; t++) {
      const spiqe_term *term = &split->terms[angle->first_term + t];
      angles[i] += term->factor * inputs[term->input];
    }
  }
}

void spiqe_split_chain(const spiqe_split *split, size_t n_inputs, const double *angle_gradient,
                       double *input_gradient) {
  for (size_t i = 0; i < n_inputs; i++) input_gradient[i] = 0;
  for (size_t i = 0; i < split->n_angles; i++) {
    const spiqe_stored_angle *angle = &split->of_inputs[i];
    for (uint32_t t = 0; t < angle->n_terms; t++) {
      const spiqe_term *term = &split->terms[angle->first_term + t];
      input_gradient[term->input] += term->factor * angle_gradient[i];
    }
  }
}
