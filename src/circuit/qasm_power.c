/* Inverse and powers of rows of the table: U^k = exp(k log U) with the principal logarithm, whose
 * eigenphases lie in (-pi, pi], as OpenQASM 3 defines pow. Angles with inputs are scaled. */
#include <complex.h>
#include <math.h>
#include <string.h>

#include "circuit/qasm.h"

#define PI 3.14159265358979323846

void spiqe_qasm_row_inverse(spiqe_qasm *in, spiqe_qasm_row *row) {
  const spiqe_gate_inverse *inverse = &spiqe_gates[row->gate].inverse;
  spiqe_qasm_value before[SPIQE_MOST_GATE_PARAMETERS];
  memcpy(before, row->parameters, sizeof before);
  for (size_t i = 0; i < spiqe_gates[row->gate].n_parameters; i++) {
    spiqe_qasm_value *value = &row->parameters[i];
    *value = before[inverse->from[i]];
    if (inverse->sign[i] < 0) spiqe_qasm_scale(in, -1, value);
    if (inverse->offset[i] != 0) value->real += inverse->offset[i];
  }
  row->phase = row->phase != 0 ? -row->phase : 0;
  row->gate = (size_t)spiqe_gate_find(inverse->name);
}

static spiqe_status repeat(spiqe_qasm *in, double power, spiqe_qasm_row *row) {
  const spiqe_gate *gate = &spiqe_gates[row->gate];
  if (power < 0) spiqe_qasm_row_inverse(in, row);
  double n = fabs(power) * (double)row->n_times;
  int is_own_inverse = gate->matrix && !strcmp(gate->name, gate->inverse.name);
  if (is_own_inverse && row->phase == 0) n = fmod(n, 2);
  if (n > SPIQE_QASM_MOST_EXTRA)
    return spiqe_qasm_fail(in, SPIQE_LIMIT, "a gate %g times; at most %d are read", n,
                           SPIQE_QASM_MOST_EXTRA);
  row->n_times = (uint64_t)n;
  return SPIQE_OK;
}

typedef double complex matrix[2][2];

static void multiply(const matrix a, const matrix b, matrix out) {
  matrix c;
  for (size_t i = 0; i < 2; i++)
    for (size_t j = 0; j < 2; j++) c[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j];
  memcpy(out, c, sizeof c);
}

static void row_matrix(const spiqe_qasm_row *row, matrix out) {
  double parameters[SPIQE_MOST_GATE_PARAMETERS];
  spiqe_complex numbers[16];
  matrix once, square = {{1, 0}, {0, 1}};
  for (size_t i = 0; i < spiqe_gates[row->gate].n_parameters; i++)
    parameters[i] = row->parameters[i].real;
  spiqe_gate_matrix(row->gate, parameters, numbers);
  for (size_t i = 0; i < 4; i++)
    once[i / 2][i % 2] = (numbers[i].re + I * numbers[i].im) * cexp(I * row->phase);
  for (uint64_t n = row->n_times; n; n >>= 1) {
    if (n & 1) multiply(square, once, square);
    multiply(once, once, once);
  }
  memcpy(out, square, sizeof square);
}

/* Phase of an eigenvalue, in (-pi, pi]; a rounded -1 has the phase pi. */
static double principal(double complex eigenvalue) {
  double phase = carg(eigenvalue);
  return phase < -PI + 1e-9 ? phase + 2 * PI : phase;
}

/* exp(-i a P / 2) with one angle: a is scaled. Its eigenphases are those of -i a P / 2, so that the
 * principal logarithm is the one with a in (-2 pi, 2 pi), for diag(1, exp(i a)) in (-pi, pi]. With
 * a = 2 pi the gate is -1, both of whose eigenphases are pi: a phase without an angle. */
static void scale_angle(spiqe_qasm *in, double power, spiqe_qasm_row *row) {
  spiqe_qasm_value *angle = &row->parameters[0];
  const int is_phase = spiqe_gates[row->gate].factors[0].scale == -2;
  if (power != floor(power) && !angle->n) {
    const double half = is_phase ? PI : 2 * PI;
    angle->real = remainder(angle->real, 2 * half);
    const int is_half = fabs(fabs(angle->real) - half) < 1e-12;
    if (is_half) angle->real = is_phase ? half : 0;
    if (is_half && !is_phase) row->phase += PI;
    row->phase = principal(cexp(I * row->phase));
  }
  row->phase *= power;
  spiqe_qasm_scale(in, power, angle);
}

/* U = sum exp(i l) P over its two eigenvalues; then U^k = sum exp(i k l) P, where P = (U - m) /
 * (l - m) projects on the first one. */
static void power_matrix(double power, matrix u) {
  const double complex trace = u[0][0] + u[1][1];
  const double complex determinant = u[0][0] * u[1][1] - u[0][1] * u[1][0];
  const double complex root = csqrt(trace * trace / 4 - determinant);
  const double complex l = trace / 2 + root, m = trace / 2 - root;
  const double complex l_power = cexp(I * power * principal(l));
  const double complex m_power = cexp(I * power * principal(m));
  const int is_multiple = cabs(l - m) < 1e-12;
  for (size_t i = 0; i < 2; i++)
    for (size_t j = 0; j < 2; j++) {
      double complex one = i == j;
      double complex p = is_multiple ? one : (u[i][j] - m * one) / (l - m);
      u[i][j] = l_power * p + m_power * (one - p);
    }
}

/* exp(i phase) u(a, b, c) from its matrix; u has the rows cos, -exp(ic) sin and exp(ib) sin,
 * exp(i(b+c)) cos, with the sine and cosine of a / 2. */
static void set_matrix(const matrix u, spiqe_qasm_row *row) {
  const double cosine = cabs(u[0][0]), sine = cabs(u[1][0]);
  double b = 0, c;
  if (cosine > 1e-12) {
    row->phase = carg(u[0][0]);
    if (sine > 1e-12) b = carg(u[1][0]) - row->phase;
    c = sine > 1e-12 ? carg(-u[0][1]) - row->phase : carg(u[1][1]) - row->phase;
  } else {
    row->phase = carg(u[1][0]);
    c = carg(-u[0][1]) - row->phase;
  }
  row->gate = (size_t)spiqe_gate_find("u");
  row->parameters[0] = spiqe_qasm_of_real(2 * atan2(sine, cosine));
  row->parameters[1] = spiqe_qasm_of_real(b);
  row->parameters[2] = spiqe_qasm_of_real(c);
  row->n_times = 1;
}

spiqe_status spiqe_qasm_row_power(spiqe_qasm *in, double power, spiqe_qasm_row *row) {
  const spiqe_gate *gate = &spiqe_gates[row->gate];
  matrix u;
  if (gate->n_factors == 1 && gate->n_parameters == 1) {
    scale_angle(in, power, row);
    return SPIQE_OK;
  }
  if (power == floor(power)) return repeat(in, power, row);
  int has_terms = 0;
  for (size_t i = 0; i < gate->n_parameters; i++) has_terms |= row->parameters[i].n > 0;
  if (gate->n_targets != 1 || has_terms)
    return spiqe_qasm_fail(in, SPIQE_UNSUPPORTED,
                           "pow(%g) of a gate that is neither a rotation nor on one qubit without "
                           "inputs; integers are supported",
                           power);
  row_matrix(row, u);
  power_matrix(power, u);
  set_matrix(u, row);
  return SPIQE_OK;
}
