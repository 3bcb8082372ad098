/* Reference kernels in float. */
#define REAL float
#define TABLE spiqe_reference_f32
#define TINY 1e-12f /* keeps a division by a vanishing cosine finite */
#define SIN sinf
#define COS cosf
#define ASIN asinf
#define ATAN atanf
#define EXP expf
#define SQRT sqrtf
#define FABS fabsf
#define FMOD fmodf
#define FMIN fminf
#define FMAX fmaxf
#define LANE_BITS int32_t
#define LANE_SMALL 0x1p-40f /* a norm below this is brought back */

#include "device/reference/table.inc"
