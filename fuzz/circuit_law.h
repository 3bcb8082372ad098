/* What holds for every circuit that was read: written as OpenQASM 3 and read again it is the same.
 * Registers may have names that OpenQASM keeps for itself: such a circuit is refused, not written
 * wrongly. */
#ifndef SPIQE_FUZZ_CIRCUIT_LAW_H
#define SPIQE_FUZZ_CIRCUIT_LAW_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "circuit/qasm.h"
#include "core/context.h"

/* A loop of some bytes may make so many operations: a million of them would say nothing new. */
#define MOST_OPERATIONS 5000

static void check_operations(const spiqe_circuit *circuit) {
  for (size_t i = 0; i < circuit->n_operations; i++) {
    const spiqe_operation *op = &circuit->operations[i];
    if (op->jump != SPIQE_NO_JUMP && op->jump >= circuit->n_operations) abort();
    if (op->kind == SPIQE_ASSIGN) {
      if ((size_t)op->payload + op->n_targets > circuit->n_bits) abort();
    } else {
      for (uint32_t k = 0; k < op->n_controls + op->n_targets; k++)
        if ((circuit->qubits_used[op->first_qubit + k] & ~SPIQE_ON_ZERO) >= circuit->n_qubits)
          abort();
    }
  }
}

static void check_circuit(struct spiqe_context *context, const spiqe_circuit *circuit) {
  char *text, difference[256];
  spiqe_circuit *again;
  if (circuit->n_open) abort();
  check_operations(circuit);
  spiqe_status status = spiqe_circuit_qasm(circuit, 3, &text);
  if (status == SPIQE_UNSUPPORTED) return;
  if (status != SPIQE_OK) abort();
  status = spiqe_circuit_parse(context, "again", text, strlen(text), &again);
  int is_equal =
      status == SPIQE_OK && spiqe_circuit_equal(circuit, again, difference, sizeof difference);
  if (!is_equal) {
    fprintf(stderr, "%s\n%s\n", text, status == SPIQE_OK ? difference : context->message);
    abort();
  }
  spiqe_circuit_destroy(again);
  free(text);
}

#endif
