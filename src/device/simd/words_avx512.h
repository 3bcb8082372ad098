/* Sixteen 32-bit words of AVX-512, for random numbers. */
#ifndef SPIQE_DEVICE_SIMD_WORDS_AVX512_H
#define SPIQE_DEVICE_SIMD_WORDS_AVX512_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS ((size_t)16)
typedef __m512i words;

static inline words set_words(uint32_t x) {
  return _mm512_set1_epi32((int)x);
}
static inline words count_up(uint32_t from) { /* from, from + 1, ... */
  return _mm512_add_epi32(set_words(from),
                          _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}
static inline words differ(words a, words b) {
  return _mm512_xor_si512(a, b);
}
static inline words differ_three(words a, words b, words c) {
  return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}
/* Products of the lower halves of places of 64 bits. */
static inline words long_products(words a, words b) {
  return _mm512_mul_epu32(a, b);
}
static inline words upper_halves(words a) {
  return _mm512_srli_epi64(a, 32);
}
/* The lower halves of even, and those of odd as upper ones. */
static inline words join_halves(words even, words odd) {
  return _mm512_mask_blend_epi32(0xAAAA, even, _mm512_slli_epi64(odd, 32));
}

#endif
