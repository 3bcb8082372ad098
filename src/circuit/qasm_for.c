/* for: its body is read once for each value, with the variable a constant. */
#include "circuit/qasm.h"
#include "core/fail.h"
#include "core/grow.h"

/* What a variable goes through: first, first + step, ...; or values of the stack. */
typedef struct turns {
  uint32_t name;
  uint64_t n;
  uint64_t first, step; /* as unsigned numbers, which may wrap */
  size_t first_value;
  int is_set, is_real;
} turns;

static spiqe_status read_range(spiqe_qasm *in, turns *t) {
  const spiqe_qasm_token at = in->token;
  int64_t first, last, step = 1;
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(spiqe_qasm_integer(in, &first));
  SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_COLON_SIGN));
  SPIQE_TRY(spiqe_qasm_integer(in, &last));
  if (spiqe_qasm_is(in, SPIQE_QASM_COLON_SIGN)) {
    SPIQE_TRY(spiqe_qasm_next(in));
    step = last;
    SPIQE_TRY(spiqe_qasm_integer(in, &last));
  }
  if (!step) return spiqe_qasm_fail_at(in, &at, SPIQE_BAD_FORMAT, "a range with step 0");
  t->first = (uint64_t)first;
  t->step = (uint64_t)step;
  if (step > 0 && last >= first) t->n = ((uint64_t)last - (uint64_t)first) / (uint64_t)step + 1;
  if (step < 0 && last <= first)
    t->n = ((uint64_t)first - (uint64_t)last) / (~(uint64_t)step + 1) + 1;
  return spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_INDEX_SIGN);
}

static spiqe_status read_set(spiqe_qasm *in, turns *t) {
  t->is_set = 1;
  t->first_value = in->n_values;
  do {
    spiqe_qasm_value value;
    SPIQE_TRY(spiqe_qasm_next(in));
    if (t->is_real) {
      SPIQE_TRY(spiqe_qasm_angle(in, &value));
    } else {
      int64_t integer;
      SPIQE_TRY(spiqe_qasm_integer(in, &integer));
      value = spiqe_qasm_of_integer(integer);
    }
    SPIQE_TRY(SPIQE_POOL_ROOM(in, values, 1));
    in->values[in->n_values++] = value;
  } while (spiqe_qasm_is(in, SPIQE_QASM_COMMA_SIGN));
  t->n = in->n_values - t->first_value;
  return spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_BLOCK_SIGN);
}

static spiqe_status read_turns(spiqe_qasm *in, turns *t) {
  SPIQE_TRY(spiqe_qasm_next(in));
  if (spiqe_qasm_is_type(in)) {
    spiqe_qasm_type type;
    const spiqe_qasm_token at = in->token;
    SPIQE_TRY(spiqe_qasm_read_type(in, &type));
    t->is_real = type.keyword == SPIQE_QASM_WORD_FLOAT || type.keyword == SPIQE_QASM_WORD_ANGLE;
    if (!t->is_real && type.keyword != SPIQE_QASM_WORD_INT && type.keyword != SPIQE_QASM_WORD_UINT)
      return spiqe_qasm_fail_at(in, &at, SPIQE_UNSUPPORTED,
                                "a loop over what is not a number: int, uint, float are read");
  }
  if (!spiqe_qasm_is(in, SPIQE_QASM_NAME) || spiqe_qasm_word(in))
    return spiqe_qasm_fail_expected(in, "a name");
  t->name = in->token.name;
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(spiqe_qasm_expect_word(in, SPIQE_QASM_WORD_IN));
  if (spiqe_qasm_is(in, SPIQE_QASM_OPEN_BLOCK_SIGN)) return read_set(in, t);
  if (spiqe_qasm_is(in, SPIQE_QASM_OPEN_INDEX_SIGN)) return read_range(in, t);
  return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED,
                         "a loop over '%.*s'; ranges [a:b] and sets {a, b} are read",
                         in->token.length < 60 ? (int)in->token.length : 60, in->token.text);
}

static spiqe_status turn(spiqe_qasm *in, const turns *t, uint64_t i) {
  const size_t n_symbols = in->n_symbols;
  spiqe_qasm_symbol symbol = {.kind = SPIQE_QASM_CONSTANT, .name = t->name};
  symbol.value = t->is_set ? in->values[t->first_value + i]
                           : spiqe_qasm_of_integer((int64_t)(t->first + i * t->step));
  if (t->is_real && !t->is_set)
    symbol.value = spiqe_qasm_of_real((double)(int64_t)symbol.value.integer);
  in->block++;
  SPIQE_TRY(spiqe_qasm_bind(in, &symbol, &in->token));
  SPIQE_TRY(spiqe_qasm_body(in));
  in->block--;
  spiqe_qasm_unbind(in, n_symbols);
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_for(spiqe_qasm *in) {
  turns t = {0};
  SPIQE_TRY(read_turns(in, &t));
  const spiqe_qasm_place place = in->place;
  const spiqe_qasm_token token = in->token;
  if (!t.n) return spiqe_qasm_skip_statement(in);
  if (in->is_muted) t.n = 1;
  for (uint64_t i = 0; i < t.n; i++) {
    in->place = place;
    in->token = token;
    SPIQE_TRY(turn(in, &t, i));
    if (t.n > 1) SPIQE_TRY(spiqe_qasm_spend_reread(in, (size_t)(in->place.at - token.text)));
  }
  return SPIQE_OK;
}
