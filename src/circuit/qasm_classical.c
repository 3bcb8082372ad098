/* Expressions on bits: nodes for when the circuit runs, and their types.
 *
 * bit[n] goes as uint[n]. The result of an operator is as wide as the wider operand, and signed as
 * in C: as the wider one, unsigned when both are as wide and one is. A literal takes the type of
 * the other operand and widens it when it does not fit. Comparisons compare the numbers that are
 * meant, whatever their types. */
#include <math.h>
#include <string.h>

#include "circuit/qasm.h"
#include "core/fail.h"
#include "core/grow.h"

static spiqe_status insert_node(spiqe_qasm *in, size_t at, spiqe_node node) {
  SPIQE_TRY(SPIQE_POOL_ROOM(in, nodes, 1));
  memmove(in->nodes + at + 1, in->nodes + at, (in->n_nodes - at) * sizeof *in->nodes);
  in->nodes[at] = node;
  in->n_nodes++;
  return SPIQE_OK;
}

static spiqe_status add_node(spiqe_qasm *in, spiqe_node_kind kind, size_t width, int is_signed) {
  return insert_node(in, in->n_nodes,
                     (spiqe_node){.kind = (uint8_t)kind,
                                  .width = (uint8_t)width,
                                  .is_signed = (uint8_t)is_signed});
}

/* A literal is signed where it can be, however it was come by: ~0xffffffffffffffff is 0. */
static void settle_sign(spiqe_qasm_value *value) {
  if (value->type == SPIQE_QASM_TRUTH) value->is_signed = 0;
  if (value->type == SPIQE_QASM_INTEGER && !value->width && value->integer <= INT64_MAX)
    value->is_signed = 1;
}

/* To an INTEGER or TRUTH; what has no place among bits fails. */
static spiqe_status to_integer(spiqe_qasm *in, spiqe_qasm_value *value) {
  if (value->type == SPIQE_QASM_TIME)
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "a time among classical bits");
  if (value->type != SPIQE_QASM_REAL) {
    settle_sign(value);
    return SPIQE_OK;
  }
  if (value->n) return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "an input among classical bits");
  if (!(fabs(value->real) < 9.2e18) || value->real != floor(value->real))
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "the real number %g among classical bits",
                           value->real);
  *value = spiqe_qasm_of_integer((int64_t)value->real);
  return SPIQE_OK;
}

/* Nodes of a known value, at their place on the stack; a truth value is a constant of one bit, so
 * that it can be told from a number when it is written. */
static spiqe_status place_known(spiqe_qasm *in, size_t at, const spiqe_qasm_value *value) {
  int is_truth = value->type == SPIQE_QASM_TRUTH, is_literal = is_truth || !value->width;
  SPIQE_TRY(insert_node(in, at,
                        (spiqe_node){.kind = SPIQE_NODE_CONSTANT,
                                     .width = is_truth ? 1 : 64,
                                     .is_signed = value->is_signed,
                                     .value = value->integer}));
  if (is_literal) return SPIQE_OK;
  return insert_node(in, at + 1,
                     (spiqe_node){.kind = SPIQE_NODE_CAST,
                                  .width = value->width,
                                  .is_signed = value->is_signed});
}

static spiqe_status set_runtime(spiqe_qasm *in, size_t first, size_t width, int is_signed,
                                spiqe_qasm_value *out) {
  *out = (spiqe_qasm_value){.type = SPIQE_QASM_RUNTIME,
                            .width = (uint8_t)width,
                            .is_signed = (uint8_t)is_signed,
                            .first = (uint32_t)first,
                            .n = (uint32_t)(in->n_nodes - first)};
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_make_nodes(spiqe_qasm *in, spiqe_qasm_value *value) {
  if (value->type == SPIQE_QASM_RUNTIME) return SPIQE_OK;
  size_t first = in->n_nodes;
  SPIQE_TRY(to_integer(in, value));
  SPIQE_TRY(place_known(in, first, value));
  return set_runtime(in, first, value->width ? value->width : 64, value->is_signed, value);
}

spiqe_status spiqe_qasm_push_bits(spiqe_qasm *in, uint32_t first, size_t size, int is_signed,
                                  spiqe_qasm_value *out) {
  if (size > 64)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED,
                           "%zu bits as one number; at most 64 are supported", size);
  size_t at = in->n_nodes;
  SPIQE_TRY(add_node(in, SPIQE_NODE_BITS, size, is_signed));
  in->nodes[at].first = first;
  return set_runtime(in, at, size, is_signed, out);
}

spiqe_status spiqe_qasm_cast_nodes(spiqe_qasm *in, size_t width, int is_signed, int is_truth,
                                   spiqe_qasm_value *value) {
  SPIQE_TRY(add_node(in, is_truth ? SPIQE_NODE_TRUTH : SPIQE_NODE_CAST, width, is_signed));
  return set_runtime(in, value->first, width, is_signed, value);
}

spiqe_status spiqe_qasm_unary_nodes(spiqe_qasm *in, spiqe_node_kind kind, spiqe_qasm_value *value) {
  int is_truth = kind == SPIQE_NODE_NOT;
  size_t width = is_truth ? 1 : value->width;
  int is_signed = is_truth ? 0 : value->is_signed;
  SPIQE_TRY(add_node(in, kind, width, is_signed));
  return set_runtime(in, value->first, width, is_signed, value);
}

/* How a comparison takes its operands: numbers on the stack are 64 bits wide. */
static int signs_of(const spiqe_qasm_value *left, const spiqe_qasm_value *right) {
  return (left->is_signed ? SPIQE_LEFT_SIGNED : 0) | (right->is_signed ? SPIQE_RIGHT_SIGNED : 0);
}

static void result_type(spiqe_node_kind kind, const spiqe_qasm_value *left,
                        const spiqe_qasm_value *right, size_t *width, int *is_signed) {
  if (kind == SPIQE_NODE_SHIFT_LEFT || kind == SPIQE_NODE_SHIFT_RIGHT) {
    *width = left->width ? left->width : 64;
    *is_signed = left->is_signed;
  } else if (kind >= SPIQE_NODE_EQUAL) {
    *width = 1;
    *is_signed = kind < SPIQE_NODE_AND ? signs_of(left, right) : 0;
  } else {
    spiqe_qasm_join(left, right, width, is_signed);
  }
}

spiqe_status spiqe_qasm_binary_nodes(spiqe_qasm *in, spiqe_node_kind kind, spiqe_qasm_value *left,
                                     spiqe_qasm_value *right) {
  int left_known = left->type != SPIQE_QASM_RUNTIME;
  int right_known = right->type != SPIQE_QASM_RUNTIME;
  if (left_known) SPIQE_TRY(to_integer(in, left));
  if (right_known) SPIQE_TRY(to_integer(in, right));
  size_t first = left_known ? right->first : left->first, width;
  int is_signed;
  if (left_known) SPIQE_TRY(place_known(in, first, left));
  if (right_known) SPIQE_TRY(place_known(in, in->n_nodes, right));
  result_type(kind, left, right, &width, &is_signed);
  SPIQE_TRY(add_node(in, kind, width, is_signed));
  return set_runtime(in, first, kind >= SPIQE_NODE_EQUAL ? 1 : width,
                     kind >= SPIQE_NODE_EQUAL ? 0 : is_signed, left);
}
