/* The SQS neuron with the ansatz crx: calls of the kernels of its closed form. Parameters: io,
 * entangle, memory, [units] each. */
#include "neuron/sqs.h"
#include "stage/values.h"

static spiqe_sqs_args args_of(const spiqe_stage *stage, const spiqe_pass *pass,
                              const spiqe_neuron_run *run) {
  return (spiqe_sqs_args){.rule = spiqe_sqs_rule_of(stage->settings, pass),
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

const spiqe_neuron_kernels spiqe_sqs_closed_kernels = {.forward = run_forward,
                                                       .backward = run_backward,
                                                       .count_memory = count_memory,
                                                       .read_memory = read_memory};
