/* Lanes: checks of what the caller gives, choice of the program. */
#include "quantum/lanes.h"

#include <stdlib.h>
#include <string.h>

#include "core/fail.h"

static int copy_array(void **to, const void *from, size_t n, size_t size) {
  if (!n) {
    *to = NULL;
    return 1;
  }
  *to = malloc(n * size);
  if (*to) memcpy(*to, from, n * size);
  return *to != NULL;
}

#define COPY(name)                                                                                 \
  copy_array((void **)&copy->name, circuit->name, circuit->n_##name, sizeof *circuit->name)

/* What compiling and running need of a circuit: no names. */
static spiqe_status copy_circuit(spiqe_context *ctx, const spiqe_circuit *circuit,
                                 spiqe_circuit **out) {
  spiqe_circuit *copy = *out = calloc(1, sizeof *copy);
  SPIQE_REQUIRE(ctx, copy, SPIQE_NO_MEMORY, "no memory for lanes");
  *copy = *circuit;
  copy->ctx = ctx;
  copy->registers = NULL;
  copy->inputs = NULL;
  copy->open = NULL;
  copy->n_registers = copy->n_inputs = copy->n_open = 0;
  int ok = COPY(operations);
  ok &= COPY(qubits_used);
  ok &= COPY(angles);
  ok &= COPY(terms);
  ok &= COPY(nodes);
  ok &= COPY(numbers);
  ok &= COPY(channels);
  SPIQE_REQUIRE(ctx, ok, SPIQE_NO_MEMORY, "no memory for lanes");
  return SPIQE_OK;
}

static spiqe_status find_precision(spiqe_context *ctx, const char *name, spiqe_precision *out) {
  *out = name && !strcmp(name, "f32") ? SPIQE_F32 : SPIQE_F64;
  SPIQE_REQUIRE(ctx, !name || !strcmp(name, "f32") || !strcmp(name, "f64"), SPIQE_BAD_NAME,
                "no precision is called '%.40s'; f32 and f64 are", name);
  return SPIQE_OK;
}

spiqe_status spiqe_lanes_create(spiqe_context *ctx, const spiqe_circuit *circuit,
                                const char *precision, spiqe_lanes **out) {
  spiqe_precision chosen;
  *out = NULL;
  SPIQE_TRY(find_precision(ctx, precision, &chosen));
  SPIQE_REQUIRE(ctx, circuit->n_qubits <= SPIQE_MOST_LANE_QUBITS, SPIQE_LIMIT,
                "%zu qubits, but lanes have at most %d", circuit->n_qubits, SPIQE_MOST_LANE_QUBITS);
  SPIQE_TRY(spiqe_circuit_check_closed(circuit));
  spiqe_lanes *lanes = calloc(1, sizeof *lanes);
  SPIQE_REQUIRE(ctx, lanes, SPIQE_NO_MEMORY, "no memory for lanes");
  lanes->ctx = ctx;
  lanes->precision = chosen;
  lanes->kernels = spiqe_device_kernels(ctx, chosen);
  lanes->n_inputs = circuit->n_inputs;
  lanes->n_measurements = spiqe_lane_count_measurements(circuit);
  spiqe_status status = copy_circuit(ctx, circuit, &lanes->circuit);
  if (status == SPIQE_OK)
    status = spiqe_lane_compile(ctx, lanes->circuit, chosen, 0, &lanes->programs[0]);
  if (status == SPIQE_OK) {
    *out = lanes;
    return SPIQE_OK;
  }
  spiqe_lanes_destroy(lanes);
  return status;
}

void spiqe_lanes_destroy(spiqe_lanes *lanes) {
  if (!lanes) return;
  for (size_t i = 0; i < SPIQE_LANES_N_WAYS; i++) spiqe_lane_program_destroy(&lanes->programs[i]);
  spiqe_circuit_destroy(lanes->circuit);
  free(lanes->uniform);
  free(lanes->scratch);
  free(lanes);
}

size_t spiqe_lanes_n_measurements(const spiqe_lanes *lanes) {
  return lanes->n_measurements;
}

static spiqe_status check_run(const spiqe_lanes *lanes, const spiqe_lanes_run *run) {
  SPIQE_REQUIRE(lanes->ctx, !lanes->n_inputs || run->inputs || run->constants, SPIQE_BAD_ARGUMENT,
                "the circuit has %zu inputs, but the run gives no values", lanes->n_inputs);
  SPIQE_REQUIRE(lanes->ctx, !run->inputs || !run->constants, SPIQE_BAD_ARGUMENT,
                "a run has inputs or constants, not both");
  return SPIQE_OK;
}

/* The program for a run, compiled when it is met first. */
static spiqe_status find_program(spiqe_lanes *lanes, const spiqe_lanes_run *run, unsigned way,
                                 const spiqe_lane_program **out) {
  if (run->start) way |= SPIQE_LANES_STARTED;
  if (lanes->n_inputs && !run->inputs) way |= SPIQE_LANES_UNIFORM;
  *out = &lanes->programs[way];
  if ((*out)->n_lanes) return SPIQE_OK;
  return spiqe_lane_compile(lanes->ctx, lanes->circuit, lanes->precision, way,
                            &lanes->programs[way]);
}

spiqe_status spiqe_lanes_forward(spiqe_lanes *lanes, const spiqe_lanes_run *run) {
  const spiqe_lane_program *program;
  SPIQE_TRY(check_run(lanes, run));
  SPIQE_TRY(find_program(lanes, run, 0, &program));
  return spiqe_lane_run(lanes, program, run, NULL, NULL);
}

spiqe_status spiqe_lanes_gradient(spiqe_lanes *lanes, const spiqe_lanes_run *run,
                                  const void *weight, void *gradient) {
  const spiqe_lane_program *program;
  SPIQE_TRY(check_run(lanes, run));
  SPIQE_REQUIRE(lanes->ctx, run->outcomes || !lanes->n_measurements, SPIQE_BAD_ARGUMENT,
                "a gradient is of outcomes that are given, and the run gives none");
  SPIQE_TRY(find_program(lanes, run, SPIQE_LANES_GRADIENT, &program));
  return spiqe_lane_run(lanes, program, run, weight, gradient);
}
