/* Where the time of a network goes: its table of kernels is replaced by one that measures each
 * call, its encoder likewise, and the loss; all threads are added up. One profile at a time. */
#ifndef SPIQE_BENCH_SUPPORT_PROFILE_H
#define SPIQE_BENCH_SUPPORT_PROFILE_H

#include <cjson/cJSON.h>

#include "loss/loss.h"
#include "network/network.h"

typedef enum bench_part {
  BENCH_LOAD_ENCODE,
  BENCH_FIRST_PRODUCT,
  BENCH_OTHER_PRODUCTS,
  BENCH_NEURONS,
  BENCH_POOLING,  /* forward and back */
  BENCH_READ_OUT, /* the loss and its gradient */
  BENCH_COUNT,    /* of spikes */
  BENCH_NEURONS_BACK,
  BENCH_PRODUCTS_BACK,
  BENCH_FIRST_GRADIENT,
  BENCH_OTHER_GRADIENTS,
  BENCH_TRAINS, /* of convolutions: units that fire alike */
  BENCH_OPTIMISER,
  BENCH_N_PARTS
} bench_part;

/* Measure net from now on, until the end; the parts begin at 0. */
void bench_profile_begin(spiqe_network *net);
void bench_profile_end(spiqe_network *net);

/* Add what runs outside of the network while the others of n_threads wait or take part. */
void bench_profile_add(bench_part part, double seconds, size_t n_threads);

/* In place of spiqe_loss_listen. */
void bench_profile_listen(void *loss, const spiqe_network_output *output);

/* Shares of wall * n_threads, by name, in percent; "the rest" is what no part accounts for: forks,
 * joins, idle threads, and of convolutions the copying of windows. Owned by the caller. */
cJSON *bench_profile_shares(double wall, size_t n_threads);

/* Print them in the order in which the data go. */
void bench_profile_print(const cJSON *shares);

#endif
