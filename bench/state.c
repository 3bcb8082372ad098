/* State vectors: a circuit of 24 qubits and 960 gates (10 layers of rx, ry, rz on every qubit and a
 * ring of cx) in both precisions and with one and two threads, and one rx on each qubit of a
 * register of 26, without fusion, beside reading and writing the register's memory once.
 *
 * Floor of the circuit, f64: 240 fused 2x2 matrices on 2^24 amplitudes at 6 multiply-adds each are
 * 2.4e10, and about 19 passes over 256 MiB; floor of rx: one pass over 1 GiB.
 *
 * bench_state [--runs 5] [--threads 2] [--only circuit|f64|f32|rx]; f64 and f32 are single rows */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "quantum/apply.h"
#include "support/bench.h"
#include "support/times.h"
#include "support/touch.h"

#define MOST_RUNS ((size_t)32)
#define QUBITS 24
#define WIDE_QUBITS 26
#define LAYERS 10

static void add_rotation(spiqe_context *ctx, spiqe_circuit *circuit, const char *name, double angle,
                         uint32_t qubit) {
  bench_try(ctx, spiqe_circuit_gate(circuit, name, &angle, &qubit));
}

static spiqe_circuit *ring(spiqe_context *ctx) {
  static const char *const names[] = {"rx", "ry", "rz"};
  spiqe_circuit *circuit;
  bench_try(ctx, spiqe_circuit_create(ctx, QUBITS, 0, &circuit));
  for (uint32_t layer = 0; layer < LAYERS; layer++) {
    for (uint32_t q = 0; q < QUBITS; q++)
      for (uint32_t i = 0; i < 3; i++)
        add_rotation(ctx, circuit, names[i], 0.1 + layer + 0.37 * q + 0.2 * i, q);
    for (uint32_t q = 0; q < QUBITS; q++)
      bench_try(ctx, spiqe_circuit_gate(circuit, "cx", NULL, (uint32_t[]){q, (q + 1) % QUBITS}));
  }
  return circuit;
}

/* amplitudes: [2] out, the first two, for those who run the same circuit elsewhere. */
static double time_circuit(spiqe_context *ctx, spiqe_precision precision,
                           spiqe_complex *amplitudes) {
  spiqe_circuit *circuit = ring(ctx);
  spiqe_state *state;
  spiqe_steps steps;
  size_t n_operations;
  bench_try(ctx, spiqe_state_create(ctx, precision, QUBITS, &state));
  double start = spiqe_clock_seconds();
  bench_try(ctx, spiqe_steps_create(circuit, NULL, 0, &n_operations, &steps));
  bench_try(ctx, spiqe_state_apply_steps(state, steps.n_steps, steps.steps));
  double seconds = spiqe_clock_seconds() - start;
  double norm = spiqe_state_norm(state);
  bench_require(fabs(norm - 1) < 1e-4, "the norm is %.9f after the circuit", norm);
  for (size_t i = 0; i < 2; i++) amplitudes[i] = spiqe_state_get(state, i);
  spiqe_steps_destroy(&steps);
  spiqe_state_destroy(state);
  spiqe_circuit_destroy(circuit);
  return seconds;
}

static void add_circuit_row(bench *b, spiqe_context *ctx, spiqe_precision precision,
                            double *seconds, size_t n_runs, const spiqe_complex *amplitudes) {
  const int is_f64 = precision == SPIQE_F64;
  cJSON *details = cJSON_CreateObject(), *numbers = cJSON_CreateArray();
  for (size_t i = 0; i < 2; i++) {
    cJSON_AddItemToArray(numbers, cJSON_CreateNumber(amplitudes[i].re));
    cJSON_AddItemToArray(numbers, cJSON_CreateNumber(amplitudes[i].im));
  }
  cJSON_AddNumberToObject(details, "fastest", bench_minimum(seconds, n_runs));
  cJSON_AddItemToObject(details, "amplitudes", numbers);
  bench_add(b, &(bench_row){.name = is_f64 ? "circuit-24-f64" : "circuit-24-f32",
                            .what = is_f64 ? "24 qubits, 960 gates, f64, median"
                                           : "24 qubits, 960 gates, f32, median",
                            .measured = bench_median(seconds, n_runs),
                            .unit = "s",
                            .goal = is_f64 ? 1.3 : 0.5,
                            .bar = BENCH_AT_MOST,
                            .ctx = ctx,
                            .details = details});
}

/* In turns, so that what else runs on the machine hits all alike. */
static void measure_circuit(bench *b, size_t n_runs, size_t n_threads) {
  static double f64[MOST_RUNS], f32[MOST_RUNS], alone[MOST_RUNS], ratios[MOST_RUNS];
  spiqe_complex first64[2], first32[2];
  spiqe_context *many = bench_context(n_threads, NULL), *one = bench_context(1, NULL);
  for (size_t i = 0; i < n_runs; i++) {
    f64[i] = time_circuit(many, SPIQE_F64, first64);
    alone[i] = time_circuit(one, SPIQE_F64, first64);
    f32[i] = time_circuit(many, SPIQE_F32, first32);
    ratios[i] = alone[i] / f64[i];
  }
  add_circuit_row(b, many, SPIQE_F64, f64, n_runs, first64);
  add_circuit_row(b, many, SPIQE_F32, f32, n_runs, first32);
  bench_add(b, &(bench_row){.name = "circuit-24-threads",
                            .what = "24 qubits, 960 gates, f64: one thread over two, median",
                            .measured = bench_median(ratios, n_runs),
                            .unit = "x",
                            .goal = 1.7,
                            .bar = BENCH_AT_LEAST,
                            .ctx = many});
  spiqe_context_destroy(many);
  spiqe_context_destroy(one);
}

static void measure_single(bench *b, size_t n_runs, size_t n_threads, spiqe_precision precision) {
  double seconds[MOST_RUNS];
  spiqe_complex first[2];
  spiqe_context *ctx = bench_context(n_threads, NULL);
  for (size_t i = 0; i < n_runs; i++) seconds[i] = time_circuit(ctx, precision, first);
  add_circuit_row(b, ctx, precision, seconds, n_runs, first);
  spiqe_context_destroy(ctx);
}

static double time_rx(spiqe_state *state, uint32_t qubit) {
  spiqe_complex matrix[4];
  const double angle = 0.3;
  spiqe_gate_matrix((size_t)spiqe_gate_find("rx"), &angle, matrix);
  spiqe_step step = {.n_targets = 1, .targets = {qubit}, .matrix = matrix};
  double start = spiqe_clock_seconds();
  spiqe_apply_matrix(state, &step);
  return spiqe_clock_seconds() - start;
}

static void measure_rx(bench *b, size_t n_runs, size_t n_threads) {
  spiqe_context *ctx = bench_context(n_threads, NULL);
  spiqe_state *state;
  double sum = 0, floor_sum = 0;
  cJSON *targets = cJSON_CreateArray();
  bench_try(ctx, spiqe_state_create(ctx, SPIQE_F64, WIDE_QUBITS, &state));
  for (uint32_t q = 0; q < WIDE_QUBITS; q++) {
    static double rx[MOST_RUNS], touch[MOST_RUNS];
    for (size_t i = 0; i < n_runs; i++) {
      touch[i] = bench_touch(state);
      rx[i] = time_rx(state, q);
    }
    sum += bench_minimum(rx, n_runs);
    floor_sum += bench_minimum(touch, n_runs);
    cJSON_AddItemToArray(targets, cJSON_CreateNumber(1e3 * bench_minimum(rx, n_runs)));
  }
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "mean_ms", 1e3 * sum / WIDE_QUBITS);
  cJSON_AddNumberToObject(details, "floor_ms", 1e3 * floor_sum / WIDE_QUBITS);
  cJSON_AddItemToObject(details, "targets_ms", targets);
  printf("    rx %.1f ms, reading and writing the register %.1f ms\n", 1e3 * sum / WIDE_QUBITS,
         1e3 * floor_sum / WIDE_QUBITS);
  bench_add(b, &(bench_row){.name = "rx-26",
                            .what = "rx on 26 qubits, f64, mean over targets (fastest of its runs) "
                                    "over touching the memory once",
                            .measured = sum / floor_sum,
                            .unit = "x",
                            .goal = 1.1,
                            .bar = BENCH_AT_MOST,
                            .ctx = ctx,
                            .details = details});
  spiqe_state_destroy(state);
  spiqe_context_destroy(ctx);
}

int main(int argc, char **argv) {
  bench b;
  bench_begin(&b, "state", argc, argv);
  const size_t n_runs = bench_size(&b, "--runs", 5), n_threads = bench_size(&b, "--threads", 2);
  const char *only = bench_text(&b, "--only", "");
  bench_check_arguments(&b);
  bench_require(n_runs > 0 && n_runs <= MOST_RUNS, "1 to %zu runs", MOST_RUNS);
  if (!strcmp(only, "f64")) measure_single(&b, n_runs, n_threads, SPIQE_F64);
  if (!strcmp(only, "f32")) measure_single(&b, n_runs, n_threads, SPIQE_F32);
  if (!*only || !strcmp(only, "circuit")) measure_circuit(&b, n_runs, n_threads);
  if (!*only || !strcmp(only, "rx")) measure_rx(&b, n_runs, n_threads);
  return bench_end(&b);
}
