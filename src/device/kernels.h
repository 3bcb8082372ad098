/* The table of kernels: all numeric work of training and inference goes through it, so a device is
 * a folder that fills a table. A NULL entry inherits from the slower table before it. Kernels check
 * nothing, allocate nothing and run on the calling thread.
 *
 * A table has one precision, float or double; `void *` buffers are of that precision. Sizes are in
 * elements. Matrices are row-major; "ld" is the distance of two rows. */
#ifndef SPIQE_DEVICE_KERNELS_H
#define SPIQE_DEVICE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "device/density_kernels.h"
#include "device/gradient_kernels.h"
#include "device/lanes_kernels.h"
#include "device/norm_kernels.h"
#include "device/pauli_kernels.h"
#include "device/pool_kernels.h"
#include "device/rotation_kernels.h"
#include "device/state_kernels.h"
#include "device/step_kernels.h"

/* Surrogate derivative of a spike, in u = membrane - threshold. */
typedef enum spiqe_surrogate {
  SPIQE_SURROGATE_ATAN, /* (k/2) / (1 + (pi k u / 2)^2): Fang et al. 2021, arXiv 2007.05785 */
  SPIQE_SURROGATE_FAST_SIGMOID, /* 1 / (1 + k |u|)^2: Zenke, Ganguli 2018, arXiv 1705.11146 */
  SPIQE_SURROGATE_SIGMOID,      /* k s (1 - s), s = 1 / (1 + exp(-k u)) */
  SPIQE_SURROGATE_TRIANGULAR    /* max(0, 1 - k |u|): Esser et al. 2016, arXiv 1603.08270 */
} spiqe_surrogate;

/* C [m][n] = op(A) op(B) + beta C; op transposes when the flag is set: A is then [k][m], B [n][k].
 * sparse_a: A holds mostly zeros (spikes, dark pixels), a hint that changes the order of additions
 * but not the law. */
typedef struct spiqe_matmul_args {
  int transpose_a, transpose_b, sparse_a;
  size_t m, n, k, lda, ldb, ldc;
  double beta; /* 0 or 1 */
  const void *a, *b;
  void *c;
} spiqe_matmul_args;

/* One i after the other: row rows[i] of C [..][n] = beta C + sum over its list of rows of B. */
typedef struct spiqe_listed_args {
  size_t m, n, ldb, ldc;
  const uint32_t *counts; /* [m] lengths of the lists; NULL: 1 each */
  const uint32_t *list;   /* rows of B, one list behind the other */
  const uint32_t *rows;   /* [m] rows of C, with beta 1 some more than once; NULL: row i */
  double beta;            /* 0 or 1 */
  const void *b;
  void *c;
} spiqe_listed_args;

/* How the spike of a QLIF neuron is read: p itself, the mean of `shots` draws, one draw. */
typedef enum spiqe_qlif_mode {
  SPIQE_QLIF_EXACT,
  SPIQE_QLIF_SHOTS,
  SPIQE_QLIF_SINGLE_SHOT
} spiqe_qlif_mode;

/* How a LIF neuron is reset after a spike, snnTorch's names. */
typedef enum spiqe_lif_reset { SPIQE_LIF_SUBTRACT, SPIQE_LIF_ZERO, SPIQE_LIF_NONE } spiqe_lif_reset;

/* How a QLIF neuron is to run; meaning of the fields: models of the neuron, src/neuron/qlif.h. */
typedef struct spiqe_qlif_rule {
  int n_planes; /* 1: theta = pi a, constant wait; 2: theta = pi |a|, tau = tau_scale |c| */
  int wrap;     /* 1: a rotation past pi folds back; 0: it stops at pi */
  spiqe_qlif_mode mode;
  int smooth;       /* 1: spikes are the surrogates' integrals (to check gradients) */
  int reset_detach; /* 1: no gradient through the reset */
  spiqe_surrogate surrogate, input_surrogate;
  double slope, input_slope; /* k of the two */
  double t1, tau_scale;      /* one unit of time */
  size_t shots;
} spiqe_qlif_rule;

/* A population over n_steps. Row r, step t, unit n of the current is at
 * current[t * step_stride + r * ld + n], the second plane n_units behind; a step_stride of 0 is a
 * current that does not change. Outputs are [n_steps][n_rows][n_units].
 * Draws: counter (unit / 4, step, sample) of key. */
typedef struct spiqe_qlif_args {
  spiqe_qlif_rule rule;
  size_t n_steps, n_rows, n_units, ld, step_stride, first_step;
  const void *current;
  const void *threshold;   /* [n_units] population, 0 < threshold < 1 */
  const void *wait;        /* [n_units] one plane: tau in units of tau_scale; else NULL */
  const uint32_t *samples; /* [n_rows] for the draws */
  uint32_t key[2];
  void *state;    /* [n_rows][n_units] phi, in and out; NULL: starts at 0, not kept */
  void *spikes;   /* out */
  void *phi;      /* out, rotation angle before the reset; needed by backward; may be NULL */
  void *membrane; /* out, population before the reset; may be NULL */
} spiqe_qlif_args;

typedef struct spiqe_qlif_grad_args {
  spiqe_qlif_args forward; /* as it ran, state excepted; spikes and phi hold its outputs */
  const void *state0;      /* [n_rows][n_units] phi before the first step; NULL: 0 */
  const void *d_spikes;    /* [n_steps][n_rows][n_units], or NULL for 0 */
  const void *d_membrane;  /* same, or NULL for 0 */
  size_t d_stride;         /* steps of d_spikes and d_membrane: n_rows * n_units, or 0: constant */
  void *d_state;           /* [n_rows][n_units] in: from later steps, out: to earlier; NULL: 0 */
  void *d_current;         /* out, layout of current; may be the same memory */
  void *d_threshold;       /* [n_units] added to; NULL: not wanted */
  void *d_wait;            /* [n_units] added to; NULL: not wanted */
} spiqe_qlif_grad_args;

typedef struct spiqe_lif_rule {
  spiqe_lif_reset reset;
  int stochastic; /* 1: a spike is drawn, P = 1 / (1 + exp(-slope u)), u = U - threshold */
  int smooth, reset_detach;
  spiqe_surrogate surrogate; /* where it is stochastic: SIGMOID, which is dP / dU */
  double slope;
} spiqe_lif_rule;

/* As spiqe_qlif_args; state is U after the step, and the reset of a spike acts in the next step.
 * The spike before the first step follows from the state and, where it is stochastic, its draw;
 * before step 0 nothing was drawn. */
typedef struct spiqe_lif_args {
  spiqe_lif_rule rule;
  size_t n_steps, n_rows, n_units, ld, step_stride, first_step;
  const void *current;
  const void *threshold, *beta; /* [n_units] */
  const uint32_t *samples;      /* [n_rows] for the draws */
  uint32_t key[2];
  void *state;             /* [n_rows][n_units] U, in and out; NULL: starts at 0 */
  void *spikes, *membrane; /* [n_steps][n_rows][n_units]; membrane: U, needed by backward */
} spiqe_lif_args;

typedef struct spiqe_lif_grad_args {
  spiqe_lif_args forward;
  const void *state0;
  const void *d_spikes, *d_membrane;
  size_t d_stride;
  void *d_state, *d_current;
  void *d_threshold, *d_beta; /* [n_units] added to; NULL: not wanted */
} spiqe_lif_grad_args;

/* Graded neurons over n_steps: output and membrane are [n_steps][n], n all units of all rows.
 * step_stride: n, or 0: a current that does not change. */
typedef struct spiqe_graded_args {
  int rectify; /* 1: output = max(0, current); 0: output = current */
  size_t n_steps, n, step_stride;
  const void *current;
  void *output, *membrane; /* membrane: the current; NULL: not wanted */
} spiqe_graded_args;

typedef struct spiqe_graded_grad_args {
  spiqe_graded_args forward;         /* as it ran; the current is not read */
  const void *d_output, *d_membrane; /* NULL for 0 */
  size_t d_stride;                   /* steps of the two: n, or 0: constant */
  void *d_current;                   /* out, layout of current; may be the same memory */
} spiqe_graded_grad_args;

/* One step of an optimiser on n parameters. */
typedef struct spiqe_update_args {
  size_t n;
  void *parameters, *moment1, *moment2; /* [n]; moment2 only for Adam */
  const void *gradient;                 /* [n], multiplied by scale (clipping) before use */
  double scale, rate, beta1, beta2, epsilon, weight_decay, momentum;
  double correction1, correction2; /* 1 - beta^t */
  int decoupled;                   /* AdamW: weight decay acts on the parameters alone */
  int nesterov;
} spiqe_update_args;

/* Bernoulli spikes: out[i] = uniform(key, unit first + i, step, sample) < probability[i], i < n. */
typedef struct spiqe_bernoulli_args {
  size_t n, first; /* first: a multiple of 64 */
  uint32_t key[2], sample, step;
  const void *probability;
  void *spikes;
} spiqe_bernoulli_args;

typedef struct spiqe_kernels {
  void (*matmul)(const spiqe_matmul_args *args);
  void (*sum_rows)(size_t m, size_t n, size_t ld, const void *a,
                   void *out); /* out[n] = sums of A [m][n] */
  double (*sum_squares)(size_t n, const void *a);
  size_t (*count_nonzero)(size_t n, const void *a);
  int (*is_zero)(size_t m, size_t n, size_t ld, const void *a); /* 1 when A [m][n] is all zero */
  /* Bit t of trains[i]: values[t stride + i], n_steps <= 64 of n units, is 1. Returns 0, trains
   * being of no use, where one is neither 0 nor 1. */
  int (*read_trains)(size_t n_steps, size_t stride, size_t n, const void *values, uint64_t *trains);
  void (*sum_listed)(const spiqe_listed_args *args);
  void (*add_bias)(size_t m, size_t n, size_t ld, const void *bias, void *a);
  void (*pool_forward)(const spiqe_pool_args *args);
  void (*pool_backward)(const spiqe_pool_args *args);
  void (*qlif_forward)(const spiqe_qlif_args *args);
  void (*qlif_backward)(const spiqe_qlif_grad_args *args);
  void (*qlif_published_forward)(const spiqe_qlif_args *args);
  void (*qlif_published_backward)(const spiqe_qlif_grad_args *args);
  void (*lif_forward)(const spiqe_lif_args *args);
  void (*lif_backward)(const spiqe_lif_grad_args *args);
  void (*graded_forward)(const spiqe_graded_args *args);
  void (*graded_backward)(const spiqe_graded_grad_args *args);
  void (*dropout)(const spiqe_dropout_args *args); /* norm_kernels.h, as those of norm */
  void (*norm_statistics)(const spiqe_norm_args *args);
  void (*norm_forward)(const spiqe_norm_args *args);
  void (*norm_backward)(const spiqe_norm_args *args);
  void (*sqs_forward)(const spiqe_sqs_args *args);
  void (*sqs_backward)(const spiqe_sqs_grad_args *args);
  void (*step_forward)(const spiqe_step_args *args); /* step_kernels.h */
  void (*step_backward)(const spiqe_step_grad_args *args);
  void (*rotations_forward)(const spiqe_rotation_args *args); /* rotation_kernels.h */
  void (*rotations_backward)(const spiqe_rotation_args *args);
  /* In place, rows [2^n_bits][n_lanes]: out_i = sum of (-1)^popcount(i & j) row_j. */
  void (*walsh)(size_t n_bits, size_t n_lanes, void *rows);
  void (*adam)(const spiqe_update_args *args);
  void (*sgd)(const spiqe_update_args *args);
  void (*bernoulli)(const spiqe_bernoulli_args *args);
  /* State vectors. */
  void (*state_matrix)(const spiqe_state_matrix_args *args);      /* up to 4 targets */
  void (*state_matrix_wide)(const spiqe_state_matrix_args *args); /* up to 10 */
  /* Sum of |a|^2 where index & mask == value. */
  double (*state_weight)(const spiqe_state_range *range, uint64_t mask, uint64_t value);
  void (*state_inner)(const spiqe_state_range *range, double out[2]); /* sum of conj(a) b */
  /* Sum of conj(a[i ^ x_mask]) phase(i) a[i]: the expectation of a Pauli product. */
  double (*state_pauli)(const spiqe_state_range *range, uint64_t x_mask, uint64_t z_mask);
  /* out += factor P a. */
  void (*state_add_pauli)(const spiqe_state_range *range, uint64_t x_mask, uint64_t z_mask,
                          double factor);
  /* out *= factor where index & mask == value, else 0. */
  void (*state_project)(const spiqe_state_range *range, uint64_t mask, uint64_t value,
                        double factor);
  /* A pass in chunks, and the number of qubits inside of a vector; NULL in the reference, where
   * each matrix is a pass of its own. */
  void (*state_pass)(const spiqe_state_pass_args *args);
  size_t (*state_lane_qubits)(void);
  void (*density_mix)(const spiqe_density_mix_args *args); /* density_kernels.h */
  void (*density_mix_two)(const spiqe_density_mix_two_args *args);
  /* Pauli products; the same in all precisions. */
  void (*pauli_gates)(const spiqe_pauli_gates_args *args);
  void (*image_gates)(const spiqe_images *images, size_t n_steps, const spiqe_clifford_step *steps);
  void (*image_multiply)(const spiqe_image_multiply_args *args);
  void (*random_words)(const spiqe_random_words_args *args);
  /* Expectations and their derivatives (gradient_kernels.h). observe: sum of Re conj(a) S a. */
  double (*observe)(const spiqe_observe_args *args);
  void (*transition_qubits)(const spiqe_transition_qubits_args *args);
  void (*transition_paulis)(const spiqe_transition_paulis_args *args);
  /* Do operations from `from` on, up to n or one that is not of the kernels; returns where. */
  size_t (*lanes_forward)(const spiqe_lane_tile *tile, const spiqe_lane_op *ops, size_t from,
                          size_t n);
  void (*lanes_backward)(const spiqe_lane_tile *tile, const spiqe_lane_op *ops, size_t n);
} spiqe_kernels;

#endif
