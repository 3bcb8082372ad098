#include "circuit/expression.h"

static const struct {
  size_t operands;
  const char *text;
} kinds[] = {
#define KIND(name, operands, text) {operands, text},
    SPIQE_NODE_LIST(KIND)
#undef KIND
};

size_t spiqe_node_operands(spiqe_node_kind kind) {
  return kinds[kind].operands;
}

const char *spiqe_node_text(spiqe_node_kind kind) {
  return kinds[kind].text;
}

size_t spiqe_expression_depth(const spiqe_node *nodes, size_t n) {
  size_t depth = 0, deepest = 0;
  for (size_t i = 0; i < n; i++) {
    size_t operands = kinds[nodes[i].kind].operands;
    if (depth < operands) return 0;
    depth += 1 - operands;
    if (depth > deepest) deepest = depth;
  }
  return depth == 1 ? deepest : 0;
}

static uint64_t cut(const spiqe_node *node, uint64_t value) {
  if (node->width >= 64) return value;
  value &= ((uint64_t)1 << node->width) - 1;
  if (node->is_signed && value >> (node->width - 1)) value |= ~(uint64_t)0 << node->width;
  return value;
}

static uint64_t read_bits(const spiqe_node *node, const uint8_t *bits, size_t stride) {
  uint64_t value = 0;
  for (size_t i = 0; i < node->width; i++) value |= (uint64_t)bits[(node->first + i) * stride] << i;
  return value;
}

static uint64_t unary(const spiqe_node *node, uint64_t a) {
  switch (node->kind) {
    case SPIQE_NODE_TRUTH: return a != 0;
    case SPIQE_NODE_NOT: return !a;
    case SPIQE_NODE_INVERT: return ~a;
    case SPIQE_NODE_NEGATE: return ~a + 1;
    default: return a;
  }
}

/* Division towards zero; by zero it gives 0, and so does what does not fit. */
static uint64_t divide(const spiqe_node *node, uint64_t a, uint64_t b) {
  int remainder = node->kind == SPIQE_NODE_REMAINDER;
  a = cut(node, a); /* of mixed signs both are taken for what the result is */
  b = cut(node, b);
  if (!b) return 0;
  if (!node->is_signed) return remainder ? a % b : a / b;
  if (b == ~(uint64_t)0) return remainder ? 0 : ~a + 1;
  return (uint64_t)(remainder ? (int64_t)a % (int64_t)b : (int64_t)a / (int64_t)b);
}

static uint64_t shift_right(const spiqe_node *node, uint64_t a, uint64_t b) {
  if (!node->is_signed) return b < 64 ? a >> b : 0;
  return (uint64_t)((int64_t)a >> (b < 64 ? b : 63));
}

static int compare(const spiqe_node *node, uint64_t a, uint64_t b) {
  const int a_negative = node->is_signed & SPIQE_LEFT_SIGNED && (int64_t)a < 0;
  const int b_negative = node->is_signed & SPIQE_RIGHT_SIGNED && (int64_t)b < 0;
  if (a_negative != b_negative) return a_negative ? -1 : 1;
  return a == b ? 0 : a < b ? -1 : 1;
}

static uint64_t binary(const spiqe_node *node, uint64_t a, uint64_t b) {
  switch (node->kind) {
    case SPIQE_NODE_ADD: return a + b;
    case SPIQE_NODE_SUBTRACT: return a - b;
    case SPIQE_NODE_MULTIPLY: return a * b;
    case SPIQE_NODE_DIVIDE:
    case SPIQE_NODE_REMAINDER: return divide(node, a, b);
    case SPIQE_NODE_SHIFT_LEFT: return b < 64 ? a << b : 0;
    case SPIQE_NODE_SHIFT_RIGHT: return shift_right(node, a, b);
    case SPIQE_NODE_BIT_AND: return a & b;
    case SPIQE_NODE_BIT_OR: return a | b;
    case SPIQE_NODE_BIT_XOR: return a ^ b;
    case SPIQE_NODE_EQUAL: return compare(node, a, b) == 0;
    case SPIQE_NODE_DIFFERENT: return compare(node, a, b) != 0;
    case SPIQE_NODE_LESS: return compare(node, a, b) < 0;
    case SPIQE_NODE_LESS_EQUAL: return compare(node, a, b) <= 0;
    case SPIQE_NODE_GREATER: return compare(node, a, b) > 0;
    case SPIQE_NODE_GREATER_EQUAL: return compare(node, a, b) >= 0;
    case SPIQE_NODE_AND: return a && b;
    default: return a || b;
  }
}

/* Comparisons and logic give one bit, whatever the width of their operands. */
static int gives_truth(const spiqe_node *node) {
  return node->kind == SPIQE_NODE_TRUTH || node->kind == SPIQE_NODE_NOT ||
         node->kind >= SPIQE_NODE_EQUAL;
}

uint64_t spiqe_expression_value(const spiqe_node *nodes, size_t n, const uint8_t *bits,
                                size_t stride) {
  uint64_t stack[SPIQE_MOST_STACK];
  size_t depth = 0;
  for (size_t i = 0; i < n; i++) {
    const spiqe_node *node = &nodes[i];
    uint64_t value;
    if (node->kind == SPIQE_NODE_CONSTANT) {
      value = node->value;
    } else if (node->kind == SPIQE_NODE_BITS) {
      value = read_bits(node, bits, stride);
    } else if (kinds[node->kind].operands == 1) {
      value = unary(node, stack[--depth]);
    } else {
      depth -= 2;
      value = binary(node, stack[depth], stack[depth + 1]);
    }
    stack[depth++] = gives_truth(node) ? value : cut(node, value);
  }
  return stack[0];
}
