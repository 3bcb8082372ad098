/* Density matrices: amplitude damping on each qubit of a register of 12, f64, 2^24 complex numbers,
 * beside reading and writing its memory once; and a layer of noisy gates on all of them.
 *
 * Floor of the channel: one pass over 256 MiB, read and written.
 *
 * bench_density [--runs 15] [--threads 2] [--qubits 12] [--only damping] */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "quantum/density.h"
#include "spiqe/noise.h"
#include "support/bench.h"
#include "support/times.h"
#include "support/touch.h"

#define MOST_RUNS ((size_t)64)

typedef struct channel {
  size_t n_kraus;
  spiqe_complex kraus[SPIQE_MOST_KRAUS_NUMBERS];
} channel;

static channel channel_of(spiqe_context *ctx, const char *name, size_t n, const double *p) {
  channel c;
  size_t n_qubits;
  bench_try(ctx, spiqe_channel_kraus(ctx, name, n, p, &n_qubits, &c.n_kraus, c.kraus));
  return c;
}

static double time_channel(spiqe_density *density, const channel *c, uint32_t qubit) {
  double start = spiqe_clock_seconds();
  bench_try(density->state->ctx, spiqe_density_channel(density, 1, &qubit, c->n_kraus, c->kraus));
  return spiqe_clock_seconds() - start;
}

/* Mean over qubits of the fastest and of the median of the runs, in turns with touching. */
static void measure_channel(bench *b, spiqe_density *density, size_t n_runs, const char *row,
                            const char *name, size_t n, const double *p, bench_bar bar) {
  spiqe_context *ctx = density->state->ctx;
  const channel c = channel_of(ctx, name, n, p);
  double best = 0, median = 0, floor = 0, floor_median = 0;
  const double n_qubits = (double)density->n_qubits;
  cJSON *targets = cJSON_CreateArray();
  for (uint32_t q = 0; q < density->n_qubits; q++) {
    static double times[MOST_RUNS], touches[MOST_RUNS];
    for (size_t i = 0; i < n_runs; i++) {
      touches[i] = bench_touch(density->state);
      times[i] = time_channel(density, &c, q);
    }
    best += bench_minimum(times, n_runs) / n_qubits;
    floor += bench_minimum(touches, n_runs) / n_qubits;
    median += bench_median(times, n_runs) / n_qubits;
    floor_median += bench_median(touches, n_runs) / n_qubits;
    cJSON_AddItemToArray(targets, cJSON_CreateNumber(1e3 * bench_minimum(times, n_runs)));
  }
  char what[128];
  snprintf(what, sizeof what, "%s, %zu qubits, f64, mean over targets, median", name,
           density->n_qubits);
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "fastest_ms", 1e3 * best);
  cJSON_AddNumberToObject(details, "touch_ms", 1e3 * floor_median);
  cJSON_AddNumberToObject(details, "touch_fastest_ms", 1e3 * floor);
  cJSON_AddItemToObject(details, "targets_ms", targets);
  printf("    median %.2f ms, fastest %.2f ms; touching the memory %.2f ms, fastest %.2f ms\n",
         1e3 * median, 1e3 * best, 1e3 * floor_median, 1e3 * floor);
  bench_add(b, &(bench_row){.name = row,
                            .what = what,
                            .measured = 1e3 * median,
                            .unit = "ms",
                            .goal = 9,
                            .bar = bar,
                            .ctx = ctx,
                            .details = details});
}

/* h and cx on every qubit, each with relaxation after it, as a device description makes them. */
static void measure_layer(bench *b, spiqe_context *ctx, size_t n_qubits, size_t n_runs) {
  static const char device[] =
      "T1: 200 us\nT2: 150 us\n"
      "default: {1: {time: 36 ns, error: 2e-4}, 2: {time: 68 ns, error: 3e-3}}\n";
  static double times[MOST_RUNS];
  spiqe_circuit *circuit, *noisy;
  spiqe_noise *noise;
  bench_try(ctx, spiqe_noise_parse(ctx, "device", device, sizeof device - 1, &noise));
  bench_try(ctx, spiqe_circuit_create(ctx, n_qubits, 0, &circuit));
  for (uint32_t q = 0; q < n_qubits; q++)
    bench_try(ctx, spiqe_circuit_gate(circuit, "h", NULL, &q));
  for (uint32_t q = 0; q < n_qubits; q++)
    bench_try(ctx, spiqe_circuit_gate(circuit, "cx", NULL,
                                      (uint32_t[]){q, (uint32_t)((q + 1) % n_qubits)}));
  bench_try(ctx, spiqe_noise_apply(noise, circuit, &noisy));
  for (size_t i = 0; i < n_runs; i++) {
    spiqe_density_result result;
    double start = spiqe_clock_seconds();
    bench_try(ctx,
              spiqe_density_run(ctx, noisy,
                                &(spiqe_density_options){.precision = SPIQE_F64, .only_average = 1},
                                &result));
    times[i] = spiqe_clock_seconds() - start;
    double trace = spiqe_density_trace(result.average);
    bench_require(fabs(trace - 1) < 1e-10, "the trace is %.12f after the circuit", trace);
    spiqe_density_result_clear(&result);
  }
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "operations", (double)spiqe_circuit_n_operations(noisy));
  cJSON_AddNumberToObject(details, "fastest", bench_minimum(times, n_runs));
  bench_add(b, &(bench_row){.name = "noisy-layer",
                            .what = "h and a ring of cx with noise, 12 qubits, f64, median",
                            .measured = bench_median(times, n_runs),
                            .unit = "s",
                            .ctx = ctx,
                            .details = details});
  spiqe_noise_destroy(noise);
  spiqe_circuit_destroy(circuit);
  spiqe_circuit_destroy(noisy);
}

int main(int argc, char **argv) {
  bench b;
  bench_begin(&b, "density", argc, argv);
  const size_t n_runs = bench_size(&b, "--runs", 15), n_threads = bench_size(&b, "--threads", 2);
  const size_t n_qubits = bench_size(&b, "--qubits", 12);
  const int is_whole = strcmp(bench_text(&b, "--only", ""), "damping");
  bench_check_arguments(&b);
  bench_require(n_runs > 0 && n_runs <= MOST_RUNS, "1 to %zu runs", MOST_RUNS);
  spiqe_context *ctx = bench_context(n_threads, NULL);
  const double gamma = 1e-3, thermal[] = {200e-6, 150e-6, 1e-6, 0.01}, flip = 1e-3;
  spiqe_density *density;
  bench_try(ctx, spiqe_density_create(ctx, SPIQE_F64, n_qubits, &density));
  measure_channel(&b, density, n_runs, "damping-12", "amplitude_damping", 1, &gamma, BENCH_AT_MOST);
  if (is_whole) {
    measure_channel(&b, density, n_runs, "relaxation-12", "thermal_relaxation", 4, thermal,
                    BENCH_REPORTED);
    measure_channel(&b, density, n_runs, "bit-flip-12", "bit_flip", 1, &flip, BENCH_REPORTED);
  }
  spiqe_density_destroy(density);
  if (is_whole) measure_layer(&b, ctx, n_qubits, n_runs < 5 ? n_runs : 5);
  spiqe_context_destroy(ctx);
  return bench_end(&b);
}
