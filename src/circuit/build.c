/* Adding operations: the checks, the pools, the jumps of conditions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "circuit/circuit.h"
#include "core/fail.h"
#include "core/grow.h"
#include "spiqe/names.h"

spiqe_status spiqe_circuit_push(spiqe_circuit *circuit, const spiqe_operation *operation) {
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, operations, 1));
  circuit->operations[circuit->n_operations++] = *operation;
  return SPIQE_OK;
}

spiqe_status spiqe_circuit_push_qubits(spiqe_circuit *circuit, size_t n, const uint32_t *qubits,
                                       uint32_t *first) {
  SPIQE_REQUIRE(circuit->ctx, circuit->n_qubits_used + n < UINT32_MAX, SPIQE_LIMIT,
                "a circuit with more than %u places for qubits", UINT32_MAX);
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, qubits_used, n));
  *first = (uint32_t)circuit->n_qubits_used;
  if (n) memcpy(circuit->qubits_used + circuit->n_qubits_used, qubits, n * sizeof *qubits);
  circuit->n_qubits_used += n;
  return SPIQE_OK;
}

static spiqe_status check_angle(const spiqe_circuit *circuit, const spiqe_angle *angle) {
  spiqe_context *ctx = circuit->ctx;
  SPIQE_REQUIRE(ctx, isfinite(angle->constant), SPIQE_BAD_ARGUMENT,
                "an angle of %g; expected a finite number", angle->constant);
  for (uint32_t i = 0; i < angle->n_terms; i++) {
    SPIQE_REQUIRE(ctx, angle->terms[i].input < circuit->n_inputs, SPIQE_BAD_ARGUMENT,
                  "an angle depends on input %u, but the circuit has %zu", angle->terms[i].input,
                  circuit->n_inputs);
    SPIQE_REQUIRE(ctx, isfinite(angle->terms[i].factor), SPIQE_BAD_ARGUMENT,
                  "an angle has the factor %g; expected a finite number", angle->terms[i].factor);
  }
  return SPIQE_OK;
}

spiqe_status spiqe_circuit_push_angle(spiqe_circuit *circuit, const spiqe_angle *angle,
                                      uint32_t *index) {
  SPIQE_TRY(check_angle(circuit, angle));
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, angles, 1));
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, terms, angle->n_terms));
  *index = (uint32_t)circuit->n_angles;
  circuit->angles[circuit->n_angles++] =
      (spiqe_stored_angle){angle->constant, (uint32_t)circuit->n_terms, angle->n_terms};
  for (uint32_t i = 0; i < angle->n_terms; i++)
    circuit->terms[circuit->n_terms++] = angle->terms[i];
  return SPIQE_OK;
}

/* Each qubit is there, and none comes twice; the first n_controls may be marked SPIQE_ON_ZERO.
 * A few are compared with each other, many are sorted out with a mark each. */
static spiqe_status check_qubits(spiqe_circuit *circuit, const char *what, size_t n_controls,
                                 size_t n, const uint32_t *qubits) {
  spiqe_context *ctx = circuit->ctx;
  uint8_t *marks = n > 16 ? calloc(circuit->n_qubits, 1) : NULL;
  SPIQE_REQUIRE(ctx, n <= 16 || marks, SPIQE_NO_MEMORY, "no memory for %zu qubits", n);
  spiqe_status status = SPIQE_OK;
  for (size_t i = 0; i < n && status == SPIQE_OK; i++) {
    uint32_t q = i < n_controls ? qubits[i] & ~SPIQE_ON_ZERO : qubits[i];
    int twice = 0;
    if (q >= circuit->n_qubits) {
      status = spiqe_fail(ctx, SPIQE_BAD_INDEX, "%s: qubit %u, but the circuit has %zu", what, q,
                          circuit->n_qubits);
      break;
    }
    for (size_t j = 0; j < i && !marks; j++) twice |= (qubits[j] & ~SPIQE_ON_ZERO) == q;
    if (marks) twice = marks[q]++;
    if (twice) status = spiqe_fail(ctx, SPIQE_BAD_INDEX, "%s: qubit %u is given twice", what, q);
  }
  free(marks);
  return status;
}

spiqe_status spiqe_circuit_push_gate(spiqe_circuit *circuit, size_t gate, const spiqe_angle *angles,
                                     size_t n_controls, const uint32_t *qubits, uint32_t line) {
  const spiqe_gate *g = &spiqe_gates[gate];
  const size_t n = n_controls + g->n_targets;
  SPIQE_TRY(check_qubits(circuit, g->name, n_controls, n, qubits));
  spiqe_operation op = {.kind = SPIQE_GATE, .gate = (uint8_t)gate, .line = line};
  op.n_controls = (uint32_t)n_controls;
  op.n_targets = g->n_targets;
  op.jump = SPIQE_NO_JUMP;
  for (uint32_t i = 0; i < g->n_parameters; i++) SPIQE_TRY(check_angle(circuit, &angles[i]));
  SPIQE_TRY(spiqe_circuit_push_qubits(circuit, n, qubits, &op.first_qubit));
  for (uint32_t i = 0; i < g->n_parameters; i++) {
    uint32_t index;
    SPIQE_TRY(spiqe_circuit_push_angle(circuit, &angles[i], &index));
    if (!i) op.first_angle = index;
  }
  return spiqe_circuit_push(circuit, &op);
}

/* What callers give are numbers of qubits; the mark is ours. */
static spiqe_status check_unmarked(spiqe_circuit *circuit, const char *what, size_t n,
                                   const uint32_t *qubits) {
  for (size_t i = 0; i < n; i++)
    SPIQE_REQUIRE(circuit->ctx, !(qubits[i] & SPIQE_ON_ZERO), SPIQE_BAD_INDEX,
                  "%s: qubit %u, but the circuit has %zu", what, qubits[i], circuit->n_qubits);
  return SPIQE_OK;
}

static spiqe_status find_spelling(spiqe_circuit *circuit, const char *name,
                                  const spiqe_spelling **out) {
  *out = spiqe_spelling_find(name, strlen(name));
  if (*out) return SPIQE_OK;
  const char *names[128];
  char hint[96];
  size_t n = 0;
  for (; n < 128 && spiqe_gate_name(n); n++) names[n] = spiqe_gate_name(n);
  return spiqe_fail(circuit->ctx, SPIQE_BAD_NAME, "no gate is called '%.60s'%s", name,
                    spiqe_text_suggest(name, names, n, hint, sizeof hint));
}

spiqe_status spiqe_circuit_gate(spiqe_circuit *circuit, const char *name, const double *angles,
                                const uint32_t *qubits) {
  spiqe_angle constants[SPIQE_MOST_GATE_PARAMETERS] = {{0}};
  const spiqe_spelling *spelling;
  SPIQE_TRY(find_spelling(circuit, name, &spelling));
  size_t gate = (size_t)spiqe_gate_find(spelling->gate);
  SPIQE_REQUIRE(circuit->ctx, angles || !spiqe_gates[gate].n_parameters, SPIQE_BAD_ARGUMENT,
                "gate '%s' has %u angles, and none are given", name,
                spiqe_gates[gate].n_parameters);
  for (size_t i = 0; i < spiqe_gates[gate].n_parameters; i++) constants[i].constant = angles[i];
  SPIQE_TRY(check_unmarked(circuit, name,
                           (size_t)spelling->n_controls + spiqe_gates[gate].n_targets, qubits));
  return spiqe_circuit_push_gate(circuit, gate, constants, spelling->n_controls, qubits, 0);
}

spiqe_status spiqe_circuit_gate_controlled(spiqe_circuit *circuit, const char *name,
                                           const spiqe_angle *angles, size_t n_controls,
                                           const uint32_t *controls, const uint8_t *on_zero,
                                           const uint32_t *qubits) {
  const spiqe_spelling *spelling;
  SPIQE_TRY(find_spelling(circuit, name, &spelling));
  size_t gate = (size_t)spiqe_gate_find(spelling->gate);
  size_t n_own = (size_t)spelling->n_controls + spiqe_gates[gate].n_targets;
  SPIQE_REQUIRE(circuit->ctx, angles || !spiqe_gates[gate].n_parameters, SPIQE_BAD_ARGUMENT,
                "gate '%s' has %u angles, and none are given", name,
                spiqe_gates[gate].n_parameters);
  SPIQE_REQUIRE(circuit->ctx, n_controls <= circuit->n_qubits, SPIQE_BAD_INDEX,
                "%zu controls, but the circuit has %zu qubits", n_controls, circuit->n_qubits);
  SPIQE_TRY(check_unmarked(circuit, name, n_controls, controls));
  SPIQE_TRY(check_unmarked(circuit, name, n_own, qubits));
  uint32_t *all = malloc((n_controls + n_own + 1) * sizeof *all);
  SPIQE_REQUIRE(circuit->ctx, all, SPIQE_NO_MEMORY, "no memory for %zu controls", n_controls);
  for (size_t i = 0; i < n_controls; i++)
    all[i] = controls[i] | (on_zero && on_zero[i] ? SPIQE_ON_ZERO : 0);
  if (n_own) memcpy(all + n_controls, qubits, n_own * sizeof *all);
  spiqe_status status =
      spiqe_circuit_push_gate(circuit, gate, angles, n_controls + spelling->n_controls, all, 0);
  free(all);
  return status;
}

/* An operation on targets only. */
static spiqe_status push_on(spiqe_circuit *circuit, spiqe_operation op, const char *what, size_t n,
                            const uint32_t *qubits) {
  SPIQE_TRY(check_qubits(circuit, what, 0, n, qubits));
  SPIQE_TRY(spiqe_circuit_push_qubits(circuit, n, qubits, &op.first_qubit));
  op.n_targets = (uint32_t)n;
  op.jump = SPIQE_NO_JUMP;
  return spiqe_circuit_push(circuit, &op);
}

spiqe_status spiqe_circuit_measure(spiqe_circuit *circuit, uint32_t qubit, uint32_t bit) {
  SPIQE_REQUIRE(circuit->ctx, bit == SPIQE_NO_BIT || bit < circuit->n_bits, SPIQE_BAD_INDEX,
                "measure: bit %u, but the circuit has %zu", bit, circuit->n_bits);
  return push_on(circuit, (spiqe_operation){.kind = SPIQE_MEASURE, .payload = bit}, "measure", 1,
                 &qubit);
}

spiqe_status spiqe_circuit_reset(spiqe_circuit *circuit, uint32_t qubit) {
  return push_on(circuit, (spiqe_operation){.kind = SPIQE_RESET}, "reset", 1, &qubit);
}

spiqe_status spiqe_circuit_barrier(spiqe_circuit *circuit, size_t n, const uint32_t *qubits) {
  spiqe_operation op = {.kind = SPIQE_BARRIER};
  if (n || !circuit->n_qubits) return push_on(circuit, op, "barrier", n, qubits);
  uint32_t *all = malloc(circuit->n_qubits * sizeof *all);
  SPIQE_REQUIRE(circuit->ctx, all, SPIQE_NO_MEMORY, "no memory for a barrier");
  for (size_t i = 0; i < circuit->n_qubits; i++) all[i] = (uint32_t)i;
  spiqe_status status = push_on(circuit, op, "barrier", circuit->n_qubits, all);
  free(all);
  return status;
}

spiqe_status spiqe_circuit_delay(spiqe_circuit *circuit, double seconds, uint32_t qubit) {
  spiqe_operation op = {.kind = SPIQE_DELAY};
  SPIQE_REQUIRE(circuit->ctx, seconds >= 0 && isfinite(seconds), SPIQE_BAD_ARGUMENT,
                "a delay of %g s; expected 0 or more", seconds);
  SPIQE_TRY(
      spiqe_circuit_push_angle(circuit, &(spiqe_angle){.constant = seconds}, &op.first_angle));
  return push_on(circuit, op, "delay", 1, &qubit);
}

/* Distance of sum K^dagger K from the identity, the largest entry. */
static double distance_from_identity(size_t n, size_t n_kraus, const spiqe_complex *kraus) {
  double largest = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      double re = i == j ? -1 : 0, im = 0;
      for (size_t k = 0; k < n_kraus * n; k++) { /* k: operator, row */
        spiqe_complex a = kraus[k * n + i], b = kraus[k * n + j];
        re += a.re * b.re + a.im * b.im;
        im += a.re * b.im - a.im * b.re;
      }
      double size = hypot(re, im);
      if (!isfinite(size)) return size;
      if (size > largest) largest = size;
    }
  return largest;
}

static spiqe_status push_numbers(spiqe_circuit *circuit, size_t n, const spiqe_complex *numbers,
                                 size_t *first) {
  SPIQE_REQUIRE(circuit->ctx, circuit->n_numbers + n < UINT32_MAX, SPIQE_LIMIT,
                "matrices of more than %u numbers", UINT32_MAX);
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, numbers, n));
  memcpy(circuit->numbers + circuit->n_numbers, numbers, n * sizeof *numbers);
  *first = circuit->n_numbers;
  circuit->n_numbers += n;
  return SPIQE_OK;
}

static spiqe_status check_kraus(spiqe_circuit *circuit, const char *what, size_t n_targets,
                                size_t n_kraus, const spiqe_complex *kraus) {
  spiqe_context *ctx = circuit->ctx;
  SPIQE_REQUIRE(ctx, n_targets && n_targets <= SPIQE_MOST_MATRIX_TARGETS, SPIQE_LIMIT,
                "%s on %zu qubits; expected 1 to %d", what, n_targets, SPIQE_MOST_MATRIX_TARGETS);
  double distance = distance_from_identity((size_t)1 << n_targets, n_kraus, kraus);
  SPIQE_REQUIRE(ctx, distance <= 1e-8, SPIQE_BAD_ARGUMENT, "%s differs from the identity by %g",
                what, distance);
  return SPIQE_OK;
}

spiqe_status spiqe_circuit_matrix(spiqe_circuit *circuit, size_t n_targets, const uint32_t *targets,
                                  const spiqe_complex *matrix) {
  SPIQE_TRY(check_kraus(circuit, "the matrix is not unitary: U^dagger U", n_targets, 1, matrix));
  SPIQE_TRY(check_qubits(circuit, "matrix", 0, n_targets, targets));
  size_t first;
  SPIQE_TRY(push_numbers(circuit, (size_t)1 << 2 * n_targets, matrix, &first));
  spiqe_operation op = {.kind = SPIQE_MATRIX, .payload = (uint32_t)first};
  return push_on(circuit, op, "matrix", n_targets, targets);
}

spiqe_status spiqe_circuit_channel(spiqe_circuit *circuit, const char *name, size_t n_targets,
                                   const uint32_t *targets, size_t n_kraus,
                                   const spiqe_complex *kraus) {
  SPIQE_REQUIRE(circuit->ctx, n_kraus && n_kraus <= 1024, SPIQE_BAD_ARGUMENT,
                "a channel of %zu Kraus operators; expected 1 to 1024", n_kraus);
  SPIQE_TRY(check_kraus(circuit, "the channel does not keep the trace: sum K^dagger K", n_targets,
                        n_kraus, kraus));
  SPIQE_TRY(check_qubits(circuit, name, 0, n_targets, targets));
  spiqe_channel channel = {.n_targets = (uint32_t)n_targets, .n_kraus = (uint32_t)n_kraus};
  strncpy(channel.name, name, sizeof channel.name - 1);
  SPIQE_TRY(push_numbers(circuit, n_kraus << 2 * n_targets, kraus, &channel.first));
  SPIQE_TRY(SPIQE_POOL_ROOM(circuit, channels, 1));
  circuit->channels[circuit->n_channels] = channel;
  spiqe_operation op = {.kind = SPIQE_CHANNEL, .payload = (uint32_t)circuit->n_channels++};
  return push_on(circuit, op, name, n_targets, targets);
}
