#include "quantum/channels.h"

#include <math.h>
#include <string.h>

#include "core/fail.h"
#include "spiqe/names.h"

spiqe_status spiqe_check_thermal(spiqe_context *ctx, double t1, double t2, double excited) {
  SPIQE_REQUIRE(ctx, t1 > 0, SPIQE_BAD_ARGUMENT, "T1 = %g s; expected more than 0", t1);
  SPIQE_REQUIRE(ctx, t2 > 0, SPIQE_BAD_ARGUMENT, "T2 = %g s; expected more than 0", t2);
  /* A product of units (85e-6) is rounded; a part in 10^12 is no physics. */
  SPIQE_REQUIRE(ctx, t2 <= 2 * t1 * (1 + 1e-12), SPIQE_BAD_ARGUMENT,
                "T2 = %g us > 2 T1 = %g us: not completely positive", t2 * 1e6, 2 * t1 * 1e6);
  SPIQE_REQUIRE(ctx, excited >= 0 && excited <= 1, SPIQE_BAD_ARGUMENT,
                "excited population = %g; a probability is in [0, 1]", excited);
  return SPIQE_OK;
}

static spiqe_status check_thermal(spiqe_context *ctx, const double *p) {
  SPIQE_TRY(spiqe_check_thermal(ctx, p[0], p[1], p[3]));
  SPIQE_REQUIRE(ctx, p[2] >= 0, SPIQE_BAD_ARGUMENT, "a time of %g s; expected 0 or more", p[2]);
  return SPIQE_OK;
}

static spiqe_status check_reset(spiqe_context *ctx, const double *p) {
  SPIQE_REQUIRE(ctx, p[0] + p[1] <= 1 + 1e-12, SPIQE_BAD_ARGUMENT,
                "the probabilities sum to %g > 1", p[0] + p[1]);
  return SPIQE_OK;
}

static void amplitude_damping(const double *p, spiqe_relaxation *out) {
  *out = (spiqe_relaxation){.to_zero = p[0], .coherence = sqrt(1 - p[0])};
}

static void phase_damping(const double *p, spiqe_relaxation *out) {
  *out = (spiqe_relaxation){.coherence = sqrt(1 - p[0])};
}

static void generalised_amplitude_damping(const double *p, spiqe_relaxation *out) {
  *out = (spiqe_relaxation){p[0] * p[1], p[0] * (1 - p[1]), sqrt(1 - p[0])};
}

spiqe_relaxation spiqe_thermal_relaxation(double t1, double t2, double time, double excited) {
  /* An infinite T is no decay, even over an infinite time. */
  double gamma = isinf(t1) ? 0 : -expm1(-time / t1), decay = isinf(t2) ? 0 : time / t2;
  return (spiqe_relaxation){gamma * (1 - excited), gamma * excited, exp(-decay)};
}

static void thermal_relaxation(const double *p, spiqe_relaxation *out) {
  *out = spiqe_thermal_relaxation(p[0], p[1], p[2], p[3]);
}

static void reset(const double *p, spiqe_relaxation *out) {
  *out = (spiqe_relaxation){p[0], p[1], fmax(0, 1 - p[0] - p[1])};
}

/* p spread over all of n products, the identity takes the rest. */
static void depolarise(double p, size_t n, double *out) {
  for (size_t i = 0; i < n; i++) out[i] = p / (double)n;
  out[0] = 1 - p + p / (double)n;
}

static void depolarising(const double *p, double *out) {
  depolarise(p[0], 4, out);
}

static void depolarising2(const double *p, double *out) {
  depolarise(p[0], 16, out);
}

static void flip(double p, size_t product, double *out) {
  memset(out, 0, 4 * sizeof *out);
  out[0] = 1 - p;
  out[product] = p;
}

static void bit_flip(const double *p, double *out) {
  flip(p[0], 1, out);
}

static void bit_phase_flip(const double *p, double *out) {
  flip(p[0], 2, out);
}

static void phase_flip(const double *p, double *out) {
  flip(p[0], 3, out);
}

static void list_weights(const double *p, size_t n, double *out) {
  out[0] = 1;
  for (size_t i = 1; i < n; i++) out[0] -= out[i] = p[i - 1];
}

static void pauli(const double *p, double *out) {
  list_weights(p, 4, out);
}

static void pauli2(const double *p, double *out) {
  list_weights(p, 16, out);
}

/* clang-format off */
const spiqe_channel_kind spiqe_channel_kinds[] = {
  {"amplitude_damping", "gamma", 1, 1, 1, NULL, amplitude_damping, NULL,
   "decay of |1> to |0> with probability gamma [NC, 8.3.5]"},
  {"phase_damping", "lambda", 1, 1, 1, NULL, phase_damping, NULL,
   "coherence times sqrt(1 - lambda) [NC, 8.3.6]"},
  {"generalised_amplitude_damping", "gamma, p", 1, 2, 1, NULL, generalised_amplitude_damping, NULL,
   "decay towards |0> with population p, |1> with 1 - p [NC, 8.3.5]"},
  {"depolarising", "p", 1, 1, 0, NULL, NULL, depolarising,
   "rho -> (1 - p) rho + p I / 2, 0 <= p <= 4 / 3 [NC, 8.3.4]"},
  {"depolarising2", "p", 2, 1, 0, NULL, NULL, depolarising2,
   "rho -> (1 - p) rho + p I / 4, 0 <= p <= 16 / 15"},
  {"bit_flip", "p", 1, 1, 1, NULL, NULL, bit_flip, "X with probability p [NC, 8.3.3]"},
  {"phase_flip", "p", 1, 1, 1, NULL, NULL, phase_flip, "Z with probability p [NC, 8.3.3]"},
  {"bit_phase_flip", "p", 1, 1, 1, NULL, NULL, bit_phase_flip,
   "Y with probability p [NC, 8.3.3]"},
  {"pauli", "px, py, pz", 1, 3, 1, NULL, NULL, pauli, "X, Y or Z with these probabilities"},
  {"pauli2", "xi, yi, zi, ix, xx, yx, zx, iy, xy, yy, zy, iz, xz, yz, zz", 2, 15, 1, NULL, NULL,
   pauli2, "a product of two with these probabilities; the first letter acts on the first target"},
  {"thermal_relaxation", "T1, T2, time, excited_population", 1, 4, 0, check_thermal,
   thermal_relaxation, NULL,
   "populations decay with T1 towards the excited population, the coherence with T2 <= 2 T1"},
  {"reset", "p0, p1", 1, 2, 1, check_reset, reset, NULL,
   "the qubit is set to |0> with probability p0, to |1> with p1"},
};
/* clang-format on */

size_t spiqe_n_channel_kinds(void) {
  return sizeof spiqe_channel_kinds / sizeof spiqe_channel_kinds[0];
}

const spiqe_channel_kind *spiqe_channel_find(const char *name) {
  for (size_t i = 0; i < spiqe_n_channel_kinds(); i++)
    if (!strcmp(spiqe_channel_kinds[i].name, name)) return &spiqe_channel_kinds[i];
  return NULL;
}

const char *spiqe_channel_name(size_t index) {
  return index < spiqe_n_channel_kinds() ? spiqe_channel_kinds[index].name : NULL;
}

const char *spiqe_channel_parameters(size_t index) {
  return index < spiqe_n_channel_kinds() ? spiqe_channel_kinds[index].parameters : NULL;
}

/* The Choi matrix of a relaxation is block diagonal: [[a, e], [e, d]] for what keeps its population
 * (a = 1 - to_one, d = 1 - to_zero, e the coherence), to_zero and to_one alone. Its Cholesky
 * factors, from the larger of a and d, are the operators: for damping they are the textbook's. */
size_t spiqe_relaxation_kraus(const spiqe_relaxation *r, spiqe_complex *kraus) {
  const double a = 1 - r->to_one, d = 1 - r->to_zero, e = r->coherence;
  const double larger = fmax(a, d), root = sqrt(larger), other = larger > 0 ? e / root : 0;
  const double rest = sqrt(fmax(0, fmin(a, d) - other * other));
  const int zero_first = a >= d;
  const double entries[4][4] = {{zero_first ? root : other, 0, 0, zero_first ? other : root},
                                {zero_first ? 0 : rest, 0, 0, zero_first ? rest : 0},
                                {0, sqrt(r->to_zero), 0, 0},
                                {0, 0, sqrt(r->to_one), 0}};
  size_t n = 0;
  for (size_t k = 0; k < 4; k++) {
    double size = 0;
    for (size_t i = 0; i < 4; i++) size += entries[k][i];
    if (size == 0) continue;
    for (size_t i = 0; i < 4; i++) kraus[4 * n + i] = (spiqe_complex){entries[k][i], 0};
    n++;
  }
  return n;
}

/* factor times the Pauli product, [2^n_qubits][2^n_qubits]. */
static void pauli_matrix(size_t n_qubits, size_t product, double factor, spiqe_complex *out) {
  const size_t n = (size_t)1 << n_qubits;
  const double powers[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}}; /* of i */
  memset(out, 0, n * n * sizeof *out);
  for (size_t column = 0; column < n; column++) {
    size_t row = column, quarter = 0;
    for (size_t t = 0; t < n_qubits; t++) {
      size_t letter = product >> 2 * t & 3, bit = column >> t & 1;
      if (letter == 1 || letter == 2) row ^= (size_t)1 << t;
      if (letter == 2) quarter += bit ? 3 : 1;
      if (letter == 3) quarter += 2 * bit;
    }
    out[row * n + column].re = factor * powers[quarter & 3][0];
    out[row * n + column].im = factor * powers[quarter & 3][1];
  }
}

static size_t pauli_kraus(size_t n_qubits, const double *weights, spiqe_complex *kraus) {
  size_t n_kraus = 0;
  for (size_t i = 0; i < (size_t)1 << 2 * n_qubits; i++) {
    if (!(weights[i] > 0)) continue;
    pauli_matrix(n_qubits, i, sqrt(weights[i]), kraus + (n_kraus++ << 2 * n_qubits));
  }
  return n_kraus;
}

static spiqe_status check_weights(spiqe_context *ctx, size_t n, const double *weights) {
  for (size_t i = 0; i < n; i++) /* rounding of a sum of 15 is far below 1e-12 */
    SPIQE_REQUIRE(ctx, weights[i] >= -1e-12 && weights[i] <= 1 + 1e-12, SPIQE_BAD_ARGUMENT,
                  "%s with probability %g; a probability is in [0, 1]",
                  i ? "a Pauli product" : "no error", weights[i]);
  return SPIQE_OK;
}

static spiqe_status check_parameters(spiqe_context *ctx, const spiqe_channel_kind *kind,
                                     const double *p) {
  for (size_t i = 0; i < kind->n_parameters; i++) {
    SPIQE_REQUIRE(ctx, !isnan(p[i]), SPIQE_BAD_ARGUMENT, "parameter %zu (%s) is not a number", i,
                  kind->parameters);
    SPIQE_REQUIRE(ctx, !kind->are_probabilities || (p[i] >= 0 && p[i] <= 1), SPIQE_BAD_ARGUMENT,
                  "parameter %zu (%s) is %g; a probability is in [0, 1]", i, kind->parameters,
                  p[i]);
  }
  return kind->check ? kind->check(ctx, p) : SPIQE_OK;
}

static spiqe_status build(spiqe_context *ctx, const spiqe_channel_kind *kind, const double *p,
                          size_t *n_kraus, spiqe_complex *kraus) {
  SPIQE_TRY(check_parameters(ctx, kind, p));
  if (kind->relax) {
    spiqe_relaxation relaxation;
    kind->relax(p, &relaxation);
    *n_kraus = spiqe_relaxation_kraus(&relaxation, kraus);
    return SPIQE_OK;
  }
  double weights[SPIQE_MOST_CHANNEL_KRAUS];
  kind->weights(p, weights);
  SPIQE_TRY(check_weights(ctx, (size_t)1 << 2 * kind->n_qubits, weights));
  *n_kraus = pauli_kraus(kind->n_qubits, weights, kraus);
  return SPIQE_OK;
}

spiqe_status spiqe_channel_kraus(spiqe_context *ctx, const char *name, size_t n_parameters,
                                 const double *parameters, size_t *n_qubits, size_t *n_kraus,
                                 spiqe_complex *kraus) {
  const spiqe_channel_kind *kind = spiqe_channel_find(name);
  if (!kind) {
    const char *names[32];
    char hint[96];
    size_t n = 0;
    for (; n < 32 && spiqe_channel_name(n); n++) names[n] = spiqe_channel_name(n);
    return spiqe_fail(ctx, SPIQE_BAD_NAME, "no channel is called '%.60s'%s", name,
                      spiqe_text_suggest(name, names, n, hint, sizeof hint));
  }
  SPIQE_REQUIRE(ctx, n_parameters == kind->n_parameters, SPIQE_BAD_ARGUMENT,
                "%s: %zu parameters; expected %u: %s", kind->name, n_parameters, kind->n_parameters,
                kind->parameters);
  *n_qubits = kind->n_qubits;
  spiqe_status status = build(ctx, kind, parameters, n_kraus, kraus);
  return status == SPIQE_OK ? status : spiqe_fail_prefix(ctx, status, "%s", kind->name);
}
