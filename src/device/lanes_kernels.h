/* What the kernels of lanes are given: a tile of lanes and a list of operations on its rows.
 *
 * A tile holds n_lanes small registers side by side. Row r is n_lanes numbers at rows + r *
 * n_lanes, number l belongs to lane l. An amplitude is two rows, its real and its imaginary
 * part, but which rows, and with which signs, is known to the compiler alone
 * (src/quantum/lanes_compile.c): permutations and signs cost nothing here. In operations and
 * items a row is told by its offset r * n_lanes.
 *
 * Masks are rows whose numbers have all bits set (on) or none (off). A uniform number, the same
 * for all lanes, lies in `uniform` as SPIQE_LANE_UNIFORM copies. */
#ifndef SPIQE_DEVICE_LANES_KERNELS_H
#define SPIQE_DEVICE_LANES_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#define SPIQE_LANE_UNIFORM ((size_t)16)
#define SPIQE_LANE_STEP ((size_t)16) /* n_lanes of a tile is a multiple of it */
#define SPIQE_MOST_TILE_LANES ((size_t)512)
#define SPIQE_NO_ROW UINT32_MAX

/* Fields of an operation by kind; items are [n] of the tuples given. t = angle / 2. */
typedef enum spiqe_lane_kind {
  /* Coefficients of a rotation: c = cos t, s = sin t; the angle is numbers[number] + sum over items
   * (input, factor) of numbers[factor] * input. bit = 1: both may have the other sign. */
  SPIQE_LANE_ANGLE,
  /* c = items[0], s = items[1] where mask is on, else 1 and 0. items[2]: gradient row of the
   * angle. */
  SPIQE_LANE_MASK_ANGLE,
  /* (x, y, out_x, out_y): out_x = c x - s y, out_y = s x + c y. An output is an input of the same
   * item, or a row that the operation does not read. */
  SPIQE_LANE_ROTATE,
  SPIQE_LANE_SPREAD,    /* (x, out_x, out_y): the same with y = 0 */
  SPIQE_LANE_BUTTERFLY, /* (x, y, out_x, out_y): out_x = x - y, out_y = x + y */
  SPIQE_LANE_COPY,      /* (x, out) */
  SPIQE_LANE_NEGATE,    /* (x, out): out = -x */
  SPIQE_LANE_FILL,      /* (out): numbers[number]; bit = 1: only when log likelihoods are wanted */
  SPIQE_LANE_START,     /* (out, plane): from the states given */
  /* (a, b, out, sign): out = a where mask is on (with its sign changed when `sign` is 1), else b;
   * SPIQE_NO_ROW for a or b is 0. out is b, or no row that the operation reads. is_first = 1: for
   * backward, no row is read by two items. */
  SPIQE_LANE_SELECT,
  SPIQE_LANE_LINEAR,  /* n outputs, each: out, m, then m of (row, number): sum of number * row */
  SPIQE_LANE_SCALE,   /* (x): x = numbers[number] x, and times c where that is a row */
  /* c = sum of squares of the first n items, s = of `number` items behind them; s may be
   * SPIQE_NO_ROW. bit = 1: backward the adjoints of c and s go on to the items. */
  SPIQE_LANE_WEIGHTS,
  /* (out_1, out_0, norm, n_0, n_1, n_0 rows, n_1 rows): s_0 and s_1 are the sums of squares of the
   * rows, the outcome is 1 when u (s_0 + s_1) >= s_0, or as given. Masks of the lanes in mask with
   * outcome 1, with outcome 0 (may be SPIQE_NO_ROW); the weight that is left. number: measurement;
   * bit: where the outcome goes, or UINT32_MAX. A RESCALE of that norm follows.
   * is_first = 1: before it a SELECT of rows by out_1, which nothing else reads. */
  SPIQE_LANE_DRAW,
  /* Where c, the norm, is small: multiply the items by a power of two and put its exponent
   * into the sum of the row s. gradient: row that keeps the factor, or SPIQE_NO_ROW. */
  SPIQE_LANE_RESCALE,
  SPIQE_LANE_UNIFORM_DRAW, /* c = u, times s where that is a row */
  /* One Kraus operator of a channel: items[0] = mask of those that take it: pending (items[1])
   * and c < weight (items[2]; number when it is SPIQE_NO_ROW), or all that are pending for the
   * last (bit = 1). Then pending is cut, c -= weight, s = sqrt(total (items[3]) / weight) where
   * a row. */
  SPIQE_LANE_PICK,
  SPIQE_LANE_BIT_MASK, /* c = mask and bit `bit` of the lane, or its opposite when number is 1 */
  SPIQE_LANE_BUT_MASK, /* c = mask and not s; where s is no row, mask */
  SPIQE_LANE_FLIP,     /* bit changes with probability numbers[number + value] where mask is on */
  SPIQE_LANE_PROBABILITIES, /* (re, im): |amplitude|^2 / norm; c: norm or SPIQE_NO_ROW, then 1 /
                               numbers[number] */
  SPIQE_LANE_STATES,        /* (re, re_sign, im, im_sign), divided by the root of the norm */
  SPIQE_LANE_LIKELIHOOD,    /* log c + sum of exponents s (or SPIQE_NO_ROW) + numbers[number];
                               items: rows of the state, for the gradient */
  SPIQE_LANE_N_KINDS
} spiqe_lane_kind;

typedef struct spiqe_lane_op {
  uint8_t kind; /* spiqe_lane_kind; what is above is no work of the kernels: they stop there */
  uint8_t is_uniform; /* c and s are offsets in uniform instead of rows */
  uint8_t is_first;   /* backward: the first that writes `gradient` or an input's gradient */
  uint32_t n, first;  /* items at items + first */
  uint32_t c, s, mask, gradient;
  uint32_t number, bit, draw; /* draw: number of the draw */
} spiqe_lane_op;

/* Where a tile reads and writes. Arrays of a run are given from the first lane of the tile on, with
 * ld lanes from one row to the next. */
typedef struct spiqe_lane_tile {
  size_t n_lanes; /* of a row */
  size_t n_used;  /* lanes that are there; inputs are not read and outputs not written past them */
  size_t ld;
  const uint32_t *items;
  const double *numbers;
  const void *uniform;   /* offsets count numbers */
  void *rows, *adjoint;  /* [n_rows][n_lanes]; adjoint: of the backward pass */
  uint8_t *bits;         /* [n_bits][n_lanes], 0 or 1; NULL: nobody reads them */
  const uint32_t *turns; /* [n_lanes] turns of loops so far; NULL: none in the circuit */
  uint32_t key[2];
  uint64_t lane;      /* number of the first lane, for its draws */
  const void *inputs; /* [n_inputs][ld], and so on: src/include/spiqe/lanes.h */
  const void *start;
  const uint8_t *outcomes;
  uint8_t *drawn;
  void *probabilities, *states, *log_likelihood;
  const void *weight;
  void *gradient;
} spiqe_lane_tile;

#endif
