/* What changes classical bits: measurement and assignment. */
#include "circuit/qasm.h"
#include "core/fail.h"

static spiqe_status measure(spiqe_qasm *in, const spiqe_qasm_operand *qubits,
                            const spiqe_qasm_operand *bits) {
  const uint32_t line = in->line;
  SPIQE_TRY(spiqe_qasm_spend(in, qubits->size, 0));
  for (uint32_t i = 0; i < qubits->size; i++) {
    uint32_t bit = bits ? (uint32_t)bits->first + i : SPIQE_NO_BIT;
    SPIQE_TRY(spiqe_circuit_measure(in->circuit, in->qubits[qubits->first + i], bit));
    in->circuit->operations[in->circuit->n_operations - 1].line = line;
  }
  return SPIQE_OK;
}

static spiqe_status check_sizes(const spiqe_qasm *in, const spiqe_qasm_operand *qubits,
                                const spiqe_qasm_operand *bits) {
  if (qubits->size == bits->size) return SPIQE_OK;
  return spiqe_qasm_fail(in, SPIQE_BAD_SHAPE, "%u qubits are measured into %u bits", qubits->size,
                         bits->size);
}

spiqe_status spiqe_qasm_measure_into(spiqe_qasm *in, const spiqe_qasm_operand *target) {
  spiqe_qasm_operand qubits;
  SPIQE_TRY(spiqe_qasm_expect_word(in, SPIQE_QASM_WORD_MEASURE));
  SPIQE_TRY(spiqe_qasm_read_qubits(in, &qubits));
  SPIQE_TRY(check_sizes(in, &qubits, target));
  return measure(in, &qubits, target);
}

spiqe_status spiqe_qasm_measure(spiqe_qasm *in) {
  spiqe_qasm_operand qubits, bits;
  spiqe_register_kind kind;
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(spiqe_qasm_read_qubits(in, &qubits));
  int has_bits = spiqe_qasm_is(in, SPIQE_QASM_ARROW_SIGN);
  if (has_bits) {
    SPIQE_TRY(spiqe_qasm_next(in));
    SPIQE_TRY(spiqe_qasm_read_bits(in, &bits, &kind));
    SPIQE_TRY(check_sizes(in, &qubits, &bits));
  } else if (in->version == 2) {
    return spiqe_qasm_fail_expected(in, "'->'");
  }
  SPIQE_TRY(measure(in, &qubits, has_bits ? &bits : NULL));
  return spiqe_qasm_expect(in, SPIQE_QASM_SEMICOLON_SIGN);
}

spiqe_status spiqe_qasm_store(spiqe_qasm *in, const spiqe_qasm_operand *target,
                              spiqe_register_kind kind, spiqe_qasm_value *value) {
  if (target->size > 64)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "%u bits as one number; at most 64 are supported",
                           target->size);
  if (kind == SPIQE_REGISTER_BOOL) {
    const spiqe_qasm_type type = {.keyword = SPIQE_QASM_WORD_BOOL, .size = 1};
    if (value->type != SPIQE_QASM_RUNTIME || value->width != 1)
      SPIQE_TRY(spiqe_qasm_convert(in, &type, value));
  }
  SPIQE_TRY(spiqe_qasm_make_nodes(in, value));
  SPIQE_TRY(spiqe_qasm_spend(in, 1, value->n));
  spiqe_status status =
      spiqe_circuit_push_assign(in->circuit, (uint32_t)target->first, target->size,
                                in->nodes + value->first, value->n, in->line);
  return status == SPIQE_OK ? status : spiqe_qasm_place_failure(in, &in->token, status);
}

/* a += b is a = a + b. */
static spiqe_status change(spiqe_qasm *in, const spiqe_qasm_operand *target,
                           spiqe_register_kind kind, spiqe_qasm_value *value) {
  spiqe_qasm_token_kind sign = (spiqe_qasm_token_kind)in->token.sign;
  spiqe_qasm_value right;
  SPIQE_TRY(spiqe_qasm_push_bits(in, (uint32_t)target->first, target->size,
                                 kind == SPIQE_REGISTER_INT, value));
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(spiqe_qasm_expression(in, &right));
  return spiqe_qasm_binary(in, sign, value, &right);
}

spiqe_status spiqe_qasm_assign(spiqe_qasm *in) {
  spiqe_qasm_operand target;
  spiqe_register_kind kind;
  spiqe_qasm_value value;
  SPIQE_TRY(spiqe_qasm_read_bits(in, &target, &kind));
  if (in->token.kind == SPIQE_QASM_COMPOUND) {
    SPIQE_TRY(change(in, &target, kind, &value));
  } else {
    if (spiqe_qasm_is(in, SPIQE_QASM_INVERT_SIGN))
      return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "'~='");
    if (!spiqe_qasm_is(in, SPIQE_QASM_ASSIGN_SIGN))
      return spiqe_qasm_fail_expected(in, "'=' behind classical bits");
    SPIQE_TRY(spiqe_qasm_next(in));
    if (spiqe_qasm_word(in) == SPIQE_QASM_WORD_MEASURE) {
      SPIQE_TRY(spiqe_qasm_measure_into(in, &target));
      return spiqe_qasm_expect(in, SPIQE_QASM_SEMICOLON_SIGN);
    }
    SPIQE_TRY(spiqe_qasm_expression(in, &value));
  }
  SPIQE_TRY(spiqe_qasm_store(in, &target, kind, &value));
  return spiqe_qasm_expect(in, SPIQE_QASM_SEMICOLON_SIGN);
}
