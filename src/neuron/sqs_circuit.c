/* Circuits of SQS neurons. */
#include "neuron/sqs_circuit.h"

#include <stdio.h>
#include <string.h>

#include "circuit/circuit.h"
#include "core/fail.h"

#define PI 3.14159265358979323846
#define CURRENT "current_"

/* A gate whose angle is `factor` times an input. */
static spiqe_status add_gate(spiqe_circuit *circuit, const char *gate, uint32_t input,
                             double factor, const uint32_t *qubits) {
  const spiqe_term term = {input, factor};
  const spiqe_angle angle = {0, 1, &term};
  return spiqe_circuit_gate_controlled(circuit, gate, &angle, 0, NULL, NULL, qubits);
}

static spiqe_status add_crx(spiqe_circuit *circuit) {
  static const char *const names[] = {"io", "entangle", "memory"};
  static const uint32_t both[] = {1, 0};
  for (size_t i = 0; i < 3; i++) SPIQE_TRY(spiqe_circuit_add_input(circuit, names[i], NULL));
  SPIQE_TRY(add_gate(circuit, "crx", 1, 1, both));
  SPIQE_TRY(add_gate(circuit, "rx", 2, 1, &both[0]));
  return add_gate(circuit, "rx", 0, 1, &both[1]);
}

/* An input of its own for each gate. */
static spiqe_status add_own_gate(spiqe_circuit *circuit, const char *gate, size_t layer,
                                 const uint32_t *qubits) {
  char name[48];
  uint32_t input;
  snprintf(name, sizeof name, "%s_%zu_%u", gate, layer, qubits[0]);
  SPIQE_TRY(spiqe_circuit_add_input(circuit, name, &input));
  return add_gate(circuit, gate, input, 1, qubits);
}

static spiqe_status add_layer(spiqe_circuit *circuit, size_t layer) {
  const uint32_t n = (uint32_t)spiqe_circuit_n_qubits(circuit);
  for (uint32_t q = 0; q < n; q++) SPIQE_TRY(add_own_gate(circuit, "ry", layer, &q));
  for (uint32_t q = 0; q < n; q++) SPIQE_TRY(add_own_gate(circuit, "rz", layer, &q));
  for (uint32_t q = 0; q < n && n > 1; q++) {
    const uint32_t pair[2] = {q, (q + 1) % n};
    SPIQE_TRY(add_own_gate(circuit, "crx", layer, pair));
  }
  return SPIQE_OK;
}

/* The file's qubits are the neuron's, its inputs the parameters. */
static spiqe_status check_given(const spiqe_circuit *circuit, size_t n_qubits) {
  SPIQE_REQUIRE(circuit->ctx, circuit->n_qubits == n_qubits, SPIQE_BAD_SHAPE,
                "circuit: it has %zu qubits, but inputs and memory_qubits make %zu",
                circuit->n_qubits, n_qubits);
  for (size_t i = 0; i < circuit->n_operations; i++) {
    const uint8_t kind = circuit->operations[i].kind;
    SPIQE_REQUIRE(circuit->ctx, kind == SPIQE_GATE || kind == SPIQE_MATRIX || kind == SPIQE_BARRIER,
                  SPIQE_UNSUPPORTED,
                  "circuit: operation %zu is no gate; a neuron measures and resets by itself",
                  i + 1);
  }
  for (size_t i = 0; i < circuit->n_inputs; i++)
    SPIQE_REQUIRE(circuit->ctx, strncmp(circuit->inputs[i], CURRENT, strlen(CURRENT)),
                  SPIQE_BAD_NAME,
                  "circuit: input '%.40s': names that begin with " CURRENT
                  " are those of the currents",
                  circuit->inputs[i]);
  return SPIQE_OK;
}

static spiqe_status read_given(spiqe_context *ctx, const spiqe_sqs_settings *s,
                               spiqe_circuit **out) {
  SPIQE_REQUIRE(ctx, s->circuit[0], SPIQE_BAD_ARGUMENT,
                "ansatz qasm: the option circuit, a file of OpenQASM 3, is expected");
  SPIQE_TRY(spiqe_circuit_parse(ctx, "circuit", s->circuit, strlen(s->circuit), out));
  spiqe_status status = check_given(*out, s->inputs + s->memory_qubits);
  if (status == SPIQE_OK) return status;
  spiqe_circuit_destroy(*out);
  *out = NULL;
  return status;
}

spiqe_status spiqe_sqs_ansatz(spiqe_context *ctx, const spiqe_sqs_settings *s,
                              spiqe_circuit **out) {
  const size_t n = s->inputs + s->memory_qubits;
  spiqe_circuit *circuit = NULL;
  spiqe_status status;
  *out = NULL;
  SPIQE_REQUIRE(ctx, n <= SPIQE_MOST_SQS_QUBITS, SPIQE_LIMIT,
                "%zu in/out and %zu memory qubits, but at most %d qubits are expected", s->inputs,
                s->memory_qubits, SPIQE_MOST_SQS_QUBITS);
  if (s->ansatz == SPIQE_SQS_QASM) return read_given(ctx, s, out);
  SPIQE_REQUIRE(ctx, s->ansatz != SPIQE_SQS_CRX || (s->inputs == 1 && s->memory_qubits == 1),
                SPIQE_UNSUPPORTED,
                "ansatz crx has one in/out and one memory qubit, not %zu and %zu; hea takes any",
                s->inputs, s->memory_qubits);
  SPIQE_TRY(spiqe_circuit_create(ctx, n, 0, &circuit));
  if (s->ansatz == SPIQE_SQS_CRX) SPIQE_TRY_GOTO(add_crx(circuit), done);
  for (size_t i = 0; s->ansatz == SPIQE_SQS_HEA && i < s->layers; i++)
    SPIQE_TRY_GOTO(add_layer(circuit, i), done);
  status = SPIQE_OK;
  *out = circuit;
  circuit = NULL;
done:
  spiqe_circuit_destroy(circuit);
  return status;
}

static spiqe_status add_currents(spiqe_circuit *circuit, size_t n_io, size_t n_steps) {
  for (size_t i = 0; i < n_steps * n_io; i++) {
    char name[64];
    snprintf(name, sizeof name, CURRENT "%zu_%zu", i / n_io, i % n_io);
    SPIQE_TRY(spiqe_circuit_add_input(circuit, name, NULL));
  }
  return SPIQE_OK;
}

static spiqe_status add_step(spiqe_circuit *circuit, const spiqe_circuit *ansatz, uint32_t n_io,
                             uint32_t step) {
  for (uint32_t q = 0; q < n_io; q++) SPIQE_TRY(add_gate(circuit, "rx", step * n_io + q, PI, &q));
  SPIQE_TRY(spiqe_circuit_append(circuit, ansatz));
  for (uint32_t q = 0; q < n_io; q++) {
    SPIQE_TRY(spiqe_circuit_measure(circuit, q, step * n_io + q));
    SPIQE_TRY(spiqe_circuit_reset(circuit, q));
  }
  return SPIQE_OK;
}

spiqe_status spiqe_sqs_circuit(spiqe_context *ctx, const spiqe_sqs_settings *s, size_t n_steps,
                               spiqe_circuit **out) {
  spiqe_circuit *ansatz = NULL, *circuit = NULL;
  spiqe_status status;
  *out = NULL;
  SPIQE_TRY(spiqe_sqs_ansatz(ctx, s, &ansatz));
  SPIQE_TRY_GOTO(spiqe_circuit_create(ctx, ansatz->n_qubits, n_steps * s->inputs, &circuit), done);
  SPIQE_TRY_GOTO(add_currents(circuit, s->inputs, n_steps), done);
  for (uint32_t t = 0; t < n_steps; t++)
    SPIQE_TRY_GOTO(add_step(circuit, ansatz, (uint32_t)s->inputs, t), done);
  *out = circuit;
  circuit = NULL;
done:
  spiqe_circuit_destroy(ansatz);
  spiqe_circuit_destroy(circuit);
  return status;
}
