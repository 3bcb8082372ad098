#include "quantum/pauli_channel.h"

#include <math.h>
#include <string.h>

#define MOST_PAULIS SPIQE_PAULI_PRODUCTS
#define TOLERANCE 1e-9

/* trace(P K) / 2^n for P = i^(x z) X^x Z^z: its entry [c ^ x][c] is i^(x z) (-1)^(z c), so that of
 * K is [c][c ^ x]. */
static spiqe_complex coefficient(size_t n_targets, unsigned x, unsigned z,
                                 const spiqe_complex *kraus) {
  const size_t n = (size_t)1 << n_targets;
  spiqe_complex sum = {0, 0};
  for (size_t c = 0; c < n; c++) {
    const int n_quarters = __builtin_popcount(x & z) + 2 * __builtin_popcountll(z & c);
    const spiqe_complex k = kraus[c * n + (c ^ x)];
    const spiqe_complex turned[4] = {k, {-k.im, k.re}, {-k.re, -k.im}, {k.im, -k.re}};
    sum.re += turned[n_quarters & 3].re / (double)n;
    sum.im += turned[n_quarters & 3].im / (double)n;
  }
  return sum;
}

/* Take a reset out of what is summed, if there is one: p[0] to 0, p[1] to 1. */
static void take_reset(spiqe_complex chi[MOST_PAULIS][MOST_PAULIS], double p[2]) {
  const double part = chi[4][0].re, most = fabs(part); /* (Z, I) */
  if (!(most > TOLERANCE)) return;
  p[part < 0] = 4 * most;
  chi[4][0].re -= part;
  chi[5][1].im -= part; /* (Y, X) */
  for (unsigned i = 0; i < 4; i++) chi[i % 2 + i / 2 * 4][i % 2 + i / 2 * 4].re -= most;
}

/* The sum of all p is 1 up to 1e-8. */
static void give_choices(const double p[SPIQE_PAULI_CHOICES], spiqe_pauli_channel *out) {
  double sum = 0;
  *out = (spiqe_pauli_channel){0};
  for (size_t i = 1; i < SPIQE_PAULI_CHOICES; i++) out->total += p[i];
  for (size_t i = 1; i < SPIQE_PAULI_CHOICES; i++) {
    sum += p[i];
    out->up_to[i] = sum < out->total ? sum / out->total : 1;
    if (i >= SPIQE_PAULI_PRODUCTS && p[i] > 0) out->resets = 1;
  }
  out->total /= out->total + p[0];
}

int spiqe_pauli_channel_find(size_t n_targets, size_t n_kraus, const spiqe_complex *kraus,
                             spiqe_pauli_channel *out) {
  spiqe_complex chi[MOST_PAULIS][MOST_PAULIS] = {{{0, 0}}};
  const unsigned n = 1u << n_targets;
  if (n_targets > SPIQE_MOST_PAULI_CHANNEL_QUBITS) return 0;
  for (size_t k = 0; k < n_kraus; k++) {
    spiqe_complex c[MOST_PAULIS] = {{0, 0}};
    for (unsigned p = 0; p < n * n; p++)
      c[p % n + 4 * (p / n)] = coefficient(n_targets, p % n, p / n, kraus + k * n * n);
    for (size_t p = 0; p < MOST_PAULIS; p++)
      for (size_t q = 0; q <= p; q++) {
        chi[p][q].re += c[p].re * c[q].re + c[p].im * c[q].im;
        chi[p][q].im += c[p].im * c[q].re - c[p].re * c[q].im;
      }
  }
  double p_of[SPIQE_PAULI_CHOICES] = {0};
  if (n_targets == 1) take_reset(chi, p_of + MOST_PAULIS);
  for (size_t p = 0; p < MOST_PAULIS; p++) {
    for (size_t q = 0; q < p; q++)
      if (!(hypot(chi[p][q].re, chi[p][q].im) <= TOLERANCE)) return 0;
    if (!(chi[p][p].re >= -TOLERANCE)) return 0;
    p_of[p] = fmax(chi[p][p].re, 0);
  }
  give_choices(p_of, out);
  return 1;
}

unsigned spiqe_pauli_channel_draw(const spiqe_pauli_channel *channel, double uniform) {
  unsigned p = 1;
  while (p < SPIQE_PAULI_CHOICES - 1 && uniform >= channel->up_to[p]) p++;
  return p;
}

/* From 16 of the numbers: what looks alike only changes places in the cache. */
static size_t slot_of(size_t n, const spiqe_complex *numbers) {
  uint64_t hash = n;
  for (size_t i = 0; i < n; i += (n + 15) / 16) {
    uint64_t words[2];
    memcpy(words, &numbers[i], sizeof words);
    hash = (hash ^ words[0] ^ words[1] << 1) * 0x9E3779B97F4A7C15u; /* 2^64 / golden ratio */
    hash ^= hash >> 29;
  }
  return hash % SPIQE_PAULI_CHANNEL_CACHE;
}

size_t spiqe_pauli_channel_entry(spiqe_pauli_channel_cache *cache, const spiqe_circuit *circuit,
                                 const spiqe_operation *operation) {
  const spiqe_channel *channel = &circuit->channels[operation->payload];
  const spiqe_complex *kraus = circuit->numbers + channel->first;
  const size_t n = (size_t)channel->n_kraus << 2 * channel->n_targets;
  const size_t slot = channel->n_targets > SPIQE_MOST_PAULI_CHANNEL_QUBITS ? 0 : slot_of(n, kraus);
  spiqe_pauli_channel_known *known = &cache->entries[slot];
  if (known->kraus && known->n == n && known->n_targets == channel->n_targets &&
      !memcmp(known->kraus, kraus, n * sizeof *kraus))
    return slot;
  *known = (spiqe_pauli_channel_known){.kraus = kraus, .n = n, .n_targets = channel->n_targets};
  known->index = SPIQE_NO_JUMP;
  known->is_pauli =
      spiqe_pauli_channel_find(channel->n_targets, channel->n_kraus, kraus, &known->channel);
  return slot;
}
