/* Density matrices: operations against the laws of quantum mechanics, runs against the slow twin.
 */
#include "quantum/density.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/grow.h"
#include "slow_twin/twin.h"
#include "spiqe/noise.h"
#include "spiqe/simulate.h"
#include "support/random_circuit.h"

/* Some hundred operations with numbers below 1, each rounded. */
#define ROUNDING 1e-12
/* The same in floats; a dropped branch has less than 1e-7. */
#define ROUNDING_F32 1e-5

static spiqe_context *ctx;

static int open_context(void **state) {
  (void)state;
  return spiqe_context_create(&(spiqe_context_options){.n_threads = 2}, &ctx, NULL, 0) != SPIQE_OK;
}

static int close_context(void **state) {
  (void)state;
  spiqe_context_destroy(ctx);
  return 0;
}

static void assert_ok(spiqe_status status) {
  if (status != SPIQE_OK) fail_msg("%s", spiqe_context_message(ctx));
}

static spiqe_density_result run(const spiqe_circuit *circuit, spiqe_precision precision,
                                const double *inputs) {
  spiqe_density_result result;
  assert_ok(spiqe_density_run(ctx, circuit,
                              &(spiqe_density_options){.precision = precision, .inputs = inputs},
                              &result));
  return result;
}

static uint64_t number_of(const spiqe_density_result *result, size_t outcome) {
  uint64_t number = 0;
  for (size_t b = 0; b < result->n_bits; b++)
    number |= (uint64_t)result->bits[outcome * result->n_bits + b] << b;
  return number;
}

static double probability_of(const spiqe_density_result *result, uint64_t number) {
  for (size_t i = 0; i < result->n_outcomes; i++)
    if (number_of(result, i) == number) return result->probabilities[i];
  return 0;
}

static void assert_same_as_twin(const spiqe_circuit *circuit, const double *inputs,
                                const spiqe_density_result *result, double tolerance) {
  twin *t = twin_run(circuit, inputs);
  for (size_t i = 0; i < t->n_branches; i++) {
    double expected = twin_probability(t, t->branches[i].bits);
    double distance = fabs(probability_of(result, t->branches[i].bits) - expected);
    if (!(distance <= tolerance))
      fail_msg("outcome %llx: %g off", (unsigned long long)t->branches[i].bits, distance);
  }
  for (size_t i = 0; i < result->n_outcomes; i++)
    assert_true(result->probabilities[i] - twin_probability(t, number_of(result, i)) <= tolerance);
  twin_number *average = malloc(t->size * t->size * sizeof *average);
  twin_average(t, average);
  for (size_t row = 0; row < t->size; row++)
    for (size_t column = 0; column < t->size; column++) {
      spiqe_complex a = spiqe_density_get(result->average, row, column);
      double distance = cabs(a.re + I * a.im - average[row * t->size + column]);
      if (!(distance <= tolerance)) fail_msg("rho[%zu][%zu]: %g off", row, column, distance);
    }
  free(average);
  twin_destroy(t);
}

static void compare_random(unsigned with, spiqe_precision precision, size_t n_turns,
                           size_t n_operations) {
  for (uint64_t seed = 0; seed < n_turns; seed++) {
    const random_circuit_options options = {.seed = seed,
                                            .n_qubits = 1 + seed % 4,
                                            .n_bits = with & RANDOM_MEASURE ? 4 : 0,
                                            .n_inputs = with & RANDOM_INPUTS ? 2 : 0,
                                            .n_operations = n_operations,
                                            .with = with,
                                            .delay = 1e-6};
    double inputs[2];
    random_angles(seed, 2, inputs);
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    spiqe_density_result result = run(circuit, precision, inputs);
    assert_same_as_twin(circuit, inputs, &result, precision == SPIQE_F64 ? ROUNDING : ROUNDING_F32);
    spiqe_density_result_clear(&result);
    spiqe_circuit_destroy(circuit);
  }
}

/* IF or WHILE bit 0 is the value. */
static void begin(spiqe_circuit *circuit, spiqe_operation_kind kind, uint64_t value) {
  const spiqe_node nodes[] = {{.kind = SPIQE_NODE_BITS, .width = 1},
                              {.kind = SPIQE_NODE_CONSTANT, .width = 1, .value = value},
                              {.kind = SPIQE_NODE_EQUAL, .width = 1}};
  assert_ok(spiqe_circuit_push_condition(circuit, kind, nodes, 3, 0));
}

static void gates_act_as_in_the_twin(void **state) {
  (void)state;
  compare_random(RANDOM_UNITARY, SPIQE_F64, 60, 30);
}

static void channels_act_as_in_the_twin(void **state) {
  (void)state;
  compare_random(RANDOM_UNITARY | RANDOM_CHANNEL, SPIQE_F64, 60, 30);
}

static void measurements_and_conditions_branch_as_in_the_twin(void **state) {
  (void)state;
  compare_random(RANDOM_UNITARY | RANDOM_CLASSICAL, SPIQE_F64, 120, 30);
}

static void noise_measurements_and_conditions_mix_as_in_the_twin(void **state) {
  (void)state;
  compare_random(RANDOM_UNITARY | RANDOM_CLASSICAL | RANDOM_NOISE, SPIQE_F64, 120, 30);
}

static void floats_do_the_same_with_less_digits(void **state) {
  (void)state;
  compare_random(RANDOM_UNITARY | RANDOM_CLASSICAL | RANDOM_NOISE, SPIQE_F32, 40, 20);
}

static void a_run_keeps_rho_hermitian_positive_and_of_trace_1(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 20; seed++) {
    const random_circuit_options options = {.seed = seed,
                                            .n_qubits = 4,
                                            .n_bits = 4,
                                            .n_operations = 40,
                                            .with =
                                                RANDOM_CONTROLS | RANDOM_CLASSICAL | RANDOM_NOISE};
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    spiqe_density_result result = run(circuit, SPIQE_F64, NULL);
    const spiqe_density *rho = result.average;
    assert_true(fabs(spiqe_density_trace(rho) - 1) <= ROUNDING);
    double sum = 0;
    for (size_t i = 0; i < result.n_outcomes; i++) sum += result.probabilities[i];
    assert_true(fabs(sum - 1) <= ROUNDING);
    for (size_t i = 0; i < 16; i++)
      for (size_t j = 0; j < 16; j++) {
        spiqe_complex a = spiqe_density_get(rho, i, j), b = spiqe_density_get(rho, j, i);
        assert_true(hypot(a.re - b.re, a.im + b.im) <= ROUNDING);
        double product = spiqe_density_get(rho, i, i).re * spiqe_density_get(rho, j, j).re;
        assert_true(a.re * a.re + a.im * a.im <= product + ROUNDING); /* a 2 x 2 minor */
      }
    spiqe_density_result_clear(&result);
    spiqe_circuit_destroy(circuit);
  }
}

static void outcomes_ascend_and_are_distinct(void **state) {
  (void)state;
  spiqe_circuit *circuit;
  assert_ok(spiqe_circuit_create(ctx, 3, 5, &circuit));
  for (uint32_t q = 0; q < 3; q++) {
    assert_ok(spiqe_circuit_gate(circuit, "h", NULL, &q));
    assert_ok(spiqe_circuit_measure(circuit, q, 4 - q));
  }
  spiqe_density_result result = run(circuit, SPIQE_F64, NULL);
  assert_int_equal(result.n_outcomes, 8);
  for (size_t i = 0; i < 8; i++) {
    assert_int_equal(number_of(&result, i), 4 * i); /* bits 0 and 1 are never written */
    assert_true(fabs(result.probabilities[i] - 0.125) <= ROUNDING);
  }
  spiqe_density_result_clear(&result);
  spiqe_circuit_destroy(circuit);
}

static void measuring_all_qubits_at_the_end_needs_one_matrix(void **state) {
  (void)state;
  spiqe_circuit *circuit;
  spiqe_density_result result;
  assert_ok(spiqe_circuit_create(ctx, 8, 8, &circuit));
  for (uint32_t q = 0; q < 8; q++) assert_ok(spiqe_circuit_gate(circuit, "h", NULL, &q));
  for (uint32_t q = 0; q < 8; q++) assert_ok(spiqe_circuit_measure(circuit, q, q));
  const spiqe_density_options options = {.most_bytes = spiqe_density_size(SPIQE_F64, 8) + 100};
  spiqe_density_options exact = options;
  exact.precision = SPIQE_F64;
  assert_ok(spiqe_density_run(ctx, circuit, &exact, &result));
  assert_int_equal(result.n_outcomes, 256);
  spiqe_density_result_clear(&result);

  const uint32_t first = 0; /* now a qubit is used again, and its bit has to be known */
  assert_ok(spiqe_circuit_gate(circuit, "h", NULL, &first));
  assert_int_equal(spiqe_density_run(ctx, circuit, &exact, &result), SPIQE_NO_MEMORY);
  assert_non_null(strstr(spiqe_context_message(ctx), "2 density matrices of 8 qubits"));
  assert_null(result.average);
  exact.only_average = 1; /* but not where only the average is wanted */
  assert_ok(spiqe_density_run(ctx, circuit, &exact, &result));
  assert_int_equal(result.n_outcomes, 0);
  spiqe_density_result_clear(&result);
  spiqe_circuit_destroy(circuit);
}

/* Measured 24 times, read wrongly once: without adding, 2^24 branches. */
static void branches_that_agree_in_their_bits_are_added(void **state) {
  (void)state;
  const uint32_t q = 0;
  spiqe_circuit *circuit;
  assert_ok(spiqe_circuit_create(ctx, 1, 1, &circuit));
  for (size_t i = 0; i < 24; i++) {
    assert_ok(spiqe_circuit_gate(circuit, "h", NULL, &q));
    assert_ok(spiqe_circuit_measure(circuit, 0, 0));
    begin(circuit, SPIQE_IF, 1);
    assert_ok(spiqe_circuit_gate(circuit, "x", NULL, &q));
    assert_ok(spiqe_circuit_end(circuit));
  }
  spiqe_density_result result;
  const spiqe_density_options options = {.precision = SPIQE_F64,
                                         .most_bytes = 4 * (spiqe_density_size(SPIQE_F64, 1) + 1)};
  assert_ok(spiqe_density_run(ctx, circuit, &options, &result));
  assert_int_equal(result.n_outcomes, 2);
  assert_true(fabs(result.probabilities[0] - 0.5) <= ROUNDING);
  assert_true(fabs(spiqe_density_get(result.average, 0, 0).re - 1) <= ROUNDING);
  spiqe_density_result_clear(&result);
  spiqe_circuit_destroy(circuit);
}

static void a_loop_until_success_ends_when_its_weight_is_gone(void **state) {
  (void)state;
  const uint32_t q = 0;
  spiqe_circuit *circuit;
  assert_ok(spiqe_circuit_create(ctx, 1, 1, &circuit));
  begin(circuit, SPIQE_WHILE, 0);
  assert_ok(spiqe_circuit_reset(circuit, 0));
  assert_ok(spiqe_circuit_gate(circuit, "h", NULL, &q));
  assert_ok(spiqe_circuit_measure(circuit, 0, 0));
  assert_ok(spiqe_circuit_end(circuit));
  spiqe_density_result result = run(circuit, SPIQE_F64, NULL);
  assert_true(fabs(probability_of(&result, 1) - 1) <= ROUNDING);
  assert_true(fabs(spiqe_density_get(result.average, 1, 1).re - 1) <= ROUNDING);
  spiqe_density_result_clear(&result);
  spiqe_circuit_destroy(circuit);
}

/* Each turn, of a thousand, leaves a branch that waits behind the loop: they are added up there. */
static void branches_that_left_a_loop_are_one(void **state) {
  (void)state;
  const double angle = 0.1;
  const uint32_t q = 0;
  spiqe_circuit *circuit;
  assert_ok(spiqe_circuit_create(ctx, 1, 1, &circuit));
  begin(circuit, SPIQE_WHILE, 0);
  assert_ok(spiqe_circuit_reset(circuit, 0));
  assert_ok(spiqe_circuit_gate(circuit, "ry", &angle, &q));
  assert_ok(spiqe_circuit_measure(circuit, 0, 0));
  assert_ok(spiqe_circuit_end(circuit));
  spiqe_density_result result;
  const spiqe_density_options options = {.precision = SPIQE_F64, .most_bytes = 4096};
  assert_ok(spiqe_density_run(ctx, circuit, &options, &result));
  assert_true(fabs(probability_of(&result, 1) - 1) <= 1e-9);
  spiqe_density_result_clear(&result);
  spiqe_circuit_destroy(circuit);
}

static void a_loop_without_end_is_refused(void **state) {
  (void)state;
  spiqe_circuit *circuit;
  spiqe_density_result result;
  assert_ok(spiqe_circuit_create(ctx, 1, 1, &circuit));
  begin(circuit, SPIQE_WHILE, 0);
  assert_ok(spiqe_circuit_end(circuit));
  assert_int_equal(spiqe_density_run(ctx, circuit, &(spiqe_density_options){.precision = SPIQE_F64},
                                     &result),
                   SPIQE_LIMIT);
  spiqe_circuit_destroy(circuit);
}

static void measure_and_misread(spiqe_circuit *circuit, uint32_t qubit, uint32_t bit,
                                spiqe_complex errors) {
  spiqe_operation op = {.kind = SPIQE_READOUT, .payload = bit, .jump = SPIQE_NO_JUMP};
  assert_ok(spiqe_circuit_measure(circuit, qubit, bit));
  for (size_t i = 0; i < 2; i++) { /* a bit that was read wrongly is read wrongly again */
    assert_ok(SPIQE_POOL_ROOM(circuit, numbers, 1));
    op.first_angle = (uint32_t)circuit->n_numbers;
    circuit->numbers[circuit->n_numbers++] = errors;
    assert_ok(spiqe_circuit_push(circuit, &op));
  }
}

/* Bit 1 is open at the end in two branches, read in two ways; bit 0 forgets which branch it is. */
static void open_bits_keep_their_own_errors(void **state) {
  (void)state;
  const uint32_t q = 0;
  const spiqe_node zero = {.kind = SPIQE_NODE_CONSTANT, .width = 1};
  spiqe_circuit *circuit;
  assert_ok(spiqe_circuit_create(ctx, 2, 2, &circuit));
  assert_ok(spiqe_circuit_gate(circuit, "h", NULL, &q));
  assert_ok(spiqe_circuit_measure(circuit, 0, 0));
  begin(circuit, SPIQE_IF, 1);
  measure_and_misread(circuit, 1, 1, (spiqe_complex){0.1, 0.2});
  assert_ok(spiqe_circuit_push_else(circuit, 0));
  measure_and_misread(circuit, 1, 1, (spiqe_complex){0.3, 0.25});
  assert_ok(spiqe_circuit_push_end(circuit, 0));
  assert_ok(spiqe_circuit_push_assign(circuit, 0, 1, &zero, 1, 0));
  spiqe_density_result result = run(circuit, SPIQE_F64, NULL);
  assert_same_as_twin(circuit, NULL, &result, ROUNDING);
  spiqe_density_result_clear(&result);
  spiqe_circuit_destroy(circuit);
}

/* Each wide operator a product of narrow ones: the same channel, by the other way. */
static void a_channel_on_six_qubits_is_the_product_of_its_parts(void **state) {
  (void)state;
  const double gamma = 0.3;
  const uint32_t targets[6] = {3, 0, 5, 1, 4, 2};
  spiqe_complex small[SPIQE_MOST_KRAUS_NUMBERS], *wide = calloc(2 << 12, sizeof *wide);
  size_t n_qubits, n_kraus;
  spiqe_density *a, *b;
  assert_ok(spiqe_channel_kraus(ctx, "amplitude_damping", 1, &gamma, &n_qubits, &n_kraus, small));
  for (size_t k = 0; k < 2; k++) /* on targets[2]; the identity on the others */
    for (size_t row = 0; row < 64; row++)
      for (size_t bit = 0; bit < 2; bit++) {
        size_t column = (row & ~(size_t)4) | bit << 2;
        wide[(k << 12) + row * 64 + column] = small[4 * k + 2 * (row >> 2 & 1) + bit];
      }
  assert_ok(spiqe_density_create(ctx, SPIQE_F64, 6, &a));
  assert_ok(spiqe_density_create(ctx, SPIQE_F64, 6, &b));
  for (size_t i = 0; i < 4096; i++) {
    spiqe_complex value = {cos((double)i), sin((double)(i * i % 1000))};
    spiqe_density_set(a, i >> 6, i & 63, value);
    spiqe_density_set(b, i >> 6, i & 63, value);
  }
  assert_ok(spiqe_density_channel(a, 6, targets, 2, wide));
  assert_ok(spiqe_density_channel(b, 1, &targets[2], 2, small));
  for (size_t i = 0; i < 4096; i++) {
    spiqe_complex x = spiqe_density_get(a, i >> 6, i & 63);
    spiqe_complex y = spiqe_density_get(b, i >> 6, i & 63);
    assert_true(hypot(x.re - y.re, x.im - y.im) <= ROUNDING);
  }
  spiqe_density_destroy(a);
  spiqe_density_destroy(b);
  free(wide);
}

/* A channel that fills all numbers of the kernel, and one that leaves the populations alone. */
static void check_table(const char *device, const double *weights) {
  spiqe_context *reference, *other;
  spiqe_complex kraus[16] = {{0}};
  const spiqe_complex products[4][4] = {{{1, 0}, {0, 0}, {0, 0}, {1, 0}},
                                        {{0, 0}, {1, 0}, {1, 0}, {0, 0}},
                                        {{1, 0}, {0, 0}, {0, 0}, {-1, 0}},
                                        {{0, 0}, {0.8, 0}, {0.3, 0}, {0, 0}}}; /* not a channel */
  for (size_t i = 0; i < 16; i++)
    kraus[i] = (spiqe_complex){weights[i / 4] * products[i / 4][i % 4].re, 0};
  assert_ok(spiqe_context_create(&(spiqe_context_options){.n_threads = 1, .device = "reference"},
                                 &reference, NULL, 0));
  assert_ok(spiqe_context_create(&(spiqe_context_options){.n_threads = 2, .device = device}, &other,
                                 NULL, 0));
  for (size_t n = 1; n <= 7; n++)
    for (uint32_t q = 0; q < n; q++)
      for (int precision = 0; precision < SPIQE_N_PRECISIONS; precision++) {
        spiqe_density *a, *b;
        assert_ok(spiqe_density_create(reference, (spiqe_precision)precision, n, &a));
        assert_ok(spiqe_density_create(other, (spiqe_precision)precision, n, &b));
        for (size_t i = 0; i < (size_t)1 << 2 * n; i++)
          spiqe_state_set(a->state, i, (spiqe_complex){cos((double)i), sin(2.5 * (double)i)});
        spiqe_state_copy(b->state, a->state);
        assert_ok(spiqe_density_channel(a, 1, &q, 4, kraus));
        assert_ok(spiqe_density_channel(b, 1, &q, 4, kraus));
        for (size_t i = 0; i < (size_t)1 << 2 * n; i++) {
          spiqe_complex x = spiqe_state_get(a->state, i), y = spiqe_state_get(b->state, i);
          /* two roundings or one, of numbers below 4 */
          assert_true(hypot(x.re - y.re, x.im - y.im) <= (precision == SPIQE_F64 ? 1e-15 : 1e-6));
        }
        spiqe_density_destroy(a);
        spiqe_density_destroy(b);
      }
  spiqe_context_destroy(reference);
  spiqe_context_destroy(other);
}

static void every_table_mixes_as_the_reference(void **state) {
  (void)state;
  const double all[] = {0.7, 0.4, 0.5, 0.6}, coherences_only[] = {0.6, 0, 0.8, 0};
  const double populations_only[] = {0, 1, 0, 0};
  const char *device;
  int usable;
  for (size_t i = 0; (device = spiqe_device_name(i, &usable)); i++) {
    if (!usable) continue;
    check_table(device, all);
    check_table(device, coherences_only);
    check_table(device, populations_only);
  }
}

/* Any numbers, after cx where the kernel takes one. */
static void check_table_on_two(const char *device, spiqe_precision precision, size_t n, uint32_t a,
                               uint32_t b, size_t controlled) {
  spiqe_context *contexts[2];
  spiqe_density *rho[2];
  spiqe_density_mix_two_args args = {.n_qubits = n < 2 ? 4 : 2 * n, .qubits = {a, b}};
  for (uint8_t i = 0; i < 16; i++) {
    const unsigned on = controlled == 1 ? i & 3u : 0, on_second = controlled == 2 ? i >> 2 : 0u;
    args.source[i] = (uint8_t)(i ^ on << 2 ^ on_second);
    for (size_t x = 0; x < 4; x++) args.m[i][x] = cos(1.0 + i + 17.0 * (double)x);
  }
  for (size_t k = 0; k < 2; k++) {
    assert_ok(spiqe_context_create(&(spiqe_context_options){.n_threads = 1,
                                                            .device = k ? device : "reference"},
                                   &contexts[k], NULL, 0));
    assert_ok(spiqe_density_create(contexts[k], precision, n, &rho[k]));
    for (size_t i = 0; i < (size_t)1 << 2 * n; i++)
      spiqe_state_set(rho[k]->state, i, (spiqe_complex){cos((double)i), sin(2.5 * (double)i)});
    args.n_parts = n > 3 ? 4 : 1; /* parts write different numbers */
    args.amplitudes = rho[k]->state->amplitudes;
    for (args.part = 0; args.part < args.n_parts; args.part++)
      spiqe_device_kernels(contexts[k], precision)->density_mix_two(&args);
  }
  for (size_t i = 0; i < (size_t)1 << 2 * n; i++) {
    spiqe_complex x = spiqe_state_get(rho[0]->state, i), y = spiqe_state_get(rho[1]->state, i);
    double distance = hypot(x.re - y.re, x.im - y.im); /* sums of four numbers below 1 */
    if (!(distance <= (precision == SPIQE_F64 ? 2e-15 : 1e-6)))
      fail_msg("%s, %zu qubits, %u and %u, cx %zu: %zu is %g off", device, n, a, b, controlled, i,
               distance);
  }
  for (size_t k = 0; k < 2; k++) {
    spiqe_density_destroy(rho[k]);
    spiqe_context_destroy(contexts[k]);
  }
}

static void every_table_mixes_two_qubits_as_the_reference(void **state) {
  (void)state;
  const char *device;
  int usable;
  for (size_t i = 0; (device = spiqe_device_name(i, &usable)); i++)
    for (size_t n = 2; usable && n <= 5; n++)
      for (uint32_t pair = 0; pair < n * n; pair++) {
        const uint32_t a = pair / (uint32_t)n, b = pair % (uint32_t)n;
        for (size_t controlled = 0; a != b && controlled < 3; controlled++)
          for (int precision = 0; precision < SPIQE_N_PRECISIONS; precision++)
            if (!controlled || (a >= 2 && b >= 2))
              check_table_on_two(device, (spiqe_precision)precision, n, a, b, controlled);
      }
}

static void rotate_all(spiqe_circuit *circuit, uint64_t seed) {
  for (uint32_t q = 0; q < circuit->n_qubits; q++) {
    double angles[3];
    random_angles(seed + q, 3, angles);
    assert_ok(spiqe_circuit_gate(circuit, "u3", angles, &q));
  }
}

/* Gates of two qubits are taken into the channels behind them, these into those behind them. */
static void noisy_gates_on_every_pair_act_as_in_the_twin(void **state) {
  (void)state;
  const char *device =
      "T1: 20 us\nT2: 13 us\nexcited_population: 0.2\n"
      "default: {1: {depolarising: 0.05}, 2: {time: 3 us, depolarising: 0.2}, 3: {}}\n";
  const char *const gates[] = {"cx", "cz", "cy", "swap", "rzz"};
  spiqe_noise *noise;
  assert_ok(spiqe_noise_parse(ctx, "device", device, strlen(device), &noise));
  for (uint32_t pair = 0; pair < 25; pair++) {
    const uint32_t qubits[] = {pair / 5, pair % 5}, back[] = {pair % 5, pair / 5};
    spiqe_circuit *circuit, *noisy;
    if (qubits[0] == qubits[1]) continue;
    assert_ok(spiqe_circuit_create(ctx, 5, 0, &circuit));
    for (size_t g = 0; g < 5; g++) {
      const double angle = 0.7;
      const spiqe_angle none = {0};
      rotate_all(circuit, 100 * pair + 10 * g);
      assert_ok(spiqe_circuit_gate(circuit, gates[g], &angle, g % 2 ? back : qubits));
      if (g) continue; /* and a control that must be |0> */
      assert_ok(
          spiqe_circuit_gate_controlled(circuit, "x", &none, 1, back, (uint8_t[]){1}, &back[1]));
    }
    assert_ok(spiqe_noise_apply(noise, circuit, &noisy));
    spiqe_density_result result = run(noisy, SPIQE_F64, NULL);
    assert_same_as_twin(noisy, NULL, &result, ROUNDING);
    spiqe_density_result_clear(&result);
    spiqe_circuit_destroy(circuit);
    spiqe_circuit_destroy(noisy);
  }
  spiqe_noise_destroy(noise);
}

static void expectations_are_those_of_the_twin(void **state) {
  (void)state;
  const random_circuit_options options = {.seed = 5,
                                          .n_qubits = 3,
                                          .n_operations = 30,
                                          .with = RANDOM_CONTROLS | RANDOM_CHANNEL};
  spiqe_circuit *circuit = random_circuit(ctx, &options);
  spiqe_density_result result = run(circuit, SPIQE_F64, NULL);
  twin *t = twin_run(circuit, NULL);
  for (size_t i = 0; i < 64; i++) {
    char paulis[4] = "";
    uint64_t x = 0, z = 0;
    for (size_t q = 0; q < 3; q++) {
      size_t letter = i >> 2 * q & 3;
      paulis[q] = "IXYZ"[letter];
      x |= (uint64_t)(letter == 1 || letter == 2) << q;
      z |= (uint64_t)(letter >= 2) << q;
    }
    double distance = spiqe_density_pauli(result.average, x, z) - twin_expectation(t, paulis);
    if (!(fabs(distance) <= ROUNDING)) fail_msg("%s: %g off", paulis, distance);
  }
  twin_destroy(t);
  spiqe_density_result_clear(&result);
  spiqe_circuit_destroy(circuit);
}

static void the_public_matrix_is_the_average(void **state) {
  (void)state;
  const random_circuit_options options = {.seed = 9,
                                          .n_qubits = 3,
                                          .n_bits = 3,
                                          .n_operations = 30,
                                          .with = RANDOM_CLASSICAL | RANDOM_NOISE};
  spiqe_circuit *circuit = random_circuit(ctx, &options);
  spiqe_density_result result = run(circuit, SPIQE_F64, NULL);
  spiqe_complex out[64];
  assert_ok(spiqe_density_matrix(ctx, circuit, NULL, out));
  for (size_t i = 0; i < 64; i++) {
    spiqe_complex a = spiqe_density_get(result.average, i / 8, i % 8);
    assert_true(hypot(a.re - out[i].re, a.im - out[i].im) <= ROUNDING);
  }
  spiqe_density_result_clear(&result);
  spiqe_circuit_destroy(circuit);
}

static void what_cannot_run_is_refused(void **state) {
  (void)state;
  spiqe_circuit *circuit;
  spiqe_density_result result;
  spiqe_density_options options = {.precision = SPIQE_F64};
  const double not_a_number = NAN;
  assert_ok(spiqe_circuit_create(ctx, 40, 0, &circuit));
  assert_int_equal(spiqe_density_run(ctx, circuit, &options, &result), SPIQE_LIMIT);
  spiqe_circuit_destroy(circuit);
  assert_ok(spiqe_circuit_create(ctx, 22, 0, &circuit));
  assert_int_equal(spiqe_density_run(ctx, circuit, &options, &result), SPIQE_NO_MEMORY);
  spiqe_circuit_destroy(circuit);
  assert_ok(spiqe_circuit_create(ctx, 1, 0, &circuit));
  assert_ok(spiqe_circuit_add_input(circuit, "a", NULL));
  assert_int_equal(spiqe_density_run(ctx, circuit, &options, &result), SPIQE_BAD_ARGUMENT);
  options.inputs = &not_a_number;
  assert_int_equal(spiqe_density_run(ctx, circuit, &options, &result), SPIQE_BAD_ARGUMENT);
  spiqe_circuit_destroy(circuit);
}

static void the_bits_of_the_result_do_not_depend_on_the_threads(void **state) {
  (void)state;
  const random_circuit_options options = {.seed = 3,
                                          .n_qubits = 7,
                                          .n_bits = 3,
                                          .n_operations = 30,
                                          .with = RANDOM_MEASURE | RANDOM_NOISE};
  spiqe_context *one;
  assert_ok(spiqe_context_create(&(spiqe_context_options){.n_threads = 1}, &one, NULL, 0));
  spiqe_circuit *circuit = random_circuit(ctx, &options);
  spiqe_density_result a = run(circuit, SPIQE_F64, NULL), b;
  assert_ok(spiqe_density_run(one, circuit, &(spiqe_density_options){.precision = SPIQE_F64}, &b));
  assert_memory_equal(a.average->state->amplitudes, b.average->state->amplitudes,
                      spiqe_density_size(SPIQE_F64, 7));
  spiqe_density_result_clear(&a);
  spiqe_density_result_clear(&b);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(one);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gates_act_as_in_the_twin),
      cmocka_unit_test(channels_act_as_in_the_twin),
      cmocka_unit_test(measurements_and_conditions_branch_as_in_the_twin),
      cmocka_unit_test(noise_measurements_and_conditions_mix_as_in_the_twin),
      cmocka_unit_test(floats_do_the_same_with_less_digits),
      cmocka_unit_test(a_run_keeps_rho_hermitian_positive_and_of_trace_1),
      cmocka_unit_test(outcomes_ascend_and_are_distinct),
      cmocka_unit_test(measuring_all_qubits_at_the_end_needs_one_matrix),
      cmocka_unit_test(branches_that_agree_in_their_bits_are_added),
      cmocka_unit_test(a_loop_until_success_ends_when_its_weight_is_gone),
      cmocka_unit_test(branches_that_left_a_loop_are_one),
      cmocka_unit_test(a_loop_without_end_is_refused),
      cmocka_unit_test(open_bits_keep_their_own_errors),
      cmocka_unit_test(a_channel_on_six_qubits_is_the_product_of_its_parts),
      cmocka_unit_test(every_table_mixes_as_the_reference),
      cmocka_unit_test(every_table_mixes_two_qubits_as_the_reference),
      cmocka_unit_test(noisy_gates_on_every_pair_act_as_in_the_twin),
      cmocka_unit_test(expectations_are_those_of_the_twin),
      cmocka_unit_test(the_public_matrix_is_the_average),
      cmocka_unit_test(what_cannot_run_is_refused),
      cmocka_unit_test(the_bits_of_the_result_do_not_depend_on_the_threads),
  };
  return cmocka_run_group_tests(tests, open_context, close_context);
}
