/* The SQS neuron with any ansatz: calls of the kernels that run its compiled step. Parameters:
 * ansatz, [n_parameters][neurons]. */
#include "neuron/sqs.h"
#include "quantum/lanes_step.h"
#include "stage/values.h"

static spiqe_step_args args_of(const spiqe_stage *stage, const spiqe_pass *pass,
                               const spiqe_neuron_run *run) {
  const spiqe_lane_step *step = stage->owned;
  return (spiqe_step_args){.program = &step->kernel,
                           .rule = spiqe_sqs_rule_of(stage->settings, pass),
                           .n_steps = run->n_steps,
                           .n_rows = pass->n_rows,
                           .n_units = stage->in.n_units / stage->in.n_planes,
                           .ld = stage->in.n_units,
                           .step_stride = run->step_stride,
                           .first_step = run->first_step,
                           .current = run->current,
                           .parameters = pass->parameters,
                           .samples = pass->samples,
                           .key = {pass->key[0], pass->key[1]},
                           .state = run->state,
                           .spikes = run->spikes,
                           .membrane = run->membrane,
                           .trace = pass->training || pass->recording ? run->trace : NULL,
                           .scratch = pass->scratch};
}

static void run_forward(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run) {
  const spiqe_step_args args = args_of(stage, pass, run);
  pass->kernels->step_forward(&args);
}

static void run_backward(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_neuron_run *run) {
  const spiqe_step_grad_args args = {.forward = args_of(stage, pass, run),
                                     .d_spikes = run->d_spikes,
                                     .d_membrane = run->d_membrane,
                                     .d_stride = run->d_stride,
                                     .d_state = run->d_state,
                                     .d_current = run->d_current,
                                     .d_parameters = pass->gradient};
  pass->kernels->step_backward(&args);
}

/* |0...0>. */
static void rest(const spiqe_stage *stage, spiqe_precision precision, size_t n, void *state) {
  (void)stage;
  for (size_t i = 0; i < n; i++) spiqe_value_set(state, i, precision, 1);
}

static size_t count_memory(const spiqe_stage *stage) {
  return ((const spiqe_lane_step *)stage->owned)->kernel.n_memory;
}

/* rho_01 and rho_11 of one qubit of a pure state: sums of a_i conj(a_j) over pairs that differ in
 * that qubit alone, i with 0, j with 1. */
static void read_memory(const spiqe_stage *stage, spiqe_precision precision, const void *state,
                        size_t stride, float *bloch) {
  const size_t n = count_memory(stage), n_amplitudes = (size_t)1 << n;
  for (size_t q = 0; q < n; q++, bloch += 3) {
    double re = 0, im = 0, one = 0;
    for (size_t j = 0; j < n_amplitudes; j++) {
      const size_t i = j ^ (size_t)1 << q;
      if (i > j) continue;
      const double a = spiqe_value_get(state, 2 * i * stride, precision);
      const double b = spiqe_value_get(state, (2 * i + 1) * stride, precision);
      const double c = spiqe_value_get(state, 2 * j * stride, precision);
      const double d = spiqe_value_get(state, (2 * j + 1) * stride, precision);
      re += a * c + b * d;
      im += b * c - a * d;
      one += c * c + d * d;
    }
    bloch[0] = (float)(2 * re);
    bloch[1] = (float)(-2 * im);
    bloch[2] = (float)(1 - 2 * one);
  }
}

const spiqe_neuron_kernels spiqe_sqs_step_kernels = {.forward = run_forward,
                                                     .backward = run_backward,
                                                     .rest = rest,
                                                     .count_memory = count_memory,
                                                     .read_memory = read_memory};
