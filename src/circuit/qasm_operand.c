/* Qubits and bits that a statement names: registers, elements, slices, sets, aliases. */
#include "circuit/qasm.h"
#include "core/fail.h"
#include "core/grow.h"

static spiqe_status check_index(const spiqe_qasm *in, const spiqe_qasm_token *at, int64_t size,
                                int64_t *index) {
  if (*index < -size || *index >= size)
    return spiqe_qasm_fail_at(in, at, SPIQE_BAD_INDEX, "index %lld of %lld elements",
                              (long long)*index, (long long)size);
  if (*index < 0) *index += size;
  return SPIQE_OK;
}

#define LEFT_OUT INT64_MAX

/* An end of a range, which may be left out. */
static spiqe_status range_end(spiqe_qasm *in, int64_t *out) {
  *out = LEFT_OUT;
  if (spiqe_qasm_is(in, SPIQE_QASM_COLON_SIGN) || spiqe_qasm_is(in, SPIQE_QASM_CLOSE_INDEX_SIGN))
    return SPIQE_OK;
  return spiqe_qasm_integer(in, out);
}

/* first:last and first:step:last, both ends of it included; token behind the first ':'. */
static spiqe_status read_range(spiqe_qasm *in, const spiqe_qasm_token *at, int64_t size,
                               spiqe_qasm_slice *out) {
  int64_t last;
  SPIQE_TRY(range_end(in, &last));
  if (spiqe_qasm_is(in, SPIQE_QASM_COLON_SIGN)) {
    SPIQE_TRY(spiqe_qasm_next(in));
    out->step = last == LEFT_OUT ? 1 : last;
    SPIQE_TRY(range_end(in, &last));
  }
  if (!out->step) return spiqe_qasm_fail_at(in, at, SPIQE_BAD_FORMAT, "a range with step 0");
  if (out->step > size) out->step = size;
  if (out->step < -size) out->step = -size;
  if (out->first == LEFT_OUT) out->first = out->step < 0 ? size - 1 : 0;
  if (last == LEFT_OUT) last = out->step < 0 ? 0 : size - 1;
  SPIQE_TRY(check_index(in, at, size, &out->first));
  SPIQE_TRY(check_index(in, at, size, &last));
  if (out->step > 0 ? last < out->first : last > out->first)
    return spiqe_qasm_fail_at(in, at, SPIQE_BAD_FORMAT, "a range with no elements");
  out->size = (uint32_t)((last - out->first) / out->step) + 1;
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_read_slice(spiqe_qasm *in, uint32_t size, spiqe_qasm_slice *out) {
  const uint64_t integer = in->token.integer;
  *out = (spiqe_qasm_slice){.step = 1, .size = 1, .is_single = 1};
  /* "3]", by far the most: no expression is needed. */
  if (in->token.kind == SPIQE_QASM_WHOLE && integer < size && in->place.at < in->place.end &&
      *in->place.at == ']') {
    out->first = (int64_t)integer;
    in->place.at++;
    return spiqe_qasm_next(in);
  }
  const spiqe_qasm_token at = in->token;
  SPIQE_TRY(range_end(in, &out->first));
  if (spiqe_qasm_is(in, SPIQE_QASM_COMMA_SIGN))
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "an index with more than one dimension");
  if (spiqe_qasm_is(in, SPIQE_QASM_COLON_SIGN)) {
    SPIQE_TRY(spiqe_qasm_next(in));
    SPIQE_TRY(read_range(in, &at, size, out));
    out->is_single = 0;
  } else if (out->first == LEFT_OUT) {
    return spiqe_qasm_fail_expected(in, "an index");
  } else {
    SPIQE_TRY(check_index(in, &at, size, &out->first));
  }
  return spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_INDEX_SIGN);
}

/* Elements of a name: all from `base` on, or those of an alias. */
typedef struct elements {
  uint32_t first, size;
  int is_alias;
} elements;

static uint32_t element(const spiqe_qasm *in, const elements *of, int64_t index) {
  uint32_t at = of->first + (uint32_t)index;
  return of->is_alias ? in->lists[at] : at;
}

static spiqe_status push_all(spiqe_qasm *in, const elements *of, spiqe_qasm_operand *out) {
  SPIQE_TRY(spiqe_qasm_spend(in, 0, of->size));
  SPIQE_TRY(SPIQE_POOL_ROOM(in, qubits, of->size));
  for (uint32_t i = 0; i < of->size; i++) in->qubits[in->n_qubits++] = element(in, of, i);
  out->size = of->size;
  return SPIQE_OK;
}

/* {1, 5, 7} between the brackets, token at '{'. */
static spiqe_status push_set(spiqe_qasm *in, const elements *of, spiqe_qasm_operand *out) {
  out->size = 0;
  do {
    SPIQE_TRY(spiqe_qasm_next(in));
    const spiqe_qasm_token at = in->token;
    int64_t index;
    SPIQE_TRY(spiqe_qasm_integer(in, &index));
    SPIQE_TRY(check_index(in, &at, of->size, &index));
    SPIQE_TRY(SPIQE_POOL_ROOM(in, qubits, 1));
    in->qubits[in->n_qubits++] = element(in, of, index);
    out->size++;
  } while (spiqe_qasm_is(in, SPIQE_QASM_COMMA_SIGN));
  SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_BLOCK_SIGN));
  return spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_INDEX_SIGN);
}

/* Token behind '['. */
static spiqe_status push_chosen(spiqe_qasm *in, const elements *of, spiqe_qasm_operand *out) {
  spiqe_qasm_slice slice;
  if (spiqe_qasm_is(in, SPIQE_QASM_OPEN_BLOCK_SIGN)) return push_set(in, of, out);
  SPIQE_TRY(spiqe_qasm_read_slice(in, of->size, &slice));
  if (!slice.is_single) SPIQE_TRY(spiqe_qasm_spend(in, 0, slice.size));
  SPIQE_TRY(SPIQE_POOL_ROOM(in, qubits, slice.size));
  for (uint32_t i = 0; i < slice.size; i++)
    in->qubits[in->n_qubits++] = element(in, of, slice.first + i * slice.step);
  out->size = slice.size;
  out->is_single = (uint8_t)slice.is_single;
  return SPIQE_OK;
}

static spiqe_status push_hardware(spiqe_qasm *in) {
  uint32_t qubit;
  SPIQE_TRY(spiqe_qasm_hardware_qubit(in, in->token.integer, &qubit));
  SPIQE_TRY(SPIQE_POOL_ROOM(in, qubits, 1));
  in->qubits[in->n_qubits++] = qubit;
  return spiqe_qasm_next(in);
}

spiqe_status spiqe_qasm_read_qubits(spiqe_qasm *in, spiqe_qasm_operand *out) {
  *out = (spiqe_qasm_operand){.first = in->n_qubits, .size = 1, .is_single = 1};
  if (in->token.kind == SPIQE_QASM_HARDWARE) return push_hardware(in);
  if (in->token.kind != SPIQE_QASM_NAME || spiqe_qasm_word(in))
    return spiqe_qasm_fail_expected(in, "a qubit");
  const spiqe_qasm_symbol *symbol = spiqe_qasm_find(in, in->token.name);
  const unsigned kinds = 1u << SPIQE_QASM_QUBITS | 1u << SPIQE_QASM_ALIAS;
  if (!symbol) return spiqe_qasm_fail_name(in, "qubit or register", kinds);
  if (!(kinds >> symbol->kind & 1)) return spiqe_qasm_fail_expected(in, "a qubit");
  const elements of = {symbol->first, symbol->size, symbol->kind == SPIQE_QASM_ALIAS};
  int is_single = symbol->is_single;
  SPIQE_TRY(spiqe_qasm_next(in));
  if (is_single) {
    if (spiqe_qasm_is(in, SPIQE_QASM_OPEN_INDEX_SIGN))
      return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "an index behind a single qubit");
    SPIQE_TRY(SPIQE_POOL_ROOM(in, qubits, 1));
    in->qubits[in->n_qubits++] = of.first;
    return SPIQE_OK;
  }
  out->is_single = 0;
  if (!spiqe_qasm_is(in, SPIQE_QASM_OPEN_INDEX_SIGN)) return push_all(in, &of, out);
  SPIQE_TRY(spiqe_qasm_next(in));
  return push_chosen(in, &of, out);
}

spiqe_status spiqe_qasm_read_operands(spiqe_qasm *in) {
  for (;;) {
    spiqe_qasm_operand operand;
    SPIQE_TRY(spiqe_qasm_read_qubits(in, &operand));
    SPIQE_TRY(SPIQE_POOL_ROOM(in, operands, 1));
    in->operands[in->n_operands++] = operand;
    if (!spiqe_qasm_is(in, SPIQE_QASM_COMMA_SIGN)) return SPIQE_OK;
    SPIQE_TRY(spiqe_qasm_next(in));
  }
}

spiqe_status spiqe_qasm_read_bits(spiqe_qasm *in, spiqe_qasm_operand *out,
                                  spiqe_register_kind *kind) {
  const spiqe_qasm_symbol *symbol =
      in->token.kind == SPIQE_QASM_NAME ? spiqe_qasm_find(in, in->token.name) : NULL;
  if (in->token.kind == SPIQE_QASM_NAME && !symbol && !spiqe_qasm_word(in))
    return spiqe_qasm_fail_name(in, "classical variable", 1u << SPIQE_QASM_BITS);
  if (!symbol || symbol->kind != SPIQE_QASM_BITS)
    return spiqe_qasm_fail_expected(in, "classical bits");
  *out = (spiqe_qasm_operand){.first = symbol->first,
                              .size = symbol->size,
                              .is_single = symbol->is_single};
  *kind = (spiqe_register_kind)symbol->register_kind;
  SPIQE_TRY(spiqe_qasm_next(in));
  if (!spiqe_qasm_is(in, SPIQE_QASM_OPEN_INDEX_SIGN)) return SPIQE_OK;
  const spiqe_qasm_token at = in->token;
  if (out->is_single && *kind == SPIQE_REGISTER_BITS)
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "an index behind a single bit");
  spiqe_qasm_slice slice;
  SPIQE_TRY(spiqe_qasm_next(in));
  if (spiqe_qasm_is(in, SPIQE_QASM_OPEN_BLOCK_SIGN))
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "a set of bits, as in c[{0, 2}]");
  SPIQE_TRY(spiqe_qasm_read_slice(in, out->size, &slice));
  if (slice.step != 1 && slice.size > 1)
    return spiqe_qasm_fail_at(in, &at, SPIQE_UNSUPPORTED,
                              "bits that do not lie one behind the other");
  out->first += (size_t)slice.first;
  out->size = slice.size;
  out->is_single = (uint8_t)slice.is_single;
  *kind = SPIQE_REGISTER_BITS;
  return SPIQE_OK;
}
