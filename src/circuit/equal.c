/* Are two circuits the same, and where do they differ first? */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "circuit/circuit.h"

/* Two circuits and where the difference is told. */
typedef struct pair {
  const spiqe_circuit *a, *b;
  char *message;
  size_t message_size;
} pair;

__attribute__((format(printf, 2, 3))) static int differ(const pair *p, const char *format, ...) {
  va_list args;
  va_start(args, format);
  if (p->message && p->message_size) vsnprintf(p->message, p->message_size, format, args);
  va_end(args);
  return 0;
}

static int equal_registers(const pair *p) {
  if (p->a->n_registers != p->b->n_registers)
    return differ(p, "%zu registers, %zu in the other", p->a->n_registers, p->b->n_registers);
  for (size_t i = 0; i < p->a->n_registers; i++) {
    const spiqe_register *a = &p->a->registers[i], *b = &p->b->registers[i];
    if (a->kind != b->kind || a->size != b->size || strcmp(a->name, b->name))
      return differ(p, "register %zu is %s[%u] of kind %d, %s[%u] of kind %d in the other", i,
                    a->name, a->size, a->kind, b->name, b->size, b->kind);
  }
  return 1;
}

static int equal_inputs(const pair *p) {
  if (p->a->n_inputs != p->b->n_inputs)
    return differ(p, "%zu inputs, %zu in the other", p->a->n_inputs, p->b->n_inputs);
  for (size_t i = 0; i < p->a->n_inputs; i++)
    if (strcmp(p->a->inputs[i], p->b->inputs[i]))
      return differ(p, "input %zu is %s, %s in the other", i, p->a->inputs[i], p->b->inputs[i]);
  return 1;
}

static int equal_angles(const pair *p, size_t at, const spiqe_operation *a,
                        const spiqe_operation *b, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const spiqe_stored_angle *x = &p->a->angles[a->first_angle + i];
    const spiqe_stored_angle *y = &p->b->angles[b->first_angle + i];
    if (x->constant != y->constant)
      return differ(p, "operation %zu (%s): angle %zu is %.17g, %.17g in the other", at,
                    spiqe_operation_name(p->a, a), i, x->constant, y->constant);
    int same = x->n_terms == y->n_terms;
    for (uint32_t t = 0; same && t < x->n_terms; t++) {
      const spiqe_term *u = &p->a->terms[x->first_term + t];
      const spiqe_term *v = &p->b->terms[y->first_term + t];
      same = u->input == v->input && u->factor == v->factor;
    }
    if (!same)
      return differ(p, "operation %zu (%s): angle %zu depends on inputs in another way", at,
                    spiqe_operation_name(p->a, a), i);
  }
  return 1;
}

static int equal_qubits(const pair *p, size_t at, const spiqe_operation *a,
                        const spiqe_operation *b) {
  if (a->n_controls != b->n_controls || a->n_targets != b->n_targets)
    return differ(p, "operation %zu (%s): %u controls and %u targets, %u and %u in the other", at,
                  spiqe_operation_name(p->a, a), a->n_controls, a->n_targets, b->n_controls,
                  b->n_targets);
  if (a->kind == SPIQE_ASSIGN) return 1; /* its targets are bits, from payload on */
  for (uint32_t i = 0; i < a->n_controls + a->n_targets; i++) {
    uint32_t x = p->a->qubits_used[a->first_qubit + i], y = p->b->qubits_used[b->first_qubit + i];
    if (x != y)
      return differ(p, "operation %zu (%s): %s %u is qubit %u%s, %u%s in the other", at,
                    spiqe_operation_name(p->a, a), i < a->n_controls ? "control" : "target",
                    i < a->n_controls ? i : i - a->n_controls, x & ~SPIQE_ON_ZERO,
                    x & SPIQE_ON_ZERO ? " on 0" : "", y & ~SPIQE_ON_ZERO,
                    y & SPIQE_ON_ZERO ? " on 0" : "");
  }
  return 1;
}

static int equal_node(const spiqe_node *a, const spiqe_node *b) {
  if (a->kind != b->kind || a->width != b->width || a->is_signed != b->is_signed) return 0;
  if (a->kind == SPIQE_NODE_BITS) return a->first == b->first;
  return a->kind != SPIQE_NODE_CONSTANT || a->value == b->value;
}

static int equal_expressions(const pair *p, size_t at, const spiqe_operation *a,
                             const spiqe_operation *b) {
  int same = a->n_nodes == b->n_nodes;
  for (uint32_t i = 0; same && i < a->n_nodes; i++)
    same = equal_node(&p->a->nodes[a->first_node + i], &p->b->nodes[b->first_node + i]);
  return same ? 1
              : differ(p, "operation %zu (%s): the expressions differ", at,
                       spiqe_operation_name(p->a, a));
}

static int equal_numbers(const pair *p, size_t at, const spiqe_operation *op, size_t n,
                         size_t first_a, size_t first_b) {
  const spiqe_complex *a = p->a->numbers + first_a, *b = p->b->numbers + first_b;
  for (size_t i = 0; i < n; i++)
    if (a[i].re != b[i].re || a[i].im != b[i].im)
      return differ(p, "operation %zu (%s): number %zu is %.17g%+.17gi, %.17g%+.17gi in the other",
                    at, spiqe_operation_name(p->a, op), i, a[i].re, a[i].im, b[i].re, b[i].im);
  return 1;
}

static int equal_channels(const pair *p, size_t at, const spiqe_operation *op,
                          const spiqe_channel *a, const spiqe_channel *b) {
  if (strcmp(a->name, b->name) || a->n_kraus != b->n_kraus)
    return differ(p, "operation %zu is %s of %u operators, %s of %u in the other", at, a->name,
                  a->n_kraus, b->name, b->n_kraus);
  return equal_numbers(p, at, op, (size_t)a->n_kraus << 2 * a->n_targets, a->first, b->first);
}

/* What a kind has besides its qubits. */
static int equal_rest(const pair *p, size_t at, const spiqe_operation *a,
                      const spiqe_operation *b) {
  switch (a->kind) {
    case SPIQE_GATE: return equal_angles(p, at, a, b, spiqe_gates[a->gate].n_parameters);
    case SPIQE_DELAY: return equal_angles(p, at, a, b, 1);
    case SPIQE_MATRIX:
      return equal_numbers(p, at, a, (size_t)1 << 2 * a->n_targets, a->payload, b->payload);
    case SPIQE_CHANNEL:
      return equal_channels(p, at, a, &p->a->channels[a->payload], &p->b->channels[b->payload]);
    case SPIQE_READOUT: return equal_numbers(p, at, a, 1, a->first_angle, b->first_angle);
    case SPIQE_IF:
    case SPIQE_WHILE:
    case SPIQE_ASSIGN: return equal_expressions(p, at, a, b);
    default: return 1;
  }
}

static int equal_operations(const pair *p, size_t at) {
  const spiqe_operation *a = &p->a->operations[at], *b = &p->b->operations[at];
  if (a->kind != b->kind || a->gate != b->gate || a->is_in_dt != b->is_in_dt)
    return differ(p, "operation %zu is %s%s, %s%s in the other", at, spiqe_operation_name(p->a, a),
                  a->is_in_dt ? " in dt" : "", spiqe_operation_name(p->b, b),
                  b->is_in_dt ? " in dt" : "");
  if (!equal_qubits(p, at, a, b)) return 0;
  int has_bit = a->kind == SPIQE_MEASURE || a->kind == SPIQE_READOUT || a->kind == SPIQE_ASSIGN;
  if (has_bit && a->payload != b->payload)
    return differ(p, "operation %zu (%s): bit %d, %d in the other", at,
                  spiqe_operation_name(p->a, a), (int)a->payload, (int)b->payload);
  return equal_rest(p, at, a, b);
}

int spiqe_circuit_equal(const spiqe_circuit *a, const spiqe_circuit *b, char *message,
                        size_t message_size) {
  const pair p = {a, b, message, message_size};
  if (message && message_size) message[0] = 0;
  if (!equal_registers(&p) || !equal_inputs(&p)) return 0;
  if (a->n_operations != b->n_operations)
    return differ(&p, "%zu operations, %zu in the other", a->n_operations, b->n_operations);
  for (size_t i = 0; i < a->n_operations; i++)
    if (!equal_operations(&p, i)) return 0;
  return 1;
}
