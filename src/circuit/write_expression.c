/* Expressions as text: the postfix nodes are worked off with a stack of texts, as their values are
 * with a stack of numbers. */
#include <inttypes.h>
#include <string.h>

#include "circuit/write.h"
#include "core/fail.h"

/* How strongly an operator binds (OpenQASM 3 specification, "Order of operations"). */
enum { BIND_UNARY = 11, BIND_ATOM = 12 };

static int strength(spiqe_node_kind kind) {
  switch (kind) {
    case SPIQE_NODE_OR: return 1;
    case SPIQE_NODE_AND: return 2;
    case SPIQE_NODE_BIT_OR: return 3;
    case SPIQE_NODE_BIT_XOR: return 4;
    case SPIQE_NODE_BIT_AND: return 5;
    case SPIQE_NODE_EQUAL:
    case SPIQE_NODE_DIFFERENT: return 6;
    case SPIQE_NODE_LESS:
    case SPIQE_NODE_LESS_EQUAL:
    case SPIQE_NODE_GREATER:
    case SPIQE_NODE_GREATER_EQUAL: return 7;
    case SPIQE_NODE_SHIFT_LEFT:
    case SPIQE_NODE_SHIFT_RIGHT: return 8;
    case SPIQE_NODE_ADD:
    case SPIQE_NODE_SUBTRACT: return 9;
    case SPIQE_NODE_MULTIPLY:
    case SPIQE_NODE_DIVIDE:
    case SPIQE_NODE_REMAINDER: return 10;
    case SPIQE_NODE_NOT:
    case SPIQE_NODE_INVERT:
    case SPIQE_NODE_NEGATE: return BIND_UNARY;
    default: return BIND_ATOM;
  }
}

typedef struct piece {
  spiqe_text text; /* owned */
  int strength;
} piece;

static void put_before(spiqe_text *text, const char *words) {
  size_t n = strlen(words), size = text->size;
  spiqe_text_add_bytes(text, words, n);
  if (text->failed) return;
  memmove(text->data + n, text->data, size);
  memcpy(text->data, words, n);
}

static void enclose(piece *p, const char *before) {
  put_before(&p->text, before);
  spiqe_text_add(&p->text, ")");
  p->strength = BIND_ATOM;
}

static void write_leaf(piece *p, const spiqe_wires *wires, const spiqe_node *node) {
  p->strength = BIND_ATOM;
  if (node->kind == SPIQE_NODE_CONSTANT && node->width == 1) {
    spiqe_text_add(&p->text, node->value ? "true" : "false");
  } else if (node->kind == SPIQE_NODE_BITS) {
    spiqe_write_bits(&p->text, wires, node->first, node->width, node->is_signed);
  } else if (node->is_signed && (int64_t)node->value < 0) {
    spiqe_text_add(&p->text, "%" PRId64, (int64_t)node->value);
    p->strength = BIND_UNARY;
  } else {
    spiqe_text_add(&p->text, node->value > INT64_MAX ? "0x%" PRIx64 : "%" PRIu64, node->value);
  }
}

static void write_unary(piece *p, const spiqe_node *node) {
  if (node->kind == SPIQE_NODE_TRUTH) {
    enclose(p, "bool(");
  } else if (node->kind == SPIQE_NODE_CAST) {
    spiqe_text cast = {0};
    spiqe_text_add(&cast, "%s[%u](", node->is_signed ? "int" : "uint", node->width);
    p->text.failed |= cast.failed;
    if (!p->text.failed) enclose(p, cast.data);
    spiqe_text_destroy(&cast);
  } else {
    if (p->strength < BIND_UNARY) enclose(p, "(");
    put_before(&p->text, spiqe_node_text(node->kind));
    p->strength = BIND_UNARY;
  }
}

/* Operators of one strength go from left to right: only the right side needs parentheses then. */
static void write_binary(piece *left, piece *right, const spiqe_node *node) {
  int binds = strength(node->kind);
  if (left->strength < binds) enclose(left, "(");
  if (right->strength <= binds) enclose(right, "(");
  spiqe_text_add(&left->text, " %s ", spiqe_node_text(node->kind));
  spiqe_text_add_bytes(&left->text, right->text.data ? right->text.data : "", right->text.size);
  left->text.failed |= right->text.failed;
  left->strength = binds;
  spiqe_text_destroy(&right->text);
}

spiqe_status spiqe_write_expression(spiqe_text *text, const spiqe_wires *wires,
                                    const spiqe_node *nodes, size_t n_nodes) {
  piece stack[SPIQE_MOST_STACK];
  size_t depth = 0;
  for (size_t i = 0; i < n_nodes; i++) {
    size_t operands = spiqe_node_operands(nodes[i].kind);
    if (operands == 0) {
      stack[depth] = (piece){.strength = 0};
      write_leaf(&stack[depth++], wires, &nodes[i]);
    } else if (operands == 1) {
      write_unary(&stack[depth - 1], &nodes[i]);
    } else {
      depth--;
      write_binary(&stack[depth - 1], &stack[depth], &nodes[i]);
    }
  }
  int failed = stack[0].text.failed;
  if (!failed) spiqe_text_add_bytes(text, stack[0].text.data, stack[0].text.size);
  spiqe_text_destroy(&stack[0].text);
  SPIQE_REQUIRE(wires->circuit->ctx, !failed && !text->failed, SPIQE_NO_MEMORY,
                "no memory for an expression");
  return SPIQE_OK;
}
