/* The LIF neuron as a stage: settings, parameters, and the calls of its kernels. */
#include "neuron/lif.h"

#include <math.h>
#include <stddef.h>

#include "core/fail.h"
#include "neuron/choices.h"
#include "neuron/count.h"
#include "neuron/recurrent.h"
#include "stage/values.h"

static const char *const modes[] = {"threshold", "stochastic", NULL};
static const char *const resets[] = {"subtract", "zero", "none", NULL};

#define FIELD(name) offsetof(spiqe_lif_settings, name)
static const spiqe_option options[] = {
    {"mode", SPIQE_OPTION_CHOICE, FIELD(mode), "threshold", 0, 0, modes,
     "a spike when U > threshold, or drawn with P = sigmoid((U - threshold) / temperature)"},
    {"temperature", SPIQE_OPTION_REAL, FIELD(temperature), "0.25", 1e-3, 1e3, NULL,
     "of mode stochastic, in the unit of U"},
    {"beta", SPIQE_OPTION_REAL, FIELD(beta), "0.9", 0, 1, NULL, "decay of the membrane in a step"},
    {"threshold", SPIQE_OPTION_REAL, FIELD(threshold), "1", 1e-6, 1e6, NULL,
     "membrane above which it fires"},
    {"reset", SPIQE_OPTION_CHOICE, FIELD(reset), "subtract", 0, 0, resets,
     "what a spike does to the membrane of the next step"},
    {"learn_beta", SPIQE_OPTION_FLAG, FIELD(learn_beta), "false", 0, 0, NULL,
     "learn the decay of each neuron"},
    {"learn_threshold", SPIQE_OPTION_FLAG, FIELD(learn_threshold), "false", 0, 0, NULL,
     "learn the threshold of each neuron"},
    {"recurrent", SPIQE_OPTION_FLAG, FIELD(recurrent), "false", 0, 0, NULL,
     "the population's spikes are its own input one step later"},
    {"surrogate", SPIQE_OPTION_CHOICE, FIELD(surrogate), "atan", 0, 0, spiqe_surrogate_names,
     "derivative of the spike, in U - threshold; mode stochastic has that of P instead"},
    {"slope", SPIQE_OPTION_REAL, FIELD(slope), "2", 1e-3, 1e3, NULL, "steepness k of it"},
    {"reset_detach", SPIQE_OPTION_FLAG, FIELD(reset_detach), "true", 0, 0, NULL,
     "no gradient through the reset"},
    {"smooth", SPIQE_OPTION_FLAG, FIELD(smooth), "false", 0, 0, NULL,
     "spikes are smooth steps: to check gradients, not to train"},
};

static void run_forward(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run);
static void run_backward(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_neuron_run *run);

static const spiqe_neuron_kernels kernels = {.forward = run_forward, .backward = run_backward};

static spiqe_status plan(spiqe_context *ctx, spiqe_stage *stage) {
  const spiqe_lif_settings *s = stage->settings;
  SPIQE_REQUIRE(ctx, stage->in.n_planes == 1, SPIQE_BAD_SHAPE,
                "stage %zu (lif): the synapse before it has 2 planes, but LIF takes 1",
                stage->index);
  size_t units = stage->in.n_units;
  if (s->learn_threshold) spiqe_stage_add_parameter(stage, "threshold", 1, &units);
  if (s->learn_beta) spiqe_stage_add_parameter(stage, "beta", 1, &units);
  stage->n_derived = 2 * units;
  return spiqe_neuron_plan(ctx, stage, &kernels, (spiqe_neuron_shape){1, 1, s->recurrent});
}

static void initialise(const spiqe_stage *stage, const uint32_t key[2], double *parameters) {
  const spiqe_lif_settings *s = stage->settings;
  size_t units = stage->out.n_units, n = s->learn_threshold ? units : 0;
  for (size_t i = 0; i < n; i++) parameters[i] = s->threshold;
  for (size_t i = n; s->learn_beta && i < n + units; i++) parameters[i] = s->beta;
  if (s->recurrent) spiqe_neuron_initialise_recurrent(stage, key, parameters);
}

/* derived: threshold [units], then beta [units], kept in [0, 1] as snnTorch does; the gradient
 * passes straight through. */
static void prepare(const spiqe_stage *stage, spiqe_precision precision, const void *parameters,
                    void *derived) {
  const spiqe_lif_settings *s = stage->settings;
  size_t units = stage->out.n_units, beta_at = s->learn_threshold ? units : 0;
  for (size_t i = 0; i < units; i++) {
    double threshold = s->threshold, beta = s->beta;
    if (s->learn_threshold) threshold = spiqe_value_get(parameters, i, precision);
    if (s->learn_beta) beta = spiqe_value_get(parameters, beta_at + i, precision);
    spiqe_value_set(derived, i, precision, threshold);
    spiqe_value_set(derived, units + i, precision, fmin(fmax(beta, 0), 1));
  }
}

static spiqe_lif_args args_of(const spiqe_stage *stage, const spiqe_pass *pass,
                              const spiqe_neuron_run *run) {
  const spiqe_lif_settings *s = stage->settings;
  size_t units = stage->out.n_units;
  return (spiqe_lif_args){.rule = {.reset = (spiqe_lif_reset)s->reset,
                                   .stochastic = s->mode,
                                   .smooth = s->smooth,
                                   .reset_detach = s->reset_detach,
                                   .surrogate = s->mode ? SPIQE_SURROGATE_SIGMOID
                                                        : (spiqe_surrogate)s->surrogate,
                                   .slope = s->mode ? 1 / s->temperature : s->slope},
                          .n_steps = run->n_steps,
                          .n_rows = pass->n_rows,
                          .n_units = units,
                          .ld = stage->in.n_units,
                          .step_stride = run->step_stride,
                          .first_step = run->first_step,
                          .current = run->current,
                          .threshold = pass->derived,
                          .beta = spiqe_at(pass->derived, units, pass->precision),
                          .samples = pass->samples,
                          .key = {pass->key[0], pass->key[1]},
                          .state = run->state,
                          .spikes = run->spikes,
                          .membrane = run->membrane ? run->membrane : run->trace};
}

static void run_forward(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run) {
  spiqe_lif_args args = args_of(stage, pass, run);
  if (!pass->training && !run->membrane) args.membrane = NULL;
  pass->kernels->lif_forward(&args);
}

static void run_backward(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_neuron_run *run) {
  const spiqe_lif_settings *s = stage->settings;
  spiqe_lif_grad_args args = {.forward = args_of(stage, pass, run),
                              .state0 = run->state0,
                              .d_spikes = run->d_spikes,
                              .d_membrane = run->d_membrane,
                              .d_stride = run->d_stride,
                              .d_state = run->d_state,
                              .d_current = run->d_current};
  size_t beta_at = s->learn_threshold ? stage->out.n_units : 0;
  if (s->learn_threshold) args.d_threshold = pass->gradient;
  if (s->learn_beta) args.d_beta = spiqe_at(pass->gradient, beta_at, pass->precision);
  pass->kernels->lif_backward(&args);
}

/* The formulas of src/device/reference/lif.inc. */
static void count(const spiqe_stage *stage, const spiqe_activity *activity, spiqe_work *sum) {
  const spiqe_lif_settings *s = stage->settings;
  spiqe_neuron_update update = {.additions = 2, .multiplications = 1, .n_state = 1};
  update.additions += s->reset == SPIQE_LIF_SUBTRACT;
  update.multiplications += s->reset == SPIQE_LIF_ZERO;
  if (s->mode) { /* 1 / (1 + exp(-(U - threshold) / temperature)), and a draw below it */
    update.additions += 2;
    update.multiplications += 1;
    update.functions = 2;
    update.draws = 1;
  }
  update.n_learnt = s->learn_beta + s->learn_threshold;
  spiqe_neuron_count(stage, activity, &update, sum);
}

const spiqe_stage_kind spiqe_lif = {
    .name = "lif",
    .summary = "leaky integrate-and-fire, as snnTorch's Leaky",
    .is_neuron = 1,
    .membrane = "membrane U",
    .exact = "smooth: true, reset_detach: false",
    .settings_size = sizeof(spiqe_lif_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .initialise = initialise,
    .prepare = prepare,
    .forward = spiqe_neuron_forward,
    .backward = spiqe_neuron_backward,
    .gradient = spiqe_neuron_gradient,
    .count = count,
};
