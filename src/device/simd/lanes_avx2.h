/* Eight floats of AVX2: the few operations that the kernels of this folder are written in. */
#ifndef SPIQE_DEVICE_SIMD_LANES_AVX2_H
#define SPIQE_DEVICE_SIMD_LANES_AVX2_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define LANES ((size_t)8)
#define LANE_QUBITS 3 /* log2 of LANES */
#define REGISTERS 16
typedef float real;
typedef __m256 lanes;
typedef __m256 lane_mask;

static inline lanes set(float x) {
  return _mm256_set1_ps(x);
}
static inline __m256i first(size_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
static inline lanes load(const float *p, size_t n) {
  return n == LANES ? _mm256_loadu_ps(p) : _mm256_maskload_ps(p, first(n));
}
static inline void store(float *p, size_t n, lanes v) {
  if (n == LANES)
    _mm256_storeu_ps(p, v);
  else
    _mm256_maskstore_ps(p, first(n), v);
}
static inline lanes mul_add(lanes a, lanes b, lanes c) {
  return _mm256_fmadd_ps(a, b, c);
}
static inline lanes mul_subtract(lanes a, lanes b, lanes c) { /* a b - c */
  return _mm256_fmsub_ps(a, b, c);
}
static inline lanes subtract_mul(lanes c, lanes a, lanes b) { /* c - a b */
  return _mm256_fnmadd_ps(a, b, c);
}
static inline lanes smaller(lanes a, lanes b) {
  return _mm256_min_ps(a, b);
}
static inline lanes larger(lanes a, lanes b) {
  return _mm256_max_ps(a, b);
}
static inline lanes root(lanes a) {
  return _mm256_sqrt_ps(a);
}
static inline lanes magnitude(lanes a) {
  return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a);
}
static inline lanes whole(lanes a) { /* nearest whole number */
  return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
static inline lanes whole_below(lanes a) {
  return _mm256_round_ps(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
}
static inline lanes times_power_of_2(lanes a, lanes whole_power) { /* power in -126..127 */
  __m256i shifted = _mm256_slli_epi32(_mm256_cvtps_epi32(whole_power), 23);
  return _mm256_mul_ps(a,
                       _mm256_castsi256_ps(
                           _mm256_add_epi32(shifted, _mm256_castps_si256(_mm256_set1_ps(1.0f)))));
}
static inline lane_mask above(lanes a, lanes b) {
  return _mm256_cmp_ps(a, b, _CMP_GT_OQ);
}
static inline lane_mask differs(lanes a, lanes b) {
  return _mm256_cmp_ps(a, b, _CMP_NEQ_UQ);
}
static inline lane_mask both(lane_mask a, lane_mask b) {
  return _mm256_and_ps(a, b);
}
static inline lane_mask but_not(lane_mask a, lane_mask b) {
  return _mm256_andnot_ps(b, a);
}
static inline unsigned bits(lane_mask a) {
  return (unsigned)_mm256_movemask_ps(a);
}
static inline int any(lane_mask a) {
  return bits(a) != 0;
}
static inline lanes choose(lane_mask m, lanes yes, lanes no) {
  return _mm256_blendv_ps(no, yes, m);
}
static inline lanes only(lane_mask m, lanes a) { /* 0 elsewhere */
  return _mm256_and_ps(m, a);
}

/* Write the indices (from `from` on) of the lanes in m to list, which has room for LANES more;
 * returns how many. BMI2 packs the bytes 0 to 7 of the lanes in m together. */
static inline size_t list_lanes(lane_mask m, uint32_t from, uint32_t *list) {
  uint64_t bytes = _pdep_u64(bits(m), 0x0101010101010101u) * 0xFF;
  __m128i packed = _mm_cvtsi64_si128((long long)_pext_u64(0x0706050403020100u, bytes));
  __m256i index = _mm256_add_epi32(_mm256_cvtepu8_epi32(packed), _mm256_set1_epi32((int)from));
  _mm256_storeu_si256((__m256i *)list, index);
  return (size_t)__builtin_popcount(bits(m));
}

/* Numbers of four vectors in turns: out[4 i + j] = from[j][i]; out: [4 LANES]. */
static inline void store_in_turns(float *out, const lanes from[4]) {
  const __m256 a = _mm256_unpacklo_ps(from[0], from[1]), b = _mm256_unpackhi_ps(from[0], from[1]);
  const __m256 c = _mm256_unpacklo_ps(from[2], from[3]), d = _mm256_unpackhi_ps(from[2], from[3]);
  const __m256 x = _mm256_shuffle_ps(a, c, 0x44), y = _mm256_shuffle_ps(a, c, 0xEE);
  const __m256 z = _mm256_shuffle_ps(b, d, 0x44), w = _mm256_shuffle_ps(b, d, 0xEE);
  _mm256_storeu_ps(out, _mm256_permute2f128_ps(x, y, 0x20));
  _mm256_storeu_ps(out + 8, _mm256_permute2f128_ps(z, w, 0x20));
  _mm256_storeu_ps(out + 16, _mm256_permute2f128_ps(x, y, 0x31));
  _mm256_storeu_ps(out + 24, _mm256_permute2f128_ps(z, w, 0x31));
}

#include "device/simd/words_avx2.h"

/* The upper 24 bits of a word as a number in [0, 1). */
static inline lanes unit_interval(words a) {
  return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_srli_epi32(a, 8)), set(0x1p-24f));
}

#endif
