/* Lanes: many small registers at once. Four circuits, all angles are inputs of each lane, in both
 * precisions, with one and with more threads, in turns:
 *
 * pair      rx q0; ry q1; crx q1, q0; ry q0, and the probabilities of the four outcomes
 * measured  rx q0; ry q1; crx q1, q0; measure q0; reset q0; ry q0, and the same
 * layers    4 qubits, 20 gates: rx on each, a ring of crx, ry on each, a ring of crx, ry on each;
 *           the probabilities of the 16 outcomes
 * gradient  of the log-probability of given outcomes of `layers` with all qubits measured
 *
 * Floor: as many multiply-adds as the compiled program has additions and multiplications (counted
 * for a vector of lanes), in registers, on the same threads, in turns with it.
 *
 * bench_lanes [--runs 21] [--threads 2] [--lanes 65536] */
#include <immintrin.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/context.h"
#include "core/threads.h"
#include "quantum/lanes.h"
#include "support/bench.h"
#include "support/times.h"

#define MOST_RUNS ((size_t)256)
#define PI 3.14159265358979323846
#define CHAINS 12
#define LANES_OF_A_TASK 4096 /* as src/quantum/lanes_run.c has it */

typedef enum circuit_kind { PAIR, MEASURED, LAYERS, GRADIENT, N_KINDS } circuit_kind;

static const char *const kind_names[N_KINDS] = {"pair", "measured", "layers", "gradient"};

/* A circuit with the arrays of its run. */
typedef struct subject {
  spiqe_lanes *lanes;
  spiqe_lanes_run run;
  void *inputs, *probabilities, *gradient;
  uint8_t *drawn, *outcomes;
  int is_gradient;
  double seconds[MOST_RUNS];
} subject;

static void add(spiqe_circuit *circuit, const char *name, uint32_t qubit, uint32_t other) {
  char input[16];
  spiqe_term term = {(uint32_t)spiqe_circuit_n_inputs(circuit), 1};
  spiqe_angle angle = {0, 1, &term};
  uint32_t qubits[2] = {qubit, other};
  snprintf(input, sizeof input, "a%u", term.input);
  bench_try(circuit->ctx, spiqe_circuit_add_input(circuit, input, NULL));
  bench_try(circuit->ctx,
            spiqe_circuit_gate_controlled(circuit, name, &angle, 0, NULL, NULL, qubits));
}

static void add_pair(spiqe_circuit *circuit, int is_measured) {
  add(circuit, "rx", 0, 0);
  add(circuit, "ry", 1, 0);
  add(circuit, "crx", 1, 0);
  if (is_measured) {
    bench_try(circuit->ctx, spiqe_circuit_measure(circuit, 0, 0));
    bench_try(circuit->ctx, spiqe_circuit_reset(circuit, 0));
  }
  add(circuit, "ry", 0, 0);
}

static void add_layers(spiqe_circuit *circuit) {
  static const char *const names[3] = {"rx", "ry", "ry"};
  for (uint32_t layer = 0; layer < 3; layer++) {
    for (uint32_t q = 0; q < 4; q++) add(circuit, names[layer], q, 0);
    for (uint32_t q = 0; q < 4 && layer < 2; q++) add(circuit, "crx", q, (q + 1) % 4);
  }
}

static spiqe_circuit *circuit_of(spiqe_context *ctx, circuit_kind kind) {
  spiqe_circuit *circuit;
  uint32_t n_qubits = kind >= LAYERS ? 4 : 2;
  bench_try(ctx, spiqe_circuit_create(ctx, n_qubits, n_qubits, &circuit));
  if (kind >= LAYERS)
    add_layers(circuit);
  else
    add_pair(circuit, kind == MEASURED);
  for (uint32_t q = 0; q < n_qubits && kind == GRADIENT; q++)
    bench_try(ctx, spiqe_circuit_measure(circuit, q, q));
  return circuit;
}

static void *array(size_t n, size_t size) {
  void *out = aligned_alloc(64, (n * size + 64) / 64 * 64);
  bench_require(out != NULL, "no memory for %zu numbers", n);
  memset(out, 0, n * size);
  return out;
}

/* Uniform in -pi to pi. */
static void *angles(int is_double, size_t n) {
  void *out = array(n, is_double ? sizeof(double) : sizeof(float));
  uint32_t key[2];
  spiqe_random_key(1, SPIQE_PURPOSE_USER, 0, key);
  for (size_t i = 0; i < n; i++) {
    double a = PI * (2 * spiqe_random_uniform(key, i, 0) - 1);
    if (is_double)
      ((double *)out)[i] = a;
    else
      ((float *)out)[i] = (float)a;
  }
  return out;
}

static subject *open_subject(spiqe_context *ctx, circuit_kind kind, int is_double, size_t n_lanes) {
  subject *s = calloc(1, sizeof *s);
  size_t size = is_double ? sizeof(double) : sizeof(float);
  spiqe_circuit *circuit = circuit_of(ctx, kind);
  size_t n_amplitudes = (size_t)1 << spiqe_circuit_n_qubits(circuit);
  size_t n_inputs = spiqe_circuit_n_inputs(circuit);
  bench_require(s != NULL, "no memory");
  bench_try(ctx, spiqe_lanes_create(ctx, circuit, is_double ? "f64" : "f32", &s->lanes));
  s->is_gradient = kind == GRADIENT;
  s->inputs = angles(is_double, n_inputs * n_lanes);
  s->probabilities = array(n_amplitudes * n_lanes, size);
  s->gradient = array(n_inputs * n_lanes, size);
  s->drawn = array(4 * n_lanes, 1);
  s->outcomes = array(4 * n_lanes, 1);
  s->run = (spiqe_lanes_run){.n_lanes = n_lanes, .inputs = s->inputs, .seed = 1};
  if (kind == GRADIENT) s->run.outcomes = s->outcomes;
  if (kind != GRADIENT) s->run.probabilities = s->probabilities;
  if (kind == MEASURED) s->run.drawn = s->drawn;
  spiqe_circuit_destroy(circuit);
  return s;
}

static void close_subject(subject *s) {
  spiqe_lanes_destroy(s->lanes);
  free(s->inputs);
  free(s->probabilities);
  free(s->gradient);
  free(s->drawn);
  free(s->outcomes);
  free(s);
}

static void run_subject(void *argument) {
  subject *s = argument;
  bench_try(s->lanes->ctx, s->is_gradient
                               ? spiqe_lanes_gradient(s->lanes, &s->run, NULL, s->gradient)
                               : spiqe_lanes_forward(s->lanes, &s->run));
}

/* Additions and multiplications (a multiply-add is one) of an operation on a vector of lanes. */
static double arithmetic_of(const spiqe_lane_program *p, const spiqe_lane_op *op, int is_double) {
  const uint32_t *items = p->items + op->first;
  double n = op->n, sum = 0;
  switch (op->kind) {
    case SPIQE_LANE_ANGLE: return is_double ? 18 : 11; /* src/device/simd/lane_real{32,64}.inc */
    case SPIQE_LANE_ROTATE: return 4 * n;
    case SPIQE_LANE_SPREAD:
    case SPIQE_LANE_BUTTERFLY: return 2 * n;
    case SPIQE_LANE_DRAW: return items[3] + items[4] + 6;
    case SPIQE_LANE_PROBABILITIES:
      for (uint32_t i = 0; i < 2 * op->n; i++) sum += items[i] != SPIQE_NO_ROW;
      return op->c == SPIQE_NO_ROW ? sum : sum + n + 1;
    default: return 0;
  }
}

static double count_arithmetic(const subject *s, int is_double) {
  const spiqe_lane_program *p = &s->lanes->programs[0];
  double sum = 0;
  for (size_t i = 0; i < p->n_ops; i++) sum += arithmetic_of(p, &p->ops[i], is_double);
  return sum;
}

/* A number of multiply-adds of vectors: n_links in each of CHAINS that do not depend on each other,
 * for each of n_tasks. */
typedef struct multiplications {
  const spiqe_context *ctx;
  size_t width, n_tasks, n_links; /* width: bytes of a vector */
} multiplications;

__attribute__((target("avx512f"))) static void multiply_512(size_t n_links, void *sink) {
  __m512 chain[CHAINS], factor = _mm512_set1_ps(0.999f), more = _mm512_set1_ps(0.001f);
  for (int i = 0; i < CHAINS; i++) chain[i] = _mm512_set1_ps((float)i);
  for (size_t link = 0; link < n_links; link++)
#pragma GCC unroll 12
    for (int i = 0; i < CHAINS; i++) chain[i] = _mm512_fmadd_ps(chain[i], factor, more);
  for (int i = 0; i < CHAINS; i++) _mm512_storeu_ps((float *)sink + 16 * i, chain[i]);
}

__attribute__((target("avx2,fma"))) static void multiply_256(size_t n_links, void *sink) {
  __m256 chain[CHAINS], factor = _mm256_set1_ps(0.999f), more = _mm256_set1_ps(0.001f);
  for (int i = 0; i < CHAINS; i++) chain[i] = _mm256_set1_ps((float)i);
  for (size_t link = 0; link < n_links; link++)
#pragma GCC unroll 12
    for (int i = 0; i < CHAINS; i++) chain[i] = _mm256_fmadd_ps(chain[i], factor, more);
  for (int i = 0; i < CHAINS; i++) _mm256_storeu_ps((float *)sink + 8 * i, chain[i]);
}

static void multiply_task(void *argument, size_t task, size_t worker) {
  const multiplications *m = argument;
  float sink[16 * CHAINS];
  (void)task;
  (void)worker;
  if (m->width == 64)
    multiply_512(m->n_links, sink);
  else
    multiply_256(m->n_links, sink);
}

static void run_multiplications(void *argument) {
  multiplications *m = argument;
  spiqe_threads_run(m->ctx, m->n_tasks, multiply_task, m);
}

typedef struct session {
  bench b;
  size_t n_runs, n_lanes;
  spiqe_context *many, *one;
} session;

/* Nanoseconds of a circuit, median and smallest. */
static double nanoseconds(const session *s, subject *of, double *smallest) {
  double scale = 1e9 / (double)s->n_lanes;
  *smallest = scale * bench_minimum(of->seconds, s->n_runs);
  return scale * bench_median(of->seconds, s->n_runs);
}

static cJSON *details_of(const session *s, subject *many, subject *one) {
  double smallest, median = nanoseconds(s, many, &smallest), alone_smallest;
  double alone = nanoseconds(s, one, &alone_smallest);
  cJSON *details = cJSON_CreateObject();
  cJSON_AddNumberToObject(details, "lanes", (double)s->n_lanes);
  cJSON_AddNumberToObject(details, "ns", median);
  cJSON_AddNumberToObject(details, "fastest_ns", smallest);
  cJSON_AddNumberToObject(details, "one_thread_ns", alone);
  cJSON_AddNumberToObject(details, "one_thread_fastest_ns", alone_smallest);
  printf("    median %.3f ns, fastest %.3f; one thread %.3f, %.3f\n", median, smallest, alone,
         alone_smallest);
  return details;
}

/* Runs of two subjects are compared turn by turn; what is reported is the median. */
static double ratio_of(const session *s, const subject *above, const subject *below) {
  static double ratios[MOST_RUNS];
  for (size_t i = 0; i < s->n_runs; i++) ratios[i] = above->seconds[i] / below->seconds[i];
  return bench_median(ratios, s->n_runs);
}

/* Every n_lanes-th number: those of the first lane. */
static cJSON *first_lane(const void *numbers, int is_double, size_t n, size_t n_lanes) {
  cJSON *out = cJSON_CreateArray();
  for (size_t i = 0; i < n * n_lanes; i += n_lanes) {
    double number = is_double ? ((const double *)numbers)[i] : ((const float *)numbers)[i];
    cJSON_AddItemToArray(out, cJSON_CreateNumber(number));
  }
  return out;
}

static void add_row(session *s, bench_row *row, const char *kind, int is_double, subject *many,
                    subject *one) {
  char name[64], what[128];
  snprintf(name, sizeof name, "lanes-%s-f%d", kind, is_double ? 64 : 32);
  snprintf(what, sizeof what, "%s, f%d", row->what, is_double ? 64 : 32);
  row->name = name;
  row->what = what;
  row->ctx = s->many;
  row->details = details_of(s, many, one);
  if (!strcmp(kind, kind_names[PAIR])) { /* for those who run the same circuit elsewhere */
    cJSON_AddItemToObject(row->details, "angles",
                          first_lane(many->inputs, is_double, 4, s->n_lanes));
    cJSON_AddItemToObject(row->details, "probabilities",
                          first_lane(many->probabilities, is_double, 4, s->n_lanes));
  }
  bench_add(&s->b, row);
}

/* The arithmetic of all lanes of `of`, in tasks as the lanes have them. */
static multiplications floor_of(const session *s, const subject *of, int is_double) {
  size_t width = strcmp(spiqe_context_device(s->many), "avx512") ? 32 : 64;
  size_t n_tasks = (s->n_lanes + LANES_OF_A_TASK - 1) / LANES_OF_A_TASK;
  double n_vectors = (double)s->n_lanes * (is_double ? 8 : 4) / (double)width;
  double n = count_arithmetic(of, is_double) * n_vectors / (double)n_tasks;
  return (multiplications){s->many, width, n_tasks, (size_t)(n / CHAINS)};
}

static void measure(session *s, int is_double) {
  subject *many[N_KINDS], *one[N_KINDS], below = {0};
  double ignored;
  for (int kind = 0; kind < N_KINDS; kind++) {
    many[kind] = open_subject(s->many, kind, is_double, s->n_lanes);
    one[kind] = open_subject(s->one, kind, is_double, s->n_lanes);
    run_subject(many[kind]);
    run_subject(one[kind]);
  }
  multiplications arithmetic = floor_of(s, many[LAYERS], is_double);
  for (size_t i = 0; i < s->n_runs; i++)
    for (int kind = 0; kind < N_KINDS; kind++) {
      many[kind]->seconds[i] = bench_seconds(run_subject, many[kind], 0);
      one[kind]->seconds[i] = bench_seconds(run_subject, one[kind], 0);
      if (kind == LAYERS) below.seconds[i] = bench_seconds(run_multiplications, &arithmetic, 0);
    }
  double layers = ratio_of(s, many[LAYERS], &below);
  double measured = ratio_of(s, many[MEASURED], many[PAIR]);
  double gradient = ratio_of(s, many[GRADIENT], many[LAYERS]);
  double fastest, floor = nanoseconds(s, &below, &fastest);
  add_row(s,
          &(bench_row){.what = "2 qubits, 4 gates of own angles, all probabilities",
                       .measured = nanoseconds(s, many[PAIR], &ignored),
                       .unit = "ns/circuit",
                       .goal = is_double ? 5 : 2,
                       .bar = BENCH_AT_MOST},
          kind_names[PAIR], is_double, many[PAIR], one[PAIR]);
  add_row(s,
          &(bench_row){.what = "the same with a measurement and a reset in the middle",
                       .measured = measured,
                       .unit = "times without",
                       .goal = 1.2,
                       .bar = BENCH_AT_MOST},
          kind_names[MEASURED], is_double, many[MEASURED], one[MEASURED]);
  printf("    floor of the next: %.0f vector operations, median %.3f ns, fastest %.3f\n",
         count_arithmetic(many[LAYERS], is_double), floor, fastest);
  add_row(s,
          &(bench_row){.what = "4 qubits, 20 gates of own angles, beside its arithmetic",
                       .measured = layers,
                       .unit = "times the floor",
                       .goal = 1.5,
                       .bar = BENCH_AT_MOST},
          kind_names[LAYERS], is_double, many[LAYERS], one[LAYERS]);
  add_row(s,
          &(bench_row){.what = "gradient of given outcomes, 4 qubits, 20 gates",
                       .measured = gradient,
                       .unit = "times forward"},
          kind_names[GRADIENT], is_double, many[GRADIENT], one[GRADIENT]);
  for (int kind = 0; kind < N_KINDS; kind++) {
    close_subject(many[kind]);
    close_subject(one[kind]);
  }
}

int main(int argc, char **argv) {
  static session s;
  bench_begin(&s.b, "lanes", argc, argv);
  s.n_runs = bench_size(&s.b, "--runs", 21);
  size_t n_threads = bench_size(&s.b, "--threads", 2);
  s.n_lanes = bench_size(&s.b, "--lanes", 65536);
  bench_check_arguments(&s.b);
  bench_require(s.n_runs >= 1 && s.n_runs <= MOST_RUNS, "--runs: 1 to %zu", MOST_RUNS);
  s.many = bench_context(n_threads, NULL);
  s.one = bench_context(1, NULL);
  for (int is_double = 0; is_double < 2; is_double++) measure(&s, is_double);
  spiqe_context_destroy(s.one);
  spiqe_context_destroy(s.many);
  return bench_end(&s.b);
}
