/* Types and casts. */
#include <math.h>

#include "circuit/qasm.h"
#include "core/fail.h"

#define WIDTH_OF_INT 64 /* int without a size */

int spiqe_qasm_is_type(const spiqe_qasm *in) {
  spiqe_qasm_keyword word = spiqe_qasm_word(in);
  return (word >= SPIQE_QASM_WORD_QUBIT && word <= SPIQE_QASM_WORD_STRETCH) ||
         word == SPIQE_QASM_WORD_ARRAY || word == SPIQE_QASM_WORD_COMPLEX;
}

spiqe_status spiqe_qasm_read_size(spiqe_qasm *in, size_t *size) {
  const spiqe_qasm_token at = in->token;
  int64_t n;
  SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_OPEN_INDEX_SIGN));
  SPIQE_TRY(spiqe_qasm_integer(in, &n));
  if (n < 1) return spiqe_qasm_fail_at(in, &at, SPIQE_BAD_FORMAT, "a size of %lld", (long long)n);
  *size = (size_t)n;
  return spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_INDEX_SIGN);
}

spiqe_status spiqe_qasm_read_type(spiqe_qasm *in, spiqe_qasm_type *out) {
  const spiqe_qasm_token at = in->token;
  *out = (spiqe_qasm_type){.keyword = (uint8_t)spiqe_qasm_word(in), .size = 1};
  if (!spiqe_qasm_is_type(in)) return spiqe_qasm_fail_expected(in, "a type");
  if (out->keyword == SPIQE_QASM_WORD_ARRAY || out->keyword == SPIQE_QASM_WORD_COMPLEX)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "'%.*s' is not read", (int)in->token.length,
                           in->token.text);
  SPIQE_TRY(spiqe_qasm_next(in));
  int is_number = out->keyword == SPIQE_QASM_WORD_INT || out->keyword == SPIQE_QASM_WORD_UINT;
  if (is_number) out->size = WIDTH_OF_INT;
  if (!spiqe_qasm_is(in, SPIQE_QASM_OPEN_INDEX_SIGN)) return SPIQE_OK;
  if (out->keyword == SPIQE_QASM_WORD_BOOL || out->keyword >= SPIQE_QASM_WORD_DURATION)
    return spiqe_qasm_fail_at(in, &at, SPIQE_BAD_FORMAT, "'%.*s' has no size", (int)at.length,
                              at.text);
  out->has_size = 1;
  SPIQE_TRY(spiqe_qasm_read_size(in, &out->size));
  if (is_number && out->size > 64)
    return spiqe_qasm_fail_at(in, &at, SPIQE_UNSUPPORTED,
                              "a number of %zu bits; at most 64 are supported", out->size);
  return SPIQE_OK;
}

static spiqe_status convert_known(spiqe_qasm *in, const spiqe_qasm_type *type,
                                  spiqe_qasm_value *value) {
  int is_duration = type->keyword == SPIQE_QASM_WORD_DURATION;
  if (is_duration != (value->type == SPIQE_QASM_TIME))
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "a time and a number do not go together");
  if (is_duration) return SPIQE_OK;
  if (type->keyword == SPIQE_QASM_WORD_FLOAT || type->keyword == SPIQE_QASM_WORD_ANGLE) {
    if (value->type != SPIQE_QASM_REAL) *value = spiqe_qasm_of_real(spiqe_qasm_real(value));
    return SPIQE_OK;
  }
  if (value->type == SPIQE_QASM_REAL && value->n)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "an input as bits");
  if (type->keyword == SPIQE_QASM_WORD_BOOL) {
    *value = spiqe_qasm_of_truth(spiqe_qasm_is_true(value));
    return SPIQE_OK;
  }
  double real = spiqe_qasm_real(value);
  if (value->type == SPIQE_QASM_REAL) {
    if (!(fabs(real) < 9.2e18))
      return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "%g as an integer", real);
    value->integer = (uint64_t)(int64_t)real; /* towards zero, as in C */
  }
  if (type->size > 64)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "%zu bits as one number", type->size);
  int is_int = type->keyword == SPIQE_QASM_WORD_INT;
  int is_literal = !type->has_size && type->keyword != SPIQE_QASM_WORD_BIT;
  *value = (spiqe_qasm_value){.type = SPIQE_QASM_INTEGER,
                              .width = is_literal ? 0 : (uint8_t)type->size,
                              .is_signed =
                                  (uint8_t)(is_int || (is_literal && value->integer <= INT64_MAX)),
                              .integer = value->integer};
  spiqe_qasm_cut(value);
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_convert(spiqe_qasm *in, const spiqe_qasm_type *type,
                                spiqe_qasm_value *value) {
  if (value->type != SPIQE_QASM_RUNTIME) return convert_known(in, type, value);
  switch (type->keyword) {
    case SPIQE_QASM_WORD_BOOL: return spiqe_qasm_cast_nodes(in, 1, 0, 1, value);
    case SPIQE_QASM_WORD_INT: return spiqe_qasm_cast_nodes(in, type->size, 1, 0, value);
    case SPIQE_QASM_WORD_BIT:
    case SPIQE_QASM_WORD_UINT: break;
    default:
      return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED,
                             "a real number from bits, which are known only when the circuit runs");
  }
  if (type->size > 64)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "%zu bits as one number", type->size);
  return spiqe_qasm_cast_nodes(in, type->size, 0, 0, value);
}
