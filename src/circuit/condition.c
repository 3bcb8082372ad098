/* Conditions from text: the reader's expressions on the registers of a circuit. */
#include <string.h>

#include "circuit/qasm.h"
#include "core/fail.h"

static spiqe_status bind_names(spiqe_qasm *in) {
  const spiqe_circuit *circuit = in->circuit;
  for (uint32_t i = 0; i < circuit->n_registers; i++) {
    const spiqe_register *r = &circuit->registers[i];
    int is_quantum = r->kind == SPIQE_REGISTER_QUBITS;
    spiqe_qasm_symbol symbol = {.kind = is_quantum ? SPIQE_QASM_QUBITS : SPIQE_QASM_BITS,
                                .register_kind = (uint8_t)r->kind,
                                .first = r->first,
                                .size = r->size,
                                .reg = i};
    symbol.is_single = r->kind != SPIQE_REGISTER_BITS;
    SPIQE_TRY(spiqe_qasm_intern_text(in, r->name, &symbol.name));
    in->names[symbol.name].keyword = 0; /* circuits may be made with any names */
    SPIQE_TRY(spiqe_qasm_bind(in, &symbol, &in->token));
  }
  for (uint32_t i = 0; i < circuit->n_inputs; i++) {
    spiqe_qasm_symbol symbol = {.kind = SPIQE_QASM_INPUT, .first = i};
    SPIQE_TRY(spiqe_qasm_intern_text(in, circuit->inputs[i], &symbol.name));
    in->names[symbol.name].keyword = 0;
    SPIQE_TRY(spiqe_qasm_bind(in, &symbol, &in->token));
  }
  return SPIQE_OK;
}

static spiqe_status read_condition(spiqe_qasm *in, spiqe_qasm_value *out) {
  SPIQE_TRY(bind_names(in));
  SPIQE_TRY(spiqe_qasm_next(in));
  SPIQE_TRY(spiqe_qasm_expression(in, out));
  if (!spiqe_qasm_is(in, SPIQE_QASM_END)) return spiqe_qasm_fail_expected(in, "an operator");
  return spiqe_qasm_make_nodes(in, out);
}

static spiqe_status push(spiqe_circuit *circuit, spiqe_operation_kind kind, const char *condition) {
  spiqe_qasm in;
  spiqe_qasm_value value;
  spiqe_status status = spiqe_qasm_begin(&in, circuit, "condition", condition, strlen(condition));
  spiqe_qasm_limit(&in, SPIQE_QASM_MOST_EXTRA);
  if (status == SPIQE_OK) status = read_condition(&in, &value);
  if (status == SPIQE_OK)
    status = spiqe_circuit_push_condition(circuit, kind, in.nodes + value.first, value.n, 0);
  spiqe_qasm_end(&in);
  return status;
}

spiqe_status spiqe_circuit_if(spiqe_circuit *circuit, const char *condition) {
  return push(circuit, SPIQE_IF, condition);
}

spiqe_status spiqe_circuit_while(spiqe_circuit *circuit, const char *condition) {
  return push(circuit, SPIQE_WHILE, condition);
}
