/* Gates: those of the included files, and definitions, which are read again at each call. */
#include "circuit/qasm.h"
#include "core/fail.h"
#include "core/grow.h"

static spiqe_status add_gate(spiqe_qasm *in, const spiqe_qasm_gate *gate,
                             const spiqe_qasm_token *at, uint32_t name, int is_builtin) {
  SPIQE_TRY(SPIQE_POOL_ROOM(in, gates, 1));
  spiqe_qasm_symbol symbol = {.kind = SPIQE_QASM_GATE,
                              .name = name,
                              .first = (uint32_t)in->n_gates,
                              .is_builtin = (uint8_t)is_builtin};
  in->gates[in->n_gates] = *gate;
  in->gates[in->n_gates].symbol = (uint32_t)in->n_symbols;
  in->n_gates++;
  return spiqe_qasm_bind(in, &symbol, at);
}

static spiqe_status bind_spelling(spiqe_qasm *in, const spiqe_spelling *spelling, int is_builtin) {
  uint32_t name;
  SPIQE_TRY(spiqe_qasm_intern_text(in, spelling->name, &name));
  const spiqe_qasm_symbol *known = spiqe_qasm_find(in, name);
  if (known && known->kind == SPIQE_QASM_GATE) return SPIQE_OK;
  const int row = spiqe_gate_find(spelling->gate);
  const spiqe_gate *gate = &spiqe_gates[row];
  const spiqe_qasm_gate made = {.row = row,
                                .n_controls = spelling->n_controls,
                                .n_parameters = gate->n_parameters,
                                .n_qubits = (uint32_t)spelling->n_controls + gate->n_targets};
  return add_gate(in, &made, &in->token, name, is_builtin);
}

spiqe_status spiqe_qasm_bind_gates(spiqe_qasm *in, unsigned where) {
  for (size_t i = 0; i < spiqe_n_spellings(); i++)
    if (spiqe_spellings[i].where & where) SPIQE_TRY(bind_spelling(in, &spiqe_spellings[i], 1));
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_bind_language(spiqe_qasm *in) {
  SPIQE_TRY(bind_spelling(in, spiqe_spelling_find("U", 1), 0));
  if (in->version == 2) return bind_spelling(in, spiqe_spelling_find("CX", 2), 0);
  return bind_spelling(in, spiqe_spelling_find("gphase", 6), 0);
}

/* Names with ',' between them, into lists. */
static spiqe_status read_names(spiqe_qasm *in, uint32_t *n) {
  *n = 0;
  for (;;) {
    if (in->token.kind != SPIQE_QASM_NAME || spiqe_qasm_word(in))
      return spiqe_qasm_fail_expected(in, "a name");
    SPIQE_TRY(SPIQE_POOL_ROOM(in, lists, 1));
    in->lists[in->n_lists++] = in->token.name;
    (*n)++;
    SPIQE_TRY(spiqe_qasm_next(in));
    if (!spiqe_qasm_is(in, SPIQE_QASM_COMMA_SIGN)) return SPIQE_OK;
    SPIQE_TRY(spiqe_qasm_next(in));
  }
}

static spiqe_status read_shape(spiqe_qasm *in, spiqe_qasm_gate *gate) {
  gate->first_name = (uint32_t)in->n_lists;
  if (spiqe_qasm_is(in, SPIQE_QASM_OPEN_SIGN)) {
    SPIQE_TRY(spiqe_qasm_next(in));
    if (!spiqe_qasm_is(in, SPIQE_QASM_CLOSE_SIGN)) SPIQE_TRY(read_names(in, &gate->n_parameters));
    SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_CLOSE_SIGN));
  }
  if (spiqe_qasm_is(in, SPIQE_QASM_OPEN_BLOCK_SIGN)) return SPIQE_OK; /* on no qubit */
  return read_names(in, &gate->n_qubits);
}

/* Enter the body: its parameters and qubits get their meaning in a block of their own. */
static spiqe_status enter(spiqe_qasm *in, uint32_t index, spiqe_qasm_frame *frame,
                          size_t first_value, size_t at) {
  const spiqe_qasm_gate gate = in->gates[index];
  *frame = (spiqe_qasm_frame){in->frame, index, (uint32_t)in->n_symbols};
  if (in->n_frames++ >= SPIQE_QASM_MOST_DEPTH)
    return spiqe_qasm_fail(in, SPIQE_LIMIT, "gates within gates, deeper than %d",
                           SPIQE_QASM_MOST_DEPTH);
  in->frame = frame;
  in->block++;
  for (uint32_t i = 0; i < gate.n_parameters + gate.n_qubits; i++) {
    spiqe_qasm_symbol symbol = {.name = in->lists[gate.first_name + i]};
    if (i < gate.n_parameters) {
      symbol.kind = SPIQE_QASM_CONSTANT;
      symbol.value = in->values[first_value + i];
    } else {
      symbol.kind = SPIQE_QASM_QUBITS;
      symbol.first = in->qubits[at + i - gate.n_parameters];
      symbol.size = symbol.is_single = 1;
    }
    SPIQE_TRY(spiqe_qasm_bind(in, &symbol, &in->token));
  }
  return SPIQE_OK;
}

static void leave(spiqe_qasm *in, const spiqe_qasm_frame *frame) {
  spiqe_qasm_unbind(in, frame->first_symbol);
  in->block--;
  in->n_frames--;
  in->frame = frame->outer;
}

/* Statements up to '}', token at the first one. */
static spiqe_status read_body(spiqe_qasm *in) {
  while (!spiqe_qasm_is(in, SPIQE_QASM_CLOSE_BLOCK_SIGN)) {
    if (spiqe_qasm_is(in, SPIQE_QASM_END)) return spiqe_qasm_fail_expected(in, "'}'");
    SPIQE_TRY(spiqe_qasm_statement(in));
  }
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_expand(spiqe_qasm *in, uint32_t index, size_t first_value, size_t at) {
  const spiqe_qasm_place place = in->place;
  const spiqe_qasm_token token = in->token;
  const spiqe_qasm_gate *gate = &in->gates[index];
  spiqe_qasm_frame frame;
  SPIQE_TRY(spiqe_qasm_spend_reread(in, (size_t)(gate->after.at - gate->body.at)));
  in->place = gate->body;
  SPIQE_TRY(enter(in, index, &frame, first_value, at));
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(read_body(in));
  leave(in, &frame);
  in->place = place;
  in->token = token;
  return SPIQE_OK;
}

/* Look through a body once where it is defined, so that mistakes are found there: with any values
 * for its parameters, and adding nothing. */
static spiqe_status check_body(spiqe_qasm *in, uint32_t index) {
  const spiqe_qasm_gate *gate = &in->gates[index];
  const size_t n_values = in->n_values, n_qubits = in->n_qubits;
  spiqe_qasm_frame frame;
  SPIQE_TRY(SPIQE_POOL_ROOM(in, values, gate->n_parameters));
  SPIQE_TRY(SPIQE_POOL_ROOM(in, qubits, gate->n_qubits));
  for (uint32_t i = 0; i < gate->n_parameters; i++)
    in->values[in->n_values++] = spiqe_qasm_of_real(0.5);
  for (uint32_t i = 0; i < gate->n_qubits; i++) in->qubits[in->n_qubits++] = i;
  in->is_muted = 1;
  SPIQE_TRY(enter(in, index, &frame, n_values, n_qubits));
  SPIQE_TRY(read_body(in));
  leave(in, &frame);
  in->is_muted = 0;
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_define_gate(spiqe_qasm *in, int is_opaque) {
  spiqe_qasm_gate gate = {.row = -1, .is_open = 1, .is_opaque = (uint8_t)is_opaque};
  if (in->block || in->frame)
    return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "a gate is defined inside of a block");
  SPIQE_TRY(spiqe_qasm_next(in));
  const spiqe_qasm_token name = in->token;
  if (name.kind != SPIQE_QASM_NAME || spiqe_qasm_word(in))
    return spiqe_qasm_fail_expected(in, "a name for the gate");
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(read_shape(in, &gate));
  const uint32_t index = (uint32_t)in->n_gates;
  if (is_opaque) {
    SPIQE_TRY(add_gate(in, &gate, &name, name.name, 0));
    return spiqe_qasm_expect(in, SPIQE_QASM_SEMICOLON_SIGN);
  }
  gate.body = in->place;
  SPIQE_TRY(spiqe_qasm_expect(in, SPIQE_QASM_OPEN_BLOCK_SIGN));
  SPIQE_TRY(add_gate(in, &gate, &name, name.name, in->is_including));
  SPIQE_TRY(check_body(in, index));
  in->gates[index].after = in->place;
  in->gates[index].is_open = 0;
  SPIQE_TRY(spiqe_qasm_recognise(in, index));
  return spiqe_qasm_next(in);
}
