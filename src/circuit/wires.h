/* Which qubits an operation is on, and which register a qubit or a classical bit belongs to. */
#ifndef SPIQE_CIRCUIT_WIRES_H
#define SPIQE_CIRCUIT_WIRES_H

#include "circuit/circuit.h"

typedef struct spiqe_wires {
  const spiqe_circuit *circuit; /* borrowed */
  uint32_t *qubits, *bits;      /* owned: indices of the registers of each class, ascending first */
  size_t n_qubits, n_bits;      /* registers of each class */
} spiqe_wires;

/* Qubits of an operation, controls first; NULL when the circuit uses none at all. */
const uint32_t *spiqe_operation_qubits(const spiqe_circuit *circuit, const spiqe_operation *op);

/* Fails: SPIQE_NO_MEMORY (then nothing is left to destroy). */
spiqe_status spiqe_wires_create(spiqe_wires *wires, const spiqe_circuit *circuit);
void spiqe_wires_destroy(spiqe_wires *wires);

/* The number, within its class, of the register that holds a qubit or bit of the circuit. */
size_t spiqe_wires_qubit(const spiqe_wires *wires, uint32_t qubit);
size_t spiqe_wires_bit(const spiqe_wires *wires, uint32_t bit);

/* Register i of a class. */
const spiqe_register *spiqe_wires_of_qubits(const spiqe_wires *wires, size_t i);
const spiqe_register *spiqe_wires_of_bits(const spiqe_wires *wires, size_t i);

#endif
