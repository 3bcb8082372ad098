/* Descriptions of devices: what is read, what is refused by which law, and that circuits get the
 * noise that was described. */
#include "quantum/noise.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/file.h"
#include "quantum/density.h"
#include "support/random_circuit.h"

/* Some ten operations with numbers below 1, each rounded. */
#define ROUNDING 1e-13

static spiqe_context *ctx;

static int open_context(void **state) {
  (void)state;
  return spiqe_context_create(&(spiqe_context_options){.n_threads = 1}, &ctx, NULL, 0) != SPIQE_OK;
}

static int close_context(void **state) {
  (void)state;
  spiqe_context_destroy(ctx);
  return 0;
}

static void assert_ok(spiqe_status status) {
  if (status != SPIQE_OK) fail_msg("%s", spiqe_context_message(ctx));
}

static spiqe_noise *parse(const char *text) {
  spiqe_noise *noise;
  assert_ok(spiqe_noise_parse(ctx, "d.yaml", text, strlen(text), &noise));
  return noise;
}

static spiqe_circuit *circuit_of(size_t n_qubits, size_t n_bits) {
  spiqe_circuit *circuit;
  assert_ok(spiqe_circuit_create(ctx, n_qubits, n_bits, &circuit));
  return circuit;
}

static void gate(spiqe_circuit *circuit, const char *name, uint32_t a, uint32_t b) {
  const uint32_t qubits[] = {a, b};
  assert_ok(spiqe_circuit_gate(circuit, name, NULL, qubits));
}

/* The circuit with the described noise, run; the description and both circuits are gone after. */
static spiqe_density_result run(const char *description, spiqe_circuit *circuit) {
  spiqe_noise *noise = parse(description);
  spiqe_circuit *noisy;
  spiqe_density_result result;
  assert_ok(spiqe_noise_apply(noise, circuit, &noisy));
  assert_ok(
      spiqe_density_run(ctx, noisy, &(spiqe_density_options){.precision = SPIQE_F64}, &result));
  spiqe_circuit_destroy(circuit);
  spiqe_circuit_destroy(noisy);
  spiqe_noise_destroy(noise);
  return result;
}

static double excited(const char *description, spiqe_circuit *circuit, size_t qubit) {
  spiqe_density_result result = run(description, circuit);
  double p = (1 - spiqe_density_pauli(result.average, 0, (uint64_t)1 << qubit)) / 2;
  spiqe_density_result_clear(&result);
  return p;
}

static double probability_of_1(const char *description, spiqe_circuit *circuit) {
  spiqe_density_result result = run(description, circuit);
  double p = 0;
  for (size_t i = 0; i < result.n_outcomes; i++)
    if (result.bits[i * result.n_bits]) p += result.probabilities[i];
  spiqe_density_result_clear(&result);
  return p;
}

static void assert_near(double a, double b) {
  if (!(fabs(a - b) <= ROUNDING)) fail_msg("%.17g is not %.17g", a, b);
}

static void a_description_is_read_with_its_units_and_exceptions(void **state) {
  (void)state;
  spiqe_noise *noise = parse(
      "name: d\n"
      "summary: s\n"
      "source: nobody\n"
      "qubits:\n"
      "  - {T1: 85 us, p01: 0.01}\n"
      "  - {}\n"
      "  - {T2: 40us, excited_population: 0.02}\n"
      "T1: 100 \xc2\xb5s\n"
      "T2: [0.05 ms, 60000 ns, 1 us]\n"
      "readout: [[0.98, 0.02], [0.03, 0.97]]\n"
      "dt: 500 ps\n"
      "idle: asap\n"
      "strict: true\n"
      "gates:\n"
      "  sx: {time: 40 ns, error: 1e-4, on: [{qubits: [1], error: 2e-4}]}\n"
      "  cx:\n"
      "    time: 0.3 us\n"
      "    channel:\n"
      "      - depolarising2: 0.01\n"
      "      - kraus: [[[1, 0], [0, [0, 1]]]]\n"
      "    on:\n"
      "      - {qubits: [2, 0], time: 1 us}\n"
      "  rz:\n"
      "default: {1: {time: 1 ns}, 3: {time: 2 ns}}\n"
      "measure: {time: 1.5 us}\n"
      "reset: {time: 2 us, error: 0.005}\n");
  assert_int_equal(noise->n_qubits, 3);
  assert_true(noise->qubits[0].t1 == 85 * 1e-6 && noise->qubits[1].t1 == 100 * 1e-6);
  assert_true(noise->qubits[1].t2 == 60000 * 1e-9 && noise->qubits[2].t2 == 40 * 1e-6);
  assert_true(noise->qubits[0].p1_of_0 == 0.01 && noise->qubits[2].p1_of_0 == 0.02);
  assert_true(noise->qubits[0].p0_of_1 == 0.03 && noise->qubits[2].excited == 0.02);
  assert_true(noise->dt == 500 * 1e-12 && noise->idle == SPIQE_IDLE_ASAP && noise->is_strict);
  assert_true(noise->measure_time == 1.5 * 1e-6 && noise->reset_time == 2 * 1e-6);
  assert_true(noise->reset_error == 0.005);
  assert_int_equal(noise->n_rules, 7);
  assert_true(noise->rules[1].error == 2e-4 && noise->rules[1].time == 40 * 1e-9);
  assert_true(noise->rules[3].n_on == 2 && noise->rules[3].on[0] == 2 && !noise->rules[3].on[1]);
  assert_int_equal(noise->rules[3].n_channels, 2); /* as cx on other pairs */
  assert_true(noise->rules[4].time == 0 && isnan(noise->rules[4].error));
  spiqe_noise_destroy(noise);
  spiqe_noise_destroy(NULL);
}

static void what_is_not_physical_or_not_understood_is_refused_with_its_line(void **state) {
  (void)state;
  const struct {
    const char *text;
    spiqe_status status;
    const char *part;
  } cases[] = {
      {"T1: 100 us\nT2: 250 us\n", SPIQE_BAD_ARGUMENT, "d.yaml:2: qubit 0: T2 = 250 us > 2 T1 = 2"},
      {"qubits:\n - {T1: 1 s}\n - {T1: 1 s, T2: 3 s}\n", SPIQE_BAD_ARGUMENT, "d.yaml:3: qubit 1"},
      {"T1: 0 us\n", SPIQE_BAD_ARGUMENT, "d.yaml:1: qubit 0: T1 = 0"},
      {"gates:\n  u: {error: 0.1}\n  x: {error: 0.1}\n  u3: {error: 0.3}\n", SPIQE_BAD_FORMAT,
       "d.yaml:4: 'u3' is the gate 'u' of line 2"},
      {"T1: -3 us\n", SPIQE_BAD_ARGUMENT, "d.yaml:1: T1: a time of '-3 us'"},
      {"T1: nan us\n", SPIQE_BAD_FORMAT, "no number"},
      {"T1: 85\n", SPIQE_BAD_FORMAT, "with its unit"},
      {"T1: 85 min\n", SPIQE_BAD_FORMAT, "with its unit"},
      {"dt: inf\n", SPIQE_BAD_FORMAT, "with its unit"},
      {"T1: 1 s\nexcited_population: 1.5\n", SPIQE_BAD_ARGUMENT,
       "d.yaml:2: excited_population = 1.5"},
      {"excited_population: .nan\n", SPIQE_BAD_FORMAT, "no number"},
      {"readout: {p01: -0.1}\n", SPIQE_BAD_ARGUMENT, "p01 = -0.1"},
      {"readout: [[0.9, 0.2], [0.1, 0.9]]\n", SPIQE_BAD_ARGUMENT, "row 0 of readout sums to 1.1"},
      {"readout: [[0.9, 0.1]]\n", SPIQE_BAD_FORMAT, "readout: expected"},
      {"readout: {p11: 0.1}\n", SPIQE_BAD_NAME, "'p11' is not known"},
      {"T1: [1 us, 2 us]\n", SPIQE_BAD_FORMAT, "does not say how many"},
      {"qubits: 3\nT1: [1 us, 2 us]\n", SPIQE_BAD_FORMAT, "d.yaml:2: a list of 2 for 3 qubits"},
      {"qubits: 0\n", SPIQE_BAD_ARGUMENT, "qubits: 0"},
      {"qubits: 1.5\n", SPIQE_BAD_ARGUMENT, "qubits: 1.5"},
      {"qubit: 3\n", SPIQE_BAD_NAME, "did you mean 'qubits'?"},
      {"gates: {sxx: {}}\n", SPIQE_BAD_NAME, "no gate is called 'sxx' (did you mean"},
      {"gates: {gphase: {}}\n", SPIQE_BAD_ARGUMENT, "acts on no qubit"},
      {"gates: {x: {error: 0.7}}\n", SPIQE_BAD_ARGUMENT, "is in [0, 0.666667]"},
      {"gates: {cz: {error: 0.81}}\n", SPIQE_BAD_ARGUMENT, "is in [0, 0.8]"},
      {"gates: {x: {error: -1e-9}}\n", SPIQE_BAD_ARGUMENT, "error = -1e-09"},
      {"gates: {x: {depolarising: 1.34}}\n", SPIQE_BAD_ARGUMENT, "is in [0, 1.33333]"},
      {"gates: {x: {error: 0.1, depolarising: 0.1}}\n", SPIQE_BAD_FORMAT, "give it, or"},
      {"gates: {ccx: {error: 0.1}}\n", SPIQE_BAD_FORMAT, "this one is on 3"},
      {"gates: {x: {time: -1 ns}}\n", SPIQE_BAD_ARGUMENT, "a time of '-1 ns'"},
      {"gates: {x: {on: [{error: 0.1}]}}\n", SPIQE_BAD_FORMAT, "'qubits' is missing"},
      {"gates: {x: {on: [{qubits: [0, 1]}]}}\n", SPIQE_BAD_FORMAT, "2 qubits for a gate on 1"},
      {"gates: {cx: {on: [{qubits: [1, 1]}]}}\n", SPIQE_BAD_INDEX, "given twice"},
      {"gates: {cx: {on: [{qubits: [1, 0]}, {qubits: [0, 1]},\n {qubits: [1, 0]}]}}\n",
       SPIQE_BAD_FORMAT, ":2: these qubits are given twice"},
      {"qubits: 2\ngates: {x: {on: [{qubits: [2]}]}}\n", SPIQE_BAD_INDEX, "qubit 2 of 2"},
      {"gates: {x: {channel: [{bit_flip: 2}]}}\n", SPIQE_BAD_ARGUMENT, "bit_flip: parameter 0"},
      {"gates: {x: {channel: [{bit_flop: 0}]}}\n", SPIQE_BAD_NAME, "did you mean 'bit_flip'?"},
      {"gates: {x: {channel: [{depolarising2: 0}]}}\n", SPIQE_BAD_SHAPE, "acts on 2 qubits"},
      {"gates: {x: {channel: [{pauli: [0.1, 0.2]}]}}\n", SPIQE_BAD_ARGUMENT, "expected 3: px, py"},
      {"gates:\n  x:\n    channel:\n      - kraus: [[[1, 0], [0, 0.9]]]\n", SPIQE_BAD_ARGUMENT,
       "d.yaml:4: the channel does not keep the trace: sum K^dagger K differs from the identity"},
      {"gates: {x: {channel: [{kraus: [[[1, 0], [0, x]]]}]}}\n", SPIQE_BAD_FORMAT, "no number"},
      {"gates: {x: {channel: [{kraus: [[[1, 0, 0], [0, 1, 0]]]}]}}\n", SPIQE_BAD_FORMAT,
       "all of 2"},
      {"gates: {x: {channel: [{kraus: []}]}}\n", SPIQE_BAD_FORMAT, "a list of matrices"},
      {"default: {6: {}}\n", SPIQE_BAD_NAME, "'6' is not known"},
      {"reset: {error: 2}\n", SPIQE_BAD_ARGUMENT, "error = 2; a probability"},
      {"idle: sometimes\n", SPIQE_BAD_FORMAT, "alap or asap"},
      {"strict: maybe\n", SPIQE_BAD_FORMAT, "true or false"},
      {"- a\n", SPIQE_BAD_FORMAT, "expected {key: value}"},
      {"", SPIQE_BAD_FORMAT, "d.yaml:1"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    spiqe_noise *noise = (spiqe_noise *)ctx;
    spiqe_status status =
        spiqe_noise_parse(ctx, "d.yaml", cases[i].text, strlen(cases[i].text), &noise);
    const char *message = spiqe_context_message(ctx);
    if (status != cases[i].status || !strstr(message, cases[i].part))
      fail_msg("%s: %s: %s", cases[i].text, spiqe_status_name(status), message);
    assert_ptr_equal(strstr(message, "d.yaml:"), message);
    assert_null(noise);
  }
}

static void the_shipped_devices_are_read_and_put_noise_into_circuits(void **state) {
  (void)state;
  size_t i = 0;
  for (; spiqe_noise_name(i); i++) {
    spiqe_noise *noise;
    spiqe_circuit *circuit = circuit_of(2, 2), *noisy;
    assert_true(strlen(spiqe_noise_summary(i)) > 0);
    assert_ok(spiqe_noise_read(ctx, spiqe_noise_name(i), &noise));
    gate(circuit, "h", 0, 0);
    gate(circuit, "cx", 0, 1);
    for (uint32_t q = 0; q < 2; q++) assert_ok(spiqe_circuit_measure(circuit, q, q));
    assert_ok(spiqe_noise_apply(noise, circuit, &noisy));
    int is_ideal = !strcmp(spiqe_noise_name(i), "ideal");
    assert_int_equal(spiqe_circuit_equal(circuit, noisy, NULL, 0), is_ideal);
    spiqe_circuit_destroy(circuit);
    spiqe_circuit_destroy(noisy);
    spiqe_noise_destroy(noise);
  }
  assert_int_equal(i, spiqe_n_shipped_devices);
  assert_true(i >= 3);
  assert_null(spiqe_noise_summary(i));
}

static void the_example_of_the_page_on_noise_is_read(void **state) {
  (void)state;
  uint8_t *page;
  size_t size;
  assert_ok(spiqe_file_read(ctx, SPIQE_SOURCE_DIR "/docs/noise.md", 1 << 20, &page, &size));
  const char *yaml = strstr((const char *)page, "```yaml\n");
  assert_non_null(yaml);
  const char *end = strstr(yaml + 8, "```");
  spiqe_noise *noise;
  assert_ok(spiqe_noise_parse(ctx, "page", yaml + 8, (size_t)(end - yaml - 8), &noise));
  assert_int_equal(noise->n_qubits, 3);
  assert_int_equal(noise->n_channels, 3);
  spiqe_noise_destroy(noise);
  free(page);
}

static void names_and_paths_that_are_not_there_are_told(void **state) {
  (void)state;
  spiqe_noise *noise;
  assert_int_equal(spiqe_noise_read(ctx, "ideel", &noise), SPIQE_BAD_NAME);
  assert_non_null(strstr(spiqe_context_message(ctx), "did you mean 'ideal'?"));
  assert_int_equal(spiqe_noise_read(ctx, "/nowhere/d.yaml", &noise), SPIQE_NOT_FOUND);
  assert_null(noise);
}

/* The entanglement fidelity of what a device adds to a gate: half of a maximally entangled state
 * goes through the gate and its inverse without noise. */
static double average_infidelity(const char *description, const char *name, size_t n) {
  spiqe_noise *noise = parse(description);
  spiqe_circuit *only = circuit_of(2 * n, 0), *noisy, *all = circuit_of(2 * n, 0), *inverse;
  for (uint32_t q = 0; q < n; q++) {
    gate(all, "h", q, 0);
    gate(all, "cx", q, q + (uint32_t)n);
  }
  gate(only, name, 0, 1);
  assert_ok(spiqe_noise_apply(noise, only, &noisy));
  assert_ok(spiqe_circuit_inverse(only, &inverse));
  assert_ok(spiqe_circuit_append(all, noisy));
  assert_ok(spiqe_circuit_append(all, inverse));
  for (uint32_t q = 0; q < n; q++) {
    gate(all, "cx", q, q + (uint32_t)n);
    gate(all, "h", q, 0);
  }
  spiqe_complex rho[256];
  spiqe_density_result result;
  assert_ok(spiqe_density_run(ctx, all, &(spiqe_density_options){.precision = SPIQE_F64}, &result));
  rho[0] = spiqe_density_get(result.average, 0, 0);
  spiqe_density_result_clear(&result);
  spiqe_circuit_destroy(only);
  spiqe_circuit_destroy(noisy);
  spiqe_circuit_destroy(all);
  spiqe_circuit_destroy(inverse);
  spiqe_noise_destroy(noise);
  const double d = (double)(1u << n);
  return 1 - (d * rho[0].re + 1) / (d + 1);
}

static void the_error_of_a_gate_is_its_average_infidelity_with_relaxation_in_it(void **state) {
  (void)state;
  const char *device =
      "qubits: [{T1: 80 us, T2: 90 us}, {T1: 50 us, T2: 20 us, excited_population: 0.1}, {}, {}]\n"
      "gates:\n"
      "  x: {time: 1 us, error: 0.02}\n"
      "  cx: {time: 2 us, error: 0.07}\n"
      "  swap: {error: 0.8}\n"
      "  y: {error: 0.25}\n";
  assert_near(average_infidelity(device, "x", 1), 0.02);
  assert_near(average_infidelity(device, "cx", 2), 0.07);
  assert_near(average_infidelity(device, "swap", 2), 0.8);
  assert_near(average_infidelity(device, "y", 1), 0.25);
  assert_near(average_infidelity(device, "z", 1), 0); /* not listed: no noise */
}

static void relaxation_alone_is_left_where_it_is_more_than_the_error(void **state) {
  (void)state;
  const char *with = "T1: 80 us\ngates: {x: {time: 5 us, error: 1e-3}}\n";
  const char *without = "T1: 80 us\ngates: {x: {time: 5 us}}\n";
  double infidelity = average_infidelity(with, "x", 1);
  assert_true(infidelity > 1e-3);
  assert_near(infidelity, average_infidelity(without, "x", 1));
}

static void exceptions_are_for_their_qubits_in_order_then_in_any_order(void **state) {
  (void)state;
  const char *device =
      "gates:\n"
      "  cx:\n"
      "    error: 0.01\n"
      "    on: [{qubits: [1, 0], error: 0.02}]\n"
      "  cz:\n"
      "    error: 0.01\n"
      "    on: [{qubits: [1, 0], error: 0.02}, {qubits: [0, 1], error: 0.03}]\n"
      "  swap: {error: 0.01, on: [{qubits: [1, 2], error: 0.02}]}\n";
  assert_near(average_infidelity(device, "cx", 2), 0.02);
  assert_near(average_infidelity(device, "cz", 2), 0.03);
  assert_near(average_infidelity(device, "swap", 2), 0.01);
}

static void a_list_of_channels_follows_the_gate_on_each_qubit(void **state) {
  (void)state;
  const char *device = "gates: {cx: {channel: [{bit_flip: 0.1}, {amplitude_damping: [0.2]}]}}\n";
  for (size_t q = 0; q < 2; q++) {
    spiqe_circuit *circuit = circuit_of(2, 0);
    gate(circuit, "x", 0, 0);
    gate(circuit, "cx", 0, 1);
    assert_near(excited(device, circuit, q), 0.9 * 0.8);
  }
}

static void delays_relax_in_seconds_and_in_dt(void **state) {
  (void)state;
  const char *device = "T1: 80 us\nexcited_population: 0.25\ndt: 2 ns\n";
  const double expected = 0.25 + 0.75 * exp(-10.0 / 80.0);
  spiqe_circuit *circuit = circuit_of(1, 0);
  gate(circuit, "x", 0, 0);
  assert_ok(spiqe_circuit_delay(circuit, 10e-6, 0));
  assert_near(excited(device, circuit, 0), expected);
  circuit = circuit_of(1, 0);
  gate(circuit, "x", 0, 0);
  assert_ok(spiqe_circuit_delay(circuit, 5000, 0));
  circuit->operations[1].is_in_dt = 1;
  assert_near(excited(device, circuit, 0), expected);
}

/* x on qubit 0, five times on qubit 1, then cz; each takes 1 us. */
static spiqe_circuit *uneven(void) {
  spiqe_circuit *circuit = circuit_of(2, 0);
  gate(circuit, "x", 0, 0);
  for (size_t i = 0; i < 5; i++) gate(circuit, "x", 1, 0);
  gate(circuit, "cz", 0, 1);
  return circuit;
}

static void idle_qubits_relax_by_the_schedule(void **state) {
  (void)state;
#define TIMES "T1: 20 us\ngates: {x: {time: 1 us}, cz: {time: 1 us}}\n"
  assert_near(excited(TIMES, uneven(), 0), exp(-2.0 / 20)); /* gates only */
  assert_near(excited(TIMES "idle: asap\n", uneven(), 0), exp(-6.0 / 20));
  assert_near(excited(TIMES "idle: alap\n", uneven(), 0), exp(-2.0 / 20)); /* starts late */
  spiqe_circuit *circuit = circuit_of(2, 0); /* a barrier holds qubit 0 to the left of it */
  gate(circuit, "x", 0, 0);
  assert_ok(spiqe_circuit_barrier(circuit, 0, NULL));
  for (size_t i = 0; i < 4; i++) gate(circuit, "x", 1, 0);
  gate(circuit, "cz", 0, 1);
  assert_near(excited(TIMES "idle: alap\n", circuit, 0), exp(-6.0 / 20));
}

static void a_qubit_is_prepared_when_it_is_needed(void **state) {
  (void)state;
  const char *device =
      TIMES "excited_population: 0.5\nidle: asap\ndefault: {1: {time: 1 us}, 2: {time: 1 us}}\n";
  spiqe_circuit *circuit = circuit_of(2, 0);
  assert_ok(spiqe_circuit_barrier(circuit, 0, NULL)); /* begins nothing */
  for (size_t i = 0; i < 5; i++) gate(circuit, "x", 1, 0);
  gate(circuit, "cz", 0, 1);
  assert_near(excited(device, circuit, 0), 0.5 * (1 - exp(-1.0 / 20))); /* during cz only */
}

static void qubits_wait_for_each_other_at_a_condition(void **state) {
  (void)state;
  const spiqe_node is_0[] = {{.kind = SPIQE_NODE_BITS, .width = 1},
                             {.kind = SPIQE_NODE_NOT, .width = 1}};
  const char *policies[] = {TIMES "idle: asap\n", TIMES "idle: alap\n"};
  for (size_t i = 0; i < 2; i++) {
    spiqe_circuit *circuit = circuit_of(3, 1);
    gate(circuit, "x", 0, 0); /* 1 us, then in ASAP 4 us until the condition, or 4 us before */
    for (size_t k = 0; k < 5; k++) gate(circuit, "x", 1, 0);
    assert_ok(spiqe_circuit_push_condition(circuit, SPIQE_IF, is_0, 2, 0));
    gate(circuit, "x", 1, 0); /* 0 waits 1 us for it */
    assert_ok(spiqe_circuit_push_else(circuit, 0));
    for (size_t k = 0; k < 9; k++) gate(circuit, "x", 1, 0); /* not taken */
    assert_ok(spiqe_circuit_push_end(circuit, 0));
    gate(circuit, "x", 0, 0);
    const double before = i ? 1 : 5, p = exp(-(before + 1) / 20);
    assert_near(excited(policies[i], circuit, 0), (1 - p) * exp(-1.0 / 20));
  }
}

/* Two turns: x in the first, and a wait at the top of the second, before x in the text. */
static void a_qubit_of_a_loop_relaxes_before_its_first_gate_in_the_text(void **state) {
  (void)state;
  const spiqe_node more[] = {{.kind = SPIQE_NODE_BITS, .width = 2},
                             {.kind = SPIQE_NODE_CONSTANT, .width = 64, .value = 2},
                             {.kind = SPIQE_NODE_LESS, .width = 1}};
  const spiqe_node is_0[] = {{.kind = SPIQE_NODE_BITS, .width = 2},
                             {.kind = SPIQE_NODE_NOT, .width = 1}};
  const spiqe_node next[] = {{.kind = SPIQE_NODE_BITS, .width = 2},
                             {.kind = SPIQE_NODE_CONSTANT, .width = 64, .value = 1},
                             {.kind = SPIQE_NODE_ADD, .width = 2}};
  spiqe_circuit *circuit = circuit_of(2, 2);
  assert_ok(spiqe_circuit_push_condition(circuit, SPIQE_WHILE, more, 3, 0));
  for (size_t k = 0; k < 10; k++) gate(circuit, "x", 1, 0); /* 0 waits 10 us */
  assert_ok(spiqe_circuit_push_condition(circuit, SPIQE_IF, is_0, 2, 0));
  gate(circuit, "x", 0, 0);
  assert_ok(spiqe_circuit_push_end(circuit, 0));
  assert_ok(spiqe_circuit_push_assign(circuit, 0, 2, next, 3, 0));
  assert_ok(spiqe_circuit_push_end(circuit, 0));
  assert_near(excited(TIMES "idle: alap\n", circuit, 0), exp(-11.0 / 20));
}

static void a_measured_qubit_relaxes_when_it_is_used_again(void **state) {
  (void)state;
  const char *device = "T1: 20 us\nmeasure: {time: 3 us}\ngates: {id: {}}\n";
  spiqe_circuit *circuit = circuit_of(1, 1);
  gate(circuit, "x", 0, 0);
  assert_ok(spiqe_circuit_measure(circuit, 0, 0));
  assert_near(excited(device, circuit, 0), 1);
  circuit = circuit_of(1, 1);
  gate(circuit, "x", 0, 0);
  assert_ok(spiqe_circuit_measure(circuit, 0, 0));
  gate(circuit, "id", 0, 0);
  assert_near(excited(device, circuit, 0), exp(-3.0 / 20));
}

static void readout_and_reset_err_as_described(void **state) {
  (void)state;
  const char *device = "readout: {p01: 0.1, p10: 0.3}\nreset: {error: 0.2}\n";
  spiqe_circuit *circuit = circuit_of(1, 1);
  assert_ok(spiqe_circuit_measure(circuit, 0, 0));
  assert_near(probability_of_1(device, circuit), 0.1);
  circuit = circuit_of(1, 1);
  gate(circuit, "x", 0, 0);
  assert_ok(spiqe_circuit_measure(circuit, 0, 0));
  assert_near(probability_of_1(device, circuit), 0.7);
  circuit = circuit_of(1, 1);
  gate(circuit, "x", 0, 0);
  assert_ok(spiqe_circuit_reset(circuit, 0));
  assert_ok(spiqe_circuit_measure(circuit, 0, 0));
  assert_near(probability_of_1(device, circuit), 0.8 * 0.1 + 0.2 * 0.7);
}

/* Noise far below the tolerance, but with operations everywhere: jumps must still be right. */
static void conditions_and_loops_stay_as_they_are(void **state) {
  (void)state;
  const char *device =
      "T1: 1000000 s\nidle: asap\nmeasure: {time: 1 us}\nreset: {time: 1 us}\ndt: 1 ns\n"
      "readout: {p01: 1e-14, p10: 1e-14}\n"
      "default: {1: {time: 1 us, depolarising: 1e-14}, 2: {time: 2 us}, 3: {}, 4: {}, 5: {}}\n";
  spiqe_noise *noise = parse(device);
  for (uint64_t seed = 0; seed < 40; seed++) {
    const random_circuit_options options = {.seed = seed,
                                            .n_qubits = 3,
                                            .n_bits = 4,
                                            .n_operations = 30,
                                            .with = RANDOM_CLASSICAL | RANDOM_DELAY | RANDOM_NOISE |
                                                    RANDOM_INPUTS,
                                            .n_inputs = 2,
                                            .delay = 1e-6};
    const spiqe_density_options exact = {.precision = SPIQE_F64, .inputs = (double[]){0.3, 0.4}};
    spiqe_circuit *circuit = random_circuit(ctx, &options), *noisy;
    spiqe_density_result a, b;
    assert_ok(spiqe_noise_apply(noise, circuit, &noisy));
    assert_true(spiqe_circuit_n_operations(noisy) > spiqe_circuit_n_operations(circuit));
    assert_ok(spiqe_density_run(ctx, circuit, &exact, &a));
    assert_ok(spiqe_density_run(ctx, noisy, &exact, &b));
    for (size_t i = 0; i < 64; i++) {
      spiqe_complex x = spiqe_density_get(a.average, i >> 3, i & 7);
      spiqe_complex y = spiqe_density_get(b.average, i >> 3, i & 7);
      assert_true(hypot(x.re - y.re, x.im - y.im) <= 1e-8); /* 1e2 operations of 1e-12 and less */
    }
    spiqe_density_result_clear(&a);
    spiqe_density_result_clear(&b);
    spiqe_circuit_destroy(circuit);
    spiqe_circuit_destroy(noisy);
  }
  spiqe_noise_destroy(noise);
}

static void a_channel_that_comes_often_is_stored_once(void **state) {
  (void)state;
  spiqe_noise *noise = parse("T1: 20 us\nT2: 9 us\ngates: {x: {time: 1 us, error: 0.05}}\n");
  spiqe_circuit *circuit = circuit_of(3, 0), *noisy;
  for (size_t i = 0; i < 300; i++) gate(circuit, "x", i % 3, 0);
  assert_ok(spiqe_noise_apply(noise, circuit, &noisy));
  assert_int_equal(spiqe_circuit_n_operations(noisy), 900);
  assert_int_equal(noisy->n_channels, 2);
  spiqe_circuit_destroy(circuit);
  spiqe_circuit_destroy(noisy);
  spiqe_noise_destroy(noise);
}

static void assert_not_applied(const char *description, spiqe_circuit *circuit, spiqe_status status,
                               const char *part) {
  spiqe_noise *noise = parse(description);
  spiqe_circuit *noisy = circuit;
  assert_int_equal(spiqe_noise_apply(noise, circuit, &noisy), status);
  if (!strstr(spiqe_context_message(ctx), part)) fail_msg("%s", spiqe_context_message(ctx));
  assert_null(noisy);
  spiqe_noise_destroy(noise);
}

static void what_a_device_cannot_do_is_refused(void **state) {
  (void)state;
  const spiqe_node no_node = {.kind = SPIQE_NODE_BITS, .width = 1};
  spiqe_circuit *circuit = circuit_of(3, 1);
  const uint32_t qubits[] = {0, 1, 2};
  assert_ok(spiqe_circuit_gate(circuit, "ccx", NULL, qubits));
  assert_not_applied("qubits: 2\n", circuit, SPIQE_BAD_SHAPE, "3 qubits on a device of 2");
  assert_not_applied("strict: true\ngates: {cx: {}}\n", circuit, SPIQE_UNSUPPORTED, "no gate ccx");
  assert_not_applied("strict: true\ndefault: {3: {}}\n", circuit, SPIQE_UNSUPPORTED, "no gate ccx");
  assert_not_applied("default: {2: {}}\n", circuit, SPIQE_UNSUPPORTED, "says nothing of ccx");
  assert_ok(spiqe_circuit_push_condition(circuit, SPIQE_IF, &no_node, 1, 0));
  assert_not_applied("name: a\n", circuit, SPIQE_BAD_FORMAT, "no end");
  spiqe_circuit_destroy(circuit);

  circuit = circuit_of(1, 0);
  assert_ok(spiqe_circuit_delay(circuit, 10, 0));
  circuit->operations[0].is_in_dt = 1;
  assert_not_applied("T1: 1 us\n", circuit, SPIQE_UNSUPPORTED, "gives no dt");
  spiqe_circuit_destroy(circuit);

  circuit = circuit_of(1, 0);
  gate(circuit, "x", 0, 0);
  assert_not_applied("T1: 1 us\ngates: {x: {time: 4 us, error: 0.666}}\n", circuit,
                     SPIQE_BAD_ARGUMENT, "which is at most 1.33333");
  spiqe_circuit_destroy(circuit);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_description_is_read_with_its_units_and_exceptions),
      cmocka_unit_test(what_is_not_physical_or_not_understood_is_refused_with_its_line),
      cmocka_unit_test(the_shipped_devices_are_read_and_put_noise_into_circuits),
      cmocka_unit_test(the_example_of_the_page_on_noise_is_read),
      cmocka_unit_test(names_and_paths_that_are_not_there_are_told),
      cmocka_unit_test(the_error_of_a_gate_is_its_average_infidelity_with_relaxation_in_it),
      cmocka_unit_test(relaxation_alone_is_left_where_it_is_more_than_the_error),
      cmocka_unit_test(exceptions_are_for_their_qubits_in_order_then_in_any_order),
      cmocka_unit_test(a_list_of_channels_follows_the_gate_on_each_qubit),
      cmocka_unit_test(delays_relax_in_seconds_and_in_dt),
      cmocka_unit_test(idle_qubits_relax_by_the_schedule),
      cmocka_unit_test(a_qubit_is_prepared_when_it_is_needed),
      cmocka_unit_test(qubits_wait_for_each_other_at_a_condition),
      cmocka_unit_test(a_qubit_of_a_loop_relaxes_before_its_first_gate_in_the_text),
      cmocka_unit_test(a_measured_qubit_relaxes_when_it_is_used_again),
      cmocka_unit_test(readout_and_reset_err_as_described),
      cmocka_unit_test(conditions_and_loops_stay_as_they_are),
      cmocka_unit_test(a_channel_that_comes_often_is_stored_once),
      cmocka_unit_test(what_a_device_cannot_do_is_refused),
  };
  return cmocka_run_group_tests(tests, open_context, close_context);
}
