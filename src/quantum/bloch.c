/* Channels of one qubit as maps of Bloch vectors. */
#include "quantum/bloch.h"

#include <complex.h>

#include "core/fail.h"
#include "quantum/noise.h"

const spiqe_bloch_map spiqe_bloch_same = {.turn = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

typedef double complex matrix[2][2];

static const matrix paulis[4] = {{{1, 0}, {0, 1}},
                                 {{0, 1}, {1, 0}},
                                 {{0, -I}, {I, 0}},
                                 {{1, 0}, {0, -1}}};

/* tr(P K Q K^dagger) / 2 */
static double overlap(const matrix p, const matrix k, const matrix q) {
  double complex sum = 0;
  for (size_t a = 0; a < 2; a++)
    for (size_t b = 0; b < 2; b++)
      for (size_t c = 0; c < 2; c++)
        for (size_t d = 0; d < 2; d++) sum += p[a][b] * k[b][c] * q[c][d] * conj(k[a][d]);
  return creal(sum) / 2;
}

spiqe_bloch_map spiqe_bloch_of_kraus(size_t n, const spiqe_complex *kraus) {
  spiqe_bloch_map out = {0};
  for (size_t m = 0; m < n; m++) {
    matrix k;
    for (size_t e = 0; e < 4; e++) k[e / 2][e % 2] = kraus[4 * m + e].re + I * kraus[4 * m + e].im;
    for (size_t i = 0; i < 3; i++) {
      out.shift[i] += overlap(paulis[i + 1], k, paulis[0]);
      for (size_t j = 0; j < 3; j++) out.turn[i][j] += overlap(paulis[i + 1], k, paulis[j + 1]);
    }
  }
  return out;
}

spiqe_bloch_map spiqe_bloch_then(const spiqe_bloch_map *first, const spiqe_bloch_map *second) {
  spiqe_bloch_map out = {0};
  for (size_t i = 0; i < 3; i++) {
    out.shift[i] = second->shift[i];
    for (size_t k = 0; k < 3; k++) {
      out.shift[i] += second->turn[i][k] * first->shift[k];
      for (size_t j = 0; j < 3; j++) out.turn[i][j] += second->turn[i][k] * first->turn[k][j];
    }
  }
  return out;
}

static spiqe_bloch_map channels_of(const spiqe_circuit *circuit) {
  spiqe_bloch_map out = spiqe_bloch_same;
  for (size_t i = 0; i < circuit->n_operations; i++) {
    if (circuit->operations[i].kind != SPIQE_CHANNEL) continue;
    const spiqe_channel *channel = &circuit->channels[circuit->operations[i].payload];
    const spiqe_bloch_map next =
        spiqe_bloch_of_kraus(channel->n_kraus, circuit->numbers + channel->first);
    out = spiqe_bloch_then(&out, &next);
  }
  return out;
}

spiqe_status spiqe_bloch_of_gate(spiqe_context *ctx, const spiqe_noise *noise, const char *gate,
                                 spiqe_bloch_map *out) {
  static const double angles[4] = {1, 1, 1, 1};
  static const uint32_t qubit = 0;
  spiqe_circuit *ideal = NULL, *noisy = NULL;
  spiqe_status status;
  *out = spiqe_bloch_same;
  SPIQE_TRY_GOTO(spiqe_circuit_create(ctx, 1, 0, &ideal), done);
  SPIQE_TRY_GOTO(spiqe_circuit_gate(ideal, gate, angles, &qubit), done);
  SPIQE_TRY_GOTO(spiqe_noise_apply(noise, ideal, &noisy), done);
  *out = channels_of(noisy);
done:
  spiqe_circuit_destroy(ideal);
  spiqe_circuit_destroy(noisy);
  return status;
}
