/* Building the circuits of classifiers. */
#include "neuron/ansatz.h"

#include <stdio.h>
#include <string.h>

#include "circuit/circuit.h"
#include "core/fail.h"

#define MOST_READ_QUBITS 5 /* of a qcnn: with fewer, ten classes have no outcomes of their own */
#define N_READ_LAYERS 3

/* A circuit that is being built. */
typedef struct builder {
  spiqe_circuit *circuit; /* owned */
  size_t n_values, n_parameters;
  uint32_t qubits[SPIQE_MOST_ANSATZ_QUBITS];
  size_t n; /* of them: those not pooled yet */
} builder;

static spiqe_status add_ry(builder *b, uint32_t input, uint32_t qubit) {
  const spiqe_term term = {input, 1};
  const spiqe_angle angle = {0, 1, &term};
  return spiqe_circuit_gate_controlled(b->circuit, "ry", &angle, 0, NULL, NULL, &qubit);
}

static spiqe_status add_input(builder *b, const char *prefix, size_t *count, uint32_t *input) {
  char name[32];
  snprintf(name, sizeof name, "%s_%zu", prefix, (*count)++);
  return spiqe_circuit_add_input(b->circuit, name, input);
}

static spiqe_status add_value(builder *b, uint32_t qubit) {
  uint32_t input;
  SPIQE_TRY(add_input(b, "x", &b->n_values, &input));
  return add_ry(b, input, qubit);
}

static spiqe_status add_parameter(builder *b, uint32_t *input) {
  return add_input(b, "angle", &b->n_parameters, input);
}

static spiqe_status add_rotations(builder *b, int is_upload) {
  for (size_t i = 0; i < b->n; i++) {
    uint32_t input;
    if (is_upload) {
      SPIQE_TRY(add_value(b, b->qubits[i]));
      continue;
    }
    SPIQE_TRY(add_parameter(b, &input));
    SPIQE_TRY(add_ry(b, input, b->qubits[i]));
  }
  return SPIQE_OK;
}

/* cz from each qubit to the one that is `layer` further, in a ring; two qubits have one cz. */
static spiqe_status add_ring(builder *b, size_t layer) {
  const size_t distance = b->n > 1 ? 1 + layer % (b->n - 1) : 0;
  const size_t n_pairs = b->n == 1 ? 0 : 2 * distance == b->n ? distance : b->n;
  for (size_t i = 0; i < n_pairs; i++) {
    const uint32_t pair[2] = {b->qubits[i], b->qubits[(i + distance) % b->n]};
    SPIQE_TRY(spiqe_circuit_gate(b->circuit, "cz", NULL, pair));
  }
  return SPIQE_OK;
}

static spiqe_status add_layers(builder *b, size_t n_layers, int is_upload) {
  for (size_t l = 0; l < n_layers; l++) {
    SPIQE_TRY(add_rotations(b, is_upload));
    SPIQE_TRY(add_ring(b, l));
  }
  return add_rotations(b, 0);
}

/* cz and one ry each, by 2 parameters from `first` on. */
static spiqe_status add_block(builder *b, uint32_t first, const uint32_t pair[2]) {
  SPIQE_TRY(spiqe_circuit_gate(b->circuit, "cz", NULL, pair));
  SPIQE_TRY(add_ry(b, first, pair[0]));
  return add_ry(b, first + 1, pair[1]);
}

/* Blocks on (0, 1), (2, 3), ..., then on (1, 2), (3, 4), ..., the last with the first. */
static spiqe_status add_convolution(builder *b) {
  uint32_t first, input;
  SPIQE_TRY(add_parameter(b, &first));
  SPIQE_TRY(add_parameter(b, &input));
  for (size_t odd = 0; odd < 2; odd++)
    for (size_t i = odd; i < b->n && b->n > 1; i += 2) {
      const uint32_t pair[2] = {b->qubits[i], b->qubits[(i + 1) % b->n]};
      if (i + 1 == b->n && !odd) continue;
      SPIQE_TRY(add_block(b, first, pair));
    }
  return SPIQE_OK;
}

/* The second qubit of each pair turns the first, and is not touched again. */
static spiqe_status add_pooling(builder *b) {
  uint32_t inputs[2];
  size_t n_left = 0;
  for (size_t k = 0; k < 2; k++) SPIQE_TRY(add_parameter(b, &inputs[k]));
  for (size_t i = 0; i < b->n; i += 2) {
    for (uint8_t on_zero = 0; on_zero < 2 && i + 1 < b->n; on_zero++) {
      const spiqe_term term = {inputs[on_zero], 1};
      const spiqe_angle angle = {0, 1, &term};
      SPIQE_TRY(spiqe_circuit_gate_controlled(b->circuit, "ry", &angle, 1, &b->qubits[i + 1],
                                              &on_zero, &b->qubits[i]));
    }
    b->qubits[n_left++] = b->qubits[i];
  }
  b->n = n_left;
  return SPIQE_OK;
}

static spiqe_status add_qcnn(builder *b, size_t n_layers) {
  for (size_t l = 0; l < n_layers; l++) {
    SPIQE_TRY(add_rotations(b, 1));
    SPIQE_TRY(add_convolution(b));
  }
  while (b->n > MOST_READ_QUBITS) {
    SPIQE_TRY(add_pooling(b));
    SPIQE_TRY(add_convolution(b));
  }
  return add_layers(b, N_READ_LAYERS, 0);
}

static spiqe_status add_ansatz(builder *b, const spiqe_ansatz *ansatz) {
  switch (ansatz->kind) {
    case SPIQE_ANSATZ_REUPLOADING: return add_layers(b, ansatz->n_layers, 1);
    case SPIQE_ANSATZ_AMPLITUDE: return add_layers(b, ansatz->n_layers, 0);
    default: return add_qcnn(b, ansatz->n_layers);
  }
}

static spiqe_status read_given(spiqe_context *ctx, const spiqe_ansatz *ansatz,
                               spiqe_circuit **out) {
  SPIQE_REQUIRE(ctx, ansatz->source[0], SPIQE_BAD_ARGUMENT,
                "ansatz qasm: the option circuit, a file of OpenQASM 3, is expected");
  SPIQE_TRY(spiqe_circuit_parse(ctx, "circuit", ansatz->source, strlen(ansatz->source), out));
  const size_t n = spiqe_circuit_n_qubits(*out);
  if (n == ansatz->n_qubits) return SPIQE_OK;
  spiqe_circuit_destroy(*out);
  *out = NULL;
  return spiqe_fail(ctx, SPIQE_BAD_SHAPE,
                    "circuit: it has %zu qubits, but the option qubits is %zu", n,
                    ansatz->n_qubits);
}

spiqe_status spiqe_ansatz_build(spiqe_context *ctx, const spiqe_ansatz *ansatz, spiqe_circuit **out,
                                size_t *observed) {
  builder b = {.n = ansatz->n_qubits};
  *out = NULL;
  *observed = ((size_t)1 << ansatz->n_qubits) - 1;
  if (ansatz->kind == SPIQE_ANSATZ_QASM) return read_given(ctx, ansatz, out);
  for (uint32_t q = 0; q < b.n; q++) b.qubits[q] = q;
  SPIQE_TRY(spiqe_circuit_create(ctx, ansatz->n_qubits, 0, &b.circuit));
  spiqe_status status = add_ansatz(&b, ansatz);
  if (status != SPIQE_OK) {
    spiqe_circuit_destroy(b.circuit);
    return status;
  }
  *observed = 0;
  for (size_t i = 0; i < b.n; i++) *observed |= (size_t)1 << b.qubits[i];
  *out = b.circuit;
  return SPIQE_OK;
}
