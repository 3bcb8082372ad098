/* Classical expressions, worked off from the root down with 128-bit numbers, which hold every
 * result before it is cut to its width. */
#include "slow_twin/twin.h"
#include "support/cmocka_all.h"

typedef __int128 wide;

/* What the lowest `width` bits of a number stand for. */
static wide in_width(wide value, size_t width, int is_signed) {
  wide size = (wide)1 << width, rest = value & (size - 1);
  return is_signed && rest >= size / 2 ? rest - size : rest;
}

/* Division towards zero. Undefined in OpenQASM by 0; here it gives 0. */
static wide divide(const spiqe_node *node, wide a, wide b) {
  if (b == 0) return 0;
  return node->kind == SPIQE_NODE_DIVIDE ? a / b : a % b;
}

static wide shift(const spiqe_node *node, wide a, wide by) {
  if (node->kind == SPIQE_NODE_SHIFT_LEFT) return by < 0 || by > 63 ? 0 : (wide)((uint64_t)a) << by;
  if (by < 0 || by > 63) return a < 0 ? -1 : 0;
  return a >> by;
}

static wide binary(const spiqe_node *node, wide a, wide b) {
  switch (node->kind) {
    case SPIQE_NODE_ADD: return a + b;
    case SPIQE_NODE_SUBTRACT: return a - b;
    case SPIQE_NODE_MULTIPLY: return (wide)((unsigned __int128)a * (unsigned __int128)b);
    case SPIQE_NODE_DIVIDE:
    case SPIQE_NODE_REMAINDER: return divide(node, a, b);
    case SPIQE_NODE_SHIFT_LEFT:
    case SPIQE_NODE_SHIFT_RIGHT: return shift(node, a, b);
    case SPIQE_NODE_BIT_AND: return a & b;
    case SPIQE_NODE_BIT_OR: return a | b;
    case SPIQE_NODE_BIT_XOR: return a ^ b;
    case SPIQE_NODE_EQUAL: return a == b;
    case SPIQE_NODE_DIFFERENT: return a != b;
    case SPIQE_NODE_LESS: return a < b;
    case SPIQE_NODE_LESS_EQUAL: return a <= b;
    case SPIQE_NODE_GREATER: return a > b;
    case SPIQE_NODE_GREATER_EQUAL: return a >= b;
    case SPIQE_NODE_AND: return a != 0 && b != 0;
    case SPIQE_NODE_OR: return a != 0 || b != 0;
    default: fail_msg("the slow twin knows no node %d", node->kind);
  }
  return 0;
}

static wide unary(const spiqe_node *node, wide a) {
  switch (node->kind) {
    case SPIQE_NODE_CAST: return a;
    case SPIQE_NODE_TRUTH: return a != 0;
    case SPIQE_NODE_NOT: return a == 0;
    case SPIQE_NODE_INVERT: return -a - 1;
    case SPIQE_NODE_NEGATE: return -a;
    default: fail_msg("the slow twin knows no node %d", node->kind);
  }
  return 0;
}

static int is_truth(const spiqe_node *node) {
  switch (node->kind) {
    case SPIQE_NODE_TRUTH:
    case SPIQE_NODE_NOT:
    case SPIQE_NODE_EQUAL:
    case SPIQE_NODE_DIFFERENT:
    case SPIQE_NODE_LESS:
    case SPIQE_NODE_LESS_EQUAL:
    case SPIQE_NODE_GREATER:
    case SPIQE_NODE_GREATER_EQUAL:
    case SPIQE_NODE_AND:
    case SPIQE_NODE_OR: return 1;
    default: return 0;
  }
}

/* An operand, 64 bits, as the node above it takes it: signed or not (of comparisons each for
 * itself), of divisions as wide as the result. */
static wide operand(const spiqe_node *node, uint64_t value, int is_right) {
  const int divides = node->kind == SPIQE_NODE_DIVIDE || node->kind == SPIQE_NODE_REMAINDER;
  const int by_shift = node->kind == SPIQE_NODE_SHIFT_LEFT || node->kind == SPIQE_NODE_SHIFT_RIGHT;
  int is_signed = node->is_signed && !(by_shift && is_right);
  if (is_truth(node) && node->kind >= SPIQE_NODE_EQUAL)
    is_signed = node->is_signed & (is_right ? SPIQE_RIGHT_SIGNED : SPIQE_LEFT_SIGNED);
  return in_width((wide)value, divides ? node->width : 64, is_signed);
}

/* Value of the expression that ends at nodes[*end - 1]; *end goes to before its first node. */
static uint64_t value_at(const spiqe_node *nodes, size_t *end, uint64_t bits) {
  const spiqe_node *node = &nodes[--*end];
  wide value, a, b;
  if (node->kind == SPIQE_NODE_CONSTANT) {
    value = (wide)node->value;
  } else if (node->kind == SPIQE_NODE_BITS) {
    assert_true(node->first + node->width <= TWIN_MOST_BITS);
    value = (wide)(bits >> node->first);
  } else if (node->kind <= SPIQE_NODE_NEGATE) {
    a = (wide)value_at(nodes, end, bits);
    value = unary(node, in_width(a, 64, node->is_signed));
  } else {
    b = operand(node, value_at(nodes, end, bits), 1);
    a = operand(node, value_at(nodes, end, bits), 0);
    value = binary(node, a, b);
  }
  return is_truth(node) ? (uint64_t)value : (uint64_t)in_width(value, node->width, node->is_signed);
}

uint64_t twin_expression(const spiqe_node *nodes, size_t n_nodes, uint64_t bits) {
  size_t end = n_nodes;
  uint64_t value = value_at(nodes, &end, bits);
  assert_int_equal(end, 0);
  return value;
}
