/* The SQS neuron as a stage: settings and parameters. */
#include "neuron/sqs.h"

#include <math.h>
#include <stddef.h>

#include "core/fail.h"
#include "neuron/sqs_circuit.h"
#include "quantum/lanes_step.h"
#include "stage/values.h"

static const char *const ansatz_names[] = {"crx", "hea", "qasm", NULL};
static const char *const modes[] = {"single-shot", "expected", "shots", NULL};
static const char *const spike_gradients[] = {"straight", "variance", NULL};

#define FIELD(name) offsetof(spiqe_sqs_settings, name)
static const spiqe_option options[] = {
    {"ansatz", SPIQE_OPTION_CHOICE, FIELD(ansatz), "crx", 0, 0, ansatz_names,
     "what the qubits go through in a step: two rotations and one controlled by the memory; layers "
     "of ry, rz and a ring of crx; or a circuit of gates"},
    {"inputs", SPIQE_OPTION_SIZE, FIELD(inputs), "1", 1, SPIQE_MOST_SQS_QUBITS, NULL,
     "in/out qubits: currents that a neuron takes (planes of the synapse before it), spikes that "
     "it "
     "gives"},
    {"memory_qubits", SPIQE_OPTION_SIZE, FIELD(memory_qubits), "1", 0, SPIQE_MOST_SQS_QUBITS - 1,
     NULL, "qubits that are not measured"},
    {"layers", SPIQE_OPTION_SIZE, FIELD(layers), "2", 1, 64, NULL, "hea: repetitions"},
    {"circuit", SPIQE_OPTION_SOURCE, FIELD(circuit), "", 0, 0, NULL,
     "qasm: file of OpenQASM 3 (or its text); the angles to be learnt are its inputs"},
    {"mode", SPIQE_OPTION_CHOICE, FIELD(mode), "single-shot", 0, 0, modes,
     "spikes are outcomes of one measurement each; their probabilities (mean field; crx); or means "
     "over shots, each with a memory of its own"},
    {"shots", SPIQE_OPTION_SIZE, FIELD(shots), "10", 1, 10000, NULL, "mode shots: how many"},
    {"spike_gradient", SPIQE_OPTION_CHOICE, FIELD(spike_gradient), "straight", 0, 0,
     spike_gradients, "derivative of a spike in its probability P: 1, or P (1 - P)"},
    {"input_leak", SPIQE_OPTION_REAL, FIELD(input_leak), "0.1", 0, 1, NULL,
     "part of the gradient that currents below 0 get, though they rotate nothing"},
    {"io", SPIQE_OPTION_REAL, FIELD(io), "0.1", -6.4, 6.4, NULL,
     "crx: initial angle of the in/out qubit (rad); at 0 a silent neuron has no gradient"},
    {"entangle", SPIQE_OPTION_REAL, FIELD(entangle), "0.5", 0, 6.4, NULL,
     "crx: initial angles of the rotation controlled by the memory: uniform up to this, both ways"},
    {"memory", SPIQE_OPTION_REAL, FIELD(memory), "0.5", 0, 3.2, NULL,
     "crx: the same, of the rotation of the memory"},
    {"angles", SPIQE_OPTION_REAL, FIELD(angles), "0.5", 0, 6.4, NULL,
     "hea, qasm: initial angles: uniform up to this, both ways (rad)"},
    {"recurrent", SPIQE_OPTION_FLAG, FIELD(recurrent), "false", 0, 0, NULL,
     "the population's spikes are its own input one step later"},
};

spiqe_sqs_rule spiqe_sqs_rule_of(const spiqe_sqs_settings *s, const spiqe_pass *pass) {
  const int is_expected = s->mode == SPIQE_SQS_MODE_EXPECTED;
  return (spiqe_sqs_rule){.mode = pass->is_given ? SPIQE_SQS_GIVEN
                                  : is_expected  ? SPIQE_SQS_EXPECTED
                                                 : SPIQE_SQS_SINGLE_SHOT,
                          .input_leak = s->input_leak,
                          .is_variance = s->spike_gradient};
}

static spiqe_status check(spiqe_context *ctx, const spiqe_stage *stage) {
  const spiqe_sqs_settings *s = stage->settings;
  SPIQE_REQUIRE(ctx, stage->in.n_planes == s->inputs, SPIQE_BAD_SHAPE,
                "stage %zu (sqs): the synapse before it has %zu planes, but a neuron with %zu "
                "in/out qubits takes as many currents",
                stage->index, stage->in.n_planes, s->inputs);
  SPIQE_REQUIRE(ctx, s->ansatz == SPIQE_SQS_CRX || s->mode != SPIQE_SQS_MODE_EXPECTED,
                SPIQE_UNSUPPORTED,
                "stage %zu (sqs): mode expected is there for the ansatz crx alone", stage->index);
  return SPIQE_OK;
}

/* kernels and shape: of a single shot. */
static spiqe_status plan_neuron(spiqe_context *ctx, spiqe_stage *stage,
                                const spiqe_neuron_kernels *kernels, spiqe_neuron_shape shape) {
  const spiqe_sqs_settings *s = stage->settings;
  if (s->mode != SPIQE_SQS_MODE_SHOTS) return spiqe_neuron_plan(ctx, stage, kernels, shape);
  shape.n_state = spiqe_sqs_shots_state(s, shape.n_state);
  SPIQE_TRY(spiqe_neuron_plan(ctx, stage, &spiqe_sqs_shots_kernels, shape));
  spiqe_sqs_shots_reserve(stage);
  return SPIQE_OK;
}

static spiqe_status plan_closed(spiqe_context *ctx, spiqe_stage *stage) {
  const spiqe_sqs_settings *s = stage->settings;
  const size_t units = stage->in.n_units;
  spiqe_stage_add_parameter(stage, "io", 1, &units);
  spiqe_stage_add_parameter(stage, "entangle", 1, &units);
  spiqe_stage_add_parameter(stage, "memory", 1, &units);
  stage->n_derived = 5 * units;
  return plan_neuron(ctx, stage, &spiqe_sqs_closed_kernels,
                     (spiqe_neuron_shape){2, 1, s->recurrent});
}

static spiqe_status plan_step(spiqe_context *ctx, spiqe_stage *stage,
                              const spiqe_circuit *circuit) {
  const spiqe_sqs_settings *s = stage->settings;
  spiqe_lane_step *step;
  SPIQE_TRY(spiqe_lane_step_create(ctx, circuit, s->inputs, &step));
  stage->owned = step;
  size_t shape[] = {step->kernel.n_parameters, stage->in.n_units / s->inputs};
  spiqe_stage_add_parameter(stage, "ansatz", 2, shape);
  stage->n_scratch = spiqe_step_scratch(&step->kernel);
  return plan_neuron(ctx, stage, &spiqe_sqs_step_kernels,
                     (spiqe_neuron_shape){spiqe_step_state(&step->kernel), s->inputs,
                                          s->recurrent});
}

static spiqe_status plan(spiqe_context *ctx, spiqe_stage *stage) {
  const spiqe_sqs_settings *s = stage->settings;
  const int is_closed = s->ansatz == SPIQE_SQS_CRX;
  spiqe_circuit *circuit; /* of crx only to see that there is one */
  spiqe_status status =
      is_closed ? spiqe_sqs_ansatz(ctx, s, &circuit) : spiqe_sqs_circuit(ctx, s, 1, &circuit);
  if (status != SPIQE_OK) return spiqe_fail_prefix(ctx, status, "stage %zu (sqs)", stage->index);
  status = check(ctx, stage);
  if (status == SPIQE_OK)
    status = is_closed ? plan_closed(ctx, stage) : plan_step(ctx, stage, circuit);
  spiqe_circuit_destroy(circuit);
  return status;
}

static void release(spiqe_stage *stage) {
  spiqe_lane_step_destroy(stage->owned);
  stage->owned = NULL;
}

static void initialise(const spiqe_stage *stage, const uint32_t key[2], double *parameters) {
  const spiqe_sqs_settings *s = stage->settings;
  const size_t units = stage->out.n_units;
  if (s->ansatz == SPIQE_SQS_CRX) {
    for (size_t i = 0; i < units; i++) parameters[i] = s->io;
    spiqe_stage_uniform(key, 1, s->entangle, units, parameters + units);
    spiqe_stage_uniform(key, 2, s->memory, units, parameters + 2 * units);
  } else {
    spiqe_stage_uniform(key, 0, s->angles, stage->named[0].size, parameters);
  }
  if (s->recurrent) spiqe_neuron_initialise_recurrent(stage, key, parameters);
}

/* derived: spiqe_sqs_args.angles. */
static void prepare(const spiqe_stage *stage, spiqe_precision precision, const void *parameters,
                    void *derived) {
  const size_t units = stage->n_derived / 5; /* none but for crx */
  for (size_t i = 0; i < units; i++) {
    const double io = spiqe_value_get(parameters, i, precision);
    const double entangle = spiqe_value_get(parameters, units + i, precision);
    const double memory = spiqe_value_get(parameters, 2 * units + i, precision);
    const double angles[5] = {io, cos(entangle / 2), sin(entangle / 2), cos(memory), sin(memory)};
    for (size_t k = 0; k < 5; k++) spiqe_value_set(derived, k * units + i, precision, angles[k]);
  }
}

static spiqe_status check_local(spiqe_context *ctx, const spiqe_stage *stage) {
  const spiqe_sqs_settings *s = stage->settings;
  SPIQE_REQUIRE(ctx, s->mode == SPIQE_SQS_MODE_SINGLE_SHOT, SPIQE_UNSUPPORTED,
                "stage %zu (sqs): the local rule needs spikes that are drawn, so mode: single-shot",
                stage->index);
  return SPIQE_OK;
}

const spiqe_stage_kind spiqe_sqs = {
    .name = "sqs",
    .summary = "stochastic quantum spiking: qubits measured at each step, and qubits that remember",
    .is_neuron = 1,
    .membrane = "probability of a spike",
    .exact = "mode: expected, spike_gradient: straight, input_leak: 0",
    .settings_size = sizeof(spiqe_sqs_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .release = release,
    .initialise = initialise,
    .prepare = prepare,
    .forward = spiqe_neuron_forward,
    .backward = spiqe_neuron_backward,
    .check_local = check_local,
    .gradient = spiqe_neuron_gradient,
    .count = spiqe_sqs_count,
};
