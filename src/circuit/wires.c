#include "circuit/wires.h"

#include <stdlib.h>

#include "core/fail.h"

const uint32_t *spiqe_operation_qubits(const spiqe_circuit *circuit, const spiqe_operation *op) {
  return circuit->qubits_used ? circuit->qubits_used + op->first_qubit : NULL;
}

spiqe_status spiqe_wires_create(spiqe_wires *wires, const spiqe_circuit *circuit) {
  *wires = (spiqe_wires){.circuit = circuit};
  wires->qubits = malloc((circuit->n_registers + 1) * sizeof *wires->qubits);
  wires->bits = malloc((circuit->n_registers + 1) * sizeof *wires->bits);
  if (!wires->qubits || !wires->bits) {
    spiqe_wires_destroy(wires);
    return spiqe_fail(circuit->ctx, SPIQE_NO_MEMORY, "no memory for %zu registers",
                      circuit->n_registers);
  }
  for (size_t i = 0; i < circuit->n_registers; i++) {
    if (circuit->registers[i].kind == SPIQE_REGISTER_QUBITS)
      wires->qubits[wires->n_qubits++] = (uint32_t)i;
    else
      wires->bits[wires->n_bits++] = (uint32_t)i;
  }
  return SPIQE_OK;
}

void spiqe_wires_destroy(spiqe_wires *wires) {
  free(wires->qubits);
  free(wires->bits);
  *wires = (spiqe_wires){0};
}

/* The last of n registers that begins at `place` or before: registers lie one behind the other. */
static size_t find(const spiqe_circuit *circuit, const uint32_t *list, size_t n, uint32_t place) {
  size_t low = 0, high = n;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (circuit->registers[list[middle]].first <= place)
      low = middle;
    else
      high = middle;
  }
  return low;
}

size_t spiqe_wires_qubit(const spiqe_wires *wires, uint32_t qubit) {
  return find(wires->circuit, wires->qubits, wires->n_qubits, qubit);
}

size_t spiqe_wires_bit(const spiqe_wires *wires, uint32_t bit) {
  return find(wires->circuit, wires->bits, wires->n_bits, bit);
}

const spiqe_register *spiqe_wires_of_qubits(const spiqe_wires *wires, size_t i) {
  return &wires->circuit->registers[wires->qubits[i]];
}

const spiqe_register *spiqe_wires_of_bits(const spiqe_wires *wires, size_t i) {
  return &wires->circuit->registers[wires->bits[i]];
}
