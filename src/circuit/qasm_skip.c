/* Passing over statements that are not done: of a branch or a loop whose condition is known. */
#include "circuit/qasm.h"
#include "core/fail.h"

/* From an opening sign to behind its closing one. */
static spiqe_status skip_pair(spiqe_qasm *in, spiqe_qasm_token_kind open,
                              spiqe_qasm_token_kind close) {
  size_t depth = 0;
  if (!spiqe_qasm_is(in, open)) return spiqe_qasm_expect(in, open);
  do {
    if (spiqe_qasm_is(in, SPIQE_QASM_END)) return spiqe_qasm_expect(in, close);
    depth += spiqe_qasm_is(in, open);
    depth -= spiqe_qasm_is(in, close);
    SPIQE_TRY(spiqe_qasm_next(in));
  } while (depth);
  return SPIQE_OK;
}

static spiqe_status skip_condition(spiqe_qasm *in) {
  SPIQE_TRY(spiqe_qasm_next(in));
  return skip_pair(in, SPIQE_QASM_OPEN_SIGN, SPIQE_QASM_CLOSE_SIGN);
}

static spiqe_status skip_block(spiqe_qasm *in) {
  return skip_pair(in, SPIQE_QASM_OPEN_BLOCK_SIGN, SPIQE_QASM_CLOSE_BLOCK_SIGN);
}

static spiqe_status skip_if(spiqe_qasm *in) {
  for (;;) {
    SPIQE_TRY(skip_condition(in));
    SPIQE_TRY(spiqe_qasm_skip_statement(in));
    if (spiqe_qasm_word(in) != SPIQE_QASM_WORD_ELSE) return SPIQE_OK;
    SPIQE_TRY(spiqe_qasm_next(in));
    if (spiqe_qasm_word(in) != SPIQE_QASM_WORD_IF) return spiqe_qasm_skip_statement(in);
  }
}

static spiqe_status skip_for(spiqe_qasm *in) {
  while (spiqe_qasm_word(in) != SPIQE_QASM_WORD_IN) {
    if (spiqe_qasm_is(in, SPIQE_QASM_END)) return spiqe_qasm_fail_expected(in, "'in'");
    SPIQE_TRY(spiqe_qasm_next(in));
  }
  SPIQE_TRY(spiqe_qasm_next(in));
  if (spiqe_qasm_is(in, SPIQE_QASM_OPEN_BLOCK_SIGN)) {
    SPIQE_TRY(skip_block(in));
  } else {
    SPIQE_TRY(skip_pair(in, SPIQE_QASM_OPEN_INDEX_SIGN, SPIQE_QASM_CLOSE_INDEX_SIGN));
  }
  return spiqe_qasm_skip_statement(in);
}

static spiqe_status skip_worded(spiqe_qasm *in) {
  switch (spiqe_qasm_word(in)) {
    case SPIQE_QASM_WORD_IF: return skip_if(in);
    case SPIQE_QASM_WORD_FOR: return skip_for(in);
    case SPIQE_QASM_WORD_WHILE: SPIQE_TRY(skip_condition(in)); return spiqe_qasm_skip_statement(in);
    case SPIQE_QASM_WORD_SWITCH: SPIQE_TRY(skip_condition(in)); return skip_block(in);
    case SPIQE_QASM_WORD_BOX:
      while (!spiqe_qasm_is(in, SPIQE_QASM_OPEN_BLOCK_SIGN)) {
        if (spiqe_qasm_is(in, SPIQE_QASM_END)) return spiqe_qasm_fail_expected(in, "'{'");
        SPIQE_TRY(spiqe_qasm_next(in));
      }
      return skip_block(in);
    default: break;
  }
  while (!spiqe_qasm_is(in, SPIQE_QASM_SEMICOLON_SIGN)) {
    if (spiqe_qasm_is(in, SPIQE_QASM_END)) return spiqe_qasm_fail_expected(in, "';'");
    SPIQE_TRY(spiqe_qasm_next(in));
  }
  return spiqe_qasm_next(in);
}

spiqe_status spiqe_qasm_skip_statement(spiqe_qasm *in) {
  if (spiqe_qasm_is(in, SPIQE_QASM_OPEN_BLOCK_SIGN)) return skip_block(in);
  if (in->depth++ >= SPIQE_QASM_MOST_DEPTH)
    return spiqe_qasm_fail(in, SPIQE_LIMIT, "statements nested deeper than %d",
                           SPIQE_QASM_MOST_DEPTH);
  SPIQE_TRY(skip_worded(in));
  in->depth--;
  return SPIQE_OK;
}
