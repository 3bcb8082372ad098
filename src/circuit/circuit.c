/* A circuit's memory, registers and inputs. */
#include "circuit/circuit.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "core/grow.h"

spiqe_status spiqe_circuit_create(spiqe_context *ctx, size_t n_qubits, size_t n_bits,
                                  spiqe_circuit **out) {
  *out = NULL;
  spiqe_circuit *circuit = calloc(1, sizeof *circuit);
  SPIQE_REQUIRE(ctx, circuit, SPIQE_NO_MEMORY, "no memory for a circuit");
  circuit->ctx = ctx;
  spiqe_status status = SPIQE_OK;
  if (n_qubits)
    SPIQE_TRY_GOTO(spiqe_circuit_add_register(circuit, SPIQE_REGISTER_QUBITS, "q", n_qubits, NULL),
                   failed);
  if (n_bits)
    SPIQE_TRY_GOTO(spiqe_circuit_add_register(circuit, SPIQE_REGISTER_BITS, "c", n_bits, NULL),
                   failed);
  *out = circuit;
  return SPIQE_OK;
failed:
  spiqe_circuit_destroy(circuit);
  return status;
}

void spiqe_circuit_destroy(spiqe_circuit *circuit) {
  if (!circuit) return;
  for (size_t i = 0; i < circuit->n_registers; i++) free(circuit->registers[i].name);
  for (size_t i = 0; i < circuit->n_inputs; i++) free(circuit->inputs[i]);
  free(circuit->registers);
  free(circuit->inputs);
  free(circuit->operations);
  free(circuit->qubits_used);
  free(circuit->angles);
  free(circuit->terms);
  free(circuit->nodes);
  free(circuit->numbers);
  free(circuit->channels);
  free(circuit->open);
  free(circuit);
}

size_t spiqe_circuit_n_qubits(const spiqe_circuit *circuit) {
  return circuit->n_qubits;
}

size_t spiqe_circuit_n_bits(const spiqe_circuit *circuit) {
  return circuit->n_bits;
}

size_t spiqe_circuit_n_inputs(const spiqe_circuit *circuit) {
  return circuit->n_inputs;
}

size_t spiqe_circuit_n_operations(const spiqe_circuit *circuit) {
  return circuit->n_operations;
}

size_t spiqe_circuit_n_measurements(const spiqe_circuit *circuit) {
  size_t n = 0;
  for (size_t i = 0; i < circuit->n_operations; i++)
    n += circuit->operations[i].kind == SPIQE_MEASURE;
  return n;
}

const char *spiqe_circuit_input_name(const spiqe_circuit *circuit, size_t input) {
  return input < circuit->n_inputs ? circuit->inputs[input] : NULL;
}

const spiqe_register *spiqe_circuit_register(const spiqe_circuit *circuit, const char *name,
                                             size_t length) {
  for (size_t i = 0; i < circuit->n_registers; i++) {
    const spiqe_register *r = &circuit->registers[i];
    if (!strncmp(r->name, name, length) && r->name[length] == 0) return r;
  }
  return NULL;
}

/* OpenQASM's identifiers: letters (any of Unicode), digits and _, no digit first. */
static int is_identifier(const char *name) {
  if (!*name || isdigit((unsigned char)*name)) return 0;
  for (; *name; name++)
    if (!isalnum((unsigned char)*name) && *name != '_' && !(*name & 0x80)) return 0;
  return 1;
}

static spiqe_status check_name(const spiqe_circuit *circuit, const char *name) {
  SPIQE_REQUIRE(circuit->ctx, is_identifier(name), SPIQE_BAD_NAME,
                "'%.60s' is not a name: letters, digits and _, no digit first", name);
  int taken = spiqe_circuit_register(circuit, name, strlen(name)) != NULL;
  for (size_t i = 0; i < circuit->n_inputs; i++) taken |= !strcmp(circuit->inputs[i], name);
  SPIQE_REQUIRE(circuit->ctx, !taken, SPIQE_BAD_NAME, "'%.60s' is declared twice", name);
  return SPIQE_OK;
}

static spiqe_status check_size(const spiqe_circuit *circuit, spiqe_register_kind kind,
                               const char *name, size_t size) {
  spiqe_context *ctx = circuit->ctx;
  int is_number = kind == SPIQE_REGISTER_UINT || kind == SPIQE_REGISTER_INT;
  SPIQE_REQUIRE(ctx, (unsigned)kind <= SPIQE_REGISTER_BOOL, SPIQE_BAD_ARGUMENT,
                "'%.60s' is a register of kind %d; expected 0 to %d", name, (int)kind,
                SPIQE_REGISTER_BOOL);
  SPIQE_REQUIRE(ctx, size > 0, SPIQE_BAD_ARGUMENT, "'%.60s' has size 0", name);
  SPIQE_REQUIRE(ctx, !is_number || size <= 64, SPIQE_BAD_ARGUMENT,
                "'%.60s' is a number of %zu bits; at most 64 are supported", name, size);
  SPIQE_REQUIRE(ctx, kind != SPIQE_REGISTER_BOOL || size == 1, SPIQE_BAD_ARGUMENT,
                "'%.60s' is a truth value of %zu bits; expected 1", name, size);
  int qubits = kind == SPIQE_REGISTER_QUBITS;
  size_t most = qubits ? SPIQE_MOST_QUBITS : SPIQE_MOST_BITS;
  size_t have = qubits ? circuit->n_qubits : circuit->n_bits;
  SPIQE_REQUIRE(ctx, size <= most - have, SPIQE_LIMIT,
                "'%.60s' has %zu %s; a circuit has at most %zu", name, size,
                qubits ? "qubits" : "bits", most);
  return SPIQE_OK;
}

spiqe_status spiqe_circuit_add_register(spiqe_circuit *circuit, spiqe_register_kind kind,
                                        const char *name, size_t size, uint32_t *first) {
  SPIQE_TRY(check_name(circuit, name));
  SPIQE_TRY(check_size(circuit, kind, name, size));
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, registers, 1));
  char *copy = strdup(name);
  SPIQE_REQUIRE(circuit->ctx, copy, SPIQE_NO_MEMORY, "no memory for a name");
  size_t *count = kind == SPIQE_REGISTER_QUBITS ? &circuit->n_qubits : &circuit->n_bits;
  if (first) *first = (uint32_t)*count;
  circuit->registers[circuit->n_registers++] =
      (spiqe_register){kind, copy, (uint32_t)*count, (uint32_t)size};
  *count += size;
  return SPIQE_OK;
}

spiqe_status spiqe_circuit_add_input(spiqe_circuit *circuit, const char *name, uint32_t *input) {
  SPIQE_TRY(check_name(circuit, name));
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, inputs, 1));
  char *copy = strdup(name);
  SPIQE_REQUIRE(circuit->ctx, copy, SPIQE_NO_MEMORY, "no memory for a name");
  if (input) *input = (uint32_t)circuit->n_inputs;
  circuit->inputs[circuit->n_inputs++] = copy;
  return SPIQE_OK;
}

double spiqe_circuit_angle(const spiqe_circuit *circuit, uint32_t index, const double *inputs) {
  const spiqe_stored_angle *angle = &circuit->angles[index];
  double value = angle->constant;
  for (uint32_t i = 0; i < angle->n_terms; i++) {
    const spiqe_term *term = &circuit->terms[angle->first_term + i];
    value += term->factor * inputs[term->input];
  }
  return value;
}

void spiqe_operation_matrix(const spiqe_circuit *circuit, const spiqe_operation *operation,
                            const double *inputs, spiqe_complex *out) {
  if (operation->kind == SPIQE_MATRIX) {
    size_t n = (size_t)1 << 2 * operation->n_targets;
    memcpy(out, circuit->numbers + operation->payload, n * sizeof *out);
    return;
  }
  double parameters[SPIQE_MOST_GATE_PARAMETERS];
  for (uint32_t i = 0; i < spiqe_gates[operation->gate].n_parameters; i++)
    parameters[i] = spiqe_circuit_angle(circuit, operation->first_angle + i, inputs);
  spiqe_gate_matrix(operation->gate, parameters, out);
}

const char *spiqe_operation_name(const spiqe_circuit *circuit, const spiqe_operation *operation) {
  static const char *const names[SPIQE_N_OPERATION_KINDS] = {"gate",    "matrix",  "channel",
                                                             "measure", "reset",   "barrier",
                                                             "delay",   "readout", "assignment",
                                                             "if",      "else",    "while",
                                                             "end"};
  if (operation->kind == SPIQE_CHANNEL) return circuit->channels[operation->payload].name;
  if (operation->kind != SPIQE_GATE) return names[operation->kind];
  const spiqe_spelling *s = spiqe_spelling_of(operation->gate, operation->n_controls, ~0u);
  return s ? s->name : spiqe_gates[operation->gate].name;
}
