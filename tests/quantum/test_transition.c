/* Parts of Pauli products between two registers, on every device, amplitude by amplitude. */
#include "quantum/transition.h"

#include "quantum/judge.h"
#include "spiqe/random.h"

static double uniform(uint64_t seed, uint64_t i) {
  uint32_t key[2];
  spiqe_random_key(seed, SPIQE_PURPOSE_USER, 5, key);
  return spiqe_random_uniform(key, i, 0);
}

static spiqe_state *random_state(spiqe_context *ctx, spiqe_precision precision, size_t n_qubits,
                                 uint64_t seed) {
  spiqe_state *state;
  const size_t n = (size_t)1 << n_qubits;
  const double size = sqrt(3 / (double)n); /* of mean square 1 / n */
  judge_must(ctx, spiqe_state_create(ctx, precision, n_qubits, &state));
  for (size_t i = 0; i < n; i++)
    spiqe_state_set(state, i,
                    (spiqe_complex){size * (2 * uniform(seed, 2 * i) - 1),
                                    size * (2 * uniform(seed, 2 * i + 1) - 1)});
  return state;
}

/* <lambda| P |psi>, amplitude by amplitude; P |j> = i^(Y's) (-1)^(ones in z_mask) |j ^ x_mask>. */
static twin_number product_between(const spiqe_state *lambda, const spiqe_state *psi,
                                   const spiqe_probe *p) {
  static const twin_number powers[4] = {1, I, -1, -I};
  const twin_number factor = powers[__builtin_popcountll(p->x_mask & p->z_mask) & 3];
  twin_number sum = 0;
  for (size_t j = 0; j < (size_t)1 << psi->n_qubits; j++) {
    if ((j & p->control_mask) != p->control_value) continue;
    spiqe_complex a = spiqe_state_get(lambda, j ^ p->x_mask), b = spiqe_state_get(psi, j);
    twin_number part = (a.re - I * a.im) * (b.re + I * b.im);
    sum += __builtin_popcountll(j & p->z_mask) & 1 ? -part : part;
  }
  return factor * sum;
}

static void assert_part(double found, twin_number expected, spiqe_precision precision,
                        const char *what, size_t i) {
  /* Sums of 2^13 products of size 2^-13 in an order that is not this one. */
  const double tolerance = precision == SPIQE_F64 ? 1e-14 : 1e-5;
  if (!(fabs(found - cimag(expected)) <= tolerance))
    fail_msg("%s %zu: %.17g, expected %.17g", what, i, found, cimag(expected));
}

static void compare_transitions(spiqe_context *ctx, spiqe_precision precision, size_t n) {
  spiqe_state *psi = random_state(ctx, precision, n, 1),
              *lambda = random_state(ctx, precision, n, 2);
  const uint64_t all = ((uint64_t)1 << n) - 1, xy_mask = n % 3 ? all : all & 0x5AB3;
  double sums[SPIQE_MOST_STATE_QUBITS][3], probed[40];
  spiqe_probe probes[40];
  spiqe_transition_qubits(psi, lambda, xy_mask, sums);
  for (size_t q = 0; q < n; q++)
    for (size_t k = 0; k < 3; k++) {
      const uint64_t bit = (uint64_t)1 << q;
      const spiqe_probe p = {.x_mask = k < 2 ? bit : 0, .z_mask = k > 0 ? bit : 0};
      if (k < 2 && !(xy_mask >> q & 1)) continue;
      assert_part(sums[q][k], product_between(lambda, psi, &p), precision, "qubit", q);
    }
  for (uint64_t i = 0; i < 40; i++) { /* runs of one x_mask, the longest above a kernel's room */
    const uint64_t x = i < 34 ? 0x1234 : (uint64_t)(1e4 * uniform(7, i));
    const uint64_t controls = (uint64_t)(8e3 * uniform(8, i)) & all & ~x;
    probes[i] = (spiqe_probe){.x_mask = x & all, .control_mask = i % 2 ? controls & 0x0A15 : 0};
    probes[i].control_value = (uint64_t)(8e3 * uniform(9, i)) & probes[i].control_mask;
    probes[i].z_mask = (uint64_t)(8e3 * uniform(10, i)) & all & ~probes[i].control_mask;
  }
  spiqe_transition_probes(psi, lambda, 40, probes, probed);
  for (size_t i = 0; i < 40; i++)
    assert_part(probed[i], product_between(lambda, psi, &probes[i]), precision, "probe", i);
  spiqe_state_destroy(psi);
  spiqe_state_destroy(lambda);
}

static void transitions_are_sums_over_amplitudes(void **unused) {
  (void)unused;
  for (size_t d = 0; judge_device(d); d++) {
    spiqe_context *ctx = judge_context(2, judge_device(d));
    for (size_t n = 1; n <= 14; n += n < 8 ? 1 : 2) {
      compare_transitions(ctx, SPIQE_F64, n);
      compare_transitions(ctx, SPIQE_F32, n);
    }
    spiqe_context_destroy(ctx);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(transitions_are_sums_over_amplitudes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
