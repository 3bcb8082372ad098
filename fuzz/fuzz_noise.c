/* Property: any text gives a description or a message that names the text; what is read is
 * physical, and put into a circuit it gives channels that keep the trace, or a message. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "quantum/noise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_probability(double p) {
  if (!(p >= 0 && p <= 1)) abort();
}

static void check_time(double time) {
  if (!(time >= 0 && isfinite(time))) abort();
}

static void check(const spiqe_noise *noise) {
  for (size_t i = 0; i < (noise->n_qubits ? noise->n_qubits : 1); i++) {
    const spiqe_noise_qubit *q = &noise->qubits[i];
    if (!(q->t1 > 0) || !(q->t2 > 0) || !(q->t2 <= 2 * q->t1 * (1 + 1e-9))) abort();
    check_probability(q->excited);
    check_probability(q->p1_of_0);
    check_probability(q->p0_of_1);
  }
  check_probability(noise->reset_error);
  check_time(noise->reset_time);
  check_time(noise->measure_time);
  check_time(noise->dt);
  for (size_t i = 0; i < noise->n_rules; i++) check_time(noise->rules[i].time);
}

/* Something of each kind; the text may have said anything about any of it. */
static spiqe_circuit *circuit_of(spiqe_context *context) {
  static const struct {
    const char *name;
    uint32_t qubits[3];
  } gates[] = {{"sx", {0}},    {"x", {1}},     {"rz", {1}},      {"h", {2}},
               {"cx", {0, 1}}, {"cz", {2, 1}}, {"swap", {0, 2}}, {"ccx", {0, 1, 2}}};
  const double angle = 1;
  const spiqe_node bit = {.kind = SPIQE_NODE_BITS, .width = 1};
  spiqe_circuit *circuit;
  if (spiqe_circuit_create(context, 3, 2, &circuit) != SPIQE_OK) return NULL;
  for (size_t i = 0; i < sizeof gates / sizeof *gates; i++) {
    if (i == 2) spiqe_circuit_delay(circuit, 100, 1);
    if (i == 4) spiqe_circuit_measure(circuit, 0, 1);
    if (i == 4) spiqe_circuit_push_condition(circuit, SPIQE_IF, &bit, 1, 0);
    if (i == 5) spiqe_circuit_reset(circuit, 2);
    if (i == 6) spiqe_circuit_push_end(circuit, 0);
    spiqe_circuit_gate(circuit, gates[i].name, &angle, gates[i].qubits);
  }
  return circuit;
}

static void apply(spiqe_context *context, const spiqe_noise *noise) {
  spiqe_circuit *circuit = circuit_of(context), *noisy;
  if (!circuit) return;
  spiqe_status status = spiqe_noise_apply(noise, circuit, &noisy);
  if ((status == SPIQE_OK) != (noisy != NULL) || (!noisy && !context->message[0])) abort();
  for (size_t i = 0; noisy && i < noisy->n_operations; i++) {
    const spiqe_operation *op = &noisy->operations[i];
    if (op->jump != SPIQE_NO_JUMP && op->jump >= noisy->n_operations) abort();
  }
  spiqe_circuit_destroy(noisy);
  spiqe_circuit_destroy(circuit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct spiqe_context context = {0};
  spiqe_noise *noise;
  spiqe_status status = spiqe_noise_parse(&context, "f", (const char *)data, size, &noise);
  if ((status == SPIQE_OK) != (noise != NULL)) abort();
  if (status != SPIQE_OK && strncmp(context.message, "f:", 2) != 0) abort();
  if (noise) check(noise);
  if (noise) apply(&context, noise);
  spiqe_noise_destroy(noise);
  return 0;
}
