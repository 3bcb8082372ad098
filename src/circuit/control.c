/* Conditions, loops and assignments: operations with an expression, and the jumps between them. */
#include "circuit/circuit.h"
#include "core/fail.h"
#include "core/grow.h"

static spiqe_status push_nodes(spiqe_circuit *circuit, const spiqe_node *nodes, size_t n_nodes,
                               spiqe_operation *op) {
  size_t depth = spiqe_expression_depth(nodes, n_nodes);
  SPIQE_REQUIRE(circuit->ctx, depth && depth <= SPIQE_MOST_STACK, SPIQE_LIMIT,
                "an expression nested deeper than %d", SPIQE_MOST_STACK);
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, nodes, n_nodes));
  op->first_node = (uint32_t)circuit->n_nodes;
  op->n_nodes = (uint32_t)n_nodes;
  for (size_t i = 0; i < n_nodes; i++) circuit->nodes[circuit->n_nodes++] = nodes[i];
  return SPIQE_OK;
}

static spiqe_status open_block(spiqe_circuit *circuit, const spiqe_operation *op) {
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, open, 1));
  SPIQE_TRY(spiqe_circuit_push(circuit, op));
  circuit->open[circuit->n_open++] = (uint32_t)(circuit->n_operations - 1);
  return SPIQE_OK;
}

spiqe_status spiqe_circuit_push_condition(spiqe_circuit *circuit, spiqe_operation_kind kind,
                                          const spiqe_node *nodes, size_t n_nodes, uint32_t line) {
  spiqe_operation op = {.kind = (uint8_t)kind, .jump = SPIQE_NO_JUMP, .line = line};
  SPIQE_TRY(push_nodes(circuit, nodes, n_nodes, &op));
  return open_block(circuit, &op);
}

spiqe_status spiqe_circuit_push_else(spiqe_circuit *circuit, uint32_t line) {
  uint32_t from = circuit->n_open ? circuit->open[circuit->n_open - 1] : 0;
  SPIQE_REQUIRE(circuit->ctx, circuit->n_open && circuit->operations[from].kind == SPIQE_IF,
                SPIQE_BAD_FORMAT, "else without an if");
  circuit->n_open--;
  circuit->operations[from].jump = (uint32_t)circuit->n_operations;
  return open_block(circuit,
                    &(spiqe_operation){.kind = SPIQE_ELSE, .jump = SPIQE_NO_JUMP, .line = line});
}

spiqe_status spiqe_circuit_push_end(spiqe_circuit *circuit, uint32_t line) {
  SPIQE_REQUIRE(circuit->ctx, circuit->n_open, SPIQE_BAD_FORMAT, "end without an if or while");
  uint32_t from = circuit->open[--circuit->n_open];
  circuit->operations[from].jump = (uint32_t)circuit->n_operations;
  return spiqe_circuit_push(circuit,
                            &(spiqe_operation){.kind = SPIQE_END, .jump = from, .line = line});
}

uint32_t spiqe_circuit_end_of(const spiqe_circuit *circuit, uint32_t at) {
  uint32_t jump = circuit->operations[at].jump;
  return circuit->operations[jump].kind == SPIQE_END ? jump : circuit->operations[jump].jump;
}

spiqe_status spiqe_circuit_push_assign(spiqe_circuit *circuit, uint32_t first, uint32_t n,
                                       const spiqe_node *nodes, size_t n_nodes, uint32_t line) {
  spiqe_operation op = {.kind = SPIQE_ASSIGN, .jump = SPIQE_NO_JUMP, .line = line};
  op.payload = first;
  op.n_targets = n;
  SPIQE_TRY(push_nodes(circuit, nodes, n_nodes, &op));
  return spiqe_circuit_push(circuit, &op);
}

spiqe_status spiqe_circuit_else(spiqe_circuit *circuit) {
  return spiqe_circuit_push_else(circuit, 0);
}

spiqe_status spiqe_circuit_end(spiqe_circuit *circuit) {
  return spiqe_circuit_push_end(circuit, 0);
}

spiqe_status spiqe_circuit_check_closed(const spiqe_circuit *circuit) {
  if (!circuit->n_open) return SPIQE_OK;
  const spiqe_operation *op = &circuit->operations[circuit->open[circuit->n_open - 1]];
  return spiqe_fail(circuit->ctx, SPIQE_BAD_FORMAT, "%s has no end yet",
                    spiqe_operation_name(circuit, op));
}
