/* Reference kernels in double. */
#define REAL double
#define TABLE spiqe_reference_f64
#define TINY 1e-24 /* keeps a division by a vanishing cosine finite */
#define SIN sin
#define COS cos
#define ASIN asin
#define ATAN atan
#define EXP exp
#define SQRT sqrt
#define FABS fabs
#define FMOD fmod
#define FMIN fmin
#define FMAX fmax
#define LANE_BITS int64_t
#define LANE_SMALL 0x1p-400 /* a norm below this is brought back */

#include "device/reference/table.inc"
