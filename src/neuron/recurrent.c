/* Runs of neurons, and recurrence: the steps one by one inside the stage. */
#include "neuron/recurrent.h"

#include <math.h>
#include <string.h>

#include "core/fail.h"

#define TILE_COLUMNS ((size_t)256)

/* Tape of a piece: the trace, [step][n_state][row][neuron], and with recurrence the states before
 * each step, then the gradients that come from the step after. */
typedef struct tape {
  void *trace, *states, *d_state, *d_spikes;
} tape;

static size_t row_size(const spiqe_stage *stage, const spiqe_pass *pass) {
  return stage->out.n_units * pass->n_rows;
}

/* Numbers of the population's state. */
static size_t state_size(const spiqe_stage *stage, const spiqe_pass *pass) {
  return stage->n_state * stage->in.n_units / stage->in.n_planes * pass->n_rows;
}

static tape tape_of(const spiqe_stage *stage, const spiqe_pass *pass) {
  size_t n = stage->out.n_steps, state = state_size(stage, pass);
  tape t = {.trace = pass->tape};
  t.states = spiqe_at(pass->tape, n * state, pass->precision);
  t.d_state = spiqe_at(pass->tape, (2 * n + 1) * state, pass->precision);
  t.d_spikes = spiqe_at(pass->tape, (2 * n + 2) * state, pass->precision);
  return t;
}

spiqe_status spiqe_neuron_plan(spiqe_context *ctx, spiqe_stage *stage,
                               const spiqe_neuron_kernels *kernels, spiqe_neuron_shape shape) {
  SPIQE_REQUIRE(ctx, stage->in.is_current, SPIQE_BAD_SHAPE,
                "stage %zu (%s): a neuron needs a synapse (dense, conv2d) before it", stage->index,
                stage->kind->name);
  size_t neurons = stage->in.n_units / stage->in.n_planes, n_steps = stage->in.n_steps;
  size_t units = neurons * shape.n_spikes, state = shape.n_state * neurons;
  stage->out = (spiqe_signal){.n_steps = n_steps, .n_units = units, .n_planes = 1};
  stage->out.height = shape.n_spikes == 1 ? stage->in.height : 1; /* planes of spikes: no place */
  stage->out.width = shape.n_spikes == 1 ? stage->in.width : 1;
  stage->out.channels = units / (stage->out.height * stage->out.width);
  stage->neuron = kernels;
  stage->n_state = shape.n_state;
  stage->is_recurrent = shape.is_recurrent;
  stage->n_partial = stage->n_parameters;
  stage->n_tape = n_steps * state;
  if (!shape.is_recurrent) return SPIQE_OK;
  size_t weights[] = {units, stage->in.n_planes, neurons};
  spiqe_stage_add_parameter(stage, "recurrent", 3, weights);
  stage->n_tape = (2 * n_steps + 2) * state + units;
  stage->n_kept = n_steps * stage->in.n_units;
  stage->n_tiles = (stage->in.n_units + TILE_COLUMNS - 1) / TILE_COLUMNS;
  return SPIQE_OK;
}

void spiqe_neuron_initialise_recurrent(const spiqe_stage *stage, const uint32_t key[2],
                                       double *parameters) {
  const spiqe_parameter *last = &stage->named[stage->n_named - 1];
  spiqe_stage_uniform(key, stage->n_named - 1, 1 / sqrt((double)stage->out.n_units), last->size,
                      parameters + last->offset);
}

/* Elements from one step of the input to the next: 0 when it does not change. */
static size_t input_stride(const spiqe_stage *stage, const spiqe_pass *pass) {
  return stage->in.is_static ? 0 : stage->in.n_units * pass->n_rows;
}

static spiqe_neuron_run whole_run(const spiqe_stage *stage, const spiqe_pass *pass) {
  return (spiqe_neuron_run){.n_steps = stage->in.n_steps,
                            .step_stride = input_stride(stage, pass),
                            .current = (void *)(uintptr_t)pass->input,
                            .spikes = pass->output,
                            .membrane = pass->membrane,
                            .trace = pass->tape,
                            .d_spikes = pass->d_output,
                            .d_membrane = pass->d_membrane,
                            .d_stride = pass->d_stride,
                            .d_current = pass->d_input};
}

/* The run of one step with the recurrent currents. */
static spiqe_neuron_run one_step(const spiqe_stage *stage, const spiqe_pass *pass, size_t t) {
  size_t step = row_size(stage, pass), columns = stage->in.n_units * pass->n_rows;
  size_t state = state_size(stage, pass);
  tape tapes = tape_of(stage, pass);
  spiqe_precision p = pass->precision;
  spiqe_neuron_run run = {.first_step = t,
                          .n_steps = 1,
                          .step_stride = columns,
                          .current = spiqe_at(pass->kept, t * columns, p),
                          .spikes = spiqe_at(pass->output, t * step, p),
                          .membrane = spiqe_at(pass->membrane, t * step, p),
                          .trace = spiqe_at(tapes.trace, t * state, p),
                          .state0 = spiqe_at(tapes.states, t * state, p),
                          .d_membrane = spiqe_at(pass->d_membrane, t * pass->d_stride, p),
                          .d_state = tapes.d_state};
  run.d_current = run.current;
  return run;
}

static spiqe_matmul_args recurrent_product(const spiqe_stage *stage, const spiqe_pass *pass) {
  const spiqe_parameter *weights = &stage->named[stage->n_named - 1];
  return (spiqe_matmul_args){.m = pass->n_rows,
                             .n = stage->in.n_units,
                             .k = stage->out.n_units,
                             .lda = stage->out.n_units,
                             .ldb = stage->in.n_units,
                             .ldc = stage->in.n_units,
                             .beta = 1,
                             .sparse_a = 1,
                             .b = spiqe_at(pass->parameters, weights->offset, pass->precision)};
}

static void recurrent_forward(const spiqe_stage *stage, const spiqe_pass *pass) {
  size_t step = row_size(stage, pass), size = spiqe_precision_size(pass->precision);
  size_t columns = stage->in.n_units * pass->n_rows, state = state_size(stage, pass);
  tape tapes = tape_of(stage, pass);
  memset(tapes.states, 0, state * size);
  if (stage->neuron->rest)
    stage->neuron->rest(stage, pass->precision, state / stage->n_state, tapes.states);
  for (size_t t = 0; t < stage->in.n_steps; t++) {
    spiqe_neuron_run run = one_step(stage, pass, t);
    memcpy(run.current, spiqe_at(pass->input, t * input_stride(stage, pass), pass->precision),
           columns * size);
    spiqe_matmul_args product = recurrent_product(stage, pass);
    product.a = spiqe_at(pass->output, (t - (t > 0)) * step, pass->precision);
    product.c = run.current;
    if (t > 0) pass->kernels->matmul(&product);
    run.state = spiqe_at(tapes.states, (t + 1) * state, pass->precision);
    memcpy(run.state, run.state0, state * size);
    stage->neuron->forward(stage, pass, &run);
  }
}

/* d_spikes of step t: from the stage behind, and from the recurrent currents of step t + 1. */
static void gather_d_spikes(const spiqe_stage *stage, const spiqe_pass *pass, size_t t,
                            void *d_spikes) {
  size_t step = row_size(stage, pass), size = spiqe_precision_size(pass->precision);
  if (pass->d_output)
    memcpy(d_spikes, spiqe_at(pass->d_output, t * pass->d_stride, pass->precision), step * size);
  else
    memset(d_spikes, 0, step * size);
  if (t + 1 == stage->in.n_steps) return;
  spiqe_matmul_args product = recurrent_product(stage, pass);
  product.transpose_b = 1;
  product.sparse_a = 0;
  product.n = product.ldc = stage->out.n_units;
  product.k = product.lda = stage->in.n_units;
  product.a = one_step(stage, pass, t + 1).d_current;
  product.c = d_spikes;
  pass->kernels->matmul(&product);
}

/* d_input: that of each step, or their sum for an input that does not change. */
static void give_d_input(const spiqe_stage *stage, const spiqe_pass *pass) {
  size_t columns = stage->in.n_units * pass->n_rows, stride = input_stride(stage, pass);
  size_t size = spiqe_precision_size(pass->precision);
  if (!pass->d_input) return;
  for (size_t t = 0; t < stage->in.n_steps; t++) {
    void *to = spiqe_at(pass->d_input, t * stride, pass->precision);
    const void *from = spiqe_at(pass->kept, t * columns, pass->precision);
    if (t == 0 || stride > 0)
      memcpy(to, from, columns * size);
    else
      pass->kernels->add_bias(1, columns, columns, from, to);
  }
}

static void recurrent_backward(const spiqe_stage *stage, const spiqe_pass *pass) {
  tape tapes = tape_of(stage, pass);
  size_t size = spiqe_precision_size(pass->precision);
  memset(tapes.d_state, 0, state_size(stage, pass) * size);
  for (size_t t = stage->in.n_steps; t-- > 0;) {
    spiqe_neuron_run run = one_step(stage, pass, t);
    if (!pass->is_local) {
      gather_d_spikes(stage, pass, t, tapes.d_spikes);
      run.d_spikes = tapes.d_spikes;
    }
    stage->neuron->backward(stage, pass, &run);
  }
  give_d_input(stage, pass);
}

void spiqe_neuron_forward(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile,
                          size_t n_tiles) {
  spiqe_neuron_run run = whole_run(stage, pass);
  (void)tile, (void)n_tiles; /* always the whole */
  if (stage->is_recurrent)
    recurrent_forward(stage, pass);
  else
    stage->neuron->forward(stage, pass, &run);
}

void spiqe_neuron_backward(const spiqe_stage *stage, const spiqe_pass *pass) {
  spiqe_neuron_run run = whole_run(stage, pass);
  if (stage->is_recurrent)
    recurrent_backward(stage, pass);
  else
    stage->neuron->backward(stage, pass, &run);
}

void spiqe_neuron_gradient(const spiqe_stage *stage, const spiqe_pass *pass, size_t tile) {
  size_t columns = stage->in.n_units, units = stage->out.n_units, n_steps = stage->in.n_steps;
  size_t width = (columns + stage->n_tiles - 1) / stage->n_tiles, first = tile * width;
  if (first >= columns) return;
  spiqe_matmul_args product = recurrent_product(stage, pass);
  product.transpose_a = 1;
  product.m = units;
  product.n = columns - first < width ? columns - first : width;
  product.c =
      spiqe_at(pass->gradient, stage->named[stage->n_named - 1].offset + first, pass->precision);
  for (size_t sample = 0; sample < pass->n_rows; sample += pass->piece) {
    size_t rows = pass->n_rows - sample < pass->piece ? pass->n_rows - sample : pass->piece;
    product.k = (n_steps - 1) * rows;
    product.beta = sample > 0;
    product.a = spiqe_at(pass->output, sample * n_steps * units, pass->precision);
    product.b = spiqe_at(pass->kept, (sample * n_steps + rows) * columns + first, pass->precision);
    pass->kernels->matmul(&product);
  }
}
