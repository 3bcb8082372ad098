/* Expectations from shots. The terms are grouped; for each group the circuit is continued by gates
 * that turn X and Y to Z and by measurements into a register of its own, and simulated. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "quantum/expectation.h"
#include "spiqe/random.h"
#include "spiqe/simulate.h"

/* sdg, h, measure on each qubit. */
#define MOST_ADDED (3 * SPIQE_MOST_OBSERVABLE_QUBITS)

static spiqe_status copy_pools(const spiqe_circuit *circuit, spiqe_circuit *out) {
  const size_t n_operations = circuit->n_operations, n_qubits_used = circuit->n_qubits_used;
  const size_t n_registers = circuit->n_registers;
  *out = *circuit;
  out->operations = calloc(n_operations + MOST_ADDED, sizeof *out->operations);
  out->qubits_used = calloc(n_qubits_used + MOST_ADDED, sizeof *out->qubits_used);
  out->registers = calloc(n_registers + 1, sizeof *out->registers);
  SPIQE_REQUIRE(circuit->ctx, out->operations && out->qubits_used && out->registers,
                SPIQE_NO_MEMORY, "no memory for a circuit of %zu operations", n_operations);
  SPIQE_REQUIRE(circuit->ctx, circuit->n_bits + SPIQE_MOST_OBSERVABLE_QUBITS <= SPIQE_MOST_BITS,
                SPIQE_LIMIT,
                "a circuit of %zu bits, and those of an observable; at most %zu are supported",
                circuit->n_bits, SPIQE_MOST_BITS);
  if (n_operations)
    memcpy(out->operations, circuit->operations, n_operations * sizeof *out->operations);
  if (n_qubits_used)
    memcpy(out->qubits_used, circuit->qubits_used, n_qubits_used * sizeof *out->qubits_used);
  if (n_registers) memcpy(out->registers, circuit->registers, n_registers * sizeof *out->registers);
  return SPIQE_OK;
}

spiqe_status spiqe_sampled_create(spiqe_expectations *out) {
  const size_t n = out->observable->n_terms;
  SPIQE_TRY(copy_pools(out->circuit, &out->measured));
  out->groups = calloc(n + 1, sizeof *out->groups);
  out->order = calloc(n + 1, sizeof *out->order);
  SPIQE_REQUIRE(out->ctx, out->groups && out->order, SPIQE_NO_MEMORY, "no memory for %zu terms", n);
  return spiqe_observable_group(out->ctx, out->observable, &out->n_groups, out->groups, out->order,
                                &out->identity);
}

void spiqe_sampled_clear(spiqe_expectations *e) {
  free(e->measured.operations);
  free(e->measured.qubits_used);
  free(e->measured.registers);
  free(e->groups);
  free(e->order);
}

static void add_operation(spiqe_circuit *out, spiqe_operation op, uint32_t qubit) {
  op.n_targets = 1;
  op.jump = SPIQE_NO_JUMP;
  op.first_qubit = (uint32_t)out->n_qubits_used;
  out->qubits_used[out->n_qubits_used++] = qubit;
  out->operations[out->n_operations++] = op;
}

static void add_gate(spiqe_circuit *out, const char *name, uint32_t qubit) {
  add_operation(out, (spiqe_operation){.kind = SPIQE_GATE, .gate = (uint8_t)spiqe_gate_find(name)},
                qubit);
}

/* Behind the circuit: X = h Z h; Y = (h sdg)^dagger Z (h sdg). Bit i of the last register is the
 * i-th qubit of the group, counting up. */
static void measure_group(spiqe_expectations *e, const spiqe_pauli_group *group) {
  static char name[] = "observable";
  spiqe_circuit *out = &e->measured;
  const uint32_t first = (uint32_t)e->circuit->n_bits;
  out->n_operations = e->circuit->n_operations;
  out->n_qubits_used = e->circuit->n_qubits_used;
  out->n_bits = e->circuit->n_bits;
  for (uint32_t q = 0; q < SPIQE_MOST_OBSERVABLE_QUBITS; q++) {
    const uint64_t x = group->x_mask >> q & 1, z = group->z_mask >> q & 1;
    const spiqe_operation measure = {.kind = SPIQE_MEASURE, .payload = (uint32_t)out->n_bits};
    if (!(x | z)) continue;
    if (x & z) add_gate(out, "sdg", q);
    if (x) add_gate(out, "h", q);
    add_operation(out, measure, q);
    out->n_bits++;
  }
  out->n_registers = e->circuit->n_registers + 1;
  out->registers[e->circuit->n_registers] =
      (spiqe_register){SPIQE_REGISTER_BITS, name, first,
                       (uint32_t)(out->n_bits - e->circuit->n_bits)};
}

/* Sum of the group's terms for an outcome. The last register stands first in its text, the highest
 * bit first. */
static double value_of(const spiqe_expectations *e, const spiqe_pauli_group *group,
                       const char *bits) {
  uint64_t ones = 0;
  double sum = 0;
  for (uint64_t left = group->x_mask | group->z_mask; left; bits++) {
    const uint64_t highest = (uint64_t)1 << (63 - __builtin_clzll(left));
    if (*bits == '1') ones |= highest;
    left ^= highest;
  }
  for (size_t i = 0; i < group->n_terms; i++) {
    const spiqe_pauli_term *term = &e->observable->terms[e->order[group->first + i]];
    int is_odd = __builtin_popcountll(ones & (term->x_mask | term->z_mask)) & 1;
    sum += is_odd ? -term->factor : term->factor;
  }
  return sum;
}

/* Mean over the shots; the variance of it, estimated from the same shots (n - 1 for the mean that
 * is estimated too), which one shot does not give. */
static void add_group(const spiqe_expectations *e, const spiqe_pauli_group *group,
                      const spiqe_simulation *simulation, double *value, double *variance) {
  const spiqe_outcome *outcomes = spiqe_simulation_outcomes(simulation);
  const size_t n_outcomes = spiqe_simulation_n_outcomes(simulation);
  const double n = (double)e->n_shots;
  double mean = 0, squares = 0;
  for (size_t i = 0; i < n_outcomes; i++)
    mean += (double)outcomes[i].count / n * value_of(e, group, outcomes[i].bits);
  for (size_t i = 0; i < n_outcomes; i++) {
    double off = value_of(e, group, outcomes[i].bits) - mean;
    squares += (double)outcomes[i].count * off * off;
  }
  *value += mean;
  *variance += e->n_shots > 1 ? squares / (n - 1) / n : INFINITY;
}

spiqe_status spiqe_sampled_run(spiqe_expectations *e, const double *inputs, uint64_t seed,
                               double *value, double *variance) {
  double sum = e->identity, spread = 0;
  for (size_t g = 0; g < e->n_groups; g++) {
    uint32_t key[2]; /* groups are simulated with seeds of their own */
    spiqe_random_key(seed, SPIQE_PURPOSE_MEASURE, g, key);
    spiqe_simulation_options options = {.precision = e->precision == SPIQE_F32 ? "f32" : "f64",
                                        .n_shots = e->n_shots,
                                        .seed = (uint64_t)key[1] << 32 | key[0],
                                        .inputs = inputs};
    spiqe_simulation *simulation;
    measure_group(e, &e->groups[g]);
    SPIQE_TRY(spiqe_simulate(e->ctx, &e->measured, &options, &simulation));
    add_group(e, &e->groups[g], simulation, &sum, &spread);
    spiqe_simulation_destroy(simulation);
  }
  *value = sum;
  if (variance) *variance = spread;
  return SPIQE_OK;
}
