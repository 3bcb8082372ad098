/* Circuits from circuits: one behind another, and the inverse. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "circuit/wires.h"
#include "core/fail.h"
#include "core/grow.h"

/* Sizes of the pools: where the pools of what is appended begin. */
typedef struct sizes {
  uint32_t operation, qubit, angle, term, node, number, channel;
} sizes;

static sizes sizes_of(const spiqe_circuit *circuit) {
  return (sizes){.operation = (uint32_t)circuit->n_operations,
                 .qubit = (uint32_t)circuit->n_qubits_used,
                 .angle = (uint32_t)circuit->n_angles,
                 .term = (uint32_t)circuit->n_terms,
                 .node = (uint32_t)circuit->n_nodes,
                 .number = (uint32_t)circuit->n_numbers,
                 .channel = (uint32_t)circuit->n_channels};
}

static spiqe_status check_append(const spiqe_circuit *circuit, const spiqe_circuit *other) {
  spiqe_context *ctx = circuit->ctx;
  SPIQE_REQUIRE(ctx, other->n_qubits <= circuit->n_qubits && other->n_bits <= circuit->n_bits,
                SPIQE_BAD_SHAPE,
                "a circuit of %zu qubits and %zu bits cannot follow in one of %zu and %zu",
                other->n_qubits, other->n_bits, circuit->n_qubits, circuit->n_bits);
  SPIQE_REQUIRE(ctx, !other->n_open, SPIQE_BAD_SHAPE,
                "the circuit to append has an if or while without its end");
  const size_t counts[][2] = {{circuit->n_operations, other->n_operations},
                              {circuit->n_qubits_used, other->n_qubits_used},
                              {circuit->n_angles, other->n_angles},
                              {circuit->n_terms, other->n_terms},
                              {circuit->n_nodes, other->n_nodes},
                              {circuit->n_numbers, other->n_numbers}};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    SPIQE_REQUIRE(ctx, counts[i][0] + counts[i][1] < UINT32_MAX, SPIQE_LIMIT,
                  "a circuit with more than %u operations, angles or numbers", UINT32_MAX);
  return SPIQE_OK;
}

/* Room first, so that what follows cannot fail and leave half of the other behind. */
static spiqe_status make_room(spiqe_circuit *circuit, const spiqe_circuit *other) {
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, operations, other->n_operations));
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, qubits_used, other->n_qubits_used));
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, angles, other->n_angles));
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, terms, other->n_terms));
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, nodes, other->n_nodes));
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, numbers, other->n_numbers));
  return SPIQE_POOL_ROOM(circuit, channels, other->n_channels);
}

/* inputs[i]: the circuit's input that is called as input i of the other; those that it lacks are
 * added, and taken back when one cannot be. */
static spiqe_status match_inputs(spiqe_circuit *circuit, const spiqe_circuit *other,
                                 uint32_t *inputs) {
  const size_t n_before = circuit->n_inputs, n = other->n_inputs;
  for (size_t i = 0; i < n; i++) {
    uint32_t at = 0;
    while (at < circuit->n_inputs && strcmp(circuit->inputs[at], other->inputs[i])) at++;
    if (at == circuit->n_inputs) {
      spiqe_status status = spiqe_circuit_add_input(circuit, other->inputs[i], &at);
      if (status != SPIQE_OK) {
        while (circuit->n_inputs > n_before) free(circuit->inputs[--circuit->n_inputs]);
        return status;
      }
    }
    inputs[i] = at;
  }
  return SPIQE_OK;
}

static spiqe_operation moved(const sizes *at, spiqe_operation op) {
  op.first_qubit += at->qubit;
  op.first_node += at->node;
  if (op.kind == SPIQE_GATE || op.kind == SPIQE_DELAY) op.first_angle += at->angle;
  if (op.kind == SPIQE_READOUT) op.first_angle += at->number;
  if (op.kind == SPIQE_MATRIX) op.payload += at->number;
  if (op.kind == SPIQE_CHANNEL) op.payload += at->channel;
  if (op.jump != SPIQE_NO_JUMP) op.jump += at->operation;
  return op;
}

static void copy(void *to, size_t n_before, const void *from, size_t n, size_t size) {
  if (n) memcpy((char *)to + n_before * size, from, n * size);
}

/* Pool behind pool. Counts change last: circuit and other may be the same. */
static void copy_pools(spiqe_circuit *circuit, const spiqe_circuit *other, const uint32_t *inputs) {
  const sizes at = sizes_of(circuit), n = sizes_of(other);
  copy(circuit->qubits_used, at.qubit, other->qubits_used, n.qubit, sizeof(uint32_t));
  copy(circuit->nodes, at.node, other->nodes, n.node, sizeof(spiqe_node));
  copy(circuit->numbers, at.number, other->numbers, n.number, sizeof(spiqe_complex));
  for (uint32_t i = 0; i < n.operation; i++)
    circuit->operations[at.operation + i] = moved(&at, other->operations[i]);
  for (uint32_t i = 0; i < n.angle; i++) {
    circuit->angles[at.angle + i] = other->angles[i];
    circuit->angles[at.angle + i].first_term += at.term;
  }
  for (uint32_t i = 0; i < n.term; i++)
    circuit->terms[at.term + i] =
        (spiqe_term){inputs[other->terms[i].input], other->terms[i].factor};
  for (uint32_t i = 0; i < n.channel; i++) {
    circuit->channels[at.channel + i] = other->channels[i];
    circuit->channels[at.channel + i].first += at.number;
  }
  circuit->n_operations += n.operation;
  circuit->n_qubits_used += n.qubit;
  circuit->n_angles += n.angle;
  circuit->n_terms += n.term;
  circuit->n_nodes += n.node;
  circuit->n_numbers += n.number;
  circuit->n_channels += n.channel;
}

spiqe_status spiqe_circuit_append(spiqe_circuit *circuit, const spiqe_circuit *other) {
  SPIQE_TRY(check_append(circuit, other));
  SPIQE_TRY(make_room(circuit, other));
  uint32_t *inputs = malloc((other->n_inputs + 1) * sizeof *inputs);
  SPIQE_REQUIRE(circuit->ctx, inputs, SPIQE_NO_MEMORY, "no memory for %zu inputs", other->n_inputs);
  spiqe_status status = match_inputs(circuit, other, inputs);
  if (status == SPIQE_OK) copy_pools(circuit, other, inputs);
  free(inputs);
  return status;
}

spiqe_status spiqe_circuit_bind(spiqe_circuit *circuit, const double *values) {
  for (size_t i = 0; i < circuit->n_inputs; i++)
    SPIQE_REQUIRE(circuit->ctx, isfinite(values[i]), SPIQE_BAD_ARGUMENT,
                  "input '%.40s' is %g, but a finite value is expected", circuit->inputs[i],
                  values[i]);
  for (size_t i = 0; i < circuit->n_angles; i++) {
    spiqe_stored_angle *angle = &circuit->angles[i];
    angle->constant = spiqe_circuit_angle(circuit, (uint32_t)i, values);
    angle->n_terms = 0;
  }
  while (circuit->n_inputs > 0) free(circuit->inputs[--circuit->n_inputs]);
  return SPIQE_OK;
}

/* sign * angle + offset, into the pools of out. */
static spiqe_status push_changed_angle(spiqe_circuit *out, const spiqe_circuit *circuit,
                                       const spiqe_stored_angle *angle, double sign,
                                       double offset) {
  SPIQE_TRY(SPIQE_POOL_ROOM(out, angles, 1));
  SPIQE_TRY(SPIQE_POOL_ROOM(out, terms, angle->n_terms));
  out->angles[out->n_angles++] =
      (spiqe_stored_angle){sign * angle->constant + offset, (uint32_t)out->n_terms, angle->n_terms};
  for (uint32_t i = 0; i < angle->n_terms; i++) {
    spiqe_term term = circuit->terms[angle->first_term + i];
    out->terms[out->n_terms++] = (spiqe_term){term.input, sign * term.factor};
  }
  return SPIQE_OK;
}

static spiqe_status invert_gate(spiqe_circuit *out, const spiqe_circuit *circuit,
                                spiqe_operation *op) {
  const spiqe_gate_inverse *inverse = &spiqe_gates[op->gate].inverse;
  const uint32_t first = op->first_angle;
  op->gate = (uint8_t)spiqe_gate_find(inverse->name);
  op->first_angle = (uint32_t)out->n_angles;
  for (size_t i = 0; i < spiqe_gates[op->gate].n_parameters; i++)
    SPIQE_TRY(push_changed_angle(out, circuit, &circuit->angles[first + (uint32_t)inverse->from[i]],
                                 inverse->sign[i], inverse->offset[i]));
  return SPIQE_OK;
}

static spiqe_status invert_matrix(spiqe_circuit *out, const spiqe_circuit *circuit,
                                  spiqe_operation *op) {
  const size_t n = (size_t)1 << op->n_targets;
  const spiqe_complex *matrix = circuit->numbers + op->payload;
  SPIQE_TRY(SPIQE_POOL_ROOM(out, numbers, n * n));
  op->payload = (uint32_t)out->n_numbers;
  for (size_t row = 0; row < n; row++)
    for (size_t column = 0; column < n; column++) {
      spiqe_complex entry = matrix[column * n + row];
      out->numbers[out->n_numbers++] = (spiqe_complex){entry.re, -entry.im};
    }
  return SPIQE_OK;
}

static spiqe_status invert(spiqe_circuit *out, const spiqe_circuit *circuit, spiqe_operation op) {
  const size_t n_qubits = (size_t)op.n_controls + op.n_targets;
  int has_inverse = op.kind == SPIQE_GATE || op.kind == SPIQE_MATRIX || op.kind == SPIQE_BARRIER ||
                    op.kind == SPIQE_DELAY;
  SPIQE_REQUIRE(circuit->ctx, has_inverse, SPIQE_UNSUPPORTED, "%s has no inverse",
                spiqe_operation_name(circuit, &op));
  SPIQE_TRY(spiqe_circuit_push_qubits(out, n_qubits, spiqe_operation_qubits(circuit, &op),
                                      &op.first_qubit));
  if (op.kind == SPIQE_GATE) {
    SPIQE_TRY(invert_gate(out, circuit, &op));
  } else if (op.kind == SPIQE_MATRIX) {
    SPIQE_TRY(invert_matrix(out, circuit, &op));
  } else if (op.kind == SPIQE_DELAY) {
    const spiqe_stored_angle *time = &circuit->angles[op.first_angle];
    op.first_angle = (uint32_t)out->n_angles;
    SPIQE_TRY(push_changed_angle(out, circuit, time, 1, 0));
  }
  return spiqe_circuit_push(out, &op);
}

spiqe_status spiqe_circuit_inverse(const spiqe_circuit *circuit, spiqe_circuit **out) {
  spiqe_circuit *inverse;
  *out = NULL;
  SPIQE_TRY(spiqe_circuit_create(circuit->ctx, 0, 0, &inverse));
  spiqe_status status = SPIQE_OK;
  for (size_t i = 0; i < circuit->n_registers; i++) {
    const spiqe_register *r = &circuit->registers[i];
    SPIQE_TRY_GOTO(spiqe_circuit_add_register(inverse, r->kind, r->name, r->size, NULL), failed);
  }
  for (size_t i = 0; i < circuit->n_inputs; i++)
    SPIQE_TRY_GOTO(spiqe_circuit_add_input(inverse, circuit->inputs[i], NULL), failed);
  for (size_t i = circuit->n_operations; i-- > 0;)
    SPIQE_TRY_GOTO(invert(inverse, circuit, circuit->operations[i]), failed);
  *out = inverse;
  return SPIQE_OK;
failed:
  spiqe_circuit_destroy(inverse);
  return status;
}
