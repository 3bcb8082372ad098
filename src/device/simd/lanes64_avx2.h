/* Four doubles of AVX2, under the names that the eight floats have: a text of kernels that says
 * `real` for a number serves both. */
#ifndef SPIQE_DEVICE_SIMD_LANES64_AVX2_H
#define SPIQE_DEVICE_SIMD_LANES64_AVX2_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define LANES ((size_t)4)
#define LANE_QUBITS 2 /* log2 of LANES */
#define REGISTERS 16
typedef double real;
typedef __m256d lanes;
typedef __m256d lane_mask;

static inline lanes set(double x) {
  return _mm256_set1_pd(x);
}
static inline __m256i first(size_t n) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x((long long)n), _mm256_setr_epi64x(0, 1, 2, 3));
}
static inline lanes load(const double *p, size_t n) {
  return n == LANES ? _mm256_loadu_pd(p) : _mm256_maskload_pd(p, first(n));
}
static inline void store(double *p, size_t n, lanes v) {
  if (n == LANES)
    _mm256_storeu_pd(p, v);
  else
    _mm256_maskstore_pd(p, first(n), v);
}
static inline lanes mul_add(lanes a, lanes b, lanes c) {
  return _mm256_fmadd_pd(a, b, c);
}
static inline lanes mul_subtract(lanes a, lanes b, lanes c) { /* a b - c */
  return _mm256_fmsub_pd(a, b, c);
}
static inline lanes subtract_mul(lanes c, lanes a, lanes b) { /* c - a b */
  return _mm256_fnmadd_pd(a, b, c);
}
static inline lanes smaller(lanes a, lanes b) {
  return _mm256_min_pd(a, b);
}
static inline lanes larger(lanes a, lanes b) {
  return _mm256_max_pd(a, b);
}
static inline lanes root(lanes a) {
  return _mm256_sqrt_pd(a);
}
static inline lanes magnitude(lanes a) {
  return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a);
}
static inline lanes whole(lanes a) { /* nearest whole number */
  return _mm256_round_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
static inline lanes whole_below(lanes a) {
  return _mm256_round_pd(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
}
static inline lane_mask above(lanes a, lanes b) {
  return _mm256_cmp_pd(a, b, _CMP_GT_OQ);
}
static inline lane_mask differs(lanes a, lanes b) {
  return _mm256_cmp_pd(a, b, _CMP_NEQ_UQ);
}
static inline lane_mask both(lane_mask a, lane_mask b) {
  return _mm256_and_pd(a, b);
}
static inline lane_mask but_not(lane_mask a, lane_mask b) {
  return _mm256_andnot_pd(b, a);
}
static inline unsigned bits(lane_mask a) {
  return (unsigned)_mm256_movemask_pd(a);
}
static inline int any(lane_mask a) {
  return bits(a) != 0;
}
static inline lanes choose(lane_mask m, lanes yes, lanes no) {
  return _mm256_blendv_pd(no, yes, m);
}

#endif
