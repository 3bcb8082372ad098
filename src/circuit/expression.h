/* Classical expressions on the bits of a circuit: a list of nodes in postfix order, worked off with
 * a stack of 64-bit numbers. */
#ifndef SPIQE_CIRCUIT_EXPRESSION_H
#define SPIQE_CIRCUIT_EXPRESSION_H

#include <stddef.h>
#include <stdint.h>

/* X(name, operands, OpenQASM spelling). Comparisons and logic give 0 or 1. */
#define SPIQE_NODE_LIST(X)                                                                         \
  X(CONSTANT, 0, "")                                                                               \
  X(BITS, 0, "")  /* the number in bits first .. first + width - 1 */                              \
  X(CAST, 1, "")  /* cut to width, sign-extended when is_signed */                                 \
  X(TRUTH, 1, "") /* 0 stays 0, all else is 1: bool(x) */                                          \
  X(NOT, 1, "!")                                                                                   \
  X(INVERT, 1, "~")                                                                                \
  X(NEGATE, 1, "-")                                                                                \
  X(ADD, 2, "+")                                                                                   \
  X(SUBTRACT, 2, "-")                                                                              \
  X(MULTIPLY, 2, "*")                                                                              \
  X(DIVIDE, 2, "/")    /* by 0: 0 */                                                               \
  X(REMAINDER, 2, "%") /* by 0: 0 */                                                               \
  X(SHIFT_LEFT, 2, "<<")                                                                           \
  X(SHIFT_RIGHT, 2, ">>")                                                                          \
  X(BIT_AND, 2, "&")                                                                               \
  X(BIT_OR, 2, "|")                                                                                \
  X(BIT_XOR, 2, "^")                                                                               \
  X(EQUAL, 2, "==")                                                                                \
  X(DIFFERENT, 2, "!=")                                                                            \
  X(LESS, 2, "<")                                                                                  \
  X(LESS_EQUAL, 2, "<=")                                                                           \
  X(GREATER, 2, ">")                                                                               \
  X(GREATER_EQUAL, 2, ">=")                                                                        \
  X(AND, 2, "&&")                                                                                  \
  X(OR, 2, "||")

typedef enum spiqe_node_kind {
#define SPIQE_NODE_ENUM(name, operands, text) SPIQE_NODE_##name,
  SPIQE_NODE_LIST(SPIQE_NODE_ENUM)
#undef SPIQE_NODE_ENUM
      SPIQE_N_NODES
} spiqe_node_kind;

/* Of comparisons, which compare the numbers that are meant: which operands are signed. */
enum { SPIQE_LEFT_SIGNED = 1, SPIQE_RIGHT_SIGNED = 2 };

/* The value of a node is cut to `width` bits after it is made; is_signed: it is a number in two's
 * complement, and divisions and right shifts take their operands so. */
typedef struct spiqe_node {
  uint8_t kind, width, is_signed; /* width: 1 to 64; is_signed of comparisons: the flags above */
  uint32_t first;                 /* BITS */
  uint64_t value;                 /* CONSTANT */
} spiqe_node;

/* Deepest stack of an expression; who builds one keeps to it. */
#define SPIQE_MOST_STACK 64

/* Number of operands (0, 1, 2) and spelling of a kind of node. */
size_t spiqe_node_operands(spiqe_node_kind kind);
const char *spiqe_node_text(spiqe_node_kind kind);

/* Stack that an expression needs; 0 when it is not one (operands missing or left over). */
size_t spiqe_expression_depth(const spiqe_node *nodes, size_t n);

/* Value of an expression. Bit b is bits[b * stride], 0 or 1. Allocates nothing. */
uint64_t spiqe_expression_value(const spiqe_node *nodes, size_t n, const uint8_t *bits,
                                size_t stride);

#endif
