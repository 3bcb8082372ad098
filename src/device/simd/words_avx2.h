/* Eight 32-bit words of AVX2, for random numbers. */
#ifndef SPIQE_DEVICE_SIMD_WORDS_AVX2_H
#define SPIQE_DEVICE_SIMD_WORDS_AVX2_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS ((size_t)8)
typedef __m256i words;

static inline words set_words(uint32_t x) {
  return _mm256_set1_epi32((int)x);
}
static inline words count_up(uint32_t from) { /* from, from + 1, ... */
  return _mm256_add_epi32(set_words(from), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
static inline words differ(words a, words b) {
  return _mm256_xor_si256(a, b);
}
static inline words differ_three(words a, words b, words c) {
  return differ(differ(a, b), c);
}
/* Products of the lower halves of places of 64 bits. */
static inline words long_products(words a, words b) {
  return _mm256_mul_epu32(a, b);
}
static inline words upper_halves(words a) {
  return _mm256_srli_epi64(a, 32);
}
/* The lower halves of even, and those of odd as upper ones. */
static inline words join_halves(words even, words odd) {
  return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
}

#endif
