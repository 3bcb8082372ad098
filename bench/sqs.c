/* The SQS neuron's closed form in float: a step of a neuron forward, forward with the memory kept
 * for the way back, and backward; single shots, on one and on two threads, in turns. 1,000 neurons,
 * 5 steps with currents of their own, pieces of 50 samples as in training.
 *
 * bench_sqs [--runs 21] [--samples 2000] */
#include <stdio.h>
#include <stdlib.h>

#include "core/context.h"
#include "core/threads.h"
#include "device/device.h"
#include "spiqe/random.h"
#include "support/bench.h"
#include "support/times.h"

enum { UNITS = 1000, STEPS = 5, PIECE = 50, MOST_RUNS = 256 };
#define PLANE ((size_t)PIECE * UNITS)

/* Buffers of one worker: a piece. */
typedef struct piece {
  float current[STEPS * PLANE], spikes[STEPS * PLANE], trace[2 * STEPS * PLANE];
  float d_spikes[STEPS * PLANE], d_current[STEPS * PLANE], d_angles[3 * UNITS];
  uint32_t samples[PIECE];
} piece;

typedef enum direction { FORWARD, KEEPING, BACKWARD, N_DIRECTIONS } direction;

static const char *const names[] = {"sqs-forward-f32", "sqs-keeping-f32", "sqs-backward-f32"};
static const char *const whats[] = {"a step of an SQS neuron forward, crx, f32",
                                    "the same, with the memory kept for the way back",
                                    "a step of an SQS neuron backward, crx, f32"};

typedef struct work {
  spiqe_context *ctx;
  const spiqe_kernels *kernels;
  piece *pieces; /* [2] */
  float angles[5 * UNITS];
  size_t n_pieces;
  direction way;
  double seconds[MOST_RUNS];
} work;

static spiqe_sqs_args args_of(work *w, piece *p) {
  return (spiqe_sqs_args){.n_steps = STEPS,
                          .n_rows = PIECE,
                          .n_units = UNITS,
                          .ld = UNITS,
                          .step_stride = PLANE,
                          .current = p->current,
                          .angles = w->angles,
                          .samples = p->samples,
                          .key = {1, 2},
                          .spikes = p->spikes,
                          .trace = w->way == FORWARD ? NULL : p->trace};
}

static void run_piece(void *argument, size_t task, size_t worker) {
  work *w = argument;
  piece *p = &w->pieces[worker];
  const spiqe_sqs_args args = args_of(w, p);
  (void)task;
  if (w->way != BACKWARD) {
    w->kernels->sqs_forward(&args);
    return;
  }
  w->kernels->sqs_backward(&(spiqe_sqs_grad_args){.forward = args,
                                                  .d_spikes = p->d_spikes,
                                                  .d_stride = PLANE,
                                                  .d_current = p->d_current,
                                                  .d_io = p->d_angles,
                                                  .d_entangle = p->d_angles + UNITS,
                                                  .d_memory = p->d_angles + 2 * UNITS});
}

static void run_all(void *argument) {
  work *w = argument;
  spiqe_threads_run(w->ctx, w->n_pieces, run_piece, w);
}

static void fill(float *out, size_t n, uint64_t which, double low, double high) {
  uint32_t key[2];
  spiqe_random_key(3, SPIQE_PURPOSE_USER, which, key);
  for (size_t i = 0; i < n; i++)
    out[i] = (float)(low + (high - low) * spiqe_random_uniform(key, i, 0));
}

static work open_work(size_t n_threads, size_t n_pieces) {
  work w = {.ctx = bench_context(n_threads, NULL), .n_pieces = n_pieces};
  w.kernels = spiqe_device_kernels(w.ctx, SPIQE_F32);
  w.pieces = calloc(2, sizeof *w.pieces);
  bench_require(w.pieces != NULL, "no memory");
  fill(w.angles, 5 * UNITS, 1, -0.7, 0.7);
  for (size_t i = 0; i < 2; i++) {
    fill(w.pieces[i].current, STEPS * PLANE, 2, -1, 1);
    fill(w.pieces[i].d_spikes, STEPS * PLANE, 3, -1, 1);
  }
  return w;
}

static void close_work(work *w) {
  free(w->pieces);
  spiqe_context_destroy(w->ctx);
}

static double nanoseconds(work *w, size_t n_runs) {
  return 1e9 * bench_median(w->seconds, n_runs) / (double)(w->n_pieces * STEPS * PLANE);
}

static void measure(bench *b, work *two, work *one, size_t n_runs, direction way) {
  two->way = one->way = way;
  for (size_t i = 0; i < n_runs; i++) {
    two->seconds[i] = bench_seconds(run_all, two, 0);
    one->seconds[i] = bench_seconds(run_all, one, 0);
  }
  cJSON *details = cJSON_CreateObject();
  const double to_ns = 1e9 / (double)(two->n_pieces * STEPS * PLANE);
  cJSON_AddNumberToObject(details, "fastest_ns", to_ns * bench_minimum(two->seconds, n_runs));
  cJSON_AddNumberToObject(details, "one_thread_ns", nanoseconds(one, n_runs));
  bench_add(b, &(bench_row){.name = names[way],
                            .what = whats[way],
                            .measured = nanoseconds(two, n_runs),
                            .unit = "ns/neuron-step",
                            .bar = way == FORWARD ? BENCH_AT_MOST : BENCH_REPORTED,
                            .goal = 1.5,
                            .ctx = two->ctx,
                            .details = details});
}

int main(int argc, char **argv) {
  bench b;
  bench_begin(&b, "sqs", argc, argv);
  size_t n_runs = bench_size(&b, "--runs", 21), n_samples = bench_size(&b, "--samples", 2000);
  bench_check_arguments(&b);
  bench_require(n_runs >= 1 && n_runs <= MOST_RUNS && n_samples >= PIECE,
                "1 to %d runs of %d samples or more", MOST_RUNS, PIECE);
  static work two, one;
  two = open_work(2, n_samples / PIECE);
  one = open_work(1, n_samples / PIECE);
  for (direction way = FORWARD; way < N_DIRECTIONS; way++) measure(&b, &two, &one, n_runs, way);
  close_work(&two);
  close_work(&one);
  return bench_end(&b);
}
