/* What holds for every circuit that was read: written as OpenQASM 3, or 2 where that can say it,
 * and read again it is the same; it can be drawn, appended and, if it is made of gates, inverted.
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
#define MOST_DRAWN 100

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

static void report(const char *text, const char *what) {
  fprintf(stderr, "%s\n%s\n", text, what);
  abort();
}

/* Read what was written; *text goes. */
static spiqe_circuit *read_again(struct spiqe_context *context, const spiqe_circuit *circuit,
                                 char *text) {
  char difference[256];
  spiqe_circuit *again;
  if (spiqe_circuit_parse(context, "again", text, strlen(text), &again) != SPIQE_OK)
    report(text, context->message);
  if (!spiqe_circuit_equal(circuit, again, difference, sizeof difference)) report(text, difference);
  free(text);
  return again;
}

static void check_inverse(const spiqe_circuit *circuit) {
  spiqe_circuit *inverse, *twice;
  spiqe_status status = spiqe_circuit_inverse(circuit, &inverse);
  if (status == SPIQE_UNSUPPORTED) return;
  if (status != SPIQE_OK || spiqe_circuit_inverse(inverse, &twice) != SPIQE_OK) abort();
  if (twice->n_operations != circuit->n_operations) abort(); /* angles may be 2 pi apart */
  check_operations(inverse);
  spiqe_circuit_destroy(twice);
  spiqe_circuit_destroy(inverse);
}

static void check_drawings(const spiqe_circuit *circuit) {
  char *text, *svg;
  if (circuit->n_operations > MOST_DRAWN || circuit->n_qubits > MOST_DRAWN) return;
  if (spiqe_circuit_draw(circuit, 72, &text) != SPIQE_OK) abort();
  if (spiqe_circuit_draw_svg(circuit, &svg) != SPIQE_OK || strncmp(svg, "<svg", 4) != 0) abort();
  free(text);
  free(svg);
}

static void check_circuit(struct spiqe_context *context, const spiqe_circuit *circuit) {
  char *text;
  if (circuit->n_open) abort();
  check_operations(circuit);
  check_drawings(circuit);
  check_inverse(circuit);
  spiqe_status status = spiqe_circuit_qasm(circuit, 2, &text);
  if (status == SPIQE_OK) spiqe_circuit_destroy(read_again(context, circuit, text));
  if (status != SPIQE_OK && status != SPIQE_UNSUPPORTED) abort();
  status = spiqe_circuit_qasm(circuit, 3, &text);
  if (status == SPIQE_UNSUPPORTED) return;
  if (status != SPIQE_OK) abort();
  spiqe_circuit *again = read_again(context, circuit, text);
  if (spiqe_circuit_append(again, circuit) != SPIQE_OK) abort();
  if (again->n_operations != 2 * circuit->n_operations) abort();
  check_operations(again);
  spiqe_circuit_destroy(again);
}

#endif
