/* The neurons of every table against the reference's: forward, backward, all rules and layouts. */
#include "device/tables_support.h"
#include "support/binomial.h"

/* One line per case; every case runs with all of the layouts below it. */
typedef struct neuron_case {
  size_t n_steps, n_rows, n_units;
} neuron_case;

static const neuron_case cases[] = {{1, 1, 1},  {7, 1, 3},   {7, 5, 15}, {1, 5, 16},
                                    {7, 5, 17}, {7, 2, 33},  {7, 1, 31}, {2, 5, 64}};
#define N_CASES (sizeof cases / sizeof *cases)

/* Gap between rows and steps, static current, state carried, membranes and angles wanted, gradients
 * given once for all steps, learnable parameters, gradient in the memory of the current. */
typedef struct layout {
  size_t row_gap, step_gap;
  int is_static, with_state, wanted, once, learnable, in_place;
} layout;

static const layout layouts[] = {{0, 0, 0, 0, 1, 0, 0, 1}, {0, 0, 1, 0, 0, 1, 1, 1},
                                 {3, 5, 0, 1, 1, 1, 1, 0}, {1, 0, 1, 1, 1, 0, 1, 0},
                                 {0, 2, 0, 1, 0, 0, 0, 1}};
#define N_LAYOUTS (sizeof layouts / sizeof *layouts)

/* A population or a membrane: seven steps of some ten operations, errors of 6e-8 each, angles up to
 * pi, and the arcsine's slope of up to 4 below the highest threshold. */
#define VALUE_TOLERANCE 2e-5
/* A gradient is a sum over rows and steps of products of such numbers. */
#define GRADIENT_TOLERANCE 2e-4

static void assert_close(const char *what, const guarded *fast, const guarded *slow, double bound) {
  double largest = 1;
  for (size_t i = 0; i < slow->n; i++) largest = fmax(largest, fabs((double)slow->at[i]));
  for (size_t i = 0; i < slow->n; i++)
    if (!(fabs((double)fast->at[i] - (double)slow->at[i]) <= bound * largest))
      fail_msg("%s, element %zu: %.9g, not %.9g", what, i, (double)fast->at[i],
               (double)slow->at[i]);
}

/* What a population takes in and gives out. */
typedef struct population {
  neuron_case size;
  layout how;
  size_t n_planes, ld, step_stride, n_current, n_out;
  guarded current, threshold, wait, state;
  uint32_t samples[8];
} population;

typedef struct outputs {
  guarded spikes, phi, membrane, state;
} outputs;

static population population_make(const neuron_case *size, const layout *how, size_t n_planes,
                                  double low_threshold, double high_threshold) {
  population p = {.size = *size, .how = *how, .n_planes = n_planes};
  size_t columns = n_planes * size->n_units, n_state = size->n_rows * size->n_units;
  p.ld = columns + how->row_gap;
  p.step_stride = how->is_static ? 0 : size->n_rows * p.ld + how->step_gap;
  p.n_current = (size->n_steps - 1) * p.step_stride + (size->n_rows - 1) * p.ld + columns;
  p.n_out = size->n_steps * n_state;
  p.current = guarded_random(p.n_current, 31, -0.7, 0.9);
  if (p.n_current > 2) p.current.at[1] = 0; /* no current at all: neither up nor down */
  p.threshold = guarded_random(size->n_units, 32, low_threshold, high_threshold);
  p.wait = guarded_random(size->n_units, 33, -0.3, 0.6);
  p.state = guarded_random(n_state, 34, 0, 1.5);
  for (uint32_t i = 0; i < 8; i++) p.samples[i] = 1000 * i + 7;
  return p;
}

static void population_free(population *p) {
  guarded_free(&p->current), guarded_free(&p->threshold);
  guarded_free(&p->wait), guarded_free(&p->state);
}

static outputs outputs_make(const population *p) {
  return (outputs){guarded_make(p->n_out, 9), guarded_make(p->n_out, 9), guarded_make(p->n_out, 9),
                   guarded_copy(&p->state)};
}

static void outputs_free(outputs *o) {
  guarded_free(&o->spikes), guarded_free(&o->phi);
  guarded_free(&o->membrane), guarded_free(&o->state);
}

static spiqe_qlif_args qlif_args(const population *p, spiqe_qlif_rule rule, outputs *o) {
  return (spiqe_qlif_args){.rule = rule,
                           .n_steps = p->size.n_steps, .n_rows = p->size.n_rows,
                           .n_units = p->size.n_units, .ld = p->ld,
                           .step_stride = p->step_stride, .first_step = 3,
                           .current = p->current.at, .threshold = p->threshold.at,
                           .wait = p->n_planes == 1 ? p->wait.at : NULL,
                           .samples = p->samples, .key = {8, 9},
                           .state = p->how.with_state ? o->state.at : NULL,
                           .spikes = o->spikes.at,
                           .phi = p->how.wanted ? o->phi.at : NULL,
                           .membrane = p->how.wanted ? o->membrane.at : NULL};
}

/* The same run in double. */
typedef struct exact_run {
  double *current, *threshold, *wait, *state, *spikes, *membrane;
} exact_run;

static exact_run run_exact(const population *p, spiqe_qlif_args args, const spiqe_kernels *exact,
                           int published) {
  exact_run e = {widened(&p->current), widened(&p->threshold), widened(&p->wait),
                 widened(&p->state), calloc(p->n_out, sizeof(double)),
                 calloc(p->n_out, sizeof(double))};
  assert_true(e.spikes && e.membrane);
  args.current = e.current, args.threshold = e.threshold;
  args.wait = args.wait ? e.wait : NULL;
  args.state = args.state ? e.state : NULL;
  args.spikes = e.spikes, args.membrane = e.membrane, args.phi = NULL;
  (published ? exact->qlif_published_forward : exact->qlif_forward)(&args);
  return e;
}

static void exact_free(exact_run *e) {
  free(e->current), free(e->threshold), free(e->wait);
  free(e->state), free(e->spikes), free(e->membrane);
}

/* How far the decision to fire was from falling the other way. */
static double margin(const population *p, const spiqe_qlif_rule *rule, const exact_run *e,
                     size_t t, size_t row, size_t unit) {
  double excited = e->membrane[(t * p->size.n_rows + row) * p->size.n_units + unit];
  double threshold = (double)p->threshold.at[unit];
  static const uint32_t key[2] = {8, 9};
  uint32_t counter[4] = {(uint32_t)unit / 4, (uint32_t)t + 3, p->samples[row], 0}, block[4];
  if (rule->mode == SPIQE_QLIF_EXACT) return fabs(excited - threshold);
  spiqe_philox(counter, key, block);
  double u = (double)(block[unit % 4] >> 8) * 0x1p-24;
  if (rule->mode == SPIQE_QLIF_SHOTS && excited > 0 && excited < 1)
    excited = binomial_above(rule->shots, (size_t)((double)rule->shots * threshold), excited);
  return fabs(excited - u);
}

/* Follow each neuron until a step where rounding may decide; there the runs may part. */
static void compare_runs(const population *p, const spiqe_qlif_rule *rule, const exact_run *e,
                         const outputs *fast, const char *what) {
  size_t stride = p->size.n_rows * p->size.n_units, n_parted = 0;
  for (size_t at = 0; at < stride; at++)
    for (size_t t = 0; t < p->size.n_steps; t++) {
      size_t i = t * stride + at;
      double error = p->how.wanted ? (double)fast->membrane.at[i] - e->membrane[i] : 0;
      if (!(fabs(error) <= VALUE_TOLERANCE))
        fail_msg("%s: p of neuron %zu, step %zu: off by %g", what, at, t, error);
      if (rule->smooth && !(fabs((double)fast->spikes.at[i] - e->spikes[i]) <= VALUE_TOLERANCE))
        fail_msg("%s: smooth spike of neuron %zu, step %zu", what, at, t);
      if (rule->smooth || (double)fast->spikes.at[i] == e->spikes[i]) continue;
      double near = margin(p, rule, e, t, at / p->size.n_units, at % p->size.n_units);
      /* a probability over shots is steeper than p, by sqrt(shots) */
      if (near > 10 * VALUE_TOLERANCE)
        fail_msg("%s: spike of neuron %zu, step %zu differs, %g away", what, at, t, near);
      n_parted++;
      break;
    }
  assert_true(n_parted <= 1 + stride / 20);
}

static void describe(char *out, size_t size, const char *name, const char *neuron,
                     const population *p, int rule) {
  snprintf(out, size, "%s: %s, rule %d, %zu planes, %zu steps, %zu rows, %zu units, layout %zu/%zu",
           name, neuron, rule, p->n_planes, p->size.n_steps, p->size.n_rows, p->size.n_units,
           p->how.row_gap, p->how.step_gap);
}

/* What backward adds to and writes. */
typedef struct gradients {
  guarded d_spikes, d_membrane, d_state, d_current, d_threshold, d_other;
} gradients;

static gradients gradients_make(const population *p) {
  size_t n_state = p->size.n_rows * p->size.n_units, units = p->size.n_units;
  size_t n = p->how.once ? n_state : p->n_out;
  return (gradients){guarded_random(n, 41, -1, 1), guarded_random(n, 42, -1, 1),
                     guarded_random(n_state, 43, -1, 1), guarded_copy(&p->current),
                     guarded_random(units, 44, -1, 1), guarded_random(units, 45, -1, 1)};
}

static void compare_gradients(gradients *fast, gradients *slow, const char *what) {
  assert_close(what, &fast->d_current, &slow->d_current, GRADIENT_TOLERANCE);
  assert_close(what, &fast->d_state, &slow->d_state, GRADIENT_TOLERANCE);
  assert_close(what, &fast->d_threshold, &slow->d_threshold, GRADIENT_TOLERANCE);
  assert_close(what, &fast->d_other, &slow->d_other, GRADIENT_TOLERANCE);
}

static void gradients_free(gradients *g) {
  guarded_free(&g->d_spikes), guarded_free(&g->d_membrane), guarded_free(&g->d_state);
  guarded_free(&g->d_current), guarded_free(&g->d_threshold), guarded_free(&g->d_other);
}

/* Backward from the reference's outputs. d_current begins as a copy of current: so the gaps can be
 * compared, and in place the copy is the current. */
static gradients qlif_back(const spiqe_kernels *kernels, const population *p, spiqe_qlif_rule rule,
                           outputs *o, int published) {
  gradients g = gradients_make(p);
  spiqe_qlif_grad_args args = {.forward = qlif_args(p, rule, o),
                               .state0 = p->how.with_state ? p->state.at : NULL,
                               .d_spikes = p->how.learnable ? NULL : g.d_spikes.at,
                               .d_membrane = g.d_membrane.at,
                               .d_stride = p->how.once ? 0 : p->size.n_rows * p->size.n_units,
                               .d_state = p->how.with_state ? g.d_state.at : NULL,
                               .d_current = g.d_current.at};
  args.forward.phi = o->phi.at;
  args.forward.state = NULL;
  if (p->how.in_place) args.forward.current = g.d_current.at;
  if (p->how.learnable && !published) {
    args.d_spikes = g.d_spikes.at;
    args.d_threshold = g.d_threshold.at;
    args.d_wait = p->n_planes == 1 ? g.d_other.at : NULL;
  }
  (published ? kernels->qlif_published_backward : kernels->qlif_backward)(&args);
  return g;
}

static void check_qlif(const table_trio *tables, const neuron_case *size, const layout *how,
                       size_t n_planes, int number, int published) {
  spiqe_qlif_rule rule = {.n_planes = (int)n_planes, .wrap = number & 1,
                          .reset_detach = number >> 1 & 1,
                          .mode = (spiqe_qlif_mode)(published ? 0 : number % 3),
                          .smooth = !published && number % 5 == 4,
                          .surrogate = (spiqe_surrogate)(number % 4),
                          .input_surrogate = (spiqe_surrogate)(number / 4 % 4),
                          .slope = 2, .input_slope = 3, .t1 = 60, .tau_scale = 100, .shots = 5};
  char what[256];
  population p = population_make(size, how, n_planes, 0.3, 0.9);
  if (published) /* its state is a population */
    for (size_t i = 0; i < p.state.n; i++) p.state.at[i] /= 2;
  describe(what, sizeof what, tables->name, published ? "published qlif" : "qlif", &p, number);
  outputs fast = outputs_make(&p), slow = outputs_make(&p);
  spiqe_qlif_args to_fast = qlif_args(&p, rule, &fast), to_slow = qlif_args(&p, rule, &slow);
  (published ? tables->fast->qlif_published_forward : tables->fast->qlif_forward)(&to_fast);
  to_slow.phi = slow.phi.at;
  (published ? tables->slow->qlif_published_forward : tables->slow->qlif_forward)(&to_slow);
  exact_run exact = run_exact(&p, to_slow, tables->exact, published);
  compare_runs(&p, &rule, &exact, &fast, what);
  gradients g = qlif_back(tables->fast, &p, rule, &slow, published);
  gradients h = qlif_back(tables->slow, &p, rule, &slow, published);
  compare_gradients(&g, &h, what);
  gradients_free(&g), gradients_free(&h);
  exact_free(&exact);
  outputs_free(&fast), outputs_free(&slow);
  population_free(&p);
}

static void check_all_qlif(const table_trio *tables) {
  for (size_t i = 0; i < N_CASES; i++)
    for (size_t k = 0; k < N_LAYOUTS; k++)
      for (int number = 0; number < 32; number++)
        for (size_t planes = 1; planes <= 2; planes++)
          check_qlif(tables, &cases[i], &layouts[k], planes, number, 0);
}

static void qlif_is_the_same_in_every_table(void **state) {
  (void)state;
  for_each_table(check_all_qlif);
}

static void check_published(const table_trio *tables) {
  for (size_t i = 0; i < N_CASES; i++)
    for (size_t k = 0; k < N_LAYOUTS; k++)
      check_qlif(tables, &cases[i], &layouts[k], 2, 0, 1);
}

static void published_qlif_is_the_same_in_every_table(void **state) {
  (void)state;
  for_each_table(check_published);
}

static spiqe_lif_args lif_args(const population *p, spiqe_lif_rule rule, outputs *o) {
  return (spiqe_lif_args){.rule = rule,
                          .n_steps = p->size.n_steps, .n_rows = p->size.n_rows,
                          .n_units = p->size.n_units, .ld = p->ld, .step_stride = p->step_stride,
                          .current = p->current.at, .threshold = p->threshold.at,
                          .beta = p->wait.at, .state = p->how.with_state ? o->state.at : NULL,
                          .first_step = p->how.step_gap % 3, .samples = p->samples, .key = {8, 9},
                          .spikes = o->spikes.at, .membrane = o->membrane.at};
}

static gradients lif_back(const spiqe_kernels *kernels, const population *p, spiqe_lif_rule rule,
                          outputs *o) {
  gradients g = gradients_make(p);
  spiqe_lif_grad_args args = {.forward = lif_args(p, rule, o),
                              .state0 = p->how.with_state ? p->state.at : NULL,
                              .d_spikes = g.d_spikes.at,
                              .d_membrane = p->how.wanted ? g.d_membrane.at : NULL,
                              .d_stride = p->how.once ? 0 : p->size.n_rows * p->size.n_units,
                              .d_state = p->how.with_state ? g.d_state.at : NULL,
                              .d_current = g.d_current.at};
  args.forward.state = NULL;
  if (p->how.in_place) args.forward.current = g.d_current.at;
  if (p->how.learnable) args.d_threshold = g.d_threshold.at, args.d_beta = g.d_other.at;
  kernels->lif_backward(&args);
  return g;
}

/* How far a neuron was from the other decision. */
static double lif_margin(const population *p, const spiqe_lif_rule *rule, double u, size_t t,
                         size_t row, size_t unit) {
  static const uint32_t key[2] = {8, 9};
  uint32_t step = (uint32_t)(p->how.step_gap % 3 + t), block[4];
  uint32_t counter[4] = {(uint32_t)unit / 4, step, p->samples[row], 0};
  double above = u - (double)p->threshold.at[unit];
  if (!rule->stochastic) return fabs(above);
  spiqe_philox(counter, key, block);
  return fabs(1 / (1 + exp(-rule->slope * above)) - (double)(block[unit % 4] >> 8) * 0x1p-24);
}

/* Membranes until a step where rounding may decide on a spike. */
static void compare_lif(const population *p, const outputs *fast, const outputs *slow,
                        const spiqe_lif_rule *rule, const char *what) {
  size_t stride = p->size.n_rows * p->size.n_units;
  for (size_t at = 0; at < stride; at++)
    for (size_t t = 0; t < p->size.n_steps; t++) {
      size_t i = t * stride + at;
      double u = (double)slow->membrane.at[i], off = (double)fast->membrane.at[i] - u;
      double spike = (double)fast->spikes.at[i] - (double)slow->spikes.at[i];
      size_t row = at / p->size.n_units, unit = at % p->size.n_units;
      double near = lif_margin(p, rule, u, t, row, unit);
      if (!(fabs(off) <= VALUE_TOLERANCE)) fail_msg("%s: U of %zu, step %zu: %g", what, at, t, off);
      if (fabs(spike) <= (rule->smooth ? VALUE_TOLERANCE : 0)) continue;
      if (rule->smooth || near > VALUE_TOLERANCE)
        fail_msg("%s: spike of %zu, step %zu", what, at, t);
      break;
    }
}

static void check_lif(const table_trio *tables, const neuron_case *size, const layout *how,
                      int number) {
  spiqe_lif_rule rule = {.reset = (spiqe_lif_reset)(number % 3), .reset_detach = number & 1,
                         .smooth = number % 5 == 4, .surrogate = (spiqe_surrogate)(number % 4),
                         .slope = 2};
  if (number >= 24) rule.stochastic = 1, rule.surrogate = SPIQE_SURROGATE_SIGMOID, rule.slope = 4;
  char what[256];
  population p = population_make(size, how, 1, 0.2, 1.2);
  for (size_t i = 0; i < p.wait.n; i++) p.wait.at[i] = 0.4f + fabsf(p.wait.at[i]); /* beta */
  describe(what, sizeof what, tables->name, "lif", &p, number);
  outputs fast = outputs_make(&p), slow = outputs_make(&p);
  spiqe_lif_args to_fast = lif_args(&p, rule, &fast), to_slow = lif_args(&p, rule, &slow);
  tables->fast->lif_forward(&to_fast);
  tables->slow->lif_forward(&to_slow);
  compare_lif(&p, &fast, &slow, &rule, what);
  outputs again = outputs_make(&p);
  to_fast = lif_args(&p, rule, &again);
  to_fast.membrane = NULL; /* not wanted: the same spikes */
  tables->fast->lif_forward(&to_fast);
  assert_memory_equal(again.spikes.at, fast.spikes.at, p.n_out * sizeof(float));
  assert_memory_equal(again.state.at, fast.state.at, p.state.n * sizeof(float));
  gradients g = lif_back(tables->fast, &p, rule, &slow);
  gradients h = lif_back(tables->slow, &p, rule, &slow);
  compare_gradients(&g, &h, what);
  gradients_free(&g), gradients_free(&h);
  outputs_free(&fast), outputs_free(&slow), outputs_free(&again);
  population_free(&p);
}

static void check_all_lif(const table_trio *tables) {
  for (size_t i = 0; i < N_CASES; i++)
    for (size_t k = 0; k < N_LAYOUTS; k++)
      for (int number = 0; number < 36; number++)
        check_lif(tables, &cases[i], &layouts[k], number);
}

static void lif_is_the_same_in_every_table(void **state) {
  (void)state;
  for_each_table(check_all_lif);
}

/* No sums over more than the steps, so the bits are the same. The gradient may lie in the memory of
 * the current, and a gradient that is the same at every step comes once. */
static void check_graded(const table_trio *tables, size_t n, size_t n_steps, int number) {
  int rectify = number & 1, is_static = number >> 1 & 1, once = number >> 2 & 1;
  size_t stride = is_static ? 0 : n, n_current = is_static ? n : n_steps * n;
  guarded current = guarded_random(n_current, 51, -1, 1), given[2], membranes[2], backs[2];
  guarded d = guarded_random(n_steps * n, 52, -1, 1), e = guarded_random(n_steps * n, 53, -1, 1);
  for (int i = 0; i < 2; i++) {
    const spiqe_kernels *kernels = i ? tables->slow : tables->fast;
    given[i] = guarded_make(n_steps * n, 9), membranes[i] = guarded_make(n_steps * n, 9);
    backs[i] = guarded_copy(&current);
    spiqe_graded_args args = {.rectify = rectify, .n_steps = n_steps, .n = n,
                              .step_stride = stride, .current = backs[i].at,
                              .output = given[i].at, .membrane = membranes[i].at};
    kernels->graded_forward(&args);
    kernels->graded_backward(&(spiqe_graded_grad_args){
        .forward = args, .d_output = number >> 3 & 1 ? NULL : d.at, .d_membrane = e.at,
        .d_stride = once ? 0 : n, .d_current = backs[i].at});
  }
  assert_memory_equal(given[0].at, given[1].at, n_steps * n * sizeof(float));
  assert_memory_equal(membranes[0].at, membranes[1].at, n_steps * n * sizeof(float));
  assert_memory_equal(backs[0].at, backs[1].at, n_current * sizeof(float));
  for (int i = 0; i < 2; i++)
    guarded_free(&given[i]), guarded_free(&membranes[i]), guarded_free(&backs[i]);
  guarded_free(&current), guarded_free(&d), guarded_free(&e);
}

static void check_all_graded(const table_trio *tables) {
  static const size_t sizes[] = {1, 7, 16, 33, 100};
  for (size_t i = 0; i < 5; i++)
    for (int number = 0; number < 16; number++) {
      check_graded(tables, sizes[i], 1, number);
      check_graded(tables, sizes[i], 3, number);
    }
}

static void graded_neurons_are_the_same_in_every_table(void **state) {
  (void)state;
  for_each_table(check_all_graded);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(qlif_is_the_same_in_every_table),
      cmocka_unit_test(published_qlif_is_the_same_in_every_table),
      cmocka_unit_test(lif_is_the_same_in_every_table),
      cmocka_unit_test(graded_neurons_are_the_same_in_every_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
