/* What lanes of small registers need beyond the common lanes, as planes_avx512.h. Four doubles of
 * AVX2. */
#ifndef SPIQE_DEVICE_SIMD_PLANES64_AVX2_H
#define SPIQE_DEVICE_SIMD_PLANES64_AVX2_H

#include <string.h>

#include "device/simd/lanes64_avx2.h"
#include "device/simd/words_avx2.h"

#define MAGIC 0x1.8p52 /* x + MAGIC has the whole number nearest to x in its lowest bits */

static inline lane_mask mask_of(lanes row) {
  return row;
}
static inline lanes row_of(lane_mask m) {
  return m;
}
/* a where the mask that is a row is on, else b. */
static inline lanes choose_row(lanes mask, lanes a, lanes b) {
  return _mm256_blendv_pd(b, a, mask);
}
/* a, with its sign changed where the whole number is odd. */
static inline lanes negative_if_odd(lanes a, lanes magic) {
  __m256i sign = _mm256_slli_epi64(_mm256_castpd_si256(magic), 63);
  return _mm256_xor_pd(a, _mm256_castsi256_pd(sign));
}
static inline lanes negative_where(lane_mask m, lanes a, lanes no) {
  return _mm256_blendv_pd(no, _mm256_sub_pd(_mm256_setzero_pd(), a), m);
}
static inline lane_mask at_least(lanes a, lanes b) {
  return _mm256_cmp_pd(a, b, _CMP_GE_OQ);
}
static inline lane_mask either(lane_mask a, lane_mask b) {
  return _mm256_or_pd(a, b);
}
static inline lane_mask opposite(lane_mask m) {
  return _mm256_xor_pd(m, _mm256_castsi256_pd(_mm256_set1_epi32(-1)));
}
/* Bits of magnitudes as whole numbers, whose order is that of the magnitudes; NaN is the
 * largest. */
typedef __m256i magnitudes;
static inline magnitudes no_magnitudes(void) {
  return _mm256_setzero_si256();
}
static inline magnitudes largest_of(magnitudes m, lanes a) {
  __m256i b = _mm256_and_si256(_mm256_castpd_si256(a), _mm256_set1_epi64x(INT64_MAX));
  return _mm256_blendv_epi8(m, b, _mm256_cmpgt_epi64(b, m));
}
static inline int any_above(magnitudes m, double limit) {
  __m256i most = _mm256_castpd_si256(set(limit));
  return _mm256_movemask_epi8(_mm256_cmpgt_epi64(m, most)) != 0;
}
/* The lower halves of words, or the upper ones; out: [WORDS]. */
static inline void store_halves(uint16_t *out, words w, int upper) {
  __m256i part = upper ? _mm256_srli_epi32(w, 16) : _mm256_and_si256(w, _mm256_set1_epi32(0xFFFF));
  __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(part, part), 0x08);
  _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(packed));
}
static inline lanes load_halves(const uint16_t *p) {
  return _mm256_cvtepi32_pd(_mm_cvtepu16_epi32(_mm_loadl_epi64((const __m128i *)p)));
}
static inline lane_mask mask_of_bytes(const uint8_t *p) {
  int32_t word;
  memcpy(&word, p, sizeof word);
  __m256i wide = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(word));
  return _mm256_castsi256_pd(_mm256_cmpgt_epi64(wide, _mm256_setzero_si256()));
}
/* 1 where m is on, 0 where it is off. */
static inline void store_bytes(uint8_t *p, lane_mask m) {
  uint32_t all = _pdep_u32(bits(m), 0x01010101u);
  memcpy(p, &all, sizeof all);
}

#endif
