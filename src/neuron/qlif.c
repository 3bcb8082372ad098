/* The QLIF neuron as a stage: settings, parameters, and the calls of its kernels. */
#include "neuron/qlif.h"

#include <math.h>
#include <stddef.h>

#include "core/fail.h"
#include "neuron/choices.h"
#include "neuron/count.h"
#include "neuron/recurrent.h"
#include "stage/values.h"

static const char *const modes[] = {"exact", "shots", "single-shot", NULL};
static const char *const leaks[] = {"physical", "published", NULL};
static const char *const overs[] = {"saturate", "wrap", NULL};
static const char *const gradients[] = {"surrogate", "published", NULL};

#define FIELD(name) offsetof(spiqe_qlif_settings, name)
static const spiqe_option options[] = {
    {"threshold", SPIQE_OPTION_REAL, FIELD(threshold), "0.75", 0.01, 0.99, NULL,
     "population above which it fires"},
    {"t1", SPIQE_OPTION_REAL, FIELD(t1), "60", 1e-6, 1e9, NULL, "relaxation time of the qubit"},
    {"tau_scale", SPIQE_OPTION_REAL, FIELD(tau_scale), "200", 1e-6, 1e9, NULL,
     "waiting time of a unit current in the second plane, units of t1"},
    {"wait", SPIQE_OPTION_REAL, FIELD(wait), "6", 0, 1e9, NULL,
     "one plane: time between two steps, units of t1"},
    {"mode", SPIQE_OPTION_CHOICE, FIELD(mode), "exact", 0, 0, modes,
     "read p itself, the mean of shots draws, or one draw"},
    {"shots", SPIQE_OPTION_SIZE, FIELD(shots), "100", 1, 1e6, NULL, "draws of mode shots"},
    {"leak", SPIQE_OPTION_CHOICE, FIELD(leak), "physical", 0, 0, leaks,
     "published: as its authors released it, inverted"},
    {"gradient", SPIQE_OPTION_CHOICE, FIELD(gradient), "surrogate", 0, 0, gradients,
     "published: as its authors released it, nothing flows through spikes"},
    {"over", SPIQE_OPTION_CHOICE, FIELD(over), "saturate", 0, 0, overs,
     "a rotation past pi stops there, or wraps as in the circuit"},
    {"learn_leak", SPIQE_OPTION_FLAG, FIELD(learn_leak), "false", 0, 0, NULL,
     "one plane: learn the waiting time of each neuron"},
    {"learn_threshold", SPIQE_OPTION_FLAG, FIELD(learn_threshold), "false", 0, 0, NULL,
     "learn the threshold of each neuron"},
    {"recurrent", SPIQE_OPTION_FLAG, FIELD(recurrent), "false", 0, 0, NULL,
     "the population's spikes are its own input one step later"},
    {"surrogate", SPIQE_OPTION_CHOICE, FIELD(surrogate), "atan", 0, 0, spiqe_surrogate_names,
     "derivative of the spike, in phi - phi_threshold (rad)"},
    {"slope", SPIQE_OPTION_REAL, FIELD(slope), "2", 1e-3, 1e3, NULL, "steepness k of it"},
    {"input_surrogate", SPIQE_OPTION_CHOICE, FIELD(input_surrogate), "atan", 0, 0,
     spiqe_surrogate_names, "two planes: derivative of the input spike, in a"},
    {"input_slope", SPIQE_OPTION_REAL, FIELD(input_slope), "2", 1e-3, 1e3, NULL,
     "steepness k of it"},
    {"reset_detach", SPIQE_OPTION_FLAG, FIELD(reset_detach), "true", 0, 0, NULL,
     "no gradient through the reset"},
    {"smooth", SPIQE_OPTION_FLAG, FIELD(smooth), "false", 0, 0, NULL,
     "spikes are smooth steps: to check gradients, not to train"},
};

static spiqe_status check_published(spiqe_context *ctx, const spiqe_stage *stage) {
  const spiqe_qlif_settings *s = stage->settings;
  int leak = s->leak == SPIQE_LEAK_PUBLISHED, gradient = s->gradient == SPIQE_GRADIENT_PUBLISHED;
  SPIQE_REQUIRE(ctx, leak == gradient, SPIQE_UNSUPPORTED,
                "stage %zu (qlif): leak: published and gradient: published go together",
                stage->index);
  SPIQE_REQUIRE(ctx,
                !leak || (stage->in.n_planes == 2 && s->mode == SPIQE_QLIF_EXACT && !s->recurrent &&
                          !s->learn_threshold && !s->smooth),
                SPIQE_UNSUPPORTED,
                "stage %zu (qlif): leak: published knows only two planes, mode exact, and no "
                "recurrent, learn_threshold or smooth",
                stage->index);
  return SPIQE_OK;
}

static void run_forward(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run);
static void run_backward(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_neuron_run *run);

static const spiqe_neuron_kernels kernels = {.forward = run_forward, .backward = run_backward};

static spiqe_status plan(spiqe_context *ctx, spiqe_stage *stage) {
  const spiqe_qlif_settings *s = stage->settings;
  size_t units = stage->in.n_units / stage->in.n_planes;
  SPIQE_TRY(check_published(ctx, stage));
  SPIQE_REQUIRE(ctx, !s->learn_leak || stage->in.n_planes == 1, SPIQE_UNSUPPORTED,
                "stage %zu (qlif): learn_leak is for one plane; with planes: 2 the second plane is "
                "the leak",
                stage->index);
  if (s->learn_threshold) spiqe_stage_add_parameter(stage, "threshold", 1, &units);
  if (s->learn_leak) spiqe_stage_add_parameter(stage, "wait", 1, &units);
  stage->n_derived = 2 * units;
  /* from rest, with an input that does not change, a neuron either never waits or has nothing to
   * lose by waiting: the second plane then matters only for the gradient of the input spike (smooth
   * spikes do a little of both) */
  if (stage->in.is_static && !s->recurrent && !s->smooth) stage->n_needed = units;
  return spiqe_neuron_plan(ctx, stage, &kernels, (spiqe_neuron_shape){1, 1, s->recurrent});
}

static void initialise(const spiqe_stage *stage, const uint32_t key[2], double *parameters) {
  const spiqe_qlif_settings *s = stage->settings;
  size_t units = stage->out.n_units, n = s->learn_threshold ? units : 0;
  for (size_t i = 0; i < n; i++) parameters[i] = s->threshold;
  for (size_t i = n; s->learn_leak && i < n + units; i++) parameters[i] = s->wait / s->tau_scale;
  if (s->recurrent) spiqe_neuron_initialise_recurrent(stage, key, parameters);
}

/* derived: threshold [units], kept inside the range where its angle has a finite derivative (the
 * gradient passes straight through), then wait [units]. */
static void prepare(const spiqe_stage *stage, spiqe_precision precision, const void *parameters,
                    void *derived) {
  const spiqe_qlif_settings *s = stage->settings;
  size_t units = stage->out.n_units, wait_at = s->learn_threshold ? units : 0;
  for (size_t i = 0; i < units; i++) {
    double threshold = s->threshold, wait = s->wait / s->tau_scale;
    if (s->learn_threshold) threshold = spiqe_value_get(parameters, i, precision);
    if (s->learn_leak) wait = spiqe_value_get(parameters, wait_at + i, precision);
    spiqe_value_set(derived, i, precision, fmin(fmax(threshold, 0.01), 0.99));
    spiqe_value_set(derived, units + i, precision, wait);
  }
}

static spiqe_qlif_rule rule_of(const spiqe_stage *stage) {
  const spiqe_qlif_settings *s = stage->settings;
  return (spiqe_qlif_rule){.n_planes = (int)stage->in.n_planes,
                           .wrap = s->over == SPIQE_OVER_WRAP,
                           .mode = (spiqe_qlif_mode)s->mode,
                           .smooth = s->smooth,
                           .reset_detach = s->reset_detach,
                           .surrogate = (spiqe_surrogate)s->surrogate,
                           .input_surrogate = (spiqe_surrogate)s->input_surrogate,
                           .slope = s->slope,
                           .input_slope = s->input_slope,
                           .t1 = s->t1,
                           .tau_scale = s->tau_scale,
                           .shots = s->shots};
}

static spiqe_qlif_args args_of(const spiqe_stage *stage, const spiqe_pass *pass,
                               const spiqe_neuron_run *run) {
  size_t units = stage->out.n_units;
  return (spiqe_qlif_args){.rule = rule_of(stage),
                           .n_steps = run->n_steps,
                           .n_rows = pass->n_rows,
                           .n_units = units,
                           .ld = stage->in.n_units,
                           .step_stride = run->step_stride,
                           .first_step = run->first_step,
                           .current = run->current,
                           .threshold = pass->derived,
                           .wait = spiqe_at(pass->derived, units, pass->precision),
                           .samples = pass->samples,
                           .key = {pass->key[0], pass->key[1]},
                           .state = run->state,
                           .spikes = run->spikes,
                           .phi = pass->training ? run->trace : NULL,
                           .membrane = run->membrane};
}

static int is_published(const spiqe_stage *stage) {
  return ((const spiqe_qlif_settings *)stage->settings)->leak == SPIQE_LEAK_PUBLISHED;
}

static void run_forward(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run) {
  spiqe_qlif_args args = args_of(stage, pass, run);
  if (is_published(stage))
    pass->kernels->qlif_published_forward(&args);
  else
    pass->kernels->qlif_forward(&args);
}

static void run_backward(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_neuron_run *run) {
  const spiqe_qlif_settings *s = stage->settings;
  spiqe_qlif_grad_args args = {.forward = args_of(stage, pass, run),
                               .state0 = run->state0,
                               .d_spikes = run->d_spikes,
                               .d_membrane = run->d_membrane,
                               .d_stride = run->d_stride,
                               .d_state = run->d_state,
                               .d_current = run->d_current};
  size_t wait_at = s->learn_threshold ? stage->out.n_units : 0;
  if (s->learn_threshold) args.d_threshold = pass->gradient;
  if (s->learn_leak) args.d_wait = spiqe_at(pass->gradient, wait_at, pass->precision);
  if (is_published(stage))
    pass->kernels->qlif_published_backward(&args);
  else
    pass->kernels->qlif_backward(&args);
}

/* The formulas of src/device/reference/qlif.inc. With one plane the damping of a step is the same
 * at all steps. */
static void count(const spiqe_stage *stage, const spiqe_activity *activity, spiqe_work *sum) {
  const spiqe_qlif_settings *s = stage->settings;
  const int two = stage->in.n_planes == 2;
  const double shots = s->mode == SPIQE_QLIF_SINGLE_SHOT ? 1 : (double)s->shots;
  spiqe_neuron_update update = {.additions = two ? 7 : 6,
                                .multiplications = two ? 8 : 7,
                                .functions = two ? 4 : 3,
                                .n_state = 1,
                                .n_learnt = s->learn_leak + s->learn_threshold};
  if (s->mode != SPIQE_QLIF_EXACT) { /* each shot is drawn, compared and counted */
    update.draws = shots;
    update.additions += 2 * shots;
  }
  spiqe_neuron_count(stage, activity, &update, sum);
  const double neurons = (double)(stage->in.n_units / stage->in.n_planes);
  spiqe_neuron_count_circuits((double)activity->n_samples * (double)stage->in.n_steps * neurons,
                              shots, 1, sum);
}

const spiqe_stage_kind spiqe_qlif = {
    .name = "qlif",
    .summary = "quantum leaky integrate-and-fire: one qubit, rotations and T1",
    .is_neuron = 1,
    .membrane = "population P(|1>)",
    .exact = "smooth: true, reset_detach: false",
    .settings_size = sizeof(spiqe_qlif_settings),
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
