/* The floor of a batch of training: the time that the matrix library alone needs for the batch's
 * products, all operands dense, the products of a static input done once. Each product is done in
 * the fastest of several ways, chosen by trial: by the library's own threads, or cut in tiles over
 * our threads, by columns or by rows. */
#ifndef SPIQE_BENCH_SUPPORT_FLOOR_H
#define SPIQE_BENCH_SUPPORT_FLOOR_H

#include <cjson/cJSON.h>

#include "network/network.h"

typedef struct bench_floor bench_floor;

/* Products of one batch of a network: for each dense synapse forward, the gradient of its weights,
 * and, unless it is the first stage, the gradient of its input. Takes a second to choose ways. */
bench_floor *bench_floor_create(spiqe_context *ctx, const spiqe_network *net, size_t batch);
void bench_floor_destroy(bench_floor *floor);

/* Seconds for the products of n_batches. */
double bench_floor_run(bench_floor *floor, size_t n_batches);

/* Floating-point operations of one batch. */
double bench_floor_operations(const bench_floor *floor);

/* [{product: "200 x 784 x 2000", way, milliseconds, gflops}, ...]; owned by the caller. */
cJSON *bench_floor_describe(const bench_floor *floor);

/* Rate of the product 200 x 784 x 1000, in GF/s: what the machine gives to a large product. */
double bench_sgemm_rate(spiqe_context *ctx);

#endif
