/* Eight doubles of AVX-512, under the names that the sixteen floats have: a text of kernels that
 * says `real` for a number serves both. */
#ifndef SPIQE_DEVICE_SIMD_LANES64_AVX512_H
#define SPIQE_DEVICE_SIMD_LANES64_AVX512_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define LANES ((size_t)8)
#define LANE_QUBITS 3 /* log2 of LANES */
#define REGISTERS 32
typedef double real;
typedef __m512d lanes;
typedef __mmask8 lane_mask;

static inline lanes set(double x) {
  return _mm512_set1_pd(x);
}
static inline __mmask8 first(size_t n) {
  return (__mmask8)((1u << n) - 1);
}
static inline lanes load(const double *p, size_t n) {
  return n == LANES ? _mm512_loadu_pd(p) : _mm512_maskz_loadu_pd(first(n), p);
}
static inline void store(double *p, size_t n, lanes v) {
  if (n == LANES)
    _mm512_storeu_pd(p, v);
  else
    _mm512_mask_storeu_pd(p, first(n), v);
}
static inline lanes mul_add(lanes a, lanes b, lanes c) {
  return _mm512_fmadd_pd(a, b, c);
}
static inline lanes mul_subtract(lanes a, lanes b, lanes c) { /* a b - c */
  return _mm512_fmsub_pd(a, b, c);
}
static inline lanes subtract_mul(lanes c, lanes a, lanes b) { /* c - a b */
  return _mm512_fnmadd_pd(a, b, c);
}
static inline lanes smaller(lanes a, lanes b) {
  return _mm512_min_pd(a, b);
}
static inline lanes larger(lanes a, lanes b) {
  return _mm512_max_pd(a, b);
}
static inline lanes root(lanes a) {
  return _mm512_sqrt_pd(a);
}
static inline lanes magnitude(lanes a) {
  return _mm512_abs_pd(a);
}
static inline lanes whole(lanes a) { /* nearest whole number */
  return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
static inline lanes whole_below(lanes a) {
  return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
}
static inline lane_mask above(lanes a, lanes b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_GT_OQ);
}
static inline lane_mask differs(lanes a, lanes b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_NEQ_UQ);
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
  return _mm512_mask_blend_pd(m, no, yes);
}

#endif
