/* Gradients that are no derivative of the forward run, against twins that make them one.
 *
 * A detached reset: the spike that resets is a constant. The twin below runs the neuron's equations
 * (src/device/reference/{qlif,lif}.inc, by hand) with the resetting spikes frozen as they were,
 * and is differentiated by central differences, h = 1e-5: h^2 L''' / 6 is below 1e-7, as the leaks
 * and thresholds here keep clear of the arcsine's singular end. Smooth spikes throughout.
 *
 * The published neuron: its backward pass as models.md gives it, term by term. */
#include <math.h>

#include "device/device.h"
#include "support/net.h"

#define PI 3.14159265358979323846
#define H 1e-5
#define TOLERANCE 1e-7
#define SLOPE 2.0

enum { STEPS = 6 };

/* One neuron with all that its loss depends on, and the weights of the loss
 * L = sum_t v_t s_t + w_t m_t + z (state after the last reset). */
typedef struct neuron {
  double current[STEPS][2], threshold, other, state; /* other: wait of QLIF, beta of LIF */
  double v[STEPS], w[STEPS], z;
  double frozen[STEPS]; /* spikes that reset */
  int planes, reset;
} neuron;

static neuron neuron_make(uint64_t seed, int planes) {
  uint32_t key[2];
  neuron n = {.planes = planes};
  spiqe_random_key(seed, SPIQE_PURPOSE_USER, 1, key);
  for (size_t t = 0; t < STEPS; t++) {
    n.current[t][0] = 0.8 * spiqe_random_uniform(key, t, 0) - 0.3;
    n.current[t][1] = 0.2 + spiqe_random_uniform(key, t, 1);
    n.v[t] = 2 * spiqe_random_uniform(key, t, 2) - 1;
    n.w[t] = 2 * spiqe_random_uniform(key, t, 3) - 1;
  }
  n.threshold = 0.4 + 0.3 * spiqe_random_uniform(key, 0, 4);
  n.other = 0.3 + 0.5 * spiqe_random_uniform(key, 0, 5);
  n.state = 0.2 + spiqe_random_uniform(key, 0, 6);
  n.z = 2 * spiqe_random_uniform(key, 0, 7) - 1;
  return n;
}

static double smooth(double u) {
  return atan(PI / 2 * SLOPE * u) / PI + 0.5;
}

/* tau_scale / (2 T1) = 1 in these tests. */
static double qlif_loss(const neuron *n, double *spikes) {
  double phi = n->state, loss = 0, angle = 2 * asin(sqrt(n->threshold));
  for (int t = 0; t < STEPS; t++) {
    double a = n->current[t][0], c = n->planes == 2 ? n->current[t][1] : n->other;
    double down = 2 * asin(exp(-fabs(c)) * sin(phi / 2)), x = smooth(a);
    double next = n->planes == 2 ? x * (phi + PI * fabs(a)) + (1 - x) * down : down + PI * a;
    double spike = smooth(next - angle), p = pow(sin(next / 2), 2);
    if (spikes) spikes[t] = spike;
    loss += n->v[t] * spike + n->w[t] * p;
    phi = next * (1 - n->frozen[t]);
  }
  return loss + n->z * phi;
}

static double lif_loss(const neuron *n, double *spikes) {
  double u = n->state, loss = 0;
  for (int t = 0; t < STEPS; t++) {
    double before = n->frozen[t]; /* of the step before this one */
    u = n->other * u + n->current[t][0];
    if (n->reset == SPIQE_LIF_SUBTRACT) u -= before * n->threshold;
    if (n->reset == SPIQE_LIF_ZERO) u *= 1 - before;
    double spike = smooth(u - n->threshold);
    if (spikes) spikes[t] = spike;
    loss += n->v[t] * spike + n->w[t] * u;
  }
  return loss + n->z * u;
}

static void assert_derivative(double (*loss)(const neuron *, double *), neuron *n, double *value,
                              double given, const char *what) {
  double at = *value;
  *value = at + H;
  double above = loss(n, NULL);
  *value = at - H;
  double below = loss(n, NULL);
  *value = at;
  double difference = (above - below) / (2 * H);
  if (!(fabs(difference - given) <= TOLERANCE * (1 + fabs(difference))))
    fail_msg("%s: %.10g, but the difference is %.10g", what, given, difference);
}

/* What the kernels give back. */
typedef struct gradient {
  double spikes[STEPS], trace[STEPS], current[STEPS][2], threshold, other, state;
} gradient;

static gradient qlif_gradient(const spiqe_kernels *kernels, const neuron *n) {
  gradient g = {.state = n->z};
  static const uint32_t sample;
  double state = n->state;
  spiqe_qlif_args args = {
      .rule = {.n_planes = n->planes, .smooth = 1, .reset_detach = 1, .slope = SLOPE,
               .input_slope = SLOPE, .t1 = 30, .tau_scale = 60},
      .n_steps = STEPS, .n_rows = 1, .n_units = 1, .ld = 2, .step_stride = 2,
      .current = n->current, .threshold = &n->threshold, .wait = &n->other, .samples = &sample,
      .state = &state, .spikes = g.spikes, .phi = g.trace};
  kernels->qlif_forward(&args);
  spiqe_qlif_grad_args back = {.forward = args, .state0 = &n->state, .d_spikes = n->v,
                               .d_membrane = n->w, .d_stride = 1, .d_state = &g.state,
                               .d_current = g.current, .d_threshold = &g.threshold,
                               .d_wait = n->planes == 1 ? &g.other : NULL};
  kernels->qlif_backward(&back);
  return g;
}

static gradient lif_gradient(const spiqe_kernels *kernels, const neuron *n) {
  gradient g = {.state = n->z};
  double state = n->state;
  spiqe_lif_args args = {
      .rule = {.reset = (spiqe_lif_reset)n->reset, .smooth = 1, .reset_detach = 1, .slope = SLOPE},
      .n_steps = STEPS, .n_rows = 1, .n_units = 1, .ld = 2, .step_stride = 2,
      .current = n->current, .threshold = &n->threshold, .beta = &n->other, .state = &state,
      .spikes = g.spikes, .membrane = g.trace};
  kernels->lif_forward(&args);
  spiqe_lif_grad_args back = {.forward = args, .state0 = &n->state, .d_spikes = n->v,
                              .d_membrane = n->w, .d_stride = 1, .d_state = &g.state,
                              .d_current = g.current, .d_threshold = &g.threshold,
                              .d_beta = &g.other};
  kernels->lif_backward(&back);
  return g;
}

static void assert_all(double (*loss)(const neuron *, double *), neuron *n, const gradient *g) {
  for (int t = 0; t < STEPS; t++) {
    assert_derivative(loss, n, &n->current[t][0], g->current[t][0], "first plane");
    if (n->planes == 2)
      assert_derivative(loss, n, &n->current[t][1], g->current[t][1], "second plane");
  }
  assert_derivative(loss, n, &n->threshold, g->threshold, "threshold");
  assert_derivative(loss, n, &n->state, g->state, "state");
  if (n->planes == 1) assert_derivative(loss, n, &n->other, g->other, "wait or beta");
}

static void a_detached_reset_of_qlif_is_a_constant(void **state) {
  (void)state;
  spiqe_context *ctx = test_context(1, NULL);
  for (uint64_t seed = 0; seed < 40; seed++) {
    neuron n = neuron_make(seed, 1 + seed % 2);
    gradient g = qlif_gradient(spiqe_device_kernels(ctx, SPIQE_F64), &n);
    double spikes[STEPS];
    memcpy(n.frozen, g.spikes, sizeof n.frozen);
    qlif_loss(&n, spikes);
    for (int t = 0; t < STEPS; t++) assert_true(fabs(spikes[t] - g.spikes[t]) < 1e-12);
    assert_all(qlif_loss, &n, &g);
  }
  spiqe_context_destroy(ctx);
}

static void a_detached_reset_of_lif_is_a_constant(void **state) {
  (void)state;
  spiqe_context *ctx = test_context(1, NULL);
  for (uint64_t seed = 0; seed < 40; seed++) {
    neuron n = neuron_make(seed, 1);
    n.reset = (int)(seed % 3);
    gradient g = lif_gradient(spiqe_device_kernels(ctx, SPIQE_F64), &n);
    double spikes[STEPS];
    n.frozen[0] = smooth(n.state - n.threshold);
    memcpy(n.frozen + 1, g.spikes, (STEPS - 1) * sizeof *n.frozen);
    lif_loss(&n, spikes);
    for (int t = 0; t < STEPS; t++) assert_true(fabs(spikes[t] - g.spikes[t]) < 1e-12);
    assert_all(lif_loss, &n, &g);
  }
  spiqe_context_destroy(ctx);
}

/* G = dL/dm' / (1 + (pi m)^2); dL/dtheta = G x sin(x (theta + 2 asin sqrt m)) / 2;
 * dL/dtau = G d/dtau sin^2((gamma + phi)(1 - x) / 2), by a difference here; dL/dm = G. */
static double waited(double m, double threshold, double tau, double t1) {
  double phi = m < threshold ? 2 * asin(sqrt(m)) : 0;
  double gamma = -2 * asin(sqrt(m * exp(-tau / t1)));
  return m < threshold ? pow(sin((gamma + phi) / 2), 2) : 0;
}

static void the_published_gradient_is_as_published(void **state) {
  (void)state;
  const double t1 = 60, tau_scale = 200, threshold = 0.6;
  static const uint32_t sample;
  spiqe_context *ctx = test_context(1, NULL);
  const spiqe_kernels *kernels = spiqe_device_kernels(ctx, SPIQE_F64);
  for (uint64_t seed = 0; seed < 40; seed++) {
    neuron n = neuron_make(seed, 2);
    double spikes[STEPS], m[STEPS], d_current[STEPS][2], carry = 0;
    spiqe_qlif_args args = {.rule = {.n_planes = 2, .slope = 2, .input_slope = 2, .t1 = t1,
                                     .tau_scale = tau_scale},
                            .n_steps = STEPS, .n_rows = 1, .n_units = 1, .ld = 2, .step_stride = 2,
                            .current = n.current, .threshold = &threshold, .samples = &sample,
                            .spikes = spikes, .phi = m};
    kernels->qlif_published_forward(&args);
    spiqe_qlif_grad_args back = {.forward = args, .d_spikes = n.v, .d_membrane = n.w,
                                 .d_stride = 1, .d_current = d_current};
    kernels->qlif_published_backward(&back);
    for (int t = STEPS; t-- > 0;) {
      double before = t > 0 ? m[t - 1] : 0, a = n.current[t][0], c = n.current[t][1];
      double g = (carry + n.w[t]) / (1 + pow(PI * before, 2)), x = a > 0, h = 1e-4;
      double theta = PI * fabs(a), tau = tau_scale * fabs(c);
      double d_theta = g * x * sin(x * (theta + 2 * asin(sqrt(before)))) / 2;
      double d_tau = g * (1 - x) * (waited(before, threshold, tau + h, t1) -
                                    waited(before, threshold, tau - h, t1)) / (2 * h);
      assert_true(fabs(d_current[t][0] - d_theta * PI * (a > 0 ? 1 : -1)) < 1e-12);
      /* h^2 / 6 of a third derivative below 1e-4, times tau_scale, and rounding / h */
      assert_true(fabs(d_current[t][1] - d_tau * tau_scale) < 1e-8);
      carry = g;
    }
  }
  spiqe_context_destroy(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_detached_reset_of_qlif_is_a_constant),
      cmocka_unit_test(a_detached_reset_of_lif_is_a_constant),
      cmocka_unit_test(the_published_gradient_is_as_published),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
