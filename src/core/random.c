/* Philox4x32-10 and the draws made from it. */
#include "spiqe/random.h"

#include <math.h>

static void round_once(uint32_t c[4], const uint32_t k[2]) {
  uint64_t low = (uint64_t)0xD2511F53u * c[0], high = (uint64_t)0xCD9E8D57u * c[2];
  uint32_t next0 = (uint32_t)(high >> 32) ^ c[1] ^ k[0];
  uint32_t next2 = (uint32_t)(low >> 32) ^ c[3] ^ k[1];
  c[1] = (uint32_t)high;
  c[3] = (uint32_t)low;
  c[0] = next0;
  c[2] = next2;
}

void spiqe_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t k[2] = {key[0], key[1]};
  for (int i = 0; i < 4; i++) out[i] = counter[i];
  for (int round = 0; round < 10; round++) {
    round_once(out, k);
    k[0] += 0x9E3779B9u; /* golden ratio */
    k[1] += 0xBB67AE85u; /* sqrt(3) - 1 */
  }
}

void spiqe_random_key(uint64_t seed, uint32_t purpose, uint64_t stream, uint32_t key[2]) {
  uint32_t counter[4] = {purpose, 0x5350u, (uint32_t)stream, (uint32_t)(stream >> 32)};
  uint32_t seed_key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)}, block[4];
  spiqe_philox(counter, seed_key, block);
  key[0] = block[0];
  key[1] = block[1];
}

static void block_at(const uint32_t key[2], uint64_t a, uint64_t b, uint32_t out[4]) {
  uint32_t counter[4] = {(uint32_t)a, (uint32_t)(a >> 32), (uint32_t)b, (uint32_t)(b >> 32)};
  spiqe_philox(counter, key, out);
}

static double to_unit(uint32_t high, uint32_t low) {
  return (double)(((uint64_t)high << 32 | low) >> 11) * 0x1p-53;
}

double spiqe_random_uniform(const uint32_t key[2], uint64_t a, uint64_t b) {
  uint32_t block[4];
  block_at(key, a, b, block);
  return to_unit(block[0], block[1]);
}

double spiqe_random_normal(const uint32_t key[2], uint64_t a, uint64_t b) {
  uint32_t block[4];
  block_at(key, a, b, block);
  double radius = sqrt(-2.0 * log(1.0 - to_unit(block[0], block[1])));
  return radius * cos(2.0 * 3.14159265358979323846 * to_unit(block[2], block[3]));
}

/* A draw below n without bias: 64 random bits times n, high half (bias below n / 2^64). */
static size_t draw_below(const uint32_t key[2], size_t i, size_t n) {
  uint32_t block[4];
  block_at(key, i, n, block);
  uint64_t word = (uint64_t)block[0] << 32 | block[1];
  return (size_t)((unsigned __int128)word * n >> 64);
}

void spiqe_random_permutation(const uint32_t key[2], size_t n, uint32_t *out) {
  for (size_t i = 0; i < n; i++) out[i] = (uint32_t)i;
  for (size_t i = n; i > 1; i--) {
    size_t j = draw_below(key, i, i);
    uint32_t swap = out[i - 1];
    out[i - 1] = out[j];
    out[j] = swap;
  }
}
