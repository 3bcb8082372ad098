/* if, while and switch: operations with an expression; what is known while the text is read is
 * decided here. */
#include <string.h>

#include "circuit/qasm.h"
#include "core/fail.h"
#include "core/grow.h"

spiqe_status spiqe_qasm_body(spiqe_qasm *in) {
  const size_t n_symbols = in->n_symbols;
  if (in->block - in->n_frames >= SPIQE_QASM_MOST_DEPTH)
    return spiqe_qasm_fail(in, SPIQE_LIMIT, "blocks nested deeper than %d", SPIQE_QASM_MOST_DEPTH);
  in->block++;
  if (spiqe_qasm_is(in, SPIQE_QASM_OPEN_BLOCK_SIGN)) {
    SPIQE_TRY(spiqe_qasm_next(in));
    while (!spiqe_qasm_is(in, SPIQE_QASM_CLOSE_BLOCK_SIGN)) {
      if (spiqe_qasm_is(in, SPIQE_QASM_END)) return spiqe_qasm_fail_expected(in, "'}'");
      SPIQE_TRY(spiqe_qasm_statement(in));
    }
    SPIQE_TRY(spiqe_qasm_next(in));
  } else {
    SPIQE_TRY(spiqe_qasm_statement(in));
  }
  in->block--;
  spiqe_qasm_unbind(in, n_symbols);
  return SPIQE_OK;
}

static spiqe_status read_condition(spiqe_qasm *in, spiqe_qasm_value *out) {
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_OPEN_SIGN));
  SPIQE_TRY(spiqe_qasm_expression(in, out));
  return spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_SIGN);
}

static spiqe_status push_condition(spiqe_qasm *in, spiqe_operation_kind kind,
                                   spiqe_qasm_value *value) {
  SPIQE_TRY(spiqe_qasm_make_nodes(in, value));
  SPIQE_TRY(spiqe_qasm_spend(in, 1, value->n));
  spiqe_status status =
      spiqe_circuit_push_condition(in->circuit, kind, in->nodes + value->first, value->n, in->line);
  return status == SPIQE_OK ? status : spiqe_qasm_place_failure(in, &in->token, status);
}

static spiqe_status push_else(spiqe_qasm *in) {
  SPIQE_TRY(spiqe_qasm_spend(in, 1, 0));
  return spiqe_circuit_push_else(in->circuit, in->line);
}

static spiqe_status push_ends(spiqe_qasm *in, size_t n) {
  SPIQE_TRY(spiqe_qasm_spend(in, n, 0));
  for (size_t i = 0; i < n; i++) SPIQE_TRY(spiqe_circuit_push_end(in->circuit, in->line));
  return SPIQE_OK;
}

/* 0: it is known that it does not. */
static int may_hold(const spiqe_qasm_value *value) {
  return value->type == SPIQE_QASM_RUNTIME || value->n || spiqe_qasm_is_true(value);
}

/* Over `else`; *more: 1 when it is `else if`, whose `if` is then the token. */
static spiqe_status is_else_if(spiqe_qasm *in, int *more) {
  SPIQE_TRY(spiqe_qasm_next(in));
  *more = spiqe_qasm_word(in) == SPIQE_QASM_WORD_IF;
  return SPIQE_OK;
}

/* A branch that is done for sure, and those behind it that are not. */
static spiqe_status only_branch(spiqe_qasm *in) {
  SPIQE_TRY(spiqe_qasm_body(in));
  if (spiqe_qasm_word(in) != SPIQE_QASM_WORD_ELSE) return SPIQE_OK;
  SPIQE_TRY(spiqe_qasm_next(in));
  return spiqe_qasm_skip_statement(in);
}

/* One `if (..) body`; *more: there is an `else if` behind it. */
static spiqe_status branch(spiqe_qasm *in, size_t *n_open, int *more) {
  spiqe_qasm_value condition;
  *more = 0;
  SPIQE_TRY(read_condition(in, &condition));
  if (condition.type == SPIQE_QASM_RUNTIME || condition.n) {
    SPIQE_TRY(push_condition(in, SPIQE_IF, &condition));
    (*n_open)++;
    SPIQE_TRY(spiqe_qasm_body(in));
    if (spiqe_qasm_word(in) != SPIQE_QASM_WORD_ELSE) return SPIQE_OK;
    SPIQE_TRY(push_else(in));
  } else {
    if (may_hold(&condition)) return only_branch(in);
    SPIQE_TRY(spiqe_qasm_skip_statement(in));
    if (spiqe_qasm_word(in) != SPIQE_QASM_WORD_ELSE) return SPIQE_OK;
  }
  SPIQE_TRY(is_else_if(in, more));
  return *more ? SPIQE_OK : spiqe_qasm_body(in);
}

spiqe_status spiqe_qasm_if(spiqe_qasm *in) {
  size_t n_open = 0;
  int more = 1;
  while (more) {
    const spiqe_qasm_marks marks = spiqe_qasm_mark(in);
    SPIQE_TRY(branch(in, &n_open, &more));
    spiqe_qasm_fall_back(in, &marks);
  }
  return push_ends(in, n_open);
}

spiqe_status spiqe_qasm_while(spiqe_qasm *in) {
  spiqe_qasm_value condition;
  SPIQE_TRY(read_condition(in, &condition));
  if (!may_hold(&condition)) return spiqe_qasm_skip_statement(in);
  SPIQE_TRY(push_condition(in, SPIQE_WHILE, &condition));
  SPIQE_TRY(spiqe_qasm_body(in));
  return push_ends(in, 1);
}

/* target == label || ..., token at the first label. */
static spiqe_status read_labels(spiqe_qasm *in, const spiqe_qasm_value *target,
                                spiqe_qasm_value *out) {
  for (int is_first = 1;; is_first = 0) {
    spiqe_qasm_value one = *target, label;
    if (target->type == SPIQE_QASM_RUNTIME) {
      SPIQE_TRY(spiqe_qasm_spend(in, 0, target->n));
      SPIQE_TRY(SPIQE_POOL_ROOM(in, nodes, target->n));
      one.first = (uint32_t)in->n_nodes;
      memcpy(in->nodes + in->n_nodes, in->nodes + target->first, target->n * sizeof *in->nodes);
      in->n_nodes += target->n;
    }
    SPIQE_TRY(spiqe_qasm_expression(in, &label));
    SPIQE_TRY(spiqe_qasm_binary(in, SPIQE_QASM_EQUAL_SIGN, &one, &label));
    if (is_first) *out = one;
    if (!is_first) SPIQE_TRY(spiqe_qasm_binary(in, SPIQE_QASM_OR_SIGN, out, &one));
    if (!spiqe_qasm_is(in, SPIQE_QASM_COMMA_SIGN)) return SPIQE_OK;
    SPIQE_TRY(spiqe_qasm_next(in));
  }
}

/* A switch is a chain of if and else. */
typedef struct chain {
  spiqe_qasm_value target;
  size_t n_open;
  int is_done;     /* a branch that is taken for sure came: those behind it never are */
  int has_default; /* which is the last */
} chain;

static spiqe_status sure_branch(spiqe_qasm *in, chain *c) {
  if (c->is_done) return spiqe_qasm_skip_statement(in);
  c->is_done = 1;
  if (c->n_open) SPIQE_TRY(push_else(in));
  return spiqe_qasm_body(in);
}

static spiqe_status read_case(spiqe_qasm *in, chain *c) {
  const spiqe_qasm_marks marks = spiqe_qasm_mark(in);
  spiqe_qasm_value condition;
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(read_labels(in, &c->target, &condition));
  if (c->is_done || !may_hold(&condition)) {
    SPIQE_TRY(spiqe_qasm_skip_statement(in));
  } else if (condition.type != SPIQE_QASM_RUNTIME) {
    SPIQE_TRY(sure_branch(in, c));
  } else {
    if (c->n_open) SPIQE_TRY(push_else(in));
    SPIQE_TRY(push_condition(in, SPIQE_IF, &condition));
    c->n_open++;
    SPIQE_TRY(spiqe_qasm_body(in));
  }
  spiqe_qasm_fall_back(in, &marks);
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_switch(spiqe_qasm *in) {
  chain c = {0};
  SPIQE_TRY(read_condition(in, &c.target));
  SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_OPEN_BLOCK_SIGN));
  while (!spiqe_qasm_is(in, SPIQE_QASM_CLOSE_BLOCK_SIGN)) {
    spiqe_qasm_keyword word = spiqe_qasm_word(in);
    if (c.has_default) return spiqe_qasm_fail_expected(in, "'}' behind default");
    if (word == SPIQE_QASM_WORD_CASE) {
      SPIQE_TRY(read_case(in, &c));
    } else if (word == SPIQE_QASM_WORD_DEFAULT) {
      c.has_default = 1;
      SPIQE_TRY(spiqe_qasm_next(in));
      SPIQE_TRY(sure_branch(in, &c));
    } else {
      return spiqe_qasm_fail_expected(in, "'case' or 'default'");
    }
  }
  SPIQE_TRY(spiqe_qasm_next(in));
  return push_ends(in, c.n_open);
}
