/* Mode shots: each neuron is run n times with the same currents and angles, draws and memories of
 * its own; what it gives out is the mean of its spikes.
 *
 * State and trace have the parts of the shots one behind the other, each as the kernels of a single
 * shot have it; behind them, in the trace alone, the spikes of each shot and room for
 * probabilities. Derivatives are sums over the shots of those of single shots, divided by n at the
 * end, as they are linear in what comes from behind. */
#include <string.h>

#include "neuron/sqs.h"
#include "stage/values.h"

/* Sizes of a run of one piece, in elements. */
typedef struct sizes {
  size_t shots, neurons, out, in, trace; /* out, in, trace: of all steps of one shot */
} sizes;

static const spiqe_neuron_kernels *single_of(const spiqe_stage *stage) {
  const spiqe_sqs_settings *s = stage->settings;
  return s->ansatz == SPIQE_SQS_CRX ? &spiqe_sqs_closed_kernels : &spiqe_sqs_step_kernels;
}

static size_t shots_of(const spiqe_stage *stage) {
  return ((const spiqe_sqs_settings *)stage->settings)->shots;
}

size_t spiqe_sqs_shots_state(const spiqe_sqs_settings *s, size_t n_state) {
  return s->shots * (n_state + s->inputs) + s->inputs;
}

/* Numbers of a neuron's state in one shot. */
static size_t single_state(const spiqe_stage *stage) {
  const spiqe_sqs_settings *s = stage->settings;
  return (stage->n_state - s->inputs) / s->shots - s->inputs;
}

void spiqe_sqs_shots_reserve(spiqe_stage *stage) {
  stage->n_scratch += stage->n_partial;
  stage->n_sample_scratch = 2 * stage->in.n_steps * stage->in.n_units;
}

static sizes sizes_of(const spiqe_stage *stage, const spiqe_pass *pass,
                      const spiqe_neuron_run *run) {
  sizes z = {.shots = shots_of(stage), .neurons = stage->in.n_units / stage->in.n_planes};
  z.out = run->n_steps * pass->n_rows * stage->out.n_units;
  z.in = (run->step_stride ? run->n_steps : 1) * pass->n_rows * stage->in.n_units;
  z.trace = run->n_steps * pass->n_rows * z.neurons * single_state(stage);
  return z;
}

/* What shot s of a run is given. */
static spiqe_neuron_run run_of_shot(const spiqe_stage *stage, const spiqe_pass *pass,
                                    const spiqe_neuron_run *run, const sizes *z, size_t s) {
  const size_t state = pass->n_rows * z->neurons * single_state(stage);
  spiqe_neuron_run out = *run;
  out.trace = spiqe_at(run->trace, s * z->trace, pass->precision);
  out.state = spiqe_at(run->state, s * state, pass->precision);
  out.state0 = spiqe_at(run->state0, s * state, pass->precision);
  out.d_state = spiqe_at(run->d_state, s * state, pass->precision);
  out.spikes = spiqe_at(run->trace, z->shots * z->trace + s * z->out, pass->precision);
  out.membrane = spiqe_at(run->trace, z->shots * (z->trace + z->out), pass->precision);
  return out;
}

/* The first shot draws as a single one does. */
static spiqe_pass pass_of_shot(const spiqe_pass *pass, size_t s) {
  spiqe_pass out = *pass;
  out.key[1] ^= (uint32_t)s * UINT32_C(0x9E3779B9);
  return out;
}

/* sum = (add ? sum : 0) + factor x. */
static void gather(spiqe_precision precision, size_t n, int add, double factor, const void *x,
                   void *sum) {
  if (precision == SPIQE_F64) {
    const double *from = x;
    double *to = sum;
    for (size_t i = 0; i < n; i++) to[i] = (add ? to[i] : 0) + factor * from[i];
  } else {
    const float *from = x, by = (float)factor;
    float *to = sum;
    for (size_t i = 0; i < n; i++) to[i] = (add ? to[i] : 0) + by * from[i];
  }
}

static void run_forward(const spiqe_stage *stage, const spiqe_pass *pass,
                        const spiqe_neuron_run *run) {
  const sizes z = sizes_of(stage, pass, run);
  const double share = 1 / (double)z.shots;
  for (size_t s = 0; s < z.shots; s++) {
    const spiqe_neuron_run one = run_of_shot(stage, pass, run, &z, s);
    const spiqe_pass with = pass_of_shot(pass, s);
    single_of(stage)->forward(stage, &with, &one);
    gather(pass->precision, z.out, s > 0, share, one.spikes, run->spikes);
    if (run->membrane) gather(pass->precision, z.out, s > 0, share, one.membrane, run->membrane);
  }
}

/* d_current may lie where the currents are, which all shots read: it is written at the end. */
static void run_backward(const spiqe_stage *stage, const spiqe_pass *pass,
                         const spiqe_neuron_run *run) {
  const sizes z = sizes_of(stage, pass, run);
  const double share = 1 / (double)z.shots;
  const spiqe_precision p = pass->precision;
  void *gradient = spiqe_at(pass->scratch, stage->n_scratch - stage->n_partial, p);
  void *d_current = spiqe_at(pass->scratch, stage->n_scratch, p);
  void *sum = spiqe_at(d_current, z.in, p), *total = pass->gradient;
  for (size_t s = 0; s < z.shots; s++) {
    spiqe_neuron_run one = run_of_shot(stage, pass, run, &z, s);
    spiqe_pass with = pass_of_shot(pass, s);
    one.d_current = d_current;
    with.gradient = gradient;
    memset(gradient, 0, stage->n_partial * spiqe_precision_size(p));
    single_of(stage)->backward(stage, &with, &one);
    gather(p, z.in, s > 0, share, d_current, sum);
    gather(p, stage->n_partial, 1, share, gradient, total);
  }
  if (run->d_current) memcpy(run->d_current, sum, z.in * spiqe_precision_size(p));
}

static void rest(const spiqe_stage *stage, spiqe_precision precision, size_t n, void *state) {
  const spiqe_neuron_kernels *single = single_of(stage);
  for (size_t s = 0; s < shots_of(stage) && single->rest; s++)
    single->rest(stage, precision, n, spiqe_at(state, s * n * single_state(stage), precision));
}

const spiqe_neuron_kernels spiqe_sqs_shots_kernels = {.forward = run_forward,
                                                      .backward = run_backward,
                                                      .rest = rest};
