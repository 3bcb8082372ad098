/* QLIF against the reference values: the physical neuron, and the one that was published. */
#include <math.h>

#include "device/device.h"
#include "support/golden.h"
#include "spiqe/context.h"

#define PI 3.14159265358979323846
#define MOST_STEPS 1024
#define TAU_SCALE 200.0

/* The values were made by dense matrices in double, and printed with 17 digits: what differs is the
 * rounding of some tens of operations, 1e-14, raised where an arcsine near 1 is steep. */
#define TOLERANCE 1e-12

typedef struct sequence {
  size_t n_steps;
  double current[MOST_STEPS][2]; /* a, c of the two planes */
  double membrane[MOST_STEPS], spikes[MOST_STEPS];
} sequence;

/* x = [a > 0], theta = pi |a|, tau = tau_scale |c|. */
static void read_currents(const cJSON *steps, sequence *s) {
  const cJSON *step;
  s->n_steps = 0;
  cJSON_ArrayForEach(step, steps) {
    assert_true(s->n_steps < MOST_STEPS);
    double *current = s->current[s->n_steps++], a = golden_number(step, "theta") / PI;
    current[0] = golden_number(step, "input_spike") != 0 ? a : -a;
    current[1] = golden_number(step, "tau") / TAU_SCALE;
  }
}

static void run(const spiqe_kernels *kernels, const cJSON *record, int published, sequence *s) {
  double threshold = golden_number(record, "threshold");
  uint32_t sample = 0;
  spiqe_qlif_args args = {
      .rule = {.n_planes = 2, .wrap = 1, .t1 = golden_number(record, "t1"),
               .tau_scale = TAU_SCALE, .slope = 2, .input_slope = 2},
      .n_steps = s->n_steps, .n_rows = 1, .n_units = 1, .ld = 2, .step_stride = 2,
      .current = s->current, .threshold = &threshold, .samples = &sample,
      .spikes = s->spikes, .membrane = s->membrane};
  if (published)
    kernels->qlif_published_forward(&args);
  else
    kernels->qlif_forward(&args);
}

static void compare(const cJSON *steps, const sequence *s, const char *p, const char *spike) {
  const cJSON *step;
  size_t t = 0;
  cJSON_ArrayForEach(step, steps) {
    if (fabs(s->membrane[t] - golden_number(step, p)) > TOLERANCE)
      fail_msg("step %zu: %s is %.17g, not %.17g", t, p, s->membrane[t], golden_number(step, p));
    if (s->spikes[t] != golden_number(step, spike)) fail_msg("step %zu: %s differs", t, spike);
    t++;
  }
}

static void every_case_agrees(int published, const char *p, const char *spike) {
  static sequence s;
  spiqe_context *ctx;
  cJSON *tree = golden_load("qlif.json");
  if (!tree) skip();
  assert_int_equal(spiqe_context_create(NULL, &ctx, NULL, 0), SPIQE_OK);
  const cJSON *record;
  assert_true(cJSON_GetArraySize(tree) > 0);
  cJSON_ArrayForEach(record, tree) {
    const cJSON *steps = cJSON_GetObjectItemCaseSensitive(record, "steps");
    read_currents(steps, &s);
    assert_true(s.n_steps > 0);
    run(spiqe_device_kernels(ctx, SPIQE_F64), record, published, &s);
    compare(steps, &s, p, spike);
  }
  spiqe_context_destroy(ctx);
  cJSON_Delete(tree);
}

static void the_physical_neuron_has_the_golden_populations_and_spikes(void **state) {
  (void)state;
  every_case_agrees(0, "p", "spike");
}

static void the_published_neuron_has_the_golden_populations_and_spikes(void **state) {
  (void)state;
  every_case_agrees(1, "p_published", "spike_published");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_physical_neuron_has_the_golden_populations_and_spikes),
      cmocka_unit_test(the_published_neuron_has_the_golden_populations_and_spikes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
