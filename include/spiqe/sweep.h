/* Sweeps: what a trained network reaches as circuits while one source of noise grows, kept beside
 * its run and drawn on its page. */
#ifndef SPIQE_SWEEP_H
#define SPIQE_SWEEP_H

#include <stddef.h>

#include "spiqe/classifier.h"
#include "spiqe/noise.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct spiqe_sweep_row {
  char source[16]; /* spiqe_noise_source_name */
  double value;    /* of spiqe_noise_only; NaN: without noise */
  char device[64]; /* name of the description that gave the times */
  size_t n_shots;  /* spiqe_circuit_backend */
  spiqe_qlif_memory memory;
  size_t n_samples; /* of the test */
  double accuracy;
} spiqe_sweep_row;

/* Rows as JSON lines in a file, one a row: a new one replaces that of the same source, value,
 * device, shots, memory and number of samples, others stay, also those that another process writes
 * meanwhile. read gives them back in order, *rows [*n] owned by the caller (free), none where there
 * is no file; a row that does not name its memory has ESTIMATE. Fails: SPIQE_FILE, SPIQE_NO_MEMORY,
 * SPIQE_BAD_FORMAT (names the line), SPIQE_LIMIT (more than 2^20 bytes). */
spiqe_status spiqe_sweeps_write(spiqe_context *ctx, const char *path, const spiqe_sweep_row *rows,
                                size_t n);
spiqe_status spiqe_sweeps_read(spiqe_context *ctx, const char *path, spiqe_sweep_row **rows,
                               size_t *n);

#ifdef __cplusplus
}
#endif
#endif
