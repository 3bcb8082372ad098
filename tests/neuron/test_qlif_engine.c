/* QLIF neurons as circuits: without noise their estimates are the neuron's law; with a device's
 * noise they are the probabilities of the circuit on the circuit engine; shots follow the binomial
 * law; and draws depend on (seed, sample, step, unit) alone. */
#include "neuron/qlif_circuit.h"
#include "neuron/qlif_engine.h"
#include "quantum/judge.h"
#include "quantum/noise.h"
#include "spiqe/simulate.h"
#include "support/net.h"

#define PI 3.14159265358979323846

enum { ROWS = 40, STEPS = 12 };

/* A network of two layers, whose second has turns and waits in all orders. */
static void open_net(int planes, const char *options, spiqe_precision precision, test_net *t) {
  char text[1024];
  snprintf(text, sizeof text,
           "input: [6]\nencode: {rate: {steps: %d, cap: 0.7}}\nstages:\n"
           "  - dense: {units: 9, planes: %d}\n  - qlif: {%s}\n  - dense: {units: 5, planes: %d}\n"
           "  - qlif: {%s}\n",
           STEPS, planes, options, planes, options);
  assert_int_equal(test_net_open(text, precision, 1, ROWS, 0, 1, 5, t), SPIQE_OK);
}

static void use_engines(test_net *t, const spiqe_noise *noise, size_t n_shots, int has_history) {
  for (size_t i = 1; i < t->net->n_stages; i += 2) {
    spiqe_qlif_engine *engine;
    judge_must(t->ctx, spiqe_qlif_engine_create(t->ctx, &t->net->stages[i], noise, n_shots,
                                                has_history, &engine));
    t->net->stages[i].engine = engine;
    t->net->stages[i].neuron = &spiqe_qlif_engine_kernels;
  }
}

static void close_net(test_net *t) {
  for (size_t i = 1; i < t->net->n_stages; i += 2)
    spiqe_qlif_engine_destroy(t->net->stages[i].engine);
  test_net_close(t);
}

static double membrane_at(const test_net *t, size_t stage, size_t row, size_t step, size_t unit) {
  size_t stride;
  const spiqe_signal *out = &t->net->stages[stage].out;
  const void *all =
      spiqe_network_sample(t->net, t->net->membranes[stage], out, row, t->n_samples, &stride);
  return ((const double *)all)[step * stride + unit];
}

static double spike_at(const test_net *t, size_t stage, size_t row, size_t step, size_t unit) {
  size_t stride;
  const spiqe_signal *out = &t->net->stages[stage].out;
  const void *all =
      spiqe_network_sample(t->net, t->net->signals[stage + 1], out, row, t->n_samples, &stride);
  return ((const double *)all)[step * stride + unit];
}

/* As the slow twin of the kernels: a population near 0 has an error of 1e-17 in a Bloch vector,
 * which is 6e-9 in the angle that is prepared from it. Returns the spikes. */
static double compare_with_kernels(const test_net *kernels, const test_net *circuits) {
  double n_spikes = 0;
  for (size_t stage = 1; stage < 4; stage += 2)
    for (size_t row = 0; row < ROWS; row++)
      for (size_t s = 0; s < STEPS; s++)
        for (size_t u = 0; u < kernels->net->stages[stage].out.n_units; u++) {
          const double a = membrane_at(kernels, stage, row, s, u);
          const double b = membrane_at(circuits, stage, row, s, u);
          if (!(fabs(a - b) <= 2e-8))
            fail_msg("stage %zu, sample %zu, step %zu, unit %zu: p is %.17g, as circuit %.17g",
                     stage, row, s, u, a, b);
          assert_true(spike_at(kernels, stage, row, s, u) == spike_at(circuits, stage, row, s, u));
          n_spikes += spike_at(kernels, stage, row, s, u);
        }
  return n_spikes;
}

static void without_noise_estimates_are_the_neurons_law(void **state) {
  (void)state;
  static const char *const options[] = {"threshold: 0.4, wait: 30", "threshold: 0.7, over: wrap",
                                        "threshold: 0.3, t1: 20, tau_scale: 90, wait: 10",
                                        "threshold: 0.4, recurrent: true"};
  for (int planes = 1; planes <= 2; planes++)
    for (size_t i = 0; i < 4; i++) {
      test_net kernels, circuits;
      open_net(planes, options[i], SPIQE_F64, &kernels);
      open_net(planes, options[i], SPIQE_F64, &circuits);
      use_engines(&circuits, NULL, 0, 0);
      test_net_run(&kernels, 3, 0);
      test_net_run(&circuits, 3, 0);
      assert_true(compare_with_kernels(&kernels, &circuits) > 300);
      test_net_close(&kernels);
      close_net(&circuits);
    }
}

/* A unit of t1 in seconds, where a device's T1 is `t1_units` of them. */
#define T1_UNITS 60.0

static const char *const devices[] = {
    "T1: 100 us\nT2: 70 us\nexcited_population: 0.03\nreadout: {p01: 0.02, p10: 0.05}\n"
    "gates:\n  rx: {time: 400 ns, error: 0.01}\n",
    "T1: 50 us\ngates:\n  rx:\n    time: 1 us\n    channel:\n      - pauli: [0.02, 0.01, 0.03]\n"
    "      - amplitude_damping: 0.04\n",
    "T1: 3 ms\nT2: 6 ms\ndefault:\n  1: {time: 35 ns, error: 0.1}\n",
};
enum { N_DEVICES = sizeof devices / sizeof devices[0] };

static spiqe_noise *read_device(spiqe_context *ctx, size_t i) {
  spiqe_noise *noise;
  judge_must(ctx, spiqe_noise_parse(ctx, "device", devices[i], strlen(devices[i]), &noise));
  return noise;
}

/* P(bit b is 1) for each bit, exactly, by the density matrix. */
static void populations_of(spiqe_context *ctx, const spiqe_circuit *circuit,
                           const spiqe_noise *noise, size_t n_bits, double *out) {
  spiqe_circuit *noisy;
  spiqe_simulation *result;
  judge_must(ctx, spiqe_noise_apply(noise, circuit, &noisy));
  judge_must(ctx,
             spiqe_simulate(ctx, noisy, &(spiqe_simulation_options){.method = "density"}, &result));
  for (size_t b = 0; b < n_bits; b++) out[b] = 0;
  for (size_t i = 0; i < spiqe_simulation_n_outcomes(result); i++) {
    const spiqe_outcome *outcome = &spiqe_simulation_outcomes(result)[i];
    for (size_t b = 0; b < n_bits; b++)
      if (outcome->bits[n_bits - 1 - b] == '1') out[b] += outcome->probability;
  }
  spiqe_simulation_destroy(result);
  spiqe_circuit_destroy(noisy);
}

/* The circuit of what came since the last reset. */
typedef struct history {
  spiqe_qlif_move moves[STEPS];
  size_t n;
} history;

static double run_history(spiqe_context *ctx, const history *h, const spiqe_noise *noise,
                          double unit) {
  static const uint32_t qubit = 0;
  spiqe_circuit *circuit;
  double out;
  judge_must(ctx, spiqe_circuit_create(ctx, 1, 1, &circuit));
  for (size_t i = 0; i < h->n; i++)
    if (h->moves[i].is_wait)
      judge_must(ctx, spiqe_circuit_delay(circuit, unit * h->moves[i].amount, 0));
    else
      judge_must(ctx, spiqe_circuit_gate(circuit, "rx", &h->moves[i].amount, &qubit));
  judge_must(ctx, spiqe_circuit_measure(circuit, 0, 0));
  populations_of(ctx, circuit, noise, 1, &out);
  spiqe_circuit_destroy(circuit);
  return out;
}

static double run_estimate(spiqe_context *ctx, const spiqe_qlif_move *move, double phi,
                           const spiqe_noise *noise, double unit) {
  spiqe_circuit *circuit;
  double out;
  judge_must(ctx, spiqe_circuit_create(ctx, 1, 1, &circuit));
  judge_must(ctx, spiqe_qlif_add_move(circuit, move, phi, unit, 0));
  populations_of(ctx, circuit, noise, 1, &out);
  spiqe_circuit_destroy(circuit);
  return out;
}

/* One neuron's currents, as the network gave them. */
static void compare_neuron(const test_net *t, size_t row, size_t unit, const spiqe_noise *noise,
                           double seconds, int has_history) {
  const spiqe_stage *stage = &t->net->stages[3];
  size_t stride;
  const double *currents =
      spiqe_network_sample(t->net, t->net->signals[3], &stage->in, row, t->n_samples, &stride);
  history h = {0};
  double phi = 0;
  for (size_t s = 0; s < STEPS; s++) {
    spiqe_qlif_move move[SPIQE_MOST_QLIF_MOVES];
    const double a = currents[s * stride + unit], c = currents[s * stride + 5 + unit];
    assert_int_equal(spiqe_qlif_moves(stage->settings, 2, a, c, move), 1);
    h.moves[h.n++] = *move;
    if (!move->is_wait && !has_history)
      move->amount = spiqe_qlif_turn(stage->settings, phi, move->amount);
    const double expected = has_history ? run_history(t->ctx, &h, noise, seconds)
                                        : run_estimate(t->ctx, move, phi, noise, seconds);
    const double got = membrane_at(t, 3, row, s, unit);
    /* both round populations at 1e-16, which an angle prepared from one near 0 or 1 makes 1e-8 */
    if (!(fabs(got - expected) <= 2e-8))
      fail_msg("sample %zu, step %zu, unit %zu: %.17g, but its circuit gives %.17g", row, s, unit,
               got, expected);
    phi = spiqe_qlif_angle(got);
    if (spike_at(t, 3, row, s, unit) == 1) phi = 0, h.n = 0;
  }
}

static void compare_with_engine(int has_history) {
  for (size_t d = 0; d < N_DEVICES; d++) {
    test_net t;
    open_net(2, "threshold: 0.5, t1: 60, tau_scale: 90", SPIQE_F64, &t);
    spiqe_noise *noise = read_device(t.ctx, d);
    use_engines(&t, noise, 0, has_history);
    test_net_run(&t, 3, 0);
    for (size_t row = 0; row < ROWS; row += 8)
      for (size_t unit = 0; unit < 5; unit++)
        compare_neuron(&t, row, unit, noise, noise->qubits[0].t1 / T1_UNITS, has_history);
    spiqe_noise_destroy(noise);
    close_net(&t);
  }
}

static void noisy_estimates_are_those_of_the_circuit_engine(void **state) {
  (void)state;
  compare_with_engine(0);
}

static void noisy_histories_are_those_of_the_circuit_engine(void **state) {
  (void)state;
  compare_with_engine(1);
}

/* Every count of n shots, by a chi-square test over 20,000 draws. */
static void counts_follow_the_binomial_law(void **state) {
  (void)state;
  enum { N_DRAWS = 20000, MOST_SHOTS = 40 };
  static const struct {
    size_t n;
    double p;
  } cases[] = {{1, 0.3}, {2, 0.5}, {7, 0.01}, {7, 0.99}, {40, 0.5}, {40, 0.83}, {5, 0}, {5, 1}};
  uint32_t key[2];
  spiqe_random_key(7, SPIQE_PURPOSE_USER, 1, key);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint64_t counts[MOST_SHOTS + 1] = {0};
    double law[MOST_SHOTS + 1];
    const size_t n = cases[i].n;
    char what[64];
    for (size_t k = 0; k <= n; k++)
      law[k] = exp(lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1)) *
               pow(cases[i].p, (double)k) * pow(1 - cases[i].p, (double)(n - k));
    for (size_t d = 0; d < N_DRAWS; d++)
      counts[spiqe_binomial_draw(n, cases[i].p, spiqe_random_uniform(key, d, i))]++;
    snprintf(what, sizeof what, "%zu shots of p = %g", n, cases[i].p);
    judge_counts(what, n + 1, law, counts, N_DRAWS);
  }
}

/* The mean of a million copies is the population but for some 0.0005, so draws end, and at once. */
static void a_million_shots_are_near_the_population(void **state) {
  (void)state;
  for (int i = 0; i <= 20; i++) {
    const double p = 0.05 * i, u = (i * 7 % 20 + 0.5) / 20;
    assert_true(fabs((double)spiqe_binomial_draw(1000000, p, u) / 1e6 - p) < 0.0025);
  }
  assert_true(spiqe_binomial_draw(1000000, 0.5, 1 - 0x1p-53) <= 1000000);
}

/* One neuron that turns by the same angle at each of three steps, with n shots: the estimates are a
 * chain, P(k3) = sum over k1, k2 of P(k1) P(k2 | k1) P(k3 | k2). */
static void estimates_are_carried_with_their_errors(void **state) {
  (void)state;
  enum { SHOTS = 6, N_DRAWS = 20000, CHAIN_STEPS = 3 };
  const char *text =
      "input: [1]\nencode: {direct: {steps: 3}}\nstages:\n"
      "  - dense: {units: 1, planes: 2}\n  - qlif: {threshold: 0.99}\n";
  const double theta = 0.5;
  double law[CHAIN_STEPS + 1][SHOTS + 1] = {{1}};
  for (size_t s = 0; s < CHAIN_STEPS; s++)
    for (size_t from = 0; from < SHOTS; from++) { /* all six fire, and begin again at 0 */
      const double phi = 2 * asin(sqrt((double)from / SHOTS));
      const double half = sin(fmin(phi + theta, PI) / 2), p = half * half;
      for (size_t k = 0; k <= SHOTS; k++)
        law[s + 1][k == SHOTS && s + 1 < CHAIN_STEPS ? 0 : k] +=
            law[s][from] * tgamma(SHOTS + 1) / tgamma((double)k + 1) /
            tgamma((double)(SHOTS - k) + 1) * pow(p, (double)k) * pow(1 - p, (double)(SHOTS - k));
    }
  test_net t;
  uint64_t counts[SHOTS + 1] = {0};
  assert_int_equal(test_net_open(text, SPIQE_F64, 1, 100, 0, 1, 5, &t), SPIQE_OK);
  use_engines(&t, NULL, SHOTS, 0);
  double *parameters = t.net->parameters; /* weights of a and c, then their biases */
  parameters[0] = parameters[1] = parameters[3] = 0;
  parameters[2] = theta / PI;
  for (uint64_t run = 0; run < N_DRAWS / 100; run++) {
    test_net_run(&t, 3, run);
    for (size_t row = 0; row < 100; row++)
      counts[(size_t)round(membrane_at(&t, 1, row, CHAIN_STEPS - 1, 0) * SHOTS)]++;
  }
  judge_counts("third estimate", SHOTS + 1, law[CHAIN_STEPS], counts, N_DRAWS);
  close_net(&t);
}

/* What is read as 0 is set back to 0, and what is read as 1 fires. */
static void a_single_shot_of_an_estimate_remembers_nothing(void **state) {
  (void)state;
  test_net t;
  open_net(2, "threshold: 0.5, mode: single-shot", SPIQE_F64, &t);
  use_engines(&t, NULL, 0, 0);
  test_net_run(&t, 3, 0);
  for (size_t row = 0; row < ROWS; row++)
    for (size_t s = 0; s < STEPS; s++)
      for (size_t u = 0; u < 5; u++) {
        const double read = membrane_at(&t, 3, row, s, u);
        assert_true((read == 0 || read == 1) && spike_at(&t, 3, row, s, u) == read);
      }
  close_net(&t);
}

static void refuse(const char *options, const char *device, int has_history, const char *what) {
  test_net t;
  spiqe_noise *noise = NULL;
  spiqe_qlif_engine *engine;
  open_net(2, options, SPIQE_F64, &t);
  if (device) judge_must(t.ctx, spiqe_noise_parse(t.ctx, "d", device, strlen(device), &noise));
  assert_int_equal(spiqe_qlif_engine_create(t.ctx, &t.net->stages[1], noise, 0, has_history,
                                            &engine),
                   SPIQE_UNSUPPORTED);
  assert_null(engine);
  if (!strstr(spiqe_context_message(t.ctx), what)) fail_msg("%s", spiqe_context_message(t.ctx));
  spiqe_noise_destroy(noise);
  test_net_close(&t);
}

static void what_has_no_circuit_is_refused(void **state) {
  (void)state;
  refuse("recurrent: true", NULL, 1, "stage 1 (qlif): recurrent");
  refuse("smooth: true", NULL, 0, "stage 1 (qlif)");
  refuse("leak: published, gradient: published", NULL, 0, "leak: physical");
  refuse("threshold: 0.5", "T1: inf\nT2: 3 us\n", 0, "no T1");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_noise_estimates_are_the_neurons_law),
      cmocka_unit_test(noisy_estimates_are_those_of_the_circuit_engine),
      cmocka_unit_test(noisy_histories_are_those_of_the_circuit_engine),
      cmocka_unit_test(counts_follow_the_binomial_law),
      cmocka_unit_test(a_million_shots_are_near_the_population),
      cmocka_unit_test(estimates_are_carried_with_their_errors),
      cmocka_unit_test(a_single_shot_of_an_estimate_remembers_nothing),
      cmocka_unit_test(what_has_no_circuit_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
