/* Convolution: a kernel of kernel x kernel places moves over the input,
 *   current[p][y][x][f] = bias[p][f] + sum over i, j, c of
 *                         input[y stride - padding + i][x stride - padding + j][c] W[i][j][c][p][f]
 * with 0 outside of the input; as PyTorch's Conv2d, whose weight [f][c][i][j] is that of a plane p
 * after permute(2, 3, 1, 0). Weight [kernel][kernel][channels][planes][filters], bias
 * [planes][filters]. */
#ifndef SPIQE_SYNAPSE_CONV2D_H
#define SPIQE_SYNAPSE_CONV2D_H

#include "synapse/window.h"

typedef struct spiqe_conv2d_settings {
  size_t filters, kernel, stride, padding, planes;
  int bias;
} spiqe_conv2d_settings;

/* Sizes of a stage, and of the products of a chunk: rows x depth times depth x columns. */
typedef struct spiqe_conv2d_sizes {
  spiqe_window window;
  size_t planes, filters;
  size_t places;         /* of the output */
  size_t depth, columns; /* weights that lead to one current; planes x filters */
  size_t chunk;          /* images of a chunk */
} spiqe_conv2d_sizes;

extern const spiqe_stage_kind spiqe_conv2d;

#endif
