/* The SQS neuron as a stage: settings, parameters, and the calls of its kernels. */
#include "neuron/sqs.h"

#include <math.h>
#include <stddef.h>

#include "core/fail.h"
#include "neuron/recurrent.h"
#include "stage/values.h"

static const char *const modes[] = {"single-shot", "expected", NULL};
static const char *const spike_gradients[] = {"straight", "variance", NULL};

#define FIELD(name) offsetof(spiqe_sqs_settings, name)
static const spiqe_option options[] = {
    {"mode", SPIQE_OPTION_CHOICE, FIELD(mode), "single-shot", 0, 0, modes,
     "spikes are outcomes of one measurement each, or their probabilities (mean field)"},
    {"spike_gradient", SPIQE_OPTION_CHOICE, FIELD(spike_gradient), "straight", 0, 0,
     spike_gradients, "derivative of a spike in its probability P: 1, or P (1 - P)"},
    {"input_leak", SPIQE_OPTION_REAL, FIELD(input_leak), "0.1", 0, 1, NULL,
     "part of the gradient that currents below 0 get, though they rotate nothing"},
    {"io", SPIQE_OPTION_REAL, FIELD(io), "0.1", -6.4, 6.4, NULL,
     "initial angle of the in/out qubit (rad); at 0 a silent neuron has no gradient"},
    {"entangle", SPIQE_OPTION_REAL, FIELD(entangle), "0.5", 0, 6.4, NULL,
     "initial angles of the rotation controlled by the memory: uniform up to this, both ways"},
    {"memory", SPIQE_OPTION_REAL, FIELD(memory), "0.5", 0, 3.2, NULL,
     "the same, of the rotation of the memory"},
    {"recurrent", SPIQE_OPTION_FLAG, FIELD(recurrent), "false", 0, 0, NULL,
     "the population's spikes are its own input one step later"},
};

static void run_forward(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run);
static void run_backward(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_neuron_run *run);

static size_t count_memory(const spiqe_stage *stage) {
  (void)stage;
  return 1;
}

/* x = 2 Re rho_01, y = -2 Im rho_01, z = rho_00 - rho_11: the expectations of X, Y and Z, with
 * rho_ab = <a| rho |b>. The ansatz crx keeps rho_01 imaginary. */
static void read_memory(const spiqe_stage *stage, spiqe_precision precision, const void *state,
                        size_t stride, float *bloch) {
  (void)stage;
  bloch[0] = 0;
  bloch[1] = (float)(-2 * spiqe_value_get(state, stride, precision));
  bloch[2] = (float)(1 - 2 * spiqe_value_get(state, 0, precision));
}

static const spiqe_neuron_kernels kernels = {.forward = run_forward,
                                             .backward = run_backward,
                                             .n_state = 2,
                                             .count_memory = count_memory,
                                             .read_memory = read_memory};

static spiqe_status plan(spiqe_context *ctx, spiqe_stage *stage) {
  const spiqe_sqs_settings *s = stage->settings;
  const size_t units = stage->in.n_units;
  SPIQE_REQUIRE(ctx, stage->in.n_planes == 1, SPIQE_BAD_SHAPE,
                "stage %zu (sqs): the synapse before it has 2 planes, but SQS takes 1",
                stage->index);
  spiqe_stage_add_parameter(stage, "io", 1, &units);
  spiqe_stage_add_parameter(stage, "entangle", 1, &units);
  spiqe_stage_add_parameter(stage, "memory", 1, &units);
  stage->n_derived = 5 * units;
  return spiqe_neuron_plan(ctx, stage, &kernels, s->recurrent);
}

static void initialise(const spiqe_stage *stage, const uint32_t key[2], double *parameters) {
  const spiqe_sqs_settings *s = stage->settings;
  const size_t units = stage->out.n_units;
  for (size_t i = 0; i < units; i++) parameters[i] = s->io;
  spiqe_stage_uniform(key, 1, s->entangle, units, parameters + units);
  spiqe_stage_uniform(key, 2, s->memory, units, parameters + 2 * units);
  if (s->recurrent) spiqe_neuron_initialise_recurrent(stage, key, parameters);
}

/* derived: spiqe_sqs_args.angles. */
static void prepare(const spiqe_stage *stage, spiqe_precision precision, const void *parameters,
                    void *derived) {
  const size_t units = stage->out.n_units;
  for (size_t i = 0; i < units; i++) {
    const double io = spiqe_value_get(parameters, i, precision);
    const double entangle = spiqe_value_get(parameters, units + i, precision);
    const double memory = spiqe_value_get(parameters, 2 * units + i, precision);
    const double angles[5] = {io, cos(entangle / 2), sin(entangle / 2), cos(memory), sin(memory)};
    for (size_t k = 0; k < 5; k++) spiqe_value_set(derived, k * units + i, precision, angles[k]);
  }
}

static spiqe_sqs_args args_of(const spiqe_stage *stage, const spiqe_pass *pass,
                              const spiqe_neuron_run *run) {
  const spiqe_sqs_settings *s = stage->settings;
  return (spiqe_sqs_args){.rule = {.mode = (spiqe_sqs_mode)s->mode,
                                   .input_leak = s->input_leak,
                                   .is_variance = s->spike_gradient},
                          .n_steps = run->n_steps,
                          .n_rows = pass->n_rows,
                          .n_units = stage->out.n_units,
                          .ld = stage->in.n_units,
                          .step_stride = run->step_stride,
                          .first_step = run->first_step,
                          .current = run->current,
                          .angles = pass->derived,
                          .samples = pass->samples,
                          .key = {pass->key[0], pass->key[1]},
                          .state = run->state,
                          .spikes = run->spikes,
                          .membrane = run->membrane,
                          .trace = pass->training || pass->recording ? run->trace : NULL};
}

static void run_forward(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run) {
  const spiqe_sqs_args args = args_of(stage, pass, run);
  pass->kernels->sqs_forward(&args);
}

static void run_backward(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_neuron_run *run) {
  const size_t units = stage->out.n_units;
  const spiqe_sqs_grad_args args = {.forward = args_of(stage, pass, run),
                                    .d_spikes = run->d_spikes,
                                    .d_membrane = run->d_membrane,
                                    .d_stride = run->d_stride,
                                    .d_state = run->d_state,
                                    .d_current = run->d_current,
                                    .d_io = pass->gradient,
                                    .d_entangle = spiqe_at(pass->gradient, units, pass->precision),
                                    .d_memory =
                                        spiqe_at(pass->gradient, 2 * units, pass->precision)};
  pass->kernels->sqs_backward(&args);
}

const spiqe_stage_kind spiqe_sqs = {
    .name = "sqs",
    .summary = "stochastic quantum spiking: one qubit measured at each step, one that remembers",
    .is_neuron = 1,
    .membrane = "probability of a spike",
    .exact = "mode: expected, spike_gradient: straight, input_leak: 0",
    .settings_size = sizeof(spiqe_sqs_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .initialise = initialise,
    .prepare = prepare,
    .forward = spiqe_neuron_forward,
    .backward = spiqe_neuron_backward,
    .gradient = spiqe_neuron_gradient,
};
