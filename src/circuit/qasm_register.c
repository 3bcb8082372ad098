/* Registers of the circuit for what the text declares.
 *
 * The circuit's own way to add one compares its name with all others; the reader has a table of
 * names, so that a text of many declarations is read in a time that grows with its size. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "circuit/qasm.h"
#include "core/fail.h"
#include "core/grow.h"

/* A local variable may have the register of an earlier one that is gone. */
static int can_reuse(const spiqe_qasm *in, const spiqe_qasm_name *name, spiqe_register_kind kind,
                     size_t size) {
  if (!name->last_register) return 0;
  const spiqe_register *last = &in->circuit->registers[name->last_register - 1];
  if (last->kind != kind || last->size != size) return 0;
  for (int32_t at = name->symbol; at >= 0; at = in->symbols[at].hidden)
    if (in->symbols[at].kind == SPIQE_QASM_BITS && in->symbols[at].reg == name->last_register - 1)
      return 0;
  return 1;
}

/* The name as text of its own, with a number behind it when the circuit has that name already. */
static spiqe_status copy_name(spiqe_qasm *in, uint32_t name, char **out) {
  char text[SPIQE_QASM_MOST_NAME + 16];
  int length = (int)in->names[name].length;
  snprintf(text, sizeof text, "%.*s", length, in->names[name].text);
  for (uint32_t final = name;;) {
    *out = strdup(text);
    SPIQE_REQUIRE(in->ctx, *out, SPIQE_NO_MEMORY, "no memory for a name");
    spiqe_status status = spiqe_qasm_intern_text(in, *out, &final);
    if (status == SPIQE_OK && !in->names[final].is_taken) {
      in->names[final].is_taken = 1;
      return SPIQE_OK;
    }
    free(*out); /* no name borrows it: one that is taken was known before */
    *out = NULL;
    if (status != SPIQE_OK) return status;
    snprintf(text, sizeof text, "%.*s_%u", length, in->names[name].text,
             ++in->names[name].n_renamed);
  }
}

static spiqe_status check_size(spiqe_qasm *in, spiqe_register_kind kind, size_t size) {
  int qubits = kind == SPIQE_REGISTER_QUBITS;
  size_t most = qubits ? SPIQE_MOST_QUBITS : SPIQE_MOST_BITS;
  size_t have = qubits ? in->circuit->n_qubits : in->circuit->n_bits;
  if (size <= most - have) return SPIQE_OK;
  return spiqe_qasm_fail(in, SPIQE_LIMIT, "%zu more %s; a circuit has at most %zu", size,
                         qubits ? "qubits" : "bits", most);
}

spiqe_status spiqe_qasm_add_register(spiqe_qasm *in, spiqe_register_kind kind, uint32_t name,
                                     size_t size, uint32_t *reg) {
  spiqe_circuit *circuit = in->circuit;
  if (can_reuse(in, &in->names[name], kind, size)) {
    *reg = in->names[name].last_register - 1;
    return SPIQE_OK;
  }
  char *text;
  SPIQE_TRY(check_size(in, kind, size));
  SPIQE_TRY(spiqe_qasm_spend(in, 1, 0));
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, registers, 1));
  SPIQE_TRY(copy_name(in, name, &text));
  size_t *count = kind == SPIQE_REGISTER_QUBITS ? &circuit->n_qubits : &circuit->n_bits;
  *reg = (uint32_t)circuit->n_registers++;
  circuit->registers[*reg] = (spiqe_register){kind, text, (uint32_t)*count, (uint32_t)size};
  *count += size;
  in->names[name].last_register = *reg + 1;
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_add_input(spiqe_qasm *in, uint32_t name, uint32_t *input) {
  char *text;
  SPIQE_TRY(SPIQE_POOL_ROOM(in->circuit, inputs, 1));
  SPIQE_TRY(copy_name(in, name, &text));
  *input = (uint32_t)in->circuit->n_inputs;
  in->circuit->inputs[in->circuit->n_inputs++] = text;
  return SPIQE_OK;
}

/* $n is qubit n of one register, which grows with n. */
spiqe_status spiqe_qasm_hardware_qubit(spiqe_qasm *in, uint64_t n, uint32_t *qubit) {
  spiqe_circuit *circuit = in->circuit;
  if (in->frame) return spiqe_qasm_fail(in, SPIQE_BAD_FORMAT, "a hardware qubit in a gate");
  if (!in->hardware) {
    uint32_t name, reg;
    if (circuit->n_qubits)
      return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED, "hardware qubits and declared ones together");
    SPIQE_TRY(spiqe_qasm_intern_text(in, "hardware_qubits", &name));
    SPIQE_TRY(spiqe_qasm_add_register(in, SPIQE_REGISTER_QUBITS, name, 1, &reg));
    in->hardware = reg + 1;
  }
  if (n >= SPIQE_MOST_QUBITS)
    return spiqe_qasm_fail(in, SPIQE_LIMIT, "qubit $%llu; a circuit has at most %zu qubits",
                           (unsigned long long)n, SPIQE_MOST_QUBITS);
  spiqe_register *reg = &circuit->registers[in->hardware - 1];
  if (n >= reg->size) reg->size = (uint32_t)n + 1;
  circuit->n_qubits = reg->size;
  *qubit = (uint32_t)n;
  return SPIQE_OK;
}

spiqe_status spiqe_qasm_name_hardware(spiqe_qasm *in) {
  uint32_t name;
  if (!in->hardware) return SPIQE_OK;
  SPIQE_TRY(spiqe_qasm_intern_text(in, "q", &name));
  if (in->names[name].is_taken) return SPIQE_OK;
  char *text = strdup("q");
  SPIQE_REQUIRE(in->ctx, text, SPIQE_NO_MEMORY, "no memory for a name");
  free(in->circuit->registers[in->hardware - 1].name);
  in->circuit->registers[in->hardware - 1].name = text;
  return SPIQE_OK;
}
