/* Graded neurons as stages. */
#include "neuron/graded.h"

#include <stddef.h>

#include "core/fail.h"
#include "neuron/count.h"
#include "neuron/recurrent.h"

static const spiqe_option options[] = {
    {"recurrent", SPIQE_OPTION_FLAG, offsetof(spiqe_graded_settings, recurrent), "false", 0, 0,
     NULL, "the population's outputs are its own input one step later"},
};

static void run_forward(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run);
static void run_backward(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_neuron_run *run);

static const spiqe_neuron_kernels kernels = {.forward = run_forward, .backward = run_backward};

static spiqe_status plan(spiqe_context *ctx, spiqe_stage *stage) {
  const spiqe_graded_settings *s = stage->settings;
  SPIQE_REQUIRE(ctx, stage->in.n_planes == 1, SPIQE_BAD_SHAPE,
                "stage %zu (%s): the synapse before it has %zu planes, but it takes 1",
                stage->index, stage->kind->name, stage->in.n_planes);
  return spiqe_neuron_plan(ctx, stage, &kernels, (spiqe_neuron_shape){0, 1, s->recurrent});
}

static void initialise(const spiqe_stage *stage, const uint32_t key[2], double *parameters) {
  spiqe_neuron_initialise_recurrent(stage, key, parameters);
}

static spiqe_graded_args args_of(const spiqe_stage *stage, const spiqe_pass *pass,
                                 const spiqe_neuron_run *run) {
  return (spiqe_graded_args){.rectify = stage->kind == &spiqe_relu,
                             .n_steps = run->n_steps,
                             .n = pass->n_rows * stage->out.n_units,
                             .step_stride = run->step_stride,
                             .current = run->current,
                             .output = run->spikes,
                             .membrane = run->membrane};
}

static void run_forward(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run) {
  spiqe_graded_args args = args_of(stage, pass, run);
  pass->kernels->graded_forward(&args);
}

static void run_backward(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_neuron_run *run) {
  spiqe_graded_grad_args args = {.forward = args_of(stage, pass, run),
                                 .d_output = run->d_spikes,
                                 .d_membrane = run->d_membrane,
                                 .d_stride = run->d_stride,
                                 .d_current = run->d_current};
  pass->kernels->graded_backward(&args);
}

/* A comparison, where there is one. */
static void count_relu(const spiqe_stage *stage, const spiqe_activity *activity, spiqe_work *sum) {
  spiqe_neuron_count(stage, activity, &(spiqe_neuron_update){.additions = 1}, sum);
}

static void count_linear(const spiqe_stage *stage, const spiqe_activity *activity,
                         spiqe_work *sum) {
  spiqe_neuron_count(stage, activity, &(spiqe_neuron_update){0}, sum);
}

const spiqe_stage_kind spiqe_relu = {
    .name = "relu",
    .summary = "max(0, current), of networks that do not spike",
    .is_neuron = 1,
    .is_graded = 1,
    .membrane = "current",
    .exact = "",
    .settings_size = sizeof(spiqe_graded_settings),
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .plan = plan,
    .initialise = initialise,
    .forward = spiqe_neuron_forward,
    .backward = spiqe_neuron_backward,
    .gradient = spiqe_neuron_gradient,
    .count = count_relu,
};

const spiqe_stage_kind spiqe_linear = {
    .name = "linear",
    .summary = "the current as it is, to be read out",
    .is_neuron = 1,
    .is_graded = 1,
    .membrane = "current",
    .exact = "",
    .settings_size = sizeof(spiqe_graded_settings),
    .plan = plan,
    .forward = spiqe_neuron_forward,
    .backward = spiqe_neuron_backward,
    .count = count_linear,
};
