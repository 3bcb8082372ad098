/* One qubit as a density matrix, the slow way: 2x2 complex matrices, gates by conjugation, channels
 * by their Kraus operators (Nielsen, Chuang, Quantum Computation and Quantum Information, 8.3.5).
 * Shares nothing with the kernels. */
#ifndef TESTS_SLOW_TWIN_QUBIT_H
#define TESTS_SLOW_TWIN_QUBIT_H

#include <complex.h>
#include <math.h>

typedef struct twin_matrix {
  double complex at[2][2];
} twin_matrix;

static inline twin_matrix twin_product(twin_matrix a, twin_matrix b) {
  twin_matrix c = {{{0}}};
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++)
      for (int k = 0; k < 2; k++) c.at[i][j] += a.at[i][k] * b.at[k][j];
  return c;
}

static inline twin_matrix twin_adjoint(twin_matrix a) {
  twin_matrix b;
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++) b.at[i][j] = conj(a.at[j][i]);
  return b;
}

/* K rho K^+ */
static inline twin_matrix twin_apply(twin_matrix k, twin_matrix rho) {
  return twin_product(twin_product(k, rho), twin_adjoint(k));
}

static inline twin_matrix twin_ground(void) {
  return (twin_matrix){{{1, 0}, {0, 0}}};
}

/* rx(a) = exp(-i a X / 2) */
static inline twin_matrix twin_rx(double a, twin_matrix rho) {
  twin_matrix u = {{{cos(a / 2), -I * sin(a / 2)}, {-I * sin(a / 2), cos(a / 2)}}};
  return twin_apply(u, rho);
}

/* Amplitude damping for a time tau: |1> decays with probability 1 - exp(-tau / T1). */
static inline twin_matrix twin_damp(double tau, double t1, twin_matrix rho) {
  double gamma = 1 - exp(-tau / t1);
  twin_matrix stay = {{{1, 0}, {0, sqrt(1 - gamma)}}}, fall = {{{0, sqrt(gamma)}, {0, 0}}};
  twin_matrix a = twin_apply(stay, rho), b = twin_apply(fall, rho);
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++) a.at[i][j] += b.at[i][j];
  return a;
}

static inline double twin_excited(twin_matrix rho) {
  return creal(rho.at[1][1]);
}

/* The angle in [0, pi] whose rx prepares the populations of rho. */
static inline double twin_angle(twin_matrix rho) {
  return 2 * atan2(sqrt(fmax(creal(rho.at[1][1]), 0)), sqrt(fmax(creal(rho.at[0][0]), 0)));
}

#endif
