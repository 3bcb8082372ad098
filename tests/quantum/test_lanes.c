/* Lanes: laws that need no second simulator. The slow twin judges them in test_twin_lanes.c. */
#include "quantum/judge.h"
#include "quantum/lanes.h"
#include "spiqe/lanes.h"

#define PI 3.14159265358979323846

enum {
  LANES_RUN = 83,
  INPUTS = 3,
  BITS = 4,
  EVERYTHING = RANDOM_UNITARY | RANDOM_CLASSICAL | RANDOM_NOISE
};

/* All that a run gives out, as numbers of the precision. */
typedef struct outputs {
  size_t n_amplitudes, n_measured, size; /* size: of a number */
  void *probabilities, *states, *likelihood, *gradient;
  uint8_t *drawn, *bits;
} outputs;

static outputs outputs_make(const spiqe_circuit *circuit, const spiqe_lanes *lanes, size_t size) {
  outputs o = {.n_amplitudes = (size_t)1 << circuit->n_qubits, .size = size};
  o.n_measured = spiqe_lanes_n_measurements(lanes);
  o.probabilities = judge_room(o.n_amplitudes * LANES_RUN, size);
  o.states = judge_room(2 * o.n_amplitudes * LANES_RUN, size);
  o.likelihood = judge_room(LANES_RUN, size);
  o.gradient = judge_room(INPUTS * LANES_RUN, size);
  o.drawn = judge_room(o.n_measured * LANES_RUN, 1);
  o.bits = judge_room(circuit->n_bits * LANES_RUN, 1);
  return o;
}

static void outputs_free(outputs *o) {
  free(o->probabilities);
  free(o->states);
  free(o->likelihood);
  free(o->gradient);
  free(o->drawn);
  free(o->bits);
}

static double number_at(const outputs *o, const void *numbers, size_t i) {
  return o->size == sizeof(double) ? ((const double *)numbers)[i]
                                   : (double)((const float *)numbers)[i];
}

static void *numbers_of(size_t size, size_t n, const double *from) {
  void *out = judge_room(n, size);
  for (size_t i = 0; i < n; i++)
    if (size == sizeof(double))
      ((double *)out)[i] = from[i];
    else
      ((float *)out)[i] = (float)from[i];
  return out;
}

/* Forward, and with_gradient backward along what was drawn. */
static outputs run_on(const char *device, const random_circuit_options *options, int is_double,
                      int with_gradient) {
  spiqe_context *ctx = judge_context(2, device);
  spiqe_circuit *circuit = random_circuit(ctx, options);
  size_t size = is_double ? sizeof(double) : sizeof(float);
  double angles[INPUTS * LANES_RUN];
  spiqe_lanes *lanes;
  random_angles(options->seed, INPUTS * LANES_RUN, angles);
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, is_double ? "f64" : "f32", &lanes));
  outputs o = outputs_make(circuit, lanes, size);
  void *inputs = numbers_of(size, INPUTS * LANES_RUN, angles);
  spiqe_lanes_run run = {.n_lanes = LANES_RUN,
                         .inputs = inputs,
                         .seed = options->seed,
                         .first_lane = 1000,
                         .drawn = o.drawn,
                         .bits = o.bits,
                         .probabilities = o.probabilities,
                         .states = o.states,
                         .log_likelihood = o.likelihood};
  judge_must(ctx, spiqe_lanes_forward(lanes, &run));
  run.outcomes = o.drawn;
  run.drawn = NULL;
  if (with_gradient) judge_must(ctx, spiqe_lanes_gradient(lanes, &run, NULL, o.gradient));
  free(inputs);
  spiqe_lanes_destroy(lanes);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
  return o;
}

static random_circuit_options options_of(uint64_t seed, unsigned with) {
  random_circuit_options options = {.seed = seed,
                                    .n_qubits = 1 + seed % 5,
                                    .n_bits = BITS,
                                    .n_inputs = INPUTS,
                                    .n_operations = 30,
                                    .with = with,
                                    .delay = 1e-6};
  return options;
}

static void assert_same_bits(const outputs *a, const outputs *b) {
  assert_memory_equal(a->drawn, b->drawn, a->n_measured * LANES_RUN);
  assert_memory_equal(a->bits, b->bits, BITS * LANES_RUN);
  assert_memory_equal(a->probabilities, b->probabilities, a->n_amplitudes * LANES_RUN * a->size);
  assert_memory_equal(a->states, b->states, 2 * a->n_amplitudes * LANES_RUN * a->size);
  assert_memory_equal(a->likelihood, b->likelihood, LANES_RUN * a->size);
  assert_memory_equal(a->gradient, b->gradient, INPUTS * LANES_RUN * a->size);
}

static void the_vector_tables_give_the_same_bits(void **unused) {
  (void)unused;
  int has_avx2 = 0, has_avx512 = 0;
  for (size_t d = 0; judge_device(d); d++) {
    has_avx2 |= !strcmp(judge_device(d), "avx2");
    has_avx512 |= !strcmp(judge_device(d), "avx512");
  }
  if (!has_avx2 || !has_avx512) skip();
  for (uint64_t seed = 0; seed < 24; seed++)
    for (int is_double = 0; is_double < 2; is_double++) {
      int back = seed % 2;
      random_circuit_options options =
          options_of(seed, back ? RANDOM_UNITARY | RANDOM_MEASURE | RANDOM_RESET | RANDOM_IF
                                : EVERYTHING);
      outputs a = run_on("avx2", &options, is_double, back);
      outputs b = run_on("avx512", &options, is_double, back);
      assert_same_bits(&a, &b);
      outputs_free(&a);
      outputs_free(&b);
    }
}

/* Probabilities are the squares of the states, both add up to 1, and the states of two tables agree
 * up to a phase: their inner product has magnitude 1. Some 30 rotations of float lose 1e-6; twice
 * that for a square. Draws may fall differently within rounding; such a lane is passed over (what a
 * channel took is not told, so with channels all are). */
static void states_are_normalised_and_those_of_the_reference(void **unused) {
  (void)unused;
  for (uint64_t seed = 100; seed < 130; seed++)
    for (int is_double = 0; is_double < 2; is_double++) {
      const double tolerance = is_double ? 1e-12 : 2e-5;
      int is_noisy = seed % 2;
      random_circuit_options options =
          options_of(seed, is_noisy ? EVERYTHING : RANDOM_UNITARY | RANDOM_CLASSICAL);
      outputs a = run_on("reference", &options, is_double, 0);
      outputs b = run_on(NULL, &options, is_double, 0);
      for (size_t l = 0; l < LANES_RUN; l++) {
        double sum = 0, re = 0, im = 0, is_other = 0;
        for (size_t m = 0; m < a.n_measured; m++)
          is_other += a.drawn[m * LANES_RUN + l] != b.drawn[m * LANES_RUN + l];
        for (size_t c = 0; c < BITS; c++)
          is_other += a.bits[c * LANES_RUN + l] != b.bits[c * LANES_RUN + l];
        for (size_t i = 0; i < a.n_amplitudes; i++) {
          double p = number_at(&b, b.probabilities, i * LANES_RUN + l);
          double x = number_at(&b, b.states, 2 * i * LANES_RUN + l);
          double y = number_at(&b, b.states, (2 * i + 1) * LANES_RUN + l);
          double v = number_at(&a, a.states, 2 * i * LANES_RUN + l);
          double w = number_at(&a, a.states, (2 * i + 1) * LANES_RUN + l);
          assert_true(fabs(x * x + y * y - p) <= tolerance);
          sum += p;
          re += x * v + y * w;
          im += x * w - y * v;
        }
        if (!(fabs(sum - 1) <= tolerance)) fail_msg("seed %d: %.17g", (int)seed, sum);
        if (!is_other && !is_noisy && !(fabs(hypot(re, im) - 1) <= tolerance))
          fail_msg("seed %d, lane %zu: overlap %.17g", (int)seed, l, hypot(re, im));
      }
      outputs_free(&a);
      outputs_free(&b);
    }
}

/* One rotation from |0>: the probability of 1 is sin^2(a / 2), as the C library has it for the
 * angle as a number of the precision. Floats: polynomials 5e-9, rounding of the square 6e-8. */
static void angles_of_any_size_are_reduced(void **unused) {
  (void)unused;
  static const double sizes[] = {1e-30, 1e-4,   1,      3.14159, 100,  99999, 100001,
                                 1e7,   9.99e8, 1.01e9, 1e15,    1e22, 3e38};
  enum { N = sizeof sizes / sizeof sizes[0], MANY = 16 * N };
  for (size_t d = 0; judge_device(d); d++)
    for (int is_double = 0; is_double < 2; is_double++) {
      spiqe_context *ctx = judge_context(1, judge_device(d));
      size_t size = is_double ? sizeof(double) : sizeof(float);
      double angles[MANY];
      for (size_t l = 0; l < MANY; l++)
        angles[l] = sizes[l / 16] * (l % 2 ? -1 : 1) * (1 - 0.05 * (double)(l % 16));
      for (int turns_half = 0; turns_half < 2; turns_half++) {
        spiqe_circuit *circuit;
        spiqe_lanes *lanes;
        spiqe_term term = {0, 1};
        spiqe_angle angle = {0, 1, &term};
        void *inputs = numbers_of(size, MANY, angles), *p = judge_room(4 * MANY, size);
        spiqe_lanes_run run = {.n_lanes = MANY, .inputs = inputs, .probabilities = p};
        judge_must(ctx, spiqe_circuit_create(ctx, 2, 0, &circuit));
        judge_must(ctx, spiqe_circuit_add_input(circuit, "a", NULL));
        judge_must(ctx, spiqe_circuit_gate(circuit, "x", NULL, (uint32_t[]){1}));
        judge_must(ctx, spiqe_circuit_gate_controlled(circuit, turns_half ? "cry" : "ry", &angle, 0,
                                                      NULL, NULL,
                                                      turns_half ? (uint32_t[]){1, 0}
                                                                 : (uint32_t[]){0}));
        judge_must(ctx, spiqe_lanes_create(ctx, circuit, is_double ? "f64" : "f32", &lanes));
        judge_must(ctx, spiqe_lanes_forward(lanes, &run));
        for (size_t l = 0; l < MANY; l++) {
          double a = is_double ? angles[l] : (double)(float)angles[l];
          double given =
              is_double ? ((double *)p)[3 * MANY + l] : (double)((float *)p)[3 * MANY + l];
          if (!(fabs(given - pow(sin(a / 2), 2)) <= (is_double ? 1e-15 : 2e-7)))
            fail_msg("%s f%d: angle %.17g: %.17g, not %.17g", spiqe_context_device(ctx),
                     is_double ? 64 : 32, a, given, pow(sin(a / 2), 2));
        }
        free(inputs);
        free(p);
        spiqe_lanes_destroy(lanes);
        spiqe_circuit_destroy(circuit);
      }
      spiqe_context_destroy(ctx);
    }
}

static void add_rotation(spiqe_circuit *circuit, const char *name, uint32_t input,
                         const uint32_t *qubits) {
  spiqe_term term = {input, 1};
  spiqe_angle angle = {0, 1, &term};
  judge_must(circuit->ctx,
             spiqe_circuit_gate_controlled(circuit, name, &angle, 0, NULL, NULL, qubits));
}

/* Where all angles of a tile are small they are not reduced; where one is not, all are. */
static void a_lane_has_the_same_bits_beside_any_angle(void **unused) {
  (void)unused;
  enum { MANY = 160, EVERY = 20 };
  spiqe_context *ctx = judge_context(1, NULL);
  for (int is_double = 0; is_double < 2; is_double++) {
    spiqe_circuit *circuit;
    spiqe_lanes *lanes;
    size_t size = is_double ? sizeof(double) : sizeof(float);
    double angles[MANY], states[2][4 * MANY];
    judge_must(ctx, spiqe_circuit_create(ctx, 1, 0, &circuit));
    judge_must(ctx, spiqe_circuit_add_input(circuit, "a", NULL));
    add_rotation(circuit, "rx", 0, (uint32_t[]){0});
    judge_must(ctx, spiqe_lanes_create(ctx, circuit, is_double ? "f64" : "f32", &lanes));
    for (size_t l = 0; l < MANY; l++) angles[l] = PI * (2 * (double)l / (MANY - 1) - 1);
    for (int is_wide = 0; is_wide < 2; is_wide++) {
      for (size_t l = 0; l < MANY; l += EVERY) angles[l] = is_wide ? 100 + (double)l : 0.5;
      void *inputs = numbers_of(size, MANY, angles);
      judge_must(ctx, spiqe_lanes_forward(lanes, &(spiqe_lanes_run){.n_lanes = MANY,
                                                                    .inputs = inputs,
                                                                    .states = states[is_wide]}));
      free(inputs);
    }
    for (size_t i = 0; i < 4 * MANY; i++)
      if (i % MANY % EVERY)
        assert_memory_equal((char *)states[0] + i * size, (char *)states[1] + i * size, size);
    spiqe_lanes_destroy(lanes);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

/* ry(a), measure, reset, n times over, with given outcomes: the log of the likelihood is the sum of
 * those of the single steps, far below the smallest float; its derivative is the sum of
 * -tan(a / 2) for 0 and 1 / tan(a / 2) for 1. A float's cosine is good to 1e-7, which is 5e-7 of
 * the smallest here and counts twice; rounding of the sums of 400 steps adds as much again. */
static void a_likelihood_may_be_smaller_than_any_number(void **unused) {
  (void)unused;
  enum { STEPS = 400, MANY = 20 };
  for (size_t d = 0; judge_device(d); d++)
    for (int is_double = 0; is_double < 2; is_double++) {
      spiqe_context *ctx = judge_context(2, judge_device(d));
      size_t size = is_double ? sizeof(double) : sizeof(float);
      spiqe_circuit *circuit;
      spiqe_lanes *lanes;
      double angles[MANY];
      static uint8_t outcomes[STEPS * MANY];
      judge_must(ctx, spiqe_circuit_create(ctx, 2, 1, &circuit));
      judge_must(ctx, spiqe_circuit_add_input(circuit, "a", NULL));
      for (int i = 0; i < STEPS; i++) {
        add_rotation(circuit, "ry", 0, (uint32_t[]){0});
        if (i % 7 == 0) judge_must(ctx, spiqe_circuit_gate(circuit, "h", NULL, (uint32_t[]){1}));
        judge_must(ctx, spiqe_circuit_measure(circuit, 0, 0));
        judge_must(ctx, spiqe_circuit_reset(circuit, 0));
      }
      for (size_t l = 0; l < MANY; l++) angles[l] = 0.01 + 0.15 * (double)l;
      for (size_t i = 0; i < STEPS * MANY; i++) outcomes[i] = i % 5 == 0;
      void *inputs = numbers_of(size, MANY, angles), *likelihood = judge_room(MANY, size);
      void *gradient = judge_room(MANY, size);
      outputs o = {.size = size};
      spiqe_lanes_run run = {.n_lanes = MANY,
                             .inputs = inputs,
                             .outcomes = outcomes,
                             .log_likelihood = likelihood};
      judge_must(ctx, spiqe_lanes_create(ctx, circuit, is_double ? "f64" : "f32", &lanes));
      assert_int_equal(spiqe_lanes_n_measurements(lanes), STEPS);
      judge_must(ctx, spiqe_lanes_forward(lanes, &run));
      judge_must(ctx, spiqe_lanes_gradient(lanes, &run, NULL, gradient));
      for (size_t l = 0; l < MANY; l++) {
        double sum = 0, slope = 0, t = tan(angles[l] / 2), tolerance = is_double ? 1e-13 : 1e-5;
        for (size_t i = 0; i < STEPS; i++) {
          int one = outcomes[i * MANY + l];
          sum += 2 * log(one ? sin(angles[l] / 2) : cos(angles[l] / 2));
          slope += one ? 1 / t : -t;
        }
        if (!(fabs(number_at(&o, likelihood, l) - sum) <= tolerance * (STEPS + fabs(sum))))
          fail_msg("%s f%zu, angle %g: %.17g, not %.17g", spiqe_context_device(ctx), 8 * size,
                   angles[l], number_at(&o, likelihood, l), sum);
        if (!(fabs(number_at(&o, gradient, l) - slope) <=
              tolerance * (STEPS + fabs(slope) + STEPS / t)))
          fail_msg("%s f%zu, angle %g: slope %.17g, not %.17g", spiqe_context_device(ctx), 8 * size,
                   angles[l], number_at(&o, gradient, l), slope);
      }
      free(inputs);
      free(likelihood);
      free(gradient);
      spiqe_lanes_destroy(lanes);
      spiqe_circuit_destroy(circuit);
      spiqe_context_destroy(ctx);
    }
}

/* An x gate, then outcome 0 by force, in every second lane. */
static void an_outcome_that_cannot_be_gives_no_nan(void **unused) {
  (void)unused;
  enum { MANY = 21 };
  for (size_t d = 0; judge_device(d); d++) {
    spiqe_context *ctx = judge_context(1, judge_device(d));
    spiqe_circuit *circuit;
    spiqe_lanes *lanes;
    float likelihood[MANY], p[4][MANY], states[4][2][MANY], gradient[MANY], inputs[MANY];
    uint8_t outcomes[2][MANY];
    judge_must(ctx, spiqe_circuit_create(ctx, 2, 0, &circuit));
    judge_must(ctx, spiqe_circuit_add_input(circuit, "a", NULL));
    add_rotation(circuit, "ry", 0, (uint32_t[]){1});
    judge_must(ctx, spiqe_circuit_gate(circuit, "x", NULL, (uint32_t[]){0}));
    judge_must(ctx, spiqe_circuit_measure(circuit, 0, SPIQE_NO_BIT));
    add_rotation(circuit, "ry", 0, (uint32_t[]){1});
    judge_must(ctx, spiqe_circuit_measure(circuit, 1, SPIQE_NO_BIT));
    for (size_t l = 0; l < MANY; l++) {
      inputs[l] = 0.3f;
      outcomes[0][l] = l % 2;
      outcomes[1][l] = l % 3 == 0;
    }
    spiqe_lanes_run run = {.n_lanes = MANY,
                           .inputs = inputs,
                           .outcomes = outcomes[0],
                           .probabilities = p,
                           .states = states,
                           .log_likelihood = likelihood};
    judge_must(ctx, spiqe_lanes_create(ctx, circuit, "f32", &lanes));
    judge_must(ctx, spiqe_lanes_forward(lanes, &run));
    judge_must(ctx, spiqe_lanes_gradient(lanes, &run, NULL, gradient));
    for (size_t l = 0; l < MANY; l++) {
      double total = 0, norm = 0;
      for (size_t i = 0; i < 4; i++) total += (double)p[i][l];
      for (size_t i = 0; i < 8; i++) norm += fabs((double)states[i / 2][i % 2][l]);
      if (l % 2) {
        assert_true(isfinite(likelihood[l]) && fabs(total - 1) < 1e-6 && norm > 0.5);
        assert_true(gradient[l] != 0);
      } else {
        assert_true(likelihood[l] == -INFINITY && total == 0 && norm == 0);
        assert_true(gradient[l] == 0);
      }
    }
    spiqe_lanes_destroy(lanes);
    spiqe_circuit_destroy(circuit);
    spiqe_context_destroy(ctx);
  }
}

/* A circuit and its inverse, on registers that do not fit the first cache any more. */
static void a_circuit_and_its_inverse_do_nothing(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(2, NULL);
  for (size_t n_qubits = 6; n_qubits <= SPIQE_MOST_LANE_QUBITS; n_qubits += 2)
    for (int is_double = 0; is_double < 2; is_double++) {
      enum { MANY = 18 };
      random_circuit_options options = options_of(n_qubits, RANDOM_CONTROLS | RANDOM_INPUTS);
      options.n_qubits = n_qubits;
      spiqe_circuit *circuit = random_circuit(ctx, &options), *inverse;
      spiqe_lanes *lanes;
      size_t size = is_double ? sizeof(double) : sizeof(float);
      double angles[INPUTS * MANY];
      outputs o = {.size = size};
      random_angles(1, INPUTS * MANY, angles);
      void *inputs = numbers_of(size, INPUTS * MANY, angles);
      void *p = judge_room(MANY << n_qubits, size);
      spiqe_lanes_run run = {.n_lanes = MANY, .inputs = inputs, .probabilities = p};
      judge_must(ctx, spiqe_circuit_inverse(circuit, &inverse));
      judge_must(ctx, spiqe_circuit_append(circuit, inverse));
      judge_must(ctx, spiqe_lanes_create(ctx, circuit, is_double ? "f64" : "f32", &lanes));
      judge_must(ctx, spiqe_lanes_forward(lanes, &run));
      for (size_t l = 0; l < MANY; l++) /* rounding of some 60 rotations */
        assert_true(fabs(number_at(&o, p, l) - 1) <= (is_double ? 1e-13 : 2e-5));
      free(inputs);
      free(p);
      spiqe_lanes_destroy(lanes);
      spiqe_circuit_destroy(inverse);
      spiqe_circuit_destroy(circuit);
    }
  spiqe_context_destroy(ctx);
}

static void channels_and_misread_bits_have_the_law_of_the_twin(void **unused) {
  (void)unused;
  enum { SHOTS = 4000 };
  static uint8_t bits[BITS * SHOTS];
  double constants[INPUTS], expected[1 << BITS];
  spiqe_context *ctx = judge_context(2, NULL);
  for (uint64_t seed = 0; seed < 30; seed++) {
    random_circuit_options options = options_of(7000 + seed, EVERYTHING | RANDOM_MEASURE_ALL);
    options.n_qubits = 1 + seed % 3;
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    spiqe_lanes *lanes;
    uint64_t counts[1 << BITS] = {0};
    random_angles(seed, INPUTS, constants);
    spiqe_lanes_run run = {.n_lanes = SHOTS, .constants = constants, .seed = seed, .bits = bits};
    judge_must(ctx, spiqe_lanes_create(ctx, circuit, seed % 2 ? "f64" : "f32", &lanes));
    judge_must(ctx, spiqe_lanes_forward(lanes, &run));
    for (size_t l = 0; l < SHOTS; l++) {
      size_t outcome = 0;
      for (size_t b = 0; b < BITS; b++) outcome |= (size_t)bits[b * SHOTS + l] << b;
      counts[outcome]++;
    }
    twin *exact = twin_run(circuit, constants);
    for (size_t i = 0; i < 1 << BITS; i++) expected[i] = twin_probability(exact, i);
    judge_counts("noisy lanes", 1 << BITS, expected, counts, SHOTS);
    twin_destroy(exact);
    spiqe_lanes_destroy(lanes);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

/* Constants are inputs that are the same in all lanes: the same rotations up to the rounding of
 * sine and cosine. */
static void constants_are_inputs_of_every_lane(void **unused) {
  (void)unused;
  enum { MANY = 33 };
  spiqe_context *ctx = judge_context(1, NULL);
  for (uint64_t seed = 0; seed < 20; seed++) {
    random_circuit_options options = options_of(seed, RANDOM_UNITARY | RANDOM_MEASURE | RANDOM_IF);
    spiqe_circuit *circuit = random_circuit(ctx, &options);
    double constants[INPUTS], inputs[INPUTS][MANY], gradients[2][INPUTS][MANY];
    double likelihood[2][MANY];
    spiqe_lanes *lanes;
    random_angles(seed, INPUTS, constants);
    for (size_t i = 0; i < INPUTS * MANY; i++) inputs[i / MANY][i % MANY] = constants[i / MANY];
    judge_must(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes));
    uint8_t *drawn = judge_room(spiqe_lanes_n_measurements(lanes) * MANY, 1);
    spiqe_lanes_run run = {.n_lanes = MANY, .constants = constants, .seed = 3, .drawn = drawn};
    judge_must(ctx, spiqe_lanes_forward(lanes, &run));
    run.outcomes = drawn;
    run.drawn = NULL;
    for (int k = 0; k < 2; k++) {
      run.constants = k ? NULL : constants;
      run.inputs = k ? inputs : NULL;
      run.log_likelihood = likelihood[k];
      judge_must(ctx, spiqe_lanes_gradient(lanes, &run, NULL, gradients[k]));
    }
    for (size_t l = 0; l < MANY; l++) {
      assert_true(fabs(likelihood[0][l] - likelihood[1][l]) <= 1e-11);
      for (size_t i = 0; i < INPUTS; i++)
        assert_true(fabs(gradients[0][i][l] - gradients[1][i][l]) <=
                    1e-10 * (1 + fabs(gradients[0][i][l])));
    }
    free(drawn);
    spiqe_lanes_destroy(lanes);
    spiqe_circuit_destroy(circuit);
  }
  spiqe_context_destroy(ctx);
}

/* Permutations, signs and powers of i are no work; rows of zeros are not there. */
static void what_is_known_costs_nothing(void **unused) {
  (void)unused;
  static const char *const moves[] = {"x",  "y",    "z",   "s",     "sdg", "cx",
                                      "cz", "swap", "ccx", "iswap", "dcx", "cswap"};
  spiqe_context *ctx = judge_context(1, NULL);
  spiqe_circuit *circuit;
  spiqe_lanes *lanes;
  judge_must(ctx, spiqe_circuit_create(ctx, 3, 0, &circuit));
  for (uint32_t q = 0; q < 3; q++) judge_must(ctx, spiqe_circuit_gate(circuit, "h", NULL, &q));
  for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
    judge_must(ctx, spiqe_circuit_gate(circuit, moves[i], NULL, (uint32_t[]){2, 0, 1}));
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes));
  assert_int_equal(lanes->programs[0].n_body, 0);
  spiqe_lanes_destroy(lanes);
  for (uint32_t q = 0; q < 3; q++) {
    char name[8];
    snprintf(name, sizeof name, "a%u", q);
    judge_must(ctx, spiqe_circuit_add_input(circuit, name, NULL));
    add_rotation(circuit, "rx", q, &q);
  }
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes));
  assert_true(lanes->programs[0].n_rows <= 1 + 16 + 6);
  spiqe_lanes_destroy(lanes);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

static void assert_fails(const spiqe_context *ctx, spiqe_status status, spiqe_status expected,
                         const char *part) {
  if (status != expected) fail_msg("%s", spiqe_status_name(status));
  if (!strstr(spiqe_context_message(ctx), part)) fail_msg("%s", spiqe_context_message(ctx));
}

static void what_cannot_be_run_is_refused(void **unused) {
  (void)unused;
  spiqe_context *ctx = judge_context(2, NULL);
  spiqe_circuit *circuit;
  spiqe_lanes *lanes;
  double angle = 1, gradient[8];
  judge_must(ctx, spiqe_circuit_create(ctx, SPIQE_MOST_LANE_QUBITS + 1, 0, &circuit));
  assert_fails(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes), SPIQE_LIMIT, "13 qubits");
  assert_null(lanes);
  spiqe_circuit_destroy(circuit);
  judge_must(ctx, spiqe_circuit_create(ctx, 1, 1, &circuit));
  assert_fails(ctx, spiqe_lanes_create(ctx, circuit, "f16", &lanes), SPIQE_BAD_NAME, "f16");
  judge_must(ctx, spiqe_circuit_add_input(circuit, "a", NULL));
  add_rotation(circuit, "rx", 0, (uint32_t[]){0});
  judge_must(ctx, spiqe_circuit_measure(circuit, 0, 0));
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes));
  spiqe_lanes_run run = {.n_lanes = 1};
  assert_fails(ctx, spiqe_lanes_forward(lanes, &run), SPIQE_BAD_ARGUMENT, "1 inputs");
  run.inputs = run.constants = &angle;
  assert_fails(ctx, spiqe_lanes_forward(lanes, &run), SPIQE_BAD_ARGUMENT, "not both");
  run.inputs = NULL;
  assert_fails(ctx, spiqe_lanes_gradient(lanes, &run, NULL, gradient), SPIQE_BAD_ARGUMENT,
               "outcomes");
  spiqe_lanes_destroy(lanes);
  judge_must(ctx, spiqe_circuit_while(circuit, "c == c"));
  judge_must(ctx, spiqe_circuit_end(circuit));
  judge_must(ctx, spiqe_lanes_create(ctx, circuit, NULL, &lanes));
  assert_fails(ctx, spiqe_lanes_forward(lanes, &run), SPIQE_LIMIT, "100000 turns");
  uint8_t outcome = 0;
  run.outcomes = &outcome;
  assert_fails(ctx, spiqe_lanes_gradient(lanes, &run, NULL, gradient), SPIQE_UNSUPPORTED, "while");
  spiqe_lanes_destroy(lanes);
  spiqe_lanes_destroy(NULL);
  spiqe_circuit_destroy(circuit);
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_vector_tables_give_the_same_bits),
      cmocka_unit_test(states_are_normalised_and_those_of_the_reference),
      cmocka_unit_test(angles_of_any_size_are_reduced),
      cmocka_unit_test(a_lane_has_the_same_bits_beside_any_angle),
      cmocka_unit_test(a_likelihood_may_be_smaller_than_any_number),
      cmocka_unit_test(an_outcome_that_cannot_be_gives_no_nan),
      cmocka_unit_test(a_circuit_and_its_inverse_do_nothing),
      cmocka_unit_test(channels_and_misread_bits_have_the_law_of_the_twin),
      cmocka_unit_test(constants_are_inputs_of_every_lane),
      cmocka_unit_test(what_is_known_costs_nothing),
      cmocka_unit_test(what_cannot_be_run_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
