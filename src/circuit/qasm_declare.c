/* Declarations: registers, variables, constants, inputs, aliases. */
#include <string.h>

#include "circuit/qasm.h"
#include "core/fail.h"
#include "core/grow.h"

/* The name of what is declared; goes on behind it. */
static spiqe_status take_name(spiqe_qasm *in, spiqe_qasm_token *name) {
  if (in->token.kind != SPIQE_QASM_NAME || spiqe_qasm_word(in))
    return spiqe_qasm_fail_expected(in, "a name");
  *name = in->token;
  return spiqe_qasm_next(in);
}

static spiqe_status only_global(const spiqe_qasm *in, const spiqe_qasm_token *at,
                                const char *what) {
  if (!in->block) return SPIQE_OK;
  return spiqe_qasm_fail_at(in, at, SPIQE_BAD_FORMAT, "%s inside of a block", what);
}

static spiqe_status declare_qubits(spiqe_qasm *in, const spiqe_qasm_token *name, size_t size,
                                   int is_single) {
  uint32_t reg;
  SPIQE_TRY(only_global(in, name, "qubits"));
  if (in->hardware)
    return spiqe_qasm_fail_at(in, name, SPIQE_UNSUPPORTED,
                              "hardware qubits and declared ones together");
  spiqe_qasm_symbol symbol = {.kind = SPIQE_QASM_QUBITS,
                              .name = name->name,
                              .first = (uint32_t)in->circuit->n_qubits,
                              .is_single = (uint8_t)is_single};
  SPIQE_TRY(spiqe_qasm_bind(in, &symbol, name));
  SPIQE_TRY(spiqe_qasm_add_register(in, SPIQE_REGISTER_QUBITS, name->name, size, &reg));
  in->symbols[in->n_symbols - 1].size = (uint32_t)size;
  return SPIQE_OK;
}

/* Bits, a number or a truth value; *out: all of its bits. */
static spiqe_status declare_bits(spiqe_qasm *in, const spiqe_qasm_token *name,
                                 spiqe_register_kind kind, size_t size, int is_single,
                                 spiqe_qasm_operand *out) {
  uint32_t reg;
  SPIQE_TRY(spiqe_qasm_add_register(in, kind, name->name, size, &reg));
  const spiqe_register *made = &in->circuit->registers[reg];
  *out = (spiqe_qasm_operand){.first = made->first,
                              .size = made->size,
                              .is_single = (uint8_t)is_single};
  spiqe_qasm_symbol symbol = {.kind = SPIQE_QASM_BITS,
                              .register_kind = (uint8_t)kind,
                              .name = name->name,
                              .first = made->first,
                              .size = made->size,
                              .is_single = (uint8_t)is_single,
                              .reg = reg};
  return spiqe_qasm_bind(in, &symbol, name);
}

spiqe_status spiqe_qasm_declare_old(spiqe_qasm *in, int is_quantum) {
  spiqe_qasm_token name;
  spiqe_qasm_operand bits;
  size_t size = 1;
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(take_name(in, &name));
  int is_single = !spiqe_qasm_is(in, SPIQE_QASM_OPEN_INDEX_SIGN);
  if (!is_single) SPIQE_TRY(spiqe_qasm_read_size(in, &size));
  if (is_quantum) {
    SPIQE_TRY(declare_qubits(in, &name, size, is_single));
  } else {
    SPIQE_TRY(declare_bits(in, &name, SPIQE_REGISTER_BITS, size, is_single, &bits));
  }
  return spiqe_qasm_expect(in, SPIQE_QASM_SEMICOLON_SIGN);
}

/* A name for a value; terms of inputs go where they stay. */
static spiqe_status declare_constant(spiqe_qasm *in, const spiqe_qasm_token *name,
                                     spiqe_qasm_value value) {
  spiqe_qasm_symbol symbol = {.kind = SPIQE_QASM_CONSTANT, .name = name->name};
  if (value.type == SPIQE_QASM_REAL && value.n) {
    SPIQE_TRY(spiqe_qasm_spend(in, 0, value.n));
    SPIQE_TRY(SPIQE_POOL_ROOM(in, kept_terms, value.n));
    memcpy(in->kept_terms + in->n_kept_terms, in->terms + value.first, value.n * sizeof *in->terms);
    value.first = (uint32_t)in->n_kept_terms;
    in->n_kept_terms += value.n;
    symbol.is_kept = 1;
  }
  symbol.value = value;
  return spiqe_qasm_bind(in, &symbol, name);
}

static spiqe_status declare_input(spiqe_qasm *in, const spiqe_qasm_type *type,
                                  const spiqe_qasm_token *name) {
  spiqe_qasm_symbol symbol = {.kind = SPIQE_QASM_INPUT, .name = name->name};
  SPIQE_TRY(only_global(in, name, "an input"));
  if (type->keyword != SPIQE_QASM_WORD_FLOAT && type->keyword != SPIQE_QASM_WORD_ANGLE)
    return spiqe_qasm_fail_at(in, name, SPIQE_UNSUPPORTED,
                              "an input that is not a float or an angle");
  SPIQE_TRY(spiqe_qasm_bind(in, &symbol, name));
  SPIQE_TRY(spiqe_qasm_add_input(in, name->name, &in->symbols[in->n_symbols - 1].first));
  return SPIQE_OK;
}

/* const, and real numbers, angles and times, which cannot change while the circuit runs. */
static spiqe_status declare_value(spiqe_qasm *in, const spiqe_qasm_type *type,
                                  const spiqe_qasm_token *name) {
  spiqe_qasm_value value;
  if (!spiqe_qasm_is(in, SPIQE_QASM_ASSIGN_SIGN))
    return spiqe_qasm_fail_expected(in, "'=' and the value, which cannot change");
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(spiqe_qasm_expression(in, &value));
  if (value.type == SPIQE_QASM_RUNTIME)
    return spiqe_qasm_fail_at(in, name, SPIQE_UNSUPPORTED,
                              "a constant from bits, which are known only when the circuit runs");
  SPIQE_TRY(spiqe_qasm_convert(in, type, &value));
  return declare_constant(in, name, value);
}

static spiqe_status declare_variable(spiqe_qasm *in, const spiqe_qasm_type *type,
                                     const spiqe_qasm_token *name) {
  static const spiqe_register_kind kinds[] = {SPIQE_REGISTER_BITS, SPIQE_REGISTER_BOOL,
                                              SPIQE_REGISTER_INT, SPIQE_REGISTER_UINT};
  const spiqe_register_kind kind = kinds[type->keyword - SPIQE_QASM_WORD_BIT];
  const int is_single = kind != SPIQE_REGISTER_BITS || !type->has_size;
  spiqe_qasm_operand bits;
  spiqe_qasm_value value;
  if (!spiqe_qasm_is(in, SPIQE_QASM_ASSIGN_SIGN))
    return declare_bits(in, name, kind, type->size, is_single, &bits);
  SPIQE_TRY(spiqe_qasm_next(in));
  if (spiqe_qasm_word(in) == SPIQE_QASM_WORD_MEASURE) {
    SPIQE_TRY(declare_bits(in, name, kind, type->size, is_single, &bits));
    return spiqe_qasm_measure_into(in, &bits);
  }
  SPIQE_TRY(spiqe_qasm_expression(in, &value)); /* the name itself is not known in it */
  SPIQE_TRY(declare_bits(in, name, kind, type->size, is_single, &bits));
  return spiqe_qasm_store(in, &bits, kind, &value);
}

/* stretch s; a compiler finds its length: it is known by name only. */
static spiqe_status declare_stretch(spiqe_qasm *in, const spiqe_qasm_token *name) {
  spiqe_qasm_symbol symbol = {.kind = SPIQE_QASM_STRETCH, .name = name->name};
  return spiqe_qasm_bind(in, &symbol, name);
}

spiqe_status spiqe_qasm_declare(spiqe_qasm *in) {
  spiqe_qasm_token name;
  spiqe_qasm_type type;
  const spiqe_qasm_keyword how = spiqe_qasm_word(in);
  if (!spiqe_qasm_is_type(in)) SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(spiqe_qasm_read_type(in, &type));
  SPIQE_TRY(take_name(in, &name));
  const int is_real = type.keyword >= SPIQE_QASM_WORD_FLOAT;
  if (how == SPIQE_QASM_WORD_INPUT) {
    SPIQE_TRY(declare_input(in, &type, &name));
  } else if (type.keyword == SPIQE_QASM_WORD_QUBIT) {
    if (how != SPIQE_QASM_WORD_QUBIT)
      return spiqe_qasm_fail_at(in, &name, SPIQE_BAD_FORMAT, "qubits are neither const nor output");
    SPIQE_TRY(declare_qubits(in, &name, type.size, !type.has_size));
  } else if (type.keyword == SPIQE_QASM_WORD_STRETCH) {
    SPIQE_TRY(declare_stretch(in, &name));
  } else if (how == SPIQE_QASM_WORD_CONST || is_real) {
    SPIQE_TRY(declare_value(in, &type, &name));
  } else {
    SPIQE_TRY(declare_variable(in, &type, &name));
  }
  return spiqe_qasm_expect(in, SPIQE_QASM_SEMICOLON_SIGN);
}

/* Parts of an alias have ++ between them, or stand as single elements in {}. */
static spiqe_status next_part(spiqe_qasm *in, int is_set, int *more) {
  *more = spiqe_qasm_is(in, is_set ? SPIQE_QASM_COMMA_SIGN : SPIQE_QASM_JOIN_SIGN);
  if (*more) return spiqe_qasm_next(in);
  return is_set ? spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_BLOCK_SIGN) : SPIQE_OK;
}

static spiqe_status alias_of_bits(spiqe_qasm *in, int is_set, spiqe_qasm_symbol *symbol) {
  spiqe_register_kind kind;
  spiqe_qasm_operand all, part;
  int more;
  SPIQE_TRY(spiqe_qasm_read_bits(in, &all, &kind));
  SPIQE_TRY(next_part(in, is_set, &more));
  symbol->is_single = all.is_single && !is_set && !more;
  while (more) {
    const spiqe_qasm_token at = in->token;
    SPIQE_TRY(spiqe_qasm_read_bits(in, &part, &kind));
    if (part.first != all.first + all.size)
      return spiqe_qasm_fail_at(in, &at, SPIQE_UNSUPPORTED,
                                "an alias of bits that do not lie one behind the other");
    all.size += part.size;
    SPIQE_TRY(next_part(in, is_set, &more));
  }
  symbol->kind = SPIQE_QASM_BITS;
  symbol->register_kind = SPIQE_REGISTER_BITS;
  symbol->first = (uint32_t)all.first;
  symbol->size = all.size;
  symbol->reg = UINT32_MAX;
  return SPIQE_OK;
}

static spiqe_status alias_of_qubits(spiqe_qasm *in, int is_set, spiqe_qasm_symbol *symbol) {
  const size_t first = in->n_qubits;
  int more = 1, n_parts = 0, is_single = 0;
  while (more) {
    spiqe_qasm_operand part;
    SPIQE_TRY(spiqe_qasm_read_qubits(in, &part));
    is_single = part.is_single && !is_set;
    n_parts++;
    SPIQE_TRY(next_part(in, is_set, &more));
  }
  const size_t n = in->n_qubits - first;
  symbol->is_single = is_single && n_parts == 1;
  symbol->kind = symbol->is_single ? SPIQE_QASM_QUBITS : SPIQE_QASM_ALIAS;
  symbol->first = symbol->is_single ? in->qubits[first] : (uint32_t)in->n_lists;
  symbol->size = (uint32_t)n;
  if (symbol->is_single) return SPIQE_OK;
  SPIQE_TRY(spiqe_qasm_spend(in, 0, n));
  SPIQE_TRY(SPIQE_POOL_ROOM(in, lists, n));
  memcpy(in->lists + in->n_lists, in->qubits + first, n * sizeof *in->lists);
  in->n_lists += n;
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_alias(spiqe_qasm *in) {
  spiqe_qasm_token name;
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(take_name(in, &name));
  SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_ASSIGN_SIGN));
  spiqe_qasm_symbol symbol = {.name = name.name};
  const int is_set = spiqe_qasm_is(in, SPIQE_QASM_OPEN_BLOCK_SIGN);
  if (is_set) SPIQE_TRY(spiqe_qasm_next(in));
  const spiqe_qasm_symbol *of =
      in->token.kind == SPIQE_QASM_NAME ? spiqe_qasm_find(in, in->token.name) : NULL;
  SPIQE_TRY(of && of->kind == SPIQE_QASM_BITS ? alias_of_bits(in, is_set, &symbol)
                                              : alias_of_qubits(in, is_set, &symbol));
  SPIQE_TRY(spiqe_qasm_bind(in, &symbol, &name));
  return spiqe_qasm_expect(in, SPIQE_QASM_SEMICOLON_SIGN);
}
