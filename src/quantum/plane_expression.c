#include "quantum/plane_expression.h"

static uint64_t value_of(const spiqe_plane_expression *e, const uint8_t *bytes) {
  const uint64_t value = spiqe_expression_value(e->nodes, e->n_nodes, bytes, 1);
  return e->is_truth ? value != 0 : value;
}

static void add_input(spiqe_plane_expression *e, uint32_t bit) {
  for (uint32_t k = 0; k < e->n_inputs; k++)
    if (e->inputs[k] == bit) return;
  if (e->n_inputs < SPIQE_MOST_TABLE_BITS)
    e->inputs[e->n_inputs++] = bit;
  else
    e->n_inputs = SPIQE_NO_TABLE;
}

void spiqe_plane_expression_inputs(spiqe_plane_expression *expression) {
  expression->n_inputs = 0;
  for (size_t i = 0; i < expression->n_nodes; i++) {
    const spiqe_node *node = &expression->nodes[i];
    if (node->kind != SPIQE_NODE_BITS) continue;
    for (uint32_t b = 0; b < node->width; b++) {
      add_input(expression, node->first + b);
      if (expression->n_inputs == SPIQE_NO_TABLE) return;
    }
  }
}

void spiqe_plane_expression_values(const spiqe_plane_expression *expression, uint8_t *bytes,
                                   uint64_t *out) {
  const uint32_t n = expression->n_inputs;
  for (size_t i = 0; i < (size_t)1 << n; i++) {
    for (uint32_t k = 0; k < n; k++) bytes[expression->inputs[k]] = i >> k & 1;
    out[i] = value_of(expression, bytes);
  }
  for (uint32_t k = 0; k < n; k++) bytes[expression->inputs[k]] = 0;
}

/* Bit `output` of the table's value: halve the table by each input, which chooses word by word. */
static uint64_t look_up(uint32_t n_inputs, const uint64_t *inputs, const uint64_t *values,
                        size_t output) {
  uint64_t chosen[(size_t)1 << SPIQE_MOST_TABLE_BITS];
  for (size_t i = 0; i < (size_t)1 << n_inputs; i++)
    chosen[i] = (uint64_t)0 - (values[i] >> output & 1);
  for (uint32_t k = 0; k < n_inputs; k++)
    for (size_t i = 0; i < (size_t)1 << (n_inputs - k - 1); i++)
      chosen[i] = (chosen[2 * i] & ~inputs[k]) | (chosen[2 * i + 1] & inputs[k]);
  return chosen[0];
}

static void shot_by_shot(const spiqe_plane_expression *e, const uint64_t *planes, size_t stride,
                         uint8_t *bytes, size_t n_out, uint64_t *out) {
  for (size_t o = 0; o < n_out; o++) out[o] = 0;
  for (size_t shot = 0; shot < 64; shot++) {
    for (size_t i = 0; i < e->n_nodes; i++)
      for (uint32_t b = 0; e->nodes[i].kind == SPIQE_NODE_BITS && b < e->nodes[i].width; b++) {
        const size_t bit = (size_t)e->nodes[i].first + b;
        bytes[bit] = planes[bit * stride] >> shot & 1;
      }
    const uint64_t value = value_of(e, bytes);
    for (size_t o = 0; o < n_out; o++) out[o] |= (value >> o & 1) << shot;
  }
}

void spiqe_plane_expression_word(const spiqe_plane_expression *expression, const uint64_t *values,
                                 const uint64_t *planes, size_t stride, uint8_t *bytes,
                                 size_t n_out, uint64_t *out) {
  if (expression->n_inputs == SPIQE_NO_TABLE) {
    shot_by_shot(expression, planes, stride, bytes, n_out, out);
    return;
  }
  uint64_t inputs[SPIQE_MOST_TABLE_BITS];
  for (uint32_t k = 0; k < expression->n_inputs; k++)
    inputs[k] = planes[expression->inputs[k] * stride];
  for (size_t o = 0; o < n_out; o++)
    out[o] = look_up(expression->n_inputs, inputs, values + expression->first_value, o);
}
