/* Classical expressions for many shots at once: bit s % 64 of word s / 64 of plane b is classical
 * bit b of shot s. An expression of few bits becomes a table of its values, which is worked off for
 * 64 shots at a time; others are worked off shot by shot. */
#ifndef SPIQE_QUANTUM_PLANE_EXPRESSION_H
#define SPIQE_QUANTUM_PLANE_EXPRESSION_H

#include "circuit/expression.h"

#define SPIQE_MOST_TABLE_BITS 6
#define SPIQE_NO_TABLE (SPIQE_MOST_TABLE_BITS + 1)

typedef struct spiqe_plane_expression {
  const spiqe_node *nodes; /* borrowed, [n_nodes] */
  size_t n_nodes;
  int is_truth;      /* 1: what counts is whether the value is 0 */
  uint32_t n_inputs; /* different bits that it reads, or SPIQE_NO_TABLE */
  uint32_t inputs[SPIQE_MOST_TABLE_BITS];
  size_t first_value; /* of 2^n_inputs: input k is 1 where bit k of an index is */
} spiqe_plane_expression;

/* Set nodes, n_nodes and is_truth first. Finds the inputs. */
void spiqe_plane_expression_inputs(spiqe_plane_expression *expression);

/* The values, out: [2^n_inputs]. bytes: [n_bits] of zeros, which it has again afterwards. */
void spiqe_plane_expression_values(const spiqe_plane_expression *expression, uint8_t *bytes,
                                   uint64_t *out);

/* One word: out[i], i < n_out <= 64, has bit i of the value for each of 64 shots. planes: [n_bits]
 * at distances of stride words, the word of the first one; values: where first_value counts from;
 * bytes: scratch, [n_bits]. */
void spiqe_plane_expression_word(const spiqe_plane_expression *expression, const uint64_t *values,
                                 const uint64_t *planes, size_t stride, uint8_t *bytes,
                                 size_t n_out, uint64_t *out);

#endif
