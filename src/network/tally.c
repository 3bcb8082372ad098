/* Counting of what flows between the stages, unit by unit. */
#include "network/tally.h"

#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "core/fail.h"

spiqe_status spiqe_tally_create(const spiqe_network *net, spiqe_tally **out) {
  spiqe_tally *tally = calloc(1, sizeof *tally);
  if (tally) {
    tally->n_signals = net->n_stages + 1;
    tally->n_threads = net->ctx->n_threads;
    tally->encoded = calloc(tally->n_threads, sizeof *tally->encoded);
  }
  int is_whole = tally && tally->encoded;
  *out = NULL;
  for (size_t s = 0; is_whole && s <= net->n_stages; s++) {
    const spiqe_signal *signal = spiqe_network_signal(net, s);
    if (signal->is_current) continue;
    tally->n_units[s] = signal->n_units;
    tally->counts[s] = calloc(tally->n_threads * signal->n_units, sizeof *tally->counts[s]);
    tally->is_real[s] = calloc(tally->n_threads, sizeof *tally->is_real[s]);
    is_whole = tally->counts[s] && tally->is_real[s];
  }
  if (!is_whole) {
    spiqe_tally_destroy(tally);
    return spiqe_fail(net->ctx, SPIQE_NO_MEMORY, "no memory to count spikes");
  }
  *out = tally;
  return SPIQE_OK;
}

void spiqe_tally_destroy(spiqe_tally *tally) {
  if (!tally) return;
  for (size_t s = 0; s <= SPIQE_MOST_STAGES; s++) {
    free(tally->counts[s]);
    free(tally->is_real[s]);
  }
  free(tally->encoded);
  free(tally);
}

static int add_floats(size_t n_rows, size_t n, const float *rows, uint64_t *counts) {
  int is_real = 0;
  for (size_t r = 0; r < n_rows; r++)
    for (size_t u = 0; u < n; u++) {
      const float x = rows[r * n + u];
      counts[u] += x != 0;
      is_real |= x != 0 && x != 1;
    }
  return is_real;
}

static int add_doubles(size_t n_rows, size_t n, const double *rows, uint64_t *counts) {
  int is_real = 0;
  for (size_t r = 0; r < n_rows; r++)
    for (size_t u = 0; u < n; u++) {
      const double x = rows[r * n + u];
      counts[u] += x != 0;
      is_real |= x != 0 && x != 1;
    }
  return is_real;
}

void spiqe_tally_add(spiqe_tally *tally, size_t s, size_t worker, size_t n_rows,
                     spiqe_precision precision, const void *rows) {
  const size_t n = tally->n_units[s];
  if (!n) return;
  uint64_t *counts = tally->counts[s] + worker * n;
  const int is_real = precision == SPIQE_F64 ? add_doubles(n_rows, n, rows, counts)
                                             : add_floats(n_rows, n, rows, counts);
  tally->is_real[s][worker] |= (uint8_t)is_real;
}

void spiqe_tally_add_encoding(const spiqe_network *net, size_t worker,
                              const spiqe_encode_args *args) {
  net->spec->encoder->count(net->spec->encoder_settings, &net->encoding, args,
                            &net->tally->encoded[worker]);
}

spiqe_work spiqe_tally_encoding(const spiqe_tally *tally) {
  spiqe_work sum = {{0}};
  for (size_t t = 0; t < tally->n_threads; t++) spiqe_work_add(&sum, &tally->encoded[t], 1);
  return sum;
}

const uint64_t *spiqe_tally_sum(spiqe_tally *tally, size_t s, int *is_real) {
  const size_t n = tally->n_units[s];
  *is_real = 0;
  if (!n) return NULL;
  for (size_t t = 0; t < tally->n_threads; t++) {
    *is_real |= tally->is_real[s][t];
    for (size_t u = 0; t > 0 && u < n; u++) {
      tally->counts[s][u] += tally->counts[s][t * n + u];
      tally->counts[s][t * n + u] = 0;
    }
  }
  return tally->counts[s];
}
