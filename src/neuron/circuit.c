/* The circuit as a stage: settings, sizes, parameters. */
#include "neuron/circuit.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/fail.h"
#include "neuron/count.h"
#include "neuron/recurrent.h"

static const char *const ansatz_names[] = {"reuploading", "amplitude", "qcnn", "qasm", NULL};
static const char *const observables[] = {"z", "zz", "probabilities", NULL};

#define FIELD(name) offsetof(spiqe_circuit_settings, name)
static const spiqe_option options[] = {
    {"ansatz", SPIQE_OPTION_CHOICE, FIELD(ansatz), "reuploading", 0, 0, ansatz_names,
     "ry by values and rings of cz; values as amplitudes, then ry and rings of cz; convolutions "
     "and "
     "poolings of qubits; or a circuit of gates"},
    {"qubits", SPIQE_OPTION_SIZE, FIELD(qubits), "10", 1, 12, NULL, "of the register"},
    {"layers", SPIQE_OPTION_SIZE, FIELD(layers), "4", 1, 256, NULL,
     "repetitions; of reuploading and qcnn each takes as many values as there are qubits"},
    {"circuit", SPIQE_OPTION_SOURCE, FIELD(circuit), "", 0, 0, NULL,
     "qasm: file of OpenQASM 3 (or its text); inputs named x_... take values, all others are "
     "learnt"},
    {"observe", SPIQE_OPTION_CHOICE, FIELD(observe), "z", 0, 0, observables,
     "of the qubits left at the end: Z of each; these and the products of two; or probabilities of "
     "their outcomes"},
    {"units", SPIQE_OPTION_SIZE, FIELD(units), "0", 0, 4096, NULL,
     "only so many expectations, the first ones; 0: all"},
    {"scale", SPIQE_OPTION_REAL, FIELD(scale), "10", 1e-3, 1e3, NULL,
     "initial gain, the factor from an expectation to the membrane"},
    {"angles", SPIQE_OPTION_REAL, FIELD(angles), "0.5", 0, 6.4, NULL,
     "initial angles and biases: uniform up to this, both ways (rad)"},
    {"weights", SPIQE_OPTION_REAL, FIELD(weights), "1", 0, 100, NULL,
     "initial factors on the values: uniform up to this, both ways (rad)"},
    {"shots", SPIQE_OPTION_SIZE, FIELD(shots), "1000", 1, 1000000000, NULL,
     "on a quantum device, for `spiqe energy`; here expectations are exact"},
};

/* Values and parameters among the circuit's inputs. */
static spiqe_status number_inputs(spiqe_context *ctx, const spiqe_circuit *circuit,
                                  spiqe_circuit_plan *plan) {
  const size_t n = spiqe_circuit_n_inputs(circuit);
  plan->inputs = calloc(n + 1, sizeof *plan->inputs);
  SPIQE_REQUIRE(ctx, plan->inputs, SPIQE_NO_MEMORY, "no memory for a circuit");
  for (size_t i = 0; i < n; i++)
    plan->n_values += !strncmp(spiqe_circuit_input_name(circuit, i), "x_", 2);
  size_t n_values = 0;
  for (size_t i = 0; i < n; i++)
    if (!strncmp(spiqe_circuit_input_name(circuit, i), "x_", 2))
      plan->inputs[i] = (uint32_t)n_values++;
    else
      plan->inputs[i] = (uint32_t)(plan->n_values + plan->n_parameters++);
  return SPIQE_OK;
}

/* Every value of the sample has a place in the circuit. */
static spiqe_status check_values(spiqe_context *ctx, const spiqe_stage *stage,
                                 const spiqe_circuit_plan *plan) {
  const spiqe_circuit_settings *s = stage->settings;
  const size_t room = plan->is_amplitude ? (size_t)1 << s->qubits : plan->n_values;
  SPIQE_REQUIRE(ctx, stage->in.n_units <= room, SPIQE_BAD_SHAPE,
                "%zu values, but the circuit takes %zu; more %s or fewer values are expected",
                stage->in.n_units, room, plan->is_amplitude ? "qubits" : "layers");
  return SPIQE_OK;
}

/* Bits of `state` where `mask` is set, side by side. */
static size_t take_bits(size_t state, size_t mask) {
  size_t out = 0, n = 0;
  for (size_t q = 0; mask >> q; q++)
    if (mask >> q & 1) out |= (state >> q & 1) << n++;
  return out;
}

static void list_masks(int observe, spiqe_circuit_plan *plan) {
  const size_t n = plan->n_observed;
  size_t u = 0;
  if (observe == SPIQE_OBSERVE_PROBABILITIES)
    for (; u < plan->n_outcomes; u++) plan->masks[u] = (uint16_t)u;
  else
    for (; u < n; u++) plan->masks[u] = (uint16_t)(1u << u);
  for (size_t i = 0; observe == SPIQE_OBSERVE_ZZ && i < n; i++)
    for (size_t j = i + 1; j < n; j++) plan->masks[u++] = (uint16_t)(1u << i | 1u << j);
}

static spiqe_status plan_observables(spiqe_context *ctx, const spiqe_stage *stage, size_t observed,
                                     spiqe_circuit_plan *plan) {
  const spiqe_circuit_settings *s = stage->settings;
  const size_t n = plan->n_observed = (size_t)__builtin_popcountll(observed);
  plan->n_outcomes = (size_t)1 << n;
  plan->n_units = s->observe == SPIQE_OBSERVE_Z    ? n
                  : s->observe == SPIQE_OBSERVE_ZZ ? n + n * (n - 1) / 2
                                                   : plan->n_outcomes;
  plan->masks = calloc(plan->n_units, sizeof *plan->masks);
  plan->outcomes = calloc(plan->rotations->n_rows, sizeof *plan->outcomes);
  SPIQE_REQUIRE(ctx, plan->masks && plan->outcomes, SPIQE_NO_MEMORY, "no memory for a circuit");
  list_masks(s->observe, plan);
  for (size_t r = 0; r < plan->rotations->n_rows; r++)
    plan->outcomes[r] = (uint16_t)take_bits(plan->rotations->states[r], observed);
  SPIQE_REQUIRE(ctx, s->units <= plan->n_units, SPIQE_BAD_SHAPE,
                "%zu units, but %zu qubits have %zu expectations", s->units, n, plan->n_units);
  if (s->units) plan->n_units = s->units;
  return SPIQE_OK;
}

static spiqe_status plan_circuit(spiqe_context *ctx, const spiqe_stage *stage,
                                 spiqe_circuit_plan *plan) {
  const spiqe_circuit_settings *s = stage->settings;
  const spiqe_ansatz ansatz = {(spiqe_ansatz_kind)s->ansatz, s->qubits, s->layers, s->circuit};
  spiqe_circuit *circuit;
  size_t observed;
  plan->is_amplitude = s->ansatz == SPIQE_ANSATZ_AMPLITUDE;
  SPIQE_TRY(spiqe_ansatz_build(ctx, &ansatz, &circuit, &observed));
  spiqe_status status = number_inputs(ctx, circuit, plan);
  if (status == SPIQE_OK)
    status = spiqe_rotations_create(ctx, circuit, plan->is_amplitude, &plan->rotations);
  spiqe_circuit_destroy(circuit);
  SPIQE_TRY(status);
  SPIQE_TRY(check_values(ctx, stage, plan));
  return plan_observables(ctx, stage, observed, plan);
}

static const spiqe_neuron_kernels no_memory = {0};

static void set_sizes(spiqe_stage *stage, const spiqe_circuit_plan *plan) {
  const size_t n_steps = spiqe_signal_stored_steps(&stage->in);
  const size_t read_out[] = {2, plan->n_units};
  stage->out = (spiqe_signal){.n_steps = stage->in.n_steps,
                              .n_units = plan->n_units,
                              .n_planes = 1,
                              .height = 1,
                              .width = 1,
                              .channels = plan->n_units};
  spiqe_stage_add_parameter(stage, "read_out", 2, read_out);
  if (plan->n_values) spiqe_stage_add_parameter(stage, "weight", 1, &plan->n_values);
  if (plan->n_values) spiqe_stage_add_parameter(stage, "bias", 1, &plan->n_values);
  if (plan->n_parameters) spiqe_stage_add_parameter(stage, "angle", 1, &plan->n_parameters);
  stage->neuron = &no_memory;
  stage->n_partial = stage->n_parameters;
  stage->n_scratch = spiqe_circuit_scratch(stage);
  stage->most_piece = (SPIQE_ROTATION_LANES + n_steps - 1) / n_steps;
}

static spiqe_status plan(spiqe_context *ctx, spiqe_stage *stage) {
  SPIQE_REQUIRE(ctx, stage->in.n_planes == 1, SPIQE_BAD_SHAPE,
                "stage %zu (circuit): the synapse before it has 2 planes, but a circuit takes 1",
                stage->index);
  spiqe_circuit_plan *made = calloc(1, sizeof *made);
  SPIQE_REQUIRE(ctx, made, SPIQE_NO_MEMORY, "no memory for a circuit");
  stage->owned = made;
  const spiqe_status status = plan_circuit(ctx, stage, made);
  if (status != SPIQE_OK)
    return spiqe_fail_prefix(ctx, status, "stage %zu (circuit)", stage->index);
  set_sizes(stage, made);
  return SPIQE_OK;
}

static void release(spiqe_stage *stage) {
  spiqe_circuit_plan *plan = stage->owned;
  if (!plan) return;
  spiqe_rotations_destroy(plan->rotations);
  free(plan->inputs);
  free(plan->outcomes);
  free(plan->masks);
  free(plan);
  stage->owned = NULL;
}

static void initialise(const spiqe_stage *stage, const uint32_t key[2], double *parameters) {
  const spiqe_circuit_settings *s = stage->settings;
  const spiqe_circuit_plan *plan = stage->owned;
  for (size_t u = 0; u < plan->n_units; u++) {
    parameters[u] = s->scale;
    parameters[plan->n_units + u] = 0;
  }
  for (size_t i = 1; i < stage->n_named; i++) {
    const spiqe_parameter *part = &stage->named[i];
    const double bound = strcmp(part->name, "weight") ? s->angles : s->weights;
    spiqe_stage_uniform(key, i, bound, part->size, parameters + part->offset);
  }
}

/* A pair of rows takes four multiplications and two additions. The rows are the state; a simulator
 * reads and writes both of a pair for each rotation. */
static void count(const spiqe_stage *stage, const spiqe_activity *activity, spiqe_work *sum) {
  const spiqe_circuit_settings *s = stage->settings;
  const spiqe_circuit_plan *plan = stage->owned;
  const double runs = spiqe_count_rows(&stage->in, activity);
  const double pairs = (double)plan->rotations->n_pairs, rows = (double)plan->rotations->n_rows;
  const spiqe_work one = {{
      [SPIQE_WORK_ADDITIONS] = 2 * pairs + rows,
      [SPIQE_WORK_MULTIPLICATIONS] = 4 * pairs + rows,
      [SPIQE_WORK_FUNCTIONS] = 2 * (double)plan->rotations->n_angles,
      [SPIQE_WORK_UPDATES] = 1,
      [SPIQE_WORK_WEIGHT_BYTES] = 4 * (double)stage->n_parameters,
      [SPIQE_WORK_STATE_BYTES] = 4 * 4 * pairs,
  }};
  spiqe_work_add(sum, &one, runs);
  spiqe_count_output(&stage->out, activity->out, activity->out_is_real, activity, sum);
  spiqe_neuron_count_circuits(runs, (double)s->shots, (double)s->qubits, sum);
}

const spiqe_stage_kind spiqe_circuit_stage = {
    .name = "circuit",
    .summary = "a quantum circuit of 1 to 12 qubits; gives expectations, not spikes",
    .is_neuron = 1,
    .is_graded = 1,
    .membrane = "scaled expectation",
    .exact = "qubits: 3, scale: 1",
    .settings_size = sizeof(spiqe_circuit_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .release = release,
    .initialise = initialise,
    .forward = spiqe_circuit_forward,
    .backward = spiqe_circuit_backward,
    .count = count,
};
