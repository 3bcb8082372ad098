/* What the reader made of a text, as one line: "rx(0.5 + 2*t) 0; cx 0 1; if [0:2 3 ==] x 1; end".
 * Bits of an expression are first:width, operators stand behind their operands. */
#ifndef TESTS_CIRCUIT_QASM_LISTING_H
#define TESTS_CIRCUIT_QASM_LISTING_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "circuit/circuit.h"
#include "core/context.h"
#include "core/text.h"

static spiqe_context context;

static inline void list_angle(spiqe_text *out, const spiqe_circuit *circuit, uint32_t index) {
  const spiqe_stored_angle *angle = &circuit->angles[index];
  if (angle->constant != 0 || !angle->n_terms) spiqe_text_add_real(out, angle->constant);
  for (uint32_t i = 0; i < angle->n_terms; i++) {
    const spiqe_term *term = &circuit->terms[angle->first_term + i];
    if (i || angle->constant != 0) spiqe_text_add(out, " + ");
    spiqe_text_add_real(out, term->factor);
    spiqe_text_add(out, "*%s", circuit->inputs[term->input]);
  }
}

static inline void list_nodes(spiqe_text *out, const spiqe_node *nodes, uint32_t n) {
  spiqe_text_add(out, " [");
  for (uint32_t i = 0; i < n; i++) {
    const spiqe_node *node = &nodes[i];
    if (i) spiqe_text_add(out, " ");
    switch (node->kind) {
      case SPIQE_NODE_CONSTANT: spiqe_text_add(out, "%lld", (long long)node->value); break;
      case SPIQE_NODE_BITS:
        spiqe_text_add(out, "%u:%u%s", node->first, node->width, node->is_signed ? "s" : "");
        break;
      case SPIQE_NODE_CAST:
        spiqe_text_add(out, "%s%u", node->is_signed ? "int" : "uint", node->width);
        break;
      case SPIQE_NODE_TRUTH: spiqe_text_add(out, "bool"); break;
      case SPIQE_NODE_NEGATE: spiqe_text_add(out, "neg"); break;
      default: spiqe_text_add(out, "%s", spiqe_node_text((spiqe_node_kind)node->kind));
    }
  }
  spiqe_text_add(out, "]");
}

static inline void list_operation(spiqe_text *out, const spiqe_circuit *circuit,
                                  const spiqe_operation *op) {
  size_t n_angles = op->kind == SPIQE_GATE    ? spiqe_gates[op->gate].n_parameters
                    : op->kind == SPIQE_DELAY ? 1
                                              : 0;
  spiqe_text_add(out, "%s", spiqe_operation_name(circuit, op));
  for (uint32_t i = 0; i < n_angles; i++) {
    spiqe_text_add(out, i ? ", " : "(");
    list_angle(out, circuit, op->first_angle + i);
  }
  if (n_angles) spiqe_text_add(out, op->is_in_dt ? " dt)" : ")");
  for (uint32_t i = 0; i < op->n_controls + op->n_targets && op->kind != SPIQE_ASSIGN; i++) {
    uint32_t qubit = circuit->qubits_used[op->first_qubit + i];
    spiqe_text_add(out, qubit & SPIQE_ON_ZERO ? " !%u" : " %u", qubit & ~SPIQE_ON_ZERO);
  }
  if (op->kind == SPIQE_MEASURE && op->payload != SPIQE_NO_BIT)
    spiqe_text_add(out, " -> %u", op->payload);
  if (op->kind == SPIQE_ASSIGN) spiqe_text_add(out, " %u:%u =", op->payload, op->n_targets);
  if (op->n_nodes) list_nodes(out, circuit->nodes + op->first_node, op->n_nodes);
}

/* Owned by the caller. */
static inline char *listing(const spiqe_circuit *circuit) {
  spiqe_text out = {0};
  spiqe_text_add(&out, "%s", "");
  for (size_t i = 0; i < circuit->n_operations; i++) {
    if (i) spiqe_text_add(&out, "; ");
    list_operation(&out, circuit, &circuit->operations[i]);
  }
  return out.data ? out.data : calloc(1, 1);
}

static inline spiqe_circuit *read_qasm(const char *text) {
  spiqe_circuit *circuit;
  context.message[0] = 0;
  if (spiqe_circuit_parse(&context, "t.qasm", text, strlen(text), &circuit) != SPIQE_OK)
    fail_msg("%s in\n%s", context.message, text);
  if (context.message[0]) fail_msg("a message of a call that did not fail: %s", context.message);
  return circuit;
}

static inline void assert_listed(const char *text, const char *expected) {
  spiqe_circuit *circuit = read_qasm(text);
  char *found = listing(circuit);
  if (strcmp(found, expected)) fail_msg("expected %s\nfound    %s\nin\n%s", expected, found, text);
  free(found);
  spiqe_circuit_destroy(circuit);
}

/* The same behind "include "stdgates.inc"; qubit[6] q; bit[4] c; input float t, u". */
static inline void assert_made(const char *statements, const char *expected) {
  char text[8192];
  snprintf(text, sizeof text,
           "include \"stdgates.inc\"; qubit[6] q; bit[4] c; input float t; input angle[32] u;\n%s",
           statements);
  assert_listed(text, expected);
}

static inline void assert_refused_whole(const char *text, size_t size, spiqe_status expected,
                                        const char *part) {
  spiqe_circuit *circuit = (spiqe_circuit *)&context;
  context.message[0] = 0;
  spiqe_status status = spiqe_circuit_parse(&context, "t.qasm", text, size, &circuit);
  if (status != expected || !strstr(context.message, part))
    fail_msg("%s: %s\nexpected %s: %s\nin\n%.300s", spiqe_status_name(status), context.message,
             spiqe_status_name(expected), part, text);
  assert_null(circuit);
}

static inline void assert_refused(const char *statements, spiqe_status expected, const char *part) {
  char text[8192];
  snprintf(text, sizeof text,
           "include \"stdgates.inc\"; qubit[6] q; bit[4] c; input float t; input angle[32] u;\n%s",
           statements);
  assert_refused_whole(text, strlen(text), expected, part);
}

#endif
