/* One noisy qubit as a Bloch vector r: rho = (1 + x X + y Y + z Z) / 2. Every channel is an affine
 * map of it, r -> turn r + shift (Nielsen, Chuang, Quantum Computation and Quantum Information,
 * section 8.3.2), so a gate with its noise costs some ten products instead of a density matrix. */
#ifndef SPIQE_QUANTUM_BLOCH_H
#define SPIQE_QUANTUM_BLOCH_H

#include "quantum/channels.h"

typedef struct spiqe_bloch_map {
  double turn[3][3], shift[3];
} spiqe_bloch_map;

/* The map that changes nothing. */
extern const spiqe_bloch_map spiqe_bloch_same;

/* Of Kraus operators [n][2][2]: turn_ij = tr(P_i sum K P_j K^dagger) / 2, shift_i the same with the
 * identity for P_j. */
spiqe_bloch_map spiqe_bloch_of_kraus(size_t n, const spiqe_complex *kraus);

/* `first`, then `second`. */
spiqe_bloch_map spiqe_bloch_then(const spiqe_bloch_map *first, const spiqe_bloch_map *second);

/* What a device does wrong after a gate on its first qubit, [angles] of the gate being any: the
 * channels that spiqe_noise_apply puts there. Fails: as spiqe_noise_apply. */
spiqe_status spiqe_bloch_of_gate(spiqe_context *ctx, const spiqe_noise *noise, const char *gate,
                                 spiqe_bloch_map *out);

static inline void spiqe_bloch_apply(const spiqe_bloch_map *map, double r[3]) {
  const double x = r[0], y = r[1], z = r[2];
  for (size_t i = 0; i < 3; i++)
    r[i] = map->turn[i][0] * x + map->turn[i][1] * y + map->turn[i][2] * z + map->shift[i];
}

/* rx(a); sine and cosine of a. */
static inline void spiqe_bloch_rx(double sine, double cosine, double r[3]) {
  const double y = r[1], z = r[2];
  r[1] = y * cosine - z * sine;
  r[2] = y * sine + z * cosine;
}

/* Relaxation: populations keep `populations` of their distance to those of rest, the coherence
 * keeps `coherence`; excited: P(|1>) at rest. */
static inline void spiqe_bloch_relax(double populations, double coherence, double excited,
                                     double r[3]) {
  const double rest = 1 - 2 * excited;
  r[0] *= coherence;
  r[1] *= coherence;
  r[2] = rest + (r[2] - rest) * populations;
}

#endif
