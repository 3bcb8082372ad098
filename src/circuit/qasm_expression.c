/* Expressions: numbers, angles and conditions by one grammar. */
#include <math.h>
#include <string.h>

#include "circuit/qasm.h"
#include "core/fail.h"
#include "core/grow.h"

/* ** binds its right side first, and stronger than a sign before it: -2**2 = -4. */
#define UNARY_PRECEDENCE 12

static spiqe_status climb(spiqe_qasm *in, int least, spiqe_qasm_value *out);

static spiqe_status deeper(spiqe_qasm *in) {
  if (in->depth++ < SPIQE_QASM_MOST_DEPTH) return SPIQE_OK;
  return spiqe_qasm_fail(in, SPIQE_LIMIT, "an expression nested deeper than %d",
                         SPIQE_QASM_MOST_DEPTH);
}

/* "0110": the first digit is the highest bit. */
static spiqe_status bit_string(spiqe_qasm *in, spiqe_qasm_value *out) {
  uint64_t value = 0;
  size_t n = 0;
  for (uint32_t i = 0; i < in->token.length; i++) {
    char c = in->token.text[i];
    if (c == '_') continue;
    if (c != '0' && c != '1') return spiqe_qasm_fail_expected(in, "bits, as in \"0110\"");
    value = value << 1 | (uint64_t)(c - '0');
    n++;
  }
  if (!n || n > 64)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "%zu bits in quotes; 1 to 64 are read", n);
  *out = (spiqe_qasm_value){.type = SPIQE_QASM_INTEGER, .width = (uint8_t)n, .integer = value};
  return spiqe_qasm_next(in);
}

static spiqe_status call_function(spiqe_qasm *in, size_t row, spiqe_qasm_value *out) {
  spiqe_qasm_value arguments[2];
  size_t n;
  spiqe_qasm_function(row, &n);
  SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_OPEN_SIGN));
  for (size_t i = 0; i < n; i++) {
    if (i) SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_COMMA_SIGN));
    SPIQE_TRY(spiqe_qasm_expression(in, &arguments[i]));
  }
  if (!spiqe_qasm_is(in, SPIQE_QASM_CLOSE_SIGN)) return spiqe_qasm_fail_expected(in, "')'");
  SPIQE_TRY(spiqe_qasm_apply(in, row, arguments, out));
  return spiqe_qasm_next(in);
}

static spiqe_status of_input(spiqe_qasm *in, uint32_t input, spiqe_qasm_value *out) {
  SPIQE_TRY(SPIQE_POOL_ROOM(in, terms, 1));
  *out = (spiqe_qasm_value){.type = SPIQE_QASM_REAL, .first = (uint32_t)in->n_terms, .n = 1};
  in->terms[in->n_terms++] = (spiqe_term){input, 1};
  return SPIQE_OK;
}

/* A constant with terms gets a copy of them: what follows may change it. */
static spiqe_status of_constant(spiqe_qasm *in, const spiqe_qasm_symbol *symbol,
                                spiqe_qasm_value *out) {
  *out = symbol->value;
  if (out->type != SPIQE_QASM_REAL || !out->n) return SPIQE_OK;
  int is_kept = symbol->is_kept;
  SPIQE_TRY(SPIQE_POOL_ROOM(in, terms, out->n));
  const spiqe_term *from = (is_kept ? in->kept_terms : in->terms) + out->first;
  memcpy(in->terms + in->n_terms, from, out->n * sizeof *from);
  out->first = (uint32_t)in->n_terms;
  in->n_terms += out->n;
  return SPIQE_OK;
}

static spiqe_status of_bits(spiqe_qasm *in, spiqe_qasm_value *out) {
  spiqe_qasm_operand bits;
  spiqe_register_kind kind;
  SPIQE_TRY(spiqe_qasm_read_bits(in, &bits, &kind));
  return spiqe_qasm_push_bits(in, (uint32_t)bits.first, bits.size, kind == SPIQE_REGISTER_INT, out);
}

/* No value has the name: a function of OpenQASM that is not read, or a mistake. */
static spiqe_status fail_value(const spiqe_qasm *in, unsigned kinds) {
  static const char *const unread[] = {"popcount", "rotl", "rotr", "real", "imag", "sizeof"};
  const spiqe_qasm_name *name = &in->names[in->token.name];
  for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
    if (name->length == strlen(unread[i]) && !memcmp(name->text, unread[i], name->length))
      return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "the function '%s'", unread[i]);
  return spiqe_qasm_fail_name(in, "value", kinds);
}

static spiqe_status named(spiqe_qasm *in, spiqe_qasm_value *out) {
  const spiqe_qasm_symbol *symbol = spiqe_qasm_find(in, in->token.name);
  const unsigned known = 1u << SPIQE_QASM_CONSTANT | 1u << SPIQE_QASM_INPUT |
                         1u << SPIQE_QASM_BITS | 1u << SPIQE_QASM_FUNCTION;
  if (!symbol) return fail_value(in, known);
  uint32_t first = symbol->first;
  switch (symbol->kind) {
    case SPIQE_QASM_CONSTANT: SPIQE_TRY(of_constant(in, symbol, out)); break;
    case SPIQE_QASM_INPUT: SPIQE_TRY(of_input(in, first, out)); break;
    case SPIQE_QASM_BITS: return of_bits(in, out);
    case SPIQE_QASM_FUNCTION: SPIQE_TRY(spiqe_qasm_next(in)); return call_function(in, first, out);
    case SPIQE_QASM_STRETCH:
      return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "a stretch, whose length a compiler chooses");
    default: return spiqe_qasm_fail_expected(in, "a number or classical bits");
  }
  return spiqe_qasm_next(in);
}

static spiqe_status cast(spiqe_qasm *in, spiqe_qasm_value *out) {
  spiqe_qasm_type type;
  SPIQE_TRY(spiqe_qasm_read_type(in, &type));
  SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_OPEN_SIGN));
  SPIQE_TRY(spiqe_qasm_expression(in, out));
  SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_SIGN));
  return spiqe_qasm_convert(in, &type, out);
}

static spiqe_status worded(spiqe_qasm *in, spiqe_qasm_value *out) {
  spiqe_qasm_keyword word = spiqe_qasm_word(in);
  uint32_t name;
  switch (word) {
    case SPIQE_QASM_WORD_TRUE:
    case SPIQE_QASM_WORD_FALSE:
      *out = spiqe_qasm_of_truth(word == SPIQE_QASM_WORD_TRUE);
      return spiqe_qasm_next(in);
    case SPIQE_QASM_WORD_POW: /* the modifier's name is a function's too */
      SPIQE_TRY(spiqe_qasm_intern_text(in, "pow", &name));
      SPIQE_TRY(spiqe_qasm_next(in));
      return call_function(in, spiqe_qasm_find(in, name)->first, out);
    case SPIQE_QASM_WORD_DURATIONOF:
    case SPIQE_QASM_WORD_SIZEOF:
      return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "'%.*s' is not read", (int)in->token.length,
                             in->token.text);
    default: break;
  }
  return spiqe_qasm_is_type(in) ? cast(in, out) : spiqe_qasm_fail_expected(in, "a value");
}

static spiqe_status primary(spiqe_qasm *in, spiqe_qasm_value *out) {
  const spiqe_qasm_token *token = &in->token;
  switch (token->kind) {
    case SPIQE_QASM_NUMBER: *out = spiqe_qasm_of_real(token->real); return spiqe_qasm_next(in);
    case SPIQE_QASM_WHOLE:
      *out = spiqe_qasm_of_integer((int64_t)token->integer);
      out->is_signed = token->integer <= INT64_MAX;
      return spiqe_qasm_next(in);
    case SPIQE_QASM_DURATION:
      *out = (spiqe_qasm_value){.type = SPIQE_QASM_TIME,
                                .is_in_dt = token->is_in_dt,
                                .real = token->real};
      return spiqe_qasm_next(in);
    case SPIQE_QASM_STRING: return bit_string(in, out);
    case SPIQE_QASM_NAME: return spiqe_qasm_word(in) ? worded(in, out) : named(in, out);
    case SPIQE_QASM_OPEN_SIGN:
      SPIQE_TRY(spiqe_qasm_next(in));
      SPIQE_TRY(spiqe_qasm_expression(in, out));
      return spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_SIGN);
    default: return spiqe_qasm_fail_expected(in, "a value");
  }
}

static spiqe_status unary(spiqe_qasm *in, spiqe_qasm_value *out) {
  spiqe_qasm_token_kind sign = (spiqe_qasm_token_kind)in->token.kind;
  if (sign != SPIQE_QASM_MINUS_SIGN && sign != SPIQE_QASM_NOT_SIGN &&
      sign != SPIQE_QASM_INVERT_SIGN && sign != SPIQE_QASM_PLUS_SIGN)
    return primary(in, out);
  SPIQE_TRY(deeper(in));
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(climb(in, UNARY_PRECEDENCE, out));
  in->depth--;
  if (out->type != SPIQE_QASM_RUNTIME) return spiqe_qasm_unary_known(in, sign, out);
  if (sign == SPIQE_QASM_PLUS_SIGN) return SPIQE_OK;
  return spiqe_qasm_unary_nodes(in,
                                sign == SPIQE_QASM_MINUS_SIGN ? SPIQE_NODE_NEGATE
                                : sign == SPIQE_QASM_NOT_SIGN ? SPIQE_NODE_NOT
                                                              : SPIQE_NODE_INVERT,
                                out);
}

spiqe_status spiqe_qasm_binary(spiqe_qasm *in, spiqe_qasm_token_kind sign, spiqe_qasm_value *left,
                               spiqe_qasm_value *right) {
  if (left->type != SPIQE_QASM_RUNTIME && right->type != SPIQE_QASM_RUNTIME)
    return spiqe_qasm_binary_known(in, sign, left, right);
  if (sign == SPIQE_QASM_POWER_SIGN)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED,
                           "a power of bits, which are known only when the circuit runs");
  return spiqe_qasm_binary_nodes(in, (spiqe_node_kind)spiqe_qasm_node_of(sign), left, right);
}

/* Operators whose precedence is `least` or more (precedence climbing, Richards 1979). */
static spiqe_status climb(spiqe_qasm *in, int least, spiqe_qasm_value *out) {
  SPIQE_TRY(unary(in, out));
  for (;;) {
    spiqe_qasm_token_kind sign = (spiqe_qasm_token_kind)in->token.kind;
    if (sign == SPIQE_QASM_BIT_XOR_SIGN && in->version == 2) sign = SPIQE_QASM_POWER_SIGN;
    int precedence = spiqe_qasm_precedence(sign), is_power = sign == SPIQE_QASM_POWER_SIGN;
    if (!precedence || precedence < least) return SPIQE_OK;
    spiqe_qasm_value right;
    if (is_power) SPIQE_TRY(deeper(in)); /* the others go as deep as there are precedences */
    SPIQE_TRY(spiqe_qasm_next(in));
    SPIQE_TRY(climb(in, is_power ? UNARY_PRECEDENCE : precedence + 1, &right));
    if (is_power) in->depth--;
    SPIQE_TRY(spiqe_qasm_binary(in, sign, out, &right));
  }
}

spiqe_status spiqe_qasm_expression(spiqe_qasm *in, spiqe_qasm_value *out) {
  SPIQE_TRY(deeper(in));
  SPIQE_TRY(climb(in, 1, out));
  in->depth--;
  return SPIQE_OK;
}

static spiqe_status require_known(const spiqe_qasm *in, const spiqe_qasm_token *at,
                                  const spiqe_qasm_value *value, const char *what) {
  if (value->type == SPIQE_QASM_RUNTIME)
    return spiqe_qasm_fail_at(in, at, SPIQE_UNSUPPORTED,
                              "%s from bits, which are known only when the circuit runs", what);
  if (value->type == SPIQE_QASM_TIME)
    return spiqe_qasm_fail_at(in, at, SPIQE_BAD_FORMAT, "expected %s, found a time", what);
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_integer(spiqe_qasm *in, int64_t *out) {
  const spiqe_qasm_token at = in->token;
  spiqe_qasm_value value;
  SPIQE_TRY(spiqe_qasm_expression(in, &value));
  SPIQE_TRY(require_known(in, &at, &value, "an integer"));
  if (value.type == SPIQE_QASM_REAL && value.n)
    return spiqe_qasm_fail_at(in, &at, SPIQE_UNSUPPORTED, "an integer from an input");
  double real = value.real;
  if (value.type == SPIQE_QASM_REAL && !(fabs(real) < 9.2e18 && real == floor(real)))
    return spiqe_qasm_fail_at(in, &at, SPIQE_BAD_FORMAT, "expected an integer, found %g", real);
  if (value.type != SPIQE_QASM_REAL && !value.is_signed && value.integer > INT64_MAX)
    return spiqe_qasm_fail_at(in, &at, SPIQE_LIMIT, "an integer of more than 63 bits");
  *out = value.type == SPIQE_QASM_REAL ? (int64_t)real : (int64_t)value.integer;
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_angle(spiqe_qasm *in, spiqe_qasm_value *out) {
  const spiqe_qasm_token at = in->token;
  SPIQE_TRY(spiqe_qasm_expression(in, out));
  SPIQE_TRY(require_known(in, &at, out, "an angle"));
  if (out->type != SPIQE_QASM_REAL) *out = spiqe_qasm_of_real(spiqe_qasm_real(out));
  if (in->is_muted) return SPIQE_OK; /* parameters have no right values yet */
  int is_finite = isfinite(out->real);
  for (uint32_t i = 0; i < out->n; i++) is_finite &= isfinite(in->terms[out->first + i].factor);
  if (!is_finite)
    return spiqe_qasm_fail_at(in, &at, SPIQE_BAD_FORMAT, "an angle that is not a finite number");
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_time(spiqe_qasm *in, spiqe_qasm_value *out) {
  const spiqe_qasm_token at = in->token;
  SPIQE_TRY(spiqe_qasm_expression(in, out));
  if (out->type != SPIQE_QASM_TIME)
    return spiqe_qasm_fail_at(in, &at, SPIQE_BAD_FORMAT, "expected a time, as in 100ns");
  if (!isfinite(out->real) || out->real < 0)
    return spiqe_qasm_fail_at(in, &at, SPIQE_BAD_FORMAT, "a time of %g %s", out->real,
                              out->is_in_dt ? "dt" : "s");
  return SPIQE_OK;
}
