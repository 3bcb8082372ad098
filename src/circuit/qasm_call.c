/* Gate calls: modifiers, parameters, qubits, broadcast. */
#include <stdlib.h>
#include <string.h>

#include "circuit/qasm.h"
#include "core/fail.h"
#include "core/grow.h"

/* A call while it is read: what lies where on the stacks. */
typedef struct call {
  spiqe_qasm_token name;
  uint32_t gate; /* in gates */
  size_t first_modifier, first_value, first_operand;
  uint64_t n_controls; /* of the modifiers */
} call;

/* (n) behind ctrl, negctrl and pow. */
static spiqe_status read_argument(spiqe_qasm *in, spiqe_qasm_modifier *modifier) {
  spiqe_qasm_value value;
  if (!spiqe_qasm_is(in, SPIQE_QASM_OPEN_SIGN))
    return modifier->kind == SPIQE_QASM_POWER ? spiqe_qasm_fail_expected(in, "'('") : SPIQE_OK;
  SPIQE_TRY(spiqe_qasm_next(in));
  const spiqe_qasm_token at = in->token;
  if (modifier->kind == SPIQE_QASM_POWER) {
    SPIQE_TRY(spiqe_qasm_angle(in, &value));
    if (value.n)
      return spiqe_qasm_fail_at(in, &at, SPIQE_UNSUPPORTED, "a power that depends on an input");
    modifier->power = value.real;
  } else {
    int64_t n;
    SPIQE_TRY(spiqe_qasm_integer(in, &n));
    if (n < 1 || n > (int64_t)SPIQE_MOST_QUBITS)
      return spiqe_qasm_fail_at(in, &at, SPIQE_BAD_FORMAT, "%lld controls", (long long)n);
    modifier->n_controls = (uint32_t)n;
  }
  return spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_SIGN);
}

static spiqe_status read_modifiers(spiqe_qasm *in, call *c) {
  for (;;) {
    spiqe_qasm_modifier modifier = {SPIQE_QASM_CONTROL, 0, 1};
    switch (spiqe_qasm_word(in)) {
      case SPIQE_QASM_WORD_CTRL: modifier.n_controls = 1; break;
      case SPIQE_QASM_WORD_NEGCTRL:
        modifier = (spiqe_qasm_modifier){SPIQE_QASM_NEGATIVE_CONTROL, 1, 1};
        break;
      case SPIQE_QASM_WORD_INV: modifier.kind = SPIQE_QASM_INVERSE; break;
      case SPIQE_QASM_WORD_POW: modifier.kind = SPIQE_QASM_POWER; break;
      default: return SPIQE_OK;
    }
    SPIQE_TRY(spiqe_qasm_next(in));
    if (modifier.kind != SPIQE_QASM_INVERSE) SPIQE_TRY(read_argument(in, &modifier));
    SPIQE_TRY(SPIQE_POOL_ROOM(in, modifiers, 1));
    in->modifiers[in->n_modifiers++] = modifier;
    c->n_controls += modifier.n_controls;
    SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_AT_SIGN));
  }
}

/* Where a gate that is not known could come from. */
static spiqe_status fail_unknown(spiqe_qasm *in) {
  const spiqe_qasm_name *name = &in->names[in->token.name];
  const spiqe_spelling *spelling = spiqe_spelling_find(name->text, name->length);
  unsigned where = in->version == 2 ? SPIQE_IN_QELIB1 : SPIQE_IN_STDGATES;
  if (spelling && (spelling->where & where))
    return spiqe_qasm_fail(in, SPIQE_BAD_NAME, "gate '%s' needs include \"%s\"", spelling->name,
                           in->version == 2 ? "qelib1.inc" : "stdgates.inc");
  if (spelling)
    return spiqe_qasm_fail(in, SPIQE_BAD_NAME,
                           "gate '%s' is in no included file: it needs a definition",
                           spelling->name);
  return spiqe_qasm_fail_name(in, "gate", 1u << SPIQE_QASM_GATE);
}

static spiqe_status read_gate_name(spiqe_qasm *in, call *c) {
  c->name = in->token;
  if (in->token.kind != SPIQE_QASM_NAME || spiqe_qasm_word(in))
    return spiqe_qasm_fail_expected(in, "a gate");
  const spiqe_qasm_symbol *symbol = spiqe_qasm_find(in, in->token.name);
  if (!symbol) return fail_unknown(in);
  if (symbol->kind != SPIQE_QASM_GATE) return spiqe_qasm_fail_expected(in, "a gate");
  c->gate = symbol->first;
  const spiqe_qasm_gate *gate = &in->gates[c->gate];
  if (gate->is_opaque)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "gate '%.*s' is opaque: it has no definition",
                           (int)c->name.length, c->name.text);
  if (gate->is_open)
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "gate '%.*s' calls itself", (int)c->name.length,
                           c->name.text);
  return spiqe_qasm_next(in);
}

static spiqe_status read_parameters(spiqe_qasm *in, const call *c) {
  const spiqe_qasm_gate *gate = &in->gates[c->gate];
  if (spiqe_qasm_is(in, SPIQE_QASM_OPEN_SIGN)) {
    SPIQE_TRY(spiqe_qasm_next(in));
    while (!spiqe_qasm_is(in, SPIQE_QASM_CLOSE_SIGN)) {
      spiqe_qasm_value value;
      SPIQE_TRY(spiqe_qasm_angle(in, &value));
      SPIQE_TRY(SPIQE_POOL_ROOM(in, values, 1));
      in->values[in->n_values++] = value;
      if (!spiqe_qasm_is(in, SPIQE_QASM_COMMA_SIGN)) break;
      SPIQE_TRY(spiqe_qasm_next(in));
    }
    SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_SIGN));
  }
  if (in->n_values - c->first_value != gate->n_parameters)
    return spiqe_qasm_fail_at(in, &c->name, SPIQE_BAD_SHAPE,
                              "gate '%.*s' has %u parameters, and %zu are given",
                              (int)c->name.length, c->name.text, gate->n_parameters,
                              in->n_values - c->first_value);
  return SPIQE_OK;
}

/* Number of calls that registers make of one. */
static spiqe_status count_calls(spiqe_qasm *in, const call *c, uint32_t *n, int *is_broadcast) {
  *n = 1;
  *is_broadcast = 0;
  for (size_t i = c->first_operand; i < in->n_operands; i++) {
    const spiqe_qasm_operand *operand = &in->operands[i];
    if (operand->is_single) continue;
    if (*is_broadcast && operand->size != *n)
      return spiqe_qasm_fail_at(in, &c->name, SPIQE_BAD_SHAPE,
                                "registers of %u and %u qubits in one call", *n, operand->size);
    *n = operand->size;
    *is_broadcast = 1;
  }
  return SPIQE_OK;
}

static int by_number(const void *a, const void *b) {
  const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

/* What a body does with its qubits may not show that two of them are the same. */
static spiqe_status check_twice(spiqe_qasm *in, const call *c, size_t at, size_t n) {
  SPIQE_TRY(SPIQE_POOL_ROOM(in, qubits, n));
  uint32_t *sorted = in->qubits + in->n_qubits;
  memcpy(sorted, in->qubits + at, n * sizeof *sorted);
  qsort(sorted, n, sizeof *sorted, by_number);
  for (size_t i = 1; i < n; i++)
    if (sorted[i] == sorted[i - 1])
      return spiqe_qasm_fail_at(in, &c->name, SPIQE_BAD_INDEX, "qubit %u is given twice",
                                sorted[i]);
  return SPIQE_OK;
}

static spiqe_status push_gate(spiqe_qasm *in, const call *c, size_t gate, const spiqe_angle *angles,
                              size_t n_controls, size_t at) {
  spiqe_status status =
      spiqe_circuit_push_gate(in->circuit, gate, angles, n_controls, in->qubits + at, in->line);
  return status == SPIQE_OK ? status : spiqe_qasm_place_failure(in, &c->name, status);
}

/* A row of the table, once its modifiers are worked in. */
static spiqe_status push_row(spiqe_qasm *in, const call *c, const spiqe_qasm_row *row,
                             size_t n_controls, size_t at) {
  const size_t n = spiqe_gates[row->gate].n_parameters;
  const spiqe_angle phase = {.constant = row->phase};
  spiqe_angle angles[SPIQE_MOST_GATE_PARAMETERS];
  size_t n_places = n_controls > 16 ? n_controls : 0;
  for (size_t i = 0; i < n; i++) {
    const spiqe_qasm_value *value = &row->parameters[i];
    angles[i] = (spiqe_angle){value->real, value->n, value->n ? in->terms + value->first : NULL};
    n_places += value->n;
  }
  for (uint64_t i = 0; i < row->n_times; i++) {
    SPIQE_TRY(spiqe_qasm_spend(in, row->phase != 0 ? 2 : 1, n_places));
    SPIQE_TRY(push_gate(in, c, row->gate, angles, n_controls, at));
    if (row->phase != 0)
      SPIQE_TRY(push_gate(in, c, (size_t)spiqe_gate_find("gphase"), &phase, n_controls, at));
  }
  return SPIQE_OK;
}

/* Modifiers may change terms, and a broadcast needs them again. */
static spiqe_status copy_terms(spiqe_qasm *in, spiqe_qasm_value *value) {
  if (!value->n) return SPIQE_OK;
  SPIQE_TRY(SPIQE_POOL_ROOM(in, terms, value->n));
  memcpy(in->terms + in->n_terms, in->terms + value->first, value->n * sizeof *in->terms);
  value->first = (uint32_t)in->n_terms;
  in->n_terms += value->n;
  return SPIQE_OK;
}

/* Marks of negative controls, in the order of the modifiers. */
static void mark_controls(spiqe_qasm *in, const call *c, size_t at) {
  for (size_t i = c->first_modifier; i < in->n_modifiers; i++)
    for (uint32_t k = 0; k < in->modifiers[i].n_controls; k++, at++)
      if (in->modifiers[i].kind == SPIQE_QASM_NEGATIVE_CONTROL) in->qubits[at] |= SPIQE_ON_ZERO;
}

static spiqe_status call_row(spiqe_qasm *in, const call *c, size_t at) {
  const spiqe_qasm_gate *gate = &in->gates[c->gate];
  spiqe_qasm_row row = {.gate = (size_t)gate->row, .n_times = 1};
  for (uint32_t i = 0; i < gate->n_parameters; i++)
    row.parameters[i] = in->values[c->first_value + i];
  for (uint32_t i = 0; i < gate->n_parameters && c->first_modifier < in->n_modifiers; i++)
    SPIQE_TRY(copy_terms(in, &row.parameters[i]));
  for (size_t i = in->n_modifiers; i-- > c->first_modifier;) {
    const spiqe_qasm_modifier *modifier = &in->modifiers[i];
    if (modifier->kind == SPIQE_QASM_INVERSE) spiqe_qasm_row_inverse(in, &row);
    if (modifier->kind == SPIQE_QASM_POWER)
      SPIQE_TRY(spiqe_qasm_row_power(in, modifier->power, &row));
  }
  mark_controls(in, c, at);
  return push_row(in, c, &row, c->n_controls + gate->n_controls, at);
}

static spiqe_status call_body(spiqe_qasm *in, const call *c, size_t at) {
  const size_t from = in->circuit->n_operations;
  if (!in->frame)
    in->called_at = (spiqe_qasm_place){.at = c->name.text,
                                       .line = c->name.line,
                                       .line_start = c->name.line_start,
                                       .file = in->place.file};
  mark_controls(in, c, at);
  SPIQE_TRY(spiqe_qasm_expand(in, c->gate, c->first_value, at + c->n_controls));
  return spiqe_qasm_modify(in, from, c->first_modifier, at);
}

/* One call, on qubits[at..]. */
static spiqe_status call_once(spiqe_qasm *in, const call *c, size_t at, size_t n) {
  const spiqe_qasm_marks marks = spiqe_qasm_mark(in);
  if (in->gates[c->gate].row < 0) {
    SPIQE_TRY(check_twice(in, c, at, n));
    SPIQE_TRY(call_body(in, c, at));
  } else {
    SPIQE_TRY(call_row(in, c, at));
  }
  spiqe_qasm_fall_back(in, &marks);
  return SPIQE_OK;
}

static spiqe_status broadcast(spiqe_qasm *in, const call *c, uint32_t n_calls) {
  const size_t n = in->n_operands - c->first_operand, at = in->n_qubits;
  SPIQE_TRY(SPIQE_POOL_ROOM(in, qubits, n));
  in->n_qubits += n;
  for (uint32_t i = 0; i < n_calls; i++) {
    for (size_t k = 0; k < n; k++) {
      const spiqe_qasm_operand *operand = &in->operands[c->first_operand + k];
      in->qubits[at + k] = in->qubits[operand->first + (operand->is_single ? 0 : i)];
    }
    SPIQE_TRY(call_once(in, c, at, n));
  }
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_call(spiqe_qasm *in) {
  call c = {.first_modifier = in->n_modifiers,
            .first_value = in->n_values,
            .first_operand = in->n_operands};
  const size_t first_qubit = in->n_qubits;
  uint32_t n_calls;
  int is_broadcast;
  SPIQE_TRY(read_modifiers(in, &c));
  SPIQE_TRY(read_gate_name(in, &c));
  SPIQE_TRY(read_parameters(in, &c));
  if (!spiqe_qasm_is(in, SPIQE_QASM_SEMICOLON_SIGN)) SPIQE_TRY(spiqe_qasm_read_operands(in));
  const uint64_t n = in->n_operands - c.first_operand;
  const uint64_t n_expected = c.n_controls + in->gates[c.gate].n_qubits;
  if (n != n_expected)
    return spiqe_qasm_fail_at(in, &c.name, SPIQE_BAD_SHAPE,
                              "gate '%.*s' is on %llu qubits, and %llu are given",
                              (int)c.name.length, c.name.text, (unsigned long long)n_expected,
                              (unsigned long long)n);
  SPIQE_TRY(count_calls(in, &c, &n_calls, &is_broadcast));
  if (!spiqe_qasm_is(in, SPIQE_QASM_SEMICOLON_SIGN)) return spiqe_qasm_fail_expected(in, "';'");
  if (!in->is_muted)
    SPIQE_TRY(is_broadcast ? broadcast(in, &c, n_calls) : call_once(in, &c, first_qubit, n));
  return spiqe_qasm_next(in);
}
