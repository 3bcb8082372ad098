/* Clifford circuits: 10,000 random gates on 500 qubits, all measured, 1,024 shots; a memory of the
 * rotated surface code with noise; time of a gate on one shot; the question whether a circuit can
 * run so.
 *
 * Floors. A gate on frames moves at least two planes of bits, one bit for each shot: two memcpy of
 * planes that lie in the cache as they do. A random outcome of n qubits multiplies half of the 2n
 * images by one: 500 outcomes move some 60 MB through the cache. A shot of the surface code has
 * some 10 errors, each one block of random numbers and one logarithm, 0.2 us on one thread.
 *
 * bench_stabiliser [--runs 9] [--threads 2] [--only random|surface|gates|can] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "quantum/frames.h"
#include "quantum/stabiliser.h"
#include "quantum/stabiliser_shots.h"
#include "spiqe/random.h"
#include "support/bench.h"
#include "support/times.h"

#define MOST_RUNS ((size_t)64)
#define RANDOM_QUBITS 500
#define RANDOM_GATES 10000
#define DISTANCE 11

static uint32_t draw_below(uint64_t i, uint64_t which, size_t n) {
  uint32_t key[2];
  spiqe_random_key(1, SPIQE_PURPOSE_USER, which, key);
  return (uint32_t)(spiqe_random_uniform(key, i, which) * (double)n);
}

static void add(spiqe_circuit *circuit, const char *name, uint32_t a, uint32_t b) {
  const uint32_t qubits[2] = {a, b};
  bench_try(circuit->ctx, spiqe_circuit_gate(circuit, name, NULL, qubits));
}

static spiqe_circuit *random_circuit(spiqe_context *ctx, size_t n_gates, int is_measured) {
  static const char *const names[] = {"h", "s", "sx", "cx", "cz", "cx"};
  spiqe_circuit *circuit;
  bench_try(ctx, spiqe_circuit_create(ctx, RANDOM_QUBITS, RANDOM_QUBITS, &circuit));
  for (size_t i = 0; i < n_gates; i++) {
    const uint32_t a = draw_below(i, 0, RANDOM_QUBITS);
    const uint32_t b = (a + 1 + draw_below(i, 1, RANDOM_QUBITS - 1)) % RANDOM_QUBITS;
    add(circuit, names[draw_below(i, 2, 6)], a, b);
  }
  for (uint32_t q = 0; q < RANDOM_QUBITS && is_measured; q++)
    bench_try(ctx, spiqe_circuit_measure(circuit, q, q));
  return circuit;
}

/* Something happens to the qubits of a gate with probability 0.001, each Pauli as often. The
 * channel counts the identity as one of the 4^n. */
static void add_noise(spiqe_circuit *circuit, size_t n, uint32_t a, uint32_t b) {
  static const char *const names[3] = {NULL, "depolarising", "depolarising2"};
  const double p = n == 1 ? 1e-3 * 4 / 3 : 1e-3 * 16 / 15;
  spiqe_complex kraus[SPIQE_MOST_KRAUS_NUMBERS];
  size_t n_qubits, n_kraus;
  const uint32_t qubits[2] = {a, b};
  bench_try(circuit->ctx,
            spiqe_channel_kraus(circuit->ctx, names[n], 1, &p, &n_qubits, &n_kraus, kraus));
  bench_require(n_qubits == n, "%s has %zu qubits", names[n], n_qubits);
  bench_try(circuit->ctx, spiqe_circuit_channel(circuit, names[n], n, qubits, n_kraus, kraus));
}

/* The rotated surface code: data qubits (x, y), 0 <= x, y < d; the check between four of them at
 * (x - 1/2, y - 1/2) is of X where x + y is odd; at the borders half of them are there. */
typedef struct surface {
  spiqe_circuit *circuit;
  uint32_t d, n_checks;
  uint32_t at[2 * DISTANCE * DISTANCE][2];
} surface;

static void add_checks(surface *s) {
  for (uint32_t y = 0; y <= s->d; y++)
    for (uint32_t x = 0; x <= s->d; x++) {
      const int is_x = (x + y) & 1, x_border = x == 0 || x == s->d, y_border = y == 0 || y == s->d;
      if ((x_border && (y_border || is_x)) || (y_border && !is_x)) continue;
      s->at[s->n_checks][0] = x;
      s->at[s->n_checks++][1] = y;
    }
}

/* One of the four cx of all checks. X checks go in the order Z, Z checks in the order N, so that
 * no data qubit is used twice at a time. */
static void add_layer(surface *s, uint32_t layer) {
  for (uint32_t c = 0; c < s->n_checks; c++) {
    const uint32_t is_x = (s->at[c][0] + s->at[c][1]) & 1, ancilla = s->d * s->d + c;
    const uint32_t x = s->at[c][0] - (is_x ? !(layer & 1) : !(layer >> 1));
    const uint32_t y = s->at[c][1] - (is_x ? !(layer >> 1) : !(layer & 1));
    if (x >= s->d || y >= s->d) continue; /* below 0 too */
    const uint32_t data = y * s->d + x;
    add(s->circuit, "cx", is_x ? ancilla : data, is_x ? data : ancilla);
    add_noise(s->circuit, 2, ancilla, data);
  }
}

static spiqe_circuit *surface_code(spiqe_context *ctx, uint32_t d, uint32_t n_rounds) {
  surface s = {.d = d};
  const uint32_t n_data = d * d, n_checks = n_data - 1;
  bench_try(ctx,
            spiqe_circuit_create(ctx, n_data + n_checks, n_rounds * n_checks + n_data, &s.circuit));
  add_checks(&s);
  bench_require(s.n_checks == n_checks, "%u checks", s.n_checks);
  for (uint32_t round = 0; round < n_rounds; round++) {
    for (uint32_t q = 0; q < n_data; q++) add_noise(s.circuit, 1, q, 0);
    for (uint32_t layer = 0; layer < 6; layer++) {
      for (uint32_t c = 0; c < n_checks && (layer == 0 || layer == 5); c++)
        if ((s.at[c][0] + s.at[c][1]) & 1) add(s.circuit, "h", n_data + c, 0);
      if (layer > 0 && layer < 5) add_layer(&s, layer - 1);
    }
    for (uint32_t c = 0; c < n_checks; c++) {
      bench_try(ctx, spiqe_circuit_measure(s.circuit, n_data + c, round * n_checks + c));
      bench_try(ctx, spiqe_circuit_reset(s.circuit, n_data + c));
    }
  }
  for (uint32_t q = 0; q < n_data; q++)
    bench_try(ctx, spiqe_circuit_measure(s.circuit, q, n_rounds * n_checks + q));
  return s.circuit;
}

static spiqe_status look(void *argument, uint64_t first, size_t n_shots, const uint8_t *bits) {
  (void)first;
  *(uint64_t *)argument += n_shots + bits[0];
  return SPIQE_OK;
}

static double time_sample(spiqe_context *ctx, const spiqe_circuit *circuit, uint64_t n_shots) {
  uint64_t seen = 0;
  const double start = spiqe_clock_seconds();
  bench_try(ctx, spiqe_stabiliser_sample(ctx, circuit, NULL, n_shots, 1, look, &seen));
  return spiqe_clock_seconds() - start;
}

static double time_reference(spiqe_context *ctx, const spiqe_circuit *circuit) {
  spiqe_stabiliser_plan *plan;
  spiqe_stabiliser_shot shot;
  bench_try(ctx, spiqe_stabiliser_plan_create(ctx, circuit, NULL, &plan));
  bench_try(ctx, spiqe_stabiliser_shot_create(plan, 1, &shot));
  uint8_t *outcomes = calloc(plan->n_draws + 1, 1);
  bench_require(outcomes != NULL, "no memory");
  const double start = spiqe_clock_seconds();
  spiqe_stabiliser_shot_reference(&shot, outcomes);
  const double seconds = spiqe_clock_seconds() - start;
  free(outcomes);
  spiqe_stabiliser_shot_destroy(&shot);
  spiqe_stabiliser_plan_destroy(plan);
  return seconds;
}

static void measure_random(bench *b, size_t n_runs, size_t n_threads) {
  double whole[MOST_RUNS], reference[MOST_RUNS];
  spiqe_context *ctx = bench_context(n_threads, NULL);
  spiqe_circuit *circuit = random_circuit(ctx, RANDOM_GATES, 1);
  for (size_t i = 0; i < n_runs; i++) {
    whole[i] = 1e3 * time_sample(ctx, circuit, 1024);
    reference[i] = 1e3 * time_reference(ctx, circuit);
  }
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "reference_ms", bench_minimum(reference, n_runs));
  cJSON_AddNumberToObject(details, "median", bench_median(whole, n_runs));
  printf("    the reference run %.2f ms\n", bench_minimum(reference, n_runs));
  bench_add(b, &(bench_row){.name = "random-500",
                            .what = "500 qubits, 10,000 random Clifford gates, all measured, 1,024 "
                                    "shots, fastest",
                            .measured = bench_minimum(whole, n_runs),
                            .unit = "ms",
                            .bar = BENCH_AT_MOST,
                            .goal = 5,
                            .ctx = ctx,
                            .details = details});
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

static void measure_surface(bench *b, size_t n_runs, size_t n_threads) {
  const uint64_t n_shots = 65536;
  double whole[MOST_RUNS], reference[MOST_RUNS];
  spiqe_context *ctx = bench_context(n_threads, NULL);
  spiqe_circuit *circuit = surface_code(ctx, DISTANCE, DISTANCE);
  for (size_t i = 0; i < n_runs; i++) {
    whole[i] = 1e6 * time_sample(ctx, circuit, n_shots) / (double)n_shots;
    reference[i] = 1e3 * time_reference(ctx, circuit);
  }
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "operations", (double)circuit->n_operations);
  cJSON_AddNumberToObject(details, "bits", (double)circuit->n_bits);
  cJSON_AddNumberToObject(details, "reference_ms", bench_minimum(reference, n_runs));
  cJSON_AddNumberToObject(details, "median", bench_median(whole, n_runs));
  printf("    %zu operations, %zu bits, the reference run %.2f ms\n", circuit->n_operations,
         circuit->n_bits, bench_minimum(reference, n_runs));
  bench_add(b,
            &(bench_row){.name = "surface-11",
                         .what = "surface code of distance 11, 11 rounds, depolarising 0.001 after "
                                 "each gate: time of a shot of 65,536, fastest",
                         .measured = bench_minimum(whole, n_runs),
                         .unit = "us",
                         .bar = BENCH_AT_MOST,
                         .goal = 1,
                         .ctx = ctx,
                         .details = details});
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

/* Two planes moved for each gate, of qubits that are as far apart. */
static double time_moves(const spiqe_frames *f) {
  const size_t bytes = f->n_words * sizeof *f->x;
  const double start = spiqe_clock_seconds();
  for (size_t i = 0; i < f->plan->n_steps; i++) {
    const spiqe_clifford_step *step = &f->plan->steps[i];
    const size_t a = step->a * f->n_words, b = (step->a == step->b ? 0 : step->b) * f->n_words;
    if (a == b) continue;
    memcpy(f->x + a, f->x + b, bytes);
    memcpy(f->z + a, f->z + b, bytes);
  }
  return spiqe_clock_seconds() - start;
}

static double time_gates(const spiqe_frames *f) {
  const double start = spiqe_clock_seconds();
  f->kernels->pauli_gates(&(spiqe_pauli_gates_args){.n_words = f->n_words,
                                                    .stride = f->n_words,
                                                    .x = f->x,
                                                    .z = f->z,
                                                    .n_steps = f->plan->n_steps,
                                                    .steps = f->plan->steps});
  return spiqe_clock_seconds() - start;
}

static void measure_gates(bench *b, size_t n_runs) {
  double gates[MOST_RUNS], moves[MOST_RUNS], ratios[MOST_RUNS];
  spiqe_context *ctx = bench_context(1, NULL);
  spiqe_circuit *circuit = random_circuit(ctx, RANDOM_GATES, 0);
  spiqe_stabiliser_plan *plan;
  spiqe_frames frames;
  uint8_t *out = malloc(4096 * RANDOM_QUBITS / 8 + 4096);
  bench_require(out != NULL, "no memory");
  bench_try(ctx, spiqe_stabiliser_plan_create(ctx, circuit, NULL, &plan));
  bench_try(ctx, spiqe_frames_create(plan, 1, out, &frames));
  spiqe_frames_run(&frames, 0, 4096, out);
  const double n = (double)plan->n_steps * 64 * (double)frames.n_words;
  for (size_t i = 0; i < n_runs; i++) {
    moves[i] = 1e12 * time_moves(&frames) / n;
    gates[i] = 1e12 * time_gates(&frames) / n;
    ratios[i] = gates[i] / moves[i];
  }
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "ps", bench_median(gates, n_runs));
  cJSON_AddNumberToObject(details, "floor_ps", bench_median(moves, n_runs));
  printf("    a gate on a shot %.2f ps, two planes moved %.2f ps\n", bench_median(gates, n_runs),
         bench_median(moves, n_runs));
  bench_add(b,
            &(bench_row){.name = "gate",
                         .what = "a gate on frames, 500 qubits, 4,096 shots at a time, over moving "
                                 "two planes, one thread, median",
                         .measured = bench_median(ratios, n_runs),
                         .unit = "x",
                         .bar = BENCH_AT_MOST,
                         .goal = 2,
                         .ctx = ctx,
                         .details = details});
  spiqe_frames_destroy(&frames);
  spiqe_stabiliser_plan_destroy(plan);
  free(out);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

static void measure_can(bench *b, size_t n_runs) {
  const size_t n_gates = 100000;
  double times[MOST_RUNS];
  spiqe_context *ctx = bench_context(1, NULL);
  spiqe_circuit *circuit = random_circuit(ctx, n_gates, 0);
  for (size_t i = 0; i < n_runs; i++) {
    const double start = spiqe_clock_seconds();
    bench_require(spiqe_stabiliser_can(circuit, NULL, NULL, NULL), "the circuit is not Clifford");
    times[i] = 1e3 * (spiqe_clock_seconds() - start);
  }
  bench_add(b, &(bench_row){.name = "can",
                            .what = "whether 100,000 gates are Clifford, median",
                            .measured = bench_median(times, n_runs),
                            .unit = "ms",
                            .bar = BENCH_AT_MOST,
                            .goal = 5,
                            .ctx = ctx});
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

int main(int argc, char **argv) {
  bench b;
  bench_begin(&b, "stabiliser", argc, argv);
  const size_t n_runs = bench_size(&b, "--runs", 9), n_threads = bench_size(&b, "--threads", 2);
  const char *only = bench_text(&b, "--only", "");
  bench_check_arguments(&b);
  bench_require(n_runs > 0 && n_runs <= MOST_RUNS, "1 to %zu runs", MOST_RUNS);
  if (!*only || !strcmp(only, "random")) measure_random(&b, n_runs, n_threads);
  if (!*only || !strcmp(only, "surface")) measure_surface(&b, n_runs, n_threads);
  if (!*only || !strcmp(only, "gates")) measure_gates(&b, n_runs);
  if (!*only || !strcmp(only, "can")) measure_can(&b, n_runs);
  return bench_end(&b);
}
