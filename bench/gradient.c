/* The adjoint gradient beside the forward run of the same circuit: 10 layers of rx, ry, rz on every
 * qubit, each angle an input of its own, and a ring of cx, on 16 qubits (480 inputs, 640 gates) and
 * on 20; an observable of as many terms as qubits.
 *
 * Floor in forward runs: one to get psi, one to take lambda back, and the parts of X, Y and Z on
 * each qubit where each layer ends, 4 multiply-adds for each qubit and amplitude where a fused gate
 * has 6: 2.7, with psi kept from the way forward; 3.7 where it is taken back.
 *
 * bench_gradient [--runs 31] [--threads 2] [--qubits 16|20] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "quantum/expectation.h"
#include "support/bench.h"
#include "support/times.h"

#define LAYERS 10
#define MOST_QUBITS 24
#define MOST_INPUTS (3 * MOST_QUBITS * LAYERS)
#define MOST_RUNS ((size_t)256)

static void add_rotations(spiqe_context *ctx, spiqe_circuit *circuit, uint32_t qubit) {
  static const char *const names[] = {"rx", "ry", "rz"};
  for (size_t i = 0; i < 3; i++) {
    char name[16];
    spiqe_term term = {.factor = 1};
    snprintf(name, sizeof name, "a%zu", spiqe_circuit_n_inputs(circuit));
    bench_try(ctx, spiqe_circuit_add_input(circuit, name, &term.input));
    bench_try(ctx, spiqe_circuit_gate_controlled(circuit, names[i], &(spiqe_angle){0, 1, &term}, 0,
                                                 NULL, NULL, &qubit));
  }
}

static spiqe_circuit *ring(spiqe_context *ctx, uint32_t n_qubits) {
  spiqe_circuit *circuit;
  bench_try(ctx, spiqe_circuit_create(ctx, n_qubits, 0, &circuit));
  for (size_t layer = 0; layer < LAYERS; layer++) {
    for (uint32_t q = 0; q < n_qubits; q++) add_rotations(ctx, circuit, q);
    for (uint32_t q = 0; q < n_qubits; q++)
      bench_try(ctx, spiqe_circuit_gate(circuit, "cx", NULL, (uint32_t[]){q, (q + 1) % n_qubits}));
  }
  return circuit;
}

/* Terms of two letters, of all kinds. */
static spiqe_observable *observable_on(spiqe_context *ctx, uint32_t n_qubits) {
  char text[32 * MOST_QUBITS] = "";
  size_t at = 0;
  spiqe_observable *observable;
  for (uint32_t q = 0; q < n_qubits; q++)
    at += (size_t)snprintf(text + at, sizeof text - at, "%s%.2f %c%u %c%u", q ? " + " : "",
                           0.1 + 0.05 * q, "XYZ"[q % 3], q, "ZXY"[q / 2 % 3], (q + 3) % n_qubits);
  bench_try(ctx, spiqe_observable_parse(ctx, text, &observable));
  return observable;
}

typedef struct subject {
  spiqe_context *ctx;
  spiqe_circuit *circuit;
  spiqe_observable *observable;
  spiqe_state *state; /* of the forward run */
  double inputs[MOST_INPUTS], gradient[MOST_INPUTS], value;
} subject;

static double time_forward(subject *s) {
  double start = spiqe_clock_seconds();
  bench_try(s->ctx, spiqe_circuit_run_pure(s->circuit, s->inputs, s->state));
  return spiqe_clock_seconds() - start;
}

static double time_gradient(subject *s) {
  const char *precision = s->state->precision == SPIQE_F32 ? "f32" : "f64";
  const spiqe_gradient_options options = {.precision = precision};
  double start = spiqe_clock_seconds();
  bench_try(s->ctx, spiqe_expectation_gradient(s->ctx, s->circuit, s->observable, s->inputs,
                                               &options, &s->value, s->gradient));
  bench_require(isfinite(s->value), "the expectation is %g", s->value);
  return spiqe_clock_seconds() - start;
}

static double norm_of(size_t n, const double *numbers) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += numbers[i] * numbers[i];
  return sqrt(sum);
}

static void add_rows(bench *b, const subject *s, size_t n_runs, double *forward, double *gradient,
                     double *ratios) {
  char name[64], what[128], ratio_name[64], ratio_what[128];
  const size_t n = spiqe_circuit_n_qubits(s->circuit);
  const char *precision = s->state->precision == SPIQE_F32 ? "f32" : "f64";
  const int has_goal = n == 16 && s->state->precision == SPIQE_F64;
  cJSON *details = cJSON_CreateObject();
  snprintf(ratio_name, sizeof ratio_name, "ratio-%zu-%s", n, precision);
  snprintf(ratio_what, sizeof ratio_what,
           "adjoint gradient of %zu inputs over the forward run, %zu qubits, %s, median of pairs",
           spiqe_circuit_n_inputs(s->circuit), n, precision);
  cJSON_AddNumberToObject(details, "fastest_over_fastest",
                          bench_minimum(gradient, n_runs) / bench_minimum(forward, n_runs));
  cJSON_AddNumberToObject(details, "forward_ms", 1e3 * bench_median(forward, n_runs));
  bench_add(b, &(bench_row){.name = ratio_name,
                            .what = ratio_what,
                            .measured = bench_median(ratios, n_runs),
                            .unit = "x",
                            .goal = 4,
                            .bar = has_goal ? BENCH_AT_MOST : BENCH_REPORTED,
                            .ctx = s->ctx,
                            .details = details});
  snprintf(name, sizeof name, "gradient-%zu-%s", n, precision);
  snprintf(what, sizeof what, "the same gradient, %zu qubits, %s, median", n, precision);
  details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "fastest", 1e3 * bench_minimum(gradient, n_runs));
  cJSON_AddNumberToObject(details, "expectation", s->value);
  cJSON_AddNumberToObject(details, "gradient_norm",
                          norm_of(spiqe_circuit_n_inputs(s->circuit), s->gradient));
  bench_add(b, &(bench_row){.name = name,
                            .what = what,
                            .measured = 1e3 * bench_median(gradient, n_runs),
                            .unit = "ms",
                            .goal = 40,
                            .bar = has_goal ? BENCH_AT_MOST : BENCH_REPORTED,
                            .ctx = s->ctx,
                            .details = details});
}

/* In pairs, so that what else runs on the machine hits both alike. */
static void measure(bench *b, size_t n_threads, uint32_t n_qubits, spiqe_precision precision,
                    size_t n_runs) {
  static subject s;
  static double forward[MOST_RUNS], gradient[MOST_RUNS], ratios[MOST_RUNS];
  s.ctx = bench_context(n_threads, NULL);
  s.circuit = ring(s.ctx, n_qubits);
  s.observable = observable_on(s.ctx, n_qubits);
  bench_try(s.ctx, spiqe_state_create(s.ctx, precision, n_qubits, &s.state));
  for (size_t i = 0; i < spiqe_circuit_n_inputs(s.circuit); i++)
    s.inputs[i] = 2 * sin(1 + 0.7 * (double)i);
  time_forward(&s); /* memory and plans, once */
  for (size_t i = 0; i < n_runs; i++) {
    forward[i] = time_forward(&s);
    gradient[i] = time_gradient(&s);
    ratios[i] = gradient[i] / forward[i];
  }
  add_rows(b, &s, n_runs, forward, gradient, ratios);
  spiqe_state_destroy(s.state);
  spiqe_observable_destroy(s.observable);
  spiqe_circuit_destroy(s.circuit);
  spiqe_context_destroy(s.ctx);
}

int main(int argc, char **argv) {
  bench b;
  bench_begin(&b, "gradient", argc, argv);
  const size_t n_runs = bench_size(&b, "--runs", 31), n_threads = bench_size(&b, "--threads", 2);
  const size_t only = bench_size(&b, "--qubits", 0);
  bench_check_arguments(&b);
  bench_require(n_runs > 0 && n_runs <= MOST_RUNS, "1 to %zu runs", MOST_RUNS);
  if (!only || only == 16) {
    measure(&b, n_threads, 16, SPIQE_F64, n_runs);
    measure(&b, n_threads, 16, SPIQE_F32, n_runs);
  }
  if (!only || only == 20) measure(&b, n_threads, 20, SPIQE_F64, (n_runs + 9) / 10);
  return bench_end(&b);
}
