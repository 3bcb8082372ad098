/* The SQS neuron with the ansatz hea as a compiled step, in float: a step of a neuron forward, and
 * backward (which runs it forward again); single shots, on two threads and on one, in turns. 1,000
 * neurons, 5 steps with currents of their own, pieces of 50 samples as in training.
 *
 * bench_sqs_step [--runs 11] [--samples 1000] */
#include <stdlib.h>

#include "core/context.h"
#include "core/threads.h"
#include "device/device.h"
#include "neuron/sqs_circuit.h"
#include "quantum/lanes_step.h"
#include "spiqe/random.h"
#include "support/bench.h"
#include "support/times.h"

enum { UNITS = 1000, STEPS = 5, PIECE = 50, MOST_RUNS = 256 };
#define PLANE ((size_t)PIECE * UNITS)

/* Buffers of one worker: a piece. */
typedef struct piece {
  float *current, *spikes, *trace, *d_spikes, *d_current, *d_parameters, *scratch;
  uint32_t samples[PIECE];
} piece;

typedef struct work {
  spiqe_context *ctx;
  const spiqe_kernels *kernels;
  spiqe_lane_step *step;
  float *parameters;
  piece pieces[2];
  size_t n_pieces;
  int is_backward;
  double seconds[MOST_RUNS];
} work;

static spiqe_step_args args_of(const work *w, const piece *p) {
  return (spiqe_step_args){.program = &w->step->kernel,
                           .n_steps = STEPS,
                           .n_rows = PIECE,
                           .n_units = UNITS,
                           .ld = UNITS,
                           .step_stride = PLANE,
                           .current = p->current,
                           .parameters = w->parameters,
                           .samples = p->samples,
                           .key = {1, 2},
                           .spikes = p->spikes,
                           .trace = w->is_backward ? p->trace : NULL,
                           .scratch = p->scratch};
}

static void run_piece(void *argument, size_t task, size_t worker) {
  const work *w = argument;
  const piece *p = &w->pieces[worker];
  const spiqe_step_args args = args_of(w, p);
  (void)task;
  if (!w->is_backward) {
    w->kernels->step_forward(&args);
    return;
  }
  w->kernels->step_backward(&(spiqe_step_grad_args){.forward = args,
                                                    .d_spikes = p->d_spikes,
                                                    .d_stride = PLANE,
                                                    .d_current = p->d_current,
                                                    .d_parameters = p->d_parameters});
}

static void run_all(void *argument) {
  work *w = argument;
  spiqe_threads_run(w->ctx, w->n_pieces, run_piece, w);
}

static float *room(size_t n) {
  float *out = aligned_alloc(64, (n * sizeof *out + 63) / 64 * 64);
  bench_require(out != NULL, "no memory");
  for (size_t i = 0; i < n; i++) out[i] = 0;
  return out;
}

static float *filled(size_t n, uint64_t which, double low, double high) {
  uint32_t key[2];
  float *out = room(n);
  spiqe_random_key(3, SPIQE_PURPOSE_USER, which, key);
  for (size_t i = 0; i < n; i++)
    out[i] = (float)(low + (high - low) * spiqe_random_uniform(key, i, 0));
  return out;
}

static spiqe_lane_step *compile(spiqe_context *ctx) {
  const spiqe_sqs_settings settings = {.ansatz = SPIQE_SQS_HEA,
                                       .inputs = 1,
                                       .memory_qubits = 1,
                                       .layers = 2};
  spiqe_circuit *circuit;
  spiqe_lane_step *step;
  bench_try(ctx, spiqe_sqs_circuit(ctx, &settings, 1, &circuit));
  bench_try(ctx, spiqe_lane_step_create(ctx, circuit, 1, &step));
  spiqe_circuit_destroy(circuit);
  return step;
}

/* The trace is that of a forward run. */
static work open_work(size_t n_threads, size_t n_pieces) {
  work w = {.ctx = bench_context(n_threads, NULL), .n_pieces = n_pieces, .is_backward = 1};
  w.kernels = spiqe_device_kernels(w.ctx, SPIQE_F32);
  w.step = compile(w.ctx);
  const spiqe_step_program *program = &w.step->kernel;
  w.parameters = filled(program->n_parameters * UNITS, 1, -1, 1);
  for (size_t i = 0; i < 2; i++) {
    w.pieces[i] = (piece){.current = filled(STEPS * PLANE, 2, -1, 1),
                          .spikes = room(STEPS * PLANE),
                          .trace = room(STEPS * PLANE * spiqe_step_state(program)),
                          .d_spikes = filled(STEPS * PLANE, 3, -1, 1),
                          .d_current = room(STEPS * PLANE),
                          .d_parameters = room(program->n_parameters * UNITS),
                          .scratch = room(spiqe_step_scratch(program))};
    const spiqe_step_args args = args_of(&w, &w.pieces[i]);
    w.kernels->step_forward(&args);
  }
  return w;
}

static void close_work(work *w) {
  for (size_t i = 0; i < 2; i++) {
    float *all[] = {w->pieces[i].current,     w->pieces[i].spikes,    w->pieces[i].trace,
                    w->pieces[i].d_spikes,    w->pieces[i].d_current, w->pieces[i].scratch,
                    w->pieces[i].d_parameters};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
  }
  free(w->parameters);
  spiqe_lane_step_destroy(w->step);
  spiqe_context_destroy(w->ctx);
}

static void measure(bench *b, work *two, work *one, size_t n_runs, int is_backward) {
  const double to_ns = 1e9 / (double)(two->n_pieces * STEPS * PLANE);
  two->is_backward = one->is_backward = is_backward;
  for (size_t i = 0; i < n_runs; i++) {
    two->seconds[i] = bench_seconds(run_all, two, 0);
    one->seconds[i] = bench_seconds(run_all, one, 0);
  }
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "fastest_ns", to_ns * bench_minimum(two->seconds, n_runs));
  cJSON_AddNumberToObject(details, "one_thread_ns", to_ns * bench_median(one->seconds, n_runs));
  bench_add(b, &(bench_row){.name = is_backward ? "hea-backward-f32" : "hea-forward-f32",
                            .what = is_backward
                                        ? "a step of an SQS neuron backward, hea, 1 + 1 qubits, f32"
                                        : "a step of an SQS neuron forward, hea of 2 layers, "
                                          "1 + 1 qubits, f32",
                            .measured = to_ns * bench_median(two->seconds, n_runs),
                            .unit = "ns/neuron-step",
                            .bar = is_backward ? BENCH_REPORTED : BENCH_AT_MOST,
                            .goal = 6,
                            .ctx = two->ctx,
                            .details = details});
}

int main(int argc, char **argv) {
  bench b;
  bench_begin(&b, "sqs_step", argc, argv);
  size_t n_runs = bench_size(&b, "--runs", 11), n_samples = bench_size(&b, "--samples", 1000);
  bench_check_arguments(&b);
  bench_require(n_runs >= 1 && n_runs <= MOST_RUNS && n_samples >= PIECE,
                "1 to %d runs of %d samples or more", MOST_RUNS, PIECE);
  work two = open_work(2, n_samples / PIECE), one = open_work(1, n_samples / PIECE);
  for (int is_backward = 0; is_backward < 2; is_backward++)
    measure(&b, &two, &one, n_runs, is_backward);
  close_work(&two);
  close_work(&one);
  return bench_end(&b);
}
