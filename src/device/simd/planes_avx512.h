/* What lanes of small registers need beyond the common lanes: masks as rows of numbers and as
 * bytes, the whole number in a sum with MAGIC, draws. Sixteen floats of AVX-512. */
#ifndef SPIQE_DEVICE_SIMD_PLANES_AVX512_H
#define SPIQE_DEVICE_SIMD_PLANES_AVX512_H

#include "device/simd/lanes_avx512.h"

#define MAGIC 0x1.8p23f /* x + MAGIC has the whole number nearest to x in its lowest bits */

static inline lane_mask mask_of(lanes row) {
  return _mm512_movepi32_mask(_mm512_castps_si512(row));
}
static inline lanes row_of(lane_mask m) {
  return _mm512_castsi512_ps(_mm512_movm_epi32(m));
}
/* a where the mask that is a row is on, else b. */
static inline lanes choose_row(lanes mask, lanes a, lanes b) {
  return _mm512_castsi512_ps(_mm512_ternarylogic_epi32(_mm512_castps_si512(mask),
                                                       _mm512_castps_si512(a),
                                                       _mm512_castps_si512(b), 0xCA));
}
/* a, with its sign changed where the whole number is odd. */
static inline lanes negative_if_odd(lanes a, lanes magic) {
  __m512i sign = _mm512_slli_epi32(_mm512_castps_si512(magic), 31);
  return _mm512_castsi512_ps(_mm512_xor_si512(_mm512_castps_si512(a), sign));
}
static inline lanes negative_where(lane_mask m, lanes a, lanes no) {
  return _mm512_mask_sub_ps(no, m, _mm512_setzero_ps(), a);
}
static inline lane_mask at_least(lanes a, lanes b) {
  return _mm512_cmp_ps_mask(a, b, _CMP_GE_OQ);
}
static inline lane_mask either(lane_mask a, lane_mask b) {
  return (lane_mask)(a | b);
}
static inline lane_mask opposite(lane_mask m) {
  return (lane_mask)~m;
}
/* Bits of magnitudes as whole numbers, whose order is that of the magnitudes; NaN is the
 * largest. */
typedef __m512i magnitudes;
static inline magnitudes no_magnitudes(void) {
  return _mm512_setzero_si512();
}
static inline magnitudes largest_of(magnitudes m, lanes a) {
  return _mm512_max_epu32(m,
                          _mm512_and_si512(_mm512_castps_si512(a), _mm512_set1_epi32(INT32_MAX)));
}
static inline int any_above(magnitudes m, float limit) {
  __m512i most = _mm512_castps_si512(set(limit));
  return _mm512_cmpgt_epu32_mask(m, most) != 0;
}
/* The lower halves of words, or the upper ones; out: [WORDS]. */
static inline void store_halves(uint16_t *out, words w, int upper) {
  __m512i part = upper ? _mm512_srli_epi32(w, 16) : w;
  _mm256_storeu_si256((__m256i *)out, _mm512_cvtepi32_epi16(part));
}
static inline lanes load_halves(const uint16_t *p) {
  return _mm512_cvtepi32_ps(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p)));
}
static inline lane_mask mask_of_bytes(const uint8_t *p) {
  return _mm_test_epi8_mask(_mm_loadu_si128((const __m128i *)p), _mm_set1_epi8(-1));
}
/* 1 where m is on, 0 where it is off. */
static inline void store_bytes(uint8_t *p, lane_mask m) {
  _mm_storeu_si128((__m128i *)p, _mm_maskz_mov_epi8(m, _mm_set1_epi8(1)));
}

#endif
