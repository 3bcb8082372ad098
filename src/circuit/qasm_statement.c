/* Statements: which one it is, and the small ones. */
#include "circuit/qasm.h"
#include "core/fail.h"

static spiqe_status reset(spiqe_qasm *in) {
  const size_t first = in->n_qubits;
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(spiqe_qasm_read_operands(in));
  SPIQE_TRY(spiqe_qasm_spend(in, in->n_qubits - first, 0));
  for (size_t i = first; i < in->n_qubits; i++) {
    SPIQE_TRY(spiqe_circuit_reset(in->circuit, in->qubits[i]));
    in->circuit->operations[in->circuit->n_operations - 1].line = in->line;
  }
  return spiqe_qasm_expect(in, SPIQE_QASM_SEMICOLON_SIGN);
}

static spiqe_status barrier(spiqe_qasm *in) {
  const spiqe_qasm_token at = in->token;
  const size_t first = in->n_qubits;
  SPIQE_TRY(spiqe_qasm_next(in));
  int is_all = spiqe_qasm_is(in, SPIQE_QASM_SEMICOLON_SIGN);
  if (is_all && in->frame) return spiqe_qasm_fail_expected(in, "a qubit");
  if (!is_all) SPIQE_TRY(spiqe_qasm_read_operands(in));
  if (!in->is_muted) {
    const size_t n = is_all ? 0 : in->n_qubits - first;
    SPIQE_TRY(spiqe_qasm_spend(in, 1, is_all ? in->circuit->n_qubits : 0));
    spiqe_status status = spiqe_circuit_barrier(in->circuit, n, n ? in->qubits + first : NULL);
    if (status != SPIQE_OK) return spiqe_qasm_place_failure(in, &at, status);
    in->circuit->operations[in->circuit->n_operations - 1].line = in->line;
  }
  return spiqe_qasm_expect(in, SPIQE_QASM_SEMICOLON_SIGN);
}

static spiqe_status push_delay(spiqe_qasm *in, const spiqe_qasm_value *time, uint32_t qubit) {
  spiqe_operation op = {.kind = SPIQE_DELAY,
                        .is_in_dt = time->is_in_dt,
                        .n_targets = 1,
                        .jump = SPIQE_NO_JUMP,
                        .line = in->line};
  const spiqe_angle angle = {.constant = time->real};
  SPIQE_TRY(spiqe_qasm_spend(in, 1, 0));
  SPIQE_TRY(spiqe_circuit_push_angle(in->circuit, &angle, &op.first_angle));
  SPIQE_TRY(spiqe_circuit_push_qubits(in->circuit, 1, &qubit, &op.first_qubit));
  return spiqe_circuit_push(in->circuit, &op);
}

static spiqe_status delay(spiqe_qasm *in) {
  spiqe_qasm_value time;
  const size_t first = in->n_qubits;
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_OPEN_INDEX_SIGN));
  SPIQE_TRY(spiqe_qasm_time(in, &time));
  SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_INDEX_SIGN));
  if (spiqe_qasm_is(in, SPIQE_QASM_SEMICOLON_SIGN)) {
    for (uint32_t q = 0; q < in->circuit->n_qubits; q++) SPIQE_TRY(push_delay(in, &time, q));
    return spiqe_qasm_next(in);
  }
  SPIQE_TRY(spiqe_qasm_read_operands(in));
  for (size_t i = first; i < in->n_qubits; i++) SPIQE_TRY(push_delay(in, &time, in->qubits[i]));
  return spiqe_qasm_expect(in, SPIQE_QASM_SEMICOLON_SIGN);
}

/* A box groups; how long it takes is for compilers. */
static spiqe_status box(spiqe_qasm *in) {
  SPIQE_TRY(spiqe_qasm_next(in));
  if (spiqe_qasm_is(in, SPIQE_QASM_OPEN_INDEX_SIGN)) {
    while (!spiqe_qasm_is(in, SPIQE_QASM_CLOSE_INDEX_SIGN)) {
      if (spiqe_qasm_is(in, SPIQE_QASM_END)) return spiqe_qasm_fail_expected(in, "']'");
      SPIQE_TRY(spiqe_qasm_next(in));
    }
    SPIQE_TRY(spiqe_qasm_next(in));
  }
  if (!spiqe_qasm_is(in, SPIQE_QASM_OPEN_BLOCK_SIGN)) return spiqe_qasm_fail_expected(in, "'{'");
  return spiqe_qasm_body(in);
}

static spiqe_status fail_word(const spiqe_qasm *in) {
  return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "'%.*s' is not read", (int)in->token.length,
                         in->token.text);
}

/* A statement that begins with a name: a call, or an assignment. */
static spiqe_status named(spiqe_qasm *in) {
  const spiqe_qasm_symbol *symbol = spiqe_qasm_find(in, in->token.name);
  if (!symbol || symbol->kind == SPIQE_QASM_GATE) return spiqe_qasm_call(in);
  if (symbol->kind == SPIQE_QASM_BITS && !in->frame) return spiqe_qasm_assign(in);
  if (symbol->kind == SPIQE_QASM_CONSTANT || symbol->kind == SPIQE_QASM_INPUT)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED,
                           "'%.*s' has a value that cannot change while the circuit runs",
                           (int)in->token.length, in->token.text);
  return spiqe_qasm_fail_expected(in, "a statement");
}

/* What may stand in a gate's body too. */
static spiqe_status unitary(spiqe_qasm *in, int *is_unitary) {
  *is_unitary = 1;
  switch (spiqe_qasm_word(in)) {
    case SPIQE_QASM_NO_WORD: return named(in);
    case SPIQE_QASM_WORD_CTRL:
    case SPIQE_QASM_WORD_NEGCTRL:
    case SPIQE_QASM_WORD_INV:
    case SPIQE_QASM_WORD_POW: return spiqe_qasm_call(in);
    case SPIQE_QASM_WORD_BARRIER: return barrier(in);
    case SPIQE_QASM_WORD_FOR: return spiqe_qasm_for(in);
    case SPIQE_QASM_WORD_PRAGMA: return spiqe_qasm_skip_line(in);
    default: *is_unitary = 0; return SPIQE_OK;
  }
}

static spiqe_status worded(spiqe_qasm *in) {
  switch (spiqe_qasm_word(in)) {
    case SPIQE_QASM_WORD_INCLUDE: return spiqe_qasm_include(in);
    case SPIQE_QASM_WORD_QREG: return spiqe_qasm_declare_old(in, 1);
    case SPIQE_QASM_WORD_CREG: return spiqe_qasm_declare_old(in, 0);
    case SPIQE_QASM_WORD_GATE: return spiqe_qasm_define_gate(in, 0);
    case SPIQE_QASM_WORD_OPAQUE: return spiqe_qasm_define_gate(in, 1);
    case SPIQE_QASM_WORD_MEASURE: return spiqe_qasm_measure(in);
    case SPIQE_QASM_WORD_RESET: return reset(in);
    case SPIQE_QASM_WORD_DELAY: return delay(in);
    case SPIQE_QASM_WORD_BOX: return box(in);
    case SPIQE_QASM_WORD_LET: return spiqe_qasm_alias(in);
    case SPIQE_QASM_WORD_IF: return spiqe_qasm_if(in);
    case SPIQE_QASM_WORD_WHILE: return spiqe_qasm_while(in);
    case SPIQE_QASM_WORD_SWITCH: return spiqe_qasm_switch(in);
    case SPIQE_QASM_WORD_CONST:
    case SPIQE_QASM_WORD_INPUT:
    case SPIQE_QASM_WORD_OUTPUT: return spiqe_qasm_declare(in);
    case SPIQE_QASM_WORD_BREAK:
    case SPIQE_QASM_WORD_CONTINUE:
    case SPIQE_QASM_WORD_END_WORD:
    case SPIQE_QASM_WORD_RETURN:
    case SPIQE_QASM_WORD_DEF:
    case SPIQE_QASM_WORD_EXTERN:
    case SPIQE_QASM_WORD_CAL:
    case SPIQE_QASM_WORD_DEFCAL:
    case SPIQE_QASM_WORD_DEFCALGRAMMAR: return fail_word(in);
    default: break;
  }
  return spiqe_qasm_is_type(in) ? spiqe_qasm_declare(in)
                                : spiqe_qasm_fail_expected(in, "a statement");
}

spiqe_status spiqe_qasm_statement(spiqe_qasm *in) {
  const spiqe_qasm_marks marks = spiqe_qasm_mark(in);
  int is_unitary;
  if (!in->frame) in->line = in->token.line;
  if (spiqe_qasm_is(in, SPIQE_QASM_AT_SIGN)) return spiqe_qasm_skip_line(in);
  if (!spiqe_qasm_is(in, SPIQE_QASM_NAME)) return spiqe_qasm_fail_expected(in, "a statement");
  SPIQE_TRY(unitary(in, &is_unitary));
  if (!is_unitary) {
    if (in->frame)
      return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "'%.*s' in a gate, where gates are expected",
                             (int)in->token.length, in->token.text);
    SPIQE_TRY(worded(in));
  }
  spiqe_qasm_fall_back(in, &marks);
  return SPIQE_OK;
}
