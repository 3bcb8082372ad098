/* Sixteen floats of AVX-512: the few operations that the kernels of this folder are written in. */
#ifndef SPIQE_DEVICE_SIMD_LANES_AVX512_H
#define SPIQE_DEVICE_SIMD_LANES_AVX512_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define LANES ((size_t)16)
#define LANE_QUBITS 4 /* log2 of LANES */
#define REGISTERS 32
typedef float real;
typedef __m512 lanes;
typedef __mmask16 lane_mask;

static inline lanes set(float x) {
  return _mm512_set1_ps(x);
}
static inline __mmask16 first(size_t n) {
  return (__mmask16)((1u << n) - 1);
}
static inline lanes load(const float *p, size_t n) {
  return n == LANES ? _mm512_loadu_ps(p) : _mm512_maskz_loadu_ps(first(n), p);
}
static inline void store(float *p, size_t n, lanes v) {
  if (n == LANES)
    _mm512_storeu_ps(p, v);
  else
    _mm512_mask_storeu_ps(p, first(n), v);
}
static inline lanes mul_add(lanes a, lanes b, lanes c) {
  return _mm512_fmadd_ps(a, b, c);
}
static inline lanes mul_subtract(lanes a, lanes b, lanes c) { /* a b - c */
  return _mm512_fmsub_ps(a, b, c);
}
static inline lanes subtract_mul(lanes c, lanes a, lanes b) { /* c - a b */
  return _mm512_fnmadd_ps(a, b, c);
}
static inline lanes smaller(lanes a, lanes b) {
  return _mm512_min_ps(a, b);
}
static inline lanes larger(lanes a, lanes b) {
  return _mm512_max_ps(a, b);
}
static inline lanes root(lanes a) {
  return _mm512_sqrt_ps(a);
}
static inline lanes magnitude(lanes a) {
  return _mm512_abs_ps(a);
}
static inline lanes whole(lanes a) { /* nearest whole number */
  return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
static inline lanes whole_below(lanes a) {
  return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
}
static inline lanes times_power_of_2(lanes a, lanes whole_power) {
  return _mm512_scalef_ps(a, whole_power);
}
static inline lane_mask above(lanes a, lanes b) {
  return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ);
}
static inline lane_mask differs(lanes a, lanes b) {
  return _mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ);
}
static inline lane_mask both(lane_mask a, lane_mask b) {
  return a & b;
}
static inline lane_mask but_not(lane_mask a, lane_mask b) {
  return a & (lane_mask)~b;
}
static inline int any(lane_mask a) {
  return a != 0;
}
static inline unsigned bits(lane_mask a) {
  return a;
}
static inline lanes choose(lane_mask m, lanes yes, lanes no) {
  return _mm512_mask_blend_ps(m, no, yes);
}
static inline lanes only(lane_mask m, lanes a) { /* 0 elsewhere */
  return _mm512_maskz_mov_ps(m, a);
}

/* Write the indices (from `from` on) of the lanes in m to list, which has room for LANES more;
 * returns how many. */
static inline size_t list_lanes(lane_mask m, uint32_t from, uint32_t *list) {
  const __m512i count = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m512i index = _mm512_add_epi32(count, _mm512_set1_epi32((int)from));
  _mm512_storeu_si512(list, _mm512_maskz_compress_epi32(m, index));
  return (size_t)__builtin_popcount(m);
}

/* Numbers of four vectors in turns: out[4 i + j] = from[j][i]; out: [4 LANES]. */
static inline void store_in_turns(float *out, const lanes from[4]) {
  const __m512 a = _mm512_unpacklo_ps(from[0], from[1]), b = _mm512_unpackhi_ps(from[0], from[1]);
  const __m512 c = _mm512_unpacklo_ps(from[2], from[3]), d = _mm512_unpackhi_ps(from[2], from[3]);
  const __m512 x = _mm512_shuffle_ps(a, c, 0x44), y = _mm512_shuffle_ps(a, c, 0xEE);
  const __m512 z = _mm512_shuffle_ps(b, d, 0x44), w = _mm512_shuffle_ps(b, d, 0xEE);
  const __m512 p = _mm512_shuffle_f32x4(x, y, 0x44), q = _mm512_shuffle_f32x4(z, w, 0x44);
  const __m512 r = _mm512_shuffle_f32x4(x, y, 0xEE), s = _mm512_shuffle_f32x4(z, w, 0xEE);
  _mm512_storeu_ps(out, _mm512_shuffle_f32x4(p, q, 0x88));
  _mm512_storeu_ps(out + 16, _mm512_shuffle_f32x4(p, q, 0xDD));
  _mm512_storeu_ps(out + 32, _mm512_shuffle_f32x4(r, s, 0x88));
  _mm512_storeu_ps(out + 48, _mm512_shuffle_f32x4(r, s, 0xDD));
}

#include "device/simd/words_avx512.h"

/* The upper 24 bits of a word as a number in [0, 1). */
static inline lanes unit_interval(words a) {
  return _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_srli_epi32(a, 8)), set(0x1p-24f));
}

#endif
