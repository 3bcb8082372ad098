/* The table of channels. Kraus operators, checks, the YAML of a device and the tests follow from
 * it: a channel is a row.
 *
 * Sources: [NC] Nielsen, Chuang, Quantum Computation and Quantum Information, chapter 8.3. */
#ifndef SPIQE_QUANTUM_CHANNELS_H
#define SPIQE_QUANTUM_CHANNELS_H

#include <stddef.h>
#include <stdint.h>

#include "spiqe/noise.h"

#define SPIQE_MOST_CHANNEL_PARAMETERS 15
#define SPIQE_MOST_CHANNEL_KRAUS 16

/* A channel of one qubit that mixes populations and scales the coherence:
 * rho00' = (1 - to_one) rho00 + to_zero rho11, rho01' = coherence rho01. Completely positive where
 * coherence^2 <= (1 - to_one) (1 - to_zero). */
typedef struct spiqe_relaxation {
  double to_zero, to_one, coherence;
} spiqe_relaxation;

/* One of relax and weights is set. weights: probabilities of the Pauli products, [4^n_qubits],
 * digit t (of base 4) of an index is I, X, Y, Z on target t. */
typedef struct spiqe_channel_kind {
  const char *name, *parameters; /* "gamma, p" */
  uint8_t n_qubits, n_parameters;
  int are_probabilities;                                      /* each parameter is in [0, 1] */
  spiqe_status (*check)(spiqe_context *ctx, const double *p); /* more laws; may be NULL */
  void (*relax)(const double *p, spiqe_relaxation *out);
  void (*weights)(const double *p, double *out);
  const char *text; /* what it does, and the source */
} spiqe_channel_kind;

extern const spiqe_channel_kind spiqe_channel_kinds[];
size_t spiqe_n_channel_kinds(void);

/* Row by name; NULL when there is none. */
const spiqe_channel_kind *spiqe_channel_find(const char *name);

/* Thermal relaxation during a time, in seconds; T1 and T2 may be infinite. */
spiqe_relaxation spiqe_thermal_relaxation(double t1, double t2, double time, double excited);

/* Fails with SPIQE_BAD_ARGUMENT, naming the law: T1, T2 > 0, T2 <= 2 T1, excited population in
 * [0, 1]. */
spiqe_status spiqe_check_thermal(spiqe_context *ctx, double t1, double t2, double excited);

/* Kraus operators of a relaxation, at most 4; kraus: [*n_kraus][2][2]. */
size_t spiqe_relaxation_kraus(const spiqe_relaxation *relaxation, spiqe_complex *kraus);

#endif
